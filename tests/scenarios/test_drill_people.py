"""People, smoke and choices of a drill's document: read whole, and refused with place and rule."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from scenarios.documents import parse
from scenarios.drill import DrillScenario
from scenarios.drill_people import smoke_of_words
from twin.command import build
from twin.errors import ScenarioError
from twin.fire.air import AirStep, SpaceAir
from twin.fire.smoke import SmokeLaw
from twin.world.exit_choice import Assigned, ExitChoice

WHOLE = """kind: drill
people: {L1-shop-1: 20}
population: imo
groups: true
group_mean: 1.11
exit_choice: {herding: 3}
assigned:
  - {space: L1-shop-1, exit: west, people: 5}
carriers: 2
smoke:
  law: jin
  spaces:
    L1-corridor: {extinction_per_m: 0.5}
    L1-shop-1: [{from_s: 60, co_ppm: 500}, {from_s: 120, co_ppm: 2000, o2_percent: 17}]
"""


def test_people_and_smoke_of_a_document_reach_the_setup(two_storey_plan):
    setup = parse(WHOLE).setup(two_storey_plan)
    assert (setup.persons.name, setup.together, setup.group_mean, setup.carriers) == ("imo", True, 1.11, 2)
    assert setup.exit_choice == ExitChoice(herding=3)
    assert setup.assigned == (Assigned(space_id="L1-shop-1", exit_id="west", people=5),)
    assert setup.smoke_law is SmokeLaw.JIN
    assert setup.smoke[0] == SpaceAir(space_id="L1-corridor", steps=(AirStep(extinction_per_m=0.5),))
    assert [step.co_ppm for step in setup.smoke[1].steps] == [500, 2000]


@pytest.mark.parametrize(
    ("change", "place", "rule"),
    [
        (("population: imo", "population: giants"), "3:13", "population 'giants' is not known"),
        (("law: jin", "law: gin"), "11:8", "Input should be 'lund'"),
        (("co_ppm: 500", "co_ppm: -500"), "14:38", "greater than or equal to 0"),
        (("from_s: 120", "from_s: 60"), "12:3", "the times of its steps must rise"),
        (("herding: 3", "heading: 3"), "6:24", "Extra inputs are not permitted"),
        (("people: 5", "people: -5"), "8:44", "greater than or equal to 0"),
    ],
)
def test_an_error_names_its_place_and_rule(change, place, rule):
    with pytest.raises(ScenarioError) as found:
        parse(WHOLE.replace(*change), source="drill.yaml")
    assert str(found.value).startswith(f"drill.yaml:{place}: ")
    assert rule in str(found.value)


def test_a_drill_without_any_of_it_is_as_before(two_storey_plan):
    setup = DrillScenario().setup(two_storey_plan)
    assert (setup.persons.name, setup.together, setup.exit_choice, setup.smoke) == ("mall", False, None, ())


def test_smoke_by_an_option():
    assert smoke_of_words(["a=b=1.5"]) == {"spaces": {"a=b": {"extinction_per_m": "1.5"}}}


def test_twin_drill_takes_population_groups_and_smoke():
    words = ["drill", "demo", "--people", "60", "--replications", "2", "--population", "weidmann", "--groups"]
    result = CliRunner().invoke(build(["drill", "plan"]), [*words, "--smoke", "L1-south-hall=3.0", "--json"])
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert (document["population"], document["groups"]) == ("weidmann", True)
    assert document["smoke"]["law"] == "lund"
    assert document["carried"]["mean"] == 0
