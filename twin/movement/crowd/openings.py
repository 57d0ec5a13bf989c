"""Where in a wide opening one goes through: not all at the end that is nearest.

Who comes along a wall, or round the newel of a stair, is nearest to one end of an opening, and so is
everybody behind. Walking straight at the nearest place a crowd would queue there and leave the rest of the
width empty. So an opening is seen as parts a person wide, and who comes to it from beside chooses a part as
one chooses a gate: the least of walking there and of the time that those before it need. Where nobody queues
that is the nearest. Who stands before the opening walks straight on.

Where others come out of an opening, both directions share it by how many are near it, each at its right hand,
and who waits on the others' side goes aside before it goes on: a crowd that closes a mouth keeps in those who
would make room for it. Somebody who stands in an opening blocks a part: who is held up there tries the next.
"""

from __future__ import annotations

import math

import numpy as np

from twin.movement.crowd.arrays import OUT, Array, Canvas, Walkers
from twin.movement.crowd.compiled import kernel
from twin.movement.crowd.crossing import walled
from twin.movement.crowd.heading import ASIDE, PARTS, Fields, all_parts, part_place, parts_of, row_of
from twin.movement.crowd.people import Ways
from twin.movement.crowd.routes import TABLE_MPS
from twin.movement.crowd.seeing import square_of
from twin.movement.crowd.traffic import NOW, PARTED, Traffic
from twin.movement.crowd.wavefront import nearest_on

REACH_M = 6.0
"""So near one chooses a part, if a straight way leads there."""
_BIN_M, BINS = 0.25, 32
"""Bins by which one knows who is nearer to a part."""
_STEP_M, _BESIDE_M = 0.25, 0.2
"""A straight way is looked along in such steps, and so far to both sides."""
_SQUARES = 4
"""Every so many steps one looks for walls, too, which may be thinner than a cell."""
_GAIN, _GAIN_S = 0.85, 0.25
"""One turns to another part that takes 15 % and so many seconds less."""
_WAITED_S, _AT_IT_M = 5.0, 1.0
"""Held up for so long, so near to the opening, one goes through at the nearest place; and if nobody else has
gone through for as long one tries another part: somebody stands before one's own."""


_FULL = 3
"""So many people a part would use all of the opening: who are more do not claim more of it."""
_CLEAR_M, _ASTRAY_S = 3.0, 20.0
"""So near to an opening one is in the way of those who come out of it on their side, and goes aside first,
for as long as that gets one anywhere."""


def crowding_of(lines: int) -> Array:
    """Room to count who is before each part of ``lines`` openings."""
    return np.zeros((lines, PARTS, BINS), np.int32)


@kernel
def _nearest(fields: Fields, row: int, x: float, y: float) -> tuple[int, int, float, bool]:
    """The nearest line and part, how far that is, and whether one stands before it, not beside."""
    line, part, least, before = fields.row_line[row], 0, math.inf, False
    for n in range(fields.row_line[row], fields.row_line[row + 1]):
        share, away, true = nearest_on(
            x, y, fields.line[n, 0], fields.line[n, 1], fields.line[n, 2], fields.line[n, 3], 0.0, 0.0
        )
        if away < least:
            count = parts_of(fields, n)
            line, part, least, before = n, min(int(share * count), count - 1), away, share == true
    return int(line), part, least, before


