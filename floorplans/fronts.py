"""Ways between spaces where a survey draws none: open fronts from shared boundaries, doors where needed.

A unit and the walkway that share a boundary share a front. Its place and its longest width follow from the
drawing (``derived``); what a door measures, and that there is one, is a default (``guessed``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from floorplans.shapes import contacts, middle_of
from twin.plan.model import LETTABLE, Opening, OpeningKind, Provenance, Space, SpaceKind

LARGE_M2 = 500.0
"""A unit larger than this has more than one front."""
FRONTS_OF_LARGE = 4
WIDE_M = 3.0
"""A second front is at least this wide."""
GAP_M = 1.5
"""The widest wall or gap through which a door is guessed for a space that nothing else joins."""


@dataclass(frozen=True)
class Way:
    """What kind of way a space has to what lies beside it, and how wide at most."""

    kind: OpeningKind
    most_m: float
    width: Provenance


_DOOR = Way(OpeningKind.DOOR, 0.9, Provenance.GUESSED)
_WIDE = Way(OpeningKind.OPEN_FRONT, 12.0, Provenance.DERIVED)
_SHOP = Way(OpeningKind.OPEN_FRONT, 6.0, Provenance.DERIVED)
WAYS: Mapping[SpaceKind, Way] = {
    **dict.fromkeys(LETTABLE, _SHOP),
    SpaceKind.WALKWAY: _WIDE,
    SpaceKind.LOBBY: _WIDE,
    SpaceKind.SEATING: _WIDE,
    SpaceKind.PLATFORM: _WIDE,
    SpaceKind.TERRACE: Way(OpeningKind.DOOR, 1.6, Provenance.GUESSED),
    SpaceKind.PARKING: Way(OpeningKind.OPEN_FRONT, 2.4, Provenance.DERIVED),
    SpaceKind.STAIRS: Way(OpeningKind.DOOR, 1.6, Provenance.GUESSED),
    SpaceKind.LIFT: Way(OpeningKind.DOOR, 1.1, Provenance.GUESSED),
    SpaceKind.ESCALATOR: Way(OpeningKind.OPEN_FRONT, 1.2, Provenance.GUESSED),
    SpaceKind.RAMP: Way(OpeningKind.OPEN_FRONT, 3.0, Provenance.DERIVED),
}
"""By the kind of the space that is joined to a walkway; a door of 0.9 m for all others."""


def fronts_of(spaces: Sequence[Space], *, joined: Iterable[Opening] = ()) -> list[Opening]:
    """Openings of one level between its walkways and the spaces at them, then to those that are left.

    Args:
        spaces: all spaces of the level.
        joined: openings that the source gives; a space that one of them joins needs none.
    """
    walkable = [space for space in spaces if space.walkable]
    if not walkable:
        return []
    shapes = np.array([space.shape for space in walkable], dtype=object)
    tree = shapely.STRtree(shapes)
    given = {space_id for opening in joined for space_id in opening.spaces}
    made: list[Opening] = []
    for number, space in enumerate(walkable):
        if space.kind is not SpaceKind.WALKWAY and space.id in given:
            continue
        for index in sorted(int(k) for k in tree.query(space.shape.buffer(0.05), predicate="intersects")):
            other = walkable[index]
            if other.kind is SpaceKind.WALKWAY and (space.kind is not SpaceKind.WALKWAY or index < number):
                made += _at(space, other)
    walks = [space for space in walkable if space.kind is SpaceKind.WALKWAY]
    reached = given | {space_id for opening in made for space_id in opening.spaces}
    reached |= {space.id for space in sorted(walks, key=lambda space: -space.shape.area)[:1]}
    _reach_the_rest(walkable, tree, reached, made)
    return made


def _at(space: Space, other: Space, *, gap_m: float = 0.05) -> list[Opening]:
    """The openings of ``space`` to ``other``: its longest front, and others of a large unit."""
    way = WAYS.get(space.kind, _DOOR)
    stretches = contacts(space.shape, other.shape, gap_m=gap_m)
    if not stretches:
        return []
    several = space.kind in LETTABLE and space.shape.area > LARGE_M2
    chosen = stretches[:1] + [s for s in stretches[1:FRONTS_OF_LARGE] if several and s.length >= WIDE_M]
    found = []
    for number, stretch in enumerate(chosen):
        line = middle_of(stretch, length_m=way.most_m)
        sources = {"line": Provenance.DERIVED, "width_m": way.width, "kind": Provenance.GUESSED}
        if way.kind is OpeningKind.OPEN_FRONT and gap_m <= 0.05:  # noqa: PLR2004  # they touch
            sources["kind"] = Provenance.DERIVED
        if way.kind is not OpeningKind.OPEN_FRONT or gap_m > 0.05:  # noqa: PLR2004  # a wall is between
            sources["line"] = Provenance.GUESSED
        found.append(
            Opening(
                id=f"{space.id}--{other.id}" + (f"-{number + 1}" if number else ""),
                level_id=space.level_id,
                kind=way.kind,
                spaces=(space.id, other.id),
                line=line,
                width_m=round(line.length, 3),
                sources=sources,
            )
        )
    return found


def _reach_the_rest(
    walkable: list[Space], tree: shapely.STRtree, reached: set[str], made: list[Opening]
) -> None:
    """Join spaces that no walkway touches to a neighbour that is reached, nearest first."""
    left = [space for space in walkable if space.id not in reached]
    for gap_m in (0.05, 0.4, GAP_M):
        again = True
        while again and left:
            again = False
            for space in list(left):
                near = tree.query(space.shape.buffer(gap_m), predicate="intersects")
                beside = [walkable[int(k)] for k in near if walkable[int(k)].id in reached]
                options = [opening for other in beside for opening in _at(space, other, gap_m=gap_m)[:1]]
                if options:
                    made.append(
                        max(options, key=lambda opening: (_worth(opening, walkable), opening.line.length))
                    )
                    reached.add(space.id)
                    left.remove(space)
                    again = True


def _worth(opening: Opening, walkable: Sequence[Space]) -> int:
    """A walkway is a better neighbour than a room, and a room than a shaft."""
    kind = next(space.kind for space in walkable if space.id == opening.spaces[1])
    if kind is SpaceKind.WALKWAY:
        return 3
    return 0 if kind in {SpaceKind.LIFT, SpaceKind.ESCALATOR, SpaceKind.PARKING} else 1
