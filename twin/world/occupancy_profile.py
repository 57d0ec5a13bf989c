"""What occupancy to expect by space and time of day: mean and spread over simulated days.

The live room uses it as the prior of its occupancy estimate: where no counter speaks, this is what is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.plan.model import Plan
from twin.world.trading_day_setup import DaySetup

STEP_S = 900.0
"""A quarter of an hour."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DayProfile:
    """Mean and standard deviation of the people in each space by quarter of an hour.

    Row k is the time from ``k * 900`` s after midnight to the next row; there are 96 rows.
    """

    plan_version: str
    seeds: tuple[int, ...]
    space_ids: tuple[str, ...]
    mean: NDArray[np.float64]
    """[96, S] people."""
    sd: NDArray[np.float64]
    """[96, S] people: between days and within a quarter of an hour together."""
    inside_mean: NDArray[np.float64]
    """[96] people in the building."""
    inside_sd: NDArray[np.float64]

    def at(self, clock_s: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean and standard deviation by space at ``clock_s`` seconds after midnight (taken modulo a day)."""
        row = int(clock_s % 86_400 // STEP_S)
        return self.mean[row], self.sd[row]


def day_profile(plan: Plan, seeds: Sequence[int], *, setup: DaySetup | None = None) -> DayProfile:
    """Mean and spread of the occupancy of ``plan`` over one simulated day for each seed.

    Args:
        plan: the building.
        seeds: one simulated day each; five give a usable spread.
        setup: the day; by default a Saturday of the plan's own size.

    Raises:
        ScenarioError: if the plan has nowhere to go or no way in.
        ValueError: if there is no seed.
    """
    from twin.world.trading_day import run_day

    if not seeds:
        raise ValueError("a day profile needs at least one seed")
    asked = setup or DaySetup()
    counts, inside = [], []
    for seed in seeds:
        run = run_day(plan, asked, seed=seed)
        counts.append(_quarters(run.time_s, run.space_count.astype(np.float64)))
        inside.append(_quarters(run.time_s, run.inside[:, None].astype(np.float64)))
    mean, sd = _moments(counts)
    inside_mean, inside_sd = _moments(inside)
    return DayProfile(
        plan_version=plan.version,
        seeds=tuple(seeds),
        space_ids=run.space_ids,
        mean=mean,
        sd=sd,
        inside_mean=inside_mean[:, 0],
        inside_sd=inside_sd[:, 0],
    )


def _quarters(time_s: NDArray[np.float64], value: NDArray[np.float64]) -> NDArray[np.float64]:
    """First and second moment of ``value`` in each of the 96 quarters, [2, 96, ...]; 0 outside the run."""
    rows = np.minimum(time_s // STEP_S, 95).astype(np.int64)
    sums = np.zeros((2, 96, value.shape[1]))
    np.add.at(sums[0], rows, value)
    np.add.at(sums[1], rows, value**2)
    share: NDArray[np.float64] = sums / np.maximum(np.bincount(rows, minlength=96), 1)[None, :, None]
    return share


def _moments(days: Sequence[NDArray[np.float64]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and standard deviation over days, by the law of total variance."""
    first = np.mean([day[0] for day in days], axis=0)
    second = np.mean([day[1] for day in days], axis=0)
    return first, np.sqrt(np.maximum(second - first**2, 0.0))
