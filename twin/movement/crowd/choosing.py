"""Which way on: how far each heading is free, and how far to turn from people who come towards one."""

from __future__ import annotations

import math

import numpy as np

from twin.movement.crowd.arrays import Array, Canvas
from twin.movement.crowd.cells import AX, AY, CELL_M, Scratch, X, Y
from twin.movement.crowd.compiled import inlined
from twin.movement.crowd.lanes import WIDTH, bits, everywhere, least, load, lower, pick, root, total, up_to
from twin.movement.crowd.law import Law
from twin.movement.crowd.seeing import AGAINST, DEPTH, DX, DY, NARROW, VX, VY, at_wall

_TURNS = np.deg2rad(np.array([-20.0, 20.0, -40.0, 40.0, -65.0, 65.0, -90.0, 90.0]))
"""To the headings that one tries beside the aim."""
_COS, _SIN = np.cos(_TURNS), np.sin(_TURNS)
_SIDEWAYS = 0.15
"""Worth of a metre sideways, beside one ahead."""
_LOOK_M = 0.5
"""How far ahead a heading must be free of walls."""
_WINDOWS = (1.5, 3.5, 5.5)
"""Distances ahead of the windows of 3 x 3 cells in which oncoming people are looked for, m."""
_BESIDE_M = 1.3
"""Half the width of the strip ahead in which one sees where people go."""
_SPARE_M, _ASTRAY_M = 0.2, 0.5
"""One keeps this far from the line between two streams; who is as far across as this turns all one can."""
_FEW = 1.0
"""One who comes towards one (weighted by how near) is no stream."""
_STRAIGHT = 0.02
"""Radians that count as no turn."""


@inlined
def free_way(
    found: Array, count: int, hx: float, hy: float, ahead_s: float, closer: float, most: float, least_m: float
) -> float:
    """Free distance along the heading (hx, hy), 0 to ``most``; 0 where it is less than ``least_m``.

    That to somebody whom one just passes counts as longer by the share ``closer``.
    """
    free = everywhere(most)
    for k in range(0, count, WIDTH):
        dx, dy, narrow = load(found, DX, k), load(found, DY, k), load(found, NARROW, k)
        lon, lat = dx * hx + dy * hy, (dy * hx - dx * hy) * narrow
        beside = 1.0 - lat * lat
        towards = lower(load(found, VX, k) * hx + load(found, VY, k) * hy, everywhere(0.0))
        gap = lon + towards * ahead_s - load(found, DEPTH, k) * root(beside)
        gap = gap * (1.0 + closer - closer * beside)
        ahead = (lon > 0.0) & (beside > 0.0)
        if bits(ahead & (gap < least_m)) != 0:
            return 0.0
        free = pick(ahead, lower(gap, free), free)
    return float(max(least(free), 0.0))


@inlined
def choose(
    canvas: Canvas, law: Law, found: Array, count: int, square: int, one: Array, turn: float
) -> tuple[float, float, float]:
    """The heading (unit vector) on which one gets on best, and the speed on it, m/s.

    ``one``: x, y, ax, ay, pace, time gap, distance to keep from walls, and how much closer one follows whom
    one just passes. ``turn``: :func:`evasion`; one does not overtake on the side of those who come.
    """
    ax, ay, pace, gap = one[2], one[3], one[4], one[5]
    most = pace * gap
    speed = free_way(found, count, ax, ay, law.anticipation_s, one[7], most, 0.0) / gap
    bx, by = ax, ay
    if speed >= law.content * pace:
        return bx, by, speed
    best = speed * (1.0 + _SIDEWAYS)
    walls = canvas.wall_start[square + 1] > canvas.wall_start[square]
    for k in range(len(_TURNS)):
        worth = (_COS[k] + _SIDEWAYS) * (1.0 - law.turn_cost * abs(_TURNS[k]))
        if (turn > 0.0) == (_TURNS[k] > 0.0):
            worth *= 1.0 - law.own_side * abs(turn)
        # Even with nobody in the way it would be worth less.
        if pace * worth <= best:
            continue
        hx, hy = ax * _COS[k] - ay * _SIN[k], ax * _SIN[k] + ay * _COS[k]
        useful = best / worth * gap
        on = free_way(found, count, hx, hy, law.anticipation_s, one[7], most, useful) / gap
        if on * worth <= best:
            continue
        if walls and at_wall(
            canvas, square, one[0], one[1], one[0] + _LOOK_M * hx, one[1] + _LOOK_M * hy, one[6]
        ):
            continue
        best, bx, by, speed = on * worth, hx, hy, on
    return bx, by, speed


