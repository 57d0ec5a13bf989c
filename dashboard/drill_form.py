"""The questions of the drill page: the form, and the scenario document that it makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.furniture import panel
from dashboard.language import _, in_words
from dashboard.run_panel import HIDDEN, story_row
from dashboard.services import Services
from twin.errors import InputError
from twin.plan.model import Connector, ConnectorKind, Plan, Space

REPLICATIONS = 5
SEED = 1
MOST_REPLICATIONS = 50
PEAK_HOUR = "15:00"
PEOPLE = 3000


class Who(StrEnum):
    """Where the people of a drill come from."""

    LOAD = "load"
    NUMBER = "number"
    TIME = "time"
    LIVE = "live"


class Fields(StrEnum):
    """Fields of the form."""

    WHO = "drill-who"
    NUMBER = "drill-number"
    TIME = "drill-time"
    FIRE = "drill-fire"
    BLOCKED = "drill-blocked"
    STOPPED = "drill-stopped"
    STAFF = "drill-staff"
    MODE = "drill-mode"
    REPLICATIONS = "drill-replications"
    SEED = "drill-seed"


NUMBER_ROW = "drill-number-row"
TIME_ROW = "drill-time-row"
STORY = "drill-story"
STORY_ROW = "drill-story-row"
REST = "drill-rest"
REST_WORDS = "drill-rest-words"
_HELD = frozenset(
    {"kind", "name", "people", "fire", "blocked", "stopped", "trained_staff", "mode", "replications", "seed"}
)
"""What of a scenario document the form holds."""


def drill_question(
    values: Mapping[str, Any],
    *,
    live_people: Mapping[str, int] | None = None,
    rest: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The scenario document for the values of the form, by :class:`Fields`.

    ``live_people`` are the people by space id now; they are used where the form asks for the live state.
    ``rest`` are fields of the document that the form has no place for.

    Raises:
        InputError: if a figure that the choice needs is missing.
    """
    who = Who(values[Fields.WHO])
    people: Any = None
    if who is Who.NUMBER:
        if not values[Fields.NUMBER]:
            raise InputError(_("People: give a number"))
        people = int(values[Fields.NUMBER])
    elif who is Who.TIME:
        people = {"at": str(values[Fields.TIME])}
    elif who is Who.LIVE:
        people = {space: n for space, n in (live_people or {}).items() if n > 0}
        if not people:
            raise InputError(_("Nobody is inside now"))
    question: dict[str, Any] = {
        **(rest or {}),
        "kind": "drill",
        "trained_staff": bool(values[Fields.STAFF]),
        "mode": str(values[Fields.MODE]),
        "replications": int(values[Fields.REPLICATIONS] or REPLICATIONS),
        "seed": int(values[Fields.SEED] or 0),
    }
    if people is not None:
        question["people"] = people
    if values[Fields.FIRE]:
        question["fire"] = values[Fields.FIRE]
    for name, field in (("blocked", Fields.BLOCKED), ("stopped", Fields.STOPPED)):
        if values[field]:
            question[name] = list(values[field])
    return question


def rest_of(question: Mapping[str, Any]) -> dict[str, Any]:
    """What of a scenario document the form has no place for."""
    return {name: value for name, value in question.items() if name not in _HELD}


def form_values(question: Mapping[str, Any]) -> dict[Fields, Any]:
    """The values of the form that ask ``question``; the other way round than :func:`drill_question`."""
    people = question.get("people")
    values: dict[Fields, Any] = dict.fromkeys(Fields)
    who = Who.LOAD
    if isinstance(people, int):
        who, values[Fields.NUMBER] = Who.NUMBER, people
    elif isinstance(people, Mapping):
        who = Who.TIME if "at" in people else Who.LIVE
        values[Fields.TIME] = people.get("at")
    return values | {
        Fields.WHO: who.value,
        Fields.NUMBER: values[Fields.NUMBER] or PEOPLE,
        Fields.TIME: values[Fields.TIME] or PEAK_HOUR,
        Fields.FIRE: question.get("fire"),
        Fields.BLOCKED: list(question.get("blocked", ())),
        Fields.STOPPED: list(question.get("stopped", ())),
        Fields.STAFF: question.get("trained_staff", True),
        Fields.MODE: question.get("mode", "code"),
        Fields.REPLICATIONS: question.get("replications", REPLICATIONS),
        Fields.SEED: question.get("seed", SEED),
    }


def rest_words(rest: Mapping[str, Any]) -> list[str]:
    """What a story asks beside the form, one line each."""
    words = {
        "pre_movement": _("people wait before they go: {value}"),
        "familiar_share": _("{value:.0%} leave by the way they came"),
        "escalators_run": _("escalators keep running"),
        "lifts": _("lifts are used"),
        "changes": _("ways that close or open meanwhile: {count}"),
        "fire_reach_m": _("smoke reaches {value:g} m"),
        "horizon_s": _("the run ends after {value:g} s"),
    }
    lines = []
    for name, value in rest.items():
        if value is False:
            continue
        count = len(value) if isinstance(value, list) else 0
        shown = _(str(value)) if isinstance(value, str) else value
        lines.append(words[name].format(value=shown, count=count) if name in words else f"{name}: {value}")
    return lines


