"""The walkable area of each space of a level, and the walls that are left between its gates.

Where spaces overlap the smaller lies on top, as on the raster of the plan. Where a gate does not lie on the
boundary of a space (a thick wall, a line drawn a few centimetres off), what lies between becomes part of that
space: a passage. Then every gate lies on the boundary of both its spaces, and the walls are what is left of
all boundaries.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from twin.movement.crowd.gaps import Gap
from twin.movement.network.model import OUTSIDE
from twin.plan.model import Space

Shape: TypeAlias = Polygon | MultiPolygon

GRID_M = 1e-3
"""Coordinates are rounded to this, so that boundaries drawn twice are the same."""
SLIVER_M = 0.02
"""What is thinner than this between two spaces is an inexact drawing, not floor."""
TOUCH_M = 3e-3
"""A gate nearer to a space than this touches it."""
CUT_M = 5e-3
"""Walls nearer to a gate than this lie in it."""
SAMPLE_M = 0.1
"""Distance between the places along a gate where its surroundings are looked at."""
SPREAD_M = 0.5
"""Parts of a gate that are farther from its spaces than its nearest part by more than this are wall."""
NARROW_M = 0.15
"""A piece at the end of a front that bends is wall if it is shorter than this."""
FREE_SHARE = 0.5
"""What stands in a gate (a column, a kiosk) is left there if at least this share of its width stays free."""
BEHIND_M = 1.0
"""An exit drawn less than this inside its space is meant to lie on the boundary."""


@dataclass(frozen=True)
class Floor:
    """One level in coordinates of the plan."""

    areas: dict[int, Shape]
    """Walkable area of each space, by index; disjoint."""
    gaps: list[Gap]
    """Pieces of gates; the way through (in the sense of the gate) leads to the left of the line."""
    walls: NDArray[np.float64]
    """[W, 4]"""
    lost: list[Gap]
    """Pieces of gates that something stands in."""


def floor_of(spaces: Sequence[tuple[int, Space]], gaps: Sequence[Gap]) -> Floor:
    """The floor of one level.

    Args:
        spaces: all spaces of the level with their indices.
        gaps: pieces of its gates.
    """
    areas, solid = visible(spaces)
    kept, lost = _free_gaps(gaps, areas, solid)
    kept = _wide_enough(kept)
    areas = with_passages(areas, kept)
    gaps_ = [_turned(gap, areas) for gap in kept]
    walls = walls_of(areas, gaps_)
    return Floor(areas, list(_open_parts(gaps_, walls)), segments(walls), lost)


def visible(spaces: Sequence[tuple[int, Space]]) -> tuple[dict[int, Shape], Shape]:
    """What is walkable of each space when smaller ones lie on top, and what is solid."""
    shapes = [_clean(space.shape) for _, space in spaces]
    # The order of the raster: large ones first, of equal ones that which stands first.
    order = np.argsort([-space.shape.area for _, space in spaces], kind="stable")
    rank = np.empty(len(spaces), np.int64)
    rank[order] = np.arange(len(spaces))
    tree = shapely.STRtree(shapes)
    areas: dict[int, Shape] = {}
    solid: list[Shape] = []
    for n, (index, space) in enumerate(spaces):
        above = [shapes[m] for m in tree.query(shapes[n], predicate="intersects") if rank[m] > rank[n]]
        seen = shapes[n]
        if above:
            seen = shapely.difference(seen, shapely.union_all(above, grid_size=GRID_M), grid_size=GRID_M)
        seen = polygons(seen)
        if seen.is_empty:
            continue
        if space.walkable:
            areas[index] = seen
        else:
            solid.append(seen)
    return areas, polygons(shapely.union_all(solid, grid_size=GRID_M))


def _clean(shape: BaseGeometry) -> Shape:
    return polygons(shapely.set_precision(shapely.make_valid(shape), GRID_M), sliver_m=0.0)


def polygons(shape: BaseGeometry, *, sliver_m: float = SLIVER_M) -> Shape:
    """The areas in ``shape`` that are on the average wider than a sliver."""
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, Polygon)]
    if isinstance(shape, shapely.GeometryCollection):
        parts = [piece for part in shape.geoms for piece in shapely.get_parts(part)]
        parts = [part for part in parts if isinstance(part, Polygon)]
    kept = [part for part in parts if part.area > 0.0 and 2.0 * part.area > sliver_m * part.length]
    return kept[0] if len(kept) == 1 else MultiPolygon(kept)


def _free_gaps(gaps: Sequence[Gap], areas: dict[int, Shape], solid: Shape) -> tuple[list[Gap], list[Gap]]:
    """The pieces of gates in which nothing stands and which are near their spaces, and those that are not."""
    in_the_way = _Obstacles(areas, solid)
    by_gate: dict[int, list[Gap]] = {}
    for gap in gaps:
        by_gate.setdefault(gap.gate, []).append(gap)
    kept: list[Gap] = []
    lost: list[Gap] = []
    for pieces in by_gate.values():
        sides = [room for room in pieces[0].rooms if room != OUTSIDE]
        if any(room not in areas for room in sides):
            lost.extend(pieces)
            continue
        width = sum(gap.length_m for gap in pieces)
        free = _near(pieces, [areas[room] for room in sides])
        for obstacle in in_the_way.of(free, sides):
            clear = list(without(free, obstacle.buffer(-TOUCH_M)))
            if sum(gap.length_m for gap in clear) >= FREE_SHARE * width:
                free = clear
        kept.extend(free)
        if sum(gap.length_m for gap in free) < FREE_SHARE * width:
            lost.extend(pieces)
    return kept, lost


def _wide_enough(gaps: Sequence[Gap]) -> list[Gap]:
    """The pieces of gates less those at their ends, round a corner, that no body passes: these are wall.

    A gate of such pieces only is left as it is.
    """
    ends: Counter[tuple[int, float, float]] = Counter()
    widest: dict[int, float] = {}
    for gap in gaps:
        ends.update((gap.gate, *end) for end in np.round(gap.line / SLIVER_M).tolist())
        widest[gap.gate] = max(widest.get(gap.gate, 0.0), gap.length_m)
    return [
        gap
        for gap in gaps
        if gap.length_m >= NARROW_M
        or widest[gap.gate] < NARROW_M
        or all(ends[gap.gate, *end] > 1 for end in np.round(gap.line / SLIVER_M).tolist())
    ]


class _Obstacles:
    """What may stand in a gate: solid things, and the areas of third spaces."""

    def __init__(self, areas: dict[int, Shape], solid: Shape) -> None:
        things = shapely.get_parts(solid).tolist()
        self._owner = [OUTSIDE] * len(things) + list(areas)
        self._things = [*things, *areas.values()]
        self._tree = shapely.STRtree(self._things)

    def of(self, pieces: list[Gap], sides: list[int]) -> list[Shape]:
        """What pieces of a gate between two spaces run into."""
        found = np.unique(self._tree.query([gap.shape for gap in pieces], predicate="intersects")[1])
        return [self._things[n] for n in found if self._owner[n] not in sides]


def _near(pieces: list[Gap], sides: list[Shape]) -> list[Gap]:
    """The parts of pieces that lie about as near to the spaces of the gate as its nearest part."""
    sampled = [_samples(gap) for gap in pieces]
    away = [np.max([shapely.distance(side, shapely.points(at)) for side in sides], axis=0) for at in sampled]
    limit = min(float(own.min()) for own in away) + SPREAD_M
    parts: list[Gap] = []
    for gap, at, own in zip(pieces, sampled, away, strict=True):
        good = own <= limit
        # A stretch between two samples is near if both its ends are.
        stretch = good[:-1] & good[1:]
        edges = np.flatnonzero(np.diff(np.concatenate([[False], stretch, [False]]).astype(int)))
        parts.extend(replace(gap, line=at[[first, last]]) for first, last in edges.reshape(-1, 2))
    return parts


def _samples(gap: Gap) -> NDArray[np.float64]:
    """Places [n, 2] along a piece, ends included."""
    count = max(1, int(np.ceil(gap.length_m / SAMPLE_M)))
    share = np.linspace(0.0, 1.0, count + 1)[:, None]
    places: NDArray[np.float64] = gap.line[0] + share * (gap.line[1] - gap.line[0])
    return places


def without(pieces: Iterable[Gap], shape: BaseGeometry) -> Iterable[Gap]:
    """The parts of pieces that lie outside ``shape``, in their own sense."""
    for gap in pieces:
        if shape.is_empty or not shapely.intersects(gap.shape, shape):
            yield gap
            continue
        for part in shapely.get_parts(shapely.difference(gap.shape, shape)):
            if isinstance(part, LineString) and part.length > SLIVER_M:
                ends = np.array(part.coords)[[0, -1]]
                along = gap.line[1] - gap.line[0]
                yield replace(gap, line=ends if (ends[1] - ends[0]) @ along > 0.0 else ends[::-1])


def with_passages(areas: dict[int, Shape], gaps: Sequence[Gap]) -> dict[int, Shape]:
    """The areas, with what lies between each gate and its spaces added to these."""
    result = dict(areas)
    numbers = list(areas)
    tree = shapely.STRtree([areas[n] for n in numbers])
    more: dict[int, list[BaseGeometry]] = {}
    less: dict[int, list[BaseGeometry]] = {}
    for gap in gaps:
        for own, other in (gap.rooms, gap.rooms[::-1]):
            if own == OUTSIDE:
                continue
            passage = _passage(gap, areas[own])
            if passage is None:
                continue
            near = [numbers[n] for n in tree.query(passage, predicate="intersects")]
            third = [areas[n] for n in near if n not in gap.rooms]
            more.setdefault(own, []).append(shapely.difference(passage, shapely.union_all(third)))
            if other != OUTSIDE:
                less.setdefault(other, []).append(passage)
        if gap.rooms[1] == OUTSIDE:
            less.setdefault(gap.rooms[0], []).extend(_behind(gap, areas[gap.rooms[0]]))
    for room in more.keys() | less.keys():
        area: BaseGeometry = result[room]
        if room in less:
            area = shapely.difference(area, shapely.union_all(less[room]), grid_size=GRID_M)
        if room in more:
            area = shapely.union_all([area, *more[room]], grid_size=GRID_M)
        result[room] = polygons(area)
    return result


def _passage(gap: Gap, area: Shape) -> Shape | None:
    """What lies between a piece of gate and the area of a space; ``None`` where they touch."""
    at = _samples(gap)
    points = shapely.points(at)
    if shapely.distance(area, points).max() <= TOUCH_M:
        return None
    there = shapely.get_coordinates(shapely.shortest_line(points, area)).reshape(-1, 2, 2)[:, 1]
    # A little into the area, so that the passage and it become one.
    into = there - at
    into /= np.maximum(np.hypot(*into.T), 1e-9)[:, None]
    there = there + CUT_M * into
    strips = [
        shapely.MultiPoint(np.concatenate([at[n : n + 2], there[n : n + 2]])).convex_hull
        for n in range(len(at) - 1)
    ]
    return polygons(shapely.union_all(strips), sliver_m=0.0)


def _behind(gap: Gap, area: Shape) -> list[Shape]:
    """What lies behind an exit that is drawn a little inside its space: nobody walks there."""
    depth = [_depth(gap, area, side) for side in (1.0, -1.0)]
    if not TOUCH_M < min(depth) <= BEHIND_M:
        return []
    side = 1.0 if depth[0] <= depth[1] else -1.0
    out = side * _left(gap) * (min(depth) + CUT_M)
    return [Polygon([gap.line[0], gap.line[1], gap.line[1] + out, gap.line[0] + out])]


def _left(gap: Gap) -> NDArray[np.float64]:
    """Unit vector to the left of a piece."""
    dx, dy = (gap.line[1] - gap.line[0]) / gap.length_m
    return np.array([-dy, dx])


def _depth(gap: Gap, area: Shape, side: float) -> float:
    """How far the area reaches to the left (+1) or right (-1) of the middle of a piece, at most."""
    far = 100.0
    out = side * _left(gap)
    deepest = 0.0
    for share in (0.25, 0.5, 0.75):
        start = gap.line[0] + share * (gap.line[1] - gap.line[0])
        ray = LineString([start + TOUCH_M * out, start + far * out])
        parts = shapely.get_parts(shapely.intersection(ray, area))
        near = [part for part in parts if part.distance(shapely.Point(start)) <= 2 * TOUCH_M]
        deepest = max(deepest, sum(part.length for part in near))
    return deepest


def _turned(gap: Gap, areas: dict[int, Shape]) -> Gap:
    """The piece with its line turned so that the way through leads to its left."""
    own, other = gap.rooms
    shares = np.array([[0.2], [0.5], [0.8]])
    middle = gap.line[0] + shares * (gap.line[1] - gap.line[0])
    left, right = (shapely.points(middle + side * 2 * CUT_M * _left(gap)) for side in (1.0, -1.0))
    wish = shapely.distance(areas[own], left).sum() - shapely.distance(areas[own], right).sum()
    if other != OUTSIDE:
        wish += shapely.distance(areas[other], right).sum() - shapely.distance(areas[other], left).sum()
    elif abs(wish) < TOUCH_M:
        wish = _depth(gap, areas[own], -1.0) - _depth(gap, areas[own], 1.0)
    return gap if wish >= 0.0 else replace(gap, line=gap.line[::-1])


def walls_of(areas: dict[int, Shape], gaps: Sequence[Gap]) -> BaseGeometry:
    """The boundaries of all areas, less the gates of each."""
    open_: dict[int, list[BaseGeometry]] = {}
    for gap in gaps:
        piece = gap.shape.buffer(CUT_M, cap_style="flat")
        for room in gap.rooms:
            open_.setdefault(room, []).append(piece)
    lines = []
    for room, area in areas.items():
        boundary = area.boundary
        if room in open_:
            boundary = shapely.difference(boundary, shapely.union_all(open_[room]))
        lines.append(boundary)
    merged = shapely.line_merge(shapely.union_all(lines, grid_size=GRID_M))
    return shapely.simplify(merged, GRID_M)


def segments(lines: BaseGeometry) -> NDArray[np.float64]:
    """The straight pieces [n, 4] of lines."""
    parts = [part for part in shapely.get_parts(lines) if part.geom_type == "LineString"]
    if not parts:
        return np.zeros((0, 4))
    points, owner = shapely.get_coordinates(parts, return_index=True)
    same = owner[1:] == owner[:-1]
    return np.concatenate([points[:-1][same], points[1:][same]], axis=1)


def _open_parts(gaps: Sequence[Gap], walls: BaseGeometry) -> Iterable[Gap]:
    """The parts of pieces along which no wall of a third space runs."""
    parts = shapely.get_parts(walls)
    tree = shapely.STRtree(parts)
    for gap in gaps:
        strip = gap.shape.buffer(CUT_M, cap_style="flat")
        near = parts[tree.query(strip, predicate="intersects")]
        inside = shapely.intersection(near, strip)
        inside = inside[shapely.length(inside) > SLIVER_M]
        if len(inside) == 0:
            yield gap
        else:
            yield from without([gap], shapely.union_all(inside).buffer(2 * CUT_M, cap_style="flat"))
