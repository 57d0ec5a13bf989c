"""Which way on: how far each heading is free, and how far to turn from people who come towards one."""

from __future__ import annotations

import math

import numpy as np

from twin.movement.crowd.arrays import Array, Canvas
from twin.movement.crowd.cells import CELL_M, Scratch
from twin.movement.crowd.compiled import inlined
from twin.movement.crowd.law import Law
from twin.movement.crowd.seeing import AGAINST, at_wall
from twin.movement.crowd.simd import NEIGHBOUR, WIDTH, least_gap, lessen

_TURNS = np.deg2rad(np.array([-20.0, 20.0, -40.0, 40.0, -65.0, 65.0, -90.0, 90.0]))
"""To the headings that one tries beside the aim: as many as :data:`~twin.movement.crowd.simd.WIDTH`."""
_COS, _SIN = np.cos(_TURNS), np.sin(_TURNS)
_SIDEWAYS = 0.15
"""Worth of a metre sideways, beside one ahead."""
_LOOK_M = 0.5
"""How far ahead a heading must be free of walls."""
_WINDOWS = (1.5, 3.5, 5.5)
"""Distances ahead of the windows of 3 x 3 cells in which oncoming people are looked for, m."""
_STRIP_M = 0.5
"""Half the width of the strip ahead in which oncoming people matter."""
_STRAIGHT = 0.02
"""Radians that count as no turn."""


@inlined
def _free_ahead(found: Array, count: int, hx: float, hy: float, ahead_s: float, most: float) -> float:
    """Free distance along the heading (hx, hy), 0 to ``most``."""
    free = most
    for first in range(0, count, WIDTH):
        free = min(free, least_gap(found, first, hx, hy, ahead_s, free))
        if free <= 0.0:
            return 0.0
    return float(free)


@inlined
def _free_aside(found: Array, count: int, ax: float, ay: float, ahead_s: float, most: float) -> None:
    """Free distance along each turned heading, at most ``most``, into the last row of ``found``.

    Negative where one already overlaps.
    """
    for k in range(WIDTH):
        found[NEIGHBOUR, k] = ax * _COS[k] - ay * _SIN[k]
        found[NEIGHBOUR + 1, k] = ax * _SIN[k] + ay * _COS[k]
        found[NEIGHBOUR + 2, k] = most
    for n in range(count):
        lessen(found, n, ahead_s)


@inlined
def choose(
    canvas: Canvas, law: Law, found: Array, count: int, square: int, one: Array
) -> tuple[float, float, float]:
    """The heading (unit vector) on which one gets on best, and the speed on it, m/s.

    ``one``: x, y, ax, ay, pace, time gap, distance to keep from walls.
    """
    ax, ay, pace, gap = one[2], one[3], one[4], one[5]
    most = pace * gap
    speed = _free_ahead(found, count, ax, ay, law.anticipation_s, most) / gap
    bx, by = ax, ay
    if speed >= law.content * pace:
        return bx, by, speed
    best = speed * (1.0 + _SIDEWAYS)
    walls = canvas.wall_start[square + 1] > canvas.wall_start[square]
    _free_aside(found, count, ax, ay, law.anticipation_s, most)
    for k in range(WIDTH):
        worth = (_COS[k] + _SIDEWAYS) * (1.0 - law.turn_cost * abs(_TURNS[k]))
        on = found[NEIGHBOUR + 2, k] / gap
        if on * worth <= best:
            continue
        hx, hy = ax * _COS[k] - ay * _SIN[k], ax * _SIN[k] + ay * _COS[k]
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
def oncoming(canvas: Canvas, scratch: Scratch, row: int) -> float:
    """How many people come towards one in the strip ahead, up to 6.5 m; the near ones count more."""
    near, at = scratch.near, scratch.at
    x, y, ax, ay = at[row, 0], at[row, 1], near[row, 2], near[row, 3]
    many = 0.0
    for window in range(len(_WINDOWS)):
        middle = _WINDOWS[window]
        px, py = x + middle * ax - canvas.origin_x, y + middle * ay - canvas.origin_y
        column, line = int(px / CELL_M), int(py / CELL_M)
        if column < 1 or line < 1 or column >= scratch.columns - 1 or line >= scratch.lines - 1:
            break
        here = 0.0
        for r in range(line - 1, line + 2):
            first = scratch.cell_start[r * scratch.columns + column - 1]
            for other in range(first, scratch.cell_start[r * scratch.columns + column + 2]):
                against = near[other, 2] * ax + near[other, 3] * ay
                if against >= AGAINST:
                    continue
                dx, dy = at[other, 0] - x, at[other, 1] - y
                lon, lat = dx * ax + dy * ay, dy * ax - dx * ay
                if middle - 1.0 <= lon < middle + 1.0 and -_STRIP_M < lat < _STRIP_M:
                    here -= against * (1.0 - lon / (_WINDOWS[-1] + 1.0))
        if here > 0.0:
            if not _floor_ahead(canvas, x, y, ax, ay, window):
                break
            many += here
    return many


@inlined
def evaded(canvas: Canvas, square: int, turn: float, one: Array, margin: float) -> tuple[float, float]:
    """The aim, turned to the right by ``turn`` radians unless a wall is there."""
    ax, ay = one[2], one[3]
    if turn <= _STRAIGHT:
        return ax, ay
    hx = ax * math.cos(turn) + ay * math.sin(turn)
    hy = ay * math.cos(turn) - ax * math.sin(turn)
    if at_wall(canvas, square, one[0], one[1], one[0] + 0.35 * hx, one[1] + 0.35 * hy, margin):
        return ax, ay
    return hx, hy
