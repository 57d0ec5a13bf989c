"""One evacuation: people, their starts and goals, staff, doors and lifts on one SimPy clock.

:func:`run_drill` is the entry; :class:`DrillSetup` says what is asked, :class:`DrillRun` what happened.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import simpy

from twin.fire.air import GivenAir
from twin.movement.engines import MovementRun
from twin.movement.network import ArrivalKind, Arrivals, LinkMode
from twin.plan.model import ConnectorKind, Plan
from twin.plan.zones import zones_of
from twin.world.assistance import Assistance, teams_of
from twin.world.crowd import Crowd, crowd_of
from twin.world.density import DensityField, levels_on_floors
from twin.world.drill_measures import Samples, measured
from twin.world.drill_result import DrillRun
from twin.world.drill_setup import Change, DrillSetup, check_setup
from twin.world.exposure import BREATH_S, Exposure
from twin.world.film import Film
from twin.world.first_goals import first_goals
from twin.world.lifts import Lifts
from twin.world.networks import new_run
from twin.world.streams import Streams
from twin.world.trajectory_log import TrajectoryLog

__all__ = ["Change", "DrillRun", "DrillSetup", "run_drill"]

STAFF_S = 10.0
"""How often staff look at the queues in the building and send people elsewhere."""
SETTING_OFF = 0.1
"""Part of a run's progress that is told by the clock: before anybody is out there is nothing else to tell."""
SETTING_OFF_S = 60.0
_Steps = Generator[simpy.Event, Any, None]
Watch = Callable[[float], None]
"""Called with the part of a run that is done, 0 ... 1, about every sample; may raise to end the run."""


def run_drill(
    plan: Plan,
    setup: DrillSetup,
    *,
    seed: int,
    record: bool = False,
    trajectories: Path | None = None,
    watch: Watch | None = None,
) -> DrillRun:
    """Evacuate ``plan``.

    The result depends on the plan's content, the setup and ``seed`` alone, bit by bit (``wall_s`` excepted).

    Args:
        plan: the building.
        setup: who is inside and what happens.
        seed: of this replication (see :func:`twin.world.streams.replication_seed`).
        record: keep positions for playback.
        trajectories: file to which the way of everybody is written (crowd engine only).
        watch: told how far the run is; what it raises ends the run.

    Raises:
        ScenarioError: if the setup names what the plan does not have, or trajectories are asked of an engine
            that has none.
        MissingExtraError: if trajectories are asked for and pyarrow is not installed.
        PlanError: if nobody can walk in the plan.
    """
    begin = time.perf_counter()
    check_setup(plan, setup)
    drill = _Drill(plan, setup, seed, record=record, watch=watch)
    if trajectories is None:
        drill.run()
    else:
        with TrajectoryLog(trajectories, plan, setup, seed, drill.moves) as log:
            drill.run(log)
    return measured(
        plan,
        setup,
        seed=seed,
        run=drill.moves,
        crowd=drill.crowd,
        samples=drill.samples,
        assistance=drill.assistance,
        exposure=drill.exposure,
        film=drill.film,
        density=drill.density,
        record=record,
        begin=begin,
    )


