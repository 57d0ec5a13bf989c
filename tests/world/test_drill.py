"""The drill: everybody accounted for, reproducible, bounded below by what exits can pass, and sensitive."""

from __future__ import annotations

import json

import numpy as np
import pytest

from twin.errors import InputError, ScenarioError
from twin.fire.place import FirePlace, effect_of
from twin.movement import sfpe
from twin.world.drill import Change, DrillSetup, run_drill
from twin.world.ensemble import run_drills
from twin.world.frames import ABSENT, Frames
from twin.world.population import occupant_load, spread
from twin.world.pre_movement import NONE, ORDINARY, TRAINED, PreMovement


@pytest.fixture(scope="module")
def people(two_storey_plan):
    return spread(two_storey_plan, 400)


def test_everybody_leaves_and_is_counted_once(two_storey_plan, people):
    run = run_drill(two_storey_plan, DrillSetup(people=people), seed=3)
    assert (run.people, run.evacuated, run.remaining) == (400, 400, 0)
    assert sum(run.exit_people.values()) == 400
    assert run.watchdog == ()
    inside = run.zone_count.sum(axis=1) + run.link_count.sum(axis=1)
    assert (inside == 400 - run.curve(run.time_s)).all()


def test_the_same_seed_gives_the_same_run_bit_by_bit_and_another_does_not(two_storey_plan, people):
    setup = DrillSetup(people=people)
    first, again, other = (run_drill(two_storey_plan, setup, seed=s) for s in (5, 5, 6))
    assert (first.out_time_s == again.out_time_s).all()
    assert (first.zone_count == again.zone_count).all()
    assert (first.out_time_s != other.out_time_s).any()


def test_clearance_is_never_below_what_the_exits_can_pass(two_storey_plan, people):
    """N / total capacity of the exits: SFPE flow times effective width of 3 m and 2 m less 0.3 m each."""
    setup = DrillSetup(people=people, pre_movement=NONE, familiar_share=0.0)
    run = run_drill(two_storey_plan, setup, seed=1)
    assert run.t_last >= (400 - 2) / (sfpe.LEVEL_FLOW * (2.7 + 1.7))


def test_a_blocked_exit_is_not_used_and_all_blocked_leaves_all_inside(two_storey_plan, people):
    run = run_drill(two_storey_plan, DrillSetup(people=people, blocked=frozenset({"west"})), seed=1)
    assert run.exit_people["west"] == 0
    assert run.evacuated == 400
    shut = run_drill(two_storey_plan, DrillSetup(people=people, blocked=frozenset({"west", "east"})), seed=1)
    assert (shut.evacuated, shut.remaining) == (0, 400)
    assert np.isnan(shut.t_last)
    assert all("no way out" in line for line in shut.watchdog)


def test_an_exit_that_closes_while_people_walk_passes_nobody_afterwards(two_storey_plan, people):
    setup = DrillSetup(people=people, changes=(Change(at_s=60.0, id="west", is_open=False),))
    run = run_drill(two_storey_plan, setup, seed=1)
    west = run.out_exit == run.exit_ids.index("west")
    assert west.any()
    assert (run.out_time_s[west] <= 60.0).all()
    assert run.evacuated == 400


def test_trained_staff_are_quicker(two_storey_plan, people):
    times = [
        run_drill(two_storey_plan, DrillSetup(people=people, trained_staff=trained), seed=1).t_share(0.95)
        for trained in (True, False)
    ]
    assert times[0] < times[1]


def test_fire_wakes_its_space_and_closes_what_is_near(two_storey_plan, people):
    fire = FirePlace(space_id="L1-shop-1")
    effect = effect_of(two_storey_plan, fire)
    assert "west" in effect.closed
    assert "east" not in effect.closed
    run = run_drill(two_storey_plan, DrillSetup(people=people, fire=fire), seed=1)
    burning = two_storey_plan.spaces.index(two_storey_plan.space["L1-shop-1"])
    inside = run.start_space == burning
    assert np.median(run.start_time_s[inside]) < 0.5 * np.median(run.start_time_s[~inside])
    assert run.exit_people["west"] == 0
    assert run.evacuated == 400


def test_pre_movement_presets_are_those_of_the_source():
    """PD 7974-6 through a log-normal: M1 0.5-2 min is mu 4.094, sigma 0.298; M2 1-3 min 4.644, 0.236."""
    assert (TRAINED.mu, TRAINED.sigma) == pytest.approx((4.094, 0.298), abs=5e-4)
    assert (ORDINARY.mu, ORDINARY.sigma) == pytest.approx((4.644, 0.236), abs=5e-4)
    with pytest.raises(ScenarioError, match="first"):
        PreMovement.between(0.0, 60.0)


