"""People in line: they join at the end, move up, are served one after another, and leave.

One class serves tills, toilets and counters, with either engine: the line is a row of goals (places laid out
by :func:`twin.movement.lines.line_places`), SimPy owns the service. The one in front goes to whichever
service point is free.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import simpy
from numpy.typing import ArrayLike, NDArray

from twin.errors import InputError
from twin.movement.engines import MovementRun
from twin.movement.lines import floor_for_line, line_places
from twin.movement.network import ArrivalKind, Arrivals
from twin.plan.model import Plan
from twin.plan.zones import zones_of

_Steps = Generator[simpy.Event, Any, None]


class Sends(Protocol):
    """The part of a movement run that is needed here."""

    def go(self, agents: ArrayLike, goals: ArrayLike, at_s: ArrayLike | None = None) -> None:
        """Send agents to goals."""


@dataclass(frozen=True, slots=True)
class Served:
    """One person who was served. Times s on the clock of the world."""

    agent: int
    joined_s: float
    """When it came to the end of the line."""
    began_s: float
    """When its service began."""
    left_s: float

    @property
    def waited_s(self) -> float:
        """From the end of the line to the service."""
        return self.began_s - self.joined_s


class ServiceLine:
    """One line before one or several service points.

    Args:
        env: the clock.
        run: whose agents stand in it.
        places: goals of the places in line, the front first.
        points: goals of the service points.
        serve: seconds of service of an agent.
        done: called with an agent who has been served; it stands at its point and is to be sent on.
        catch_up: advances the run to the clock of ``env`` and hands the arrivals to :meth:`take`.

    Raises:
        InputError: if there is no place or no point.
    """

    def __init__(
        self,
        env: simpy.Environment,
        run: Sends,
        *,
        places: Sequence[int],
        points: Sequence[int],
        serve: Callable[[int], float],
        done: Callable[[int], None],
        catch_up: Callable[[], None],
    ) -> None:
        if not (places and points):
            raise InputError("line: needs a place and a service point at least")
        self._env, self._run = env, run
        self._places, self._points = list(places), list(points)
        self._serve, self._done, self._catch_up = serve, done, catch_up
        self._coming: dict[int, None] = {}
        self._beyond: deque[int] = deque()
        self._line: list[int] = []
        self._ready = False
        self._free = list(range(len(points)))
        self._to_point: dict[int, int] = {}
        self._joined: dict[int, float] = {}
        self.served: list[Served] = []
        self.longest = 0
        """The most people who ever stood in line, those beyond its last place included."""

    @property
    def standing(self) -> tuple[int, ...]:
        """Who stands in line, the front first; those beyond its last place at the end."""
        return (*self._line, *self._beyond)

    def join(self, agent: int) -> None:
        """Send ``agent`` to the end of the line."""
        self._coming[agent] = None
        self._run.go(agent, self._tail())

    def take(self, arrivals: Arrivals) -> None:
        """Look after those in ``arrivals`` who are of this line."""
        for agent, kind in zip(arrivals.agent.tolist(), arrivals.kind.tolist(), strict=True):
            if kind != ArrivalKind.GOAL:
                continue
            if agent in self._coming:
                self._stand(agent)
            elif agent in self._to_point:
                self._env.process(self._service(agent, self._to_point.pop(agent)))
            elif self._line and agent == self._line[0]:
                self._ready = True
                self._call()

    def _tail(self) -> int:
        """Goal of the first free place, or of the last one."""
        return self._places[min(len(self._line), len(self._places) - 1)]

    def _stand(self, agent: int) -> None:
        """``agent`` has come to the end of the line and takes its place in it."""
        del self._coming[agent]
        self._joined[agent] = self._env.now
        place = len(self._line)
        if place == len(self._places):
            self._beyond.append(agent)
        else:
            self._line.append(agent)
            self._ready = self._ready or place == 0
        self.longest = max(self.longest, len(self._line) + len(self._beyond))
        self._call()
        if self._coming:
            self._run.go(list(self._coming), self._tail())

    def _call(self) -> None:
        """If a point is free and somebody stands in front, that one goes to it and the others move up."""
        if not (self._ready and self._free):
            return
        agent, point = self._line.pop(0), self._free.pop(0)
        self._ready = False
        self._to_point[agent] = point
        self._run.go(agent, self._points[point])
        if self._beyond:
            self._line.append(self._beyond.popleft())
        if self._line:
            self._run.go(self._line, [self._places[k] for k in range(len(self._line))])
        if self._coming:
            self._run.go(list(self._coming), self._tail())

    def _service(self, agent: int, point: int) -> _Steps:
        """One person at a service point."""
        began = self._env.now
        yield self._env.timeout(self._serve(agent))
        self._catch_up()
        self._free.append(point)
        self.served.append(Served(agent, self._joined.pop(agent), began, self._env.now))
        self._done(agent)
        self._call()


def line_goals(
    plan: Plan,
    run: MovementRun,
    space_id: str,
    head: tuple[float, float],
    count: int,
    *,
    away: tuple[float, float] | None = None,
) -> tuple[list[int], NDArray[np.float64]]:
    """Goals and places of a line in a space of ``plan``: see :func:`twin.movement.lines.line_places`.

    Raises:
        InputError: if the head is not on the floor of the space.
    """
    places = line_places(floor_for_line(plan, space_id), head, count, away=away)
    return [run.goal_zone(zone_at(plan, space_id, place), place) for place in places], places


def zone_at(plan: Plan, space_id: str, at: ArrayLike) -> int:
    """The zone of a space in which, or nearest to which, a place lies.

    Raises:
        InputError: if nobody can walk in the space.
    """
    zones = zones_of(plan)
    own = zones.zones_of_space.get(space_id)
    if own is None or not len(own):
        raise InputError(f"space {space_id!r}: this plan has no such space to walk in")
    x, y = np.asarray(at, float).tolist()
    grid = zones.grids[int(zones.zone_level[own[0]])]
    found = int(grid.zone[grid.cell(x, y)])
    if found in own:
        return found
    away = np.hypot(*(zones.zone_centre[own] - (x, y)).T)
    return int(own[away.argmin()])
