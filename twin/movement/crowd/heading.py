"""Compiled: which way everybody has to go, and how far it is, read from the fields of the guidance."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import prange

from twin.movement.crowd.arrays import Array, Canvas, Walkers
from twin.movement.crowd.compiled import entry, kernel, threaded
from twin.movement.crowd.dealing import PIECE, hands, next_piece
from twin.movement.crowd.wavefront import NO_WAY, RIGHT, SEEN, TURNS, UP, nearest_on

STRAIGHT, NOWHERE = -1, -2
"""Windows of a row without a field: on a flight one walks straight on; a gate that nobody can reach."""
BEYOND_M = 0.3
"""One aims this far behind a gate, so as to go through it and not to it."""
CLEAR_SHARE = 0.3
"""Where directions cancel out to less than this, that of the nearest cell counts alone."""
_RINGS = 8
"""Who stands off the floor of its room is led back to the nearest cell within this many."""
_RIM = 0.4
"""Share of one's breadth that one keeps from the ends of a mouth when one walks straight at it."""
_ROUND_M = 0.05
"""Who stands beside a gate and no farther before it than this is behind its post."""
_END_M = 0.05
"""What one keeps from an end without a post, where the next opening begins: on it one would be in neither."""
_LEAST_M = 1e-6
PARTS, PART_M = 8, 0.55
"""An opening has one part for each person who fits in abreast, of this width (the unit in which exits used to
be measured), and as many at most."""
ASIDE = 1 << 12
"""Mark of a part of whom is in the way of others before the opening: it walks along it until it is not."""
_SPREAD = 0.618034
TICK_M = 0.02
"""Distances are kept in steps of this."""
_ALL = 2.0 * math.pi / TURNS * np.arange(TURNS)
# Marks have no direction: they count as (0, 0) beside cells that have one.
COS, SIN = np.append(np.cos(_ALL), (0.0, 0.0)), np.append(np.sin(_ALL), (0.0, 0.0))
"""Of each direction of a field."""


class Fields(NamedTuple):
    """Distance fields; V vertices, T rows (a field each), L goal lines, N windows (a room each)."""

    vertex_row: Array
    """int32[V] row of the field of each vertex; -1 not worked out."""
    row_window: Array
    """int32[T] window of each row; ``STRAIGHT``; ``NOWHERE``."""
    row_first: Array
    """int64[T] first cell of the row in ``time`` and ``way``."""
    row_line: Array
    """int32[T + 1] lines of each row."""
    line: Array
    """float64[L, 4] the mouths of a vertex (one goes through to the left), or a place without length."""
    post: Array
    """float64[L, 2] 1 where an end of the line is a post, 0 where the gate goes on."""
    window_at: Array
    """float64[N, 3] x, y of the lower left corner, and side of a cell."""
    window_size: Array
    """int64[N, 3] first cell in ``cells``, rows, columns."""
    cells: Array
    """int32[] see :mod:`twin.movement.crowd.wavefront`."""
    time: Array
    """uint16[] walking distance in steps of 2 cm."""
    way: Array
    """uint8[] direction, or one of the marks of :mod:`twin.movement.crowd.wavefront`."""
    bent_first: Array
    """int64[>= T] first cell of the row in ``bent_way``; -1: nothing is in the way of the shortest."""
    bent_way: Array
    """uint8[] directions round crowds, see :mod:`twin.movement.crowd.detours`."""


@kernel
def _nearest_cell(fields: Fields, window: int, row: int, col: int, u: float, v: float) -> int:
    """Position in ``cells`` of the cell of a window nearest to a place off its floor, or -1.

    ``row``, ``col``: the square in which the place is; ``u``, ``v``: the place, in squares.
    """
    first, rows = fields.window_size[window, 0], fields.window_size[window, 1]
    columns = fields.window_size[window, 2]
    best, least = -1, math.inf
    for ring in range(1, _RINGS + 1):
        if best >= 0 and ring - 0.5 > least:
            break
        for r in range(max(row - ring, 0), min(row + ring, rows - 1) + 1):
            step = 1 if abs(r - row) == ring else 2 * ring
            for c in range(col - ring, col + ring + 1, step):
                if c < 0 or c >= columns or fields.cells[first + r * columns + c] < 0:
                    continue
                away = math.hypot(c + 0.5 - u, r + 0.5 - v)
                if away < least:
                    best, least = first + r * columns + c, away
    return int(best)


