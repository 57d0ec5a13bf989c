"""A run of the crowd engine: agents, goals, doors that open and close, and the advance of the clock."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numba import get_num_threads, set_num_threads
from numpy.typing import ArrayLike, NDArray

from twin.errors import InputError
from twin.movement.crowd import arrays as a
from twin.movement.crowd.across import images
from twin.movement.crowd.cells import scratch_of
from twin.movement.crowd.controls import CrowdControls
from twin.movement.crowd.detours import Detours
from twin.movement.crowd.flights import flights_of
from twin.movement.crowd.ground import Ground
from twin.movement.crowd.groups import groups_of
from twin.movement.crowd.guidance import guidance_of
from twin.movement.crowd.law import CALIBRATED, Law
from twin.movement.crowd.openings import crowding_of
from twin.movement.crowd.people import ADULT_BREADTH_M, ADULT_DEPTH_M, grown, walkers_of, ways_of
from twin.movement.crowd.places import Seats, places_of
from twin.movement.crowd.routes import choices_of
from twin.movement.crowd.stepping import DONE, walk
from twin.movement.crowd.traffic import ARRIVED, INSIDE, LOGGED, MOVING, log_of, traffic_of
from twin.movement.crowd.watchdog import watch_of
from twin.movement.network.arrays import static_of
from twin.movement.network.doors import Doors
from twin.movement.network.goal_calls import GoalCalls
from twin.movement.network.goals import Goals
from twin.movement.network.model import PASSAGE, Arrivals, Floats, Ints
from twin.movement.network.physics import MODES

_ROWS = 256
DT_S = 0.1
_MANY = 600
"""From so many people who decide in a step a second thread gains more than waking it takes;"""
_BESIDE = 0.15
"""and what a step is for those who do not decide in it, as a share."""


class CrowdRun(GoalCalls, CrowdControls):
    """People moving in continuous space on a :class:`Ground`. Times are seconds on the run's own clock.

    Args:
        ground: what they move on; it is not changed.
        start_s: the clock at the start.
        dt_s: time step, s; anything from 0.01 to 0.1.
        law: how people walk.
        mode: ``calibrated``: nothing limits the flow but bodies (and the belt of an escalator); ``code``:
        every
            door, exit and end of a flight passes at most its SFPE capacity.
        watch: opening, exit and connector ids whose passages are logged (see :attr:`passages`).
        record: log every passage of every gate (see :attr:`legs`).
        stair_reluctance: times that a second on stairs counts in the choice of a way.

    Raises:
        InputError: if the mode is not known or not that of the ground's network, or the step is not positive.

    A run draws no random numbers: the same calls give the same result bit by bit, with any number of threads.
    """

    def __init__(
        self,
        ground: Ground,
        *,
        start_s: float = 0.0,
        dt_s: float = DT_S,
        law: Law = CALIBRATED,
        mode: str = "calibrated",
        watch: Sequence[str] = (),
        record: bool = False,
        stair_reluctance: float = 1.0,
    ) -> None:
        network = ground.network
        if mode not in MODES or network.physics.mode != mode:
            raise InputError(
                f"mode {mode!r}: the network of this ground was compiled for {network.physics.mode!r}"
            )
        if not dt_s > 0:
            raise InputError(f"dt_s {dt_s}: a step must be above 0 s")
        self.ground, self.network, self.dt_s = ground, network, dt_s
        self.law = _in_mode(law, mode)
        self.watched = tuple(watch)
        self._doors = Doors(network)
        self._goals = Goals(network, static_of(network), self._doors, stair_reluctance=stair_reluctance)
        room_behind = np.full(network.vertices, -1, np.int32)
        inside = network.vertex_to >= 0
        room_behind[inside] = ground.node_room[network.vertex_to[inside]]
        self._traffic = traffic_of(
            network,
            vertex_open=self._doors.vertex_open,
            capacity=self._doors.capacity,
            vertex_room=room_behind,
            start_s=start_s,
        )
        self._flights = flights_of(ground, self._doors.running)
        self._choices = choices_of(ground)
        self._guidance = guidance_of(ground)
        self._detours = Detours(self._guidance, ground.canvas, start_s)
        self._seats = Seats(ground)
        self._places = places_of(ground, ())
        self._people, self._ways = walkers_of(_ROWS), ways_of(_ROWS)
        self._groups = groups_of(self._people.group)
        self._scratch = scratch_of(ground.canvas, _ROWS)
        self._images = images(ground.canvas, 2 * network.portals)
        self._log = log_of(4 * _ROWS)
        self._watch = watch_of(network.vertices)
        self._crowding = crowding_of(0)
        self._only_wanted = network.gate_exit.copy()
        self._only_wanted[network.portals :] = True
        self.agents = 0
        self._legs: list[tuple[Floats, Ints, Ints]] = []
        self._entries: list[NDArray[Any]] = []
        self._watched_gates = {name: self._doors.gates_of(name) for name in self.watched}
        self._traffic.record[:] = record
        for gates in self._watched_gates.values():
            self._traffic.record[np.concatenate([2 * gates, 2 * gates + 1])] = True
        lifts = [n for n, name in enumerate(network.lift_ids) if name in self._watched_gates]
        trips = np.flatnonzero(np.isin(network.lift_of_trip, lifts)) + 2 * network.gates
        self._traffic.record[trips] = True
        self._meter()

    def add_agents(
        self,
        *,
        zone: ArrayLike,
        xy: ArrayLike | None = None,
        weight: ArrayLike = 1,
        speed_mps: ArrayLike = 1.3,
        sees_queues: ArrayLike = False,
        depth_m: ArrayLike = ADULT_DEPTH_M,
        breadth_m: ArrayLike = ADULT_BREADTH_M,
        group: ArrayLike = -1,
    ) -> Ints:
        """Put agents into zones, where they dwell until :meth:`go`.

        Args:
            zone: int[n] zone of each.
            xy: float[n, 2] place in it; by default round the zone's centre. Who would stand in a wall is
            put on
                the nearest floor of the space.
            weight: 1; an agent is a person.
            speed_mps: free speed on the level, or float[n, 3]: level, stairs down, stairs up.
            sees_queues: whether it leaves a queue for a way that is shorter all in all.
            depth_m: body, chest to back.
            breadth_m: body, shoulder to shoulder (a wheelchair 0.70 by 1.10).
            group: who stays together has the same number; -1 alone.

        Returns:
            int32[n] ids of the agents, numbered from 0 in the order in which they were added.

        Raises:
            InputError: if a zone is not there, a speed is not positive, or a weight is not 1.
        """
        zones = np.atleast_1d(np.asarray(zone, np.int32))
        if len(zones) and not (zones.min() >= 0 and zones.max() < self.network.zones):
            raise InputError(f"zones {zones.min()}-{zones.max()}: this plan has 0-{self.network.zones - 1}")
        if np.any(np.asarray(weight) != 1):
            raise InputError("weight: an agent of the crowd engine is one person")
        speed = np.asarray(speed_mps, float)
        if not np.all(np.atleast_2d(speed.T)[0] > 0):
            raise InputError("speed_mps: every free speed on the level must be above 0 m/s")
        ids = self._new_rows(len(zones))
        people = self._people
        rooms = self.ground.node_room[zones]
        level = self.ground.room_level[rooms]
        places = self.network.zone_centre[zones] if xy is None else np.asarray(xy, float).reshape(-1, 2)
        at = self._seats.seated(rooms, self.ground.to_canvas(level, places), crowded=xy is None)
        people.x[ids], people.y[ids] = at[:, 0], at[:, 1]
        people.room[ids] = rooms
        people.speed[ids] = _columns(speed)
        people.depth[ids], people.breadth[ids], people.group[ids] = depth_m, breadth_m, group
        if (people.group[ids] >= 0).any():
            self._groups = groups_of(people.group, self._groups)
        self._ways.sees[ids] = sees_queues
        self._ways.node[ids] = zones
        self._ways.still_x[ids], self._ways.still_y[ids] = at[:, 0], at[:, 1]
        self._traffic.number[INSIDE] += len(ids)
        self._walk(self.now_s)
        return ids

    def add_at_exits(
        self,
        *,
        exit_gate: ArrayLike,
        weight: ArrayLike = 1,
        speed_mps: ArrayLike = 1.3,
        sees_queues: ArrayLike = False,
    ) -> Ints:
        """Agents that come in through exits (entrances): they stand just inside them, ready for :meth:`go`.

        ``exit_gate``: int[n], ``network.exits[exit_id]`` of each. Entries through a watched exit are logged
        as passages of direction -1.
        """
        gates = np.atleast_1d(np.asarray(exit_gate, np.int32))
        network = self.network
        share = np.mod(np.arange(len(gates)) * 0.618034 + 0.5, 1.0) * 0.8 + 0.1
        lines = network.gate_line[gates]
        ids = self.add_agents(
            zone=network.gate_nodes[gates, 0],
            xy=lines[:, 0] + share[:, None] * (lines[:, 1] - lines[:, 0]),
            weight=weight,
            speed_mps=speed_mps,
            sees_queues=sees_queues,
        )
        known = {name: number for number, name in enumerate(self.watched)}
        rows = [i for i, g in enumerate(gates.tolist()) if network.gate_source[g] in known]
        entries = np.zeros(len(rows), PASSAGE)
        entries["t"] = self.now_s
        entries["source"] = [known[network.gate_source[gates[i]]] for i in rows]
        entries["direction"] = -1
        entries["people"] = 1
        entries["agent"] = ids[rows]
        self._entries.append(entries)
        return ids

    def go(self, agents: ArrayLike, goals: ArrayLike, at_s: ArrayLike | None = None) -> None:
        """Send ``agents`` to ``goals`` (one number, or one each), starting at ``at_s`` (now by default).

        An agent that is on its way turns to the new goal at once.

        Raises:
            InputError: if one of them has left the building.
        """
        ids = np.array(agents, np.int32, ndmin=1)
        people, ways = self._people, self._ways
        numbers = np.broadcast_to(np.asarray(goals, np.int32), ids.shape)
        times = np.broadcast_to(np.asarray(self.now_s if at_s is None else at_s, float), ids.shape)
        state = people.state[ids]
        gone = int((state == a.OUT).sum())
        if gone:
            raise InputError(
                f"{gone} of {len(ids)} agents have left the building and cannot be sent anywhere"
            )
        for number in np.unique(numbers).tolist():
            self._goals.ensure(number)
        self._places = places_of(self.ground, self._goals.all, self._places)
        people.goal[ids] = numbers
        still = np.isin(state, (a.DWELL, a.LOST, a.STARTING))
        self._traffic.number[MOVING] += int(np.isin(state, (a.DWELL, a.LOST)).sum())
        people.state[ids[still]] = a.STARTING
        ways.start_s[ids[still]] = np.maximum(times[still], self.now_s)
        ways.target[ids] = -1
        on_way = ids[np.isin(state, (a.WALKING, a.QUEUING))]
        ways.last_vertex[ids] = -1
        ways.look_s[on_way] = -math.inf

    def advance(self, until_s: float) -> Arrivals:
        """Move everybody until ``until_s``; who reached a goal, left, waits at a lift or is lost.

        The way there is cut into equal steps of at most ``dt_s``.

        Raises:
            ValueError: if ``until_s`` lies before the clock.
        """
        if until_s < self.now_s:
            raise ValueError(f"the clock stands at {self.now_s} s and cannot go back to {until_s} s")
        pieces: list[Arrivals] = []
        while self.now_s < until_s or not pieces:
            here = min(until_s, max(self._detours.next_s, self.now_s))
            while self._walk(here) != DONE:
                pieces.append(self._drained())
            pieces.append(self._drained())
            if self.now_s >= self._detours.next_s:
                self._detours.see(self._people, self._ways.target, self._places.row, self.agents, self.now_s)
        if len(pieces) == 1:
            return pieces[0]
        return Arrivals(
            np.concatenate([p.agent for p in pieces]),
            np.concatenate([p.time_s for p in pieces]),
            np.concatenate([p.kind for p in pieces]),
            np.concatenate([p.place for p in pieces]),
        )

    def board(self, agents: ArrayLike) -> None:
        """Take agents who wait at a lift into the car."""
        ids = np.array(agents, np.int32, ndmin=1)
        self._people.state[ids] = a.RIDING
        self._people.room[ids] = -1
        self._ways.node[ids] = -1

    def alight(self, agents: ArrayLike, trips: ArrayLike) -> None:
        """Put agents out of the car at the end of their trip vertices; they go on to their goals."""
        ids = np.array(agents, np.int32, ndmin=1)
        vertices = np.array(np.broadcast_to(np.asarray(trips, np.int32), ids.shape))
        network, people, ways = self.network, self._people, self._ways
        seen = self._traffic.record[vertices]
        if seen.any():
            times = np.column_stack([ways.came_s[ids[seen]], np.full(int(seen.sum()), self.now_s)])
            self._legs.append((times, ids[seen], vertices[seen]))
        rooms = self._traffic.vertex_room[vertices]
        there = network.trip_at[vertices - 2 * network.gates, 1]
        at = self._seats.seated(
            rooms, self.ground.to_canvas(self.ground.room_level[rooms], there), crowded=True
        )
        people.x[ids], people.y[ids] = at[:, 0], at[:, 1]
        people.room[ids] = rooms
        people.state[ids] = a.STARTING
        ways.start_s[ids] = self.now_s
        ways.last_vertex[ids] = vertices
        ways.node[ids] = network.vertex_to[vertices]
        ways.came_s[ids] = math.nan
        ways.still_x[ids], ways.still_y[ids] = at[:, 0], at[:, 1]
        np.add.at(self._traffic.passed, vertices, 1)

    def _walk(self, until_s: float) -> int:
        """Move everybody until ``until_s``, or until something is to be done first (see ``stepping``)."""
        vertices = self.network.vertices
        fields = self._detours.bent(self._guidance.fields)
        if len(self._crowding) < len(fields.line):
            self._crowding = crowding_of(2 * len(fields.line))
        wanted = np.zeros(vertices + len(self._places.row), bool)
        threads = get_num_threads()
        work = self.moving * min(1.0, _BESIDE + self.dt_s / DT_S)
        set_num_threads(threads if work >= _MANY else 1)
        why: int = walk(
            self.ground.canvas,
            self.law,
            self._flights,
            self._groups,
            self._people,
            self._ways,
            self._traffic,
            self._goals.tables,
            self._choices,
            self._places,
            fields,
            self._scratch,
            self._log,
            wanted,
            self._watch,
            self._crowding,
            self._only_wanted,
            float(until_s),
            float(self.dt_s),
            self.agents,
        )
        set_num_threads(threads)
        self._guidance.ready(np.flatnonzero(wanted[:vertices]).tolist())
        places = self._places
        for k in np.flatnonzero(wanted[vertices:]).tolist():
            place = (float(places.x[k]), float(places.y[k]))
            places.row[k] = self._guidance.to_place(int(places.room[k]), *place)
        return why

    def _new_rows(self, more: int) -> Ints:
        """Ids of ``more`` new agents."""
        first, self.agents = self.agents, self.agents + more
        needed = self.agents + min(self.agents, self._images)
        if needed > len(self._people.state):
            rows = max(2 * len(self._people.state), needed)
            self._people, self._ways = grown(walkers_of(rows), self._people), grown(ways_of(rows), self._ways)
            self._scratch = scratch_of(self.ground.canvas, rows)
            self._groups = groups_of(self._people.group, self._groups)
            # What is in the log is taken out before a call returns, so nothing is lost here.
            self._log = log_of(4 * rows)
        return np.arange(first, self.agents, dtype=np.int32)

    def _drained(self) -> Arrivals:
        """What the kernels wrote, taken out of their log."""
        log, number = self._log, self._traffic.number
        arrived, logged = int(number[ARRIVED]), int(number[LOGGED])
        number[ARRIVED] = number[LOGGED] = 0
        if logged:
            self._legs.append(
                (log.leg_time[:logged].copy(), log.leg_agent[:logged].copy(), log.leg_vertex[:logged].copy())
            )
        return Arrivals(
            log.arrival_agent[:arrived].copy(),
            log.arrival_time[:arrived].copy(),
            log.arrival_kind[:arrived].copy(),
            log.arrival_place[:arrived].copy(),
        )


def _in_mode(law: Law, mode: str) -> Law:
    """In mode ``code`` the ends of a flight limit its flow, not the gaps on it as well."""
    return law._replace(stair_gap_s=law.time_gap_s, stair_gap_up_s=law.time_gap_s) if mode == "code" else law


def _columns(speed: Floats) -> Floats:
    """Free speeds level, up and down from one number (0: by the slope) or from level, down and up."""
    rows = np.zeros((len(speed) if speed.ndim else 1, 3))
    if speed.ndim > 1:
        rows[:, [a.LEVEL, a.DOWN, a.UP]] = speed
    else:
        rows[:, a.LEVEL] = speed
    return rows
