"""The plan cut into movement cells: zones, the portals between them, and the links between levels.

A big walkway is no single node: it is cut into compact zones (geodesic Voronoi cells on the walkable
grid), so that density, queues and level of service are local. A small space is one zone; a part of a space
that is cut off from the rest of it by what stands on top is a zone of its own.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from twin.errors import PlanError
from twin.plan.cells import LevelCells, cut_level
from twin.plan.model import Level, Plan, Space


class PortalKind(IntEnum):
    """What one passes when one goes from zone to zone."""

    DOOR = 0
    """A door, fire door or gate."""
    FRONT = 1
    """An open front without a leaf."""
    CUT = 2
    """No thing at all: the line between two zones of one space."""
    EXIT = 3
    """A way to a place of safety."""


@dataclass(frozen=True)
class LevelGrid:
    """One level on a grid of square cells.

    Cell ``[row, col]`` covers ``origin + (col, row) * cell_m`` to ``origin + (col + 1, row + 1) * cell_m``.
    The outermost ring of cells is always solid.
    """

    level_id: str
    origin: tuple[float, float]
    """Lower left corner of cell ``[0, 0]``, m."""
    cell_m: float
    zone: NDArray[np.int32]
    """[row y, col x] zone, -1 where nobody walks."""

    def cell(self, x: float, y: float) -> tuple[int, int]:
        """Row and column of the cell at a place in metres, clipped to the grid."""
        rows, columns = self.zone.shape
        row = int(np.clip((y - self.origin[1]) // self.cell_m, 0, rows - 1))
        col = int(np.clip((x - self.origin[0]) // self.cell_m, 0, columns - 1))
        return row, col


@dataclass(frozen=True)
class Zones:
    """Movement cells of a whole plan, as arrays over zones Z, portals P and connector links K."""

    plan_version: str
    level_ids: tuple[str, ...]
    """As in ``plan.levels``."""
    space_ids: tuple[str, ...]
    """As in ``plan.spaces``."""
    zone_level: NDArray[np.int32]
    zone_space: NDArray[np.int32]
    """[Z] index into ``space_ids``."""
    zone_area_m2: NDArray[np.float64]
    """[Z] true area: the raster is scaled to the polygon of the space."""
    zone_centre: NDArray[np.float64]
    """[Z, xy] a place inside the zone near its centroid, m."""
    portal_zones: NDArray[np.int32]
    """[P, 2] zones (a, b) in the sense of a one-way opening; b = -1 for an exit."""
    portal_width_m: NDArray[np.float64]
    """[P] clear width."""
    portal_line: NDArray[np.float64]
    """[P, 2, xy] its two ends, m."""
    portal_kind: NDArray[np.int32]
    """[P] :class:`PortalKind`."""
    portal_source: tuple[str, ...]
    """[P] id of the opening or exit; "" for a cut."""
    portal_one_way: NDArray[np.bool_]
    portal_open: NDArray[np.bool_]
    link_zones: NDArray[np.int32]
    """[K, 2] (lower, upper) zone of each connector link between consecutive stops."""
    link_connector: tuple[str, ...]
    """[K] connector id."""
    link_at: NDArray[np.float64]
    """[K, 2, xy] where one steps on at the lower and at the upper zone, m."""
    grids: tuple[LevelGrid, ...]
    """As ``level_ids``."""
    zones_of_space: Mapping[str, NDArray[np.int32]]
    """Zones of each walkable space, by space id."""


@dataclass(frozen=True)
class Cut:
    """The zones of a plan before they are joined: depends on levels and spaces only."""

    levels: tuple[Level, ...]
    spaces: tuple[Space, ...]
    cell_m: float
    target_m2: float
    cells: tuple[LevelCells, ...]
    """Per level."""
    members: tuple[NDArray[np.int32], ...]
    """Per level the indices of its spaces in ``spaces``."""
    first_zone: NDArray[np.int32]
    """Per level the number of its first zone."""
    zones_of_space: Mapping[str, NDArray[np.int32]]


_KEPT = 6
"""Plans whose zones are kept: a what-if compares a few variants of one mall."""
_zones: OrderedDict[tuple[str, float, float], Zones] = OrderedDict()
_cuts: list[Cut] = []


def zones_of(plan: Plan, *, cell_m: float = 0.5, target_m2: float = 120.0) -> Zones:
    """The movement cells of ``plan``.

    The last few results are kept by ``plan.version``; variants that share their spaces share the raster.

    Args:
        plan: the plan; features that refer to what is not there are left out (the checks name them).
        cell_m: raster cell, m. Ways narrower than this may be lost unless an opening is drawn there.
        target_m2: area that large spaces are cut to.

    Raises:
        PlanError: if no level has a space to walk in, or a size is not positive.
    """
    if cell_m <= 0 or target_m2 <= 0:
        raise PlanError(f"zones need a positive cell and area, not {cell_m} m and {target_m2} m²")
    key = (plan.version, cell_m, target_m2)
    if key in _zones:
        _zones.move_to_end(key)
        return _zones[key]
    from twin.plan.joining import join

    result = join(plan, _cut_of(plan, cell_m, target_m2))
    _zones[key] = result
    while len(_zones) > _KEPT:
        _zones.popitem(last=False)
    return result


def _cut_of(plan: Plan, cell_m: float, target_m2: float) -> Cut:
    """The cut of the plan's spaces, taken from a plan that shares them where there is one."""
    for known in _cuts:
        same = known.levels is plan.levels and known.spaces is plan.spaces
        if same and (known.cell_m, known.target_m2) == (cell_m, target_m2):
            return known
    cut = _cut(plan, cell_m, target_m2)
    _cuts.append(cut)
    del _cuts[:-_KEPT]
    return cut


def _cut(plan: Plan, cell_m: float, target_m2: float) -> Cut:
    """Every level's spaces cut into zones, numbered through the levels."""
    if not any(space.walkable for space in plan.spaces):
        raise PlanError(f"plan {plan.id!r}: no space that one can walk in")
    levels: list[LevelCells] = []
    members: list[NDArray[np.int32]] = []
    for level in plan.levels:
        own = [i for i, space in enumerate(plan.spaces) if space.level_id == level.id]
        levels.append(cut_level([plan.spaces[i] for i in own], cell_m=cell_m, target_m2=target_m2))
        members.append(np.array(own, np.int32))
    counts = [len(cells.space) for cells in levels]
    first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    shifted = tuple(
        replace(cells, zone=np.where(cells.zone >= 0, cells.zone + start, cells.zone).astype(np.int32))
        for cells, start in zip(levels, first[:-1], strict=True)
    )
    zones: dict[str, NDArray[np.int32]] = {}
    for cells, own_spaces, start in zip(shifted, members, first[:-1], strict=True):
        for local in np.unique(cells.space):
            space = plan.spaces[own_spaces[local]]
            zones[space.id] = (np.flatnonzero(cells.space == local) + start).astype(np.int32)
    return Cut(plan.levels, plan.spaces, cell_m, target_m2, shifted, tuple(members), first, zones)
