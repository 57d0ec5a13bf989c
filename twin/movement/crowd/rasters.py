"""Rasters of the canvas: the room of each cell, and the node in which people there are counted."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from twin.movement.crowd.canvas import CELL_M
from twin.movement.crowd.walls import Shape
from twin.plan.raster import fill
from twin.plan.zones import Zones

SOLID = -1


def room_raster(
    shapes: Mapping[int, Shape], strip: NDArray[np.float64], spaces: int, size: tuple[int, int]
) -> NDArray[np.int32]:
    """[rows, columns] room of the middle of each cell of a canvas that starts at (0, 0).

    A room in which no middle of a cell lies gets the cell of its representative point, unless that is the
    last of another room.

    Args:
        shapes: area of each space on the canvas.
        strip: [K, 4] flights, NaN for lifts.
        spaces: number of the room of the first link.
        size: rows and columns.
    """
    raster = np.full(size, SOLID, np.int32)
    held: dict[int, int] = {}
    for room, shape in shapes.items():
        row, col, inside = fill(shape, (0.0, 0.0), CELL_M)
        raster[row : row + inside.shape[0], col : col + inside.shape[1]][inside] = room
        held[room] = int(inside.sum())
    for room, shape in shapes.items():
        if held[room] > 0 or shape.is_empty:
            continue
        point = shape.representative_point()
        row, col = int(point.y // CELL_M), int(point.x // CELL_M)
        below = int(raster[row, col])
        if below == SOLID or held[below] > 1:
            raster[row, col] = room
            held[room] = 1
            held[below] = held.get(below, 0) - 1
    for link in np.flatnonzero(np.isfinite(strip[:, 0])):
        x, y, length, width = (strip[link] / CELL_M).tolist()
        columns = slice(int(np.ceil(x - 0.5)), int(np.ceil(x + length - 0.5)))
        rows = slice(int(np.ceil(y - 0.5)), int(np.ceil(y + width - 0.5)))
        raster[rows, columns] = spaces + link
    return raster


def node_raster(
    room: NDArray[np.int32], zones: Zones, offset: NDArray[np.float64], spaces: int
) -> NDArray[np.int32]:
    """[rows, columns] zone or link of each cell.

    In a space of several zones a cell is in the zone that the coarser grid of the plan has there, or in the
    nearest zone of the space where that grid has another space.

    Args:
        room: room of each cell.
        zones: zones of the plan.
        offset: [L, 2] where each level lies.
        spaces: number of the room of the first link.
    """
    count = len(zones.zone_area_m2)
    first = np.full(spaces + 1, SOLID, np.int32)
    several = np.zeros(spaces + 1, bool)
    for space, name in enumerate(zones.space_ids):
        own = zones.zones_of_space.get(name)
        if own is not None:
            first[space] = own[0]
            several[space] = len(own) > 1
    node = np.where(room >= spaces, room - spaces + count, first[np.where(room >= spaces, -1, room)])
    node = node.astype(np.int32)
    row, col = np.nonzero(several[np.where(room >= spaces, -1, room)])
    middle = np.stack([col + 0.5, row + 0.5], axis=1) * CELL_M
    own = room[row, col]
    level = zones.zone_level[first[own]]
    found = np.full(len(own), SOLID, np.int32)
    for n, grid in enumerate(zones.grids):
        here = np.flatnonzero(level == n)
        at = np.floor((middle[here] - offset[n] - grid.origin) / grid.cell_m).astype(np.int64)
        high, wide = grid.zone.shape
        zone = grid.zone[np.clip(at[:, 1], 0, high - 1), np.clip(at[:, 0], 0, wide - 1)]
        found[here] = np.where((zone >= 0) & (zones.zone_space[zone] == own[here]), zone, SOLID)
    for space in np.unique(own[found == SOLID]):
        missing = np.flatnonzero((own == space) & (found == SOLID))
        found[missing] = _nearest_zone(zones, int(space), middle[missing], offset)
    node[row, col] = found
    return node


def _nearest_zone(
    zones: Zones, space: int, places: NDArray[np.float64], offset: NDArray[np.float64]
) -> NDArray[np.int32]:
    """The zone of a space whose cell is nearest to each place on the canvas."""
    own = zones.zones_of_space[zones.space_ids[space]]
    level = int(zones.zone_level[own[0]])
    grid = zones.grids[level]
    row, col = np.nonzero((grid.zone >= own[0]) & (grid.zone <= own[-1]))
    middle = np.stack([col + 0.5, row + 0.5], axis=1) * grid.cell_m + grid.origin + offset[level]
    nearest: NDArray[np.int32] = grid.zone[row, col][cKDTree(middle).query(places)[1]]
    return nearest
