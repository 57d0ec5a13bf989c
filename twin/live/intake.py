"""Readings sorted to who keeps their kind, each with its outcome counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from twin.live import keeping
from twin.live.counting import Outcome
from twin.live.energy import Energy
from twin.live.health import UNKNOWN_KEPT, Health
from twin.live.people import People
from twin.live.reading import COUNTS, Reading, ReadingKind
from twin.live.rules import FireSignal
from twin.live.snapshot import DayFigures, FeedHealth
from twin.plan.model import DeviceKind, Plan

LATE_S = 180.0
"""A reading that comes this long after it was measured is late, unless its device speaks more seldom."""
AHEAD_S = 300.0
"""A sender's clock that runs this far ahead is not believed."""
UNSET_YEAR = 2015
"""A clock that shows an earlier year was never set (many start at 2000 or 1970)."""


@dataclass(slots=True)
class Intake:
    """What all readings of the day made. It is not safe for threads; ``LiveTwin`` is."""

    plan: Plan
    people: People
    energy: Energy
    health: Health
    zone: ZoneInfo
    reset_hour: int
    day: str
    fires: dict[str, FireSignal] = field(default_factory=dict)
    late_fires: dict[str, FireSignal] = field(default_factory=dict)
    """Alarms that came after the device's own return to normal: they are judged once, then forgotten."""
    faults: dict[str, datetime] = field(default_factory=dict)
    """Devices that report a fault, and since when."""
    unreadable: dict[str, datetime] = field(default_factory=dict)
    """Fire devices whose last message could not be read, and when it came."""
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    readings: int = 0

    def take(self, reading: Reading) -> bool:
        """Take one reading; whether it must be judged at once."""
        self.readings += 1
        reading = self._timed(reading)
        alive = not (reading.kind is ReadingKind.HEARTBEAT and reading.value == 0)
        self.health.heard(reading.device, reading.received, reading.topic, alive=alive)
        if reading.kind is ReadingKind.FIRE:
            return self._fire(reading)
        if reading.device not in self.plan.device:
            self.outcomes[Outcome.UNKNOWN] += 1
            return False
        self.outcomes.update(self._sort(reading))
        return False

    def business_day(self, moment: datetime) -> str:
        """The day that a moment belongs to: before the reset hour it is still the day before."""
        return (moment.astimezone(self.zone) - timedelta(hours=self.reset_hour)).date().isoformat()

    def day_began(self) -> datetime:
        """When the day began."""
        began = datetime.fromisoformat(self.day).replace(hour=self.reset_hour, tzinfo=self.zone)
        return began.astimezone(UTC)

    def new_day(self, day: str) -> None:
        """Begin a day with an empty mall and all counts at zero."""
        self.people.new_day()
        self.energy.new_day()
        self.day = day

    def figures(self, sales_per_visit: float | None) -> DayFigures:
        """The figures of the day so far."""
        people = self.people
        footfall = round(float(people.by_hour.sum())) if people.counted else None
        known = footfall is not None and sales_per_visit is not None
        return DayFigures(
            day=self.day,
            footfall=footfall,
            footfall_by_hour=tuple(int(x) for x in np.rint(people.by_hour)),
            energy_kwh=self.energy.today_kwh(),
            energy_by_hour=tuple(self.energy.by_hour),
            peak_inside=people.peak if people.counted else None,
            sales=footfall * sales_per_visit if known else None,  # type: ignore[operator]  # `known` says so
        )

    def feed_health(self, feeds: FeedHealth) -> FeedHealth:
        """``feeds`` with what became of the readings."""
        count = self.outcomes
        return replace(
            feeds,
            readings=self.readings,
            late=count[Outcome.LATE] + count[Outcome.TOO_OLD],
            duplicates=count[Outcome.DUPLICATE],
            out_of_order=count[Outcome.OUT_OF_ORDER],
            gaps=count[Outcome.GAP],
            resets=count[Outcome.RESET] + count[Outcome.WRAP],
            unknown_devices=len(self.health.unknown),
        )

    def _sort(self, reading: Reading) -> tuple[Outcome, ...]:
        """Hand a reading to who keeps its kind."""
        hour = reading.measured.astimezone(self.zone).hour
        match reading.kind:
            case kind if kind in COUNTS or kind is ReadingKind.OCCUPANCY:
                if self.business_day(reading.measured) != self.day:
                    return (Outcome.TOO_OLD,)
                late = (Outcome.LATE,) if self._is_late(reading) else ()
                if kind is ReadingKind.OCCUPANCY:
                    return self.people.zone(reading) + late
                return self.people.count(reading, hour=hour) + late
            case ReadingKind.ENERGY_KWH | ReadingKind.WATER_M3:
                step = self.energy.total(
                    reading.device, reading.value, reading.measured, reading.sequence, hour=hour
                )
                return step.outcomes
            case ReadingKind.POWER_W:
                taken = self.energy.power(reading.device, reading.value, reading.measured)
                return (Outcome.APPLIED,) if taken else (Outcome.OUT_OF_ORDER,)
            case ReadingKind.FAULT:
                if reading.value > 0:
                    self.faults.setdefault(reading.device, reading.measured)
                else:
                    self.faults.pop(reading.device, None)
        return (Outcome.APPLIED,)

    def not_read(self, device: str, at: datetime) -> None:
        """A fire device sent what nobody can read; it counts until the device says something readable."""
        if len(self.unreadable) < UNKNOWN_KEPT or device in self.unreadable:
            self.unreadable[device] = at

    def _fire(self, reading: Reading) -> bool:
        """A panel or detector: an alarm is always judged, whoever sent it and however late it comes.

        A detector has one place. A panel (or a sender that the plan does not know) speaks for many: each
        space that it names is a signal of its own, and its own room is not where it burns. A normal that
        names no space is one for all of them.
        """
        self.unreadable.pop(reading.device, None)
        device = self.plan.device.get(reading.device)
        detector = device is not None and device.kind is not DeviceKind.FIRE_PANEL
        named = reading.space if reading.space in self.plan.space else ""
        space = named or (device.space_id if device is not None and detector else "")
        key = reading.device if detector or not named else f"{reading.device}@{named}"
        if device is None:
            self.outcomes[Outcome.UNKNOWN] += 1
        on, test = reading.value > 0, reading.quality == "test"
        signal = FireSignal(on=on, at=reading.measured, device=reading.device, space_id=space, test=test)
        keys = [key]
        if not on and not named:
            keys += [k for k, one in self.fires.items() if one.device == reading.device and k != key]
        judged = [self._signal(one, signal) for one in keys]
        return any(judged)

    def _signal(self, key: str, signal: FireSignal) -> bool:
        """Take a signal for what it stands for; whether it must be judged at once."""
        before = self.fires.get(key)
        if before is not None and signal.at < before.at:
            self.outcomes[Outcome.OUT_OF_ORDER] += 1
            if signal.on and not before.on:
                self.late_fires[key] = signal
                return True
            return False
        self.outcomes[Outcome.APPLIED] += 1
        if before is not None and before.on and not before.test and signal.on:
            # What was a fire is not made a test by a later word of the same alarm.
            signal = replace(signal, test=False)
        self.fires[key] = signal
        return before is None or (before.on, before.test) != (signal.on, signal.test)

    def _timed(self, reading: Reading) -> Reading:
        """The reading with a time that can be believed."""
        ahead = (reading.measured - reading.received).total_seconds()
        if reading.measured.year >= UNSET_YEAR and ahead <= AHEAD_S:
            return reading
        self.outcomes[Outcome.CLOCK] += 1
        return replace(reading, measured=reading.received)

    def _is_late(self, reading: Reading) -> bool:
        device = self.plan.device.get(reading.device)
        limit = max(LATE_S, 2.0 * device.interval_s if device else 0.0)
        return (reading.received - reading.measured).total_seconds() > limit

    def document(self) -> dict[str, Any]:
        """The state as a checkpoint keeps it."""
        return {
            "day": self.day,
            "people": self.people.document(),
            "energy": self.energy.document(),
            "health": self.health.document(),
            "fires": keeping.fires_document(self.fires),
            "faults": {device: at.isoformat() for device, at in self.faults.items()},
            "outcomes": {key.value: count for key, count in self.outcomes.items()},
            "readings": self.readings,
        }

    def restore(self, document: dict[str, Any]) -> None:
        """Go on from what :meth:`document` wrote on the same plan."""
        self.people.restore(document["people"])
        self.energy.restore(document["energy"])
        self.health.restore(document["health"])
        self.fires = keeping.fires_restored(document["fires"])
        self.faults = {device: datetime.fromisoformat(at) for device, at in document["faults"].items()}
        self.outcomes = Counter({Outcome(key): count for key, count in document["outcomes"].items()})
        self.readings = int(document["readings"])
