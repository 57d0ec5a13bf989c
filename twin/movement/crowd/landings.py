"""Where flights begin and end on a floor: a line across the flight's width, fitted into the landing.

A plan knows only a point for each stop. Around it a *foot* is looked for: a shallow recess as wide as the
flight, open towards the room, with its back at a wall near the point (or standing free in a wide hall), that
blocks no gate and faces the way people come from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Polygon

from twin.movement.crowd.walls import Shape, polygons

DEPTH_M = 0.4
"""Depth of a foot: whoever reaches its open side is clear of the wall behind."""
FRONT_M = 0.7
"""Free floor in front of it."""
BODY_M = 0.4
"""What two thirds of a person need to pass: ways that get narrower than this are blocked."""
DOOR_CLEAR_M = 0.6
STEP_M = 0.25
"""Distance between the places tried along a wall."""
NEAR_M = 6.0
"""Walls farther from the stop than this are tried last."""
FREE_COST_M = 4.0
"""A foot stands free in a hall rather than at a wall that is farther away than this."""
FACING_M = 2.0
"""How much farther away a foot may be that faces the gates of its room rather than stands sideways."""
HEADING_M = 3.0
"""The same for a foot whose flight leads straight on towards its other stop."""
NARROW_COST = 2.0
"""Metres away for each metre that a foot is narrower than its flight."""
SLACK_M = 0.02
TURNS = 16
"""Ways tried to turn a foot that stands free."""
SHARES = (1.0, 0.85, 0.7, 0.55, 0.4)
"""Widths tried, as a share of the flight's."""


@dataclass(frozen=True)
class Foot:
    """One end of a flight on a floor."""

    line: NDArray[np.float64]
    """[2, xy]: the way into the flight leads to its left."""
    recess: Polygon
    """What it takes off the room."""
    sides: NDArray[np.float64]
    """[3, 4] walls round the recess."""


@dataclass(frozen=True)
class Stop:
    """What a foot is looked for."""

    at: NDArray[np.float64]
    """Where the plan has it."""
    width_m: float
    other: NDArray[np.float64]
    """Where the plan has the other end of the flight, seen from above."""

    @property
    def heading(self) -> NDArray[np.float64]:
        """Where the flight leads: a unit vector, or zero where its ends lie above each other."""
        way = self.other - self.at
        length = float(np.hypot(*way))
        return way / length if length > self.width_m else np.zeros(2)


@dataclass(frozen=True)
class _Place:
    """A place for a foot: middle of its open side, unit vector to the front, width, depth."""

    middle: NDArray[np.float64]
    front: NDArray[np.float64]
    width: float
    depth: float

    def rectangle(self, begin: float, end: float, spare: float = 0.0) -> Polygon:
        """From ``begin`` to ``end`` before the open side (negative: behind), less ``spare`` all round."""
        across = np.array([-self.front[1], self.front[0]]) * (self.width / 2.0 - spare)
        low = self.middle + self.front * (begin + spare)
        high = self.middle + self.front * (end - spare)
        return Polygon([low - across, low + across, high + across, high - across])

    def foot(self) -> Foot:
        """The foot at this place."""
        across = np.array([-self.front[1], self.front[0]]) * (self.width / 2.0)
        line = np.stack([self.middle - across, self.middle + across])
        back = line - self.front * self.depth
        sides = np.array([[*line[0], *back[0]], [*back[0], *back[1]], [*back[1], *line[1]]])
        return Foot(line, self.rectangle(-self.depth, 0.0), sides)


def feet_of(
    area: Shape,
    gates: Sequence[NDArray[np.float64]],
    stops: Sequence[Stop],
) -> list[Foot | None]:
    """A foot for each stop in one space; ``None`` where not even a narrow one fits.

    Args:
        area: walkable area of the space.
        gates: [2, xy] lines of its openings and exits.
        stops: the flights that begin or end there.
    """
    placed: list[Foot] = []
    result: list[Foot | None] = []
    rest = area
    for stop in stops:
        foot = _fit(rest, gates, placed, stop)
        result.append(foot)
        if foot is not None:
            placed.append(foot)
            rest = polygons(shapely.difference(rest, foot.recess))
    return result


def _fit(
    area: Shape,
    gates: Sequence[NDArray[np.float64]],
    placed: Sequence[Foot],
    stop: Stop,
) -> Foot | None:
    """The best foot for one stop."""
    room = _reached_part(area, gates, stop.at)
    if room.is_empty:
        return None
    middles = np.array([gate.mean(axis=0) for gate in gates]).reshape(-1, 2)
    doors = shapely.MultiLineString([LineString(gate) for gate in gates])
    taken = shapely.union_all([foot.recess.union(_front_of(foot)) for foot in placed])
    open_sides = shapely.MultiLineString([LineString(foot.line) for foot in placed])
    wide = room.buffer(SLACK_M)
    shapely.prepare(wide)
    for must_pass, clear in ((True, DOOR_CLEAR_M), (True, SLACK_M), (False, SLACK_M)):
        for place in _places(room, middles, stop):
            recess = place.rectangle(-place.depth, 0.0, SLACK_M)
            front = place.rectangle(0.0, FRONT_M, SLACK_M)
            if not wide.covers(front) or not wide.covers(recess) or recess.intersects(taken):
                continue
            if recess.distance(doors) < clear or (len(placed) and front.intersects(open_sides)):
                continue
            if must_pass and not _passable(room, place, gates):
                continue
            return place.foot()
    return None


