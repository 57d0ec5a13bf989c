"""The arrays of a plan that is cut into movement cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from twin.plan.cells import LevelCells
from twin.plan.model import Level, Space


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


@dataclass(frozen=True, eq=False)
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


@dataclass(frozen=True, eq=False)
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


@dataclass(frozen=True, eq=False)
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
