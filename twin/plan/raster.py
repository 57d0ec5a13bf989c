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
    start, end = _edges(shape)
    # In units of cells, with cell centres on the integers.
    start = (start - origin) / cell_m - 0.5
    end = (end - origin) / cell_m - 0.5
    bottom, top = np.minimum(start[:, 1], end[:, 1]), np.maximum(start[:, 1], end[:, 1])
    first, stop = np.ceil(bottom).astype(np.int64), np.ceil(top).astype(np.int64)
    row0, row1 = int(first.min()), int(stop.max())
    left = min(start[:, 0].min(), end[:, 0].min())
    right = max(start[:, 0].max(), end[:, 0].max())
    col0, width = int(np.ceil(left)), int(np.ceil(right)) - int(np.ceil(left))
    if row1 <= row0 or width <= 0:
        return max(row0, 0), max(col0, 0), np.zeros((0, 0), bool)
    spans = stop - first
    edge = np.repeat(np.arange(len(spans)), spans)
    row = np.arange(spans.sum()) - np.repeat(np.cumsum(spans) - spans, spans) + first[edge]
    rise = end[edge, 1] - start[edge, 1]
    x = start[edge, 0] + (row - start[edge, 1]) / rise * (end[edge, 0] - start[edge, 0])
    column = np.clip(np.ceil(x).astype(np.int64) - col0, 0, width)
    toggles = np.bincount((row - row0) * (width + 1) + column, minlength=(row1 - row0) * (width + 1))
    parity = np.cumsum(toggles.reshape(row1 - row0, width + 1), axis=1) & 1
    return row0, col0, parity[:, :width].astype(bool)


def _edges(shape: shapely.Polygon | shapely.MultiPolygon) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Start and end points of every edge of every ring."""
    rings = shapely.get_rings(shapely.get_parts(shape))
    points, ring = shapely.get_coordinates(rings, return_index=True)
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
