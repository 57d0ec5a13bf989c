"""From passages of gates to positions of people: frames of a drill for the screen.

The network engine knows when somebody came to a gate and when they passed. Between, people are drawn on the
straight line from gate to gate, and in a half disc before the gate while they queue. A place in a wall or
void is moved to the nearest cell where one can walk.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from twin.movement.engines import MovementRun
from twin.movement.network import Network
from twin.plan.model import Plan
from twin.plan.zones import Zones
from twin.world.crowd import Crowd
from twin.world.frames import ABSENT, Frames, raster_of

_MOST_POSITIONS = 4_000_000
"""Positions that a playback holds; the step between frames grows with the crowd."""
_QUEUE_DENSITY = 2.5
"""People/m² drawn in a queue."""
_SHRINKS = 4
"""Times that a place in a queue is drawn half as far from its gate, until it lies in the space."""
_GOLDEN = 2.399963
"""Golden angle: spreads queuing people evenly over the half disc."""


@dataclass(frozen=True)
class _Knots:
    """Known positions, ordered by person and time."""

    agent: NDArray[np.int64]
    time_s: NDArray[np.float64]
    xy: NDArray[np.float64]
    level: NDArray[np.int64]


def frames_of(
    plan: Plan, zones: Zones, run: MovementRun, crowd: Crowd, *, film: Frames | None = None
) -> Frames:
    """Positions of everybody from the alarm to the end of ``run``, which must have recorded.

    ``film``: true positions of some of the people some of the time (a crowd on some levels); they hold where
    there are any, and its times and scale hold for all.
    """
    end = run.now_s
    if film is None:
        rates = (0.5, 1.0, 2.0, 5.0, 10.0, 1e9)
        step = next(s for s in rates if (end / s + 1) * max(run.agents, 1) <= _MOST_POSITIONS)
        step = min(step, max(end, 0.5))
        times = np.arange(0.0, end + step, step)
        origin, scale = raster_of(plan)
    else:
        step, origin, scale = film.step_s, np.array(film.origin), film.scale_m
        times = np.arange(len(film.level)) * step
    knots = _knots(zones, run, crowd)
    snap = [_Snap(grid.zone, grid.origin, grid.cell_m) for grid in zones.grids]
    x = np.zeros((len(times), run.agents), np.uint16)
    y, level = x.copy(), np.full(x.shape, ABSENT, np.uint8)
    span = max(end, times[-1]) + 2 * step + 1.0
    keys = knots.agent * span + knots.time_s
    who = np.arange(run.agents)
    for row, now in enumerate(times):
        at = np.searchsorted(keys, who * span + now, side="right") - 1
        after = np.minimum(at + 1, len(keys) - 1)
        same = knots.agent[after] == who
        gap = np.where(same, knots.time_s[after] - knots.time_s[at], 1.0)
        part = np.where(same, np.clip((now - knots.time_s[at]) / np.maximum(gap, 1e-9), 0, 1), 0.0)[:, None]
        place = knots.xy[at] + part * (knots.xy[after] - knots.xy[at])
        on = knots.level[at]
        for number, one in enumerate(snap):
            here = on == number
            place[here] = one.walkable(place[here])
        cells = np.clip(np.rint((place - origin) / scale), 0, np.iinfo(np.uint16).max)
        x[row], y[row], level[row] = cells[:, 0], cells[:, 1], on
    if film is not None:
        true = film.level != ABSENT
        x, y, level = (
            np.where(true, known, drawn) for known, drawn in ((film.x, x), (film.y, y), (film.level, level))
        )
    return Frames(
        step_s=float(step),
        scale_m=scale,
        origin=(float(origin[0]), float(origin[1])),
        level_ids=zones.level_ids,
        x=x,
        y=y,
        level=level,
    )


def _knots(zones: Zones, run: MovementRun, crowd: Crowd) -> _Knots:
    """Start, arrivals at gates, passages, and the end of everybody."""
    net = run.network
    times, agents, vertices = run.legs
    level_of = np.append(zones.zone_level[_zone_of_node(zones, net)], ABSENT)
    start = np.minimum(crowd.start_s, run.now_s)
    gate = vertices >> 1
    spot, outer = _spots(zones, net, times, agents, vertices)
    who = np.arange(run.agents)
    first = level_of[crowd.zone]
    agent = np.concatenate([who, who, agents, agents])
    time_s = np.concatenate([np.zeros(run.agents), start, times[:, 0], times[:, 1]])
    xy = np.concatenate([crowd.xy, crowd.xy, outer, spot])
    level = np.concatenate(
        [first, first, level_of[net.vertex_from[vertices]], level_of[net.vertex_to[vertices]]]
    )
    rank = np.concatenate(
        [np.zeros(run.agents), np.ones(run.agents), np.full(len(gate), 2), np.full(len(gate), 3)]
    )
    order = np.lexsort((rank, time_s, agent))
    return _Knots(agent[order].astype(np.int64), time_s[order], xy[order], level[order].astype(np.int64))


def _zone_of_node(zones: Zones, net: Network) -> NDArray[np.int32]:
    """The zone of each node: itself, or for a link its lower zone."""
    return np.concatenate([np.arange(net.zones, dtype=np.int32), zones.link_zones[:, 0]]).astype(np.int32)


def _ahead(times: NDArray[np.float64], vertices: NDArray[np.int32]) -> NDArray[np.float64]:
    """How many passed the same vertex while each stood before it."""
    span = float(times.max(initial=0.0)) + 1.0
    passed = vertices * span + times[:, 1]
    order = np.argsort(passed, kind="stable")
    rank = np.empty(len(order))
    rank[order] = np.arange(len(order))
    before = np.searchsorted(passed[order], vertices * span + times[:, 0], side="right")
    return np.maximum(rank - before, 0.0)


def _inside(zones: Zones, origin: NDArray[np.int32], place: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether each place lies in the space of the zone ``origin``."""
    same = np.zeros(len(place), bool)
    for number, grid in enumerate(zones.grids):
        rows = np.flatnonzero(zones.zone_level[origin] == number)
        cell = np.floor((place[rows] - np.array(grid.origin)) / grid.cell_m).astype(int)
        row = np.clip(cell[:, 1], 0, grid.zone.shape[0] - 1)
        col = np.clip(cell[:, 0], 0, grid.zone.shape[1] - 1)
        found = grid.zone[row, col]
        same[rows] = (found >= 0) & (zones.zone_space[found] == zones.zone_space[origin[rows]])
    return same


