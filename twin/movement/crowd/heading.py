"""Compiled: which way everybody has to go, and how far it is, read from the fields of the guidance."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from twin.movement.crowd.arrays import Array, Canvas, Walkers
from twin.movement.crowd.compiled import entry, kernel
from twin.movement.crowd.wavefront import NO_WAY, RIGHT, SEEN, TURNS, UP, nearest_on

STRAIGHT, NOWHERE = -1, -2
"""Windows of a row without a field: on a flight one walks straight on; a gate that nobody can reach."""
BEYOND_M = 0.3
"""One aims this far behind a gate, so as to go through it and not to it."""
CLEAR_SHARE = 0.3
"""Where directions cancel out to less than this, that of the nearest cell counts alone."""
_RINGS = 8
"""Who stands off the floor of its room is led back to the nearest cell within this many."""
_LEAST_M = 1e-6
TICK_M = 0.02
"""Distances are kept in steps of this."""
_COS = np.cos(2.0 * math.pi / TURNS * np.arange(TURNS))
_SIN = np.sin(2.0 * math.pi / TURNS * np.arange(TURNS))


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
    """uint16[] walking distance in steps of 2 cm; a metre close to a wall counts up to 2.5."""
    way: Array
    """uint8[] direction, or one of the marks of :mod:`twin.movement.crowd.wavefront`."""


@kernel
def _cell_at(fields: Fields, window: int, x: float, y: float) -> int:
    """Position in ``cells`` of the cell of a window nearest to a place (its own if it has one), or -1."""
    first, rows, columns = fields.window_size[window]
    size = fields.window_at[window, 2]
    u, v = (x - fields.window_at[window, 0]) / size, (y - fields.window_at[window, 1]) / size
    col, row = math.floor(u), math.floor(v)
    if 0 <= col < columns and 0 <= row < rows and fields.cells[first + row * columns + col] >= 0:
        return int(first + row * columns + col)
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
def _nearest_line(fields: Fields, row: int, x: float, y: float, rim: float) -> tuple[float, float, float]:
    """Where to walk to reach the lines of a row (a place behind the nearest), and how far the nearest is."""
    least, tx, ty = math.inf, x, y
    for n in range(fields.row_line[row], fields.row_line[row + 1]):
        line = fields.line[n]
        share, away, true = nearest_on(x, y, line, rim * fields.post[n, 0], rim * fields.post[n, 1])
        if away >= least:
            continue
        least = away
        tx, ty = line[0] + share * (line[2] - line[0]), line[1] + share * (line[3] - line[1])
        length = math.hypot(line[2] - line[0], line[3] - line[1])
        if length > 0.0:
            # From beside a gate one first comes before it, or one would walk into its post.
            beyond = (BEYOND_M if share == true else BEYOND_M / 6.0) / length
            tx, ty = tx - beyond * (line[3] - line[1]), ty + beyond * (line[2] - line[0])
    return tx, ty, least


@kernel
def _linked_ways(fields: Fields, columns: int, at: int, right: int, up: int) -> int:
    """Position of the cell next to ``at`` (by ``right`` and ``up``: -1, 0, 1) if a way leads there, or -1."""
    cells = fields.cells
    beside, above = at + right, at + up * columns
    corner = above + right
    if cells[corner] < 0:
        return -1
    level = right == 0 or not (cells[at if right > 0 else beside] & RIGHT or cells[beside] < 0)
    over = up == 0 or not (cells[at if up > 0 else above] & UP or cells[above] < 0)
    if right == 0:
        return corner if over else -1
    if up == 0:
        return corner if level else -1
    over_then = not (cells[beside if up > 0 else corner] & UP)
    level_then = not (cells[above if right > 0 else corner] & RIGHT)
    return corner if (level and over_then) or (over and level_then) else -1


@kernel
def _heading(fields: Fields, row: int, x: float, y: float, rim: float) -> tuple[float, float]:
    """Unit vector of the way on for somebody at (x, y) with half a breadth of ``rim``."""
    window = fields.row_window[row]
    if window == NOWHERE:
        return 0.0, 0.0
    if window == STRAIGHT:
        line = fields.line[fields.row_line[row]]
        length = math.hypot(line[2] - line[0], line[3] - line[1])
        return -(line[3] - line[1]) / length, (line[2] - line[0]) / length
    dx, dy = _blended(fields, row, window, x, y)
    if dx == 0.0 and dy == 0.0:
        tx, ty, _ = _nearest_line(fields, row, x, y, rim)
        dx, dy = tx - x, ty - y
    length = math.hypot(dx, dy)
    return (dx / length, dy / length) if length > _LEAST_M else (0.0, 0.0)


@kernel
def _blended(fields: Fields, row: int, window: int, x: float, y: float) -> tuple[float, float]:
    """Direction of the field at a place, between the middles of cells round it; (0, 0): straight at it."""
    at = _cell_at(fields, window, x, y)
    if at < 0:
        return 0.0, 0.0
    first, _, columns = fields.window_size[window]
    size = fields.window_at[window, 2]
    u = (x - fields.window_at[window, 0]) / size - 0.5 - (at - first) % columns
    v = (y - fields.window_at[window, 1]) / size - 0.5 - (at - first) // columns
    base = fields.row_first[row]
    own = base + (fields.cells[at] >> 2)
    turn = fields.way[own]
    if turn >= SEEN:
        return 0.0, 0.0
    if abs(u) > 1.0 or abs(v) > 1.0:
        # Off the floor: to the middle of that cell.
        return -u, -v
    ox, oy = _COS[turn], _SIN[turn]
    right, up = (1 if u > 0.0 else -1), (1 if v > 0.0 else -1)
    u, v = min(abs(u), 0.5), min(abs(v), 0.5)
    sx, sy = (1.0 - u) * (1.0 - v) * ox, (1.0 - u) * (1.0 - v) * oy
    for n in range(1, 4):
        near = _linked_ways(fields, columns, at, right * (n & 1), up * (n >> 1))
        if near < 0:
            continue
        turn = fields.way[base + (fields.cells[near] >> 2)]
        if turn >= SEEN:
            continue
        weight = (u if n & 1 else 1.0 - u) * (v if n >> 1 else 1.0 - v)
        sx += weight * _COS[turn]
        sy += weight * _SIN[turn]
    if sx * sx + sy * sy < CLEAR_SHARE * CLEAR_SHARE:
        return ox, oy
    return sx, sy


@kernel
def metres(canvas: Canvas, fields: Fields, row: int, x: float, y: float) -> float:  # noqa: ARG001 - as :func:`aim`
    """Walking distance from a place to the goal of a row, m; infinite where no way leads there."""
    window = fields.row_window[row]
    if window == NOWHERE:
        return math.inf
    if window == STRAIGHT:
        return _nearest_line(fields, row, x, y, 0.0)[2]
    at = _cell_at(fields, window, x, y)
    if at < 0:
        return math.inf
    own = fields.row_first[row] + (fields.cells[at] >> 2)
    turn = fields.way[own]
    if turn == NO_WAY:
        return math.inf
    if turn == SEEN:
        return _nearest_line(fields, row, x, y, 0.0)[2]
    first, _, columns = fields.window_size[window]
    size = fields.window_at[window, 2]
    u = x - fields.window_at[window, 0] - ((at - first) % columns + 0.5) * size
    v = y - fields.window_at[window, 1] - ((at - first) // columns + 0.5) * size
    # The distance falls by a metre a metre in the direction of the way.
    return float(max(TICK_M * fields.time[own] - u * _COS[turn] - v * _SIN[turn], 0.0))


@kernel
def aim(
    canvas: Canvas,  # noqa: ARG001 - the other kernels of a step take it too
    people: Walkers,
    fields: Fields,
    target: Array,
    place_row: Array,
    agents: int,
) -> None:
    """Write the way on of the first ``agents`` agents to ``people.ax, ay``; (0, 0) for those who do not move.

    ``target``: int32[n] place that those walk to whose vertex is -1; ``place_row``: int32[] row of each.
    """
    for i in range(agents):
        people.ax[i] = people.ay[i] = 0.0
        if not people.moving[i] or people.room[i] < 0:
            continue
        vertex = people.vertex[i]
        row = -1
        if vertex >= 0:
            row = fields.vertex_row[vertex]
        elif vertex == -1 and target[i] >= 0:
            row = place_row[target[i]]
        if row >= 0:
            people.ax[i], people.ay[i] = _heading(
                fields, row, people.x[i], people.y[i], 0.5 * people.breadth[i]
            )


@entry
def aim_now(
    canvas: Canvas, people: Walkers, fields: Fields, target: Array, place_row: Array, agents: int
) -> None:
    """:func:`aim`, called from Python."""
    aim(canvas, people, fields, target, place_row, agents)


@entry
def metres_of(canvas: Canvas, fields: Fields, row: int, x: Array, y: Array) -> Array:
    """:func:`metres` of places [n], called from Python."""
    found = np.empty(len(x))
    for n in range(len(x)):
        found[n] = metres(canvas, fields, row, x[n], y[n])
    return found
