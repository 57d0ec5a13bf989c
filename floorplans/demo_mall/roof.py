"""The fourth level L4: food court, restaurants, children's world and a cinema of seven halls."""

from __future__ import annotations

from shapely import union_all

from floorplans.demo_mall import figure as f
from floorplans.demo_mall import shell, upper
from floorplans.demo_mall.figure import room
from floorplans.demo_mall.rows import Row, draw_row
from floorplans.demo_mall.sheet import Sheet
from twin.plan.model import OpeningKind, SpaceKind

FOOD, SHOP, LEISURE = SpaceKind.FOOD, SpaceKind.SHOP, SpaceKind.LEISURE
FOYER_E = 186.0
"""The cinema foyer lies between the east court and this line; the halls behind it."""
HALL_E = 203.6
HALL_DEPTHS = (10.4, 11.0, 11.6, 11.6, 11.4)

ROWS = (
    Row("S1", 47, f.S_BACK, 37, (10,), kind=FOOD),
    Row("S2", f.S_FRONT, f.S_BACK, 47, (9.2, 9.8), kind=FOOD),
    Row("S3", f.S_FRONT, f.S_BACK, 78, (6,), kind=FOOD),
    Row("FC", 26, f.SC_BACK, 86.4, (4.2, 4.0, 4.1, 4.1, 4.1, 4.1), kind=FOOD),
    Row("S5", f.SC_FRONT, f.SC_BACK, 118.4, (7.6,), kind=FOOD),
    Row("S6", f.S_FRONT, f.S_BACK, 126, (6,), kind=FOOD, corner="W"),
    Row("S7", f.S_FRONT, f.S_BACK, 144, (7,), kind=FOOD, first=3),
    Row("N1", 73, f.N_BACK, 37, (10,), kind=FOOD),
    Row("N2", f.N_FRONT, f.N_BACK, 47, (19,), kind=LEISURE, first=2),
    Row("N3", f.N_FRONT, f.N_BACK, 78, (6,), kind=FOOD, corner="E"),
    Row("N4", f.NC_FRONT, f.NC_BACK, 84, (8,), kind=FOOD),
    Row("N5", f.NC_FRONT, f.NC_BACK, 99.4, (9.4, 8.4, 8.8), kind=FOOD, first=4),
    Row("N6", f.N_FRONT, f.N_BACK, 126, (6,), kind=FOOD, corner="W"),
    Row("N7", f.N_FRONT, f.N_BACK, 144, (7,), kind=FOOD, first=1),
)

ESCAPE = union_all(
    [room(HALL_E, f.ANCHOR_S, 210, f.ANCHOR_N), room(HALL_E, 24, 210, f.ANCHOR_S), room(207, 88, 210, 96),
     room(202, f.N_BACK, 210, f.N_PLANT), room(200, 24, 210, f.S_BACK)]
)  # fmt: skip
"""The halls are left to the east as well, into a corridor that leads to stairs 9 and 10."""


def draw() -> Sheet:
    """The drawing of L4."""
    sheet = shell.start("L4")
    shell.draw_corridors(sheet, union_all([upper.SOUTH_CORRIDOR, upper.NORTH_CORRIDOR]))
    _draw_cinema(sheet)
    upper.draw_back_of_house(sheet)
    upper.draw_toilets(sheet)
    upper.draw_lift_lobbies(sheet)
    for row in ROWS:
        draw_row(sheet, row)
    for name, x, y in (("FC-7", 88, 36), ("FC-8", 104, 36)):
        label = f"L4-{name}"
        sheet.place(name, FOOD, room(x, y, x + 4, y + 3), (f"Unit {label}", f"{label}号档口"))
    sheet.place(
        "food-court",
        SpaceKind.SEATING,
        room(84, f.SC_BACK, 111, f.SC_FRONT),
        ("Food court seating", "美食广场座位区"),
    )
    sheet.place("children", LEISURE, room(0, f.ANCHOR_S, f.W_ANCHOR, f.ANCHOR_N), ("Unit L4-W1", "L4-W1号铺"))
    upper.draw_kiosks(sheet, upper.KIOSKS[:2])
    shell.draw_public(sheet, shell.REGIONS)
    shell.open_walls(sheet)
    _open_cinema(sheet)
    return sheet


def _draw_cinema(sheet: Sheet) -> None:
    label = ("Cinema exit corridor", "影院疏散走道")
    sheet.rest("cinema-escape", SpaceKind.SERVICE, ESCAPE, label, public=False, protected=True)
    y = f.ANCHOR_S
    for index, depth in enumerate(HALL_DEPTHS, start=1):
        shape = room(FOYER_E, y, HALL_E, y + depth)
        sheet.place(f"hall-{index}", LEISURE, shape, (f"Cinema hall {index}", f"{index}号影厅"))
        y = round(y + depth, 3)
    sheet.place("hall-6", LEISURE, room(151, 74, 175, f.N_BACK), ("Cinema hall 6", "6号影厅"))
    sheet.place("hall-7", LEISURE, room(151, f.S_BACK, 175, 46), ("Cinema hall 7", "7号影厅"))
    foyer = room(f.E_ANCHOR, f.ANCHOR_S, FOYER_E, f.ANCHOR_N)
    sheet.place("foyer", SpaceKind.LOBBY, foyer, ("Cinema foyer", "影院大厅"))


def _open_cinema(sheet: Sheet) -> None:
    """A second way out of each hall of the east row, and from its corridor on to stairs 9 and 10."""
    escape = next(x for x in sheet.spaces if x.startswith("L4-cinema-escape"))
    for index in range(1, len(HALL_DEPTHS) + 1):
        sheet.join(f"L4-hall-{index}", escape, OpeningKind.FIRE_DOOR, 1.8)
    for other in sheet.near(escape):
        if other.startswith("L4-service"):
            sheet.join(escape, other, OpeningKind.FIRE_DOOR, 1.8)
