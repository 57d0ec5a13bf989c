"""How a goal is named: the calls that are the same for every engine that walks on a network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from twin.errors import InputError
from twin.movement.network.doors import Doors
from twin.movement.network.goals import Goals
from twin.movement.network.model import Floats, Network
from twin.movement.network.routing import Goal


class GoalCalls:
    """Goals of a run by number, worked out on its doors. The run owns ``_goals`` and ``_doors``."""

    network: Network
    _goals: Goals
    _doors: Doors

    def goal_zone(self, zone: int, xy: ArrayLike | None = None, *, step_free: bool = False) -> int:
        """A goal: the place ``xy`` in ``zone`` (its centre by default). The same goal has the same number."""
        place = None if xy is None else (float(np.asarray(xy)[0]), float(np.asarray(xy)[1]))
        return self._goals.number(Goal((int(zone),), place, (), step_free))

    def goal_space(self, space_id: str, *, step_free: bool = False) -> int:
        """A goal: a space, reached at the middle of whichever of its zones is nearest."""
        if space_id not in self.network.zones_of_space:
            raise InputError(f"space {space_id!r}: this plan has no such space to walk in")
        zones = tuple(self.network.zones_of_space[space_id].tolist())
        return self._goals.number(Goal(zones, None, (), step_free))

    def goal_exit(self, exit_id: str, *, step_free: bool = False) -> int:
        """A goal: out through one exit."""
        return self.goal_exits((exit_id,), step_free=step_free)

    def goal_exits(self, exit_ids: Sequence[str], *, step_free: bool = False) -> int:
        """A goal: out through whichever open exit of ``exit_ids`` is nearest in time."""
        gates = np.concatenate([self._doors.gates_of(name) for name in exit_ids])
        return self._goals.number(
            Goal((), None, tuple(gates[self.network.gate_exit[gates]].tolist()), step_free)
        )

    def goal_nearest_exit(self, *, step_free: bool = False) -> int:
        """A goal: out through whichever open exit is nearest in time."""
        gates = tuple(np.flatnonzero(self.network.gate_exit).tolist())
        return self._goals.number(Goal((), None, gates, step_free))

    def travel_time_s(self, goals: ArrayLike, zones: ArrayLike) -> Floats:
        """Free travel time from the middle of each zone to each goal; inf where there is no way.

        Shape: (number of goals, number of zones).
        """
        numbers = np.atleast_1d(np.asarray(goals, np.int32))
        where = np.atleast_1d(np.asarray(zones, np.int32))
        return np.stack([self._goals.from_centres(int(g), where) for g in numbers])
