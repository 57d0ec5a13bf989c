"""A plan from the features of one building in the MLIT schema."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import shapely
from shapely import LineString, Point

from floorplans import mlit_words as words
from floorplans.archive import Feature
from floorplans.doors import SNAP_M, DoorFinder, Joined
from floorplans.fronts import fronts_of
from floorplans.layers import walkways
from floorplans.mlit_source import Source
from floorplans.shapes import one_shape, polygons_of
from floorplans.vertical import KINDS, connectors_of, links_of
from floorplans.ways_out import exit_near, free_edges
from twin.errors import PlanError
from twin.plan.model import (
    LETTABLE,
    Connector,
    Device,
    Exit,
    ExitKind,
    Label,
    Level,
    Opening,
    OpeningKind,
    Plan,
    Provenance,
    Space,
    SpaceKind,
    Tenant,
)

LEVEL_HEIGHT_M = 5.0
OUTSIDE_M = 3.0
"""A door whose other side is this close to the edge of the floor leads out of the building."""
DERIVED_WIDTH = {"width_m": Provenance.DERIVED}


@dataclass
class _Draft:
    levels: list[Level] = field(default_factory=list)
    spaces: list[Space] = field(default_factory=list)
    openings: list[Opening] = field(default_factory=list)
    exits: list[Exit] = field(default_factory=list)
    devices: list[Device] = field(default_factory=list)
    tenants: list[Tenant] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def build_plan(source: Source) -> Plan:
    """The plan that ``source`` makes.

    Raises:
        PlanError: if a floor has no ordinal.
    """
    draft = _Draft(notes=list(source.notes))
    level_of = _add_levels(source, draft)
    for level in draft.levels:
        _add_level(level, {floor for floor, one in level_of.items() if one == level.id}, source, draft)
    connectors: list[Connector] = []
    for space_kind, kind in KINDS.items():
        if space_kind is not SpaceKind.RAMP:  # a slope between two floors of one level
            connectors += connectors_of(links_of(draft.levels, draft.spaces, space_kind), kind)
    _guess_exits(draft)
    name = source.building.name or "plan"
    return Plan(
        id=name,
        name=Label(en=name),
        levels=tuple(draft.levels),
        spaces=tuple(draft.spaces),
        openings=tuple(draft.openings),
        exits=tuple(draft.exits),
        connectors=tuple(connectors),
        devices=tuple(draft.devices),
        tenants=tuple(draft.tenants),
        frame=source.frame,
        currency="JPY",
        timezone="Asia/Tokyo",
        notes=tuple(draft.notes),
    )


def _add_levels(source: Source, draft: _Draft) -> dict[str, str]:
    """Make the levels; the level of each floor by its id."""
    storeys: dict[int, list[Feature]] = {}
    for floor in source.features["Floor"]:
        ordinal = floor.properties.get("ordinal")
        if isinstance(ordinal, bool) or not isinstance(ordinal, int | float) or ordinal != int(ordinal):
            raise PlanError(f"{floor.where}: 'ordinal' must be a whole number, not {ordinal!r}")
        if polygons_of(floor.shape)[0]:
            storeys.setdefault(int(ordinal), []).append(floor)
    # Japan counts 1, -1: the storey at the street is 1. Only where a set has a storey 0 is that the street's.
    shift = 0 if 0 in storeys else 1
    level_of: dict[str, str] = {}
    for number in sorted(storeys):
        floors = storeys[number]
        ordinal = number - shift if number > 0 else number
        short = f"{number}F" if number >= 0 else f"B{-number}"
        outline = one_shape([part for floor in floors for part in polygons_of(floor.shape)[0]])
        name = Counter(str(floor.properties.get("name") or short) for floor in floors).most_common(1)[0][0]
        draft.levels.append(
            Level(
                id=short,
                ordinal=ordinal,
                name=Label(en=short, zh=name if name != short else ""),
                short_name=short,
                elevation_m=ordinal * LEVEL_HEIGHT_M,
                height_m=LEVEL_HEIGHT_M,
                outline=outline,
                sources=dict.fromkeys(("elevation_m", "height_m"), Provenance.GUESSED),
            )
        )
        level_of |= {floor.id.split("~")[0]: short for floor in floors}
    return level_of


def _add_level(level: Level, floors: set[str], source: Source, draft: _Draft) -> None:
    here = {
        kind: [f for f in source.features[kind] if str(f.properties.get("floor_id")) in floors]
        for kind in ("Space", "Opening", "Facility")
    }
    spaces = [space for feature in here["Space"] for space in _spaces(feature, level)]
    lines = [f for f in here["Opening"] if isinstance(f.shape, LineString) and f.shape.length > 0]
    spaces += _rest(level, spaces, lines, draft)
    draft.tenants += _tenants(here["Space"], spaces)
    finder = DoorFinder(spaces)
    given: list[Opening] = []
    loose = 0
    for feature in lines:
        joined = finder.join(feature.shape)
        if joined.both:
            given.append(_door(feature, level, joined))
        elif joined.left or joined.right:
            draft.exits += _way_out(feature, level, joined.left or joined.right)
        else:
            loose += 1
    if loose:
        draft.notes.append(f"{level.short_name}: {loose} of {len(lines)} openings lie at no space")
    draft.openings += given
    draft.openings += fronts_of(spaces, joined=given)
    draft.spaces += spaces
    _add_facilities(level, here["Facility"], spaces, finder, draft)


def _name(feature: Feature) -> Label:
    text = str(feature.properties.get("name") or "")
    return Label(en=text, zh=text)


def _spaces(feature: Feature, level: Level) -> list[Space]:
    category = str(feature.properties.get("category") or "")
    restricted = str(feature.properties.get("restricted")) == "1"
    known = words.SPACE.get(category)
    kind = known or (SpaceKind.SERVICE if restricted else SpaceKind.ROOM)
    sources: dict[str, Provenance] = {} if known else {"kind": Provenance.GUESSED}
    parts, repaired = polygons_of(feature.shape)
    if repaired:
        sources["shape"] = Provenance.DERIVED
    return [
        Space(
            id=f"{feature.id}-{number}" if number else feature.id,
            level_id=level.id,
            kind=kind,
            shape=part,
            name=_name(feature),
            public=not restricted,
            category=category,
            sources=sources,
        )
        for number, part in enumerate(parts)
    ]


def _rest(level: Level, spaces: Sequence[Space], lines: Sequence[Feature], draft: _Draft) -> list[Space]:
    """Floor that no space covers: walkway where a door leads to it or none is drawn, else closed."""
    drawn = any(space.kind is SpaceKind.WALKWAY for space in spaces)
    doors = shapely.STRtree([feature.shape for feature in lines])
    found = []
    for number, part in enumerate(walkways(level.outline, [space.shape for space in spaces]), start=1):
        open_to = not drawn or len(doors.query(part.buffer(SNAP_M), predicate="intersects")) > 0
        kind = SpaceKind.WALKWAY if open_to else SpaceKind.CLOSED
        found.append(
            Space(
                id=f"{level.id}-rest-{number}",
                level_id=level.id,
                kind=kind,
                shape=part,
                public=open_to,
                sources={
                    "shape": Provenance.DERIVED,
                    "kind": Provenance.DERIVED if open_to else Provenance.GUESSED,
                },
            )
        )
    if found:
        area = sum(space.shape.area for space in found if space.kind is SpaceKind.WALKWAY)
        draft.notes.append(
            f"{level.short_name}: {area:,.0f} m² of floor that no space covers is taken as walkway; "
            f"{sum(s.shape.area for s in found) - area:,.0f} m² without a door as closed"
        )
    return found


def _tenants(features: Sequence[Feature], spaces: Sequence[Space]) -> list[Tenant]:
    """A tenant for each shop that has a name."""
    by_id = {space.id: space for space in spaces}
    return [
        Tenant(
            id=f"tenant-{feature.id}",
            space_id=feature.id,
            name=_name(feature),
            category="fashion",
            sources={"category": Provenance.GUESSED},
        )
        for feature in features
        if feature.properties.get("name") and feature.id in by_id and by_id[feature.id].kind in LETTABLE
    ]


def _door(feature: Feature, level: Level, joined: Joined) -> Opening:
    assert isinstance(feature.shape, LineString)  # noqa: S101  # chosen so
    near = joined.reach_m <= SNAP_M
    return Opening(
        id=feature.id,
        level_id=level.id,
        kind=OpeningKind.DOOR,
        spaces=(joined.left, joined.right),
        line=feature.shape,
        width_m=round(feature.shape.length, 3),
        sources=DERIVED_WIDTH if near else DERIVED_WIDTH | {"spaces": Provenance.DERIVED},
    )


def _way_out(feature: Feature, level: Level, space_id: str) -> list[Exit]:
    """The exit that a door with one space is, if its other side lies outside of the floor."""
    assert isinstance(feature.shape, LineString)  # noqa: S101  # chosen so
    if feature.shape.distance(shapely.boundary(level.outline)) > OUTSIDE_M:
        return []
    name = str(feature.properties.get("name") or "")
    kind = next((kind for word, kind in words.EXIT_WORDS if word in name), ExitKind.ENTRANCE)
    return [
        Exit(
            id=feature.id,
            level_id=level.id,
            kind=kind,
            space_id=space_id,
            line=feature.shape,
            width_m=round(feature.shape.length, 3),
            name=_name(feature),
            sources=DERIVED_WIDTH | {"kind": Provenance.GUESSED, "space_id": Provenance.DERIVED},
        )
    ]


def _add_facilities(
    level: Level, features: Sequence[Feature], spaces: Sequence[Space], finder: DoorFinder, draft: _Draft
) -> None:
    counts: Counter[str] = Counter()
    by_id = {space.id: space for space in spaces}
    for feature in features:
        category = str(feature.properties.get("category") or "")
        if not isinstance(feature.shape, Point) or feature.shape.is_empty:
            continue
        space_id = finder.at(feature.shape, reach=2.0)
        if category in words.DEVICE:
            draft.devices.append(
                Device(
                    id=feature.id,
                    kind=words.DEVICE[category],
                    level_id=level.id,
                    at=feature.shape,
                    space_id=space_id,
                    name=_name(feature),
                )
            )
        elif category in words.EQUIPMENT:
            counts[words.EQUIPMENT[category]] += 1
        elif category == words.ENTRANCE and space_id:
            made = exit_near(feature.id, by_id[space_id], feature.shape, level.outline, name=_name(feature))
            if made is not None and all(
                made.line.distance(other.line) > OUTSIDE_M
                for other in draft.exits
                if other.level_id == level.id
            ):
                draft.exits.append(made)
    if counts:
        told = ", ".join(f"{count} × {word}" for word, count in counts.items())
        draft.notes.append(f"{level.short_name}: equipment without a feed is not kept: {told}")


def _guess_exits(draft: _Draft) -> None:
    """Guess exits on the street level where nothing marks one."""
    street = min(draft.levels, key=lambda level: (abs(level.ordinal), -level.ordinal))
    if any(item.level_id == street.id for item in draft.exits) or draft.exits:
        return
    here = [space for space in draft.spaces if space.level_id == street.id]
    guessed = free_edges(here, street.outline)
    draft.exits += guessed
    draft.notes.append(
        f"{street.short_name}: no way out is drawn: {len(guessed)} were guessed along the outline"
        if guessed
        else "no exit is drawn or could be guessed: nobody can leave this plan"
    )
