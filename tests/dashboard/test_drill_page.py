"""The drill page without a browser: the question it makes, and what it says of an answer."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest

from dashboard.answer_maps import NEVER, layers_of, time_bounds
from dashboard.answer_words import interval_words, seconds_words
from dashboard.drill_charts import door_flow, emptied_s
from dashboard.drill_question import (
    REPLICATIONS,
    Engine,
    Fields,
    Who,
    drill_question,
    engine_of,
    form_values,
    rest_of,
    rest_words,
)
from dashboard.drill_sections import Section, busiest, door_words, flow_of, section
from dashboard.drill_view import drawn_on_plan, result
from dashboard.run_panel import address_of, run_in
from dashboard.stories import OWN, library, stories_for, story_options, story_question
from dashboard.viewer import Viewer, set_viewer
from dashboard.watchdog_words import watchdog_words
from scenarios.documents import parse
from scenarios.drill import DrillScenario, answer_drill
from twin.errors import InputError
from twin.movement.engines import mode_of
from twin.plan.model import Plan

FORM: dict[str, Any] = {
    Fields.WHO: "load",
    Fields.NUMBER: 1200,
    Fields.TIME: "18:30",
    Fields.FIRE: None,
    Fields.BLOCKED: [],
    Fields.STOPPED: None,
    Fields.STAFF: True,
    Fields.ENGINE: "network",
    Fields.LEVELS: [],
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
        mode = story.question.get("mode") or mode_of(story.question.get("engine", "network"))
        assert read(question) == read({**story.question, "name": {"en": ""}, "mode": mode})
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
    _question, answer = answered
    said = words_of(result(two_storey_plan, answer))
    assert {"en": "network engine · flows of the code", "zh": "网络引擎 · 规范流量"}[language] in said
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
    helped = [
        "7 people stood for a minute before stairs though it was open, and squeezed past others",
        *(
            f"{n} times somebody was moved on past others in L2-shop-1 on L2, first agent {n} at 9 s"
            for n in (2, 3)
        ),
        "1 times somebody came into a room beside its door in stairs on L1, first agent 7 at 9 s from (1, 2)",
    ]
    assert watchdog_words(two_storey_plan, helped) == [
        "7 people were held up for a minute before L1–L2 · stairs and squeezed past",
        "2–3 times somebody who was stuck in L2 · Tenant 21 was moved on past others",
        "1 times somebody came out of L1–L2 · stairs beside its door",
    ]
    gates = [
        f"{n} people stood for a minute before {gate} though it was open, and squeezed past others"
        for n, gate in ((7, "stairs"), (2, "west"), (1, "east"))
    ]
    (line,) = watchdog_words(two_storey_plan, gates)
    assert line.startswith("7–10 people at 3 gates were held up for a minute and squeezed past, most at")
    assert line.endswith("L1–L2 · stairs, L1 · West entrance")
    ground = [f"stairs on L{n}: 1.10 m wide there, not 1.40 m: its landing is too narrow" for n in (1, 2)]
    (line,) = watchdog_words(two_storey_plan, ground)
    assert line.startswith("2 ends of stairs are narrower than they should be")
    assert line.endswith("L1–L2 · stairs, L1–L2 · stairs")
    many = [f"{n} people in L1-shop-{n} on L1: no way out" for n in range(1, 30)]
    short = watchdog_words(two_storey_plan, many)
    assert len(short) == 5
    assert short[-1].startswith("25 more")
    set_viewer(Viewer(language="zh"))
    assert "没有出路" in watchdog_words(two_storey_plan, many)[0]


def test_an_engine_brings_its_mode_and_replications() -> None:
    """The crowd is calibrated and takes fewer replications; a mixed run names its levels."""
    crowd = form_values({"kind": "drill", "engine": "crowd"})
    assert (crowd[Fields.ENGINE], crowd[Fields.MODE]) == ("crowd", "calibrated")
    assert crowd[Fields.REPLICATIONS] == REPLICATIONS["crowd"] < REPLICATIONS["network"]
    mixed = drill_question(FORM | {Fields.ENGINE: "mixed", Fields.LEVELS: ["L2"], Fields.MODE: "calibrated"})
    asked = read(mixed)
    assert (asked.engine, asked.crowd_levels, asked.mode) == ("crowd", ("L2",), "calibrated")
    assert engine_of(mixed) is Engine.MIXED
    assert form_values(mixed)[Fields.ENGINE] == "mixed"
    assert drill_question(form_values(mixed)) == mixed
    with pytest.raises(InputError, match="levels"):
        drill_question(FORM | {Fields.ENGINE: "mixed"})


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("which", list(Section))
def test_every_section_can_be_shown(
    two_storey_plan: Plan, answered: tuple[dict[str, Any], dict[str, Any]], which: Section, language: Any
) -> None:
    set_viewer(Viewer(language=language))
    _question, answer = answered
    assert words_of(section(two_storey_plan, answer, which))


def test_the_places_that_take_longest_are_named_with_their_times(
    two_storey_plan: Plan, answered: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    _question, answer = answered
    said = words_of(section(two_storey_plan, answer, Section.PLACES))
    for place in answer["worst_places"][:5]:
        assert seconds_words(place["p95_s"]["mean"]) in said
        assert interval_words(place["p95_s"]) in said


def test_an_older_answer_still_opens(
    two_storey_plan: Plan, answered: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    """Answers kept before there were maps, doors, levels and slowest places have none of these fields."""
    question, answer = answered
    newer = {"exit_use", "doors", "inside_by_level", "zones", "worst_places", "crowd_levels"}
    old = {name: value for name, value in answer.items() if name not in newer}
    assert words_of(result(two_storey_plan, old))
    for which in Section:
        assert words_of(section(two_storey_plan, old, which))
    drawn = drawn_on_plan(two_storey_plan, question, old)
    assert drawn["maps"] is None
    assert set(drawn["values"]) <= set(two_storey_plan.space)


def test_maps_have_a_step_for_every_colour(
    two_storey_plan: Plan, answered: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    question, answer = answered
    maps = drawn_on_plan(two_storey_plan, question, answer, maps_url="/maps")["maps"]
    assert maps["first"] == "los"
    names = {layer["id"] for layer in maps["layers"]}
    assert names == {"los", "crowded", "density-peak", "density-mean", "queues", "out-95", "out-50"}
    for layer in maps["layers"]:
        steps = len(layer["bounds"]) + 1
        assert len(layer["colours"]) == len(layer["labels"]) == len(layer["ink"]) == steps
        assert layer["bounds"] == sorted(layer["bounds"])
    json.dumps(maps, allow_nan=False)


def test_density_says_from_what_it_is(answered: tuple[dict[str, Any], dict[str, Any]]) -> None:
    """The network engine knows zones, the crowd engine positions; the legend says which."""
    _question, answer = answered
    network = {layer["id"]: layer for layer in layers_of(answer)}
    crowd = {layer["id"]: layer for layer in layers_of(answer | {"engine": "crowd"})}
    assert (network["density-peak"]["by"], crowd["density-peak"]["by"]) == ("zone", "cell")
    assert "zones" in network["density-peak"]["title"]
    assert "positions" in crowd["density-peak"]["title"]


def test_who_never_gets_out_has_a_step_of_its_own(answered: tuple[dict[str, Any], dict[str, Any]]) -> None:
    _question, answer = answered
    zones = answer["zones"]
    out = [None if began else value for value, began in zip(zones["out_p95_s"], zones["began"], strict=True)]
    layer = next(
        one for one in layers_of(answer | {"zones": zones | {"out_p95_s": out}}) if one["id"] == "out-95"
    )
    assert layer["bounds"][-1] == NEVER
    assert len(layer["colours"]) == 7


@pytest.mark.parametrize("longest", [1.0, 40.0, 131.0, 600.0, 3599.0])
@pytest.mark.parametrize("part", [0.0, 0.3])
def test_steps_of_times_cover_the_times(longest: float, part: float) -> None:
    """In order and of one length; the last step holds the longest time and is not much longer."""
    bounds = time_bounds(longest, part * longest)
    step = bounds[1] - bounds[0]
    assert [b - a for a, b in pairwise(bounds)] == [step] * 4
    assert bounds[0] > part * longest
    assert longest <= bounds[-1] + 2 * step


def test_a_door_that_works_at_its_capacity_is_shown_first(
    two_storey_plan: Plan, answered: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    _question, answer = answered
    rows = answer["doors"]["rows"]
    first = rows[busiest(rows)]
    assert first["passed"]["mean"] >= max(row["passed"]["mean"] for row in rows) / 2
    said = words_of(flow_of(answer, busiest(rows)))
    assert f"{first['width_m']:.2f} m" in said
    assert door_words(two_storey_plan, first)
    flights = [row for row in rows if row["level_id"] != row["to_level_id"]]
    assert all(door_words(two_storey_plan, row).startswith("L1–L2") for row in flights)
    figure = door_flow(answer["doors"]["time_s"], first)
    lines = [shape["y0"] for shape in figure.to_dict()["layout"].get("shapes", [])]
    assert lines == [pytest.approx(first["capacity_per_min"])]


def test_a_level_is_empty_when_a_twentieth_is_left() -> None:
    assert emptied_s([0, 10, 20, 30], [100, 60, 6, 5]) == 30
    assert emptied_s([0, 10], [100, 90]) == 10
    assert emptied_s([], []) == 0.0
