"""Smoke in a drill: it slows by the law, it fells at a dose of 1, and who is felled is counted and stays."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from twin.errors import ScenarioError
from twin.fire.air import AirStep, GivenAir, SpaceAir
from twin.fire.smoke import SmokeLaw
from twin.movement.populations import same_speed
from twin.world.drill import DrillSetup, run_drill
from twin.world.ensemble import run_drills
from twin.world.exposure import Exposure
from twin.world.networks import new_run
from twin.world.pre_movement import NONE, PreMovement

ALONE = DrillSetup(
    people={"L1-corridor": 1},
    pre_movement=NONE,
    trained_staff=False,
    familiar_share=0.0,
    population=same_speed(1.25),
    sample_s=1.0,
    mode="calibrated",
    groups=False,
)
GAS = AirStep(co_ppm=5000.0, co2_percent=2.0, o2_percent=18.0)


def air(space_id, *steps):
    return SpaceAir(space_id=space_id, steps=steps)


@pytest.mark.parametrize(
    ("law", "smoke", "factor"),
    [
        (SmokeLaw.LUND, 3.0, 0.75779),
        (SmokeLaw.LUND, 10.0, 0.19263),
        (SmokeLaw.JIN, 1.0, 0.46),
        (SmokeLaw.JIN_IRRITANT, 0.5, 0.35),
    ],
)
def test_smoke_from_the_start_multiplies_the_time_of_one_person_by_the_law(
    two_storey_plan, law, smoke, factor
):
    """NIST 2.5 on the drill: time in smoke = time in clear air / f, within 1 %."""
    clear = run_drill(two_storey_plan, ALONE, seed=3).t_last
    there = replace(ALONE, smoke=(air("L1-corridor", AirStep(extinction_per_m=smoke)),), smoke_law=law)
    run = run_drill(two_storey_plan, there, seed=3)
    assert run.t_last * factor == pytest.approx(clear, rel=0.01)
    assert (run.incapacitated, run.remaining) == (0, 0)


def test_smoke_that_comes_while_one_walks_slows_the_rest_of_the_way_only(two_storey_plan):
    """Clear until 5 s, then f = 0.19263: the metres left take 1 / f times as long; within the second of a
    look."""
    clear = run_drill(two_storey_plan, ALONE, seed=3).t_last
    late = replace(ALONE, smoke=(air("L1-corridor", AirStep(from_s=5.0, extinction_per_m=10.0)),))
    found = run_drill(two_storey_plan, late, seed=3).t_last
    assert clear > 6.0
    assert found == pytest.approx(5.0 + (clear - 5.0) / 0.19263, abs=1.0 / 0.19263 + 0.5)


def test_smoke_elsewhere_changes_nothing(two_storey_plan):
    there = replace(ALONE, smoke=(air("L2-corridor", AirStep(extinction_per_m=10.0)),))
    assert (
        run_drill(two_storey_plan, there, seed=3).t_last == run_drill(two_storey_plan, ALONE, seed=3).t_last
    )


def test_nist_2_6_who_stays_in_the_gas_goes_down_when_the_dose_is_one(two_storey_plan):
    """By hand at 208.71 s; the others, in clean air, get out; who is down is reported and never leaves."""
    late = replace(
        ALONE,
        people={"L1-shop-1": 3, "L2-shop-1": 4},
        pre_movement=PreMovement(mu=np.log(400.0), sigma=0.0),
        smoke=(air("L1-shop-1", GAS),),
    )
    run = run_drill(two_storey_plan, late, seed=1)
    assert (run.people, run.incapacitated, run.evacuated, run.remaining) == (7, 3, 4, 3)
    down = np.flatnonzero(~np.isnan(run.down_s))
    assert run.down_s[down] == pytest.approx(208.71, abs=0.01)
    assert np.isnan(run.out_time_s[down]).all()
    assert (run.dose[down] >= 1.0).all()
    assert np.delete(run.dose, down).tolist() == [0.0] * 4
    assert run.watchdog == ("3 people in L1-shop-1 on L1: incapacitated by smoke",)


def test_who_leaves_in_time_breathes_in_proportion_to_the_time(two_storey_plan):
    """Dose = rate x seconds inside, within the second of a look."""
    quick = replace(ALONE, smoke=(air("L1-corridor", GAS),))
    run = run_drill(two_storey_plan, quick, seed=3)
    assert run.remaining == 0
    assert run.dose[0] == pytest.approx(run.t_last / 208.71, abs=1.01 / 208.71)


def test_people_who_go_down_stand_in_nobodys_way(two_storey_plan):
    """Sixty people, gas in one shop only: all others leave, and nobody counts as moving at the end."""
    setup = replace(
        ALONE,
        people={"L1-shop-3": 30, "L1-corridor": 30},
        pre_movement=PreMovement(mu=np.log(20.0), sigma=0.0),
        smoke=(air("L1-shop-3", AirStep(extinction_per_m=10.0, co_ppm=60_000.0)),),
    )
    run = run_drill(two_storey_plan, setup, seed=2)
    assert run.incapacitated >= 25
    assert run.evacuated == 60 - run.incapacitated
    assert run.time_s[-1] < 600.0


def test_an_exposure_in_the_crowd_engine_slows_and_fells(two_exit_room):
    """Two people of 1.2 m/s in smoke of 3 /m: 0.758 of their way; then gas fells them where they are."""
    run = new_run(two_exit_room, "crowd")
    at = np.array([[5.0, 3.0], [5.0, 7.0]])
    people = run.add_agents(zone=[0, 0], xy=at, speed_mps=1.2)
    smoke = air("room", AirStep(extinction_per_m=3.0), AirStep(from_s=3.0, co_ppm=2.0e6))
    exposure = Exposure(run, GivenAir(two_exit_room, [smoke]), free_mps=[1.2, 1.2])
    run.go(people, run.goal_nearest_exit())
    for second in (1.0, 2.0, 3.0):
        run.advance(second)
        exposure.breathe()
    gone = np.hypot(*(run.xy - at).T)
    assert gone == pytest.approx(3 * 0.758 * 1.2, rel=0.12)
    run.advance(4.0)
    assert exposure.breathe().tolist() == [0, 1]
    where = run.xy.copy()
    run.advance(20.0)
    assert np.hypot(*(run.xy - where).T).max() < 0.3
    assert (run.moving, run.inside) == (0, 2)


def test_a_document_names_the_law_and_counts_who_went_down(two_storey_plan):
    setup = replace(
        ALONE,
        people={"L1-shop-1": 3, "L1-corridor": 5},
        pre_movement=PreMovement(mu=np.log(300.0), sigma=0.0),
        smoke=(air("L1-shop-1", GAS),),
    )
    document = run_drills(two_storey_plan, setup, seed=1, replications=2).document()
    smoke = document["smoke"]
    assert (smoke["law"], smoke["spaces"]) == ("lund", ["L1-shop-1"])
    assert smoke["incapacitated"]["mean"] == 3.0
    assert document["remaining"] == 3
    assert run_drills(two_storey_plan, ALONE, seed=1, replications=2).document()["smoke"] is None


def test_smoke_in_a_space_that_is_not_there_is_refused(two_storey_plan):
    with pytest.raises(ScenarioError, match="smoke: this plan has no space 'attic'"):
        run_drill(two_storey_plan, replace(ALONE, smoke=(air("attic", GAS),)), seed=1)
