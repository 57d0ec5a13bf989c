"""The watchdog: nobody outside the walkable area, nobody counted in the wrong room, nobody stuck for ever.

Once a second everybody is looked at. Who stands on no floor is put back to where it last stood on one. Who
wants to go on, though its way to the open gate (or place) that it walks to has not become half a metre
shorter for a minute, is stuck, unless others pass there, and not twice as many yet as stand before it: then
it stands in a queue. It is helped on in steps: first it looks for another way; a
quarter of a minute later it squeezes (half as broad) until it gets on; three quarters of a minute later it
is carried on along its way every ten seconds, past whoever stands there but not through a wall: half a metre,
and half a metre more each time it was in vain. All of it is
written down with who, where and when (:class:`Watch`), and the run says so.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import NamedTuple

import numpy as np

from twin.movement.crowd.arrays import OUT, Array, Canvas, Walkers
from twin.movement.crowd.compiled import kernel
from twin.movement.crowd.crossing import walled
from twin.movement.crowd.ground import Ground
from twin.movement.crowd.heading import Fields, metres, row_of
from twin.movement.crowd.people import Ways
from twin.movement.crowd.places import Places
from twin.movement.crowd.seeing import square_of, through_mouth
from twin.movement.crowd.traffic import AHEAD_BINS, CARRIED, NOW, OUTSIDE_WALLS, SLIPPED, WATCHED, Traffic

STILL_M, STILL_S = 0.5, 60.0
"""Whose way has not become shorter by this in that time gets on no more."""
IDLE_S = 30.0
"""A way that somebody passed within this time is a queue that moves."""
QUEUES, FEW = 2.0, 10.0
"""Somebody in a queue is stuck when so many times as many have passed as stand before it, and some more."""
SQUEEZE_S, CARRY_S, AGAIN_S = 15.0, 45.0, 10.0
"""From looking for another way to squeezing, to being carried, and to being carried again."""
_CARRY_M, _FARTHEST = 0.5, 9
_NOT, _LOOKED, _SQUEEZED, _LIFTED = range(4)
_MOST = 256
"""Rows of :attr:`Watch.row`; what comes later is only counted."""
_FORCED, _BACK, _BESIDE = range(3)
_SAYS = (
    "was moved on past others",
    "stood outside the walkable area and was put back",
    "came into a room beside its door",
)
"""What was done, by the first column of :attr:`Watch.row`."""


class Watch(NamedTuple):
    """What the watchdog did; V vertices."""

    helped: Array
    """int32[V + 2] who squeezed, by the vertex that they walk to (the last: to a place)."""
    rows: Array
    """int64[1] how many were written."""
    row: Array
    """float64[256, 9] what was done, second, agent, room, vertex, x and y before, x and y after."""


def watch_of(vertices: int) -> Watch:
    """Nothing has happened yet."""
    return Watch(np.zeros(vertices + 2, np.int32), np.zeros(1, np.int64), np.zeros((_MOST, 9)))


@kernel
def _write(watch: Watch, people: Walkers, what: int, now: float, i: int, x: float, y: float) -> None:
    """Write down that agent ``i`` was moved to (x, y)."""
    number = watch.rows[0]
    watch.rows[0] = number + 1
    if number >= len(watch.row):
        return
    row = watch.row[number]
    row[0], row[1], row[2], row[3], row[4] = what, now, i, people.room[i], people.vertex[i]
    row[5], row[6], row[7], row[8] = people.x[i], people.y[i], x, y


@kernel
def _floor(canvas: Canvas, x: float, y: float, own: int, exactly: bool) -> int:  # noqa: FBT001 - compiled
    """Room of the floor at a place; -1 where there is none.

    ``own`` where a cell of it touches the place; if ``exactly``, only with no wall or door in between where
    the place is on the floor of another room.
    """
    column = math.floor((x - canvas.origin_x) / canvas.cell_m)
    line = math.floor((y - canvas.origin_y) / canvas.cell_m)
    if not (0 <= line < canvas.room.shape[0] and 0 <= column < canvas.room.shape[1]):
        return -1
    exact = canvas.room[line, column]
    if exact == own:
        return own
    found = exact
    square = square_of(canvas, x, y)
    for row in range(max(line - 1, 0), min(line + 2, canvas.room.shape[0])):
        for col in range(max(column - 1, 0), min(column + 2, canvas.room.shape[1])):
            room = canvas.room[row, col]
            if room == own:
                px = canvas.origin_x + (col + 0.5) * canvas.cell_m
                py = canvas.origin_y + (row + 0.5) * canvas.cell_m
                if (
                    exact < 0
                    or not exactly
                    or not (walled(canvas, square, x, y, px, py) or through_mouth(canvas, own, x, y, px, py))
                ):
                    return own
            elif found < 0:
                found = room
    return int(found)


@kernel
def _free(people: Walkers, ways: Ways, traffic: Traffic, i: int, now: float) -> None:
    """Agent ``i`` gets on: whatever was done to help it is over."""
    if ways.helped[i] >= _SQUEEZED:
        people.depth[i] *= 2.0
        people.breadth[i] *= 2.0
    ways.helped[i] = _NOT
    ways.got_s[i] = now
    vertex = people.vertex[i]
    ways.got_passed[i] = traffic.passed[vertex] if vertex >= 0 else 0


@kernel
def _nearer(
    canvas: Canvas, fields: Fields, row: int, room: int, x: float, y: float, far: float
) -> tuple[float, float]:
    """Of eight places ``far`` metres around one, that from which the way of field ``row`` is shortest.

    The place itself if there is none in the room. Only out of a pocket between walls, from where no way
    leads on, it may lie behind a wall.
    """
    least, bx, by = metres(canvas, fields, row, x, y), x, y
    pocket = least == math.inf
    square = square_of(canvas, x, y)
    for k in range(8):
        px, py = x + far * math.cos(k * math.pi / 4), y + far * math.sin(k * math.pi / 4)
        column = math.floor((px - canvas.origin_x) / canvas.cell_m)
        line = math.floor((py - canvas.origin_y) / canvas.cell_m)
        if not (0 <= line < canvas.room.shape[0] and 0 <= column < canvas.room.shape[1]):
            continue
        if canvas.room[line, column] != room or (not pocket and walled(canvas, square, x, y, px, py)):
            continue
        away = metres(canvas, fields, row, px, py)
        if away < least:
            least, bx, by = away, px, py
    return bx, by


@kernel
def _carry(
    canvas: Canvas,
    fields: Fields,
    people: Walkers,
    traffic: Traffic,
    watch: Watch,
    row: int,
    times: int,
    i: int,
    now: float,
) -> None:
    """Move agent ``i`` on along field ``row``, past others: half a metre, and another each time more.

    ``times``: how often that was in vain.
    """
    x, y, room = people.x[i], people.y[i], people.room[i]
    if metres(canvas, fields, row, x, y) == math.inf:
        x, y = _nearer(canvas, fields, row, room, x, y, _CARRY_M * (1 + times))
    else:
        for _ in range(1 + min(times, _FARTHEST)):
            x, y = _nearer(canvas, fields, row, room, x, y, _CARRY_M)
    if x != people.x[i] or y != people.y[i]:
        _write(watch, people, _FORCED, now, i, x, y)
        people.x[i], people.y[i] = x, y
        traffic.number[CARRIED] += 1


@kernel
def _stuck(traffic: Traffic, ways: Ways, vertex: int, away: float, i: int, now: float) -> bool:
    """Whether agent ``i``, ``away`` metres from the ``vertex`` it walks to, should have got on by now."""
    since = now - ways.got_s[i]
    if since <= STILL_S:
        return False
    if vertex < 0 or vertex >= 2 * len(traffic.capacity):
        return True
    if not traffic.vertex_open[vertex]:
        return False
    if now - traffic.last_passed[vertex] > IDLE_S:
        return True
    before = 0
    for k in range(min(int(away), AHEAD_BINS - 1) + 1):
        before += traffic.ahead[vertex, k]
    return bool(traffic.passed[vertex] - ways.got_passed[i] > QUEUES * before + FEW)


@kernel
def _help(
    canvas: Canvas,
    fields: Fields,
    people: Walkers,
    ways: Ways,
    traffic: Traffic,
    watch: Watch,
    row: int,
    i: int,
    now: float,
) -> None:
    """Help agent ``i`` on, who is stuck: the next step, if it is time."""
    past, stage = now - ways.helped_s[i], ways.helped[i]
    if stage == _NOT:
        ways.helped[i] = _LOOKED
        ways.look_s[i] = -math.inf
        ways.helped_s[i] = now
    elif stage == _LOOKED and past >= SQUEEZE_S:
        ways.helped[i] = _SQUEEZED
        people.depth[i] *= 0.5
        people.breadth[i] *= 0.5
        watch.helped[people.vertex[i]] += 1
        ways.helped_s[i] = now
    elif (stage == _SQUEEZED and past >= CARRY_S) or (stage >= _LIFTED and past >= AGAIN_S):
        ways.helped[i] = min(stage + 1, 100)
        _carry(canvas, fields, people, traffic, watch, row, ways.helped[i] - _LIFTED, i, now)
        ways.helped_s[i] = now


@kernel
def _look_after(
    canvas: Canvas,
    fields: Fields,
    places: Places,
    people: Walkers,
    ways: Ways,
    traffic: Traffic,
    watch: Watch,
    i: int,
    now: float,
) -> None:
    """See whether agent ``i`` gets on, and help it if it does not."""
    vertex = people.vertex[i]
    row = row_of(people, fields.vertex_row, ways.target, places.row, i)
    if not people.moving[i] or people.pace[i] <= 0.0 or row < 0:
        # It waits for others, for a lift, or for a way to be found.
        _free(people, ways, traffic, i, now)
        return
    away = metres(canvas, fields, row, people.x[i], people.y[i])
    if away < math.inf:
        # What the queue before a gate is counted by.
        ways.to_go[i] = away
    if vertex != ways.near_vertex[i]:
        ways.near_vertex[i], ways.near_m[i] = vertex, away
        ways.got_passed[i] = traffic.passed[vertex] if vertex >= 0 else 0
    elif away < ways.near_m[i] - STILL_M:
        ways.near_m[i] = away
        _free(people, ways, traffic, i, now)
    elif _stuck(traffic, ways, vertex, away, i, now):
        _help(canvas, fields, people, ways, traffic, watch, row, i, now)


@kernel
def look_around(
    canvas: Canvas,
    fields: Fields,
    places: Places,
    people: Walkers,
    ways: Ways,
    traffic: Traffic,
    watch: Watch,
    spaces: int,
    agents: int,
) -> None:
    """Look at everybody."""
    now = traffic.clock[NOW]
    traffic.clock[WATCHED] = now
    for i in range(agents):
        room = people.room[i]
        if room < 0 or people.state[i] == OUT:
            continue
        floor = _floor(canvas, people.x[i], people.y[i], room, ways.helped[i] != _NOT)
        if floor < 0:
            traffic.number[OUTSIDE_WALLS] += 1
            _write(watch, people, _BACK, now, i, ways.still_x[i], ways.still_y[i])
            people.x[i], people.y[i] = ways.still_x[i], ways.still_y[i]
            people.vx[i] = people.vy[i] = 0.0
        elif floor != room and floor < spaces and room < spaces:
            traffic.number[SLIPPED] += 1
            _write(watch, people, _BESIDE, now, i, people.x[i], people.y[i])
            people.room[i] = floor
            ways.last_vertex[i] = -1
            ways.look_s[i] = -math.inf
        elif math.hypot(people.x[i] - ways.still_x[i], people.y[i] - ways.still_y[i]) > STILL_M:
            ways.still_x[i], ways.still_y[i] = people.x[i], people.y[i]
        _look_after(canvas, fields, places, people, ways, traffic, watch, i, now)


def report(ground: Ground, watch: Watch) -> tuple[str, ...]:
    """What the watchdog did, one line each; where somebody was moved, with who, when, from and to where."""
    network = ground.network
    lines = []
    squeezed: Counter[str] = Counter()
    for vertex in np.flatnonzero(watch.helped[: network.vertices]).tolist():
        gate = vertex >> 1
        name = network.gate_source[gate] if gate < network.gates else "a lift"
        squeezed[name or "a way on"] += int(watch.helped[vertex])
    lines += [
        f"{count} people stood for a minute before {name} though it was open, and squeezed past others"
        for name, count in squeezed.items()
    ]
    if watch.helped[-1]:
        lines.append(
            f"{watch.helped[-1]} people stood for a minute on their way to a place, and squeezed past others"
        )
    rows = watch.row[: min(int(watch.rows[0]), _MOST)]
    for what, says in enumerate(_SAYS):
        own = rows[rows[:, 0] == what]
        for room in np.unique(own[:, 3]).astype(int).tolist():
            lines.append(_moved(ground, own[own[:, 3] == room], says))
    left = int(watch.rows[0]) - len(rows)
    if left > 0:
        lines.append(f"{left} times more somebody was moved or put back")
    return tuple(lines)


def _moved(ground: Ground, rows: Array, says: str) -> str:
    """What happened to the people of ``rows`` in one room, the first of them by name."""
    network, first = ground.network, rows[0]
    room = int(first[3])
    _, before = ground.to_plan(first[5:6], first[6:7], np.array([room]))
    _, after = ground.to_plan(first[7:8], first[8:9], np.array([room]))
    level = ground.level_ids[int(ground.room_level[room])]
    link = room - ground.spaces
    where = network.space_ids[room] if link < 0 else network.gate_source[network.portals + 2 * link]
    (x0, y0), (x1, y1) = before[0].tolist(), after[0].tolist()
    to = f"from ({x0:.1f}, {y0:.1f})"
    if math.hypot(x1 - x0, y1 - y0) > 0.05:  # noqa: PLR2004 - m, as written
        to += f" to ({x1:.1f}, {y1:.1f})"
    return (
        f"{len(rows)} times somebody {says} in {where} on {level}, "
        f"first agent {int(first[2])} at {first[1]:.0f} s {to}"
    )
