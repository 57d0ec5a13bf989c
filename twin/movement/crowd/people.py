"""The rows of a crowd run: how people are put into the building, and what is kept of each beside its walk."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np

from twin.movement.crowd.arrays import Array, Walkers

ADULT_DEPTH_M, ADULT_BREADTH_M = 0.30, 0.46
"""Body of a standing adult, chest to back and shoulder to shoulder (FDS+Evac guide: torso and shoulders)."""

OUTDOORS = 1 << 30
"""Room of those who have just left; no mouth leads out of it."""
HANDED_OVER = -2
"""Room behind a vertex at which another engine takes people over; -1 is outside."""


class Ways(NamedTuple):
    """What a run keeps of each agent beside ``arrays.Walkers``; one row an agent."""

    sees: Array
    """bool[n] weighs the queues of the room that it is in."""
    start_s: Array
    """float64[n] when it sets out; inf: not sent, or on its way."""
    look_s: Array
    """float64[n] when it looks at the ways on again; -inf: at once, without holding on to its choice."""
    came_s: Array
    """float64[n] since when it is held up before the gate that it walks to; NaN: it is not."""
    last_vertex: Array
    """int32[n] the vertex it came through; -1 at the start."""
    was_x: Array
    """float64[n] where it was before the step."""
    was_y: Array
    still_x: Array
    """float64[n] where it last stood on the floor, half a metre or less away; where it left the building."""
    still_y: Array
    still_s: Array
    """float64[n] when it left the building."""
    target: Array
    """int32[n] the place (row of :class:`~twin.movement.crowd.routes.Places`) to which it walks; -1 none."""
    to_go: Array
    """float64[n] metres it still has to what it walks to, when it last looked or was counted."""
    factor: Array
    """float64[n] share of its own speed at which it can walk (smoke)."""
    helped: Array
    """int8[n] what was done to get it on (see :mod:`twin.movement.crowd.watchdog`)."""
    helped_s: Array
    """float64[n] when that was done."""
    got_s: Array
    """float64[n] when it last got on: its way became half a metre shorter, it passed its gate, or it did
    not want to walk."""
    got_passed: Array
    """int32[n] how many had passed the vertex that it walks to then."""
    near_m: Array
    """float64[n] how near it has come to what it walks to."""
    near_vertex: Array
    """int32[n] the vertex for which that holds."""
    node: Array
    """int32[n] node in which it was last counted; -1 outside."""


def walkers_of(rows: int) -> Walkers:
    """Room for ``rows`` agents, all of them outside."""
    return Walkers(
        x=np.zeros(rows),
        y=np.zeros(rows),
        vx=np.zeros(rows),
        vy=np.zeros(rows),
        ax=np.zeros(rows),
        ay=np.zeros(rows),
        pace=np.zeros(rows),
        speed=np.zeros((rows, 3)),
        depth=np.full(rows, ADULT_DEPTH_M),
        breadth=np.full(rows, ADULT_BREADTH_M),
        gap=np.zeros(rows),
        room=np.full(rows, -1, np.int32),
        state=np.zeros(rows, np.int8),
        vertex=np.full(rows, -2, np.int32),
        goal=np.full(rows, -1, np.int32),
        patience=np.zeros(rows),
        side=np.zeros(rows, np.float32),
        met=np.zeros(rows, np.float32),
        part=np.full(rows, -1, np.int32),
        group=np.full(rows, -1, np.int32),
        weight=np.ones(rows, np.int32),
        moving=np.zeros(rows, bool),
    )


def ways_of(rows: int) -> Ways:
    """Room for ``rows`` agents."""
    return Ways(
        sees=np.zeros(rows, bool),
        start_s=np.full(rows, np.inf),
        look_s=np.full(rows, np.inf),
        came_s=np.full(rows, np.nan),
        last_vertex=np.full(rows, -1, np.int32),
        was_x=np.zeros(rows),
        was_y=np.zeros(rows),
        still_x=np.zeros(rows),
        still_y=np.zeros(rows),
        still_s=np.zeros(rows),
        target=np.full(rows, -1, np.int32),
        to_go=np.zeros(rows),
        factor=np.ones(rows),
        helped=np.zeros(rows, np.int8),
        helped_s=np.zeros(rows),
        got_s=np.zeros(rows),
        got_passed=np.zeros(rows, np.int32),
        near_m=np.zeros(rows),
        near_vertex=np.full(rows, -2, np.int32),
        node=np.full(rows, -1, np.int32),
    )


Rows = TypeVar("Rows", Walkers, Ways)


def grown(fresh: Rows, rows: Rows) -> Rows:
    """``fresh`` with ``rows`` at its beginning."""
    for new, old in zip(fresh, rows, strict=True):
        new[: len(old)] = old
    return fresh
