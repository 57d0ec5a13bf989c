"""A crowd run on some levels of a building: who comes from another engine, and who goes over to it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from twin.movement.crowd.people import ADULT_BREADTH_M, HANDED_OVER
from twin.movement.crowd.run import CrowdRun
from twin.movement.network.model import Bools, Floats, Ints

_BEHIND_M = 0.3
"""So far behind the end of a flight people are put down who come from another engine."""


class PartRun(CrowdRun):
    """A crowd run that hands people over at the ends of some flights, and takes them there."""

    def hand_over(self, handed: Bools) -> None:
        """Let everybody go who passes a vertex of ``handed`` (bool[V]): the arrival is of kind LEFT."""
        self._traffic.vertex_room[handed] = HANDED_OVER

    def floor_behind(self, vertex: int) -> Floats | None:
        """A free place on the canvas right behind the end of a flight, or ``None`` while people stand there.

        ``vertex``: leads onto the flight; for who comes from where another engine moves people.
        """
        line = self.ground.mouths_of(vertex ^ 1)[0]
        room = int(self._traffic.vertex_room[vertex])
        width = float(np.hypot(*(line[1] - line[0])))
        along = (line[1] - line[0]) / width
        inward = np.array([along[1], -along[0]])
        people = self.walkers
        own = np.flatnonzero(people.room == room)
        others = np.stack([people.x[own], people.y[own]], axis=1)
        abreast = max(int(width / ADULT_BREADTH_M), 1)
        for n in range(abreast):
            place: Floats = line[0] + (n + 0.5) / abreast * width * along + _BEHIND_M * inward
            if not len(others) or np.hypot(*(others - place).T).min() > ADULT_BREADTH_M:
                return place
        return None

    def add_behind(
        self,
        vertex: int,
        place: Floats,
        *,
        speed_mps: ArrayLike,
        sees_queues: ArrayLike,
        depth_m: ArrayLike,
        breadth_m: ArrayLike,
        group: ArrayLike,
    ) -> Ints:
        """One agent that has just stepped on a flight by ``vertex``, at a place of :meth:`floor_behind`."""
        ids = self.add_agents(
            zone=self.network.vertex_from[vertex : vertex + 1],
            speed_mps=speed_mps,
            sees_queues=sees_queues,
            depth_m=depth_m,
            breadth_m=breadth_m,
            group=group,
        )
        people, ways = self._people, self._ways
        people.x[ids], people.y[ids] = place
        people.room[ids] = self._traffic.vertex_room[vertex]
        ways.still_x[ids], ways.still_y[ids] = place
        ways.last_vertex[ids] = vertex
        self._traffic.passed[vertex] += 1
        self._walk(self.now_s)
        return ids
