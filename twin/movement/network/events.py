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
def _copy(heap: Heap, one: Whole, to: Whole) -> None:
    """Write the event of row ``one`` into row ``to``."""
    heap.time[to] = heap.time[one]
    heap.sequence[to] = heap.sequence[one]
    heap.kind[to] = heap.kind[one]
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
    at, child = 0, 1
    while child < size:
        right = child + 1
        if right < size and (
            heap.time[right] < heap.time[child]
            or (heap.time[right] == heap.time[child] and heap.sequence[right] < heap.sequence[child])
        ):
            child = right
        _copy(heap, child, at)
        at = child
        child = 2 * at + 1
    time, order = heap.time[size], heap.sequence[size]
    while at > 0:
        parent = (at - 1) >> 1
        if heap.time[parent] < time or (heap.time[parent] == time and heap.sequence[parent] < order):
            break
        _copy(heap, parent, at)
        at = parent
    _copy(heap, size, at)
