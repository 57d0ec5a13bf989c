"""A run of the network engine: agents, goals, doors that open and close, and the advance of the clock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twin.movement.network.model import Arrivals, Bools, Floats, Ints, LinkMode, Network


class NetworkRun:
    """People moving on a :class:`Network`. Times are seconds on the run's own clock.

    Args:
        network: what they move on; it is not changed.
        start_s: the clock at the start.
        watch: opening, exit and connector ids whose passages are logged (see :attr:`passages`).

    A run draws no random numbers: the same calls give the same result bit by bit. What must vary (speeds,
    goals, start times) is drawn by the caller from :class:`twin.world.streams.Streams`.
    """

    def __init__(self, network: Network, *, start_s: float = 0.0, watch: Sequence[str] = ()) -> None: ...

    def add_agents(
        self,
        *,
        zone: ArrayLike,
        xy: ArrayLike | None = None,
        weight: ArrayLike = 1,
        speed_mps: ArrayLike = 1.3,
        sees_queues: ArrayLike = False,
        lifts: ArrayLike = True,
        escalators: ArrayLike = True,
    ) -> Ints:
        """Put agents into zones, where they dwell until :meth:`go`. Dwelling costs nothing.

        Args:
            zone: int[n] zone of each.
            xy: float[n, 2] place in it; by default the zone's centre.
            weight: people in the group that each agent stands for.
            speed_mps: free speed on the level, or float[n, 3]: level, stairs down, stairs up.
            sees_queues: whether it leaves a queue for a way that is shorter all in all.

        Returns:
            int32[n] ids of the agents, numbered from 0 in the order in which they were added.
        """
        raise NotImplementedError

    def add_at_exits(self, *, exit_gate: ArrayLike, weight: ArrayLike = 1, speed_mps: ArrayLike = 1.3) -> Ints:
        """Agents that come in through exits (entrances): they stand just inside them, ready for :meth:`go`.

        ``exit_gate``: int[n], ``network.exits[exit_id]`` of each. Their entry is logged as a passage of direction -1.
        """
        raise NotImplementedError

    def goal_zone(self, zone: int, xy: ArrayLike | None = None) -> int:
        """A goal: the place ``xy`` in ``zone`` (its centre by default). The same goal has the same number."""
        raise NotImplementedError

    def goal_space(self, space_id: str) -> int:
        """A goal: a space, reached at the middle of whichever of its zones is nearest."""
        raise NotImplementedError

    def goal_exit(self, exit_id: str) -> int:
        """A goal: out through one exit."""
        raise NotImplementedError

    def goal_exits(self, exit_ids: Sequence[str]) -> int:
        """A goal: out through whichever open exit of ``exit_ids`` is nearest in time."""
        raise NotImplementedError

    def goal_nearest_exit(self) -> int:
        """A goal: out through whichever open exit is nearest in time."""
        raise NotImplementedError

    def go(self, agents: ArrayLike, goals: ArrayLike, at_s: ArrayLike | None = None) -> None:
        """Send ``agents`` to ``goals`` (one number, or one each), starting at ``at_s`` (now by default).

        An agent that is on its way turns to the new goal at the next gate.
        """
        raise NotImplementedError

    def advance(self, until_s: float) -> Arrivals:
        """Move everybody until ``until_s`` and hand back who reached a goal, left, or waits at a lift.

        Raises:
            ValueError: if ``until_s`` lies before the clock.
        """
        raise NotImplementedError

    def set_open(self, source_id: str, *, is_open: bool) -> None:
        """Open or close an opening, exit or connector from now on. Who waits at it looks for another way."""
        raise NotImplementedError

    def set_capacity(self, source_id: str, factor: float) -> None:
        """Let an opening, exit or connector pass ``factor`` times its flow from now on (0 < factor)."""
        raise NotImplementedError

    def set_link_mode(self, connector_id: str, mode: LinkMode) -> None:
        """Run, stop or close a connector from now on."""
        raise NotImplementedError

    def travel_time_s(self, goals: ArrayLike, zones: ArrayLike) -> Floats:
        """Free travel time from the middle of each zone to each goal; inf where there is no way.

        Shape: (number of goals, number of zones).
        """
        raise NotImplementedError

    @property
    def now_s(self) -> float:
        """The clock."""
        raise NotImplementedError

    @property
    def zone_count(self) -> Ints:
        """int32[Z] people in each zone now, those who wait at its gates included."""
        raise NotImplementedError

    @property
    def passages(self) -> NDArray[Any]:
        """Passages of the watched ids so far, of dtype :data:`twin.movement.network.model.PASSAGE`."""
        raise NotImplementedError

    @property
    def inside(self) -> int:
        """People in the building."""
        raise NotImplementedError

    @property
    def moving(self) -> int:
        """Agents on their way."""
        raise NotImplementedError
