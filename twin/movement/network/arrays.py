"""The arrays that the kernel works on, as named tuples (numba caches functions of these, not of classes)."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from twin.movement.network.model import Network, NodeKind
from twin.movement.network.physics import level_law

Array: TypeAlias = NDArray[Any]
Whole: TypeAlias = int | np.signedinteger[Any]
"""A whole number in the kernel: 64 bits everywhere, so that each function is compiled once."""

DWELL, STARTING, WALKING, QUEUING, AT_LIFT, RIDING, OUT, LOST = range(8)
"""States of an agent."""

(NOW, HEAP, SEQUENCE, ARRIVED, LOGGED, INSIDE, MOVING, SQUEEZED, FORCED, FREED, SEARCHES) = range(11)
(BEGUN, PLANNED) = range(11, 13)
"""Places in :attr:`Moves.number` (all but NOW) and :attr:`Moves.clock` (NOW)."""

START_EVENT, AGENT_EVENT, GATE_EVENT, PATIENCE_EVENT = (np.int64(n) for n in range(4))
"""Kinds of events. Of 64 bits: numba would compile a function once more for each bare number it is given."""
KINDS = 4
NO_TICKET = np.int64(0)
"""Ticket of an event that is of no agent."""


class Static(NamedTuple):
    """What never changes during a run; V vertices, G gates, N nodes."""

    vertex_from: Array
    vertex_to: Array
    vertex_here: Array
    """float64[V, 2] where one waits for it."""
    vertex_there: Array
    """float64[V, 2] where one is after it."""
    vertex_line: Array
    """float64[V, 2, 2] the two ends of what one passes."""
    pair_start: Array
    pair_next: Array
    pair_length: Array
    out_start: Array
    out_vertex: Array
    in_start: Array
    in_vertex: Array
    gate_effective: Array
    node_area: Array
    node_kind: Array
    node_k: Array
    node_length: Array
    node_belt: Array
    node_room: Array
    node_centre: Array
    bend_first: Array
    """As :class:`twin.movement.network.model.Bends`; sizes and corners are those of the vertex's zone."""
    bend_size: Array
    bend_corner: Array
    bend_cell: float
    bend_length: Array
    first_link_gate: int
    gates: int
    zones: int
    jam: float
    node_best: Array
    """People/m² at which the flow of a node is largest."""
    node_steps: Array
    """Stairs and escalators; a ramp is walked as the level is."""
    law: Array
    """float64[m, 2] of :func:`twin.movement.network.physics.level_law`."""
    itself: float
    """How much of a person does not count in the density among which it walks."""
    measured: bool
    crowded: bool


class People(NamedTuple):
    """One row an agent."""

    state: Array
    node: Array
    vertex: Array
    """The vertex it walks to or queues at; -1: its goal place; -2: none."""
    goal: Array
    ticket: Array
    """Events of an older ticket are void."""
    weight: Array
    speed: Array
    """float64[n, 3] level, stairs down, stairs up (0: the level speed times the ratio of the k)."""
    sees: Array
    xy: Array
    arrived: Array
    """When it came to the gate at which it queues."""
    before: Array
    after: Array
    """Neighbours in the queue; ``after`` is -1 at its end, ``before`` of its first means nothing."""
    last_vertex: Array
    """The vertex it came through, -1 at the start."""
    turned: Array
    """Given another goal on its way: it looks again at the next gate."""


class Moves(NamedTuple):
    """What changes in the building."""

    vertex_open: Array
    gate_capacity: Array
    gate_free_at: Array
    gate_due: Array
    node_running: Array
    """A running escalator."""
    held: Array
    """People in each node."""
    queued: Array
    """People of a node who queue at its gates."""
    walking: Array
    """People of a node who walk to its gates."""
    peak: Array
    head: Array
    tail: Array
    waiting: Array
    """People in the queue of each vertex."""
    coming: Array
    """People who walk to it."""
    blocked: Array
    """The first of the queue of a vertex waits for room behind it."""
    blocked_since: Array
    blocked_into: Array
    """Vertices of which the first waits for room in a node."""
    left_at: Array
    """When somebody last left each node."""
    seen: Array
    """The last search for a ring that came to each node."""
    seen_from: Array
    """The vertex by which it came."""
    forced: Array
    """Vertices whose first passes now, whatever the room behind: those of a ring, or who squeeze in."""
    freed: Array
    """Nodes that somebody has just left and others wait for."""
    patience_due: Array
    """Nodes at which somebody's patience will be looked at: one event a node, not one for each gate."""
    turn: Array
    """Virtual time of a vertex that waits for a full node: the least is served next."""
    meeting: Array
    """People who passed each vertex, over its share, since people queue on both sides of its gate."""
    node_turn: Array
    node_due: Array
    passed: Array
    queue_peak: Array
    queue_area: Array
    """People · seconds of waiting."""
    queue_since: Array
    last_passed_at: Array
    record: Array
    number: Array
    clock: Array


