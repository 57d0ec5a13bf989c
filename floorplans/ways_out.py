"""Exits: where a drawing marks entrances, and else where the walkway meets the outside."""

from __future__ import annotations

from collections.abc import Sequence

import shapely
from shapely import LineString, Point
from shapely.ops import substring

from floorplans.shapes import contacts, middle_of, outer_sides
from twin.plan.model import Exit, ExitKind, Label, Provenance, Shape, Space, SpaceKind

AT_EDGE_M = 1.5
"""An entrance this close to the outline leads out there."""
WIDEST_M = 8.0
NARROWEST_M = 0.9
DISCHARGE_M = 1.2
"""Clear width that is guessed for the discharge of an exit stair."""
APART_M = 40.0
"""Exits that are guessed along the outside stand this far apart."""
LEAST_FREE_M = 2.0
"""Shortest stretch of walkway at the outline in which an exit is guessed."""


def exit_at(space: Space, outline: Shape, kind: ExitKind, *, name: Label) -> Exit | None:
    """The exit of the entrance area ``space``: its side at the outline, or else the side nearest to it.

    ``None`` if the area lies deeper than 15 m inside.
    """
    for gap in (0.1, AT_EDGE_M, 5.0, 15.0):
        stretches = outer_sides(space.shape, outline, gap_m=gap)
        if stretches:
            line = middle_of(stretches[0], length_m=WIDEST_M)
            place = Provenance.DERIVED if gap <= AT_EDGE_M else Provenance.GUESSED
            return Exit(
                id=f"exit-{space.id}",
                level_id=space.level_id,
                kind=kind,
                space_id=space.id,
                line=line,
                width_m=round(max(line.length, NARROWEST_M), 2),
                name=name,
                sources={"line": place, "width_m": Provenance.GUESSED},
            )
    return None


def stair_discharges(spaces: Sequence[Space], outline: Shape) -> list[Exit]:
    """An exit to the outside for each stair that stands at the outline of the ground level (guessed)."""
    found = []
    for space in spaces:
        if space.kind is not SpaceKind.STAIRS:
            continue
        stretches = outer_sides(space.shape, outline, gap_m=0.5)
        if stretches:
            found.append(
                _guess(f"exit-{space.id}", space, middle_of(stretches[0], length_m=DISCHARGE_M), stair=True)
            )
    return found


def free_edges(spaces: Sequence[Space], outline: Shape) -> list[Exit]:
    """Exits where walkways lie open to the outline, at most one each :data:`APART_M` (guessed)."""
    edge = shapely.boundary(outline)
    found: list[Exit] = []
    for space in spaces:
        if space.kind is not SpaceKind.WALKWAY:
            continue
        for stretch in contacts(space.shape, edge, gap_m=0.1):
            if stretch.length < LEAST_FREE_M:
                break
            line = middle_of(stretch, length_m=4.0)
            middle: Point = line.interpolate(0.5, normalized=True)
            if all(other.line.distance(middle) >= APART_M for other in found):
                found.append(_guess(f"exit-{space.id}-{len(found) + 1}", space, line, stair=False))
    return found


def _guess(identity: str, space: Space, line: LineString, *, stair: bool) -> Exit:
    return Exit(
        id=identity,
        level_id=space.level_id,
        kind=ExitKind.STAIR_DISCHARGE if stair else ExitKind.ENTRANCE,
        space_id=space.id,
        line=line,
        width_m=round(max(line.length, NARROWEST_M), 2),
        emergency_only=stair,
        sources=dict.fromkeys(("kind", "line", "width_m"), Provenance.GUESSED),
    )


def exit_near(identity: str, space: Space, at: Point, outline: Shape, *, name: Label) -> Exit | None:
    """The exit that an entrance point ``at`` marks: the side of ``space`` at the outline nearest to it.

    ``None`` if the space does not come near the outline.
    """
    for gap in (0.1, AT_EDGE_M, 5.0):
        stretches = outer_sides(space.shape, outline, gap_m=gap)
        if stretches:
            stretch = min(stretches, key=lambda one: one.distance(at))
            along = stretch.project(at)
            half = min(WIDEST_M / 4, stretch.length / 2)
            middle = min(max(along, half), stretch.length - half)
            line = substring(stretch, middle - half, middle + half)
            return Exit(
                id=f"exit-{identity}",
                level_id=space.level_id,
                kind=ExitKind.ENTRANCE,
                space_id=space.id,
                line=line,
                width_m=round(max(line.length, NARROWEST_M), 2),
                name=name,
                sources=dict.fromkeys(("line", "width_m"), Provenance.GUESSED),
            )
    return None
