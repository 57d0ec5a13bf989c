"""The answer of a drill as a person reads it: the time, how sure, on what it rests, then where and how."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.charts import chart, clock_label, evacuation_curve, level_of_service_bars, ranked_bars
from dashboard.colours import CIVIDIS
from dashboard.drill_form import connector_words, space_words
from dashboard.furniture import notice, number, panel, table
from dashboard.language import N_, _, in_words
from dashboard.run_panel import provenance_line
from twin.plan.model import Plan
from twin.world.drill_result import LOS_DENSITY

Answer = Mapping[str, Any]
MOST_EXITS = 12
MOST_JAMS = 6
MARKED_JAMS = 9
MOST_LINES = 5
NOTHING = "rgba(0,0,0,0)"
"""Level of service A is normal: it is not painted, so that what is crowded stands out."""
INK = ["inherit", "#FFFFFF", "#FFFFFF", "#14171A", "#14171A", "#14171A"]
"""Colour of the letters on the six steps."""


def seconds_words(seconds: float | None) -> str:
    """Seconds as minutes and seconds; a dash where there is no figure."""
    return "–" if seconds is None else clock_label(seconds) + "\u2009min"


def interval_words(estimate: Mapping[str, Any]) -> str:
    """The interval of an estimate in minutes, or why there is none."""
    if estimate.get("low") is None or estimate.get("high") is None:
        return _("no interval: one replication") if estimate.get("replications") == 1 else ""
    return f"{clock_label(max(0.0, estimate['low']))}–{clock_label(estimate['high'])}"


def way_words(plan: Plan, name: str) -> str:
    """An exit, connector or opening as a person knows it."""
    if name in plan.exit:
        one = plan.exit[name]
        return f"{plan.level[one.level_id].short_name} · {in_words(one.name) or one.id}"
    if name in plan.connector:
        return connector_words(plan.connector[name], plan)
    if name in plan.opening:
        first, second = plan.opening[name].spaces
        return f"{space_words(plan.space[first], plan)} → {in_words(plan.space[second].name) or second}"
    return name or _("inside a space")


def assumption_words(answer: Answer) -> str:
    """What the time rests on that is known least."""
    guessed: Sequence[Mapping[str, Any]] = answer.get("guessed_inputs") or ()
    names = {"width_m": _("clear width"), "riser_m": _("riser"), "tread_m": _("tread"), "line": _("place")}
    if guessed:
        parts = [
            _(
                "{field} of {guessed} of {of} {feature}",
                field=names.get(str(one["field"]), str(one["field"])),
                guessed=one["guessed"],
                of=one["of"],
                feature=_feature(str(one["feature"])),
            )
            for one in guessed[:4]
        ]
        return _("Guessed, not surveyed: {what}.", what="; ".join(parts))
    starts = answer["pre_movement"]
    return _("Weakest assumption: how long people wait before they go ({name}).", name=_(str(starts["name"])))


def _feature(name: str) -> str:
    words = {"opening": _("openings"), "exit": _("exits"), "connector": _("stairs and lifts")}
    return words.get(name, name)


def head(answer: Answer) -> list[Component]:
    """The number first, then its interval and its weakest assumption."""
    last = answer["t_last_s"]
    parts: list[Component] = [
        number(
            seconds_words(answer["t95_s"]["mean"]),
            _("until 95 % of {people:,} people are out", people=answer["people"]),
            band=interval_words(answer["t95_s"]),
        ),
        number(seconds_words(last["mean"]), _("until the last one is out"), band=interval_words(last)),
    ]
    if answer["remaining"]:
        words = _("{count:,.0f} people do not get out. See who and where below.", count=answer["remaining"])
        parts.append(notice(words, kind="failed"))
    parts.append(notice(assumption_words(answer), kind="guessed"))
    return parts


def curve_panel(answer: Answer) -> Component:
    """People still inside, with the band."""
    curve, people = answer["curve"], answer["people"]
    inside = [people - out for out in curve["out"]]
    low = [max(0.0, people - out) for out in curve["high"]]
    high = [min(float(people), people - out) for out in curve["low"]]
    figure = evacuation_curve(curve["time_s"], inside, low, high)
    return panel(_("People inside"), chart("drill-curve", figure, height=170))


def exits_panel(plan: Plan, answer: Answer) -> Component:
    """Who carries it: people by exit, the busiest first."""
    ranked = sorted(answer["exits"].items(), key=lambda item: -item[1])
    used = [(name, people) for name, people in ranked if people > 0]
    unused = [name for name, people in ranked if people <= 0]
    names = [way_words(plan, name) for name, _people in used[:MOST_EXITS]]
    figure = ranked_bars(names, [people for _name, people in used[:MOST_EXITS]], unit=_("people"))
    words = []
    if len(used) > MOST_EXITS:
        words.append(_("{count} more exits are used", count=len(used) - MOST_EXITS))
    if unused:
        words.append(_("not used: {names}", names=", ".join(way_words(plan, name) for name in unused[:4])))
    height = 40 + 20 * max(1, len(names))
    return panel(
        _("Exits"),
        [chart("drill-exits", figure, height=height), html.Div(". ".join(words), className="quiet")],
    )


def jams_panel(plan: Plan, answer: Answer) -> Component:
    """Where people lose their time."""
    rows = []
    for index, jam in enumerate(answer["jams"][:MOST_JAMS], start=1):
        place = (
            way_words(plan, str(jam["source"]))
            if jam["source"]
            else space_words(plan.space[jam["space_id"]], plan)
        )
        rows.append(
            [
                str(index),
                place,
                f"{jam['peak_queue']:,}",
                f"{jam['waiting_people_s'] / max(1, jam['passed']):.0f}\u2009s",
            ]
        )
    if not rows:
        return panel(_("Where it jams"), html.Div(_("No queue formed."), className="quiet"))
    heads = [_("No."), _("Place"), _("Longest queue"), _("Mean wait")]
    return panel(_("Where it jams"), table(heads, rows, numeric=(0, 2, 3)))


def level_panel(answer: Answer) -> Component:
    """How crowded it is while people leave."""
    minutes = [answer["level_of_service"][letter] / 60 for letter in "ABCDEF"]
    peak = answer["peak_density"]
    words = _("Highest density {peak:.1f} people/m²", peak=peak["max"])
    return panel(
        _("Crowding"),
        [chart("drill-los", level_of_service_bars(minutes), height=150), html.Div(words, className="quiet")],
    )


_COUNTED = re.compile(r"(\d+) people (.+)")
_STUCK = re.compile(r"in (.+?)(?: on (\S+))?: (?:waits at (.+) at the horizon|(.+))")
_REASONS = (
    N_("no way out"),
    N_("on the way at the horizon"),
    N_("has not started at the horizon"),
    N_("the space is too small for the grid, they start beside it"),
    N_("a lift"),
    N_("the next part of the space"),
)
"""What the watchdog says, for the catalogue."""
_SQUEEZED = "squeezed into a full space after a minute: streams block each other"


def watchdog_words(plan: Plan, lines: Sequence[str]) -> list[str]:
    """The watchdog's lines, each reason once with the range of its counts over replications, worst first."""
    counts: dict[str, list[int]] = {}
    other: list[str] = []
    for line in lines:
        counted = _COUNTED.fullmatch(line)
        if counted is None:
            other.append(line)
        else:
            counts.setdefault(counted[2], []).append(int(counted[1]))
    ranked = sorted(counts.items(), key=lambda item: -max(item[1]))
    said = [_reason_words(plan, what, _range_words(found)) for what, found in ranked]
    shown = [*dict.fromkeys(other), *said]
    if len(shown) <= MOST_LINES:
        return shown
    left = len(shown) - MOST_LINES + 1
    return [*shown[: MOST_LINES - 1], _("{count} more lines in the answer's file", count=left)]


