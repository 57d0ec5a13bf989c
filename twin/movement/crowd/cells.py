"""Neighbours: everybody sorted by square cells, so that who is near lies near in memory."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from twin.movement.crowd.arrays import Array, Canvas, Walkers
from twin.movement.crowd.compiled import kernel
from twin.movement.crowd.lanes import WIDTH

CELL_M = 1.0
X, Y, VX, VY, AX, AY, DEPTH, BREADTH, ROOM, PACE, GAP, PATIENCE, SIDE, MET = range(14)
"""Columns of :attr:`Scratch.body`; the first nine are the rows of :attr:`Scratch.seen`, too."""
SEEN = 9
NOW, FAR, OFTEN, KEPT = range(4)
"""Places in :attr:`Scratch.tick`."""
_COLUMNS = 16
"""Two cache lines each."""
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
    body: Array
    """float64[n, 16] place, velocity, aim, depth, breadth, room, pace (0: does not move), time gap, patience,
    side and met of each, sorted."""
    seen: Array
    """float32[9, n + 8] place (from the corner of the canvas), velocity, aim, depth, breadth and room of
    each, sorted: what others see, eight at a time."""
    tick: Array
    """int64[4] steps so far, steps from one look far ahead to the next, steps from one decision to the next,
    and whether ``will`` is that of the last step."""
    dealt: Array
    """int64[1] pieces of work that are dealt out already."""
    will: Array
    """float64[n, 4] what each last decided: velocity wanted, and velocity to give way, by agent. Not kept
    where everybody decides in every step."""
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
        body=np.zeros((agents, _COLUMNS)),
        seen=np.zeros((SEEN, agents + WIDTH), np.float32),
        tick=np.zeros(4, np.int64),
        dealt=np.zeros(1, np.int64),
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
    body, seen = scratch.body, scratch.seen
    # Filled from the end of each cell, so that its start is where it should be when all are placed.
    for i in range(agents - 1, -1, -1):
        if place[i] < 0:
            continue
        r = start[place[i]] - 1
        start[place[i]] = r
        place[i] = r
        scratch.order[r] = i
        moving = people.moving[i]
        body[r, X], body[r, Y] = people.x[i], people.y[i]
        body[r, VX], body[r, VY] = people.vx[i], people.vy[i]
        body[r, AX] = people.ax[i] if moving else 0.0
        body[r, AY] = people.ay[i] if moving else 0.0
        body[r, DEPTH], body[r, BREADTH] = people.depth[i], people.breadth[i]
        body[r, ROOM] = people.room[i]
        body[r, PACE] = people.pace[i] if moving else 0.0
        body[r, GAP], body[r, PATIENCE] = people.gap[i], people.patience[i]
        body[r, SIDE], body[r, MET] = people.side[i], people.met[i]
    for r in range(total):
        seen[X, r], seen[Y, r] = body[r, X] - canvas.origin_x, body[r, Y] - canvas.origin_y
        for k in range(VX, SEEN):
            seen[k, r] = body[r, k]
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
