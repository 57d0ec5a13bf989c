"""The two sets of relations between which a run chooses: ``code`` and ``calibrated``.

Standards and experiments disagree on door flow: codes allow 1.32-1.33 people/(m s) of effective width,
experiments measure 1.8-2.0 /(m s) of clear width. Both are modes; a statement about a code uses ``code``.
Each mode is one set of parameters for all tests and plans.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twin.errors import InputError
from twin.movement import sfpe


@dataclass(frozen=True, slots=True, kw_only=True)
class Physics:
    """How density slows people and how much a metre of door passes."""

    mode: str
    level_flow: float
    """Largest specific flow on the level, people/(m s)."""
    narrow: tuple[tuple[float, float], ...]
    """(clear width in m, people/s) of doors that pass more than ``level_flow`` times their width."""
    stair_flow: float | None
    """Largest specific flow on stairs; ``None``: k / (4 a) of the stair."""
    effective: bool
    """Whether widths lose their boundary layers (SFPE), or count as they are clear (experiments)."""
    measured: bool
    """Speeds as measured (:data:`LEVEL_SPEED`, Weidmann's stairs) instead of SFPE's."""
    best_level: float
    """People/m² at which the flow of a level is largest."""
    best_stairs: float
    """The same for stairs."""
    crowded_links: bool
    """Whether density slows people on stairs. The hydraulic hand method, and so ``code``, walks them at
    S(0.54) and limits their flow at the ends; experiments show slower walking."""
    jam_density: float
    """People/m² at which a zone takes nobody in."""
    itself: float
    """How much of a person is left out of the density that it walks at. Measured densities are means over
    time; who enters exceeds that mean by half a person on average: with a whole one a narrow place would
    always hold too many, and pass less. The hand method counts whole people."""


LEVEL_SPEED = (
    (0.25, 1.489),
    (0.75, 1.421),
    (1.25, 1.198),
    (1.75, 1.043),
    (2.25, 0.534),
    (2.75, 0.387),
    (3.25, 0.220),
    (3.75, 0.155),
    (5.0, 0.0),
)
"""(people/m², m/s): how fast a crowd that walks one way can be on the level; who is slower keeps the own
speed. Means by density in the corridor of 3.0 m (Zhang, Klingsch, Schadschneider and Seyfried, J. Stat. Mech.
P06004, 2011, as published with JuPedSim 0.8); at the jam nobody moves. The largest flow, 1.83 /(m s) at
1.75 /m², is that of the bottlenecks. Weidmann's curve for the level ends at 1.22, below all of these."""


def level_law() -> NDArray[np.float64]:
    """:data:`LEVEL_SPEED` as float64[m, 2] of (m² a person, m/s), the densest first.

    Between two points the speed is linear in the area a person has, as in a crowd that keeps a time gap.
    """
    return np.array([(1.0 / density, speed) for density, speed in LEVEL_SPEED[::-1]])


CODE = Physics(
    mode="code",
    level_flow=sfpe.LEVEL_FLOW,
    narrow=(),
    stair_flow=None,
    effective=True,
    measured=False,
    best_level=sfpe.BEST_DENSITY,
    best_stairs=sfpe.BEST_DENSITY,
    crowded_links=False,
    jam_density=sfpe.JAM_DENSITY,
    itself=0.0,
)
CALIBRATED = Physics(
    mode="calibrated",
    level_flow=1.87,
    narrow=((0.4, 0.89), (0.5, 1.06), (0.6, 1.12)),
    stair_flow=1.2,
    effective=False,
    measured=True,
    best_level=1.75,
    best_stairs=2.22,
    crowded_links=True,
    jam_density=5.0,
    itself=0.5,
)
"""Door flow: the mean of the slopes through 0 of Seyfried 2009 (1.88), EG 2006 (1.90) and Kretz 2006 (1.82).
Below 0.6 m people pass in one file, and a metre passes more: means by width of Kretz 2006 and,
at 0.5 m, of run 040_c_56_h- (Wuppertal 2018).
Stairs: Weidmann's relation (:data:`twin.movement.network.walking.STAIR_GAMMA`) decides, 0.97 /(m s) down and
0.85 up at his mean speeds; their ends pass 1.2 /(m s), the value that CIBSE Guide E accepts."""

MODES = MappingProxyType({"code": CODE, "calibrated": CALIBRATED})


def specific_flow(physics: Physics, clear_m: ArrayLike) -> NDArray[np.float64]:
    """Largest specific flow of doors of ``clear_m``, people/(m s) of the width that counts in this mode."""
    clear = np.asarray(clear_m, float)
    if not physics.narrow:
        return np.full(clear.shape, physics.level_flow)
    width, flow = np.array(physics.narrow).T
    share = np.interp(clear, width, flow / width, right=physics.level_flow)
    return np.asarray(np.where(clear > width[-1], physics.level_flow, share), np.float64)


def physics_of(mode: str) -> Physics:
    """The relations of ``mode``.

    Raises:
        InputError: if the mode is not known.
    """
    if mode not in MODES:
        raise InputError(f"mode {mode!r} is not known; there are: {', '.join(MODES)}")
    return MODES[mode]
