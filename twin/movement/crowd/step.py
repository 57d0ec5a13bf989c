"""One step of everybody: they decide on a velocity, take it up, give way, and stop at walls."""

from __future__ import annotations

import math

import numpy as np
from numba import prange

from twin.movement.crowd.arrays import Array, Canvas, Walkers
from twin.movement.crowd.cells import Scratch, sort_into_cells
from twin.movement.crowd.choosing import choose, evaded, oncoming
from twin.movement.crowd.compiled import entry, inlined, kernel, threaded
from twin.movement.crowd.law import Law
from twin.movement.crowd.seeing import (
    ADULT_BREADTH,
    ADULT_DEPTH,
    FOUND,
    NEAR,
    crosses,
    distance2,
    gather,
    square_of,
)

_CHUNK = 128
_DECIDE_S, _LOOK_S = 0.1, 0.5
"""Times from one decision to the next, and from one look far ahead to the next; there are as many decisions
with any step, so that the result hardly depends on it."""
_DEEPEST = 0.5
"""Depth of others that is reckoned with in what lies ahead, m."""
_PUSHED_MPS = 0.3
"""How fast somebody who stands is moved aside."""
_SAME_M = 1e-6
_SLOW_MPS = 0.1
"""Who wants to walk no faster is not held up."""
_HELD_UP = 0.2
"""Share of the pace below which one counts as held up."""


@inlined
def _apart(found: Array, count: int, ax: float, ay: float) -> tuple[float, float]:
    """The sum of what moves one away from those whose room one stands in (0 ... 1 each)."""
    px, py = 0.0, 0.0
    for k in range(count):
        dx, dy = found[k, 0], found[k, 1]
        lon, lat = (dx * ax + dy * ay) / found[k, 4], (dy * ax - dx * ay) * found[k, 5]
        inside = lon * lon + lat * lat
        if inside < 1.0:
            away = math.sqrt(dx * dx + dy * dy)
            share = 1.0 - math.sqrt(inside)
            if away > _SAME_M:
                px -= share * dx / away
                py -= share * dy / away
            else:
                py += share
    return px, py


@inlined
def _within_walls(
    canvas: Canvas, square: int, x: float, y: float, nx: float, ny: float, margin: float
) -> tuple[float, float]:
    """Where one comes on the way from (x, y) to (nx, ny), kept off the walls and never through one."""
    first, last = canvas.wall_start[square], canvas.wall_start[square + 1]
    for _ in range(2):
        for k in range(first, last):
            near2, dx, dy = distance2(nx, ny, canvas.wall[canvas.wall_item[k]])
            if _SAME_M * _SAME_M < near2 < margin * margin:
                away = math.sqrt(near2)
                nx += dx / away * (margin - away)
                ny += dy / away * (margin - away)
    for k in range(first, last):
        if crosses(x, y, nx, ny, canvas.wall[canvas.wall_item[k]]):
            return x, y
    return nx, ny


@inlined
def _decide(
    canvas: Canvas,
    people: Walkers,
    law: Law,
    scratch: Scratch,
    row: int,
    square: int,
    found: Array,
    one: Array,
) -> None:
    """Write what the agent in ``row`` wants into ``scratch.will``."""
    i = scratch.order[row]
    ax, ay = people.ax[i], people.ay[i]
    pace = people.pace[i] if people.moving[i] else 0.0
    walks = pace > 0.0 and (ax != 0.0 or ay != 0.0)
    reach = pace * people.gap[i] + law.depth_m * (people.depth[i] + _DEEPEST) / (2.0 * ADULT_DEPTH)
    count = gather(canvas, law, scratch, row, people.patience[i], reach, found, square)
    tx, ty = 0.0, 0.0
    if walks:
        breadth = people.breadth[i] / ADULT_BREADTH
        one[0], one[1], one[2], one[3] = people.x[i], people.y[i], ax, ay
        one[4], one[5], one[6] = pace, people.gap[i], law.comfort_m * breadth
        if (i + scratch.tick[0]) % scratch.tick[1] < scratch.tick[2]:
            many = oncoming(canvas, scratch, row)
            people.side[i] = 0.5 * people.side[i] + 0.5 * law.keep_right * many / (1.0 + many)
        one[2], one[3] = evaded(canvas, square, people.side[i], one, law.margin_m * breadth)
        hx, hy, speed = choose(canvas, law, found, count, square, one)
        tx, ty = speed * hx, speed * hy
    px, py = _apart(found, count, ax if walks else 1.0, ay if walks else 0.0)
    will = scratch.will
    will[i, 0], will[i, 1], will[i, 2], will[i, 3] = tx, ty, law.apart_mps * px, law.apart_mps * py


