"""Corners round which ways bend, and how far from them each place of a room is.

On the shortest way everybody passes a corner at its very edge: a crowd queues along the inner wall and leaves
the rest of the width empty, so that the corner passes two thirds of what the corridor does. People pass a
corner in a curve. So what is near to one is dear (see :func:`~twin.movement.crowd.wavefront.slowness`); along
straight walls nothing of the kind draws people into the middle.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, radians, sin

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.polygon import orient

from twin.movement.crowd.walls import Shape

CORNER_CM = 120
"""Distances to corners are known up to this."""
_SMALL_M = 0.4
"""What stands out of a wall by less is no corner."""
_COLUMN_M = 8.0
"""A column or kiosk of a smaller girth is walked round as it comes: no stream bends there."""
_LEAST_TURN = sin(radians(20.0))
_ON_WALL_M = 0.05


def corners_of(area: Shape, walls: NDArray[np.float64]) -> NDArray[np.float64]:
    """[C, xy] the corners of a room that stand out into it, and the free ends of walls inside.

    Args:
        area: walkable area of the room, m.
        walls: [W, 4] all walls in and round it, m.
    """
    plain = area.simplify(_SMALL_M)
    found = [place for piece in shapely.get_parts(plain) for place in _standing_out(orient(piece))]
    ends, times = np.unique(walls.reshape(-1, 2).round(3), axis=0, return_counts=True)
    free = ends[times == 1]
    inside = shapely.contains_xy(area, *free.T)
    free = free[inside][shapely.distance(area.boundary, shapely.points(free[inside])) > _ON_WALL_M]
    return np.concatenate([np.array(found, float).reshape(-1, 2), free])


def _standing_out(piece: shapely.Polygon) -> Iterator[list[float]]:
    """Corners at which a piece of floor, on the left of its rings, turns to the right."""
    for ring in (piece.exterior, *(hole for hole in piece.interiors if hole.length >= _COLUMN_M)):
        places = shapely.get_coordinates(ring)[:-1]
        before, after = places - np.roll(places, 1, axis=0), np.roll(places, -1, axis=0) - places
        turn = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
        size = np.hypot(*before.T) * np.hypot(*after.T)
        back = (before * after).sum(axis=1) < 0.0
        yield from places[(turn < -_LEAST_TURN * size) | (back & (turn <= 0.0))].tolist()


def corner_distances(
    index: NDArray[np.int32], low: tuple[float, float], cell_m: float, corners: NDArray[np.float64]
) -> NDArray[np.uint8]:
    """[cells] centimetres from the middle of each cell to the nearest of ``corners``, at most ``CORNER_CM``.

    Args:
        index: [rows, columns] four times the number of each cell, plus bits; -1 where there is none.
        low: lower left corner of the raster, m.
        cell_m: side of a cell, m.
        corners: [C, xy], m.
    """
    found = np.full(int((index >= 0).sum()), CORNER_CM, np.uint8)
    reach = ceil(CORNER_CM / 100.0 / cell_m) + 1
    for x, y in corners.tolist():
        col, row = int((x - low[0]) / cell_m), int((y - low[1]) / cell_m)
        rows, columns = (
            slice(max(row - reach, 0), row + reach + 1),
            slice(max(col - reach, 0), col + reach + 1),
        )
        near = index[rows, columns]
        at = np.argwhere(near >= 0)
        own = near[near >= 0] >> 2
        px = low[0] + (columns.start + at[:, 1] + 0.5) * cell_m - x
        py = low[1] + (rows.start + at[:, 0] + 0.5) * cell_m - y
        away = np.minimum(100.0 * np.hypot(px, py), CORNER_CM).astype(np.uint8)
        found[own] = np.minimum(found[own], away)
    return found
