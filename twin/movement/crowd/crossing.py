"""Who comes through a mouth: into the next room, onto a flight or off it, or out of the building.

A person belongs to a room until its middle crosses one of the room's mouths. What holds people back stands
here too: gates that are shut to them, gates with a meter (all in mode ``code``, escalators always), and
flights, which one steps on or off only where there is room for a body.
"""

from __future__ import annotations

import math

from twin.movement.crowd.arrays import OUT, Array, Canvas, Walkers
from twin.movement.crowd.compiled import kernel
from twin.movement.crowd.people import HANDED_OVER, OUTDOORS, Ways
from twin.movement.crowd.seeing import crosses
from twin.movement.crowd.traffic import ARRIVED, INSIDE, LOGGED, MOVING, NEAR_MOST, NOW, STEPS, Log, Traffic
from twin.movement.network.model import ArrivalKind

_LEFT = int(ArrivalKind.LEFT)
_NEAR_M = 1.0
"""Who is nearer to the mouth of a flight than this is in the way of those who step through it."""
_STEP_ON_MPS = 0.5
"""Who steps on a flight keeps the time gap at this speed."""
_ROOM_DEPTH, _ROOM_BREADTH = 0.06, -0.10
"""Added to two half bodies: free distance that stepping on takes, ahead and (shoulders turn) aside, m."""
_ASIDE_M = 0.15
"""Who finds the place behind the mouth taken tries this far to the right and to the left, three times."""
_PRESSED_S, _SQUEEZED_S = 3.0, 10.0
"""Held up longer than this one steps closer; longer than that past who faces one. Streams that meet at the
foot of a stair would stand there for ever otherwise."""
_PRESSED = 0.7
_BEFORE_M, _PAST_M = 0.02, 0.2
"""Who is held stands this far before the line: at one's own mouth, and at one that one wants to walk past
(farther from it than from a wall, so as to get round the post between the two)."""
_NUDGE_M = 0.05
_CORNER_M = 0.1
"""How far behind the line of a flight's foot one may stand beside it."""
_LINES = 3
"""Mouths that one comes through in one step, at most."""
_HELD = 4.0
"""A step that is taken back counted as progress: what it took off the patience is given back four times."""


@kernel
def _share(x0: float, y0: float, x1: float, y1: float, line: Array) -> tuple[float, float]:
    """Where the way from (x0, y0) to (x1, y1) crosses ``line`` from its right to its left.

    Share of the line and share of the way; the first is negative where it does not.
    """
    wx, wy = line[2] - line[0], line[3] - line[1]
    before = wx * (y0 - line[1]) - wy * (x0 - line[0])
    after = wx * (y1 - line[1]) - wy * (x1 - line[0])
    if before > 0.0 or after <= 0.0:
        return -1.0, 0.0
    part = before / (before - after)
    cx, cy = x0 + part * (x1 - x0) - line[0], y0 + part * (y1 - y0) - line[1]
    share = (cx * wx + cy * wy) / (wx * wx + wy * wy)
    if share < 0.0 or share > 1.0:
        return -1.0, 0.0
    return share, part


@kernel
def _behind(x: float, y: float, line: Array) -> tuple[float, float]:
    """As :func:`_share` for who stands behind ``line`` already: moved there past the mouth beside it."""
    wx, wy = line[2] - line[0], line[3] - line[1]
    width2 = wx * wx + wy * wy
    behind = wx * (y - line[1]) - wy * (x - line[0])
    share = ((x - line[0]) * wx + (y - line[1]) * wy) / width2
    if behind <= 0.0 or behind * behind > _NEAR_M * _NEAR_M * width2 or share < 0.0 or share > 1.0:
        return -1.0, 0.0
    return share, 1.0


@kernel
def _at_foot(x: float, y: float, line: Array) -> tuple[float, float]:
    """As :func:`_behind` for who stands in the corner beside the foot of a flight, just behind its line."""
    wx, wy = line[2] - line[0], line[3] - line[1]
    width = math.hypot(wx, wy)
    behind = (wx * (y - line[1]) - wy * (x - line[0])) / width
    along = ((x - line[0]) * wx + (y - line[1]) * wy) / width
    if behind < 0.0 or behind > _CORNER_M or along < -_ASIDE_M or along > width + _ASIDE_M:
        return -1.0, 0.0
    return min(max(along / width, 0.0), 1.0), 1.0


@kernel
def _square(canvas: Canvas, x: float, y: float) -> int:
    column = min(max(int((x - canvas.origin_x) / canvas.bin_m), 0), canvas.bins_x - 1)
    line = min(max(int((y - canvas.origin_y) / canvas.bin_m), 0), canvas.bins_y - 1)
    return line * canvas.bins_x + column


