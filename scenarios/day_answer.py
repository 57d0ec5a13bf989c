"""The trading day of a plan as an answer: levels with their intervals."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from scenarios.answering import Answer, Progress, silent
from scenarios.compare import day_sources
from scenarios.day_fields import DayFields
from scenarios.measures import FIGURES
from scenarios.pairs import level_document, run_days
from twin.errors import ScenarioError
from twin.plan.guesses import guessed_inputs
from twin.plan.model import Plan
from twin.world.trading_day import DayRun, as_expected_of
from twin.world.trading_day_places import places_of


def answer_day(
    plan: Plan,
    question: DayFields,
    *,
    seed: int,
    replications: int,
    progress: Progress = silent,
    workers: int = 1,
) -> Answer:
    """One trading day of ``plan`` over replications.

    Raises:
        ScenarioError: if there is less than one replication, or the day does not fit the plan.
    """
    if replications < 1:
        raise ScenarioError(f"replications {replications}: must be at least 1")
    began = time.perf_counter()
    setup = question.setup()
    days = run_days(plan, setup, seed=seed, replications=replications, progress=progress, workers=workers)
    content: dict[str, Any] = {
        "plan": plan.id,
        "plan_version": plan.version,
        "seed": seed,
        "replications": replications,
        "level": 0.95,
        "engine": "network",
        "day": question.model_dump(mode="json", exclude_none=True),
        "expected_visits": as_expected_of(plan, setup).visits,
        "day_factor": level_document([day.day_factor for day in days]),
        "kpis": [
            {
                "id": one.id,
                "name": {"en": one.en, "zh": one.zh},
                "unit": one.unit,
                "digits": 2 if one.unit == "1" else 1 if one.unit == "min" else 0,
                **level_document([one.value(day) for day in days]),
            }
            for one in FIGURES
        ],
        "conserved": all(day.conserved for day in days),
        "still_inside": level_document([float(day.left_inside) for day in days]),
        "peak_s": level_document([day.peak_s for day in days]),
        "inside": _over_time(days),
        "levels": _levels(plan, days),
        "entrances": _entrances(days),
        "tenants": _tenants(plan, days),
        "currency": plan.currency,
        "sources": day_sources(setup),
        "guessed_inputs": [dict(one) for one in guessed_inputs(plan)],
        "guessed_tenants": days[0].guessed_tenants,
        "wall_s": round(time.perf_counter() - began, 2),
    }
    return Answer(kind="day", content=content)


def _over_time(days: Sequence[DayRun]) -> dict[str, Any]:
    """People inside over time: mean over the replications."""
    count = min(day.inside.size for day in days)
    mean = np.mean([day.inside[:count] for day in days], axis=0)
    return {"time_s": days[0].time_s[:count].tolist(), "people": mean.round(1).tolist()}


def _levels(plan: Plan, days: Sequence[DayRun]) -> list[dict[str, Any]]:
    """People on each storey over time."""
    count = min(day.inside.size for day in days)
    mean = np.mean([day.space_count[:count] for day in days], axis=0)
    storey = np.array([plan.space[name].level_id for name in days[0].space_ids])
    return [
        {"id": level.id, "people": mean[:, storey == level.id].sum(axis=1).round(1).tolist()}
        for level in plan.levels
    ]


def _entrances(days: Sequence[DayRun]) -> list[dict[str, Any]]:
    """People in and out by entrance and hour."""
    entered = np.mean([day.entered for day in days], axis=0)
    left = np.mean([day.left for day in days], axis=0)
    return [
        {"id": name, "entered": entered[x].round(1).tolist(), "left": left[x].round(1).tolist()}
        for x, name in enumerate(days[0].exit_ids)
    ]


def _tenants(plan: Plan, days: Sequence[DayRun]) -> list[dict[str, Any]]:
    """Visits, sales, capture and dwell by tenant."""
    rows = []
    for j, tenant in enumerate(places_of(plan).tenants):
        visits = [float(day.tenant_visits[j]) for day in days]
        passers = float(np.sum([day.tenant_passers[j] for day in days]))
        dwell = [float(day.tenant_dwell_s[j]) / 60 for day in days if not np.isnan(day.tenant_dwell_s[j])]
        rows.append(
            {
                "id": tenant.id,
                "name": {"en": tenant.name.en, "zh": tenant.name.zh},
                "category": tenant.category,
                "space_id": tenant.space_id,
                "visits": level_document(visits),
                "sales": level_document([float(day.tenant_sales[j]) for day in days]),
                "capture": min(sum(visits) / passers, 1.0) if passers else None,
                "dwell_min": level_document(dwell) if dwell else None,
                "turned_away": float(np.mean([day.tenant_turned_away[j] for day in days])),
            }
        )
    return rows
