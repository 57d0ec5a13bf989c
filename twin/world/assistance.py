"""Those who cannot use stairs and have no way without: they wait in a refuge and are carried down.

The rule, after what guides of many countries ask for (refuge at a protected stair, evacuation chairs, trained
teams): who cannot use stairs leaves step-free if there is such a way: an exit on the level, a ramp, an
evacuation lift in use. Else he or she goes to the nearest protected stair that can be reached without steps,
or stays, and waits for one of the teams. A team needs :data:`PREPARE_S` for the transfer to the chair,
carries the person out at the speed of the population's ``down`` column, and takes as long to come back as to
carry. Where a plan marks no stair as protected, all stairs count. Without teams (no trained staff) people
wait until the end; the drill says how many.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import numpy as np
import simpy

from twin.movement.engines import MovementRun
from twin.movement.network import ArrivalKind, Arrivals
from twin.plan.model import Connector, ConnectorKind, Plan
from twin.world.drill_setup import DrillSetup

PREPARE_S = 40.0
"""Transfer to an evacuation chair: 30-50 s in hospital trials (Hunt, Galea and Lawrence 2015; recalled,
grade C)."""
_Steps = Generator[simpy.Event, Any, None]


class Assistance:
    """Refuges and teams of one drill. Give it the arrivals; it takes those who cannot use stairs.

    Args:
        env: the clock.
        run: whose agents they are.
        plan: for protected stairs.
        needs: [n] who cannot use stairs.
        shut: ids of connectors that nobody uses.
        teams: how many people can be carried at the same time.
        catch_up: advances the run to the clock of ``env`` and handles who arrives.
    """

    def __init__(
        self,
        env: simpy.Environment,
        run: MovementRun,
        plan: Plan,
        *,
        needs: np.ndarray[Any, np.dtype[np.bool_]],
        shut: frozenset[str],
        teams: int,
        catch_up: Callable[[], None],
    ) -> None:
        self._env, self._run, self._plan, self._catch_up = env, run, plan, catch_up
        self._needs = needs
        self._teams = simpy.Resource(env, teams) if teams else None
        self._refuges = _refuges(plan, shut) & set(run.network.zones_of_space)
        self._seeking: set[int] = set()
        self._out: dict[int, simpy.Event] = {}
        self.waiting: set[int] = set()
        """Who waits for a team now."""
        self.carried = 0
        """People whom a team has taken."""

    @property
    def busy(self) -> bool:
        """Whether somebody is still to be carried."""
        return self._teams is not None and bool(self.waiting or self._out)

    def take(self, arrivals: Arrivals) -> None:
        """Look after those in ``arrivals`` who cannot use stairs."""
        for agent, kind in zip(arrivals.agent.tolist(), arrivals.kind.tolist(), strict=True):
            if not self._needs[agent]:
                continue
            if kind == ArrivalKind.LEFT and agent in self._out:
                self._out.pop(agent).succeed()
            elif kind == ArrivalKind.GOAL and agent in self._seeking:
                self._seeking.discard(agent)
                self._wait(agent)
            elif kind == ArrivalKind.LOST and agent in self._out:
                self._out.pop(agent).succeed()
            elif kind == ArrivalKind.LOST and agent not in self.waiting:
                self._seek(agent)

    def drop(self, agents: list[int]) -> None:
        """Nobody need look after ``agents`` any more (incapacitated)."""
        for agent in agents:
            self.waiting.discard(agent)
            self._seeking.discard(agent)
            if agent in self._out:
                self._out.pop(agent).succeed()

    def _seek(self, agent: int) -> None:
        """Send ``agent`` to the nearest refuge; who finds none waits where he or she is."""
        if agent in self._seeking or not self._refuges:
            self._seeking.discard(agent)
            self._wait(agent)
            return
        goals = [self._run.goal_space(name, step_free=True) for name in sorted(self._refuges)]
        node = int(self._run.node[agent])
        times = self._run.travel_time_s(goals, [node])[:, 0]
        if node >= self._run.network.zones or not np.isfinite(times.min()):
            self._wait(agent)
            return
        self._seeking.add(agent)
        self._run.go(agent, goals[int(times.argmin())])

    def _wait(self, agent: int) -> None:
        self.waiting.add(agent)
        if self._teams is not None:
            self._env.process(self._carry(agent))

    def _carry(self, agent: int) -> _Steps:
        """One person, from the refuge to the outside."""
        assert self._teams is not None  # noqa: S101 - _wait starts this only where there are teams
        nearest = self._run.goal_nearest_exit()
        with self._teams.request() as team:
            yield team
            if agent not in self.waiting:
                return
            yield self._env.timeout(PREPARE_S)
            self._catch_up()
            if agent not in self.waiting:
                return
            self.waiting.discard(agent)
            self.carried += 1
            began = self._env.now
            out = self._out[agent] = self._env.event()
            self._run.go(agent, nearest)
            yield out
            yield self._env.timeout(self._env.now - began)


def teams_of(plan: Plan, setup: DrillSetup) -> int:
    """How many teams there are: as ``setup`` says, or one for each refuge stair if staff are trained."""
    if setup.carriers is not None:
        return setup.carriers
    if not setup.trained_staff:
        return 0
    return max(1, len(_refuge_stairs(plan)))


def _refuge_stairs(plan: Plan) -> list[Connector]:
    """The protected stairs; all stairs where the plan marks none as protected, as surveys often do not."""
    stairs = [c for c in plan.connectors if c.kind is ConnectorKind.STAIRS and c.open]
    return [stair for stair in stairs if stair.protected] or stairs


def _refuges(plan: Plan, shut: frozenset[str]) -> set[str]:
    """Spaces at the heads of the stairs at which one can wait for a team."""
    return {stop.space_id for stair in _refuge_stairs(plan) if stair.id not in shut for stop in stair.stops}
