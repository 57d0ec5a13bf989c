"""The one shape in which every feed reaches the twin."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from twin.errors import ReadingError


class Source(StrEnum):
    """Where data come from. What is not live can never look live."""

    LIVE = "LIVE"
    REPLAY = "REPLAY"
    SIMULATED = "SIMULATED"


class ReadingKind(StrEnum):
    """What a reading tells."""

    COUNT_IN = "count_in"
    """People who passed inward since the last message of this kind (an increment)."""
    COUNT_OUT = "count_out"
    """People who passed outward since the last message of this kind (an increment)."""
    TOTAL_IN = "total_in"
    """People who passed inward since the counter was reset (cumulative)."""
    TOTAL_OUT = "total_out"
    """People who passed outward since the counter was reset (cumulative)."""
    OCCUPANCY = "occupancy"
    """People in the zone that a sensor watches."""
    ENERGY_KWH = "energy_kwh"
    """Electric energy since the meter was installed (cumulative)."""
    POWER_W = "power_w"
    WATER_M3 = "water_m3"
    """Water since the meter was installed (cumulative)."""
    HEARTBEAT = "heartbeat"
    """The device lives. The value is 1, or 0 when it says that it goes offline."""
    FIRE = "fire"
    """Fire panel or detector: 1 alarm, 0 normal."""
    FAULT = "fault"
    """1 fault, 0 none."""
    TEMPERATURE_C = "temperature_c"
    DWELL_S = "dwell_s"
    """Time that people stayed in a zone or a queue."""
    QUEUE = "queue"
    """People who wait."""


COUNTS = frozenset({ReadingKind.COUNT_IN, ReadingKind.COUNT_OUT, ReadingKind.TOTAL_IN, ReadingKind.TOTAL_OUT})
"""Kinds that a people counter sends."""

CUMULATIVE = frozenset(
    {ReadingKind.TOTAL_IN, ReadingKind.TOTAL_OUT, ReadingKind.ENERGY_KWH, ReadingKind.WATER_M3}
)
"""Kinds whose value only grows, until a reset or a wrap."""

UNITS: dict[ReadingKind, str] = {
    ReadingKind.COUNT_IN: "people",
    ReadingKind.COUNT_OUT: "people",
    ReadingKind.TOTAL_IN: "people",
    ReadingKind.TOTAL_OUT: "people",
    ReadingKind.OCCUPANCY: "people",
    ReadingKind.ENERGY_KWH: "kWh",
    ReadingKind.POWER_W: "W",
    ReadingKind.WATER_M3: "m³",
    ReadingKind.HEARTBEAT: "",
    ReadingKind.FIRE: "",
    ReadingKind.FAULT: "",
    ReadingKind.TEMPERATURE_C: "°C",
    ReadingKind.DWELL_S: "s",
    ReadingKind.QUEUE: "people",
}

LARGEST = 1e12
"""No reading of a mall is larger; beyond it a payload is broken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One measured value of one device.

    Attributes:
        device: plan id of the device, or the sender's own name where the plan does not know it.
        kind: what the value means.
        value: in the unit of ``kind`` (see :data:`UNITS`).
        measured: when it was true, UTC.
        received: when the twin got it, UTC, by the mall's clock.
        start: start of the interval that an increment covers; ``None`` where unknown.
        sequence: running number of the sender's message; ``None`` where it sends none.
        stream: tells apart several counts of one device (line 1, line 2).
        space: plan id of the space it is about, where the payload says so.
        quality: ``good``, ``poor`` (the device says that samples are missing) or ``test``.
        topic: where it was published.
        source: live, replayed or simulated.
        message: number of the message in the durable inbox; readings of one message share it.
    """

    device: str
    kind: ReadingKind
    value: float
    measured: datetime
    received: datetime
    unit: str = ""
    start: datetime | None = None
    sequence: int | None = None
    stream: str = ""
    space: str = ""
    quality: str = "good"
    topic: str = ""
    source: Source = Source.LIVE
    message: int | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be a reading."""
        if not self.device:
            raise ReadingError(f"reading on {self.topic!r}: it names no device")
        if not math.isfinite(self.value) or abs(self.value) > LARGEST:
            raise ReadingError(f"reading of {self.device!r}: {self.kind} {self.value!r} is no finite number")
        if self.value < 0 and self.kind is not ReadingKind.TEMPERATURE_C and self.kind != ReadingKind.POWER_W:
            raise ReadingError(f"reading of {self.device!r}: {self.kind} {self.value:g} is below zero")
        if self.measured.tzinfo is None or self.received.tzinfo is None:
            raise ReadingError(f"reading of {self.device!r}: its time has no zone")
