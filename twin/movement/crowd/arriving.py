"""Who has come to the place of its goal, or to a lift."""

from __future__ import annotations

import math

from twin.movement.crowd.arrays import AT_LIFT, DWELL, Walkers
from twin.movement.crowd.compiled import kernel
from twin.movement.crowd.people import Ways
from twin.movement.crowd.places import Places
from twin.movement.crowd.routes import Choices
from twin.movement.crowd.traffic import ARRIVED, MOVING, NOW, Log, Traffic
from twin.movement.network.model import ArrivalKind

_GOAL, _LIFT = int(ArrivalKind.GOAL), int(ArrivalKind.LIFT)
_THERE_M = 0.4
_WIDER_MPS, _WIDEST_M = 0.25, 6.0
"""Where others stand already one stops short of the place: the longer one is held up, the farther from it."""


@kernel
def arrive(
    people: Walkers, ways: Ways, traffic: Traffic, choices: Choices, places: Places, log: Log, agents: int
) -> None:
    """Stop everybody who stands at the place of its goal (it dwells) or before its lift (it waits)."""
    for i in range(agents):
        vertex = people.vertex[i]
        lift = vertex >= 2 * choices.gates
        if not people.moving[i] or not (lift or (vertex == -1 and ways.target[i] >= 0)):
            continue
        if lift:
            x, y = choices.here[vertex, 0], choices.here[vertex, 1]
        else:
            x, y = places.x[ways.target[i]], places.y[ways.target[i]]
        wider = min(_WIDER_MPS * max(people.patience[i] - 1.0, 0.0), _WIDEST_M)
        if math.hypot(x - people.x[i], y - people.y[i]) > _THERE_M + wider:
            continue
        people.moving[i] = False
        people.vx[i] = people.vy[i] = 0.0
        people.patience[i] = 0.0
        row = traffic.number[ARRIVED]
        traffic.number[ARRIVED] = row + 1
        log.arrival_time[row] = traffic.clock[NOW]
        log.arrival_agent[row] = i
        if lift:
            people.state[i] = AT_LIFT
            ways.came_s[i] = traffic.clock[NOW]
            log.arrival_kind[row] = _LIFT
            log.arrival_place[row] = vertex
        else:
            people.state[i] = DWELL
            people.vertex[i] = -2
            traffic.number[MOVING] -= 1
            log.arrival_kind[row] = _GOAL
            log.arrival_place[row] = places.node[ways.target[i]]
