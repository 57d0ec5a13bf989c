"""The eight lanes give what the same formula gives for one neighbour after the other."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit
from numpy.typing import NDArray

from twin.movement.crowd.simd import NEIGHBOUR, WIDTH, least_gap, lessen

AHEAD_S, MOST = 0.7, 1.2


@njit
def _least(found: NDArray[np.float32], hx: float, hy: float) -> float:
    return least_gap(found, WIDTH, hx, hy, AHEAD_S, MOST)


@njit
def _lessen(found: NDArray[np.float32], count: int) -> None:
    for n in range(count):
        lessen(found, n, AHEAD_S)


def _free(one: NDArray[np.float32], hx: float, hy: float) -> float:
    """The way that is free to one neighbour: up to where one touches the ellipse that both need."""
    dx, dy, vx, vy, depth, narrow = one.astype(float).tolist()
    ahead, aside = dx * hx + dy * hy, (dy * hx - dx * hy) * narrow
    if ahead <= 0.0 or abs(aside) >= 1.0:
        return MOST
    towards = min(vx * hx + vy * hy, 0.0)
    return min(ahead + AHEAD_S * towards - depth * math.sqrt(1.0 - aside * aside), MOST)


def _people(seed: int) -> NDArray[np.float32]:
    """Neighbours in the columns, round about."""
    rng = np.random.default_rng(seed)
    found = np.zeros((NEIGHBOUR + 3, 4 * WIDTH), np.float32)
    found[:2] = rng.uniform(-1.5, 1.5, (2, 4 * WIDTH))
    found[2:4] = rng.normal(0.0, 1.0, (2, 4 * WIDTH))
    found[4] = rng.uniform(0.26, 0.6, 4 * WIDTH)
    found[5] = 1.0 / rng.uniform(0.26, 0.6, 4 * WIDTH)
    return found


@settings(deadline=None)
@given(seed=st.integers(0, 10_000), turn=st.floats(-math.pi, math.pi))
def test_the_least_way_to_eight_is_the_least_of_the_ways_to_each(seed: int, turn: float) -> None:
    """Those at (0, 0), with which a row is filled up, do not count, whatever else stands there."""
    found = _people(seed)
    found[:2, WIDTH + 5 :] = 0.0
    found[2:6, WIDTH + 5 :] = np.nan
    hx, hy = math.cos(turn), math.sin(turn)
    expected = min(_free(found[:NEIGHBOUR, n], hx, hy) for n in range(WIDTH, WIDTH + 5))
    # A neighbour at the very rim of the strip: the root of a rounding error.
    assert math.isclose(_least(found, hx, hy), expected, abs_tol=1e-3)


@settings(deadline=None)
@given(seed=st.integers(0, 10_000), turn=st.floats(-math.pi, math.pi))
def test_eight_headings_at_once_are_eight_headings_one_by_one(seed: int, turn: float) -> None:
    """Each keeps its own least way to all the neighbours."""
    found = _people(seed)
    angles = turn + np.linspace(-1.5, 1.5, WIDTH)
    found[NEIGHBOUR, :WIDTH], found[NEIGHBOUR + 1, :WIDTH] = np.cos(angles), np.sin(angles)
    found[NEIGHBOUR + 2, :WIDTH] = MOST
    _lessen(found, 11)
    expected = [min(_free(found[:NEIGHBOUR, n], math.cos(a), math.sin(a)) for n in range(11)) for a in angles]
    np.testing.assert_allclose(found[NEIGHBOUR + 2, :WIDTH], expected, atol=1e-3)
