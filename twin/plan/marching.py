"""Compiled fast marching over several levels, with walls between spaces and jumps through doors."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from twin.plan.geodesic import pop, push

BURST = 4
"""Radius in cells within which straight lines from a source are tried: the scheme is poor close to one."""


@njit(cache=True)
def nearest_cells(
    space: NDArray[np.int32], want: NDArray[np.int64], row: NDArray[np.int64], col: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Flat index of the cell of space ``want`` nearest to each given cell; -1 where there is none."""
    found = np.empty(len(want), np.int64)
    for n in range(len(want)):
        found[n] = _nearest(space, want[n], row[n], col[n])
    return found


@njit(cache=True)
def _nearest(space: NDArray[np.int32], want: int, row: int, col: int) -> int:
    """One of :func:`nearest_cells`: looks on square rings until no nearer cell can follow."""
    rows, width = space.shape
    best, gap = -1, np.inf
    for ring in range(max(rows, width)):
        if ring > gap:
            break
        for r in range(max(row - ring, 0), min(row + ring, rows - 1) + 1):
            step = 1 if abs(r - row) == ring or ring == 0 else 2 * ring
            for c in range(col - ring, col + ring + 1, step):
                if c < 0 or c >= width or space[r, c] != want:
                    continue
                away = math.hypot(r - row, c - col)
                if away < gap:
                    best, gap = r * width + c, away
    return best


@njit(cache=True)
def _axis(
    space: NDArray[np.int32],
    time: NDArray[np.float64],
    done: NDArray[np.bool_],
    cell: int,
    step: int,
    second: bool,  # noqa: FBT001 - compiled kernel: numba takes no keyword-only arguments
) -> tuple[float, float]:
    """Upwind value and weight along one axis: (t, 1), second order (t, 9/4), or (inf, 0) if unknown."""
    best, weight = np.inf, 0.0
    for sign in (-1, 1):
        near = cell + sign * step
        if space[near] != space[cell] or not done[near] or time[near] >= best:
            continue
        best, weight = time[near], 1.0
    if weight == 0.0 or not second:
        return best, weight
    for sign in (-1, 1):
        near, far = cell + sign * step, cell + 2 * sign * step
        if space[near] != space[cell] or not done[near] or time[near] != best:
            continue
        if 0 <= far < space.size and space[far] == space[cell] and done[far] and time[far] <= best:
            # One-sided second difference: (3 T - 4 T1 + T2) / 2 = 3/2 (T - (4 T1 - T2) / 3).
            return (4.0 * time[near] - time[far]) / 3.0, 2.25
    return best, weight


@njit(cache=True)
def _eikonal(
    space: NDArray[np.int32],
    time: NDArray[np.float64],
    done: NDArray[np.bool_],
    cell: int,
    width: int,
    second: bool,  # noqa: FBT001 - as in _axis
) -> float:
    """Arrival at ``cell`` from its finished neighbours: |grad T| = 1, upwind, second order where wanted."""
    tx, wx = _axis(space, time, done, cell, 1, second)
    ty, wy = _axis(space, time, done, cell, width, second)
    if wx == 0.0 and wy == 0.0:
        return np.inf
    if wx > 0.0 and wy > 0.0:
        total = wx + wy
        middle = (wx * tx + wy * ty) / total
        root = middle * middle - (wx * tx * tx + wy * ty * ty - 1.0) / total
        if root >= 0.0:
            arrival = middle + math.sqrt(root)
            if arrival >= max(tx, ty):
                return arrival
    along_x = tx + 1.0 / math.sqrt(wx) if wx > 0.0 else np.inf
    along_y = ty + 1.0 / math.sqrt(wy) if wy > 0.0 else np.inf
    return min(along_x, along_y)


@njit(cache=True)
def _clear(space: NDArray[np.int32], width: int, a: int, b: int) -> bool:
    """Whether the straight line between two cells stays in the space of ``a``."""
    ra, ca, rb, cb = a // width, a % width, b // width, b % width
    steps = 2 * max(abs(ra - rb), abs(ca - cb))
    for n in range(1, steps):
        row = math.floor(ra + 0.5 + (rb - ra) * n / steps)
        col = math.floor(ca + 0.5 + (cb - ca) * n / steps)
        if space[row * width + col] != space[a]:
            return False
    return True


