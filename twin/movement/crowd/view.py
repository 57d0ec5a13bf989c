"""What can be seen of a crowd run at any moment; the names of :class:`twin.movement.network.view.RunView`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.movement.crowd.arrays import OUT, Walkers
from twin.movement.crowd.ground import Ground
from twin.movement.crowd.people import Ways
from twin.movement.crowd.traffic import INSIDE, MOVING, Traffic
from twin.movement.crowd.watchdog import Watch, report
from twin.movement.network.doors import Doors
from twin.movement.network.kernel import space_counts
from twin.movement.network.model import PASSAGE, Bools, Floats, Ints, Network


class CrowdView:
    """The readable side of :class:`twin.movement.crowd.run.CrowdRun`, which owns the arrays.

    Arrays are views of the run's own; copy what is to be kept. Counts are those of the last count, which is
    made every half second and at the end of each ``advance``.
    """

    network: Network
    ground: Ground
    agents: int
    """Number of agents ever added."""
    _traffic: Traffic
    _people: Walkers
    _ways: Ways
    _doors: Doors
    _watch: Watch
    _legs: list[tuple[Floats, Ints, Ints]]
    _entries: list[NDArray[Any]]
    _watched_gates: Mapping[str, Ints]

    @property
    def now_s(self) -> float:
        """The clock."""
        return float(self._traffic.clock[0])

    @property
    def node_count(self) -> Ints:
        """int32[N] people in each zone and then on each link."""
        return self._traffic.held

    @property
    def node_queued(self) -> Ints:
        """int32[N] people of each node who want to go on and hardly do."""
        return self._traffic.queued

    @property
    def zone_count(self) -> Ints:
        """int32[Z] people in each zone."""
        return self._traffic.held[: self.network.zones]

    @property
    def node_peak(self) -> Ints:
        """int32[N] the most people there ever were in each node at a count."""
        return self._traffic.peak

    @property
    def space_count(self) -> NDArray[np.int64]:
        """int64[S] people in each space of ``network.space_ids``; who is on a link counts at its foot."""
        counts: NDArray[np.int64] = space_counts(
            self._traffic.held, self.network.node_space, len(self.network.space_ids)
        )
        return counts

    @property
    def waiting(self) -> Ints:
        """int32[V] people who are held up on their way to each vertex."""
        return self._traffic.waiting

    @property
    def passed(self) -> Ints:
        """int32[V] people who passed each vertex so far."""
        return self._traffic.passed

    @property
    def queue_peak(self) -> Ints:
        """int32[V] the longest queue before each vertex so far, in people."""
        return self._traffic.queue_peak

    @property
    def queue_people_s(self) -> Floats:
        """float64[V] people times seconds waited before each vertex so far."""
        return self._traffic.queue_area

    @property
    def last_passed_s(self) -> Floats:
        """float64[V] when each vertex was last passed; -inf if never."""
        return self._traffic.last_passed

    @property
    def squeezed(self) -> int:
        """People whom the watchdog let squeeze past others."""
        return int(self._watch.helped.sum())

    @property
    def notes(self) -> tuple[str, ...]:
        """What had to be made fit in the plan, and what the watchdog did."""
        return (*self.ground.notes, *report(self.ground, self._watch))

    @property
    def inside(self) -> int:
        """People in the building."""
        return int(self._traffic.number[INSIDE])

    @property
    def moving(self) -> int:
        """Agents on their way, those who are to start later included."""
        return int(self._traffic.number[MOVING])

    @property
    def state(self) -> NDArray[np.int8]:
        """int8[agents] state of each agent (see :mod:`twin.movement.crowd.arrays`)."""
        return self._people.state[: self.agents]

    @property
    def node(self) -> Ints:
        """int32[agents] node of each agent; -1 outside or in a lift."""
        return self._ways.node[: self.agents]

    @property
    def walkers(self) -> Walkers:
        """All rows of the agents on the canvas, as views."""
        return Walkers(*(column[: self.agents] for column in self._people))

    @property
    def places(self) -> tuple[Ints, Floats]:
        """(int32[agents] level index, -1: out or in a lift; float64[agents, 2] place in the plan)."""
        people = self.walkers
        return self.ground.to_plan(people.x, people.y, np.where(people.state == OUT, -1, people.room))

    @property
    def xy(self) -> Floats:
        """float64[agents, 2] place in the plan; NaN for who is out or in a lift."""
        return self.places[1]

    @property
    def vertex(self) -> Ints:
        """int32[agents] the vertex that each agent walks to or waits at; negative: none."""
        return self._people.vertex[: self.agents]

    @property
    def weight(self) -> Ints:
        """int32[agents] 1 each: an agent is a person in this engine."""
        return self._people.weight[: self.agents]

    @property
    def outside(self) -> Bools:
        """bool[agents] who has left."""
        gone: Bools = self.state == OUT
        return gone

    @property
    def legs(self) -> tuple[Floats, Ints, Ints]:
        """Recorded passages so far: (float64[m, 2] held up since and passed, agent[m], vertex[m])."""
        if len(self._legs) > 1:
            times, agents, vertices = zip(*self._legs, strict=True)
            self._legs = [(np.concatenate(times), np.concatenate(agents), np.concatenate(vertices))]
        none = (np.zeros((0, 2)), np.zeros(0, np.int32), np.zeros(0, np.int32))
        return self._legs[0] if self._legs else none

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
