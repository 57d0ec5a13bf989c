"""How much smoke slows people: laws that tools and experiments use, each under its name.

A law gives the share of the clear-air speed that is left at an extinction coefficient K (1/m). Which law is
taken matters: for one corridor the laws differ by up to 170 % in time (Ronchi, Gwynne, Purser and Colonna,
Fire Technology 49, 2013), so a result names the law that it rests on.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twin.errors import ScenarioError

Floats = NDArray[np.float64]


class SmokeLaw(StrEnum):
    """Speed in smoke, by the name of whom the law is taken from."""

    LUND = "lund"
    """Frantzich and Nilsson: v(K) = 0.706 - 0.057 K m/s, as FDS+Evac takes it: 1 - 0.0807 K of one's own
    speed, at least a tenth. The default, because it holds in thick smoke too."""
    JIN = "jin"
    """Jin's people in smoke that does not irritate: 1 up to K = 0.27 /m, 0.83 at 0.5, 0.46 at 1.0, and no
    slower than in the dark."""
    JIN_IRRITANT = "jin-irritant"
    """Jin's people in irritant smoke: 1 up to K = 0.2 /m, 0.35 at 0.5, and no slower than in the dark."""
    FRIDOLF = "fridolf"
    """V / (V + 2) of one's own speed at the visibility V = 3 / K m."""
    FRIDOLF_VISIBILITY = "fridolf-visibility"
    """Own speed less 0.34 m/s for each metre of visibility V = 3 / K below 3 m, at least 0.2 m/s."""


LUND_ALPHA_MPS, LUND_BETA = 0.706, -0.057
"""v(K) = alpha + beta K (FDS+Evac, section 3.4; deviations 0.069 and 0.015)."""
LUND_LEAST = 0.1
DARK = 0.3 / 1.25
"""Share of the speed that is left without any sight: 0.3 of 1.25 m/s, as people grope along a wall (Jin;
Ronchi et al. 2013)."""
SIGHT = 3.0
"""Visibility of a reflecting sign in m is this over K (Jin)."""

# Non-irritant: the line through the two published points (0.5, 0.83) and (1.0, 0.46) meets 1 at K = 0.27.
_JIN_K, _JIN_SHARE = (0.27, 0.5, 1.0, 1.0 + (0.46 - DARK) / 0.74), (1.0, 0.83, 0.46, DARK)
# Irritant: 1 at the least K that was tried (0.2), 0.35 at 0.5, and on along the same line.
_IRRITANT_K, _IRRITANT_SHARE = (0.2, 0.5, 0.5 + (0.35 - DARK) * 0.3 / 0.65), (1.0, 0.35, DARK)


def smoke_law(name: str) -> SmokeLaw:
    """The law called ``name``.

    Raises:
        ScenarioError: if there is none of that name.
    """
    try:
        return SmokeLaw(name)
    except ValueError as error:
        known = ", ".join(law.value for law in SmokeLaw)
        raise ScenarioError(f"smoke law {name!r} is not known; there are: {known}") from error


def speed_factor(
    extinction_per_m: ArrayLike, law: SmokeLaw = SmokeLaw.LUND, *, free_mps: ArrayLike = 1.25
) -> Floats:
    """Share of the speed in clear air that is left, (0, 1].

    Args:
        extinction_per_m: extinction coefficient K, 1/m; below 0 counts as clear.
        law: which law.
        free_mps: speed in clear air, m/s; only :attr:`SmokeLaw.FRIDOLF_VISIBILITY` asks for it.
    """
    smoke = np.maximum(np.asarray(extinction_per_m, np.float64), 0.0)
    if law is SmokeLaw.LUND:
        return np.maximum(1.0 + LUND_BETA / LUND_ALPHA_MPS * smoke, LUND_LEAST)
    if law is SmokeLaw.JIN:
        return np.asarray(np.interp(smoke, _JIN_K, _JIN_SHARE), np.float64)
    if law is SmokeLaw.JIN_IRRITANT:
        return np.asarray(np.interp(smoke, _IRRITANT_K, _IRRITANT_SHARE), np.float64)
    if law is SmokeLaw.FRIDOLF:
        return np.asarray(SIGHT / (SIGHT + 2.0 * smoke), np.float64)
    free = np.asarray(free_mps, np.float64)
    visible = SIGHT / np.maximum(smoke, 1e-9)
    left = np.maximum(free - 0.34 * np.maximum(3.0 - visible, 0.0), 0.2)
    return np.asarray(np.minimum(left / np.maximum(free, 1e-9), 1.0), np.float64)


def extinction_of_soot(soot_kg_per_m3: ArrayLike, *, specific_m2_per_kg: float = 8700.0) -> Floats:
    """Extinction coefficient in 1/m of a soot density in kg/m³ (8,700 m²/kg: Mulholland; FDS's default)."""
    return specific_m2_per_kg * np.asarray(soot_kg_per_m3, np.float64)
