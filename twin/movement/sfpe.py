"""The hydraulic relations of egress after the SFPE Handbook (Gwynne and Rosenbaum, 5th ed., ch. 59).

Speed S = k (1 - a D) with a = 0.266 m², between D = 0.54 /m² (below it people walk freely) and the jam.
Specific flow Fs = S D has its maximum k / (4 a) at D = 1 / (2 a) = 1.88 /m². A passage carries
Fs times its *effective* width: the clear width less a boundary layer at each side.
"""

from __future__ import annotations

import math
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

SLOPE_A_M2 = 0.266
K_LEVEL_MPS = 1.40
K_STAIRS_MPS = 0.863
FREE_DENSITY = 0.54
"""People/m² below which nobody is slowed down."""
BEST_DENSITY = 1 / (2 * SLOPE_A_M2)
"""People/m² at which the specific flow is largest: 1.88."""
JAM_DENSITY = 3.8
"""People/m² at which nothing moves: where the relation ends."""
LEVEL_FLOW = 1.32
"""Largest specific flow through a door or corridor, people/(m s): k / (4 a) as the handbook rounds it.
IMO test 4 and NIST 5.2 ask for at most 1.33."""

BOUNDARY_LAYER_M = MappingProxyType(
    {
        "door": 0.15,
        "arch": 0.15,
        "stairs": 0.15,
        "corridor": 0.20,
        "obstacle": 0.10,
        "concourse": 0.46,
        "none": 0.0,
    }
)
"""Width at each side that nobody uses, by element."""


def stair_k(riser_m: ArrayLike, tread_m: ArrayLike) -> NDArray[np.float64]:
    """Speed constant k of a stair in m/s: 0.863 sqrt(T / R), along the slope.

    Source: SFPE Handbook (k = 51.8 sqrt(T / R) m/min). 180/280 mm gives 1.077 m/s.
    """
    ratio = np.asarray(tread_m, np.float64) / np.asarray(riser_m, np.float64)
    return np.asarray(K_STAIRS_MPS * np.sqrt(ratio), np.float64)


def speed(density: ArrayLike, k: ArrayLike = K_LEVEL_MPS) -> NDArray[np.float64]:
    """Walking speed in m/s at ``density`` people/m²: k (1 - a D), that at 0.54 below it, never negative."""
    crowd = np.maximum(np.asarray(density, float), FREE_DENSITY)
    return np.asarray(np.maximum(np.asarray(k, float) * (1 - SLOPE_A_M2 * crowd), 0.0), np.float64)


def specific_flow(density: ArrayLike, k: ArrayLike = K_LEVEL_MPS) -> NDArray[np.float64]:
    """Specific flow S D in people/(m s) of effective width."""
    return np.asarray(speed(density, k) * np.asarray(density, float), np.float64)


def max_specific_flow(k: ArrayLike) -> NDArray[np.float64]:
    """Largest specific flow k / (4 a) in people/(m s); 1.01 for a stair of 180/280 mm."""
    return np.asarray(np.asarray(k, float) / (4 * SLOPE_A_M2), np.float64)


def effective_width(clear_m: ArrayLike, layer_m: ArrayLike) -> NDArray[np.float64]:
    """Clear width less a boundary layer at both sides, but never less than half the clear width.

    The handbook's rule ends at narrow passages: a 0.4 m gap would have 0.1 m. Half keeps such a gap passable
    and slow.
    """
    clear = np.asarray(clear_m, float)
    return np.asarray(np.maximum(clear - 2 * np.asarray(layer_m, float), clear / 2), np.float64)


def slope_length(rise_m: float, riser_m: float, tread_m: float) -> float:
    """Length along the slope of a flight that rises ``rise_m``."""
    return rise_m * math.hypot(riser_m, tread_m) / riser_m
