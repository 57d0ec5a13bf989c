"""One step of everybody: they decide on a velocity, take it up, give way, and stop at walls."""

from __future__ import annotations

import math

import numpy as np
from numba import prange

from twin.movement.crowd import cells
from twin.movement.crowd.arrays import Array, Canvas, Walkers
from twin.movement.crowd.cells import (
    AX,
    AY,
    BREADTH,
    FAR,
    GAP,
    KEPT,
    MET,
    NOW,
    OFTEN,
    PACE,
    PATIENCE,
    SIDE,
    VX,
    VY,
    Scratch,
    X,
    Y,
    sort_into_cells,
    take_back,
)
from twin.movement.crowd.choosing import choose, evaded, evasion
from twin.movement.crowd.compiled import entry, inlined, kernel, threaded
from twin.movement.crowd.dealing import PIECE, hands, next_piece
from twin.movement.crowd.lanes import WIDTH, bits, everywhere, load, pick, root, total
from twin.movement.crowd.law import Law
from twin.movement.crowd.seeing import (
    ADULT_BREADTH,
    ADULT_DEPTH,
    AGAINST,
    DEPTH,
    DX,
    DY,
    FACING,
    FOUND,
    NARROW,
    NEAR,
    before_opening,
    crosses,
    distance2,
    gather,
    square_of,
)

_DECIDE_S, _LOOK_S = 0.1, 0.5
"""Times from one decision to the next, and from one look far ahead to the next; there are as many decisions
with any step, so that the result hardly depends on it."""
_DEEPEST = 0.5
"""Depth of others that is reckoned with in what lies ahead, m."""
_PUSHED_MPS = 0.3
"""How fast somebody who stands is moved aside."""
_BESIDE_M = 0.6
"""Who passes farther to the side than this is not made way for."""
_SAME_M = 1e-6
_SLOW_MPS = 0.1
"""Who wants to walk no faster is not held up."""
_HELD_UP = 0.2
"""Share of the pace below which one counts as held up."""


@inlined
def _apart(found: Array, count: int, ax: float, ay: float) -> tuple[float, float]:
    """The sum of what moves one away from those whose room one stands in (0 ... 1 each)."""
    px, py, none = everywhere(0.0), everywhere(0.0), everywhere(0.0)
    for k in range(0, count, WIDTH):
        dx, dy = load(found, DX, k), load(found, DY, k)
        lon = (dx * ax + dy * ay) / load(found, DEPTH, k)
        lat = (dy * ax - dx * ay) * load(found, NARROW, k)
        inside = lon * lon + lat * lat
        if bits(inside < 1.0) == 0:
            continue
        share, away = pick(inside < 1.0, 1.0 - root(inside), none), root(dx * dx + dy * dy)
        apart = away > _SAME_M
        px = px - pick(apart, share * dx / away, none)
        py = py + pick(apart, -(share * dy / away), share)
    return total(px), total(py)


@inlined
def _aside(found: Array, count: int, ax: float, ay: float, law: Law) -> tuple[float, float]:
    """What moves one aside, across one's way, from those who come straight towards one (0 ... 1 each)."""
    off, none = everywhere(0.0), everywhere(0.0)
    for k in range(0, count, WIDTH):
        dx, dy = load(found, DX, k), load(found, DY, k)
        lon, lat = dx * ax + dy * ay, dy * ax - dx * ay
        away = pick(lat < 0.0, -lat, lat)
        counts = (
            (load(found, FACING, k) < AGAINST) & (lon > 0.0) & (lon < law.give_way_m) & (away < _BESIDE_M)
        )
        share = (1.0 - lon / law.give_way_m) * (1.0 - away / _BESIDE_M)
        off = off + pick(counts, pick(lat < 0.0, share, -share), none)
    sideways = total(off)
    return -ay * sideways, ax * sideways


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
    law: Law,
    scratch: Scratch,
    row: int,
    square: int,
    looks: bool,  # noqa: FBT001 - numba takes no keyword-only arguments
    found: Array,
    fence: Array,
    one: Array,
) -> tuple[float, float, float, float]:
    """The velocity that the agent in ``row`` wants, and that to give way. ``looks``: far ahead, too."""
    body = scratch.body
    ax, ay = body[row, AX], body[row, AY]
    pace, patience = body[row, PACE], body[row, PATIENCE]
    walks = pace > 0.0 and (ax != 0.0 or ay != 0.0)
    gap = body[row, GAP] * (1.0 - law.hurry * min(patience / law.hurry_s, 1.0))
    reach = pace * gap + law.depth_m * (body[row, cells.DEPTH] + _DEEPEST) / (2.0 * ADULT_DEPTH)
    count = gather(canvas, law, scratch, row, patience, reach, found, fence, square)
    tx, ty = 0.0, 0.0
    if walks:
        breadth = body[row, BREADTH] / ADULT_BREADTH
        one[0], one[1], one[2], one[3] = body[row, X], body[row, Y], ax, ay
        if looks:
            turn, met = evasion(canvas, law, scratch, row)
            body[row, SIDE], body[row, MET] = 0.5 * (body[row, SIDE] + turn), 0.5 * (body[row, MET] + met)
        one[4] = pace * (1.0 - law.wary * abs(body[row, SIDE])) * (1.0 - law.caution * body[row, MET])
        one[5] = gap
        one[6] = law.comfort_m * breadth
        # Nobody passes anybody on a flight as in a crowd: its time gap holds for those at one's side, too.
        alike = body[row, GAP] > law.time_gap_s or before_opening(
            canvas, square, int(body[row, cells.ROOM]), body[row, X], body[row, Y], ax, ay, law.opening_m
        )
        one[7] = 0.0 if alike else law.closer
        one[2], one[3] = evaded(canvas, square, law.keep_right * body[row, SIDE], one, law.margin_m * breadth)
        hx, hy, speed = choose(canvas, law, found, count, square, one, body[row, SIDE])
        tx, ty = speed * hx, speed * hy
    px, py, sx, sy = 0.0, 0.0, 0.0, 0.0
    if count > 0:
        px, py = _apart(found, count, ax if walks else 1.0, ay if walks else 0.0)
        sx, sy = _aside(found, count, ax, ay, law)
    wx, wy = law.apart_mps * px + law.give_way_mps * sx, law.apart_mps * py + law.give_way_mps * sy
    return tx, ty, wx, wy


