"""Who sets out, and how fast one may walk where one is: level, stairs up and down, ramps, escalators."""

from __future__ import annotations

import math
from typing import NamedTuple

from twin.movement import sfpe
from twin.movement.crowd.arrays import DOWN, LEVEL, OUT, STARTING, UP, WALKING, Array, Canvas, Walkers
from twin.movement.crowd.compiled import kernel
from twin.movement.crowd.ground import Ground
from twin.movement.crowd.law import Law
from twin.movement.crowd.people import Ways
from twin.movement.crowd.seeing import distance2
from twin.movement.network.model import NodeKind

_ESCALATOR, _RAMP = int(NodeKind.ESCALATOR), int(NodeKind.RAMP)
_K_LEVEL = sfpe.K_LEVEL_MPS
FOOT_M = (1.0, 2.0)
"""So near to a flight one walks as on it, m; and so far from it as on the level."""
_LAST_SEEN_M = 3.0
"""How far one may have been from a flight when one was last asked, and be at its foot now."""
OUTDOORS_M, OUTDOORS_S = 1.0, 3.0
"""Who has left walks on this far before it is gone (and is gone after that time anyway): those behind see
it go ahead of them, as at any other door."""


class Flights(NamedTuple):
    """What a room is walked at; R rooms, K links."""

    spaces: int
    """Rooms from here on are links."""
    first_gate: int
    """First gate of a link; link k has the gates first_gate + 2k (lower end) and the one after it."""
    kind: Array
    """int32[R] of :class:`NodeKind`."""
    ratio: Array
    """float64[R] free speed there as a share of that on the level, for whom no speed is given."""
    belt: Array
    """float64[R] m/s of an escalator."""
    running: Array
    """bool[N] by node; shared with the doors of the run."""
    zones: int
    """Node of link 0."""


def flights_of(ground: Ground, running: Array) -> Flights:
    """The speeds of the rooms of ``ground``."""
    network = ground.network
    nodes = network.zones
    ratio, belt = ground.room_level.astype(float) * 0 + 1.0, ground.room_level.astype(float) * 0
    ratio[ground.spaces :] = network.node_k[nodes:] / _K_LEVEL
    belt[ground.spaces :] = network.node_belt_mps[nodes:]
    return Flights(
        spaces=ground.spaces,
        first_gate=network.portals,
        kind=ground.room_kind,
        ratio=ratio,
        belt=belt,
        running=running,
        zones=nodes,
    )


@kernel
def upwards(flights: Flights, people: Walkers, ways: Ways, i: int) -> bool:
    """Whether agent ``i``, who is on a flight, goes up: by the end that it walks to, or else came from."""
    vertex = people.vertex[i]
    if vertex >= 0:
        return bool(((vertex >> 1) - flights.first_gate) % 2 == 1)
    came = ways.last_vertex[i]
    return bool(came < 0 or ((came >> 1) - flights.first_gate) % 2 == 0)


@kernel
def _free_speed(flights: Flights, people: Walkers, ways: Ways, i: int, room: int) -> float:
    """Free speed of agent ``i`` on the flight ``room``; on a running escalator that of the belt."""
    kind = flights.kind[room]
    if kind == _ESCALATOR and flights.running[flights.zones + room - flights.spaces]:
        return float(flights.belt[room])
    own = people.speed[i, LEVEL] if kind == _RAMP else 0.0
    if kind != _RAMP:
        own = people.speed[i, UP] if upwards(flights, people, ways, i) else people.speed[i, DOWN]
    if own <= 0.0:
        own = people.speed[i, LEVEL] * flights.ratio[room]
    return float(own * ways.factor[i])


@kernel
def _at_foot(canvas: Canvas, people: Walkers, i: int) -> float:
    """How near agent ``i`` is to the flight that it walks to: 1 at its foot, 0 farther away."""
    first = canvas.vertex_mouth[people.vertex[i]]
    if first == canvas.vertex_mouth[people.vertex[i] + 1]:
        return 0.0
    away = math.sqrt(distance2(people.x[i], people.y[i], canvas.mouth[first])[0])
    return min(max((FOOT_M[1] - away) / (FOOT_M[1] - FOOT_M[0]), 0.0), 1.0)


@kernel
def begin(
    canvas: Canvas, flights: Flights, law: Law, people: Walkers, ways: Ways, agents: int, now: float
) -> None:
    """Before a step: who is to start starts, places are remembered, and everybody's pace is set."""
    for i in range(agents):
        room = people.room[i]
        if room < 0:
            continue
        if people.state[i] == OUT:
            away = math.hypot(people.x[i] - ways.still_x[i], people.y[i] - ways.still_y[i])
            if away > OUTDOORS_M or now - ways.still_s[i] > OUTDOORS_S:
                people.room[i] = -1
                people.moving[i] = False
            continue
        ways.was_x[i], ways.was_y[i] = people.x[i], people.y[i]
        if people.state[i] == STARTING and ways.start_s[i] <= now:
            people.state[i] = WALKING
            people.moving[i] = True
            ways.start_s[i] = math.inf
            ways.look_s[i] = -math.inf
            ways.still_x[i], ways.still_y[i], ways.got_s[i] = people.x[i], people.y[i], now
        if not people.moving[i]:
            people.pace[i] = 0.0
        elif room < flights.spaces:
            people.pace[i] = people.speed[i, LEVEL] * ways.factor[i]
            people.gap[i] = law.time_gap_s
            if people.vertex[i] >= 2 * flights.first_gate and ways.to_go[i] < _LAST_SEEN_M:
                # Who comes to a flight makes room for the step before it, so that the queue stands there.
                # Its lower end has an even number.
                up = ((people.vertex[i] >> 1) - flights.first_gate) % 2 == 0
                gap = law.stair_gap_up_s if up else law.stair_gap_s
                people.gap[i] += (gap - law.time_gap_s) * _at_foot(canvas, people, i)
        else:
            people.pace[i] = _free_speed(flights, people, ways, i, room)
            people.gap[i] = law.stair_gap_up_s if upwards(flights, people, ways, i) else law.stair_gap_s


@kernel
def outdoors(people: Walkers, ways: Ways, agents: int) -> None:
    """Let those who have just left walk straight on: after the guidance, which knows nothing of outside."""
    for i in range(agents):
        if people.state[i] == OUT and people.room[i] >= 0:
            people.ax[i], people.ay[i] = ways.was_x[i], ways.was_y[i]
