"""Arrivals against the process that they are drawn from."""

from __future__ import annotations

import numpy as np
import pytest

from twin.errors import ScenarioError
from twin.world.arrivals import MEAN_SIZE, day_factor, groups_of_day, hour_shares, sizes
from twin.world.streams import Streams
from twin.world.trading_day import DaySetup

DOORS = np.array([0.45, 0.75, 1.0])


def day(setup, seed=1, expected=20_000.0):
    return groups_of_day(setup, expected=expected, entrance_cdf=DOORS, seed=seed)


def test_sizes_are_zero_truncated_poisson_with_the_published_share_alone():
    """19 % of visitors come alone (ICSC): P(alone) by people is exp(-rate)."""
    drawn = sizes(Streams(4), np.arange(50_000))
    assert drawn.min() == 1
    assert drawn.mean() == pytest.approx(MEAN_SIZE, rel=0.01)
    assert (drawn == 1).sum() / drawn.sum() == pytest.approx(0.19, abs=0.01)


@pytest.mark.parametrize("mean", [1.0, 1.5, 2.05, 4.0])
def test_sizes_have_the_mean_that_is_asked_for(mean):
    assert sizes(Streams(5), np.arange(40_000), mean=mean).mean() == pytest.approx(mean, rel=0.02)


def test_visits_and_hours_are_those_of_the_day():
    setup = DaySetup(day_sd=0.0)
    groups = day(setup)
    assert groups.people == pytest.approx(20_000, rel=4 * np.sqrt(3.0 / 20_000))
    counted = np.bincount((groups.arrives_s // 3600).astype(int), minlength=24) / groups.id.size
    assert np.abs(counted - hour_shares(setup)).max() < 0.012
    assert np.all(np.diff(groups.arrives_s) >= 0)


def test_entrances_get_their_shares():
    groups = day(DaySetup(day_sd=0.0))
    assert np.bincount(groups.entrance) / groups.id.size == pytest.approx([0.45, 0.30, 0.25], abs=0.015)


def test_a_busier_day_keeps_the_visitors_of_the_quieter_one():
    few, many = (day(DaySetup(day_sd=0.0), expected=x) for x in (20_000.0, 20_200.0))
    assert set(few.id) <= set(many.id)
    assert len(set(many.id) - set(few.id)) < 0.03 * few.id.size


def test_the_day_multiplier_is_log_normal_with_mean_one():
    drawn = np.array([day_factor(DaySetup(), seed) for seed in range(2000)])
    assert drawn.mean() == pytest.approx(1.0, abs=0.012)
    assert np.log(drawn).std() == pytest.approx(0.12, abs=0.01)


@pytest.mark.parametrize(("opens", "closes"), [(10.0, 22.0), (9.5, 21.0), (0.0, 24.0)])
def test_nobody_comes_outside_opening_hours(opens, closes):
    shares = hour_shares(DaySetup(opens_h=opens, closes_h=closes))
    assert shares.sum() == pytest.approx(1.0)
    groups = day(DaySetup(opens_h=opens, closes_h=closes), expected=2000.0)
    assert groups.arrives_s.min() >= opens * 3600
    assert groups.arrives_s.max() <= closes * 3600


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"opens_h": 12.0, "closes_h": 11.0}, "opening hours"),
        ({"visits": 0.0}, "visits"),
        ({"weekday": 7}, "weekday"),
        ({"profile": (0.0,) * 24}, "profile"),
        ({"campaign": {"x": 0.0}}, "campaign of x"),
    ],
)
def test_what_cannot_be_true_is_named(fields, rule):
    with pytest.raises(ScenarioError, match=rule):
        DaySetup(**fields)
