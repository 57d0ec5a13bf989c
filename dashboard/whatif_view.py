"""The answer of a what-if as a person reads it: money and seconds side by side, with what is not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.answer_words import assumption_words, interval_words, seconds_words
from dashboard.charts import chart, difference_bars
from dashboard.colours import DIVERGING, NOTHING
from dashboard.furniture import notice, number, panel, table
from dashboard.language import _
from dashboard.provenance import provenance_line
from dashboard.viewer import viewer
from dashboard.whatif_edits import edit_words
from twin.plan.model import Plan

Answer = Mapping[str, Any]
MOST_TENANTS = 10
MAP_BOUNDS = (-0.2, -0.05, 0.05, 0.2)
"""Steps of the difference map: change of a space's footfall relative to before."""


def thin(value: float | None, *, signed: bool = False, digits: int = 0) -> str:
    """A number with thin spaces between thousands; a dash where there is none."""
    if value is None:
        return "–"
    sign = "+" if signed else ""
    return f"{value:{sign},.{digits}f}".replace(",", "\u2009").replace("-", "−")


def _named(words: Mapping[str, str]) -> str:
    return words.get(viewer().language) or words["en"]


THOUSAND = 1000.0
_LARGE = 100_000.0


@dataclass(frozen=True)
class Shown:
    """How the figures of a row are written: in thousands where they are large, with about three digits."""

    size: float

    @property
    def factor(self) -> float:
        """What a figure is divided by."""
        return THOUSAND if self.size >= _LARGE else 1.0

    @property
    def digits(self) -> int:
        """Digits after the point: about three in all."""
        size = self.size / self.factor
        return 0 if size >= 100 else 1 if size >= 10 else 2  # noqa: PLR2004 - three significant digits

    def words(self, value: float | None, *, signed: bool = False) -> str:
        """``value`` as it stands in the row."""
        return thin(None if value is None else value / self.factor, signed=signed, digits=self.digits)


def shown(document: Answer) -> Shown:
    """How the row of ``document`` is written."""
    return Shown(abs(document["base"]["mean"] or 0.0))


def _delta_cell(document: Answer) -> Component:
    """The difference and its interval, or that none can be told."""
    delta, row = document["delta"], shown(document)
    if not document["detectable"]:
        words = _named(document["verdict"])
    else:
        words = row.words(delta["mean"], signed=True)
        if document.get("relative") is not None:
            words += f" ({document['relative']:+.1%})".replace("-", "−")
    low, high = delta.get("low"), delta.get("high")
    interval = "" if low is None else f"{row.words(low, signed=True)} … {row.words(high, signed=True)}"
    return html.Span(
        [
            html.B(words) if document["detectable"] else html.Span(words, className="quiet"),
            html.Span(interval, className="interval"),
        ],
        className="delta",
    )


def _unit(words: str) -> str:
    known = {
        "people/day": _("people/day"),
        "CNY/day": _("CNY/day"),
        "CNY/month": _("CNY/month"),
        "CNY": "CNY",
        "people": _("people"),
        "min": "min",
        "1": "",
    }
    return known.get(words, words)


def figures_panel(answer: Answer) -> Component:
    """The whole mall, before and after."""
    rows: list[Sequence[str | Component]] = []
    for one in answer["kpis"]:
        row, unit = shown(one), _unit(one["unit"])
        if row.factor > 1:
            unit = _("thousand {unit}", unit=unit)
        rows.append(
            [
                html.Span([_named(one["name"]), html.Span(unit, className="unit")]),
                row.words(one["base"]["mean"]),
                row.words(one["changed"]["mean"]),
                _delta_cell(one),
            ]
        )
    heads = [_("The mall"), _("Before"), _("After"), _("Difference, 95 % interval")]
    words = _(
        "An interval is for its row alone; a change counts as detectable only if it holds "
        "for all rows together."
    )
    return panel(
        _("Money and visits"), [table(heads, rows, numeric=(1, 2, 3)), html.Div(words, className="quiet")]
    )


def evacuation_panel(answer: Answer) -> Component:
    """What it does to evacuation: both clearance times and their difference."""
    drills = answer["drills"]
    rows: list[Sequence[str | Component]] = []
    for key, label in (("t95_s", _("95 % out")), ("t_last_s", _("The last one out"))):
        difference = drills["difference"][key]
        cells = [seconds_words(drills[side][key]["mean"]) for side in ("base", "changed")]
        if difference is None:
            change: str | Component = _("not everybody gets out")
        else:
            change = _seconds_cell(difference)
        rows.append([label, *cells, change])
    heads = [_("Evacuation"), _("Before"), _("After"), _("Difference, 95 % interval")]
    worst = max(drills["base"]["remaining"], drills["changed"]["remaining"])
    parts: list[Component] = [table(heads, rows, numeric=(1, 2, 3))]
    if worst:
        parts.append(
            notice(_("In a replication {count:,.0f} people do not get out.", count=worst), kind="failed")
        )
    people = _("{people:,} people: the busiest moment of the trading day", people=drills["changed"]["people"])
    parts.append(html.Div(people, className="quiet"))
    if answer.get("guessed_inputs"):
        parts.append(notice(assumption_words(answer), kind="guessed"))
    return panel(_("Seconds"), parts)


def _seconds_cell(document: Answer) -> Component:
    delta = document["delta"]
    words = (
        f"{delta['mean']:+.0f}\u2009s".replace("-", "−")
        if document["detectable"]
        else _named(document["verdict"])
    )
    interval = (
        "" if delta["low"] is None else f"{delta['low']:+.0f} … {delta['high']:+.0f}\u2009s".replace("-", "−")
    )
    return html.Span(
        [
            html.B(words) if document["detectable"] else html.Span(words, className="quiet"),
            html.Span(interval, className="interval"),
        ],
        className="delta",
    )


