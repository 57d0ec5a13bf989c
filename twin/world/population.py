"""How many people are where: occupant loads by kind and storey, and people spread over spaces by load."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from twin.errors import ScenarioError
from twin.plan.model import Plan, Space, SpaceKind

SHOP_BY_ORDINAL = {-2: 0.56, -1: 0.60, 0: 0.43, 1: 0.43, 2: 0.39, 3: 0.30}
"""People/m² of a sales floor by storey: GB 50016-2014 (2018), table 5.5.21-2, the lower value of each range,
which the code advises for large shops; read on secondary pages, the value from the 4th storey up recalled."""

LOAD_PER_M2: Mapping[SpaceKind, tuple[float, str]] = {
    SpaceKind.FOOD: (0.50, "assumption: 1.4 m² a seat (NFPA 101) with a third kitchen"),
    SpaceKind.SEATING: (0.70, "NFPA 101: 1.4 m² a seat"),
    SpaceKind.LEISURE: (0.35, "assumption: cinema with foyer, play and gym"),
    SpaceKind.WALKWAY: (0.10, "assumption: the mall itself; observed shop peaks are 0.15-0.32"),
    SpaceKind.LOBBY: (0.05, "assumption"),
    SpaceKind.TERRACE: (0.10, "assumption"),
    SpaceKind.PLATFORM: (0.30, "assumption"),
    SpaceKind.PARKING: (0.02, "assumption: 0.6 people a space of 30 m²"),
    SpaceKind.OFFICE: (0.10, "NFPA 101: 9.3 m² a person"),
    SpaceKind.STORAGE: (0.036, "NFPA 101: 27.9 m² a person"),
    SpaceKind.SERVICE: (0.01, "assumption"),
    SpaceKind.RESTROOM: (0.10, "assumption"),
    SpaceKind.ROOM: (0.05, "assumption"),
}
"""People/m² of gross area and its source, for kinds that are not sales floors. Kinds in which nobody stays
(stairs, lifts, voids) have none."""

_SALES = frozenset({SpaceKind.SHOP, SpaceKind.ANCHOR, SpaceKind.SUPERMARKET, SpaceKind.KIOSK})


def load_density(plan: Plan, space: Space) -> float:
    """People/m² that the fire strategy, or else the default of its kind and storey, expects in ``space``."""
    if not space.walkable:
        return 0.0
    if space.occupant_density is not None:
        return space.occupant_density
    if space.kind in _SALES:
        ordinal = plan.level[space.level_id].ordinal
        return SHOP_BY_ORDINAL[int(np.clip(ordinal, min(SHOP_BY_ORDINAL), max(SHOP_BY_ORDINAL)))]
    return LOAD_PER_M2[space.kind][0] if space.kind in LOAD_PER_M2 else 0.0


def occupant_load(plan: Plan) -> dict[str, int]:
    """People by space id at the design load, rounded to whole people; spaces with none are left out."""
    expected = _expected(plan)
    return _whole(expected, round(sum(expected.values())))


def spread(plan: Plan, people: int) -> dict[str, int]:
    """``people`` spread over the spaces in proportion to their load; their sum is exactly ``people``.

    Raises:
        ScenarioError: if ``people`` is negative, or nobody can be anywhere in this plan.
    """
    if people < 0:
        raise ScenarioError(f"{people} people: must be 0 or more")
    expected = _expected(plan)
    total = sum(expected.values())
    if people and not total:
        raise ScenarioError(f"plan {plan.id!r}: no space in which people stay")
    return _whole({k: v / total * people for k, v in expected.items()}, people) if people else {}


def _expected(plan: Plan) -> dict[str, float]:
    loads = {s.id: load_density(plan, s) * s.shape.area for s in plan.spaces}
    return {k: v for k, v in loads.items() if v > 0}


def _whole(expected: Mapping[str, float], total: int) -> dict[str, int]:
    """Whole numbers nearest to ``expected`` whose sum is ``total`` (largest remainders)."""
    names = list(expected)
    values = np.array([expected[n] for n in names])
    floor = np.floor(values).astype(int)
    short = total - int(floor.sum())
    order = np.argsort(-(values - floor), kind="stable")
    floor[order[:short]] += 1
    return {n: int(c) for n, c in zip(names, floor, strict=True) if c}
