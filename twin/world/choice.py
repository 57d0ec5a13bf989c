"""Where a group goes next: the shopper model and its parameters.

Next stops are a nested multinomial logit (Train, "Discrete Choice Methods with Simulation", chapter 4).
The utility of tenant j for a group at o is::

    V_j = a ln(area_j draw_j attraction_j) + ln(campaign_j) - g ln(d0 + d_oj) - f floors_oj
          + ln(purpose weight of j's nest) + ln(group appeal_j) [families] - v [visited j]

and with dissimilarity s the probabilities are P(nest n) ~ exp(s ln sum exp(V_j / s)) and
P(j | n) ~ exp(V_j / s): a new brand takes its share from its own nest first. Draws add Gumbel shocks
keyed by (seed, group, stop, tenant id): a choice changes between two plans only where its utilities do.

While a group walks, each tenant whose front it passes is considered once a leg (Borgers and Timmermans)::

    p_enter = 1 - exp(-k impulse_cat attraction need)

Evidence: gravity exponent of moves between shops 1-2 (Liu et al. 2019, doi 10.1109/ACCESS.2019.2942428);
attraction by size (Zacharias 2005); the rest are assumptions to calibrate.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.world.categories import Evidence, Grade, Nest

NESTS: tuple[Nest, ...] = tuple(Nest)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopperModel:
    """Parameters of the choice of stops and of the length of a visit."""

    area_exponent: float = 0.85
    distance_exponent: float = 1.0
    distance_offset_m: float = 30.0
    """Keeps the nearest shop from being irresistible; beyond it the exponent rules."""
    floor_penalty: float = 0.30
    """Utility lost for each storey between here and there, on top of the time it takes."""
    visited_penalty: float = 4.0
    dissimilarity: float = 0.6
    """Of the nests, in (0, 1]; 1 is plain multinomial logit."""
    impulse_rate: float = 0.012
    """k: for fashion of ordinary attraction and a group that looks around."""
    similar_factor: float = 0.4
    """Factor on the impulse to enter where a shop of the category was visited already."""
    purpose_weights: tuple[tuple[float, ...], ...] = (
        (1.0, 0.9, 0.25, 0.10, 0.55),
        (1.3, 0.4, 0.30, 0.12, 0.15),
        (0.9, 0.3, 0.25, 0.08, 0.12),
        (0.8, 0.3, 0.35, 0.10, 0.06),
        (0.02, 0.01, 0.03, 1.0, 0.01),
    )
    """Weight of a nest (comparison, daily, food, leisure, services) by purpose.

    The last row holds for the first stop of who came to be entertained.
    """
    impulse_factor: tuple[float, ...] = (0.6, 1.7, 0.7, 0.6)
    """Need to look in when passing, by purpose."""
    stops_more: tuple[float, ...] = (1.4, 1.7, 1.0, 0.8)
    """Mean of the Poisson number of planned stops beyond the first, by purpose."""
    time_budget_min: tuple[float, ...] = (95.0, 110.0, 110.0, 150.0)
    """Median time after which a group goes home once it has done what it is doing, by purpose."""
    time_budget_sigma: float = 0.45
    lunch_share: float = 0.30
    """Groups that eat when they are here at lunch time, whatever they came for."""
    dinner_share: float = 0.60
    linger_share: tuple[float, ...] = (0.55, 0.85, 0.6, 0.6)
    """Legs that are interrupted to look, wait, rest, by purpose."""
    linger_mean_min: float = 11.0
    linger_sigma: float = 0.8
    magnet_share: float = 0.30
    """Share of the visits that the mall's magnets (anchors, supermarket, cinema …) bring.

    With it, one yuan of sales of a lost anchor costs the others about 0.6 (Gould, Pashigian and
    Prendergast 2005, grade A).
    """
    same_exit_share: float = 0.85
    """Groups that leave by the entrance they came in (others by the nearest)."""

    def sources(self) -> list[dict[str, str]]:
        """Grade and source of the parameters."""
        return [
            {"figure": name, "grade": str(item.grade), "source": item.source}
            for name, item in EVIDENCE.items()
        ]


_ASSUMED = "assumption of mall-twin, set so that the stylised facts of malls hold; calibrate with site data"
EVIDENCE = {
    "distance_exponent": Evidence(
        grade=Grade.A, source="Liu et al. 2019: 1-2 for direct moves between shops"
    ),
    "area_exponent": Evidence(
        grade=Grade.D, source="size fits itineraries best (Zacharias 2005); value assumed"
    ),
    "floor_penalty": Evidence(grade=Grade.C, source="sales keep 0.5-0.75 a storey (Reurbanist 2016)"),
    "impulse_rate": Evidence(grade=Grade.B, source="capture 8-9 % of passers (Euclid 2013/14, all formats)"),
    "stay": Evidence(grade=Grade.B, source="ICSC exit surveys: 76-89 min, 2-3 shops entered"),
    "magnet_share": Evidence(
        grade=Grade.C,
        source="after the spill-over of anchors, 116 against 185 $ (Gould, Pashigian, Prendergast 2005)",
    ),
    "explorer_share": Evidence(grade=Grade.D, source=_ASSUMED),
    "dissimilarity": Evidence(grade=Grade.D, source=_ASSUMED),
    "meals": Evidence(grade=Grade.D, source=_ASSUMED),
    "linger": Evidence(grade=Grade.D, source=_ASSUMED),
}
"""What is known of the parameters of :class:`ShopperModel`."""


def keys_of(ids: Sequence[str]) -> NDArray[np.int64]:
    """A 32-bit key for each id, the same in every plan: the shock of a choice belongs to the tenant."""
    return np.array([zlib.crc32(name.encode()) for name in ids], dtype=np.int64)


def nested_probabilities(
    utility: NDArray[np.float64], nest: NDArray[np.int64], *, dissimilarity: float
) -> NDArray[np.float64]:
    """Probability of each alternative of a nested logit; ``-inf`` is never chosen.

    The reference that the compiled draw of :mod:`twin.world.choice_draw` is tested against.

    Args:
        utility: [J].
        nest: [J] nest of each alternative.
        dissimilarity: of all nests.
    """
    scaled = np.exp((utility - utility.max()) / dissimilarity)
    sums = np.bincount(nest, weights=scaled)
    upper = np.where(sums > 0, sums, 0.0) ** dissimilarity
    within = np.divide(scaled, sums[nest], out=np.zeros_like(scaled), where=sums[nest] > 0)
    probability: NDArray[np.float64] = within * upper[nest] / upper.sum()
    return probability
