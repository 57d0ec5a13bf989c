"""How many people the fire strategy of the demo mall expects in each place at its busiest hour.

Below the load factors of the codes (which design the stairs for about 16,000), because not every unit is
full at once: about 9,300 people in all, a busy Saturday.
"""

from __future__ import annotations

from collections.abc import Mapping

from floorplans.demo_mall.brands import ROLL
from twin.plan.model import Space, SpaceKind

BY_KIND: Mapping[SpaceKind, float] = {
    SpaceKind.SHOP: 0.20,
    SpaceKind.KIOSK: 0.30,
    SpaceKind.ANCHOR: 0.11,
    SpaceKind.SUPERMARKET: 0.20,
    SpaceKind.FOOD: 0.42,
    SpaceKind.LEISURE: 0.30,
    SpaceKind.SEATING: 0.60,
    SpaceKind.WALKWAY: 0.03,
}
"""People per m²."""
BY_CATEGORY: Mapping[str, float] = {
    "cinema": 0.50,
    "children": 0.25,
    "gym": 0.15,
    "sports": 0.12,
    "jewellery": 0.12,
    "home": 0.12,
}
"""Where the use says more than the kind: a cinema hall has a seat on 2 m², a big shop is thinly peopled."""


def density_of(space: Space) -> float | None:
    """People per m² expected in ``space``; ``None`` where nobody is expected to stay."""
    if space.id in ROLL and ROLL[space.id].category in BY_CATEGORY:
        return BY_CATEGORY[ROLL[space.id].category]
    return BY_KIND.get(space.kind)
