"""A real plan evacuated with each engine: how long it takes to work out, and what comes out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from benchmarks.machine import Meter, Stopwatch, idle_check
from benchmarks.measures import SURVEY, shared
from twin.movement.engines import ENGINES, mode_of
from twin.plan.importing import open_plan
from twin.plan.model import Plan
from twin.world.drill import run_drill
from twin.world.drill_setup import DrillSetup
from twin.world.ensemble import ADVISORY, DrillAnswer, run_drills
from twin.world.population import spread

POPULATION = "weidmann"
"""Adults who can all use stairs: with others, when the last one is out depends on who carries them."""


def evacuate(
    source: str | None = None, *, people: int = 10_000, replications: int = 3, seed: int = 1
) -> dict[str, object]:
    """Full evacuation with each engine in its default mode, and the network engine in the crowd's mode too.

    Args:
        source: the plan; the nine-storey mall of the reference data by default.
        people: spread over the spaces by their design load.
        replications: runs of each, with other random numbers.
        seed: of all random numbers.

    Raises:
        InputError: if there is no such plan, or no reference data.
    """
    plan = open_plan(source if source is not None else shared() / SURVEY)
    conditions = idle_check()
    meter = Meter.start()
    asked = [(engine, mode_of(engine)) for engine in ENGINES]
    asked.insert(1, ("network", mode_of("crowd")))
    rows = []
    for engine, mode in asked:
        setup = DrillSetup(
            people=spread(plan, people), engine=engine, mode=mode, horizon_s=7200.0, population=POPULATION
        )
        rows.append(_drilled(plan, setup, replications=replications, seed=seed))
    return {
        "benchmark": "plan",
        "plan": plan.name.en or plan.id,
        "plan_version": plan.version,
        "levels": len(plan.levels),
        "spaces": len(plan.spaces),
        "people": people,
        "replications": replications,
        "seed": seed,
        "engines": rows,
        "machine_load": {**conditions, "others_during": meter.others()},
        "advisory": ADVISORY,
    }


def _drilled(plan: Plan, setup: DrillSetup, *, replications: int, seed: int) -> dict[str, Any]:
    """The replications of one engine, after a small drill that builds the scene and loads the kernels."""
    watch = Stopwatch()
    run_drill(plan, replace(setup, people=spread(plan, 50), horizon_s=60.0), seed=seed)
    first = watch.lap()
    answer = run_drills(plan, setup, seed=seed, replications=replications)
    times = watch.lap()
    typical, bound = answer.typical, answer.bound()
    return {
        "engine": setup.engine,
        "mode": setup.mode,
        "scene_s": first["wall_s"],
        "run_s": round(times["wall_s"] / replications, 3),
        "run_cpu_s": round(times["cpu_s"] / replications, 3),
        **_clearance(answer),
        "bound_t95_s": None if bound.t95_s is None else round(bound.t95_s.mean, 1),
        "bound_t_last_s": None if bound.t_last_s is None else round(bound.t_last_s.mean, 1),
        "watchdog": list(typical.watchdog),
    }


def _clearance(answer: DrillAnswer) -> dict[str, Any]:
    """Clearance times with their intervals, and who did not get out."""
    return {
        "t95_s": answer.t95_s.document(),
        "t_last_s": answer.t_last_s.document(),
        "remaining": answer.remaining.document(),
    }
