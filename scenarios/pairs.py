"""Days of two plans in pairs: the same seeds, the same visitors, two buildings.

A difference of paired days needs a handful of replications where independent days would need thousands,
because what the visitors bring (when they come, what they like) cancels out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
from scipy import stats

from scenarios.answering import Progress
from twin.plan.model import Plan
from twin.world.statistics import Difference, estimate
from twin.world.streams import replication_seed
from twin.world.trading_day import DayRun, DaySetup, run_day

PREDICTION = 0.95


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pair:
    """One replication: a day of the base and a day of the change with the same seed."""

    seed: int
    base: DayRun
    changed: DayRun


@dataclass(frozen=True, slots=True)
class _Task:
    plan: Plan
    setup: DaySetup
    seed: int


def _run(task: _Task) -> DayRun:
    """One day; the bulky log of passages is not asked for."""
    return run_day(task.plan, task.setup, seed=task.seed)


def run_days(
    plan: Plan, setup: DaySetup, *, seed: int, replications: int, progress: Progress, workers: int = 1
) -> list[DayRun]:
    """Days of one plan with the seeds of ``replications`` replications."""
    tasks = [_Task(plan, setup, replication_seed(seed, r)) for r in range(replications)]
    with _mapper(workers) as mapped:
        return list(_told(mapped(_run, tasks), progress))


def run_pairs(
    base: tuple[Plan, DaySetup],
    changed: tuple[Plan, DaySetup],
    *,
    seed: int,
    replications: int,
    progress: Progress,
    workers: int = 1,
) -> list[Pair]:
    """Paired days of two plans, with two steps of progress a replication."""
    seeds = [replication_seed(seed, r) for r in range(replications)]
    tasks = [_Task(*side, one) for one in seeds for side in (base, changed)]
    with _mapper(workers) as mapped:
        days = list(_told(mapped(_run, tasks), progress))
    return [Pair(seed=one, base=days[2 * i], changed=days[2 * i + 1]) for i, one in enumerate(seeds)]


@contextmanager
def _mapper(
    workers: int,
) -> Iterator[Callable[[Callable[[_Task], DayRun], Sequence[_Task]], Iterator[DayRun]]]:
    """``map`` in this process or over a pool of them; both keep the order."""
    if workers <= 1:
        yield map
        return
    # Spawned, not forked: the parent may hold threads (a server, a progress bar).
    with ProcessPoolExecutor(max_workers=workers, mp_context=get_context("spawn")) as pool:
        yield pool.map


def _told(days: Iterator[DayRun], progress: Progress) -> Iterator[DayRun]:
    for day in days:
        progress(1.0)
        yield day


def mean_people_at_peak(days: Sequence[DayRun]) -> dict[str, int]:
    """People by space at the busiest moment of a day, averaged over ``days`` and rounded.

    This is who a drill starts with. Rounding keeps the total: the largest remainders are rounded up.
    """
    rows = np.array([day.space_count[int(day.inside.argmax())] for day in days], dtype=np.float64)
    mean = rows.mean(axis=0)
    whole = np.floor(mean).astype(np.int64)
    rest = round(float(mean.sum())) - int(whole.sum())
    whole[np.argsort(whole - mean, kind="stable")[:rest]] += 1
    return {days[0].space_ids[i]: int(whole[i]) for i in np.flatnonzero(whole)}


def chance_better(difference: Difference) -> float | None:
    """Probability that the change raises the figure: of a positive mean difference under its t distribution.

    ``None`` with one replication. 0.5 where nothing differs.
    """
    delta = difference.delta
    if delta.replications == 1:
        return None
    half = (delta.high - delta.low) / 2
    if half == 0:
        return 0.5 if delta.mean == 0 else float(delta.mean > 0)
    scale = half / stats.t.ppf(0.5 + delta.level / 2, delta.replications - 1)
    return float(stats.t.cdf(delta.mean / scale, delta.replications - 1))


def verdict(difference: Difference) -> dict[str, str]:
    """What a difference says, in words."""
    if not difference.detectable or difference.delta.mean == 0:
        return {"en": "no detectable change", "zh": "无可检测变化"}
    if difference.delta.mean > 0:
        return {"en": "higher", "zh": "上升"}
    return {"en": "lower", "zh": "下降"}


def difference_document(difference: Difference) -> dict[str, object]:
    """A paired difference as the screens and commands show it."""
    return {
        **difference.document(),
        "relative": _ratio(difference.delta.mean, difference.base.mean),
        "p_higher": chance_better(difference),
        "verdict": verdict(difference),
    }


def level_document(values: Sequence[float]) -> dict[str, object]:
    """A level over replications: mean with its confidence interval, and where one more day would fall.

    The prediction interval is the t interval of a single new day: sd sqrt(1 + 1/n).
    """
    known = estimate(values)
    document: dict[str, object] = dict(known.document())
    if known.replications > 1:
        spread = float(np.std(np.asarray(values, dtype=np.float64), ddof=1))
        half = float(stats.t.ppf(0.5 + PREDICTION / 2, known.replications - 1))
        half *= spread * float(np.sqrt(1 + 1 / known.replications))
        document["prediction"] = {"low": known.mean - half, "high": known.mean + half}
    else:
        document["prediction"] = None
    return document


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
