"""The event loop of the network engine, and the few ways in which a run reaches into it."""

from __future__ import annotations

import numba
import numpy as np

from twin.movement.network.arrays import (
    AGENT_EVENT,
    ARRIVED,
    AT_LIFT,
    BEGUN,
    DWELL,
    GATE_EVENT,
    HEAP,
    KINDS,
    LOGGED,
    LOST,
    MOVING,
    NO_TICKET,
    OUT,
    PLANNED,
    QUEUING,
    RIDING,
    SEQUENCE,
    START_EVENT,
    STARTING,
    WALKING,
    Array,
    Heap,
    Log,
    Moves,
    People,
    Starts,
    Static,
    Tables,
    Whole,
)
from twin.movement.network.compiled import entry, kernel
from twin.movement.network.events import drop_first, push
from twin.movement.network.model import ArrivalKind
from twin.movement.network.room import enter_node, leave_node, note_room
from twin.movement.network.service import join_queue, leave_queue, patience_over, room_freed, serve
from twin.movement.network.walking import NOWHERE, goal_place, set_out, stop, walking_speed

_LIFT = int(ArrivalKind.LIFT)
MARGIN = 4096
"""Rows that one event may add at most to the heap or to the log."""
_NOTHING, _ANEW = np.int64(-1), np.int64(-2)


@kernel
def _arrive(net: Static, people: People, moves: Moves, tables: Tables, log: Log, agent: Whole) -> Whole:
    """``agent`` has walked to its vertex or to its goal place.

    Returns:
        The gate that is to be served, :data:`_NOTHING`, or :data:`_ANEW`: it looks for a way from here.
    """
    vertex = np.int64(people.vertex[agent])
    if vertex == -1:
        goal, node = np.int64(people.goal[agent]), np.int64(people.node[agent])
        x, y = goal_place(net, tables, goal, node)
        people.xy[agent, 0], people.xy[agent, 1] = x, y
        if people.turned[agent]:
            people.turned[agent] = False
            return _ANEW
        stop(people, moves, log, agent, np.int64(DWELL))
        return _NOTHING
    moves.coming[vertex] -= people.weight[agent]
    moves.walking[people.node[agent]] -= people.weight[agent]
    note_room(moves, np.int64(people.node[agent]))
    people.xy[agent, 0] = net.vertex_here[vertex, 0]
    people.xy[agent, 1] = net.vertex_here[vertex, 1]
    on_level = people.node[agent] < net.zones
    if on_level and (people.turned[agent] or not moves.vertex_open[vertex]):
        people.turned[agent] = False
        return _ANEW
    if vertex >= 2 * net.gates:
        people.state[agent] = AT_LIFT
        people.arrived[agent] = moves.clock[0]
        row = moves.number[ARRIVED]
        moves.number[ARRIVED] = row + 1
        log.arrival_time[row] = moves.clock[0]
        log.arrival_agent[row] = agent
        log.arrival_kind[row] = _LIFT
        log.arrival_place[row] = vertex
        return _NOTHING
    join_queue(net, people, moves, agent, vertex)
    # Behind others one waits as they do: the gate is passing somebody, or what is behind it is full.
    return vertex >> 1 if moves.head[vertex] == agent else _NOTHING


@kernel
def _handle(
    net: Static,
    people: People,
    moves: Moves,
    heap: Heap,
    tables: Tables,
    log: Log,
    kind: Whole,
    item: Whole,
    ticket: Whole,
) -> Whole:
    """One event; returns as :func:`_arrive`."""
    if kind == AGENT_EVENT:
        return _arrive(net, people, moves, tables, log, item) if ticket == people.ticket[item] else _NOTHING
    if kind == START_EVENT:
        return _ANEW if ticket == people.ticket[item] else _NOTHING
    if kind == GATE_EVENT:
        moves.gate_due[item] = False
        return item
    return patience_over(net, people, moves, heap, item)


