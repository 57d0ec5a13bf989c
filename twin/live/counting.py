"""From what a counter or a meter says to what happened since its last message.

Feeds are late, repeated, out of order, reset and wrapped as a matter of course. Each case has one defined
outcome:

- ``applied``: the increment counts.
- ``first``: a cumulative total without a predecessor; it sets the base, nothing counts.
- ``duplicate``: the same message again; nothing counts.
- ``late``: it came long after it was measured; an increment of today still counts.
- ``out_of_order``: measured before the newest one; an increment counts, an older total or state does not.
- ``gap``: message numbers are missing; what came counts, and the band widens by what may be lost.
- ``reset``: a total went back. Where it shows less than half of before it started anew from 0: what it shows
  counts, and the band widens by what may be lost. Else it was corrected, exchanged, or two messages without a
  time changed places: nothing counts, and the band widens by the step back.
- ``wrap``: a total passed the end of its register; the register's size is added.
- ``too_old``: measured before today's reset; it is kept in the inbox and counts no more.
- ``superseded``: the same passages come by a better series of the device (totals before increments before
  single crossings); nothing counts.
- ``clock``: the sender's clock is not set or runs ahead; the time of arrival is taken.
- ``unknown``: the plan does not know the device; it is listed, and nothing but fire counts.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

REGISTERS = (2.0**16, 2.0**32)
"""Sizes of the registers that counters and meters wrap at."""
NEAR_END = 0.98
"""A total is near the end of its register beyond this share of it."""
RESTART_FROM = 10.0
"""A total below this says nothing about whether it started anew when it goes back."""
REMEMBERED = 512
"""Message keys that are kept to know a duplicate."""
MOST_MISSING = 1000
"""A larger jump of the message number is a restart of the sender, not a gap."""


class Outcome(StrEnum):
    """What became of a reading."""

    APPLIED = "applied"
    FIRST = "first"
    DUPLICATE = "duplicate"
    LATE = "late"
    OUT_OF_ORDER = "out_of_order"
    GAP = "gap"
    RESET = "reset"
    WRAP = "wrap"
    TOO_OLD = "too_old"
    SUPERSEDED = "superseded"
    CLOCK = "clock"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Step:
    """What one reading adds: ``increment`` in its unit, ``lost_sd`` of what may have gone lost before it."""

    increment: float
    outcomes: tuple[Outcome, ...]
    lost_sd: float = 0.0


@dataclass(slots=True)
class CountStream:
    """One series of one device: a kind of reading and a line. It works for totals and for increments."""

    cumulative: bool
    last_value: float = 0.0
    last_measured: datetime | None = None
    last_sequence: int | None = None
    rate: float = 0.0
    """Smoothed increment per message."""
    keys: deque[tuple[int | None, str, float]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    known: set[tuple[int | None, str, float]] = field(default_factory=set)

    def take(self, value: float, measured: datetime, sequence: int | None) -> Step:
        """What ``value`` adds to the series."""
        key = (sequence, measured.isoformat(), value)
        if key in self.known:
            return Step(0.0, (Outcome.DUPLICATE,))
        self._remember(key)
        missing = self._missing(sequence, measured)
        ordered = self.last_measured is None or measured >= self.last_measured
        if self.cumulative:
            step = self._total(value, ordered=ordered)
        else:
            step = Step(value, (Outcome.APPLIED,) if ordered else (Outcome.APPLIED, Outcome.OUT_OF_ORDER))
        if ordered:
            self.last_measured = measured
            self.last_sequence = sequence if sequence is not None else self.last_sequence
        if not missing:
            return step
        # A total that comes again after a gap says what went lost; an increment does not.
        lost = 0.0 if self.cumulative else missing * max(self.rate, 1.0)
        return Step(step.increment, (*step.outcomes, Outcome.GAP), step.lost_sd + lost)

    def _total(self, value: float, *, ordered: bool) -> Step:
        """What a cumulative ``value`` adds."""
        if self.last_measured is None:
            self.last_value = value
            return Step(0.0, (Outcome.FIRST,))
        if not ordered:
            return Step(0.0, (Outcome.OUT_OF_ORDER,))
        before, self.last_value = self.last_value, value
        if value >= before:
            self._smooth(value - before)
            return Step(value - before, (Outcome.APPLIED,))
        for register in REGISTERS:
            if register * NEAR_END <= before < register and value < register * (1 - NEAR_END):
                return Step(value + register - before, (Outcome.WRAP,))
        if before >= RESTART_FROM and value > before / 2:
            return Step(0.0, (Outcome.RESET,), lost_sd=max(self.rate, before - value))
        return Step(value, (Outcome.RESET,), lost_sd=max(self.rate, 1.0))

    def _missing(self, sequence: int | None, measured: datetime) -> int:
        """Messages that did not come before this one."""
        if sequence is None or self.last_sequence is None:
            return 0
        if self.last_measured is not None and measured < self.last_measured:
            return 0
        missing = sequence - self.last_sequence - 1
        return missing if 0 < missing <= MOST_MISSING else 0

    def _smooth(self, increment: float) -> None:
        self.rate = increment if self.rate == 0.0 else 0.9 * self.rate + 0.1 * increment

    def _remember(self, key: tuple[int | None, str, float]) -> None:
        if len(self.keys) == REMEMBERED:
            self.known.discard(self.keys[0])
        self.keys.append(key)
        self.known.add(key)

    def document(self) -> dict[str, Any]:
        """The state as a checkpoint keeps it."""
        return {
            "cumulative": self.cumulative,
            "last_value": self.last_value,
            "last_measured": None if self.last_measured is None else self.last_measured.isoformat(),
            "last_sequence": self.last_sequence,
            "rate": self.rate,
            "keys": [list(key) for key in list(self.keys)[-32:]],
        }

    @staticmethod
    def restored(document: dict[str, Any]) -> CountStream:
        """The state that :meth:`document` wrote."""
        last = document["last_measured"]
        stream = CountStream(
            cumulative=document["cumulative"],
            last_value=document["last_value"],
            last_measured=None if last is None else datetime.fromisoformat(last),
            last_sequence=document["last_sequence"],
            rate=document["rate"],
        )
        for sequence, measured, value in document["keys"]:
            stream._remember((sequence, measured, value))
        return stream
