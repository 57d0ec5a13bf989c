"""A plan from the raw levels of a mapped GeoJSON."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

import numpy as np
import shapely
from shapely import Polygon

from floorplans.fronts import fronts_of
from floorplans.layers import cut_between, drop_duplicates, walkways, without_overlaps
from floorplans.learning import Lexicon, Meaning
from floorplans.mapped_marks import openings_from
from floorplans.mapped_units import RawLevel, Unit
from floorplans.mapping import Mapping
from floorplans.registration import register
from floorplans.shapes import one_shape
from floorplans.vertical import KINDS, connectors_of, links_of
from floorplans.ways_out import exit_at, free_edges, stair_discharges
from twin.errors import PlanError
from twin.plan.model import (
    LETTABLE,
    SOLID,
    Connector,
    Exit,
    ExitKind,
    Frame,
    Label,
    Level,
    Opening,
    Plan,
    Provenance,
    Shape,
    Space,
    SpaceKind,
    Tenant,
)


@dataclass
class _Draft:
    """A plan while it is made."""

    levels: list[Level] = field(default_factory=list)
    spaces: list[Space] = field(default_factory=list)
    openings: list[Opening] = field(default_factory=list)
    exits: list[Exit] = field(default_factory=list)
    tenants: list[Tenant] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def build_plan(plan_id: str, raw: list[RawLevel], frame: Frame, mapping: Mapping) -> Plan:
    """The plan that ``raw`` makes under ``mapping``.

    Raises:
        PlanError: if no level has an area.
    """
    draft = _Draft(notes=[remark for level in raw for remark in level.remarks])
    raw = [level for level in raw if _has_area(level, draft)]
    if not raw:
        raise PlanError(f"{plan_id}: no level has a polygon: nothing to walk on")
    raw, shared = _deduplicated(raw, draft)
    lexicon = Lexicon((unit for level in raw for unit in level.units), mapping)
    _tell_learnt(lexicon, draft)
    if mapping.register_levels:
        raw = _registered(raw, lexicon, draft)
    raw = _with_one_outline_each(raw, shared, lexicon, mapping, draft)
    names = _Names()
    for number, level in enumerate(raw):
        _add_level(level, number, lexicon, mapping, names, draft)
    connectors = _connectors(draft)
    if not draft.exits:
        draft.notes.append("no exit is drawn or could be guessed: nobody can leave this plan")
    return Plan(
        id=plan_id,
        name=Label(en=plan_id),
        levels=tuple(draft.levels),
        spaces=tuple(draft.spaces),
        openings=tuple(draft.openings),
        exits=tuple(draft.exits),
        connectors=tuple(connectors),
        tenants=tuple(draft.tenants),
        frame=frame,
        notes=tuple(draft.notes),
    )


def _has_area(level: RawLevel, draft: _Draft) -> bool:
    if level.outline or level.units:
        return True
    draft.notes.append(f"{level.name}: the level has no polygon and was left out")
    return False


class _Names:
    """Ids that are unique over the plan: a source's own, with a number where it repeats one."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def __call__(self, wanted: str) -> str:
        self._seen[wanted] += 1
        return wanted if self._seen[wanted] == 1 else self(f"{wanted}~{self._seen[wanted]}")


def _deduplicated(raw: list[RawLevel], draft: _Draft) -> tuple[list[RawLevel], list[list[Unit]]]:
    shared: list[list[Unit]] = []
    dropped = 0
    levels = []
    for level in raw:
        kept, fewer, groups = drop_duplicates(level.units)
        levels.append(replace(level, units=kept))
        dropped += fewer
        shared += groups
    if dropped:
        draft.notes.append(f"{dropped} exact duplicates (same outline, name and category) were left out")
    return levels, shared


def _tell_learnt(lexicon: Lexicon, draft: _Draft) -> None:
    told = sorted(f"{leaf} = {kind.value}" for leaf, kind in lexicon.learnt.items() if kind is not None)
    if told:
        draft.notes.append(f"categories learnt from the names of their units: {', '.join(told)}")


