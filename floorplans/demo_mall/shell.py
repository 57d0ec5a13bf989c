"""Drawing what every storey has: voids, wells, lifts, stairs, passages, corridors and the public floor."""

from __future__ import annotations

import shapely

from floorplans.demo_mall import figure as f
from floorplans.demo_mall.cores import CORES, DOOR, FIRE, OPEN, SHAFTS, WELLS
from floorplans.demo_mall.figure import room
from floorplans.demo_mall.sheet import Sheet
from twin.plan.model import LETTABLE, ExitKind, OpeningKind, Shape, SpaceKind

WALKWAY, SERVICE = SpaceKind.WALKWAY, SpaceKind.SERVICE

OPEN_FLOOR = {WALKWAY, SpaceKind.LOBBY, SpaceKind.SEATING}
"""Kinds that are open to each other where they meet."""

FRONT_M, BACK_M = 2.0, 1.5
"""The shortest wall for a front to the mall, and for a back door."""
CORNER_M2 = 130.0
"""From this size on a unit at a corner opens to both sides."""

REGIONS: dict[str, tuple[str, str, Shape]] = {
    "west-court": ("West Court", "西庭", room(37, 40, 51, 80)),
    "south-gallery-west": ("South Gallery West", "南廊西段", room(51, 40, 82, f.AXIS)),
    "north-gallery-west": ("North Gallery West", "北廊西段", room(51, f.AXIS, 82, 80)),
    "west-bridge": ("West Bridge", "西桥", room(82, 40, 91, 80)),
    "atrium-south": ("Atrium South Gallery", "中庭南廊", room(91, 36, 119, f.AXIS)),
    "atrium-north": ("Atrium North Gallery", "中庭北廊", room(91, f.AXIS, 119, 82)),
    "east-bridge": ("East Bridge", "东桥", room(119, 40, 129, 80)),
    "south-gallery-east": ("South Gallery East", "南廊东段", room(129, 40, 159, f.AXIS)),
    "north-gallery-east": ("North Gallery East", "北廊东段", room(129, f.AXIS, 159, 80)),
    "east-court": ("East Court", "东庭", room(159, 40, 175, 80)),
}
"""The public floor cut into named parts, so that counters and the leasing team can speak of them."""


def start(level_id: str) -> Sheet:
    """A sheet with what stands at the same place on every level."""
    sheet = Sheet(level_id, f.outline(level_id))
    draw_wells(sheet)
    draw_lifts(sheet)
    draw_voids(sheet)
    draw_cores(sheet)
    return sheet


def draw_wells(sheet: Sheet) -> None:
    """Escalators: a landing part at the foot and at the head of each flight, and the well between."""
    for well in WELLS:
        if sheet.level_id not in well.levels:
            continue
        at = well.levels.index(sheet.level_id)
        if at + 1 < len(well.levels):
            sheet.place(f"{well.name}-foot", SpaceKind.ESCALATOR, well.end("foot"), (well.en, well.zh))
        if at > 0:
            sheet.place(f"{well.name}-head", SpaceKind.ESCALATOR, well.end("head"), (well.en, well.zh))
        # Below the lowest flight there is no head room; above it one looks down the well.
        kind = SpaceKind.VOID if at > 0 else SpaceKind.STRUCTURE
        label = ("Escalator well", "扶梯口") if at > 0 else ("Under the escalator", "扶梯下方")
        sheet.place(f"{well.name}-well", kind, room(*well.area), label)


def draw_lifts(sheet: Sheet) -> None:
    """Lift shafts."""
    for shaft in SHAFTS:
        if sheet.level_id in shaft.levels:
            sheet.place(
                shaft.name, SpaceKind.LIFT, room(*shaft.area), (shaft.en, shaft.zh), public=shaft.public
            )


def draw_voids(sheet: Sheet) -> None:
    """The voids, less the balconies on which the escalators land."""
    west = f.W_VOID_SHAPE.difference(room(55.5, 61.1, 74.5, 64.5))
    atrium = f.ATRIUM.difference(room(95.5, 48, 114.5, 51.4))
    east = f.E_VOID_SHAPE.difference(room(133.5, 55.5, 152.5, 58.9))
    if sheet.level_id != "B1":
        sheet.place("void-west", SpaceKind.VOID, west, ("West void", "西侧挑空"))
    if sheet.level_id in {"L2", "L3", "L4"}:
        sheet.place("void-atrium", SpaceKind.VOID, atrium, ("Atrium", "中庭上空"))
        sheet.place("void-east", SpaceKind.VOID, east, ("East void", "东侧挑空"))


