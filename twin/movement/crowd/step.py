"""One step of everybody: who is near, which heading gets on best, how fast, and what the walls allow."""

from __future__ import annotations

import math

import numpy as np
from numba import njit, prange

from twin.movement.crowd.arrays import Array, Canvas, Walkers
from twin.movement.crowd.cells import CELL_M, Scratch, sort_into_cells
from twin.movement.crowd.law import Law

HEADINGS = np.deg2rad(np.array([0.0, -20.0, 20.0, -40.0, 40.0, -65.0, 65.0, -90.0, 90.0]))
_COS, _SIN, _ANGLE = np.cos(HEADINGS), np.sin(HEADINGS), np.abs(HEADINGS)
_OUTLOOK = 6
_STRIP = 0.5
_AHEAD = 0.8
_SEEN = 1.4
_NEAR = 96
_CHUNK = 64
ADULT_DEPTH, ADULT_BREADTH = 0.30, 0.46


@njit(cache=True)
def crosses(x0: float, y0: float, x1: float, y1: float, line: Array) -> bool:
    """Whether the way from (x0, y0) to (x1, y1) crosses the segment ``line``."""
    wx, wy = line[2] - line[0], line[3] - line[1]
    before = wx * (y0 - line[1]) - wy * (x0 - line[0])
    after = wx * (y1 - line[1]) - wy * (x1 - line[0])
    if before * after > 0.0:
        return False
    dx, dy = x1 - x0, y1 - y0
    one = dx * (line[1] - y0) - dy * (line[0] - x0)
    other = dx * (line[3] - y0) - dy * (line[2] - x0)
    return one * other <= 0.0 and (before != 0.0 or after != 0.0)


@njit(cache=True)
def distance2(x: float, y: float, line: Array) -> tuple[float, float, float]:
    """Squared distance of (x, y) to the segment ``line``, and the vector from the segment to it."""
    wx, wy = line[2] - line[0], line[3] - line[1]
    length2 = wx * wx + wy * wy
    part = 0.0
    if length2 > 0.0:
        part = min(max(((x - line[0]) * wx + (y - line[1]) * wy) / length2, 0.0), 1.0)
    dx, dy = x - line[0] - part * wx, y - line[1] - part * wy
    return dx * dx + dy * dy, dx, dy


@njit(cache=True)
def square_of(canvas: Canvas, x: float, y: float) -> int:
    """Number of the square of walls and mouths in which (x, y) lies."""
    column = min(max(int((x - canvas.origin_x) / canvas.bin_m), 0), canvas.bins_x - 1)
    line = min(max(int((y - canvas.origin_y) / canvas.bin_m), 0), canvas.bins_y - 1)
    return line * canvas.bins_x + column


@njit(cache=True)
def _hidden(canvas: Canvas, square: int, x: float, y: float, ox: float, oy: float) -> bool:
    """Whether a wall listed in ``square`` stands between two places."""
    for k in range(canvas.wall_start[square], canvas.wall_start[square + 1]):
        if crosses(x, y, ox, oy, canvas.wall[canvas.wall_item[k]]):
            return True
    return False


@njit(cache=True)
def _through_mouth(canvas: Canvas, room: int, x: float, y: float, ox: float, oy: float) -> bool:
    """Whether one looks from ``room`` at (x, y) to (ox, oy) through one of the room's mouths."""
    for square in (square_of(canvas, x, y), square_of(canvas, ox, oy)):
        for k in range(canvas.mouth_start[square], canvas.mouth_start[square + 1]):
            mouth = canvas.mouth_item[k]
            if canvas.mouth_room[mouth] == room and crosses(x, y, ox, oy, canvas.mouth[mouth]):
                return True
    return False