def _spots(
    zones: Zones,
    net: Network,
    times: NDArray[np.float64],
    agents: NDArray[np.int32],
    vertices: NDArray[np.int32],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where each passes the gate, and where it joined the queue before it."""
    gates = net.gates
    real = vertices < 2 * gates
    gate = np.where(real, vertices >> 1, 0)
    spread = ((agents * 0.618034) % 1.0 - 0.5) * 0.8
    line = net.gate_line[gate]
    spot = line.mean(axis=1) + spread[:, None] * (line[:, 1] - line[:, 0])
    trip = np.maximum(vertices - 2 * gates, 0)
    if len(net.trip_at):
        spot = np.where(real[:, None], spot, net.trip_at[trip, 1])
    ahead = _ahead(times, vertices)
    radius = np.sqrt(2 * ahead / (np.pi * _QUEUE_DENSITY))
    origin = net.vertex_from[vertices]
    inward = np.zeros_like(spot)
    zone = origin < net.zones
    inward[zone] = net.zone_centre[origin[zone]] - spot[zone]
    angle = np.arctan2(inward[:, 1], inward[:, 0]) + ((agents * _GOLDEN) % np.pi - np.pi / 2) * 0.9
    away = radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    queuing = zone & (ahead > 0)
    outer = np.where(queuing[:, None], spot + away, spot)
    for _ in range(_SHRINKS):
        rows = np.flatnonzero(queuing)
        astray = rows[~_inside(zones, origin[rows], outer[rows])]
        away[astray] *= 0.5
        outer[astray] = spot[astray] + away[astray]
    return spot, outer


class _Snap:
    """Moves places off walls and voids to the nearest walkable cell of one level."""

    def __init__(self, zone: NDArray[np.int32], origin: tuple[float, float], cell_m: float) -> None:
        self._origin, self._cell, self._zone = np.array(origin), cell_m, zone
        self._nearest = ndimage.distance_transform_edt(zone < 0, return_distances=False, return_indices=True)

    def walkable(self, place: NDArray[np.float64]) -> NDArray[np.float64]:
        """``place`` [n, xy], those in solid cells moved."""
        if not len(place):
            return place
        rows, cols = self._zone.shape
        cell = np.floor((place - self._origin) / self._cell).astype(int)
        col, row = np.clip(cell[:, 0], 0, cols - 1), np.clip(cell[:, 1], 0, rows - 1)
        solid = self._zone[row, col] < 0
        to_row, to_col = self._nearest[0][row, col], self._nearest[1][row, col]
        middle = self._origin + self._cell * (np.column_stack([to_col, to_row]) + 0.5)
        return np.where(solid[:, None], middle, place)
