"""The street level L1: halls to the main entrances, arcades, atrium floor, delivery, fire control room."""

from __future__ import annotations

from shapely import union_all

from floorplans.demo_mall import figure as f
from floorplans.demo_mall import shell, upper
from floorplans.demo_mall.figure import room
from floorplans.demo_mall.rows import Row, draw_row
from floorplans.demo_mall.sheet import Sheet
from twin.plan.model import ExitKind, OpeningKind, SpaceKind

STORAGE, ROOM, OFFICE = SpaceKind.STORAGE, SpaceKind.ROOM, SpaceKind.OFFICE

HALLS = {
    "south-hall": ("South Hall", "南大厅", room(99, f.PAVILION, 111, f.SC_FRONT)),
    "west-hall": ("West Hall", "西南大厅", room(37, f.S_FACADE, 47, 48.5)),
    "east-hall": ("East Hall", "东南大厅", room(165, f.S_FACADE, 175, 48.5)),
    "north-hall": ("North Hall", "北大厅", room(99.4, f.NC_FRONT, 110, f.N_FACADE)),
    "northwest-hall": ("Northwest Hall", "西北门厅", room(37, 72, 43.5, f.N_FACADE)),
    "northeast-hall": ("Northeast Hall", "东北门厅", room(168.5, 72, 175, f.N_FACADE)),
    "arcade-west": ("West Arcade", "西拱廊", room(73.4, f.S_FACADE, 78, f.S_FRONT)),
    "arcade-east": ("East Arcade", "东拱廊", room(132, f.S_FACADE, 136.6, f.S_FRONT)),
    "atrium": ("Central Atrium", "中庭", f.ATRIUM),
}
"""What the street level has beside the parts of the upper levels."""

HALL_KIOSK = room(41, 33, 43, 36)
"""Two metres wide, so that 4 m stay free on both sides."""

RENAMED = {
    "south-gallery-west": ("South Promenade West", "南街西段"),
    "north-gallery-west": ("North Promenade West", "北街西段"),
    "west-bridge": ("West Square", "西广场"),
    "atrium-south": ("Atrium South", "中庭南侧"),
    "atrium-north": ("Atrium North", "中庭北侧"),
    "east-bridge": ("East Square", "东广场"),
    "south-gallery-east": ("South Promenade East", "南街东段"),
    "north-gallery-east": ("North Promenade East", "北街东段"),
}

ROWS = (
    Row("S2", f.S_FRONT, f.S_BACK, 47, (6.4, 6.2, 6.4)),
    Row("S3", f.S_FRONT, f.S_BACK, 78, (6,), corner="E"),
    Row("S4", f.SC_FRONT, f.SC_FACADE, 84, (15,), first=1),
    Row("S5", f.SC_FRONT, f.SC_FACADE, 118.4, (7.6,)),
    Row("S6", f.S_FRONT, f.S_BACK, 126, (6,), corner="W"),
    Row("S7", f.S_FRONT, f.S_BACK, 144, (7.0, 6.6, 7.4), first=3),
    Row("N2", f.N_FRONT, f.N_BACK, 43.5, (9.5, 6.6, 6.4), first=4),
    Row("N3", f.N_FRONT, f.N_BACK, 78, (6,), corner="E"),
    Row("N4", f.NC_FRONT, f.NC_BACK, 84, (8,)),
    Row("N5", f.NC_FRONT, f.NC_BACK, 110, (8.4, 7.6), first=1),
    Row("N6", f.N_FRONT, f.N_BACK, 126, (6,), corner="W"),
    Row("N7", f.N_FRONT, f.N_BACK, 144, (6.4, 7.6, 10.5), first=2),
)

DELIVERY = (
    ("waste-west", STORAGE, (43.5, 96, 56, 104), "Waste room", "垃圾房"),
    ("goods-in", ROOM, (56, 96, 66, 104), "Goods receiving", "收货区"),
    ("store-n1", STORAGE, (68.8, 96, 73.4, 104), "Store", "仓库"),
    ("store-n2", STORAGE, (94.8, 96, 99.4, 104), "Parcel room", "快递间"),
    ("office-n1", OFFICE, (110, 96, 126, 104), "Logistics office", "物流办公室"),
    ("electric-n", ROOM, (126, 96, 141.2, 104), "Transformer room", "变配电室"),
    ("generator", ROOM, (144, 96, 156, 104), "Standby generator", "柴油发电机房"),
    ("waste-east", STORAGE, (156, 96, 168.5, 104), "Waste room", "垃圾房"),
)