def draw_cores(sheet: Sheet) -> None:
    """Exit stairs and the protected passages that lead to them."""
    for core in CORES:
        if sheet.level_id not in core.levels:
            continue
        sheet.place(
            core.name, SpaceKind.STAIRS, room(*core.stair), (core.en, core.zh), public=False, protected=True
        )
        area = core.street if sheet.level_id == "L1" else core.passage
        if sheet.level_id == "B1" or area is None:
            continue
        sheet.place(
            f"{core.name}-passage",
            SERVICE,
            room(*area),
            (f"Exit passage {core.name[6:]}", f"{core.name[6:]}号疏散走道"),
            public=False,
            protected=True,
        )


def draw_corridors(sheet: Sheet, region: Shape) -> list[str]:
    """The service corridors: ``region`` less the passages that cross it, each piece a space."""
    return sheet.rest("service", SERVICE, region, ("Service corridor", "后勤通道"), public=False)


def draw_public(sheet: Sheet, regions: dict[str, tuple[str, str, Shape]]) -> None:
    """The public floor: what is left of each region."""
    for name, (en, zh, region) in regions.items():
        sheet.rest(name, WALKWAY, region, (en, zh))


def open_walls(sheet: Sheet) -> None:
    """Open what every storey opens: wells, lifts, stairs, walkway parts, corridors, shop fronts and backs."""
    sheet.trim()
    _open_vertical(sheet)
    _open_cores(sheet)
    _open_floor(sheet)
    _open_units(sheet)


def _neighbour(sheet: Sheet, space_id: str, at: tuple[float, float], kinds: set[SpaceKind]) -> str:
    """The neighbour of one of ``kinds`` whose shared wall is nearest to ``at``."""
    point = shapely.Point(at)
    options = {
        other: min(run.distance(point) for run in runs)
        for other, runs in sheet.near(space_id).items()
        if sheet.spaces[other].kind in kinds
    }
    return min(options, key=lambda other: (round(options[other], 3), other))


def _open_vertical(sheet: Sheet) -> None:
    floor = {WALKWAY, SpaceKind.LOBBY, SpaceKind.SEATING, SERVICE, SpaceKind.ROOM}
    for well in WELLS:
        for which in ("foot", "head"):
            space_id = f"{sheet.level_id}-{well.name}-{which}"
            if space_id in sheet.spaces:
                at = well.step_off(which)
                sheet.join(space_id, _neighbour(sheet, space_id, at, floor), OPEN, 2.6, at)
    for shaft in SHAFTS:
        space_id = f"{sheet.level_id}-{shaft.name}"
        if space_id in sheet.spaces:
            width = 1.1 if shaft.public else 1.6
            sheet.join(space_id, _neighbour(sheet, space_id, shaft.door, floor), DOOR, width, shaft.door)


def _open_cores(sheet: Sheet) -> None:
    """Fire doors from everything that leads to a stair; the passage of L1 leads to the street."""
    for core in CORES:
        stair, passage = f"{sheet.level_id}-{core.name}", f"{sheet.level_id}-{core.name}-passage"
        if stair not in sheet.spaces:
            continue
        if passage in sheet.spaces:
            sheet.join(passage, stair, FIRE, core.width_m)
            _open_passage(sheet, passage, stair)
        if passage not in sheet.spaces or core.passage is None:
            _open_stair(sheet, stair, core.width_m)
        if sheet.level_id == "L1":
            label = (f"{core.en} discharge", f"{core.zh}出口")
            kind = ExitKind.STAIR_DISCHARGE
            sheet.way_out(core.name, kind, passage, core.discharge, 2.4, label, emergency_only=True)


def _open_passage(sheet: Sheet, passage: str, stair: str) -> None:
    """Fire doors from the public floor and from the corridors to a passage."""
    for other in sheet.near(passage):
        kind = sheet.spaces[other].kind
        if kind in OPEN_FLOOR:
            sheet.join(other, passage, FIRE, 2.0)
        elif kind is SERVICE and other != stair:
            sheet.join(other, passage, FIRE, 1.2)


