"""What stands between two places, and who is near: lines crossed, walls and mouths, neighbours gathered."""

from __future__ import annotations

from twin.movement.crowd.arrays import Array, Canvas
from twin.movement.crowd.cells import CELL_M, Scratch
from twin.movement.crowd.compiled import inlined
from twin.movement.crowd.law import Law
from twin.movement.crowd.simd import WIDTH

NEAR = 96
"""Neighbours that are looked at, at most."""
FOUND = 10
"""Rows of what is kept of neighbours: place from one's own, velocity, depth of both, 1 / breadth of both;
three for eight headings and the free way along each (see :mod:`twin.movement.crowd.simd`); and the cosine
between both ways."""
FACING = 9
"""Row of the cosine."""
CLOSE = 256
"""People in the cells around, at most, who are looked at more closely."""
_BACK_M = -0.4
"""Who is farther behind is not looked at, m ahead."""
_AHEAD, _SEEN = 0.6, 1.05
"""Neighbours are looked for in a square of twice ``_SEEN`` whose middle lies ``_AHEAD`` ahead, m."""
_FARTHEST2 = 1.65**2
ADULT_DEPTH, ADULT_BREADTH = 0.30, 0.46
_TO_DEPTH, _TO_BREADTH = 0.5 / ADULT_DEPTH, 0.5 / ADULT_BREADTH
AGAINST = -0.3
"""Cosine between two ways below which people count as oncoming."""
_ACROSS = 0.0
"""The same for those who have been held up for long: they squeeze past whoever goes another way."""


@inlined
def crosses(x0: float, y0: float, x1: float, y1: float, line: Array) -> bool:
    """Whether the way from (x0, y0) to (x1, y1) crosses the segment ``line`` (x0, y0, x1, y1)."""
    wx, wy = line[2] - line[0], line[3] - line[1]
    before = wx * (y0 - line[1]) - wy * (x0 - line[0])
    after = wx * (y1 - line[1]) - wy * (x1 - line[0])
    if before * after > 0.0:
        return False
    dx, dy = x1 - x0, y1 - y0
    one = dx * (line[1] - y0) - dy * (line[0] - x0)
    other = dx * (line[3] - y0) - dy * (line[2] - x0)
    return bool(one * other <= 0.0 and (before != 0.0 or after != 0.0))


@inlined
def distance2(x: float, y: float, line: Array) -> tuple[float, float, float]:
    """Squared distance of (x, y) to the segment ``line``, and the vector from the segment to it."""
    wx, wy = line[2] - line[0], line[3] - line[1]
    length2 = wx * wx + wy * wy
    part = 0.0
    if length2 > 0.0:
        part = min(max(((x - line[0]) * wx + (y - line[1]) * wy) / length2, 0.0), 1.0)
    dx, dy = x - line[0] - part * wx, y - line[1] - part * wy
    return dx * dx + dy * dy, dx, dy


@inlined
def passes(x: float, y: float, qx: float, qy: float, px: float, py: float, margin: float) -> bool:
    """Whether the way from (x, y) to (qx, qy) passes the point (px, py) within ``margin``."""
    wx, wy = qx - x, qy - y
    along = (px - x) * wx + (py - y) * wy
    length2 = wx * wx + wy * wy
    if along <= 0.0 or along >= length2:
        return False
    across = (px - x) * wy - (py - y) * wx
    return across * across < margin * margin * length2


@inlined
def square_of(canvas: Canvas, x: float, y: float) -> int:
    """Number of the square of walls and mouths in which (x, y) lies."""
    column = min(max(int((x - canvas.origin_x) / canvas.bin_m), 0), canvas.bins_x - 1)
    line = min(max(int((y - canvas.origin_y) / canvas.bin_m), 0), canvas.bins_y - 1)
    return line * canvas.bins_x + column


@inlined
def _fence_of(canvas: Canvas, square: int, x: float, y: float, fence: Array) -> int:
    """Write the walls listed in ``square`` into ``fence`` as seen from a place; how many.

    Start and way of each, and on which side of it the place is.
    """
    first = canvas.wall_start[square]
    count = canvas.wall_start[square + 1] - first
    for k in range(count):
        wall = canvas.wall[canvas.wall_item[first + k]]
        wx, wy = wall[2] - wall[0], wall[3] - wall[1]
        fence[k, 0], fence[k, 1], fence[k, 2], fence[k, 3] = wall[0], wall[1], wx, wy
        fence[k, 4] = wx * (y - wall[1]) - wy * (x - wall[0])
    return int(count)


@inlined
def _hidden(fence: Array, walls: int, x: float, y: float, dx: float, dy: float) -> bool:
    """Whether one of the walls in ``fence`` stands between (x, y) and (x + dx, y + dy)."""
    for k in range(walls):
        before, wx, wy = fence[k, 4], fence[k, 2], fence[k, 3]
        after = before + wx * dy - wy * dx
        if before * after > 0.0:
            continue
        near = dx * (fence[k, 1] - y) - dy * (fence[k, 0] - x)
        far = near + dx * wy - dy * wx
        if near * far <= 0.0 and (before != 0.0 or after != 0.0):
            return True
    return False


@inlined
def through_mouth(canvas: Canvas, room: int, x: float, y: float, ox: float, oy: float) -> bool:
    """Whether one looks from ``room`` at (x, y) to (ox, oy) through one of the room's mouths."""
    for square in (square_of(canvas, x, y), square_of(canvas, ox, oy)):
        for k in range(canvas.mouth_start[square], canvas.mouth_start[square + 1]):
            mouth = canvas.mouth_item[k]
            if canvas.mouth_room[mouth] == room and crosses(x, y, ox, oy, canvas.mouth[mouth]):
                return True
    return False


