"""Demographics: what is drawn is what the tables say, and a person stays the same person."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.errors import ScenarioError
from twin.movement.demographics import ADULT, Body, Population, SpeedLaw, Walkers, draw_people
from twin.movement.populations import (
    AGE_SPEEDS,
    AGES,
    IMO,
    MALL,
    POPULATIONS,
    RIMEA_ADULTS,
    WEIDMANN,
    age_speed,
    by_age,
    population,
    same_speed,
)
from twin.world.streams import Streams

DRAWS = Streams(7)
WHO = np.arange(20_000)


@pytest.mark.parametrize("name", POPULATIONS)
def test_shares_are_those_of_the_table(name):
    """Every row within four standard errors of its share."""
    people = draw_people(DRAWS, WHO, POPULATIONS[name])
    share = np.array([row.share for row in POPULATIONS[name].rows])
    share /= share.sum()
    found = np.bincount(people.row, minlength=len(share)) / len(WHO)
    assert (np.abs(found - share) < 4 * np.sqrt(share * (1 - share) / len(WHO)) + 1e-12).all()


def test_imo_7_fifty_of_each_group_walk_within_its_range_and_on_both_sides_of_its_middle():
    """IMO test 7: sampled speeds match tables 3.4 and 3.5."""
    for row in IMO.rows:
        people = draw_people(DRAWS, np.arange(50), Population(name="one", rows=(row,)))
        ranges = np.array([row.level, row.down, row.up])
        assert (people.speed_mps >= ranges[:, 0]).all()
        assert (people.speed_mps <= ranges[:, 1]).all()
        error = (ranges[:, 1] - ranges[:, 0]) / np.sqrt(12 * 50)
        assert (np.abs(people.speed_mps.mean(axis=0) - ranges.mean(axis=1)) < 4 * error).all()


def test_imo_table_is_the_published_one():
    """Ten rows, shares that sum to one, and the slowest and quickest figures of the tables."""
    assert len(IMO.rows) == 10
    assert sum(row.share for row in IMO.rows) == pytest.approx(1.0)
    assert min(row.up[0] for row in IMO.rows) == 0.23
    assert max(row.level[1] for row in IMO.rows) == 1.85


def test_nist_2_4_and_iso_5_a_normal_law_keeps_its_mean_and_deviation():
    """100 agents of N(1.2, 0.2) m/s: mean and deviation within 0.05; of many, within 0.005."""
    row = Walkers("n", 1.0, (1.2, 0.2), (1.2, 0.2), (1.2, 0.2), law=SpeedLaw.NORMAL)
    one = Population(name="n", rows=(row,))
    for count, tolerance in ((100, 0.05), (20_000, 0.005)):
        speed = draw_people(DRAWS, np.arange(count), one).speed_mps[:, 0]
        assert (speed.mean(), speed.std()) == pytest.approx((1.2, 0.2), abs=tolerance)


def test_rimea_7_speeds_by_age_lie_in_the_band_of_the_figure():
    """Mean of each row of five years on Weidmann's curve, deviation 0.19 of it."""
    people = draw_people(DRAWS, WHO, RIMEA_ADULTS)
    for number, row in enumerate(RIMEA_ADULTS.rows):
        speed = people.speed_mps[people.row == number, 0]
        first, last = (int(year) for year in row.name.split()[1].split("-"))
        mean = age_speed((first + last) / 2)
        assert speed.mean() == pytest.approx(mean, abs=4 * 0.19 * mean / np.sqrt(len(speed)))
        assert speed.std() == pytest.approx(0.19 * mean, rel=0.12)


def test_the_age_curve_passes_through_its_points_and_ends_flat():
    assert [age_speed(age) for age in AGES] == pytest.approx(AGE_SPEEDS)
    assert (age_speed(1.0), age_speed(99.0)) == (AGE_SPEEDS[0], AGE_SPEEDS[-1])


def test_weidmann_walks_1_34_on_the_level_and_is_slowest_upstairs():
    speed = draw_people(DRAWS, WHO, WEIDMANN).speed_mps
    assert speed[:, 0].mean() == pytest.approx(1.34, abs=0.01)
    assert speed[:, 0].std() == pytest.approx(0.26, abs=0.01)
    assert (speed[:, 2] < speed[:, 1]).all()
    assert (speed[:, 1] < speed[:, 0]).all()


