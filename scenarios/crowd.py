"""The question "when and where will it be too crowded, and how likely is that?" as a document."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy import stats

from scenarios.answering import Answer, Progress, answers
from scenarios.compare import day_sources
from scenarios.day_fields import DayFields, EditDocument, EventFields, Hour, changed_plan
from scenarios.documents import Scenario, register
from scenarios.pairs import level_document, run_days
from twin.errors import ScenarioError
from twin.plan.guesses import guessed_inputs
from twin.plan.model import Plan
from twin.plan.zones import Zones, zones_of
from twin.world.trading_day import DayRun

SAMPLE_S = 60.0
"""Densities are sampled once a minute."""
PASSING_KINDS = "people of the zone by its area; zones of about 120 m²"


@register("crowd")
class CrowdScenario(Scenario):
    """An expected crowd: an event at a space, a sale at a tenant, a full metro train, a closed way."""

    kind: Literal["crowd"] = "crowd"
    events: tuple[EventFields, ...] = ()
    campaign: Mapping[str, float] = Field(default_factory=dict)
    """Factor on the attraction of a tenant, by tenant id."""
    campaign_hours: Mapping[str, tuple[Hour, Hour]] = Field(default_factory=dict)
    edits: tuple[EditDocument, ...] = ()
    day: DayFields = DayFields()
    limit_per_m2: float = Field(default=2.0, gt=0)
    """Density that must not be passed."""
    spaces: tuple[str, ...] = ()
    """Spaces to watch; empty: all that people walk and stand in."""


@answers("crowd", steps=float)
def answer_crowd(
    plan: Plan, scenario: CrowdScenario, *, seed: int, replications: int, progress: Progress, workers: int
) -> Answer:
    """When and where the limit is passed, with what probability over the replications.

    Raises:
        ScenarioError: if a watched space is not in the plan.
    """
    began = time.perf_counter()
    unknown = sorted(set(scenario.spaces) - set(plan.space))
    if unknown:
        raise ScenarioError(f"spaces: this plan has no space {unknown[0]!r}")
    changed = changed_plan(plan, scenario.edits)
    setup = scenario.day.setup(
        events=scenario.events,
        campaign=scenario.campaign,
        campaign_hours=scenario.campaign_hours,
        sample_s=SAMPLE_S,
    )
    days = run_days(changed, setup, seed=seed, replications=replications, progress=progress, workers=workers)
    zones = zones_of(changed)
    watched = set(scenario.spaces) or {one.id for one in changed.spaces if one.walkable}
    spaces = _by_space(changed, zones, days, watched, scenario.limit_per_m2)
    over = [any(row["passed"][r] for row in spaces) for r in range(replications)]
    first = [_first([row["first_s"][r] for row in spaces]) for r in range(replications)]
    content: dict[str, Any] = {
        "name": scenario.name.model_dump(),
        "plan": plan.id,
        "plan_version": plan.version,
        "changed_plan_version": changed.version,
        "seed": seed,
        "replications": replications,
        "level": 0.95,
        "engine": "network",
        "limit_per_m2": scenario.limit_per_m2,
        "density": PASSING_KINDS,
        "probability": probability(sum(over), replications),
        "first_passed_s": _when(first),
        "spaces": [_public(row) for row in spaces if row["shown"]],
        "inside_peak": level_document([float(day.peak_inside) for day in days]),
        "visits": level_document([float(day.visits) for day in days]),
        "inside": _inside(days),
        "events": [one.model_dump(mode="json") for one in scenario.events],
        "campaign": dict(scenario.campaign),
        "edits": [dict(one) for one in scenario.edits],
        "sources": day_sources(setup),
        "guessed_inputs": [dict(one) for one in guessed_inputs(changed)],
        "guessed_tenants": days[0].guessed_tenants,
        "wall_s": round(time.perf_counter() - began, 2),
    }
    return Answer(kind="crowd", content=content)


def probability(hits: int, trials: int, *, level: float = 0.95) -> dict[str, float | int]:
    """A probability from counted replications, with its Wilson interval."""
    found = stats.binomtest(hits, trials).proportion_ci(confidence_level=level, method="wilson")
    return {
        "mean": hits / trials,
        "low": float(found.low),
        "high": float(found.high),
        "replications": trials,
        "level": level,
    }


def _by_space(
    plan: Plan, zones: Zones, days: Sequence[DayRun], watched: set[str], limit: float
) -> list[dict[str, Any]]:
    """For each watched space: densest zone over time, when the limit was first passed and for how long."""
    rows = []
    densities = [day.zone_count / np.maximum(zones.zone_area_m2, 1.0) for day in days]
    for space_id in sorted(watched & set(zones.zones_of_space)):
        own = zones.zones_of_space[space_id]
        worst = [density[:, own].max(axis=1) for density in densities]
        passed = [bool((one > limit).any()) for one in worst]
        peak = [float(one.max(initial=0.0)) for one in worst]
        rows.append(
            {
                "space": plan.space[space_id],
                "passed": passed,
                "first_s": [_first_over(one, day, limit) for one, day in zip(worst, days, strict=True)],
                "minutes": [float((one > limit).sum()) * SAMPLE_S / 60.0 for one in worst],
                "peak": peak,
                "people": [float(day.zone_count[:, own].sum(axis=1).max(initial=0)) for day in days],
                "shown": any(passed) or max(peak) > limit / 2,
            }
        )
    return sorted(rows, key=lambda row: (-sum(row["passed"]), -float(np.mean(row["peak"]))))


def _first_over(density: NDArray[np.float64], day: DayRun, limit: float) -> float | None:
    over = np.flatnonzero(density > limit)
    return float(day.time_s[over[0]]) if over.size else None


def _first(times: Sequence[float | None]) -> float | None:
    known = [one for one in times if one is not None]
    return min(known) if known else None


def _when(times: Sequence[float | None]) -> dict[str, Any] | None:
    """When a limit is first passed, over the replications in which it is; ``None``: in none of them."""
    known = [one for one in times if one is not None]
    if not known:
        return None
    return {**level_document(known), "earliest": min(known), "unit": "s after midnight"}


def _public(row: Mapping[str, Any]) -> dict[str, Any]:
    """A space's row for the document."""
    space = row["space"]
    return {
        "id": space.id,
        "level_id": space.level_id,
        "name": {"en": space.name.en, "zh": space.name.zh},
        "probability": probability(sum(row["passed"]), len(row["passed"])),
        "first_passed_s": _when(row["first_s"]),
        "minutes_over": level_document(row["minutes"]),
        "peak_density": level_document(row["peak"]),
        "peak_people": level_document(row["people"]),
    }


def _inside(days: Sequence[DayRun]) -> dict[str, Any]:
    """People inside over time: mean over the replications, every five minutes."""
    count = min(day.inside.size for day in days)
    mean = np.mean([day.inside[:count] for day in days], axis=0)
    every = int(300 / SAMPLE_S)
    return {"time_s": days[0].time_s[:count:every].tolist(), "people": mean[::every].round(1).tolist()}
