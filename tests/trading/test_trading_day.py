"""A trading day on a mall of six shops, and its stylised facts on the demo mall."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from twin.errors import ScenarioError
from twin.plan.edits import StopEscalator, Vacate, apply
from twin.world.occupancy_profile import day_profile
from twin.world.trading_day import CrowdEvent, DaySetup, as_expected_of, run_day
from twin.world.trading_day_places import places_of

SMALL = DaySetup(visits=500.0, day_sd=0.0)


@pytest.fixture(scope="module")
def small_day(two_storey_plan):
    return run_day(two_storey_plan, SMALL, seed=1, record_passages=True)


@pytest.fixture(scope="module")
def demo_day(demo_plan):
    """A sixth of a Saturday: choices do not depend on how many come, except for seats."""
    return run_day(demo_plan, DaySetup(visits=7000.0, day_sd=0.0), seed=5)


def test_everyone_who_came_in_has_left_or_is_inside(small_day):
    assert small_day.conserved
    assert small_day.left_inside == 0
    assert small_day.visits == small_day.group_size.sum()


def test_passages_of_the_entrance_counter_count_everyone(small_day):
    west = small_day.source_ids.index("west")
    own = small_day.passages[small_day.passages["source"] == west]
    assert own["people"][own["direction"] == 1].sum() == small_day.entered.sum()
    assert own["people"][own["direction"] == -1].sum() == small_day.left.sum()


def test_a_day_is_its_seed(two_storey_plan, small_day):
    again = run_day(two_storey_plan, SMALL, seed=1)
    other = run_day(two_storey_plan, SMALL, seed=2)
    assert np.array_equal(again.tenant_sales, small_day.tenant_sales)
    assert np.array_equal(again.space_count, small_day.space_count)
    assert not np.array_equal(other.tenant_sales, small_day.tenant_sales)


def test_sales_and_visits_are_those_of_the_log(small_day):
    log = small_day.visit_log
    assert small_day.tenant_sales.sum() == pytest.approx(log["sale"].sum())
    assert small_day.tenant_visits.sum() == log["people"].sum()
    assert np.all(small_day.tenant_visits <= small_day.tenant_passers)
    assert np.all(np.diff(log["t_s"]) >= 0)


def test_seats_are_never_more_than_there_are(small_day, two_storey_plan):
    """A café of 240 m² has a seat each 2.2 m²."""
    log = small_day.visit_log
    for j, tenant in enumerate(places_of(two_storey_plan).tenants):
        if tenant.category != "cafe":
            continue
        own = log[log["tenant"] == j]
        events = [(t, n) for t, n in zip(own["t_s"], own["people"], strict=True)]
        # Seats are freed at the next tick, so a group counts until its dwell has ended.
        ends = [(t + d, -n) for t, d, n in zip(own["t_s"], own["dwell_s"], own["people"], strict=True)]
        total = np.cumsum([n for _, n in sorted(events + ends)])
        assert total.max(initial=0) <= 240 / 2.2


def test_an_escalator_less_moves_visits_down_and_loses_few(two_storey_plan):
    """Paired: the upper floor loses, the mall keeps nine visits of ten."""
    changed = apply(two_storey_plan, [StopEscalator("up")])
    base, after = (run_day(plan, SMALL, seed=3) for plan in (two_storey_plan, changed))
    upper = np.array([name.startswith("tenant-2") for name in base.tenant_ids])
    assert after.tenant_visits[upper].sum() < base.tenant_visits[upper].sum()
    assert after.tenant_visits.sum() > 0.9 * base.tenant_visits.sum()
    assert after.visits == base.visits


def test_a_lost_anchor_costs_the_others(two_storey_plan):
    """Gould et al. 2005: anchors bring customers to the others. Sign test under paired seeds."""
    anchor = [
        replace(one, category="department_store") if one.id == "tenant-11" else one
        for one in two_storey_plan.tenants
    ]
    plan = replace(two_storey_plan, tenants=tuple(anchor))
    changed = apply(plan, [Vacate("L1-shop-1")])
    setup = as_expected_of(plan, SMALL)
    base, after = run_day(plan, setup, seed=3), run_day(changed, setup, seed=3)
    assert after.visits < base.visits
    assert after.conserved


def test_another_shop_of_a_category_raises_it_and_lowers_the_sitting_tenant(two_storey_plan):
    vacant = apply(two_storey_plan, [Vacate("L1-shop-2")])
    new = replace(two_storey_plan.tenant["tenant-12"], category="fashion")
    let = replace(vacant, tenants=(*vacant.tenants, new))
    days = [run_day(plan, replace(SMALL, visits=900.0), seed=2) for plan in (vacant, let)]

    def visits(day, name=None):
        rows = [
            v
            for v, c, t in zip(day.tenant_visits, day.tenant_categories, day.tenant_ids, strict=True)
            if c == "fashion" and name in {None, t}
        ]
        return sum(rows)

    assert visits(days[1]) > visits(days[0])
    assert visits(days[1], "tenant-11") < visits(days[0], "tenant-11")


def test_an_event_fills_its_place(two_storey_plan):
    event = CrowdEvent(id="show", people=120, place="L2-corridor", starts_h=15.0, lasts_min=30.0)
    base = run_day(two_storey_plan, SMALL, seed=4)
    after = run_day(two_storey_plan, replace(SMALL, events=(event,)), seed=4)
    place = base.space_ids.index("L2-corridor")
    at = int(np.abs(base.time_s - 15.25 * 3600).argmin())
    assert after.space_count[at, place] - base.space_count[at, place] > 70
    assert after.conserved
    assert set(base.group_id) < set(after.group_id)


def test_a_campaign_lifts_its_tenant(two_storey_plan):
    base = run_day(two_storey_plan, SMALL, seed=4)
    after = run_day(two_storey_plan, replace(SMALL, campaign={"tenant-12": 3.0}), seed=4)
    own = base.tenant_ids.index("tenant-12")
    assert after.tenant_visits[own] > base.tenant_visits[own]


def test_a_plan_without_tenants_gets_guessed_ones(two_storey_plan):
    day = run_day(replace(two_storey_plan, tenants=()), SMALL, seed=1)
    assert day.guessed_tenants == 6
    assert day.conserved
    assert day.tenant_visits.sum() > 0


@pytest.mark.parametrize(
    ("setup", "rule"),
    [
        (replace(SMALL, campaign={"nobody": 2.0}), "tenant 'nobody' is not in the plan"),
        (
            replace(SMALL, events=(CrowdEvent(id="x", people=5, place="nowhere", starts_h=12.0),)),
            "'nowhere' is neither",
        ),
        (
            replace(SMALL, events=(CrowdEvent(id="x", people=5, place="", starts_h=12.0, exits=("east",)),)),
            "east is not an entrance",
        ),
    ],
)
def test_what_the_plan_does_not_have_is_named(two_storey_plan, setup, rule):
    with pytest.raises(ScenarioError, match=rule):
        run_day(two_storey_plan, setup, seed=1)


def test_a_plan_without_an_open_entrance_is_refused(two_storey_plan):
    shut = replace(two_storey_plan, exits=tuple(replace(one, open=False) for one in two_storey_plan.exits))
    with pytest.raises(ScenarioError, match="entrance"):
        run_day(shut, SMALL, seed=1)


def test_the_profile_is_the_mean_of_its_days(two_storey_plan):
    profile = day_profile(two_storey_plan, [1, 2], setup=SMALL)
    assert profile.mean.shape == profile.sd.shape == (96, len(profile.space_ids))
    assert profile.inside_mean[:39].sum() == 0
    assert profile.inside_mean[60] > 0
    # Who is on a stair or escalator is in the building and in no space.
    assert np.all(profile.mean.sum(axis=1) <= profile.inside_mean + 1e-9)


def test_stylised_facts_on_the_demo_mall(demo_day):
    """ICSC: 76-89 min, 2-3 shops entered, 81 % buy; most sales to few; 4-10 % of passers enter."""
    log = demo_day.visit_log
    assert demo_day.conserved
    assert 75 <= demo_day.stay_min.mean() <= 95
    assert 2.0 <= log["people"].sum() / demo_day.visits <= 3.0
    spent = np.sort(np.bincount(log["group"], weights=log["sale"], minlength=demo_day.groups))[::-1]
    assert 0.7 <= (spent > 0).mean() <= 0.9
    assert 0.65 <= spent[: int(0.3 * spent.size)].sum() / spent.sum() <= 0.85
    assert 0.04 <= demo_day.tenant_visits.sum() / demo_day.tenant_passers.sum() <= 0.10


def test_time_in_shops_is_log_normal(demo_day):
    """Dwell of fashion: mean and spread of its logarithm are the category's."""
    own = [j for j, name in enumerate(demo_day.tenant_categories) if name == "fashion"]
    log = demo_day.visit_log
    dwell = np.log(log["dwell_s"][np.isin(log["tenant"], own)] / 60)
    assert dwell.std() == pytest.approx(0.886, abs=0.08)
    assert np.exp(dwell.mean()) == pytest.approx(18 * np.exp(-(0.886**2) / 2), rel=0.1)