def _registered(raw: list[RawLevel], lexicon: Lexicon, draft: _Draft) -> list[RawLevel]:
    shafts = {
        level.name: np.array(
            [
                (unit.shape.centroid.x, unit.shape.centroid.y)
                for unit in level.units
                if lexicon.meaning(unit).kind is SpaceKind.LIFT
            ],
            dtype=np.float64,
        ).reshape(-1, 2)
        for level in raw
    }
    if len(raw) > 1 and not any(len(points) for points in shafts.values()):
        draft.notes.append(
            "no level has a lift that is labelled: whether the levels stand in one frame is not checked"
        )
    nearest = min(range(len(raw)), key=lambda k: (abs(raw[k].ordinal), -raw[k].ordinal))
    up = [level.name for level in raw[nearest:]]
    down = [level.name for level in raw[nearest::-1]]
    shifts = register(shafts, up)
    below = {
        name: shafts[name] + ((shifts[name].east_m, shifts[name].north_m) if name in shifts else 0.0)
        for name in up[:1]
    }
    shifts |= register(shafts | below, down)
    for shift in shifts.values():
        draft.notes.append(
            f"{shift.level}: moved by ({shift.east_m:+.1f}, {shift.north_m:+.1f}) m: "
            f"{shift.votes} of {shift.shafts} lift shafts then stand over one another"
        )
    return [
        level.moved(shifts[level.name].east_m, shifts[level.name].north_m) if level.name in shifts else level
        for level in raw
    ]


def _with_one_outline_each(
    raw: list[RawLevel], shared: list[list[Unit]], lexicon: Lexicon, mapping: Mapping, draft: _Draft
) -> list[RawLevel]:
    """Settle the units that share one outline under different names.

    Records that say nothing give way to one that names a unit to let. Of several units to let, the mapping
    keeps the newest, or gives each an equal part of the outline.
    """
    gone: set[str] = set()
    sharing: list[list[Unit]] = []
    for group in shared:
        let = [unit for unit in group if lexicon.meaning(unit).let]
        keep = let or group[-1:]
        if mapping.same_outline == "newest":
            keep = ([unit for unit in let if unit.name] or keep)[-1:]
        gone |= {unit.id for unit in group} - {unit.id for unit in keep}
        if len(keep) > 1:
            sharing.append(keep)
    if gone:
        draft.notes.append(f"{len(gone)} records gave way to a named record of the same outline")
    if sharing:
        draft.notes.append(
            f"{sum(map(len, sharing))} units share their outline with another unit to let; "
            "each stands on an equal part of it (guessed)"
        )
    levels = []
    for level in raw:
        units = [unit for unit in level.units if unit.id not in gone]
        parts = _parts(level, units, [group for group in sharing if group[0].level == level.name])
        levels.append(
            replace(
                level,
                units=[
                    replace(unit, shape=parts[unit.id], notes=unit.notes | {"split"})
                    if unit.id in parts
                    else unit
                    for unit in units
                ],
            )
        )
    return levels


def _parts(level: RawLevel, units: list[Unit], sharing: list[list[Unit]]) -> dict[str, Polygon]:
    """The part of its outline that each unit of ``sharing`` gets, by id."""
    if not sharing:
        return {}
    free = None
    if level.outline:
        free = shapely.difference(one_shape(level.outline), shapely.union_all([unit.shape for unit in units]))
    found: dict[str, Polygon] = {}
    here = {unit.id: unit for unit in units}
    for group in sharing:
        # The level may have been moved since the group was found: its own units have the place.
        pieces = cut_between(here[group[0].id].shape, len(group), free)
        found |= {unit.id: piece for unit, piece in zip(group, pieces, strict=False)}
    return found


def _add_level(
    level: RawLevel, number: int, lexicon: Lexicon, mapping: Mapping, names: _Names, draft: _Draft
) -> None:
    given = bool(level.outline)
    outline = one_shape(
        level.outline if given else [shapely.union_all([u.shape for u in level.units]).convex_hull]
    )
    if not given:
        draft.notes.append(f"{level.name}: no outline is drawn: the hull of its units stands in for it")
    guessed = Provenance.GUESSED
    draft.levels.append(
        Level(
            id=level.name,
            ordinal=level.ordinal,
            name=Label(en=level.name),
            short_name=level.name,
            elevation_m=level.ordinal * mapping.level_height_m,
            height_m=mapping.level_height_m,
            outline=outline,
            sources={"elevation_m": guessed, "height_m": guessed}
            | ({} if given else {"outline": Provenance.DERIVED}),
        )
    )
    meant = {unit.id: _on_level(lexicon.meaning(unit), unit, level, mapping) for unit in level.units}
    clean, changed = without_overlaps([(unit, meant[unit.id].kind) for unit in level.units])
    if changed:
        draft.notes.append(f"{level.name}: {changed} units overlapped others and gave up the common floor")
    spaces = []
    for unit, kind in clean:
        meaning = meant.get(unit.id) or meant[unit.id.rsplit("-", 1)[0]]
        space = _space(names(unit.id), unit, kind, meaning)
        spaces.append(space)
        _add_tenant(space, unit, meaning, draft)
    for count, part in enumerate(walkways(outline, [space.shape for space in spaces]), start=1):
        derived = {"shape": Provenance.DERIVED, "kind": Provenance.DERIVED}
        spaces.append(
            Space(
                id=names(f"{level.name}-walkway-{count}"),
                level_id=level.name,
                kind=SpaceKind.WALKWAY,
                shape=part,
                sources=derived,
            )
        )
    given_openings, given_exits = openings_from(level, spaces, mapping, draft.notes)
    fronts = fronts_of(spaces, joined=given_openings) if mapping.openings == "fronts" else []
    joined = {space_id for opening in (*given_openings, *fronts) for space_id in opening.spaces}
    # A bay has a lane: what was guessed to be one and has no way in is a closed area after all.
    spaces = [
        replace(space, kind=mapping.unnamed, public=mapping.unnamed not in SOLID)
        if space.kind is SpaceKind.PARKING and "kind" in space.sources and space.id not in joined
        else space
        for space in spaces
    ]
    draft.openings += [*given_openings, *fronts]
    draft.spaces += spaces
    draft.exits += given_exits
    _add_exits(level, spaces, outline, meant, draft)
    del number


