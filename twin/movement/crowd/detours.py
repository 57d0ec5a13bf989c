"""Ways round crowds: in rooms where people are held up, they walk where they get on soonest.

The shortest way leads everybody along the same walls and round the inner side of the same corners. Where a
crowd is held up, the field of a way out is therefore worked out anew every few seconds with what a metre
costs *now*: cells full of people who stand, or who come towards one, are dear (the quickest path of
Kretz, "Pedestrian traffic: on the quickest path", J. Stat. Mech. P03012, 2009; the congestion field of
Hartmann, Mille, Pfaffinger and Royer, "Dynamic medium scale navigation using dynamic floor fields", 2014).
Distances stay those of the shortest way; only headings are bent.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from twin.movement.crowd.arrays import Array, Canvas, Walkers
from twin.movement.crowd.compiled import entry, inlined
from twin.movement.crowd.guidance import Guidance
from twin.movement.crowd.heading import TICK_M, Fields, metres, row_of
from twin.movement.crowd.wavefront import SEEN, TURNS, march, slowness
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
_WORKERS = 2


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
) -> None:
    """See the crowds.

    Writes who is where into ``square`` ([lines, columns, 3]: people, and the sums of their velocities), and
    how many are held up on the way of each row into ``held``, those near its gate not counted.
    """
    square[:] = 0.0
    held[:] = 0
    for i in range(agents):
        if people.room[i] < 0:
            continue
        column = min(max(int((people.x[i] - canvas.origin_x) / SQUARE_M), 0), square.shape[1] - 1)
        line = min(max(int((people.y[i] - canvas.origin_y) / SQUARE_M), 0), square.shape[0] - 1)
        square[line, column, 0] += 1.0
        square[line, column, 1] += people.vx[i]
        square[line, column, 2] += people.vy[i]
        if not people.moving[i]:
            continue
        row = row_of(people, fields.vertex_row, target, place_row, i)
        on = people.vx[i] * people.ax[i] + people.vy[i] * people.ay[i]
        if row < 0 or fields.row_window[row] < 0 or on >= _HELD_UP * people.pace[i]:
            continue
        if metres(canvas, fields, row, people.x[i], people.y[i]) > _FAR_M:
            held[row] += 1


@inlined
def _dearness(square: Array, x: float, y: float, dx: float, dy: float) -> float:
    """What a metre costs at a place (from the corner of the canvas) in a direction, beside empty floor."""
    column, line = int(x / SQUARE_M), int(y / SQUARE_M)
    people, vx, vy, squares = 0.0, 0.0, 0.0, 0
    for a in range(max(line - 1, 0), min(line + 2, square.shape[0])):
        for b in range(max(column - 1, 0), min(column + 2, square.shape[1])):
            people += square[a, b, 0]
            vx += square[a, b, 1]
            vy += square[a, b, 2]
            squares += 1
    if people == 0.0:
        return 1.0
    along = (vx * dx + vy * dy) / (people * _FREE_MPS)
    share = min(people / (squares * SQUARE_M * SQUARE_M * _FULL), 1.0)
    return 1.0 / min(max(1.0 - share * (1.0 - along), 1.0 / _DEAREST), 1.0)


@entry
def dearer(
    canvas: Canvas, fields: Fields, row: int, place: Array, square: Array, cost: Array, time: Array
) -> None:
    """Make what a metre costs in each cell of a room, and the time from its gate, what the crowds make of it.

    ``cost``: [cells] what a metre costs on empty floor; ``time``: [cells] infinite, and written where the
    goal of the row is near and in sight.
    """
    window = fields.row_window[row]
    first, columns = fields.row_first[row], fields.window_size[window, 2]
    cell = fields.window_at[window, 2]
    for n in range(len(place)):
        x = fields.window_at[window, 0] + (place[n] % columns + 0.5) * cell
        y = fields.window_at[window, 1] + (place[n] // columns + 0.5) * cell
        turn = fields.way[first + n]
        if turn < SEEN:
            angle = turn * (2.0 * math.pi / TURNS)
            x, y = x - canvas.origin_x, y - canvas.origin_y
            cost[n] *= _dearness(square, x, y, math.cos(angle), math.sin(angle))
        elif turn == SEEN:
            time[n] = fields.time[first + n] * TICK_M


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
        self._cost: dict[int, Array] = {}
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
        crowds(self._canvas, people, fields, target, place_row, agents, self._square, held)
        rows = [r for r in np.flatnonzero(held >= _MANY).tolist() if self._can(r, fields)]
        self._first[:] = -1
        for row in rows:
            self._place(row, fields)
        if len(rows) > 1:
            with ThreadPoolExecutor(_WORKERS) as pool:
                list(pool.map(lambda row: self._bend(row, fields), rows))
        elif rows:
            self._bend(rows[0], fields)

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
            number = int(fields.row_window[row])
            if number not in self._cost:
                self._cost[number] = slowness(self._guidance.window(number).clear_cm)
        self._first[row] = self._slot[row]

    def _bend(self, row: int, fields: Fields) -> None:
        """Work out the quickest way of a row."""
        number = int(fields.row_window[row])
        window = self._guidance.window(number)
        cost = self._cost[number].copy()
        time = np.full(window.cells, np.inf, np.float32)
        dearer(self._canvas, fields, row, window.place, self._square, cost, time)
        way = self._way[self._slot[row] : self._slot[row] + window.cells]
        march(window.index.ravel(), window.index.shape[1], window.place, cost, window.cell_m, time, way)
