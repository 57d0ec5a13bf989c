"""The metro level B1: concourse behind the gates, supermarket, food street, and the edge of the car park."""

from __future__ import annotations

from shapely import union_all

from floorplans.demo_mall import figure as f
from floorplans.demo_mall import shell
from floorplans.demo_mall.figure import room
from floorplans.demo_mall.rows import Row, draw_row
from floorplans.demo_mall.sheet import Sheet
from twin.plan.model import ExitKind, OpeningKind, SpaceKind

MALL_S, MALL_N = 54.0, 66.0
"""The mall of the metro level runs between these lines, 12 m wide."""
MARKET_N = 110.6

FOOD, SHOP, STORAGE, ROOM = SpaceKind.FOOD, SpaceKind.SHOP, SpaceKind.STORAGE, SpaceKind.ROOM
SERVICE = SpaceKind.SERVICE

# The regions reach behind the fronts by more than the deepest recess.
REGIONS = {
    "concourse": ("Metro Concourse", "地铁站厅", room(0, 42, 37, 78)),
    "metro-court": ("Metro Court", "地铁庭", room(37, 44, 52, 72)),
    "mall-west": ("Lower Mall West", "负一层西街", room(52, 52, 84, 68)),
    "mall-centre": ("Lower Mall Centre", "负一层中街", room(84, 52, 111, 68)),
    "mall-east": ("Lower Mall East", "负一层东街", room(111, 52, f.CENTRE_E, 68)),
}

PASSAGES: tuple[tuple[str, tuple[float, float, float, float], str, str], ...] = (
    ("stair-1-passage", (22.4, 24, 25.2, 44), "Exit passage 1", "1号疏散走道"),
    ("stair-2-passage", (22.4, 76, 25.2, MARKET_N), "Exit passage 2", "2号疏散走道"),
    ("market-passage", (25.2, 92, 37, 96), "Supermarket exit passage", "超市疏散走道"),
    ("stair-3-passage", (66, 26.4, 68.8, MALL_S), "Exit passage 3", "3号疏散走道"),
    ("stair-5-passage", (111, f.SC_BACK, 113.8, MALL_S), "Exit passage 5", "5号疏散走道"),
)

ROWS = (
    Row("S1", 44, 32, 0, (12.4, 10.0), kind=SHOP),
    Row("S2", 44, 26.4, 25.2, (5.8, 6.0), kind=FOOD),
    Row("S3", 46, 40, 37, (7, 7), kind=FOOD),
    Row("S4", MALL_S, 40, 51, (5.0, 5.0, 5.0), kind=FOOD),
    Row("S5", MALL_S, 40, 78, (6,), kind=FOOD),
    Row("S6", 34, 23, 84, (5.4, 5.4, 5.4, 5.4, 5.4), kind=FOOD),
    Row("S7", MALL_S, 35.4, 113.8, (6.2, 6.0), kind=FOOD),
    Row("N1", 76, 88, 0, (12, 10.4), kind=SHOP),
    Row("N2", 76, 88, 25.2, (5.8, 6.0), kind=SHOP),
    Row("N3", 70, 80, 37, (7.5, 7.5), kind=SHOP),
    Row("N4", MALL_N, 80, 52, (7.2, 6.8), kind=SHOP),
    Row("N5", MALL_N, 71, 66, (7.4,), kind=FOOD),
)

BACK: tuple[tuple[str, SpaceKind, tuple[float, float, float, float], str, str], ...] = (
    ("service-south", SERVICE, (25.2, 24, 66, 26.4), "Service corridor", "后勤通道"),
    ("service-s4", SERVICE, (37, 37.6, 66, 40), "Service corridor", "后勤通道"),
    ("service-s5", SERVICE, (73.4, 37.6, 84, 40), "Service corridor", "后勤通道"),
    ("service-food", SERVICE, (84, f.SC_BACK, 111, 23), "Food street service", "美食街后勤通道"),
    (
        "service-market",
        SERVICE,
        (22.4, MARKET_N, f.CENTRE_E, f.YARD),
        "Market service corridor",
        "超市后勤通道",
    ),
    ("goods-in", SERVICE, (60, 93.6, 76, 100), "Market goods-in", "超市收货区"),
    ("shaft-4", SpaceKind.STRUCTURE, (68.8, 87, 73.4, 93.6), "Shaft", "管井"),
    ("shaft-6", SpaceKind.STRUCTURE, (94.8, 91, 99.4, 93.6), "Shaft", "管井"),
    ("duct-4", SpaceKind.STRUCTURE, (66, 71, 73.4, 88), "Duct", "风井"),
    ("store-s1", STORAGE, (0, 24, 22.4, 32), "Concourse stores", "站厅库房"),
    ("chillers", ROOM, (37, 26.4, 58, 37.6), "Chiller plant", "制冷机房"),
    ("pumps", ROOM, (58, 26.4, 66, 37.6), "Fire pumps and tank", "消防泵房"),
    ("riser-3", ROOM, (68.8, 26.4, 73.4, 32), "Riser", "管井间"),
    ("transformer", ROOM, (73.4, 26.4, 84, 37.6), "Transformers", "变配电室"),
    ("service-south-2", SERVICE, (66, 24, 84, 26.4), "Service corridor", "后勤通道"),
    ("store-food", STORAGE, (84, f.SC_FACADE, 113.8, f.SC_BACK), "Food street stores", "美食街库房"),
    ("water", ROOM, (118.4, f.SC_FACADE, f.CENTRE_E, 33), "Water tanks", "水箱间"),
    ("service-s7", SERVICE, (118.4, 33, f.CENTRE_E, 35.4), "Service corridor", "后勤通道"),
    ("riser-5", ROOM, (113.8, f.SC_FACADE, 118.4, 26), "Riser", "管井间"),
    ("store-nw", STORAGE, (0, 88, 22.4, 96), "Concourse stores", "站厅库房"),
    ("grease", ROOM, (0, 96, 22.4, f.YARD), "Ventilation plant", "通风机房"),
    ("cold", STORAGE, (25.2, 96, 37, MARKET_N), "Cold stores", "冷库"),
    ("market-store", STORAGE, (25.2, 88, 37, 92), "Market stores", "超市库房"),
)


