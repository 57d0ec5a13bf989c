"""Groups: sizes after the zero-truncated Poisson law, members of one space, one start, one goal, one pace."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from twin.errors import ScenarioError
from twin.plan.zones import zones_of
from twin.world.companions import group_numbers, group_sizes, leaders_of
from twin.world.crowd import crowd_of
from twin.world.drill_setup import DrillSetup
from twin.world.population import spread
from twin.world.streams import Streams


@pytest.fixture(scope="module")
def crowd(two_storey_plan):
    setup = DrillSetup(people=spread(two_storey_plan, 600), groups=True)
    return crowd_of(two_storey_plan, zones_of(two_storey_plan), setup, Streams(3))


@pytest.mark.parametrize("mean", [0.83, 1.11])
def test_sizes_follow_the_zero_truncated_poisson_law(mean):
    """P(n) = mean^n / (n! (e^mean - 1))."""
    middle = (np.arange(200_000) + 0.5) / 200_000
    share = np.bincount(group_sizes(middle, mean), minlength=6)[1:6] / 200_000
    law = [mean**n / math.factorial(n) / math.expm1(mean) for n in range(1, 6)]
    assert share == pytest.approx(law, abs=1e-5)


def test_up_to_seventy_per_cent_are_in_groups():
    """Moussaïd et al. 2010: at the busy place's parameter two thirds of the people are not alone."""
    space = np.zeros(50_000, np.int32)
    for mean, share in ((0.83, 0.56), (1.11, 0.67)):
        leader = leaders_of(Streams(1), np.arange(50_000), space, mean=mean)
        assert (group_numbers(leader) >= 0).mean() == pytest.approx(share, abs=0.01)


def test_a_group_is_of_one_space_and_led_by_its_first():
    space = np.repeat(np.arange(40, dtype=np.int32), 7)
    leader = leaders_of(Streams(2), np.arange(280), space)
    assert (space[leader] == space).all()
    assert (leader[leader] == leader).all()
    assert (leader <= np.arange(280)).all()
    assert (np.diff(leader) >= 0).all()


def test_people_who_are_added_elsewhere_change_no_group():
    key = np.arange(100)
    space = np.repeat(np.array([0, 1], np.int32), 50)
    alone = leaders_of(Streams(4), key[:50], space[:50])
    assert (leaders_of(Streams(4), key, space)[:50] == alone).all()
    assert (leaders_of(Streams(4), key[:40], space[:40])[:35] == alone[:35]).all()


def test_a_group_starts_together_near_its_leader_and_walks_as_its_slowest(crowd):
    together = crowd.group >= 0
    assert 0.4 < together.mean() < 0.7
    assert (crowd.start_s == crowd.start_s[crowd.leader]).all()
    assert (crowd.familiar == crowd.familiar[crowd.leader]).all()
    assert np.hypot(*(crowd.xy - crowd.xy[crowd.leader]).T).max() < 2.5
    speed = crowd.speed_mps(slowest=True)
    assert (speed <= crowd.persons.speed_mps + 1e-12).all()
    assert (speed == speed[crowd.leader]).all()
    assert (speed[~together] == crowd.persons.speed_mps[~together]).all()


def test_who_is_with_a_wheelchair_user_goes_step_free_too(crowd):
    users = ~crowd.persons.steps
    assert users.any()
    assert crowd.step_free[users].all()
    assert (crowd.step_free == crowd.step_free[crowd.leader]).all()
    assert not crowd.step_free[~np.isin(crowd.leader, crowd.leader[users])].any()


def test_groups_are_for_calibrated_drills_unless_asked_for(two_storey_plan):
    code = DrillSetup(people=spread(two_storey_plan, 10))
    assert not code.together
    assert replace(code, mode="calibrated").together
    assert replace(code, groups=True).together
    with pytest.raises(ScenarioError, match="group mean 0: must be above 0 and at most 4"):
        replace(code, group_mean=0)
