"""What a tenant sells, and how people use it: one frozen table of tenant categories.

The words are those of :attr:`twin.plan.model.Tenant.category`. Every figure says how well it is known:

* **A** peer-reviewed or measured on open data, **B** industry survey or vendor page, **C** rule of thumb,
  **D** an assumption that a site must calibrate.

Money is in CNY. Published figures for China by category do not exist (searched November 2026), so baskets
are grade D; conversion is grade B where AlterVision 2023 (Latin America) names the category.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from twin.errors import ScenarioError
from twin.plan.model import Label, SpaceKind


class Nest(StrEnum):
    """Upper nest of the choice of a next stop: categories in one nest are closer substitutes."""

    COMPARISON = "comparison"
    DAILY = "daily"
    FOOD = "food"
    LEISURE = "leisure"
    SERVICES = "services"


class Grade(StrEnum):
    """How well a figure is known."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Grade and source of one figure."""

    grade: Grade
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One tenant category.

    ``evidence`` names grade and source for each figure; a figure that it does not name is grade D.
    """

    id: str
    name: Label
    nest: Nest
    dwell_mean_min: float
    """Mean time in the unit; the distribution is log-normal."""
    dwell_sigma: float
    """Standard deviation of the natural logarithm of that time."""
    conversion: float
    """Share of visiting groups that buy."""
    basket_cny: float
    """Mean spend of one person in a group that buys."""
    basket_sigma: float
    """Standard deviation of the natural logarithm of a basket."""
    percentage_rent: float
    """Share of sales above the breakpoint that is paid as rent, where a lease names none."""
    draw: float
    """Attraction of a square metre relative to fashion (the category's constant in the choice is its ln)."""
    group_appeal: float
    """Factor on the draw for a group with children or of three and more."""
    meal_weight: float
    """0: nobody eats here; 1: a place for a main meal."""
    impulse: float
    """Rate of unplanned entry when passing, relative to fashion."""
    seat_m2: float
    """Area of one seat in m², for places with a limited number of seats; 0: no limit by seats."""
    base_rent_cny_m2_month: float
    """Base rent where a lease names none."""
    magnet: float
    """How far people come to the mall for it, relative to an anchor; 0: it lives on who is there anyway."""
    evidence: Mapping[str, Evidence]

    @property
    def dwell_mu(self) -> float:
        """Mean of the natural logarithm of the dwell in minutes: ln(mean) - sigma²/2."""
        return math.log(self.dwell_mean_min) - self.dwell_sigma**2 / 2

    @property
    def basket_mu(self) -> float:
        """Mean of the natural logarithm of a basket in CNY."""
        return math.log(self.basket_cny) - self.basket_sigma**2 / 2

    def document(self) -> dict[str, object]:
        """The category as a JSON object, with grade and source of each figure."""
        figures = {name: {"value": getattr(self, name), **_grade(self.evidence, name)} for name in FIGURES}
        return {
            "id": self.id,
            "name": {"en": self.name.en, "zh": self.name.zh},
            "nest": str(self.nest),
            "figures": figures,
        }


FIGURES = (
    "dwell_mean_min",
    "dwell_sigma",
    "conversion",
    "basket_cny",
    "basket_sigma",
    "percentage_rent",
    "draw",
    "group_appeal",
    "meal_weight",
    "impulse",
    "seat_m2",
    "base_rent_cny_m2_month",
    "magnet",
)
"""The figures of a category, in the order of the table."""

ASSUMED = Evidence(grade=Grade.D, source="assumption of mall-twin; calibrate with the site's own data")
_EUCLID = Evidence(
    grade=Grade.B,
    source="Euclid 2013/14, 700 shops: mean 22-23 min, 10-11 % leave within 5 min; log-normal fit",
)
_MEAL = Evidence(grade=Grade.B, source="23 restaurants, dinner for four: 61 ± 18 min")
_ALTER = Evidence(grade=Grade.B, source="AlterVision 2023, Latin America")
_SHOPS = Evidence(grade=Grade.B, source="in-store conversion 20-40 % over retail (dojobusiness)")
_RENT = Evidence(grade=Grade.B, source="percentage rents by category (leasescan.ai), middle of the range")
_ANCHOR = Evidence(
    grade=Grade.A, source="Gould, Pashigian and Prendergast 2005: anchors pay about 1/7 of others' rent"
)


def _grade(evidence: Mapping[str, Evidence], name: str) -> dict[str, str]:
    known = evidence.get(name, ASSUMED)
    return {"grade": str(known.grade), "source": known.source}


def _category(
    name: str, en: str, zh: str, nest: Nest, row: tuple[float, ...], **evidence: Evidence
) -> Category:
    """One row of the table: the figures in the order of ``FIGURES``."""
    values = dict(zip(FIGURES, row, strict=True))
    known = MappingProxyType({"dwell_sigma": _EUCLID, **evidence})
    return Category(id=name, name=Label(en=en, zh=zh), nest=nest, evidence=known, **values)


_C, _Y, _F, _L, _S = Nest.COMPARISON, Nest.DAILY, Nest.FOOD, Nest.LEISURE, Nest.SERVICES

# fmt: off
# columns: dwell mean, sigma, conversion, basket, sigma, % rent,
#          draw, group appeal, meal weight, impulse, seat m2, base rent, magnet
_ROWS = (
    _category("fashion", "Fashion", "服装", _C,
        (18, 0.886, 0.25, 260, 0.8, 0.07, 1.0, 1.0, 0, 1.0, 0, 420, 0),
        conversion=_ALTER, percentage_rent=_RENT),
    _category("shoes", "Shoes and bags", "鞋包", _C,
        (16, 0.886, 0.27, 320, 0.7, 0.06, 1.0, 0.9, 0, 0.9, 0, 420, 0),
        conversion=_ALTER, percentage_rent=_RENT),
    _category("sports", "Sports", "运动户外", _C,
        (18, 0.886, 0.25, 330, 0.8, 0.06, 1.0, 1.1, 0, 0.9, 0, 330, 0),
        conversion=_SHOPS, percentage_rent=_RENT),
    _category("jewellery", "Jewellery and watches", "珠宝钟表", _C,
        (15, 0.886, 0.12, 1800, 1.0, 0.10, 0.7, 0.7, 0, 0.5, 0, 900, 0), percentage_rent=_RENT),
    _category("accessories", "Accessories and gifts", "配饰礼品", _C,
        (10, 0.886, 0.30, 90, 0.8, 0.085, 1.3, 1.0, 0, 1.5, 0, 480, 0),
        conversion=_SHOPS, percentage_rent=_RENT),
    _category("beauty", "Beauty and care", "美妆个护", _C,
        (12, 0.886, 0.34, 190, 0.9, 0.07, 1.3, 0.8, 0, 1.2, 0, 560, 0),
        conversion=_ALTER, percentage_rent=_RENT),
    _category("health", "Health and pharmacy", "健康药妆", _Y,
        (10, 0.886, 0.45, 90, 0.8, 0.05, 1.0, 0.8, 0, 0.6, 0, 300, 0)),
    _category("electronics", "Electronics", "数码电器", _C,
        (20, 0.886, 0.20, 650, 1.1, 0.04, 1.1, 1.0, 0, 0.9, 0, 380, 0),
        conversion=_SHOPS, percentage_rent=_RENT),
    _category("books", "Books and stationery", "图书文具", _C,
        (20, 0.886, 0.30, 70, 0.8, 0.07, 0.8, 1.2, 0, 0.9, 0, 180, 0), conversion=_SHOPS,
        percentage_rent=_RENT),
    _category("home", "Home and living", "家居生活", _C,
        (22, 0.886, 0.35, 180, 1.0, 0.05, 0.6, 1.0, 0, 0.8, 0, 220, 0),
        conversion=_ALTER, percentage_rent=_RENT),
    _category("toys", "Toys", "玩具", _C,
        (15, 0.886, 0.30, 130, 0.8, 0.06, 1.2, 1.8, 0, 1.2, 0, 330, 0), conversion=_SHOPS),
    _category("children", "Children's world", "儿童", _L,
        (40, 0.7, 0.50, 110, 0.7, 0.06, 0.35, 2.2, 0, 0.4, 3.5, 160, 0.5)),
    _category("department_store", "Department store", "百货", _C,
        (28, 0.886, 0.30, 300, 0.9, 0.05, 0.45, 1.0, 0, 0.35, 0, 75, 1), base_rent_cny_m2_month=_ANCHOR),
    _category("fashion_anchor", "Fashion anchor", "服装主力店", _C,
        (24, 0.886, 0.30, 200, 0.8, 0.06, 0.55, 1.0, 0, 0.45, 0, 110, 1), base_rent_cny_m2_month=_ANCHOR),
    _category("supermarket", "Supermarket", "超市", _Y,
        (28, 0.7, 0.85, 105, 0.7, 0.02, 0.55, 1.0, 0, 0.25, 0, 70, 1),
        percentage_rent=_RENT, base_rent_cny_m2_month=_ANCHOR),
    _category("convenience", "Convenience and snacks", "便利零食", _Y,
        (6, 0.7, 0.75, 28, 0.6, 0.05, 1.6, 1.0, 0.05, 1.6, 0, 420, 0)),
    _category("cafe", "Café and tea", "咖啡茶饮", _F,
        (30, 0.6, 0.95, 36, 0.4, 0.08, 1.6, 1.0, 0.15, 1.3, 2.2, 480, 0)),
    _category("fast_food", "Quick food", "快餐小吃", _F,
        (24, 0.45, 0.97, 38, 0.4, 0.06, 1.2, 1.0, 0.8, 0.9, 1.5, 380, 0), percentage_rent=_RENT),
    _category("food_court", "Food court", "美食广场", _F,
        (30, 0.4, 0.97, 45, 0.4, 0.06, 3.0, 1.2, 1.0, 0.4, 1.6, 200, 0.5), percentage_rent=_RENT),
    _category("restaurant", "Restaurant", "餐厅", _F,
        (61, 0.29, 0.98, 105, 0.4, 0.07, 1.0, 1.2, 1.0, 0.15, 2.0, 240, 0.2),
        dwell_mean_min=_MEAL, dwell_sigma=_MEAL, percentage_rent=_RENT),
    _category("cinema", "Cinema", "影院", _L,
        (120, 0.12, 0.99, 55, 0.3, 0.08, 1.0, 1.1, 0, 0.02, 2.2, 70, 1)),
    _category("entertainment", "Games and karaoke", "游戏娱乐", _L,
        (50, 0.6, 0.80, 75, 0.7, 0.08, 0.8, 1.4, 0, 0.3, 4.0, 120, 0.5)),
    _category("gym", "Gym", "健身", _L,
        (75, 0.3, 0.90, 60, 0.5, 0.06, 0.12, 0.4, 0, 0.02, 5.0, 90, 0.3)),
    _category("services", "Services", "生活服务", _S,
        (15, 0.886, 0.55, 110, 0.9, 0.10, 0.9, 0.7, 0, 0.2, 0, 330, 0), percentage_rent=_RENT),
    _category("bank", "Bank and telecoms", "银行通信", _S,
        (15, 0.7, 0.30, 60, 0.8, 0.02, 0.6, 0.5, 0, 0.08, 0, 380, 0)),
)
# fmt: on

CATEGORIES: Mapping[str, Category] = MappingProxyType({row.id: row for row in _ROWS})
"""All categories by id, in the order of the table."""

DEFAULT_OF_KIND: Mapping[SpaceKind, tuple[str, ...]] = MappingProxyType(
    {
        SpaceKind.SHOP: (
            "fashion",
            "fashion",
            "shoes",
            "fashion",
            "beauty",
            "accessories",
            "fashion",
            "electronics",
            "sports",
            "toys",
            "jewellery",
            "home",
        ),
        SpaceKind.ANCHOR: ("department_store",),
        SpaceKind.FOOD: ("restaurant", "fast_food", "restaurant", "cafe"),
        SpaceKind.LEISURE: ("entertainment", "cinema"),
        SpaceKind.SUPERMARKET: ("supermarket",),
        SpaceKind.KIOSK: ("accessories", "cafe"),
    }
)
"""What a lettable space without a tenant is guessed to hold, taken in turn over the spaces of its kind."""


def category(name: str) -> Category:
    """The category called ``name``.

    Raises:
        ScenarioError: if there is none; the message lists the known ones.
    """
    if name not in CATEGORIES:
        raise ScenarioError(f"tenant category {name!r} is not known; there are: {', '.join(CATEGORIES)}")
    return CATEGORIES[name]
