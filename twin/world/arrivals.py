"""Who comes to the mall, when, through which entrance and what for.

Arrivals are a non-homogeneous Poisson process drawn by thinning from a fixed list of candidates: candidate i
is the same person with the same time and tastes in every scenario, and only comes if the day is busy enough.
Two days that differ by 1 % of visits so share 99 % of their visitors.

Group sizes are zero-truncated Poisson. 81 % of shoppers come with someone (ICSC exit surveys): the share of
visitors who are alone is exp(-rate), so the rate is -ln 0.19 and the mean size 2.05.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import poisson

from twin.world.streams import Streams
from twin.world.trading_day_setup import DAY_FACTOR, PROFILE, DaySetup

PURPOSES = ("planner", "explorer", "meal", "entertainment")
"""What a group came for: a list of things to get, to look around, to eat, to be entertained."""

PURPOSE_SHARES = (0.42, 0.30, 0.14, 0.14)
"""Over the day; 16 % of visits are for entertainment only (ICSC; grade B), 30 % explore (grade D)."""

MEAL_HOURS = ((11.0, 13.5), (17.0, 20.0))
"""When a group that enters may have come for a meal."""

ALONE_SHARE = 0.19
SIZE_RATE = -math.log(ALONE_SHARE)
MEAN_SIZE = SIZE_RATE / -math.expm1(-SIZE_RATE)
HEADROOM = 1.6
"""Candidates per expected group: a day multiplier above exp(3.9 sd) would be cut, which is never seen."""

CHILDREN_SHARE = 0.22
"""Groups of two and more with children (grade D)."""

BUDGET_SIGMA = 0.6
"""Spread of a group's spending power: with the spread of baskets, 30 % of shoppers make 70 % of sales
(Coniq; grade B), the log-normal with total sigma 1.05."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Groups:
    """Groups of visitors in order of arrival; ``id`` is the agent of all their random streams."""

    id: NDArray[np.int64]
    arrives_s: NDArray[np.float64]
    size: NDArray[np.int32]
    purpose: NDArray[np.int32]
    entrance: NDArray[np.int32]
    """Index into the entrances that were given."""
    family: NDArray[np.bool_]
    budget: NDArray[np.float64]
    """Factor on what they spend, with mean 1."""
    speed_mps: NDArray[np.float64]
    """Strolling speed: groups, children and looking around slow a visitor below a commuter's pace."""

    @property
    def people(self) -> int:
        """Visitors in all groups."""
        return int(self.size.sum())


def day_factor(setup: DaySetup, seed: int) -> float:
    """The day's multiplier, log-normal with mean 1."""
    draw = Streams(seed).lognormal("day", 0, mu=-(setup.day_sd**2) / 2, sigma=setup.day_sd)
    return float(draw)


def hour_shares(setup: DaySetup) -> NDArray[np.float64]:
    """Share of the day's arrivals in each clock hour, [24].

    The default profile is stretched to the opening hours; a given one is cut to them.
    """
    hours = np.arange(24.0)
    if setup.profile is None:
        edges = np.concatenate([[0.0], np.cumsum(PROFILE[10:22])])
        open_h = setup.closes_h - setup.opens_h
        position = np.clip((np.arange(25.0) - setup.opens_h) / open_h, 0, 1) * 12
        shares = np.diff(np.interp(position, np.arange(13.0), edges))
    else:
        inside = np.clip(np.minimum(hours + 1, setup.closes_h) - np.maximum(hours, setup.opens_h), 0, 1)
        shares = np.asarray(setup.profile) * inside
    total: NDArray[np.float64] = shares / shares.sum()
    return total


def expected_visits(setup: DaySetup, let_m2: float) -> float:
    """Expected number of visitors of the mean day."""
    if setup.visits is not None:
        return setup.visits
    return setup.visits_per_m2 * let_m2 * DAY_FACTOR[setup.weekday]


def sizes(streams: Streams, agents: NDArray[np.int64], *, mean: float = MEAN_SIZE) -> NDArray[np.int32]:
    """Zero-truncated Poisson sizes with ``mean``, by inversion."""
    rate = _rate_of_mean(mean)
    u = streams.uniform("size", agents)
    lowest = math.exp(-rate)
    drawn: NDArray[np.int32] = poisson.ppf(lowest + u * (1 - lowest), rate).astype(np.int32)
    return np.maximum(drawn, 1).astype(np.int32)


