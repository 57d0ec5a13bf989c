"""Eight lanes give what the same formula gives for one number after the other."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit
from numpy.typing import NDArray

from twin.movement.crowd.choosing import free_way
from twin.movement.crowd.lanes import (
    WIDTH,
    bits,
    everywhere,
    least,
    load,
    lower,
    number_of,
    of_bits,
    pick,
    root,
    store,
    store_some,
    total,
    up_to,
)
from twin.movement.crowd.seeing import DEPTH, DX, DY, FOUND, NARROW, VX, VY
from twin.movement.crowd.whole import WHOLE

AHEAD_S, CLOSER, MOST = 0.7, 0.8, 1.2


@njit(pipeline_class=WHOLE, no_cfunc_wrapper=True, error_model="numpy")
def _packed(numbers: NDArray[np.float32], at: int) -> int:
    value = load(numbers, 0, 0)
    mask = value < load(numbers, 1, 0)
    store_some(numbers, 2, at, mask, value)
    return number_of(mask)


@settings(deadline=None)
@given(seed=st.integers(0, 10_000), at=st.integers(0, WIDTH))
def test_some_are_stored_side_by_side_and_nothing_else_is_touched(seed: int, at: int) -> None:
    """Those that a mask picks, in their order, against numpy."""
    numbers = np.random.default_rng(seed).normal(size=(3, 2 * WIDTH)).astype(np.float32)
    expected = numbers.copy()
    some = numbers[0, :WIDTH][numbers[0, :WIDTH] < numbers[1, :WIDTH]]
    expected[2, at : at + len(some)] = some
    assert _packed(numbers, at) == len(some)
    np.testing.assert_array_equal(numbers, expected)


@njit(pipeline_class=WHOLE, no_cfunc_wrapper=True, error_model="numpy")
def _reckoned(numbers: NDArray[np.float32], at: int, count: int) -> tuple[int, float, float, int]:
    x, y = load(numbers, 0, at), load(numbers, 1, at)
    mask = (x < y) & ~up_to(count)
    picked = pick(mask, x * 2.0 - y / 3.0, everywhere(7.0))
    store(numbers, 2, at, -root(lower(x * x, y * y)))
    return bits(mask), least(picked), total(picked), bits(of_bits(5) | (x >= y))


@settings(deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(-2, 12))
def test_lanes_reckon_as_numbers_do(seed: int, count: int) -> None:
    """Operators, masks, picking, sums and minima, against numpy."""
    numbers = np.random.default_rng(seed).normal(size=(3, 3 * WIDTH)).astype(np.float32)
    at = seed % (2 * WIDTH)
    x, y = numbers[:2, at : at + WIDTH].copy()
    others = numbers[2].copy()
    mask, low, summed, some = _reckoned(numbers, at, count)
    weight = 1 << np.arange(WIDTH)
    expected = (x < y) & (np.arange(WIDTH) >= count)
    picked = np.where(expected, x * 2 - y / 3, np.float32(7))
    assert mask == weight[expected].sum()
    assert some == weight[(x >= y) | np.isin(np.arange(WIDTH), (0, 2))].sum()
    assert math.isclose(low, picked.min(), rel_tol=1e-6, abs_tol=1e-6)
    assert math.isclose(summed, picked.sum(), rel_tol=1e-5, abs_tol=1e-5)
    others[at : at + WIDTH] = -np.minimum(np.abs(x), np.abs(y))
    np.testing.assert_allclose(numbers[2], others, rtol=1e-6)


@njit(pipeline_class=WHOLE, no_cfunc_wrapper=True, error_model="numpy")
def _free_way(found: NDArray[np.float32], count: int, hx: float, hy: float, least_m: float) -> float:
    return free_way(found, count, hx, hy, AHEAD_S, CLOSER, MOST, least_m)


def _free(one: NDArray[np.float32], hx: float, hy: float) -> float:
    """The way that is free to one neighbour: up to where one touches the ellipse that both need.

    It counts as the longer the farther to the side that neighbour is.
    """
    dx, dy, vx, vy, depth, narrow = one[[DX, DY, VX, VY, DEPTH, NARROW]].astype(float).tolist()
    ahead, aside = dx * hx + dy * hy, (dy * hx - dx * hy) * narrow
    if ahead <= 0.0 or abs(aside) >= 1.0:
        return MOST
    towards = min(vx * hx + vy * hy, 0.0)
    way = ahead + AHEAD_S * towards - depth * math.sqrt(1.0 - aside * aside)
    return min(way * (1.0 + CLOSER * aside * aside), MOST)


@settings(deadline=None)
@given(seed=st.integers(0, 10_000), people=st.integers(0, 20), turn=st.floats(-math.pi, math.pi))
def test_the_free_way_is_the_least_of_the_ways_to_each(seed: int, people: int, turn: float) -> None:
    """Lanes in which nobody stands, far away, do not count, whatever else stands there."""
    rng = np.random.default_rng(seed)
    found = np.full((FOUND, 3 * WIDTH), np.nan, np.float32)
    found[[DX, DY]] = 1e4
    where = np.sort(rng.permutation(3 * WIDTH)[:people])
    found[DX, where], found[DY, where] = rng.uniform(-1.5, 1.5, (2, people))
    found[VX, where], found[VY, where] = rng.normal(0.0, 1.0, (2, people))
    found[DEPTH, where] = rng.uniform(0.26, 0.6, people)
    found[NARROW, where] = 1.0 / rng.uniform(0.26, 0.6, people)
    hx, hy = math.cos(turn), math.sin(turn)
    expected = max(0.0, min((_free(found[:, n], hx, hy) for n in where), default=MOST))
    # A neighbour at the very rim of the strip: the root of a rounding error.
    assert math.isclose(_free_way(found, 3 * WIDTH, hx, hy, 0.0), expected, abs_tol=1e-3)
    if expected > 0.0:
        # Of no use where it is less than what is asked for; what is asked for makes no other difference.
        assert math.isclose(_free_way(found, 3 * WIDTH, hx, hy, 0.99 * expected), expected, abs_tol=1e-3)
    if expected < MOST:
        assert _free_way(found, 3 * WIDTH, hx, hy, expected + 0.01) == 0.0
