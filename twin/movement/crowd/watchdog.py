"""The watchdog: nobody outside the walkable area, nobody counted in the wrong room, nobody stuck for ever.

Once a second everybody is looked at. Who stands on no floor is put back to where it last stood on one. Who
has not moved half a metre for a minute, while nobody passes the open way that it walks to, is helped on:
first it looks for another way; a quarter of a minute later it squeezes (half as broad) until it has moved;
after two minutes it is carried half a metre on every ten seconds, past whoever stands there. All of it is
counted, and the run says so.
"""

from __future__ import annotations

import math

import numpy as np

from twin.movement.crowd.arrays import OUT, Array, Canvas, Walkers
from twin.movement.crowd.compiled import kernel
from twin.movement.crowd.ground import Ground
from twin.movement.crowd.heading import Fields, metres
from twin.movement.crowd.people import Ways
from twin.movement.crowd.places import Places
from twin.movement.crowd.traffic import CARRIED, NOW, OUTSIDE_WALLS, SLIPPED, WATCHED, Traffic

STILL_M, STILL_S = 0.5, 60.0
"""Who has not come this far in that time has not moved."""
IDLE_S = 30.0
"""A way that somebody passed within this time is a queue that moves."""
SQUEEZE_S, CARRY_S, AGAIN_S = 75.0, 120.0, 10.0
_CARRY_M = 0.5
_NOT, _LOOKED, _SQUEEZED, _LIFTED = range(4)


@kernel
def _floor(canvas: Canvas, x: float, y: float, own: int) -> int:
    """Room of the floor at a place: ``own`` where a cell of it touches the place; -1 where there is none."""
    column = math.floor((x - canvas.origin_x) / canvas.cell_m)
    line = math.floor((y - canvas.origin_y) / canvas.cell_m)
    found = -1
    for dl in range(-1, 2):
        for dc in range(-1, 2):
            row, col = line + dl, column + dc
            if row < 0 or col < 0 or row >= canvas.room.shape[0] or col >= canvas.room.shape[1]:
                continue
            room = canvas.room[row, col]
            if room == own:
                return own
            if room >= 0 and (found < 0 or (dl == 0 and dc == 0)):
                found = room
    return int(found)


@kernel
def _free(people: Walkers, ways: Ways, i: int, now: float) -> None:
    """Agent ``i`` has moved: whatever was done to help it on is over."""
    if ways.helped[i] >= _SQUEEZED:
        people.depth[i] *= 2.0
        people.breadth[i] *= 2.0
    ways.helped[i] = _NOT
    ways.still_x[i], ways.still_y[i], ways.still_s[i] = people.x[i], people.y[i], now


@kernel
def _carry(
    canvas: Canvas, fields: Fields, people: Walkers, traffic: Traffic, row: int, times: int, i: int
) -> None:
    """Move agent ``i`` on to where, of eight places around, the way of field ``row`` is shortest.

    ``times``: how often that was tried before.
    """
    x, y, room = people.x[i], people.y[i], people.room[i]
    least, best = math.inf, -1
    # Out of a pocket between walls the way may be longer than half a metre.
    far = _CARRY_M * (1 if metres(canvas, fields, row, x, y) < math.inf else 1 + times)
    for k in range(8):
        px, py = x + far * math.cos(k * math.pi / 4), y + far * math.sin(k * math.pi / 4)
        column = math.floor((px - canvas.origin_x) / canvas.cell_m)
        line = math.floor((py - canvas.origin_y) / canvas.cell_m)
        if not (0 <= line < canvas.room.shape[0] and 0 <= column < canvas.room.shape[1]):
            continue
        if canvas.room[line, column] != room:
            continue
        away = metres(canvas, fields, row, px, py)
        if away < least:
            least, best = away, k
    if best >= 0:
        people.x[i] = x + far * math.cos(best * math.pi / 4)
        people.y[i] = y + far * math.sin(best * math.pi / 4)
        traffic.number[CARRIED] += 1


