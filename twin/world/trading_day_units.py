"""The tenants of a day as arrays for the choice, and what happens inside a unit: dwell, seats, purchase."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.errors import ScenarioError
from twin.world.categories import CATEGORIES, Category, Nest
from twin.world.choice import NESTS, ShopperModel
from twin.world.choice_draw import indices_of
from twin.world.streams import Streams
from twin.world.trading_day_places import Places
from twin.world.trading_day_setup import DaySetup
from twin.world.trading_day_visitors import Visitors

LAST_ENTRY_S = 900.0
"""Nobody goes to a unit that shuts within this time."""
LEAST_DWELL_S = 60.0
PAYS_ALONE = 0.25
"""Of a group in a shop, each further person adds this share of a basket (grade D); at table everyone pays."""
IMPULSE_BUYS = 0.8
"""Conversion of who came in on impulse, relative to who came on purpose (grade D)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Units:
    """Constants of the J tenants."""

    constant: NDArray[np.float64]
    """a ln(area draw attraction)"""
    rate: NDArray[np.float64]
    """k impulse attraction"""
    appeal: NDArray[np.float64]
    meal_weight: NDArray[np.float64]
    nest: NDArray[np.int64]
    category: NDArray[np.int64]
    """Index into :data:`CATEGORY_IDS`."""
    seats: NDArray[np.float64]
    """Places of a unit with seats; inf elsewhere."""
    opens_s: NDArray[np.float64]
    closes_s: NDArray[np.float64]
    factor: NDArray[np.float64]
    """Campaign's factor on the attraction."""
    campaign_s: NDArray[np.float64]
    """[J, 2] from and to."""
    usable: NDArray[np.bool_]
    dwell_mu: NDArray[np.float64]
    dwell_sigma: NDArray[np.float64]
    conversion: NDArray[np.float64]
    basket_mu: NDArray[np.float64]
    basket_sigma: NDArray[np.float64]
    table: NDArray[np.bool_]
    """Everyone in a group pays (food, leisure)."""

    def now(self, clock_s: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Constant of the utility and rate of impulse at ``clock_s``: shut units have ``-inf`` and 0."""
        shut = ~self.usable | (clock_s < self.opens_s) | (clock_s > self.closes_s - LAST_ENTRY_S)
        running = (clock_s >= self.campaign_s[:, 0]) & (clock_s < self.campaign_s[:, 1])
        factor = np.where(running, self.factor, 1.0)
        return (
            np.where(shut, -np.inf, self.constant + np.log(factor)),
            np.where(shut, 0.0, self.rate * factor),
        )


CATEGORY_IDS = tuple(CATEGORIES)


def units_of(places: Places, setup: DaySetup, model: ShopperModel) -> Units:
    """The units of the day.

    Raises:
        ScenarioError: if a campaign names a tenant that is not there.
    """
    known = {tenant.id: j for j, tenant in enumerate(places.tenants)}
    for name in (*setup.campaign, *setup.campaign_hours):
        if name not in known:
            raise ScenarioError(f"campaign: tenant {name!r} is not in the plan")
    rows: list[Category] = [CATEGORIES[tenant.category] for tenant in places.tenants]
    attraction = np.array([max(tenant.attraction, 1e-6) for tenant in places.tenants])
    size = np.maximum(places.tenant_area_m2, 1.0) * np.array([row.draw for row in rows]) * attraction
    seat = np.array([row.seat_m2 for row in rows])
    factor = np.ones(len(rows))
    hours = np.tile([0.0, np.inf], (len(rows), 1))
    for name, value in setup.campaign.items():
        factor[known[name]] = value
    for name, (begins, ends) in setup.campaign_hours.items():
        hours[known[name]] = begins * 3600.0, ends * 3600.0
    return Units(
        constant=model.area_exponent * np.log(size),
        rate=model.impulse_rate * np.array([row.impulse for row in rows]) * attraction,
        appeal=np.log([row.group_appeal for row in rows]),
        meal_weight=np.array([row.meal_weight for row in rows], dtype=np.float64),
        nest=np.array([NESTS.index(row.nest) for row in rows], dtype=np.int64),
        category=np.array([CATEGORY_IDS.index(row.id) for row in rows], dtype=np.int64),
        seats=np.where(seat > 0, np.floor(places.tenant_area_m2 / np.maximum(seat, 1e-9)), np.inf),
        opens_s=3600.0 * np.array([max(one.opens_h, setup.opens_h) for one in places.tenants]),
        closes_s=3600.0 * np.array([min(one.closes_h, setup.closes_h) for one in places.tenants]),
        factor=factor,
        campaign_s=hours,
        usable=places.usable,
        dwell_mu=np.array([row.dwell_mu for row in rows]) + np.log(60.0),
        dwell_sigma=np.array([row.dwell_sigma for row in rows]),
        conversion=np.array([row.conversion for row in rows]),
        basket_mu=np.array([row.basket_mu for row in rows]),
        basket_sigma=np.array([row.basket_sigma for row in rows]),
        table=np.array([row.nest in {Nest.FOOD, Nest.LEISURE} for row in rows]),
    )


def pull_of(places: Places, model: ShopperModel) -> float:
    """How far the plan's magnets pull: their attraction to the power of the area exponent, added up."""
    total = 0.0
    for tenant, area, usable in zip(places.tenants, places.tenant_area_m2, places.usable, strict=True):
        row = CATEGORIES[tenant.category]
        size = float(area) * row.draw * tenant.attraction
        total += row.magnet * max(size, 0.0) ** model.area_exponent * bool(usable)
    return total


def stay_in_unit(
    units: Units,
    keys: NDArray[np.int64],
    visitors: Visitors,
    rows: NDArray[np.int64],
    clock_s: NDArray[np.float64],
    streams: Streams,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Dwell in seconds and sale (0: nothing bought) of the groups ``rows`` that enter their unit."""
    tenant = visitors.goal[rows]
    agents = visitors.id[rows]
    index = indices_of(visitors.draws[rows], keys[tenant])
    dwell = streams.lognormal(
        "dwell", agents, mu=units.dwell_mu[tenant], sigma=units.dwell_sigma[tenant], index=index
    )
    dwell = np.minimum(np.maximum(dwell, LEAST_DWELL_S), np.maximum(units.closes_s[tenant] - clock_s, 0.0))
    chance = units.conversion[tenant] * np.where(
        visitors.impulse[rows] & ~units.table[tenant], IMPULSE_BUYS, 1
    )
    buys = streams.uniform("buys", agents, index) < chance
    basket = streams.lognormal(
        "basket", agents, mu=units.basket_mu[tenant], sigma=units.basket_sigma[tenant], index=index
    )
    size = visitors.size[rows]
    payers = np.where(units.table[tenant], size, 1 + PAYS_ALONE * (size - 1))
    # At table budgets spread less than in shops: the square root keeps a meal a meal.
    budget = np.where(units.table[tenant], np.sqrt(visitors.budget[rows]), visitors.budget[rows])
    return dwell, np.where(buys, basket * payers * budget, 0.0)