@kernel
def _due(moves: Moves, heap: Heap, starts: Starts, until_s: float) -> Whole:
    """What comes next until ``until_s``: 1 the first of the starts, 0 that of the heap, -1 nothing."""
    row = moves.number[BEGUN]
    waits, planned = moves.number[HEAP] > 0, row < moves.number[PLANNED]
    if planned and waits:
        before = starts.time[row] < heap.time[0]
        planned = before or (starts.time[row] == heap.time[0] and starts.order[row] < heap.order[0])
    if planned:
        return np.int64(1 if starts.time[row] <= until_s else -1)
    return np.int64(0 if waits and heap.time[0] <= until_s else -1)


@entry
def advance(
    net: Static,
    people: People,
    moves: Moves,
    heap: Heap,
    starts: Starts,
    tables: Tables,
    log: Log,
    until_s: float,
) -> bool:
    """Handle all events up to ``until_s``; ``False`` if the log or the heap is full before."""
    rows, events = len(log.arrival_time), len(heap.time)
    while True:
        due = _due(moves, heap, starts, until_s)
        if due < 0:
            break
        if (
            max(moves.number[ARRIVED], moves.number[LOGGED]) + MARGIN > rows
            or moves.number[HEAP] + MARGIN > events
        ):
            return False
        if due > 0:
            row = moves.number[BEGUN]
            moves.number[BEGUN] = row + 1
            moves.clock[0] = starts.time[row]
            kind, item, ticket = START_EVENT, np.int64(starts.item[row]), np.int64(starts.ticket[row])
        else:
            moves.clock[0] = heap.time[0]
            kind, item, ticket = (
                np.int64(heap.order[0] % KINDS),
                np.int64(heap.item[0]),
                np.int64(heap.ticket[0]),
            )
            drop_first(heap, moves)
        gate = _handle(net, people, moves, heap, tables, log, kind, item, ticket)
        if gate == _ANEW:
            set_out(net, people, moves, heap, tables, log, item, np.int64(-1))
        if gate < 0:
            gate = room_freed(net, people, moves)
        while gate >= 0:
            serve(net, people, moves, heap, tables, log, gate)
            gate = room_freed(net, people, moves)
    moves.clock[0] = until_s
    return True


@kernel
def _plan(moves: Moves, starts: Starts, time: float, agent: Whole, ticket: Whole) -> None:
    """Write a start behind the others; the caller has made room, and sorts them."""
    row = moves.number[PLANNED]
    moves.number[PLANNED] = row + 1
    starts.time[row] = time
    starts.order[row] = moves.number[SEQUENCE] * KINDS + START_EVENT
    moves.number[SEQUENCE] += 1
    starts.item[row] = agent
    starts.ticket[row] = ticket


@entry
def send(
    net: Static,
    people: People,
    moves: Moves,
    heap: Heap,
    starts: Starts,
    agents: Array,
    goals: Array,
    at_s: Array,
    many: bool,  # noqa: FBT001 - numba has no keyword arguments
) -> int:
    """Give ``agents`` their ``goals``; returns how many of them had left already and so were not sent.

    ``many``: their starts go into ``starts`` instead of the heap.
    """
    gone = 0
    for i in range(len(agents)):
        agent = np.int64(agents[i])
        state = people.state[agent]
        if state in (OUT, RIDING, AT_LIFT):
            gone += state == OUT
            if state != OUT:
                people.goal[agent] = goals[i]
            continue
        people.goal[agent] = goals[i]
        if state == WALKING:
            people.turned[agent] = True
            continue
        if state in (DWELL, LOST):
            moves.number[MOVING] += 1
        elif state == QUEUING:
            vertex = np.int64(people.vertex[agent])
            leave_queue(net, people, moves, agent, vertex)
            push(heap, moves, moves.clock[0], GATE_EVENT, vertex >> 1, NO_TICKET)
        people.ticket[agent] += 1
        people.state[agent] = STARTING
        time, ticket = max(at_s[i], moves.clock[0]), np.int64(people.ticket[agent])
        if many:
            _plan(moves, starts, time, agent, ticket)
        else:
            push(heap, moves, time, START_EVENT, agent, ticket)
    return gone


