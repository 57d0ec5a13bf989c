"""People: what counters and zone sensors say, the estimate made of it, and the day's footfall."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.live.counting import CountStream, Outcome
from twin.live.health import Health
from twin.live.occupancy import CounterModel, Flows
from twin.live.placing import Placed, ZoneReading, place
from twin.live.prior import Prior
from twin.live.reading import CUMULATIVE, Reading, ReadingKind
from twin.live.regions import OUTSIDE, Regions, regions_of
from twin.live.snapshot import OccupancyEstimate, Quality
from twin.plan.model import DeviceKind, Plan

INWARD = frozenset({ReadingKind.COUNT_IN, ReadingKind.TOTAL_IN})
EVENTS = "/live"
"""A stream whose name ends so tells single crossings, which are the poorest series of a device."""
ANY_LINE = "*"
ZONE_KINDS = frozenset({DeviceKind.ZONE_SENSOR, DeviceKind.CAMERA})
ZONE_LOST_INTERVALS = 5.0
"""A zone reading older than this many of its device's intervals is not used."""
SILENT_CV = 0.5
"""Relative standard error of what probably passed a counter while it was silent."""
RATE_WINDOW_S = 900.0
"""Time constant of the smoothed traffic of a counter."""


@dataclass(slots=True)
class _Traffic:
    """Smoothed passages per second of one counter, both ways."""

    per_s: float = 0.0
    at: datetime | None = None

    def add(self, people: float, at: datetime) -> None:
        """Take ``people`` who passed up to ``at``."""
        if self.at is None:
            self.at = at
            self.per_s = people / RATE_WINDOW_S
            return
        gap = max((at - self.at).total_seconds(), 0.0)
        self.per_s = self.per_s * float(np.exp(-gap / RATE_WINDOW_S)) + people / RATE_WINDOW_S
        self.at = max(at, self.at)


