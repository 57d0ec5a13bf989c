"""One run of an engine on the scene of a test: people put in, clock run, and what was seen on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from scenarios.verification.case import Setting
from scenarios.verification.drawing import GROUND
from twin.errors import InputError
from twin.movement.demographics import Persons, Population, draw_people
from twin.movement.network import ArrivalKind, Arrivals
from twin.plan.model import Plan
from twin.plan.zones import Zones, zones_of
from twin.world.networks import new_run
from twin.world.streams import Streams

if TYPE_CHECKING:
    from twin.movement.engines import MovementRun

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LOOK_S = 0.1
"""Time between two looks at where people are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracks:
    """Where people were. T looks, N people."""

    time_s: Floats
    """[T]"""
    xy: Floats
    """[T, N, 2] m on the level; NaN: not there (not yet in, or out)."""
    node: Ints
    """[T, N] zone or link of the network; -1: not there."""

    @property
    def step_s(self) -> float:
        """Time between two looks."""
        return float(self.time_s[1] - self.time_s[0])

    def paths(self, most: int = 40) -> list[Floats]:
        """The ways of some people (every so manieth), for a picture."""
        every = max(1, self.xy.shape[1] // most)
        ways = [self.xy[:, n] for n in range(0, self.xy.shape[1], every)]
        return [way[np.isfinite(way[:, 0])] for way in ways]


class Trial:
    """A run of the engine of ``setting`` on ``plan``.

    Args:
        plan: the scene.
        setting: engine and mode.
        watch: openings, exits and connectors whose passages are wanted.
        look: whether to keep where everybody is (see :attr:`tracks`).
    """

    def __init__(
        self, plan: Plan, setting: Setting, *, watch: Sequence[str] = (), look: bool = False
    ) -> None:
        self.plan, self.setting = plan, setting
        self.zones: Zones = zones_of(plan)
        self.run: MovementRun = new_run(plan, setting.engine, setting.mode, watch=watch)
        self.watched = tuple(watch)
        self.out_s = np.zeros(0)
        """[N] when each went out; NaN: not yet."""
        self.there_s = np.zeros(0)
        """[N] when each reached a place that it was sent to; NaN: not yet."""
        self.out_exit: list[str] = []
        """[N] id of the exit that each took; ``""``: none."""
        self._look = look
        self._times: list[float] = []
        self._xy: list[Floats] = []
        self._node: list[Ints] = []

    def add(
        self,
        xy: ArrayLike,
        persons: Persons,
        *,
        level: str = GROUND,
        sees_queues: bool = False,
        group: ArrayLike = -1,
    ) -> Ints:
        """Put ``persons`` at ``xy`` [n, 2] on ``level``; their numbers. They stand until :meth:`send`.

        ``group``: who stays together has the same number. As in a drill, the network engine, which has no
        places within a zone, lets everybody in a group walk as its slowest member does.
        """
        places = np.atleast_2d(np.asarray(xy, float))
        ids = self.run.add_agents(
            zone=self.zone_at(places, level),
            xy=places,
            sees_queues=sees_queues,
            **self._engine_arguments(persons, np.broadcast_to(np.asarray(group), len(places))),
        )
        more = np.full(len(ids), np.nan)
        self.out_s = np.concatenate([self.out_s, more])
        self.there_s = np.concatenate([self.there_s, more])
        self.out_exit += [""] * len(ids)
        return np.asarray(ids, np.int64)

    def zone_at(self, xy: Floats, level: str = GROUND) -> Ints:
        """The zone of each place [n, 2]: that of the nearest raster cell that can be walked."""
        grid = self.zones.grids[self.zones.level_ids.index(level)]
        rows, cols = np.nonzero(grid.zone >= 0)
        middles = (np.column_stack([cols, rows]) + 0.5) * grid.cell_m + np.asarray(grid.origin)
        nearest = cKDTree(middles).query(xy)[1]
        return np.asarray(grid.zone[rows[nearest], cols[nearest]], np.int64)

    def send(self, who: ArrayLike, goal: ArrayLike, at_s: ArrayLike | None = None) -> None:
        """Send people to a goal of the run (or one each), from ``at_s`` on."""
        self.run.go(who, goal, at_s)

    def goal_place(self, x: float, y: float, level: str = GROUND) -> int:
        """The goal: to stand at a place."""
        return self.run.goal_zone(int(self.zone_at(np.array([[x, y]]), level)[0]), (x, y))

    def until(
        self, horizon_s: float, *, each: Callable[[float], object] | None = None, step_s: float | None = None
    ) -> None:
        """Run until nobody moves any more, at most to ``horizon_s``.

        Args:
            horizon_s: the latest end, s.
            each: called after each step with the clock.
            step_s: time between two looks; by default short if places are kept, else a second.
        """
        step = step_s or (LOOK_S if self._look else 1.0)
        count = round(self.run.now_s / step)
        self._see()
        while self.run.moving and self.run.now_s < horizon_s - 1e-9:
            count += 1
            self.advance(min(count * step, horizon_s))
            if each is not None:
                each(self.run.now_s)

    def advance(self, until_s: float) -> Arrivals:
        """Run to ``until_s``, keep who came where and where everybody is; what the engine handed back."""
        arrivals = self.run.advance(until_s)
        self._note(arrivals)
        self._see()
        return arrivals

    def finished(self) -> int:
        """How many are out or where they were sent to."""
        return int((np.isfinite(self.out_s) | np.isfinite(self.there_s)).sum())

    @property
    def tracks(self) -> Tracks:
        """Where everybody was, at every look.

        Raises:
            InputError: if it was not kept.
        """
        if not self._times:
            raise InputError("places were not kept: ask for look=True")
        people = len(self.out_s)
        xy = np.full((len(self._times), people, 2), np.nan)
        node = np.full((len(self._times), people), -1, np.int64)
        for row, (places, nodes) in enumerate(zip(self._xy, self._node, strict=True)):
            xy[row, : len(places)], node[row, : len(nodes)] = places, nodes
        xy[node < 0] = np.nan
        return Tracks(time_s=np.array(self._times), xy=xy, node=node)

    def passages_s(self, name: str, direction: int = 1) -> Floats:
        """When each person first passed a watched opening, exit or connector, in order."""
        rows = self.run.passages
        own = rows[(rows["source"] == self.watched.index(name)) & (rows["direction"] == direction)]
        # In a crush somebody may be pushed back over a line and pass it again.
        first = np.unique(own["agent"], return_index=True)[1]
        return np.sort(np.asarray(own["t"][first], np.float64))

    def on_flight(self, name: str) -> tuple[Ints, Floats, Floats]:
        """(who, when on, when off): those who used a watched connector of one link, as they stepped off."""
        network = self.run.network
        (link,) = (k for k, connector in enumerate(network.link_connector) if connector == name)
        gates = network.portals + 2 * link + np.arange(2)
        times, agents, vertices = self.run.legs
        on = np.isin(vertices, 2 * gates)
        off = np.isin(vertices, 2 * gates + 1)
        began = dict(zip(agents[on].tolist(), times[on, 1].tolist(), strict=True))
        who = agents[off].astype(np.int64)
        return who, np.array([began[agent] for agent in who.tolist()]), np.asarray(times[off, 1], np.float64)

    def _engine_arguments(self, persons: Persons, group: Ints) -> dict[str, Floats | Ints]:
        """Speeds, and what only an engine with bodies takes."""
        speed = persons.speed_mps.copy()
        if self.setting.engine == "network":
            for number in np.unique(group[group >= 0]).tolist():
                speed[group == number] = speed[group == number].min(axis=0)
            return {"speed_mps": speed}
        return {
            "speed_mps": speed,
            "depth_m": persons.depth_m,
            "breadth_m": persons.breadth_m,
            "group": group,
        }

    def _see(self) -> None:
        """Keep where everybody is."""
        if self._look and (not self._times or self.run.now_s > self._times[-1] + 1e-9):
            self._times.append(self.run.now_s)
            self._xy.append(np.array(self.run.xy, np.float64))
            self._node.append(np.where(self.run.outside, -1, self.run.node).astype(np.int64))

    def _note(self, arrivals: Arrivals) -> None:
        """Keep who came where."""
        for agent, time_s, kind, place in zip(
            arrivals.agent.tolist(),
            arrivals.time_s.tolist(),
            arrivals.kind.tolist(),
            arrivals.place.tolist(),
            strict=True,
        ):
            if kind == ArrivalKind.LEFT:
                self.out_s[agent] = time_s
                self.out_exit[agent] = self.run.network.gate_source[place]
            elif kind == ArrivalKind.GOAL:
                self.there_s[agent] = time_s


def drawn(population: Population, count: int, seed: int, *, first: int = 0) -> Persons:
    """``count`` people of a population; ``first``: number of the first, so that groups differ."""
    return draw_people(Streams(seed), np.arange(first, first + count), population)


def together(*parts: Persons) -> Persons:
    """Several draws as one."""
    return Persons(
        row=np.concatenate([part.row for part in parts]),
        speed_mps=np.concatenate([part.speed_mps for part in parts]),
        depth_m=np.concatenate([part.depth_m for part in parts]),
        breadth_m=np.concatenate([part.breadth_m for part in parts]),
        steps=np.concatenate([part.steps for part in parts]),
    )


def spread(box: tuple[float, float, float, float], count: int, seed: int, *, first: int = 0) -> Floats:
    """Places of ``count`` people evenly over a box (x0, y0, x1, y1): a hexagonal lattice, shaken a little.

    So even the densest start of a guideline (3.75 /m²) puts nobody on somebody else.
    """
    x0, y0, x1, y1 = box
    wide, high = x1 - x0, y1 - y0
    side = np.sqrt(wide * high / count)
    while True:
        rows = max(1, round(high / (side * np.sqrt(0.75))))
        across = max(1, int(np.ceil(count / rows)))
        if rows * across >= count:
            break
        side *= 0.98
    row, col = np.divmod(np.arange(rows * across), across)
    x = x0 + (col + 0.25 + 0.5 * (row % 2)) * wide / across
    y = y0 + (row + 0.5) * high / rows
    streams = Streams(seed)
    who = np.arange(first, first + len(x))
    kept = np.sort(np.argsort(streams.uniform("seat", who))[:count])
    shake = 0.12 * min(wide / across, high / rows)
    x = x + shake * (2 * streams.uniform("seat x", who) - 1)
    y = y + shake * (2 * streams.uniform("seat y", who) - 1)
    return np.column_stack([x, y])[kept]
