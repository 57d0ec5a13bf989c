"""Measures of a drill: exit times, counts over time, densities, queues, and the watchdog's report."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from twin.movement.engines import MovementRun
from twin.movement.network import ArrivalKind, Arrivals, Network
from twin.movement.network.arrays import LOST, OUT, QUEUING, WALKING
from twin.plan.model import Plan
from twin.plan.zones import zones_of
from twin.world.assistance import Assistance
from twin.world.crowd import Crowd
from twin.world.density import DensityField, Footprints
from twin.world.drill_doors import doors_of, passed_by_door
from twin.world.drill_result import LOS_DENSITY, DrillRun, Jam
from twin.world.drill_setup import DrillSetup
from twin.world.exposure import Exposure
from twin.world.film import Film
from twin.world.playback import frames_of

JAMS = 20
"""How many queues a result names."""


@dataclass
class Samples:
    """What is written down while a drill runs."""

    people: int
    time_s: list[float] = field(default_factory=list)
    count: list[NDArray[np.int32]] = field(default_factory=list)
    queued: list[NDArray[np.int32]] = field(default_factory=list)
    passed: list[NDArray[np.int32]] = field(default_factory=list)
    out_time_s: NDArray[np.float64] = field(init=False)
    out_gate: NDArray[np.int32] = field(init=False)

    def __post_init__(self) -> None:
        """Nobody is out yet."""
        self.out_time_s = np.full(self.people, np.nan)
        self.out_gate = np.full(self.people, -1, np.int32)

    def take(self, run: MovementRun) -> None:
        """Sample the people and the queues by node, and the passages so far."""
        self.time_s.append(run.now_s)
        self.count.append(run.node_count.copy())
        self.queued.append(run.node_queued.copy())
        self.passed.append(run.passed.copy())

    def note(self, arrivals: Arrivals) -> None:
        """Note who left."""
        left = arrivals.kind == ArrivalKind.LEFT
        self.out_time_s[arrivals.agent[left]] = arrivals.time_s[left]
        self.out_gate[arrivals.agent[left]] = arrivals.place[left]


def measured(
    plan: Plan,
    setup: DrillSetup,
    *,
    seed: int,
    run: MovementRun,
    crowd: Crowd,
    samples: Samples,
    assistance: Assistance,
    exposure: Exposure | None,
    film: Film | None,
    density: DensityField | None,
    record: bool,
    begin: float,
) -> DrillRun:
    """Everything that is known at the end of a drill. ``begin``: ``time.perf_counter`` at its start."""
    net = run.network
    exit_ids = tuple(e.id for e in plan.exits)
    counts = np.array(samples.count, np.int32)
    crowding = counts[:, : net.zones] / net.node_area_m2[: net.zones]
    over = [((crowding >= low) & (counts[:, : net.zones] > 0)).sum(axis=0) for low in LOS_DENSITY]
    last_used = _last_used(run, samples)
    doors = doors_of(plan, net)
    down = exposure.down_s if exposure else np.full(samples.people, np.nan)
    frames = film.frames(plan) if film else None
    if record and (frames is None or setup.crowd_levels):
        frames = frames_of(plan, zones_of(plan), run, crowd, film=frames)
    return DrillRun(
        plan_version=plan.version,
        seed=seed,
        engine=setup.engine,
        mode=setup.mode,
        people=samples.people,
        out_time_s=samples.out_time_s,
        out_exit=_exit_of_gate(net, exit_ids)[samples.out_gate],
        start_space=crowd.space,
        start_zone=crowd.zone,
        start_time_s=crowd.start_s,
        exit_ids=exit_ids,
        time_s=np.array(samples.time_s),
        zone_count=counts[:, : net.zones],
        link_count=counts[:, net.zones :],
        zone_queue=np.array(samples.queued, np.int32)[:, : net.zones],
        portal_queue_max=run.queue_peak[: 2 * net.portals].reshape(-1, 2).max(axis=1).astype(np.int32),
        portal_queue_people_s=run.queue_people_s[: 2 * net.portals].reshape(-1, 2).sum(axis=1),
        portal_passed=run.passed[: 2 * net.portals].reshape(-1, 2).sum(axis=1).astype(np.int32),
        doors=doors,
        door_passed=passed_by_door(doors, np.array(samples.passed, np.int32)),
        peak_density=run.node_peak[: net.zones] / net.node_area_m2[: net.zones],
        density_time_s=np.array(over).T * setup.sample_s,
        last_used_s=last_used,
        footprints=_footprints(plan, setup, density) if density else None,
        jams=_jams(plan, run),
        frames=frames,
        wall_s=time.perf_counter() - begin,
        dose=exposure.dose if exposure else np.zeros(samples.people),
        down_s=down,
        carried=assistance.carried,
        waiting_for_help=len(assistance.waiting),
        watchdog=_watchdog(plan, run, crowd, _reasons(assistance, down)),
    )


def _footprints(plan: Plan, setup: DrillSetup, density: DensityField) -> Footprints:
    """Density where positions are true: on all levels, or on those that the crowd engine walks."""
    if not setup.crowd_levels:
        return density.result()
    return density.result(np.isin(zones_of(plan).level_ids, sorted(setup.crowd_levels)))


def _exit_of_gate(net: Network, exit_ids: tuple[str, ...]) -> NDArray[np.int32]:
    """[gates + 1] index into ``exit_ids`` of each gate; -1 for gates that are none, and at the end."""
    number = {name: i for i, name in enumerate(exit_ids)}
    return np.array([number.get(name, -1) for name in net.gate_source] + [-1], np.int32)


def _last_used(run: MovementRun, samples: Samples) -> NDArray[np.float64]:
    """When the last one left each zone: NaN never, inf not yet.

    Where an engine sees nobody pass, as across the middle of a hall: the last sample with somebody there.
    """
    net = run.network
    last = np.full(net.nodes, -np.inf)
    np.maximum.at(last, net.vertex_from, run.last_passed_s)
    last = last[: net.zones]
    seen = np.array(samples.count)[:, : net.zones] > 0
    latest = np.array(samples.time_s)[len(seen) - 1 - seen[::-1].argmax(axis=0)]
    last = np.where(np.isneginf(last) & seen.any(axis=0), latest, last)
    last = np.where(np.isneginf(last), np.nan, last)
    return np.where(run.zone_count > 0, np.inf, last)


def _jams(plan: Plan, run: MovementRun) -> tuple[Jam, ...]:
    """The queues in which most time was lost."""
    net = run.network
    order = np.argsort(-run.queue_people_s[: 2 * net.gates], kind="stable")[:JAMS]
    jams = []
    for vertex in order.tolist():
        if run.queue_people_s[vertex] < 1.0:
            break
        gate = vertex >> 1
        space = plan.spaces[int(net.node_space[net.vertex_from[vertex]])]
        jams.append(
            Jam(
                source=net.gate_source[gate],
                level_id=space.level_id,
                space_id=space.id,
                at=(float(net.gate_at[gate, 0]), float(net.gate_at[gate, 1])),
                people_s=float(run.queue_people_s[vertex]),
                peak=int(run.queue_peak[vertex]),
                people=int(run.passed[vertex]),
            )
        )
    return tuple(jams)


def _reasons(assistance: Assistance, down_s: NDArray[np.float64]) -> dict[int, str]:
    """Why people are still inside who did not simply run out of time, by agent."""
    reasons = dict.fromkeys(assistance.waiting, "cannot use stairs, waits for help")
    return reasons | dict.fromkeys(np.flatnonzero(~np.isnan(down_s)).tolist(), "incapacitated by smoke")


def _watchdog(plan: Plan, run: MovementRun, crowd: Crowd, reasons: Mapping[int, str]) -> tuple[str, ...]:
    """One line for each group of people who did not get out: how many, where, why."""
    net = run.network
    left = np.flatnonzero(run.state != OUT)
    groups: Counter[tuple[str, str]] = Counter()
    for agent in left.tolist():
        node = int(run.node[agent])
        space = plan.spaces[int(net.node_space[node])] if node >= 0 else None
        where = _where(space.id if space else "a lift", space.level_id if space else "")
        groups[where, reasons.get(agent) or _why(run, agent)] += 1
    lines = [f"{count} people {where}: {why}" for (where, why), count in groups.most_common()]
    return (*crowd.notes, *lines, *run.notes)


def _where(space: str, level: str) -> str:
    return f"in {space} on {level}" if level else f"in {space}"


def _why(run: MovementRun, agent: int) -> str:
    """Why ``agent`` is still inside."""
    state = int(run.state[agent])
    if state == LOST:
        return "no way out"
    vertex = int(run.vertex[agent])
    if state == QUEUING and vertex >= 0:
        name = run.network.gate_source[vertex >> 1] or "the next part of the space"
        return f"waits at {name} at the horizon"
    return "on the way at the horizon" if state == WALKING else "has not started at the horizon"