@kernel
def _list_near(canvas: Canvas, people: Walkers, traffic: Traffic, first_flight: int, agents: int) -> None:
    """List who stands near the mouths of flights, on either side."""
    traffic.mouth_near[:] = 0
    for i in range(agents):
        room = people.room[i]
        if room < 0 or room == OUTDOORS:
            continue
        x, y = people.x[i], people.y[i]
        square = _square(canvas, x, y)
        for k in range(canvas.mouth_start[square], canvas.mouth_start[square + 1]):
            mouth = canvas.mouth_item[k]
            if canvas.mouth_room[mouth] != room or canvas.mouth_vertex[mouth] < first_flight:
                continue
            count = traffic.mouth_near[mouth]
            if count == NEAR_MOST:
                continue
            line = canvas.mouth[mouth]
            wx, wy = line[2] - line[0], line[3] - line[1]
            part = ((x - line[0]) * wx + (y - line[1]) * wy) / (wx * wx + wy * wy)
            part = min(max(part, 0.0), 1.0)
            if math.hypot(x - line[0] - part * wx, y - line[1] - part * wy) < _NEAR_M:
                traffic.mouth_who[mouth, count] = i
                traffic.mouth_near[mouth] = count + 1


@kernel
def _taken(
    people: Walkers, traffic: Traffic, mouth: int, line: Array, i: int, at: Array, scale: float, behind: float
) -> bool:
    """Whether somebody stands where agent ``i`` would step to: at (at[0], at[1]) behind ``mouth``.

    Or goes ahead of it by less than ``behind`` metres.
    """
    length = math.hypot(line[2] - line[0], line[3] - line[1])
    ux, uy = (line[2] - line[0]) / length, (line[3] - line[1]) / length
    for k in range(traffic.mouth_near[mouth]):
        other = traffic.mouth_who[mouth, k]
        if other == i:
            continue
        dx, dy = people.x[other] - at[0], people.y[other] - at[1]
        depth = scale * (0.5 * (people.depth[i] + people.depth[other]) + _ROOM_DEPTH)
        breadth = scale * (0.5 * (people.breadth[i] + people.breadth[other]) + _ROOM_BREADTH)
        lon, lat = dx * uy - dy * ux, (dx * ux + dy * uy) / breadth
        if lon * lon < depth * depth * (1.0 - lat * lat) or (lat * lat < 1.0 and abs(lon) < behind):
            return True
    return False


