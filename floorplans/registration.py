"""Putting levels that were surveyed apart into one frame, by their lift shafts.

A lift shaft is vertical, so the same shaft on two levels gives one and the same shift. Every pair of
shafts of the two levels votes for the shift between them; the shift that most shafts agree on wins if it
beats staying where the level is. Only translation is voted on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

AGREE_M = 1.5
"""Votes that lie this close together are one vote: the survey noise of a shaft's middle."""
LEAST_VOTES = 4
LEAST_SHARE = 0.5
"""Share of the level with fewer shafts that has to agree."""


@dataclass(frozen=True)
class Shift:
    """How a level was moved, and how many shafts said so."""

    level: str
    east_m: float
    north_m: float
    votes: int
    shafts: int


def vote(moving: NDArray[np.float64], fixed: NDArray[np.float64]) -> tuple[NDArray[np.float64], int, int]:
    """The shift of ``moving`` onto ``fixed`` that most pairs agree on.

    Args:
        moving: shaft middles of the level to be moved, shape (N, 2), m.
        fixed: shaft middles of the level it is moved to, shape (M, 2), m.

    Returns:
        The shift, shape (2,); the shafts of ``moving`` that then meet one of ``fixed``; and those that meet
        one without any shift.
    """
    none = np.zeros(2)
    if not len(moving) or not len(fixed):
        return none, 0, 0
    shifts = (fixed[None, :, :] - moving[:, None, :]).reshape(-1, 2)
    neighbours = cKDTree(shifts).query_ball_point(shifts, AGREE_M)
    best = max(neighbours, key=len)
    shift = np.median(shifts[best], axis=0)
    tree = cKDTree(fixed)

    def meeting(by: NDArray[np.float64]) -> int:
        distance, _ = tree.query(moving + by)
        return int((distance <= AGREE_M).sum())

    return shift, meeting(shift), meeting(none)


def register(shafts: Mapping[str, NDArray[np.float64]], order: Sequence[str]) -> dict[str, Shift]:
    """The shifts of levels that are off, by level.

    Args:
        shafts: middles of lift shafts by level, shape (N, 2), m.
        order: levels from the one that the others are put to, each nearer ones first.
    """
    placed: dict[str, NDArray[np.float64]] = {}
    shifts: dict[str, Shift] = {}
    for level in order:
        mine = shafts[level]
        # Levels that were placed already, the latest first: a shaft may end below the reference level.
        for fixed in reversed(list(placed.values())):
            shift, votes, without = vote(mine, fixed)
            fewest = min(len(mine), len(fixed))
            enough = votes >= max(LEAST_VOTES, LEAST_SHARE * fewest)
            if enough and votes > without + 1 and float(np.hypot(*shift)) > AGREE_M:
                shifts[level] = Shift(level, float(shift[0]), float(shift[1]), votes, fewest)
                mine = mine + shift
                break
            if without >= max(LEAST_VOTES, LEAST_SHARE * fewest):
                break
        placed[level] = mine
    return shifts
