"""Xovis people counters: version 5 (live, logics, status) and version 4 (line counts, events).

Version 5 envelopes hold ``package_info`` (a running number, by which repeats and gaps are known) and
``sensor_info`` (serial number). Times are Unix milliseconds or RFC 3339, as the agent is set. ``fw`` is
inward, ``bw`` outward: a sensor is mounted so that forward leads into the place that it guards.

Of the counts, ``fw``, ``bw``, ``balance``, ``dwell_time``, ``queue-length`` and ``queueing-time`` are taken;
splits by gender, age or mask repeat the same people and are left in the inbox.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sensors.decoding import Context
from sensors.payload import Payload, mapping, moment, number, sequence, text, whole
from twin.live.people import EVENTS
from twin.live.reading import UNITS, Reading, ReadingKind

INCREMENTS: Mapping[str, ReadingKind] = {"fw": ReadingKind.COUNT_IN, "bw": ReadingKind.COUNT_OUT}
TOTALS: Mapping[str, ReadingKind] = {"fw": ReadingKind.TOTAL_IN, "bw": ReadingKind.TOTAL_OUT}
STATES: Mapping[str, ReadingKind] = {
    "balance": ReadingKind.OCCUPANCY,
    "dwell_time": ReadingKind.DWELL_S,
    "queue-length": ReadingKind.QUEUE,
    "queueing-time": ReadingKind.DWELL_S,
}
CROSSINGS: Mapping[str, str] = {"LINE_CROSS_FORWARD": "fw", "LINE_CROSS_BACKWARD": "bw"}
V4_DIRECTIONS: Mapping[str, str] = {"forward": "fw", "backward": "bw"}
_V5 = frozenset({"live_data", "logics_data", "status_data", "wifi_bt_data", "connection_test"})


@dataclass(frozen=True)
class _Message:
    """What all readings of one message share."""

    topic: str
    context: Context
    device: str
    sequence: int | None = None

    def reading(
        self,
        kind: ReadingKind,
        value: float,
        *,
        at: datetime | None = None,
        start: datetime | None = None,
        stream: str = "",
        quality: str = "good",
    ) -> Reading:
        """One reading of this message."""
        return Reading(
            device=self.device,
            kind=kind,
            value=value,
            unit=UNITS[kind],
            measured=at or self.context.received,
            received=self.context.received,
            start=start,
            sequence=self.sequence,
            stream=stream,
            quality=quality,
            topic=self.topic,
            source=self.context.source,
            message=self.context.message,
        )


class Xovis:
    """Decoder of Xovis 5 and 4."""

    dialects = frozenset({"xovis", "xovis5", "xovis4"})

    def recognises(self, topic: str, payload: Payload) -> bool:
        """By the envelope."""
        del topic
        keys = payload.keys
        if keys & _V5 or {"sensor-time", "content"} <= keys:
            return True
        if "values" not in keys or not isinstance(payload.json, dict):
            return False
        values = payload.json["values"]
        return isinstance(values, list) and all(
            isinstance(one, dict) and "countItem" in one for one in values
        )

    def decode(self, topic: str, payload: Payload, context: Context) -> list[Reading]:
        """The readings of one message; a heartbeat where it only shows that the sensor lives."""
        document = mapping(payload.json, "payload")
        found = sorted(_V5 & document.keys())
        if found:
            body = mapping(document[found[0]], found[0])
            message = _v5_message(topic, body, context)
            readings = list(_V5_BODIES[found[0]](message, body))
        elif "content" in document:
            message, readings = _v4_counts(topic, document, context)
        else:
            message, readings = _v4_events(topic, document, context)
        return readings or [message.reading(ReadingKind.HEARTBEAT, 1.0)]


def _v5_message(topic: str, body: Mapping[str, object], context: Context) -> _Message:
    """Who sent a version 5 message, and its number."""
    package = mapping(body.get("package_info", {}), "package_info")
    sensor = mapping(body.get("sensor_info", {}), "sensor_info")
    names = [text(sensor.get(key), key) for key in ("serial_number", "name", "id")]
    running = whole(package["id"], "package_info.id") if "id" in package else None
    return _Message(topic, context, context.identity.device(topic, names), running)


def _logics(message: _Message, body: Mapping[str, object]) -> Iterator[Reading]:
    """Counts by interval."""
    for logic in (mapping(one, "logics") for one in sequence(body.get("logics"), "logics")):
        line = text(logic.get("id"), "logics.id")
        for record in (mapping(one, "records") for one in sequence(logic.get("records"), "records")):
            yield from _record(message, line, record)


def _record(message: _Message, line: str, record: Mapping[str, object]) -> Iterator[Reading]:
    """The counts of one interval of one logic."""
    zone = message.context.zone
    start, at = (moment(record.get(key), f"records.{key}", zone) for key in ("from", "to"))
    expected = number(record.get("samples_expected", 0), "samples_expected")
    whole_interval = number(record.get("samples", expected), "samples") >= expected
    quality = "good" if whole_interval else "poor"
    counts = [mapping(one, "counts") for one in sequence(record.get("counts"), "counts")]
    names = {text(one.get("name"), "counts.name") for one in counts}
    for count in counts:
        name = text(count.get("name"), "counts.name")
        kind = INCREMENTS.get(name) or STATES.get(name)
        # Beside fw and bw, a balance is their difference and no number of people in a zone.
        if kind is None or (name == "balance" and names & INCREMENTS.keys()):
            continue
        value = number(count.get("value"), f"counts.{name}")
        if kind is ReadingKind.OCCUPANCY:
            value = max(value, 0.0)
        yield message.reading(kind, value, at=at, start=start, stream=line, quality=quality)


def _live(message: _Message, body: Mapping[str, object]) -> Iterator[Reading]:
    """Events as they happen."""
    for frame in (mapping(one, "frames") for one in sequence(body.get("frames"), "frames")):
        at = moment(frame.get("time"), "frames.time", message.context.zone)
        tracks = [
            mapping(one, "tracked_objects")
            for one in sequence(frame.get("tracked_objects"), "tracked_objects")
        ]
        groups = {text(one.get("track_id"), "track_id") for one in tracks if one.get("type") == "GROUP"}
        crossings: Counter[tuple[str, str]] = Counter()
        for event in (mapping(one, "events") for one in sequence(frame.get("events"), "events")):
            attributes = mapping(event.get("attributes", {}), "events.attributes")
            kind = text(event.get("type"), "events.type")
            if kind in CROSSINGS:
                # A group that crosses repeats the people in it.
                if text(attributes.get("track_id"), "track_id") not in groups:
                    crossings[CROSSINGS[kind], text(attributes.get("geometry_id"), "geometry_id")] += 1
            else:
                yield from _counter(message, at, attributes)
        for (name, line), people in crossings.items():
            yield message.reading(INCREMENTS[name], float(people), at=at, stream=f"{line}{EVENTS}")


def _counter(message: _Message, at: datetime, attributes: Mapping[str, object]) -> Iterator[Reading]:
    """A counter that changed: its value is cumulative."""
    name = text(attributes.get("counter_name"), "counter_name")
    kind = TOTALS.get(name) or STATES.get(name)
    if kind is None:
        return
    value = max(number(attributes.get("counter_value"), "counter_value"), 0.0)
    yield message.reading(kind, value, at=at, stream=text(attributes.get("logic_id"), "logic_id"))


def _status(message: _Message, body: Mapping[str, object]) -> Iterator[Reading]:
    """The sensor's state of health."""
    yield message.reading(ReadingKind.HEARTBEAT, 1.0)
    states = mapping(body.get("states", {}), "states")
    device = mapping(states.get("device", {}), "states.device")
    state = mapping(device.get("state", {}), "states.device.state")
    if "state" in state:
        faulty = text(state["state"], "states.device.state.state") != "OK"
        yield message.reading(ReadingKind.FAULT, float(faulty))
    details = mapping(state.get("details", {}), "details")
    temperatures = mapping(details.get("temperatures", {}), "temperatures")
    if "housing" in temperatures:
        yield message.reading(ReadingKind.TEMPERATURE_C, number(temperatures["housing"], "housing"))