@entry
def release(net: Static, people: People, moves: Moves, heap: Heap, gate: Whole) -> int:
    """Let everybody who queues at a closed ``gate`` look for another way; returns how many."""
    released = 0
    for vertex in (2 * gate, 2 * gate + 1):
        if moves.vertex_open[vertex] or net.vertex_from[vertex] >= net.zones:
            continue
        while moves.head[vertex] >= 0:
            agent = np.int64(moves.head[vertex])
            leave_queue(net, people, moves, agent, vertex)
            people.ticket[agent] += 1
            people.state[agent] = STARTING
            push(heap, moves, moves.clock[0], START_EVENT, agent, np.int64(people.ticket[agent]))
            released += 1
    push(heap, moves, moves.clock[0], GATE_EVENT, gate, NO_TICKET)
    return released


@entry
def board(people: People, moves: Moves, agents: Array) -> None:
    """Take ``agents`` who wait at a lift out of their zone and into the car."""
    for row in range(len(agents)):
        agent = np.int64(agents[row])
        people.state[agent] = RIDING
        leave_node(moves, np.int64(people.node[agent]), np.int64(people.weight[agent]))
        people.node[agent] = -1


@entry
def alight(net: Static, people: People, moves: Moves, heap: Heap, agents: Array, vertices: Array) -> None:
    """Put ``agents`` out of the car behind the trip ``vertices``; they go on to their goals."""
    for i in range(len(agents)):
        agent, vertex = np.int64(agents[i]), np.int64(vertices[i])
        node = np.int64(net.vertex_to[vertex])
        people.node[agent] = node
        people.xy[agent, 0] = net.vertex_there[vertex, 0]
        people.xy[agent, 1] = net.vertex_there[vertex, 1]
        people.last_vertex[agent] = vertex
        moves.passed[vertex] += people.weight[agent]
        enter_node(moves, node, np.int64(people.weight[agent]))
        people.ticket[agent] += 1
        people.state[agent] = STARTING
        push(heap, moves, moves.clock[0], START_EVENT, agent, np.int64(people.ticket[agent]))


@entry
def halt(net: Static, people: People, moves: Moves, heap: Heap, agents: Array) -> None:
    """Let ``agents`` stay where they are, lost; who is in a lift's car or outside is left alone."""
    for row in range(len(agents)):
        agent = np.int64(agents[row])
        state, vertex = people.state[agent], np.int64(people.vertex[agent])
        if state in (OUT, RIDING, LOST):
            continue
        if state == QUEUING:
            leave_queue(net, people, moves, agent, vertex)
            push(heap, moves, moves.clock[0], GATE_EVENT, vertex >> 1, NO_TICKET)
        elif state == WALKING and vertex >= 0:
            moves.coming[vertex] -= people.weight[agent]
            moves.walking[people.node[agent]] -= people.weight[agent]
        if state != DWELL:
            moves.number[MOVING] -= 1
        people.ticket[agent] += 1
        people.state[agent] = LOST
        people.vertex[agent] = NOWHERE
        people.goal[agent] = -1


@entry
def speeds(net: Static, people: People, moves: Moves, agents: Array, found: Array) -> None:
    """Write into ``found`` the speed in m/s that each of ``agents`` walks at where it is now."""
    for row in range(len(agents)):
        agent = np.int64(agents[row])
        node = np.int64(people.node[agent])
        if node >= 0:
            found[row] = walking_speed(net, people, moves, agent, node)


@entry
def look_again(people: People, moves: Moves, heap: Heap, agents: Array) -> None:
    """Let ``agents`` who wait at a lift or are lost look for another way from where they stand."""
    for row in range(len(agents)):
        agent = np.int64(agents[row])
        if people.state[agent] == LOST:
            moves.number[MOVING] += 1
        people.ticket[agent] += 1
        people.state[agent] = STARTING
        push(heap, moves, moves.clock[0], START_EVENT, agent, np.int64(people.ticket[agent]))


@numba.njit(cache=True)
def space_counts(count: Array, owner: Array, spaces: int) -> Array:
    """Sum of node counts by space; ``owner`` names the space of each node."""
    totals = np.zeros(spaces, np.int64)
    for node in range(len(count)):
        totals[owner[node]] += count[node]
    return totals