def _range_words(counts: Sequence[int]) -> str:
    low, high = min(counts), max(counts)
    return f"{low:,}" if low == high else f"{low:,}–{high:,}"


def _reason_words(plan: Plan, what: str, count: str) -> str:
    """Why ``count`` people are stuck, with the names of the plan."""
    if what == _SQUEEZED:
        return _("{count} people squeezed into a full space: streams block each other", count=count)
    stuck = _STUCK.fullmatch(what)
    if stuck is None:
        return f"{count} {what}"
    place, _level, gate, why = stuck.groups()
    where = space_words(plan.space[place], plan) if place in plan.space else _(place)
    reason = _(why)
    if gate:
        reason = _(
            "wait at {gate} when the run ends", gate=_(gate) if gate in _REASONS else way_words(plan, gate)
        )
    return _("{count} people in {where}: {reason}", count=count, where=where, reason=reason)


def _watchdog_panel(plan: Plan, answer: Answer) -> list[Component]:
    lines = watchdog_words(plan, answer.get("watchdog") or [])
    if not lines:
        return []
    return [panel(_("What to know about this run"), html.Ul([html.Li(line) for line in lines]))]


def result(plan: Plan, question: Mapping[str, Any], answer: Answer) -> list[Component]:
    """The whole answer, for the drawer."""
    del question
    return [
        html.Div(
            [
                html.Div(_("FORECAST · simulated"), className="forecast-word"),
                *head(answer),
                curve_panel(answer),
                exits_panel(plan, answer),
                jams_panel(plan, answer),
                level_panel(answer),
                *_watchdog_panel(plan, answer),
                provenance_line(answer),
                notice(_("Advisory: it supports the judgement of the safety team and does not replace it.")),
            ],
            className="panel forecast",
        )
    ]


def drawn_on_plan(plan: Plan, question: Mapping[str, Any], answer: Answer) -> dict[str, Any]:
    """What the canvas shows of the answer: peak level of service by space, jams, fire, what was blocked."""
    marks = [{"kind": "blocked", "of": _kind_of(plan, one), "id": one} for one in answer["blocked"]]
    marks += [{"kind": "stopped", "of": "connector", "id": one} for one in answer["stopped"]]
    if answer["fire"]:
        marks.append({"kind": "fire", "of": "space", "id": answer["fire"]})
    jams = [
        {"level": jam["level_id"], "x": jam["at"][0], "y": jam["at"][1], "label": index}
        for index, jam in enumerate(answer["jams"][:MARKED_JAMS], start=1)
    ]
    shown = {
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
    return {
        "plan": "drill-plan",
        "fill": "los",
        "values": shown,
        "scale": {
            "bounds": [round(bound, 2) for bound in LOS_DENSITY[1:]],
            "colours": [NOTHING, *CIVIDIS[1:]],
            "ink": INK,
            "labels": list("ABCDEF"),
            "title": _("Peak level of service"),
            "unit": _("people/m²"),
        },
        "jams": jams,
        "marks": marks,
        "avoid": list(question.get("blocked", [])),
        "level": plan.space[answer["fire"]].level_id if answer["fire"] else None,
    }


def _kind_of(plan: Plan, name: str) -> str:
    if name in plan.exit:
        return "exit"
    return "connector" if name in plan.connector else "opening"