def _rate_of_mean(mean: float) -> float:
    """The rate whose zero-truncated Poisson has ``mean``, by Newton's method; a mean of 1 is a rate of 0."""
    if mean <= 1:
        return 1e-9
    rate = mean
    for _ in range(50):
        lost = -math.expm1(-rate)
        value = rate / lost - mean
        slope = 1 / lost - rate * math.exp(-rate) / lost**2
        rate = max(rate - value / slope, 1e-9)
    return rate


def groups_of_day(
    setup: DaySetup, *, expected: float, entrance_cdf: NDArray[np.float64], seed: int
) -> Groups:
    """The groups that come on the day of ``seed``.

    Args:
        setup: the day.
        expected: visitors of the mean day.
        entrance_cdf: cumulative shares of the entrances; the last is 1.
        seed: of the replication.
    """
    streams = Streams(seed)
    # The list of candidates grows in whole blocks, so that a slightly busier day only adds to it.
    mean_groups = expected / MEAN_SIZE
    block = 2.0 ** math.ceil(math.log2(max(mean_groups, 1.0)))
    most = block * HEADROOM
    count = int(poisson.ppf(float(streams.uniform("candidates", 0)), most))
    candidates = np.arange(count, dtype=np.int64)
    keep = streams.uniform("comes", candidates) < mean_groups * day_factor(setup, seed) / most
    agents = candidates[keep]
    shares = hour_shares(setup)
    edges = np.concatenate([[0.0], np.cumsum(shares)])
    # Invert where the cumulative profile rises; flat hours would be ambiguous.
    rising = np.concatenate([[True], np.diff(edges) > 0])
    rising[:-1] |= np.diff(edges) > 0
    hour = np.interp(streams.uniform("arrives", agents), edges[rising], np.arange(25.0)[rising])
    hour = np.clip(hour, setup.opens_h, setup.closes_h)
    return _groups(streams, agents, hour, entrance_cdf)


def _groups(
    streams: Streams, agents: NDArray[np.int64], hour: NDArray[np.float64], entrance_cdf: NDArray[np.float64]
) -> Groups:
    order = np.argsort(hour, kind="stable")
    agents, hour = agents[order], hour[order]
    size = sizes(streams, agents)
    family = (size > 1) & (streams.uniform("family", agents) < CHILDREN_SHARE)
    entrance = np.searchsorted(entrance_cdf, streams.uniform("entrance", agents))
    return Groups(
        id=agents,
        arrives_s=hour * 3600.0,
        size=size,
        purpose=_purposes(streams, agents, hour),
        entrance=np.minimum(entrance, entrance_cdf.size - 1).astype(np.int32),
        family=family,
        budget=streams.lognormal("budget", agents, mu=-(BUDGET_SIGMA**2) / 2, sigma=BUDGET_SIGMA),
        speed_mps=strolling(streams, agents, size, family),
    )


def strolling(
    streams: Streams, agents: NDArray[np.int64], size: NDArray[np.int32], family: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Speed of a group that strolls: about 1.05 m/s alone, slower by size and with children.

    Grade D; the direction of both effects after Jazwinski 2011.
    """
    mean = 1.05 - 0.05 * np.minimum(size - 1, 4) - 0.10 * family
    speed: NDArray[np.float64] = np.clip(mean + 0.15 * streams.normal("speed", agents), 0.4, 1.6)
    return speed


def _purposes(streams: Streams, agents: NDArray[np.int64], hour: NDArray[np.float64]) -> NDArray[np.int32]:
    """Purpose by hour: meals only at meal times, with the share over the day kept about right."""
    mealtime = np.zeros(hour.shape, dtype=bool)
    for begins, ends in MEAL_HOURS:
        mealtime |= (hour >= begins) & (hour < ends)
    share = np.asarray(PURPOSE_SHARES)
    rates = np.where(mealtime[:, None], share * [1, 1, 2.2, 1], share * [1, 1, 0.15, 1])
    cdf = np.cumsum(rates / rates.sum(axis=1, keepdims=True), axis=1)
    drawn = (streams.uniform("purpose", agents)[:, None] > cdf).sum(axis=1)
    purposes: NDArray[np.int32] = np.minimum(drawn, len(PURPOSES) - 1).astype(np.int32)
    return purposes
