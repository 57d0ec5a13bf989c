"""A simulated trading day as the messages of the plan's devices, and the truth behind them.

Times are seconds after local midnight of the day. What the devices see and how they err is a pure function of
the day's run, the noise and the seed; spans of time are told one after the other.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from sensors.noise import INWARD, OUTWARD, Noise
from sensors.simulated_dialects import Interval, counter_message, native
from twin.live.regions import EVERYDAY
from twin.plan.model import Device, DeviceKind, Plan, Space
from twin.world.streams import Streams

OPEN_W_M2, SHUT_W_M2, PERSON_W = 75.0, 12.0, 60.0
"""Electric load of let area, open and shut, and of each person. A mall that is open half the day then uses
about 430 kWh/m² a year, as measured in Hong Kong (Lam and Li 2003)."""
PERSON_M3_S = 1.5e-6
"""Water drawn by each person in a space with a meter: about 5 litres an hour."""
PANEL_S = 30.0
"""Fire interfaces are published at least this often."""
METERS = frozenset({DeviceKind.ELECTRICITY_METER, DeviceKind.WATER_METER})
LIVING = frozenset({DeviceKind.PARKING_COUNTER, DeviceKind.CHILLER, DeviceKind.AIR_HANDLER})
"""Kinds that send a heartbeat only."""


class DayLike(Protocol):
    """What is used of :class:`twin.world.trading_day_result.DayRun`."""

    @property
    def space_ids(self) -> tuple[str, ...]:
        """Spaces, in the order of the columns."""

    @property
    def time_s(self) -> NDArray[np.float64]:
        """Times of the samples, [T]."""

    @property
    def space_count(self) -> NDArray[np.int32]:
        """People by space, [T, S]."""

    @property
    def inside(self) -> NDArray[np.int64]:
        """People in the building, [T]."""

    @property
    def source_ids(self) -> tuple[str, ...]:
        """What passages name."""

    @property
    def passages(self) -> NDArray[np.void]:
        """Passages of what counters watch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """One message and when it is due."""

    at_s: float
    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sender:
    """When and how one device sends."""

    device: Device
    number: int
    interval_s: float
    phase_s: float
    ahead_s: float
    """How far its clock is ahead."""
    silent: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class _Sums:
    """People that a counter saw, summed up over its passages in one direction."""

    at_s: NDArray[np.float64]
    total: NDArray[np.int64]

    def until(self, at_s: float) -> int:
        """Everybody seen before ``at_s``."""
        i = int(np.searchsorted(self.at_s, at_s, side="left"))
        return int(self.total[i - 1]) if i else 0


