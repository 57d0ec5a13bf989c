"""Reading a venue that another tool exported (no sidecar): what it leaves out is derived or guessed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import shapely
from shapely import LineString

from floorplans.archive import Feature
from floorplans.doors import WALL_M, DoorFinder
from floorplans.fronts import fronts_of
from floorplans.globe import local_frame, shape_to_local
from floorplans.imdf import words
from floorplans.imdf.foreign_links import connectors_in
from floorplans.imdf.labels import label_of, ordinal_of
from floorplans.imdf.venue import Venue
from floorplans.layers import walkways
from floorplans.shapes import one_shape, polygons_of
from floorplans.ways_out import free_edges
from twin.errors import PlanError
from twin.plan.model import (
    SOLID,
    Exit,
    ExitKind,
    Frame,
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
EDGE_M = 1.0
"""An opening with one unit leads out of the venue if it lies this close to the level's outline."""
GUESSED, DERIVED = Provenance.GUESSED, Provenance.DERIVED


@dataclass
class _Draft:
    frame: Frame
    levels: list[Level] = field(default_factory=list)
    spaces: list[Space] = field(default_factory=list)
    openings: list[Opening] = field(default_factory=list)
    exits: list[Exit] = field(default_factory=list)
    tenants: list[Tenant] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def local(self, feature: Feature) -> shapely.Geometry:
        return shape_to_local(feature.shape, self.frame)


def foreign_plan(venue: Venue) -> Plan:
    """The plan that ``venue`` describes.

    Raises:
        PlanError: if two levels have one ordinal, or no unit has an area.
    """
    levels = venue.of("level")
    draft = _Draft(local_frame([feature.shape for feature in levels if feature.shape is not None]))
    draft.notes.append(
        "read from IMDF without the sidecar: widths and heights that IMDF has no word for are guessed"
    )
    ids = _add_levels(levels, draft)
    lets = _occupied(venue)
    for level in draft.levels:
        _add_units(
            level,
            [f for f in venue.of("unit") if ids[str(f.properties["level_id"])] == level.id],
            lets,
            draft,
        )
    if not draft.spaces:
        raise PlanError(f"{venue.path}/unit.geojson: no unit has an area: nothing to walk on")
    for level in draft.levels:
        lines = [f for f in venue.of("opening") if ids[str(f.properties["level_id"])] == level.id]
        _add_openings(level, lines, draft)
    _add_tenants(venue, draft)
    connectors = connectors_in(venue, draft.levels, draft.spaces, draft.notes)
    if not draft.exits:
        _guess_exits(draft)
    site = venue.of("venue")[0]
    return Plan(
        id=site.id,
        name=label_of(site.properties.get("name"), site),
        levels=tuple(draft.levels),
        spaces=tuple(draft.spaces),
        openings=tuple(draft.openings),
        exits=tuple(draft.exits),
        connectors=tuple(connectors),
        tenants=tuple(draft.tenants),
        frame=draft.frame,
        notes=tuple(draft.notes),
    )


def _add_levels(features: Sequence[Feature], draft: _Draft) -> dict[str, str]:
    """Make the levels, several of one ordinal (buildings of a venue) as one; the level by feature id."""
    storeys: dict[int, list[Feature]] = {}
    for feature in features:
        storeys.setdefault(ordinal_of(feature), []).append(feature)
    ids: dict[str, str] = {}
    for ordinal in sorted(storeys):
        same = storeys[ordinal]
        parts = [part for feature in same for part in polygons_of(draft.local(feature))[0]]
        if not parts:
            draft.notes.append(f"level {same[0].id}: its outline has no area; it was left out")
            continue
        short = label_of(same[0].properties.get("short_name"), same[0]).en or str(ordinal)
        draft.levels.append(
            Level(
                id=same[0].id,
                ordinal=ordinal,
                name=label_of(same[0].properties.get("name"), same[0]),
                short_name=short,
                elevation_m=ordinal * LEVEL_HEIGHT_M,
                height_m=LEVEL_HEIGHT_M,
                outline=one_shape(parts),
                sources={"elevation_m": GUESSED, "height_m": GUESSED},
            )
        )
        if len(same) > 1:
            draft.notes.append(f"{len(same)} levels of ordinal {ordinal} are read as one level")
        ids |= {feature.id: same[0].id for feature in same}
    return ids | {feature.id: "" for feature in features if feature.id not in ids}