def _largest(answer: Answer, figure: str) -> list[Answer]:
    """Tenants by the size of their change, those that can be told from none first."""

    def size(row: Answer) -> tuple[bool, float]:
        return bool(row[figure]["detectable"]), abs(row[figure]["delta"]["mean"] or 0.0)

    changed = [row for row in answer["tenants"] if row[figure]["delta"]["mean"]]
    return sorted(changed, key=size, reverse=True)[:MOST_TENANTS]


def tenants_panel(plan: Plan, answer: Answer) -> Component:
    """Who gains and who loses sales."""
    rows = _largest(answer, "sales")
    if not rows:
        return panel(_("Tenants"), html.Div(_("No tenant's sales change."), className="quiet"))
    names = [f"{plan.level[row['level_id']].short_name} · {_named(row['name'])}" for row in rows]
    deltas = [row["sales"]["delta"] for row in rows]
    figure = difference_bars(
        names,
        [one["mean"] for one in deltas],
        [one["mean"] if one["low"] is None else one["low"] for one in deltas],
        [one["mean"] if one["high"] is None else one["high"] for one in deltas],
        [row["sales"]["detectable"] for row in rows],
        unit=_("sales, CNY a day"),
    )
    seen = sum(row["sales"]["detectable"] for row in answer["tenants"])
    words = _(
        "{seen} of {all} tenants change detectably; hollow marks cannot be told from no change.",
        seen=seen,
        all=len(answer["tenants"]),
    )
    height = 50 + 22 * len(rows)
    return panel(
        _("Tenants"), [chart("whatif-tenants", figure, height=height), html.Div(words, className="quiet")]
    )


def transfer_panel(answer: Answer) -> Component:
    """New money and moved money."""
    moved = answer["transfer"]
    rows = [
        [_("Moved between tenants"), thin(moved["moved_cny"])],
        [_("New to the mall"), thin(moved["new_cny"])],
        [_("Lost to the mall"), thin(moved["lost_cny"])],
        [_("Net"), thin(moved["net_cny"], signed=True)],
    ]
    return panel(_("New money and moved money"), table([_("A day"), "CNY"], rows, numeric=(1,)))


def head(answer: Answer) -> list[Component]:
    """Is B better than A? Sales and clearance time, each with its interval, in one glance."""
    sales = next(one for one in answer["kpis"] if one["id"] == "sales")
    drill = answer["drills"]["changed"]
    sure = sales.get("p_higher")
    note = "" if sure is None else _("{share:.0%} sure that sales are higher", share=sure)
    word = _named(sales["verdict"])
    if sales["detectable"]:
        word = thin(sales["delta"]["mean"], signed=True) + "\u2009CNY"
    low, high = sales["delta"].get("low"), sales["delta"].get("high")
    band = "" if low is None else f"{thin(low, signed=True)} … {thin(high, signed=True)}\u2009CNY"
    figure = number(word, _("sales a day, after less before"), band=band, note=note)
    if not sales["detectable"]:
        figure = html.Div(figure, className="in-words")  # a sentence, not a number
    return [
        figure,
        number(
            seconds_words(drill["t95_s"]["mean"]),
            _("until 95 % are out, after the change"),
            band=interval_words(drill["t95_s"]),
        ),
    ]


def result(plan: Plan, question: Mapping[str, Any], answer: Answer) -> list[Component]:
    """The whole answer, for the drawer."""
    changes = "; ".join(edit_words(plan, edit) for edit in question["edits"])
    return [
        html.Div(
            [
                html.Div(_("FORECAST · simulated"), className="forecast-word"),
                *head(answer),
                html.Div(_("With: {changes}", changes=changes), className="quiet asked"),
                figures_panel(answer),
                evacuation_panel(answer),
                tenants_panel(plan, answer),
                transfer_panel(answer),
                provenance_line(answer),
                notice(
                    _(
                        "Differences are paired; the levels rest on parameters that were not fitted "
                        "to this mall."
                    ),
                    kind="guessed",
                ),
                notice(_("Advisory: it supports a decision and does not replace it.")),
            ],
            className="panel forecast",
        )
    ]


def drawn_on_plan(answer: Answer, *, url: str, marks: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """The difference map: change of footfall by space, where it can be told from none.

    ``url`` is the drawing of the changed plan: the map is not put on another one.
    """
    values = {}
    for row in answer["spaces"]:
        change = row["footfall"]
        relative = change.get("relative")
        if relative is None:
            continue
        text = (
            _("{change:+.0%} footfall", change=relative)
            if change["detectable"]
            else _named(change["verdict"])
        )
        values[row["id"]] = {"v": relative if change["detectable"] else 0.0, "text": text, "stale": False}
    return {
        "plan": "whatif-plan",
        "url": url,
        "fill": "difference",
        "values": values,
        "scale": {
            "bounds": list(MAP_BOUNDS),
            "colours": [*DIVERGING[:2], NOTHING, *DIVERGING[-2:]],
            "ink": ["#14171A", "#14171A", "inherit", "#14171A", "#14171A"],
            "labels": ["−20", "−5", "0", "+5", "+20"],
            "title": _("Change of footfall, %"),
            "unit": "",
        },
        "jams": [],
        "marks": list(marks),
        "avoid": [],
        "level": None,
    }
