"""Cut portals: where two zones of one space touch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

REACH_CELLS = 0.75
"""How far, in cells, the true wall can lie from the end of a contact drawn on the raster."""


@dataclass(frozen=True)
class Contacts:
    """Contacts between zones: one for each unbroken run of cell sides that two zones share."""

    zones: NDArray[np.int32]
    """[n, 2], the lower number first."""
    line: NDArray[np.float64]
    """[n, 2, xy] straight from end to end, m."""
    width_m: NDArray[np.float64]


def contacts(
    zone: NDArray[np.int32],
    zone_space: NDArray[np.int32],
    shapes: NDArray[np.object_],
    *,
    origin: tuple[float, float],
    cell_m: float,
) -> Contacts:
    """Where zones of one space touch, with the width of the straight line between the ends of each contact.

    A contact on the raster is a staircase, longer than the way it crosses, so its width is that of the
    chord; where an end lies at a wall, the chord is drawn to the wall of the space's polygon, which is not
    bound to the raster. Two zones on both sides of a void have two contacts.

    Args:
        zone: [row, col] zone, -1 where nobody walks.
        zone_space: [zone] index into ``shapes``.
        shapes: polygon of each space.
        origin: lower left corner of the grid, m.
        cell_m: size of a cell, m.
    """
    pair, corner = _shared_sides(zone, zone_space)
    if len(pair) == 0:
        return Contacts(np.zeros((0, 2), np.int32), np.zeros((0, 2, 2)), np.zeros(0))
    run = _runs(pair, corner)
    count = int(run.max()) + 1
    stride = zone.shape[1] + 1
    order = np.argsort(run, kind="stable")
    bounds = np.searchsorted(run[order], np.arange(count + 1))
    ends = np.empty((count, 2), np.int64)
    zones = np.empty((count, 2), np.int32)
    for n in range(count):
        own = order[bounds[n] : bounds[n + 1]]
        zones[n] = pair[own[0]]
        ends[n] = _ends(np.unique(corner[own]), stride)
    at_wall = _touches_other(zone, zone_space, ends, zones[:, 0], stride)
    line = np.stack([ends % stride, ends // stride], axis=2) * cell_m + np.asarray(origin)
    line = _to_the_walls(line, at_wall, shapes[zone_space[zones[:, 0]]], REACH_CELLS * cell_m)
    return Contacts(zones, line, np.hypot(*(line[:, 1] - line[:, 0]).T))


def _shared_sides(
    zone: NDArray[np.int32], zone_space: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Zone pair and the two lattice corners of every cell side between two zones of one space."""
    stride = zone.shape[1] + 1
    pairs, corners = [], []
    for first, second, shift in ((zone[:, :-1], zone[:, 1:], 0), (zone[:-1], zone[1:], 1)):
        row, col = np.nonzero((first != second) & (first >= 0) & (second >= 0))
        a, b = first[row, col], second[row, col]
        same = zone_space[a] == zone_space[b]
        row, col, a, b = row[same], col[same], a[same], b[same]
        near = (row + shift) * stride + col + (1 - shift)
        far = (row + 1) * stride + col + 1
        pairs.append(np.stack([np.minimum(a, b), np.maximum(a, b)], axis=1))
        corners.append(np.stack([near, far], axis=1))
    return np.concatenate(pairs), np.concatenate(corners).astype(np.int64)


def _runs(pair: NDArray[np.int32], corner: NDArray[np.int64]) -> NDArray[np.int32]:
    """Number of the unbroken run of each side: sides of one pair that share a corner."""
    names = (pair[:, 0].astype(np.int64) * (int(pair.max()) + 1) + pair[:, 1])[:, None]
    names = np.unique(names, return_inverse=True)[1].reshape(-1, 1)
    _, knot = np.unique(names * (int(corner.max()) + 1) + corner, return_inverse=True)
    knot = knot.reshape(-1, 2)
    size = int(knot.max()) + 1
    graph = coo_array((np.ones(len(knot)), (knot[:, 0], knot[:, 1])), shape=(size, size))
    run: NDArray[np.int32] = connected_components(graph, directed=False)[1][knot[:, 0]]
    return np.unique(run, return_inverse=True)[1].reshape(-1).astype(np.int32)


def _ends(corner: NDArray[np.int64], stride: int) -> tuple[int, int]:
    """The two corners of a run that are farthest apart (found by going there and back)."""
    x, y = corner % stride, corner // stride
    far = int(np.argmax((x - x.mean()) ** 2 + (y - y.mean()) ** 2))
    for _ in range(2):
        near, far = far, int(np.argmax((x - x[far]) ** 2 + (y - y[far]) ** 2))
    return int(corner[near]), int(corner[far])


def _touches_other(
    zone: NDArray[np.int32],
    zone_space: NDArray[np.int32],
    ends: NDArray[np.int64],
    own: NDArray[np.int32],
    stride: int,
) -> NDArray[np.bool_]:
    """[n, 2] whether an end of a run lies at a cell that is not of the run's space."""
    row, col = ends // stride, ends % stride
    space = np.append(zone_space, -1)  # zone -1 finds the last entry
    touches = np.zeros(ends.shape, bool)
    for dy in (-1, 0):
        for dx in (-1, 0):
            touches |= space[zone[row + dy, col + dx]] != zone_space[own][:, None]
    return touches


def _to_the_walls(
    line: NDArray[np.float64], at_wall: NDArray[np.bool_], shapes: NDArray[np.object_], reach: float
) -> NDArray[np.float64]:
    """Move the ends of lines that lie at a wall to the wall of the polygon, at most ``reach`` metres."""
    along = line[:, 1] - line[:, 0]
    along = along / np.maximum(np.hypot(*along.T), 1e-9)[:, None]
    longer = line.copy()
    longer[:, 0] -= along * (reach * at_wall[:, :1])
    longer[:, 1] += along * (reach * at_wall[:, 1:])
    box = shapely.box(*(longer.min(axis=1) - reach).T, *(longer.max(axis=1) + reach).T)
    inside = shapely.intersection(shapely.linestrings(longer), shapely.intersection(shapes, box))
    result = line.copy()
    middle = shapely.points(line.mean(axis=1))
    for n in np.flatnonzero(~shapely.is_empty(inside)):
        pieces = shapely.get_parts(inside[n])
        piece = pieces[int(np.argmin(shapely.distance(pieces, middle[n])))]
        if piece.geom_type != "LineString":
            continue
        found = shapely.get_coordinates(piece)[[0, -1]]
        if np.dot(found[1] - found[0], along[n]) < 0:
            found = found[::-1]
        moved = np.hypot(*(found - line[n]).T) <= reach + 1e-9
        result[n] = np.where((moved & at_wall[n])[:, None], found, line[n])
    return result
