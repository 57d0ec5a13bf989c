"""How the kernel passes people through gates: queues, flow limits, full nodes, merging, counterflow."""

from __future__ import annotations

import numpy as np

from twin.movement.network.arrays import (
    ARRIVED,
    FORCED,
    FREED,
    GATE_EVENT,
    INSIDE,
    LOGGED,
    MOVING,
    NO_TICKET,
    OUT,
    PATIENCE_EVENT,
    QUEUING,
    SEARCHES,
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
from twin.movement.network.room import enter_node, has_room, leave_node
from twin.movement.network.walking import set_out

_LEFT = int(ArrivalKind.LEFT)
PATIENCE_S = 60.0
"""How long nobody comes out of a full node until the first who waits for it squeezes in: those in it stay
there and are in the way, and one passes them all the same. Who squeezes is counted and reported."""
LANE = 0.17
"""Least share of a gate that one of two opposed streams takes, however few they are: Navin and Wheeler 1969
found that V % of the people on a walkway take 17 + 0.64 V % of its width."""
NEAR = np.int64(64)
"""Nodes looked at for a ring whenever somebody is blocked; a longer one is found when patience ends."""
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
def _unblock(net: Static, moves: Moves, vertex: Whole) -> None:
    """The first of ``vertex`` no longer waits for room."""
    if moves.blocked[vertex]:
        moves.blocked[vertex] = False
        moves.blocked_into[net.vertex_to[vertex]] -= 1


@kernel
def leave_queue(net: Static, people: People, moves: Moves, agent: Whole, vertex: Whole) -> None:
    """Take ``agent`` out of the queue of ``vertex``, wherever in it."""
    _measure(moves, vertex)
    first = moves.head[vertex] == agent
    before, after = np.int64(-1 if first else people.before[agent]), np.int64(people.after[agent])
    if first:
        moves.head[vertex] = after
        _unblock(net, moves, vertex)
    else:
        people.after[before] = after
    if after < 0:
        moves.tail[vertex] = before
    elif not first:
        people.before[after] = before
    weight = people.weight[agent]
    moves.waiting[vertex] -= weight
    moves.queued[net.vertex_from[vertex]] -= weight


@kernel
def _share(moves: Moves, vertex: Whole, weight: Whole) -> None:
    """Count ``weight`` people for the direction of ``vertex`` while people queue on both sides of its gate.

    Each side has a share of the passages that grows with its share of those who wait, and is never less than
    a lane of 17 %; the side that is the furthest behind its share goes next.
    """
    here, there = moves.waiting[vertex], moves.waiting[vertex ^ 1]
    if there == 0:
        moves.meeting[vertex] = moves.meeting[vertex ^ 1] = 0.0
        return
    moves.meeting[vertex] += weight / (LANE + (1.0 - 2.0 * LANE) * here / (here + there))


@kernel
def pass_through(
    net: Static, people: People, moves: Moves, heap: Heap, tables: Tables, log: Log, vertex: Whole
) -> None:
    """Let the first of the queue of ``vertex`` through, and send it on or out."""
    now = moves.clock[0]
    agent = np.int64(moves.head[vertex])
    weight = np.int64(people.weight[agent])
    _share(moves, vertex, weight)
    leave_queue(net, people, moves, agent, vertex)
    target = np.int64(net.vertex_to[vertex])
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
    leave_node(moves, np.int64(net.vertex_from[vertex]), weight)
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
    moves.blocked_into[node] += 1
    moves.blocked_since[vertex] = moves.clock[0]
    moves.turn[vertex] = max(moves.turn[vertex], moves.node_turn[node])
    if not moves.patience_due[node]:
        moves.patience_due[node] = True
        push(heap, moves, moves.clock[0] + PATIENCE_S, PATIENCE_EVENT, np.int64(node), NO_TICKET)


@kernel
def _force(moves: Moves, vertex: Whole) -> None:
    """Let the first of ``vertex`` pass next, whatever the room behind."""
    row = moves.number[FORCED]
    moves.forced[row] = vertex
    moves.number[FORCED] = row + 1


@kernel
def _ring(net: Static, moves: Moves, vertex: Whole, reach: Whole) -> bool:
    """Find a ring of full nodes, each waiting for the next, ``vertex`` one of its gates, and force it round.

    Opposed streams that fill the nodes between them block each other for ever otherwise: where the first of
    each gate of a ring steps on at the same moment, no node holds more people than before, and each gate
    passes one. Two who face each other at a door are the smallest ring. Breadth first over at most ``reach``
    nodes, so the shortest ring; a gate that is still passing somebody is no part of one, so no flow limit is
    exceeded.
    """
    origin, now = np.int64(net.vertex_from[vertex]), moves.clock[0]
    if moves.blocked_into[origin] == 0:
        return False
    moves.number[SEARCHES] += 1
    search = moves.number[SEARCHES]
    # The nodes still to be looked at stand in the list of those to be forced, which is empty meanwhile.
    queue, done, found = moves.forced, 0, 1
    queue[0] = net.vertex_to[vertex]
    moves.seen[queue[0]] = search
    moves.seen_from[queue[0]] = vertex
    while done < found:
        node = queue[done]
        done += 1
        for i in range(net.out_start[node], net.out_start[node + 1]):
            way = np.int64(net.out_vertex[i])
            if not moves.blocked[way] or moves.gate_free_at[way >> 1] > now:
                continue
            behind = np.int64(net.vertex_to[way])
            if behind == origin:
                _force(moves, way)
                while node != net.vertex_to[vertex]:
                    way = np.int64(moves.seen_from[node])
                    _force(moves, way)
                    node = np.int64(net.vertex_from[way])
                _force(moves, vertex)
                return True
            if moves.seen[behind] != search and found < reach:
                moves.seen[behind] = search
                moves.seen_from[behind] = way
                queue[found] = behind
                found += 1
    return False


@kernel
def _passing(net: Static, people: People, moves: Moves, heap: Heap, first: Whole) -> Whole:
    """The vertex of a free gate whose first passes, ``first`` before the other one; -1: none can."""
    for turn in range(2):
        vertex = first ^ turn
        agent = np.int64(moves.head[vertex])
        if agent < 0 or moves.blocked[vertex]:
            continue
        if has_room(net, moves, np.int64(net.vertex_to[vertex]), np.int64(people.weight[agent])):
            return np.int64(vertex)
        _block(net, moves, heap, vertex)
    for turn in range(2):
        vertex = first ^ turn
        if moves.blocked[vertex] and _ring(net, moves, vertex, NEAR):
            row = moves.number[FORCED] - 1
            moves.number[FORCED] = row
            return np.int64(moves.forced[row])
    return np.int64(-1)


@kernel
def _wait(moves: Moves, heap: Heap, gate: Whole) -> None:
    """Serve ``gate`` again when it is free, if anybody queues there."""
    if not moves.gate_due[gate] and (moves.head[2 * gate] >= 0 or moves.head[2 * gate + 1] >= 0):
        moves.gate_due[gate] = True
        push(heap, moves, moves.gate_free_at[gate], GATE_EVENT, gate, NO_TICKET)


@kernel
def _next(net: Static, people: People, moves: Moves, heap: Heap, gate: Whole) -> Whole:
    """The vertex whose first passes now: one that is forced, or of ``gate``; -1: none."""
    row = moves.number[FORCED]
    if row > 0:
        moves.number[FORCED] = row - 1
        return np.int64(moves.forced[row - 1])
    now = moves.clock[0]
    one, other = moves.head[2 * gate], moves.head[2 * gate + 1]
    if one < 0 and other < 0:
        return np.int64(-1)
    if now < moves.gate_free_at[gate]:
        _wait(moves, heap, gate)
        return np.int64(-1)
    first = np.int64(2 * gate)
    if one < 0 or (other >= 0 and moves.meeting[first + 1] < moves.meeting[first]):
        first += 1
    return _passing(net, people, moves, heap, first)


@kernel
def serve(
    net: Static, people: People, moves: Moves, heap: Heap, tables: Tables, log: Log, gate: Whole
) -> None:
    """Pass whoever may pass ``gate`` now; people who meet there share it."""
    vertex = _next(net, people, moves, heap, gate)
    while vertex >= 0:
        pass_through(net, people, moves, heap, tables, log, vertex)
        # A ring passes other gates as well.
        if vertex >> 1 != gate:
            _wait(moves, heap, np.int64(vertex >> 1))
        vertex = _next(net, people, moves, heap, gate)


@kernel
def room_freed(net: Static, people: People, moves: Moves) -> Whole:
    """A gate that may let somebody into a node which was full; -1: none.

    The gates of a node take turns by their effective widths.
    """
    while moves.number[FREED] > 0:
        node = np.int64(moves.freed[moves.number[FREED] - 1])
        best, least = np.int64(-1), 0.0
        if moves.blocked_into[node] > 0:
            for i in range(net.in_start[node], net.in_start[node + 1]):
                vertex = net.in_vertex[i]
                if moves.blocked[vertex] and (best < 0 or moves.turn[vertex] < least):
                    best, least = np.int64(vertex), moves.turn[vertex]
        if best >= 0:
            weight = np.int64(people.weight[moves.head[best]])
            if has_room(net, moves, node, weight):
                gate = best >> 1
                _unblock(net, moves, best)
                moves.node_turn[node] = least
                moves.turn[best] = least + weight / net.gate_effective[gate]
                if moves.gate_free_at[gate] <= moves.clock[0]:
                    _force(moves, best)
                return gate
        # Others may have come to the end of the list meanwhile; they are seen to first.
        moves.node_due[node] = False
        moves.number[FREED] -= 1
    return np.int64(-1)


@kernel
def _impatient(net: Static, moves: Moves, node: Whole) -> Whole:
    """The vertex whose first has waited longest for room in ``node``; -1: none."""
    best = np.int64(-1)
    for i in range(net.in_start[node], net.in_start[node + 1]):
        vertex = np.int64(net.in_vertex[i])
        if moves.blocked[vertex] and (best < 0 or moves.blocked_since[vertex] < moves.blocked_since[best]):
            best = vertex
    return best


@kernel
def _long_ring(net: Static, moves: Moves, node: Whole) -> Whole:
    """A gate of a ring of any length that leads through ``node`` and is forced round now; -1: none."""
    for i in range(net.in_start[node], net.in_start[node + 1]):
        vertex = np.int64(net.in_vertex[i])
        idle = moves.blocked[vertex] and moves.gate_free_at[vertex >> 1] <= moves.clock[0]
        if idle and _ring(net, moves, vertex, len(net.node_area)):
            return vertex >> 1
    return np.int64(-1)


@kernel
def patience_over(net: Static, people: People, moves: Moves, heap: Heap, node: Whole) -> Whole:
    """The gate that is to be served since nobody left ``node`` for too long; -1: none.

    Those who wait to leave it wait for one another in a long ring, or for a slow gate ahead. Where none does,
    those in it stay, and who waits longest squeezes in.
    """
    vertex = _impatient(net, moves, node)
    if vertex < 0:
        moves.patience_due[node] = False
        return np.int64(-1)
    now = moves.clock[0]
    due = max(moves.blocked_since[vertex], moves.left_at[node]) + PATIENCE_S
    gate: Whole = np.int64(-1)
    if now >= due:
        due = now + PATIENCE_S
        if moves.queued[node] > 0:
            gate = _long_ring(net, moves, node)
        elif moves.held[node] <= SQUEEZE_LIMIT * net.node_room[node]:
            moves.number[SQUEEZED] += people.weight[moves.head[vertex]]
            _unblock(net, moves, vertex)
            _force(moves, vertex)
            due, gate = now, vertex >> 1
    push(heap, moves, due, PATIENCE_EVENT, node, NO_TICKET)
    return gate
