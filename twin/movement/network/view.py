"""What can be seen of a run at any moment: people by node, queues, passages, each agent and its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.movement.network import kernel
from twin.movement.network.arrays import INSIDE, MOVING, OUT, SEQUENCE, SQUEEZED, Moves, People
from twin.movement.network.doors import Doors
from twin.movement.network.model import PASSAGE, Bools, Floats, Ints, Network


class RunView:
    """The readable side of :class:`twin.movement.network.run.NetworkRun`, which owns the arrays.

    Arrays are views of the run's own; copy what is to be kept.
    """

    network: Network
    agents: int
    """Number of agents ever added."""
    _moves: Moves
    _people: People
    _doors: Doors
    _legs: list[tuple[Floats, Ints, Ints]]
    _entries: list[NDArray[Any]]
    _watched_gates: Mapping[str, Ints]

    @property
    def now_s(self) -> float:
        """The clock."""
        return float(self._moves.clock[0])

    @property
    def node_count(self) -> Ints:
        """int32[N] people in each zone and then on each link now, those who wait at gates included."""
        return self._moves.held

    @property
    def node_queued(self) -> Ints:
        """[nodes] people who queue at the gates of each node now; a view of the run's own array."""
        queued: Ints = self._moves.queued
        return queued

    @property
    def zone_count(self) -> Ints:
        """int32[Z] people in each zone now, those who wait at its gates included."""
        return self._moves.held[: self.network.zones]

    @property
    def node_peak(self) -> Ints:
        """int32[N] the most people there ever were in each node."""
        return self._moves.peak

    @property
    def space_count(self) -> NDArray[np.int64]:
        """int64[S] people in each space of ``network.space_ids``; who is on a link counts at its foot."""
        counts: NDArray[np.int64] = kernel.space_counts(
            self._moves.held, self.network.node_space, len(self.network.space_ids)
        )
        return counts

    @property
    def waiting(self) -> Ints:
        """int32[V] people who queue before each vertex now."""
        return self._moves.waiting

    @property
    def passed(self) -> Ints:
        """int32[V] people who passed each vertex so far."""
        return self._moves.passed

    @property
    def queue_peak(self) -> Ints:
        """int32[V] the longest queue before each vertex so far, in people."""
        return self._moves.queue_peak

    @property
    def queue_people_s(self) -> Floats:
        """float64[V] people times seconds waited before each vertex so far."""
        return self._moves.queue_area

    @property
    def last_passed_s(self) -> Floats:
        """float64[V] when each vertex was last passed; -inf if never."""
        return self._moves.last_passed_at

    @property
    def events(self) -> int:
        """Events entered so far: the work of this run, whatever the machine."""
        return int(self._moves.number[SEQUENCE])

    @property
    def squeezed(self) -> int:
        """People who squeezed into a full node that nobody had left for a minute: those in it stay there."""
        return int(self._moves.number[SQUEEZED])

    @property
    def notes(self) -> tuple[str, ...]:
        """What one should know about this run, one line each."""
        if not self.squeezed:
            return ()
        return (
            f"{self.squeezed} people squeezed into a full space after a minute: streams block each other",
        )

    @property
    def places(self) -> None:
        """True places, which this engine does not know between gates."""
        return

    @property
    def inside(self) -> int:
        """People in the building."""
        return int(self._moves.number[INSIDE])

    @property
    def moving(self) -> int:
        """Agents on their way, those who are to start later included."""
        return int(self._moves.number[MOVING])

    @property
    def state(self) -> NDArray[np.int8]:
        """int8[agents] state of each agent (see :mod:`twin.movement.network.arrays`)."""
        return self._people.state[: self.agents]

    @property
    def node(self) -> Ints:
        """int32[agents] node of each agent; -1 outside."""
        return self._people.node[: self.agents]

    @property
    def xy(self) -> Floats:
        """float64[agents, 2] the last place of each agent that is known: a gate, its start or its goal."""
        return self._people.xy[: self.agents].astype(np.float64)

    @property
    def vertex(self) -> Ints:
        """int32[agents] the vertex that each agent walks to or waits at; negative: none."""
        return self._people.vertex[: self.agents]

    @property
    def weight(self) -> Ints:
        """int32[agents] people in each group."""
        return self._people.weight[: self.agents]

    @property
    def outside(self) -> Bools:
        """bool[agents] who has left."""
        gone: Bools = self.state == OUT
        return gone

    @property
    def legs(self) -> tuple[Floats, Ints, Ints]:
        """Passages so far of all recorded vertices: (float64[m, 2] came and passed, agent[m], vertex[m])."""
        if len(self._legs) > 1:
            self._legs = [
                (
                    np.concatenate([a for a, _, _ in self._legs]),
                    np.concatenate([b for _, b, _ in self._legs]),
                    np.concatenate([c for _, _, c in self._legs]),
                )
            ]
        return (
            self._legs[0] if self._legs else (np.zeros((0, 2)), np.zeros(0, np.int32), np.zeros(0, np.int32))
        )

    @property
    def passages(self) -> NDArray[Any]:
        """Passages of the watched ids so far, in order, of dtype ``model.PASSAGE``."""
        source, direction = self._doors.senses(self._watched_gates)
        times, agents, vertices = self.legs
        kept = source[vertices] >= 0
        rows = np.zeros(int(kept.sum()), PASSAGE)
        rows["t"] = times[kept, 1]
        rows["source"] = source[vertices[kept]]
        rows["direction"] = direction[vertices[kept]]
        rows["people"] = self._people.weight[agents[kept]]
        rows["agent"] = agents[kept]
        merged = np.concatenate([rows, *self._entries])
        return merged[np.argsort(merged["t"], kind="stable")]
