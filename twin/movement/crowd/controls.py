"""What changes under people's feet: doors, connectors, smoke, and the staff who know the queues."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from twin.errors import InputError
from twin.movement.crowd import arrays as a
from twin.movement.crowd.traffic import MOVING
from twin.movement.crowd.view import CrowdView
from twin.movement.network.goals import Goals
from twin.movement.network.model import LinkMode


class CrowdControls(CrowdView):
    """The part of :class:`twin.movement.crowd.run.CrowdRun` that whoever runs the building calls."""

    _goals: Goals

    def set_open(self, source_id: str, *, is_open: bool) -> None:
        """Open or close an opening, exit or connector from now on. Everybody looks for another way."""
        self._doors.set_open(source_id, is_open=is_open)
        self._changed()

    def set_capacity(self, source_id: str, factor: float) -> None:
        """Let an opening, exit or connector pass ``factor`` times its flow from now on (0 < factor).

        In mode ``calibrated`` it is metered from then on.
        """
        self._doors.set_capacity(source_id, factor)
        self._traffic.metered[self._doors.gates_of(source_id)] = True

    def set_link_mode(self, connector_id: str, mode: LinkMode) -> None:
        """Run, stop or close a connector from now on."""
        self._doors.set_link_mode(connector_id, mode)
        self._meter()
        self._changed()

    def forbid_entry(self, space_id: str) -> None:
        """Let nobody into a space from now on, not even to pass through; who is in it can leave."""
        if space_id not in self.network.zones_of_space:
            raise InputError(f"space {space_id!r}: this plan has no such space to walk in")
        self._doors.forbid_entry(self.network.zones_of_space[space_id])
        self._changed()

    def see_queues(self, goal: int, *, share: float = 0.5) -> None:
        """Let the way to ``goal`` weigh the queues of this moment, and those who go there look again.

        Each gate counts with the time that those who are held up before it need to pass. ``share``: weight
        of this moment against what was seen before.
        """
        gates = 2 * self.network.gates
        rate = np.minimum(self._traffic.rate[:gates], np.repeat(self._doors.capacity, 2))
        passing = (self._traffic.waiting[:gates] / rate).reshape(-1, 2).sum(axis=1)
        seconds = np.zeros(self.network.vertices)
        seconds[:gates] = np.repeat(passing, 2)
        self._goals.weigh(goal, seconds, share=share)
        theirs = (self._people.goal[: self.agents] == goal) & self._people.moving[: self.agents]
        look_s = self._ways.look_s[: self.agents]
        look_s[theirs] = np.minimum(look_s[theirs], self.now_s + np.arange(self.agents)[theirs] % 16 / 8)

    def set_speed_factor(self, agents: ArrayLike, factors: ArrayLike) -> None:
        """Let ``agents`` walk at ``factors`` (0 ... 1) of their own speeds; 0: they go on no more."""
        ids = np.array(agents, np.int32, ndmin=1)
        share = np.broadcast_to(np.asarray(factors, float), ids.shape)
        if len(share) and not (share.min() >= 0 and share.max() <= 1):
            raise InputError("factors: a share of the own speed lies within 0 and 1")
        self._ways.factor[ids] = share
        fallen = ids[(share == 0) & ~np.isin(self._people.state[ids], (a.OUT, a.LOST, a.RIDING))]
        on_way = ~np.isin(self._people.state[fallen], (a.DWELL,))
        self._traffic.number[MOVING] -= int(on_way.sum())
        self._people.state[fallen] = a.LOST
        self._people.goal[fallen] = -1
        self._people.moving[fallen] = False
        self._people.vertex[fallen] = -2
        self._ways.start_s[fallen] = math.inf

    def _meter(self) -> None:
        """Which gates have a meter: all in mode ``code``, the ends of running escalators in any."""
        network = self.network
        metered = self._traffic.metered
        running = np.repeat(self._doors.running[network.zones :], 2)
        metered[network.portals :] = running
        if network.physics.mode == "code":
            metered[:] = True

    def _changed(self) -> None:
        """Routes anew, and another look for everybody who is inside."""
        people, ways = self._people, self._ways
        self._goals.forget()
        for number in np.unique(people.goal[: self.agents]).tolist():
            if number >= 0:
                self._goals.ensure(number)
        state = self.state
        ways.look_s[: self.agents][people.moving[: self.agents] & ~self.outside] = -math.inf
        lost = np.flatnonzero((state == a.LOST) & (people.goal[: self.agents] >= 0))
        self._traffic.number[MOVING] += len(lost)
        at_lift = np.flatnonzero(state == a.AT_LIFT)
        again = np.concatenate([lost, at_lift[~self._traffic.vertex_open[people.vertex[at_lift]]]])
        people.state[again] = a.STARTING
        ways.start_s[again] = self.now_s