@kernel
def _step_over(
    canvas: Canvas, people: Walkers, traffic: Traffic, i: int, mouth: int, share: float, at: Array
) -> bool:
    """Find the place behind the mouth of a flight at which agent ``i`` comes out; False: there is no room.

    Writes x, y, vx, vy to ``at``. What is on the right of one line is on the left of its opposite.
    """
    here, there = canvas.mouth[mouth], canvas.mouth[canvas.mouth_opposite[mouth]]
    wx, wy = here[2] - here[0], here[3] - here[1]
    width = math.hypot(wx, wy)
    wx, wy = wx / width, wy / width
    beyond = wx * (people.y[i] - here[1]) - wy * (people.x[i] - here[0])
    tx, ty = there[2] - there[0], there[3] - there[1]
    length = math.hypot(tx, ty)
    tx, ty = tx / length, ty / length
    along, through = people.vx[i] * wx + people.vy[i] * wy, people.vy[i] * wx - people.vx[i] * wy
    at[2], at[3] = through * ty - along * tx, -through * tx - along * ty
    rim = min(0.5 * people.breadth[i], 0.5 * length)
    scale = 1.0 if people.patience[i] < _PRESSED_S else _PRESSED
    free = people.patience[i] >= _SQUEEZED_S
    # Rooms of flights have the higher numbers: who steps on one waits before it for the room to walk.
    opposite = canvas.mouth_opposite[mouth]
    on = canvas.mouth_room[opposite] > canvas.mouth_room[mouth]
    behind = 0.5 * people.depth[i] + _STEP_ON_MPS * people.gap[i] if on else 0.0
    for k in range(7):
        aside = _ASIDE_M * ((k + 1) // 2) * (1.0 if k % 2 else -1.0)
        place = min(max((1.0 - share) * length + aside, rim), length - rim)
        at[0] = there[0] + place * tx + beyond * ty
        at[1] = there[1] + place * ty - beyond * tx
        if free or not _taken(people, traffic, opposite, there, i, at, scale, behind):
            return True
    return False


@kernel
def _passes(traffic: Traffic, people: Walkers, i: int, vertex: int, gates: Array) -> bool:
    """Whether the gate lets agent ``i`` through at all. ``gates``: as ``wanted`` of :func:`cross`."""
    if not traffic.vertex_open[vertex]:
        return False
    # Nobody steps on a stair or out of the building because others push: who does not want to stays.
    return bool(people.vertex[i] == vertex or not gates[vertex >> 1])


@kernel
def _leave(
    people: Walkers, ways: Ways, traffic: Traffic, log: Log, line: Array, i: int, vertex: int, time: float
) -> None:
    """Agent ``i`` is out, and walks on a little behind the ``line`` that it crossed."""
    people.state[i] = OUT
    people.vertex[i] = -2
    ways.look_s[i] = math.inf
    if traffic.vertex_room[vertex] == HANDED_OVER:
        people.room[i] = -1
        people.moving[i] = False
    else:
        people.room[i] = OUTDOORS
        ways.still_x[i], ways.still_y[i], ways.still_s[i] = people.x[i], people.y[i], time
        wx, wy = line[2] - line[0], line[3] - line[1]
        width = math.hypot(wx, wy)
        ways.was_x[i], ways.was_y[i] = -wy / width, wx / width
    traffic.number[INSIDE] -= people.weight[i]
    traffic.number[MOVING] -= 1
    row = traffic.number[ARRIVED]
    traffic.number[ARRIVED] = row + 1
    log.arrival_time[row] = time
    log.arrival_agent[row] = i
    log.arrival_kind[row] = _LEFT
    log.arrival_place[row] = vertex >> 1


@kernel
def _note(people: Walkers, ways: Ways, traffic: Traffic, log: Log, i: int, vertex: int, time: float) -> None:
    """Count the passage of ``vertex``."""
    traffic.passed[vertex] += people.weight[i]
    traffic.last_passed[vertex] = time
    if traffic.record[vertex]:
        row = traffic.number[LOGGED]
        traffic.number[LOGGED] = row + 1
        came = ways.came_s[i]
        log.leg_time[row, 0] = time if math.isnan(came) else came
        log.leg_time[row, 1] = time
        log.leg_agent[row] = i
        log.leg_vertex[row] = vertex


@kernel
def _through(
    canvas: Canvas,
    people: Walkers,
    ways: Ways,
    traffic: Traffic,
    log: Log,
    wanted: Array,
    first_flight: int,
    i: int,
    mouth: int,
    share: float,
    time: float,
    dt: float,
    at: Array,
) -> bool:
    """Let agent ``i`` through ``mouth``, or not."""
    vertex = canvas.mouth_vertex[mouth]
    gate = vertex >> 1
    if not _passes(traffic, people, i, vertex, wanted):
        return False
    if traffic.metered[gate] and traffic.free_at[gate] > time:
        return False
    if vertex >= first_flight and traffic.vertex_room[vertex] != HANDED_OVER:
        if not _step_over(canvas, people, traffic, i, mouth, share, at):
            return False
        people.x[i], people.y[i], people.vx[i], people.vy[i] = at[0], at[1], at[2], at[3]
        other = canvas.mouth_opposite[mouth]
        if traffic.mouth_near[other] < NEAR_MOST:
            traffic.mouth_who[other, traffic.mouth_near[other]] = i
            traffic.mouth_near[other] += 1
    if traffic.metered[gate]:
        traffic.free_at[gate] = (
            max(traffic.free_at[gate], time - dt) + people.weight[i] / traffic.capacity[gate]
        )
    _note(people, ways, traffic, log, i, vertex, time)
    if people.vertex[i] == vertex and ways.last_vertex[i] != (vertex ^ 1):
        ways.got_s[i] = time
    ways.last_vertex[i] = vertex
    ways.came_s[i] = math.nan
    room = traffic.vertex_room[vertex]
    if room < 0:
        _leave(people, ways, traffic, log, canvas.mouth[mouth], i, vertex, time)
    else:
        people.room[i] = room
        people.vertex[i] = -2
        people.patience[i] = 0.0
        people.side[i] = 0.0
        people.part[i] = -1
        ways.look_s[i] = -math.inf
    return True


@kernel
def _hold(people: Walkers, line: Array, before_m: float, i: int) -> None:
    """Keep agent ``i`` so far before ``line``; it slides along, on to the next mouth if it walks there."""
    wx, wy = line[2] - line[0], line[3] - line[1]
    width = math.hypot(wx, wy)
    wx, wy = wx / width, wy / width
    beyond = wx * (people.y[i] - line[1]) - wy * (people.x[i] - line[0]) + before_m
    people.x[i] += beyond * wy
    people.y[i] -= beyond * wx
    along = people.vx[i] * wx + people.vy[i] * wy
    people.vx[i], people.vy[i] = along * wx, along * wy


@kernel
def _nudge(canvas: Canvas, people: Walkers, line: Array, i: int) -> None:
    """Move agent ``i``, held at another mouth, a little along that mouth towards its own."""
    vertex = people.vertex[i]
    if vertex < 0 or canvas.vertex_mouth[vertex] == canvas.vertex_mouth[vertex + 1]:
        return
    own = canvas.mouth[canvas.vertex_mouth[vertex]]
    wx, wy = line[2] - line[0], line[3] - line[1]
    width = math.hypot(wx, wy)
    to = 0.5 * ((own[0] + own[2] - 2 * people.x[i]) * wx + (own[1] + own[3] - 2 * people.y[i]) * wy) / width
    aside = min(max(to, -_NUDGE_M), _NUDGE_M)
    people.x[i] += aside * wx / width
    people.y[i] += aside * wy / width


@kernel
def _met(
    canvas: Canvas, people: Walkers, square: int, i: int, x: float, y: float, first_flight: int
) -> tuple[int, float, float]:
    """The first mouth of its room that agent ``i`` came through from (x, y), or -1, and :func:`_share`."""
    for k in range(canvas.mouth_start[square], canvas.mouth_start[square + 1]):
        mouth = canvas.mouth_item[k]
        if canvas.mouth_room[mouth] != people.room[i]:
            continue
        share, part = _share(x, y, people.x[i], people.y[i], canvas.mouth[mouth])
        if share < 0.0 and canvas.mouth_vertex[mouth] == people.vertex[i]:
            share, part = _behind(people.x[i], people.y[i], canvas.mouth[mouth])
            if share < 0.0 and canvas.mouth_vertex[mouth] >= first_flight:
                share, part = _at_foot(people.x[i], people.y[i], canvas.mouth[mouth])
        if share >= 0.0:
            return int(mouth), share, part
    return -1, 0.0, 0.0


@kernel
def walled(canvas: Canvas, square: int, x: float, y: float, px: float, py: float) -> bool:
    """Whether a wall listed in ``square`` stands between two places."""
    for k in range(canvas.wall_start[square], canvas.wall_start[square + 1]):
        if crosses(x, y, px, py, canvas.wall[canvas.wall_item[k]]):
            return True
    return False


@kernel
def _held(
    canvas: Canvas, people: Walkers, square: int, i: int, mouth: int, x: float, y: float, dt: float
) -> None:
    """Keep agent ``i``, who comes from (x, y), from going through ``mouth``."""
    own = canvas.mouth_vertex[mouth] == people.vertex[i]
    _hold(people, canvas.mouth[mouth], _BEFORE_M if own else _PAST_M, i)
    if not own:
        _nudge(canvas, people, canvas.mouth[mouth], i)
    if walled(canvas, square, x, y, people.x[i], people.y[i]):
        # Held off one line it would come through a wall beside it.
        people.x[i], people.y[i] = x, y
    people.patience[i] += _HELD * dt


@kernel
def cross(
    canvas: Canvas,
    people: Walkers,
    ways: Ways,
    traffic: Traffic,
    log: Log,
    wanted: Array,
    first_flight: int,
    agents: int,
    dt: float,
    at: Array,
) -> None:
    """Pass everybody whose last step led through a mouth of their room, or put them back where they were.

    ``wanted``: bool[G] gates that only those pass who walk to them (flights, exits); ``first_flight``: first
    vertex of a flight; ``turn``: number of the step, so that not the same agents come first always; ``at``:
    float64[4] of working space. The clock stands at the end of the step.
    """
    _list_near(canvas, people, traffic, first_flight, agents)
    now = traffic.clock[NOW]
    # Not the same agents come first always.
    first = (traffic.number[STEPS] * 7919) % max(agents, 1)
    for n in range(agents):
        i = first + n if first + n < agents else first + n - agents
        room = people.room[i]
        if (
            room < 0
            or people.state[i] == OUT
            or (people.x[i] == ways.was_x[i] and people.y[i] == ways.was_y[i])
        ):
            continue
        square = _square(canvas, people.x[i], people.y[i])
        x, y = ways.was_x[i], ways.was_y[i]
        # At the corner of a front one comes through it and out again in one step.
        for _ in range(_LINES):
            mouth, share, part = _met(canvas, people, square, i, x, y, first_flight)
            if mouth < 0:
                break
            time = now - (1.0 - part) * dt
            if not _through(
                canvas, people, ways, traffic, log, wanted, first_flight, i, mouth, share, time, dt, at
            ):
                _held(canvas, people, square, i, mouth, x, y, dt)
                break
            if canvas.mouth_vertex[mouth] >= first_flight or people.room[i] < 0 or people.state[i] == OUT:
                break
            x, y = x + part * (people.x[i] - x), y + part * (people.y[i] - y)