def draw() -> Sheet:
    """The drawing of L1."""
    sheet = shell.start("L1")
    for name, (en, zh, region) in HALLS.items():
        sheet.rest(name, SpaceKind.WALKWAY, region.difference(HALL_KIOSK), (en, zh))
    upper.draw_kiosks(sheet, (("K2", 153, 60.5), ("K3", 168, 54.5), ("K4", 168, 63.5)))
    sheet.place("K1", SpaceKind.KIOSK, HALL_KIOSK, ("Kiosk L1-K1", "L1-K1号摊位"))
    sheet.place(
        "dock", SpaceKind.SERVICE, room(73.4, 96, 92, 104), ("Loading dock", "卸货平台"), public=False
    )
    sheet.place(
        "yard", SpaceKind.SERVICE, room(70, 104, 91, f.YARD), ("Delivery yard", "货车场"), public=False
    )
    corridors = [
        room(8, f.S_FACADE, f.CENTRE_W, f.S_BACK),
        room(f.CENTRE_E, f.S_FACADE, 200, f.S_BACK),
        upper.NORTH_CORRIDOR,
    ]
    shell.draw_corridors(sheet, union_all(corridors))
    for name, kind, area, en, zh in (*_strips(), *DELIVERY):
        sheet.place(name, kind, room(*area), (en, zh), public=False)
    _draw_street_rooms(sheet)
    upper.draw_lift_lobbies(sheet, toilets=True)
    for row in ROWS:
        draw_row(sheet, row)
    sheet.place("anchor-west", SpaceKind.ANCHOR, room(0, 32, f.W_ANCHOR, 88), ("West anchor", "西主力店"))
    sheet.place("anchor-east", SpaceKind.ANCHOR, room(175, 32, 210, 88), ("East anchor", "东主力店"))
    parts = {k: (*RENAMED.get(k, (en, zh)), shape) for k, (en, zh, shape) in shell.REGIONS.items()}
    shell.draw_public(sheet, parts)
    shell.open_walls(sheet)
    sheet.join("L1-fire-control", "L1-south-hall", OpeningKind.DOOR, 1.0)
    _open_exits(sheet)
    return sheet


def _strips() -> list[tuple[str, SpaceKind, tuple[float, float, float, float], str, str]]:
    """The anchors' stores, shafts and risers are those of the upper levels."""
    return [x for x in upper.BACK_OF_HOUSE if not x[0].startswith("plant") and x[0] != "riser-5"]


def _draw_street_rooms(sheet: Sheet) -> None:
    """The fire control room at the street, riser 5, and small toilets beside stairs 3 and 7."""
    sheet.place(
        "fire-control", OFFICE, room(89, f.PAVILION, 99, f.SC_FACADE),
        ("Security and fire control room", "消防安防控制室"), public=False,
    )  # fmt: skip
    sheet.place("riser-5", ROOM, room(113.8, f.SC_FACADE, 118.4, 26), ("Riser", "管井间"), public=False)
    for side, family, lobby in (
        ("west", (68.8, 41.4, 71.0, 45.4), (68.8, 41.4, 73.4, f.S_FRONT)),
        ("east", (139.0, 41.4, 141.2, 45.4), (136.6, 41.4, 141.2, f.S_FRONT)),
    ):
        sheet.place(
            f"wc-family-{side}", SpaceKind.RESTROOM, room(*family), ("Family and changing room", "母婴室")
        )
        sheet.place(f"lobby-south-{side}", SpaceKind.LOBBY, room(*lobby), ("Customer lounge", "顾客休息区"))


SHORT_PIECE_M2 = 10.0
"""A piece of corridor below this needs no exit of its own."""
MAIN, SECOND = ExitKind.ENTRANCE, ExitKind.ENTRANCE
WAYS_OUT = (
    ("south-main", MAIN, "south-hall", (105, 8), 9.6, "South main entrance", "南主入口"),
    ("west-main", MAIN, "west-hall", (42, 24), 6.4, "Metro plaza entrance", "地铁广场入口"),
    ("east-main", MAIN, "east-hall", (170, 24), 6.4, "East street entrance", "东街入口"),
    ("north-main", MAIN, "north-hall", (104.7, 104), 8.0, "North main entrance", "北主入口"),
    ("northwest", SECOND, "northwest-hall", (40, 104), 3.2, "Northwest entrance", "西北入口"),
    ("northeast", SECOND, "northeast-hall", (172, 104), 3.2, "Northeast entrance", "东北入口"),
    ("arcade-west", SECOND, "arcade-west", (75.7, 24), 3.2, "West arcade entrance", "西拱廊入口"),
    ("arcade-east", SECOND, "arcade-east", (134.3, 24), 3.2, "East arcade entrance", "东拱廊入口"),
    ("flagship-west", SECOND, "S4", (86, 16), 3.2, "Flagship street door west", "西旗舰店临街门"),
    ("flagship-east", SECOND, "S5", (122, 16), 3.2, "Flagship street door east", "东旗舰店临街门"),
    ("anchor-west-1", SECOND, "anchor-west", (0, 56), 3.6, "West anchor plaza door", "西主力店广场门"),
    ("anchor-west-2", SECOND, "anchor-west", (0, 80), 3.6, "West anchor north door", "西主力店北门"),
    ("anchor-east-1", SECOND, "anchor-east", (210, 56), 3.6, "East anchor plaza door", "东主力店广场门"),
    ("anchor-east-2", SECOND, "anchor-east", (210, 80), 3.6, "East anchor north door", "东主力店北门"),
    ("control", ExitKind.SERVICE, "fire-control", (94, 8), 1.0, "Fire control room door", "消防控制室外门"),
    ("yard", ExitKind.SERVICE, "yard", (80, 113), 8.0, "Delivery yard gate", "货场大门"),
)


def _open_exits(sheet: Sheet) -> None:
    for name, kind, space, at, width, en, zh in WAYS_OUT:
        sheet.way_out(name, kind, f"L1-{space}", at, width, (en, zh), emergency_only=kind is ExitKind.SERVICE)
    for space_id in [x for x in sheet.spaces if x.startswith("L1-service")]:
        south = sheet.spaces[space_id].shape
        x, y = (south.bounds[0] + south.bounds[2]) / 2, south.bounds[1]
        if y < f.S_BACK and south.area > SHORT_PIECE_M2:
            name = f"corridor-{round(x)}"
            sheet.way_out(
                name, ExitKind.EMERGENCY, space_id, (x, f.S_FACADE), 1.2,
                ("Service corridor exit", "后勤通道出口"), emergency_only=True,
            )  # fmt: skip
