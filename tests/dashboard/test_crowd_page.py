"""The crowd page: its form makes the question that a story has, and its answer is read as it stands."""

from __future__ import annotations

import json

import pytest

from dashboard.crowd_form import DEFAULTS, Fields, crowd_question, form_values
from dashboard.crowd_view import clock_words, drawn_on_plan, result
from dashboard.stories import library
from dashboard.viewer import Viewer, set_viewer
from scenarios.documents import parse

CROWDS = [story for story in library() if story.kind == "crowd"]


@pytest.mark.parametrize("story", CROWDS, ids=lambda story: story.id)
def test_a_story_survives_the_form(story):
    """What the form does not show is carried along; the question asked is the story's own."""
    values, rest = form_values(story.question)
    asked = parse(json.dumps(crowd_question(values, rest)))
    told = parse(json.dumps(story.question))
    assert asked.edits == told.edits
    assert asked.campaign == told.campaign
    assert asked.limit_per_m2 == told.limit_per_m2
    assert [(one.people, one.place, one.exits) for one in asked.events] == [
        (one.people, one.place, one.exits) for one in told.events
    ]
    assert [one.starts_h for one in asked.events] == pytest.approx(
        [one.starts_h for one in told.events], abs=1 / 60
    )


def test_nobody_extra_is_no_event():
    question = crowd_question({**DEFAULTS, Fields.PEOPLE: 0})
    assert "events" not in question
    parse(json.dumps(question))


def test_the_time_of_day_is_that_of_the_clock():
    assert clock_words(14.5 * 3600) == "14:30"
    assert clock_words(23 * 3600 + 59 * 60 + 40) == "00:00"
    assert clock_words(None) == "–"


def answer_on(space):
    chance = {"mean": 0.75, "low": 0.3, "high": 0.95, "replications": 4, "level": 0.95}
    level = {"mean": 2.6, "low": 2.1, "high": 3.1, "replications": 4, "level": 0.95, "prediction": None}
    when = {**level, "mean": 54_000.0, "earliest": 53_700.0}
    return {
        "probability": chance,
        "first_passed_s": when,
        "limit_per_m2": 2.0,
        "inside_peak": {**level, "mean": 10_000.0},
        "visits": {**level, "mean": 43_000.0},
        "inside": {"time_s": [36_000.0, 36_300.0], "people": [10.0, 20.0]},
        "events": [{"starts_h": 15.0, "lasts_min": 60.0}],
        "spaces": [
            {
                "id": space.id,
                "level_id": space.level_id,
                "name": {"en": "Hall", "zh": "大厅"},
                "probability": chance,
                "first_passed_s": when,
                "minutes_over": level,
                "peak_density": level,
            }
        ],
        "plan_version": "0" * 12,
        "seed": 1,
        "replications": 4,
        "engine": "network",
        "wall_s": 1.0,
    }


@pytest.mark.parametrize(("language", "words"), [("en", "chance that"), ("zh", "概率")])
def test_the_answer_says_how_likely_where_and_when(two_storey_plan, language, words):
    """Chance with its interval, the place, the first time, and that it is a simulation."""
    space = next(one for one in two_storey_plan.spaces if one.walkable)
    set_viewer(Viewer(language=language))
    try:
        text = str(result(two_storey_plan, {}, answer_on(space))[0].to_plotly_json())
    finally:
        set_viewer(Viewer())
    for part in ("75%", "30%–95%", "15:00", words):
        assert part in text


def test_the_map_numbers_the_places_as_the_table_does(two_storey_plan):
    space = next(one for one in two_storey_plan.spaces if one.walkable)
    drawn = drawn_on_plan(two_storey_plan, answer_on(space))
    assert drawn["values"][space.id]["v"] == 0.75
    assert [jam["label"] for jam in drawn["jams"]] == [1]
    assert (
        len(drawn["scale"]["labels"]) == len(drawn["scale"]["colours"]) == len(drawn["scale"]["bounds"]) + 1
    )