def _open_stair(sheet: Sheet, stair: str, width_m: float) -> None:
    """Fire doors straight to a stair: from units, and from corridors where no passage leads there."""
    joined = {x for opening in sheet.openings if stair in opening.spaces for x in opening.spaces}
    leads = LETTABLE if joined else {*OPEN_FLOOR, SERVICE, *LETTABLE}
    for other in sheet.near(stair):
        if other not in joined and sheet.spaces[other].kind in leads:
            sheet.join(other, stair, FIRE, width_m if sheet.spaces[other].public else 1.2)


def _open_floor(sheet: Sheet) -> None:
    """Walkway parts are open to each other, and so are the pieces of a corridor."""
    done: set[frozenset[str]] = set()
    for a, space in sheet.spaces.items():
        for b, runs in sheet.near(a).items():
            pair = frozenset((a, b))
            if pair in done:
                continue
            done.add(pair)
            kinds = {space.kind, sheet.spaces[b].kind}
            if kinds <= OPEN_FLOOR:
                for run in runs:
                    if run.length >= 1.0:
                        middle = run.interpolate(0.5, normalized=True)
                        sheet.join(a, b, OPEN, None, (middle.x, middle.y))
            elif kinds == {SERVICE, WALKWAY} and not (space.protected or sheet.spaces[b].protected):
                sheet.join(a, b, DOOR, min(runs[0].length, 1.2))
            elif kinds == {SERVICE} and not (space.protected or sheet.spaces[b].protected):
                sheet.join(a, b, OPEN if runs[0].length > FRONT_M else DOOR, min(runs[0].length, 2.4))


def _open_units(sheet: Sheet) -> None:
    """A front to the mall for each unit, a back door to the corridor, and a door for each other room."""
    for unit, space in list(sheet.spaces.items()):
        if space.kind in LETTABLE:
            _open_unit(sheet, unit)
        elif space.kind in {SpaceKind.STORAGE, SpaceKind.ROOM, SpaceKind.OFFICE, SpaceKind.RESTROOM}:
            _open_room(sheet, unit)


def _open_unit(sheet: Sheet, unit: str) -> None:
    space = sheet.spaces[unit]
    near = sheet.near(unit)
    fronts = sorted(
        (sheet.spaces[other].kind is SpaceKind.LOBBY, -runs[0].length, other)
        for other, runs in near.items()
        if sheet.spaces[other].kind in OPEN_FLOOR and runs[0].length > FRONT_M
    )
    for _, length, other in fronts[: 2 if space.shape.area > CORNER_M2 else 1]:
        kind, width = front_of(space.kind, -length, space.shape.area)
        sheet.join(other, unit, kind, width)
    for other, runs in near.items():
        if (
            sheet.spaces[other].kind is SERVICE
            and not sheet.spaces[other].protected
            and runs[0].length > BACK_M
        ):
            wide = space.kind in {SpaceKind.ANCHOR, SpaceKind.SUPERMARKET, SpaceKind.LEISURE}
            sheet.join(unit, other, FIRE, 1.8 if wide else 1.2)


def front_of(kind: SpaceKind, length: float, area: float) -> tuple[OpeningKind, float]:
    """How a unit opens to the mall, by its kind and the length of its front."""
    if kind is SpaceKind.KIOSK:
        return OPEN, min(length, 2.4)
    if kind in {SpaceKind.ANCHOR, SpaceKind.SUPERMARKET}:
        return OPEN, min(length - 1.0, 12.0)
    if kind in {SpaceKind.FOOD, SpaceKind.LEISURE}:
        return DOOR, min(length - 0.6, 1.8 if area < CORNER_M2 else 3.2)
    return OPEN, round(min(max(length * 0.45, 2.4), length - 0.6), 1)


def _open_room(sheet: Sheet, name: str) -> None:
    space = sheet.spaces[name]
    wanted = (
        {WALKWAY, SpaceKind.LOBBY, SpaceKind.SEATING}
        if space.kind is SpaceKind.RESTROOM
        else {SERVICE, SpaceKind.LOBBY}
    )
    options = [
        (sheet.spaces[other].protected, -runs[0].length, other)
        for other, runs in sheet.near(name).items()
        if sheet.spaces[other].kind in wanted
    ]
    if options:
        sheet.join(name, min(options)[2], DOOR, 1.2)
