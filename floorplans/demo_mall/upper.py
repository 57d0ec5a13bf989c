"""The shop levels L2 and L3."""

from __future__ import annotations

from shapely import union_all

from floorplans.demo_mall import figure as f
from floorplans.demo_mall import shell
from floorplans.demo_mall.figure import room
from floorplans.demo_mall.rows import Row, draw_row, draw_unit
from floorplans.demo_mall.sheet import Sheet
from twin.plan.model import SpaceKind

SHOP, ANCHOR = SpaceKind.SHOP, SpaceKind.ANCHOR
STORAGE, ROOM, OFFICE = SpaceKind.STORAGE, SpaceKind.ROOM, SpaceKind.OFFICE

SOUTH_CORRIDOR = union_all(
    [
        room(8, f.S_FACADE, f.CENTRE_W, f.S_BACK),
        room(f.CENTRE_W, f.SC_FACADE, 86.4, f.S_BACK),
        room(f.CENTRE_W, f.SC_FACADE, f.CENTRE_E, f.SC_BACK),
        room(123.6, f.SC_FACADE, f.CENTRE_E, f.S_BACK),
        room(f.CENTRE_E, f.S_FACADE, 200, f.S_BACK),
    ]
)
NORTH_CORRIDOR = room(8, f.N_BACK, 202, f.N_PLANT)

ROWS = {
    "L2": (
        Row("S1", 47, f.S_BACK, 37, (10,)),
        Row("S2", f.S_FRONT, f.S_BACK, 47, (6.6, 5.6, 6.8)),
        Row("S3", f.S_FRONT, f.S_BACK, 78, (6,), corner="E"),
        Row("S4", f.SC_FRONT, f.SC_BACK, 84, (8.4, 6.4, 6.2, 6.0), first=1),
        Row("S5", f.SC_FRONT, f.SC_BACK, 118.4, (7.6,)),
        Row("S6", f.S_FRONT, f.S_BACK, 126, (6,), corner="W"),
        Row("S7", f.S_FRONT, f.S_BACK, 144, (7.2, 6.4, 7.4), first=3),
        Row("S8", 46.5, f.S_BACK, 165, (10,)),
        Row("N1", 73.5, f.N_BACK, 37, (10,)),
        Row("N2", f.N_FRONT, f.N_BACK, 47, (6.0, 7.4, 5.6), first=2),
        Row("N3", f.N_FRONT, f.N_BACK, 78, (6,), corner="E"),
        Row("N4", f.NC_FRONT, f.NC_BACK, 84, (8,)),
        Row("N5", f.NC_FRONT, f.NC_BACK, 99.4, (6.6, 6.4, 6.8, 6.8), first=4),
        Row("N6", f.N_FRONT, f.N_BACK, 126, (6,), corner="W"),
        Row("N7", f.N_FRONT, f.N_BACK, 144, (6.8, 7.6, 6.6), first=1),
        Row("N8", 74, f.N_BACK, 165, (10,)),
    ),
    "L3": (
        Row("S1", 46.5, f.S_BACK, 37, (10,)),
        Row("S2", f.S_FRONT, f.S_BACK, 47, (6.2, 6.8, 6.0), first=4),
        Row("S3", f.S_FRONT, f.S_BACK, 78, (6,), corner="E"),
        Row("S4", f.SC_FRONT, f.SC_BACK, 84, (9.2, 8.4, 9.4), first=2),
        Row("S5", f.SC_FRONT, f.SC_BACK, 118.4, (7.6,)),
        Row("S6", f.S_FRONT, f.S_BACK, 126, (6,), corner="W"),
        Row("S7", f.S_FRONT, f.S_BACK, 144, (6.4, 8.0, 6.6), first=1),
        Row("S8", 47.5, f.S_BACK, 165, (10,)),
        Row("N1", 73, f.N_BACK, 37, (10,)),
        Row("N2", f.N_FRONT, f.N_BACK, 47, (9.8, 9.2), first=1),
        Row("N3", f.N_FRONT, f.N_BACK, 78, (6,), corner="E"),
        Row("N4", f.NC_FRONT, f.NC_BACK, 84, (8,)),
        Row("N5", f.NC_FRONT, f.NC_BACK, 99.4, (9.0, 8.6, 9.0), first=2),
        Row("N6", f.N_FRONT, f.N_BACK, 126, (6,), corner="W"),
        Row("N7", f.N_FRONT, f.N_BACK, 144, (10.4, 10.6), first=5),
        Row("N8", 73, f.N_BACK, 165, (10,)),
    ),
}


