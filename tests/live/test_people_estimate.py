"""Occupancy: regions, conservation, and a band that says how sure it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.live.occupancy import CounterModel, Flows
from twin.live.placing import ZoneReading, place
from twin.live.prior import AreaPrior, DayProfile
from twin.live.reading import Reading
from twin.live.regions import OUTSIDE, regions_of
from twin.live.twin_state import LiveTwin
from twin.plan.model import Plan

EXACT = CounterModel(missed=0.0, bias_sd=0.0, transfer_sd=0.0)


def test_counted_escalators_divide_the_levels_and_the_lift_is_unknown(watched_mall: Plan) -> None:
    """Two regions, one a level; the lift and the stair between them are transfers that nobody counts."""
    regions = regions_of(watched_mall)
    assert regions.count == 2
    assert set(regions.gates) == {"c-west", "c-up", "c-down"}
    west, up = regions.gates["c-west"], regions.gates["c-up"]
    assert (west.a, west.outer) == (OUTSIDE, True)
    assert (up.a, up.b) == (west.b, 1 - west.b)
    assert len(regions.unknown) == 2
    assert regions.leak.tolist() == [0.0, 0.0]


def test_without_vertical_counters_a_mall_is_one_region(watched_mall: Plan) -> None:
    """Where no counter stands between two levels they are counted together."""
    only = replace(watched_mall, devices=tuple(d for d in watched_mall.devices if d.id == "c-west"))
    assert regions_of(only).count == 1


def test_an_unwatched_entrance_is_told(watched_mall: Plan) -> None:
    """An everyday exit without a counter leaks, and the notes name it."""
    blind = replace(watched_mall, devices=tuple(d for d in watched_mall.devices if d.id != "c-west"))
    regions = regions_of(blind)
    assert regions.leak.sum() == 1.0
    assert any("west" in note for note in regions.notes)


_MOVES = st.lists(
    st.tuples(st.sampled_from(["c-west", "c-up", "c-down"]), st.booleans(), st.integers(1, 40)), max_size=40
)


@settings(max_examples=60, deadline=None)
@given(_MOVES)
def test_exact_counters_conserve_people(watched_mall: Plan, moves: list[tuple[str, bool, int]]) -> None:
    """With counters that miss nobody, inside = in - out, as long as nobody leaves an empty place."""
    flows = Flows(regions_of(watched_mall), EXACT)
    true = np.zeros(2)
    inside = 0
    for device, inward, people in moves:
        gate = flows.regions.gates[device]
        source, target = (gate.a, gate.b) if inward else (gate.b, gate.a)
        if source != OUTSIDE and true[source] < people:
            continue
        if source != OUTSIDE:
            true[source] -= people
        if target != OUTSIDE:
            true[target] += people
        inside += people * ((target != OUTSIDE) - (source != OUTSIDE))
        flows.passage(device, people, inward=inward)
    assert flows.x == pytest.approx(true)
    assert flows.x.sum() == pytest.approx(inside)


def test_nobody_can_be_less_than_absent(watched_mall: Plan) -> None:
    """More out than in leaves an empty mall, not a negative one."""
    flows = Flows(regions_of(watched_mall))
    flows.passage("c-west", 5, inward=False)
    assert flows.people.tolist() == [0.0, 0.0]


def test_the_order_in_which_counters_report_makes_nobody(watched_mall: Plan) -> None:
    """Upstairs reports before the entrance: the sum stays what the entrance counted."""
    flows = Flows(regions_of(watched_mall), EXACT)
    flows.passage("c-up", 450, inward=True)
    assert flows.people.sum() == 0.0
    flows.relax(60.0)
    flows.passage("c-west", 900, inward=True)
    assert flows.people.sum() == pytest.approx(900, rel=0.02)


def test_a_debt_that_nobody_pays_is_forgiven(watched_mall: Plan) -> None:
    """Counters that miss people inward leave a debt in the evening; the next to come in are seen."""
    flows = Flows(regions_of(watched_mall), EXACT)
    flows.passage("c-west", 50, inward=False)
    flows.relax(6 * 3600.0)
    flows.passage("c-west", 10, inward=True)
    assert flows.people.sum() == pytest.approx(10, abs=0.1)


def test_the_error_of_a_counter_grows_with_its_traffic(watched_mall: Plan) -> None:
    """Bias: the standard deviation after traffic c is s c, in one message or in many."""
    model = CounterModel(missed=0.0, bias_sd=0.02, transfer_sd=0.0)
    once, often = Flows(regions_of(watched_mall), model), Flows(regions_of(watched_mall), model)
    once.passage("c-west", 1000, inward=True)
    for _ in range(100):
        often.passage("c-west", 10, inward=True)
    assert np.sqrt(once.p.sum()) == pytest.approx(20.0)
    assert np.sqrt(often.p.sum()) == pytest.approx(20.0)


def test_escalator_traffic_leaves_the_sum_certain_and_the_levels_not(watched_mall: Plan) -> None:
    """Who takes the lift is uncertain between two levels, and certain in both together."""
    flows = Flows(regions_of(watched_mall), CounterModel(missed=0.0, bias_sd=0.0))
    flows.passage("c-west", 500, inward=True)
    flows.passage("c-up", 300, inward=True)
    assert flows.p.sum() == pytest.approx(0.0, abs=1e-9)
    assert flows.p[0, 0] > 100


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2000), st.integers(0, 400), st.floats(0, 3600))
def test_places_add_up(watched_mall: Plan, people: int, zone: int, age_s: float) -> None:
    """People by space add up to the people in all, and no band is upside down."""
    regions = regions_of(watched_mall)
    x = np.array([people * 0.6, people * 0.4])
    at = regions.space_ids.index("L2-shop-3")
    prior = AreaPrior.of(watched_mall)
    placed = place(
        regions, x, np.diag([30.0, 30.0]), weights=prior.shares, cv=0.5, region_cv=0.3,
        zones={at: ZoneReading(people=zone, age_s=age_s)},
    )  # fmt: skip
    assert placed.mean.sum() == pytest.approx(placed.total, abs=1e-6)
    assert placed.total >= people - 1e-6
    low, high = placed.band
    assert (low >= 0).all()
    assert (low <= placed.mean).all()
    assert (placed.mean <= high).all()


def test_a_fresh_zone_sensor_is_believed_and_an_old_one_is_not(watched_mall: Plan) -> None:
    """Inverse variance: a fresh reading draws the space to it, one of an hour ago hardly does."""
    regions = regions_of(watched_mall)
    at = regions.space_ids.index("L2-shop-3")
    weights = AreaPrior.of(watched_mall).shares

    def shown(age_s: float) -> float:
        zones = {at: ZoneReading(people=120, age_s=age_s)}
        x, p = np.array([300.0, 300.0]), np.diag([25.0, 25.0])
        return float(place(regions, x, p, weights=weights, cv=0.3, region_cv=0.3, zones=zones).mean[at])

    assert shown(0.0) == pytest.approx(120, rel=0.1)
    assert abs(shown(0.0) - 120) < abs(shown(3600.0) - 120)


def test_a_silent_counter_widens_the_band(live: LiveTwin, say: Callable[..., Reading]) -> None:
    """While a counter is silent the estimate stays, the band grows, and the quality says stale."""
    for k in range(20):
        live.apply([say("c-west", "count_in", 20, 60 * k)], say("c-west", "count_in", 0, 60 * k).received)
    now = say("c-west", "count_in", 0, 60 * 19).received
    before = live.snapshot(now).inside
    later = live.snapshot(now + timedelta(minutes=10)).inside
    assert before.quality == "good"
    assert later.quality == "stale"
    assert later.mean == pytest.approx(before.mean)
    assert later.high - later.low > 1.5 * (before.high - before.low)


def test_a_profile_is_the_day_it_was_made_of(watched_mall: Plan) -> None:
    """Weights of a profile sum to one, and follow the day where people are."""

    class Day:
        space_ids = tuple(space.id for space in watched_mall.spaces)
        time_s = np.arange(0.0, 86400.0, 300.0)
        space_count = np.zeros((288, len(watched_mall.spaces)), dtype=np.int32)
        visits = 1000
        tenant_sales = np.array([5000.0, 7000.0])

    Day.space_count[:144, 1] = 100
    Day.space_count[144:, 2] = 100
    profile = DayProfile.from_run(Day(), watched_mall)
    morning, evening = profile.weights(3 * 3600.0), profile.weights(20 * 3600.0)
    assert morning.sum() == pytest.approx(1.0)
    assert morning[1] > 10 * morning[2]
    assert evening[2] > 10 * evening[1]
    assert profile.sales_per_visit == pytest.approx(12.0)
