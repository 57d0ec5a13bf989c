"""Who is with whom: families and friends among the people of a space.

Up to 70 % of the people on a shopping street walk in groups; sizes follow a zero-truncated Poisson law of
mean parameter 0.83 where it is quiet and 1.11 where it is busy (Moussaïd, Perozo, Garnier, Helbing and
Theraulaz, PLoS ONE 5, 2010; the two parameters recalled, grade C).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from twin.errors import ScenarioError
from twin.movement.demographics import Draws
from twin.plan.zones import Zones

GROUP_MEAN = 0.83
"""Parameter of the Poisson law: 44 % of the people are alone, 32 % in pairs, 24 % in larger groups."""
LARGEST = 12
"""Larger groups are as good as never drawn (one in 10^11); the table of sizes ends here."""


def group_sizes(uniform: NDArray[np.float64], mean: float = GROUP_MEAN) -> NDArray[np.int64]:
    """Sizes of groups at the quantiles ``uniform`` of the zero-truncated Poisson law with parameter ``mean``.

    Raises:
        ScenarioError: unless 0 < mean <= 4.
    """
    if not 0 < mean <= 4:  # noqa: PLR2004 - beyond it the table of sizes would cut the law off
        raise ScenarioError(f"group mean {mean}: must be above 0 and at most 4")
    sizes = np.arange(1, LARGEST + 1)
    share = np.array([mean ** int(n) / math.factorial(int(n)) for n in sizes])
    edges = np.cumsum(share / share.sum())
    return np.searchsorted(edges[:-1], uniform, side="right") + 1


def leaders_of(
    draws: Draws, key: NDArray[np.int64], space: NDArray[np.int32], *, mean: float = GROUP_MEAN
) -> NDArray[np.int64]:
    """[n] the person whose group each one belongs to; oneself if one is alone or leads.

    ``space`` holds the people of each space one after another. A group's size is drawn by the one who leads
    it, so the groups of a space stay the same when people are added at its end, or in other spaces. The last
    group of a space is as big as the people who are left.
    """
    leader = np.arange(len(key))
    sizes = group_sizes(draws.uniform("group size", key), mean).tolist()
    border = np.append(np.flatnonzero(np.diff(space)) + 1, len(space)).tolist()
    at = 0
    for end in border:
        while at < end:
            last = min(at + sizes[at], end)
            leader[at:last] = at
            at = last
    return leader


def group_numbers(leader: NDArray[np.int64]) -> NDArray[np.int32]:
    """[n] number of each one's group, -1 for those who are alone: as the engines want it."""
    members = np.bincount(leader, minlength=len(leader))
    return np.where(members[leader] > 1, leader, -1).astype(np.int32)


def beside_leaders(
    zones: Zones,
    leader: NDArray[np.int64],
    zone: NDArray[np.int32],
    xy: NDArray[np.float64],
    draw: NDArray[np.float64],
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Zones and places with everybody within a metre or so of their leader, in the leader's space.

    ``draw``: [n, 2] uniform numbers. Where that place is not in the space, one stands where the leader does
    (the crowd engine puts people a body's breadth apart).
    """
    zone, xy = zone[leader].copy(), xy[leader].copy()
    size = np.bincount(leader, minlength=len(leader))[leader]
    reach = 0.5 * np.sqrt(size)
    angle = 2.0 * math.pi * draw[:, 0]
    away = (0.4 + reach * np.sqrt(draw[:, 1]))[:, None]
    there = xy + away * np.column_stack([np.cos(angle), np.sin(angle)])
    follows = leader != np.arange(len(leader))
    for number, grid in enumerate(zones.grids):
        rows = np.flatnonzero(follows & (zones.zone_level[zone] == number))
        cell = np.floor((there[rows] - np.array(grid.origin)) / grid.cell_m).astype(int)
        high, wide = grid.zone.shape
        inside = (cell >= 0).all(axis=1) & (cell[:, 0] < wide) & (cell[:, 1] < high)
        rows, cell = rows[inside], cell[inside]
        found = grid.zone[cell[:, 1], cell[:, 0]]
        same = found >= 0
        same[same] &= zones.zone_space[found[same]] == zones.zone_space[zone[rows[same]]]
        zone[rows[same]], xy[rows[same]] = found[same], there[rows[same]]
    return zone, xy
