"""Intervals and paired differences: coverage, agreement with scipy, and 'no detectable change'."""

import math

import numpy as np
import pytest
from scipy import stats

from twin.world.statistics import estimate, paired, paired_many


def test_the_interval_is_scipys_t_interval():
    sample = np.array([3.0, 5.0, 4.0, 8.0, 6.0])
    ours = estimate(sample)
    low, high = stats.t.interval(0.95, 4, loc=sample.mean(), scale=stats.sem(sample))
    assert ours.low == pytest.approx(low)
    assert ours.high == pytest.approx(high)


def test_one_replication_has_no_interval():
    single = estimate([4.2])
    assert single.mean == 4.2
    assert math.isnan(single.low)
    assert single.document()["low"] is None


def test_the_interval_covers_the_truth_as_often_as_it_says():
    draws = np.random.default_rng(7).normal(10, 3, size=(4_000, 8))
    hits = sum(estimate(row).low <= 10 <= estimate(row).high for row in draws)
    assert abs(hits / 4_000 - 0.95) < 0.012


def test_pairing_finds_what_independent_runs_would_hide():
    generator = np.random.default_rng(11)
    day = generator.normal(1_000, 120, size=10)
    change = paired(day, day + 5 + generator.normal(0, 2, size=10))
    assert change.detectable
    assert change.delta.low < 5 < change.delta.high


def test_false_discoveries_among_many_shops_are_held_down():
    generator = np.random.default_rng(13)
    base = [generator.normal(100, 10, 12) for _ in range(400)]
    same = [row + generator.normal(0, 3, 12) for row in base]
    found = sum(d.detectable for d in paired_many(base, same, units=["visits"] * 400))
    assert found <= 4


def test_no_difference_at_all_is_no_detectable_change():
    row = np.array([1.0, 2.0, 3.0])
    assert not paired(row, row).detectable


def test_two_equal_differences_are_no_certainty_but_eight_are():
    """Whole numbers repeat: equal differences are judged by the sign test."""
    row = np.array([3.0, 5.0])
    assert not paired(row, row + 1).detectable
    many = np.arange(8.0)
    assert paired(many, many + 1).p_value == pytest.approx(2.0**-7)
    assert paired(many, many + 1).detectable
