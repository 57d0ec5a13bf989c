"""What changes in the building while people walk: open gates, counts, queues; and what a call hands back."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from twin.movement.crowd.arrays import Array
from twin.movement.network.model import Network

ARRIVED, LOGGED, INSIDE, MOVING, WANTED, SLIPPED, OUTSIDE_WALLS, CARRIED, STEPS = range(9)
"""Places in :attr:`Traffic.number`."""
NOW, COUNTED, WATCHED, PARTED = range(4)
"""Places in :attr:`Traffic.clock`: now, and when it was last counted, watched, and people
chose where in an opening to go through."""

AHEAD_BINS = 64
"""Bins of 1 m in which those who walk to a vertex are counted by the way they still have."""


class Traffic(NamedTuple):
    """Gates and vertices as they are now; V vertices, G gates, N nodes."""

    vertex_open: Array
    """bool[V]; shared with the doors of the run."""
    capacity: Array
    """float64[G] people/s, both directions; shared with the doors."""
    metered: Array
    """bool[G] whether a gate passes its capacity at most."""
    free_at: Array
    """float64[G] when a metered gate passes the next one."""
    vertex_room: Array
    """int32[V] room behind each vertex; -1 outside."""
    passed: Array
    waiting: Array
    """int32[V] people held up on their way to the vertex at the last count."""
    queue_peak: Array
    queue_area: Array
    last_passed: Array
    rate: Array
    """float64[V] people/s that pass where a queue stands: as seen lately, at most the capacity."""
    seen_passed: Array
    """int32[V] ``passed`` at the last count."""
    record: Array
    ahead: Array
    """int32[V, AHEAD_BINS] who walks to each vertex, by the metres left, at the last count."""
    held: Array
    """int32[N] people in each node at the last count."""
    queued: Array
    peak: Array
    number: Array
    clock: Array


class Log(NamedTuple):
    """Arrivals and passages since they were last handed back."""

    arrival_time: Array
    arrival_agent: Array
    arrival_kind: Array
    arrival_place: Array
    leg_time: Array
    """float64[m, 2] since when one was held up before the gate, and when one passed it."""
    leg_agent: Array
    leg_vertex: Array


def traffic_of(
    network: Network, *, vertex_open: Array, capacity: Array, vertex_room: Array, start_s: float
) -> Traffic:
    """An empty building."""
    vertices, gates, nodes = network.vertices, network.gates, network.nodes
    return Traffic(
        vertex_open=vertex_open,
        capacity=capacity,
        metered=np.zeros(gates, bool),
        free_at=np.full(gates, -np.inf),
        vertex_room=vertex_room,
        passed=np.zeros(vertices, np.int32),
        waiting=np.zeros(vertices, np.int32),
        queue_peak=np.zeros(vertices, np.int32),
        queue_area=np.zeros(vertices),
        last_passed=np.full(vertices, -np.inf),
        rate=np.full(vertices, np.inf),
        seen_passed=np.zeros(vertices, np.int32),
        record=np.zeros(vertices, bool),
        ahead=np.zeros((vertices, AHEAD_BINS), np.int32),
        held=np.zeros(nodes, np.int32),
        queued=np.zeros(nodes, np.int32),
        peak=np.zeros(nodes, np.int32),
        number=np.zeros(9, np.int64),
        clock=np.full(4, float(start_s)),
    )


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
