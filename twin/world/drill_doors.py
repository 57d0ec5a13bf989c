"""Flow at each door, exit, stair and escalator of a drill over time, with what it can carry.

A door counts both directions. A stair or escalator counts who comes off each of its flights, at either end.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from twin.movement.network import Network
from twin.plan.model import Plan
from twin.world.statistics import estimate

if TYPE_CHECKING:
    from twin.world.drill_result import DrillRun

FLOW_STEPS_S = (10.0, 15.0, 30.0, 60.0, 120.0, 300.0)
"""Steps of a flow over time; the first with at most :data:`MOST_STEPS` of them in the run is taken."""
MOST_STEPS = 60
MINUTE_S = 60.0
MOST_INNER = 24
"""Doors and flights inside the building that an answer holds: those that most people passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One way on, as its flow is counted. Lengths m."""

    source: str
    """Opening, exit or connector id."""
    kind: str
    """``exit``, ``opening``, or the kind of the connector."""
    level_id: str
    """Of a flight: its lower level."""
    to_level_id: str
    """Of a flight: its upper level; else as ``level_id``."""
    width_m: float
    """Clear width."""
    capacity_per_s: float
    """People/s that the flow of the code allows at the effective width; inf where nothing limits it."""
    vertices: tuple[int, ...]
    """Vertices of the network whose passages count."""


def doors_of(plan: Plan, network: Network) -> tuple[Door, ...]:
    """Every opening, exit and flight of ``network``, which is compiled from ``plan``."""
    gates: dict[str, list[int]] = {}
    for gate, source in enumerate(network.gate_source[: network.portals]):
        if source:
            gates.setdefault(source, []).append(gate)
    found = []
    for source, own in gates.items():
        level = (plan.exit.get(source) or plan.opening[source]).level_id
        found.append(
            Door(
                source=source,
                kind="exit" if source in plan.exit else "opening",
                level_id=level,
                to_level_id=level,
                width_m=float(network.gate_width_m[own].sum()),
                capacity_per_s=float(network.gate_capacity[own].sum()),
                vertices=tuple(v for gate in own for v in (2 * gate, 2 * gate + 1)),
            )
        )
    return (*found, *_flights(plan, network))


def _flights(plan: Plan, network: Network) -> list[Door]:
    """One row for each link of a stair, ramp or escalator."""
    level_of = [space.level_id for space in plan.spaces]
    found = []
    for link, name in enumerate(network.link_connector):
        lower, upper = (network.portals + 2 * link + end for end in (0, 1))
        spaces = [int(network.node_space[network.gate_nodes[gate, 0]]) for gate in (lower, upper)]
        node = network.zones + link
        off = [
            v for gate in (lower, upper) for v in (2 * gate, 2 * gate + 1) if network.vertex_from[v] == node
        ]
        found.append(
            Door(
                source=name,
                kind=plan.connector[name].kind.value,
                level_id=level_of[spaces[0]],
                to_level_id=level_of[spaces[1]],
                width_m=float(network.gate_width_m[lower]),
                capacity_per_s=float(network.gate_capacity[[lower, upper]].min()),
                vertices=tuple(off),
            )
        )
    return found


def passed_by_door(doors: Sequence[Door], passed: NDArray[np.int32]) -> NDArray[np.int32]:
    """[T, D] people who passed each door by each sample, from ``passed`` [T, V] by vertex."""
    rows = np.zeros((len(passed), len(doors)), np.int32)
    for column, door in enumerate(doors):
        rows[:, column] = passed[:, list(door.vertices)].sum(axis=1)
    return rows


def step_of(horizon_s: float) -> float:
    """The step of flows and counts in a document for a run of ``horizon_s``."""
    return next((s for s in FLOW_STEPS_S if horizon_s <= s * MOST_STEPS), FLOW_STEPS_S[-1])


def door_measures(runs: Sequence[DrillRun]) -> dict[str, object]:
    """Flows of all replications as a JSON object.

    ``time_s`` are the ends of the steps; ``rows`` hold every exit that was used and the :data:`MOST_INNER`
    inner doors and flights that most people passed: who and where it is, its clear width (m), its capacity
    (people/min; absent without a limit), people who passed and the most in any one minute (estimates over
    replications), and the flow in each step (people/min): mean and t interval, the interval absent with
    one replication.
    """
    end = max(float(run.time_s[-1]) for run in runs)
    step = step_of(end)
    edges = np.arange(0.0, end + step, step)
    flow = np.array([_per_min(run, edges) for run in runs])
    peak = np.array([_most_in_a_minute(run) for run in runs])
    total = np.array([run.door_passed[-1] for run in runs], dtype=np.float64)
    doors = runs[0].doors
    return {
        "time_s": edges[1:].tolist(),
        "rows": [
            _row(doors[i], total[:, i], peak[:, i], flow[:, :, i]) for i in _shown(doors, total.mean(axis=0))
        ],
    }


def _per_min(run: DrillRun, edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """[steps, D] people/min between ``edges``."""
    by_edge = np.column_stack([np.interp(edges, run.time_s, column) for column in run.door_passed.T])
    rate: NDArray[np.float64] = np.diff(by_edge, axis=0) * (60.0 / float(edges[1] - edges[0]))
    return rate


def _most_in_a_minute(run: DrillRun) -> NDArray[np.float64]:
    """[D] the most people who passed each door within one minute, of the minutes that end at a sample."""
    before = np.searchsorted(run.time_s, run.time_s - MINUTE_S, side="left")
    return np.asarray((run.door_passed - run.door_passed[before]).max(axis=0), dtype=np.float64)


def _shown(doors: Sequence[Door], passed: NDArray[np.float64]) -> list[int]:
    """Used exits, then the most used inner doors and flights, each by people who passed."""
    order = [int(i) for i in np.argsort(-passed, kind="stable") if passed[i] > 0]
    exits = [i for i in order if doors[i].kind == "exit"]
    return exits + [i for i in order if doors[i].kind != "exit"][:MOST_INNER]


def _row(
    door: Door, total: NDArray[np.float64], peak: NDArray[np.float64], flow: NDArray[np.float64]
) -> Mapping[str, object]:
    columns = [estimate(flow[:, i]) for i in range(flow.shape[1])]
    single = len(flow) == 1
    return {
        "source": door.source,
        "kind": door.kind,
        "level_id": door.level_id,
        "to_level_id": door.to_level_id,
        "width_m": round(door.width_m, 2),
        "capacity_per_min": round(60 * door.capacity_per_s, 1)
        if math.isfinite(door.capacity_per_s)
        else None,
        "passed": estimate(total).document(),
        "peak_per_min": estimate(peak).document(),
        "per_min": [round(one.mean, 1) for one in columns],
        "low": None if single else [round(max(one.low, 0.0), 1) for one in columns],
        "high": None if single else [round(one.high, 1) for one in columns],
    }