@njit(cache=True)
def _gather(
    canvas: Canvas, law: Law, scratch: Scratch, row: int, patience: float, found: Array, square: int
) -> int:
    """Write who is near and not behind a wall into ``found``; how many."""
    near = scratch.near
    x, y, ax, ay = near[row, 0], near[row, 1], near[row, 4], near[row, 5]
    room = near[row, 8]
    cx, cy = x + _AHEAD * ax - canvas.origin_x, y + _AHEAD * ay - canvas.origin_y
    first_column = max(int((cx - _SEEN) / CELL_M), 0)
    last_column = min(int((cx + _SEEN) / CELL_M), scratch.columns - 1)
    walls = canvas.wall_start[square + 1] > canvas.wall_start[square]
    count = 0
    for line in range(
        max(int((cy - _SEEN) / CELL_M), 0), min(int((cy + _SEEN) / CELL_M), scratch.lines - 1) + 1
    ):
        first = scratch.cell_start[line * scratch.columns + first_column]
        last = scratch.cell_start[line * scratch.columns + last_column + 1]
        for other in range(first, last):
            dx, dy = near[other, 0] - x, near[other, 1] - y
            lon = dx * ax + dy * ay
            if other == row or lon < -0.4 or dx * dx + dy * dy > 4.84:
                continue
            if near[other, 8] != room:
                if not _through_mouth(canvas, int(room), x, y, near[other, 0], near[other, 1]):
                    continue
            elif walls and _hidden(canvas, square, x, y, near[other, 0], near[other, 1]):
                continue
            ox, oy = near[other, 4], near[other, 5]
            depth = law.depth_m * (near[row, 6] + near[other, 6]) / (2 * ADULT_DEPTH)
            breadth = law.breadth_m * (near[row, 7] + near[other, 7]) / (2 * ADULT_BREADTH)
            same = ax * ox + ay * oy
            if same < -0.3:
                held = min(max((patience - law.squeeze_s) / law.squeeze_s, 0.0), 1.0)
                least = law.core_m * (1.0 - law.squeeze * held)
                breadth = max(breadth * (1.0 - law.turned * min(1.0, patience)), law.core_m)
                breadth += (least - breadth) * held
                depth += (least - depth) * held
            elif ox != 0.0 or oy != 0.0:
                theirs = -(dx * ox + dy * oy)
                if lon > 0.0 and (theirs > lon or (theirs == lon and other > row)):
                    # Each stands in the other's way: who is farther on goes first.
                    depth, breadth = law.core_m, law.core_m
            found[count, 0], found[count, 1] = dx, dy
            found[count, 2], found[count, 3] = near[other, 2], near[other, 3]
            found[count, 4], found[count, 5] = depth, breadth
            count += 1
            if count == _NEAR:
                return count
    return count


@njit(cache=True)
def _free(found: Array, count: int, hx: float, hy: float, ahead: float, most: float) -> float:
    """Free distance along the heading (hx, hy), at most ``most``; negative where one already overlaps."""
    free = most
    for k in range(count):
        lon = found[k, 0] * hx + found[k, 1] * hy
        if lon <= 0.0:
            continue
        lat = (found[k, 1] * hx - found[k, 0] * hy) / found[k, 5]
        if lat >= 1.0 or lat <= -1.0:
            continue
        gap = lon - found[k, 4] * math.sqrt(1.0 - lat * lat)
        along = found[k, 2] * hx + found[k, 3] * hy
        if along < 0.0:
            gap += along * ahead
        free = min(free, gap)
    return free


@njit(cache=True)
def _at_wall(canvas: Canvas, square: int, x: float, y: float, qx: float, qy: float, margin: float) -> bool:
    """Whether the way from (x, y) to (qx, qy) ends at or behind a wall."""
    for k in range(canvas.wall_start[square], canvas.wall_start[square + 1]):
        wall = canvas.wall[canvas.wall_item[k]]
        if distance2(qx, qy, wall)[0] < margin * margin or crosses(x, y, qx, qy, wall):
            return True
    return False


