"""Neighbours: everybody sorted by square cells, so that who is near lies near in memory."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from twin.movement.crowd.arrays import Array, Canvas, Walkers
from twin.movement.crowd.compiled import kernel
from twin.movement.crowd.lanes import WIDTH

CELL_M = 1.0
SEEN_X, SEEN_Y, SEEN_VX, SEEN_VY, SEEN_AX, SEEN_AY, SEEN_DEPTH, SEEN_BREADTH, SEEN_ROOM = range(9)
"""Rows of :attr:`Scratch.seen`."""
_RUN = 64
"""Cells that are looked at together: most of a building with many levels is empty."""


class Scratch(NamedTuple):
    """Working space of a step; row r of the sorted arrays is agent ``order[r]``.

    What a step reads and writes of an agent lies together, in the order of the cells: arrays by agent would
    cost a look into far memory for each of their two dozen columns.
    """

    columns: int
    lines: int
    walls: int
    """Most walls that are listed in a square."""
    cell_start: Array
    """int32[cells + 1] first row of each cell."""
    busy: Array
    """bool[] whether anybody is in each run of :data:`_RUN` cells."""
    row: Array
    """int32[n] row of each agent; -1: not on the canvas."""
    order: Array
    """int32[n]"""
    at: Array
    """float64[n, 2] x, y of each, sorted."""
    near: Array
    """float64[n, 7] vx, vy, ax, ay, depth, breadth, room of each, sorted."""
    seen: Array
    """float32[9, n + 8] place (from the corner of the canvas) and the same of each, sorted: what others see,
    eight at a time."""
    own: Array
    """float64[n, 5] pace (0: does not move), time gap, patience, side, met of each, sorted."""
    tick: Array
    """int64[3] steps so far, steps from one look far ahead to the next, and from one decision to the next."""
    will: Array
    """float64[n, 4] what each last decided: velocity wanted, and velocity to give way, by agent."""
    new: Array
    """float64[n, 7] x, y, vx, vy, patience, side, met after the step, sorted."""


def scratch_of(canvas: Canvas, agents: int) -> Scratch:
    """Working space for ``agents`` agents on ``canvas``."""
    rows, cols = canvas.room.shape
    columns = int(cols * canvas.cell_m / CELL_M) + 2
    lines = int(rows * canvas.cell_m / CELL_M) + 2
    cells = -(-columns * lines // _RUN) * _RUN
    return Scratch(
        columns=columns,
        lines=lines,
        walls=int(np.diff(canvas.wall_start).max(initial=0)),
        cell_start=np.zeros(cells + 1, np.int32),
        busy=np.zeros(cells // _RUN, bool),
        row=np.full(agents, -1, np.int32),
        order=np.zeros(agents, np.int32),
        at=np.zeros((agents, 2)),
        near=np.zeros((agents, 7)),
        seen=np.zeros((9, agents + WIDTH), np.float32),
        own=np.zeros((agents, 5)),
        tick=np.zeros(3, np.int64),
        will=np.zeros((agents, 4)),
        new=np.zeros((agents, 7)),
    )


@kernel
def _count(canvas: Canvas, people: Walkers, scratch: Scratch, agents: int) -> int:
    """Find the cell of each agent, and the row behind the last one of each cell; how many are sorted."""
    start, place, busy = scratch.cell_start, scratch.row, scratch.busy
    busy[:] = False
    for i in range(agents):
        place[i] = -1
        if people.room[i] >= 0:
            column = min(max(int((people.x[i] - canvas.origin_x) / CELL_M), 0), scratch.columns - 1)
            line = min(max(int((people.y[i] - canvas.origin_y) / CELL_M), 0), scratch.lines - 1)
            place[i] = line * scratch.columns + column
            busy[place[i] // _RUN] = True
    for run in range(len(busy)):
        if busy[run]:
            start[run * _RUN : (run + 1) * _RUN] = 0
    for i in range(agents):
        if place[i] >= 0:
            start[place[i]] += 1
    total = 0
    for run in range(len(busy)):
        if not busy[run]:
            start[run * _RUN : (run + 1) * _RUN] = total
            continue
        for c in range(run * _RUN, (run + 1) * _RUN):
            total += start[c]
            start[c] = total
    start[len(start) - 1] = total
    return int(total)


@kernel
def sort_into_cells(canvas: Canvas, people: Walkers, scratch: Scratch, agents: int) -> int:
    """Sort the first ``agents`` agents who are on the canvas; how many they are."""
    total = _count(canvas, people, scratch, agents)
    start, place = scratch.cell_start, scratch.row
    at, near, own, seen = scratch.at, scratch.near, scratch.own, scratch.seen
    # Filled from the end of each cell, so that its start is where it should be when all are placed.
    for i in range(agents - 1, -1, -1):
        if place[i] < 0:
            continue
        r = start[place[i]] - 1
        start[place[i]] = r
        place[i] = r
        scratch.order[r] = i
        moving = people.moving[i]
        at[r, 0], at[r, 1] = people.x[i], people.y[i]
        near[r, 0], near[r, 1] = people.vx[i], people.vy[i]
        near[r, 2] = people.ax[i] if moving else 0.0
        near[r, 3] = people.ay[i] if moving else 0.0
        near[r, 4], near[r, 5] = people.depth[i], people.breadth[i]
        near[r, 6] = people.room[i]
        seen[SEEN_X, r], seen[SEEN_Y, r] = at[r, 0] - canvas.origin_x, at[r, 1] - canvas.origin_y
        for k in range(7):
            seen[SEEN_VX + k, r] = near[r, k]
        own[r, 0] = people.pace[i] if moving else 0.0
        own[r, 1], own[r, 2] = people.gap[i], people.patience[i]
        own[r, 3], own[r, 4] = people.side[i], people.met[i]
    return total


@kernel
def take_back(people: Walkers, scratch: Scratch, agents: int) -> None:
    """Hand what a step has written back to the agents."""
    new = scratch.new
    for i in range(agents):
        r = scratch.row[i]
        if r >= 0:
            people.x[i], people.y[i], people.vx[i], people.vy[i] = new[r, 0], new[r, 1], new[r, 2], new[r, 3]
            people.patience[i], people.side[i], people.met[i] = new[r, 4], new[r, 5], new[r, 6]
