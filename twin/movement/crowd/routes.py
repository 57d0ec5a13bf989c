"""Which way on from the room one is in: the least of walking, queue ahead and the way behind it.

Behind each vertex the time to the goal is known from the tables of the network engine
(:class:`twin.movement.network.goals.Goals`); inside the room the way to its mouth is the distance field of
the vertex. Fields are worked out when somebody may take the vertex: the kernel asks for those it lacks, and
only for such as may be the best by the straight line.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from twin.movement import sfpe
from twin.movement.crowd.arrays import LOST, OUT, Array, Canvas, Walkers
from twin.movement.crowd.compiled import kernel
from twin.movement.crowd.ground import Ground
from twin.movement.crowd.guidance import Fields, metres
from twin.movement.crowd.people import Ways
from twin.movement.crowd.places import Places
from twin.movement.crowd.traffic import AHEAD_BINS, ARRIVED, MOVING, NOW, WANTED, Log, Traffic
from twin.movement.network.arrays import Tables
from twin.movement.network.model import ArrivalKind

TABLE_MPS = sfpe.K_LEVEL_MPS * (1 - sfpe.SLOPE_A_M2 * sfpe.FREE_DENSITY)
"""Speed on the level with which the tables count."""
POCKET_M = 500.0
"""What a way counts more that cannot be walked from where one stands, though the room has it."""
LOOK_S = 2.0
"""How often those who see queues look at the ways on."""
_GAIN, _GAIN_S = 0.85, 2.0
"""One leaves a way for another that takes 15 % and 2 s less: so that a crowd does not swing from door to
door."""
_LOST = int(ArrivalKind.LOST)
_PLACE, _NONE = -1, -2


class Choices(NamedTuple):
    """The ways out of each room; R rooms, V vertices, C choices."""

    start: Array
    """int32[R + 1] rows of ``vertex``."""
    vertex: Array
    """int32[C] gates with a mouth in the room, and lift trips that begin there."""
    here: Array
    """float64[V, 4] the line that one passes on the canvas; of a lift its waiting place twice."""
    gates: int
    zones: int


def choices_of(ground: Ground) -> Choices:
    """The ways out of the rooms of ``ground``."""
    network = ground.network
    gates = network.gates
    here = np.zeros((network.vertices, 4))
    own: list[list[int]] = [ground.vertices_of(room).tolist() for room in range(ground.rooms)]
    for vertex in ground.room_vertex.tolist():
        lines = ground.mouths_of(vertex)
        here[vertex] = [*lines[0, 0], *lines[-1, 1]]
    for vertex in range(2 * gates, network.vertices):
        room = int(ground.vertex_room[vertex])
        level = int(ground.room_level[room])
        place = ground.to_canvas([level], network.trip_at[vertex - 2 * gates, :1])[0]
        here[vertex] = [*place, *place]
        own[room].append(vertex)
    return Choices(
        start=np.concatenate([[0], np.cumsum([len(o) for o in own])]).astype(np.int32),
        vertex=np.array([v for o in own for v in o], np.int32),
        here=here,
        gates=gates,
        zones=network.zones,
    )


@kernel
def _straight(line: Array, x: float, y: float) -> float:
    """Distance of a place to a piece of line."""
    wx, wy = line[2] - line[0], line[3] - line[1]
    length = wx * wx + wy * wy
    part = 0.0
    if length > 0.0:
        part = min(max(((x - line[0]) * wx + (y - line[1]) * wy) / length, 0.0), 1.0)
    return math.hypot(line[0] + part * wx - x, line[1] + part * wy - y)


@kernel
def _ahead(traffic: Traffic, vertex: int, away: float) -> float:
    """Seconds that the people who are nearer to ``vertex`` than ``away`` metres need to pass it."""
    total = 0
    for k in range(min(int(away), AHEAD_BINS - 1) + 1):
        total += traffic.ahead[vertex, k]
    return float(total / min(traffic.rate[vertex], traffic.capacity[vertex >> 1]))


@kernel
def _seconds(
    people: Walkers,
    ways: Ways,
    traffic: Traffic,
    tables: Tables,
    gates: int,
    i: int,
    vertex: int,
    away: float,
) -> float:
    """Seconds to the goal by ``vertex``, ``away`` metres from agent ``i``, in the pace of the tables."""
    time = away / TABLE_MPS
    if ways.sees[i] and vertex < 2 * gates:
        time = max(time, _ahead(traffic, vertex, away) - 1.0 / traffic.capacity[vertex >> 1])
        # The time behind holds the queue before the vertex where staff tell of it: it is counted once.
        time -= tables.waited[people.goal[i], vertex]
    return time + float(tables.distance[people.goal[i], vertex])


@kernel
def _best(
    canvas: Canvas,
    people: Walkers,
    ways: Ways,
    traffic: Traffic,
    tables: Tables,
    choices: Choices,
    fields: Fields,
    wanted: Array,
    i: int,
    least_rest: float,
) -> tuple[int, float, float]:
    """The best vertex out of the room of agent ``i`` (-2: none), its metres and its seconds.

    Only ways behind which less than ``least_rest`` seconds are left. Where a field is missing it is marked in
    ``wanted``, and the straight line stands for it.
    """
    room, goal = people.room[i], people.goal[i]
    x, y = people.x[i], people.y[i]
    best, best_away, least = _NONE, 0.0, math.inf
    for k in range(choices.start[room], choices.start[room + 1]):
        vertex = choices.vertex[k]
        rest = float(tables.distance[goal, vertex])
        if not traffic.vertex_open[vertex] or not rest < least_rest:
            continue
        away = _straight(choices.here[vertex], x, y)
        if _seconds(people, ways, traffic, tables, choices.gates, i, vertex, away) >= least:
            continue
        row = fields.vertex_row[vertex]
        if row < 0:
            wanted[vertex] = True
            traffic.number[WANTED] += 1
        else:
            found = metres(canvas, fields, row, x, y)
            # Who stands in a pocket between walls still wants out of it; the watchdog helps.
            away = found if found < math.inf else away + POCKET_M
        seconds = _seconds(people, ways, traffic, tables, choices.gates, i, vertex, away)
        if seconds < least:
            best, best_away, least = vertex, away, seconds
    return best, best_away, least


@kernel
def _place_here(
    canvas: Canvas,
    people: Walkers,
    traffic: Traffic,
    places: Places,
    fields: Fields,
    wanted: Array,
    i: int,
) -> tuple[int, float]:
    """The nearest place of its goal in the room of agent ``i`` (-1: none to walk to), and its metres."""
    goal, room = people.goal[i], people.room[i]
    best, least = -1, math.inf
    for k in range(places.start[goal], places.start[goal + 1]):
        if places.room[k] != room:
            continue
        away = math.hypot(places.x[k] - people.x[i], places.y[k] - people.y[i])
        if away >= least:
            continue
        row = places.row[k]
        if row < 0:
            wanted[len(fields.vertex_row) + k] = True
            traffic.number[WANTED] += 1
        else:
            away = metres(canvas, fields, row, people.x[i], people.y[i])
        if away < least:
            best, least = k, away
    return best, least


@kernel
def _stop(people: Walkers, ways: Ways, traffic: Traffic, log: Log, i: int) -> None:
    """There is no way on for agent ``i``."""
    people.state[i] = LOST
    people.moving[i] = False
    people.vertex[i] = _NONE
    people.vx[i] = people.vy[i] = 0.0
    ways.look_s[i] = math.inf
    traffic.number[MOVING] -= 1
    row = traffic.number[ARRIVED]
    traffic.number[ARRIVED] = row + 1
    log.arrival_time[row] = traffic.clock[NOW]
    log.arrival_agent[row] = i
    log.arrival_kind[row] = _LOST
    log.arrival_place[row] = ways.node[i]


@kernel
def _take(people: Walkers, ways: Ways, i: int, vertex: int, target: int, away: float) -> None:
    """Let agent ``i`` walk to ``vertex`` (or to the place ``target``)."""
    if vertex != people.vertex[i] or target != ways.target[i]:
        people.vertex[i] = vertex
        people.side[i] = people.met[i] = 0.0
        people.part[i] = -1
        ways.came_s[i] = math.nan
    ways.target[i] = target
    ways.to_go[i] = away


@kernel
def _chosen(
    canvas: Canvas,
    people: Walkers,
    ways: Ways,
    traffic: Traffic,
    tables: Tables,
    choices: Choices,
    fields: Fields,
    wanted: Array,
    i: int,
) -> tuple[int, float]:
    """The vertex that agent ``i`` takes (-2: there is none), and its metres.

    It takes ways on which the time to the goal shrinks, so that nobody walks in circles; others only where
    there is none, because it was pushed here or doors have changed. It holds on to the way it is on unless
    another is clearly better.
    """
    came, held = ways.last_vertex[i], people.vertex[i]
    here = math.inf
    if came >= 0 and traffic.vertex_room[came] == people.room[i]:
        here = float(tables.distance[people.goal[i], came])
    best, away, least = _best(canvas, people, ways, traffic, tables, choices, fields, wanted, i, here)
    if best == _NONE and here < math.inf:
        best, away, least = _best(canvas, people, ways, traffic, tables, choices, fields, wanted, i, math.inf)
    if held >= 0 and best >= 0 and held != best and traffic.vertex_open[held] and ways.look_s[i] > -math.inf:
        row = fields.vertex_row[held]
        if row >= 0 and choices.here[held, 0] == choices.here[held, 0]:
            on = metres(canvas, fields, row, people.x[i], people.y[i])
            seconds = _seconds(people, ways, traffic, tables, choices.gates, i, held, on)
            if least > _GAIN * seconds - _GAIN_S and seconds < math.inf:
                return held, on
    return best, away


@kernel
def look(
    canvas: Canvas,
    people: Walkers,
    ways: Ways,
    traffic: Traffic,
    tables: Tables,
    choices: Choices,
    places: Places,
    fields: Fields,
    wanted: Array,
    log: Log,
    agents: int,
) -> None:
    """Let everybody whose time has come look at the ways on from the room they are in.

    Writes ``traffic.number[WANTED]``: how many fields were missing; those marked in ``wanted`` (vertices,
    then places) are to be worked out, and ``look`` called again. Who lacks a field does not choose yet.
    """
    now = traffic.clock[NOW]
    traffic.number[WANTED] = 0
    for i in range(agents):
        if ways.look_s[i] > now or not people.moving[i] or people.room[i] < 0 or people.state[i] == OUT:
            continue
        lacking = traffic.number[WANTED]
        place, away = _place_here(canvas, people, traffic, places, fields, wanted, i)
        vertex = _PLACE
        if place < 0:
            vertex, away = _chosen(canvas, people, ways, traffic, tables, choices, fields, wanted, i)
        if traffic.number[WANTED] > lacking:
            continue
        if vertex == _NONE:
            _stop(people, ways, traffic, log, i)
            continue
        _take(people, ways, i, vertex, place, away)
        # Spread over the interval by the number of the agent, so that not all look in the same step.
        first = ways.look_s[i] == -math.inf
        ways.look_s[i] = now + LOOK_S * ((i % 16) / 16.0 if first else 1.0) if ways.sees[i] else math.inf