@dataclass(slots=True)
class People:
    """The estimate of one plan. It is not safe for threads; :class:`twin.live.twin_state.LiveTwin` is."""

    plan: Plan
    prior: Prior
    model: CounterModel = field(default_factory=CounterModel)
    regions: Regions = field(init=False)
    flows: Flows = field(init=False)
    streams: dict[tuple[str, ReadingKind, str], CountStream] = field(default_factory=dict)
    rank: dict[tuple[str, str, bool], int] = field(default_factory=dict)
    zones: dict[str, dict[tuple[str, str], tuple[float, datetime]]] = field(default_factory=dict)
    traffic: dict[str, _Traffic] = field(default_factory=dict)
    by_hour: NDArray[np.float64] = field(default_factory=lambda: np.zeros(24))
    peak: float = 0.0
    relaxed: datetime | None = None
    """Until when debts were forgiven."""
    counted: bool = False
    """Whether any counter at a way in has spoken today."""
    areas: NDArray[np.float64] = field(init=False)
    _index: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        """Cut the plan into regions."""
        self.regions = regions_of(self.plan)
        self.flows = Flows(self.regions, self.model)
        self.areas = np.array([max(space.shape.area, 1.0) for space in self.plan.spaces])
        self._index = {space.id: i for i, space in enumerate(self.plan.spaces)}

    def count(self, reading: Reading, *, hour: int) -> tuple[Outcome, ...]:
        """Take what a counter says; ``hour`` is the local hour of the passages."""
        inward = reading.kind in INWARD
        cumulative = reading.kind in CUMULATIVE
        events = reading.stream.endswith(EVENTS)
        rank = 2 if cumulative else 0 if events else 1
        # A vendor's events name geometries, its counts logics: any count of the device is better than events.
        line = ANY_LINE if events else reading.stream
        best = self.rank.get((reading.device, line, inward), rank)
        if rank < best:
            return (Outcome.SUPERSEDED,)
        self.rank[reading.device, reading.stream, inward] = rank
        self.rank[reading.device, ANY_LINE, inward] = max(
            rank, self.rank.get((reading.device, ANY_LINE, inward), rank)
        )
        key = (reading.device, reading.kind, reading.stream)
        stream = self.streams.get(key)
        if stream is None:
            stream = self.streams[key] = CountStream(cumulative=cumulative)
        step = stream.take(reading.value, reading.measured, reading.sequence)
        if Outcome.DUPLICATE in step.outcomes:
            return step.outcomes
        gate = self.regions.gates.get(reading.device)
        self.traffic.setdefault(reading.device, _Traffic()).add(step.increment, reading.measured)
        if gate is not None:
            self.flows.passage(reading.device, step.increment, inward=inward, lost_sd=step.lost_sd)
            if gate.outer:
                self.counted = True
                if inward == (gate.a == OUTSIDE):
                    self.by_hour[hour] += step.increment * gate.share
        return step.outcomes

    def zone(self, reading: Reading) -> tuple[Outcome, ...]:
        """Take what a zone sensor shows."""
        device = self.plan.device.get(reading.device)
        space_id = reading.space if reading.space in self._index else ""
        if not space_id and device is not None and device.kind in ZONE_KINDS:
            space_id = device.space_id
        if space_id not in self._index:
            return (Outcome.SUPERSEDED,)
        known = self.zones.setdefault(space_id, {})
        key = (reading.device, reading.stream)
        before = known.get(key)
        if before is not None and reading.measured <= before[1]:
            same = reading.measured == before[1] and reading.value == before[0]
            return (Outcome.DUPLICATE,) if same else (Outcome.OUT_OF_ORDER,)
        known[key] = (reading.value, reading.measured)
        self.flows.version += 1
        return (Outcome.APPLIED,)

    def new_day(self) -> None:
        """Begin a day with an empty mall and no footfall."""
        self.flows.reset()
        self.by_hour = np.zeros(24)
        self.peak = 0.0
        self.counted = False

    def placed(self, now: datetime, clock_s: float, silent: frozenset[str], health: Health) -> Placed:
        """People by space and in all, silent counters widening the band."""
        if self.relaxed is not None:
            self.flows.relax((now - self.relaxed).total_seconds())
        self.relaxed = now
        p = self.flows.p.copy()
        for device in silent & set(self.regions.gates):
            gate = self.regions.gates[device]
            traffic = self.traffic.get(device)
            if not gate.divides or traffic is None:
                continue
            unseen = traffic.per_s * health.silence_s(device, now) * gate.share
            variance = unseen + (SILENT_CV * unseen) ** 2
            step = np.zeros(self.regions.count)
            if gate.a != OUTSIDE:
                step[gate.a] = -1.0
            if gate.b != OUTSIDE:
                step[gate.b] = 1.0
            p += variance * np.outer(step, step)
        placed = place(
            self.regions,
            self.flows.people,
            p,
            weights=self.prior.weights(clock_s),
            cv=self.prior.cv,
            region_cv=self.prior.region_cv,
            zones=self._zones_now(now),
        )
        self.peak = max(self.peak, placed.total)
        return placed

    def estimates(
        self, placed: Placed, now: datetime, silent: frozenset[str], health: Health
    ) -> tuple[OccupancyEstimate, dict[str, OccupancyEstimate]]:
        """The estimate of the whole mall, and of each space in which people walk."""
        region_state = [
            self._state(self.regions.gates_of[r], now, silent, health) for r in range(self.regions.count)
        ]
        low, high = placed.band
        density = placed.mean / self.areas
        zones = self._zones_now(now)
        spaces = {}
        for i, space_id in enumerate(self.regions.space_ids):
            region = int(self.regions.of_space[i])
            if region < 0:
                continue
            quality, age = region_state[region]
            if i in zones:
                quality, age = "good", zones[i].age_s
            spaces[space_id] = OccupancyEstimate(
                mean=float(placed.mean[i]),
                low=float(low[i]),
                high=float(high[i]),
                density=float(density[i]),
                age_s=age,
                quality=quality,
            )
        total_low, total_high = placed.total_band
        quality, age = self._state(self.regions.outer_devices, now, silent, health)
        area = float(self.areas[self.regions.of_space >= 0].sum())
        inside = OccupancyEstimate(
            mean=placed.total,
            low=total_low,
            high=total_high,
            density=placed.total / area if area else 0.0,
            age_s=age,
            quality=quality,
        )
        return inside, spaces

    def known(self) -> NDArray[np.bool_]:
        """Whether the estimate of a space rests on anything that was measured, [S]."""
        heard = np.array(
            [any(device in self.traffic for device in devices) for devices in self.regions.gates_of],
            dtype=bool,
        )
        known = np.zeros(len(self.regions.space_ids), dtype=bool)
        walked = self.regions.of_space >= 0
        if len(heard):
            known[walked] = heard[self.regions.of_space[walked]]
        known[[self._index[space_id] for space_id in self.zones]] = True
        return known

    def _zones_now(self, now: datetime) -> dict[int, ZoneReading]:
        """What zone sensors show, those left out that are too old."""
        found = {}
        for space_id, known in self.zones.items():
            people, oldest = 0.0, 0.0
            for (device_id, _), (value, at) in known.items():
                device = self.plan.device.get(device_id)
                age = max((now - at).total_seconds(), 0.0)
                if age <= ZONE_LOST_INTERVALS * (device.interval_s if device else 60.0):
                    people += value
                    oldest = max(oldest, age)
                else:
                    break
            else:
                found[self._index[space_id]] = ZoneReading(people=people, age_s=oldest)
        return found

    @staticmethod
    def _state(
        devices: Sequence[str], now: datetime, silent: frozenset[str], health: Health
    ) -> tuple[Quality, float | None]:
        """Quality and age of what rests on ``devices``."""
        seen = [health.seen[device] for device in devices if device in health.seen]
        if not seen:
            return "unknown", None
        age = max((now - max(seen)).total_seconds(), 0.0)
        return ("stale" if any(device in silent for device in devices) else "good"), age

    def document(self) -> dict[str, Any]:
        """The state as a checkpoint keeps it."""
        return {
            "flows": self.flows.document(),
            "streams": [[*key, stream.document()] for key, stream in self.streams.items()],
            "rank": [[*key, value] for key, value in self.rank.items()],
            "zones": [
                [space_id, device, stream, value, at.isoformat()]
                for space_id, known in self.zones.items()
                for (device, stream), (value, at) in known.items()
            ],
            "traffic": {
                key: [one.per_s, None if one.at is None else one.at.isoformat()]
                for key, one in self.traffic.items()
            },
            "by_hour": self.by_hour.tolist(),
            "peak": self.peak,
            "counted": self.counted,
        }

    def restore(self, document: Mapping[str, Any]) -> None:
        """Go on from what :meth:`document` wrote on the same plan."""
        self.flows.restore(document["flows"])
        self.streams = {
            (device, ReadingKind(kind), stream): CountStream.restored(kept)
            for device, kind, stream, kept in document["streams"]
        }
        self.rank = {(device, line, inward): value for device, line, inward, value in document["rank"]}
        self.zones = {}
        for space_id, device, stream, value, at in document["zones"]:
            self.zones.setdefault(space_id, {})[device, stream] = (value, datetime.fromisoformat(at))
        self.traffic = {
            key: _Traffic(per_s, None if at is None else datetime.fromisoformat(at))
            for key, (per_s, at) in document["traffic"].items()
        }
        self.by_hour = np.array(document["by_hour"], dtype=np.float64)
        self.peak = float(document["peak"])
        self.counted = bool(document["counted"])
