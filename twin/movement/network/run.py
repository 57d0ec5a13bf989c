"""A run of the network engine: agents, goals, doors that open and close, and the advance of the clock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twin.errors import InputError
from twin.movement.network import kernel
from twin.movement.network.arrays import (
    ARRIVED,
    AT_LIFT,
    BEGUN,
    HEAP,
    INSIDE,
    LOGGED,
    LOST,
    PLANNED,
    grown,
    heap_of,
    log_of,
    moves_of,
    people_of,
    starts_of,
    static_of,
)
from twin.movement.network.doors import Doors
from twin.movement.network.goal_calls import GoalCalls
from twin.movement.network.goals import Goals
from twin.movement.network.model import PASSAGE, Arrivals, Floats, Ints, LinkMode, Network
from twin.movement.network.pace import Pace, hurry, riders, speeds
from twin.movement.network.view import RunView

_ROWS = 1 << 14
_MANY = 512
"""Starts that are sorted rather than put into the heap: fewer are not worth the sorting."""


class NetworkRun(GoalCalls, RunView):
    """People moving on a :class:`Network`. Times are seconds on the run's own clock.

    Args:
        network: what they move on; it is not changed.
        start_s: the clock at the start.
        watch: opening, exit and connector ids whose passages are logged (see :attr:`passages`).
        record: log every passage of every gate (see :attr:`legs`), for playback.
        stair_reluctance: times that a second on stairs counts in the choice of a way: 1 in an evacuation,
            above on an ordinary day, when people take the escalator although the stair is quicker.

    A run draws no random numbers: the same calls give the same result bit by bit. What must vary (speeds,
    goals, start times) is drawn by the caller from :class:`twin.world.streams.Streams`.
    """

    def __init__(
        self,
        network: Network,
        *,
        start_s: float = 0.0,
        watch: Sequence[str] = (),
        record: bool = False,
        stair_reluctance: float = 1.0,
    ) -> None:
        self.network = network
        self.watched = tuple(watch)
        self._net = static_of(network)
        self._pace = Pace()
        self._doors = Doors(network)
        doors = self._doors
        self._moves = moves_of(network, doors.vertex_open, doors.capacity, doors.running, start_s)
        self._goals = Goals(network, self._net, doors, stair_reluctance=stair_reluctance)
        self._people = people_of(_ROWS)
        self._heap = heap_of(_ROWS + kernel.MARGIN + 4 * network.vertices)
        self._starts = starts_of(0)
        self._log = log_of(_ROWS + kernel.MARGIN)
        self.agents = 0
        self._legs: list[tuple[Floats, Ints, Ints]] = []
        self._entries: list[NDArray[Any]] = []
        self._watched_gates = {name: doors.gates_of(name) for name in self.watched}
        self._moves.record[:] = record
        for gates in self._watched_gates.values():
            self._moves.record[np.concatenate([2 * gates, 2 * gates + 1])] = True
        for trip in self._watched_trips():
            self._moves.record[trip] = True

    def add_agents(
        self,
        *,
        zone: ArrayLike,
        xy: ArrayLike | None = None,
        weight: ArrayLike = 1,
        speed_mps: ArrayLike = 1.3,
        sees_queues: ArrayLike = False,
        depth_m: ArrayLike = 0.30,  # noqa: ARG002 - see below
        breadth_m: ArrayLike = 0.46,  # noqa: ARG002
        group: ArrayLike = -1,  # noqa: ARG002
    ) -> Ints:
        """Put agents into zones, where they dwell until :meth:`go`. Dwelling costs nothing.

        Args:
            zone: int[n] zone of each.
            xy: float[n, 2] place in it; by default the zone's centre.
            weight: people in the group that each agent stands for.
            speed_mps: free speed on the level, or float[n, 3]: level, stairs down, stairs up.
            sees_queues: whether it leaves a queue for a way that is shorter all in all.
            depth_m: taken, because the crowd engine does; here nobody has a body.
            breadth_m: as ``depth_m``.
            group: as ``depth_m``.

        Returns:
            int32[n] ids of the agents, numbered from 0 in the order in which they were added.
        """
        zones = np.atleast_1d(np.asarray(zone, np.int32))
        if len(zones) and not (zones.min() >= 0 and zones.max() < self.network.zones):
            raise InputError(f"zones {zones.min()}-{zones.max()}: this plan has 0-{self.network.zones - 1}")
        ids = self._new_rows(len(zones))
        people = self._people
        people.node[ids] = zones
        people.xy[ids] = self.network.zone_centre[zones] if xy is None else np.asarray(xy, float)
        people.weight[ids] = weight
        speed = np.asarray(speed_mps, float)
        if speed.ndim == 2:  # noqa: PLR2004 - one row an agent
            people.speed[ids] = speed
        else:
            people.speed[ids, 0] = speed
        people.sees[ids] = sees_queues
        moves = self._moves
        np.add.at(moves.held, zones, people.weight[ids])
        np.maximum(moves.peak, moves.held, out=moves.peak)
        moves.number[INSIDE] += int(people.weight[ids].sum())
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
        ids = self.add_agents(
            zone=self.network.gate_nodes[gates, 0],
            xy=self.network.gate_at[gates],
            weight=weight,
            speed_mps=speed_mps,
            sees_queues=sees_queues,
        )
        names = [self.network.gate_source[g] for g in gates.tolist()]
        known = {name: number for number, name in enumerate(self.watched)}
        rows = [i for i, name in enumerate(names) if name in known]
        if rows:
            entries = np.zeros(len(rows), PASSAGE)
            entries["t"] = self.now_s
            entries["source"] = [known[names[i]] for i in rows]
            entries["direction"] = -1
            entries["people"] = self._people.weight[ids[rows]]
            entries["agent"] = ids[rows]
            self._entries.append(entries)
        return ids

    def go(self, agents: ArrayLike, goals: ArrayLike, at_s: ArrayLike | None = None) -> None:
        """Send ``agents`` to ``goals`` (one number, or one each), starting at ``at_s`` (now by default).

        An agent that is on its way turns to the new goal at the next gate; one that has fallen stays.

        Raises:
            InputError: if one of them has left the building.
        """
        # Copies: a view that is read-only or has gaps is another type to numba, which would compile again.
        ids = np.array(agents, np.int32, ndmin=1)
        numbers = np.array(np.broadcast_to(np.asarray(goals, np.int32), ids.shape))
        times = np.array(np.broadcast_to(np.asarray(self.now_s if at_s is None else at_s, float), ids.shape))
        many = len(ids) >= _MANY
        self._reserve(len(ids) if many else 2 * len(ids))
        for number in np.unique(numbers).tolist():
            self._goals.ensure(number)
        able = ~np.isin(ids, self._pace.fallen(ids))
        if many:
            self._reserve_starts(len(ids))
        gone = kernel.send(
            self._net,
            self._people,
            self._moves,
            self._heap,
            self._starts,
            ids[able],
            numbers[able],
            times[able],
            many,
        )
        if many:
            self._sort_starts()
        if gone:
            raise InputError(
                f"{gone} of {len(ids)} agents have left the building and cannot be sent anywhere"
            )

    def advance(self, until_s: float) -> Arrivals:
        """Move everybody until ``until_s`` and hand back who reached a goal, left, or waits at a lift.

        Raises:
            ValueError: if ``until_s`` lies before the clock.
        """
        if until_s < self.now_s:
            raise ValueError(f"the clock stands at {self.now_s} s and cannot go back to {until_s} s")
        moves, pieces = self._moves, []
        done = False
        while not done:
            done = kernel.advance(
                self._net,
                self._people,
                moves,
                self._heap,
                self._starts,
                self._goals.tables,
                self._log,
                float(until_s),
            )
            pieces.append(self._drained())
            if not done:
                self._reserve(len(self._heap.time) // 4)
        if len(pieces) == 1:
            return pieces[0]
        return Arrivals(
            np.concatenate([p.agent for p in pieces]),
            np.concatenate([p.time_s for p in pieces]),
            np.concatenate([p.kind for p in pieces]),
            np.concatenate([p.place for p in pieces]),
        )

    def set_open(self, source_id: str, *, is_open: bool) -> None:
        """Open or close an opening, exit or connector from now on. Who waits at it looks for another way."""
        self._changed(self._doors.set_open(source_id, is_open=is_open))

    def set_capacity(self, source_id: str, factor: float) -> None:
        """Let an opening, exit or connector pass ``factor`` times its flow from now on (0 < factor).

        Who is passing it just now takes as much less or more time for the rest.
        """
        gates = self._doors.gates_of(source_id)
        before = self._doors.capacity[gates]
        self._doors.set_capacity(source_id, factor)
        moves = self._moves
        left = np.maximum(moves.gate_free_at[gates] - self.now_s, 0.0)
        busy = left > 0
        moves.gate_free_at[gates[busy]] = self.now_s + (left * before / self._doors.capacity[gates])[busy]
        moves.gate_due[gates] = False
        self._reserve(len(gates))
        for gate in gates.tolist():
            kernel.release(self._net, self._people, moves, self._heap, gate)

    def set_link_mode(self, connector_id: str, mode: LinkMode) -> None:
        """Run, stop or close a connector from now on. Who is on it goes on at the speed it then allows."""
        links = [k for k, name in enumerate(self.network.link_connector) if name == connector_id]
        on_it = riders(self._people, self.agents, self.network.zones + np.array(links, np.int64))
        before = speeds(self._net, self._people, self._moves, on_it)
        self._changed(self._doors.set_link_mode(connector_id, mode))
        hurry(self._net, self._people, self._moves, self._heap, on_it, before)

    def set_speed_factor(self, agents: ArrayLike, factors: ArrayLike) -> None:
        """Let ``agents`` walk at ``factors`` (0 ... 1, one or one each) of their own speeds from now on.

        For smoke. Those on their way are slower at once. 0: incapacitated; the agent stays where it is for
        ever, leaves whatever queue it is in, is in nobody's way at a gate, no longer counts as moving; its
        state is LOST. Who rides in a lift stays where it gets out.

        Raises:
            InputError: if a factor is not within 0 and 1.
        """
        ids = np.array(agents, np.int32, ndmin=1)
        self._reserve(len(ids))
        self._pace.change(self._net, self._people, self._moves, self._heap, ids, factors)

    def forbid_entry(self, space_id: str) -> None:
        """Let nobody into a space from now on, not even to pass through; who is in it can leave."""
        if space_id not in self.network.zones_of_space:
            raise InputError(f"space {space_id!r}: this plan has no such space to walk in")
        self._changed(self._doors.forbid_entry(self.network.zones_of_space[space_id]))

    def see_queues(self, goal: int, *, share: float = 0.5) -> None:
        """Let the way to ``goal`` weigh the queues of this moment.

        Each gate counts with the time that its queue needs to pass. ``share``: weight of this moment against
        what was seen before, so that the crowd does not swing from door to door.
        """
        moves = self._moves
        standing = moves.waiting + moves.coming
        gates = 2 * self.network.gates
        seconds = np.zeros(self.network.vertices)
        both = standing[:gates:2] + standing[1:gates:2]
        seconds[:gates] = np.repeat(both / self._doors.capacity, 2)
        self._goals.weigh(goal, seconds, share=share)

    def board(self, agents: ArrayLike) -> None:
        """Take agents who wait at a lift into the car."""
        kernel.board(self._people, self._moves, np.array(agents, np.int32, ndmin=1))

    def alight(self, agents: ArrayLike, trips: ArrayLike) -> None:
        """Put agents out of the car at the end of their trip vertices; they go on to their goals."""
        ids = np.array(agents, np.int32, ndmin=1)
        vertices = np.array(np.broadcast_to(np.asarray(trips, np.int32), ids.shape))
        self._reserve(2 * len(ids))
        seen = self._moves.record[vertices]
        if seen.any():
            came = self._people.arrived[ids[seen]]
            times = np.column_stack([came, np.full(len(came), self.now_s)])
            self._legs.append((times, ids[seen], vertices[seen]))
        kernel.alight(self._net, self._people, self._moves, self._heap, ids, vertices)
        kernel.halt(self._net, self._people, self._moves, self._heap, self._pace.fallen(ids))

    def _watched_trips(self) -> Ints:
        lifts = [n for n, name in enumerate(self.network.lift_ids) if name in self._watched_gates]
        return (np.flatnonzero(np.isin(self.network.lift_of_trip, lifts)) + 2 * self.network.gates).astype(
            np.int32
        )

    def _new_rows(self, count: int) -> Ints:
        """Ids of ``count`` new agents."""
        first, self.agents = self.agents, self.agents + count
        if self.agents > len(self._people.state):
            self._people = grown(people_of(max(2 * len(self._people.state), self.agents)), self._people)
        return np.arange(first, self.agents, dtype=np.int32)

    def _reserve(self, events: int) -> None:
        """Make room for ``events`` more events."""
        needed = int(self._moves.number[HEAP]) + events + kernel.MARGIN + 4 * self.network.vertices
        if needed > len(self._heap.time):
            self._heap = grown(heap_of(max(needed, 2 * len(self._heap.time))), self._heap)

    def _reserve_starts(self, count: int) -> None:
        """Make room for ``count`` more starts, and forget those that are over."""
        number = self._moves.number
        left = slice(int(number[BEGUN]), int(number[PLANNED]))
        before = [column[left].copy() for column in self._starts]
        size = len(before[0])
        if size + count > len(self._starts.time):
            self._starts = starts_of(size + count)
        for column, kept in zip(self._starts, before, strict=True):
            column[:size] = kept
        number[BEGUN], number[PLANNED] = 0, size

    def _sort_starts(self) -> None:
        """Bring the starts into the order in which they are read."""
        size = int(self._moves.number[PLANNED])
        order = np.lexsort((self._starts.order[:size], self._starts.time[:size]))
        for column in self._starts:
            column[:size] = column[:size][order]

    def _drained(self) -> Arrivals:
        """What the kernel wrote, taken out of its log."""
        log, number = self._log, self._moves.number
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

    def _changed(self, gates: Ints) -> None:
        """Routes anew, and another look for those who wait at ``gates``, at a lift, or have no way."""
        self._goals.forget()
        for number in np.unique(self._people.goal[: self.agents]).tolist():
            if number >= 0:
                self._goals.ensure(number)
        self._reserve(self.agents)
        for gate in gates.tolist():
            kernel.release(self._net, self._people, self._moves, self._heap, gate)
        state = self.state
        again = np.flatnonzero((state == LOST) & (self._people.goal[: self.agents] >= 0))
        at_lift = np.flatnonzero(state == AT_LIFT)
        closed = ~self._moves.vertex_open[self._people.vertex[at_lift]]
        found = np.concatenate([again, at_lift[closed]]).astype(np.int32)
        kernel.look_again(self._people, self._moves, self._heap, found)
