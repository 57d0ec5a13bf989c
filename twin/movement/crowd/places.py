"""Places in rooms: where people are put down, and where goals lie that are no way out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from twin.movement.crowd.arrays import Array
from twin.movement.crowd.ground import Ground
from twin.movement.network.model import Floats, Ints
from twin.movement.network.routing import Goal

_APART_M = 0.4
"""Distance at which people are put down who are given one place together."""
_GOLDEN = 2.399963
"""Golden angle: a spiral that fills a disc evenly."""


class Places(NamedTuple):
    """Where goals lie inside rooms; one row a node of a goal."""

    start: Array
    """int32[T + 1] rows by goal."""
    room: Array
    node: Array
    x: Array
    y: Array
    row: Array
    """int32[] row of its distance field; -1 not worked out."""


def places_of(ground: Ground, goals: Sequence[Goal], before: Places | None = None) -> Places:
    """The places of ``goals``; those of ``before``, their first part, keep their fields."""
    counts = [len(goal.nodes) for goal in goals]
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    if before is not None and len(before.start) == len(start):
        return before
    nodes = np.array([node for goal in goals for node in goal.nodes], np.int32)
    place = np.array([goal.place or (np.nan, np.nan) for goal in goals for _ in goal.nodes]).reshape(-1, 2)
    centre = ground.network.zone_centre[nodes]
    room = ground.node_room[nodes]
    seats = Seats(ground)
    at = ground.to_canvas(ground.room_level[room], np.where(np.isnan(place), centre, place))
    at = seats.seated(room, at)
    row = np.full(len(nodes), -1, np.int32)
    if before is not None:
        row[: len(before.row)] = before.row
    return Places(start=start, room=room, node=nodes, x=at[:, 0].copy(), y=at[:, 1].copy(), row=row)


class Seats:
    """Finds floor for people in their rooms."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._trees: dict[int, tuple[cKDTree, Floats]] = {}

    def seated(self, rooms: Ints, xy: Floats, *, crowded: bool = False) -> Floats:
        """Places [n, 2] on the floor of ``rooms`` [n], at or near ``xy`` (canvas coordinates).

        A place by a wall is moved to the middle of its cell, one off the room's floor to the nearest cell
        of it.

        Args:
            rooms: room of each.
            xy: where each should be.
            crowded: spread those who are given the same place round it.
        """
        at = np.array(xy, float)
        if crowded:
            at += self._spread(rooms, at)
        canvas = self._ground.canvas
        origin = np.array([canvas.origin_x, canvas.origin_y])
        cell = np.floor((at - origin) / canvas.cell_m).astype(np.int64)
        rows, cols = canvas.room.shape
        row, col = np.clip(cell[:, 1], 1, rows - 2), np.clip(cell[:, 0], 1, cols - 2)
        own = (canvas.room[row, col] == rooms) & (row == cell[:, 1]) & (col == cell[:, 0])
        rim = own.copy()
        for dr, dc in ((0, 1), (1, 0), (0, -1), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1)):
            rim &= canvas.room[row + dr, col + dc] == rooms
        middle = origin + (cell + 0.5) * canvas.cell_m
        at = np.where((own & ~rim)[:, None], middle, at)
        for i in np.flatnonzero(~own).tolist():
            at[i] = self._nearest(int(rooms[i]), at[i])
        return at

    @staticmethod
    def _spread(rooms: Ints, at: Floats) -> Floats:
        """How far each of those who share a place is put from it."""
        seen: dict[tuple[int, float, float], int] = {}
        rank = np.zeros(len(at))
        for i, (room, x, y) in enumerate(
            zip(rooms.tolist(), at[:, 0].tolist(), at[:, 1].tolist(), strict=True)
        ):
            key = (room, round(x, 2), round(y, 2))
            rank[i] = seen.get(key, 0)
            seen[key] = seen.get(key, 0) + 1
        away = _APART_M * np.sqrt(rank)
        spread: Floats = away[:, None] * np.column_stack([np.cos(_GOLDEN * rank), np.sin(_GOLDEN * rank)])
        return spread

    def _nearest(self, room: int, at: Floats) -> Floats:
        """The middle of the cell of ``room`` nearest to a place; the place itself if it has none."""
        if room not in self._trees:
            canvas = self._ground.canvas
            row, col = np.nonzero(canvas.room == room)
            middles = np.column_stack([col, row]) + 0.5
            middles = np.array([canvas.origin_x, canvas.origin_y]) + middles * canvas.cell_m
            self._trees[room] = (cKDTree(middles) if len(middles) else None, middles)
        tree, middles = self._trees[room]
        found: Floats = at if tree is None else middles[tree.query(at)[1]]
        return found
