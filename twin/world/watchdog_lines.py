"""The watchdog's lines of all replications as one list: each reason once, with the range of its counts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_COUNTED = re.compile(r"(\d+) (people|times) (.+?)(, first agent .+)?")


@dataclass(frozen=True, slots=True)
class Counted:
    """One reason: between ``low`` and ``high`` people (or times) in the replications that had it."""

    low: int
    high: int
    noun: str
    """``people`` or ``times``."""
    what: str
    first: str = ""
    """Who, when and where for one of them."""

    @property
    def count(self) -> str:
        """The range in figures."""
        return f"{self.low:,}" if self.low == self.high else f"{self.low:,}–{self.high:,}"

    def __str__(self) -> str:
        """The line as the watchdog would write it."""
        return f"{self.count} {self.noun} {self.what}{self.first}"


def collected(lines: Iterable[str]) -> tuple[list[str], list[Counted]]:
    """(lines without a count, each once; reasons with their counts, the greatest first)."""
    counts: dict[tuple[str, str], list[int]] = {}
    first: dict[tuple[str, str], str] = {}
    other: dict[str, None] = {}
    for line in lines:
        found = _COUNTED.fullmatch(line)
        if found is None:
            other[line] = None
        else:
            reason = (found[2], found[3])
            counts.setdefault(reason, []).append(int(found[1]))
            first.setdefault(reason, found[4] or "")
    reasons = [Counted(min(n), max(n), *reason, first[reason]) for reason, n in counts.items()]
    return list(other), sorted(reasons, key=lambda one: -one.high)
