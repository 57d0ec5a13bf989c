"""Who walks how fast, and how much room they take: drawing people from a population.

A population (:mod:`twin.movement.populations` names some) is a table of rows; who belongs to which row, how
quick and how broad somebody is are drawn from streams keyed by the person, so that the same person is the
same in every plan. A row that is added to a population takes people from the other rows and moves nobody
else.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from twin.errors import ScenarioError

Floats = NDArray[np.float64]


class Draws(Protocol):
    """The part of :class:`twin.world.streams.Streams` that is needed here."""

    def uniform(self, purpose: str, agent: ArrayLike, index: ArrayLike = 0) -> NDArray[np.float64]:
        """Uniform numbers on (0, 1), one an agent."""


@dataclass(frozen=True, slots=True)
class Body:
    """How much room people take. Lengths m."""

    breadth_m: float
    """Shoulder to shoulder, mean."""
    spread_m: float
    """Half the range of the breadth, which is uniform."""
    depth_m: float
    """Chest to back, at the mean breadth; it grows with the breadth."""


def _evac(circle_m: float, spread_m: float, torso_m: float) -> Body:
    """A body of the FDS+Evac table: the circle around it, half its range, and the circle of its torso.

    The circle is drawn around shoulders that an adult (0.51 m) has 0.46 m broad; the same ratio holds for
    all.
    """
    return Body(circle_m * _SHOULDERS, spread_m * _SHOULDERS, torso_m)


_SHOULDERS = 0.46 / 0.51
ADULT = _evac(0.51, 0.07, 0.30)
MALE = _evac(0.54, 0.04, 0.32)
FEMALE = _evac(0.48, 0.04, 0.28)
CHILD = _evac(0.42, 0.03, 0.24)
ELDERLY = _evac(0.50, 0.04, 0.30)
"""Bodies by group: FDS+Evac Technical Reference, table of default body sizes (verification.md 7.9)."""
WHEELCHAIR = Body(0.70, 0.0, 1.20)
"""Occupied wheelchair: 0.70 by 1.20 m, the reference size that accessible routes are built for (ISO
7176-5)."""


class SpeedLaw(StrEnum):
    """How the two figures of a speed are read."""

    UNIFORM = "uniform"
    """Least and most."""
    NORMAL = "normal"
    """Mean and standard deviation; cut off at three of these, and at :data:`SLOWEST_MPS`."""


SLOWEST_MPS = 0.1
_CUT = 3.0


@dataclass(frozen=True, slots=True)
class Walkers:
    """One group of people. Speeds are pairs in m/s along the floor or the slope, read as ``law`` says."""

    name: str
    share: float
    """Of the population; shares count relative to their sum."""
    level: tuple[float, float]
    down: tuple[float, float]
    up: tuple[float, float]
    body: Body = ADULT
    law: SpeedLaw = SpeedLaw.UNIFORM
    steps: bool = True
    """Whether they can use stairs by themselves. ``down`` and ``up`` of those who cannot: carried."""

    def __post_init__(self) -> None:
        """Check that people can walk.

        Raises:
            ScenarioError: naming the row and what is wrong with it.
        """
        if not (self.share >= 0 and math.isfinite(self.share)):
            raise ScenarioError(f"population: {self.name!r}: a share of {self.share} is not 0 or more")
        for pair in (self.level, self.down, self.up):
            first, second = pair
            ordered = second >= (first if self.law is SpeedLaw.UNIFORM else 0)
            if not (first > 0 and ordered and math.isfinite(first + second)):
                rule = "0 < least <= most" if self.law is SpeedLaw.UNIFORM else "mean > 0 and deviation >= 0"
                raise ScenarioError(f"population: {self.name!r}: speeds {pair} m/s: need {rule}")
        if not (self.body.depth_m > 0 and 0 <= self.body.spread_m < self.body.breadth_m):
            raise ScenarioError(f"population: {self.name!r}: {self.body} is no body")


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """A table of groups of people. Its rows have names of their own."""

    name: str
    rows: tuple[Walkers, ...]
    source: str = ""

    def __post_init__(self) -> None:
        """Check that people can be drawn from it.

        Raises:
            ScenarioError: if there is nobody in it, or two rows have the same name.
        """
        names = [row.name for row in self.rows]
        if sum(row.share for row in self.rows) <= 0:
            raise ScenarioError(f"population {self.name!r}: its shares must sum to more than 0")
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise ScenarioError(f"population {self.name!r}: two rows are called {twice!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Persons:
    """N people drawn from a population."""

    row: NDArray[np.int32]
    """[N] row of the population."""
    speed_mps: Floats
    """[N, 3] free speed on the level, down stairs and up stairs."""
    depth_m: Floats
    breadth_m: Floats
    steps: NDArray[np.bool_]
    """[N] can use stairs."""


def draw_people(draws: Draws, agents: ArrayLike, population: Population) -> Persons:
    """The people that ``agents`` are in ``population``.

    One uniform number places a person within its group's three speeds, so that who is quick on the level is
    quick on stairs.
    """
    who = np.atleast_1d(np.asarray(agents))
    rows = population.rows
    row = _rows(draws, who, rows)
    place = draws.uniform("speed", who)
    body = np.array([(r.body.breadth_m, r.body.spread_m, r.body.depth_m) for r in rows])[row]
    breadth = body[:, 0] + body[:, 1] * (2.0 * draws.uniform("body", who) - 1.0)
    return Persons(
        row=row,
        speed_mps=_speeds(rows, row, place),
        depth_m=body[:, 2] * (breadth / body[:, 0]),
        breadth_m=breadth,
        steps=np.array([r.steps for r in rows])[row],
    )


def _rows(draws: Draws, who: NDArray[np.int64], rows: Sequence[Walkers]) -> NDArray[np.int32]:
    """The row of each person, with probability as the shares.

    Everybody draws an exponential waiting time of mean 1 / share for each row, keyed by the row's name, and
    belongs to the earliest. A new row can only win people; all others stay where they are.
    """
    keys = np.array([zlib.crc32(row.name.encode()) for row in rows], np.int64)
    share = np.array([row.share for row in rows])
    taken = share > 0
    waits = np.full((len(who), len(rows)), np.inf)
    waits[:, taken] = -np.log(draws.uniform("walker", who[:, None], keys[taken][None, :])) / share[taken]
    return np.asarray(waits.argmin(axis=1), np.int32)


def _speeds(rows: Sequence[Walkers], row: NDArray[np.int32], place: Floats) -> Floats:
    """Speeds [n, 3] at the quantile ``place`` of each one's row."""
    pairs = np.array([(r.level, r.down, r.up) for r in rows])[row]
    first, second = pairs[:, :, 0], pairs[:, :, 1]
    quantile = place[:, None]
    normal = np.array([r.law is SpeedLaw.NORMAL for r in rows])[row][:, None]
    spread = np.where(second > 0, second, 1.0)
    lowest = ndtr(np.maximum((SLOWEST_MPS - first) / spread, -_CUT))
    cut = first + second * ndtri(lowest + (ndtr(_CUT) - lowest) * quantile)
    return np.asarray(np.where(normal, cut, first + (second - first) * quantile), np.float64)
