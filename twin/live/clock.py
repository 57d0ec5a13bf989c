"""Whose time it is: the wall's for a live mall, the feed's for a simulated or replayed one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Says what time it is in the mall."""

    def now(self) -> datetime:
        """The mall's time, UTC."""


@dataclass(frozen=True, slots=True)
class WallClock:
    """The time of this computer."""

    def now(self) -> datetime:
        """The mall's time, UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaledClock:
    """Showed ``mall`` when the wall showed ``wall``; runs ``speed`` times as fast. It can cross processes."""

    mall: datetime
    wall: datetime
    speed: float = 1.0

    def now(self) -> datetime:
        """The mall's time, UTC."""
        return self.mall + timedelta(seconds=self.speed * (datetime.now(UTC) - self.wall).total_seconds())