@inlined
def _go(
    canvas: Canvas,
    law: Law,
    scratch: Scratch,
    row: int,
    square: int,
    will: tuple[float, float, float, float],
    dt: float,
    taken: float,
) -> None:
    """The next place and velocity of the agent in ``row``, written to ``scratch.new``."""
    body, new = scratch.body, scratch.new
    x, y, pace, patience = body[row, X], body[row, Y], body[row, PACE], body[row, PATIENCE]
    vx = body[row, VX] + (will[0] - body[row, VX]) * taken
    vy = body[row, VY] + (will[1] - body[row, VY]) * taken
    wx, wy = vx + will[2], vy + will[3]
    most = pace if pace > 0.0 else _PUSHED_MPS
    fast = math.sqrt(wx * wx + wy * wy)
    if fast > most:
        wx, wy = wx * most / fast, wy * most / fast
    nx, ny = x + wx * dt, y + wy * dt
    if canvas.wall_start[square + 1] > canvas.wall_start[square]:
        margin = law.margin_m * body[row, BREADTH] / ADULT_BREADTH
        nx, ny = _within_walls(canvas, square, x, y, nx, ny, margin)
    if pace > _SLOW_MPS:
        on = (nx - x) * body[row, AX] + (ny - y) * body[row, AY]
        patience = patience + dt if on < _HELD_UP * pace * dt else max(0.0, patience - 3.0 * dt)
    new[row, 0], new[row, 1], new[row, 2], new[row, 3] = nx, ny, vx, vy
    new[row, 4], new[row, 5], new[row, 6] = patience, body[row, SIDE], body[row, MET]


@kernel
def _some(
    canvas: Canvas,
    law: Law,
    scratch: Scratch,
    first: int,
    last: int,
    dt: float,
    found: Array,
    fence: Array,
    one: Array,
) -> None:
    """Move the agents in the rows ``first`` to ``last``."""
    taken = 1.0 - math.exp(-dt / law.relaxation_s)
    now, far, often = scratch.tick[NOW], scratch.tick[FAR], scratch.tick[OFTEN]
    body, kept, all_decide = scratch.body, scratch.will, scratch.tick[KEPT] == 0
    for row in range(first, last):
        i = scratch.order[row]
        square = square_of(canvas, body[row, X], body[row, Y])
        if all_decide or (now + i) % often == 0:
            will = _decide(canvas, law, scratch, row, square, (now + i) % far < often, found, fence, one)
            if often > 1:
                kept[i, 0], kept[i, 1], kept[i, 2], kept[i, 3] = will
        else:
            will = (kept[i, 0], kept[i, 1], kept[i, 2], kept[i, 3])
        _go(canvas, law, scratch, row, square, will, dt, taken)


@kernel
def _pieces(
    canvas: Canvas,
    law: Law,
    scratch: Scratch,
    total: int,
    dt: float,
    found: Array,
    fence: Array,
    one: Array,
) -> None:
    """Move the agents of one piece of rows after the other."""
    while True:
        first = next_piece(scratch.dealt) * PIECE
        if first >= total:
            return
        _some(canvas, law, scratch, first, min(first + PIECE, total), dt, found, fence, one)


@threaded
def _everybody(canvas: Canvas, law: Law, scratch: Scratch, total: int, dt: float) -> None:
    """Move the agents in the rows up to ``total``, on all threads."""
    scratch.dealt[0] = 0
    for _ in prange(hands(total)):
        found = np.empty((FOUND, NEAR), np.float32)
        fence, one = np.empty((scratch.walls, 5)), np.zeros(8)
        _pieces(canvas, law, scratch, total, dt, found, fence, one)


@kernel
def move(canvas: Canvas, people: Walkers, law: Law, scratch: Scratch, agents: int, dt: float) -> None:
    """Move the first ``agents`` agents by ``dt`` seconds.

    Reads aims and paces, writes places, velocities and patience. All see where the others were before the
    step, so the result does not depend on the number of threads.
    """
    scratch.tick[NOW] += 1
    scratch.tick[OFTEN] = max(1, round(_DECIDE_S / dt))
    scratch.tick[FAR] = max(1, round(_LOOK_S / dt))
    total = sort_into_cells(canvas, people, scratch, agents)
    _everybody(canvas, law, scratch, total, dt)
    scratch.tick[KEPT] = scratch.tick[OFTEN] > 1
    take_back(people, scratch, agents)


@entry
def step(canvas: Canvas, people: Walkers, law: Law, scratch: Scratch, agents: int, dt: float) -> None:
    """:func:`move`, called from Python."""
    move(canvas, people, law, scratch, agents, dt)
