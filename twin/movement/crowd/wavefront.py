"""Compiled: walking distances over the cells of one room, with exact walls between them, and the way down.

Cells are numbered within their room; ``index`` (a raster, flat where it says so) holds four times that number
and two bits, -1 where nobody walks. Its outermost ring is -1.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from twin.plan.geodesic import pop, push

CLEAR_CM = 60
"""Distances to walls are known up to this."""
RIGHT, UP = 1, 2
"""Bits of ``index``: no way to the next column, no way to the next row."""
NEAR_CM, FREE_CM, SLOWEST = 5.0, 40.0, 0.4
"""Nearer to a wall than the first, a metre costs 1 / SLOWEST; from the second on it costs 1. So paths keep half a
body off walls and corners where there is room."""
UNIT = 127.0
"""Length of a unit vector in ``way``."""
NO_WAY = -128
"""First value of ``way`` where no way leads to the goal; (0, 0) where the goal is in sight and near."""


@njit(cache=True)
def draw(
    index: NDArray[np.int32],
    clear: NDArray[np.uint8],
    x: float,
    y: float,
    cell: float,
    walls: NDArray[np.float64],
    reach: float,
) -> None:
    """Set the bits of links that walls cross, and the distances to walls up to ``reach`` metres."""
    rows, columns = index.shape
    for n in range(len(walls)):
        # In cells, with middles on the integers.
        x0, y0 = (walls[n, 0] - x) / cell - 0.5, (walls[n, 1] - y) / cell - 0.5
        x1, y1 = (walls[n, 2] - x) / cell - 0.5, (walls[n, 3] - y) / cell - 0.5
        far = reach / cell
        left, right = max(math.ceil(min(x0, x1) - far), 0), min(math.floor(max(x0, x1) + far), columns - 1)
        low, high = max(math.ceil(min(y0, y1) - far), 0), min(math.floor(max(y0, y1) + far), rows - 1)
        dx, dy = x1 - x0, y1 - y0
        square = max(dx * dx + dy * dy, 1e-18)
        for row in range(low, high + 1 if reach > 0.0 else low):
            for col in range(left, right + 1):
                if index[row, col] < 0:
                    continue
                share = min(max(((col - x0) * dx + (row - y0) * dy) / square, 0.0), 1.0)
                away = math.hypot(x0 + share * dx - col, y0 + share * dy - row) * cell
                own = index[row, col] >> 2
                if away * 100.0 < clear[own]:
                    clear[own] = int(away * 100.0)
        for row in range(max(math.ceil(min(y0, y1)), 0), min(math.floor(max(y0, y1)), rows - 1) + 1):
            if y0 != y1:
                col = math.floor(x0 + (row - y0) / dy * dx)
                if 0 <= col < columns and index[row, col] >= 0:
                    index[row, col] |= RIGHT
        for col in range(max(math.ceil(min(x0, x1)), 0), min(math.floor(max(x0, x1)), columns - 1) + 1):
            if x0 != x1:
                row = math.floor(y0 + (col - x0) / dx * dy)
                if 0 <= row < rows and index[row, col] >= 0:
                    index[row, col] |= UP


@njit(cache=True)
def linked(flat: NDArray[np.int32], at: int, columns: int, side: int) -> int:
    """Flat position of the cell next to ``at`` to the right (0), left (1), above (2), below (3); -1: no way."""
    if side == 0:
        near = at + 1
        shut = flat[at] & RIGHT
    elif side == 1:
        near = at - 1
        shut = flat[near] & RIGHT
    elif side == 2:  # noqa: PLR2004 - above
        near = at + columns
        shut = flat[at] & UP
    else:
        near = at - columns
        shut = flat[near] & UP
    return -1 if shut or flat[near] < 0 else near


@njit(cache=True)
def parts(index: NDArray[np.int32], place: NDArray[np.int32]) -> NDArray[np.int32]:
    """Connected part of each cell."""
    columns = index.shape[1]
    flat = index.ravel()
    part = np.full(len(place), -1, np.int32)
    stack = np.empty(len(place), np.int32)
    count = 0
    for first in range(len(place)):
        if part[first] >= 0:
            continue
        part[first] = count
        stack[0] = place[first]
        size = 1
        while size > 0:
            size -= 1
            at = stack[size]
            for side in range(4):
                near = linked(flat, at, columns, side)
                if near >= 0 and part[flat[near] >> 2] < 0:
                    part[flat[near] >> 2] = count
                    stack[size] = near
                    size += 1
        count += 1
    return part


@njit(cache=True, nogil=True)
def slowness(clear_cm: NDArray[np.uint8]) -> NDArray[np.float32]:
    """What a metre costs in each cell, by its distance to the nearest wall."""
    cost = np.empty(len(clear_cm), np.float32)
    for n in range(len(clear_cm)):
        share = min(max((clear_cm[n] - NEAR_CM) / (FREE_CM - NEAR_CM), 0.0), 1.0)
        cost[n] = 1.0 / (SLOWEST + (1.0 - SLOWEST) * share)
    return cost


@njit(cache=True)
def _sees(x0: float, y0: float, x1: float, y1: float, walls: NDArray[np.float64]) -> bool:
    """Whether no wall crosses the line from one place to another."""
    for n in range(len(walls)):
        ax, ay, bx, by = walls[n, 0], walls[n, 1], walls[n, 2], walls[n, 3]
        first = (x1 - x0) * (ay - y0) - (y1 - y0) * (ax - x0)
        second = (x1 - x0) * (by - y0) - (y1 - y0) * (bx - x0)
        if first * second > 0.0:
            continue
        here = (bx - ax) * (y0 - ay) - (by - ay) * (x0 - ax)
        there = (bx - ax) * (y1 - ay) - (by - ay) * (x1 - ax)
        if here * there <= 0.0 and (first != 0.0 or second != 0.0):
            return False
    return True


@njit(cache=True)
def nearest_on(
    x: float, y: float, line: NDArray[np.float64], rim_0: float, rim_1: float
) -> tuple[float, float, float]:
    """Share of a line nearest to a place, and how far; so much of its ends is left out (at most nine tenths)."""
    dx, dy = line[2] - line[0], line[3] - line[1]
    length = math.hypot(dx, dy)
    if length == 0.0:
        return 0.0, math.hypot(line[0] - x, line[1] - y), 0.0
    most = 0.45 * length
    low, high = min(rim_0, most) / length, 1.0 - min(rim_1, most) / length
    true = ((x - line[0]) * dx + (y - line[1]) * dy) / (length * length)
    share = min(max(true, low), high)
    return share, math.hypot(line[0] + share * dx - x, line[1] + share * dy - y), true


@njit(cache=True, nogil=True)
def in_sight(
    index: NDArray[np.int32],
    x: float,
    y: float,
    cell: float,
    walls: NDArray[np.float64],
    lines: NDArray[np.float64],
    rims: NDArray[np.float64],
    reach: float,
    time: NDArray[np.float64],
) -> int:
    """Write to ``time`` the distance of each cell that sees a goal within ``reach``; how many do.

    A goal is a place (a line without length) or a gate, which is seen from its right only.
    """
    rows, columns = index.shape
    found = 0
    for n in range(len(lines)):
        line = lines[n]
        dx, dy = line[2] - line[0], line[3] - line[1]
        left = max(math.floor((min(line[0], line[2]) - reach - x) / cell), 0)
        right = min(math.floor((max(line[0], line[2]) + reach - x) / cell), columns - 1)
        low = max(math.floor((min(line[1], line[3]) - reach - y) / cell), 0)
        high = min(math.floor((max(line[1], line[3]) + reach - y) / cell), rows - 1)
        for row in range(low, high + 1):
            for col in range(left, right + 1):
                if index[row, col] < 0:
                    continue
                own = index[row, col] >> 2
                px, py = x + (col + 0.5) * cell, y + (row + 0.5) * cell
                if dx * (py - line[1]) - dy * (px - line[0]) > 1e-9:
                    continue
                share, away, _ = nearest_on(px, py, line, rims[n, 0], rims[n, 1])
                if away > reach or away >= time[own]:
                    continue
                # A little short of the line: walls begin at its ends.
                part = max(1.0 - 0.02 / max(away, 0.02), 0.0)
                tx, ty = px + part * (line[0] + share * dx - px), py + part * (line[1] + share * dy - py)
                if _sees(px, py, tx, ty, walls):
                    if time[own] == np.inf:
                        found += 1
                    time[own] = away
    return found


@njit(cache=True)
def _lowest(
    flat: NDArray[np.int32],
    columns: int,
    time: NDArray[np.float64],
    done: NDArray[np.bool_],
    at: int,
    axis: int,
) -> float:
    """The lesser time of the finished neighbours along one axis."""
    least = np.inf
    for side in (axis, axis + 1):
        near = linked(flat, at, columns, side)
        if near >= 0:
            k = flat[near] >> 2
            if done[k] and time[k] < least:
                least = time[k]
    return least


@njit(cache=True, nogil=True)
def march(
    flat: NDArray[np.int32],
    columns: int,
    place: NDArray[np.int32],
    cost: NDArray[np.float32],
    cell: float,
    time: NDArray[np.float64],
) -> None:
    """Spread times from the cells where they are finite over all cells, in place.

    Fast marching of first order (Sethian, PNAS 1996): |grad T| = cost, the front moves only between linked cells.
    """
    count = len(place)
    done = np.zeros(count, np.bool_)
    room = 4 * count + 64
    key, item = np.empty(room), np.empty(room, np.int32)
    size = 0
    for n in range(count):
        if time[n] < np.inf:
            size = push(key, item, size, time[n], n)
    while size > 0:
        size = pop(key, item, size)
        own = item[size]
        if done[own] or key[size] != time[own]:
            continue
        done[own] = True
        for side in range(4):
            at = linked(flat, place[own], columns, side)
            if at < 0:
                continue
            k = flat[at] >> 2
            if done[k]:
                continue
            tx, ty = _lowest(flat, columns, time, done, at, 0), _lowest(flat, columns, time, done, at, 2)
            step = cost[k] * cell
            first, second = min(tx, ty), max(tx, ty)
            reach = first + step
            if second < reach:
                gap = second - first
                reach = (first + second + math.sqrt(2.0 * step * step - gap * gap)) / 2.0
            if reach < time[k]:
                time[k] = reach
                size = push(key, item, size, reach, k)


@njit(cache=True)
def _slope(flat: NDArray[np.int32], columns: int, time: NDArray[np.float64], at: int, axis: int) -> float:
    """How much less the time gets along one axis: positive in the sense of rising columns or rows."""
    own = time[flat[at] >> 2]
    near = linked(flat, at, columns, axis)
    ahead = time[flat[near] >> 2] if near >= 0 else np.inf
    near = linked(flat, at, columns, axis + 1)
    behind = time[flat[near] >> 2] if near >= 0 else np.inf
    if ahead < own < behind < np.inf or behind < own < ahead < np.inf:
        return (behind - ahead) / 2.0
    if ahead < own and ahead <= behind:
        return own - ahead
    if behind < own:
        return behind - own
    return 0.0


@njit(cache=True, nogil=True)
def downhill(
    flat: NDArray[np.int32],
    columns: int,
    place: NDArray[np.int32],
    time: NDArray[np.float64],
    seen: NDArray[np.bool_],
    way: NDArray[np.int8],
) -> None:
    """Write to ``way`` [cells, 2] the direction in which the time falls fastest; (0, 0) where ``seen``."""
    for n in range(len(place)):
        way[n, 0] = way[n, 1] = 0
        if seen[n]:
            continue
        if time[n] == np.inf:
            way[n, 0] = NO_WAY
            continue
        dx, dy = _slope(flat, columns, time, place[n], 0), _slope(flat, columns, time, place[n], 2)
        length = math.hypot(dx, dy)
        if length > 0.0:
            way[n, 0], way[n, 1] = round(UNIT * dx / length), round(UNIT * dy / length)