def _on_level(meaning: Meaning, unit: Unit, level: RawLevel, mapping: Mapping) -> Meaning:
    """``meaning`` with what only the place tells: unnamed small units below ground are parking bays."""
    bays = mapping.parking_bays
    if (
        bays is None
        or unit.name
        or meaning.kind is not mapping.unnamed
        or meaning.provenance is Provenance.GIVEN
    ):
        return meaning
    below = level.ordinal < 0 or not bays.below_ground
    if below and bays.least_m2 <= unit.shape.area <= bays.most_m2:
        return replace(meaning, kind=SpaceKind.PARKING)
    return meaning


def _space(identity: str, unit: Unit, kind: SpaceKind, meaning: Meaning) -> Space:
    sources = {}
    if meaning.provenance is not Provenance.GIVEN:
        sources["kind"] = meaning.provenance
    if "split" in unit.notes:
        sources["shape"] = Provenance.GUESSED
    elif "repaired" in unit.notes:
        sources["shape"] = Provenance.DERIVED
    public = meaning.public if meaning.public is not None else kind not in SOLID | {SpaceKind.SERVICE}
    return Space(
        id=identity,
        level_id=unit.level,
        kind=kind,
        shape=unit.shape,
        name=Label(en=unit.name),
        public=public,
        category="/".join(unit.category),
        sources=sources,
    )


def _add_tenant(space: Space, unit: Unit, meaning: Meaning, draft: _Draft) -> None:
    if not meaning.let or meaning.vacant or space.kind not in LETTABLE:
        return
    draft.tenants.append(
        Tenant(
            id=f"tenant-{space.id}",
            space_id=space.id,
            name=Label(en=unit.name),
            category=meaning.trade,
            sources={"category": Provenance.GUESSED},
        )
    )


def _add_exits(
    level: RawLevel, spaces: list[Space], outline: Shape, meant: dict[str, Meaning], draft: _Draft
) -> None:
    before = len(draft.exits)
    for space in spaces:
        meaning = meant.get(space.id)
        if meaning is None or meaning.rule is None or meaning.rule.exit is None:
            continue
        kind = meaning.rule.exit
        way_out = exit_at(space, outline, kind, name=space.name)
        if way_out is None:
            draft.notes.append(
                f"{level.name}: {space.id} ({space.name.en}) lies too far inside to be a way out"
            )
        else:
            draft.exits.append(way_out)
    if level.ordinal != 0 or any(
        item.level_id == level.name and "line" not in item.sources for item in draft.exits
    ):
        return  # nothing is guessed where the source draws a way out
    draft.exits += stair_discharges(spaces, outline)
    if not any(exit_.kind is ExitKind.ENTRANCE for exit_ in draft.exits[before:]):
        guessed = free_edges(spaces, outline)
        draft.exits += guessed
        if guessed:
            draft.notes.append(
                f"{level.name}: no entrance is labelled: {len(guessed)} were guessed along the outline"
            )


def _connectors(draft: _Draft) -> list[Connector]:
    found: list[Connector] = []
    for space_kind, kind in KINDS.items():
        links = links_of(draft.levels, draft.spaces, space_kind)
        found += connectors_of(links, kind)
    if len(draft.levels) > 1 and not found:
        draft.notes.append("no stairs, lift or escalator is labelled: the levels are not joined")
    return found
