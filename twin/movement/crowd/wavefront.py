"""Compiled: walking distances over the cells of one room, with exact walls between them, and the way down.

Cells are numbered within their room; ``index`` (a raster, flat where it says so) holds four times that number
and two bits, -1 where nobody walks. Its outermost ring is -1.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

_BARE: dict[str, Any] = {"cache": True, "_nrt": False, "error_model": "numpy"}
"""Kept on disk; without counts of references, as nothing is allocated. Nothing is divided by zero."""

CLEAR_CM = 60
"""Distances to walls are known up to this."""
RIGHT, UP = 1, 2
"""Bits of ``index``: no way to the next column, no way to the next row."""
NEAR_CM, FREE_CM, SLOWEST = 5.0, 40.0, 0.4
"""Nearer to a wall than the first, a metre costs 1 / SLOWEST; from the second on it costs 1. So paths keep
half a body off walls where there is room."""
ROUND_CM, ROUND_SLOWEST = 115.0, 0.48
"""The same of corners that stand out, nearer than the first to nothing: ways come round them in a curve."""
TURNS = 254
"""Directions that are told apart."""
SEEN, NO_WAY = 254, 255
"""In place of a direction: the goal is near and in sight; no way leads there."""
BUCKETS = 128
"""Times in the front lie within so many buckets of a cell's side over the root of two: with the finest cells
the dearest step is 2.5 cells, and what sees the goal from :data:`SIGHT_M` the other 32 cells; with the usual
ones in a crowd the dearest step is six times as far, and what sees the goal 8 cells."""
SIGHT_M = 2.0
"""Who sees the gate and is nearer than this walks straight at it."""


@njit(cache=True)
def draw(  # noqa: C901 - compiled kernel: a call per cell would cost more than it explains
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


@njit(**_BARE)
def linked(flat: NDArray[np.int32], at: int, columns: int, side: int) -> int:
    """Flat position of the cell to the right of ``at`` (0), left (1), above (2), below (3); -1: no way."""
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
def slowness(clear_cm: NDArray[np.uint8], corner_cm: NDArray[np.uint8]) -> NDArray[np.float32]:
    """What a metre costs in each cell, by its distances to the nearest wall and to the nearest corner."""
    cost = np.empty(len(clear_cm), np.float32)
    for n in range(len(clear_cm)):
        share = min(max((clear_cm[n] - NEAR_CM) / (FREE_CM - NEAR_CM), 0.0), 1.0)
        about = min(max((corner_cm[n] - NEAR_CM) / (ROUND_CM - NEAR_CM), 0.0), 1.0)
        pace = min(SLOWEST + (1.0 - SLOWEST) * share, ROUND_SLOWEST + (1.0 - ROUND_SLOWEST) * about)
        cost[n] = 1.0 / pace
    return cost


@njit(**_BARE)
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


@njit(**_BARE)
def nearest_on(
    x: float, y: float, x0: float, y0: float, x1: float, y1: float, rim_0: float, rim_1: float
) -> tuple[float, float, float]:
    """Share of a line nearest to a place, how far it is, and the share if nothing of its ends is left out."""
    dx, dy = x1 - x0, y1 - y0
    length = math.sqrt(dx * dx + dy * dy)
    if length == 0.0:
        return 0.0, math.hypot(x0 - x, y0 - y), 0.0
    most = 0.45 * length
    low, high = min(rim_0, most) / length, 1.0 - min(rim_1, most) / length
    true = ((x - x0) * dx + (y - y0) * dy) / (length * length)
    share = min(max(true, low), high)
    away_x, away_y = x0 + share * dx - x, y0 + share * dy - y
    return share, math.sqrt(away_x * away_x + away_y * away_y), true


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
    time: NDArray[np.float32],
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
                if dx * (py - line[1]) - dy * (px - line[0]) > 1e-9:  # noqa: PLR2004 - on it, not beyond
                    continue
                share, away, _ = nearest_on(
                    px, py, line[0], line[1], line[2], line[3], rims[n, 0], rims[n, 1]
                )
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


@njit(cache=True, nogil=True)
def neighbours(flat: NDArray[np.int32], columns: int, place: NDArray[np.int32]) -> NDArray[np.int32]:
    """[cells, 4] the cell to the right, to the left, above and below; -1 where no way leads."""
    found = np.empty((len(place), 4), np.int32)
    for n in range(len(place)):
        for side in range(4):
            near = linked(flat, place[n], columns, side)
            found[n, side] = flat[near] >> 2 if near >= 0 else -1
    return found


@njit(**_BARE, forceinline=True)
def _upwind(
    near: NDArray[np.int32], known: NDArray[np.float32], k: int, axis: int
) -> tuple[float, float, float, float]:
    """Time of the earlier finished neighbour along an axis, its sense, and (second order) time and weight."""
    ahead, behind = known[near[k, axis]], known[near[k, axis + 1]]
    first, side = float(min(ahead, behind)), axis + int(behind < ahead)
    if first == np.inf:
        return first, 0.0, first, 1.0
    sense = 1.0 if side == axis else -1.0
    far = known[near[near[k, side], side]]
    if far <= first:
        # One-sided second difference: (3 T - 4 T1 + T2) / 2 = 3/2 (T - (4 T1 - T2) / 3).
        return first, sense, (4.0 * first - far) / 3.0, 2.25
    return first, sense, first, 1.0


@njit(**_BARE, forceinline=True)
def _arrival(
    near: NDArray[np.int32], known: NDArray[np.float32], k: int, step: float
) -> tuple[float, float, float]:
    """Time at cell ``k`` from its finished neighbours, and the way back to where it comes from."""
    first_x, dx, tx, wx = _upwind(near, known, k, 0)
    first_y, dy, ty, wy = _upwind(near, known, k, 2)
    if dx != 0.0 and dy != 0.0:
        total = wx + wy
        middle = (wx * tx + wy * ty) / total
        root = middle * middle - (wx * tx * tx + wy * ty * ty - step * step) / total
        if root >= 0.0:
            reach = middle + math.sqrt(root)
            if reach >= max(first_x, first_y):
                return reach, dx * wx * max(reach - tx, 0.0), dy * wy * max(reach - ty, 0.0)
    if first_x < first_y:
        return max(tx + step / math.sqrt(wx), first_x), dx, 0.0
    return max(ty + step / math.sqrt(wy), first_y), 0.0, dy


@njit(**_BARE, forceinline=True)
def _angle(dx: float, dy: float) -> int:
    """A direction as one of :data:`TURNS`."""
    return round(math.atan2(dy, dx) * (TURNS / (2.0 * math.pi))) % TURNS


@njit(**_BARE, forceinline=True)
def _length(
    near: NDArray[np.int32], length: NDArray[np.float32], k: int, dx: float, dy: float, cell: float
) -> float:
    """Length of the way from cell ``k``, on which one goes back by (dx, dy).

    The way back meets the line between the two neighbours: in between lies the length there.
    """
    ahead = length[near[k, 0 if dx > 0.0 else 1]] if dx != 0.0 else np.float32(0.0)
    above = length[near[k, 2 if dy > 0.0 else 3]] if dy != 0.0 else np.float32(0.0)
    ax, ay = abs(dx), abs(dy)
    return float((ax * ahead + ay * above + cell * math.sqrt(dx * dx + dy * dy)) / (ax + ay))


@njit(cache=True, nogil=True, error_model="numpy")
def march(  # noqa: C901 - compiled kernel: a call per cell would cost more than it explains
    near: NDArray[np.int32],
    cost: NDArray[np.float32],
    cell: float,
    time: NDArray[np.float32],
    way: NDArray[np.uint8],
    asked: NDArray[np.bool_],
    beyond: float,
) -> None:
    """Spread times from the cells where they are finite over the others; write the ways back, their lengths.

    ``near``: :func:`neighbours`. ``time`` comes back as the length of the way from each cell, without what
    closeness to walls costs. Ends when all cells that are ``asked`` for, and those up to ``beyond`` later,
    have their way (those that come later keep :data:`NO_WAY`); if none is, all cells get theirs.

    Fast marching (Sethian, PNAS 1996; second order after Sethian, SIAM Review 1999), |grad T| = cost, between
    linked cells only. The front is kept in buckets of times instead of a heap (Yatziv, Bartesaghi, Sapiro,
    J. Comput. Phys. 212, 2006); within one the order does not matter, as a bucket is narrower than the least
    time between two cells.
    """
    count = len(near)
    # Times of the cells that are finished; the last one stands for neighbours that are not there (-1).
    known = np.full(count + 1, np.inf, np.float32)
    back, head = np.empty((count, 2)), np.full(BUCKETS, -1, np.int32)
    item, behind = np.empty(5 * count, np.int32), np.empty(5 * count, np.int32)
    used, waiting, width = 0, 0, cell / math.sqrt(2.0)
    for n in range(count):
        way[n] = NO_WAY
        if time[n] < np.inf:
            way[n] = SEEN
            bucket = int(time[n] / width) % BUCKETS
            item[used], behind[used], head[bucket] = n, head[bucket], used
            used, waiting = used + 1, waiting + 1
    length, turn = time.copy(), 0
    left, last = asked.sum(), np.float32(np.inf)
    while waiting > 0:
        entry = head[turn]
        if entry < 0:
            turn = (turn + 1) % BUCKETS
            continue
        head[turn] = behind[entry]
        waiting -= 1
        own = item[entry]
        if known[own] < np.inf:
            continue
        if time[own] > last:
            break
        known[own] = time[own]
        if asked[own]:
            left -= 1
            if left == 0:
                last = np.float32(time[own] + beyond)
        if way[own] != SEEN:
            # Only the last way found to a cell counts: its direction is worked out once.
            dx, dy = back[own, 0], back[own, 1]
            way[own] = _angle(dx, dy)
            # Off the walls the time is the length, and of second order.
            length[own] = min(_length(near, length, own, dx, dy, cell), time[own])
        for side in range(4):
            k = near[own, side]
            if k < 0 or known[k] < np.inf:
                continue
            reach, dx, dy = _arrival(near, known, k, cost[k] * cell)
            if reach < time[k]:
                time[k] = reach
                way[k] = NO_WAY
                back[k, 0], back[k, 1] = dx, dy
                bucket = int(reach / width) % BUCKETS
                item[used], behind[used], head[bucket] = k, head[bucket], used
                used, waiting = used + 1, waiting + 1
    time[:] = length
