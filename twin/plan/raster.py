"""A level as a raster: which space each grid cell belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.plan.bridging import bridge
from twin.plan.model import Space

SOLID_CELL = -1
"""A cell in which nobody walks."""


@dataclass(frozen=True)
class Raster:
    """One level on a grid of square cells, with a margin of one solid cell around it.

    Cell ``[row, col]`` covers ``origin + (col, row) * cell_m`` to ``origin + (col + 1, row + 1) * cell_m``.
    """

    origin: tuple[float, float]
    """Lower left corner of cell ``[0, 0]``, m."""
    cell_m: float
    space: NDArray[np.int32]
    """[row, col] index into the spaces that were given, -1 where nobody walks."""
    covered: NDArray[np.int64]
    """Cells that each given space covers before smaller spaces are laid over it."""
    visible: NDArray[np.int64]
    """Cells of it that nothing lies on."""


def rasterise(spaces: Sequence[Space], cell_m: float) -> Raster:
    """The spaces of one level on a grid of ``cell_m``.

    A cell belongs to the space that holds its centre. Where spaces overlap, the smaller one lies on top:
    a kiosk stands on the walkway, a void is cut out of it. A walkable space that holds no cell centre
    still gets the cell of its representative point, and one that falls apart only because it is thinner
    than a cell is mended (:mod:`twin.plan.bridging`).
    """
    if not spaces:
        nothing = np.zeros(0, np.int64)
        return Raster((0.0, 0.0), cell_m, np.full((3, 3), SOLID_CELL, np.int32), nothing, nothing)
    shapes = np.array([space.shape for space in spaces], dtype=object)
    bounds = shapely.bounds(shapes)
    low = np.floor(np.nanmin(bounds[:, :2], axis=0) / cell_m) - 1
    high = np.ceil(np.nanmax(bounds[:, 2:], axis=0) / cell_m) + 1
    columns, rows = (int(n) for n in high - low)
    origin = (float(low[0] * cell_m), float(low[1] * cell_m))
    grid = np.full((rows, columns), SOLID_CELL, np.int32)
    covered = np.zeros(len(spaces), np.int64)
    for index in np.argsort(-shapely.area(shapes), kind="stable").tolist():
        row, col, inside = fill(shapes[index], origin, cell_m)
        _stop_at_thin_walls(shapes[index], origin, cell_m, inside)
        covered[index] = int(inside.sum())
        window = grid[row : row + inside.shape[0], col : col + inside.shape[1]]
        window[inside] = index if spaces[index].walkable else SOLID_CELL
    visible = np.bincount(grid[grid >= 0], minlength=len(spaces))
    _seat_the_smallest(grid, spaces, shapes, origin, cell_m)
    bridge(grid, visible == covered)
    return Raster(origin, cell_m, grid, covered, visible)


def fill(
    shape: shapely.Polygon | shapely.MultiPolygon, origin: tuple[float, float], cell_m: float
) -> tuple[int, int, NDArray[np.bool_]]:
    """First row, first column and mask of the cells whose centres lie in ``shape`` (scan lines, even-odd)."""
    if shape.is_empty:
        return 0, 0, np.zeros((0, 0), bool)
    row0, col0, toggles = _crossed(*_edges(shape, origin, cell_m))
    parity = np.cumsum(toggles, axis=1) & 1
    return row0, col0, parity[:, :-1].astype(bool)


def _crossed(start: NDArray[np.float64], end: NDArray[np.float64]) -> tuple[int, int, NDArray[np.int64]]:
    """First row, first column, and [row, col] how many edges cross a row of cells just before each centre."""
    bottom, top = np.minimum(start[:, 1], end[:, 1]), np.maximum(start[:, 1], end[:, 1])
    first, stop = np.ceil(bottom).astype(np.int64), np.ceil(top).astype(np.int64)
    row0, row1 = int(first.min()), int(stop.max())
    left = min(start[:, 0].min(), end[:, 0].min())
    right = max(start[:, 0].max(), end[:, 0].max())
    col0, width = int(np.ceil(left)), int(np.ceil(right)) - int(np.ceil(left))
    if row1 <= row0 or width <= 0:
        return max(row0, 0), max(col0, 0), np.zeros((0, 1), np.int64)
    spans = stop - first
    edge = np.repeat(np.arange(len(spans)), spans)
    row = np.arange(spans.sum()) - np.repeat(np.cumsum(spans) - spans, spans) + first[edge]
    rise = end[edge, 1] - start[edge, 1]
    x = start[edge, 0] + (row - start[edge, 1]) / rise * (end[edge, 0] - start[edge, 0])
    column = np.clip(np.ceil(x).astype(np.int64) - col0, 0, width)
    toggles = np.bincount((row - row0) * (width + 1) + column, minlength=(row1 - row0) * (width + 1))
    return row0, col0, toggles.reshape(row1 - row0, width + 1)


def _stop_at_thin_walls(
    shape: shapely.Polygon | shapely.MultiPolygon,
    origin: tuple[float, float],
    cell_m: float,
    inside: NDArray[np.bool_],
) -> None:
    """Take out of the mask of :func:`fill` the cells along what lies in the shape but holds no centre.

    Where two edges run between two neighbouring centres, there is a wall (or a slot) thinner than a cell. The
    cell whose centre is nearer to it is given up.
    """
    if inside.size == 0:
        return
    start, end = _edges(shape, origin, cell_m)
    row0, col0, across = _crossed(start, end)
    col1, row1, along = _crossed(start[:, ::-1], end[:, ::-1])
    beside = (across[:, 1:-1] > 1) & inside[:, :-1] & inside[:, 1:]
    above = np.zeros((inside.shape[0] - 1, inside.shape[1]), bool)
    shift_r, shift_c = row1 - row0, col1 - col0
    for col, row in zip(*np.nonzero(along > 1), strict=True):
        r, c = row + shift_r, col + shift_c
        if 1 <= r < inside.shape[0] and 0 <= c < inside.shape[1]:
            above[r - 1, c] = inside[r - 1, c] and inside[r, c]
    pairs = [(r, c, r, c + 1) for r, c in np.argwhere(beside)] + [
        (r, c, r + 1, c) for r, c in np.argwhere(above)
    ]
    if not pairs:
        return
    cells = np.array(pairs)
    at = (np.stack([cells[:, 1::2] + col0, cells[:, 0::2] + row0], axis=2) + 0.5) * cell_m + origin
    rim = shapely.boundary(shape)
    away = shapely.distance(rim, shapely.points(at))
    second = away[:, 1] < away[:, 0]
    lost = np.where(second[:, None], cells[:, 2:], cells[:, :2])
    inside[lost[:, 0], lost[:, 1]] = False


def _edges(
    shape: shapely.Polygon | shapely.MultiPolygon, origin: tuple[float, float], cell_m: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Start and end points of every edge of every ring, in cells, with cell centres on whole numbers."""
    rings = shapely.get_rings(shapely.get_parts(shape))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    points = (points - origin) / cell_m - 0.5
    same = ring[1:] == ring[:-1]
    return points[:-1][same], points[1:][same]


def _seat_the_smallest(
    grid: NDArray[np.int32],
    spaces: Sequence[Space],
    shapes: NDArray[np.object_],
    origin: tuple[float, float],
    cell_m: float,
) -> None:
    """Give each walkable space that got no cell the one under its representative point."""
    held = np.bincount(grid[grid >= 0], minlength=len(spaces))
    for index in np.flatnonzero(held == 0).tolist():
        if not spaces[index].walkable or shapes[index].is_empty:
            continue
        point = shapes[index].representative_point()
        row, col = int((point.y - origin[1]) // cell_m), int((point.x - origin[0]) // cell_m)
        below = grid[row, col]
        if below >= 0 and held[below] <= 1:
            continue  # the only cell of another space: both cannot have it
        if below >= 0:
            held[below] -= 1
        grid[row, col] = index
        held[index] = 1
