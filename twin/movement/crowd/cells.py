"""Neighbours: everybody sorted by square cells, so that who is near lies near in memory."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from twin.movement.crowd.arrays import Array, Canvas, Walkers

CELL_M = 1.0


class Scratch(NamedTuple):
    """Working space of a step; row r of the sorted arrays is agent ``order[r]``."""

    columns: int
    lines: int
    cell_start: Array
    """int32[cells + 1]"""
    cell: Array
    """int32[n] cell of each agent; -1: not on the canvas."""
    order: Array
    """int32[n]"""
    near: Array
    """float64[n, 9] x, y, vx, vy, ax, ay, depth, breadth, room of each, sorted."""
    tick: Array
    """int64[2] steps so far, and steps from one look far ahead to the next."""
    new: Array
    """float64[n, 4] x, y, vx, vy after the step, by agent."""


def scratch_of(canvas: Canvas, agents: int) -> Scratch:
    """Working space for ``agents`` agents on ``canvas``."""
    rows, cols = canvas.room.shape
    columns = int(cols * canvas.cell_m / CELL_M) + 2
    lines = int(rows * canvas.cell_m / CELL_M) + 2
    return Scratch(
        columns=columns,
        lines=lines,
        cell_start=np.zeros(columns * lines + 1, np.int32),
        cell=np.full(agents, -1, np.int32),
        order=np.zeros(agents, np.int32),
        near=np.zeros((agents, 9)),
        tick=np.zeros(2, np.int64),
        new=np.zeros((agents, 4)),
    )


@njit(cache=True)
def sort_into_cells(canvas: Canvas, people: Walkers, scratch: Scratch, agents: int) -> int:
    """Sort the first ``agents`` agents who are on the canvas; how many they are."""
    start, cell = scratch.cell_start, scratch.cell
    start[:] = 0
    columns, lines = scratch.columns, scratch.lines
    for i in range(agents):
        if people.room[i] < 0:
            cell[i] = -1
            continue
        column = min(max(int((people.x[i] - canvas.origin_x) / CELL_M), 0), columns - 1)
        line = min(max(int((people.y[i] - canvas.origin_y) / CELL_M), 0), lines - 1)
        cell[i] = line * columns + column
        start[cell[i] + 1] += 1
    for c in range(columns * lines):
        start[c + 1] += start[c]
    for i in range(agents - 1, -1, -1):
        if cell[i] < 0:
            continue
        # Filled from the end of each cell: its start is where it should be when all are placed.
        start[cell[i] + 1] -= 1
        scratch.order[start[cell[i] + 1]] = i
    # Now start[c + 1] is where cell c begins; shift back.
    total = 0
    for i in range(agents):
        if cell[i] >= 0:
            total += 1
    for c in range(columns * lines):
        start[c] = start[c + 1]
    start[columns * lines] = total
    near = scratch.near
    for r in range(total):
        i = scratch.order[r]
        near[r, 0] = people.x[i]
        near[r, 1] = people.y[i]
        near[r, 2] = people.vx[i]
        near[r, 3] = people.vy[i]
        moving = people.moving[i]
        near[r, 4] = people.ax[i] if moving else 0.0
        near[r, 5] = people.ay[i] if moving else 0.0
        near[r, 6] = people.depth[i]
        near[r, 7] = people.breadth[i]
        near[r, 8] = people.room[i]
    return total
