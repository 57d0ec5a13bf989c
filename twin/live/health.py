"""Which devices speak. A device is silent when it said nothing for its interval times a factor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from twin.live.snapshot import DeviceHealth
from twin.plan.model import DeviceKind, Plan

FACTOR = 3.0
"""Messages that may fail in a row before a device counts as silent."""
LEAST_S = 30.0
"""No device is called silent sooner."""
SPEAKING = frozenset(
    {
        DeviceKind.COUNTER,
        DeviceKind.ZONE_SENSOR,
        DeviceKind.ELECTRICITY_METER,
        DeviceKind.WATER_METER,
        DeviceKind.FIRE_PANEL,
    }
)
"""Kinds that send by themselves. A smoke detector speaks through its panel, a camera to its recorder."""
UNKNOWN_KEPT = 200
"""Names of unknown senders that are kept; a broken sender cannot fill the memory."""


@dataclass(slots=True)
class Health:
    """When each device was last heard, by the mall's clock.

    ``started`` is since when we listen: nobody is called silent for what was before.
    """

    plan: Plan
    started: datetime
    seen: dict[str, datetime] = field(default_factory=dict)
    readings: dict[str, int] = field(default_factory=dict)
    topics: dict[str, str] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)
    offline: set[str] = field(default_factory=set)
    """Devices that said they go offline (a last will)."""
    _limits: dict[str, float] = field(init=False)

    def __post_init__(self) -> None:
        """Work out after how long each device is silent."""
        self._limits = {
            one.id: max(one.interval_s * FACTOR, LEAST_S)
            for one in self.plan.devices
            if one.kind in SPEAKING and one.topic
        }

    @property
    def watched(self) -> Iterable[str]:
        """Devices whose silence is noticed: those that speak, and to which the plan gives a topic."""
        return self._limits

    def heard(self, device: str, at: datetime, topic: str, *, alive: bool = True) -> None:
        """Note that ``device`` spoke."""
        if device not in self.plan.device:
            if device in self.unknown or len(self.unknown) < UNKNOWN_KEPT:
                self.unknown[device] = self.unknown.get(device, 0) + 1
            return
        self.seen[device] = max(at, self.seen.get(device, at))
        self.readings[device] = self.readings.get(device, 0) + 1
        self.topics[device] = topic
        if alive:
            self.offline.discard(device)
        else:
            self.offline.add(device)

    def silence_s(self, device: str, now: datetime) -> float:
        """Seconds since ``device`` spoke, or since we listen where it never did."""
        since = max(self.seen.get(device, self.started), self.started)
        return max((now - since).total_seconds(), 0.0)

    def limit_s(self, device: str) -> float:
        """Silence beyond which ``device`` counts as silent; infinite for a device that need not speak."""
        return self._limits.get(device, float("inf"))

    def is_silent(self, device: str, now: datetime) -> bool:
        """Whether ``device`` should have spoken by now, or said that it goes offline."""
        return device in self.offline or self.silence_s(device, now) > self.limit_s(device)

    def silent(self, now: datetime) -> tuple[str, ...]:
        """All silent devices, in the plan's order."""
        return tuple(device for device in self._limits if self.is_silent(device, now))

    def view(self, now: datetime) -> DeviceHealth:
        """What the screens get."""
        return DeviceHealth(
            total=len(self._limits),
            silent_ids=self.silent(now),
            unheard=sum(1 for device in self._limits if device not in self.seen),
            last_seen=dict(self.seen),
            unknown=dict(self.unknown),
        )

    def document(self) -> dict[str, Any]:
        """The state as a checkpoint keeps it."""
        return {
            "seen": {key: value.isoformat() for key, value in self.seen.items()},
            "readings": self.readings,
            "topics": self.topics,
            "unknown": self.unknown,
            "offline": sorted(self.offline),
        }

    def restore(self, document: dict[str, Any]) -> None:
        """Go on from what :meth:`document` wrote."""
        self.seen = {key: datetime.fromisoformat(value) for key, value in document["seen"].items()}
        self.readings = dict(document["readings"])
        self.topics = dict(document["topics"])
        self.unknown = dict(document["unknown"])
        self.offline = set(document["offline"])