@given(st.integers(0, 2**32 - 1), st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=20, unique=True))
def test_the_same_person_is_the_same_in_any_company(seed, who):
    """Whoever else is drawn, and in whatever order."""
    draws = Streams(seed)
    together = draw_people(draws, np.array(who), MALL)
    alone = draw_people(draws, np.array(who[-1:]), MALL)
    for field in ("row", "speed_mps", "depth_m", "breadth_m", "steps"):
        assert (getattr(together, field)[-1] == getattr(alone, field)[0]).all()


def test_a_row_that_is_added_wins_people_and_moves_nobody_else():
    fewer = replace(MALL, rows=MALL.rows[:-1])
    before, after = draw_people(DRAWS, WHO, fewer), draw_people(DRAWS, WHO, MALL)
    moved = before.row != after.row
    assert (after.row[moved] == len(MALL.rows) - 1).all()
    assert (after.row == len(MALL.rows) - 1).sum() == moved.sum()
    assert (before.speed_mps[~moved] == after.speed_mps[~moved]).all()


def test_bodies_are_those_of_the_table_scaled_to_the_shoulders_of_an_adult():
    """FDS+Evac: circles of 0.54, 0.48, 0.42 m for men, women, children; an adult is 0.30 by 0.46 m."""
    assert (ADULT.depth_m, ADULT.breadth_m) == pytest.approx((0.30, 0.46))
    people = draw_people(DRAWS, WHO, MALL)
    names = np.array([row.name.split()[0] for row in MALL.rows])[people.row]
    mean = {name: people.breadth_m[names == name].mean() for name in ("man", "woman", "child")}
    assert mean["man"] > mean["woman"] > mean["child"]
    assert mean["child"] == pytest.approx(0.42 * 0.46 / 0.51, rel=0.01)
    assert (np.abs(people.breadth_m[names == "child"] / mean["child"] - 1) < 0.08).all()


def test_wheelchair_users_are_broad_and_cannot_use_stairs_and_nobody_else_is_so():
    people = draw_people(DRAWS, WHO, MALL)
    users = people.row == len(MALL.rows) - 1
    assert users.sum() == (~people.steps).sum() > 0
    assert (people.breadth_m[users] == 0.70).all()
    assert people.breadth_m[~users].max() < 0.60
    assert people.speed_mps[users, 0].mean() == pytest.approx(0.72, abs=0.1)


def test_everybody_can_move_in_every_population():
    for one in POPULATIONS.values():
        people = draw_people(DRAWS, WHO, one)
        assert people.speed_mps.min() >= 0.1
        assert people.speed_mps.max() < 3.0


def test_same_speed_gives_exactly_that_and_a_body_of_choice():
    people = draw_people(DRAWS, np.arange(9), same_speed(1.25, body_m=(0.4, 0.8)))
    assert (people.speed_mps == 1.25).all()
    assert (people.depth_m == 0.4).all()
    assert (people.breadth_m == 0.8).all()


@pytest.mark.parametrize(
    ("broken", "rule"),
    [
        (lambda: Walkers("x", -1.0, (1, 1), (1, 1), (1, 1)), "'x': a share of -1.0 is not 0 or more"),
        (lambda: Walkers("x", 1.0, (1, 1), (1, 0.5), (1, 1)), "'x': speeds .1, 0.5. m/s: need 0 < least"),
        (lambda: Walkers("x", 1.0, (0, 1), (1, 1), (1, 1)), "need 0 < least"),
        (lambda: Walkers("x", 1.0, (1, 1), (1, 1), (1, 1), Body(0.4, 0.5, 0.3)), "is no body"),
        (lambda: replace(IMO, rows=(IMO.rows[0], IMO.rows[0])), "two rows are called 'woman under 30'"),
        (lambda: replace(IMO, rows=()), "must sum to more than 0"),
        (lambda: population("giants"), "population 'giants' is not known; there are: mall, imo"),
        (lambda: by_age("x", youngest=30, oldest=20, mean=25, deviation=5), "0 < youngest < oldest"),
    ],
)
def test_a_population_that_cannot_be_is_refused_with_its_rule(broken, rule):
    with pytest.raises(ScenarioError, match=rule):
        broken()
