"""All sheets of the demo mall made into one plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

import shapely
from shapely import Polygon

from floorplans.demo_mall import metro, roof, street, upper
from floorplans.demo_mall.devices import devices
from floorplans.demo_mall.figure import STOREYS, bend
from floorplans.demo_mall.loads import density_of
from floorplans.demo_mall.sheet import Sheet
from floorplans.demo_mall.tenants import tenants
from floorplans.demo_mall.vertical import connectors
from twin.errors import PlanError
from twin.plan.model import Exit, Frame, Label, Level, Opening, OpeningKind, Plan, Space

T = TypeVar("T", Opening, Exit)
PLAN_ID = "demo-mall"

_DRAW: Mapping[str, Callable[[], Sheet]] = {
    "B1": metro.draw,
    "L1": street.draw,
    "L2": lambda: upper.draw("L2"),
    "L3": lambda: upper.draw("L3"),
    "L4": roof.draw,
}


def build() -> Plan:
    """The demo mall, drawn anew."""
    sheets = {storey.id: _DRAW[storey.id]() for storey in STOREYS}
    bare = Plan(
        id=PLAN_ID,
        name=Label(en="Riverbend Mall", zh="河湾广场"),
        levels=_levels(sheets),
        spaces=tuple(_bent_space(x) for sheet in sheets.values() for x in sheet.spaces.values()),
        openings=tuple(_bent_line(x) for sheet in sheets.values() for x in sheet.openings),
        exits=tuple(_bent_line(x) for sheet in sheets.values() for x in sheet.exits),
        connectors=connectors(sheets),
        frame=Frame(longitude=121.4005, latitude=31.2145, turn_deg=8.0),
    )
    let = replace(bare, tenants=tenants(bare))
    return replace(let, devices=devices(let))


def _levels(sheets: Mapping[str, Sheet]) -> tuple[Level, ...]:
    made = []
    for storey in STOREYS:
        floor = shapely.union_all([bend(x.shape) for x in sheets[storey.id].spaces.values()], grid_size=1e-4)
        if not isinstance(floor, Polygon):
            raise PlanError(f"demo mall: the floor of {storey.id} is in pieces")
        made.append(
            Level(
                id=storey.id,
                ordinal=storey.ordinal,
                name=storey.name,
                short_name=storey.id,
                elevation_m=storey.elevation_m,
                height_m=storey.height_m,
                outline=floor,
            )
        )
    return tuple(made)


def _bent_space(space: Space) -> Space:
    return replace(space, shape=bend(space.shape), occupant_density=density_of(space))


def _bent_line(item: T) -> T:
    """An opening or exit on the bent axis: a door keeps its clear width, an open front its wall."""
    line = bend(item.line)
    width = round(line.length, 3)
    if item.kind is not OpeningKind.OPEN_FRONT:
        width = min(item.width_m, width)
    return replace(item, line=line, width_m=width)
