"""People inside by level over the time of a drill, with the interval over replications."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from twin.plan.zones import Zones
from twin.world.drill_doors import step_of
from twin.world.drill_result import DrillRun
from twin.world.statistics import estimate

BETWEEN = ""
"""In place of a level id: on stairs, ramps and escalators."""


def level_measures(zones: Zones, runs: Sequence[DrillRun]) -> dict[str, object]:
    """People on each level at each step, as a JSON object.

    ``levels`` has one row a level on which anybody ever was, from the lowest, and one with the level id
    ``""`` for stairs and escalators: mean and t interval over replications (absent with one).
    """
    end = max(float(run.time_s[-1]) for run in runs)
    step = step_of(end)
    times = np.arange(0.0, end + step, step)
    counts = np.array([_counts(zones, run, times) for run in runs])
    names = (*zones.level_ids, BETWEEN)
    used = [i for i in range(len(names)) if counts[:, :, i].any()]
    return {"time_s": times.tolist(), "levels": [_row(names[i], counts[:, :, i]) for i in used]}


def _counts(zones: Zones, run: DrillRun, times: NDArray[np.float64]) -> NDArray[np.float64]:
    """[T, L + 1] people on each level, and between levels, at ``times``; the end of a run holds on."""
    by_level = np.zeros((len(run.time_s), len(zones.level_ids) + 1))
    np.add.at(by_level.T, zones.zone_level, run.zone_count.T)
    by_level[:, -1] = run.link_count.sum(axis=1)
    return np.column_stack([np.interp(times, run.time_s, column) for column in by_level.T])


def _row(level_id: str, counts: NDArray[np.float64]) -> dict[str, object]:
    columns = [estimate(counts[:, i]) for i in range(counts.shape[1])]
    single = len(counts) == 1
    return {
        "level_id": level_id,
        "inside": [round(one.mean, 1) for one in columns],
        "low": None if single else [round(max(one.low, 0.0), 1) for one in columns],
        "high": None if single else [round(one.high, 1) for one in columns],
    }
