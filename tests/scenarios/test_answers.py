"""Questions, their documents and their answers on a small mall; the library on the demo mall."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import numpy as np
import pytest

from scenarios import answer, load, parse
from scenarios.crowd import probability
from scenarios.day_fields import changed_plan
from scenarios.pairs import mean_people_at_peak
from scenarios.rent import monthly_rent, monthly_sales, occupancy_cost_ratio
from twin.errors import ScenarioError
from twin.world.trading_day import DaySetup, run_day
from twin.world.trading_day_crowds import event_zones
from twin.world.trading_day_places import places_of

LIBRARY = sorted((Path(__file__).resolve().parents[2] / "scenarios" / "library").glob("*.yaml"))
SWAP = """
kind: tenant_mix
name: {en: Swap, zh: 互换}
replications: 3
day: {visits: 400, day_sd: 0, opens_h: 12, closes_h: 15}
edits:
  - {edit: swap_tenants, a: tenant-11, b: tenant-23}
"""


@pytest.fixture(scope="module")
def swap(two_storey_plan):
    return answer(two_storey_plan, parse(SWAP)).document()


def test_a_comparison_shows_money_and_seconds(swap, two_storey_plan):
    json.dumps(swap, allow_nan=False)
    assert swap["plan_version"] == two_storey_plan.version != swap["changed_plan_version"]
    assert {one["id"] for one in swap["kpis"]} >= {"visits", "sales", "stay", "rent"}
    assert swap["drills"]["base"]["people"] > 0
    assert swap["drills"]["difference"]["t95_s"] is not None
    assert swap["replications"] == 3
    assert swap["advisory"]["zh"]


def test_differences_add_up(swap):
    """Sales of the tenants are those of the mall, and the net of moved money is the difference."""
    total = next(one for one in swap["kpis"] if one["id"] == "sales")
    own = sum(row["sales"]["delta"]["mean"] for row in swap["tenants"])
    assert own == pytest.approx(total["delta"]["mean"], abs=0.01)
    assert swap["transfer"]["net_cny"] == pytest.approx(total["delta"]["mean"], abs=0.01)


def test_moved_tenants_say_where_from(swap):
    moved = {row["id"]: row["moved_from"] for row in swap["tenants"] if row["moved_from"]}
    assert moved == {"tenant-11": "L1-shop-1", "tenant-23": "L2-shop-3"}


def test_no_change_is_no_detectable_change(two_storey_plan):
    """A swap there and back compares a plan with itself: every difference is 0, none is detectable."""
    text = SWAP + "  - {edit: swap_tenants, a: tenant-11, b: tenant-23}\n"
    found = answer(two_storey_plan, parse(text), replications=2).document()
    assert all(one["delta"]["mean"] == 0 and not one["detectable"] for one in found["kpis"])
    assert {one["verdict"]["en"] for one in found["kpis"]} == {"no detectable change"}


def test_a_crowd_passes_its_limit_and_says_when(two_storey_plan):
    text = """
kind: crowd
replications: 2
day: {visits: 150, day_sd: 0, opens_h: 13, closes_h: 17}
events: [{id: show, people: 300, place: L1-corridor, starts_h: 15, lasts_min: 30}]
limit_per_m2: 0.7
"""
    found = answer(two_storey_plan, parse(text)).document()
    json.dumps(found, allow_nan=False)
    assert found["probability"]["mean"] == 1.0
    assert found["spaces"][0]["id"] == "L1-corridor"
    assert 14.4 * 3600 <= found["first_passed_s"]["mean"] <= 15.6 * 3600
    quiet = answer(two_storey_plan, parse(text.replace("people: 300", "people: 0"))).document()
    assert quiet["probability"]["mean"] == 0.0
    assert quiet["first_passed_s"] is None


def test_probabilities_have_wilson_intervals():
    """Wilson 1927 for 2 of 10: 0.0567 to 0.5098."""
    found = probability(2, 10)
    assert (found["low"], found["high"]) == pytest.approx((0.0567, 0.5098), abs=1e-3)


def test_turnover_rent_starts_at_the_natural_breakpoint(two_storey_plan):
    tenant = two_storey_plan.tenant["tenant-11"]
    base = 300.0 * 240.0
    sales = np.array([0.0, 1e6])
    rent = monthly_rent(tenant, two_storey_plan, sales)
    assert rent[0] == pytest.approx(base)
    assert rent[1] == pytest.approx(0.07 * monthly_sales(sales)[1])
    assert occupancy_cost_ratio(float(rent[1]), 1e6) == pytest.approx(0.07)
    assert occupancy_cost_ratio(1.0, 0.0) is None
    # A Monday brings 0.6 of a Saturday: its sales stand for the same month as those of the Saturday.
    assert monthly_sales(0.6 * sales, weekday=0) == pytest.approx(monthly_sales(sales))


def test_the_drill_gets_the_people_of_the_peak(two_storey_plan):
    days = [
        run_day(two_storey_plan, DaySetup(visits=300.0, opens_h=12.0, closes_h=14.0), seed=seed)
        for seed in (1, 2)
    ]
    people = mean_people_at_peak(days)
    peaks = [day.space_count[day.inside.argmax()].sum() for day in days]
    assert sum(people.values()) == round(float(np.mean(peaks)))


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("kind: layout\nedits:\n  - {edit: close_exist, id: west}\n", ":3:"),
        ("kind: tenant_mix\nedits: []\n", ":2:"),
        ("kind: crowd\nlimit_per_m2: -1\n", ":2:"),
        ("kind: crowd\nday: {opens_hour: 9}\n", ":2:"),
    ],
)
def test_errors_name_their_line(text, where):
    with pytest.raises(ScenarioError) as error:
        parse(text, source="a.yaml")
    assert f"a.yaml{where}" in str(error.value)


def test_questions_can_be_pickled():
    asked = parse(SWAP)
    assert pickle.loads(pickle.dumps(asked)) == asked  # noqa: S301 - our own bytes


def test_the_library_tells_the_ten_stories():
    assert len(LIBRARY) == 10
    assert all(load(path).name.zh for path in LIBRARY)


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_a_story_fits_the_demo_mall(path, demo_plan):
    """Everything that it names is there: edits apply, places can be reached, drills can be set up."""
    asked = load(path)
    if asked.kind == "drill":
        known = {*demo_plan.exit, *demo_plan.connector, *demo_plan.opening}
        assert {*asked.blocked, *asked.stopped} <= known
        assert asked.fire is None or asked.fire in demo_plan.space
        return
    changed = changed_plan(demo_plan, asked.edits)
    assert changed.version != demo_plan.version or not asked.edits
    if asked.kind == "crowd":
        places = places_of(changed)
        for event in asked.events:
            zones, shares = event_zones(places, event.event())
            assert zones.size
            assert shares[-1] == pytest.approx(1.0)


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_a_story_is_answered(path, demo_plan):
    """Small: few visits, one replication; the document is plain JSON and says what it rests on."""
    asked = load(path)
    if asked.kind == "drill":
        asked = asked.model_copy(update={"people": 200})
    else:
        hours = (13.0, 22.0) if asked.kind == "crowd" else (14.0, 16.0)
        day = {"visits": 250.0, "opens_h": hours[0], "closes_h": hours[1]}
        asked = asked.model_copy(update={"day": asked.day.model_copy(update=day)})
    found = answer(demo_plan, asked, replications=1).document()
    json.dumps(found, allow_nan=False)
    assert found["plan_version"] == demo_plan.version
    assert found["replications"] == 1
    assert found["advisory"]
