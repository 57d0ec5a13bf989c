"""A real plan evacuated with each engine: how long it takes to work out, and what comes out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.machine import Meter, Stopwatch, idle_check
from benchmarks.measures import SURVEY, shared
from twin.movement.engines import ENGINES, mode_of
from twin.movement.network import LinkMode
from twin.movement.network.bound import Walkers, clearance_bound
from twin.movement.network.doors import Doors
from twin.plan.importing import open_plan
from twin.plan.model import ConnectorKind, Plan
from twin.plan.zones import zones_of
from twin.world.crowd import crowd_of
from twin.world.drill import run_drill
from twin.world.drill_setup import DrillSetup
from twin.world.ensemble import ADVISORY, DrillAnswer, run_drills
from twin.world.networks import network_of
from twin.world.population import spread
from twin.world.streams import Streams, replication_seed

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
    typical = answer.typical
    return {
        "engine": setup.engine,
        "mode": setup.mode,
        "scene_s": first["wall_s"],
        "run_s": round(times["wall_s"] / replications, 3),
        "run_cpu_s": round(times["cpu_s"] / replications, 3),
        **_clearance(answer),
        "bound_t95_s": _bound(plan, setup, seed, replications, 0.95),
        "bound_t_last_s": _bound(plan, setup, seed, replications, 1.0),
        "watchdog": list(typical.watchdog),
    }


def _bound(plan: Plan, setup: DrillSetup, seed: int, replications: int, share: float) -> float | None:
    """No engine that keeps to these flows and speeds can be quicker, s: mean over the same replications.

    The people of each replication, with their places, starts and speeds, on the same network: flow over time
    through every cut of it. Escalators stand, as in the drill.
    """
    network = network_of(plan, setup.mode)
    doors = Doors(network)
    for connector in plan.connectors:
        there = connector.id in network.link_connector
        if there and connector.kind is ConnectorKind.ESCALATOR and connector.open:
            doors.set_link_mode(connector.id, LinkMode.STOPPED)
    found = []
    for number in range(replications):
        people = crowd_of(plan, zones_of(plan), setup, Streams(replication_seed(seed, number)))
        walkers = Walkers(
            zone=people.zone,
            xy=people.xy,
            start_s=people.start_s,
            speed=people.speed_mps(slowest=False),
            weight=np.ones(len(people.zone), np.int32),
        )
        found.append(clearance_bound(network, walkers, doors=doors, share=share).time_s)
    return round(float(np.mean(found)), 1) if np.isfinite(found).all() else None


def _clearance(answer: DrillAnswer) -> dict[str, Any]:
    """Clearance times with their intervals, and who did not get out."""
    return {
        "t95_s": answer.t95_s.document(),
        "t_last_s": answer.t_last_s.document(),
        "remaining": answer.remaining.document(),
    }
