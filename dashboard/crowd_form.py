"""The question of the crowd page: who comes where and when, and which density must not be passed."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, cast

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.answer_words import space_words
from dashboard.furniture import panel
from dashboard.language import _, in_words
from dashboard.run_panel import story_row
from dashboard.services import Services
from twin.plan.model import Plan

LIMIT = 2.0
"""People/m² on which UK practice plans; a start, to be set by the site."""
STORY = "crowd-story"
STORY_ROW = "crowd-story-row"
REST = "crowd-rest"


class Fields(StrEnum):
    """Fields of the form."""

    PEOPLE = "crowd-people"
    PLACE = "crowd-place"
    STARTS = "crowd-starts"
    LASTS = "crowd-lasts"
    BEFORE = "crowd-before"
    EXITS = "crowd-exits"
    LIMIT = "crowd-limit"
    REPLICATIONS = "crowd-replications"
    SEED = "crowd-seed"


DEFAULTS: Mapping[Fields, Any] = {
    Fields.PEOPLE: 1500,
    Fields.PLACE: None,
    Fields.STARTS: "15:00",
    Fields.LASTS: 60,
    Fields.BEFORE: 30,
    Fields.EXITS: [],
    Fields.LIMIT: LIMIT,
    Fields.REPLICATIONS: 4,
    Fields.SEED: 1,
}


def crowd_question(values: Mapping[str, Any], rest: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The scenario document for the values of the form; ``rest``: fields of a story that it does not show."""
    hours, minutes = str(values[Fields.STARTS]).split(":")
    question: dict[str, Any] = {
        **(rest or {}),
        "kind": "crowd",
        "limit_per_m2": float(values[Fields.LIMIT]),
        "replications": int(values[Fields.REPLICATIONS] or 1),
        "seed": int(values[Fields.SEED] or 0),
    }
    if values[Fields.PEOPLE]:
        event = {
            "id": "crowd",
            "people": int(values[Fields.PEOPLE]),
            "place": values[Fields.PLACE] or "",
            "starts_h": int(hours) + int(minutes) / 60,
            "lasts_min": float(values[Fields.LASTS]),
            "arrive_before_min": float(values[Fields.BEFORE]),
            "exits": list(values[Fields.EXITS] or []),
        }
        question["events"] = [event, *question.get("events", [])]
    return question


def form_values(question: Mapping[str, Any]) -> tuple[dict[Fields, Any], dict[str, Any]]:
    """The values of the form for a question, and what of it the form has no field for."""
    events = list(question.get("events", ()))
    first = events[0] if events else None
    values = {**DEFAULTS, Fields.PEOPLE: 0}
    if first is not None:
        starts = round(first["starts_h"] * 60)
        values |= {
            Fields.PEOPLE: first["people"],
            Fields.PLACE: first.get("place") or None,
            Fields.STARTS: f"{starts // 60:02d}:{starts % 60:02d}",
            Fields.LASTS: first.get("lasts_min", 60),
            Fields.BEFORE: first.get("arrive_before_min", 30),
            Fields.EXITS: list(first.get("exits", ())),
        }
    values[Fields.LIMIT] = question.get("limit_per_m2", LIMIT)
    for field, name in ((Fields.REPLICATIONS, "replications"), (Fields.SEED, "seed")):
        values[field] = question.get(name, DEFAULTS[field])
    shown = {"kind", "limit_per_m2", "replications", "seed", "events"}
    rest: dict[str, Any] = {key: value for key, value in question.items() if key not in shown}
    if events[1:]:
        rest["events"] = events[1:]
    return values, rest


def _places(plan: Plan) -> list[dict[str, str]]:
    spaces = (one for one in plan.spaces if one.walkable and one.public)
    pairs = [(space.id, space_words(space, plan)) for space in spaces]
    return [{"value": value, "label": label} for value, label in sorted(pairs, key=lambda pair: pair[1])]


def _exits(plan: Plan) -> list[dict[str, str]]:
    return [
        {"value": one.id, "label": f"{plan.level[one.level_id].short_name} · {in_words(one.name) or one.id}"}
        for one in plan.exits
        if not one.emergency_only
    ]


_SMALL: Any = {"size": "xs"}


def _number(field: Fields, label: str, **limits: float) -> Component:
    given = cast("Any", limits)
    return cast("Component", dmc.NumberInput(id=field, label=label, value=DEFAULTS[field], **given, **_SMALL))


def _who(plan: Plan) -> list[Component]:
    """Who comes, where to, when and through which doors."""
    times = [f"{hour:02d}:{minute:02d}" for hour in range(8, 23) for minute in (0, 15, 30, 45)]
    starts = dmc.Select(
        id=Fields.STARTS,
        label=_("Begins"),
        data=times,
        value=DEFAULTS[Fields.STARTS],
        allowDeselect=False,
        **_SMALL,
    )
    place = dmc.Select(
        id=Fields.PLACE,
        label=_("They go to"),
        data=_places(plan),
        searchable=True,
        clearable=True,
        placeholder=_("nowhere in particular, they shop"),
        limit=60,
        **_SMALL,
    )
    doors = dmc.MultiSelect(
        id=Fields.EXITS,
        label=_("Come through"),
        data=_exits(plan),
        value=[],
        searchable=True,
        clearable=True,
        **_SMALL,
    )
    when = [
        starts,
        _number(Fields.LASTS, _("Lasts, min"), min=1),
        _number(Fields.BEFORE, _("Come before, min"), min=0),
    ]
    people = _number(Fields.PEOPLE, _("Extra people"), min=0, max=100_000, step=100)
    return [people, place, html.Div(when, className="field-row"), doors]


def form(services: Services) -> Component:
    """The form with its defaults."""
    how = [
        _number(Fields.LIMIT, _("Limit, people/m²"), min=0.1, max=8, step=0.1),
        _number(Fields.REPLICATIONS, _("Replications"), min=1, max=60),
        _number(Fields.SEED, _("Seed"), min=0),
    ]
    return html.Div(
        [
            panel(_("The crowd"), [story_row(STORY, STORY_ROW), *_who(services.plan)]),
            panel(_("How it is computed"), html.Div(how, className="field-row")),
            dcc.Store(id=REST, data={}),
        ],
        className="form",
    )