def draw(level_id: str) -> Sheet:
    """The drawing of L2 or L3."""
    sheet = shell.start(level_id)
    shell.draw_corridors(sheet, union_all([SOUTH_CORRIDOR, NORTH_CORRIDOR]))
    draw_back_of_house(sheet)
    draw_toilets(sheet)
    draw_lift_lobbies(sheet)
    for row in ROWS[level_id]:
        draw_row(sheet, row)
    sheet.place(
        "anchor-west", ANCHOR, room(0, f.ANCHOR_S, f.W_ANCHOR, f.ANCHOR_N), ("West anchor", "西主力店")
    )
    if level_id == "L2":
        sheet.place(
            "anchor-east", ANCHOR, room(175, f.ANCHOR_S, 210, f.ANCHOR_N), ("East anchor", "东主力店")
        )
    else:
        draw_unit(sheet, "E1", SHOP, room(175, f.ANCHOR_S, 210, 57))
        draw_unit(sheet, "E2", SHOP, room(175, 57, 210, f.ANCHOR_N))
    draw_kiosks(sheet, KIOSKS if level_id == "L2" else KIOSKS[::2])
    shell.draw_public(sheet, shell.REGIONS)
    shell.open_walls(sheet)
    return sheet


KIOSKS = (("K1", 43.5, 54.0), ("K2", 43.5, 63.5), ("K4", 168, 63.5))


def draw_kiosks(sheet: Sheet, kiosks: tuple[tuple[str, float, float], ...]) -> None:
    """Kiosks of 3 × 2.4 m, by their south-west corners."""
    for name, x, y in kiosks:
        label = f"{sheet.level_id}-{name}"
        sheet.place(name, SpaceKind.KIOSK, room(x, y, x + 3, y + 2.4), (f"Kiosk {label}", f"{label}号摊位"))


def draw_back_of_house(sheet: Sheet) -> None:
    """Stores and plant behind the corridors of an upper storey."""
    for name, kind, area, en, zh in BACK_OF_HOUSE:
        sheet.place(name, kind, room(*area), (en, zh), public=False)


BACK_OF_HOUSE = (
    ("store-sw1", STORAGE, (0, 24, 8, 32), "Store", "仓库"),
    ("store-sw2", STORAGE, (8, 26.4, 13, 32), "Store", "仓库"),
    ("store-sw3", STORAGE, (22.4, 26.4, 37, 32), "West anchor stock", "西主力店库房"),
    ("store-nw1", STORAGE, (0, 88, 8, 96), "Store", "仓库"),
    ("store-nw2", STORAGE, (8, 88, 13, 93.6), "Store", "仓库"),
    ("store-nw3", STORAGE, (22.4, 88, 25, 93.6), "Cleaning", "保洁间"),
    ("goods-nw", SpaceKind.ROOM, (28.8, 88, 37, 93.6), "West anchor goods-in", "西主力店收货区"),
    ("shaft-nw", SpaceKind.STRUCTURE, (25, 88, 28.8, 90.4), "Shaft", "管井"),
    ("store-se1", STORAGE, (200, 24, 207, 32), "Store", "仓库"),
    ("store-se2", STORAGE, (195.4, 26.4, 200, 32), "Store", "仓库"),
    ("store-se3", STORAGE, (175, 26.4, 186, 32), "East stock", "东区库房"),
    ("store-ne1", STORAGE, (202, 88, 210, 96), "Store", "仓库"),
    ("store-ne2", STORAGE, (195.4, 88, 202, 93.6), "Store", "仓库"),
    ("goods-ne", SpaceKind.ROOM, (175, 88, 182, 93.6), "East goods-in", "东区收货区"),
    ("shaft-ne", SpaceKind.STRUCTURE, (182, 88, 186, 93.6), "Shaft", "管井"),
    ("plant-1", ROOM, (37, 96, 56, 104), "Air handling west", "西区空调机房"),
    ("plant-2", ROOM, (56, 96, 74, 104), "Electrical west", "西区配电间"),
    ("plant-3", STORAGE, (74, 96, 92, 104), "Tenant stores", "商户仓库"),
    ("plant-4", OFFICE, (92, 96, 112, 104), "Mall office", "商场办公室"),
    ("plant-5", ROOM, (112, 96, 132, 104), "Smoke exhaust fans", "排烟机房"),
    ("plant-6", ROOM, (132, 96, 153, 104), "Electrical east", "东区配电间"),
    ("plant-7", ROOM, (153, 96, 175, 104), "Air handling east", "东区空调机房"),
    ("riser-3", ROOM, (68.8, 26.4, 73.4, 32), "Riser", "管井间"),
    ("riser-7", ROOM, (136.6, 26.4, 141.2, 32), "Riser", "管井间"),
    ("riser-5", ROOM, (113.8, 18.4, 118.4, 26), "Riser", "管井间"),
    ("riser-6", SpaceKind.STRUCTURE, (94.8, 91, 99.4, 93.6), "Shaft", "管井"),
    ("riser-4", SpaceKind.STRUCTURE, (68.8, 87, 73.4, 93.6), "Shaft", "管井"),
    ("riser-8", SpaceKind.STRUCTURE, (136.6, 87, 141.2, 93.6), "Shaft", "管井"),
)