def space_words(space: Space, plan: Plan) -> str:
    """A space as a person looks for it: level, tenant or name."""
    tenant = plan.tenant_of.get(space.id)
    name = in_words(tenant.name) if tenant is not None else in_words(space.name)
    return f"{plan.level[space.level_id].short_name} · {name or space.id}"


def connector_words(connector: Connector, plan: Plan) -> str:
    """A connector as a person looks for it: its levels and its name."""
    shorts = [plan.level[stop.level_id].short_name for stop in connector.stops]
    return f"{shorts[0]}–{shorts[-1]} · {in_words(connector.name) or connector.id}"


def _options(pairs: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"value": value, "label": label} for value, label in sorted(pairs, key=lambda pair: pair[1])]


def fire_options(plan: Plan) -> list[dict[str, str]]:
    """Spaces in which a fire can be placed."""
    return _options([(space.id, space_words(space, plan)) for space in plan.spaces if space.walkable])


def blockable_options(plan: Plan) -> list[dict[str, str]]:
    """Exits, stairs and lifts that can be blocked."""
    pairs = [
        (one.id, f"{plan.level[one.level_id].short_name} · {in_words(one.name) or one.id}")
        for one in plan.exits
    ]
    kinds = {ConnectorKind.STAIRS, ConnectorKind.RAMP}
    pairs += [(one.id, connector_words(one, plan)) for one in plan.connectors if one.kind in kinds]
    return _options(pairs)


def stoppable_options(plan: Plan) -> list[dict[str, str]]:
    """Escalators that can be out of use."""
    escalators = (one for one in plan.connectors if one.kind is ConnectorKind.ESCALATOR)
    return _options([(one.id, connector_words(one, plan)) for one in escalators])


def _who_choices(*, with_live: bool) -> list[dict[str, str]]:
    choices = [(Who.LOAD, _("Floor area")), (Who.NUMBER, _("A number")), (Who.TIME, _("Trading day"))]
    if with_live:
        choices.append((Who.LIVE, _("Now")))
    return [{"value": value.value, "label": label} for value, label in choices]


def _who(*, with_live: bool) -> list[Component]:
    """Who is inside when it begins."""
    hours = [f"{hour:02d}:{minute:02d}" for hour in range(8, 23) for minute in (0, 30)]
    return [
        story_row(STORY, STORY_ROW),
        dmc.SegmentedControl(
            id=Fields.WHO,
            data=_who_choices(with_live=with_live),
            value=Who.LOAD.value,
            fullWidth=True,
            size="xs",
        ),
        html.Div(
            dmc.NumberInput(
                id=Fields.NUMBER,
                label=_("People"),
                value=PEOPLE,
                min=1,
                max=200_000,
                step=500,
                thousandSeparator=" ",
                size="xs",
            ),
            id=NUMBER_ROW,
            style=HIDDEN,
        ),
        html.Div(
            dmc.Select(
                id=Fields.TIME,
                label=_("Time of a Saturday"),
                data=hours,
                value=PEAK_HOUR,
                size="xs",
                allowDeselect=False,
            ),
            id=TIME_ROW,
            style=HIDDEN,
        ),
    ]


def _what(plan: Plan) -> list[Component]:
    """What happens: the fire, what is blocked and stopped, who helps."""
    return [
        dmc.Select(
            id=Fields.FIRE,
            label=_("Fire in"),
            data=fire_options(plan),
            searchable=True,
            clearable=True,
            placeholder=_("no fire"),
            size="xs",
            limit=40,
        ),
        dmc.MultiSelect(
            id=Fields.BLOCKED,
            label=_("Blocked exits and stairs"),
            data=blockable_options(plan),
            searchable=True,
            clearable=True,
            size="xs",
            limit=40,
        ),
        dmc.MultiSelect(
            id=Fields.STOPPED,
            label=_("Escalators out of use"),
            data=stoppable_options(plan),
            searchable=True,
            clearable=True,
            size="xs",
            limit=40,
        ),
        dmc.Switch(id=Fields.STAFF, label=_("Trained staff guide people out"), checked=True, size="xs"),
        html.Div(id=REST_WORDS, className="quiet"),
    ]


def _how() -> Component:
    """How it is computed."""
    return html.Div(
        [
            dmc.Select(
                id=Fields.MODE,
                label=_("Door flow"),
                data=[
                    {"value": "code", "label": _("Code")},
                    {"value": "calibrated", "label": _("Calibrated")},
                ],
                value="code",
                size="xs",
                allowDeselect=False,
            ),
            dmc.NumberInput(
                id=Fields.REPLICATIONS,
                label=_("Replications"),
                value=REPLICATIONS,
                min=1,
                max=MOST_REPLICATIONS,
                size="xs",
            ),
            dmc.NumberInput(id=Fields.SEED, label=_("Seed"), value=SEED, min=0, size="xs"),
        ],
        className="field-row",
    )


def form(services: Services) -> Component:
    """The form with its defaults."""
    return html.Div(
        [
            panel(_("Who is inside"), _who(with_live=services.live is not None)),
            panel(_("What happens"), _what(services.plan)),
            panel(_("How it is computed"), _how()),
        ],
        className="form",
    )
