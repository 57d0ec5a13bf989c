"""Compiled walks on a grid: connected parts, geodesic Voronoi cells, shortest paths that may turn anywhere.

Steps go to the eight neighbours; a diagonal step needs both cells that it cuts past, so that nobody slips
between two walls that touch at a corner. Grids must have a margin of solid cells.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

DIAGONAL = math.sqrt(2.0)


@njit(cache=True)
def parts(space: NDArray[np.int32]) -> tuple[NDArray[np.int32], int]:
    """Connected parts (through cell sides) of equal non-negative value: [row, col] number, and how many."""
    rows, width = space.shape
    flat = space.ravel()
    part = np.full(rows * width, -1, np.int32)
    stack = np.empty(rows * width, np.int32)
    count = 0
    for first in range(rows * width):
        if flat[first] < 0 or part[first] >= 0:
            continue
        stack[0] = first
        size = 1
        part[first] = count
        while size > 0:
            size -= 1
            cell = stack[size]
            for step in (1, -1, width, -width):
                near = cell + step
                if part[near] < 0 and flat[near] == flat[first]:
                    part[near] = count
                    stack[size] = near
                    size += 1
        count += 1
    return part.reshape(rows, width), count


@njit(cache=True)
def push(key: NDArray[np.float64], item: NDArray[np.int32], size: int, k: float, cell: int) -> int:
    """Put ``cell`` on the binary heap with key ``k``; the new size."""
    at = size
    while at > 0:
        above = (at - 1) >> 1
        if key[above] <= k:
            break
        key[at] = key[above]
        item[at] = item[above]
        at = above
    key[at] = k
    item[at] = cell
    return size + 1


@njit(cache=True)
def pop(key: NDArray[np.float64], item: NDArray[np.int32], size: int) -> int:
    """Take the smallest entry off the heap by moving it behind the end; the new size."""
    top_key, top_item = key[0], item[0]
    last = size - 1
    k, cell = key[last], item[last]
    at = 0
    while True:
        below = 2 * at + 1
        if below >= last:
            break
        if below + 1 < last and key[below + 1] < key[below]:
            below += 1
        if key[below] >= k:
            break
        key[at] = key[below]
        item[at] = item[below]
        at = below
    key[at] = k
    item[at] = cell
    key[last] = top_key
    item[last] = top_item
    return last


@njit(cache=True)
def _spread(  # noqa: C901 - compiled kernel: a call per neighbour would cost more than it explains
    part: NDArray[np.int32],
    width: int,
    own: int,
    dist: NDArray[np.float64],
    label: NDArray[np.int32],
    key: NDArray[np.float64],
    item: NDArray[np.int32],
    size: int,
) -> None:
    """Dijkstra within part ``own`` from the ``size`` cells on the heap, lowering ``dist`` where it can.

    A cell takes the label of its nearest side neighbour. One always exists that is nearer to the seed: a
    diagonal step passes two of them. So each label stays connected through cell sides.
    """
    while size > 0:
        size = pop(key, item, size)
        d, cell = key[size], item[size]
        if d > dist[cell]:
            continue
        if d > 0.0:
            best = np.inf
            for step in (1, -1, width, -width):
                near = cell + step
                if part[near] == own and dist[near] < best:
                    best = dist[near]
                    label[cell] = label[near]
        for dy in (-1, 0, 1):
            for dx in (-1, 0, 1):
                near = cell + dy * width + dx
                if part[near] != own or (dx == 0 and dy == 0):
                    continue
                reach = d + 1.0
                if dx != 0 and dy != 0:
                    if part[cell + dx] != own or part[cell + dy * width] != own:
                        continue
                    reach = d + DIAGONAL
                if reach < dist[near] - 1e-9:
                    dist[near] = reach
                    size = push(key, item, size, reach, near)


@njit(cache=True)
def voronoi(
    part: NDArray[np.int32], own: int, cells: NDArray[np.int32], count: int, rounds: int
) -> NDArray[np.int32]:
    """Cut part ``own`` of a grid into ``count`` compact connected cells.

    Seeds are spread by farthest point, then moved ``rounds`` times to the middle of their cell (Lloyd's
    relaxation with geodesic distance).

    Args:
        part: [row, col] number of the connected part.
        own: the part to cut.
        cells: flat indices of its cells.
        count: how many to cut; at most ``len(cells)``.
        rounds: relaxation rounds.

    Returns:
        The label 0 … count - 1 of each of ``cells``.
    """
    width = part.shape[1]
    flat = part.ravel()
    dist = np.full(flat.size, np.inf)
    label = np.full(flat.size, -1, np.int32)
    key = np.empty(8 * len(cells) + count + 8)
    item = np.empty(8 * len(cells) + count + 8, np.int32)
    seeds = np.empty(count, np.int32)
    # The first probe only finds a far end to start from.
    dist[cells[0]] = 0.0
    _spread(flat, width, own, dist, label, key, item, push(key, item, 0, 0.0, cells[0]))
    seeds[0] = cells[np.argmax(dist[cells])]
    dist[cells] = np.inf
    for n in range(count):
        if n > 0:
            seeds[n] = cells[np.argmax(dist[cells])]
        dist[seeds[n]] = 0.0
        label[seeds[n]] = n
        _spread(flat, width, own, dist, label, key, item, push(key, item, 0, 0.0, seeds[n]))
    for _ in range(rounds + 1):
        seeds = _middles(cells, label, width, count)
        dist[cells] = np.inf
        size = 0
        for n in range(count):
            dist[seeds[n]] = 0.0
            label[seeds[n]] = n
            size = push(key, item, size, 0.0, seeds[n])
        _spread(flat, width, own, dist, label, key, item, size)
    return label[cells]


@njit(cache=True)
def _middles(cells: NDArray[np.int32], label: NDArray[np.int32], width: int, count: int) -> NDArray[np.int32]:
    """For each label the own cell that is nearest to its centroid."""
    x, y, n = np.zeros(count), np.zeros(count), np.zeros(count)
    for cell in cells:
        own = label[cell]
        x[own] += cell % width
        y[own] += cell // width
        n[own] += 1.0
    near = np.full(count, np.inf)
    middle = np.zeros(count, np.int32)
    for cell in cells:
        own = label[cell]
        gap = (cell % width - x[own] / n[own]) ** 2 + (cell // width - y[own] / n[own]) ** 2
        if gap < near[own]:
            near[own] = gap
            middle[own] = cell
    return middle


@njit(cache=True)
def sees(free: NDArray[np.bool_], x0: float, y0: float, x1: float, y1: float) -> bool:
    """Whether the straight line between two places (in cells) crosses free cells only.

    The places themselves may lie a little outside: portals are drawn on walls.
    """
    length = math.hypot(x1 - x0, y1 - y0)
    steps = int(length * 4.0) + 1
    for n in range(steps + 1):
        along = n / steps
        if along * length < 0.75 or (1.0 - along) * length < 0.75:  # noqa: PLR2004 - three quarters of a cell
            continue
        row = math.floor(y0 + along * (y1 - y0))
        col = math.floor(x0 + along * (x1 - x0))
        if row < 0 or col < 0 or row >= free.shape[0] or col >= free.shape[1] or not free[row, col]:
            return False
    return True


@njit(cache=True)
def any_angle(  # noqa: C901 - a compiled kernel: calls would cost more
    free: NDArray[np.bool_], col0: int, row0: int
) -> NDArray[np.float64]:
    """Length (in cells) of the shortest walk from the middle of one cell to that of each free cell.

    Theta*: a cell hangs on its neighbour's parent wherever it sees it, so that paths are straight between
    corners. Source: Nash, Daniel, Koenig, Felner, "Theta*: Any-Angle Path Planning on Grids", AAAI 2007.

    Args:
        free: [row, col] cells that can be walked on; the outermost ring must be False.
        col0: column of the start.
        row0: row of the start.

    Returns:
        [row, col] length; infinite where there is no way.
    """
    rows, width = free.shape
    dist = np.full(rows * width, np.inf)
    parent = np.full(rows * width, -1, np.int32)
    closed = np.zeros(rows * width, np.bool_)
    key = np.empty(8 * rows * width + 8)
    item = np.empty(8 * rows * width + 8, np.int32)
    start = row0 * width + col0
    dist[start] = 0.0
    parent[start] = start
    size = push(key, item, 0, 0.0, start)
    while size > 0:
        size = pop(key, item, size)
        d, cell = key[size], item[size]
        if closed[cell]:
            continue
        closed[cell] = True
        row, col = cell // width, cell % width
        for dy in (-1, 0, 1):
            for dx in (-1, 0, 1):
                if (dx == 0 and dy == 0) or not free[row + dy, col + dx]:
                    continue
                if dx != 0 and dy != 0 and not (free[row, col + dx] and free[row + dy, col]):
                    continue
                near = (row + dy) * width + col + dx
                if closed[near]:
                    continue
                root = parent[cell]
                rx, ry = root % width + 0.5, root // width + 0.5
                reach = dist[root] + math.hypot(col + dx + 0.5 - rx, row + dy + 0.5 - ry)
                if reach >= dist[near] - 1e-9:
                    continue
                if not sees(free, rx, ry, col + dx + 0.5, row + dy + 0.5):
                    root = cell
                    reach = d + math.hypot(dx, dy)
                if reach < dist[near] - 1e-9:
                    dist[near] = reach
                    parent[near] = root
                    size = push(key, item, size, reach, near)
    return dist.reshape(rows, width)
