"""YAML documents: errors name file, line, column and rule; what is well-formed is read whole."""

from __future__ import annotations

import pytest

from scenarios.documents import load, parse
from scenarios.drill import DrillScenario
from twin.errors import ScenarioError

DRILL = """\
kind: drill
name: {en: Fire at dinner, zh: 晚餐火灾}
people: 9000
pre_movement: {first_s: 30, last_s: 120}
blocked: [stair-3, exit-2]
changes:
  - {at_s: 60, id: exit-1}
seed: 7
"""


def test_a_drill_is_read_whole():
    found = parse(DRILL)
    assert isinstance(found, DrillScenario)
    assert found.people == 9000
    assert found.blocked == ("stair-3", "exit-2")
    assert found.changes[0].at_s == 60
    assert (found.seed, found.replications, found.name.zh) == (7, 5, "晚餐火灾")


@pytest.mark.parametrize(
    ("text", "place", "word"),
    [
        ("kind: drill\nfamiliar_share: 1.5\n", "q.yaml:2:17: ", "familiar_share"),
        ("kind: drill\npeopel: 3\n", "q.yaml:2:", "peopel"),
        ("kind: dril\n", "q.yaml:1:7: ", "'dril'"),
        ("people: 3\n", "q.yaml:1:1: ", "no kind"),
        ("kind: drill\nchanges:\n  - {at_s: -1, id: a}\n", "q.yaml:3:12: ", "changes.0.at_s"),
        ("kind: drill\nblocked: [a\nseed: 3\n", "q.yaml:3:", ""),
        ("kind: drill\nseed: 1\nseed: 2\n", "q.yaml:3:", "duplicate"),
        ("- a\n- b\n", "q.yaml:1:1: ", "mapping"),
        ("", "q.yaml:1:1: ", "mapping"),
    ],
)
def test_an_error_is_one_line_with_its_place(text, place, word):
    with pytest.raises(ScenarioError) as caught:
        parse(text, source="q.yaml")
    message = str(caught.value)
    assert message.startswith(place)
    assert word in message
    assert "\n" not in message


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ScenarioError, match=r"none\.yaml: cannot be read"):
        load(tmp_path / "none.yaml")
