"""Choice of an exit: NIST 3.2 and 3.3 on the product, and what a logit must do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.errors import ScenarioError
from twin.movement.populations import same_speed
from twin.world.drill import DrillSetup, run_drill
from twin.world.exit_choice import Assigned, Choosers, ExitChoice, choose_exits, noise_of, settled_exits
from twin.world.pre_movement import NONE
from twin.world.streams import Streams

SETUP = DrillSetup(
    people={"room": 2},
    pre_movement=NONE,
    trained_staff=False,
    familiar_share=0.0,
    population=same_speed(1.2),
    exit_choice=ExitChoice(),
    sample_s=1.0,
)


def choosers(count, times, *, known=-1, settled=None, seed=1, far_apart=False):
    streams = Streams(seed)
    names = [f"exit-{i}" for i in range(len(times))]
    return Choosers(
        time_s=np.tile(np.array(times, float), (count, 1)),
        known=np.full(count, known, np.int32),
        settled=np.full(count, -1, np.int32) if settled is None else np.array(settled, np.int32),
        start_s=np.arange(count, dtype=float),
        space=np.zeros(count, np.int32),
        xy=np.column_stack([np.arange(count) * (1000.0 if far_apart else 0.01), np.zeros(count)]),
        leader=np.arange(count),
        noise=noise_of(streams, np.arange(count), names),
    )


def share(people, choice, number=0):
    return float((choose_exits(choice, people) == number).mean())


def test_nist_3_2_someone_committed_to_an_exit_draws_others_to_it(two_exit_room):
    """Two free people between equal exits, 20 seeds; then a third who is committed to the east."""

    def east(setup):
        runs = [run_drill(two_exit_room, setup, seed=seed) for seed in range(20)]
        assert all(run.remaining == 0 for run in runs)
        return sum(run.exit_people["east"] for run in runs)

    led = replace(SETUP, people={"room": 3}, assigned=(Assigned(space_id="room", exit_id="east", people=1),))
    free, followed = east(SETUP), east(led) - 20
    assert 10 <= free <= 30
    assert followed >= free + 8


def test_nist_3_3_a_known_exit_is_preferred_and_without_one_both_are_alike(two_exit_room):
    """Ten people, 20 seeds: half by each exit within 10 % of all, and strictly more by the known one."""
    ten = replace(SETUP, people={"room": 10}, exit_choice=ExitChoice(herding=0.0))
    known = replace(ten, familiar_share=1.0)
    west = [
        np.array([run_drill(two_exit_room, setup, seed=seed).exit_people["west"] for seed in range(20)])
        for setup in (ten, known)
    ]
    assert west[0].sum() == pytest.approx(100, abs=20)
    assert (west[1] > 5).all()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_at_unequal_times_the_shares_are_those_of_the_logit(seed):
    """3,000 people who see nobody: exp(-t/s) over the sum, within 4 standard errors."""
    choice = ExitChoice(time_s=10.0, herding=0.0)
    people = choosers(3000, (10.0, 20.0, 40.0), seed=seed)
    weight = np.exp(-np.array([10.0, 20.0, 40.0]) / 10.0)
    weight /= weight.sum()
    for number in range(3):
        error = np.sqrt(weight[number] * (1 - weight[number]) / 3000)
        assert share(people, choice, number) == pytest.approx(weight[number], abs=4 * error)


def test_defaults_are_what_the_manual_says():
    """An exit 12 s nearer, and a known one at equal times, are taken by nine of ten."""
    alone = ExitChoice(herding=0.0)
    assert share(choosers(4000, (10.0, 22.0)), alone) == pytest.approx(0.9, abs=0.02)
    assert share(choosers(4000, (10.0, 10.0), known=0), alone) == pytest.approx(0.9, abs=0.02)


def test_herding_follows_only_those_in_sight_and_space():
    """Far apart, the committed one is followed by nobody."""
    settled = [0, *[-1] * 999]
    near, far = (
        share(choosers(1000, (10.0, 10.0), settled=settled, far_apart=apart), ExitChoice())
        for apart in (False, True)
    )
    assert near > 0.6
    assert far == pytest.approx(0.5, abs=0.06)


@given(
    st.lists(st.one_of(st.floats(0, 300), st.just(np.inf)), min_size=1, max_size=5),
    st.integers(0, 10_000),
    st.floats(0, 10),
)
def test_nobody_chooses_an_exit_that_cannot_be_reached(times, seed, herding):
    chosen = choose_exits(ExitChoice(herding=herding), choosers(8, times, seed=seed))
    if np.isinf(times).all():
        assert (chosen == -1).all()
    else:
        assert np.isfinite(np.array(times)[chosen]).all()


def test_a_group_goes_where_its_leader_goes_and_all_people_are_as_their_keys_say():
    people = choosers(60, (10.0, 10.0))
    grouped = replace(people, leader=np.repeat(np.arange(0, 60, 3), 3))
    chosen = choose_exits(ExitChoice(), grouped).reshape(-1, 3)
    assert (chosen == chosen[:, :1]).all()
    assert 0 < chosen.mean() < 1


def test_an_exit_that_is_added_far_away_changes_no_choice():
    two, three = choosers(200, (10.0, 12.0)), choosers(200, (10.0, 12.0, 1e6))
    assert (choose_exits(ExitChoice(), two) == choose_exits(ExitChoice(), three)).all()


def test_assigned_people_take_their_exit_and_only_as_many(two_exit_room):
    assigned = (
        Assigned(space_id="room", exit_id="east", people=3),
        Assigned(space_id="room", exit_id="west", people=2),
    )
    settled = settled_exits(two_exit_room, assigned, np.zeros(10, np.int32))
    assert settled.tolist() == [1, 1, 1, 0, 0, -1, -1, -1, -1, -1]
    drilled = replace(SETUP, people={"room": 7}, assigned=(Assigned(space_id="room", exit_id="east"),))
    assert run_drill(two_exit_room, drilled, seed=1).exit_people == {"west": 0, "east": 7}


@pytest.mark.parametrize(
    ("broken", "rule"),
    [
        (lambda _: ExitChoice(time_s=0.0), "time_s 0.0: must be above 0 s"),
        (lambda _: ExitChoice(herding=-1.0), "herding -1.0: must be 0 or more"),
        (lambda _: Assigned(space_id="room", exit_id="east", people=-1), "-1 people of 'room'"),
        (lambda p: go(p, Assigned(space_id="attic", exit_id="east")), "no space 'attic'"),
        (lambda p: go(p, Assigned(space_id="room", exit_id="north")), "no exit 'north'"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_with_its_rule(two_exit_room, broken, rule):
    with pytest.raises(ScenarioError, match=rule):
        broken(two_exit_room)


def go(plan, assigned):
    return run_drill(plan, replace(SETUP, assigned=(assigned,)), seed=1)
