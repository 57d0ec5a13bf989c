"""From a message to readings: decoders are found by entry points, so that a site adds its own.

A decoder either gives at least one reading or raises :class:`~twin.errors.ReadingError`; a message that only
proves that its sender lives gives a heartbeat. Nothing is dropped without a trace.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property
from importlib.metadata import entry_points
from typing import Protocol
from zoneinfo import ZoneInfo

from sensors.identity import Identity
from sensors.payload import Payload
from twin.errors import ReadingError
from twin.live.reading import Reading, Source

GROUP = "twin.decoders"
OWN = "mall_twin"


@dataclass(frozen=True)
class Context:
    """What a decoder may know beside the message itself."""

    identity: Identity
    received: datetime
    source: Source = Source.LIVE
    message: int | None = None
    zone: ZoneInfo = field(init=False)

    def __post_init__(self) -> None:
        """Times without a zone are the mall's."""
        object.__setattr__(self, "zone", ZoneInfo(self.identity.plan.timezone))

    @cached_property
    def plan_id(self) -> str:
        """Id of the plan."""
        return self.identity.plan.id


class Decoder(Protocol):
    """Reads one dialect."""

    @property
    def dialects(self) -> frozenset[str]:
        """What ``Device.model`` calls it."""

    def recognises(self, topic: str, payload: Payload) -> bool:
        """Whether the message looks like this dialect. Must not raise."""

    def decode(self, topic: str, payload: Payload, context: Context) -> list[Reading]:
        """The readings of the message, at least one.

        Raises:
            ReadingError: if it is none of this dialect; the message names the field and the rule.
        """


@cache
def decoders() -> Mapping[str, Decoder]:
    """All registered decoders by name, our own last: on our topics it takes what no vendor's envelope is."""
    points = sorted(entry_points(group=GROUP), key=lambda point: (point.name == OWN, point.name))
    return {point.name: point.load() for point in points}


def decode(topic: str, raw: bytes, context: Context) -> list[Reading]:
    """The readings of a message.

    Raises:
        ReadingError: if no decoder can read it.
    """
    payload = Payload(raw)
    known = decoders()
    for decoder in known.values():
        if decoder.recognises(topic, payload):
            readings = decoder.decode(topic, payload, context)
            if not readings:
                raise ReadingError("the payload holds no reading")
            return readings
    _ = payload.json  # says what is wrong with it, where it is no JSON at all
    raise ReadingError(f"no decoder recognises the payload (tried {', '.join(known)})")
