"""Laying levels and flights side by side on one canvas."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

GAP_M = 3.0
"""Between two things on the canvas: nobody there is within anybody's reach here."""


def pack(sizes: ArrayLike) -> NDArray[np.float64]:
    """Lower left corners [n, 2] of rectangles [n, (width, height)] laid on shelves, the highest first.

    They start at (0, 0) and lie at least :data:`GAP_M` apart.
    """
    wanted = np.asarray(sizes, float).reshape(-1, 2) + GAP_M
    corner = np.zeros_like(wanted)
    if not len(wanted):
        return corner
    width = max(float(wanted[:, 0].max()), math.sqrt(1.3 * float(wanted.prod(axis=1).sum())))
    x = y = shelf = 0.0
    for n in np.lexsort((-wanted[:, 0], -wanted[:, 1])):
        if x > 0.0 and x + wanted[n, 0] > width:
            x, y, shelf = 0.0, y + shelf, 0.0
        corner[n] = x, y
        x += wanted[n, 0]
        shelf = max(shelf, wanted[n, 1])
    return corner
