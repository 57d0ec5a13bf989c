"""The event queue of the kernel: a binary heap in arrays, ordered by (time, order of entry)."""

from __future__ import annotations

from twin.movement.network.arrays import HEAP, SEQUENCE, Heap, Moves, Whole
from twin.movement.network.compiled import kernel


@kernel
def push(heap: Heap, moves: Moves, time: float, kind: Whole, item: Whole, ticket: Whole) -> None:
    """Enter an event. The caller has made sure that there is room."""
    at = moves.number[HEAP]
    moves.number[HEAP] = at + 1
    order = moves.number[SEQUENCE]
    moves.number[SEQUENCE] = order + 1
    while at > 0:
        parent = (at - 1) >> 1
        if heap.time[parent] <= time:
            break
        heap.time[at] = heap.time[parent]
        heap.sequence[at] = heap.sequence[parent]
        heap.kind[at] = heap.kind[parent]
        heap.item[at] = heap.item[parent]
        heap.ticket[at] = heap.ticket[parent]
        at = parent
    heap.time[at] = time
    heap.sequence[at] = order
    heap.kind[at] = kind
    heap.item[at] = item
    heap.ticket[at] = ticket


@kernel
def drop_first(heap: Heap, moves: Moves) -> None:
    """Remove the first event."""
    size = moves.number[HEAP] - 1
    moves.number[HEAP] = size
    if size == 0:
        return
    time, order = heap.time[size], heap.sequence[size]
    kind, item, ticket = heap.kind[size], heap.item[size], heap.ticket[size]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        right = child + 1
        if right < size and (
            heap.time[right] < heap.time[child]
            or (heap.time[right] == heap.time[child] and heap.sequence[right] < heap.sequence[child])
        ):
            child = right
        if heap.time[child] > time or (heap.time[child] == time and heap.sequence[child] > order):
            break
        heap.time[at] = heap.time[child]
        heap.sequence[at] = heap.sequence[child]
        heap.kind[at] = heap.kind[child]
        heap.item[at] = heap.item[child]
        heap.ticket[at] = heap.ticket[child]
        at = child
    heap.time[at] = time
    heap.sequence[at] = order
    heap.kind[at] = kind
    heap.item[at] = item
    heap.ticket[at] = ticket
