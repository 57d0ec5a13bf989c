"""What a drill did to each space: density, level of service, queues, and when the last one left it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from twin.plan.model import Plan
from twin.plan.zones import Zones, zones_of
from twin.world.drill_result import LOS_DENSITY, DrillRun

LETTERS = "ABCDEF"
HISTORIES = 12
"""Spaces whose density over time is written out: those in which most time was spent in a crowd."""
CROWDED = LOS_DENSITY[3]
"""Level of service D begins here; below it people walk as they like."""


def place_measures(plan: Plan, runs: Sequence[DrillRun]) -> dict[str, object]:
    """Level of service and spaces of all replications of one drill, as a JSON object.

    ``level_of_service``: person-seconds at each of the six walkway levels A to F of Fruin, by the density of
    the zone, mean over replications. ``spaces``: by space id the peak density of its densest zone (people/m²,
    mean over replications), the letter of that density, the people-seconds at level D or worse and the
    time the last one left (s; absent where nobody was, or somebody stayed). ``density_over_time``: for the
    most crowded spaces, people/m² of their densest zone at each sample of the first replication.
    ``queue_over_time``: for the spaces in which most time was lost in queues, the people queueing in them
    at each sample of the first replication.
    """
    zones = zones_of(plan)
    return {
        "level_of_service": dict(zip(LETTERS, _person_seconds(zones, runs).round(0).tolist(), strict=True)),
        "spaces": _spaces(zones, runs),
        "density_over_time": _histories(zones, runs[0]),
        "queue_over_time": _queues(zones, runs[0]),
    }


def _density(zones: Zones, run: DrillRun) -> NDArray[np.float64]:
    """People/m² by sample and zone, [T, Z]."""
    return run.zone_count / zones.zone_area_m2


def _step(run: DrillRun) -> float:
    return float(run.time_s[1] - run.time_s[0]) if len(run.time_s) > 1 else 0.0


def _level(density: NDArray[np.float64]) -> NDArray[np.int64]:
    """0 for A to 5 for F."""
    return np.searchsorted(np.array(LOS_DENSITY[1:]), density, side="right")


def _person_seconds(zones: Zones, runs: Sequence[DrillRun]) -> NDArray[np.float64]:
    rows = [
        np.bincount(
            _level(_density(zones, run)).ravel(), weights=run.zone_count.ravel() * _step(run), minlength=6
        )
        for run in runs
    ]
    return np.asarray(np.mean(rows, axis=0), dtype=np.float64)


def _crowded_seconds(zones: Zones, run: DrillRun) -> NDArray[np.float64]:
    """Person-seconds at level D or worse by zone."""
    crowded = np.where(_density(zones, run) >= CROWDED, run.zone_count, 0)
    return np.asarray(crowded.sum(axis=0) * _step(run), dtype=np.float64)


def _by_space(
    zones: Zones, values: NDArray[np.float64], ufunc: np.ufunc, start: float
) -> NDArray[np.float64]:
    out = np.full(len(zones.space_ids), start)
    ufunc.at(out, zones.zone_space, values)
    return out


def _spaces(zones: Zones, runs: Sequence[DrillRun]) -> dict[str, dict[str, object]]:
    peak = np.mean([_by_space(zones, run.peak_density, np.maximum, 0.0) for run in runs], axis=0)
    crowded = np.mean([_by_space(zones, _crowded_seconds(zones, run), np.add, 0.0) for run in runs], axis=0)
    last = _last_out(zones, runs)
    letters = _level(peak)
    return {
        zones.space_ids[i]: {
            "peak_density": round(float(peak[i]), 3),
            "level_of_service": LETTERS[letters[i]],
            "crowded_people_s": round(float(crowded[i])),
            "last_out_s": round(float(last[i]), 1) if 0 <= last[i] < np.inf else None,
        }
        for i in np.flatnonzero(peak > 0)
    }


def _last_out(zones: Zones, runs: Sequence[DrillRun]) -> NDArray[np.float64]:
    """[S] when the last one left, mean over the replications in which anybody was there.

    -1: never anybody; inf: in a replication somebody stayed.
    """
    rows = np.array(
        [
            _by_space(zones, np.where(np.isnan(run.last_used_s), -1.0, run.last_used_s), np.maximum, -1.0)
            for run in runs
        ]
    )
    used = rows >= 0
    total = np.where(used, rows, 0.0).sum(axis=0)
    return np.where(used.any(axis=0), total / np.maximum(used.sum(axis=0), 1), -1.0)


def _histories(zones: Zones, run: DrillRun) -> dict[str, object]:
    crowded = _by_space(zones, _crowded_seconds(zones, run), np.add, 0.0)
    order = [int(i) for i in np.argsort(-crowded, kind="stable")[:HISTORIES] if crowded[i] > 0]
    density = _density(zones, run)
    rows = {
        zones.space_ids[i]: density[:, zones.zones_of_space[zones.space_ids[i]]].max(axis=1).round(2).tolist()
        for i in order
    }
    return {"time_s": run.time_s.tolist() if rows else [], "spaces": rows}


def _queues(zones: Zones, run: DrillRun) -> dict[str, object]:
    by_space = np.zeros((len(run.time_s), len(zones.space_ids)), np.int64)
    np.add.at(by_space.T, zones.zone_space, run.zone_queue.T)
    total = by_space.sum(axis=0)
    order = [int(i) for i in np.argsort(-total, kind="stable")[:HISTORIES] if total[i] > 0]
    rows = {zones.space_ids[i]: by_space[:, i].tolist() for i in order}
    return {"time_s": run.time_s.tolist() if rows else [], "spaces": rows}
