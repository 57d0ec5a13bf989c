"""The arrays that the crowd kernels work on, as named tuples (numba keeps functions of these only).

One *canvas* holds every level and every flight: levels are shifted apart, flights lie unrolled along their
slope, so that the kernels know one plane only. A *room* is where one can see and walk without passing a
gate: a space of the plan (rooms 0 ... S-1, as in ``network.space_ids``), or one link of a connector (rooms
S ... S+K-1). A *gate* is numbered as in :class:`twin.movement.network.model.Network` (openings and exits,
then both ends of each link; the cuts inside a space are no gates here), a *vertex* is a gate passed in one
direction.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]

DWELL, STARTING, WALKING, QUEUING, AT_LIFT, RIDING, OUT, LOST = range(8)
"""States of an agent, numbered as in the network engine. QUEUING: walks, but has stood in a queue for the
last seconds (or stands in a line that it joined)."""

LEVEL, UP, DOWN = range(3)
"""Columns of the free speeds, and the sense in which a room is walked."""


class Canvas(NamedTuple):
    """The plane in which everybody walks: walls, rooms and gates. Lengths m, in canvas coordinates."""

    origin_x: float
    origin_y: float
    cell_m: float
    """Side of a raster cell (0.25 m)."""
    room: Array
    """int32[rows, cols] room of each cell's middle; -1 solid."""
    node: Array
    """int32[rows, cols] node (zone or link) of the network in which people there are counted; -1."""
    wall: Array
    """float64[W, 4] x0, y0, x1, y1 of each piece of wall. Gates are gaps; a closed one is a wall too."""
    bin_m: float
    """Side of a square in which walls and mouths are listed (1.5 m)."""
    bins_x: int
    bins_y: int
    wall_start: Array
    """int32[bins + 1] rows of ``wall_item`` by square (row by row, x fastest)."""
    wall_item: Array
    """int32[] walls within ``reach_m`` of the square."""
    mouth: Array
    """float64[M, 4] x0, y0, x1, y1 of each gate as seen from one of its rooms, in canvas coordinates; the
    way through leads to the left of the vector from (x0, y0) to (x1, y1)."""
    mouth_vertex: Array
    """int32[M] the vertex that one takes through it."""
    mouth_room: Array
    """int32[M] the room that it leads out of."""
    mouth_opposite: Array
    """int32[M] the same way seen from the room behind it: what lies at share t of the one lies at 1 - t of
    the other; -1 where it leads outside. Of a door it is the same line turned round, of a flight another.
    """
    vertex_mouth: Array
    """int32[V + 1] rows of the mouths (which are sorted by vertex) of each vertex. Most have one; a front
    that bends has one for each straight piece; a gate that cannot be reached, a cut and a lift have none."""
    mouth_start: Array
    """int32[bins + 1] rows of ``mouth_item`` by square."""
    mouth_item: Array
    """int32[] mouths within ``reach_m`` of the square."""
    reach_m: float
    """How far from a square what is listed in it may lie (0.8 m)."""


class Walkers(NamedTuple):
    """One row an agent, in the order in which agents were added. Canvas coordinates, m, s, m/s."""

    x: Array
    y: Array
    vx: Array
    """float64[n] velocity of the last step."""
    vy: Array
    ax: Array
    """float64[n] aim: unit vector of the way on (0, 0: stands). Written by the guidance before each step."""
    ay: Array
    pace: Array
    """float64[n] speed wanted this step, m/s: the free speed of the room and sense, less what a group, a line
    or smoke takes off. Never exceeded."""
    speed: Array
    """float64[n, 3] free speed on the level, up and down."""
    depth: Array
    """float64[n] m from chest to back: what one needs in the direction of walking, standing (adult 0.30)."""
    breadth: Array
    """float64[n] m from shoulder to shoulder (adult 0.46; a wheelchair 0.70)."""
    gap: Array
    """float64[n] time gap, s, that one keeps to who is ahead; stairs have their own."""
    room: Array
    """int32[n] room one is in; -1: outside or in a lift."""
    state: Array
    """int8[n]"""
    vertex: Array
    """int32[n] vertex one walks to; -1: the place of the goal; -2: none."""
    goal: Array
    """int32[n] number of the goal; -1 none."""
    patience: Array
    """float64[n] seconds for which one has been held up (hardly moved though one wanted to)."""
    side: Array
    """float32[n] how far one turns from those who come towards one: -1 left, 0 not at all, +1 right."""
    met: Array
    """float32[n] how much one sees come towards one: 0 nothing, towards 1 a stream."""
    part: Array
    """int32[n] part of the opening that one has chosen (see ``openings``); -1: the nearest place."""
    group: Array
    """int32[n] people who stay together have the same number; -1 alone."""
    weight: Array
    """int32[n] people an agent stands for; 1 in this engine."""
    moving: Array
    """bool[n] whether it takes part in the step as one who wants to move (else it only stands there)."""
