"""What an answer tells beside the runs: a lower bound that no run is below, and how far it is."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from twin.errors import ScenarioError
from twin.fire.place import FirePlace
from twin.plan.model import ConnectorKind
from twin.world.drill import Change, DrillSetup
from twin.world.drill_bound import ESCALATORS, LIFTS, drill_bound
from twin.world.ensemble import run_drills
from twin.world.population import spread
from twin.world.pre_movement import NONE

SETUPS = {
    "as it is": {},
    "started at once": {"pre_movement": NONE, "familiar_share": 0.0},
    "an exit blocked": {"blocked": frozenset({"east"})},
    "a fire": {"fire": FirePlace(space_id="L2-shop-3")},
    "a door that opens late and another that shuts": {
        "blocked": frozenset({"east"}),
        "changes": (Change(at_s=60, id="east", is_open=True), Change(at_s=90, id="west", is_open=False)),
    },
    "an exit that passes twice as many from 60 s on": {
        "changes": (Change(at_s=60, id="west", capacity=2.0),)
    },
    "escalators that run": {"escalators_run": True},
}


@pytest.mark.parametrize("mode", ["code", "calibrated"])
@pytest.mark.parametrize("what", SETUPS)
def test_no_run_is_quicker_than_its_bound(two_storey_plan, what, mode):
    """Whatever happens meanwhile: 95 % and all, each replication; and the bound is not idle."""
    setup = DrillSetup(people=spread(two_storey_plan, 400), mode=mode, **SETUPS[what])
    answer = run_drills(two_storey_plan, setup, seed=3, replications=2)
    for run in answer.runs:
        bound = drill_bound(two_storey_plan, setup, [run.seed])
        assert 0 < bound.t95_s.mean <= run.t_share(0.95) + 0.1
        last = run.t_last
        assert math.isnan(last) or bound.t_last_s.mean <= last + 0.1
    found = answer.document()["bound"]
    assert found["t95_s"]["replications"] == 2
    assert found["t95_s"]["mean"] > 0.3 * answer.t95_s.mean


def test_where_it_would_bound_nothing_it_says_why(two_storey_plan):
    people = spread(two_storey_plan, 50)
    lift = next(one for one in two_storey_plan.connectors if one.kind is ConnectorKind.LIFT)
    plan = replace(
        two_storey_plan,
        connectors=(
            *(one for one in two_storey_plan.connectors if one.id != lift.id),
            replace(lift, evacuation=True),
        ),
    )
    assert drill_bound(plan, DrillSetup(people=people, lifts=True), [1]).reason == LIFTS
    assert drill_bound(plan, DrillSetup(people=people), [1]).t95_s is not None
    belt = next(one.id for one in plan.connectors if one.kind is ConnectorKind.ESCALATOR)
    changed = DrillSetup(people=people, changes=(Change(at_s=30, id=belt, stopped=True),))
    assert drill_bound(plan, changed, [1]).document() == {
        "t95_s": None,
        "t_last_s": None,
        "reason": ESCALATORS,
    }


def test_progress_comes_while_a_run_is_on_and_adds_up(two_storey_plan):
    """A replication of the crowd engine takes minutes: a bar that moves once a replication looks dead."""
    steps = []
    setup = DrillSetup(people=spread(two_storey_plan, 100))
    run_drills(two_storey_plan, setup, seed=1, replications=2, progress=steps.append)
    assert sum(steps) == pytest.approx(2.0)
    assert min(steps) > 0
    assert max(steps) < 0.4
    assert len(steps) > 20


def test_what_progress_raises_ends_the_run(two_storey_plan):
    class Enough(Exception):  # noqa: N818 - not an error
        pass

    told = []

    def progress(steps=1.0):
        told.append(steps)
        if sum(told) > 0.3:
            raise Enough

    setup = DrillSetup(people=spread(two_storey_plan, 100))
    with pytest.raises(Enough):
        run_drills(two_storey_plan, setup, seed=1, replications=2, progress=progress)
    assert sum(told) < 0.6


@pytest.mark.parametrize(("replications", "workers"), [(0, 1), (1, 0), (2, -1)])
def test_no_replication_and_no_worker_are_refused(two_storey_plan, replications, workers):
    with pytest.raises(ScenarioError, match="at least 1 is needed"):
        run_drills(two_storey_plan, DrillSetup(people={}), seed=1, replications=replications, workers=workers)
