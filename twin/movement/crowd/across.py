"""Who is seen across the mouth of a flight: everybody near one, as from the other side of it.

A flight lies unrolled on its own part of the canvas, so what is next to its mouth lies elsewhere. Before a
step everybody near a mouth is put there once more: the rows behind those of the agents hold their *images*,
which others see as they see anybody through an open door. So people on a landing and on the flight keep their
distance, make way for each other and wait for each other by the same law as everywhere.
"""

from __future__ import annotations

import math

import numpy as np

from twin.movement.crowd.arrays import OUT, Array, Canvas, Walkers
from twin.movement.crowd.cells import CELL_M, Scratch
from twin.movement.crowd.compiled import inlined, kernel

_SEEN_M = 1.5
"""Who is farther before the mouth than this is not seen behind it."""
_BESIDE_M = 0.5
"""And who stands farther beside it."""
_IMAGES_M = 12.0
"""Images that there is room for, by metre of mouth: more people do not fit there."""


def images(canvas: Canvas, first_flight: int) -> int:
    """Rows for the images at all mouths of flights, whose first vertex is ``first_flight``."""
    lines = canvas.mouth[canvas.vertex_mouth[first_flight] :]
    lengths = np.hypot(lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1])
    return int((_IMAGES_M * (lengths + 2 * _BESIDE_M)).sum())


@inlined
def _along(line: Array) -> tuple[float, float, float]:
    """Unit vector along a mouth, and its length."""
    wx, wy = line[2] - line[0], line[3] - line[1]
    length = math.hypot(wx, wy)
    return wx / length, wy / length, length


@inlined
def turned(here: Array, there: Array, vx: float, vy: float) -> tuple[float, float]:
    """A vector at the mouth ``here`` as it is behind it, where its opposite is ``there``."""
    wx, wy, _ = _along(here)
    tx, ty, _ = _along(there)
    along, through = vx * wx + vy * wy, vy * wx - vx * wy
    return through * ty - along * tx, -through * tx - along * ty


@inlined
def beyond(here: Array, there: Array, x: float, y: float) -> tuple[float, float]:
    """A place as it is behind the mouth ``here``: what is on the right of it is on the left of ``there``.

    What lies between the ends of the one lies between those of the other.
    """
    wx, wy, width = _along(here)
    tx, ty, length = _along(there)
    along = (x - here[0]) * wx + (y - here[1]) * wy
    past = wx * (y - here[1]) - wy * (x - here[0])
    within = min(max(along, 0.0), width)
    place = (1.0 - within / width) * length - (along - within)
    return there[0] + place * tx + past * ty, there[1] + place * ty - past * tx


@kernel
def _add(people: Walkers, here: Array, there: Array, i: int, row: int) -> None:
    """Write the image of agent ``i``, who is at the mouth ``here``, into ``row``."""
    people.x[row], people.y[row] = beyond(here, there, people.x[i], people.y[i])
    people.vx[row], people.vy[row] = turned(here, there, people.vx[i], people.vy[i])
    people.ax[row], people.ay[row] = turned(here, there, people.ax[i], people.ay[i])
    people.depth[row], people.breadth[row] = people.depth[i], people.breadth[i]
    people.room[row] = people.room[i]
    people.moving[row] = people.moving[i]
    people.pace[row] = people.patience[row] = 0.0
    people.gap[row] = people.gap[i]


@kernel
def mirror(canvas: Canvas, people: Walkers, scratch: Scratch, first_flight: int, agents: int) -> int:
    """Write the images of those near the mouths of flights behind the rows of the ``agents``; rows in all.

    ``first_flight``: first vertex of a flight. Who is near is looked for where everybody was before the last
    step (``scratch``).
    """
    rows = agents
    for mouth in range(canvas.vertex_mouth[first_flight], len(canvas.mouth)):
        if canvas.mouth_opposite[mouth] < 0:
            continue
        here, there = canvas.mouth[mouth], canvas.mouth[canvas.mouth_opposite[mouth]]
        wx, wy, width = _along(here)
        # The box round the mouth and what lies before it, to its right.
        nx, ny = _SEEN_M * wy, -_SEEN_M * wx
        left = min(here[0], here[2]) + min(nx, 0.0) - _BESIDE_M - canvas.origin_x
        right = max(here[0], here[2]) + max(nx, 0.0) + _BESIDE_M - canvas.origin_x
        low = min(here[1], here[3]) + min(ny, 0.0) - _BESIDE_M - canvas.origin_y
        high = max(here[1], here[3]) + max(ny, 0.0) + _BESIDE_M - canvas.origin_y
        first, last = max(int(left / CELL_M), 0), min(int(right / CELL_M), scratch.columns - 1)
        for line in range(max(int(low / CELL_M), 0), min(int(high / CELL_M), scratch.lines - 1) + 1):
            start = line * scratch.columns
            for r in range(scratch.cell_start[start + first], scratch.cell_start[start + last + 1]):
                i = scratch.order[r]
                if i >= agents or people.room[i] != canvas.mouth_room[mouth] or people.state[i] == OUT:
                    continue
                dx, dy = people.x[i] - here[0], people.y[i] - here[1]
                before, along = dx * wy - dy * wx, dx * wx + dy * wy
                if not (-_BESIDE_M < along < width + _BESIDE_M and -_BESIDE_M < before < _SEEN_M):
                    continue
                if rows == len(people.state):
                    return rows
                _add(people, here, there, i, rows)
                rows += 1
    return rows


@kernel
def wipe(people: Walkers, agents: int, rows: int) -> None:
    """Take the images away again, so that a new agent finds its row as it should be."""
    for row in range(agents, rows):
        people.room[row] = -1
        people.moving[row] = False
        people.side[row] = people.met[row] = 0.0
        people.patience[row] = people.pace[row] = people.gap[row] = 0.0
        people.x[row] = people.y[row] = people.vx[row] = people.vy[row] = 0.0
        people.ax[row] = people.ay[row] = 0.0
