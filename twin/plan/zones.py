"""The plan cut into movement cells: zones, the portals between them, and the links between levels.

A big walkway is no single node: it is cut into compact zones (geodesic Voronoi cells on the walkable
grid), so that density, queues and level of service are local. A small space is one zone; a part of a space
that is cut off from the rest of it by what stands on top is a zone of its own.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from twin.errors import PlanError
from twin.plan.cells import LevelCells, cut_level
from twin.plan.joining import join
from twin.plan.model import Plan
from twin.plan.walks import PortalPairs, portal_pairs, walk_m, zone_portals
from twin.plan.zone_arrays import Cut, LevelGrid, PortalKind, Zones

__all__ = [
    "LevelGrid",
    "PortalKind",
    "PortalPairs",
    "Zones",
    "portal_pairs",
    "walk_m",
    "zone_portals",
    "zones_of",
]

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