def draw_toilets(sheet: Sheet) -> None:
    """Toilets with a family and changing room beside stairs 3 and 7, behind a lobby open to the gallery."""
    for side, family, wide, lobby in (
        ("west", (68.8, 41.4, 71.0, 45.4), (73.4, 78.0), (68.8, 41.4, 73.4, 50.5)),
        ("east", (139.0, 41.4, 141.2, 45.4), (132.0, 136.6), (136.6, 41.4, 141.2, 50.5)),
    ):
        sheet.place(
            f"wc-family-{side}", SpaceKind.RESTROOM, room(*family), ("Family and changing room", "母婴室")
        )
        women, men = room(wide[0], 26.4, wide[1], 43.6), room(wide[0], 43.6, wide[1], 50.5)
        sheet.place(f"wc-women-{side}", SpaceKind.RESTROOM, women, ("Women", "女卫生间"))
        sheet.place(f"wc-men-{side}", SpaceKind.RESTROOM, men, ("Men", "男卫生间"))
        sheet.place(f"wc-lobby-{side}", SpaceKind.LOBBY, room(*lobby), ("Toilet lobby", "卫生间前厅"))


def draw_lift_lobbies(sheet: Sheet, *, toilets: bool = False) -> None:
    """Lobbies of the core lifts with stores or ``toilets`` behind, and lockers beside stairs 5 and 6."""
    for side, lobby, behind, duct in (
        ("west", (73.4, 69.5, 78, 80), (73.4, 80, 78, 93.6), (68.8, 69.5, 73.4, 77.6)),
        ("east", (132, 69.5, 136.6, 80), (132, 80, 136.6, 93.6), (136.6, 69.5, 141.2, 77.6)),
    ):
        sheet.place(f"lobby-{side}", SpaceKind.LOBBY, room(*lobby), ("Lift lobby", "电梯厅"))
        if toilets:
            x0, y0, x1, y1 = behind
            middle = x0 + 2.5
            women, men = room(x0, y0, middle, y1), room(middle, y0, x1, y1)
            sheet.place(f"wc-women-{side}", SpaceKind.RESTROOM, women, ("Women", "女卫生间"))
            sheet.place(f"wc-men-{side}", SpaceKind.RESTROOM, men, ("Men", "男卫生间"))
        else:
            label = ("Network and cleaning", "弱电与保洁间")
            sheet.place(f"it-{side}", ROOM, room(*behind), label, public=False)
        sheet.place(f"duct-{side}", SpaceKind.STRUCTURE, room(*duct), ("Duct", "风井"), public=False)
    sheet.place("lockers-south", SpaceKind.LOBBY, room(113.8, 35.4, 118.4, f.SC_FRONT), ("Lockers", "寄存处"))
    sheet.place("lockers-north", SpaceKind.LOBBY, room(94.8, f.NC_FRONT, 99.4, 81.6), ("Lockers", "寄存处"))
