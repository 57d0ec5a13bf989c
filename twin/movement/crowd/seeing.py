"""What stands between two places, and who is near: lines crossed, walls and mouths, neighbours gathered."""

from __future__ import annotations

from twin.movement.crowd import cells
from twin.movement.crowd.arrays import Array, Canvas
from twin.movement.crowd.cells import AX, AY, BREADTH, CELL_M, ROOM, Scratch, X, Y
from twin.movement.crowd.compiled import inlined
from twin.movement.crowd.lanes import (
    WIDTH,
    Lanes,
    Mask,
    bits,
    everywhere,
    load,
    number_of,
    of_bits,
    pick,
    store,
    store_some,
    up_to,
)
from twin.movement.crowd.law import Law

NEAR = 160
"""Columns for neighbours, at most; a dense crowd needs some 60."""
FOUND = 7
DX, DY, VX, VY, DEPTH, NARROW, FACING = range(FOUND)
"""Rows of what is kept of neighbours: place from one's own, velocity, depth of both, 1 / breadth of both, and
the cosine between both ways."""
_NOBODY_M = 1e4
"""Where nobody stands in a lane somebody stands as far away as this."""
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
def _in_sight(fence: Array, walls: int, x: float, y: float, dx: Lanes, dy: Lanes) -> Mask:
    """Whether none of the walls in ``fence`` stands between (x, y) and (x + dx, y + dy)."""
    sight = up_to(WIDTH)
    for k in range(walls):
        before, wx, wy = fence[k, 4], fence[k, 2], fence[k, 3]
        after = dy * wx - dx * wy + before
        near = dx * (fence[k, 1] - y) - dy * (fence[k, 0] - x)
        far = near + dx * wy - dy * wx
        crossed = (after * before <= 0.0) & (near * far <= 0.0)
        if before == 0.0:
            crossed = crossed & (after != 0.0)
        sight = sight & ~crossed
    return sight


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
def before_opening(
    canvas: Canvas, square: int, room: int, x: float, y: float, ax: float, ay: float, near_m: float
) -> bool:
    """Whether one is within ``near_m`` of a mouth of one's room and walks, in the direction (ax, ay), out."""
    for k in range(canvas.mouth_start[square], canvas.mouth_start[square + 1]):
        mouth = canvas.mouth_item[k]
        line = canvas.mouth[mouth]
        if (
            canvas.mouth_room[mouth] == room
            and (line[2] - line[0]) * ay - (line[3] - line[1]) * ax >= 0.0
            and distance2(x, y, line)[0] < near_m * near_m
        ):
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
def _room_for_two(
    law: Law, scratch: Scratch, row: int, first: int, dx: Lanes, dy: Lanes, patience: float
) -> tuple[Lanes, Lanes]:
    """Depth and breadth that one and each of the people in the rows from ``first`` on need who meet, m.

    ``dx``, ``dy``: the ways to them.
    """
    body, seen = scratch.body, scratch.seen
    ax, ay = body[row, AX], body[row, AY]
    ox, oy = load(seen, AX, first), load(seen, AY, first)
    depth = (load(seen, cells.DEPTH, first) + body[row, cells.DEPTH]) * (law.depth_m * _TO_DEPTH)
    breadth = (load(seen, BREADTH, first) + body[row, BREADTH]) * (law.breadth_m * _TO_BREADTH)
    held = min(max((patience - law.squeeze_s) / law.squeeze_s, 0.0), 1.0)
    least = law.core_m * (1.0 - law.squeeze * held)
    against = ox * ax + oy * ay < (_ACROSS if held == 1.0 else AGAINST)
    turned = breadth * (1.0 - law.turned * min(1.0, patience))
    turned = pick(turned < law.core_m, everywhere(law.core_m), turned)
    mine, theirs = dx * ax + dy * ay, -(dx * ox + dy * oy)
    # Each stands in the other's way: who is farther on goes first.
    later = (theirs > mine) | ((theirs == mine) & ~up_to(row + 1 - first))
    yields, core = (mine > 0.0) & later, everywhere(law.core_m)
    deep = pick(against, depth + (least - depth) * held, pick(yields, core, depth))
    return deep, pick(against, turned + (least - turned) * held, pick(yields, core, breadth))