@inlined
def at_wall(canvas: Canvas, square: int, x: float, y: float, qx: float, qy: float, margin: float) -> bool:
    """Whether a wall bars the way from (x, y) to (qx, qy).

    The way ends within ``margin`` of it, leads through it, or passes one of its ends within ``margin``: who
    goes through a door fans out behind its posts, not between them.
    """
    for k in range(canvas.wall_start[square], canvas.wall_start[square + 1]):
        wall = canvas.wall[canvas.wall_item[k]]
        if distance2(qx, qy, wall)[0] < margin * margin or crosses(x, y, qx, qy, wall):
            return True
        for end in (0, 2):
            if passes(x, y, qx, qy, wall[end], wall[end + 1], margin):
                return True
    return False


@inlined
def _room_for_two(law: Law, scratch: Scratch, row: int, other: int, patience: float) -> tuple[float, float]:
    """Depth and breadth that two people need who meet, m."""
    near, at = scratch.near, scratch.at
    ax, ay, ox, oy = near[row, 2], near[row, 3], near[other, 2], near[other, 3]
    depth = law.depth_m * (near[row, 4] + near[other, 4]) * _TO_DEPTH
    breadth = law.breadth_m * (near[row, 5] + near[other, 5]) * _TO_BREADTH
    held = min(max((patience - law.squeeze_s) / law.squeeze_s, 0.0), 1.0)
    facing = ax * ox + ay * oy
    if facing < AGAINST or (held == 1.0 and facing < _ACROSS):
        least = law.core_m * (1.0 - law.squeeze * held)
        breadth = max(breadth * (1.0 - law.turned * min(1.0, patience)), law.core_m)
        return depth + (least - depth) * held, breadth + (least - breadth) * held
    dx, dy = at[other, 0] - at[row, 0], at[other, 1] - at[row, 1]
    mine, theirs = dx * ax + dy * ay, -(dx * ox + dy * oy)
    if mine > 0.0 and (theirs > mine or (theirs == mine and other > row)):
        # Each stands in the other's way: who is farther on goes first.
        return law.core_m, law.core_m
    return depth, breadth


@inlined
def _around(scratch: Scratch, canvas: Canvas, row: int, who: Array) -> int:
    """Write the rows of those who are near, and not behind, into ``who``; how many."""
    at = scratch.at
    x, y, ax, ay = at[row, 0], at[row, 1], scratch.near[row, 2], scratch.near[row, 3]
    cx, cy = x + _AHEAD * ax - canvas.origin_x, y + _AHEAD * ay - canvas.origin_y
    first_column = max(int((cx - _SEEN) / CELL_M), 0)
    last_column = min(int((cx + _SEEN) / CELL_M), scratch.columns - 1)
    first_line = max(int((cy - _SEEN) / CELL_M), 0)
    count = 0
    for line in range(first_line, min(int((cy + _SEEN) / CELL_M), scratch.lines - 1) + 1):
        first = scratch.cell_start[line * scratch.columns + first_column]
        last = scratch.cell_start[line * scratch.columns + last_column + 1]
        for other in range(first, last):
            dx, dy = at[other, 0] - x, at[other, 1] - y
            # Everybody is written and some are kept: no processor could guess who.
            who[count] = other
            here = (dx * dx + dy * dy <= _FARTHEST2) & (dx * ax + dy * ay >= _BACK_M) & (other != row)
            count = min(count + int(here), CLOSE - 1)
    return count


@inlined
def gather(
    canvas: Canvas,
    law: Law,
    scratch: Scratch,
    row: int,
    patience: float,
    reach: float,
    found: Array,
    who: Array,
    fence: Array,
    square: int,
) -> int:
    """Write who is near and in sight into ``found`` ([FOUND, NEAR]); how many.

    Filled up with people at (0, 0) to a multiple of :data:`~twin.movement.crowd.simd.WIDTH`.

    Args:
        canvas: where they walk.
        law: how.
        scratch: everybody.
        row: whose neighbours.
        patience: how long one has been held up, s.
        reach: farther than this only oncoming people are seen, m.
        found: float32 (see :data:`FOUND`).
        who: int64[256] of working space.
        fence: float64[scratch.walls, 5], too.
        square: of the walls around.
    """
    near, at = scratch.near, scratch.at
    x, y, ax, ay = at[row, 0], at[row, 1], near[row, 2], near[row, 3]
    room, reach2 = near[row, 6], reach * reach
    walls = _fence_of(canvas, square, x, y, fence)
    count = 0
    for k in range(_around(scratch, canvas, row, who)):
        other = who[k]
        dx, dy = at[other, 0] - x, at[other, 1] - y
        if dx * dx + dy * dy > reach2 and ax * near[other, 2] + ay * near[other, 3] >= AGAINST:
            continue
        if near[other, 6] != room:
            if not through_mouth(canvas, int(room), x, y, at[other, 0], at[other, 1]):
                continue
        elif _hidden(fence, walls, x, y, dx, dy):
            continue
        found[0, count], found[1, count] = dx, dy
        found[2, count], found[3, count] = near[other, 0], near[other, 1]
        depth, breadth = _room_for_two(law, scratch, row, other, patience)
        found[4, count], found[5, count] = depth, 1.0 / breadth
        found[FACING, count] = ax * near[other, 2] + ay * near[other, 3]
        count += 1
        if count == NEAR:
            return count
    for k in range(count, (count + WIDTH - 1) // WIDTH * WIDTH):
        found[0, k] = found[1, k] = 0.0
    return count
