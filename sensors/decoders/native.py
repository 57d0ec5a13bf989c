"""The twin's own dialect: small JSON messages after ``sensors/schemas/reading.schema.json``.

Topic ``mall/<plan id>/<kind>/<device id>``. ``{"in": 3, "out": 1}`` on a counter's topic is a whole message;
so is a bare ``1`` on ``mall/<plan id>/fire/<device id>``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator

from sensors.decoding import Context
from sensors.payload import Payload, mapping, moment, number, text, whole
from twin.errors import ReadingError
from twin.live.reading import LARGEST, UNITS, Reading, ReadingKind, Source

MEASURES: Mapping[str, ReadingKind] = {
    "in": ReadingKind.COUNT_IN,
    "out": ReadingKind.COUNT_OUT,
    "total_in": ReadingKind.TOTAL_IN,
    "total_out": ReadingKind.TOTAL_OUT,
    "people": ReadingKind.OCCUPANCY,
    "queue": ReadingKind.QUEUE,
    "dwell_s": ReadingKind.DWELL_S,
    "kwh": ReadingKind.ENERGY_KWH,
    "w": ReadingKind.POWER_W,
    "m3": ReadingKind.WATER_M3,
    "temperature_c": ReadingKind.TEMPERATURE_C,
    "alive": ReadingKind.HEARTBEAT,
    "fire": ReadingKind.FIRE,
    "fault": ReadingKind.FAULT,
}
"""The measure that each key of a message is."""

SHORT: Mapping[str, str] = {
    "count": "in",
    "zone": "people",
    "energy": "kwh",
    "water": "m3",
    "heartbeat": "alive",
    "fire": "fire",
    "fault": "fault",
    "counter": "in",
    "zone_sensor": "people",
    "electricity_meter": "kwh",
    "water_meter": "m3",
    "fire_panel": "fire",
    "smoke_detector": "fire",
    "call_point": "fire",
    "sprinkler_zone": "fire",
}
"""The measure that a bare value is, by the kind in the topic: a word of ours, or the kind of the device."""

_PLAIN_MEASURES = frozenset({"in", "out", "total_in", "total_out", "people", "kwh", "w", "m3"})
_PLAIN_KEYS = _PLAIN_MEASURES | {"time", "seq", "source"}
_SOURCES = frozenset(one.value for one in Source)
ROOT = "mall"
KIND_PART = 2
"""Place of the kind in ``mall/<plan id>/<kind>/<device id>``."""
_BARE = (bool, int, float)


class Native:
    """Decoder of the twin's own dialect."""

    dialects = frozenset({"native", "mall_twin", ""})

    def recognises(self, topic: str, payload: Payload) -> bool:
        """Messages on our topics, and objects with one of our measures; vendors are asked before."""
        return topic.strip("/").split("/")[0] == ROOT or bool(payload.keys & MEASURES.keys())

    def decode(self, topic: str, payload: Payload, context: Context) -> list[Reading]:
        """The readings of one message, or of a list of messages."""
        value = payload.json
        if isinstance(value, _BARE):
            value = {_short(topic): value}
        if not plainly_valid(value):
            error = next(iter(_validator().iter_errors(value)), None)
            if error is not None:
                raise ReadingError(f"{_where(error)}: {_told(error)}")
        messages = value if isinstance(value, list) else [value]
        return [one for message in messages for one in _readings(topic, mapping(message, "message"), context)]


def plainly_valid(value: object) -> bool:
    """Whether ``value`` is a message of plain numbers and times, which the schema allows for sure.

    The schema itself takes a millisecond a message; this takes the common ones. What it does not know is
    for the schema to judge (a test holds the two together).
    """
    if not isinstance(value, dict) or not value.keys() <= _PLAIN_KEYS or not value.keys() & _PLAIN_MEASURES:
        return False
    for key, one in value.items():
        if key in _PLAIN_MEASURES:
            if type(one) not in {int, float} or not 0 <= one <= LARGEST:
                return False
        elif key == "seq":
            if type(one) is not int or not 0 <= one <= LARGEST:
                return False
        elif type(one) is not str or (key == "source" and one not in _SOURCES):
            return False
    return True


def _readings(topic: str, message: Mapping[str, object], context: Context) -> list[Reading]:
    """One reading for each measure of a message."""
    device = context.identity.device(topic, [text(message.get("device"), "device")])
    measured = context.received
    if "time" in message:
        measured = moment(message["time"], "time", context.zone)
    start = moment(message["start"], "start", context.zone) if "start" in message else None
    source = Source(str(message["source"])) if "source" in message else context.source
    return [
        Reading(
            device=device,
            kind=kind,
            value=float(value) if isinstance(value := message[key], bool) else number(value, key),
            unit=UNITS[kind],
            measured=measured,
            received=context.received,
            start=start,
            sequence=whole(message["seq"], "seq") if "seq" in message else None,
            stream=text(message.get("line"), "line"),
            space=text(message.get("space"), "space"),
            quality=str(message.get("quality", "good")),
            topic=topic,
            source=source if context.source is Source.LIVE else context.source,
            message=context.message,
        )
        for key, kind in MEASURES.items()
        if key in message
    ]


def _short(topic: str) -> str:
    """The measure that a bare value on ``topic`` is."""
    parts = topic.strip("/").split("/")
    kind = parts[KIND_PART] if len(parts) > KIND_PART and parts[0] == ROOT else ""
    if kind not in SHORT:
        raise ReadingError(
            f"a bare value needs a topic {ROOT}/<plan id>/<kind>/<device id>; kinds: {', '.join(SHORT)}"
        )
    return SHORT[kind]


@cache
def _validator() -> Draft202012Validator:
    schema: dict[str, Any] = json.loads(
        files("sensors.schemas").joinpath("reading.schema.json").read_text("utf-8")
    )
    # The three forms are told apart here, so that an error speaks of the message and not of the choice.
    message = schema["$defs"]["message"]
    either = {
        "if": {"type": "array"},
        "then": {"items": message, "minItems": 1, "maxItems": 10000},
        "else": message,
    }
    return Draft202012Validator(either | {"$defs": schema["$defs"]})


def _where(error: Any) -> str:  # noqa: ANN401 - jsonschema has no types
    path = ".".join(str(part) for part in error.absolute_path)
    return path or "message"


def _told(error: Any) -> str:  # noqa: ANN401 - jsonschema has no types
    if error.validator == "anyOf":
        return f"it holds no measure; there are: {', '.join(MEASURES)}"
    return str(error.message)[:200].splitlines()[0]


DECODER = Native()
