"""How the kernel passes people through gates: queues, flow limits, full nodes, merging, counterflow."""

from __future__ import annotations

import numpy as np

from twin.movement.network.arrays import (
    ARRIVED,
    GATE_EVENT,
    INSIDE,
    LOGGED,
    MOVING,
    NO_TICKET,
    NODE_EVENT,
    OUT,
    PATIENCE_EVENT,
    QUEUING,
    SQUEEZED,
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
from twin.movement.network.model import ArrivalKind
from twin.movement.network.walking import set_out

_LEFT = int(ArrivalKind.LEFT)
PATIENCE_S = 60.0
"""How long the first of a queue stands before a full node until it squeezes in. Streams that block each other
in a ring would wait for ever otherwise; who squeezes is counted and reported."""
SQUEEZE_LIMIT = 1.4
"""Times the room of a node up to which people squeeze in: 5.3 /m²."""


@kernel
def _measure(moves: Moves, vertex: Whole) -> None:
    """Bring the waiting time of a queue up to now; called before the queue changes."""
    now = moves.clock[0]
    moves.queue_area[vertex] += moves.waiting[vertex] * (now - moves.queue_since[vertex])
    moves.queue_since[vertex] = now


@kernel
def join_queue(net: Static, people: People, moves: Moves, agent: Whole, vertex: Whole) -> None:
    """Put ``agent`` at the end of the queue of ``vertex``."""
    _measure(moves, vertex)
    people.state[agent] = QUEUING
    people.arrived[agent] = moves.clock[0]
    last = moves.tail[vertex]
    people.before[agent] = last
    people.after[agent] = -1
    if last >= 0:
        people.after[last] = agent
    else:
        moves.head[vertex] = agent
    moves.tail[vertex] = agent
    weight = people.weight[agent]
    moves.waiting[vertex] += weight
    moves.queued[net.vertex_from[vertex]] += weight
    moves.queue_peak[vertex] = max(moves.queue_peak[vertex], moves.waiting[vertex])


@kernel
def leave_queue(net: Static, people: People, moves: Moves, agent: Whole, vertex: Whole) -> None:
    """Take ``agent`` out of the queue of ``vertex``, wherever in it."""
    _measure(moves, vertex)
    before, after = np.int64(people.before[agent]), np.int64(people.after[agent])
    if before >= 0:
        people.after[before] = after
    else:
        moves.head[vertex] = after
        moves.blocked[vertex] = False
    if after >= 0:
        people.before[after] = before
    else:
        moves.tail[vertex] = before
    people.before[agent] = people.after[agent] = -1
    weight = people.weight[agent]
    moves.waiting[vertex] -= weight
    moves.queued[net.vertex_from[vertex]] -= weight


@kernel
def has_room(net: Static, moves: Moves, node: Whole, weight: Whole) -> bool:
    """Whether ``weight`` people fit into ``node``. An empty node takes any group; outside is never full."""
    if node < 0:
        return True
    return bool(moves.held[node] == 0 or moves.held[node] + weight <= net.node_room[node])


@kernel
def leave_node(net: Static, moves: Moves, heap: Heap, node: Whole, weight: Whole) -> None:
    """Take ``weight`` people out of ``node``, and let those who wait for room know."""
    moves.held[node] -= weight
    if moves.node_due[node]:
        return
    for i in range(net.in_start[node], net.in_start[node + 1]):
        if moves.blocked[net.in_vertex[i]]:
            moves.node_due[node] = True
            push(heap, moves, moves.clock[0], NODE_EVENT, node, NO_TICKET)
            return


@kernel
def enter_node(moves: Moves, node: Whole, weight: Whole) -> None:
    """Add ``weight`` people to ``node``."""
    moves.held[node] += weight
    moves.peak[node] = max(moves.peak[node], moves.held[node])


@kernel
def pass_through(
    net: Static, people: People, moves: Moves, heap: Heap, tables: Tables, log: Log, vertex: Whole
) -> None:
    """Let the first of the queue of ``vertex`` through, and send it on or out."""
    now = moves.clock[0]
    agent = np.int64(moves.head[vertex])
    weight = np.int64(people.weight[agent])
    leave_queue(net, people, moves, agent, vertex)
    moves.gate_free_at[vertex >> 1] = max(now, moves.gate_free_at[vertex >> 1]) + (
        weight / moves.gate_capacity[vertex >> 1]
    )
    moves.passed[vertex] += weight
    moves.last_passed_at[vertex] = now
    if moves.record[vertex]:
        row = moves.number[LOGGED]
        moves.number[LOGGED] = row + 1
        log.leg_time[row, 0] = people.arrived[agent]
        log.leg_time[row, 1] = now
        log.leg_agent[row] = agent
        log.leg_vertex[row] = vertex
    leave_node(net, moves, heap, np.int64(net.vertex_from[vertex]), weight)
    target = np.int64(net.vertex_to[vertex])
    people.last_vertex[agent] = vertex
    people.node[agent] = target
    people.xy[agent, 0] = net.vertex_there[vertex, 0]
    people.xy[agent, 1] = net.vertex_there[vertex, 1]
    if target < 0:
        people.state[agent] = OUT
        people.vertex[agent] = -2
        moves.number[INSIDE] -= weight
        moves.number[MOVING] -= 1
        row = moves.number[ARRIVED]
        moves.number[ARRIVED] = row + 1
        log.arrival_time[row] = now
        log.arrival_agent[row] = agent
        log.arrival_kind[row] = _LEFT
        log.arrival_place[row] = vertex >> 1
        return
    enter_node(moves, target, weight)
    set_out(net, people, moves, heap, tables, log, agent, vertex)


@kernel
def _block(net: Static, moves: Moves, heap: Heap, vertex: Whole) -> None:
    """Note that the first of ``vertex`` waits for room behind it."""
    if moves.blocked[vertex]:
        return
    node = net.vertex_to[vertex]
    moves.blocked[vertex] = True
    moves.blocked_since[vertex] = moves.clock[0]
    moves.turn[vertex] = max(moves.turn[vertex], moves.node_turn[node])
    if not moves.patience_due[vertex]:
        moves.patience_due[vertex] = True
        push(heap, moves, moves.clock[0] + PATIENCE_S, PATIENCE_EVENT, vertex, NO_TICKET)


@kernel
def _pass_either(
    net: Static, people: People, moves: Moves, heap: Heap, tables: Tables, log: Log, first: Whole
) -> bool:
    """Let the first of ``first``, or else of the other direction, through; whether there was room for one."""
    for vertex in (first, first ^ 1):
        agent = np.int64(moves.head[vertex])
        if agent < 0:
            continue
        target, weight = np.int64(net.vertex_to[vertex]), np.int64(people.weight[agent])
        if has_room(net, moves, target, weight) and not moves.blocked[vertex]:
            pass_through(net, people, moves, heap, tables, log, vertex)
            return True
        _block(net, moves, heap, vertex)
    return False


@kernel
def serve(
    net: Static, people: People, moves: Moves, heap: Heap, tables: Tables, log: Log, gate: Whole
) -> None:
    """Pass whoever may pass ``gate`` now: first come, first served over both directions.

    People who face each other before two full nodes change places.
    """
    now = moves.clock[0]
    while True:
        one, other = moves.head[2 * gate], moves.head[2 * gate + 1]
        if one < 0 and other < 0:
            return
        if now < moves.gate_free_at[gate]:
            if not moves.gate_due[gate]:
                moves.gate_due[gate] = True
                push(heap, moves, moves.gate_free_at[gate], GATE_EVENT, gate, NO_TICKET)
            return
        first = 2 * gate
        if one < 0 or (other >= 0 and people.arrived[other] < people.arrived[one]):
            first += 1
        if _pass_either(net, people, moves, heap, tables, log, first):
            continue
        if one >= 0 and other >= 0:
            pass_through(net, people, moves, heap, tables, log, first)
            pass_through(net, people, moves, heap, tables, log, first ^ 1)
            continue
        return


@kernel
def room_freed(
    net: Static, people: People, moves: Moves, heap: Heap, tables: Tables, log: Log, node: Whole
) -> None:
    """Let people into a node that was full: its gates take turns by their effective widths."""
    while True:
        best, least = np.int64(-1), 0.0
        for i in range(net.in_start[node], net.in_start[node + 1]):
            vertex = net.in_vertex[i]
            if moves.blocked[vertex] and (best < 0 or moves.turn[vertex] < least):
                best, least = np.int64(vertex), moves.turn[vertex]
        if best < 0:
            return
        agent = np.int64(moves.head[best])
        if not has_room(net, moves, node, np.int64(people.weight[agent])):
            return
        gate = best >> 1
        moves.blocked[best] = False
        moves.node_turn[node] = least
        moves.turn[best] = least + people.weight[agent] / net.gate_effective[gate]
        if moves.gate_free_at[gate] <= moves.clock[0]:
            pass_through(net, people, moves, heap, tables, log, best)
        serve(net, people, moves, heap, tables, log, gate)


@kernel
def patience_over(
    net: Static, people: People, moves: Moves, heap: Heap, tables: Tables, log: Log, vertex: Whole
) -> None:
    """Squeeze the first of ``vertex`` into the full node behind it, if it has stood there long enough."""
    moves.patience_due[vertex] = False
    if not moves.blocked[vertex]:
        return
    now, node = moves.clock[0], net.vertex_to[vertex]
    due = moves.blocked_since[vertex] + PATIENCE_S
    if now < due or moves.held[node] > SQUEEZE_LIMIT * net.node_room[node]:
        moves.patience_due[vertex] = True
        push(heap, moves, due if now < due else now + PATIENCE_S, PATIENCE_EVENT, vertex, NO_TICKET)
        return
    moves.number[SQUEEZED] += people.weight[moves.head[vertex]]
    moves.blocked[vertex] = False
    pass_through(net, people, moves, heap, tables, log, vertex)
    serve(net, people, moves, heap, tables, log, vertex >> 1)
