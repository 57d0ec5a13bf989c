"""Fire equipment: detection, call points, sprinkler zones, shutters, dampers, smoke exhaust and the panel."""

from __future__ import annotations

import math
from collections.abc import Iterator

from shapely import Point

from floorplans.demo_mall.figure import bend
from floorplans.demo_mall.fitting import fit, inside, spread
from twin.plan.model import SOLID, VERTICAL, Device, DeviceKind, Plan, SpaceKind

DETECTOR_M2 = 300.0
"""One addressable loop point stands for the detectors of at most this area."""
SMALL_M2 = 12.0
"""A room below this has its detector on the loop of its neighbour."""
HEARTBEAT_S = 300.0
THIRDS = (("west", "西区", 67.4), ("centre", "中区", 104.0), ("east", "东区", 138.0))
"""The building in three, by a place on the axis near which the valves and fans are."""
EXHAUST = (
    ("atrium", "L4-atrium-north", "Atrium smoke exhaust", "中庭排烟"),
    ("west-void", "L4-north-gallery-west", "West void smoke exhaust", "西侧挑空排烟"),
    ("east-void", "L4-north-gallery-east", "East void smoke exhaust", "东侧挑空排烟"),
    ("food-court", "L4-food-court", "Food court smoke exhaust", "美食广场排烟"),
    ("cinema", "L4-foyer", "Cinema smoke exhaust", "影院排烟"),
    ("metro", "B1-concourse", "Metro level smoke exhaust", "地铁层排烟"),
)
SHUTTERS = ("north-gallery-west", "atrium-north", "north-gallery-east")


def fire_devices(plan: Plan) -> Iterator[Device]:
    """All fire equipment."""
    yield from _detectors(plan)
    yield from _call_points(plan)
    yield from _zones(plan)
    control = plan.space["L1-fire-control"]
    yield fit(
        plan, DeviceKind.FIRE_PANEL, "fire-panel-1", control, control.shape.representative_point(),
        ("Fire alarm panel", "火灾报警控制器"), interval_s=60.0, height_m=1.4,
    )  # fmt: skip


def _detectors(plan: Plan) -> Iterator[Device]:
    for space in plan.spaces:
        if space.kind in SOLID | VERTICAL or space.shape.area < SMALL_M2 or space.kind is SpaceKind.RESTROOM:
            continue
        count = math.ceil(space.shape.area / DETECTOR_M2)
        for index, at in enumerate(spread(space.shape, count), start=1):
            yield fit(
                plan, DeviceKind.SMOKE_DETECTOR, f"smoke-{space.id}-{index}", space, at,
                (f"Smoke detector {space.name.en} {index}", f"{space.name.zh}{index}号烟感"),
                height_m=3.0, interval_s=HEARTBEAT_S,
            )  # fmt: skip


def _call_points(plan: Plan) -> Iterator[Device]:
    doors = [(x.id, x.line, plan.space[x.space_id]) for x in plan.exits]
    for opening in plan.openings:
        a, b = (plan.space[x] for x in opening.spaces)
        for room, beyond in ((a, b), (b, a)):
            if beyond.protected and not room.protected and room.public:
                doors.append((opening.id, opening.line, room))
    for name, line, space in doors:
        yield fit(
            plan, DeviceKind.CALL_POINT, f"call-{name}", space, inside(line, space.shape, 0.4),
            (f"Call point {space.level_id} {space.name.en}", f"{space.level_id} {space.name.zh}手报"),
            height_m=1.4, interval_s=HEARTBEAT_S,
        )  # fmt: skip


def _zones(plan: Plan) -> Iterator[Device]:
    for level in plan.levels:
        for third, zh, x in THIRDS:
            if level.id == "B1" and third == "east":
                continue
            at = bend(Point(x, 67.0 if level.id != "B1" else 55.0))
            space = next(s for s in plan.spaces if s.level_id == level.id and s.shape.covers(at))
            yield fit(
                plan, DeviceKind.SPRINKLER_ZONE, f"sprinkler-{level.id}-{third}", space, at,
                (f"Sprinkler zone {level.id} {third}", f"{level.id} {zh}喷淋分区"),
                interval_s=HEARTBEAT_S, height_m=3.0,
            )  # fmt: skip
            yield fit(
                plan, DeviceKind.FIRE_DAMPER, f"damper-{level.id}-{third}", space, at,
                (f"Fire damper {level.id} {third}", f"{level.id} {zh}防火阀"),
                interval_s=HEARTBEAT_S, height_m=3.4,
            )  # fmt: skip
    for level_id in ("L2", "L3", "L4"):
        for part in SHUTTERS:
            space = plan.space[f"{level_id}-{part}"]
            middle = space.shape.representative_point()
            yield fit(
                plan, DeviceKind.FIRE_SHUTTER, f"shutter-{space.id}", space, middle,
                (f"Fire shutter {space.name.en}", f"{space.name.zh}防火卷帘"),
                interval_s=HEARTBEAT_S, height_m=3.6,
            )  # fmt: skip
    for name, space_id, en, zh in EXHAUST:
        space = plan.space[space_id]
        yield fit(
            plan, DeviceKind.SMOKE_EXHAUST, f"exhaust-{name}", space, space.shape.representative_point(),
            (en, zh), interval_s=HEARTBEAT_S, height_m=4.5,
        )  # fmt: skip
