"""Where people stand in line: places one behind another before a till, a lift or a toilet.

A line goes straight back from the service point as long as there is floor, and then turns and comes back
beside itself, like a snake. :class:`twin.world.service_line.ServiceLine` lets people join, advance and be
served.
"""

from __future__ import annotations

import math

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.errors import InputError
from twin.plan.model import Plan
from twin.plan.walkable import walkable

PITCH_M = 0.70
"""From one person in line to the next: 0.30 m of body and 0.40 m between (queues stand at 0.5-0.8 m)."""
ROW_M = 0.80
"""Between two rows of a snake."""
WALL_M = 0.35
"""Middle of a person in line to a wall, at least."""
DOOR_M = 1.0
"""A line keeps so far off doors, so that others get through."""
_DIRECTIONS = 16
_ALMOST = 1e-9


def floor_for_line(plan: Plan, space_id: str) -> shapely.Geometry:
    """The floor of a space on which a line may stand: off its walls and its doors.

    Raises:
        InputError: if the plan has no such space, or nobody can walk in it.
    """
    if space_id not in plan.space:
        raise InputError(f"line: this plan has no space {space_id!r}")
    space = plan.space[space_id]
    if not space.walkable:
        raise InputError(f"line: nobody can be in space {space_id!r} ({space.kind.value})")
    own = shapely.make_valid(space.shape).intersection(walkable(plan, space.level_id))
    doors = [o.line for o in plan.openings if space_id in o.spaces and o.level_id == space.level_id]
    doors += [e.line for e in plan.exits if e.space_id == space_id]
    kept = shapely.union_all([line.buffer(DOOR_M) for line in doors]) if doors else shapely.Point()
    return own.buffer(-WALL_M).difference(kept)


def line_places(
    floor: shapely.Geometry,
    head: tuple[float, float],
    count: int,
    *,
    away: tuple[float, float] | None = None,
) -> NDArray[np.float64]:
    """Places float64[n, 2] of a line on ``floor``, the first at ``head``; n is ``count``, or what fits.

    Args:
        floor: where it may stand (:func:`floor_for_line`).
        head: place of the first in line, m.
        count: how many places are wanted.
        away: direction from the head in which the line goes; by default that in which it is straight longest.

    Raises:
        InputError: if no place is wanted, the head is not on the floor, or ``away`` is no direction.
    """
    if count < 1:
        raise InputError(f"line: {count} places: there must be one at least")
    shapely.prepare(floor)
    if not floor.covers(shapely.Point(head)):
        raise InputError(
            f"line: its head ({head[0]:g}, {head[1]:g}) is not on the floor, or too near to a wall or a door"
        )
    if away is not None:
        length = math.hypot(*away)
        if not (length > 0 and math.isfinite(length)):
            raise InputError(f"line: {away} is no direction")
        return _snake(floor, head, count, (away[0] / length, away[1] / length))
    turns = [2 * math.pi * k / _DIRECTIONS for k in range(_DIRECTIONS)]
    ways = [(math.cos(turn), math.sin(turn)) for turn in turns]
    straight = [_straight(floor, head, count, way) for way in ways]
    return _snake(floor, head, count, ways[int(np.argmax(straight))])


def _straight(
    floor: shapely.Geometry, head: tuple[float, float], count: int, way: tuple[float, float]
) -> int:
    """How many places the line has before it must turn."""
    for k in range(1, count):
        end = (head[0] + k * PITCH_M * way[0], head[1] + k * PITCH_M * way[1])
        if not floor.covers(shapely.LineString([head, end])):
            return k
    return count


def _snake(
    floor: shapely.Geometry, head: tuple[float, float], count: int, way: tuple[float, float]
) -> NDArray[np.float64]:
    """Places from ``head`` along ``way``, turning where the floor ends, always to the same side."""
    places = [head]
    aside: tuple[float, float] | None = None
    while len(places) < count:
        x, y = places[-1]
        ahead = (x + PITCH_M * way[0], y + PITCH_M * way[1])
        if _free(floor, places, ahead):
            places.append(ahead)
            continue
        sides = [(-way[1], way[0]), (way[1], -way[0])] if aside is None else [aside]
        turned = [side for side in sides if _free(floor, places, (x + ROW_M * side[0], y + ROW_M * side[1]))]
        if not turned:
            break
        aside = turned[0]
        places.append((x + ROW_M * aside[0], y + ROW_M * aside[1]))
        way = (-way[0], -way[1])
    return np.array(places)


def _free(floor: shapely.Geometry, places: list[tuple[float, float]], there: tuple[float, float]) -> bool:
    """Whether a line may go on to ``there``: over floor, and near to none of its places."""
    if not floor.covers(shapely.LineString([places[-1], there])):
        return False
    near = min(PITCH_M, ROW_M) - _ALMOST
    return all(math.hypot(x - there[0], y - there[1]) >= near for x, y in places)
