"""Two plans compared: money and seconds.

The trading day runs in pairs on both plans; then the drill runs on both, each with the people of the busiest
moment of its own day.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from scenarios.answering import Progress
from scenarios.measures import mall_figures, space_rows, tenant_rents, tenant_rows, transfer
from scenarios.pairs import difference_document, mean_people_at_peak, run_pairs
from twin.plan.guesses import guessed_inputs
from twin.plan.model import Plan
from twin.world.choice import ShopperModel
from twin.world.drill_setup import DrillSetup
from twin.world.ensemble import DrillAnswer, run_drills
from twin.world.statistics import paired
from twin.world.trading_day import DaySetup, as_expected_of


def steps(replications: int) -> float:
    """Progress steps of a comparison: two days and two drills a replication."""
    return 4.0 * replications


def compare(
    base: Plan,
    changed: Plan,
    setup: DaySetup,
    *,
    seed: int,
    replications: int,
    progress: Progress,
    workers: int = 1,
) -> dict[str, Any]:
    """Everything that differs between ``base`` and ``changed`` on the same days.

    Raises:
        ScenarioError: if the day or the drill does not fit one of the plans.
    """
    began = time.perf_counter()
    day = as_expected_of(base, setup)
    pairs = run_pairs(
        (base, day), (changed, day), seed=seed, replications=replications, progress=progress, workers=workers
    )
    rents = tenant_rents((base, changed), pairs, weekday=day.weekday)
    plans = base, changed
    sides = [p.base for p in pairs], [p.changed for p in pairs]
    return {
        "plan": base.id,
        "plan_version": base.version,
        "changed_plan_version": changed.version,
        "seed": seed,
        "replications": replications,
        "level": 0.95,
        "kpis": mall_figures(pairs, rents),
        "tenants": tenant_rows(plans, pairs, rents, weekday=day.weekday),
        "spaces": space_rows(plans, pairs),
        "transfer": transfer(pairs),
        "drills": _drills(
            plans, sides, seed=seed, replications=replications, progress=progress, workers=workers
        ),
        "currency": base.currency,
        "sources": day_sources(day),
        "guessed_inputs": [dict(one) for one in guessed_inputs(changed)],
        "guessed_tenants": pairs[0].changed.guessed_tenants,
        "engine": "network",
        "wall_s": round(time.perf_counter() - began, 2),
    }


def day_sources(day: DaySetup) -> list[dict[str, str]]:
    """Where the parameters of a trading day come from, worst grade first."""
    listed = [*day.sources(), *ShopperModel().sources()]
    return sorted(listed, key=lambda one: one["grade"], reverse=True)


def _drills(
    plans: tuple[Plan, Plan],
    days: tuple[Sequence[Any], Sequence[Any]],
    *,
    seed: int,
    replications: int,
    progress: Progress,
    workers: int,
) -> dict[str, Any]:
    """The drill on both plans with the people of the busiest moment of its day, and the paired difference."""
    answers: list[DrillAnswer] = []
    for plan, side in zip(plans, days, strict=True):
        setup = DrillSetup(people=mean_people_at_peak(side))
        answers.append(
            run_drills(plan, setup, seed=seed, replications=replications, progress=progress, workers=workers)
        )
    return {
        "base": answers[0].summary(),
        "changed": answers[1].summary(),
        "difference": {
            "t95_s": _seconds([[run.t_share(0.95) for run in one.runs] for one in answers]),
            "t_last_s": _seconds([[run.t_last for run in one.runs] for one in answers]),
        },
        "people_from": "busiest moment of the trading day, mean over its replications",
    }


def _seconds(sides: Sequence[Sequence[float]]) -> dict[str, object] | None:
    """The paired difference of a time; ``None`` where in some replication not everybody got out."""
    values = np.array(sides, dtype=np.float64)
    if np.isnan(values).any():
        return None
    return difference_document(paired(values[0], values[1], unit="s"))
