"""Populations by name: who visits a mall, whom IMO puts on a ship, how RiMEA draws ages.

Speeds of groups: IMO MSC.1/Circ.1533, tables 3.1, 3.4 and 3.5 (uniform ranges). Speeds by age: Weidmann's
curve as RiMEA's figure 5 shows it. The shares of a mall's visitors are an assumption, since no published
table was found; where a figure is not sourced, the row says so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from twin.errors import ScenarioError
from twin.movement.demographics import (
    ADULT,
    CHILD,
    ELDERLY,
    FEMALE,
    MALE,
    WHEELCHAIR,
    Population,
    SpeedLaw,
    Walkers,
)

WHEELCHAIR_USERS = Walkers(
    "wheelchair user",
    0.005,
    (0.69, 0.35),
    (0.80, 0.05),
    (0.30, 0.05),
    WHEELCHAIR,
    SpeedLaw.NORMAL,
    steps=False,
)
"""Level: manual wheelchairs 0.69 ± 0.35 m/s (Boyce, Shields and Silcock, Fire Technology 35, 1999; recalled,
grade C); a ramp is walked at the level speed. Down: carried in an evacuation chair, 0.75-0.83 m/s in trials
and as its makers say (grade C); up: an assumption. The share of 0.5 % of visitors is an assumption (grade
D)."""

_FAMILY = Walkers("child", 0.10, (0.60, 1.20), (0.45, 0.80), (0.40, 0.65), CHILD)
"""Children of 3 to 12: the lower end of Weidmann's age curve (0.58 m/s at 3, 1.20 at 10)."""

IMO = Population(
    name="imo",
    source="IMO MSC.1/Circ.1533, tables 3.1, 3.4, 3.5",
    rows=(
        Walkers("woman under 30", 0.07, (0.93, 1.55), (0.56, 0.94), (0.47, 0.79), FEMALE),
        Walkers("woman 30-50", 0.07, (0.71, 1.19), (0.49, 0.81), (0.44, 0.74), FEMALE),
        Walkers("woman over 50", 0.16, (0.56, 0.94), (0.45, 0.75), (0.37, 0.61), ELDERLY),
        Walkers("woman over 50, impaired", 0.10, (0.43, 0.71), (0.34, 0.56), (0.28, 0.46), ELDERLY),
        Walkers("woman over 50, much impaired", 0.10, (0.37, 0.61), (0.29, 0.49), (0.23, 0.39), ELDERLY),
        Walkers("man under 30", 0.07, (1.11, 1.85), (0.76, 1.26), (0.50, 0.84), MALE),
        Walkers("man 30-50", 0.07, (0.97, 1.62), (0.64, 1.07), (0.47, 0.79), MALE),
        Walkers("man over 50", 0.16, (0.84, 1.40), (0.50, 0.84), (0.38, 0.64), ELDERLY),
        Walkers("man over 50, impaired", 0.10, (0.64, 1.06), (0.38, 0.64), (0.29, 0.49), ELDERLY),
        Walkers("man over 50, much impaired", 0.10, (0.55, 0.91), (0.33, 0.55), (0.25, 0.41), ELDERLY),
    ),
)
"""Passengers of a ship."""

_MALL_SHARES: Mapping[str, float] = MappingProxyType(
    {
        "woman under 30": 0.17,
        "woman 30-50": 0.18,
        "woman over 50": 0.11,
        "woman over 50, impaired": 0.02,
        "man under 30": 0.16,
        "man 30-50": 0.16,
        "man over 50": 0.08,
        "man over 50, impaired": 0.02,
    }
)

MALL_VISITORS: tuple[Walkers, ...] = (
    _FAMILY,
    *(replace(row, share=_MALL_SHARES[row.name]) for row in IMO.rows if row.name in _MALL_SHARES),
    WHEELCHAIR_USERS,
)
MALL = Population(
    name="mall",
    source="speeds: IMO MSC.1/Circ.1533 and Weidmann; shares: an assumption (grade D)",
    rows=MALL_VISITORS,
)
"""Visitors of a mall: the population that holds unless another is named."""