@inlined
def _turn(law: Law, many: float, theirs: float, ours: float) -> float:
    """Which way to turn, and how much: 1 (right, all one can), 0 (not at all), -1 (left).

    Streams that are sorted keep their sides: only who is on the wrong side of the line half-way between them
    goes back to its own. Those that are mixed sort to the right.

    Args:
        law: how people walk.
        many: how many come towards one, weighted.
        theirs: where they are on average, m to the left of one.
        ours: the same of those who go one's own way, oneself among them.
    """
    sides = min(1.0, abs(theirs - ours) / law.sorted_m)
    hand = -1.0 if theirs - ours < -law.sorted_m else 1.0
    astray = min(1.0, max(0.0, (_SPARE_M - hand * 0.5 * (theirs + ours)) / _ASTRAY_M))
    return hand * (1.0 - sides + sides * astray) * many / (1.0 + many)


@inlined
def _window(canvas: Canvas, scratch: Scratch, x: float, y: float, ax: float, ay: float, k: int) -> int:
    """Cell in the middle of window ``k`` ahead of (x, y); -1 where the canvas ends or there is no floor."""
    px, py = x + _WINDOWS[k] * ax - canvas.origin_x, y + _WINDOWS[k] * ay - canvas.origin_y
    column, line = int(px / CELL_M), int(py / CELL_M)
    if column < 1 or line < 1 or column >= scratch.columns - 1 or line >= scratch.lines - 1:
        return -1
    row = min(int(py / canvas.cell_m), canvas.room.shape[0] - 1)
    if canvas.room[row, min(int(px / canvas.cell_m), canvas.room.shape[1] - 1)] < 0:
        return -1
    return line * scratch.columns + column


@inlined
def _anybody_against(scratch: Scratch, cell: int, ax: float, ay: float) -> bool:
    """Whether anybody in the 3 x 3 cells round ``cell`` walks against (ax, ay)."""
    seen = scratch.seen
    for r in range(cell - scratch.columns, cell + scratch.columns + 1, scratch.columns):
        last = scratch.cell_start[r + 2]
        for first in range(scratch.cell_start[r - 1], last, WIDTH):
            along = load(seen, AX, first) * ax + load(seen, AY, first) * ay
            if bits(up_to(last - first) & (along < AGAINST)) != 0:
                return True
    return False


@inlined
def evasion(canvas: Canvas, law: Law, scratch: Scratch, row: int) -> tuple[float, float]:
    """How far to turn from people who come towards one in the next 6.5 m (see :func:`_turn`); how many.

    The second from 0 (nobody) towards 1 (a stream).
    """
    body, seen = scratch.body, scratch.seen
    x, y, ax, ay = body[row, X], body[row, Y], body[row, AX], body[row, AY]
    windows, anybody = 0, False
    while windows < len(_WINDOWS):
        cell = _window(canvas, scratch, x, y, ax, ay, windows)
        if cell < 0:
            break
        anybody = anybody or _anybody_against(scratch, cell, ax, ay)
        windows += 1
    if not anybody:
        return 0.0, 0.0
    own_x, own_y = float(seen[X, row]), float(seen[Y, row])
    none = everywhere(0.0)
    many, theirs, with_one, ours = none, none, none, none
    for window in range(windows):
        middle, cell = _WINDOWS[window], _window(canvas, scratch, x, y, ax, ay, window)
        for r in range(cell - scratch.columns, cell + scratch.columns + 1, scratch.columns):
            last = scratch.cell_start[r + 2]
            for first in range(scratch.cell_start[r - 1], last, WIDTH):
                along = load(seen, AX, first) * ax + load(seen, AY, first) * ay
                dx, dy = load(seen, X, first) - own_x, load(seen, Y, first) - own_y
                lon, lat = dx * ax + dy * ay, dy * ax - dx * ay
                counts = up_to(last - first) & (lon >= middle - 1.0) & (lon < middle + 1.0)
                counts = counts & (lat * lat < _BESIDE_M * _BESIDE_M)
                weight = along * (1.0 - lon / (_WINDOWS[-1] + 1.0))
                against = pick(counts & (along < AGAINST), weight, none)
                same = pick(counts & (along > -AGAINST), weight, none)
                many, theirs = many - against, theirs - against * lat
                with_one, ours = with_one + same, ours + same * lat
    number = total(many)
    if number <= 0.0:
        return 0.0, 0.0
    turn = _turn(law, number, total(theirs) / number, total(ours) / (1.0 + total(with_one)))
    return turn, (number / (_FEW + number)) ** 2


@inlined
def evaded(canvas: Canvas, square: int, turn: float, one: Array, margin: float) -> tuple[float, float]:
    """The aim, turned to the right by ``turn`` radians unless a wall is there."""
    ax, ay = one[2], one[3]
    if abs(turn) <= _STRAIGHT:
        return ax, ay
    hx = ax * math.cos(turn) + ay * math.sin(turn)
    hy = ay * math.cos(turn) - ax * math.sin(turn)
    if at_wall(canvas, square, one[0], one[1], one[0] + 0.35 * hx, one[1] + 0.35 * hy, margin):
        return ax, ay
    return hx, hy
