"""What a simulated counter sends, in the dialect of its model."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from twin.live.reading import Source
from twin.plan.model import Device


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Passages of one counter from ``start`` to ``end``; totals are up to ``end``."""

    start: datetime
    end: datetime
    inward: int
    outward: int
    total_in: int
    total_out: int


def counter_message(device: Device, number: int, intervals: Sequence[Interval], sequence: int) -> bytes:
    """The message of a counter; ``number`` tells the devices of one model apart."""
    if device.model.startswith("xovis"):
        return _json(_xovis(device, number, intervals, sequence))
    if device.model.startswith(("milesight", "vs1")):
        return _json(_milesight(device, number, intervals))
    return _json(_native(intervals, sequence))


def native(sequence: int, at: datetime, **measures: float) -> bytes:
    """A message of the twin's own dialect."""
    return _json(
        {"time": at.isoformat(timespec="milliseconds"), "seq": sequence, "source": Source.SIMULATED.value}
        | measures
    )


def serial(number: int) -> str:
    """A made-up MAC address of the locally administered range, which no vendor uses."""
    return f"02:00:00:00:{number // 256:02X}:{number % 256:02X}"


def _native(intervals: Sequence[Interval], sequence: int) -> dict[str, object]:
    last = intervals[-1]
    return {
        "time": last.end.isoformat(timespec="milliseconds"),
        "seq": sequence,
        "source": Source.SIMULATED.value,
        "total_in": last.total_in,
        "total_out": last.total_out,
    }


def _xovis(device: Device, number: int, intervals: Sequence[Interval], sequence: int) -> dict[str, object]:
    """Version 5 logics; every other sensor is set to RFC 3339 times, the others to Unix milliseconds."""

    def at(moment: datetime) -> object:
        return moment.isoformat() if number % 2 else round(moment.timestamp() * 1000)

    records = [
        {
            "from": at(one.start),
            "to": at(one.end),
            "samples": 1,
            "samples_expected": 1,
            "counts": [
                {"id": 1, "name": "fw", "value": one.inward},
                {"id": 2, "name": "bw", "value": one.outward},
            ],
        }
        for one in intervals
    ]
    logic = {
        "id": 1,
        "name": device.name.en,
        "info": "XLT_LINE_IN_OUT_COUNT",
        "geometries": [{"id": 1, "type": "LINE", "name": "Line 0"}],
        "records": records,
    }
    return {
        "logics_data": {
            "package_info": {"version": "5.0", "id": sequence, "agent_id": 1},
            "sensor_info": {"serial_number": serial(number), "type": "SINGLE_SENSOR"},
            "logics": [logic],
        }
    }


def _milesight(device: Device, number: int, intervals: Sequence[Interval]) -> dict[str, object]:
    """A periodic report: the interval's increments, and totals."""
    last = intervals[-1]
    inward, outward = sum(one.inward for one in intervals), sum(one.outward for one in intervals)
    line = {"line": 1, "line_name": "Line1", "line_uuid": f"line-{number}"}
    offset = last.end.utcoffset() or timedelta(0)
    hours, minutes = divmod(round(offset.total_seconds() / 60), 60)
    return {
        "device_info": {
            "cus_device_id": device.id,
            "device_mac": serial(number),
            "device_name": device.name.en,
            "device_sn": f"SIM{number:013d}",
            "firmware_version": "simulated",
        },
        "line_periodic_data": [line | {"total": {"in": inward, "out": outward}}],
        "line_total_data": [
            line
            | {
                "total": {
                    "in_counted": last.total_in,
                    "out_counted": last.total_out,
                    "capacity_counted": max(last.total_in - last.total_out, 0),
                }
            }
        ],
        "time_info": {
            "dst_status": False,
            "enable_dst": False,
            "start_time": intervals[0].start.isoformat(),
            "end_time": last.end.isoformat(),
            "time_zone": f"UTC{hours:+d}:{minutes:02d}",
        },
    }


def _json(document: Mapping[str, object]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
