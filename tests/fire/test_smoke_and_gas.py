"""Smoke and gas: published walking times in smoke, Purser's dose by hand, and air by space and time."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.errors import ScenarioError
from twin.fire.air import AMBIENT_O2_PERCENT, AirStep, GivenAir, Places, SpaceAir, as_air
from twin.fire.smoke import SmokeLaw, extinction_of_soot, smoke_law, speed_factor
from twin.fire.toxicity import co_rate, fed_rate, hyperventilation, o2_rate, seconds_to

SMOKES = (0.5, 1.0, 3.0, 7.5, 10.0)
RONCHI_S = {
    1.25: (84, 87, 107, 203, 419),
    1.0: (105, 109, 133, 255, 526),
    0.75: (139, 146, 177, 339, 711),
    0.5: (208, 217, 266, 509, 998),
}
"""FDS+Evac's times on 100 m (Ronchi et al. 2013, table 2), by speed and extinction coefficient."""


@pytest.mark.parametrize("free_mps", RONCHI_S)
def test_lund_gives_the_published_times_on_a_hundred_metres(free_mps):
    """Those times rest on walking speeds that were rounded to 0.01 m/s: up to 5 % for the slowest."""
    times = 100.0 / (free_mps * speed_factor(SMOKES))
    slowest = (free_mps * speed_factor(SMOKES)).min()
    assert times == pytest.approx(RONCHI_S[free_mps], rel=0.006 + 0.005 / slowest)


def test_lund_is_the_line_of_frantzich_and_nilsson_down_to_a_tenth():
    assert speed_factor(1.0) == pytest.approx((0.706 - 0.057) / 0.706)
    assert speed_factor([20.0, 1000.0]) == pytest.approx([0.1, 0.1])


def test_jin_gives_the_published_times_at_one_and_a_quarter_metres_a_second():
    """Ronchi et al. 2013, buildingEXODUS: 96 and 174 s without irritants, 227 s with."""
    assert 80.0 / speed_factor([0.5, 1.0], SmokeLaw.JIN) == pytest.approx([96, 174], rel=0.01)
    assert 80.0 / speed_factor(0.5, SmokeLaw.JIN_IRRITANT) == pytest.approx(227, rel=0.01)


def test_fridolf_by_visibility():
    """f = V / (V + 2); and 0.34 m/s less for each metre of sight below 3 m, but 0.2 m/s."""
    assert speed_factor(1.5, SmokeLaw.FRIDOLF) == pytest.approx(2 / 4)
    of_own = speed_factor([0.5, 1.0, 2.0, 30.0], SmokeLaw.FRIDOLF_VISIBILITY, free_mps=1.0)
    assert of_own == pytest.approx([1.0, 1.0, 1 - 0.34 * 1.5, 0.2])


@given(
    law=st.sampled_from(list(SmokeLaw)),
    smoke=st.lists(st.floats(0, 1e4), min_size=2, max_size=6),
    free_mps=st.floats(0.1, 2.5),
)
def test_no_law_ever_speeds_up_stops_or_rises_with_the_smoke(law, smoke, free_mps):
    factors = speed_factor(sorted(smoke), law, free_mps=free_mps)
    assert (factors > 0).all()
    assert (factors <= 1).all()
    assert (np.diff(factors) <= 1e-12).all()
    assert speed_factor(0.0, law, free_mps=free_mps) == 1.0


def test_an_unknown_law_is_named():
    with pytest.raises(ScenarioError, match="smoke law 'gin' is not known; there are: lund"):
        smoke_law("gin")
    assert smoke_law("jin") is SmokeLaw.JIN


def test_extinction_of_soot_is_that_of_fds():
    assert extinction_of_soot(1e-3) == pytest.approx(8.7)


NIST = AirStep(co_ppm=5000.0, co2_percent=2.0, o2_percent=18.0)


def test_nist_2_6_dose_of_one_after_208_7_seconds():
    """By hand: 0.18779 /min of CO, times 1.5233, and 0.001410 /min for want of oxygen."""
    assert co_rate(5000.0) == pytest.approx(0.18779, rel=1e-4)
    assert hyperventilation(2.0) == pytest.approx(1.5233, rel=1e-4)
    assert o2_rate(18.0) == pytest.approx(0.001410, rel=1e-3)
    assert seconds_to(1.0, as_air(NIST))[0] == pytest.approx(208.7, abs=0.05)


def test_clean_air_does_nothing():
    assert fed_rate(as_air(AirStep()))[0] == 0.0
    assert math.isinf(seconds_to(1.0, as_air(AirStep()))[0])


@given(
    st.sampled_from(["co_ppm", "hcn_ppm", "nox_ppm", "irritant_per_min", "co2_percent"]), st.floats(1.0, 90.0)
)
def test_more_of_a_gas_is_never_less_of_a_dose(gas, amount):
    base = {"co_ppm": 100.0}
    less = fed_rate(as_air(AirStep(**base)))[0]
    more = fed_rate(as_air(AirStep(**(base | {gas: base.get(gas, 0.0) + amount}))))[0]
    assert more >= less
    if gas != "co2_percent":
        assert more > less


def places(two_storey_plan, *names):
    number = {s.id: i for i, s in enumerate(two_storey_plan.spaces)}
    return Places(
        space=np.array([number.get(name, -1) for name in names], np.int32), xy=np.zeros((len(names), 2))
    )


def test_given_air_holds_by_space_from_step_to_step(two_storey_plan):
    shop = SpaceAir(
        space_id="L1-shop-1",
        steps=(AirStep(from_s=60.0, extinction_per_m=0.5), AirStep(from_s=120.0, extinction_per_m=3.0)),
    )
    field = GivenAir(two_storey_plan, [shop])
    where = places(two_storey_plan, "L1-shop-1", "L1-corridor", "a lift")
    found = [field.sample(where, t).extinction_per_m.tolist() for t in (0.0, 59.9, 60.0, 119.0, 1e6)]
    assert found == [[0, 0, 0], [0, 0, 0], [0.5, 0, 0], [0.5, 0, 0], [3.0, 0, 0]]
    assert field.sample(where, 0.0).o2_percent.tolist() == [AMBIENT_O2_PERCENT] * 3
    assert field.last_change_s == 120.0


@pytest.mark.parametrize(
    ("broken", "rule"),
    [
        (lambda: AirStep(co_ppm=-1.0), "co_ppm -1.0: must be 0 or more"),
        (lambda: AirStep(o2_percent=101.0), "o2_percent 101.0: must be 0 or more and at most 100"),
        (lambda: AirStep(extinction_per_m=math.nan), "extinction_per_m nan"),
        (lambda: SpaceAir(space_id="x", steps=()), "space 'x' has no steps"),
        (
            lambda: SpaceAir(space_id="x", steps=(AirStep(from_s=5.0), AirStep(from_s=5.0))),
            "times of its steps must rise",
        ),
    ],
)
def test_air_that_cannot_be_is_refused_with_its_rule(broken, rule):
    with pytest.raises(ScenarioError, match=rule):
        broken()


def test_a_space_that_is_not_there_or_named_twice_is_refused(two_storey_plan):
    one = SpaceAir(space_id="L1-shop-1", steps=(AirStep(extinction_per_m=1.0),))
    with pytest.raises(ScenarioError, match="this plan has no space 'attic'"):
        GivenAir(two_storey_plan, [SpaceAir(space_id="attic", steps=one.steps)])
    with pytest.raises(ScenarioError, match="'L1-shop-1' is named twice"):
        GivenAir(two_storey_plan, [one, one])
