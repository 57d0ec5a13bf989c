"""Guidance: how far it is from every place of a room to each of its ways out, and which way to go.

For each vertex that somebody takes there is a *field*: the walking distance to its mouths from every cell of
the room in which one comes to it, and the direction in which it falls. Fields to places inside rooms (goals,
lifts) are the same. They are worked out when they are first asked for and kept for all runs on one ground,
in flat stores that grow; cost does not depend on the number of goals.
"""

from __future__ import annotations

import math
import weakref
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import RLock

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from twin.movement.crowd.arrays import Canvas
from twin.movement.crowd.ground import Ground
from twin.movement.crowd.heading import NOWHERE, STRAIGHT, Fields, aim, metres, metres_of
from twin.movement.crowd.stores import Store, stored
from twin.movement.crowd.walls import Shape
from twin.movement.crowd.wavefront import CLEAR_CM, SIGHT_M, in_sight, march
from twin.movement.crowd.windows import Window, window_of, window_of_mask

__all__ = ["Fields", "Guidance", "aim", "guidance_of", "metres"]

RIM_M = 0.2
"""What a body needs at the end of a gate that is a post."""
_WORKERS = 2
_SAME_M = 0.01
THIN_M = 2.0
"""A room no deeper than this behind a front, on the average, is a threshold: nobody walks along in it."""
BESIDE_M = 0.5
"""Parts of a front from which the way on over a threshold is longer by more than this are not made for."""
_PIECE_M = 0.1


@dataclass(frozen=True)
class _Goal:
    """What a field leads to."""

    room: int
    lines: NDArray[np.float64]
    """[n, 4]"""
    post: NDArray[np.float64]
    """[n, 2]"""


@dataclass(frozen=True)
class _Field:
    """A field worked out."""

    window: Window
    time: NDArray[np.uint16]
    way: NDArray[np.uint8]


