"""The rent roll: terms of each lease, from its category, the storey and the strength of the brand."""

from __future__ import annotations

from collections.abc import Mapping

from floorplans.demo_mall.brands import ROLL, VACANT
from twin.errors import PlanError
from twin.plan.model import LETTABLE, Label, Plan, Space, Tenant

LEVEL_FACTOR: Mapping[str, float] = {"B1": 0.80, "L1": 1.15, "L2": 0.92, "L3": 0.72, "L4": 0.66}
"""Rent and sales by storey: they fall by a quarter to a third a floor above the ground (retail practice)."""

SALES_DENSITY: Mapping[str, float] = {
    "fashion": 26_000, "shoes": 28_000, "sports": 20_000, "jewellery": 90_000, "accessories": 32_000,
    "beauty": 48_000, "health": 30_000, "electronics": 60_000, "books": 12_000, "home": 15_000,
    "toys": 22_000, "children": 6_000, "department_store": 14_000, "fashion_anchor": 16_000,
    "supermarket": 24_000, "convenience": 34_000, "cafe": 30_000, "fast_food": 34_000,
    "food_court": 38_000, "restaurant": 20_000, "cinema": 7_500, "entertainment": 7_000, "gym": 3_500,
    "services": 14_000, "bank": 20_000,
}  # fmt: skip
"""Sales per m² and year, CNY, of an average unit; practice in Chinese second-tier cities, not a quotation."""

OCCUPANCY_COST: Mapping[str, float] = {
    "department_store": 0.065, "fashion_anchor": 0.08, "supermarket": 0.035, "cinema": 0.13, "gym": 0.20,
    "entertainment": 0.17, "children": 0.20, "electronics": 0.06, "jewellery": 0.09, "food_court": 0.16,
    "bank": 0.18, "services": 0.18,
}  # fmt: skip
"""Base rent as a share of expected sales; 13 % where it is not named (8–15 % is sustainable)."""

TURNOVER_SHARE: Mapping[str, float] = {
    "supermarket": 0.02, "electronics": 0.04, "shoes": 0.06, "jewellery": 0.10, "department_store": 0.05,
    "fashion_anchor": 0.06, "cinema": 0.08, "bank": 0.0, "services": 0.0, "gym": 0.0,
}  # fmt: skip
"""Share of sales above the breakpoint that is paid as rent; 7 % where it is not named."""

LATE = frozenset({"cinema", "entertainment", "restaurant"})
"""Categories that stay open after the shops."""
EARLY = frozenset({"supermarket", "convenience", "health"})
LONG_LEASE = frozenset({"department_store", "fashion_anchor", "supermarket", "cinema", "gym", "children"})


def tenants(plan: Plan) -> tuple[Tenant, ...]:
    """The tenants of ``plan``, one for each unit that is let.

    Raises:
        PlanError: if a unit is neither let nor listed as vacant, or the roll names a unit that is not drawn.
    """
    units = {space.id: space for space in plan.spaces if space.kind in LETTABLE}
    if wrong := sorted((set(ROLL) | VACANT) ^ set(units)):
        raise PlanError(f"demo mall: the rent roll and the drawing differ in {', '.join(wrong)}")
    return tuple(_tenant(index, units[unit]) for index, unit in enumerate(ROLL))


def _tenant(index: int, unit: Space) -> Tenant:
    brand = ROLL[unit.id]
    small = (150.0 / max(unit.shape.area, 20.0)) ** 0.12  # small units sell more on each m²
    if brand.category in LONG_LEASE:
        small = 1.0
    sales = SALES_DENSITY[brand.category] * LEVEL_FACTOR[unit.level_id] * brand.attraction * small
    rent = sales * OCCUPANCY_COST.get(brand.category, 0.13) / 12
    long = brand.category in LONG_LEASE
    years = 10 if long else 3 + index % 3
    start = 2021 if long else 2026 - (index * 7) % years
    month = 1 + (index * 5) % 12
    return Tenant(
        id=f"t-{unit.id}",
        space_id=unit.id,
        name=Label(en=brand.en, zh=brand.zh),
        category=brand.category,
        rent_per_m2_month=round(rent, 0),
        turnover_rent_share=TURNOVER_SHARE.get(brand.category, 0.07),
        lease_start=f"{start}-{month:02d}-01",
        lease_end=f"{start + years}-{month:02d}-01",
        opens_h=9.0 if brand.category in EARLY else 10.0,
        closes_h=22.0,
        sales_per_m2_year=round(sales, -2),
        attraction=brand.attraction,
    )