@inlined
def _seen_through(
    canvas: Canvas, scratch: Scratch, row: int, first: int, others: Mask, x: float, y: float
) -> Mask:
    """Which of ``others``, in the rows from ``first`` on, in another room, are seen through a mouth."""
    found, left, room = 0, bits(others), int(scratch.body[row, ROOM])
    for lane in range(WIDTH):
        if left >> lane & 1:
            ox, oy = scratch.body[first + lane, X], scratch.body[first + lane, Y]
            if through_mouth(canvas, room, x, y, ox, oy):
                found |= 1 << lane
    return of_bits(found)


@inlined
def _around(scratch: Scratch, row: int, first: int, last: int, reach: float) -> tuple[Mask, Lanes, Lanes]:
    """Who of the rows from ``first`` to ``last`` is near and not behind; the ways to them.

    Those beyond ``reach`` only if they come towards one.
    """
    seen, ax, ay = scratch.seen, scratch.body[row, AX], scratch.body[row, AY]
    dx = load(seen, X, first) - float(seen[X, row])
    dy = load(seen, Y, first) - float(seen[Y, row])
    far = dx * dx + dy * dy
    facing = load(seen, AX, first) * ax + load(seen, AY, first) * ay
    here = up_to(last - first) & (far <= _FARTHEST2) & (dx * ax + dy * ay >= _BACK_M)
    here = here & ((far <= reach * reach) | (facing < AGAINST))
    # Not oneself.
    return here & (up_to(row - first) | ~up_to(row + 1 - first)), dx, dy


@inlined
def _filled_up(found: Array, count: int) -> int:
    """Put somebody far away into the columns from ``count`` to the next multiple of eight; which that is."""
    if count % WIDTH == 0:
        return count
    far, one = everywhere(_NOBODY_M), everywhere(1.0)
    store(found, DX, count, far)
    store(found, DY, count, far)
    store(found, VX, count, one)
    store(found, VY, count, one)
    store(found, DEPTH, count, one)
    store(found, NARROW, count, one)
    store(found, FACING, count, one)
    return count + WIDTH - count % WIDTH


@inlined
def gather(
    canvas: Canvas,
    law: Law,
    scratch: Scratch,
    row: int,
    patience: float,
    reach: float,
    found: Array,
    fence: Array,
    square: int,
) -> int:
    """Write who is near and in sight into ``found`` ([FOUND, NEAR]); how many columns, a multiple of eight.

    In columns without anybody stands somebody far away.

    Args:
        canvas: where they walk.
        law: how.
        scratch: everybody.
        row: whose neighbours.
        patience: how long one has been held up, s.
        reach: farther than this only oncoming people are seen, m.
        found: float32 (see :data:`FOUND`).
        fence: float64[scratch.walls, 5] of working space.
        square: of the walls around.
    """
    body, seen = scratch.body, scratch.seen
    x, y, ax, ay = body[row, X], body[row, Y], body[row, AX], body[row, AY]
    walls = _fence_of(canvas, square, x, y, fence)
    cx, cy = x + _AHEAD * ax - canvas.origin_x, y + _AHEAD * ay - canvas.origin_y
    first_column = max(int((cx - _SEEN) / CELL_M), 0)
    last_column = min(int((cx + _SEEN) / CELL_M), scratch.columns - 1)
    first_line = max(int((cy - _SEEN) / CELL_M), 0)
    count = 0
    for line in range(first_line, min(int((cy + _SEEN) / CELL_M), scratch.lines - 1) + 1):
        last = scratch.cell_start[line * scratch.columns + last_column + 1]
        for first in range(scratch.cell_start[line * scratch.columns + first_column], last, WIDTH):
            here, dx, dy = _around(scratch, row, first, last, reach)
            if bits(here) == 0:
                continue
            same = load(seen, ROOM, first) == body[row, ROOM]
            if walls > 0:
                here = here & (_in_sight(fence, walls, x, y, dx, dy) | ~same)
            if bits(here & ~same) != 0:
                here = (here & same) | _seen_through(canvas, scratch, row, first, here & ~same, x, y)
            depth, breadth = _room_for_two(law, scratch, row, first, dx, dy, patience)
            facing = load(seen, AX, first) * ax + load(seen, AY, first) * ay
            store_some(found, DX, count, here, dx)
            store_some(found, DY, count, here, dy)
            store_some(found, VX, count, here, load(seen, cells.VX, first))
            store_some(found, VY, count, here, load(seen, cells.VY, first))
            store_some(found, DEPTH, count, here, depth)
            store_some(found, NARROW, count, here, 1.0 / breadth)
            store_some(found, FACING, count, here, facing)
            count += number_of(here)
            if count > NEAR - WIDTH:
                return _filled_up(found, count)
    return _filled_up(found, count)
