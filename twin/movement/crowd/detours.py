"""Ways round crowds: in rooms where people are held up, they walk where they get on soonest.

The shortest way leads everybody along the same walls and round the inner side of the same corners. Where a
crowd is held up, the field of a way out is therefore worked out anew every few seconds with what a metre
costs *now*: cells full of people who stand, or who come towards one, are dear (the quickest path of
Kretz, "Pedestrian traffic: on the quickest path", J. Stat. Mech. P03012, 2009; the congestion field of
Hartmann, Mille, Pfaffinger and Royer, "Dynamic medium scale navigation using dynamic floor fields", 2014).
Distances stay those of the shortest way; only headings are bent, as far as those who walk there are spread.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

import numpy as np

from twin.movement.crowd.arrays import Array, Canvas, Walkers
from twin.movement.crowd.compiled import entry, kernel
from twin.movement.crowd.guidance import Guidance
from twin.movement.crowd.heading import COS, SIN, TICK_M, Fields, metres, row_of
from twin.movement.crowd.wavefront import NO_WAY, SEEN, march
from twin.movement.crowd.windows import CELL_M

EVERY_S = 3.0
"""How often people see anew how crowded the room is."""
SQUARE_M = 1.0
"""Crowds are seen as means over 3 x 3 squares of this side."""
_HELD_UP = 0.5
"""Share of the pace below which one counts as held up."""
_MANY = 20
"""So many must be held up on one way for it to be bent."""
_FAR_M = 8.0
"""Who is nearer to the gate stands in its queue, and there is no way round that, m."""
_LEAST_M2 = 60.0
"""In smaller rooms there is no way round a crowd."""
_FREE_MPS = 1.2
"""Who is in a stream of this speed loses nothing."""
_FULL = 2.0
"""From this density on people go with those around them, 1/m²."""
_DEAREST = 6.0
"""What a metre costs at most where nobody moves, beside one on empty floor."""
_BEYOND_M = 8.0
"""Ways are bent for those who walk there, and so much farther, as empty floor costs: till the next look."""
_WORKERS = 2


@kernel
def _crowds(
    canvas: Canvas,
    people: Walkers,
    fields: Fields,
    target: Array,
    place_row: Array,
    agents: int,
    square: Array,
    held: Array,
    follows: Array,
) -> None:
    """See the crowds.

    Writes who is where into ``square`` ([lines, columns, 3]: people, and the sums of their velocities), how
    many are held up on the way of each row into ``held``, those near its gate not counted, and which row each
    agent follows into ``follows`` (-1: none).
    """
    square[:] = 0.0
    held[:] = 0
    for i in range(agents):
        follows[i] = -1
        if people.room[i] < 0:
            continue
        column = min(max(int((people.x[i] - canvas.origin_x) / SQUARE_M), 0), square.shape[1] - 1)
        line = min(max(int((people.y[i] - canvas.origin_y) / SQUARE_M), 0), square.shape[0] - 1)
        square[line, column, 0] += 1.0
        square[line, column, 1] += people.vx[i]
        square[line, column, 2] += people.vy[i]
        if not people.moving[i]:
            continue
        row = follows[i] = row_of(people, fields.vertex_row, target, place_row, i)
        on = people.vx[i] * people.ax[i] + people.vy[i] * people.ay[i]
        if row < 0 or fields.row_window[row] < 0 or on >= _HELD_UP * people.pace[i]:
            continue
        if metres(canvas, fields, row, people.x[i], people.y[i]) > _FAR_M:
            held[row] += 1


@kernel
def _pace_of(square: Array, first_line: int, first_column: int, pace: Array) -> None:
    """Write how fast one gets on amid the people of the 3 x 3 squares round each square into ``pace``.

    ``pace`` ([lines, columns, 3]) begins at the square (``first_line``, ``first_column``). In a direction
    (dx, dy) it is ``pace[..., 0] + pace[..., 1] * dx + pace[..., 2] * dy`` of that on empty floor.
    """
    for line in range(first_line, min(first_line + pace.shape[0], square.shape[0])):
        for column in range(first_column, min(first_column + pace.shape[1], square.shape[1])):
            people, vx, vy, squares = 0.0, 0.0, 0.0, 0
            for a in range(max(line - 1, 0), min(line + 2, square.shape[0])):
                for b in range(max(column - 1, 0), min(column + 2, square.shape[1])):
                    people += square[a, b, 0]
                    vx += square[a, b, 1]
                    vy += square[a, b, 2]
                    squares += 1
            one = pace[line - first_line, column - first_column]
            one[0], one[1], one[2] = 1.0, 0.0, 0.0
            if people > 0.0:
                share = min(people / (squares * SQUARE_M * SQUARE_M * _FULL), 1.0)
                one[0] = 1.0 - share
                one[1], one[2] = share * vx / (people * _FREE_MPS), share * vy / (people * _FREE_MPS)


@kernel
def _dearer(
    canvas: Canvas,
    people: Walkers,
    fields: Fields,
    row: int,
    who: Array,
    place: Array,
    square: Array,
    pace: Array,
    cost: Array,
    time: Array,
    asked: Array,
) -> None:
    """Make what a metre costs in each cell of a room, and the time from its gate, what the crowds make of it.

    ``pace``: [lines, columns, 3] of working space as large as the room; ``cost``: [cells] what a metre costs
    on empty floor; ``time``: [cells] infinite, and written where the goal of the row is near and in sight;
    ``asked``: [cells] set where those stand who follow the row, ``who``.
    """
    window = fields.row_window[row]
    first, columns = fields.row_first[row], fields.window_size[window, 2]
    cell, start = fields.window_at[window, 2], fields.window_size[window, 0]
    left, low = fields.window_at[window, 0], fields.window_at[window, 1]
    first_column = max(int((left - canvas.origin_x) / SQUARE_M), 0)
    first_line = max(int((low - canvas.origin_y) / SQUARE_M), 0)
    _pace_of(square, first_line, first_column, pace)
    line = begin = 0
    for n in range(len(place)):
        turn = fields.way[first + n]
        if turn == SEEN:
            time[n] = fields.time[first + n] * TICK_M
        elif turn != NO_WAY:
            while place[n] >= begin + columns:
                line, begin = line + 1, begin + columns
            b = int((left + (place[n] - begin + 0.5) * cell - canvas.origin_x) / SQUARE_M)
            a = int((low + (line + 0.5) * cell - canvas.origin_y) / SQUARE_M)
            one = pace[a - first_line, b - first_column]
            on = one[0] + one[1] * COS[turn] + one[2] * SIN[turn]
            cost[n] *= 1.0 / min(max(on, 1.0 / _DEAREST), 1.0)
    for k in range(len(who)):
        u, v = (people.x[who[k]] - left) / cell, (people.y[who[k]] - low) / cell
        if 0.0 <= u < columns and 0.0 <= v < fields.window_size[window, 1]:
            at = fields.cells[start + int(v) * columns + int(u)]
            if at >= 0 and fields.way[first + (at >> 2)] != NO_WAY:
                asked[at >> 2] = True


class Bend(NamedTuple):
    """What :func:`_dearer` needs of a row, and where it writes."""

    row: int
    who: Array
    place: Array
    pace: Array
    cost: Array
    time: Array
    asked: Array


_NOBODY = np.zeros(0, np.int64)
_LOOK = Bend(
    -1,
    _NOBODY,
    _NOBODY.astype(np.int32),
    np.zeros((0, 0, 3)),
    np.zeros(0, np.float32),
    np.zeros(0, np.float32),
    np.zeros(0, bool),
)
"""No row: the crowds are to be seen."""


@entry
def crowds(
    canvas: Canvas,
    people: Walkers,
    fields: Fields,
    target: Array,
    place_row: Array,
    agents: int,
    square: Array,
    held: Array,
    follows: Array,
    bend: Bend,
) -> None:
    """See the crowds, or what they make of the room of one row: both take what is much to unpack.

    So both are compiled before any crowd is held up.
    """
    if bend.row < 0:
        _crowds(canvas, people, fields, target, place_row, agents, square, held, follows)
    else:
        _dearer(
            canvas,
            people,
            fields,
            bend.row,
            bend.who,
            bend.place,
            square,
            bend.pace,
            bend.cost,
            bend.time,
            bend.asked,
        )


class Detours:
    """The bent ways of one run.

    Args:
        guidance: the shortest ways.
        canvas: what people move on.
        start_s: the clock at the start.
    """

    def __init__(self, guidance: Guidance, canvas: Canvas, start_s: float) -> None:
        self._guidance, self._canvas = guidance, canvas
        rows, columns = canvas.room.shape
        lines = math.ceil(rows * canvas.cell_m / SQUARE_M)
        self._square = np.zeros((lines, math.ceil(columns * canvas.cell_m / SQUARE_M), 3), np.float32)
        self._slot = np.zeros(0, np.int64)
        self._first = np.zeros(0, np.int64)
        self._way = np.zeros(1, np.uint8)
        self._used = 0
        self.next_s = start_s + EVERY_S

    def bent(self, fields: Fields) -> Fields:
        """``fields`` with the bent ways of this run."""
        if len(self._first) < len(fields.row_first):
            more = np.full(2 * len(fields.row_first) - len(self._first), -1, np.int64)
            self._first, self._slot = (np.concatenate([a, more]) for a in (self._first, self._slot))
        return fields._replace(bent_first=self._first, bent_way=self._way)

    def see(self, people: Walkers, target: Array, place_row: Array, agents: int, now_s: float) -> None:
        """Look at the crowds and bend the ways on which many are held up."""
        self.next_s = now_s + EVERY_S
        fields = self.bent(self._guidance.fields)
        held = np.zeros(len(self._first), np.int64)
        follows = np.empty(agents, np.int32)
        crowd = (self._canvas, people, fields, target, place_row, agents, self._square, held, follows)
        look = partial(crowds, *crowd)
        look(_LOOK)
        rows = [r for r in np.flatnonzero(held >= _MANY).tolist() if self._can(r, fields)]
        self._first[:] = -1
        for row in rows:
            self._place(row, fields)
        with ThreadPoolExecutor(_WORKERS) as pool:
            list(pool.map(lambda row: self._bend(row, fields, follows, look), rows))

    def _can(self, row: int, fields: Fields) -> bool:
        """Whether a row has a field to bend.

        Rooms with finer cells are narrow, and steps of the front would not fit its buckets there.
        """
        number = int(fields.row_window[row])
        if number < 0:
            return False
        window = self._guidance.window(number)
        return window.cell_m >= CELL_M and window.cells * CELL_M**2 >= _LEAST_M2

    def _place(self, row: int, fields: Fields) -> None:
        """Give a row its place in the store."""
        if self._slot[row] < 0:
            cells = self._guidance.window(int(fields.row_window[row])).cells
            self._slot[row], self._used = self._used, self._used + cells
            if self._used > len(self._way):
                self._way = np.concatenate([self._way, np.zeros(2 * self._used - len(self._way), np.uint8)])
        self._first[row] = self._slot[row]

    def _bend(self, row: int, fields: Fields, follows: Array, look: Callable[[Bend], None]) -> None:
        """Work out the quickest way of a row. ``look``: :func:`crowds` of now."""
        window = self._guidance.window(int(fields.row_window[row]))
        size = [math.ceil(side * window.cell_m / SQUARE_M) + 2 for side in window.index.shape]
        bend = Bend(
            row=row,
            who=np.flatnonzero(follows == row),
            place=window.place,
            pace=np.zeros((*size, 3)),
            cost=window.cost.copy(),
            time=np.full(window.cells, np.inf, np.float32),
            asked=np.zeros(window.cells, bool),
        )
        look(bend)
        way = self._way[self._slot[row] : self._slot[row] + window.cells]
        march(window.near, bend.cost, window.cell_m, bend.time, way, bend.asked, _BEYOND_M)
        first = fields.row_first[row]
        np.copyto(way, fields.way[first : first + window.cells], where=way == NO_WAY)