def _occupied(venue: Venue) -> Mapping[str, str]:
    """Category of the occupant of each unit that has one, by unit id."""
    unit_of = {f.id: f.properties.get("unit_id") for f in venue.of("anchor")}
    return {
        str(unit): str(feature.properties.get("category") or "")
        for feature in venue.of("occupant")
        if (unit := unit_of.get(str(feature.properties.get("anchor_id"))))
    }


def _add_units(level: Level, features: Sequence[Feature], lets: Mapping[str, str], draft: _Draft) -> None:
    unknown: Counter[str] = Counter()
    spaces = []
    for feature in features:
        category = str(feature.properties.get("category") or "unspecified")
        kind = words.KIND_OF.get(category) or words.KIND_OF.get(category.partition(".")[0])
        sources: dict[str, Provenance] = {}
        if kind is None:
            unknown[category] += 1
            kind, sources["kind"] = SpaceKind.ROOM, GUESSED
        if feature.id in lets and kind in {SpaceKind.ROOM, SpaceKind.OFFICE, SpaceKind.CLOSED}:
            kind, sources["kind"] = _let_kind(lets[feature.id]), DERIVED
        parts, repaired = polygons_of(draft.local(feature))
        if repaired:
            sources["shape"] = DERIVED
        closed = feature.properties.get("restriction") in {"employeesonly", "restricted"}
        for number, part in enumerate(parts):
            spaces.append(
                Space(
                    id=f"{feature.id}-{number}" if number else feature.id,
                    level_id=level.id,
                    kind=kind,
                    shape=part,
                    name=label_of(feature.properties.get("name"), feature),
                    public=not closed and kind not in SOLID | {SpaceKind.SERVICE},
                    category=category,
                    sources=dict(sources),
                )
            )
        if not parts:
            draft.notes.append(f"unit {feature.id}: has no area and was left out")
    for category, count in unknown.items():
        draft.notes.append(
            f"{level.short_name}: {count} units of the unknown category {category!r} are read as rooms"
        )
    draft.spaces += spaces + _uncovered(level, spaces, draft)


def _uncovered(level: Level, spaces: Sequence[Space], draft: _Draft) -> list[Space]:
    """The walkway of a level whose source draws none: what its units leave of the outline."""
    if any(space.kind in {SpaceKind.WALKWAY, SpaceKind.LOBBY} for space in spaces):
        return []
    parts = walkways(level.outline, [space.shape for space in spaces])
    if parts:
        draft.notes.append(
            f"{level.short_name}: no walkway is drawn: what the units leave of the outline is taken"
        )
    return [
        Space(
            id=f"{level.id}-walkway-{number}",
            level_id=level.id,
            kind=SpaceKind.WALKWAY,
            shape=part,
            sources={"shape": DERIVED, "kind": DERIVED},
        )
        for number, part in enumerate(parts, start=1)
    ]


def _let_kind(category: str) -> SpaceKind:
    plain = category.lower().replace(".", "").replace("_", "").replace(" ", "")
    return next((kind for word, kind in words.OCCUPANT_KIND if word in plain), SpaceKind.SHOP)


