"""Making two units of one, and moving a unit's front."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely
from shapely import LineString, Polygon
from shapely.ops import split

from twin.errors import EditError
from twin.plan.edits.floor import (
    SLIVER_M2,
    clear_of_passages,
    on_wall,
    resettled,
    wall_between,
    without,
)
from twin.plan.edits.letting import unit
from twin.plan.edits.lookup import exchanged, found, new_id, sourced
from twin.plan.edits.values import MoveSpaceFront, SplitSpace
from twin.plan.model import Opening, OpeningKind, Plan, Provenance, Space

NARROWEST_M = 0.8
"""No front of a unit, and no piece of a divided opening, is narrower than a person with a bag."""


def split_space(plan: Plan, edit: SplitSpace) -> Plan:
    """The plan with a unit divided in two, each with an opening.

    Raises:
        EditError: if the line does not divide it in two, or a part has no wall to open.
    """
    space = unit(plan, edit.id)
    parts = sorted(
        (part for part in split(space.shape, edit.line).geoms if part.area > SLIVER_M2),
        key=lambda part: -part.area,
    )
    if len(parts) != 2:  # noqa: PLR2004 - two parts
        raise EditError(f"space {edit.id!r}: the line must cut it in two, and cuts it in {len(parts)}")
    halves = [
        replace(space, id=new_id(plan.space, f"{edit.id}:{n}", "space"), shape=Polygon(part), name=name)
        for n, part, name in zip((1, 2), parts, edit.names, strict=True)
    ]
    openings: list[Opening] = []
    for opening in plan.openings:
        openings += _divided(opening, space, halves) if space.id in opening.spaces else [opening]
    before = [opening for opening in plan.openings if space.id in opening.spaces]
    for half in halves:
        if not any(half.id in opening.spaces and opening.open for opening in openings):
            openings.append(_front(plan, space, half, before))
    changed = replace(
        plan,
        spaces=tuple(x for x in plan.spaces if x.id != space.id) + tuple(halves),
        openings=tuple(openings),
        exits=tuple(
            replace(x, space_id=_nearest(halves, x.line).id) if x.space_id == space.id else x
            for x in plan.exits
        ),
        connectors=tuple(
            replace(
                x,
                stops=tuple(
                    replace(stop, space_id=_nearest(halves, stop.at).id)
                    if stop.space_id == space.id
                    else stop
                    for stop in x.stops
                ),
            )
            for x in plan.connectors
        ),
        devices=tuple(
            replace(x, space_id=halves[0].id) if x.space_id == space.id else x for x in plan.devices
        ),
        tenants=tuple(
            replace(x, space_id=halves[0].id) if x.space_id == space.id else x for x in plan.tenants
        ),
    )
    return resettled(changed, [half.id for half in halves])


def _nearest(halves: list[Space], place: shapely.Geometry) -> Space:
    """The part that a line or point belongs to: the one with most of it at its wall, else the nearest."""
    at_wall = [place.intersection(half.shape.buffer(0.1)).length for half in halves]
    if max(at_wall) > 0:
        return halves[int(np.argmax(at_wall))]
    return min(halves, key=lambda half: half.shape.distance(place))


def _divided(opening: Opening, space: Space, halves: list[Space]) -> list[Opening]:
    """An opening of the divided space as one of its parts, or as one of each where it is wide enough."""

    def of(half: Space, line: LineString, share: float, suffix: str = "") -> Opening:
        a, b = (half.id if name == space.id else name for name in opening.spaces)
        return replace(
            opening, id=opening.id + suffix, spaces=(a, b), line=line, width_m=opening.width_m * share
        )

    pieces = [_along(opening.line, half, other) for half, other in (halves, halves[::-1])]
    length = [0.0 if piece is None else piece.length for piece in pieces]
    first, second = pieces
    if opening.kind is not OpeningKind.OPEN_FRONT or first is None or second is None:
        return [of(_nearest(halves, opening.line), opening.line, 1.0)]
    share = length[0] / sum(length)
    if min(share, 1.0 - share) * opening.width_m < NARROWEST_M:
        return [of(halves[int(share < 0.5)], opening.line, 1.0)]  # noqa: PLR2004 - the longer part
    return [of(halves[0], first, share, ":1"), of(halves[1], second, 1.0 - share, ":2")]


def _along(line: LineString, half: Space, other: Space) -> LineString | None:
    """The longest piece of a line that lies at one part and not at the other."""
    reach = 0.1
    own = line.intersection(half.shape.buffer(reach)).difference(other.shape.buffer(reach))
    lines = [part for part in shapely.get_parts(own) if isinstance(part, LineString)]
    return max(lines, key=lambda piece: piece.length, default=None)


def _front(plan: Plan, space: Space, half: Space, before: list[Opening]) -> Opening:
    """An open front for a part without one, to a space that the whole opened to."""
    others = {name for opening in before for name in opening.spaces if name != space.id}
    sides = [(wall_between(half.shape, plan.space[name].shape), name) for name in sorted(others)]
    best = max(
        ((side, name) for side, name in sides if side is not None and side.length >= NARROWEST_M),
        key=lambda item: item[0].length,
        default=None,
    )
    if best is None:
        raise EditError(f"space {space.id!r}: part {half.id!r} would have no wall where it could open")
    side, name = best
    return Opening(
        id=new_id(plan.opening, f"{half.id}-front", "opening"),
        level_id=half.level_id,
        kind=OpeningKind.OPEN_FRONT,
        spaces=(half.id, name),
        line=side,
        width_m=side.length,
        sources={"line": Provenance.DERIVED, "width_m": Provenance.DERIVED},
    )


def move_front(plan: Plan, edit: MoveSpaceFront) -> Plan:
    """The plan with the front of a unit moved by ``by_m`` into the space before it, or back.

    Raises:
        EditError: if it is curved, blocks another passage, or a floor falls apart.
    """
    what = f"front {edit.id!r}"
    opening = found(plan.opening, edit.id, "opening")
    if not np.isfinite(edit.by_m) or edit.by_m == 0:
        raise EditError(f"{what}: must move by a number of metres other than 0, not {edit.by_m}")
    shop, floor = unit(plan, opening.spaces[0]), found(plan.space, opening.spaces[1], "space")
    line, strip = _strip(opening, shop, edit.by_m, what)
    giver, taker = (floor, shop) if edit.by_m > 0 else (shop, floor)
    taken = strip.intersection(giver.shape)
    if strip.area - taken.area > 0.02 * strip.area:
        raise EditError(f"{what} does not fit: {giver.id!r} has no {abs(edit.by_m):g} m of floor before it")
    clear_of_passages(plan, strip, giver.id, but=opening.id, what=what)
    grown = shapely.union(taker.shape.buffer(1e-4, join_style="mitre"), strip).buffer(
        -1e-4, join_style="mitre"
    )
    rest = without(giver.shape, strip, what=what)
    if not isinstance(grown, Polygon) or not on_wall(line, rest):
        raise EditError(f"{what} does not fit: the floors would not stay in one piece each")
    derived = sourced(opening, line=Provenance.DERIVED)
    changed = replace(
        plan,
        spaces=exchanged(plan.spaces, [replace(giver, shape=rest), replace(taker, shape=grown)]),
        openings=exchanged(plan.openings, [replace(opening, line=line, sources=derived)]),
    )
    return resettled(changed, [giver.id, taker.id])


def _strip(opening: Opening, shop: Space, by_m: float, what: str) -> tuple[LineString, Polygon]:
    """The moved line, and the floor between it and the wall of the unit."""
    ends = shapely.get_coordinates(opening.line)
    first, last = ends[0], ends[-1]
    if opening.line.length > 1.01 * float(np.hypot(*(last - first))) or opening.line.length <= 0:
        raise EditError(f"{what} is not straight: it cannot be moved as one")
    along = (last - first) / opening.line.length
    out = np.array([-along[1], along[0]])
    if shop.shape.distance(shapely.Point(*((first + last) / 2 + 0.3 * out))) <= 0:
        out = -out
    moved = LineString([tuple(first + by_m * out), tuple(last + by_m * out)])
    strip = Polygon([tuple(first), tuple(last), *reversed(moved.coords)])
    return moved, strip.buffer(0)
