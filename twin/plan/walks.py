"""Walking distances inside zones, between portals or places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from weakref import WeakKeyDictionary

import numpy as np
from numba import njit
from numpy.typing import NDArray

from twin.plan.geodesic import any_angle, sees
from twin.plan.zone_arrays import Zones

Number = TypeVar("Number", np.int32, np.float64)
SHORTEST_M = 0.1
"""No walk is shorter: two portals may share a place."""


@dataclass(frozen=True, eq=False)
class PortalPairs:
    """For every zone and every ordered pair of its portals the way between their middles."""

    zone: NDArray[np.int32]
    """[n], rising."""
    portal_in: NDArray[np.int32]
    portal_out: NDArray[np.int32]
    length_m: NDArray[np.float64]


_pairs: WeakKeyDictionary[Zones, PortalPairs] = WeakKeyDictionary()


def zone_portals(zones: Zones) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Arrays (start [Z + 1], portal): the portals of zone z are ``portal[start[z] : start[z + 1]]``."""
    side, portal = zones.portal_zones.ravel(), np.repeat(np.arange(len(zones.portal_zones)), 2)
    order = np.argsort(side, kind="stable")
    order = order[side[order] >= 0]
    start = np.searchsorted(side[order], np.arange(len(zones.zone_space) + 1))
    return start.astype(np.int32), portal[order].astype(np.int32)


def portal_pairs(zones: Zones) -> PortalPairs:
    """Walking lengths between all portals of each zone, in both senses.

    Straight where one portal is seen from the other over the floor of the same space, else the shortest
    way on the grid that may turn anywhere (:func:`twin.plan.geodesic.any_angle`). Kept with ``zones``.
    """
    if zones in _pairs:
        return _pairs[zones]
    start, portal = zone_portals(zones)
    middle = zones.portal_line.mean(axis=1)
    floor = Floor(zones)
    zone_: list[NDArray[np.int32]] = []
    in_: list[NDArray[np.int32]] = []
    out: list[NDArray[np.int32]] = []
    length: list[NDArray[np.float64]] = []
    for zone in np.flatnonzero(np.diff(start) > 1).tolist():
        own = portal[start[zone] : start[zone + 1]]
        table = floor.lengths(zone, middle[own])
        a, b = np.nonzero(~np.eye(len(own), dtype=bool))
        zone_.append(np.full(len(a), zone, np.int32))
        in_.append(own[a])
        out.append(own[b])
        length.append(np.maximum(table[a, b], SHORTEST_M))
    pairs = PortalPairs(
        _joined(zone_, np.int32), _joined(in_, np.int32), _joined(out, np.int32), _joined(length, np.float64)
    )
    _pairs[zones] = pairs
    return pairs


def walk_m(zones: Zones, zone: int, a_xy: Sequence[float], b_xy: Sequence[float]) -> float:
    """Length of the walk between two places in one zone, m; places outside it count from its nearest cell."""
    places = np.array([a_xy, b_xy], float)
    return float(Floor(zones).lengths(zone, places)[0, 1])


def _joined(pieces: list[NDArray[Number]], dtype: type[Number]) -> NDArray[Number]:
    """One array of all pieces, also where there is none."""
    return np.concatenate([np.zeros(0, dtype), *pieces]).astype(dtype)


class Floor:
    """Cuts windows of floor out of the grids."""

    def __init__(self, zones: Zones) -> None:
        self._zones = zones
        self._space = [np.append(zones.zone_space, -1)[grid.zone] for grid in zones.grids]
        self._box = _boxes(zones)

    def lengths(self, zone: int, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """[n, n] walking length between places [n, xy] of one zone, m."""
        free, own, corner, cell_m = self.window(zone)
        table: NDArray[np.float64] = _table(free, own, (places - corner) / cell_m)
        return table * cell_m

    def window(self, zone: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.float64], float]:
        """(free, own, corner, cell_m): cells around a zone on which one walks in its space, and its own ones.

        A ring of cells that are not free goes round them; ``corner``: lower left corner of cell [0, 0], m.
        """
        level = int(self._zones.zone_level[zone])
        grid = self._zones.grids[level]
        top, bottom, left, right = self._box[zone]
        own = grid.zone[top - 1 : bottom + 2, left - 1 : right + 2] == zone
        floor = self._space[level][top - 1 : bottom + 2, left - 1 : right + 2]
        free = floor == self._zones.zone_space[zone]
        free[0] = free[-1] = False
        free[:, 0] = free[:, -1] = False
        corner = np.asarray(grid.origin) + np.array([left - 1, top - 1]) * grid.cell_m
        return free, own, corner, grid.cell_m


def _boxes(zones: Zones) -> NDArray[np.int64]:
    """[Z, 4] first and last row, first and last column of each zone."""
    count = len(zones.zone_space)
    box = np.empty((count, 4), np.int64)
    box[:, 0::2] = np.iinfo(np.int64).max
    box[:, 1::2] = -1
    for grid in zones.grids:
        row, col = np.nonzero(grid.zone >= 0)
        own = grid.zone[row, col]
        np.minimum.at(box[:, 0], own, row)
        np.maximum.at(box[:, 1], own, row)
        np.minimum.at(box[:, 2], own, col)
        np.maximum.at(box[:, 3], own, col)
    return box


@njit(cache=True)
def _table(
    free: NDArray[np.bool_], own: NDArray[np.bool_], places: NDArray[np.float64]
) -> NDArray[np.float64]:
    """[n, n] lengths in cells between places (x, y) in cells of the window."""
    count = len(places)
    seat = np.zeros((count, 2), np.int64)
    gap = np.full(count, np.inf)
    for row in range(own.shape[0]):
        for col in range(own.shape[1]):
            if not own[row, col]:
                continue
            for n in range(count):
                away = np.hypot(col + 0.5 - places[n, 0], row + 0.5 - places[n, 1])
                if away < gap[n]:
                    gap[n] = away
                    seat[n, 0], seat[n, 1] = row, col
    table = np.zeros((count, count))
    for a in range(count):
        field = np.zeros((0, 0))
        for b in range(a + 1, count):
            straight = np.hypot(places[a, 0] - places[b, 0], places[a, 1] - places[b, 1])
            if not sees(free, places[a, 0], places[a, 1], places[b, 0], places[b, 1]):
                if field.size == 0:
                    field = any_angle(free, seat[a, 1], seat[a, 0])
                # The way from the place to its cell is half a cell that the way on mostly takes anyhow.
                round_ = field[seat[b, 0], seat[b, 1]] + max(gap[a] - 0.5, 0.0) + max(gap[b] - 0.5, 0.0)
                straight = max(straight, round_)
            table[a, b] = table[b, a] = straight
    return table


def walk_tables(zones: Zones, places: Mapping[int, NDArray[np.float64]]) -> dict[int, NDArray[np.float64]]:
    """For each zone in ``places`` the [n, n] table of walks between its places [n, xy], m."""
    floor = Floor(zones)
    return {zone: floor.lengths(zone, own) for zone, own in places.items()}
