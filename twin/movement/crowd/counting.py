"""Who is where, and who is held up: counts by node and by vertex, once or twice a second."""

from __future__ import annotations

import math

from twin.movement.crowd.arrays import OUT, QUEUING, WALKING, Canvas, Walkers
from twin.movement.crowd.compiled import kernel
from twin.movement.crowd.people import Ways
from twin.movement.crowd.traffic import AHEAD_BINS, COUNTED, NOW, Traffic

RATE_S = 20.0
"""How long one looks at a queue to see how fast it moves, and"""
QUEUE = 5
"""people who wait make one."""
_LEAST_RATE = 0.05
"""A queue that stands may move again: share of its capacity that a gate is taken to pass at least."""
HELD_UP_S = 1.0
"""Held up for longer than this one stands in a queue; one leaves it on getting on freely."""


@kernel
def _node(canvas: Canvas, people: Walkers, ways: Ways, link_node: int, spaces: int, i: int) -> int:
    """Node in which agent ``i`` counts: by the raster, or the last one where it stands on a rim."""
    room = people.room[i]
    if room >= spaces:
        return int(link_node + room - spaces)
    column = int((people.x[i] - canvas.origin_x) / canvas.cell_m)
    line = int((people.y[i] - canvas.origin_y) / canvas.cell_m)
    if 0 <= line < canvas.node.shape[0] and 0 <= column < canvas.node.shape[1]:
        node = canvas.node[line, column]
        if 0 <= node < link_node:
            return int(node)
    return int(ways.node[i])


@kernel
def _queue(people: Walkers, ways: Ways, traffic: Traffic, i: int, now: float) -> None:
    """Note whether agent ``i``, who is on its way, is held up, and add it to those who walk to its vertex."""
    vertex, node, weight = people.vertex[i], ways.node[i], people.weight[i]
    if people.patience[i] > HELD_UP_S:
        people.state[i] = QUEUING
        if math.isnan(ways.came_s[i]):
            ways.came_s[i] = now - people.patience[i]
    elif people.patience[i] <= 0.0:
        people.state[i] = WALKING
        ways.came_s[i] = math.nan
    if people.state[i] == QUEUING:
        if node >= 0:
            traffic.queued[node] += weight
        if vertex >= 0:
            traffic.waiting[vertex] += weight
    if vertex >= 0:
        traffic.ahead[vertex, min(int(ways.to_go[i]), AHEAD_BINS - 1)] += weight


@kernel
def _rates(traffic: Traffic, past_s: float) -> None:
    """See how fast queues move: what passes each gate while people wait before it, over the last while.

    A queue may stand before a door because of what is behind it: then it moves slower than the door could
    pass.
    """
    share = min(past_s / RATE_S, 1.0)
    for vertex in range(2 * len(traffic.capacity)):
        most = traffic.capacity[vertex >> 1]
        now = most
        if traffic.waiting[vertex] >= QUEUE and past_s > 0.0:
            now = min((traffic.passed[vertex] - traffic.seen_passed[vertex]) / past_s, 2.0 * most)
        rate = min(traffic.rate[vertex], most)
        traffic.rate[vertex] = max(rate + share * (now - rate), _LEAST_RATE * most)
        traffic.seen_passed[vertex] = traffic.passed[vertex]


@kernel
def count(
    canvas: Canvas, people: Walkers, ways: Ways, traffic: Traffic, link_node: int, spaces: int, agents: int
) -> None:
    """Count everybody. ``link_node``: node of the first link; ``spaces``: its room."""
    now = traffic.clock[NOW]
    past_s = now - traffic.clock[COUNTED]
    traffic.clock[COUNTED] = now
    traffic.held[:] = 0
    traffic.queued[:] = 0
    traffic.waiting[:] = 0
    traffic.ahead[:] = 0
    for i in range(agents):
        if people.room[i] < 0 or people.state[i] == OUT:
            ways.node[i] = -1
            continue
        ways.node[i] = _node(canvas, people, ways, link_node, spaces, i)
        if ways.node[i] >= 0:
            traffic.held[ways.node[i]] += people.weight[i]
        if people.moving[i]:
            _queue(people, ways, traffic, i, now)
    for node in range(len(traffic.held)):
        traffic.peak[node] = max(traffic.peak[node], traffic.held[node])
    _rates(traffic, past_s)
    for vertex in range(len(traffic.waiting)):
        waits = traffic.waiting[vertex]
        if waits > 0:
            traffic.queue_area[vertex] += waits * past_s
            traffic.queue_peak[vertex] = max(traffic.queue_peak[vertex], waits)
