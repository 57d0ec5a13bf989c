"""Rows of shops: a strip between a front and a back, cut into units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shapely import Polygon

from floorplans.demo_mall.brands import kind_of
from floorplans.demo_mall.sheet import Sheet
from twin.plan.model import SpaceKind

RECESS_M = (0.0, 0.6, 0.3, 0.9, 0.0, 1.2, 0.5)
"""By how much the fronts of a row step back, in turn: no mall is ruled with a straight edge."""


@dataclass(frozen=True)
class Row:
    """Units side by side along the axis, from ``x0`` on, ``widths`` wide."""

    name: str
    """``S1``: the units are ``S1-1``, ``S1-2`` …"""
    front: float
    back: float
    x0: float
    widths: Sequence[float]
    kind: SpaceKind = SpaceKind.SHOP
    corner: str = ""
    """``W`` or ``E``: the corner of the row's first or last unit that is cut off towards an open place."""
    first: int = 0
    """Where the row begins in the sequence of recesses."""


def draw_row(sheet: Sheet, row: Row) -> list[str]:
    """Place the units of a row and return their ids."""
    made = []
    x = row.x0
    into = 1.0 if row.back > row.front else -1.0
    for index, width in enumerate(row.widths):
        front = row.front + into * RECESS_M[(row.first + index) % len(RECESS_M)]
        corners = [(x, row.back), (x + width, row.back), (x + width, front), (x, front)]
        if row.corner == "E" and index == len(row.widths) - 1:
            corners[2:3] = [(x + width, front + into * 3.5), (x + width - 2.5, front)]
        if row.corner == "W" and index == 0:
            corners[3:4] = [(x + 2.5, front), (x, front + into * 3.5)]
        name = f"{row.name}-{index + 1}" if len(row.widths) > 1 else row.name
        made.append(draw_unit(sheet, name, row.kind, Polygon(corners)))
        x = round(x + width, 3)
    return made


def draw_unit(sheet: Sheet, name: str, otherwise: SpaceKind, shape: Polygon) -> str:
    """Place one unit; its kind follows from who lets it, and is ``otherwise`` if it is vacant."""
    label = f"{sheet.level_id}-{name}"
    return sheet.place(name, kind_of(label, otherwise), shape, (f"Unit {label}", f"{label}号铺"))