class Tables(NamedTuple):
    """Routes to goals; one row a goal."""

    distance: Array
    """float32[T, V] seconds from standing at a vertex to the goal; inf without a way."""
    following: Array
    """int32[T, V] the next vertex; -1: the goal is in the node behind this one; -2: none."""
    length: Array
    """float32[T, V] walk to the next vertex or to the goal place."""
    in_node: Array
    """bool[T, N] the goal lies in this node."""
    place: Array
    """float64[T, 2] where, or NaN: the centre of the node."""
    waited: Array
    """float32[T, V] the part of ``distance`` that is the queue at the vertex itself."""


class Heap(NamedTuple):
    """A binary heap of events, ordered by time and then by their number."""

    time: Array
    order: Array
    """Number of the event times :data:`KINDS`, plus its kind."""
    item: Array
    ticket: Array


class Starts(NamedTuple):
    """Starts of whole crowds, sorted, read from first to last: a heap would hold all who have not started."""

    time: Array
    order: Array
    item: Array
    ticket: Array


class Log(NamedTuple):
    """What a call hands back: arrivals and passages."""

    arrival_time: Array
    arrival_agent: Array
    arrival_kind: Array
    arrival_place: Array
    leg_time: Array
    """float64[m, 2] when an agent came to the gate and when it passed."""
    leg_agent: Array
    leg_vertex: Array


Rows = TypeVar("Rows", People, Heap, Starts)


def static_of(network: Network) -> Static:
    """The kernel's view of a network."""
    gates, vertices, bends = network.gates, network.vertices, network.bends
    here = np.zeros((vertices, 2))
    there = np.zeros((vertices, 2))
    line = np.zeros((vertices, 2, 2))
    here[: 2 * gates] = there[: 2 * gates] = np.repeat(network.gate_at, 2, axis=0)
    line[: 2 * gates] = np.repeat(network.gate_line, 2, axis=0)
    here[2 * gates :], there[2 * gates :] = network.trip_at[:, 0], network.trip_at[:, 1]
    line[2 * gates :] = network.trip_at[:, :1]
    in_order = np.argsort(network.vertex_to, kind="stable")
    in_order = in_order[network.vertex_to[in_order] >= 0].astype(np.int32)
    counts = np.bincount(network.vertex_to[in_order], minlength=network.nodes)
    steps = np.isin(network.node_kind, (NodeKind.STAIRS, NodeKind.ESCALATOR))
    centre = np.zeros((network.nodes, 2))
    centre[: network.zones] = network.zone_centre
    return Static(
        vertex_from=network.vertex_from,
        vertex_to=network.vertex_to,
        vertex_here=here,
        vertex_there=there,
        vertex_line=line,
        pair_start=network.pair_start,
        pair_next=network.pair_next,
        pair_length=network.pair_length_m,
        out_start=network.node_gate_start,
        out_vertex=network.node_gate,
        in_start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        in_vertex=in_order,
        gate_effective=network.gate_effective_m,
        node_area=network.node_area_m2,
        node_kind=network.node_kind,
        node_k=network.node_k,
        node_length=network.node_length_m,
        node_belt=network.node_belt_mps,
        node_room=network.node_room,
        node_centre=centre,
        bend_first=bends.first,
        bend_size=bends.size,
        bend_corner=bends.corner,
        bend_cell=bends.cell_m,
        bend_length=bends.length_m,
        first_link_gate=network.portals,
        gates=gates,
        zones=network.zones,
        jam=network.physics.jam_density,
        node_best=np.where(steps, network.physics.best_stairs, network.physics.best_level),
        node_steps=steps,
        law=level_law(),
        itself=network.physics.itself,
        measured=network.physics.measured,
        crowded=network.physics.crowded_links,
    )