class Guidance:
    """The distance fields of one canvas.

    Args:
        canvas: walls, mouths and rooms.
        shapes: exact area of rooms; a room without one is what the raster of the canvas says.
        flights: rooms in which one walks straight on.
        places: vertices that lead to a place in a room (room, x, y): those of lifts.
    """

    def __init__(
        self,
        canvas: Canvas,
        shapes: Mapping[int, Shape] | None = None,
        *,
        flights: Iterable[int] = (),
        places: Mapping[int, tuple[int, float, float]] | None = None,
    ) -> None:
        self._canvas = canvas
        self._shapes = shapes or {}
        self._flights = frozenset(flights)
        self._places = dict(places or {})
        self._posts = _posts(canvas)
        ends = canvas.wall.reshape(-1, 2, 2)
        self._wall_box = np.ascontiguousarray(np.concatenate([ends.min(axis=1), -ends.max(axis=1)], axis=1).T)
        self._windows: dict[int, tuple[int, Window]] = {}
        self._numbered: dict[int, Window] = {}
        self._place_rows: dict[tuple[int, float, float], int] = {}
        self._vertices = max(len(canvas.vertex_mouth) - 1, max(self._places, default=-1) + 1)
        self._store = Store(self._vertices)
        self._lock = RLock()

    @property
    def fields(self) -> Fields:
        """What the kernels read; taken anew after each field that is added."""
        return self._store.fields

    def window(self, number: int) -> Window:
        """A window by its number in :attr:`Fields.row_window`."""
        return self._numbered[number]

    def to_vertex(self, vertex: int) -> int:
        """The row of the field to a vertex, in the room where one comes to it."""
        self.ready([vertex])
        return int(self.fields.vertex_row[vertex])

    def to_place(self, room: int, x: float, y: float) -> int:
        """The row of the field to a place (canvas coordinates) in a room."""
        key = (room, round(x, 2), round(y, 2))
        with self._lock:
            if key not in self._place_rows:
                goal = _Goal(room, np.array([[x, y, x, y]]), np.zeros((1, 2)))
                self._place_rows[key] = self._add([goal])[0]
            return self._place_rows[key]

    def ready(self, vertices: Iterable[int]) -> None:
        """Work out the fields to all of these vertices that there are none for yet, on both cores."""
        with self._lock:
            missing = [v for v in dict.fromkeys(vertices) if self.fields.vertex_row[v] < 0]
            for vertex, row in zip(missing, self._add([self._goal(v) for v in missing]), strict=True):
                self._store.vertex_row[vertex] = row

    def metres(self, vertex: int, x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
        """Walking distance [n] from places in the room of a vertex to it, m; infinite where no way leads."""
        row = self.to_vertex(vertex)
        places = [np.atleast_1d(np.asarray(v, float)) for v in (x, y)]
        found: NDArray[np.float64] = metres_of(self._canvas, self.fields, row, *places)
        return found

    def _goal(self, vertex: int) -> _Goal:
        if vertex in self._places:
            room, x, y = self._places[vertex]
            return _Goal(room, np.array([[x, y, x, y]]), np.zeros((1, 2)))
        canvas = self._canvas
        rows = slice(canvas.vertex_mouth[vertex], canvas.vertex_mouth[vertex + 1])
        if rows.start == rows.stop:
            return _Goal(NOWHERE, canvas.mouth[rows], self._posts[rows])
        room = int(canvas.mouth_room[rows.start])
        lines, posts = _passable(canvas.mouth[rows], self._posts[rows])
        on = self._over_threshold(room, canvas.mouth_opposite[rows], lines)
        return _Goal(room, lines, posts) if on is None else _Goal(room, *_nearer(lines, posts, on))

    def _over_threshold(
        self, room: int, opposite: NDArray[np.int32], lines: NDArray[np.float64]
    ) -> NDArray[np.float64] | None:
        """[n, 4] the ways on, if behind a front of ``room`` there is only a threshold; else ``None``.

        Its exits, or if it has none its ways into other rooms than ``room``. The nearest place of a wide
        front may lie far beside them: a crowd would go in file along the threshold.
        """
        canvas = self._canvas
        if opposite.min() < 0:
            return None
        behind = int(canvas.mouth_room[opposite[0]])
        width = np.hypot(lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1]).sum()
        if behind in self._flights or behind not in self._shapes or width < THIN_M:
            return None
        if self._shapes[behind].area > THIN_M * width:
            return None
        out = np.flatnonzero(canvas.mouth_room == behind)
        to = np.where(canvas.mouth_opposite[out] < 0, NOWHERE, canvas.mouth_room[canvas.mouth_opposite[out]])
        on = out[to == NOWHERE] if (to == NOWHERE).any() else out[to != room]
        found: NDArray[np.float64] = canvas.mouth[on]
        return found if len(found) else None

    def _add(self, goals: list[_Goal]) -> list[int]:
        """Rows of new fields."""
        walked = [n for n, goal in enumerate(goals) if goal.room >= 0 and goal.room not in self._flights]
        windows = {n: self._window(goals[n].room) for n in walked}
        if len(walked) > 1:
            with ThreadPoolExecutor(_WORKERS) as pool:
                made = list(pool.map(lambda n: self._worked_out(goals[n], windows[n][1]), walked))
        else:
            made = [self._worked_out(goals[n], windows[n][1]) for n in walked]
        done = dict(zip(walked, made, strict=True))
        rows = []
        for n, goal in enumerate(goals):
            if n in done:
                number, field = windows[n][0], done[n]
                rows.append(self._store.add(number, goal.lines, goal.post, field.time, field.way))
            else:
                kind = NOWHERE if goal.room < 0 else STRAIGHT
                rows.append(self._store.add(kind, goal.lines, goal.post))
        return rows

    def _window(self, room: int) -> tuple[int, Window]:
        """Number and window of a room."""
        if room not in self._windows:
            canvas = self._canvas
            mouths = canvas.mouth[canvas.mouth_room == room]
            if room in self._shapes and not self._shapes[room].is_empty:
                area = self._shapes[room]
                walls = self._walls(area.bounds, CLEAR_CM / 100.0)
                window = window_of(area, walls, mouths)
            else:
                window = self._window_on_raster(room, mouths)
            number = self._store.add_window(window.x, window.y, window.cell_m, window.index)
            self._windows[room] = (number, window)
            self._numbered[number] = window
        return self._windows[room]

    def _walls(self, box: tuple[float, ...], reach_m: float) -> NDArray[np.float64]:
        """The walls that come near a box (x0, y0, x1, y1)."""
        limit = np.array([box[2], box[3], -box[0], -box[1]]) + reach_m
        near = (self._wall_box <= limit[:, None]).all(axis=0)
        return np.ascontiguousarray(self._canvas.wall[near])

    def _window_on_raster(self, room: int, mouths: NDArray[np.float64]) -> Window:
        canvas = self._canvas
        row, col = np.nonzero(canvas.room == room)
        if not len(row):
            nothing = np.zeros((1, 1), bool)
            return window_of_mask(nothing, (0.0, 0.0), canvas.cell_m, np.zeros((0, 4)), mouths)
        rows, columns = slice(row.min(), row.max() + 1), slice(col.min(), col.max() + 1)
        corner = (
            canvas.origin_x + columns.start * canvas.cell_m,
            canvas.origin_y + rows.start * canvas.cell_m,
        )
        far = (
            canvas.origin_x + columns.stop * canvas.cell_m,
            canvas.origin_y + rows.stop * canvas.cell_m,
        )
        walls = self._walls((*corner, *far), CLEAR_CM / 100.0)
        return window_of_mask(canvas.room[rows, columns] == room, corner, canvas.cell_m, walls, mouths)

    def _worked_out(self, goal: _Goal, window: Window) -> _Field:
        """The field to a goal."""
        time = np.full(window.cells, np.inf, np.float32)
        ends = goal.lines.reshape(-1, 2)
        walls = self._walls((*ends.min(axis=0), *ends.max(axis=0)), SIGHT_M)
        at = (window.x, window.y, window.cell_m)
        if not in_sight(window.index, *at, walls, goal.lines, RIM_M * goal.post, SIGHT_M, time):
            self._nearest(goal, window, time)
        way = np.empty(window.cells, np.uint8)
        nowhere = np.zeros(window.cells, bool)
        march(window.near, window.cost, window.cell_m, time, way, nowhere, 0.0)
        return _Field(window, stored(time), way)

    @staticmethod
    def _nearest(goal: _Goal, window: Window, time: NDArray[np.float32]) -> None:
        """Start from the cell nearest to a goal that none sees: in a room thinner than a cell."""
        if window.cells == 0:
            return
        lines = shapely.multilinestrings(list(goal.lines.reshape(-1, 2, 2)))
        away = shapely.distance(shapely.points(window.middles(np.arange(window.cells))), lines)
        time[int(np.argmin(away))] = float(away.min())


