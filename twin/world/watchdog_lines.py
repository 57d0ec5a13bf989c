"""The watchdog's lines of all replications as one list: each reason once, with the range of its counts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_COUNTED = re.compile(r"(\d+) (people|times) (.+)")


@dataclass(frozen=True, slots=True)
class Counted:
    """One reason: between ``low`` and ``high`` people (or times) in the replications that had it."""

    low: int
    high: int
    noun: str
    """``people`` or ``times``."""
    what: str

    @property
    def count(self) -> str:
        """The range in figures."""
        return f"{self.low:,}" if self.low == self.high else f"{self.low:,}–{self.high:,}"

    def __str__(self) -> str:
        """The line as the watchdog would write it."""
        return f"{self.count} {self.noun} {self.what}"


def collected(lines: Iterable[str]) -> tuple[list[str], list[Counted]]:
    """(lines without a count, each once; reasons with their counts, the greatest first)."""
    counts: dict[tuple[str, str], list[int]] = {}
    other: dict[str, None] = {}
    for line in lines:
        found = _COUNTED.fullmatch(line)
        if found is None:
            other[line] = None
        else:
            counts.setdefault((found[2], found[3]), []).append(int(found[1]))
    reasons = [Counted(min(n), max(n), noun, what) for (noun, what), n in counts.items()]
    return list(other), sorted(reasons, key=lambda one: -one.high)
