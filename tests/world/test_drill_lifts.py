"""Evacuation lifts in a whole drill: who cannot take stairs rides, car by car, and nobody is lost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from twin.plan.model import ConnectorKind
from twin.world.drill import DrillSetup, run_drill
from twin.world.lifts import DOOR_S, PERSON_S, START_STOP_S
from twin.world.pre_movement import NONE

CAPACITY, RISE_M, SPEED_MPS = 8, 5.0, 1.25


@pytest.fixture(scope="module")
def only_a_lift(two_storey_plan):
    """The two-storey mall without stairs and escalators: one evacuation lift of one car for 8."""
    lift = replace(
        two_storey_plan.connector["lift"],
        evacuation=True,
        cars=1,
        car_capacity=CAPACITY,
        lift_speed_mps=SPEED_MPS,
    )
    assert lift.kind is ConnectorKind.LIFT
    return replace(two_storey_plan, connectors=(lift,))


def cycle_s(riders: int) -> float:
    """Up and down again, and the doors on both levels with everybody through them."""
    ride = RISE_M / SPEED_MPS + START_STOP_S
    return 2 * ride + 2 * (DOOR_S + PERSON_S * riders)


@pytest.mark.parametrize("people", [80, 160])
def test_a_lift_empties_the_upper_level_at_its_capacity_and_cycle_time(only_a_lift, people):
    """Full cars: N / 8 cycles; the last passengers leave on the last car and walk out. 5 %."""
    setup = DrillSetup(people={"L2-corridor": people}, pre_movement=NONE, familiar_share=0.0, lifts=True)
    run = run_drill(only_a_lift, setup, seed=1)
    assert (run.evacuated, run.remaining, run.watchdog) == (people, 0, ())
    out = np.sort(run.out_time_s)
    # From car to car: the middle of one car load to that of another, first and last load left out.
    loads = out.reshape(-1, CAPACITY).mean(axis=1)
    between = (loads[-2] - loads[1]) / (len(loads) - 3)
    assert between == pytest.approx(cycle_s(CAPACITY), rel=0.05)
    assert run.t_last >= (people / CAPACITY - 1) * cycle_s(CAPACITY)


def test_no_more_ride_together_than_the_car_holds(only_a_lift):
    """Those who are neither on a level nor out ride: never more than the car's capacity."""
    setup = DrillSetup(
        people={"L2-corridor": 30}, pre_movement=NONE, familiar_share=0.0, lifts=True, sample_s=1.0
    )
    run = run_drill(only_a_lift, setup, seed=2)
    out = run.curve(run.time_s)
    riding = 30 - out - run.zone_count.sum(axis=1) - run.link_count.sum(axis=1)
    assert riding.min() == 0
    assert riding.max() == CAPACITY


def test_without_evacuation_lifts_nobody_leaves_the_upper_level(only_a_lift):
    run = run_drill(only_a_lift, DrillSetup(people={"L2-corridor": 20}, pre_movement=NONE), seed=1)
    assert (run.evacuated, run.remaining) == (0, 20)
    assert any("no way out" in line for line in run.watchdog)
