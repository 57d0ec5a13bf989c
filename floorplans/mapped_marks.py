"""Lines that a mapping calls openings or exits, joined to the spaces at their sides."""

from __future__ import annotations

from collections.abc import Sequence

from shapely import LineString

from floorplans.doors import DoorFinder
from floorplans.mapped_units import RawLevel
from floorplans.mapping import Mapping
from twin.plan.model import Exit, ExitKind, Label, Opening, OpeningKind, Provenance, Space


def openings_from(
    level: RawLevel, spaces: Sequence[Space], mapping: Mapping, notes: list[str]
) -> tuple[list[Opening], list[Exit]]:
    """The openings and exits that the lines of ``level`` stand for; what joins nothing is noted."""
    lines = [mark for mark in level.marks if isinstance(mark.shape, LineString)]
    if not lines:
        return [], []
    finder = DoorFinder(spaces)
    openings, exits = [], []
    loose = 0
    for mark in lines:
        rule = mapping.categories.get(mark.category)
        if rule is None or (rule.opening is None and rule.exit is None):
            loose += 1
            continue
        joined = finder.join(mark.shape)
        width = {"width_m": Provenance.DERIVED}
        if joined.both and rule.exit is None:
            openings.append(
                Opening(
                    id=mark.id,
                    level_id=level.name,
                    kind=rule.opening or OpeningKind.DOOR,
                    spaces=(joined.left, joined.right),
                    line=mark.shape,
                    width_m=round(mark.shape.length, 3),
                    sources=width,
                )
            )
        elif joined.left or joined.right:
            exits.append(
                Exit(
                    id=mark.id,
                    level_id=level.name,
                    kind=rule.exit or ExitKind.ENTRANCE,
                    space_id=joined.left or joined.right,
                    line=mark.shape,
                    width_m=round(mark.shape.length, 3),
                    name=Label(en=mark.name),
                    sources=width if rule.exit else width | {"kind": Provenance.GUESSED},
                )
            )
        else:
            loose += 1
    if loose:
        notes.append(
            f"{level.name}: {loose} lines join no space, or have a category that the mapping does not name"
        )
    return openings, exits