@kernel
def _chosen(fields: Fields, people: Walkers, row: int, i: int) -> tuple[int, int, float, bool]:
    """Line and part that agent ``i`` walks to, how far that is, and whether it stands before the opening."""
    x, y, own = people.x[i], people.y[i], people.part[i]
    if own >= 0:
        own %= ASIDE
    line, part, away, before = _nearest(fields, row, x, y)
    if own >= 0:
        n, k = int(fields.row_line[row] + own // PARTS), own % PARTS
        if before and n == line and k == part:
            people.part[i] = -1
        else:
            px, py = part_place(fields, n, k, i, 0.0)
            line, part, away, before = n, k, math.hypot(px - x, py - y), False
    return line, part, away, before


@kernel
def _bin(away: float) -> int:
    return min(int(away / _BIN_M), BINS - 1)


@kernel
def _seconds(crowding: Array, each_s: float, n: int, k: int, away: float) -> float:
    """Seconds until one is through part ``k`` of line ``n``, ``away`` metres from it.

    ``each_s``: what a part needs for each of those before one.
    """
    before = 0
    for b in range(_bin(away)):
        before += crowding[n, k, b]
    return float(away / TABLE_MPS + before * each_s)


@kernel
def _own_side(fields: Fields, traffic: Traffic, row: int, vertex: int) -> int:
    """The first part that those who walk to ``vertex`` use: the others are left to who comes through.

    Near an opening both directions share it by how many are there, each at its right hand.
    """
    n = fields.row_line[row]
    if fields.row_line[row + 1] != n + 1:
        return 0
    ours = theirs = 0
    for metre in range(int(REACH_M)):
        ours += traffic.ahead[vertex, metre]
        theirs += traffic.ahead[vertex ^ 1, metre]
    if theirs == 0:
        return 0
    count = parts_of(fields, n)
    ours, theirs = min(ours, _FULL * count), min(theirs, _FULL * count)
    return min(int(count * theirs / (ours + theirs) + 0.5), count - 1)


@kernel
def _share(fields: Fields, row: int, x: float, y: float) -> float:
    """Before which part of the one line of a row (x, y) lies, as a number of parts from its first end."""
    n = fields.row_line[row]
    x0, y0 = fields.line[n, 0], fields.line[n, 1]
    dx, dy = fields.line[n, 2] - x0, fields.line[n, 3] - y0
    return float(((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy) * parts_of(fields, n))


@kernel
def _before(fields: Fields, people: Walkers, ways: Ways, i: int) -> int:
    """Row of the field of agent ``i`` if it is near its gate and that has parts; else -1."""
    if people.vertex[i] < 0 or not people.moving[i] or people.state[i] == OUT or ways.to_go[i] > REACH_M:
        return -1
    row = row_of(people, fields.vertex_row, ways.target, ways.target, i)
    if row < 0 or all_parts(fields, row) == 1:
        return -1
    return row


@kernel
def _straight(canvas: Canvas, room: int, x: float, y: float, px: float, py: float) -> bool:
    """Whether one can walk straight from (x, y) to (px, py) over the floor of one's room."""
    length = math.hypot(px - x, py - y)
    steps = int(length / _STEP_M)
    for s in range(steps):
        ux, uy = (px - x) / length, (py - y) / length
        qx, qy = x + s * _STEP_M * ux, y + s * _STEP_M * uy
        if s % _SQUARES == 0 and walled(canvas, square_of(canvas, qx, qy), x, y, px, py):
            return False
        for side in (-_BESIDE_M, _BESIDE_M):
            column = math.floor((qx - side * uy - canvas.origin_x) / canvas.cell_m)
            line = math.floor((qy + side * ux - canvas.origin_y) / canvas.cell_m)
            if 0 < s < steps - 1 and canvas.room[line, column] != room:
                return False
    return True


@kernel
def _try_another(canvas: Canvas, fields: Fields, people: Walkers, row: int, side: int, i: int) -> None:
    """Let agent ``i``, whose part is blocked, try those beside it, the next one each time it has waited."""
    x, y = people.x[i], people.y[i]
    line, part, _, _ = _nearest(fields, row, x, y)
    count = parts_of(fields, line)
    k = part + int(people.patience[i] / _WAITED_S)
    k = side + (k - side) % (count - side)
    px, py = part_place(fields, line, k, i, 0.0)
    found = _straight(canvas, people.room[i], x, y, px, py)
    people.part[i] = (line - fields.row_line[row]) * PARTS + k if found else -1


@kernel
def _choose(
    canvas: Canvas,
    people: Walkers,
    traffic: Traffic,
    fields: Fields,
    crowding: Array,
    row: int,
    side: int,
    i: int,
) -> None:
    """Let agent ``i``, who is before the gate of ``row``, choose its part: ``side`` or one after it."""
    x, y, vertex, room = people.x[i], people.y[i], people.vertex[i], people.room[i]
    here, own, away, before = _chosen(fields, people, row, i)
    if people.part[i] >= 0:
        px, py = part_place(fields, here, own, i, 0.0)
        if not _straight(canvas, room, x, y, px, py):
            people.part[i] = -1
    if before and own >= side:
        return
    each_s = all_parts(fields, row) / traffic.capacity[vertex >> 1]
    held = _seconds(crowding, each_s, here, own, away)
    best, part, nearer = here, own, away
    least = _GAIN * held - _GAIN_S if own >= side else math.inf
    for n in range(fields.row_line[row], fields.row_line[row + 1]):
        for k in range(side, parts_of(fields, n)):
            px, py = part_place(fields, n, k, i, 0.0)
            far = math.sqrt((px - x) * (px - x) + (py - y) * (py - y))
            if far / TABLE_MPS >= least:
                # Even with nobody before it.
                continue
            seconds = _seconds(crowding, each_s, n, k, far)
            if seconds < least and _straight(canvas, room, x, y, px, py):
                best, part, nearer, least = n, k, far, seconds
    if best != here or part != own:
        crowding[here, own, _bin(away)] -= 1
        crowding[best, part, _bin(nearer)] += 1
        people.part[i] = (best - fields.row_line[row]) * PARTS + part


@kernel
def _settle(
    canvas: Canvas, people: Walkers, traffic: Traffic, fields: Fields, crowding: Array, row: int, i: int
) -> None:
    """Write the part of agent ``i``, who is before the gate of ``row``, with the mark if it stands aside."""
    x, y, patience = people.x[i], people.y[i], people.patience[i]
    side = _own_side(fields, traffic, row, people.vertex[i])
    near = _nearest(fields, row, x, y)[2]
    # Where nobody comes out there is no side to be astray of; nor is there where the row has several lines.
    astray = side > 0 and near < _CLEAR_M and patience < _ASTRAY_S and _share(fields, row, x, y) < side
    if patience > _WAITED_S and near < _AT_IT_M and not astray:
        if traffic.clock[NOW] - traffic.last_passed[people.vertex[i]] > _WAITED_S:
            _try_another(canvas, fields, people, row, side, i)
        else:
            people.part[i] = -1
    else:
        _choose(canvas, people, traffic, fields, crowding, row, side, i)
        if people.part[i] >= 0:
            people.part[i] = people.part[i] % ASIDE + (ASIDE if astray else 0)


@kernel
def choose_parts(
    canvas: Canvas,
    people: Walkers,
    ways: Ways,
    traffic: Traffic,
    fields: Fields,
    crowding: Array,
    agents: int,
) -> None:
    """Let everybody before an opening choose where to go through; writes ``people.part``.

    One after the other, each knowing what those before it chose: so a crowd does not swing to and fro.
    ``crowding``: int32[L, PARTS, BINS] of working space.
    """
    traffic.clock[PARTED] = traffic.clock[NOW]
    crowding[:] = 0
    for i in range(agents):
        row = _before(fields, people, ways, i)
        if row < 0:
            people.part[i] = -1
        else:
            n, k, away, _ = _chosen(fields, people, row, i)
            crowding[n, k, _bin(away)] += 1
    for i in range(agents):
        row = _before(fields, people, ways, i)
        if row >= 0:
            _settle(canvas, people, traffic, fields, crowding, row, i)