def _alive(message: _Message, body: Mapping[str, object]) -> Iterator[Reading]:
    """A message that only shows that the sensor lives."""
    del body
    yield message.reading(ReadingKind.HEARTBEAT, 1.0)


_V5_BODIES = {
    "connection_test": _alive,
    "live_data": _live,
    "logics_data": _logics,
    "status_data": _status,
    "wifi_bt_data": _alive,
}


def _v4_counts(
    topic: str, document: Mapping[str, object], context: Context
) -> tuple[_Message, list[Reading]]:
    """Version 4: counts by interval."""
    sensor = mapping(document.get("sensor-info", {}), "sensor-info")
    names = [text(sensor.get(key), key) for key in ("serial-number", "name")]
    message = _Message(topic, context, context.identity.device(topic, names))
    content = mapping(document["content"], "content")
    readings = []
    for element in (mapping(one, "element") for one in sequence(content.get("element"), "content.element")):
        line = text(element.get("element-id"), "element-id")
        for part in (
            mapping(one, "measurement") for one in sequence(element.get("measurement"), "measurement")
        ):
            start, at = (moment(part.get(key), f"measurement.{key}", context.zone) for key in ("from", "to"))
            for value in (mapping(one, "value") for one in sequence(part.get("value"), "value")):
                kind = INCREMENTS.get(text(value.get("label"), "label"))
                if kind is not None:
                    people = number(value.get("value"), "value")
                    readings.append(message.reading(kind, people, at=at, start=start, stream=line))
    return message, readings


def _v4_events(
    topic: str, document: Mapping[str, object], context: Context
) -> tuple[_Message, list[Reading]]:
    """Version 4: events. ``LineCount`` is what was counted; without it ``LineCrossing`` is taken."""
    values = [mapping(one, "values") for one in sequence(document.get("values"), "values")]
    serial = next((text(one.get("serial"), "serial") for one in values if one.get("serial")), "")
    message = _Message(topic, context, context.identity.device(topic, [serial]))
    counted = any(one.get("type") == "LineCount" for one in values)
    wanted = "LineCount" if counted else "LineCrossing"
    crossings: Counter[tuple[str, str, datetime]] = Counter()
    for one in values:
        if one.get("type") != wanted or one.get("objectType") == "GROUP":
            continue
        name = V4_DIRECTIONS.get(text(one.get("direction"), "direction"))
        if name is not None:
            line = text(mapping(one.get("countItem"), "countItem").get("id"), "countItem.id")
            crossings[name, line, moment(one.get("timestamp"), "timestamp", context.zone)] += 1
    return message, [
        replace(message.reading(INCREMENTS[name], float(people), at=at), stream=f"{line}{EVENTS}")
        for (name, line, at), people in crossings.items()
    ]


DECODER = Xovis()
