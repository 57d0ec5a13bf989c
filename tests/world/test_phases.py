"""Phased evacuation, and ways that change while people are on them."""

from __future__ import annotations

import numpy as np
import pytest

from scenarios.documents import checked
from scenarios.drill import DrillScenario
from scenarios.drill_people import phases_of_words
from twin.errors import InputError, ScenarioError
from twin.plan.zones import zones_of
from twin.world.crowd import crowd_of
from twin.world.drill import Change, DrillSetup, run_drill
from twin.world.population import spread
from twin.world.pre_movement import NONE
from twin.world.streams import Streams


@pytest.fixture(scope="module")
def people(two_storey_plan):
    return spread(two_storey_plan, 400)


def starts(plan, setup):
    crowd = crowd_of(plan, zones_of(plan), setup, Streams(1))
    return crowd.start_s, np.array([plan.spaces[i].level_id for i in crowd.space]), crowd.space


def test_a_level_starts_as_much_later_as_its_alarm(two_storey_plan, people):
    """The delay is added to the same draw of the pre-movement, person by person."""
    before, level, _ = starts(two_storey_plan, DrillSetup(people=people))
    after, _, _ = starts(two_storey_plan, DrillSetup(people=people, phases={"L2": 120.0}))
    assert (level == "L2").any()
    assert (level != "L2").any()
    assert after - before == pytest.approx(np.where(level == "L2", 120.0, 0.0))


def test_a_space_has_its_own_alarm_before_that_of_its_level(two_storey_plan, people):
    own = next(name for name in people if people[name] and two_storey_plan.space[name].level_id == "L2")
    setup = DrillSetup(people=people, phases={"L2": 120.0, own: 30.0})
    before, _, space = starts(two_storey_plan, DrillSetup(people=people))
    after, level, _ = starts(two_storey_plan, setup)
    here = np.array([two_storey_plan.spaces[i].id for i in space]) == own
    assert (after - before)[here] == pytest.approx(30.0)
    assert (after - before)[~here & (level == "L2")] == pytest.approx(120.0)


def test_phases_take_the_crowd_off_the_stairs_and_everybody_leaves(two_storey_plan, people):
    """With the upper floor 300 s late nobody of it is out before; the others are not later."""
    quick = {"people": people, "pre_movement": NONE, "familiar_share": 0.0}
    together = run_drill(two_storey_plan, DrillSetup(**quick), seed=1)
    phased = run_drill(two_storey_plan, DrillSetup(**quick, phases={"L2": 300.0}), seed=1)
    upper = np.array([two_storey_plan.spaces[i].level_id == "L2" for i in phased.start_space])
    assert phased.evacuated == 400
    assert phased.out_time_s[upper].min() > 300.0
    assert phased.out_time_s[~upper].max() <= together.out_time_s.max() + 1e-9
    assert phased.t_last <= together.t_last + 300.0 + 1e-9


def test_a_leaf_that_shuts_halves_the_flow_of_the_door_from_then_on(two_storey_plan, people):
    """One exit, a queue before it all the time: passages per second after and before t are as 1 : 2."""
    shut = frozenset(one.id for one in two_storey_plan.exits if one.id != "west")
    quick = {"people": people, "pre_movement": NONE, "blocked": shut}
    change = Change(at_s=60.0, id="west", capacity=0.5)
    times = np.sort(run_drill(two_storey_plan, DrillSetup(**quick, changes=(change,)), seed=1).out_time_s)
    before = ((times > 30) & (times <= 60)).sum()
    after = ((times > 60) & (times <= 90)).sum()
    assert before / after == pytest.approx(2.0, rel=0.03)


def test_wrong_phases_are_named(two_storey_plan, people):
    with pytest.raises(ScenarioError, match="'L9'"):
        run_drill(two_storey_plan, DrillSetup(people=people, phases={"L9": 1.0}), seed=1)
    with pytest.raises(ScenarioError, match="phases: -1"):
        DrillSetup(people=people, phases={"L2": -1.0})
    with pytest.raises(ScenarioError, match="capacity 0"):
        Change(at_s=1.0, id="west", capacity=0.0)


def test_phases_and_changes_of_a_document(two_storey_plan, people):
    document = {
        "people": dict(people),
        "phases": phases_of_words(["L2=120", "L1=0.5"]),
        "changes": [{"at_s": 5, "id": "west"}, {"at_s": 6, "id": "down", "stopped": True}],
    }
    setup = checked(DrillScenario, document).setup(two_storey_plan)
    assert setup.phases == {"L2": 120.0, "L1": 0.5}
    assert setup.changes == (
        Change(at_s=5.0, id="west", is_open=False),
        Change(at_s=6.0, id="down", stopped=True),
    )
    with pytest.raises(InputError, match="phases"):
        checked(DrillScenario, {"phases": phases_of_words(["L2"])})