@kernel
def _cell_at(fields: Fields, window: int, x: float, y: float) -> tuple[int, float, float]:
    """Position in ``cells`` of the cell nearest to a place, or -1; the place as seen from its middle."""
    size = fields.window_at[window, 2]
    u, v = (x - fields.window_at[window, 0]) / size, (y - fields.window_at[window, 1]) / size
    col, row = math.floor(u), math.floor(v)
    first, columns = fields.window_size[window, 0], fields.window_size[window, 2]
    if 0 <= col < columns and 0 <= row < fields.window_size[window, 1]:
        at = first + row * columns + col
        if fields.cells[at] >= 0:
            return at, u - col - 0.5, v - row - 0.5
    at = _nearest_cell(fields, window, row, col, u, v)
    return at, u - 0.5 - (at - first) % columns, v - 0.5 - (at - first) // columns


@kernel
def _nearest_line(fields: Fields, row: int, x: float, y: float, rim: float) -> tuple[float, float, float]:
    """Where to walk to reach the lines of a row (a place behind the nearest), and how far the nearest is."""
    least, tx, ty = math.inf, x, y
    for n in range(fields.row_line[row], fields.row_line[row + 1]):
        x0, y0, x1, y1 = fields.line[n, 0], fields.line[n, 1], fields.line[n, 2], fields.line[n, 3]
        first, last = fields.post[n, 0], fields.post[n, 1]
        end = _END_M if rim > 0.0 else 0.0
        share, away, true = nearest_on(x, y, x0, y0, x1, y1, max(rim * first, end), max(rim * last, end))
        if away >= least:
            continue
        least = away
        tx, ty = x0 + share * (x1 - x0), y0 + share * (y1 - y0)
        length = math.sqrt((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0))
        if length > 0.0:
            # From beside a gate one first comes before it, or one would walk into its post.
            beyond = (BEYOND_M if share == true else BEYOND_M / 6.0) / length
            past = ((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)) / length
            if ((true < 0.0 and first > 0.0) or (true > 1.0 and last > 0.0)) and past > -_ROUND_M:
                # Where the wall beside it falls back one has to come round the post.
                beyond = -BEYOND_M / length
            tx, ty = tx - beyond * (y1 - y0), ty + beyond * (x1 - x0)
    return tx, ty, least


@kernel
def parts_of(fields: Fields, n: int) -> int:
    """Into how many parts line ``n`` falls."""
    dx, dy = fields.line[n, 2] - fields.line[n, 0], fields.line[n, 3] - fields.line[n, 1]
    return min(max(int(math.sqrt(dx * dx + dy * dy) / PART_M), 1), PARTS)


@kernel
def all_parts(fields: Fields, row: int) -> int:
    """Into how many parts the lines of a row fall."""
    total = 0
    for n in range(fields.row_line[row], fields.row_line[row + 1]):
        total += parts_of(fields, n)
    return total


@kernel
def part_place(fields: Fields, n: int, k: int, i: int, rim: float) -> tuple[float, float]:
    """The place in part ``k`` of line ``n`` at which agent ``i`` goes through."""
    dx, dy = fields.line[n, 2] - fields.line[n, 0], fields.line[n, 3] - fields.line[n, 1]
    length = math.sqrt(dx * dx + dy * dy)
    # Each another place, or they would walk in files.
    spread = _SPREAD * i
    share = (k + (spread - math.floor(spread))) / parts_of(fields, n)
    low = min(rim * fields.post[n, 0] / length, 0.5)
    high = 1.0 - min(rim * fields.post[n, 1] / length, 0.5)
    share = min(max(share, low), high)
    return fields.line[n, 0] + share * dx, fields.line[n, 1] + share * dy


@kernel
def _to_part(
    fields: Fields, row: int, part: int, i: int, rim: float, x: float, y: float
) -> tuple[float, float]:
    """Where agent ``i``, at (x, y), walks to go through a ``part`` of the lines of a row.

    A little behind it; with the mark :data:`ASIDE` a place as far before the line as the agent is.
    """
    aside, part = part >= ASIDE, part % ASIDE
    n = fields.row_line[row] + part // PARTS
    px, py = part_place(fields, n, part % PARTS, i, rim)
    dx, dy = fields.line[n, 2] - fields.line[n, 0], fields.line[n, 3] - fields.line[n, 1]
    length = math.sqrt(dx * dx + dy * dy)
    beyond = BEYOND_M / 6.0
    if aside:
        beyond = min(0.0, (dx * (y - py) - dy * (x - px)) / length)
    return px - beyond * dy / length, py + beyond * dx / length


