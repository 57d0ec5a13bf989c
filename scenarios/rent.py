"""Rent of a lease: base and turnover rent, and what share of sales it is.

Monthly rent = base + share x max(0, monthly sales - breakpoint), with the natural breakpoint base / share
(facts: percentage rents 1-12 % by category; an occupancy cost of 8-15 % of sales is sustainable).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from twin.plan.model import Plan, Tenant
from twin.world.categories import category
from twin.world.trading_day_setup import DAY_FACTOR, SATURDAY

DAYS_A_MONTH = 365.25 / 12
MEAN_FACTOR = sum(DAY_FACTOR) / 7
"""A mean day of the week against a Saturday."""
SUSTAINABLE = (0.08, 0.15)
"""Occupancy cost ratio that tenants can carry (grade B)."""


def monthly_sales(day_sales: NDArray[np.float64], *, weekday: int = SATURDAY) -> NDArray[np.float64]:
    """Sales of a month from those of one day, which is a ``weekday`` (0 Monday), by the weekdays' factors."""
    total: NDArray[np.float64] = np.asarray(day_sales) * (MEAN_FACTOR / DAY_FACTOR[weekday]) * DAYS_A_MONTH
    return total


def monthly_rent(
    tenant: Tenant, plan: Plan, day_sales: NDArray[np.float64], *, weekday: int = SATURDAY
) -> NDArray[np.float64]:
    """Rent of ``tenant`` for a month, one value for each of ``day_sales``, sales of a ``weekday``.

    Terms that the lease leaves at 0 are taken from the tenant's category.
    """
    kind = category(tenant.category)
    area = plan.space[tenant.space_id].shape.area
    base = (tenant.rent_per_m2_month or kind.base_rent_cny_m2_month) * area
    share = tenant.turnover_rent_share or kind.percentage_rent
    sales = monthly_sales(day_sales, weekday=weekday)
    breakpoint_cny = base / share if share > 0 else np.inf
    # To a fen: beneath it are only rounding errors, which a paired test would take for a change.
    rent: NDArray[np.float64] = np.round(base + share * np.maximum(sales - breakpoint_cny, 0.0), 2)
    return rent


def occupancy_cost_ratio(rent_month: float, day_sales: float, *, weekday: int = SATURDAY) -> float | None:
    """Rent as a share of sales; ``None`` without sales."""
    sales = float(monthly_sales(np.array([day_sales]), weekday=weekday)[0])
    return rent_month / sales if sales > 0 else None