def draw() -> Sheet:
    """The drawing of B1."""
    sheet = shell.start("B1")
    for name, area, en, zh in PASSAGES:
        sheet.place(name, SERVICE, room(*area), (en, zh), public=False, protected=True)
    sheet.place("lobby-west", SpaceKind.LOBBY, room(73.4, MALL_N, 78, 88), ("Lift lobby", "电梯厅"))
    _draw_toilets(sheet)
    for name, kind, area, en, zh in BACK:
        sheet.place(name, kind, room(*area), (en, zh), public=False)
    for row in ROWS:
        draw_row(sheet, row)
    sheet.place(
        "food-street", SpaceKind.SEATING, room(84, 32, 111, MALL_S), ("Food street seating", "美食街座位区")
    )
    for name, x, y in (("K1", 8, 52), ("K2", 8, 65), ("K3", 22, 58.5), ("K4", 104, 58.8)):
        label = f"B1-{name}"
        sheet.place(name, SpaceKind.KIOSK, room(x, y, x + 3, y + 2.4), (f"Kiosk {label}", f"{label}号摊位"))
    market = union_all([room(78, MALL_N, f.CENTRE_E, MARKET_N), room(37, 80, 78, MARKET_N)])
    sheet.place("market", SpaceKind.SUPERMARKET, market, ("Supermarket", "超市"))
    shell.draw_public(sheet, REGIONS)
    shell.open_walls(sheet)
    fire, market = OpeningKind.FIRE_DOOR, "B1-market"
    sheet.join(market, "B1-market-passage", fire, 1.8)
    sheet.join("B1-lobby-west", market, fire, 1.8)
    sheet.join("B1-wc-lobby", "B1-stair-3", fire, 1.8)
    sheet.join("B1-service-s5", "B1-stair-3", fire, 1.2)
    _open_exits(sheet)
    return sheet


def _draw_toilets(sheet: Sheet) -> None:
    sheet.place("wc-women", SpaceKind.RESTROOM, room(73.4, 40, 78, 47), ("Women", "女卫生间"))
    sheet.place("wc-men", SpaceKind.RESTROOM, room(73.4, 47, 78, MALL_S), ("Men", "男卫生间"))
    family = room(68.8, 41.4, 71.0, 45.4)
    sheet.place("wc-family", SpaceKind.RESTROOM, family, ("Family and changing room", "母婴室"))
    sheet.place("wc-lobby", SpaceKind.LOBBY, room(68.8, 41.4, 73.4, MALL_S), ("Toilet lobby", "卫生间前厅"))


def _open_exits(sheet: Sheet) -> None:
    """The metro gates at the west, three doors to the car park at the east."""
    gates = (
        ("metro-south", 52, "South metro gates", "地铁南闸口"),
        ("metro-north", 67, "North metro gates", "地铁北闸口"),
    )
    for name, y, en, zh in gates:
        sheet.way_out(name, ExitKind.METRO, "B1-concourse", (0, y), 9.0, (en, zh))
    for name, space, y, width, en, zh in (
        ("parking-mall", "mall-east", 60, 6.4, "Car park doors", "停车场主入口"),
        ("parking-market", "market", 84, 3.2, "Supermarket car park doors", "超市停车场入口"),
        ("parking-food", "S7-2", 45, 1.8, "Food street car park door", "美食街停车场入口"),
    ):
        sheet.way_out(name, ExitKind.PARKING, f"B1-{space}", (f.CENTRE_E, y), width, (en, zh))
    sheet.way_out(
        "market-service", ExitKind.SERVICE, "B1-service-market", (f.CENTRE_E, 112), 1.8,
        ("Market service door", "超市后勤门"), emergency_only=True,
    )  # fmt: skip