@kernel
def _blended(
    cells: Array, way: Array, base: int, at: int, columns: int, u: float, v: float
) -> tuple[float, float]:
    """Direction of a field at a place, between the middles of cells round it; (0, 0): straight at it.

    ``at``: position of the cell of the place; ``u``, ``v``: the place as seen from its middle. Takes arrays
    instead of :class:`Fields`, whose hundred parts would be copied at each call.
    """
    own = cells[at]
    turn = way[base + (own >> 2)]
    if turn >= SEEN:
        return 0.0, 0.0
    if abs(u) > 1.0 or abs(v) > 1.0:
        # Off the floor: to the middle of that cell.
        return -u, -v
    right, up = (1 if u > 0.0 else -1), (columns if v > 0.0 else -columns)
    beside, above, corner = cells[at + right], cells[at + up], cells[at + right + up]
    # Bits of a cell tell of its links to the right and upwards; those of a cell off the floor are all set.
    to_side = beside >= 0 and not (own if right > 0 else beside) & RIGHT
    to_above = above >= 0 and not (own if up > 0 else above) & UP
    to_corner = corner >= 0 and (
        (to_side and not (beside if up > 0 else corner) & UP)
        or (to_above and not (above if right > 0 else corner) & RIGHT)
    )
    u, v = min(abs(u), 0.5), min(abs(v), 0.5)
    ox, oy = COS[turn], SIN[turn]
    sx, sy = (1.0 - u) * (1.0 - v) * ox, (1.0 - u) * (1.0 - v) * oy
    if to_side:
        turn = way[base + (beside >> 2)]
        sx, sy = sx + u * (1.0 - v) * COS[turn], sy + u * (1.0 - v) * SIN[turn]
    if to_above:
        turn = way[base + (above >> 2)]
        sx, sy = sx + (1.0 - u) * v * COS[turn], sy + (1.0 - u) * v * SIN[turn]
    if to_corner:
        turn = way[base + (corner >> 2)]
        sx, sy = sx + u * v * COS[turn], sy + u * v * SIN[turn]
    return (sx, sy) if sx * sx + sy * sy > CLEAR_SHARE * CLEAR_SHARE else (ox, oy)


@kernel
def row_of(people: Walkers, vertex_row: Array, target: Array, place_row: Array, i: int) -> int:
    """Row of the field that agent ``i`` follows; -1: none."""
    vertex = people.vertex[i]
    if vertex >= 0:
        return int(vertex_row[vertex])
    if vertex == -1 and target[i] >= 0:
        return int(place_row[target[i]])
    return -1


@kernel
def _on_floor(fields: Fields, row: int, at: int, columns: int, u: float, v: float) -> tuple[float, float]:
    """Direction of a field, or of what crowds have made of it, at a place; as :func:`_blended`."""
    bent = fields.bent_first[row]
    if bent >= 0:
        return _blended(fields.cells, fields.bent_way, bent, at, columns, u, v)
    return _blended(fields.cells, fields.way, fields.row_first[row], at, columns, u, v)


@kernel
def _off_floor(fields: Fields, row: int, x: float, y: float, rim: float) -> tuple[float, float]:
    """The way on for who is on a flight, off the floor of its room, or near its goal and in sight of it."""
    window = fields.row_window[row]
    if window == NOWHERE:
        return 0.0, 0.0
    if window == STRAIGHT:
        n = fields.row_line[row]
        return fields.line[n, 1] - fields.line[n, 3], fields.line[n, 2] - fields.line[n, 0]
    at, u, v = _cell_at(fields, window, x, y)
    if at >= 0:
        columns = fields.window_size[window, 2]
        dx, dy = _on_floor(fields, row, at, columns, u, v)
        if dx != 0.0 or dy != 0.0:
            return dx, dy
    tx, ty, _ = _nearest_line(fields, row, x, y, rim)
    return tx - x, ty - y