@njit(cache=True)
def _oncoming(canvas: Canvas, scratch: Scratch, row: int, hx: float, hy: float) -> float:
    """How many people come towards one in the strip ahead along (hx, hy), the near ones counting more."""
    near = scratch.near
    x, y, ax, ay = near[row, 0], near[row, 1], near[row, 4], near[row, 5]
    found = 0.0
    last = -1
    for k in range(1, _OUTLOOK + 1):
        px, py = x + k * hx, y + k * hy
        column, line = int((px - canvas.origin_x) / CELL_M), int((py - canvas.origin_y) / CELL_M)
        if column < 1 or line < 1 or column >= scratch.columns - 1 or line >= scratch.lines - 1:
            break
        if (
            canvas.room[
                int((py - canvas.origin_y) / canvas.cell_m), int((px - canvas.origin_x) / canvas.cell_m)
            ]
            < 0
        ):
            break
        for r in range(line - 1, line + 2):
            first = scratch.cell_start[r * scratch.columns + column - 1]
            end = scratch.cell_start[r * scratch.columns + column + 2]
            for other in range(first, end):
                dx, dy = near[other, 0] - x, near[other, 1] - y
                lon = dx * hx + dy * hy
                if lon < k - 0.5 or lon >= k + 0.5:
                    continue
                lat = dy * hx - dx * hy
                against = near[other, 4] * ax + near[other, 5] * ay
                if against < -0.3 and -_STRIP < lat < _STRIP:
                    found -= against * (1.0 - (k - 1.0) / _OUTLOOK)
    return found


@njit(cache=True)
def _evade(
    canvas: Canvas, law: Law, scratch: Scratch, row: int, square: int, margin: float, before: float
) -> float:
    """How far to turn to the right (radians) so as not to walk into people who come towards one."""
    near = scratch.near
    hx, hy = near[row, 4], near[row, 5]
    ahead = _oncoming(canvas, scratch, row, hx, hy)
    wanted = law.keep_right * ahead / (1.0 + ahead)
    return 0.5 * before + 0.5 * wanted


@njit(cache=True)
def _choose(
    canvas: Canvas, law: Law, scratch: Scratch, found: Array, count: int, square: int, one: Array
) -> tuple[float, float, float, float]:
    """Heading (unit vector), speed on it, and the side that it is on. ``one``: x, y, ax, ay, pace, time gap, margin."""
    ax, ay, pace, gap = one[2], one[3], one[4], one[5]
    most = pace * gap
    speed = max(_free(found, count, ax, ay, law.anticipation_s, most), 0.0) / gap
    bx, by, chosen = ax, ay, 0.0
    if speed < 0.9 * pace:
        best = speed * 1.15
        walls = canvas.wall_start[square + 1] > canvas.wall_start[square]
        for k in range(1, len(_COS)):
            worth = (_COS[k] + 0.15) * (1.0 - law.turn_cost * _ANGLE[k])
            if pace * worth <= best:
                continue
            hx, hy = ax * _COS[k] - ay * _SIN[k], ax * _SIN[k] + ay * _COS[k]
            if walls and _at_wall(
                canvas, square, one[0], one[1], one[0] + 0.5 * hx, one[1] + 0.5 * hy, one[6]
            ):
                continue
            on = max(_free(found, count, hx, hy, law.anticipation_s, most), 0.0) / gap
            if on * worth > best:
                best, bx, by, speed = on * worth, hx, hy, on
                chosen = -1.0 if _SIN[k] > 0 else 1.0
    return bx, by, speed, chosen


@njit(cache=True)
def _apart(found: Array, count: int, ax: float, ay: float) -> tuple[float, float]:
    """The sum of what moves one away from those whose ellipse one stands in (0 ... 1 each)."""
    px, py = 0.0, 0.0
    for k in range(count):
        dx, dy = found[k, 0], found[k, 1]
        lon, lat = (dx * ax + dy * ay) / found[k, 4], (dy * ax - dx * ay) / found[k, 5]
        inside = lon * lon + lat * lat
        if inside < 1.0:
            away = math.sqrt(dx * dx + dy * dy)
            share = 1.0 - math.sqrt(inside)
            if away > 1e-6:
                px -= share * dx / away
                py -= share * dy / away
            else:
                py += share
    return px, py


@njit(cache=True)
def _within_walls(
    canvas: Canvas, x: float, y: float, nx: float, ny: float, margin: float
) -> tuple[float, float]:
    """Where one comes on the way from (x, y) to (nx, ny), kept off the walls and never through one."""
    square = square_of(canvas, x, y)
    first, last = canvas.wall_start[square], canvas.wall_start[square + 1]
    if first == last:
        return nx, ny
    for _ in range(2):
        for k in range(first, last):
            near2, dx, dy = distance2(nx, ny, canvas.wall[canvas.wall_item[k]])
            if 1e-12 < near2 < margin * margin:
                away = math.sqrt(near2)
                nx += dx / away * (margin - away)
                ny += dy / away * (margin - away)
    for k in range(first, last):
        if crosses(x, y, nx, ny, canvas.wall[canvas.wall_item[k]]):
            return x, y
    return nx, ny


