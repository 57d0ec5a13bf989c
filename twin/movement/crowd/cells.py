"""Neighbours: everybody sorted by square cells, so that who is near lies near in memory."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from twin.movement.crowd.arrays import Array, Canvas, Walkers
from twin.movement.crowd.compiled import kernel

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
    at: Array
    """float64[n, 2] x, y of each, sorted."""
    near: Array
    """float64[n, 7] vx, vy, ax, ay, depth, breadth, room of each, sorted."""
    tick: Array
    """int64[3] steps so far, steps from one look far ahead to the next, and from one decision to the next."""
    will: Array
    """float64[n, 4] what each last decided: velocity wanted, and velocity to give way, by agent."""
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
        at=np.zeros((agents, 2)),
        near=np.zeros((agents, 7)),
        tick=np.zeros(3, np.int64),
        will=np.zeros((agents, 4)),
        new=np.zeros((agents, 4)),
    )


@kernel
def sort_into_cells(canvas: Canvas, people: Walkers, scratch: Scratch, agents: int) -> int:
    """Sort the first ``agents`` agents who are on the canvas; how many they are."""
    start, cell = scratch.cell_start, scratch.cell
    columns, lines = scratch.columns, scratch.lines
    start[:] = 0
    total = 0
    for i in range(agents):
        cell[i] = -1
        if people.room[i] < 0:
            continue
        column = min(max(int((people.x[i] - canvas.origin_x) / CELL_M), 0), columns - 1)
        line = min(max(int((people.y[i] - canvas.origin_y) / CELL_M), 0), lines - 1)
        cell[i] = line * columns + column
        start[cell[i]] += 1
        total += 1
    # Filled from the end of each cell, so that its start is where it should be when all are placed.
    end = 0
    for c in range(columns * lines):
        end += start[c]
        start[c] = end
    start[columns * lines] = total
    for i in range(agents - 1, -1, -1):
        if cell[i] >= 0:
            start[cell[i]] -= 1
            scratch.order[start[cell[i]]] = i
    at, near = scratch.at, scratch.near
    for r in range(total):
        i = scratch.order[r]
        moving = people.moving[i]
        at[r, 0], at[r, 1] = people.x[i], people.y[i]
        near[r, 0], near[r, 1] = people.vx[i], people.vy[i]
        near[r, 2] = people.ax[i] if moving else 0.0
        near[r, 3] = people.ay[i] if moving else 0.0
        near[r, 4], near[r, 5] = people.depth[i], people.breadth[i]
        near[r, 6] = people.room[i]
    return total
