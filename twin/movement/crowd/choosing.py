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
_STRIP_M = 0.5
"""Half the width of the strip ahead in which oncoming people matter."""
_STRAIGHT = 0.02
"""Radians that count as no turn."""


@inlined
def free_way(found: Array, count: int, hx: float, hy: float, ahead_s: float, most: float) -> float:
    """Free distance along the heading (hx, hy), 0 to ``most``."""
    free = everywhere(most)
    for k in range(0, count, WIDTH):
        dx, dy, narrow = load(found, DX, k), load(found, DY, k), load(found, NARROW, k)
        lon, lat = dx * hx + dy * hy, (dy * hx - dx * hy) * narrow
        beside = 1.0 - lat * lat
        towards = lower(load(found, VX, k) * hx + load(found, VY, k) * hy, everywhere(0.0))
        gap = lon + towards * ahead_s - load(found, DEPTH, k) * root(beside)
        free = pick((lon > 0.0) & (beside > 0.0), lower(gap, free), free)
    return float(max(least(free), 0.0))


@inlined
def choose(
    canvas: Canvas, law: Law, found: Array, count: int, square: int, one: Array
) -> tuple[float, float, float]:
    """The heading (unit vector) on which one gets on best, and the speed on it, m/s.

    ``one``: x, y, ax, ay, pace, time gap, distance to keep from walls.
    """
    ax, ay, pace, gap = one[2], one[3], one[4], one[5]
    most = pace * gap
    speed = free_way(found, count, ax, ay, law.anticipation_s, most) / gap
    bx, by = ax, ay
    if speed >= law.content * pace:
        return bx, by, speed
    best = speed * (1.0 + _SIDEWAYS)
    walls = canvas.wall_start[square + 1] > canvas.wall_start[square]
    for k in range(len(_TURNS)):
        worth = (_COS[k] + _SIDEWAYS) * (1.0 - law.turn_cost * abs(_TURNS[k]))
        # Even with nobody in the way it would be worth less.
        if pace * worth <= best:
            continue
        hx, hy = ax * _COS[k] - ay * _SIN[k], ax * _SIN[k] + ay * _COS[k]
        on = free_way(found, count, hx, hy, law.anticipation_s, most) / gap
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
def oncoming(canvas: Canvas, scratch: Scratch, row: int) -> float:
    """How many people come towards one in the strip ahead, up to 6.5 m; the near ones count more."""
    near, at, seen = scratch.near, scratch.at, scratch.seen
    x, y, ax, ay = at[row, 0], at[row, 1], near[row, 2], near[row, 3]
    own_x, own_y = float(seen[SEEN_X, row]), float(seen[SEEN_Y, row])
    many = 0.0
    for window in range(len(_WINDOWS)):
        middle = _WINDOWS[window]
        px, py = x + middle * ax - canvas.origin_x, y + middle * ay - canvas.origin_y
        column, line = int(px / CELL_M), int(py / CELL_M)
        if column < 1 or line < 1 or column >= scratch.columns - 1 or line >= scratch.lines - 1:
            break
        sums = everywhere(0.0)
        for r in range(line - 1, line + 2):
            last = scratch.cell_start[r * scratch.columns + column + 2]
            for first in range(scratch.cell_start[r * scratch.columns + column - 1], last, WIDTH):
                against = load(seen, SEEN_AX, first) * ax + load(seen, SEEN_AY, first) * ay
                dx, dy = load(seen, SEEN_X, first) - own_x, load(seen, SEEN_Y, first) - own_y
                lon, lat = dx * ax + dy * ay, dy * ax - dx * ay
                counts = (
                    up_to(last - first) & (against < AGAINST) & (lon >= middle - 1.0) & (lon < middle + 1.0)
                )
                counts = counts & (lat > -_STRIP_M) & (lat < _STRIP_M)
                nearness = 1.0 - lon / (_WINDOWS[-1] + 1.0)
                sums = sums - pick(counts, against * nearness, everywhere(0.0))
        here = total(sums)
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
