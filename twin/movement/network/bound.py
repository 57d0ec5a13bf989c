"""A time below which nobody can be quick enough: an upper bound of the flow over time through every cut.

Let ``a`` be the earliest moment at which anybody can stand at a gate (all walk alone and at their best), and
``b`` the least time from the gate to the open air. Who leaves by ``T`` passes the gate between ``a`` and
``T - b``, and a gate that passes ``C`` people a second passes at most ``1 + C (T - b - a)`` in that time. So
the ways of all who are out by ``T`` are a flow in the plain graph with these numbers as capacities and the
people of each node as sources: its maximum bounds the maximum flow over time from above, and the least ``T``
at which it reaches N is a lower bound of the clearance time of N people, whatever exits they choose. In one
corridor it is exact: L / v + (N - 1) / C. What it leaves out (two streams share the flow of a gate, a crowd
walks slower, a gate is not reached by all at its earliest moment) can only make people later.

Maximum flows over time: Ford and Fulkerson, *Constructing maximal dynamic flows from static flows*,
Operations Research 6 (1958). The maximum flow and its minimum cut are scipy's (Dinic).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from twin.movement import sfpe
from twin.movement.network.arrays import Array, Static, static_of
from twin.movement.network.doors import Doors
from twin.movement.network.model import Bools, Floats, Ints, Network
from twin.movement.network.routing import around, reverse_of, shortest

_TOLERANCE_S = 0.05
_FREE_SHARE = 1 - sfpe.SLOPE_A_M2 * sfpe.FREE_DENSITY
_MANY = 2**30


@dataclass(frozen=True, slots=True)
class Bound:
    """A lower bound of a clearance time, and what sets it."""

    time_s: float
    """inf where somebody has no way out."""
    gates: Ints
    """The gates of the cut that lets no more people through by then; none where the longest way decides."""


@dataclass(frozen=True, slots=True)
class Walkers:
    """Who is to leave; one row a group."""

    zone: Ints
    xy: Floats
    """[n, 2] where each stands."""
    start_s: Floats
    speed: Floats
    """[n, 3] as in :class:`twin.movement.network.arrays.People`."""
    weight: Ints


def clearance_bound(
    network: Network,
    walkers: Walkers,
    *,
    doors: Doors | None = None,
    share: float = 1.0,
    bodies: bool = False,
) -> Bound:
    """The least time by which ``share`` of ``walkers`` can be out, s; without lifts.

    Args:
        network: where they walk.
        walkers: who they are.
        doors: what is open; by default as the plan says.
        share: of the people, above 0 and at most 1.
        bodies: they are walked by the crowd engine: alone at their own speed, also where the relations of the
            network let nobody walk faster than at the least density.
    """
    doors = Doors(network) if doors is None else doors
    net = static_of(network)
    open_: Bools = doors.vertex_open.copy()
    open_[2 * network.gates :] = False
    speed = _best_speeds(network, doors, walkers, slowed=not (bodies or network.physics.measured))
    cost = net.pair_length / speed[np.repeat(network.vertex_to, np.diff(network.pair_start))]
    after = _to_outside(network, net, cost, open_)
    before, alone = _from_starts(net, walkers, speed, cost, open_, after)
    people = int(walkers.weight.sum())
    wanted = int(np.ceil(share * people - 1e-9))
    if wanted == 0:
        return Bound(0.0, np.zeros(0, np.int32))
    order = np.argsort(alone, kind="stable")
    longest = float(alone[order][np.searchsorted(np.cumsum(walkers.weight[order]), wanted)])
    if not np.isfinite(longest):
        return Bound(np.inf, np.zeros(0, np.int32))
    lead = np.where(open_, before + after, np.inf)[: 2 * network.gates]
    graph = _Graph(network, doors.capacity, lead, walkers)
    if graph.out_by(longest) >= wanted:
        return Bound(longest, np.zeros(0, np.int32))
    low, high = longest, 2 * longest + 1.0
    while graph.out_by(high) < wanted:
        low, high = high, 2 * high
    while high - low > _TOLERANCE_S:
        middle = 0.5 * (low + high)
        low, high = (low, middle) if graph.out_by(middle) >= wanted else (middle, high)
    return Bound(low, graph.cut(low))


def _best_speeds(network: Network, doors: Doors, walkers: Walkers, *, slowed: bool) -> Floats:
    """The quickest that anybody walks in each node, m/s. ``slowed``: never above S(0.54)."""
    best = walkers.speed.max(axis=0, initial=0.0)
    speed = np.full(network.nodes, float(best[0]))
    links = slice(network.zones, network.nodes)
    own = best[0] * network.node_k[links] / sfpe.K_LEVEL_MPS
    speed[links] = np.maximum(own, max(best[1], best[2]))
    if slowed:
        speed = np.minimum(speed, network.node_k * _FREE_SHARE)
    return np.where(doors.running, network.node_belt_mps, speed)


def _to_outside(network: Network, net: Static, cost: Floats, open_: Bools) -> Floats:
    """Least time from standing at each vertex to the open air, [V]."""
    exits = (2 * np.flatnonzero(network.gate_exit)).astype(np.int32)
    back = reverse_of(net)
    none = np.zeros(network.vertices)
    distance: Floats = shortest(
        back.start, back.before, back.pair, cost, none, open_, exits, np.zeros(len(exits))
    )[0]
    return distance


def _from_starts(
    net: Static, walkers: Walkers, speed: Floats, cost: Floats, open_: Bools, after: Floats
) -> tuple[Floats, Floats]:
    """Earliest time at which anybody stands at each vertex, [V], and at which each can be out alone, [n]."""
    first = np.full(len(net.vertex_from), np.inf)
    alone = np.full(len(walkers.zone), np.inf)
    for zone in np.unique(walkers.zone).tolist():
        rows = np.flatnonzero(walkers.zone == zone)
        ways = net.out_vertex[net.out_start[zone] : net.out_start[zone + 1]]
        ways = ways[open_[ways]]
        if not len(ways):
            continue
        away = _least_way(net, walkers.xy[rows], ways) / speed[zone]
        there = walkers.start_s[rows, None] + away
        first[ways] = there.min(axis=0)
        alone[rows] = (there + after[ways]).min(axis=1)
    reached = np.flatnonzero(np.isfinite(first)).astype(np.int32)
    pairs = np.arange(len(cost), dtype=np.int32)
    none = np.zeros(len(first))
    before: Floats = shortest(
        net.pair_start, net.pair_next, pairs, cost, none, open_, reached, first[reached]
    )[0]
    return before, alone


def _least_way(net: Static, xy: Floats, ways: Array) -> NDArray[np.float64]:
    """Metres from each of n places in a zone to each of m vertices that leave it, at least, [n, m].

    Round corners the rasters know the way to half way between the middle and the nearest end, to some cells.
    """
    lines = net.vertex_line[ways]
    vertices = np.tile(ways, len(xy))
    bent = around(net, vertices, np.repeat(xy, len(ways), axis=0)).reshape(len(xy), len(ways))
    spare = np.hypot(*(lines[:, 1] - lines[:, 0]).T) / 4 + _RASTER_CELLS * net.bend_cell
    return np.asarray(np.maximum(_nearest(xy, lines), _ANY_ANGLE * bent - spare), np.float64)


_RASTER_CELLS, _ANY_ANGLE = 2.0, 0.9
"""How much longer than the shortest one a way on the raster may be: ends, cells; and the turns it takes."""


def _nearest(xy: Floats, lines: Array) -> NDArray[np.float64]:
    """Metres from each of n places to the nearest point of each of m lines, [n, m]."""
    start, along = lines[:, 0], lines[:, 1] - lines[:, 0]
    length = np.maximum((along**2).sum(axis=1), 1e-12)
    share = (((xy[:, None] - start) * along).sum(axis=2) / length).clip(0.0, 1.0)
    gap = start + share[:, :, None] * along - xy[:, None]
    return np.asarray(np.hypot(gap[:, :, 0], gap[:, :, 1]), np.float64)


class _Graph:
    """The plain graph with a capacity for each time ``T``; nodes, then the source and the open air."""

    def __init__(self, network: Network, capacity: Floats, lead: Floats, walkers: Walkers) -> None:
        people = np.bincount(walkers.zone, walkers.weight, network.nodes)
        self._first = float(walkers.weight.max())
        self._size = network.nodes + 2
        self._vertex = np.flatnonzero(np.isfinite(lead))
        self._lead = lead[self._vertex]
        self._rate = np.repeat(capacity, 2)[self._vertex]
        to = network.vertex_to[self._vertex]
        self._ends = network.vertex_from[self._vertex], np.where(to < 0, network.nodes + 1, to)
        self._starts = np.flatnonzero(people)
        self._people = people[self._starts]

    def out_by(self, time_s: float) -> int:
        """The most people who can be out by ``time_s``."""
        return int(maximum_flow(self._at(time_s), self._size - 2, self._size - 1).flow_value)

    def cut(self, time_s: float) -> Ints:
        """The gates of the minimum cut at ``time_s``."""
        at = self._at(time_s)
        rest = at - maximum_flow(at, self._size - 2, self._size - 1).flow
        rest.data = np.maximum(rest.data, 0)
        rest.eliminate_zeros()
        inside = np.zeros(self._size, bool)
        inside[breadth_first_order(rest, self._size - 2, return_predecessors=False)] = True
        crossing = inside[self._ends[0]] & ~inside[self._ends[1]]
        gates: Ints = np.unique(self._vertex[crossing] >> 1).astype(np.int32)
        return gates

    def _at(self, time_s: float) -> csr_matrix:
        """Capacities at ``time_s``, whole people."""
        window = time_s - self._lead
        passed = np.where(window >= 0, np.floor(self._first + self._rate * np.maximum(window, 0.0)), 0.0)
        source = np.full(len(self._starts), self._size - 2)
        rows = np.concatenate([self._ends[0], source])
        columns = np.concatenate([self._ends[1], self._starts])
        numbers = np.minimum(np.concatenate([passed, self._people]), _MANY / len(rows)).astype(np.int32)
        return coo_matrix((numbers, (rows, columns)), shape=(self._size, self._size)).tocsr()
