"""Meters, plant, lockers and chargers."""

from __future__ import annotations

from collections.abc import Iterator

from floorplans.demo_mall.fitting import fit, spread
from twin.plan.model import Device, DeviceKind, Plan, SpaceKind

METERED_M2 = 100.0
"""Public floor from this size on has a meter of its own."""
METER_S = 900.0
"""Meters send every quarter of an hour."""
WET = frozenset({"cafe", "fast_food", "restaurant", "food_court", "supermarket", "gym", "children", "health"})
"""Categories with a water meter of their own."""
AIR_HANDLERS = ("plant-1", "plant-7")
BOXES = (
    ("L1-lobby-south-west", DeviceKind.LOCKER, "Lockers West Arcade", "西拱廊寄存柜"),
    ("L2-lockers-south", DeviceKind.LOCKER, "Lockers L2 south", "二层南寄存柜"),
    ("L3-lockers-north", DeviceKind.LOCKER, "Lockers L3 north", "三层北寄存柜"),
    ("B1-concourse", DeviceKind.LOCKER, "Lockers Metro Concourse", "地铁站厅寄存柜"),
    ("L1-west-court", DeviceKind.CHARGER, "Power banks West Court", "西庭充电宝"),
    ("L1-east-court", DeviceKind.CHARGER, "Power banks East Court", "东庭充电宝"),
    ("L2-atrium-north", DeviceKind.CHARGER, "Power banks L2", "二层充电宝"),
    ("L3-atrium-north", DeviceKind.CHARGER, "Power banks L3", "三层充电宝"),
    ("L4-food-court", DeviceKind.CHARGER, "Power banks Food Court", "美食广场充电宝"),
    ("B1-mall-east", DeviceKind.CHARGER, "Car chargers", "停车场充电桩"),
)


def technical_devices(plan: Plan) -> Iterator[Device]:
    """Meters by tenant and by area, chillers, air handlers, lockers and chargers."""
    yield from _tenant_meters(plan)
    yield from _area_meters(plan)
    chillers = plan.space["B1-chillers"]
    for index, at in enumerate(spread(chillers.shape, 3), start=1):
        yield fit(
            plan, DeviceKind.CHILLER, f"chiller-{index}", chillers, at,
            (f"Chiller {index}", f"{index}号冷水机组"), interval_s=60.0, height_m=1.5,
        )  # fmt: skip
    plant = [x for x in plan.spaces if x.id.split("-", 1)[1] in AIR_HANDLERS]
    plant += [plan.space[x] for x in ("B1-grease", "B1-transformer", "L1-goods-in", "L1-office-n1")]
    for index, room in enumerate(plant, start=1):
        yield fit(
            plan, DeviceKind.AIR_HANDLER, f"ahu-{index}", room, room.shape.representative_point(),
            (f"Air handler {index}, {room.level_id}", f"{room.level_id} {index}号空调机组"),
            interval_s=60.0, height_m=2.0,
        )  # fmt: skip
    for space_id, kind, en, zh in BOXES:
        space = plan.space[space_id]
        at = next(spread(space.shape, 1))
        yield fit(plan, kind, f"{kind}-{space_id}", space, at, (en, zh), interval_s=300.0, height_m=1.2)


def _tenant_meters(plan: Plan) -> Iterator[Device]:
    for tenant in plan.tenants:
        space = plan.space[tenant.space_id]
        at = space.shape.representative_point()
        yield fit(
            plan, DeviceKind.ELECTRICITY_METER, f"kwh-{space.id}", space, at,
            (f"Electricity {tenant.name.en}", f"{tenant.name.zh}电表"), watches=tenant.id, interval_s=METER_S,
        )  # fmt: skip
        if tenant.category in WET:
            yield fit(
                plan, DeviceKind.WATER_METER, f"water-{space.id}", space, at,
                (f"Water {tenant.name.en}", f"{tenant.name.zh}水表"), watches=tenant.id, interval_s=METER_S,
            )  # fmt: skip


def _area_meters(plan: Plan) -> Iterator[Device]:
    for space in plan.spaces:
        middle = space.shape.representative_point()
        floor = space.kind in {SpaceKind.WALKWAY, SpaceKind.SEATING} and space.shape.area > METERED_M2
        if floor or space.id in {"L4-foyer", "B1-chillers"}:
            yield fit(
                plan, DeviceKind.ELECTRICITY_METER, f"kwh-{space.id}", space, middle,
                (f"Electricity {space.level_id} {space.name.en}", f"{space.level_id} {space.name.zh}电表"),
                watches=space.id, interval_s=METER_S,
            )  # fmt: skip
        if space.kind is SpaceKind.RESTROOM and "women" in space.id:
            yield fit(
                plan, DeviceKind.WATER_METER, f"water-{space.id}", space, middle,
                (f"Water toilets {space.id}", f"{space.level_id} 卫生间水表"),
                watches=space.id, interval_s=METER_S,
            )  # fmt: skip
