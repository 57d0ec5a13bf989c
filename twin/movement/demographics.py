"""Who walks how fast: free speeds on the level, down and up stairs, by sex, age and mobility.

Speeds: IMO MSC.1/Circ.1533, tables 3.4 and 3.5 (uniform ranges). The shares of a mall's visitors are an
assumption, since no published table was found; children's speeds follow Weidmann's age curve (RiMEA fig. 5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray


class Draws(Protocol):
    """The part of :class:`twin.world.streams.Streams` that is needed here."""

    def uniform(self, purpose: str, agent: ArrayLike, index: ArrayLike = 0) -> NDArray[np.float64]:
        """Uniform numbers on (0, 1), one an agent."""


@dataclass(frozen=True, slots=True)
class Walkers:
    """One group of people. Speeds are (least, most) in m/s along the floor or the slope."""

    name: str
    share: float
    level: tuple[float, float]
    down: tuple[float, float]
    up: tuple[float, float]


MALL_VISITORS: tuple[Walkers, ...] = (
    Walkers("child", 0.10, (0.60, 1.20), (0.45, 0.80), (0.40, 0.65)),
    Walkers("woman under 30", 0.17, (0.93, 1.55), (0.56, 0.94), (0.47, 0.79)),
    Walkers("woman 30-50", 0.18, (0.71, 1.19), (0.49, 0.81), (0.44, 0.74)),
    Walkers("woman over 50", 0.11, (0.56, 0.94), (0.45, 0.75), (0.37, 0.61)),
    Walkers("woman over 50, impaired", 0.02, (0.43, 0.71), (0.34, 0.56), (0.28, 0.46)),
    Walkers("man under 30", 0.16, (1.11, 1.85), (0.76, 1.26), (0.50, 0.84)),
    Walkers("man 30-50", 0.16, (0.97, 1.62), (0.64, 1.07), (0.47, 0.79)),
    Walkers("man over 50", 0.08, (0.84, 1.40), (0.50, 0.84), (0.38, 0.64)),
    Walkers("man over 50, impaired", 0.02, (0.64, 1.06), (0.38, 0.64), (0.29, 0.49)),
)


def draw_speeds(
    draws: Draws, agents: ArrayLike, groups: Sequence[Walkers] = MALL_VISITORS
) -> NDArray[np.float64]:
    """Free speeds float64[n, 3] (level, stairs down, stairs up) of ``agents``, m/s.

    One uniform number places a person within its group's three ranges, so that who is quick on the level is
    quick on stairs.
    """
    who = np.asarray(agents)
    edges = np.cumsum([g.share for g in groups])
    group = np.searchsorted(edges / edges[-1], draws.uniform("walker", who))
    ranges = np.array([[g.level, g.down, g.up] for g in groups])
    low, high = ranges[group, :, 0], ranges[group, :, 1]
    result: NDArray[np.float64] = low + (high - low) * draws.uniform("speed", who)[:, None]
    return result
