"""The drill page without a browser: the question it makes, and what it says of an answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dashboard.drill_form import Fields, Who, drill_question, form_values, rest_of, rest_words
from dashboard.drill_view import drawn_on_plan, interval_words, result, seconds_words, watchdog_words
from dashboard.run_panel import address_of, run_in
from dashboard.stories import OWN, library, stories_for, story_options, story_question
from dashboard.viewer import Viewer, set_viewer
from scenarios.documents import parse
from scenarios.drill import DrillScenario, answer_drill
from twin.errors import InputError
from twin.plan.model import Plan

FORM: dict[str, Any] = {
    Fields.WHO: "load",
    Fields.NUMBER: 1200,
    Fields.TIME: "18:30",
    Fields.FIRE: None,
    Fields.BLOCKED: [],
    Fields.STOPPED: None,
    Fields.STAFF: True,
    Fields.MODE: "code",
    Fields.REPLICATIONS: 3,
    Fields.SEED: 7,
}


def read(question: dict[str, Any]) -> DrillScenario:
    """The question as the worker reads it."""
    scenario = parse(json.dumps(question))
    assert isinstance(scenario, DrillScenario)
    return scenario


@pytest.fixture(scope="module")
def answered(two_storey_plan: Plan) -> tuple[dict[str, Any], dict[str, Any]]:
    question = {"kind": "drill", "people": 200, "replications": 3, "seed": 1, "blocked": ["east"]}
    question |= {"fire": "L2-shop-3"}
    return question, answer_drill(two_storey_plan, read(question)).document()


def words_of(component: Any) -> str:
    """All text in a component, in order."""
    if isinstance(component, str | int | float):
        return str(component)
    if isinstance(component, list | tuple):
        return " ".join(words_of(one) for one in component)
    return words_of(getattr(component, "children", None) or "")


def test_the_design_load_is_asked_without_people() -> None:
    question = drill_question(FORM)
    assert "people" not in question
    assert (read(question).people, read(question).replications, read(question).seed) == (None, 3, 7)


def test_a_number_a_time_and_the_live_state_are_asked_as_such() -> None:
    assert read(drill_question(FORM | {Fields.WHO: "number"})).people == 1200
    at = read(drill_question(FORM | {Fields.WHO: "time"})).people
    assert at.at == "18:30"  # type: ignore[union-attr]
    live = drill_question(FORM | {Fields.WHO: "live"}, live_people={"a": 3, "b": 0})
    assert read(live).people == {"a": 3}


@pytest.mark.parametrize("given", [{Fields.WHO: "number", Fields.NUMBER: None}, {Fields.WHO: "live"}])
def test_a_choice_without_its_figure_is_refused(given: dict[str, Any]) -> None:
    """Not answered with the design load instead."""
    with pytest.raises(InputError):
        drill_question(FORM | given)


def test_what_happens_is_in_the_question() -> None:
    given = {Fields.FIRE: "shop", Fields.BLOCKED: ["e"], Fields.STOPPED: ["up"], Fields.STAFF: False}
    asked = read(drill_question(FORM | given | {Fields.MODE: "calibrated"}))
    assert (asked.fire, asked.blocked, asked.stopped, asked.trained_staff) == ("shop", ("e",), ("up",), False)
    assert asked.mode == "calibrated"


@pytest.mark.parametrize("who", list(Who))
def test_the_form_of_a_question_asks_it_again(who: Who) -> None:
    """From the form to the document, to the form and to the document: the same."""
    people = {"L1-corridor": 4}
    question = drill_question(FORM | {Fields.WHO: who.value, Fields.FIRE: "x"}, live_people=people)
    assert drill_question(form_values(question), live_people=people, rest=rest_of(question)) == question


def test_every_shipped_drill_fits_the_demo_mall_and_keeps_all_it_asks(demo_plan: Plan) -> None:
    stories = stories_for(demo_plan, ("drill",))
    assert {story.id for story in stories} == {story.id for story in library() if story.kind == "drill"}
    for story in stories:
        question = drill_question(form_values(story.question), rest=rest_of(story.question))
        assert read(question) == read({**story.question, "name": {"en": ""}})
        said = rest_words(rest_of(story.question))
        assert len(said) == sum(value is not False for value in rest_of(story.question).values())


def test_a_story_of_another_mall_is_not_offered(two_storey_plan: Plan, demo_plan: Plan) -> None:
    assert story_options(two_storey_plan, ("drill", "layout", "tenant_mix")) == []
    assert story_options(demo_plan, ("drill",))[0]["value"] == OWN
    assert story_question(demo_plan, ("drill",), OWN) == {}
    assert story_question(demo_plan, ("drill",), None) is None


def test_the_address_names_the_run() -> None:
    assert run_in(address_of("20261122-010203-abcdef")) == "20261122-010203-abcdef"
    assert run_in("?lang=zh&run=x") == "x"
    assert run_in("") == run_in(None) == run_in("?lang=en") == ""


def test_times_and_intervals() -> None:
    assert seconds_words(305.4) == "5:05\u2009min"
    assert seconds_words(None) == "–"
    assert interval_words({"low": -3.0, "high": 65.0}) == "0:00–1:05"
    assert interval_words({"low": None, "high": None, "replications": 1}) == "no interval: one replication"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_answer_shows_time_interval_and_what_repeats_it(
    two_storey_plan: Plan, answered: tuple[dict[str, Any], dict[str, Any]], language: Any
) -> None:
    set_viewer(Viewer(language=language))
    question, answer = answered
    said = words_of(result(two_storey_plan, question, answer))
    assert seconds_words(answer["t95_s"]["mean"]) in said
    assert interval_words(answer["t95_s"]) in said
    assert answer["plan_version"] in said
    assert {"en": "3 replications", "zh": "重复 3 次"}[language] in said
    assert {"en": "simulated", "zh": "仿真"}[language] in said
    assert {"en": "Advisory", "zh": "仅供参考"}[language] in said


def test_the_plan_gets_densities_marks_and_jams(
    two_storey_plan: Plan, answered: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    question, answer = answered
    drawn = drawn_on_plan(two_storey_plan, question, answer)
    assert {"kind": "blocked", "of": "exit", "id": "east"} in drawn["marks"]
    assert {"kind": "fire", "of": "space", "id": "L2-shop-3"} in drawn["marks"]
    assert drawn["level"] == "L2"
    assert drawn["avoid"] == ["east"]
    scale = drawn["scale"]
    assert len(scale["colours"]) == len(scale["labels"]) == len(scale["ink"]) == len(scale["bounds"]) + 1
    assert scale["bounds"] == sorted(scale["bounds"])
    assert set(drawn["values"]) <= set(two_storey_plan.space)
    for jam in drawn["jams"]:
        outline = two_storey_plan.level[jam["level"]].outline.bounds
        assert outline[0] <= jam["x"] <= outline[2]
        assert outline[1] <= jam["y"] <= outline[3]
    json.dumps(drawn, allow_nan=False)


def test_the_watchdog_says_each_reason_once(two_storey_plan: Plan) -> None:
    squeezed = "people squeezed into a full space after a minute: streams block each other"
    lines = [f"3 {squeezed}", f"8 {squeezed}", "12 people in L2-shop-1 on L2: waits at stairs at the horizon"]
    assert watchdog_words(two_storey_plan, lines) == [
        "12 people in L2 · Tenant 21: wait at L1–L2 · stairs when the run ends",
        "3–8 people squeezed into a full space: streams block each other",
    ]
    many = [f"{n} people in L1-shop-{n} on L1: no way out" for n in range(1, 30)]
    short = watchdog_words(two_storey_plan, many)
    assert len(short) == 5
    assert short[-1].startswith("25 more")
    set_viewer(Viewer(language="zh"))
    assert "没有出路" in watchdog_words(two_storey_plan, many)[0]
