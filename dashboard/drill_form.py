"""The form of the drill page: who is inside, what happens, how it is computed."""

from __future__ import annotations

from collections.abc import Sequence

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.answer_words import connector_words, space_words
from dashboard.drill_question import (
    ENGINE_NOTE,
    LEVELS_ROW,
    NUMBER_ROW,
    PEAK_HOUR,
    PEOPLE,
    REPLICATIONS,
    REST_WORDS,
    SEED,
    STORY,
    STORY_ROW,
    TIME_ROW,
    Engine,
    Fields,
    Who,
)
from dashboard.furniture import panel
from dashboard.language import _, in_words
from dashboard.run_panel import HIDDEN, story_row
from dashboard.services import Services
from twin.movement.engines import mode_of
from twin.plan.model import ConnectorKind, Plan

MOST_REPLICATIONS = 50


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


def engine_note(engine: Engine) -> str:
    """What an engine is for, in plain words."""
    return {
        Engine.NETWORK: _(
            "Rooms and doors with flows: the whole mall in seconds, many replications. For clearance times, "
            "exits and statements about a code."
        ),
        Engine.CROWD: _(
            "Everybody walks in continuous space: minutes for a whole mall. For where it gets dense, "
            "counterflow, and how a place works in detail."
        ),
        Engine.MIXED: _(
            "The levels that you name walk as a crowd, the others as rooms and doors. For detail where it "
            "matters, sooner."
        ),
    }[engine]


def _engine(plan: Plan) -> list[Component]:
    """Which engine, what it is for, and the levels of a mixed run."""
    choices = [(Engine.NETWORK, _("Network")), (Engine.CROWD, _("Crowd")), (Engine.MIXED, _("Mixed"))]
    levels = [
        {"value": level.id, "label": f"{level.short_name} · {in_words(level.name)}"}
        for level in reversed(plan.levels)
    ]
    return [
        dmc.SegmentedControl(
            id=Fields.ENGINE,
            data=[{"value": value.value, "label": label} for value, label in choices],
            value=Engine.NETWORK.value,
            fullWidth=True,
            size="xs",
        ),
        html.Div(engine_note(Engine.NETWORK), id=ENGINE_NOTE, className="quiet"),
        html.Div(
            dmc.MultiSelect(id=Fields.LEVELS, label=_("Levels that walk as a crowd"), data=levels, size="xs"),
            id=LEVELS_ROW,
            style=HIDDEN,
        ),
    ]


def _how(plan: Plan) -> list[Component]:
    """How it is computed."""
    figures = [
        dmc.Select(
            id=Fields.MODE,
            label=_("Door flow"),
            data=[
                {"value": "code", "label": _("Code")},
                {"value": "calibrated", "label": _("Calibrated")},
            ],
            value=mode_of(Engine.NETWORK.value),
            size="xs",
            allowDeselect=False,
        ),
        dmc.NumberInput(
            id=Fields.REPLICATIONS,
            label=_("Replications"),
            value=REPLICATIONS[Engine.NETWORK],
            min=1,
            max=MOST_REPLICATIONS,
            size="xs",
        ),
        dmc.NumberInput(id=Fields.SEED, label=_("Seed"), value=SEED, min=0, size="xs"),
    ]
    return [*_engine(plan), html.Div(figures, className="field-row")]


def form(services: Services) -> Component:
    """The form with its defaults."""
    return html.Div(
        [
            panel(_("Who is inside"), _who(with_live=services.live is not None)),
            panel(_("What happens"), _what(services.plan)),
            panel(_("How it is computed"), _how(services.plan)),
        ],
        className="form",
    )