class SimulatedDay:
    """The devices of one plan on one simulated day.

    Args:
        plan: the plan that the day was run on.
        run: the day, with its passages recorded.
        day: the date on which it is told.
        seed: of the devices' errors.
        noise: how they err.
    """

    def __init__(self, plan: Plan, run: DayLike, *, day: date, seed: int, noise: Noise | None = None) -> None:
        self.plan, self.run, self.noise = plan, run, noise or Noise()
        self.streams = Streams(seed)
        self.midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(plan.timezone))
        self._column = {space_id: i for i, space_id in enumerate(run.space_ids)}
        self._number = {device.id: i for i, device in enumerate(plan.devices)}
        self._told: dict[str, float] = {}
        self._sent: Counter[str] = Counter()
        self._grown: dict[str, NDArray[np.float64]] = {}
        self._counters = [
            one for one in plan.devices if one.kind is DeviceKind.COUNTER and one.watches in run.source_ids
        ]
        self._sums = self._count()
        self._inside = self._true_inside()
        self._senders = tuple(self._sender(one) for one in plan.devices if self._interval(one) and one.topic)

    def moment(self, at_s: float) -> datetime:
        """The local time at ``at_s``."""
        return self.midnight + timedelta(seconds=at_s)

    def messages(self, from_s: float, until_s: float, *, every_s: float | None = None) -> Iterator[Timed]:
        """Messages due in [``from_s``, ``until_s``), in order; call it for one span after the other.

        Args:
            from_s: begin of the span.
            until_s: its end.
            every_s: a longer interval between a device's messages than its own, to tell the past quickly;
                its counts lose nothing by it.
        """
        due: list[tuple[float, int]] = []
        for number, sender in enumerate(self._senders):
            step = max(sender.interval_s, every_s or 0.0)
            if every_s is not None and sender.device.kind is not DeviceKind.COUNTER:
                # Of the past, meters tell the hours; what others said of it has no use any more.
                if sender.device.kind not in METERS:
                    continue
                step = max(step, 3600.0)
            # A longer step ends where one of the device's own intervals ends.
            phase = sender.phase_s + step - sender.interval_s
            first = math.ceil((from_s - phase) / step)
            last = math.ceil((until_s - phase) / step)
            due += [(phase + k * step, number) for k in range(first, last)]
        for at_s, number in sorted(due):
            sender = self._senders[number]
            if sender.silent is not None and sender.silent[0] <= at_s < sender.silent[1]:
                continue
            self._sent[sender.device.id] += 1
            payload = self._payload(sender, at_s)
            self._told[sender.device.id] = at_s
            yield Timed(at_s=at_s, topic=sender.device.topic, payload=payload)

    def truth(self, at_s: float) -> bytes:
        """Who is really where: for the comparison only."""
        counts = self._at(at_s)
        document = {
            "time": self.moment(at_s).isoformat(),
            "inside": round(self.inside(at_s)),
            "spaces": {
                space_id: round(float(counts[i]), 1) for space_id, i in self._column.items() if counts[i] > 0
            },
        }
        return json.dumps(document).encode()

    def inside(self, at_s: float) -> float:
        """People who are really in the building."""
        times, counts = self._inside
        return float(np.interp(at_s, times, counts)) if len(times) else 0.0

    def _payload(self, sender: _Sender, at_s: float) -> bytes:
        """What a device sends at ``at_s``."""
        device, number = sender.device, sender.number
        told = self.moment(at_s + sender.ahead_s)
        sequence = self._sent[device.id]
        match device.kind:
            case DeviceKind.COUNTER:
                # Since its last message: what passed in a silence is told when it is over.
                since = self._told.get(device.id, at_s - sender.interval_s)
                interval = self._between(sender, since, at_s)
                return counter_message(device, number, [interval], sequence)
            case DeviceKind.ZONE_SENSOR:
                people = float(self._at(at_s)[self._column[device.space_id]])
                error = self.noise.zone_sd * float(self.streams.normal("zone", number, int(at_s)))
                return native(sequence, told, people=float(max(round(people * (1 + error)), 0)))
            case DeviceKind.ELECTRICITY_METER:
                return self._electric(device, number, at_s, told, sequence)
            case DeviceKind.WATER_METER:
                return native(sequence, told, m3=round(self._water(device, number, at_s), 4))
            case DeviceKind.FIRE_PANEL:
                return native(sequence, told, fire=0)
        return native(sequence, told, alive=1)

    def _between(self, sender: _Sender, since: float, until: float) -> Interval:
        """What a counter saw in a span."""
        inward, outward = self._sums[sender.device.id]
        total_in, total_out = inward.until(until), outward.until(until)
        return Interval(
            start=self.moment(since + sender.ahead_s),
            end=self.moment(until + sender.ahead_s),
            inward=total_in - inward.until(since),
            outward=total_out - outward.until(since),
            total_in=total_in,
            total_out=total_out,
        )

    def _sender(self, device: Device) -> _Sender:
        """When and how a device sends."""
        number, interval = self._number[device.id], self._interval(device) or 0.0
        counter = device.kind is DeviceKind.COUNTER
        return _Sender(
            device=device,
            number=number,
            interval_s=interval,
            phase_s=interval * float(self.streams.uniform("phase", number)),
            ahead_s=self.noise.clock_s(self.streams, number),
            silent=self.noise.silence(self.streams, number) if counter else None,
        )

    def _interval(self, device: Device) -> float | None:
        """Time between two messages; ``None`` for devices that send nothing by themselves."""
        if device.kind is DeviceKind.FIRE_PANEL:
            return min(PANEL_S, device.interval_s)
        if device.kind is DeviceKind.COUNTER:
            return device.interval_s if device.id in self._sums else None
        if device.kind is DeviceKind.ZONE_SENSOR:
            return device.interval_s if device.space_id in self._column else None
        return device.interval_s if device.kind in METERS | LIVING else None

    def _count(self) -> dict[str, tuple[_Sums, _Sums]]:
        """What each counter sees of the day's passages."""
        passages = self.run.passages
        heads: dict[str, list[Device]] = {}
        for device in self._counters:
            heads.setdefault(device.watches, []).append(device)
        sums = {}
        for source, devices in heads.items():
            here = passages[passages["source"] == self.run.source_ids.index(source)]
            shared = len(devices) > 1 and source not in self.plan.connector
            # Several sensors over one wide door each see the groups that pass below them.
            below = np.floor(
                self.streams.uniform(f"head_{source}", 0, np.arange(len(here))) * len(devices)
            ).astype(int)
            for k, device in enumerate(devices):
                mine = here[below == k] if shared else here
                sums[device.id] = (self._seen(device, mine, 1, INWARD), self._seen(device, mine, -1, OUTWARD))
        return sums

    def _seen(self, device: Device, passages: NDArray[np.void], sign: int, direction: int) -> _Sums:
        """Sums of one counter in one direction."""
        mine = passages[passages["direction"] == sign]
        people = mine["people"].astype(np.int64)
        seen = self.noise.seen(self.streams, self._number[device.id], direction, people)
        return _Sums(np.asarray(mine["t_s"], dtype=np.float64), np.cumsum(seen))

    def _true_inside(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """People inside over time: by every passage where all ways in are watched, else by the samples."""
        ways = {
            one.id for one in self.plan.exits if one.kind in EVERYDAY and one.open and not one.emergency_only
        }
        watched = {source: i for i, source in enumerate(self.run.source_ids)}
        if not ways or not ways <= watched.keys():
            return self.run.time_s.astype(np.float64), self.run.inside.astype(np.float64)
        exits = np.array([i for source, i in watched.items() if source in self.plan.exit])
        outer = self.run.passages[np.isin(self.run.passages["source"], exits)]
        change = outer["direction"].astype(np.float64) * outer["people"]
        return outer["t_s"].astype(np.float64), np.cumsum(change)

    def _at(self, at_s: float) -> NDArray[np.float64]:
        """People by space, between the two samples around ``at_s``, [S]."""
        times = self.run.time_s
        i = int(np.clip(np.searchsorted(times, at_s) - 1, 0, max(len(times) - 2, 0)))
        j = min(i + 1, len(times) - 1)
        span = float(times[j] - times[i])
        part = 0.0 if span <= 0 else float(np.clip((at_s - times[i]) / span, 0.0, 1.0))
        row: NDArray[np.float64] = (1 - part) * self.run.space_count[i] + part * self.run.space_count[j]
        return row

    def _electric(self, device: Device, number: int, at_s: float, told: datetime, sequence: int) -> bytes:
        """A meter's total and power."""
        watts = self._watts(device, at_s)
        # The day so far is told by its mean power: the total must never go back.
        spent = self._integral(device, at_s)
        total = 1e4 * (1 + 9 * float(self.streams.uniform("meter_total", number))) + spent / 3.6e6
        return native(sequence, told, kwh=round(total, 3), w=round(watts, 1))

    def _watts(self, device: Device, at_s: float) -> float:
        """Power of what a meter feeds."""
        space = self._fed(device)
        open_s = self._opening(device)
        base = OPEN_W_M2 if open_s[0] <= at_s < open_s[1] else SHUT_W_M2
        people = float(self._at(at_s)[self._column[space.id]]) if space.id in self._column else 0.0
        return float(base * space.shape.area + PERSON_W * people)

    def _integral(self, device: Device, at_s: float) -> float:
        """Joules since midnight."""
        space, open_s = self._fed(device), self._opening(device)
        lit = min(max(at_s - open_s[0], 0.0), open_s[1] - open_s[0])
        base = SHUT_W_M2 * at_s + (OPEN_W_M2 - SHUT_W_M2) * lit
        return float(base * space.shape.area + PERSON_W * self._person_seconds(space.id, at_s))

    def _water(self, device: Device, number: int, at_s: float) -> float:
        """A water meter's total, m³."""
        base = 100.0 * (1 + 9 * float(self.streams.uniform("meter_total", number)))
        return base + PERSON_M3_S * self._person_seconds(self._fed(device).id, at_s)

    def energy_by_hour(self) -> NDArray[np.float64]:
        """Electricity that all meters together count in each hour of the day, kWh, [24]."""
        meters = [one for one in self.plan.devices if one.kind is DeviceKind.ELECTRICITY_METER]
        joules = np.zeros(25)
        for device in meters:
            joules += [self._integral(device, 3600.0 * hour) for hour in range(25)]
        spent: NDArray[np.float64] = np.diff(joules) / 3.6e6
        return spent

    def _person_seconds(self, space_id: str, at_s: float) -> float:
        """Time that people spent in a space up to ``at_s``."""
        if space_id not in self._column:
            return 0.0
        if space_id not in self._grown:
            counts = self.run.space_count[:, self._column[space_id]].astype(np.float64)
            steps = 0.5 * (counts[1:] + counts[:-1]) * np.diff(self.run.time_s)
            self._grown[space_id] = np.concatenate([[0.0], np.cumsum(steps)])
        return float(np.interp(at_s, self.run.time_s, self._grown[space_id]))

    def _fed(self, device: Device) -> Space:
        """The space of a tenant's or an area's meter."""
        tenant = self.plan.tenant.get(device.watches)
        return self.plan.space[tenant.space_id if tenant else device.watches or device.space_id]

    def _opening(self, device: Device) -> tuple[float, float]:
        """From when to when the lights are on, seconds after midnight."""
        tenant = self.plan.tenant.get(device.watches)
        opens, closes = (tenant.opens_h, tenant.closes_h) if tenant else (9.5, 22.5)
        return opens * 3600.0, closes * 3600.0


def spaces_of(document: Mapping[str, object]) -> Mapping[str, float]:
    """People by space of a truth message."""
    spaces = document.get("spaces")
    return {str(key): float(value) for key, value in spaces.items()} if isinstance(spaces, dict) else {}
