"""The sections of a drill's answer, one of which is shown at a time: over time, places, doors, trust."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.answer_words import interval_words, seconds_words, space_words, way_words
from dashboard.charts import chart, evacuation_curve, level_of_service_bars, ranked_bars
from dashboard.drill_charts import LEVEL_HEIGHT, door_flow, exit_bars, level_curves
from dashboard.drill_trust import trust
from dashboard.furniture import data, panel, table
from dashboard.language import N_, _
from twin.plan.model import Plan

Answer = Mapping[str, Any]
PLAN = "drill-plan"
DOOR = "drill-door"
FLOW = "drill-flow"
MOST_EXITS = 12
MOST_JAMS = 6
WORST = 5


class Section(StrEnum):
    """Parts of an answer."""

    TIME = "time"
    PLACES = "places"
    DOORS = "doors"
    TRUST = "trust"


SECTION_WORDS = {
    Section.TIME: N_("Time"),
    Section.PLACES: N_("Places"),
    Section.DOORS: N_("Doors"),
    Section.TRUST: N_("Trust"),
}


def section(
    plan: Plan, answer: Answer, which: Section, *, others: Sequence[tuple[str, Answer]] = ()
) -> list[Component]:
    """One section of ``answer``; what an older answer does not hold is left out.

    ``others``: the same drill with other engines, for :func:`dashboard.drill_trust.trust`.
    """
    if which is Section.TRUST:
        return trust(plan, answer, others)
    parts = {Section.TIME: _time, Section.PLACES: _places, Section.DOORS: _doors}
    return parts[which](plan, answer)


def _time(plan: Plan, answer: Answer) -> list[Component]:
    curve, people = answer["curve"], answer["people"]
    inside = [people - out for out in curve["out"]]
    low = [max(0.0, people - out) for out in curve["high"]]
    high = [min(float(people), people - out) for out in curve["low"]]
    figure = evacuation_curve(curve["time_s"], inside, low, high)
    parts: list[Component] = [panel(_("People inside"), chart("drill-curve", figure, height=170))]
    by_level = answer.get("inside_by_level")
    if by_level is not None and by_level["levels"]:
        rows = [(_level_words(plan, row["level_id"]), row) for row in reversed(by_level["levels"])]
        small = level_curves(by_level["time_s"], rows)
        words = _("The most people, and from when on fewer than 5 % of them are there.")
        parts.append(
            panel(
                _("By level"),
                [
                    chart("drill-levels", small, height=30 + LEVEL_HEIGHT * len(rows)),
                    html.Div(words, className="quiet"),
                ],
            )
        )
    return parts


def _level_words(plan: Plan, level_id: str) -> str:
    return plan.level[level_id].short_name if level_id in plan.level else _("stairs and escalators")


def _places(plan: Plan, answer: Answer) -> list[Component]:
    parts = [_worst_panel(plan, answer), _jams_panel(plan, answer), _crowding_panel(answer)]
    return [one for one in parts if one is not None]


def _named(plan: Plan, space_id: str) -> str | Component:
    """A space that is shown on the plan when its name is clicked."""
    if space_id not in plan.space:
        return space_id
    where = json.dumps({"kind": "space", "id": space_id})
    return html.Button(
        space_words(plan.space[space_id], plan), className="link", **data(show=where, show_on=PLAN)
    )


def _worst_panel(plan: Plan, answer: Answer) -> Component | None:
    """From where it takes longest."""
    worst = answer.get("worst_places")
    if not worst:
        return None
    rows: list[Sequence[str | Component]] = []
    for place in worst[:WORST]:
        slow = place["p95_s"]
        cells = [
            html.Span(seconds_words(slow["mean"])),
            html.Span(interval_words(slow), className="interval"),
        ]
        rows.append(
            [
                _named(plan, place["space_id"]),
                f"{place['people']:,.0f}",
                seconds_words(place["median_s"]["mean"]),
                html.Span(cells, className="delta"),
            ]
        )
    heads = [_("Began in"), _("People"), _("Half are out"), _("95 % are out")]
    words = _("Since the alarm, so the wait before people start to walk is in it.")
    return panel(
        _("From where it takes longest"),
        [table(heads, rows, numeric=(1, 2, 3)), html.Div(words, className="quiet")],
    )


def _jams_panel(plan: Plan, answer: Answer) -> Component:
    """Where people lose their time."""
    rows: list[Sequence[str | Component]] = []
    for index, jam in enumerate(answer["jams"][:MOST_JAMS], start=1):
        place: str | Component = (
            way_words(plan, str(jam["source"])) if jam["source"] else _named(plan, jam["space_id"])
        )
        wait = jam["waiting_people_s"] / max(1, jam["passed"])
        rows.append([str(index), place, f"{jam['peak_queue']:,}", f"{wait:.0f}\u2009s"])
    if not rows:
        return panel(_("Where it jams"), html.Div(_("No queue formed."), className="quiet"))
    heads = [_("No."), _("Place"), _("Longest queue"), _("Mean wait")]
    words = _("Of the replication in the middle, the one that is played back.")
    return panel(
        _("Where it jams"), [table(heads, rows, numeric=(0, 2, 3)), html.Div(words, className="quiet")]
    )


def _crowding_panel(answer: Answer) -> Component:
    """How crowded it is while people leave."""
    minutes = [answer["level_of_service"][letter] / 60 for letter in "ABCDEF"]
    words = _("Highest density of a zone {peak:.1f} people/m²", peak=answer["peak_density"]["max"])
    return panel(
        _("Crowding"),
        [chart("drill-los", level_of_service_bars(minutes), height=150), html.Div(words, className="quiet")],
    )


def _doors(plan: Plan, answer: Answer) -> list[Component]:
    parts = [_flow_panel(plan, answer), _exits_panel(plan, answer)]
    return [one for one in parts if one is not None]


def _exits_panel(plan: Plan, answer: Answer) -> Component:
    """Who carries it: people by exit, the busiest first."""
    ranked = sorted(answer["exits"].items(), key=lambda item: -item[1])
    used = [name for name, people in ranked if people > 0]
    unused = [name for name, people in ranked if people <= 0]
    names = [way_words(plan, name) for name in used[:MOST_EXITS]]
    use = answer.get("exit_use")
    figure = (
        ranked_bars(names, [answer["exits"][name] for name in used[:MOST_EXITS]], unit=_("people"))
        if use is None
        else exit_bars(names, [use[name] for name in used[:MOST_EXITS]])
    )
    words = []
    if len(used) > MOST_EXITS:
        words.append(_("{count} more exits are used", count=len(used) - MOST_EXITS))
    if unused:
        words.append(_("not used: {names}", names=", ".join(way_words(plan, name) for name in unused[:4])))
    return panel(
        _("Exits"),
        [
            chart("drill-exits", figure, height=40 + 20 * max(1, len(names))),
            html.Div(". ".join(words), className="quiet"),
        ],
    )


def _flow_panel(plan: Plan, answer: Answer) -> Component | None:
    """Flow at one door, which can be chosen; the one that works hardest comes first."""
    doors = answer.get("doors")
    if doors is None or not doors["rows"]:
        return None
    options = [{"value": str(i), "label": door_words(plan, row)} for i, row in enumerate(doors["rows"])]
    first = busiest(doors["rows"])
    return panel(
        _("Flow at a door"),
        [
            dmc.Select(
                id=DOOR,
                data=options,
                value=str(first),
                searchable=True,
                allowDeselect=False,
                size="xs",
                limit=80,
            ),
            html.Div(flow_of(answer, first), id=FLOW),
        ],
    )


def door_words(plan: Plan, row: Mapping[str, Any]) -> str:
    """A door as a person knows it; of a stair also between which levels."""
    name = way_words(plan, row["source"])
    if row["level_id"] == row["to_level_id"]:
        return name
    ends = "–".join(plan.level[row[key]].short_name for key in ("level_id", "to_level_id"))
    return f"{ends} · {name.split(' · ', 1)[-1]}"


def busiest(rows: Sequence[Mapping[str, Any]]) -> int:
    """The door whose greatest flow comes nearest to its capacity, of those that are much used."""
    most = max(row["passed"]["mean"] for row in rows)

    def strain(index: int) -> tuple[bool, float]:
        row = rows[index]
        share = row["peak_per_min"]["mean"] / row["capacity_per_min"] if row["capacity_per_min"] else 0.0
        return row["passed"]["mean"] >= most / 2, share

    return max(range(len(rows)), key=strain)


def flow_of(answer: Answer, index: int) -> list[Component]:
    """Flow over time at one door of ``answer``, and its figures in a line."""
    doors = answer["doors"]
    row = doors["rows"][index]
    peak, width = row["peak_per_min"]["mean"], row["width_m"]
    words = [
        _("{people:,.0f} people through {width:.2f} m", people=row["passed"]["mean"], width=width),
        _("at most {flow:.0f} a minute, {specific:.2f} per m and s", flow=peak, specific=peak / 60 / width),
    ]
    if row["capacity_per_min"] is not None:
        words.append(
            _(
                "capacity {flow:.0f} a minute ({origin})",
                flow=row["capacity_per_min"],
                origin=_("not imposed, for comparison") if answer["engine"] != "network" else _("imposed"),
            )
        )
    return [
        chart("drill-flow-chart", door_flow(doors["time_s"], row), height=190),
        html.Div(" · ".join(words), className="quiet"),
    ]
