"""The cells of one room: what the guidance of that room is computed on.

Cells are squares whose middles lie in the room. Walls are exact: two neighbouring cells are joined only if no
wall crosses the line between their middles, so a screen thinner than a cell still divides a room. A room that
falls apart on the raster though it is in one piece gets finer cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.movement.crowd.corners import corner_distances, corners_of
from twin.movement.crowd.walls import Shape
from twin.movement.crowd.wavefront import CLEAR_CM, draw, neighbours, parts, slowness
from twin.plan.raster import fill

CELL_M = 0.25
FINEST_M = 0.0625
MOST_CELLS = 600_000
"""Finer cells are not tried where a room would have more than this."""
STRAY_M2 = 1.0
"""A part of a room smaller than this that no gate reaches is a nook, no reason for finer cells."""
_NONE = np.zeros((0, 2))


@dataclass(frozen=True, eq=False)
class Window:
    """A room on its own raster; the outermost ring of cells is never walkable."""

    x: float
    """Lower left corner, canvas coordinates."""
    y: float
    cell_m: float
    index: NDArray[np.int32]
    """[rows, columns] four times the number of the cell among the room's, plus bits; -1 outside the room."""
    place: NDArray[np.int32]
    """[cells] flat position in ``index``."""
    clear_cm: NDArray[np.uint8]
    """[cells] distance from the middle to the nearest wall."""
    corner_cm: NDArray[np.uint8]
    """[cells] the same to the nearest corner that stands out into the room."""
    part: NDArray[np.int32]
    """[cells] connected part."""

    @property
    def cells(self) -> int:
        """Number of cells."""
        return len(self.place)

    @cached_property
    def near(self) -> NDArray[np.int32]:
        """[cells, 4] neighbours of each cell, see :func:`~twin.movement.crowd.wavefront.neighbours`."""
        return neighbours(self.index.ravel(), self.index.shape[1], self.place)

    @cached_property
    def cost(self) -> NDArray[np.float32]:
        """[cells] what a metre costs on empty floor."""
        return slowness(self.clear_cm, self.corner_cm)

    def middles(self, cells: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
        """[n, xy] middles of cells, canvas coordinates."""
        place = self.place[cells]
        columns = self.index.shape[1]
        middle = np.stack([place % columns, place // columns], axis=1) + 0.5
        return np.asarray(middle * self.cell_m + np.array([self.x, self.y]))


def window_of(area: Shape, walls: NDArray[np.float64], mouths: NDArray[np.float64]) -> Window:
    """The window of a room given by its area, with cells as fine as it needs to hold together.

    Args:
        area: walkable area, canvas coordinates.
        walls: [W, 4] all walls in and round it.
        mouths: [M, 4] its gates.
    """
    cell = CELL_M
    while True:
        window = _from_area(area, walls, mouths, cell)
        finer = area.area / (cell / 2.0) ** 2
        if cell <= FINEST_M or finer > MOST_CELLS or _holds(window, area, mouths):
            return window
        cell /= 2.0


def window_of_mask(
    inside: NDArray[np.bool_],
    corner: tuple[float, float],
    cell_m: float,
    walls: NDArray[np.float64],
    mouths: NDArray[np.float64],
    corners: NDArray[np.float64] = _NONE,
) -> Window:
    """The window of a room given by cells: ``inside`` [rows, columns] from the lower left ``corner``.

    ``corners``: [C, xy] those that stand out into the room, where its shape is known.

    Nobody walks through a gate and stays in the room: where a gate lies inside it, no cells are joined.
    """
    mask = np.pad(inside, 1)
    x, y = corner[0] - cell_m, corner[1] - cell_m
    index, place = _numbered(mask)
    clear = np.full(len(place), CLEAR_CM, np.uint8)
    draw(index, clear, x, y, cell_m, walls, CLEAR_CM / 100.0)
    draw(index, clear, x, y, cell_m, mouths, 0.0)
    about = corner_distances(index, (x, y), cell_m, corners)
    return Window(x, y, cell_m, index, place, clear, about, parts(index, place))


def _from_area(
    area: Shape,
    walls: NDArray[np.float64],
    mouths: NDArray[np.float64],
    cell_m: float,
) -> Window:
    low = np.floor(np.array(area.bounds[:2]) / cell_m) * cell_m
    size = np.ceil((np.array(area.bounds[2:]) - low) / cell_m).astype(int)
    mask = np.zeros((max(size[1], 1), max(size[0], 1)), bool)
    origin = (float(low[0]), float(low[1]))
    row, col, inside = fill(area, origin, cell_m)
    rows, columns = mask[row:, col:].shape
    mask[row : row + inside.shape[0], col : col + inside.shape[1]] |= inside[:rows, :columns]
    return window_of_mask(mask, origin, cell_m, walls, mouths, corners_of(area, walls))


def _holds(window: Window, area: Shape, mouths: NDArray[np.float64]) -> bool:
    """Whether what is in one piece is so on the raster, as far as there are gates or much floor."""
    if window.cells == 0:
        return False
    if window.part.max() == 0:
        return True
    pieces = shapely.get_parts(area)
    wanted = np.bincount(window.part) * window.cell_m**2 >= STRAY_M2
    for line in mouths:
        reached = _parts_at(window, line)
        if not len(reached):
            return False
        # Beside a gate may lie a nook of its own; that gate is held by its largest part.
        sizes = np.bincount(window.part, minlength=len(wanted))[reached]
        wanted[reached[np.argmax(sizes)]] = True
    if wanted.sum() <= 1:
        return True
    first = np.unique(window.part, return_index=True)[1][wanted]
    away = shapely.distance(pieces[:, None], shapely.points(window.middles(first))[None, :])
    return bool((np.bincount(np.argmin(away, axis=0)) <= 1).all())


def _parts_at(window: Window, line: NDArray[np.float64]) -> NDArray[np.int32]:
    """The connected parts that have a cell within two cells of a line."""
    reach = 2.0 * window.cell_m
    x, y = line[[0, 2]] - window.x, line[[1, 3]] - window.y
    low_x, high_x = (int(v // window.cell_m) for v in (x.min() - reach, x.max() + reach))
    low_y, high_y = (int(v // window.cell_m) for v in (y.min() - reach, y.max() + reach))
    near = window.index[max(low_y, 0) : high_y + 1, max(low_x, 0) : high_x + 1]
    own = near[near >= 0] >> 2
    away = shapely.distance(shapely.points(window.middles(own)), shapely.LineString(line.reshape(2, 2)))
    found: NDArray[np.int32] = np.unique(window.part[own[away <= reach]])
    return found


def _numbered(mask: NDArray[np.bool_]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    place = np.flatnonzero(mask).astype(np.int32)
    index = np.full(mask.shape, -1, np.int32)
    index.ravel()[place] = np.arange(len(place), dtype=np.int32) * 4
    return index, place
