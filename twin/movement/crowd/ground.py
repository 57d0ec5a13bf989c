"""The ground of a plan: its levels and flights on one canvas, with what leads from there to plan and network.

Rooms are numbered as in :mod:`twin.movement.crowd.arrays`: spaces first (as ``network.space_ids``), then the
links of connectors. A link that is a lift is no ground: nobody walks there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from shapely import MultiPolygon, Polygon

from twin.movement.crowd.arrays import Canvas
from twin.movement.network.model import Network, NodeKind

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True, eq=False, kw_only=True)
class Ground:
    """Where people walk in the crowd engine. R rooms, K links, M mouths; canvas coordinates in m.

    Read-only: what opens and closes is kept by the run, as a bool for each vertex.
    """

    plan_version: str
    network: Network
    canvas: Canvas
    level_ids: tuple[str, ...]
    level_offset: Floats
    """[L, 2]: a place of the plan on the level, plus this, is its place on the canvas."""
    room_level: Ints
    """[R] level of each room; of a link that of its lower stop."""
    room_upper: Ints
    """[R] level of the upper stop of a link; as ``room_level`` for a space."""
    room_kind: Ints
    """[R] :class:`NodeKind`: LEVEL for spaces, else what the link is."""
    room_shape: Mapping[int, Polygon | MultiPolygon]
    """The walkable area of each space that has one, canvas coordinates; gates lie on its boundary."""
    strip: Floats
    """[K, 4] x, y of the corner, length and width of each link unrolled on the canvas, NaN for a lift: from
    the lower (x) to the upper end (x + length) along +x; y to y + width across."""
    link_at: Floats
    """[K, 2, 2] the lower and the upper stop of each link in coordinates of the plan."""
    vertex_room: Ints
    """[V] room in which one comes to each vertex; -1 from outside. Lift trips too."""
    room_vertex_start: Ints
    """[R + 1] rows of ``room_vertex``."""
    room_vertex: Ints
    """Vertices by which one can leave each room on foot: those that have a mouth there."""
    node_room: Ints
    """[N] room of each node of the network."""
    notes: tuple[str, ...]
    """What had to be made fit, one sentence each: gates nobody can reach, flights that were narrowed."""

    @property
    def rooms(self) -> int:
        """Number of rooms: spaces and links."""
        return len(self.room_level)

    @property
    def spaces(self) -> int:
        """Number of spaces; rooms from here on are links."""
        return len(self.network.space_ids)

    def vertices_of(self, room: int) -> Ints:
        """The vertices by which one can leave ``room`` on foot."""
        return self.room_vertex[self.room_vertex_start[room] : self.room_vertex_start[room + 1]]

    def mouths_of(self, vertex: int) -> Floats:
        """[n, 2, 2] the mouths of a vertex, in the room where one comes to it."""
        first, stop = self.canvas.vertex_mouth[vertex], self.canvas.vertex_mouth[vertex + 1]
        lines: Floats = self.canvas.mouth[first:stop].reshape(-1, 2, 2)
        return lines

    def to_canvas(self, level: ArrayLike, xy: ArrayLike) -> Floats:
        """Places [n, 2] of the plan on the levels with these indices [n], as places on the canvas."""
        places: Floats = np.asarray(xy, float) + self.level_offset[np.asarray(level)]
        return places

    def to_plan(self, x: ArrayLike, y: ArrayLike, room: ArrayLike) -> tuple[Ints, Floats]:
        """Level index [n] and place in the plan [n, 2] of people at (x, y) in rooms.

        Somebody on a flight is shown on the line between its stops, on the level whose stop is nearer; for
        somebody who is nowhere (room -1) the level is -1 and the place NaN.
        """
        at = np.stack([np.asarray(x, float), np.asarray(y, float)], axis=-1)
        rooms = np.asarray(room, np.int64)
        level = np.where(rooms >= 0, self.room_level[rooms], -1).astype(np.int32)
        places: Floats = np.where((rooms >= 0)[:, None], at - self.level_offset[level], np.nan)
        riding = np.flatnonzero(rooms >= self.spaces)
        if len(riding):
            link = rooms[riding] - self.spaces
            share = np.clip((at[riding, 0] - self.strip[link, 0]) / self.strip[link, 2], 0.0, 1.0)
            lower, upper = self.link_at[link, 0], self.link_at[link, 1]
            places[riding] = lower + share[:, None] * (upper - lower)
            level[riding] = np.where(share > 1 / 2, self.room_upper[rooms[riding]], level[riding])
        return level, places

    def room_at(self, x: ArrayLike, y: ArrayLike) -> Ints:
        """Room [n] at places of the canvas, by the raster (up to a cell wrong at walls); -1: nobody walks."""
        return self._look_up(self.canvas.room, x, y)

    def node_at(self, x: ArrayLike, y: ArrayLike) -> Ints:
        """Node [n] in which people at places of the canvas are counted; -1 where nobody walks."""
        return self._look_up(self.canvas.node, x, y)

    def _look_up(self, raster: Ints, x: ArrayLike, y: ArrayLike) -> Ints:
        canvas = self.canvas
        col = np.floor((np.asarray(x, float) - canvas.origin_x) / canvas.cell_m).astype(np.int64)
        row = np.floor((np.asarray(y, float) - canvas.origin_y) / canvas.cell_m).astype(np.int64)
        rows, columns = raster.shape
        on = (row >= 0) & (col >= 0) & (row < rows) & (col < columns)
        found: Ints = np.where(on, raster[np.clip(row, 0, rows - 1), np.clip(col, 0, columns - 1)], -1)
        return found.astype(np.int32)

    def step_free(self, room: int) -> bool:
        """Whether somebody in a wheelchair can pass the room: everything but stairs and escalators."""
        return int(self.room_kind[room]) not in (NodeKind.STAIRS, NodeKind.ESCALATOR)
