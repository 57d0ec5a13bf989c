"""Which way on: how far each heading is free, and how far to turn from people who come towards one."""

from __future__ import annotations

import math

import numpy as np

from twin.movement.crowd.arrays import Array, Canvas
from twin.movement.crowd.cells import CELL_M, Scratch
from twin.movement.crowd.compiled import inlined
from twin.movement.crowd.law import Law
from twin.movement.crowd.seeing import at_wall

_TURNS = np.deg2rad(np.array([0.0, -20.0, 20.0, -40.0, 40.0, -65.0, 65.0, -90.0, 90.0]))
_COS, _SIN = np.cos(_TURNS), np.sin(_TURNS)
_SIDEWAYS = 0.15
"""Worth of a metre sideways, beside one ahead."""
_LOOK_M = 0.5
"""How far ahead a heading must be free of walls."""
_WINDOWS = (1.5, 3.5, 5.5)
"""Distances ahead of the windows of 3 x 3 cells in which oncoming people are looked for, m."""
_STRIP_M = 0.5
"""Half the width of the strip ahead in which oncoming people matter."""
_AGAINST = -0.3
"""Cosine between two ways below which people count as oncoming."""
_STRAIGHT = 0.02
"""Radians that count as no turn."""


@inlined
def free_along(
    found: Array, count: int, hx: float, hy: float, ahead_s: float, most: float, least: float
) -> float:
    """Free distance along the heading (hx, hy), at most ``most``; negative where one already overlaps.

    Not worked out further once it is known to be below ``least``.
    """
    free = most
    for k in range(count):
        lon = found[k, 0] * hx + found[k, 1] * hy
        if lon <= 0.0:
            continue
        lat = (found[k, 1] * hx - found[k, 0] * hy) * found[k, 5]
        beside = 1.0 - lat * lat
        if beside <= 0.0:
            continue
        along = found[k, 2] * hx + found[k, 3] * hy
        gap = lon + ahead_s * min(along, 0.0)
        if gap - found[k, 4] >= free:
            continue
        gap -= found[k, 4] * math.sqrt(beside)
        if gap < free:
            free = gap
            if free <= least:
                return float(free)
    return float(free)


@inlined
def choose(
    canvas: Canvas, law: Law, found: Array, count: int, square: int, one: Array
) -> tuple[float, float, float]:
    """The heading (unit vector) on which one gets on best, and the speed on it, m/s.

    ``one``: x, y, ax, ay, pace, time gap, distance to keep from walls.
    """
    ax, ay, pace, gap = one[2], one[3], one[4], one[5]
    most = pace * gap
    speed = max(free_along(found, count, ax, ay, law.anticipation_s, most, 0.0), 0.0) / gap
    bx, by = ax, ay
    if speed >= law.content * pace:
        return bx, by, speed
    best = speed * (1.0 + _SIDEWAYS)
    walls = canvas.wall_start[square + 1] > canvas.wall_start[square]
    for k in range(1, len(_COS)):
        worth = (_COS[k] + _SIDEWAYS) * (1.0 - law.turn_cost * abs(_TURNS[k]))
        if pace * worth <= best:
            continue
        hx, hy = ax * _COS[k] - ay * _SIN[k], ax * _SIN[k] + ay * _COS[k]
        on = free_along(found, count, hx, hy, law.anticipation_s, most, best * gap / worth) / gap
        if on * worth <= best:
            continue
        if walls and at_wall(
            canvas, square, one[0], one[1], one[0] + _LOOK_M * hx, one[1] + _LOOK_M * hy, one[6]
        ):
            continue
        best, bx, by, speed = on * worth, hx, hy, on
    return bx, by, speed


@inlined
def oncoming(canvas: Canvas, scratch: Scratch, row: int) -> float:
    """How many people come towards one in the strip ahead, up to 6.5 m; the near ones count more."""
    near, at = scratch.near, scratch.at
    x, y, ax, ay = at[row, 0], at[row, 1], near[row, 2], near[row, 3]
    many = 0.0
    for middle in _WINDOWS:
        px, py = x + middle * ax - canvas.origin_x, y + middle * ay - canvas.origin_y
        column, line = int(px / CELL_M), int(py / CELL_M)
        if column < 1 or line < 1 or column >= scratch.columns - 1 or line >= scratch.lines - 1:
            break
        row_at = min(int(py / canvas.cell_m), canvas.room.shape[0] - 1)
        if canvas.room[row_at, min(int(px / canvas.cell_m), canvas.room.shape[1] - 1)] < 0:
            break
        for r in range(line - 1, line + 2):
            first = scratch.cell_start[r * scratch.columns + column - 1]
            for other in range(first, scratch.cell_start[r * scratch.columns + column + 2]):
                against = near[other, 2] * ax + near[other, 3] * ay
                if against >= _AGAINST:
                    continue
                dx, dy = at[other, 0] - x, at[other, 1] - y
                lon, lat = dx * ax + dy * ay, dy * ax - dx * ay
                if middle - 1.0 <= lon < middle + 1.0 and -_STRIP_M < lat < _STRIP_M:
                    many -= against * (1.0 - lon / (_WINDOWS[-1] + 1.0))
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
