"""A simulated or replayed feed announces itself: its source and its clock, so that it can never look live.

On the retained topic ``mall/<plan id>/clock``::

    {"source": "SIMULATED", "mall": "2026-11-21T14:00:00+08:00", "speed": 10, "begin_day": false}

A twin that was started for a live mall does not follow it; the message becomes a dead letter.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sensors.payload import Payload, mapping, moment, number
from twin.errors import ReadingError
from twin.live.clock import ScaledClock
from twin.live.reading import Source

FASTEST = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What a feed says of itself."""

    source: Source
    mall: datetime
    speed: float
    """0 while it catches up: the clock stands at ``mall`` until the next announcement."""
    begin_day: bool = False
    """Forget what was counted before: the day is told from its beginning."""

    def payload(self) -> bytes:
        """As it is published."""
        document = {
            "source": self.source.value,
            "mall": self.mall.isoformat(),
            "speed": self.speed,
            "begin_day": self.begin_day,
        }
        return json.dumps(document).encode()

    def clock(self) -> ScaledClock:
        """The feed's clock, from now on."""
        return ScaledClock(mall=self.mall.astimezone(UTC), wall=datetime.now(UTC), speed=self.speed)

    @staticmethod
    def read(raw: bytes) -> Announcement:
        """What :meth:`payload` wrote.

        Raises:
            ReadingError: if it is none.
        """
        document = mapping(Payload(raw).json, "announcement")
        try:
            source = Source(str(document.get("source")))
        except ValueError as error:
            raise ReadingError(f"announcement: source {document.get('source')!r} is not known") from error
        if source is Source.LIVE:
            raise ReadingError("announcement: a live feed has the clock of the wall and announces nothing")
        speed = number(document.get("speed", 1.0), "speed")
        if not 0.0 <= speed <= FASTEST:
            raise ReadingError(f"announcement: speed {speed:g} is not between 0 and {FASTEST:g}")
        return Announcement(
            source=source,
            mall=moment(document.get("mall"), "mall", ZoneInfo("UTC")),
            speed=speed,
            begin_day=document.get("begin_day") is True,
        )


def clock_topic(plan_id: str) -> str:
    """Where the feed of a plan announces its clock."""
    return f"mall/{plan_id}/clock"
