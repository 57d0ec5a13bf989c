"""How the kernel walks an agent through a node: its speed, the way it chooses, when it gets there."""

from __future__ import annotations

import math

import numpy as np

from twin.movement import sfpe
from twin.movement.network.arrays import (
    AGENT_EVENT,
    ARRIVED,
    DWELL,
    LOST,
    MOVING,
    WALKING,
    Heap,
    Log,
    Moves,
    People,
    Static,
    Tables,
    Whole,
)
from twin.movement.network.compiled import kernel
from twin.movement.network.events import push
from twin.movement.network.model import ArrivalKind, NodeKind

_GOAL, _LOST = int(ArrivalKind.GOAL), int(ArrivalKind.LOST)
_ESCALATOR = int(NodeKind.ESCALATOR)
_A, _FREE, _K_LEVEL = sfpe.SLOPE_A_M2, sfpe.FREE_DENSITY, sfpe.K_LEVEL_MPS
NOWHERE = -2
"""Vertex of an agent that walks nowhere."""
_SLOWEST = 0.1
"""Share of k below which the density relation does not slow: people in a jam shuffle on."""
STAIR_GAMMA, STAIR_JAM = 3.722, 5.4
"""Weidmann 1993, stairs: v = v0 [1 - exp(-3.722 (1/D - 1/5.4))], D on the plan. At his mean speeds (0.694 m/s
down, 0.61 up, both on the plan) the largest flows are 0.97 and 0.85 /(m s), at 2.22 /m²."""
ROOM_LEFT = 0.25
"""Share of a node that queues never take from those who walk."""


@kernel
def density(net: Static, moves: Moves, node: Whole, own: Whole) -> float:
    """People/m² among whom one walks: those who queue stand packed and leave the rest of the node free."""
    others = moves.held[node] - own - moves.queued[node]
    if others <= 0:
        return 0.0
    area = net.node_area[node]
    free = max(area - moves.queued[node] / net.jam, ROOM_LEFT * area)
    return float((others + own - net.itself) / free)


@kernel
def crowd_speed(net: Static, area: float) -> float:
    """How fast a crowd can walk on the level where each has ``area`` m²; by the last slope beyond the law."""
    row = 1
    while row < len(net.law) - 1 and net.law[row, 0] < area:
        row += 1
    share = (area - net.law[row - 1, 0]) / (net.law[row, 0] - net.law[row - 1, 0])
    return float(net.law[row - 1, 1] + share * (net.law[row, 1] - net.law[row - 1, 1]))


@kernel
def walking_speed(net: Static, people: People, moves: Moves, agent: Whole, node: Whole) -> float:
    """Speed in m/s of ``agent`` in ``node`` at the density there now."""
    if net.node_kind[node] == _ESCALATOR and moves.node_running[node]:
        return float(net.node_belt[node])
    k = net.node_k[node]
    own = np.float64(people.speed[agent, 0])
    steps = net.node_steps[node]
    if steps:
        came = people.last_vertex[agent]
        up = came < 0 or ((came >> 1) - net.first_link_gate) % 2 == 0
        given = np.float64(people.speed[agent, 2] if up else people.speed[agent, 1])
        own = given if given > 0 else own * k / _K_LEVEL
    crowd = density(net, moves, node, np.int64(people.weight[agent]))
    if steps and not net.crowded:
        crowd = 0.0
    if net.measured:
        if crowd <= 0:
            return float(own)
        if steps:
            return float(own * max(1.0 - math.exp(-STAIR_GAMMA * (1.0 / crowd - 1.0 / STAIR_JAM)), _SLOWEST))
        return float(max(min(own, crowd_speed(net, 1.0 / crowd)), _SLOWEST * own))
    return float(min(own, k * max(1.0 - _A * max(crowd, _FREE), _SLOWEST)))


@kernel
def to_line(net: Static, vertex: Whole, x: float, y: float) -> float:
    """Metres from a place to what one passes at ``vertex``: halfway between nearest and middle.

    A crowd neither cuts every corner nor keeps to the middle of a door.
    """
    ax, ay = net.vertex_line[vertex, 0, 0], net.vertex_line[vertex, 0, 1]
    bx, by = net.vertex_line[vertex, 1, 0], net.vertex_line[vertex, 1, 1]
    length = (bx - ax) ** 2 + (by - ay) ** 2
    along = 0.0
    if length > 0:
        along = min(max(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length, 0.0), 1.0)
    nearest = math.hypot(ax + along * (bx - ax) - x, ay + along * (by - ay) - y)
    middle = math.hypot(net.vertex_here[vertex, 0] - x, net.vertex_here[vertex, 1] - y)
    return float(0.5 * (nearest + middle))


@kernel
def way_to(net: Static, vertex: Whole, x: float, y: float) -> float:
    """Metres from a place in a zone to what one passes at ``vertex``: straight, or round what is between."""
    straight = to_line(net, vertex, x, y)
    first = net.bend_first[vertex]
    if first < 0:
        return straight
    zone = net.vertex_from[vertex]
    col = math.floor((x - net.bend_corner[zone, 0]) / net.bend_cell)
    row = math.floor((y - net.bend_corner[zone, 1]) / net.bend_cell)
    col = min(max(col, 0), net.bend_size[zone, 1] - 1)
    row = min(max(row, 0), net.bend_size[zone, 0] - 1)
    return max(straight, float(net.bend_length[first + row * net.bend_size[zone, 1] + col]))


@kernel
def delay(moves: Moves, vertex: Whole, gates: Whole, walk_s: float) -> float:
    """Seconds until one passes ``vertex`` who walks ``walk_s`` to it, behind those who stand or come."""
    if vertex >= 2 * gates:
        return walk_s
    ahead = moves.waiting[vertex] + moves.coming[vertex] + moves.waiting[vertex ^ 1]
    return float(walk_s + ahead / moves.gate_capacity[vertex >> 1])


