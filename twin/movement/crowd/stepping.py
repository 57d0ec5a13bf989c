"""The loop over the time steps, compiled as one: starts, ways, aims, moves, mouths, counts, watchdog."""

from __future__ import annotations

import math

from twin.movement.crowd.across import mirror, wipe
from twin.movement.crowd.arrays import Array, Canvas, Walkers
from twin.movement.crowd.arriving import arrive
from twin.movement.crowd.cells import Scratch
from twin.movement.crowd.compiled import entry
from twin.movement.crowd.counting import count
from twin.movement.crowd.crossing import cross
from twin.movement.crowd.flights import Flights, begin, outdoors
from twin.movement.crowd.groups import Groups, stay_together
from twin.movement.crowd.guidance import Fields, aim
from twin.movement.crowd.law import Law
from twin.movement.crowd.openings import choose_parts
from twin.movement.crowd.people import Ways
from twin.movement.crowd.places import Places
from twin.movement.crowd.routes import Choices, look
from twin.movement.crowd.step import move
from twin.movement.crowd.traffic import (
    ARRIVED,
    COUNTED,
    LOGGED,
    NOW,
    PARTED,
    STEPS,
    WANTED,
    WATCHED,
    Log,
    Traffic,
)
from twin.movement.crowd.watchdog import Watch, look_around
from twin.movement.network.arrays import Tables

COUNT_S = 0.5
PART_S = 0.5
WATCH_S = 1.0
DONE, FIELDS, FULL = range(3)
"""Why :func:`walk` came back: the time is reached, distance fields are missing, or its log is full."""
_INSTANT = 1e-6


@entry
def walk(
    canvas: Canvas,
    law: Law,
    flights: Flights,
    groups: Groups,
    people: Walkers,
    ways: Ways,
    traffic: Traffic,
    tables: Tables,
    choices: Choices,
    places: Places,
    fields: Fields,
    scratch: Scratch,
    log: Log,
    wanted: Array,
    watch: Watch,
    crowding: Array,
    only_wanted: Array,
    until_s: float,
    dt_s: float,
    agents: int,
) -> int:
    """Move everybody until ``until_s`` in equal steps of at most ``dt_s``; why it came back.

    Missing fields are marked in ``wanted`` (vertices, then places); called again with them, it goes on.
    """
    first_flight = 2 * flights.first_gate
    while until_s - traffic.clock[NOW] > _INSTANT:
        if max(traffic.number[ARRIVED], traffic.number[LOGGED]) + 2 * agents > len(log.leg_agent):
            return FULL
        now = traffic.clock[NOW]
        left = math.ceil((until_s - now) / dt_s - _INSTANT)
        dt = (until_s - now) / left
        begin(canvas, flights, law, people, ways, agents, now)
        look(canvas, people, ways, traffic, tables, choices, places, fields, wanted, log, agents)
        if traffic.number[WANTED] > 0:
            return FIELDS
        aim(canvas, people, fields, ways.target, places.row, scratch.dealt, agents)
        stay_together(canvas, people, ways, tables, fields, places, scratch, groups, dt)
        outdoors(people, ways, agents)
        rows = mirror(canvas, people, scratch, first_flight, agents)
        move(canvas, people, law, scratch, rows, dt)
        wipe(people, agents, rows)
        now = until_s if left == 1 else now + dt
        traffic.clock[NOW] = now
        traffic.number[STEPS] += 1
        cross(canvas, people, ways, traffic, log, only_wanted, first_flight, agents, dt)
        arrive(people, ways, traffic, choices, places, log, agents)
        if now - traffic.clock[COUNTED] > COUNT_S - _INSTANT:
            count(canvas, people, ways, traffic, flights.zones, flights.spaces, agents)
        if now - traffic.clock[PARTED] > PART_S - _INSTANT:
            choose_parts(canvas, people, ways, traffic, fields, crowding, agents)
        if now - traffic.clock[WATCHED] > WATCH_S - _INSTANT:
            look_around(canvas, fields, places, people, ways, traffic, watch, flights.spaces, agents)
    traffic.clock[NOW] = until_s
    count(canvas, people, ways, traffic, flights.zones, flights.spaces, agents)
    return DONE
