"""What can be seen of a mixed run: each level as its engine sees it, people by the numbers of the whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twin.movement.crowd.ground import Ground
from twin.movement.network.arrays import OUT, WALKING
from twin.movement.network.model import Bools, Floats, Ints, Network

NETWORK, CROWD, PENDING, GONE = range(4)
"""Where an agent is: in one of the engines, at the foot of a flight between them, or out."""


class MixedView:
    """The readable side of :class:`twin.movement.mixed.MixedRun`."""

    network: Network
    ground: Ground
    watched: tuple[str, ...]
    agents: int
    crowd_level: Bools
    """bool[L] levels that the crowd engine walks."""
    node_crowd: Bools
    """bool[N] nodes in which people are in the crowd engine."""
    rest: Any
    """The network engine: :class:`twin.movement.network.run.NetworkRun`."""
    part: Any
    """The crowd engine: :class:`twin.movement.crowd.run.CrowdRun`."""

    def _new_people(self) -> None:
        """Nobody yet."""
        self._side: Ints = np.zeros(0, np.int32)
        self._local: Ints = np.zeros(0, np.int32)
        self._goal: Ints = np.zeros(0, np.int32)
        self._weight: Ints = np.zeros(0, np.int32)
        self._speed: Floats = np.zeros((0, 3))
        self._sees: Bools = np.zeros(0, bool)
        self._depth: Floats = np.zeros(0)
        self._breadth: Floats = np.zeros(0)
        self._group: Ints = np.zeros(0, np.int32)
        self._factor: Floats = np.zeros(0)
        self._rows: list[list[Ints]] = [[], []]
        self._pending: list[tuple[int, int]] = []
        self._left_behind = [0, 0]

    def _added(
        self, count: int, speed_mps: ArrayLike, sees: ArrayLike, body: tuple[ArrayLike, ArrayLike, ArrayLike]
    ) -> Ints:
        """Ids of ``count`` new agents."""
        first, self.agents = self.agents, self.agents + count
        speed = np.zeros((count, 3))
        given = np.asarray(speed_mps, float)
        if given.ndim == 2:  # noqa: PLR2004 - one row an agent
            speed[:] = given
        else:
            speed[:, 0] = given

        def longer(old: NDArray[Any], new: ArrayLike) -> NDArray[Any]:
            more = np.broadcast_to(np.asarray(new, old.dtype), (count, *old.shape[1:]))
            return np.concatenate([old, more])

        self._side, self._local = longer(self._side, GONE), longer(self._local, -1)
        self._goal, self._weight = longer(self._goal, -1), longer(self._weight, 1)
        self._speed, self._sees = longer(self._speed, speed), longer(self._sees, sees)
        self._depth, self._breadth = longer(self._depth, body[0]), longer(self._breadth, body[1])
        self._group, self._factor = longer(self._group, body[2]), longer(self._factor, 1.0)
        return np.arange(first, self.agents, dtype=np.int32)

    def _now_in(self, side: int, ids: Ints, local: Ints) -> None:
        """Agents ``ids`` are rows ``local`` of an engine."""
        self._side[ids], self._local[ids] = side, local
        self._rows[side].append(np.asarray(ids, np.int32))

    def _who(self, side: int) -> Ints:
        """int32[rows] the agent of each row of an engine."""
        if len(self._rows[side]) != 1:
            self._rows[side] = [np.concatenate([np.zeros(0, np.int32), *self._rows[side]])]
        return self._rows[side][0]

    def _joined(self, name: str, nowhere: float) -> NDArray[Any]:
        """A column of both engines by agent; ``nowhere`` for who is in neither."""
        columns = [np.asarray(getattr(run, name)) for run in (self.rest, self.part)]
        found = np.full((self.agents, *columns[0].shape[1:]), nowhere, columns[0].dtype)
        for side, column in enumerate(columns):
            own = np.flatnonzero(self._side == side)
            found[own] = column[self._local[own]]
        return found

    @property
    def now_s(self) -> float:
        """The clock."""
        return float(self.rest.now_s)

    def goal_zone(self, zone: int, xy: ArrayLike | None = None, *, step_free: bool = False) -> int:
        """The number of the goal: a place in a zone."""
        return self._same(run.goal_zone(zone, xy, step_free=step_free) for run in (self.rest, self.part))

    def goal_space(self, space_id: str, *, step_free: bool = False) -> int:
        """The number of the goal: a space."""
        return self._same(run.goal_space(space_id, step_free=step_free) for run in (self.rest, self.part))

    def goal_exit(self, exit_id: str, *, step_free: bool = False) -> int:
        """The number of the goal: out through one exit."""
        return self.goal_exits((exit_id,), step_free=step_free)

    def goal_exits(self, exit_ids: Sequence[str], *, step_free: bool = False) -> int:
        """The number of the goal: out through the nearest of some exits."""
        return self._same(run.goal_exits(exit_ids, step_free=step_free) for run in (self.rest, self.part))

    def goal_nearest_exit(self, *, step_free: bool = False) -> int:
        """The number of the goal: out through the nearest open exit."""
        return self._same(run.goal_nearest_exit(step_free=step_free) for run in (self.rest, self.part))

    @staticmethod
    def _same(numbers: Iterable[int]) -> int:
        """The number that both engines gave: they are asked for the same goals in the same order."""
        one, other = numbers
        assert one == other, "the engines number their goals alike"  # noqa: S101 - an invariant
        return int(one)

    def travel_time_s(self, goals: ArrayLike, zones: ArrayLike) -> Floats:
        """[goals, zones] free travel time from the middle of each zone to each goal."""
        times: Floats = self.rest.travel_time_s(goals, zones)
        return times

    @property
    def node_count(self) -> Ints:
        """int32[N] people in each zone and then on each link; who waits at a crowd's flight is on it."""
        counts: Ints = np.where(self.node_crowd, self.part.node_count, self.rest.node_count).astype(np.int32)
        for agent, vertex in self._pending:
            counts[self.network.vertex_to[vertex]] += self._weight[agent]
        return counts

    @property
    def zone_count(self) -> Ints:
        """int32[Z] people in each zone."""
        counts: Ints = self.node_count[: self.network.zones]
        return counts

    @property
    def space_count(self) -> NDArray[np.int64]:
        """int64[S] people in each space; who is on a link counts at its foot."""
        spaces = len(self.network.space_ids)
        counts: NDArray[np.int64] = np.bincount(
            self.network.node_space, weights=self.node_count, minlength=spaces
        ).astype(np.int64)
        return counts

    @property
    def node_queued(self) -> Ints:
        """int32[N] people who queue."""
        queued: Ints = np.where(self.node_crowd, self.part.node_queued, self.rest.node_queued)
        return queued.astype(np.int32)

    @property
    def node_peak(self) -> Ints:
        """int32[N] the most people there ever were."""
        peak: Ints = np.where(self.node_crowd, self.part.node_peak, self.rest.node_peak)
        return peak.astype(np.int32)

    @property
    def waiting(self) -> Ints:
        """int32[V] people who queue before each vertex now."""
        waits: Ints = self.rest.waiting + self.part.waiting
        return waits

    @property
    def passed(self) -> Ints:
        """int32[V] people who passed each vertex so far."""
        passed: Ints = self.rest.passed + self.part.passed
        return passed

    @property
    def queue_peak(self) -> Ints:
        """int32[V] the longest queue so far."""
        peak: Ints = np.maximum(self.rest.queue_peak, self.part.queue_peak)
        return peak

    @property
    def queue_people_s(self) -> Floats:
        """float64[V] people times seconds waited so far."""
        waited: Floats = self.rest.queue_people_s + self.part.queue_people_s
        return waited

    @property
    def last_passed_s(self) -> Floats:
        """float64[V] when each vertex was last passed; -inf if never."""
        last: Floats = np.maximum(self.rest.last_passed_s, self.part.last_passed_s)
        return last

    @property
    def inside(self) -> int:
        """People in the building."""
        own = self._weight[self._side != GONE]
        return int(own.sum())

    @property
    def moving(self) -> int:
        """Agents on their way, those who are to start later included."""
        return int(self.rest.moving + self.part.moving + len(self._pending) - sum(self._left_behind))

    @property
    def state(self) -> NDArray[np.int8]:
        """int8[agents]."""
        state: NDArray[np.int8] = self._joined("state", OUT)
        state[self._side == PENDING] = WALKING
        return state

    @property
    def node(self) -> Ints:
        """int32[agents]; -1 outside."""
        node: Ints = self._joined("node", -1)
        for agent, vertex in self._pending:
            node[agent] = self.network.vertex_to[vertex]
        return node

    @property
    def xy(self) -> Floats:
        """float64[agents, 2] where each is, or was last known to be."""
        return self._joined("xy", np.nan)

    @property
    def vertex(self) -> Ints:
        """int32[agents] the vertex that each walks to or waits at; negative: none."""
        return self._joined("vertex", -2)

    @property
    def weight(self) -> Ints:
        """int32[agents] people in each group."""
        return self._weight

    @property
    def outside(self) -> Bools:
        """bool[agents] who has left."""
        gone: Bools = self._side == GONE
        return gone

    @property
    def places(self) -> tuple[Ints, Floats]:
        """Where everybody truly is who is in the crowd engine; level -1 for all others."""
        level, xy = np.full(self.agents, -1, np.int32), np.full((self.agents, 2), np.nan)
        own = np.flatnonzero(self._side == CROWD)
        levels, places = self.part.places
        level[own], xy[own] = levels[self._local[own]], places[self._local[own]]
        return level, xy

    @property
    def legs(self) -> tuple[Floats, Ints, Ints]:
        """Recorded passages of both engines, in order of time."""
        both = [(run.legs, self._who(side)) for side, run in ((NETWORK, self.rest), (CROWD, self.part))]
        times = np.concatenate([legs[0] for legs, _ in both])
        agents = np.concatenate([who[legs[1]] for legs, who in both])
        vertices = np.concatenate([legs[2] for legs, _ in both])
        order = np.argsort(times[:, 1], kind="stable")
        return times[order], agents[order], vertices[order]

    @property
    def passages(self) -> NDArray[Any]:
        """Passages of the watched ids so far, of dtype ``model.PASSAGE``."""
        pieces = []
        for side, run in ((NETWORK, self.rest), (CROWD, self.part)):
            rows = run.passages
            rows["agent"] = self._who(side)[rows["agent"]]
            pieces.append(rows)
        merged = np.concatenate(pieces)
        return merged[np.argsort(merged["t"], kind="stable")]

    @property
    def notes(self) -> tuple[str, ...]:
        """What one should know about this run."""
        return (*self.rest.notes, *self.part.notes)
