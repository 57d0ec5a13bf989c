"""Who comes through a mouth: into the next room, onto a flight or off it, or out of the building.

A person belongs to a room until its middle crosses one of the room's mouths. What holds people back stands
here too: gates that are shut to them, and gates with a meter (all in mode ``code``, running escalators
always). Room behind a mouth is nobody's business here: people see across it (see ``across``) and keep off.
"""

from __future__ import annotations

import math

from twin.movement.crowd.across import beyond, turned
from twin.movement.crowd.arrays import OUT, Array, Canvas, Walkers
from twin.movement.crowd.compiled import kernel
from twin.movement.crowd.people import HANDED_OVER, OUTDOORS, Ways
from twin.movement.crowd.seeing import crosses, distance2
from twin.movement.crowd.traffic import ARRIVED, INSIDE, LOGGED, MOVING, NOW, STEPS, Log, Traffic
from twin.movement.network.model import ArrivalKind

_LEFT = int(ArrivalKind.LEFT)
_NEAR_M = 1.0
"""Who stands no farther behind its mouth than this, moved there past others, is through it."""
_BEFORE_M, _PAST_M = 0.02, 0.2
"""Who is held stands this far before the line: at one's own mouth, and at one that one wants to walk past
(farther from it than from a wall, so as to get round the post between the two)."""
_NUDGE_M = 0.05
_CORNER_M = 0.1
_CORNER = 0.45
"""How far behind the line of a flight's foot, m, and beside it, as a share of one's breadth, one may stand in
the corner there and steps on nevertheless."""
_RIM = 0.35
"""Share of one's breadth that one keeps from the ends of the mouth that one comes out of."""
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
def _at_foot(x: float, y: float, line: Array, aside: float) -> tuple[float, float]:
    """As :func:`_behind` for who stands in the corner beside the foot of a flight, just behind its line.

    ``aside``: at most so far beside it, m.
    """
    wx, wy = line[2] - line[0], line[3] - line[1]
    width = math.hypot(wx, wy)
    behind = (wx * (y - line[1]) - wy * (x - line[0])) / width
    along = ((x - line[0]) * wx + (y - line[1]) * wy) / width
    if behind < 0.0 or behind > _CORNER_M or along < -aside or along > width + aside:
        return -1.0, 0.0
    return min(max(along / width, 0.0), 1.0), 1.0


@kernel
def _square(canvas: Canvas, x: float, y: float) -> int:
    column = min(max(int((x - canvas.origin_x) / canvas.bin_m), 0), canvas.bins_x - 1)
    line = min(max(int((y - canvas.origin_y) / canvas.bin_m), 0), canvas.bins_y - 1)
    return line * canvas.bins_x + column


@kernel
def _step_over(canvas: Canvas, people: Walkers, i: int, mouth: int, share: float) -> None:
    """Put agent ``i``, who came through the mouth of a flight at ``share`` of it, behind it."""
    here, there = canvas.mouth[mouth], canvas.mouth[canvas.mouth_opposite[mouth]]
    wx, wy = here[2] - here[0], here[3] - here[1]
    # Between the ends, also for who comes from beside the foot.
    rim = min(_RIM * people.breadth[i] / math.hypot(there[2] - there[0], there[3] - there[1]), 0.5)
    along = ((people.x[i] - here[0]) * wx + (people.y[i] - here[1]) * wy) / (wx * wx + wy * wy)
    off = min(max(share, rim), 1.0 - rim) - along
    people.x[i], people.y[i] = beyond(here, there, people.x[i] + off * wx, people.y[i] + off * wy)
    people.vx[i], people.vy[i] = turned(here, there, people.vx[i], people.vy[i])


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
) -> bool:
    """Let agent ``i`` through ``mouth``, or not."""
    vertex = canvas.mouth_vertex[mouth]
    gate = vertex >> 1
    if not _passes(traffic, people, i, vertex, wanted):
        return False
    if traffic.metered[gate] and traffic.free_at[gate] > time:
        return False
    if vertex >= first_flight and traffic.vertex_room[vertex] != HANDED_OVER:
        _step_over(canvas, people, i, mouth, share)
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
        people.side[i] = people.met[i] = 0.0
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
def _on_own_floor(canvas: Canvas, people: Walkers, i: int) -> bool:
    """Whether agent ``i`` stands on a cell of the room that it belongs to."""
    column = int((people.x[i] - canvas.origin_x) / canvas.cell_m)
    line = int((people.y[i] - canvas.origin_y) / canvas.cell_m)
    if not (0 <= line < canvas.room.shape[0] and 0 <= column < canvas.room.shape[1]):
        return False
    return bool(canvas.room[line, column] == people.room[i])


@kernel
def _other_nearer(canvas: Canvas, people: Walkers, i: int, mouth: int) -> bool:
    """Whether another piece of the front that bends is nearer to agent ``i`` than ``mouth``.

    Behind one piece one may stand before another.
    """
    x, y, vertex = people.x[i], people.y[i], canvas.mouth_vertex[mouth]
    away = distance2(x, y, canvas.mouth[mouth])[0]
    for other in range(canvas.vertex_mouth[vertex], canvas.vertex_mouth[vertex + 1]):
        if distance2(x, y, canvas.mouth[other])[0] < away:
            return True
    return False


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
        flight = canvas.mouth_vertex[mouth] >= first_flight
        if share < 0.0 and canvas.mouth_vertex[mouth] == people.vertex[i]:
            if flight or not (_on_own_floor(canvas, people, i) or _other_nearer(canvas, people, i, mouth)):
                share, part = _behind(people.x[i], people.y[i], canvas.mouth[mouth])
            if share < 0.0 and flight:
                aside = _CORNER * people.breadth[i]
                share, part = _at_foot(people.x[i], people.y[i], canvas.mouth[mouth], aside)
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
) -> None:
    """Pass everybody whose last step led through a mouth of their room, or put them back where they were.

    ``wanted``: bool[G] gates that only those pass who walk to them (flights, exits); ``first_flight``: first
    vertex of a flight. The clock stands at the end of the step.
    """
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
                canvas, people, ways, traffic, log, wanted, first_flight, i, mouth, share, time, dt
            ):
                _held(canvas, people, square, i, mouth, x, y, dt)
                break
            if canvas.mouth_vertex[mouth] >= first_flight or people.room[i] < 0 or people.state[i] == OUT:
                break
            x, y = x + part * (people.x[i] - x), y + part * (people.y[i] - y)
