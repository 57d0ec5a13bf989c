"""The goals of a run and the routes to them, worked out when they are first needed and kept."""

from __future__ import annotations

import numpy as np

from twin.movement import sfpe
from twin.movement.network.arrays import Static, Tables
from twin.movement.network.doors import Doors
from twin.movement.network.model import Floats, Ints, Network, NodeKind
from twin.movement.network.routing import Goal, around, reverse_of, seeds, shortest

_ROUTING_FACTOR = 1 - sfpe.SLOPE_A_M2 * sfpe.FREE_DENSITY
_STEPS = (NodeKind.STAIRS, NodeKind.ESCALATOR)
_SLOWEST_BELT = 0.1


class Goals:
    """Numbered goals and their route tables. A change of the doors forgets the routes, not the goals."""

    def __init__(self, network: Network, net: Static, doors: Doors, *, stair_reluctance: float) -> None:
        self._network, self._net, self._doors = network, net, doors
        self._reluctance = stair_reluctance
        self._reverse = reverse_of(net)
        self._numbers: dict[Goal, int] = {}
        self._goals: list[Goal] = []
        self._known: list[bool] = []
        self._delay: dict[int, Floats] = {}
        self._trip_cost = np.zeros(network.vertices)
        self._trip_cost[2 * network.gates :] = network.trip_cost_s
        origin = network.vertex_to.copy()
        self._pair_node = np.repeat(origin, np.diff(network.pair_start))
        self._speed, self._cost = self._costs()
        self.tables = self._empty(16)

    def number(self, goal: Goal) -> int:
        """The number of ``goal``; the same goal has the same number."""
        if goal not in self._numbers:
            self._numbers[goal] = len(self._goals)
            self._goals.append(goal)
            self._known.append(False)
            self._fit(len(self._goals))
        return self._numbers[goal]

    @property
    def all(self) -> tuple[Goal, ...]:
        """Every goal by number."""
        return tuple(self._goals)

    def ensure(self, number: int) -> None:
        """Work the routes of goal ``number`` out, unless they are known."""
        if not self._known[number]:
            self._solve(number)

    def forget(self) -> None:
        """Doors have changed: all routes are to be worked out anew."""
        self._known = [False] * len(self._goals)
        self._speed, self._cost = self._costs()

    def weigh(self, number: int, seconds: Floats, *, share: float) -> None:
        """Let the routes of a goal count ``seconds`` of waiting at each vertex, eased in by ``share``."""
        before = self._delay.get(number)
        self._delay[number] = seconds if before is None else (1 - share) * before + share * seconds
        self._solve(number)

    def from_centres(self, number: int, zones: Ints) -> Floats:
        """Free time from the centre of each zone to goal ``number``, s; inf where there is no way."""
        self.ensure(number)
        net, tables = self._net, self.tables
        times = np.full(len(zones), np.inf)
        for row, zone in enumerate(zones.tolist()):
            if tables.in_node[number, zone]:
                times[row] = 0.0
                continue
            vertices = net.out_vertex[net.out_start[zone] : net.out_start[zone + 1]]
            vertices = vertices[self._doors.vertex_open[vertices]]
            if len(vertices):
                here = net.node_centre[zone]
                away = np.hypot(*(net.vertex_here[vertices] - here).T)
                away = np.maximum(away, around(net, vertices, np.tile(here, (len(vertices), 1))))
                away /= self._speed[zone]
                times[row] = float((away + tables.distance[number, vertices]).min())
        return times

    def _costs(self) -> tuple[Floats, Floats]:
        """Free speed of each node, and the time of each pair as people weigh it, on the doors of now."""
        net = self._net
        running = self._doors.running
        speed = net.node_k * _ROUTING_FACTOR
        speed = np.where(running, np.maximum(net.node_belt, _SLOWEST_BELT), speed)
        weight = np.where(np.isin(net.node_kind, _STEPS) & ~running, self._reluctance, 1.0)
        cost = net.pair_length / speed[self._pair_node] * weight[self._pair_node]
        return speed, cost

    def _solve(self, number: int) -> None:
        """Work the routes of goal ``number`` out and write them into its row."""
        goal, net, tables = self._goals[number], self._net, self.tables
        vertices, walk, rest = seeds(net, goal, self._speed)
        open_ = self._doors.vertex_open
        if goal.step_free:
            steps = np.isin(net.node_kind, _STEPS)
            open_ = open_ & ~(steps[net.vertex_to] & (net.vertex_to >= 0))
        waited = self._delay.get(number, 0.0)
        cost = self._trip_cost + waited
        distance, following, walked = shortest(
            self._reverse.start,
            self._reverse.before,
            self._reverse.pair,
            self._cost,
            cost,
            open_,
            vertices,
            rest,
        )
        tables.distance[number] = distance
        tables.waited[number] = waited
        tables.following[number] = following
        tables.length[number] = 0.0
        onward = walked >= 0
        tables.length[number, onward] = net.pair_length[walked[onward]]
        last = following[vertices] == -1
        tables.length[number, vertices[last]] = walk[last]
        tables.in_node[number] = False
        tables.in_node[number, list(goal.nodes)] = True
        tables.place[number] = np.nan if goal.place is None else goal.place
        self._known[number] = True

    def _empty(self, rows: int) -> Tables:
        vertices, nodes = self._network.vertices, self._network.nodes
        return Tables(
            distance=np.full((rows, vertices), np.inf, np.float32),
            following=np.full((rows, vertices), -2, np.int32),
            length=np.zeros((rows, vertices), np.float32),
            in_node=np.zeros((rows, nodes), bool),
            place=np.full((rows, 2), np.nan),
            waited=np.zeros((rows, vertices), np.float32),
        )

    def _fit(self, rows: int) -> None:
        """Make room for ``rows`` goals."""
        have = len(self.tables.distance)
        if rows > have:
            fresh = self._empty(2 * have)
            for new, old in zip(fresh, self.tables, strict=True):
                new[:have] = old
            self.tables = fresh