@inlined
def _go(
    canvas: Canvas, people: Walkers, law: Law, scratch: Scratch, i: int, square: int, dt: float, taken: float
) -> None:
    """The next place and velocity of agent ``i``, written to ``scratch.new``."""
    x, y, will = people.x[i], people.y[i], scratch.will
    pace = people.pace[i] if people.moving[i] else 0.0
    vx = people.vx[i] + (will[i, 0] - people.vx[i]) * taken
    vy = people.vy[i] + (will[i, 1] - people.vy[i]) * taken
    wx, wy = vx + will[i, 2], vy + will[i, 3]
    most = pace if pace > 0.0 else _PUSHED_MPS
    fast = math.sqrt(wx * wx + wy * wy)
    if fast > most:
        wx, wy = wx * most / fast, wy * most / fast
    nx, ny = x + wx * dt, y + wy * dt
    if canvas.wall_start[square + 1] > canvas.wall_start[square]:
        margin = law.margin_m * people.breadth[i] / ADULT_BREADTH
        nx, ny = _within_walls(canvas, square, x, y, nx, ny, margin)
    new = scratch.new
    new[i, 0], new[i, 1], new[i, 2], new[i, 3] = nx, ny, vx, vy
    if pace > _SLOW_MPS:
        on = (nx - x) * people.ax[i] + (ny - y) * people.ay[i]
        if on < _HELD_UP * pace * dt:
            people.patience[i] += dt
        else:
            people.patience[i] = max(0.0, people.patience[i] - 3.0 * dt)


@kernel
def _some(
    canvas: Canvas,
    people: Walkers,
    law: Law,
    scratch: Scratch,
    first: int,
    last: int,
    dt: float,
    found: Array,
    one: Array,
) -> None:
    """Move the agents in the rows ``first`` to ``last``."""
    taken = 1.0 - math.exp(-dt / law.relaxation_s)
    for row in range(first, last):
        i = scratch.order[row]
        square = square_of(canvas, people.x[i], people.y[i])
        if (i + scratch.tick[0]) % scratch.tick[2] == 0:
            _decide(canvas, people, law, scratch, row, square, found, one)
        _go(canvas, people, law, scratch, i, square, dt, taken)


@threaded
def move(canvas: Canvas, people: Walkers, law: Law, scratch: Scratch, agents: int, dt: float) -> None:
    """Move the first ``agents`` agents by ``dt`` seconds.

    Reads aims and paces, writes places, velocities and patience. All see where the others were before the
    step, so the result does not depend on the number of threads.
    """
    scratch.tick[0] += 1
    scratch.tick[2] = max(1, round(_DECIDE_S / dt))
    scratch.tick[1] = max(1, round(_LOOK_S / dt))
    total = sort_into_cells(canvas, people, scratch, agents)
    chunks = (total + _CHUNK - 1) // _CHUNK
    for chunk in prange(chunks):
        found = np.empty((NEAR, FOUND))
        one = np.zeros(7)
        _some(canvas, people, law, scratch, chunk * _CHUNK, min((chunk + 1) * _CHUNK, total), dt, found, one)
    for row in range(total):
        i = scratch.order[row]
        people.x[i], people.y[i] = scratch.new[i, 0], scratch.new[i, 1]
        people.vx[i], people.vy[i] = scratch.new[i, 2], scratch.new[i, 3]


@entry
def step(canvas: Canvas, people: Walkers, law: Law, scratch: Scratch, agents: int, dt: float) -> None:
    """:func:`move`, called from Python."""
    move(canvas, people, law, scratch, agents, dt)