def _front_of(foot: Foot) -> Polygon:
    """The floor that must stay free in front of a foot."""
    dx, dy = foot.line[1] - foot.line[0]
    front = np.array([dy, -dx]) / np.hypot(dx, dy) * (FRONT_M - SLACK_M)
    return Polygon([foot.line[0], foot.line[1], foot.line[1] + front, foot.line[0] + front])


def _reached_part(area: Shape, gates: Sequence[NDArray[np.float64]], at: NDArray[np.float64]) -> Shape:
    """Of an area in several parts the one at the stop, of those that have a gate if any has."""
    parts = shapely.get_parts(area)
    if len(parts) <= 1:
        return area
    lines = [LineString(gate) for gate in gates]
    reached = [part for part in parts if any(part.distance(line) <= SLACK_M for line in lines)]
    best: Shape = min(reached or list(parts), key=lambda part: part.distance(shapely.Point(at)))
    return best


def _places(room: Shape, gates: NDArray[np.float64], stop: Stop) -> Iterator[_Place]:
    """Places to try, the best first."""
    at, width = stop.at, stop.width_m
    middles, fronts, sizes, costs = [], [], [], []
    start, along, length = _edges(room)
    turn = np.linspace(0.0, 2.0 * np.pi, TURNS, endpoint=False)
    standing = bool(room.covers(shapely.Point(at)))
    for share in SHARES:
        own = width * share
        edge, place = _at_walls(start, along, length, at, own)
        front = np.stack([-along[edge, 1], along[edge, 0]], axis=1)
        back = start[edge] + along[edge] * place[:, None]
        for depth in (DEPTH_M, DEPTH_M / 2.0):
            middle = back + front * depth
            lost = NARROW_COST * (width - own) + (DEPTH_M - depth)
            middles.append(middle)
            fronts.append(front)
            sizes.append(np.tile([own, depth], (len(edge), 1)))
            costs.append(np.hypot(*(middle - at).T) + lost)
        if standing:
            middles.append(np.tile(at, (TURNS, 1)))
            fronts.append(np.stack([np.cos(turn), np.sin(turn)], axis=1))
            sizes.append(np.tile([own, DEPTH_M], (TURNS, 1)))
            costs.append(np.full(TURNS, FREE_COST_M + NARROW_COST * (width - own)))
    middle, front, size = (np.concatenate(parts) for parts in (middles, fronts, sizes))
    cost = np.concatenate(costs) - FACING_M * _facing(gates, middle, front)
    cost += HEADING_M * (front @ stop.heading)
    for n in np.argsort(cost, kind="stable"):
        yield _Place(middle[n], front[n], float(size[n, 0]), float(size[n, 1]))


def _facing(
    gates: NDArray[np.float64], middle: NDArray[np.float64], front: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How well each foot faces the gates of its room, -1 to 1."""
    if not len(gates):
        return np.zeros(len(middle))
    away = gates[None] - middle[:, None]
    away /= np.maximum(np.hypot(away[..., 0], away[..., 1]), 1e-6)[..., None]
    facing: NDArray[np.float64] = np.einsum("ijk,ik->i", away, front) / len(gates)
    return facing


def _at_walls(
    start: NDArray[np.float64],
    along: NDArray[np.float64],
    length: NDArray[np.float64],
    at: NDArray[np.float64],
    width: float,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Edge and middle along it of feet with their backs at the walls of a room."""
    share = np.einsum("ij,ij->i", at - start, along)
    away = np.hypot(*(start + along * np.clip(share, 0.0, length)[:, None] - at).T)
    usable = length >= width - SLACK_M
    if (usable & (away <= NEAR_M)).any():
        usable &= away <= NEAR_M
    edges, places = [np.zeros(0, np.int64)], [np.zeros(0)]
    for n in np.flatnonzero(usable):
        low = min(width, length[n]) / 2.0
        high = length[n] - low
        nearest = np.clip(share[n], low, high)
        reach = NEAR_M + width
        tried = np.arange(max(low, nearest - reach), min(high, nearest + reach), STEP_M)
        tried = np.unique(np.concatenate([[low, high, nearest], tried]))
        edges.append(np.full(len(tried), n))
        places.append(tried)
    return np.concatenate(edges), np.concatenate(places)


def _edges(
    room: Shape,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Start, unit vector and length of each straight edge; the room lies to the left."""
    parts = [
        shapely.geometry.polygon.orient(part) for part in shapely.get_parts(room.simplify(SLACK_M / 2.0))
    ]
    points, ring = shapely.get_coordinates(shapely.get_rings(parts), return_index=True)
    same = ring[1:] == ring[:-1]
    start, step = points[:-1][same], np.diff(points, axis=0)[same]
    length = np.hypot(*step.T)
    keep = length > SLACK_M
    return start[keep], step[keep] / length[keep][:, None], length[keep]


def _passable(room: Shape, place: _Place, gates: Sequence[NDArray[np.float64]]) -> bool:
    """Whether the open side and all gates can be reached from each other with the foot in place."""
    half = BODY_M / 2.0
    free = shapely.difference(room, place.rectangle(-place.depth, 0.0)).buffer(-half)
    parts = shapely.get_parts(free)
    if len(parts) <= 1:
        return len(parts) == 1
    front = shapely.Point(place.middle + place.front * (half + SLACK_M))
    own = parts[int(np.argmin(shapely.distance(parts, front)))]
    reach = half + 2.0 * SLACK_M
    before = shapely.get_parts(room.buffer(-half))
    for gate in gates:
        line = LineString(gate)
        if own.distance(line) > reach and shapely.distance(before, line).min() <= reach:
            return False
    return True
