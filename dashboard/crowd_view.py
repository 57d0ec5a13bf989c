"""The answer about an expected crowd as a person reads it: how likely, when, where, and how dense."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.charts import canvas, chart, tokens
from dashboard.colours import CIVIDIS, INK, NOTHING
from dashboard.furniture import notice, number, panel, table
from dashboard.language import _
from dashboard.provenance import provenance_line
from dashboard.viewer import viewer
from twin.plan.model import Plan

Answer = Mapping[str, Any]
MOST_PLACES = 12
MARKED = 9
SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Steps of the map: probability that the limit is passed in a space."""


def clock_words(seconds: float | None) -> str:
    """Seconds after midnight as a time of day."""
    if seconds is None:
        return "–"
    minutes = round(seconds / 60)
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def _place(plan: Plan, row: Answer) -> str:
    level = plan.level[row["level_id"]].short_name
    tenant = plan.tenant_of.get(row["id"])
    names = {"en": tenant.name.en, "zh": tenant.name.zh} if tenant is not None else row["name"]
    return f"{level} · {names.get(viewer().language) or names['en'] or row['id']}"


def _share(value: Answer) -> str:
    return f"{value['mean']:.0%}"


def head(answer: Answer) -> list[Component]:
    """How likely it is that the limit is passed anywhere, and when for the first time."""
    chance, first = answer["probability"], answer["first_passed_s"]
    band = f"{chance['low']:.0%}–{chance['high']:.0%}"
    limit = answer["limit_per_m2"]
    parts: list[Component] = [
        number(
            _share(chance), _("chance that {limit:.1f} people/m² is passed somewhere", limit=limit), band=band
        )
    ]
    if first is not None:
        when = clock_words(first["mean"])
        words = _("earliest {time}", time=clock_words(first["earliest"]))
        parts.append(number(when, _("first passed, mean over replications"), band=words))
    peak = answer["inside_peak"]
    parts.append(
        html.Div(
            _(
                "At most {people:,.0f} people inside ({visits:,.0f} visits)",
                people=peak["mean"],
                visits=answer["visits"]["mean"],
            ),
            className="quiet",
        )
    )
    return parts


def places_panel(plan: Plan, answer: Answer) -> Component:
    """Where, how likely, when, for how long and how dense."""
    rows: list[Sequence[str | Component]] = []
    for index, row in enumerate(answer["spaces"][:MOST_PLACES], start=1):
        first = row["first_passed_s"]
        rows.append(
            [
                str(index),
                _place(plan, row),
                _share(row["probability"]),
                clock_words(first["mean"]) if first is not None else "–",
                f"{row['minutes_over']['mean']:.0f}",
                f"{row['peak_density']['mean']:.1f}",
            ]
        )
    if not rows:
        words = _("Nowhere does it come near the limit.")
        return panel(_("Where it gets crowded"), html.Div(words, className="quiet"))
    heads = [_("No."), _("Place"), _("Chance"), _("From"), _("Minutes"), _("Peak /m²")]
    return panel(_("Where it gets crowded"), table(heads, rows, numeric=(0, 2, 3, 4, 5)))


def inside_panel(answer: Answer) -> Component:
    """People inside over the day, with the times of the events."""
    figure = canvas(y_title=_("People inside"))
    inside = answer["inside"]
    hours = [seconds / 3600 for seconds in inside["time_s"]]
    figure.add_scatter(
        x=hours,
        y=inside["people"],
        mode="lines",
        line={"color": tokens()["accent"], "width": 2},
        hovertemplate="%{x:.1f} h · %{y:,.0f}<extra></extra>",
    )
    for event in answer["events"]:
        starts = event["starts_h"]
        figure.add_vrect(
            x0=starts,
            x1=starts + event["lasts_min"] / 60,
            fillcolor=tokens()["simulated"],
            opacity=0.25,
            line_width=0,
        )
    figure.update_xaxes(ticksuffix=":00", dtick=2)
    return panel(_("People inside"), chart("crowd-inside", figure, height=170))


def result(plan: Plan, question: Mapping[str, Any], answer: Answer) -> list[Component]:
    """The whole answer, for the drawer."""
    del question
    return [
        html.Div(
            [
                html.Div(_("FORECAST · simulated"), className="forecast-word"),
                *head(answer),
                places_panel(plan, answer),
                inside_panel(answer),
                provenance_line(answer),
                notice(
                    _("Density is that of zones of about 120 m²; within a zone people can stand closer."),
                    kind="guessed",
                ),
                notice(_("Advisory: it supports the judgement of the safety team and does not replace it.")),
            ],
            className="panel forecast",
        )
    ]


def drawn_on_plan(plan: Plan, answer: Answer) -> dict[str, Any]:
    """The map: probability that the limit is passed, by space; places are numbered as in the table."""
    values = {
        row["id"]: {
            "v": row["probability"]["mean"],
            "text": _("chance {share}", share=_share(row["probability"])),
        }
        for row in answer["spaces"]
    }
    worst = answer["spaces"][0] if answer["spaces"] else None
    return {
        "plan": "crowd-plan",
        "fill": "los",
        "values": values,
        "scale": {
            "bounds": list(SHARES),
            "colours": [NOTHING, *CIVIDIS[1:]],
            "ink": list(INK),
            "labels": ["0", "5", "25", "50", "75", "95"],
            "title": _("Chance that the limit is passed, %"),
            "unit": "",
        },
        "jams": [
            {
                "level": row["level_id"],
                "x": plan.space[row["id"]].shape.representative_point().x,
                "y": plan.space[row["id"]].shape.representative_point().y,
                "label": index,
            }
            for index, row in enumerate(answer["spaces"][:MARKED], start=1)
            if row["probability"]["mean"] > 0 and row["id"] in plan.space
        ],
        "marks": [],
        "avoid": [],
        "level": worst["level_id"] if worst is not None else None,
    }
