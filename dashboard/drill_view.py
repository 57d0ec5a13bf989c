"""The answer of a drill as a person reads it: the time, how sure, on what it rests, then where and how."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.answer_maps import layers_of
from dashboard.answer_words import assumption_words, interval_words, seconds_words
from dashboard.colours import CIVIDIS, INK, NOTHING
from dashboard.drill_sections import PLAN, SECTION_WORDS, Section, section
from dashboard.drill_trust import bound_words
from dashboard.furniture import notice, number
from dashboard.language import _
from dashboard.provenance import how_words
from twin.plan.model import Plan
from twin.world.drill_result import LOS_DENSITY

Answer = Mapping[str, Any]
MARKED_JAMS = 9
SECTION = "drill-section"
BODY = "drill-section-body"


def head(answer: Answer) -> list[Component]:
    """The number first, then its interval, how it was computed, and its weakest assumption."""
    last = answer["t_last_s"]
    parts: list[Component] = [
        number(
            seconds_words(answer["t95_s"]["mean"]),
            _("until 95 % of {people:,} people are out", people=answer["people"]),
            band=interval_words(answer["t95_s"]),
        ),
        number(seconds_words(last["mean"]), _("until the last one is out"), band=interval_words(last)),
    ]
    bound = bound_words(answer)
    if bound is not None:
        parts.append(bound)
    parts.append(html.Div(how_words(answer), className="quiet how"))
    if answer["remaining"]:
        words = _(
            "{count:,.0f} people do not get out. See who and where under Trust.", count=answer["remaining"]
        )
        parts.append(notice(words, kind="failed"))
    parts.append(notice(assumption_words(answer), kind="guessed"))
    return parts


def result(plan: Plan, answer: Answer) -> list[Component]:
    """The whole answer, for the drawer: its first section; the others are drawn when they are asked for."""
    choices = [{"value": one.value, "label": _(SECTION_WORDS[one])} for one in Section]
    return [
        html.Div(
            [
                html.Div(_("FORECAST · simulated"), className="forecast-word"),
                *head(answer),
                dmc.SegmentedControl(
                    id=SECTION,
                    data=choices,
                    value=Section.TIME.value,
                    fullWidth=True,
                    size="xs",
                    className="sections",
                ),
                html.Div(section(plan, answer, Section.TIME), id=BODY),
                notice(_("Advisory: it supports the judgement of the safety team and does not replace it.")),
            ],
            className="panel forecast",
        )
    ]


def drawn_on_plan(
    plan: Plan, question: Mapping[str, Any], answer: Answer, *, maps_url: str = ""
) -> dict[str, Any]:
    """What the canvas shows of the answer: its maps, jams, fire, what was blocked.

    An answer without maps (``maps_url`` is empty) shows its peak level of service by space instead.
    """
    marks = [{"kind": "blocked", "of": _kind_of(plan, one), "id": one} for one in answer["blocked"]]
    marks += [{"kind": "stopped", "of": "connector", "id": one} for one in answer["stopped"]]
    if answer["fire"]:
        marks.append({"kind": "fire", "of": "space", "id": answer["fire"]})
    jams = [
        {"level": jam["level_id"], "x": jam["at"][0], "y": jam["at"][1], "label": index}
        for index, jam in enumerate(answer["jams"][:MARKED_JAMS], start=1)
    ]
    layers = layers_of(answer) if maps_url else []
    shown = _maps(maps_url, layers) if layers else _spaces(answer)
    return {
        "plan": PLAN,
        **shown,
        "jams": jams,
        "marks": marks,
        "avoid": list(question.get("blocked", [])),
        "level": plan.space[answer["fire"]].level_id if answer["fire"] else None,
    }


def _maps(url: str, layers: list[dict[str, Any]]) -> dict[str, Any]:
    maps = {"url": url, "layers": layers, "first": layers[0]["id"]}
    return {"fill": "none", "values": None, "scale": None, "maps": maps}


def _spaces(answer: Answer) -> dict[str, Any]:
    """Peak level of service by space."""
    values = {
        space: {
            "v": one["peak_density"],
            "text": _(
                "peak {density:.1f}/m², level {letter}",
                density=one["peak_density"],
                letter=one["level_of_service"],
            ),
        }
        for space, one in answer["spaces"].items()
    }
    scale = {
        "bounds": [round(bound, 2) for bound in LOS_DENSITY[1:]],
        "colours": [NOTHING, *CIVIDIS[1:]],
        "ink": list(INK),
        "labels": list("ABCDEF"),
        "title": _("Peak level of service"),
        "unit": _("people/m²"),
    }
    return {"fill": "los", "values": values, "scale": scale, "maps": None}


def _kind_of(plan: Plan, name: str) -> str:
    if name in plan.exit:
        return "exit"
    return "connector" if name in plan.connector else "opening"
