"""Milesight people counters over MQTT or HTTP as JSON: VS125, VS13x and VS121-P.

``line_total_data`` (cumulative) is preferred over ``line_periodic_data`` (the interval's increments) of the
same line; ``line_trigger_data`` (increments at a crossing) is the poorest series. Stay times are in
milliseconds. Times carry an offset, or ``time_zone`` names one. Group counts repeat the people in them and
are left in the inbox.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sensors.decoding import Context
from sensors.payload import Payload, mapping, moment, number, sequence, text
from twin.live.people import EVENTS
from twin.live.reading import UNITS, Reading, ReadingKind

NAMES = ("device_sn", "device_mac", "cus_device_id", "device_name", "device")
PARTS = frozenset(
    {
        "line_trigger_data",
        "line_periodic_data",
        "line_total_data",
        "region_trigger_data",
        "region_data",
        "current_total",
    }
)
INCREMENTS: Mapping[str, ReadingKind] = {"in": ReadingKind.COUNT_IN, "out": ReadingKind.COUNT_OUT}
TOTALS: Mapping[str, ReadingKind] = {"in_counted": ReadingKind.TOTAL_IN, "out_counted": ReadingKind.TOTAL_OUT}
MS_PER_S = 1000.0


@dataclass(frozen=True)
class _Message:
    """What all readings of one message share."""

    topic: str
    context: Context
    device: str
    at: datetime
    start: datetime | None

    def reading(self, kind: ReadingKind, value: float, *, stream: str = "") -> Reading:
        """One reading of this message."""
        return Reading(
            device=self.device,
            kind=kind,
            value=value,
            unit=UNITS[kind],
            measured=self.at,
            received=self.context.received,
            start=self.start,
            stream=stream,
            topic=self.topic,
            source=self.context.source,
            message=self.context.message,
        )


class Milesight:
    """Decoder of Milesight's JSON."""

    dialects = frozenset({"milesight", "vs125", "vs133", "vs135", "vs121p"})

    def recognises(self, topic: str, payload: Payload) -> bool:
        """By the envelope."""
        del topic
        return "device_info" in payload.keys

    def decode(self, topic: str, payload: Payload, context: Context) -> list[Reading]:
        """The readings of one message; a heartbeat where it only shows that the counter lives."""
        document = mapping(payload.json, "payload")
        message = _message(topic, document, context)
        readings = [
            *_lines(message, document),
            *_triggers(message, document),
            *_regions(message, document),
        ]
        if "current_total" in document:
            people = number(document["current_total"], "current_total")
            readings.append(message.reading(ReadingKind.OCCUPANCY, people, stream="total"))
        return readings or [message.reading(ReadingKind.HEARTBEAT, 1.0)]


def _message(topic: str, document: Mapping[str, object], context: Context) -> _Message:
    """Who sent it, and when."""
    info = mapping(document["device_info"], "device_info")
    device = context.identity.device(topic, [text(info.get(key), key) for key in NAMES])
    times = mapping(document.get("time_info", {}), "time_info")
    zone_text = text(times.get("time_zone", times.get("timezone")), "time_zone")

    def at(key: str) -> datetime | None:
        if key not in times:
            return None
        return moment(times[key], f"time_info.{key}", context.zone, zone_text=zone_text)

    end = at("end_time") or at("time") or context.received
    return _Message(topic, context, device, end, at("start_time"))


def _lines(message: _Message, document: Mapping[str, object]) -> Iterator[Reading]:
    """Line counts: the total where the line has one, else the interval's."""
    counted = set()
    for entry in _entries(document, "line_total_data"):
        line = text(entry.get("line"), "line")
        total = mapping(entry.get("total", {}), "line_total_data.total")
        for key, kind in TOTALS.items():
            if key in total:
                counted.add((line, kind))
                yield message.reading(kind, number(total[key], key), stream=line)
    better = {INCREMENTS["in"]: TOTALS["in_counted"], INCREMENTS["out"]: TOTALS["out_counted"]}
    for entry in _entries(document, "line_periodic_data"):
        line = text(entry.get("line"), "line")
        total = mapping(entry.get("total", {}), "line_periodic_data.total")
        for key, kind in INCREMENTS.items():
            if key in total and (line, better[kind]) not in counted:
                yield message.reading(kind, number(total[key], key), stream=line)


def _triggers(message: _Message, document: Mapping[str, object]) -> Iterator[Reading]:
    """Counts that are sent when somebody crosses."""
    for entry in _entries(document, "line_trigger_data"):
        line = text(entry.get("line"), "line")
        total = mapping(entry.get("total", {}), "line_trigger_data.total")
        for key, kind in INCREMENTS.items():
            if key in total:
                yield message.reading(kind, number(total[key], key), stream=f"{line}{EVENTS}")


def _regions(message: _Message, document: Mapping[str, object]) -> Iterator[Reading]:
    """People in regions, and how long they stayed."""
    for part in ("region_data", "region_trigger_data"):
        body = mapping(document.get(part, {}), part)
        for entry in (
            mapping(one, part) for one in sequence(body.get("region_count_data"), "region_count_data")
        ):
            total = mapping(entry.get("total", {}), "region_count_data.total")
            if "current_total" in total:
                people = number(total["current_total"], "current_total")
                yield message.reading(
                    ReadingKind.OCCUPANCY, people, stream=text(entry.get("region"), "region")
                )
        for entry in (mapping(one, part) for one in sequence(body.get("dwell_time_data"), "dwell_time_data")):
            key = "avg_dwell_time" if "avg_dwell_time" in entry else "duration"
            stay = number(entry.get(key), key) / MS_PER_S
            yield message.reading(ReadingKind.DWELL_S, stay, stream=text(entry.get("region"), "region"))


def _entries(document: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    """The objects of a list of the payload."""
    return [mapping(one, key) for one in sequence(document.get(key), key)]


DECODER = Milesight()
