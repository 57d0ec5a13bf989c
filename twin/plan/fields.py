"""Walking distance from every place of the floor to a goal."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twin.plan.links import link_length_m, rise_m, senses
from twin.plan.marching import march, nearest_cells
from twin.plan.model import ConnectorKind, Plan
from twin.plan.zones import PortalKind, Zones, zones_of

Field = NDArray[np.float64]
"""[row, col] m on the grid of a level; infinite where there is no way, and on solid cells."""


class Floors:
    """The grids of some levels in one tall canvas, with the jumps between their spaces.

    Distances are *to* a goal, so a front runs against the sense of one-way openings and escalators.
    """

    def __init__(self, zones: Zones, levels: Sequence[int]) -> None:
        self.zones = zones
        self.levels = tuple(levels)
        self.cell_m = zones.grids[0].cell_m
        width = max(zones.grids[n].zone.shape[1] for n in levels)
        height = [zones.grids[n].zone.shape[0] for n in levels]
        self._top = np.full(len(zones.grids), -1, np.int64)
        self._top[list(levels)] = np.cumsum([0, *height[:-1]])
        self._origin = np.array([grid.origin for grid in zones.grids])
        self.space = np.full((sum(height), width), -1, np.int32)
        of_zone = np.append(zones.zone_space, -1).astype(np.int32)
        for n in levels:
            grid = zones.grids[n].zone
            self.space[self._top[n] : self._top[n] + grid.shape[0], : grid.shape[1]] = of_zone[grid]
        self._jumps: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]] = []
        self._sources: list[tuple[NDArray[np.int64], NDArray[np.float64]]] = []
        self._open_doors()

    def seats(
        self, level: NDArray[np.int64], space: NDArray[np.int64], places: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The flat cell of each space nearest to each place [n, xy], and where that cell's middle is, m."""
        at = np.floor((places - self._origin[level]) / self.cell_m).astype(np.int64)
        rows, width = self.space.shape
        row = np.clip(at[:, 1] + self._top[level], 0, rows - 1)
        cell: NDArray[np.int64] = nearest_cells(self.space, space, row, np.clip(at[:, 0], 0, width - 1))
        middle = np.stack([cell % width, cell // width - self._top[level]], axis=1) + 0.5
        return cell, self._origin[level] + middle * self.cell_m

    def aim(self, level: int, space: int, line: ArrayLike) -> None:
        """Make a line (or a place) at the edge of a space a goal."""
        places = along(line, self.cell_m)
        count = len(places)
        cell, _ = self.seats(np.full(count, level), np.full(count, space), places)
        at = (places - self._origin[level]) / self.cell_m + np.array([0, self._top[level]])
        self._sources.append((cell[cell >= 0], at[cell >= 0]))

    def link(
        self,
        a: NDArray[np.int64],
        b: NDArray[np.int64],
        length_m: NDArray[np.float64],
        *,
        forth: NDArray[np.bool_],
        back: NDArray[np.bool_],
    ) -> None:
        """Join pairs of cells by ways that are walked from a to b (forth) and from b to a (back)."""
        cost = length_m / self.cell_m
        self._jumps.append((b[forth], a[forth], cost[forth]))
        self._jumps.append((a[back], b[back], cost[back]))

    def solve(self) -> tuple[Field, ...]:
        """The distance to the nearest goal for each level of the canvas, m."""
        origin, to, cost = (np.concatenate(column) for column in zip(*self._jumps, strict=True))
        order = np.argsort(origin, kind="stable")
        first = np.searchsorted(origin[order], np.arange(self.space.size + 1))
        source = np.concatenate([np.zeros(0, np.int64), *(cell for cell, _ in self._sources)])
        x, y = np.concatenate([np.zeros((0, 2)), *(at for _, at in self._sources)]).T
        length = march(self.space, source, x, y, first, to[order], cost[order]) * self.cell_m
        shapes = [(n, self.zones.grids[n].zone.shape) for n in self.levels]
        return tuple(length[self._top[n] : self._top[n] + high, :wide] for n, (high, wide) in shapes)

    def _open_doors(self) -> None:
        """Join the cells on both sides of every open portal, all along its line."""
        zones = self.zones
        doors = zones.portal_open & (zones.portal_zones[:, 1] >= 0) & (zones.portal_kind != PortalKind.CUT)
        doors &= np.isin(zones.zone_level[zones.portal_zones[:, 0]], self.levels)
        lines = [along(zones.portal_line[n], self.cell_m) for n in np.flatnonzero(doors)]
        portal = np.repeat(np.flatnonzero(doors), [len(line) for line in lines])
        places = np.concatenate([np.zeros((0, 2)), *lines])
        level = zones.zone_level[zones.portal_zones[portal, 0]].astype(np.int64)
        spaces = zones.zone_space[zones.portal_zones[portal]].astype(np.int64)
        a, a_at = self.seats(level, spaces[:, 0], places)
        b, b_at = self.seats(level, spaces[:, 1], places)
        both = np.ones(len(portal), bool)
        self.link(a, b, np.hypot(*(a_at - b_at).T), forth=both, back=~zones.portal_one_way[portal])


def along(line: ArrayLike, step_m: float) -> NDArray[np.float64]:
    """Places [n, xy] at most ``step_m`` apart on the straight line between two ends; a place stays itself."""
    ends = np.asarray(line, float).reshape(-1, 2)
    count = max(1, int(np.ceil(np.hypot(*(ends[-1] - ends[0])) / step_m)))
    share = ((np.arange(count) + 0.5) / count)[:, None]
    places: NDArray[np.float64] = ends[0] + share * (ends[-1] - ends[0])
    return places


def distance_field(zones: Zones, level_index: int, goals: ArrayLike) -> Field:
    """Walking distance on one level to the nearest of ``goals``, through open openings, m.

    Args:
        zones: the cut plan.
        level_index: index into ``zones.level_ids``.
        goals: places [n, xy] or lines [n, 2, xy], m; those off the floor count for the nearest floor.

    Returns:
        [row, col] on ``zones.grids[level_index]``; infinite where there is no way.
    """
    floors = Floors(zones, [level_index])
    grid = zones.grids[level_index]
    anywhere = np.where(floors.space >= 0, 0, -1).astype(np.int32)
    for goal in np.asarray(goals, float):
        for place in along(goal, grid.cell_m):
            row, col = np.array([[n] for n in grid.cell(*place)])
            cell = int(nearest_cells(anywhere, np.zeros(1, np.int64), row, col)[0])
            if cell >= 0:
                floors.aim(level_index, int(floors.space.ravel()[cell]), place)
    return floors.solve()[0]


def exits_distance(
    plan: Plan, *, protected: bool = False, lifts: bool = False, cell_m: float = 0.5
) -> tuple[Field, ...]:
    """Walking distance from every place to the nearest open exit, over stairs, escalators and ramps, m.

    Args:
        plan: the plan.
        protected: count a protected space (stair, lobby, passageway) as reached safety as well.
        lifts: whether lifts may be used; they add no walking.
        cell_m: raster cell.

    Returns:
        For each level [row, col] on its grid in ``zones_of(plan, cell_m=cell_m)``.
    """
    zones = zones_of(plan, cell_m=cell_m)
    floors = Floors(zones, range(len(plan.levels)))
    for portal in np.flatnonzero(zones.portal_open & (zones.portal_zones[:, 1] < 0)).tolist():
        zone = int(zones.portal_zones[portal, 0])
        floors.aim(int(zones.zone_level[zone]), int(zones.zone_space[zone]), zones.portal_line[portal])
    if protected:
        _aim_at_safety(plan, floors)
    _link_levels(plan, floors, lifts=lifts)
    return floors.solve()


def _link_levels(plan: Plan, floors: Floors, *, lifts: bool) -> None:
    """Join the levels by the connectors that may be used."""
    zones = floors.zones
    level = zones.zone_level[zones.link_zones].astype(np.int64)
    space = zones.zone_space[zones.link_zones].astype(np.int64)
    a, _ = floors.seats(level[:, 0], space[:, 0], zones.link_at[:, 0])
    b, _ = floors.seats(level[:, 1], space[:, 1], zones.link_at[:, 1])
    connectors = [plan.connector[name] for name in zones.link_connector]
    ends = [(zones.level_ids[low], zones.level_ids[high]) for low, high in level.tolist()]
    length = [link_length_m(x, rise_m(plan, *at)) for x, at in zip(connectors, ends, strict=True)]
    used = np.array([lifts or x.kind is not ConnectorKind.LIFT for x in connectors], bool)
    sense = np.array([senses(x) for x in connectors], bool).reshape(-1, 2) & used[:, None]
    floors.link(a, b, np.array(length, float), forth=sense[:, 0], back=sense[:, 1])


def _aim_at_safety(plan: Plan, floors: Floors) -> None:
    """Make every open door of a protected space a goal on the side that is not protected."""
    zones = floors.zones
    safe = {space.id for space in plan.spaces if space.protected}
    safe |= {stop.space_id for item in plan.connectors if item.protected for stop in item.stops}
    inside = np.array([space_id in safe for space_id in zones.space_ids], bool)
    for portal in np.flatnonzero(zones.portal_open & (zones.portal_zones[:, 1] >= 0)).tolist():
        spaces = zones.zone_space[zones.portal_zones[portal]]
        level = int(zones.zone_level[zones.portal_zones[portal, 0]])
        for own, other in ((spaces[0], spaces[1]), (spaces[1], spaces[0])):
            if inside[own]:
                floors.aim(level, int(own), zones.portal_line[portal])
                if not inside[other] and not (zones.portal_one_way[portal] and own == spaces[0]):
                    floors.aim(level, int(other), zones.portal_line[portal])
