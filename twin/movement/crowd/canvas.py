"""Building a canvas: lists of the walls and mouths near each square, and canvases drawn by hand.

::

    canvas = canvas_of_walls(
        [((0, 0), (10, 0)), ((0, 4), (10, 4)), ((0, 0), (0, 4))],
        [Way(((10, 4), (10, 0)), vertex=0)],
    )
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numba import njit
from numpy.typing import ArrayLike, NDArray

from twin.errors import InputError
from twin.movement.crowd.arrays import Canvas
from twin.plan.raster import fill

CELL_M = 0.25
BIN_M = 1.5
REACH_M = 0.8
MARGIN_M = 2.0
"""Free canvas around what is drawn on it."""

Line = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, kw_only=True)
class Mouths:
    """Mouths as arrays, sorted by vertex; fields as in :class:`Canvas`."""

    line: NDArray[np.float64]
    vertex: NDArray[np.int32]
    room: NDArray[np.int32]
    opposite: NDArray[np.int32]


@dataclass(frozen=True)
class Way:
    """A mouth drawn by hand: out of ``room``, to the left of ``line``; into ``to`` (-1: outside)."""

    line: Line
    vertex: int = 0
    room: int = 0
    to: int = -1
    """Room behind it. A way between two rooms is given once for each of its two vertices (2g and 2g + 1), the
    second time with its line turned round."""


def canvas_of(
    *,
    origin: tuple[float, float],
    room: NDArray[np.int32],
    node: NDArray[np.int32],
    walls: NDArray[np.float64],
    mouths: Mouths,
    vertices: int,
) -> Canvas:
    """The canvas of a raster that starts at ``origin``, with its walls [W, 4] and mouths."""
    rows, columns = room.shape
    bins_x = math.ceil(columns * CELL_M / BIN_M)
    bins_y = math.ceil(rows * CELL_M / BIN_M)
    listed = [_listed(lines, *origin, bins_x, bins_y, BIN_M, REACH_M) for lines in (walls, mouths.line)]
    return Canvas(
        origin_x=float(origin[0]),
        origin_y=float(origin[1]),
        cell_m=CELL_M,
        room=room,
        node=node,
        wall=walls,
        bin_m=BIN_M,
        bins_x=bins_x,
        bins_y=bins_y,
        wall_start=listed[0][0],
        wall_item=listed[0][1],
        mouth=mouths.line,
        mouth_vertex=mouths.vertex,
        mouth_room=mouths.room,
        mouth_opposite=mouths.opposite,
        vertex_mouth=np.searchsorted(mouths.vertex, np.arange(vertices + 1)).astype(np.int32),
        mouth_start=listed[1][0],
        mouth_item=listed[1][1],
        reach_m=REACH_M,
    )


def canvas_of_walls(
    walls: ArrayLike,
    ways: Sequence[Way] = (),
    *,
    rooms: Sequence[shapely.Polygon | shapely.MultiPolygon] = (),
    vertices: int = 0,
) -> Canvas:
    """A canvas drawn by hand, without a plan. Nodes are the rooms.

    Args:
        walls: [W, 2, 2] or [W, 4] pieces of wall.
        ways: mouths; two that lead through the same gap in opposite senses (vertices 2g and 2g + 1) belong
            together.
        rooms: area of each room; by default one room, the rectangle around everything with a margin of 2 m.
        vertices: how many vertices there are; by default as many as the ways need.

    Raises:
        InputError: if a wall is no piece of line, or a way lies in a room that is not given.
    """
    lines = np.asarray(walls, float).reshape(-1, 4)
    if not np.isfinite(lines).all():
        raise InputError("a wall needs two places with finite coordinates")
    count = max(len(rooms), 1)
    if any(not 0 <= way.room < count or way.to >= count for way in ways):
        raise InputError(f"a way leads from or to a room that is not given (rooms 0 to {count - 1})")
    mouths = _mouths(ways)
    points = np.concatenate([lines.reshape(-1, 2), mouths.line.reshape(-1, 2)])
    if rooms:
        corners = np.array([area.bounds for area in rooms]).reshape(-1, 2)
        points = np.concatenate([points, corners])
    if not len(points):
        raise InputError("a canvas needs a wall, a way or a room")
    low = np.floor((points.min(axis=0) - MARGIN_M) / CELL_M) * CELL_M
    columns, rows = np.ceil((points.max(axis=0) + MARGIN_M - low) / CELL_M).astype(int).tolist()
    origin = (float(low[0]), float(low[1]))
    room = np.full((rows, columns), -1 if rooms else 0, np.int32)
    for number, area in enumerate(rooms):
        row, col, inside = fill(area, origin, CELL_M)
        room[row : row + inside.shape[0], col : col + inside.shape[1]][inside] = number
    most = max((way.vertex for way in ways), default=-1) + 1
    return canvas_of(
        origin=origin,
        room=room,
        node=room,
        walls=lines,
        mouths=mouths,
        vertices=max(vertices, most + most % 2),
    )


def _mouths(ways: Sequence[Way]) -> Mouths:
    """The ways as mouths, each with that of the vertex back whose line is the same turned round."""
    order = sorted(range(len(ways)), key=lambda n: ways[n].vertex)
    line = np.array([ways[n].line for n in order], float).reshape(-1, 4)
    vertex = np.array([ways[n].vertex for n in order], np.int32)
    opposite = np.full(len(order), -1, np.int32)
    for n in range(len(order)):
        back = np.flatnonzero(vertex == vertex[n] ^ 1)
        if len(back):
            away = np.abs(line[back][:, [2, 3, 0, 1]] - line[n]).sum(axis=1)
            opposite[n] = back[np.argmin(away)]
    return Mouths(
        line=line,
        vertex=vertex,
        room=np.array([ways[n].room for n in order], np.int32),
        opposite=opposite,
    )


@njit(cache=True)
def _to_square(px: float, py: float, x: float, y: float, size: float) -> float:
    """Distance from a place to a square with its lower left corner at (x, y)."""
    dx = max(x - px, 0.0, px - x - size)
    dy = max(y - py, 0.0, py - y - size)
    return math.hypot(dx, dy)


@njit(cache=True)
def _to_line(px: float, py: float, line: NDArray[np.float64]) -> float:
    """Distance from a place to a piece of line."""
    dx, dy = line[2] - line[0], line[3] - line[1]
    share = ((px - line[0]) * dx + (py - line[1]) * dy) / max(dx * dx + dy * dy, 1e-18)
    share = min(max(share, 0.0), 1.0)
    return math.hypot(line[0] + share * dx - px, line[1] + share * dy - py)


@njit(cache=True)
def _near_square(line: NDArray[np.float64], x: float, y: float, size: float, reach: float) -> bool:
    """Whether a piece of line comes within ``reach`` (and a millimetre) of a square.

    The distance to a convex shape is a convex function along the line: a search by thirds finds the least.
    """
    half = size / 2.0
    middle = _to_line(x + half, y + half, line)
    if middle <= reach + half:
        return True
    if middle > reach + half * math.sqrt(2.0):
        return False
    dx, dy = line[2] - line[0], line[3] - line[1]
    low, high = 0.0, 1.0
    while (high - low) ** 2 * (dx * dx + dy * dy) > 1e-6:  # noqa: PLR2004 - a millimetre
        a, b = low + (high - low) / 3.0, high - (high - low) / 3.0
        first = _to_square(line[0] + a * dx, line[1] + a * dy, x, y, size)
        if first < _to_square(line[0] + b * dx, line[1] + b * dy, x, y, size):
            high = b
        else:
            low = a
    share = (low + high) / 2.0
    return _to_square(line[0] + share * dx, line[1] + share * dy, x, y, size) <= reach + 1e-3


@njit(cache=True)
def _listed(
    lines: NDArray[np.float64],
    origin_x: float,
    origin_y: float,
    bins_x: int,
    bins_y: int,
    size: float,
    reach: float,
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Rows by square, and the lines within ``reach`` of each square."""
    counts = np.zeros(bins_x * bins_y + 1, np.int32)
    item = np.empty(0, np.int32)
    for fills in range(2):
        if fills == 1:
            counts = np.cumsum(counts).astype(np.int32)
            item = np.empty(counts[-1], np.int32)
            at = counts[:-1].copy()
        for n in range(len(lines)):
            line = lines[n]
            col0 = max(int((min(line[0], line[2]) - reach - origin_x) // size), 0)
            col1 = min(int((max(line[0], line[2]) + reach - origin_x) // size), bins_x - 1)
            row0 = max(int((min(line[1], line[3]) - reach - origin_y) // size), 0)
            row1 = min(int((max(line[1], line[3]) + reach - origin_y) // size), bins_y - 1)
            for row in range(row0, row1 + 1):
                for col in range(col0, col1 + 1):
                    x, y = origin_x + col * size, origin_y + row * size
                    if not _near_square(line, x, y, size, reach):
                        continue
                    square = row * bins_x + col
                    if fills == 0:
                        counts[square + 1] += 1
                    else:
                        item[at[square]] = n
                        at[square] += 1
    return counts, item
