"""Which way on: how far each heading is free, and how far to turn from people who come towards one."""

from __future__ import annotations

import math

import numpy as np

from twin.movement.crowd.arrays import Array, Canvas
from twin.movement.crowd.cells import CELL_M, SEEN_AX, SEEN_AY, SEEN_X, SEEN_Y, Scratch
from twin.movement.crowd.compiled import inlined
from twin.movement.crowd.lanes import WIDTH, everywhere, least, load, lower, pick, root, total, up_to
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
_FEW = 2.0
"""A few who come towards one (weighted by how near they are) are no stream."""
_STRAIGHT = 0.02
"""Radians that count as no turn."""


@inlined
def free_way(
    found: Array, count: int, hx: float, hy: float, ahead_s: float, closer: float, most: float
) -> float:
    """Free distance along the heading (hx, hy), 0 to ``most``.

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
        free = pick((lon > 0.0) & (beside > 0.0), lower(gap, free), free)
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
    speed = free_way(found, count, ax, ay, law.anticipation_s, one[7], most) / gap
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
        on = free_way(found, count, hx, hy, law.anticipation_s, one[7], most) / gap
        if on * worth <= best:
            continue
        if walls and at_wall(
            canvas, square, one[0], one[1], one[0] + _LOOK_M * hx, one[1] + _LOOK_M * hy, one[6]
        ):
            continue
        best, bx, by, speed = on * worth, hx, hy, on
    return bx, by, speed


@inlined
def _floor_ahead(canvas: Canvas, x: float, y: float, ax: float, ay: float, window: int) -> bool:
    """Whether there is floor in the middle of each window up to ``window``."""
    for k in range(window + 1):
        px, py = x + _WINDOWS[k] * ax - canvas.origin_x, y + _WINDOWS[k] * ay - canvas.origin_y
        line = min(int(py / canvas.cell_m), canvas.room.shape[0] - 1)
        if canvas.room[line, min(int(px / canvas.cell_m), canvas.room.shape[1] - 1)] < 0:
            return False
    return True


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
def evasion(canvas: Canvas, law: Law, scratch: Scratch, row: int) -> tuple[float, float]:
    """How far to turn from people who come towards one in the next 6.5 m (see :func:`_turn`); how many.

    The second from 0 (nobody) towards 1 (a stream).
    """
    near, at, seen = scratch.near, scratch.at, scratch.seen
    x, y, ax, ay = at[row, 0], at[row, 1], near[row, 2], near[row, 3]
    own_x, own_y = float(seen[SEEN_X, row]), float(seen[SEEN_Y, row])
    none = everywhere(0.0)
    many, theirs, with_one, ours = none, none, none, none
    for window in range(len(_WINDOWS)):
        middle = _WINDOWS[window]
        px, py = x + middle * ax - canvas.origin_x, y + middle * ay - canvas.origin_y
        column, line = int(px / CELL_M), int(py / CELL_M)
        if column < 1 or line < 1 or column >= scratch.columns - 1 or line >= scratch.lines - 1:
            break
        if not _floor_ahead(canvas, x, y, ax, ay, window):
            break
        for r in range(line - 1, line + 2):
            last = scratch.cell_start[r * scratch.columns + column + 2]
            for first in range(scratch.cell_start[r * scratch.columns + column - 1], last, WIDTH):
                along = load(seen, SEEN_AX, first) * ax + load(seen, SEEN_AY, first) * ay
                dx, dy = load(seen, SEEN_X, first) - own_x, load(seen, SEEN_Y, first) - own_y
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
