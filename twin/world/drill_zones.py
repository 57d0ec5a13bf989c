"""What a drill did to each zone: level of service, queues, and how long it takes to get out from there.

The times to get out are those of the people who began in a zone, from the alarm on, so the wait before one
starts to walk (pre-movement) is in them: the required safe egress time (RSET) of the place.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.plan.zones import Zones
from twin.world.drill_result import DrillRun
from twin.world.statistics import Estimate, estimate

LEVEL_E, LEVEL_F = 4, 5
"""Columns of ``DrillRun.density_time_s``."""
LEAST_BEGAN = 5
"""People of all replications together below whom a zone says nothing about the time to get out."""
LEAST_PLACE = 20
"""People of a replication below whom a space is not named among the worst: its 95 % would be one person."""
WORST = 10
SLOW = 0.95


def zone_measures(zones: Zones, runs: Sequence[DrillRun]) -> dict[str, object]:
    """Every zone as parallel lists, as a JSON object.

    ``space`` and ``at`` (m) say where a zone is. ``peak_density`` (people/m²), ``e_s`` and ``f_s`` (seconds
    at level of service E or worse, and F), ``queue_peak`` (people) and ``queue_people_s`` are means over
    replications. ``began`` counts the people of all replications who began there; ``out_median_s`` and
    ``out_p95_s`` are percentiles of their time from the alarm until they are out, null where fewer than
    :data:`LEAST_BEGAN` began or so many did not get out.
    """
    began, median, slow = percentiles_by(
        np.concatenate([run.start_zone for run in runs]),
        np.concatenate([run.out_time_s for run in runs]),
        len(zones.zone_area_m2),
    )
    few = began < LEAST_BEGAN
    return {
        "space": [zones.space_ids[i] for i in zones.zone_space.tolist()],
        "at": np.round(zones.zone_centre, 1).tolist(),
        "peak_density": _mean([run.peak_density for run in runs], 2),
        "e_s": _mean([run.density_time_s[:, LEVEL_E] for run in runs], 0),
        "f_s": _mean([run.density_time_s[:, LEVEL_F] for run in runs], 0),
        "queue_peak": _mean([run.zone_queue.max(axis=0, initial=0) for run in runs], 0),
        "queue_people_s": _mean([queued_people_s(run) for run in runs], 0),
        "began": began.tolist(),
        "out_median_s": _seconds(np.where(few, np.nan, median)),
        "out_p95_s": _seconds(np.where(few, np.nan, slow)),
    }


def worst_places(zones: Zones, runs: Sequence[DrillRun]) -> list[dict[str, object]]:
    """The :data:`WORST` spaces from which it takes longest, the worst first, as JSON objects.

    The rank is the time by which 95 % of those who began there were out. Its estimate and that of the median
    are absent where in a replication so many did not get out; those places come first.
    """
    spaces = len(zones.space_ids)
    rows = [percentiles_by(zones.zone_space[run.start_zone], run.out_time_s, spaces) for run in runs]
    began, median, slow = (np.array([row[part] for row in rows]) for part in range(3))
    total = began.sum(axis=0)
    named = np.flatnonzero(total >= LEAST_PLACE * len(runs))
    if not len(named):
        named = np.flatnonzero(total)
    somebody = np.where(np.isnan(slow), 0.0, slow).sum(axis=0) / np.maximum((began > 0).sum(axis=0), 1)
    order = named[np.argsort(-somebody[named], kind="stable")][:WORST]
    return [
        {
            "space_id": zones.space_ids[i],
            "people": round(float(total[i]) / len(runs), 1),
            "median_s": _estimate(median[began[:, i] > 0, i]),
            "p95_s": _estimate(slow[began[:, i] > 0, i]),
        }
        for i in order.tolist()
    ]


def queued_people_s(run: DrillRun) -> NDArray[np.float64]:
    """[Z] people times seconds that were spent queueing in each zone."""
    step = float(run.time_s[1] - run.time_s[0]) if len(run.time_s) > 1 else 0.0
    return np.asarray(run.zone_queue.sum(axis=0) * step, dtype=np.float64)


def percentiles_by(
    group: NDArray[np.integer[Any]], out_time_s: NDArray[np.float64], groups: int
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """People, median and 95th percentile of the time to get out in each of ``groups`` groups.

    A percentile is the time by which that share was out; inf: so many never were; NaN: nobody began there.
    """
    times = np.where(np.isnan(out_time_s), np.inf, out_time_s)
    ordered = times[np.lexsort((times, group))]
    count = np.bincount(group, minlength=groups)
    first = np.cumsum(count) - count
    some = count > 0
    found = []
    for share in (0.5, SLOW):
        rank = np.maximum(np.ceil(share * count - 1e-9).astype(np.int64), 1) - 1
        value = np.full(groups, np.nan)
        value[some] = ordered[(first + rank)[some]]
        found.append(value)
    return count, found[0], found[1]


def _mean(rows: Sequence[NDArray[Any]], digits: int) -> list[float]:
    mean = np.mean(rows, axis=0)
    return [round(value, digits or None) for value in mean.tolist()]


def _seconds(values: NDArray[np.float64]) -> list[int | None]:
    return [round(value) if math.isfinite(value) else None for value in values.tolist()]


def _estimate(values: NDArray[np.float64]) -> Mapping[str, object]:
    """As an estimate over replications; absent as a whole where one replication has no time."""
    if not np.isfinite(values).all():
        absent = Estimate(mean=math.nan, low=math.nan, high=math.nan, replications=len(values))
        return absent.document()
    return estimate(values).document()
