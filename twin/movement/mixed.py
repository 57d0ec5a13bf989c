"""Both engines in one building: a crowd on some levels, the network elsewhere, people handed over on flights.

Flights with an end on a crowd level are walked by the crowd engine. Who steps off such a flight onto
another level goes on in the network engine; who would step onto it there waits at its foot until there is
floor on it. Both engines know the whole building, so goals, routes and doors are the same in both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from twin.movement.crowd.ground import Ground
from twin.movement.crowd.handing import PartRun
from twin.movement.crowd.run import DT_S
from twin.movement.mixed_view import CROWD, GONE, NETWORK, PENDING, MixedView
from twin.movement.network.model import OUTSIDE, ArrivalKind, Arrivals, Bools, Floats, Ints, LinkMode, Network
from twin.movement.network.run import NetworkRun

SLICE_S = 0.5
"""How often people are handed over."""


class _Rest(NetworkRun):
    """The network engine on the levels of the network: ``handed`` (bool[V]) vertices lead out of it."""

    def __init__(
        self, network: Network, handed: Bools, *, start_s: float, watch: Sequence[str], record: bool
    ) -> None:
        super().__init__(network, start_s=start_s, watch=watch, record=record)
        target = self._net.vertex_to.copy()
        target[handed] = OUTSIDE
        # The routes keep the true network, which was given to them before.
        self._net = self._net._replace(vertex_to=target)


class MixedRun(MixedView):
    """A run of both engines, with the surface of either.

    Args:
        ground: of the whole building.
        crowd_levels: indices of the levels that the crowd engine walks.
        start_s: the clock at the start.
        dt_s: step of the crowd engine.
        watch: ids whose passages are logged.
        record: log every passage of every gate.
    """

    def __init__(
        self,
        ground: Ground,
        crowd_levels: Sequence[int],
        *,
        start_s: float = 0.0,
        dt_s: float = DT_S,
        watch: Sequence[str] = (),
        record: bool = False,
    ) -> None:
        network = ground.network
        self.network, self.ground, self.watched = network, ground, tuple(watch)
        levels: Bools = np.zeros(len(ground.level_ids), bool)
        levels[np.asarray(crowd_levels, np.int64)] = True
        self.crowd_level: Bools = levels
        self.zone_crowd: Bools = np.take(levels, ground.room_level[ground.node_room[: network.zones]])
        ends = network.gate_nodes[network.portals :, 0].reshape(-1, 2)
        here: Bools = np.take(self.zone_crowd, ends).reshape(-1, 2)
        self.node_crowd: Bools = np.concatenate([self.zone_crowd, here.any(axis=1)])
        leave = np.flatnonzero((here.any(axis=1, keepdims=True) & ~here).ravel()) + network.portals
        onto, off = np.zeros(network.vertices, bool), np.zeros(network.vertices, bool)
        onto[2 * leave], off[2 * leave + 1] = True, True
        self._handed_gate = np.zeros(network.gates, bool)
        self._handed_gate[leave] = True
        self.rest = _Rest(network, onto, start_s=start_s, watch=watch, record=record)
        self.part = PartRun(
            ground, start_s=start_s, dt_s=dt_s, mode=network.physics.mode, watch=watch, record=record
        )
        self.part.hand_over(off)
        self.agents = 0
        self._new_people()

    def add_agents(
        self,
        *,
        zone: ArrayLike,
        xy: ArrayLike | None = None,
        weight: ArrayLike = 1,
        speed_mps: ArrayLike = 1.3,
        sees_queues: ArrayLike = False,
        depth_m: ArrayLike = 0.30,
        breadth_m: ArrayLike = 0.46,
        group: ArrayLike = -1,
    ) -> Ints:
        """Put agents into zones, where they dwell until :meth:`go`; each in the engine of its level."""
        zones = np.atleast_1d(np.asarray(zone, np.int32))
        centre = self.network.zone_centre[zones] if xy is None else np.asarray(xy, float).reshape(-1, 2)
        ids = self._added(len(zones), speed_mps, sees_queues, (depth_m, breadth_m, group))
        self._weight[ids] = weight
        for side in (NETWORK, CROWD):
            rows = np.flatnonzero(self.zone_crowd[zones] == (side == CROWD))
            self._enter(side, ids[rows], zones[rows], centre[rows])
        return ids

    def add_at_exits(
        self,
        *,
        exit_gate: ArrayLike,
        weight: ArrayLike = 1,
        speed_mps: ArrayLike = 1.3,
        sees_queues: ArrayLike = False,
    ) -> Ints:
        """Agents that come in through exits; each in the engine of the level of its exit."""
        gates = np.atleast_1d(np.asarray(exit_gate, np.int32))
        ids = self._added(len(gates), speed_mps, sees_queues, (0.30, 0.46, -1))
        self._weight[ids] = weight
        crowd = self.zone_crowd[self.network.gate_nodes[gates, 0]]
        for side, run in ((NETWORK, self.rest), (CROWD, self.part)):
            rows = np.flatnonzero(crowd == (side == CROWD))
            if len(rows):
                speed, sees = self._speed[ids[rows]], self._sees[ids[rows]]
                local = run.add_at_exits(exit_gate=gates[rows], speed_mps=speed, sees_queues=sees)
                self._now_in(side, ids[rows], local)
        return ids

    def go(self, agents: ArrayLike, goals: ArrayLike, at_s: ArrayLike | None = None) -> None:
        """Send ``agents`` to ``goals``, starting at ``at_s``; as in either engine."""
        ids = np.array(agents, np.int32, ndmin=1)
        self._goal[ids] = goals
        times = np.broadcast_to(np.asarray(self.now_s if at_s is None else at_s, float), ids.shape)
        for side, run in ((NETWORK, self.rest), (CROWD, self.part)):
            own = self._side[ids] == side
            if own.any():
                run.go(self._local[ids[own]], self._goal[ids[own]], times[own])

    def advance(self, until_s: float) -> Arrivals:
        """Move everybody until ``until_s``, and hand people over on the way."""
        pieces: list[Arrivals] = []
        now = self.now_s
        if until_s < now:
            raise ValueError(f"the clock stands at {now} s and cannot go back to {until_s} s")
        slices = max(int(np.ceil((until_s - now) / SLICE_S - 1e-9)), 1)
        for n in range(slices):
            then = until_s if n == slices - 1 else now + (n + 1) * (until_s - now) / slices
            for side, run in ((NETWORK, self.rest), (CROWD, self.part)):
                pieces.append(self._sorted_out(side, run.advance(then)))
            self._step_on()
        order = np.argsort(np.concatenate([p.time_s for p in pieces]), kind="stable")
        return Arrivals(
            np.concatenate([p.agent for p in pieces])[order],
            np.concatenate([p.time_s for p in pieces])[order],
            np.concatenate([p.kind for p in pieces])[order],
            np.concatenate([p.place for p in pieces])[order],
        )

    def set_open(self, source_id: str, *, is_open: bool) -> None:
        """Open or close an opening, exit or connector from now on."""
        self._both(lambda run: run.set_open(source_id, is_open=is_open))

    def set_capacity(self, source_id: str, factor: float) -> None:
        """Let an opening, exit or connector pass ``factor`` times its flow from now on."""
        self._both(lambda run: run.set_capacity(source_id, factor))

    def set_link_mode(self, connector_id: str, mode: LinkMode) -> None:
        """Run, stop or close a connector from now on."""
        self._both(lambda run: run.set_link_mode(connector_id, mode))

    def forbid_entry(self, space_id: str) -> None:
        """Let nobody into a space from now on."""
        self._both(lambda run: run.forbid_entry(space_id))

    def see_queues(self, goal: int, *, share: float = 0.5) -> None:
        """Let the way to ``goal`` weigh the queues of this moment, each engine those that it has."""
        self._both(lambda run: run.see_queues(goal, share=share))

    def set_speed_factor(self, agents: ArrayLike, factors: ArrayLike) -> None:
        """Let ``agents`` walk at ``factors`` of their own speeds from now on; 0: they go on no more."""
        ids = np.array(agents, np.int32, ndmin=1)
        share = np.array(np.broadcast_to(np.asarray(factors, float), ids.shape))
        self._factor[ids] = share
        for side, run in ((NETWORK, self.rest), (CROWD, self.part)):
            own = self._side[ids] == side
            if own.any():
                run.set_speed_factor(self._local[ids[own]], share[own])

    def board(self, agents: ArrayLike) -> None:
        """Take agents who wait at a lift into the car."""
        ids = np.array(agents, np.int32, ndmin=1)
        for side, run in ((NETWORK, self.rest), (CROWD, self.part)):
            own = self._side[ids] == side
            if own.any():
                run.board(self._local[ids[own]])

    def alight(self, agents: ArrayLike, trips: ArrayLike) -> None:
        """Put agents out of the car at the end of their trips, in the engine of that level."""
        ids = np.array(agents, np.int32, ndmin=1)
        vertices = np.array(np.broadcast_to(np.asarray(trips, np.int32), ids.shape))
        target = np.where(self.zone_crowd[self.network.vertex_to[vertices]], CROWD, NETWORK)
        stays = target == self._side[ids]
        for side, run in ((NETWORK, self.rest), (CROWD, self.part)):
            own = stays & (self._side[ids] == side)
            if own.any():
                run.alight(self._local[ids[own]], vertices[own])
            moved = ~stays & (target == side)
            if moved.any():
                self._change_over(side, ids[moved], vertices[moved])

    def _change_over(self, side: int, ids: Ints, trips: Ints) -> None:
        """Out of a car in the other engine: it forgets them, ``side`` takes them."""
        self._left_behind[1 - side] += len(ids)
        zones = self.network.vertex_to[trips]
        there = self.network.trip_at[trips - 2 * self.network.gates, 1]
        self._enter(side, ids, zones, there)
        self._sent_on(side, ids)

    def _both(self, call: Callable[[Any], None]) -> None:
        for run in (self.rest, self.part):
            call(run)

    def _enter(self, side: int, ids: Ints, zones: Ints, xy: Floats) -> None:
        """Put agents into zones of an engine."""
        if not len(ids):
            return
        run = self.part if side == CROWD else self.rest
        local = run.add_agents(
            zone=zones,
            xy=xy,
            weight=self._weight[ids],
            speed_mps=self._speed[ids],
            sees_queues=self._sees[ids],
            depth_m=self._depth[ids],
            breadth_m=self._breadth[ids],
            group=self._group[ids],
        )
        self._now_in(side, ids, local)

    def _sent_on(self, side: int, ids: Ints) -> None:
        """Those who came over go on to their goals, as slow as smoke has made them."""
        run = self.part if side == CROWD else self.rest
        slow = self._factor[ids] < 1.0
        if slow.any():
            run.set_speed_factor(self._local[ids[slow]], self._factor[ids[slow]])
        able = ids[(self._factor[ids] > 0.0) & (self._goal[ids] >= 0)]
        if len(able):
            run.go(self._local[able], self._goal[able])

    def _sorted_out(self, side: int, arrivals: Arrivals) -> Arrivals:
        """The arrivals of an engine by agent, without those who only change over: they do."""
        ids = self._who(side)[arrivals.agent]
        gate = np.where(arrivals.kind == ArrivalKind.LEFT, arrivals.place, 0)
        over = (arrivals.kind == ArrivalKind.LEFT) & self._handed_gate[gate]
        left = (arrivals.kind == ArrivalKind.LEFT) & ~over
        self._side[ids[left]] = GONE
        if side == NETWORK:
            self._side[ids[over]] = PENDING
            self._pending += list(zip(ids[over].tolist(), (2 * gate[over]).tolist(), strict=True))
        elif over.any():
            zones = self.network.gate_nodes[gate[over], 0]
            self._enter(NETWORK, ids[over], zones, self.network.gate_at[gate[over]])
            self._sent_on(NETWORK, ids[over])
        kept = ~over
        return Arrivals(ids[kept], arrivals.time_s[kept], arrivals.kind[kept], arrivals.place[kept])

    def _step_on(self) -> None:
        """Let those who wait at the foot of a flight of the crowd step on where there is floor, in order."""
        waiting, self._pending = self._pending, []
        full: set[int] = set()
        for agent, vertex in waiting:
            place = None if vertex in full else self.part.floor_behind(vertex)
            if place is None:
                full.add(vertex)
                self._pending.append((agent, vertex))
                continue
            ids = np.array([agent], np.int32)
            local = self.part.add_behind(
                vertex,
                place,
                speed_mps=self._speed[ids],
                sees_queues=self._sees[ids],
                depth_m=self._depth[ids],
                breadth_m=self._breadth[ids],
                group=self._group[ids],
            )
            self._now_in(CROWD, ids, local)
            self._sent_on(CROWD, ids)