def test_floors_keep_half_to_three_quarters_of_visits(demo_day, demo_plan):
    """Visits a m² of shops of comparison goods, L1 to L3: 0.5-0.75 a storey (Reurbanist 2016)."""
    visits, area = np.zeros(2), np.zeros(2)
    for j, tenant in enumerate(places_of(demo_plan).tenants):
        space = demo_plan.space[tenant.space_id]
        if tenant.category in {"fashion", "shoes", "beauty", "toys"} and space.level_id in {"L1", "L3"}:
            row = int(space.level_id == "L3")
            visits[row] += demo_day.tenant_visits[j]
            area[row] += space.shape.area
    keep = np.sqrt((visits[1] / area[1]) / (visits[0] / area[0]))
    assert 0.5 <= keep <= 0.75


def test_dinner_is_a_second_peak_on_the_food_storey(demo_day, demo_plan):
    storey = np.array([demo_plan.space[name].level_id == "L4" for name in demo_day.space_ids])
    people = demo_day.space_count[:, storey].sum(axis=1)

    def most(begins, ends):
        return people[(demo_day.time_s >= begins * 3600) & (demo_day.time_s < ends * 3600)].max()

    assert most(17.5, 19.5) > most(16.5, 17.25)
    assert 14 * 3600 <= demo_day.peak_s <= 17 * 3600