def _add_openings(level: Level, features: Sequence[Feature], draft: _Draft) -> None:
    spaces = [space for space in draft.spaces if space.level_id == level.id]
    finder = DoorFinder(spaces)
    edge = shapely.boundary(level.outline)
    given: list[Opening] = []
    loose = 0
    for feature in features:
        line = draft.local(feature)
        if not isinstance(line, LineString) or line.length == 0:
            loose += 1
            continue
        joined = finder.join(line)
        category = str(feature.properties.get("category") or "")
        if joined.both:
            given.append(_door(feature, level, (joined.left, joined.right), line))
        elif (joined.left or joined.right) and line.distance(edge) <= max(EDGE_M, WALL_M):
            draft.exits.append(_way_out(feature, level, joined.left or joined.right, line, category))
        else:
            loose += 1
    if loose:
        draft.notes.append(
            f"{level.short_name}: {loose} of {len(features)} openings join no two units and lie at no edge"
        )
    draft.openings += given
    made = fronts_of(spaces, joined=given)
    if made:
        draft.notes.append(
            f"{level.short_name}: {len(made)} ways between units without an opening were derived or guessed"
        )
    draft.openings += made


def _door(feature: Feature, level: Level, spaces: tuple[str, str], line: LineString) -> Opening:
    category = str(feature.properties.get("category") or "")
    has_door = feature.properties.get("door") is not None
    kind = OpeningKind.FIRE_DOOR if category == "emergencyexit" else OpeningKind.DOOR
    if not has_door and category.startswith("pedestrian") and line.length > 2 * 1.6:
        kind = OpeningKind.OPEN_FRONT
    return Opening(
        id=feature.id,
        level_id=level.id,
        kind=kind,
        spaces=spaces,
        line=line,
        width_m=round(line.length, 3),
        sources={"width_m": DERIVED} | ({} if has_door else {"kind": GUESSED}),
    )


def _way_out(feature: Feature, level: Level, space_id: str, line: LineString, category: str) -> Exit:
    return Exit(
        id=feature.id,
        level_id=level.id,
        kind=words.EXIT_KIND_OF.get(category, ExitKind.ENTRANCE),
        space_id=space_id,
        line=line,
        width_m=round(line.length, 3),
        name=label_of(feature.properties.get("name"), feature),
        emergency_only=category == "emergencyexit",
        sources={"width_m": DERIVED} | ({} if category == "pedestrian.principal" else {"kind": GUESSED}),
    )


def _add_tenants(venue: Venue, draft: _Draft) -> None:
    anchors = {f.id: f for f in venue.of("anchor")}
    known = {space.id: space for space in draft.spaces}
    taken: set[str] = set()
    for feature in venue.of("occupant"):
        anchor = anchors.get(str(feature.properties.get("anchor_id")))
        unit = str(anchor.properties.get("unit_id")) if anchor is not None else ""
        if unit not in known or unit in taken:
            why = "has the unit of another occupant" if unit in taken else "has no unit"
            draft.notes.append(f"occupant {feature.id}: {why}; it was left out")
            continue
        taken.add(unit)
        validity = feature.properties.get("validity")
        dates = validity if isinstance(validity, dict) else {}
        draft.tenants.append(
            Tenant(
                id=feature.id,
                space_id=unit,
                name=label_of(feature.properties.get("name"), feature),
                category=words.trade_of(str(feature.properties.get("category") or "")),
                lease_start=str(dates.get("start") or ""),
                lease_end=str(dates.get("end") or ""),
                sources={"category": GUESSED},
            )
        )


def _guess_exits(draft: _Draft) -> None:
    street = min(draft.levels, key=lambda level: (abs(level.ordinal), -level.ordinal))
    here = [space for space in draft.spaces if space.level_id == street.id]
    draft.exits += free_edges(
        [replace(s, kind=SpaceKind.WALKWAY) if s.kind is SpaceKind.LOBBY else s for s in here], street.outline
    )
    draft.notes.append(
        f"{street.short_name}: no opening leads out: {len(draft.exits)} exits were guessed along the outline"
        if draft.exits
        else "no exit is drawn or could be guessed: nobody can leave this plan"
    )