def moves_of(network: Network, vertex_open: Array, capacity: Array, running: Array, start_s: float) -> Moves:
    """An empty building."""
    vertices, gates, nodes = network.vertices, network.gates, network.nodes
    return Moves(
        vertex_open=vertex_open,
        gate_capacity=capacity,
        gate_free_at=np.full(gates, -np.inf),
        gate_due=np.zeros(gates, bool),
        node_running=running,
        held=np.zeros(nodes, np.int32),
        queued=np.zeros(nodes, np.int32),
        walking=np.zeros(nodes, np.int32),
        peak=np.zeros(nodes, np.int32),
        head=np.full(vertices, -1, np.int32),
        tail=np.full(vertices, -1, np.int32),
        waiting=np.zeros(vertices, np.int32),
        coming=np.zeros(vertices, np.int32),
        blocked=np.zeros(vertices, bool),
        blocked_since=np.zeros(vertices),
        blocked_into=np.zeros(nodes, np.int32),
        left_at=np.full(nodes, start_s),
        seen=np.zeros(nodes, np.int64),
        seen_from=np.full(nodes, -1, np.int32),
        freed=np.zeros(nodes, np.int64),
        forced=np.zeros(nodes + 2, np.int64),
        patience_due=np.zeros(nodes, bool),
        turn=np.zeros(vertices),
        meeting=np.zeros(vertices),
        node_turn=np.zeros(nodes),
        node_due=np.zeros(nodes, bool),
        passed=np.zeros(vertices, np.int32),
        queue_peak=np.zeros(vertices, np.int32),
        queue_area=np.zeros(vertices),
        queue_since=np.full(vertices, start_s),
        last_passed_at=np.full(vertices, -np.inf),
        record=np.zeros(vertices, bool),
        number=np.zeros(13, np.int64),
        clock=np.array([start_s]),
    )


_PERSON = np.dtype(
    [
        ("arrived", "f8"),
        ("speed", "f4", 3),
        ("xy", "f4", 2),
        ("node", "i4"),
        ("vertex", "i4"),
        ("goal", "i4"),
        ("ticket", "i4"),
        ("weight", "i4"),
        ("before", "i4"),
        ("after", "i4"),
        ("last_vertex", "i4"),
        ("state", "i1"),
        ("sees", "?"),
        ("turned", "?"),
    ],
    align=True,
)
"""All of one agent lies together, since an event touches most of it: 64 bytes, one line of the cache."""
_EVENT = np.dtype([("time", "f8"), ("order", "i8"), ("item", "i4"), ("ticket", "i4")], align=True)


def _table(rows: int, kind: np.dtype[Any]) -> NDArray[Any]:
    """Empty rows that begin at a line of the cache."""
    size = rows * kind.itemsize
    raw = np.zeros(size + _LINE_BYTES, np.uint8)
    first = -raw.ctypes.data % _LINE_BYTES
    return raw[first : first + size].view(kind)


_LINE_BYTES = 64


def people_of(rows: int) -> People:
    """Room for ``rows`` agents."""
    table = _table(rows, _PERSON)
    fresh = People(*(table[name] for name in People._fields))
    fresh.node[:] = fresh.goal[:] = fresh.before[:] = fresh.after[:] = fresh.last_vertex[:] = -1
    fresh.vertex[:] = -2
    fresh.weight[:] = 1
    return fresh


def heap_of(rows: int) -> Heap:
    """Room for ``rows`` events."""
    table = _table(rows, _EVENT)
    return Heap(*(table[name] for name in Heap._fields))


def starts_of(rows: int) -> Starts:
    """Room for ``rows`` starts."""
    table = _table(rows, _EVENT)
    return Starts(*(table[name] for name in Starts._fields))


def log_of(rows: int) -> Log:
    """Room for ``rows`` arrivals and as many passages."""
    return Log(
        arrival_time=np.zeros(rows),
        arrival_agent=np.zeros(rows, np.int32),
        arrival_kind=np.zeros(rows, np.int32),
        arrival_place=np.zeros(rows, np.int32),
        leg_time=np.zeros((rows, 2)),
        leg_agent=np.zeros(rows, np.int32),
        leg_vertex=np.zeros(rows, np.int32),
    )


def grown(fresh: Rows, arrays: Rows) -> Rows:
    """``fresh`` with the rows of ``arrays`` at its beginning."""
    for new, old in zip(fresh, arrays, strict=True):
        new[: len(old)] = old
    return fresh
