"""Where a wall stands between a place in a zone and a door of it: how long the way round it is."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from twin.plan.geodesic import any_angle, sees
from twin.plan.walks import Floor
from twin.plan.zone_arrays import Zones

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
_MOST_KEPT = 6000
"""Windows whose bends are kept: a plan with an edit, and one in another mode, have most of them again."""
_kept: OrderedDict[bytes, NDArray[np.float32] | None] = OrderedDict()


@dataclass(frozen=True, eq=False)
class Bend:
    """The ways round corners in the window of one zone."""

    corner: Floats
    """[2] lower left corner of cell [0, 0], m."""
    cell_m: float
    length_m: NDArray[np.float32]
    """[n, row, col] m to each line, half way between its middle and its nearest end; 0 where one sees it.

    A cell that is not of the zone has that of the nearest one that is.
    """


def bends_of(zones: Zones, lines: Mapping[int, Floats]) -> dict[int, Bend]:
    """The bends of those zones in which a line is hidden from somewhere.

    Args:
        zones: the cells of a plan.
        lines: for each zone [n, 2, xy] the two ends of what one walks to, m.
    """
    floor = Floor(zones)
    found = {}
    for zone, own_lines in lines.items():
        free, own, corner, cell_m = floor.window(zone)
        ends = (own_lines - corner) / cell_m
        key = _key(free, own, ends)
        if key not in _kept:
            _kept[key] = _length(free, own, ends)
            while len(_kept) > _MOST_KEPT:
                _kept.popitem(last=False)
        _kept.move_to_end(key)
        length = _kept[key]
        if length is not None:
            found[zone] = Bend(corner, cell_m, length * np.float32(cell_m))
    return found


def _key(free: Bools, own: Bools, ends: Floats) -> bytes:
    """Names a window and its lines."""
    digest = hashlib.blake2b(np.array([*free.shape, len(ends)]).tobytes(), digest_size=16)
    for part in (free, own, np.round(ends, 6)):
        digest.update(np.ascontiguousarray(part).tobytes())
    return digest.digest()


def _length(free: Bools, own: Bools, ends: Floats) -> NDArray[np.float32] | None:
    """[n, row, col] as in a :class:`Bend`, in cells; None where everything is seen."""
    hidden, length = _lengths(free, own, ends)
    if not hidden.any():
        return None
    near = distance_transform_edt(~own, return_distances=False, return_indices=True)
    return length.astype(np.float32)[:, near[0], near[1]]


@njit(cache=True)
def _nearest(x: float, y: float, ax: float, ay: float, bx: float, by: float) -> tuple[float, float]:
    """The place of a line that is nearest to another place."""
    size = (bx - ax) ** 2 + (by - ay) ** 2
    along = 0.0
    if size > 0:
        along = min(max(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / size, 0.0), 1.0)
    return ax + along * (bx - ax), ay + along * (by - ay)


@njit(cache=True)
def _lengths(free: Bools, own: Bools, ends: Floats) -> tuple[Bools, Floats]:
    """(which lines are hidden from somewhere, [n, row, col] lengths as of :class:`Bend` in cells)."""
    count = len(ends)
    length = np.zeros((count, *own.shape))
    hidden = np.zeros(count, np.bool_)
    for n in range(count):
        ax, ay, bx, by = ends[n, 0, 0], ends[n, 0, 1], ends[n, 1, 0], ends[n, 1, 1]
        field = np.zeros((0, 0))
        gap = 0.0
        for row in range(own.shape[0]):
            for col in range(own.shape[1]):
                x, y = col + 0.5, row + 0.5
                if not own[row, col]:
                    continue
                px, py = _nearest(x, y, ax, ay, bx, by)
                if sees(free, x, y, px, py):
                    continue
                if field.size == 0:
                    hidden[n] = True
                    col0, row0, gap = _seat(own, 0.5 * (ax + bx), 0.5 * (ay + by))
                    field = any_angle(free, col0, row0)
                if np.isfinite(field[row, col]):
                    way = field[row, col] + max(gap - 0.5, 0.0) - 0.25 * np.hypot(bx - ax, by - ay)
                    length[n, row, col] = max(way, 0.0)
    return hidden, length


@njit(cache=True)
def _seat(own: Bools, x: float, y: float) -> tuple[int, int, float]:
    """Column and row of the own cell that is nearest to a place, and how far it is."""
    best, col0, row0 = np.inf, 0, 0
    for row in range(own.shape[0]):
        for col in range(own.shape[1]):
            away = np.hypot(col + 0.5 - x, row + 0.5 - y)
            if own[row, col] and away < best:
                best, col0, row0 = away, col, row
    return col0, row0, best