def test_population_is_exact_and_goes_by_load(two_storey_plan):
    assert sum(spread(two_storey_plan, 12_345).values()) == 12_345
    assert spread(two_storey_plan, 0) == {}
    load = occupant_load(two_storey_plan)
    shop = two_storey_plan.space["L1-shop-1"]
    assert load["L1-shop-1"] == pytest.approx(0.43 * shop.shape.area, abs=1)
    with pytest.raises(ScenarioError, match="-1"):
        spread(two_storey_plan, -1)


def test_frames_keep_people_on_the_floor_and_survive_bytes(two_storey_plan, people):
    run = run_drill(two_storey_plan, DrillSetup(people=people), seed=2, record=True)
    frames = run.frames
    assert frames is not None
    back = Frames.from_bytes(frames.to_bytes())
    assert (back.x == frames.x).all()
    assert (back.level == frames.level).all()
    present = (frames.level != ABSENT).sum(axis=1)
    times = np.arange(len(present)) * frames.step_s
    assert (np.abs(present - (400 - run.curve(times))) <= 2).all()
    x = frames.origin[0] + frames.scale_m * frames.x
    y = frames.origin[1] + frames.scale_m * frames.y
    here = frames.level != ABSENT
    assert (x[here] >= -0.3).all()
    assert (x[here] <= 60.3).all()
    assert (y[here] <= 30.3).all()


def test_answer_has_intervals_and_says_what_it_rests_on(two_storey_plan, people):
    answer = run_drills(two_storey_plan, DrillSetup(people=people), seed=9, replications=4)
    document = json.loads(json.dumps(answer.document(), allow_nan=False))
    wanted = (
        "people evacuated remaining t95_s t_last_s exits engine seed plan_version wall_s jams guessed_inputs"
    )
    for name in (*wanted.split(), "advisory"):
        assert name in document
    assert document["t95_s"]["low"] < document["t95_s"]["mean"] < document["t95_s"]["high"]
    assert document["people"] == 400 == document["evacuated"]
    assert document["remaining"] == 0
    assert sum(document["exits"].values()) == pytest.approx(400)
    again = run_drills(two_storey_plan, DrillSetup(people=people), seed=9, replications=4)
    assert again.t95_s == answer.t95_s


def test_what_a_setup_names_must_be_in_the_plan(two_storey_plan, people):
    for setup, word in (
        (DrillSetup(people=people, blocked=frozenset({"door-x"})), "door-x"),
        (DrillSetup(people=people, stopped=frozenset({"stairs"})), "stairs"),
        (DrillSetup(people={"room-x": 3}), "room-x"),
        (DrillSetup(people=people, fire=FirePlace(space_id="room-y")), "room-y"),
        (DrillSetup(people=people, engine="crowd", crowd_levels=frozenset({"roof"})), "roof"),
    ):
        with pytest.raises(ScenarioError, match=word):
            run_drill(two_storey_plan, setup, seed=1)


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"engine": "magic"}, "magic.*network, crowd"),
        ({"mode": "loose"}, "loose.*code, calibrated"),
        ({"crowd_levels": frozenset({"lower"})}, "crowd_levels"),
        ({"engine": "crowd", "dt_s": 0.5}, "dt_s 0.5"),
    ],
)
def test_a_setup_that_no_engine_can_run_is_refused_at_once(people, wrong, word):
    with pytest.raises(InputError, match=word):
        DrillSetup(people=people, **wrong)


def test_each_engine_has_its_mode(people):
    """Flow-limited doors for statements about a code; experiments for the crowd."""
    assert DrillSetup(people=people).mode == "code"
    assert DrillSetup(people=people, engine="crowd").mode == "calibrated"
    assert DrillSetup(people=people, engine="crowd", mode="code").mode == "code"


@pytest.mark.parametrize("trained", [True, False])
def test_demo_mall_with_ten_thousand_people_accounts_for_everybody(demo_plan, trained):
    """And is not quicker than all its exits together can be; only those whom nobody carries down stay."""
    setup = DrillSetup(people=spread(demo_plan, 10_000), trained_staff=trained)
    run = run_drill(demo_plan, setup, seed=1)
    assert run.evacuated + run.remaining == 10_000
    assert run.remaining == run.waiting_for_help
    assert (run.waiting_for_help == 0) == trained
    widths = sum(e.width_m for e in demo_plan.exits)
    assert np.nanmax(run.out_time_s) > run.evacuated / (sfpe.LEVEL_FLOW * widths)
