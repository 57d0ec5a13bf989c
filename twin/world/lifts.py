"""Lifts as SimPy processes: cars that answer calls, with doors, capacity and travel.

Collective control: a car goes to the oldest call, takes those who wait there and ride the same way, and
stops on its way for more of them while it has room. Door and boarding times after CIBSE Guide D (recalled):
6 s for a door cycle, 1 s a person.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import simpy

from twin.movement.engines import MovementRun
from twin.movement.network import ArrivalKind, Arrivals, Network
from twin.movement.network.arrays import AT_LIFT
from twin.plan.model import Connector, Plan

DOOR_S = 6.0
PERSON_S = 1.0
START_STOP_S = 3.0
"""Lost to speeding up and slowing down."""

_Steps = Generator[simpy.Event, Any, None]


@dataclass(slots=True)
class _Call:
    agent: int
    weight: int
    trip: int
    """Vertex."""
    origin: int
    target: int


class Lifts:
    """All lifts of one run. Give it the arrivals of kind LIFT; it moves the agents.

    Args:
        env: the clock.
        run: the run whose agents ride.
        plan: for cars, capacities and speeds.
        catch_up: advances the run to the clock of ``env`` and handles who arrives; called before a car opens.
    """

    def __init__(
        self, env: simpy.Environment, run: MovementRun, plan: Plan, catch_up: Callable[[], None]
    ) -> None:
        self._run, self._network = run, run.network
        self._first = 2 * run.network.gates
        self._shafts = [
            _Shaft(env, run, plan.connector[name], _heights(run.network, plan, number), catch_up)
            for number, name in enumerate(run.network.lift_ids)
        ]

    def take(self, arrivals: Arrivals) -> None:
        """Let everybody in ``arrivals`` who came to a lift wait for its car."""
        came = np.flatnonzero(arrivals.kind == ArrivalKind.LIFT)
        for row in came.tolist():
            agent, vertex = int(arrivals.agent[row]), int(arrivals.place[row])
            trip = vertex - self._first
            origin, target = self._network.trip_stops[trip].tolist()
            call = _Call(agent, int(self._run.weight[agent]), vertex, origin, target)
            self._shafts[int(self._network.lift_of_trip[trip])].call(call)


def _heights(network: Network, plan: Plan, lift: int) -> list[float]:
    """Heights of the stops of a lift, m."""
    trips = np.flatnonzero(network.lift_of_trip == lift)
    level = {s.id: plan.level[s.level_id].elevation_m for s in plan.spaces}
    heights: dict[int, float] = {}
    for trip in trips.tolist():
        zone = int(network.vertex_from[2 * network.gates + trip])
        heights[int(network.trip_stops[trip, 0])] = level[network.space_ids[int(network.node_space[zone])]]
    return [heights[stop] for stop in sorted(heights)]


class _Shaft:
    """One lift: its calls and its cars."""

    def __init__(
        self,
        env: simpy.Environment,
        run: MovementRun,
        lift: Connector,
        heights: list[float],
        catch_up: Callable[[], None],
    ) -> None:
        self._env, self._run, self._lift, self._heights = env, run, lift, heights
        self._catch_up = catch_up
        self._calls: deque[_Call] = deque()
        self._wake = env.event()
        for _ in range(lift.cars):
            env.process(self._car())

    def call(self, call: _Call) -> None:
        """Somebody waits."""
        self._calls.append(call)
        if not self._wake.triggered:
            self._wake.succeed()

    def _car(self) -> _Steps:
        """One car, for ever."""
        at = 0
        while True:
            if not self._calls:
                if self._wake.triggered:
                    self._wake = self._env.event()
                yield self._wake
                continue
            first = self._calls[0]
            sense = 1 if first.target > first.origin else -1
            yield self._env.timeout(self._ride_s(at, first.origin))
            at = first.origin
            riders: list[_Call] = []
            while True:
                self._catch_up()
                leaving = [r for r in riders if r.target == at]
                riders = [r for r in riders if r.target != at]
                boarding = self._boarding(at, sense, self._lift.car_capacity - sum(r.weight for r in riders))
                riders += boarding
                if leaving or boarding:
                    moved = sum(r.weight for r in leaving + boarding)
                    if boarding:
                        self._run.board([r.agent for r in boarding])
                    yield self._env.timeout(DOOR_S + PERSON_S * moved)
                    self._catch_up()
                    if leaving:
                        self._run.alight([r.agent for r in leaving], [r.trip for r in leaving])
                if not riders:
                    break
                onward = min((r.target for r in riders), key=lambda stop: abs(stop - at))
                yield self._env.timeout(self._ride_s(at, onward))
                at = onward

    def _boarding(self, stop: int, sense: int, room: int) -> list[_Call]:
        """Who gets in, in the order of their calls; a group that alone exceeds the car rides alone."""
        inside: list[_Call] = []
        left: deque[_Call] = deque()
        for call in self._calls:
            same_way = call.origin == stop and (call.target > call.origin) == (sense > 0)
            fits = call.weight <= room or (not inside and room == self._lift.car_capacity)
            if self._run.state[call.agent] != AT_LIFT:
                continue
            if same_way and fits:
                inside.append(call)
                room -= call.weight
            else:
                left.append(call)
        self._calls = left
        return inside

    def _ride_s(self, a: int, b: int) -> float:
        """Seconds from stop to stop."""
        if a == b:
            return 0.0
        return abs(self._heights[b] - self._heights[a]) / self._lift.lift_speed_mps + START_STOP_S