@njit(cache=True)
def _move(
    canvas: Canvas, people: Walkers, law: Law, scratch: Scratch, row: int, dt: float, found: Array, one: Array
) -> None:
    """The next place and velocity of the agent in ``row``, written to ``scratch.new``."""
    i = scratch.order[row]
    x, y, ax, ay = people.x[i], people.y[i], people.ax[i], people.ay[i]
    pace = people.pace[i] if people.moving[i] else 0.0
    margin = law.margin_m * people.breadth[i] / ADULT_BREADTH
    square = square_of(canvas, x, y)
    count = _gather(canvas, law, scratch, row, people.patience[i], found, square)
    tx, ty = 0.0, 0.0
    if pace > 0.0 and (ax != 0.0 or ay != 0.0):
        if (i + scratch.tick[0]) % scratch.tick[1] == 0:
            people.side[i] = _evade(canvas, law, scratch, row, square, margin, people.side[i])
        turn = people.side[i]
        hx, hy = ax, ay
        if turn > 0.02:
            hx, hy = ax * math.cos(turn) + ay * math.sin(turn), ay * math.cos(turn) - ax * math.sin(turn)
            if _at_wall(canvas, square, x, y, x + 0.35 * hx, y + 0.35 * hy, margin):
                hx, hy = ax, ay
        one[0], one[1], one[2], one[3] = x, y, hx, hy
        one[4], one[5], one[6] = pace, people.gap[i], law.comfort_m * people.breadth[i] / ADULT_BREADTH
        hx, hy, speed, _ = _choose(canvas, law, scratch, found, count, square, one)
        tx, ty = speed * hx, speed * hy
    taken = 1.0 - math.exp(-dt / law.relaxation_s)
    vx = people.vx[i] + (tx - people.vx[i]) * taken
    vy = people.vy[i] + (ty - people.vy[i]) * taken
    fx, fy = (ax, ay) if ax != 0.0 or ay != 0.0 else (1.0, 0.0)
    px, py = _apart(found, count, fx, fy)
    most = max(pace, 0.4)
    wx, wy = vx + law.apart_mps * px, vy + law.apart_mps * py
    fast = math.sqrt(wx * wx + wy * wy)
    if fast > most:
        wx, wy = wx * most / fast, wy * most / fast
    nx, ny = _within_walls(canvas, x, y, x + wx * dt, y + wy * dt, margin)
    scratch.new[i, 0], scratch.new[i, 1] = nx, ny
    scratch.new[i, 2], scratch.new[i, 3] = vx, vy
    if pace > 0.1:
        on = ((nx - x) * ax + (ny - y) * ay) / dt
        if on < 0.2 * pace:
            people.patience[i] += dt
        else:
            people.patience[i] = max(0.0, people.patience[i] - 3.0 * dt)


@njit(cache=True, parallel=True)
def step(canvas: Canvas, people: Walkers, law: Law, scratch: Scratch, agents: int, dt: float) -> None:
    """Move the first ``agents`` agents by ``dt`` seconds.

    Reads aims and paces, writes places, velocities and patience. All see where the others were before the step,
    so the result does not depend on the number of threads.
    """
    scratch.tick[0] += 1
    scratch.tick[1] = max(1, int(round(0.3 / dt)))
    total = sort_into_cells(canvas, people, scratch, agents)
    chunks = (total + _CHUNK - 1) // _CHUNK
    for chunk in prange(chunks):
        found = np.empty((_NEAR, 6))
        one = np.zeros(8)
        for row in range(chunk * _CHUNK, min((chunk + 1) * _CHUNK, total)):
            _move(canvas, people, law, scratch, row, dt, found, one)
    for row in range(total):
        i = scratch.order[row]
        people.x[i], people.y[i] = scratch.new[i, 0], scratch.new[i, 1]
        people.vx[i], people.vy[i] = scratch.new[i, 2], scratch.new[i, 3]
