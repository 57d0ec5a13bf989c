"""The event queue of the kernel: a binary heap in arrays, ordered by (time, order of entry)."""

from __future__ import annotations

import numpy as np

from twin.movement.network.arrays import HEAP, KINDS, SEQUENCE, Heap, Moves, Whole
from twin.movement.network.compiled import kernel


@kernel
def push(heap: Heap, moves: Moves, time: float, kind: Whole, item: Whole, ticket: Whole) -> None:
    """Enter an event. The caller has made sure that there is room."""
    at = moves.number[HEAP]
    moves.number[HEAP] = at + 1
    order = moves.number[SEQUENCE] * KINDS + kind
    moves.number[SEQUENCE] += 1
    while at > 0:
        parent = (at - 1) >> 1
        if heap.time[parent] <= time:
            break
        heap.time[at] = heap.time[parent]
        heap.order[at] = heap.order[parent]
        heap.item[at] = heap.item[parent]
        heap.ticket[at] = heap.ticket[parent]
        at = parent
    heap.time[at] = time
    heap.order[at] = order
    heap.item[at] = item
    heap.ticket[at] = ticket


@kernel
def _copy(heap: Heap, one: Whole, to: Whole) -> None:
    """Write the event of row ``one`` into row ``to``."""
    heap.time[to] = heap.time[one]
    heap.order[to] = heap.order[one]
    heap.item[to] = heap.item[one]
    heap.ticket[to] = heap.ticket[one]


@kernel
def drop_first(heap: Heap, moves: Moves) -> None:
    """Remove the first event.

    The gap goes down to the bottom along the earlier children, and the last event up from there: it came from
    the bottom, so it hardly rises, and this compares half as often as letting it sink from the top.
    """
    size = moves.number[HEAP] - 1
    moves.number[HEAP] = size
    time, order = heap.time[size], heap.order[size]
    item, ticket = heap.item[size], heap.ticket[size]
    heap.time[size] = np.inf
    at, child = np.int64(0), np.int64(1)
    while child < size:
        # Which child is the earlier cannot be foretold: without a branch it costs half. Behind the last event
        # there is room, and what lies there is later than all.
        right = child + 1
        child += np.int64(
            (heap.time[right] < heap.time[child])
            | ((heap.time[right] == heap.time[child]) & (heap.order[right] < heap.order[child]))
        )
        _copy(heap, child, at)
        at = child
        child = 2 * at + 1
    while at > 0:
        parent = (at - 1) >> 1
        if heap.time[parent] < time or (heap.time[parent] == time and heap.order[parent] < order):
            break
        _copy(heap, parent, at)
        at = parent
    heap.time[at] = time
    heap.order[at] = order
    heap.item[at] = item
    heap.ticket[at] = ticket
