"""Routes: for each goal the time from every vertex, the next vertex and the walk to it (Dijkstra, 1959)."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from twin.movement.network.arrays import Array, Static

_UNSEEN = -2
_GOAL_BEHIND = -1


@dataclass(frozen=True, slots=True)
class Goal:
    """Where one wants to be: a place in a node, or out of one of some exits."""

    nodes: tuple[int, ...]
    place: tuple[float, float] | None
    """``None``: the centre of whichever node is reached."""
    exit_gates: tuple[int, ...]
    step_free: bool = False
    """Without stairs and escalators."""


@dataclass(frozen=True, slots=True)
class Reverse:
    """The pair table turned round: for each vertex the vertices from which one comes to it."""

    start: NDArray[np.int32]
    before: NDArray[np.int32]
    pair: NDArray[np.int32]


def reverse_of(net: Static) -> Reverse:
    """The reverse of the pair table of ``net``."""
    vertices = len(net.vertex_from)
    origin = np.repeat(np.arange(vertices, dtype=np.int32), np.diff(net.pair_start))
    order = np.argsort(net.pair_next, kind="stable").astype(np.int32)
    counts = np.bincount(net.pair_next, minlength=vertices)
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return Reverse(start=start, before=origin[order], pair=order)


@numba.njit(cache=True)
def shortest(
    reverse_start: Array,
    reverse_before: Array,
    reverse_pair: Array,
    pair_cost: Array,
    vertex_cost: Array,
    vertex_open: Array,
    seed_vertex: Array,
    seed_cost: Array,
) -> tuple[Array, Array, Array]:
    """Least time from each vertex to the goal, the next vertex and the pair walked.

    ``pair_cost``: float64[E] s; ``vertex_cost``: float64[V] s lost at a vertex; the seeds are the vertices
    behind which the goal lies and the time that is then left.
    """
    count = len(vertex_cost)
    distance = np.full(count, np.inf)
    following = np.full(count, -2, np.int32)
    walked = np.full(count, -1, np.int32)
    done = np.zeros(count, np.bool_)
    queue = [(0.0, np.int64(-1))]
    queue.clear()
    for i in range(len(seed_vertex)):
        vertex = seed_vertex[i]
        if vertex_open[vertex] and seed_cost[i] + vertex_cost[vertex] < distance[vertex]:
            distance[vertex] = seed_cost[i] + vertex_cost[vertex]
            following[vertex] = -1
            heapq.heappush(queue, (distance[vertex], np.int64(vertex)))
    while len(queue) > 0:
        time, vertex = heapq.heappop(queue)
        if done[vertex]:
            continue
        done[vertex] = True
        for i in range(reverse_start[vertex], reverse_start[vertex + 1]):
            before = reverse_before[i]
            if done[before] or not vertex_open[before]:
                continue
            pair = reverse_pair[i]
            total = time + pair_cost[pair] + vertex_cost[before]
            if total < distance[before]:
                distance[before] = total
                following[before] = vertex
                walked[before] = pair
                heapq.heappush(queue, (total, np.int64(before)))
    return distance, following, walked


def seeds(net: Static, goal: Goal, node_speed: NDArray[np.float64]) -> tuple[Array, Array, Array]:
    """Vertices behind which ``goal`` lies, the walk from there to its place (m), and its time (s)."""
    if goal.exit_gates:
        vertices = 2 * np.array(goal.exit_gates, np.int32)
        return vertices, np.zeros(len(vertices)), np.zeros(len(vertices))
    found = [np.arange(net.in_start[n], net.in_start[n + 1]) for n in goal.nodes]
    vertices = net.in_vertex[np.concatenate(found)] if found else np.zeros(0, np.int32)
    target = net.vertex_to[vertices]
    place = net.node_centre[target] if goal.place is None else np.array([goal.place])
    walk = np.hypot(*(net.vertex_there[vertices] - place).T)
    # The way from a door to a place is as long as that from the place to the door.
    doors = vertices < 2 * net.gates
    walk[doors] = np.maximum(
        walk[doors], around(net, vertices[doors] ^ 1, np.broadcast_to(place, (len(vertices), 2))[doors])
    )
    return vertices.astype(np.int32), walk, walk / node_speed[target]


def around(net: Static, vertices: NDArray[np.int32], places: Array) -> NDArray[np.float64]:
    """Metres from each place in the zone before its vertex round corners to it; 0 where one sees it."""
    zone, first = net.vertex_from[vertices], net.bend_first[vertices]
    away = np.zeros(len(vertices))
    bent = np.flatnonzero(first >= 0)
    size = net.bend_size[zone[bent]]
    cell = np.floor((places[bent] - net.bend_corner[zone[bent]]) / net.bend_cell).astype(np.int64)
    cell = np.clip(cell, 0, size[:, ::-1] - 1)
    away[bent] = net.bend_length[first[bent] + cell[:, 1] * size[:, 1] + cell[:, 0]]
    return away
