"""Taking floor from one space for another, while all that stands on it stays valid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

import shapely
from shapely import LineString, Polygon

from twin.errors import EditError
from twin.plan.edits.passing import ON_WALL_M
from twin.plan.model import Plan

SLIVER_M2 = 0.5
"""Pieces of floor smaller than this are dropped when a shape is cut."""
TOUCH_M = 0.05
"""Two walls closer than this are one line."""


def without(floor: Polygon, taken: Polygon, *, what: str) -> Polygon:
    """``floor`` less ``taken``, in one piece.

    Raises:
        EditError: if nothing is left, or the rest falls apart.
    """
    rest = [part for part in shapely.get_parts(floor.difference(taken)) if part.area > SLIVER_M2]
    if len(rest) != 1:
        raise EditError(
            f"{what} does not fit: it would leave {len(rest)} pieces of floor, and must leave one"
        )
    return Polygon(rest[0])


def wall_between(a: Polygon, b: Polygon) -> LineString | None:
    """The longest straight run of the wall that two shapes share; ``None`` where they only touch."""
    shared = a.boundary.intersection(b.boundary.buffer(TOUCH_M, cap_style="flat"))
    lines = shapely.line_merge(shapely.MultiLineString([x for x in _lines(shared) if x.length > 0]))
    sides = [LineString(pair) for line in _lines(lines) for pair in _straight(line)]
    longest = max(sides, key=lambda side: side.length, default=None)
    return None if longest is None or longest.length <= 2 * TOUCH_M else longest


def _lines(shape: shapely.Geometry) -> Iterable[LineString]:
    """The lines of a geometry."""
    return (part for part in shapely.get_parts(shape) if isinstance(part, LineString))


def _straight(line: LineString) -> Iterable[tuple[tuple[float, ...], tuple[float, ...]]]:
    """The edges of a line, without corners that do not turn."""
    corners = list(line.simplify(1e-6).coords)
    return pairwise(corners)


def clear_of_passages(plan: Plan, taken: Polygon, space_id: str, *, but: str = "", what: str) -> None:
    """Check that ``taken`` blocks no opening, exit or connector of a space.

    Raises:
        EditError: naming the first that it blocks.
    """
    inner = taken.buffer(-1e-6)
    lines = [(x.id, x.line) for x in plan.openings if space_id in x.spaces]
    lines += [(x.id, x.line) for x in plan.exits if x.space_id == space_id]
    for name, line in lines:
        if name != but and line.distance(inner) < TOUCH_M:
            raise EditError(f"{what} does not fit: it would block {name!r}")
    for connector in plan.connectors:
        for stop in connector.stops:
            if stop.space_id == space_id and taken.covers(stop.at):
                raise EditError(f"{what} does not fit: it would stand on a landing of {connector.id!r}")


def resettled(plan: Plan, spaces: Iterable[str]) -> Plan:
    """``plan`` with the devices of ``spaces`` assigned to the one of them that they are in."""
    names = set(spaces)
    own = [plan.space[name] for name in plan.space if name in names]
    if not own:
        return plan
    devices = tuple(
        replace(device, space_id=min(own, key=lambda space: space.shape.distance(device.at)).id)
        if device.space_id in names and device.level_id == own[0].level_id
        else device
        for device in plan.devices
    )
    return replace(plan, devices=devices)


def on_wall(line: LineString, shape: Polygon) -> bool:
    """Whether a line lies at the wall of a shape."""
    return bool(shape.boundary.buffer(ON_WALL_M).covers(line))