AGES = (3.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0)
AGE_SPEEDS = (0.58, 1.20, 1.61, 1.54, 1.48, 1.41, 1.27, 1.07, 0.68)
"""Mean free speed in m/s by age (Weidmann 1993 as in RiMEA figure 5, read off the figure)."""
AGE_SPREAD = 0.19
"""Standard deviation over mean, nearly the same at every age."""
_SLOPE = math.cos(math.atan2(17.0, 29.0))
STAIRS_DOWN, STAIRS_UP = 0.694 / 1.34 / _SLOPE, 0.61 / 1.34 / _SLOPE
"""Speed along the slope over speed on the level: Weidmann's horizontal means 0.694 and 0.61 m/s, on a stair
of 170 by 290 mm."""


def age_speed(age: float) -> float:
    """Mean free speed in m/s at ``age`` years; beyond the ends of the curve that of its ends."""
    return float(np.interp(age, AGES, AGE_SPEEDS))


def by_age(
    name: str, *, youngest: int, oldest: int, mean: float, deviation: float, step: int = 5
) -> Population:
    """People whose ages are normal between two bounds, in rows of ``step`` years; speeds by Weidmann's curve.

    Raises:
        ScenarioError: unless 0 < youngest < oldest, with a step and a deviation above 0.
    """
    if not (0 < youngest < oldest and step > 0 and deviation > 0):
        raise ScenarioError(
            f"population {name!r}: needs 0 < youngest < oldest, a step and a deviation above 0"
        )
    rows = []
    for first in range(youngest, oldest, step):
        last = min(first + step, oldest)
        age = (first + last) / 2
        speed = age_speed(age)
        level, down, up = (
            (speed * factor, AGE_SPREAD * speed * factor) for factor in (1.0, STAIRS_DOWN, STAIRS_UP)
        )
        share = (last - first) * math.exp(-(((age - mean) / deviation) ** 2) / 2)
        body = CHILD if age < _GROWN else ADULT if age < _OLD else ELDERLY
        rows.append(Walkers(f"age {first}-{last}", share, level, down, up, body, SpeedLaw.NORMAL))
    return Population(name=name, rows=tuple(rows), source="Weidmann 1993 by age, as RiMEA figure 5")


_GROWN, _OLD = 13.0, 65.0
RIMEA = by_age("rimea", youngest=10, oldest=85, mean=50.0, deviation=20.0)
"""Ages normal around 50 with deviation 20 from 10 to 85, as RiMEA proposes where nothing is known (recalled,
grade C)."""
RIMEA_ADULTS = by_age("rimea-adults", youngest=20, oldest=80, mean=50.0, deviation=20.0)
"""The adults of RiMEA's tests 7 and 9 to 13."""
WEIDMANN = Population(
    name="weidmann",
    source="Weidmann 1993: 1.34 ± 0.26 m/s",
    rows=(
        Walkers(
            "adult",
            1.0,
            (1.34, 0.26),
            (1.34 * STAIRS_DOWN, 0.26 * STAIRS_DOWN),
            (1.34 * STAIRS_UP, 0.26 * STAIRS_UP),
            ADULT,
            SpeedLaw.NORMAL,
        ),
    ),
)
"""Adults whom no group tells apart."""

POPULATIONS: Mapping[str, Population] = MappingProxyType(
    {one.name: one for one in (MALL, IMO, RIMEA, RIMEA_ADULTS, WEIDMANN)}
)


def population(name: str) -> Population:
    """The population called ``name``.

    Raises:
        ScenarioError: if there is none of that name.
    """
    if name not in POPULATIONS:
        raise ScenarioError(f"population {name!r} is not known; there are: {', '.join(POPULATIONS)}")
    return POPULATIONS[name]


def same_speed(
    speed_mps: float, *, name: str = "same", body_m: tuple[float, float] | None = None
) -> Population:
    """People who all walk at ``speed_mps``, on stairs too: for published cases that give one speed.

    ``body_m``: depth and breadth; an adult's by default.
    """
    body = replace(ADULT, spread_m=0.0)
    if body_m is not None:
        body = replace(body, depth_m=body_m[0], breadth_m=body_m[1])
    pair = (speed_mps, speed_mps)
    return Population(name=name, rows=(Walkers(name, 1.0, pair, pair, pair, body),))