@kernel
def head_for(
    net: Static, people: People, moves: Moves, heap: Heap, agent: Whole, vertex: Whole, length: float
) -> None:
    """Start the walk of ``length`` metres to ``vertex`` (-1: the goal place)."""
    speed = walking_speed(net, people, moves, agent, np.int64(people.node[agent]))
    people.state[agent] = WALKING
    people.vertex[agent] = vertex
    if vertex >= 0:
        moves.coming[vertex] += people.weight[agent]
        moves.walking[people.node[agent]] += people.weight[agent]
    push(heap, moves, moves.clock[0] + length / speed, AGENT_EVENT, agent, np.int64(people.ticket[agent]))


@kernel
def stop(people: People, moves: Moves, log: Log, agent: Whole, state: Whole) -> None:
    """End the walk of ``agent`` where it is: at its goal, or because there is no way."""
    if people.state[agent] != DWELL:
        moves.number[MOVING] -= 1
    people.state[agent] = state
    people.vertex[agent] = -2
    row = moves.number[ARRIVED]
    moves.number[ARRIVED] = row + 1
    log.arrival_time[row] = moves.clock[0]
    log.arrival_agent[row] = agent
    log.arrival_kind[row] = _LOST if state == LOST else _GOAL
    log.arrival_place[row] = people.node[agent]


@kernel
def goal_place(net: Static, tables: Tables, goal: Whole, node: Whole) -> tuple[float, float]:
    """Where in ``node`` the goal lies."""
    if np.isnan(tables.place[goal, 0]):
        return net.node_centre[node, 0], net.node_centre[node, 1]
    return tables.place[goal, 0], tables.place[goal, 1]


@kernel
def _between(net: Static, node: Whole, x: float, y: float, gx: float, gy: float) -> float:
    """Metres between two places of a node: no fewer than one is farther than the other from any vertex."""
    length = math.hypot(gx - x, gy - y)
    for i in range(net.out_start[node], net.out_start[node + 1]):
        vertex = np.int64(net.out_vertex[i])
        if net.bend_first[vertex] >= 0:
            length = max(length, abs(way_to(net, vertex, x, y) - way_to(net, vertex, gx, gy)))
    return length


@kernel
def choose_from_place(
    net: Static, people: People, moves: Moves, tables: Tables, agent: Whole
) -> tuple[Whole, float]:
    """The vertex that an agent who stands at its place should walk to, and how far; (-2, 0) without a way."""
    goal, node = np.int64(people.goal[agent]), np.int64(people.node[agent])
    x, y = np.float64(people.xy[agent, 0]), np.float64(people.xy[agent, 1])
    if tables.in_node[goal, node]:
        gx, gy = goal_place(net, tables, goal, node)
        return np.int64(-1), _between(net, node, x, y, gx, gy)
    best, best_length, least = np.int64(NOWHERE), 0.0, np.inf
    speed = max(np.float64(people.speed[agent, 0]), 1e-3)
    for i in range(net.out_start[node], net.out_start[node + 1]):
        vertex = np.int64(net.out_vertex[i])
        rest = tables.distance[goal, vertex]
        if not moves.vertex_open[vertex] or not np.isfinite(rest):
            continue
        length = way_to(net, vertex, x, y)
        time = length / speed
        if people.sees[agent]:
            time = delay(moves, vertex, net.gates, time) - tables.waited[goal, vertex]
        if time + rest < least:
            best, best_length, least = vertex, length, time + rest
    return best, best_length


@kernel
def choose_on_way(
    net: Static, people: People, moves: Moves, tables: Tables, agent: Whole, came: Whole
) -> tuple[Whole, float]:
    """The next vertex of an agent who has just passed ``came``, and how far it is.

    Who sees queues weighs the gates of this node by their queues. It only takes ways on which the free
    distance to the goal shrinks, so that nobody walks in circles.
    """
    goal = np.int64(people.goal[agent])
    best, best_length = (np.int64(tables.following[goal, came]), np.float64(tables.length[goal, came]))
    if best < 0 or not people.sees[agent]:
        return best, best_length
    least, here = np.inf, tables.distance[goal, came]
    speed = max(np.float64(people.speed[agent, 0]), 1e-3)
    for i in range(net.pair_start[came], net.pair_start[came + 1]):
        vertex = np.int64(net.pair_next[i])
        rest = tables.distance[goal, vertex]
        if not moves.vertex_open[vertex] or not rest < here:
            continue
        length = net.pair_length[i]
        time = delay(moves, vertex, net.gates, length / speed) - tables.waited[goal, vertex] + rest
        if time < least:
            best, best_length, least = vertex, length, time
    return best, best_length


@kernel
def set_out(
    net: Static, people: People, moves: Moves, heap: Heap, tables: Tables, log: Log, agent: Whole, came: Whole
) -> None:
    """Send ``agent`` on from its place (``came`` -1), or from the vertex that it has just passed."""
    vertex: Whole = np.int64(NOWHERE)
    length = 0.0
    if came >= 0:
        vertex, length = choose_on_way(net, people, moves, tables, agent, came)
    # What closed ahead may leave no way but back by the gate that was just passed.
    if came < 0 or vertex == NOWHERE or (vertex >= 0 and not moves.vertex_open[vertex]):
        vertex, length = choose_from_place(net, people, moves, tables, agent)
    if vertex == NOWHERE:
        stop(people, moves, log, agent, np.int64(LOST))
    else:
        head_for(net, people, moves, heap, agent, vertex, length)