@njit(cache=True)
def _burst(
    space: NDArray[np.int32],
    width: int,
    time: NDArray[np.float64],
    straight: NDArray[np.float64],
    done: NDArray[np.bool_],
    cell: int,
    x: float,
    y: float,
    base: float,
    key: NDArray[np.float64],
    item: NDArray[np.int32],
    size: int,
) -> int:
    """Try straight lines from a place (x, y) in ``cell``, reached at ``base``; the new size of the heap."""
    rows = space.size // width
    for dy in range(-BURST, BURST + 1):
        for dx in range(-BURST, BURST + 1):
            row, col = cell // width + dy, cell % width + dx
            if row < 0 or col < 0 or row >= rows or col >= width:
                continue
            near = row * width + col
            reach = base + math.hypot(col + 0.5 - x, row + 0.5 - y)
            if space[near] != space[cell] or done[near] or reach >= time[near]:
                continue
            if near == cell or _clear(space, width, cell, near):
                time[near] = straight[near] = reach
                size = push(key, item, size, reach, near)
    return size


@njit(cache=True)
def march(
    grid: NDArray[np.int32],
    source: NDArray[np.int64],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    jump_first: NDArray[np.int64],
    jump_to: NDArray[np.int64],
    jump_cost: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Length in cells of the shortest walk from the sources to every cell; infinite where there is no way.

    Fast marching (Sethian, "A fast marching level set method for monotonically advancing fronts", PNAS
    1996; second order after Sethian, "Fast marching methods", SIAM Review 1999). The front runs only
    between cells of one space; from space to space, and from level to level, it jumps.

    Args:
        grid: [row, col] space of each cell, -1 solid; the outermost ring must be solid.
        source: flat indices of cells where the front starts.
        x: place of each source in cells, in or beside its cell.
        y: likewise.
        jump_first: [cells + 1] first jump of each cell in ``jump_to``.
        jump_to: flat index of the cell where the jump lands.
        jump_cost: its length in cells.
    """
    width = grid.shape[1]
    space = grid.ravel()
    time = np.full(space.size, np.inf)
    straight = np.full(space.size, np.inf)  # lengths of straight lines and jumps, which are exact
    done = np.zeros(space.size, np.bool_)
    landing = np.zeros(space.size, np.bool_)
    # Each finished cell tries four others, each landing those in its burst.
    room = 4 * np.sum(space >= 0) + (2 * BURST + 1) ** 2 * (len(source) + len(jump_to)) + 64
    key, item = np.empty(room), np.empty(room, np.int32)
    size = 0
    for n in range(len(source)):
        size = _burst(space, width, time, straight, done, source[n], x[n], y[n], 0.0, key, item, size)
    while size > 0:
        size = pop(key, item, size)
        cell = item[size]
        if done[cell] or key[size] != time[cell]:
            continue
        done[cell] = True
        for n in range(jump_first[cell], jump_first[cell + 1]):
            to = jump_to[n]
            reach = time[cell] + jump_cost[n]
            if not done[to] and reach < time[to]:
                time[to] = straight[to] = reach
                landing[to] = True
                size = push(key, item, size, reach, to)
        if landing[cell]:
            col, row = cell % width + 0.5, cell // width + 0.5
            size = _burst(space, width, time, straight, done, cell, col, row, time[cell], key, item, size)
        for step in (1, -1, width, -width):
            near = cell + step
            if space[near] != space[cell] or done[near]:
                continue
            # Close to a source the second order falls short of the straight line, the first never does.
            # With more finished neighbours an estimate may also rise: the latest one counts.
            second = not np.isfinite(straight[near])
            reach = min(_eikonal(space, time, done, near, width, second), straight[near])
            if reach != time[near]:
                time[near] = reach
                size = push(key, item, size, reach, near)
    return time.reshape(grid.shape)
