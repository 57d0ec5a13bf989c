"""Devices that count people: lines at exits, escalators and bridges, and zones."""

from __future__ import annotations

from collections.abc import Iterator

from floorplans.demo_mall.fitting import fit, inside
from twin.plan.model import ConnectorKind, Device, DeviceKind, ExitKind, Plan

COUNTED = {ExitKind.ENTRANCE, ExitKind.METRO, ExitKind.PARKING}
BRIDGES = ("west-bridge", "east-bridge")
BESIDE_BRIDGE = (
    "north-gallery-west", "south-gallery-west", "north-gallery-east", "south-gallery-east",
)  # fmt: skip
WATCHED_PAIRS = (
    ("L4-food-court", "L4-atrium-south"),
    ("L4-foyer", "L4-east-court"),
    ("B1-food-street", "B1-mall-centre"),
)
ZONES = (
    ("B1-concourse", 900.0), ("B1-food-street", 500.0), ("L1-atrium", 500.0), ("L1-west-court", 300.0),
    ("L1-east-court", 300.0), ("L2-west-court", 300.0), ("L2-east-court", 300.0), ("L4-food-court", 500.0),
    ("L4-foyer", 500.0), ("L4-west-court", 300.0),
)  # fmt: skip
"""Spaces that a zone sensor watches, with the area it covers at most."""


def people_devices(plan: Plan) -> Iterator[Device]:
    """Counters and zone sensors."""
    yield from _exit_counters(plan)
    yield from _escalator_counters(plan)
    yield from _bridge_counters(plan)
    for space_id, _ in ZONES:
        space = plan.space[space_id]
        yield fit(
            plan, DeviceKind.ZONE_SENSOR, f"zone-{space_id}", space, space.shape.representative_point(),
            (f"Zone sensor {space.name.en}", f"{space.name.zh}区域人数"),
            watches=space_id, height_m=4.0, interval_s=30.0, range_m=20.0,
        )  # fmt: skip


def _exit_counters(plan: Plan) -> Iterator[Device]:
    for way in plan.exits:
        if way.kind not in COUNTED or way.emergency_only:
            continue
        space = plan.space[way.space_id]
        name, over = way.id.replace("-exit-", "-count-"), inside(way.line, space.shape)
        yield fit(
            plan, DeviceKind.COUNTER, name, space, over,
            (f"Counter {way.name.en}", f"{way.name.zh}客流"),
            watches=way.id, height_m=3.2, interval_s=60.0, model="xovis5",
        )  # fmt: skip
        if way.kind is ExitKind.PARKING:
            yield fit(
                plan, DeviceKind.PARKING_COUNTER, way.id.replace("-exit-", "-cars-"), space,
                inside(way.line, space.shape, 0.4),
                (f"Parking counter {way.name.en}", f"{way.name.zh}车位"),
                watches=way.id, interval_s=60.0,
            )  # fmt: skip


def _escalator_counters(plan: Plan) -> Iterator[Device]:
    for lane in plan.connectors:
        if lane.kind is not ConnectorKind.ESCALATOR:
            continue
        head = lane.stops[-1]
        space = plan.space[head.space_id]
        yield fit(
            plan, DeviceKind.COUNTER, f"count-{lane.id}", space, head.at,
            (f"Counter {lane.name.en}", f"{lane.name.zh}客流"),
            watches=lane.id, height_m=3.0, interval_s=60.0,
        )  # fmt: skip


def _bridge_counters(plan: Plan) -> Iterator[Device]:
    for way in plan.openings:
        level, names = way.level_id, {x.split("-", 1)[1] for x in way.spaces}
        bridge = names & set(BRIDGES)
        pair = tuple(sorted(way.spaces)) in {tuple(sorted(x)) for x in WATCHED_PAIRS}
        if not pair and not (bridge and names & set(BESIDE_BRIDGE)):
            continue
        space = plan.space[way.spaces[0]]
        other = plan.space[way.spaces[1]]
        yield fit(
            plan, DeviceKind.COUNTER, f"{level}-count-{'-'.join(sorted(names))}", space,
            inside(way.line, space.shape),
            (
                f"Counter {level} {space.name.en} – {other.name.en}",
                f"{level} {space.name.zh}—{other.name.zh}客流",
            ),
            watches=way.id, height_m=3.5, interval_s=60.0, model="milesight",
        )  # fmt: skip