class _Drill:
    """The world of one drill."""

    def __init__(
        self, plan: Plan, setup: DrillSetup, seed: int, *, record: bool, watch: Watch | None
    ) -> None:
        self.setup, self.plan, self.watch = setup, plan, watch
        self.env = simpy.Environment()
        self.moves: MovementRun = new_run(
            plan, setup.engine, setup.mode, dt_s=setup.dt_s, record=record, crowd_levels=setup.crowd_levels
        )
        self.crowd: Crowd = crowd_of(plan, zones_of(plan), setup, Streams(seed))
        self.samples = Samples(people=len(self.crowd.zone))
        self.film = Film() if record and self.moves.places is not None else None
        self.density = DensityField(zones_of(plan)) if self.moves.places is not None else None
        self._close_ways()
        agents = self.moves.add_agents(
            zone=self.crowd.zone,
            xy=self.crowd.xy,
            speed_mps=self.crowd.speed_mps(slowest=setup.engine == "network"),
            sees_queues=~self.crowd.familiar,
            depth_m=self.crowd.persons.depth_m,
            breadth_m=self.crowd.persons.breadth_m,
            group=self.crowd.group,
        )
        self.nearest = self.moves.goal_nearest_exit()
        self.goals = first_goals(plan, setup, self.moves, self.crowd, Streams(seed))
        self.moves.go(agents, self.goals, self.crowd.start_s)
        self.lifts = Lifts(self.env, self.moves, plan, self.catch_up)
        self.assistance = Assistance(
            self.env,
            self.moves,
            plan,
            needs=~self.crowd.persons.steps,
            shut=setup.blocked | self.crowd.effect_closed,
            teams=teams_of(plan, setup),
            catch_up=self.catch_up,
        )
        self.exposure: Exposure | None = None
        if setup.smoke:
            self.exposure = Exposure(
                self.moves,
                GivenAir(plan, setup.smoke),
                free_mps=self.crowd.persons.speed_mps[:, 0],
                law=setup.smoke_law,
            )
            self.env.process(self._smoke(self.exposure))
        self.env.process(self._engine())
        if self.film is not None:
            self.env.process(self._filming(self.film))
        if setup.trained_staff:
            self.env.process(self._staff())
        for change in sorted(setup.changes, key=lambda c: c.at_s):
            self.env.process(self._change(change))

    def run(self, log: TrajectoryLog | None = None) -> None:
        """Run until nobody moves, or the horizon; write trajectories to ``log``."""
        if log is not None:
            self.env.process(self._filming(log))
        self._sample()
        self.env.run(until=self.env.process(self._ends()))

    def catch_up(self) -> None:
        """Advance the engine to the clock, and handle who arrives."""
        arrivals = self.moves.advance(self.env.now)
        self.samples.note(arrivals)
        if len(arrivals):
            self.lifts.take(arrivals)
            self._turn_round(arrivals)
            self.assistance.take(arrivals)

    def _turn_round(self, arrivals: Arrivals) -> None:
        """Who finds the way to the own entrance shut goes to the nearest exit; who finds none stays."""
        lost = arrivals.agent[arrivals.kind == ArrivalKind.LOST]
        lost = lost[self.crowd.persons.steps[lost]]
        again = lost[self.goals[lost] != self.nearest]
        if len(again):
            self.goals[again] = self.nearest
            self.moves.go(again, self.nearest)

    def _close_ways(self) -> None:
        """What is shut from the alarm on."""
        setup, moves = self.setup, self.moves
        gates = set(moves.network.gate_source)
        for name in sorted((setup.blocked | self.crowd.effect_closed) & gates):
            moves.set_open(name, is_open=False)
        for connector in self.plan.connectors:
            if connector.id not in gates:
                continue
            if connector.kind is ConnectorKind.ESCALATOR and connector.open:
                if connector.id in setup.stopped or not setup.escalators_run:
                    moves.set_link_mode(connector.id, LinkMode.STOPPED)
            elif connector.kind is ConnectorKind.LIFT and not (setup.lifts and connector.evacuation):
                moves.set_link_mode(connector.id, LinkMode.CLOSED)
        if self.crowd.fire_space:
            moves.forbid_entry(self.crowd.fire_space)

    def _engine(self) -> _Steps:
        """The kernel as a process: it catches up at every sample."""
        while True:
            yield self.env.timeout(self.setup.sample_s)
            self.catch_up()
            self._sample()

    def _sample(self) -> None:
        """Write down what is to be measured."""
        self.samples.take(self.moves)
        places = self.moves.places
        if self.density is not None and places is not None:
            level, xy = places
            floor = levels_on_floors(level, self.moves.node, self.moves.network.zones)
            self.density.take(floor, xy, self.moves.weight)
        if self.watch is not None:
            self.watch(self._share_done())

    def _share_done(self) -> float:
        """How far the run is: mostly by who is out, since the work grows with who is still on the way."""
        now, people = self.env.now, max(len(self.crowd.zone), 1)
        out = 1.0 - self.moves.inside / people
        return SETTING_OFF * now / (now + SETTING_OFF_S) + (1.0 - SETTING_OFF) * out

    def _filming(self, film: Film | TrajectoryLog) -> _Steps:
        """Positions for playback, or for a file."""
        while True:
            self.catch_up()
            film.take(self.moves)
            yield self.env.timeout(film.step_s)

    def _smoke(self, exposure: Exposure) -> _Steps:
        """People breathe; who goes down is nobody's to carry any more."""
        while True:
            yield self.env.timeout(BREATH_S)
            self.catch_up()
            self.assistance.drop(exposure.breathe().tolist())

    def _staff(self) -> _Steps:
        """Staff send people to where the way out is shortest with the queues of the moment."""
        while True:
            yield self.env.timeout(STAFF_S)
            self.catch_up()
            self.moves.see_queues(self.nearest)

    def _change(self, change: Change) -> _Steps:
        """One door, exit or connector that changes while people are on their way."""
        yield self.env.timeout(change.at_s)
        self.catch_up()
        if change.id not in self.moves.network.gate_source:
            return
        if change.is_open is not None:
            self.moves.set_open(change.id, is_open=change.is_open)
        if change.capacity is not None:
            self.moves.set_capacity(change.id, change.capacity)
        if change.stopped is not None:
            self.moves.set_link_mode(change.id, LinkMode.STOPPED if change.stopped else LinkMode.RUNNING)

    def _ends(self) -> _Steps:
        """Over when nobody moves any more, nothing will change, or at the horizon."""
        last_change = max((c.at_s for c in self.setup.changes), default=0.0)
        while self.env.now < self.setup.horizon_s and (
            self.moves.moving or self.assistance.busy or self.env.now <= last_change
        ):
            yield self.env.timeout(self.setup.sample_s)
