"""Those who cannot use stairs: step-free where there is a way, else a refuge and a team, else they wait."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from twin.errors import ScenarioError
from twin.movement.demographics import Population
from twin.movement.populations import MALL, WHEELCHAIR_USERS
from twin.world.assistance import PREPARE_S, teams_of
from twin.world.drill import DrillSetup, run_drill
from twin.world.pre_movement import NONE

USERS = Population(name="users", rows=(WHEELCHAIR_USERS,))
SETUP = DrillSetup(people={"L2-corridor": 3}, pre_movement=NONE, population=USERS, familiar_share=0.0)


def with_lift(plan):
    return replace(plan, connectors=tuple(replace(c, evacuation=c.id == "lift") for c in plan.connectors))


def test_on_the_level_of_the_exit_nobody_needs_help(two_storey_plan):
    run = run_drill(two_storey_plan, replace(SETUP, people={"L1-corridor": 5}), seed=1)
    assert (run.evacuated, run.carried, run.waiting_for_help) == (5, 0, 0)


def test_an_evacuation_lift_in_use_is_taken_and_nobody_is_carried(two_storey_plan):
    run = run_drill(with_lift(two_storey_plan), replace(SETUP, lifts=True), seed=1)
    assert (run.evacuated, run.carried, run.waiting_for_help) == (3, 0, 0)


def test_one_team_carries_one_after_another(two_storey_plan):
    """Between two who are carried lie the way down, the way back (as long) and the transfer."""
    run = run_drill(two_storey_plan, replace(SETUP, carriers=1), seed=1)
    assert (run.evacuated, run.carried) == (3, 3)
    out = np.sort(run.out_time_s)
    assert (np.diff(out) > 2 * PREPARE_S).all()
    assert run.watchdog == ()


def test_more_teams_are_quicker(two_storey_plan):
    one, three = (run_drill(two_storey_plan, replace(SETUP, carriers=n), seed=1).t_last for n in (1, 3))
    assert three < 0.7 * one


def test_without_a_team_they_wait_and_the_drill_says_so(two_storey_plan):
    """At the protected stair that they can reach."""
    for setup in (replace(SETUP, carriers=0), replace(SETUP, trained_staff=False)):
        run = run_drill(two_storey_plan, setup, seed=1)
        assert (run.evacuated, run.carried, run.waiting_for_help) == (0, 0, 3)
        assert run.watchdog == ("3 people in L2-stairs on L2: cannot use stairs, waits for help",)
        assert np.isnan(run.t_last)


def test_where_no_stair_is_marked_as_protected_they_wait_at_any_stair(two_storey_plan):
    open_stairs = replace(
        two_storey_plan, connectors=tuple(replace(c, protected=False) for c in two_storey_plan.connectors)
    )
    run = run_drill(open_stairs, replace(SETUP, carriers=0), seed=1)
    assert run.watchdog == ("3 people in L2-stairs on L2: cannot use stairs, waits for help",)
    carried = run_drill(open_stairs, replace(SETUP, carriers=2), seed=1)
    assert (carried.evacuated, carried.carried) == (3, 3)


def test_where_every_stair_is_shut_they_wait_where_they_are(two_storey_plan):
    stairs = frozenset(c.id for c in two_storey_plan.connectors)
    run = run_drill(two_storey_plan, replace(SETUP, carriers=0, blocked=stairs), seed=1)
    assert run.watchdog == ("3 people in L2-corridor on L2: cannot use stairs, waits for help",)


def test_everybody_else_is_out_as_soon_as_without_them(two_storey_plan):
    """The 95 % time of a mall's visitors does not wait for the few who are carried."""
    setup = DrillSetup(people={"L2-corridor": 200, "L1-corridor": 100}, pre_movement=NONE)
    able = Population(name="able", rows=MALL.rows[:-1])
    with_users = run_drill(two_storey_plan, setup, seed=4).t_share(0.95)
    without = run_drill(two_storey_plan, replace(setup, population=able), seed=4).t_share(0.95)
    assert with_users == pytest.approx(without, rel=0.1)


def test_one_team_for_each_protected_stair_if_staff_are_trained(two_storey_plan):
    assert teams_of(two_storey_plan, SETUP) == 1
    assert teams_of(two_storey_plan, replace(SETUP, trained_staff=False)) == 0
    assert teams_of(two_storey_plan, replace(SETUP, trained_staff=False, carriers=5)) == 5
    with pytest.raises(ScenarioError, match="carriers -1: must be 0 or more"):
        replace(SETUP, carriers=-1)