def guidance_of(ground: Ground) -> Guidance:
    """The guidance of ``ground``, one for all runs on it."""
    if ground not in _known:
        walked = np.flatnonzero(np.isfinite(ground.strip[:, 0])) + ground.spaces
        _known[ground] = Guidance(
            ground.canvas, ground.room_shape, flights=walked.tolist(), places=_lift_doors(ground)
        )
    return _known[ground]


_known: weakref.WeakKeyDictionary[Ground, Guidance] = weakref.WeakKeyDictionary()


def _lift_doors(ground: Ground) -> dict[int, tuple[int, float, float]]:
    """Where one waits for each lift trip: room and place on the canvas."""
    network = ground.network
    trips = 2 * network.gates + np.arange(len(network.lift_of_trip))
    rooms = ground.vertex_room[trips]
    at = ground.to_canvas(ground.room_level[rooms], network.trip_at[:, 0].reshape(-1, 2))
    return {
        vertex: (room, x, y)
        for vertex, room, (x, y) in zip(trips.tolist(), rooms.tolist(), at.tolist(), strict=True)
    }


def _posts(canvas: Canvas) -> NDArray[np.float64]:
    """[M, 2] 1 where an end of a mouth is a post, 0 where another mouth of its room goes on from there."""
    ends = canvas.mouth.reshape(-1, 2)
    room = np.repeat(canvas.mouth_room, 2)
    key = np.column_stack([room, np.round(ends / _SAME_M)]).astype(np.int64)
    _, group, count = np.unique(key, axis=0, return_inverse=True, return_counts=True)
    posts: NDArray[np.float64] = (count[group.reshape(-1)] == 1).astype(float).reshape(-1, 2)
    return posts


def _passable(
    lines: NDArray[np.float64], posts: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The pieces of a gate that a body can make for, and their posts; all if it can make for none.

    Where a front ends with a short piece round a corner, who walked at that would stand at the wall beside
    it for ever.
    """
    lengths = np.hypot(lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1])
    kept = lengths > RIM_M * posts.sum(axis=1)
    return (lines[kept], posts[kept]) if kept.any() else (lines, posts)


def _nearer(
    lines: NDArray[np.float64], posts: NDArray[np.float64], on: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The parts of lines [n, 4] from which the lines ``on`` are about as near as from anywhere, and posts."""
    ahead = shapely.multilinestrings(list(on.reshape(-1, 2, 2)))
    places, away = [], []
    for line in lines:
        pieces = max(1, math.ceil(math.hypot(line[2] - line[0], line[3] - line[1]) / _PIECE_M))
        share = np.linspace(0.0, 1.0, pieces + 1)[:, None]
        places.append(line[:2] + share * (line[2:] - line[:2]))
        away.append(shapely.distance(shapely.points(places[-1]), ahead))
    limit = min(float(own.min()) for own in away) + BESIDE_M
    parts, ends = [], []
    for at, own, post in zip(places, away, posts, strict=True):
        good = own <= limit
        edges = np.diff(np.concatenate([[False], good[:-1] & good[1:], [False]]).astype(int))
        for first, last in np.flatnonzero(edges).reshape(-1, 2).tolist():
            parts.append([*at[first], *at[last]])
            ends.append([post[0] * (first == 0), post[1] * (last == len(at) - 1)])
    return (np.array(parts), np.array(ends)) if parts else (lines, posts)