@kernel
def metres(canvas: Canvas, fields: Fields, row: int, x: float, y: float) -> float:  # noqa: ARG001 - as :func:`aim`
    """Walking distance from a place to the goal of a row, m; infinite where no way leads there."""
    window = fields.row_window[row]
    if window == NOWHERE:
        return math.inf
    if window == STRAIGHT:
        return _nearest_line(fields, row, x, y, 0.0)[2]
    at, u, v = _cell_at(fields, window, x, y)
    if at < 0:
        return math.inf
    own = fields.row_first[row] + (fields.cells[at] >> 2)
    turn = fields.way[own]
    if turn == NO_WAY:
        return math.inf
    if turn == SEEN:
        return _nearest_line(fields, row, x, y, 0.0)[2]
    size = fields.window_at[window, 2]
    # The distance falls by a metre a metre in the direction of the way.
    return float(max(TICK_M * fields.time[own] - size * (u * COS[turn] + v * SIN[turn]), 0.0))


@kernel
def _aim_some(people: Walkers, fields: Fields, target: Array, place_row: Array, begin: int, end: int) -> None:
    """:func:`aim` of the agents ``begin`` to ``end``."""
    for i in range(begin, end):
        people.ax[i] = people.ay[i] = 0.0
        if not people.moving[i] or people.room[i] < 0:
            continue
        row = row_of(people, fields.vertex_row, target, place_row, i)
        if row < 0:
            continue
        x, y, dx, dy = people.x[i], people.y[i], 0.0, 0.0
        window, off = fields.row_window[row], True
        if people.part[i] >= 0:
            tx, ty = _to_part(fields, row, people.part[i], i, _RIM * people.breadth[i], x, y)
            dx, dy, off = tx - x, ty - y, False
        elif window >= 0:
            size = fields.window_at[window, 2]
            u, v = (x - fields.window_at[window, 0]) / size, (y - fields.window_at[window, 1]) / size
            col, line, columns = math.floor(u), math.floor(v), fields.window_size[window, 2]
            at = fields.window_size[window, 0] + line * columns + col
            if 0 <= col < columns and 0 <= line < fields.window_size[window, 1] and fields.cells[at] >= 0:
                dx, dy = _on_floor(fields, row, at, columns, u - col - 0.5, v - line - 0.5)
                if dx == 0.0 and dy == 0.0:
                    tx, ty, _ = _nearest_line(fields, row, x, y, _RIM * people.breadth[i])
                    dx, dy = tx - x, ty - y
                off = False
        if off:
            dx, dy = _off_floor(fields, row, x, y, _RIM * people.breadth[i])
        length = math.sqrt(dx * dx + dy * dy)
        if length > _LEAST_M:
            people.ax[i], people.ay[i] = dx / length, dy / length


@kernel
def _aim_pieces(
    people: Walkers, fields: Fields, target: Array, place_row: Array, agents: int, dealt: Array
) -> None:
    """:func:`aim` of one piece after the other."""
    while True:
        begin = next_piece(dealt) * PIECE
        if begin >= agents:
            return
        _aim_some(people, fields, target, place_row, begin, min(begin + PIECE, agents))


@threaded
def aim(
    canvas: Canvas,  # noqa: ARG001 - the other kernels of a step take it too
    people: Walkers,
    fields: Fields,
    target: Array,
    place_row: Array,
    dealt: Array,
    agents: int,
) -> None:
    """Write the way on of the first ``agents`` agents to ``people.ax, ay``; (0, 0) for those who do not move.

    ``target``: int32[n] place that those walk to whose vertex is -1; ``place_row``: int32[] row of each;
    ``dealt``: int64[1] of working space.
    """
    dealt[0] = 0
    for _ in prange(hands(agents)):
        _aim_pieces(people, fields, target, place_row, agents, dealt)


@entry
def aim_now(
    canvas: Canvas, people: Walkers, fields: Fields, target: Array, place_row: Array, agents: int
) -> None:
    """:func:`aim`, called from Python."""
    aim(canvas, people, fields, target, place_row, np.zeros(1, np.int64), agents)


@entry
def metres_of(canvas: Canvas, fields: Fields, row: int, x: Array, y: Array) -> Array:
    """:func:`metres` of places [n], called from Python."""
    found = np.empty(len(x))
    for n in range(len(x)):
        found[n] = metres(canvas, fields, row, x[n], y[n])
    return found