@kernel
def _row(fields: Fields, places: Places, ways: Ways, vertex: int, i: int) -> int:
    """Row of the field by which agent ``i`` walks; -1 none."""
    if vertex >= 0:
        return int(fields.vertex_row[vertex])
    return int(places.row[ways.target[i]]) if ways.target[i] >= 0 else -1


@kernel
def _help(
    canvas: Canvas,
    fields: Fields,
    people: Walkers,
    ways: Ways,
    traffic: Traffic,
    helped: Array,
    row: int,
    i: int,
    now: float,
) -> None:
    """Help agent ``i`` on, who has stood since ``ways.still_s``."""
    stood, vertex = now - ways.still_s[i], people.vertex[i]
    if ways.helped[i] == _NOT:
        ways.helped[i] = _LOOKED
        ways.look_s[i] = -math.inf
    elif ways.helped[i] == _LOOKED and stood > SQUEEZE_S:
        ways.helped[i] = _SQUEEZED
        people.depth[i] *= 0.5
        people.breadth[i] *= 0.5
        helped[vertex] += 1
    elif ways.helped[i] >= _SQUEEZED and stood > CARRY_S + AGAIN_S * (ways.helped[i] - _SQUEEZED):
        ways.helped[i] = min(ways.helped[i] + 1, 100)
        _carry(canvas, fields, people, traffic, row, ways.helped[i] - _LIFTED, i)


@kernel
def watch(
    canvas: Canvas,
    fields: Fields,
    places: Places,
    people: Walkers,
    ways: Ways,
    traffic: Traffic,
    helped: Array,
    spaces: int,
    agents: int,
) -> None:
    """Look at everybody. ``helped``: int32[V + 2] who squeezed, by vertex (the last: to a place)."""
    now = traffic.clock[NOW]
    traffic.clock[WATCHED] = now
    for i in range(agents):
        room = people.room[i]
        if room < 0 or people.state[i] == OUT:
            continue
        floor = _floor(canvas, people.x[i], people.y[i], room)
        if floor < 0:
            traffic.number[OUTSIDE_WALLS] += 1
            people.x[i], people.y[i] = ways.still_x[i], ways.still_y[i]
            people.vx[i] = people.vy[i] = 0.0
        elif floor != room and floor < spaces and room < spaces:
            traffic.number[SLIPPED] += 1
            people.room[i] = floor
            ways.last_vertex[i] = -1
            ways.look_s[i] = -math.inf
        if not people.moving[i]:
            ways.still_s[i] = now
            continue
        moved = math.hypot(people.x[i] - ways.still_x[i], people.y[i] - ways.still_y[i])
        if moved > STILL_M:
            _free(people, ways, i, now)
            continue
        vertex = people.vertex[i]
        waits = now - ways.still_s[i] > STILL_S and people.pace[i] > 0.0
        if waits and (
            vertex < 0 or (traffic.vertex_open[vertex] and now - traffic.last_passed[vertex] > IDLE_S)
        ):
            row = _row(fields, places, ways, vertex, i)
            if row >= 0:
                _help(canvas, fields, people, ways, traffic, helped, row, i, now)


def report(ground: Ground, traffic: Traffic, helped: Array) -> tuple[str, ...]:
    """What the watchdog did, one line each."""
    network = ground.network
    lines = []
    for vertex in np.flatnonzero(helped[: network.vertices]).tolist():
        gate = vertex >> 1
        name = network.gate_source[gate] if gate < network.gates else "a lift"
        lines.append(
            f"{helped[vertex]} people stood for a minute before {name or 'a way on'} though it was open, "
            "and squeezed past others"
        )
    if helped[-1]:
        lines.append(
            f"{helped[-1]} people stood for a minute on their way to a place, and squeezed past others"
        )
    number = traffic.number
    if number[CARRIED]:
        lines.append(f"{number[CARRIED]} times somebody who squeezed in vain was moved on by half a metre")
    if number[OUTSIDE_WALLS]:
        lines.append(
            f"{number[OUTSIDE_WALLS]} times somebody stood outside the walkable area and was put back"
        )
    if number[SLIPPED]:
        lines.append(f"{number[SLIPPED]} times somebody came into a room beside its door")
    return tuple(lines)
