"""How far an answer can be trusted: its bound, the other engine, what the engine passed, what it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.answer_words import assumption_words, interval_words, seconds_words
from dashboard.drill_question import Engine, engine_of
from dashboard.furniture import notice, panel, table
from dashboard.language import _
from dashboard.provenance import MODES, engine_words, provenance_line
from dashboard.verified import verified
from dashboard.watchdog_words import watchdog_words
from twin.plan.model import Plan

Answer = Mapping[str, Any]
ASK_OTHER = "drill-ask-other"
OTHER = {Engine.NETWORK: Engine.CROWD, Engine.CROWD: Engine.NETWORK, Engine.MIXED: Engine.NETWORK}


def trust(plan: Plan, answer: Answer, others: Sequence[tuple[str, Answer]] = ()) -> list[Component]:
    """Everything that says how much to believe ``answer``.

    ``others``: runs of the same drill with other engines or modes, by the id of the run.
    """
    parts = [_watched(plan, answer), _beside(answer, others), *verified(answer)]
    times = [t for t in answer.get("t95_s_by_replication", []) if t is not None]
    if len(times) > 1:
        spread = ", ".join(seconds_words(t) for t in sorted(times))
        parts.append(panel(_("95 % out, each replication"), html.Div(spread, className="quiet")))
    rests = [notice(assumption_words(answer), kind="guessed")]
    if answer.get("smoke"):
        words = _("Smoke slows and harms people here, but it changes no route: nobody turns back before it.")
        rests.append(notice(words, kind="guessed"))
    elif answer.get("fire"):
        words = _("The fire closes ways and starts people; it makes no smoke and does not grow here.")
        rests.append(notice(words, kind="guessed"))
    parts.append(panel(_("On what it rests"), [*rests, provenance_line(answer)]))
    return parts


def bound_of(answer: Answer, name: str) -> float | None:
    """The lower bound of the time ``name`` of ``answer``, s; ``None``: there is none."""
    found = (answer.get("bound") or {}).get(name)
    return None if found is None else found["mean"]


def bound_words(answer: Answer) -> Component | None:
    """The lower bound beside the times; loud where an engine was quicker than it."""
    shortest, last = bound_of(answer, "t95_s"), bound_of(answer, "t_last_s")
    if shortest is None or last is None:
        return None
    words = _(
        "No flow through these doors and stairs can be quicker: {most} for 95 %, {all} for all.",
        most=seconds_words(shortest),
        all=seconds_words(last),
    )
    time = answer["t95_s"]["mean"]
    if time is not None and time < shortest:
        words += " " + _("This run is: its doors pass more people than was measured. Do not rely on it.")
        return notice(words, kind="failed")
    return html.Div(words, className="quiet how")


def _watched(plan: Plan, answer: Answer) -> Component:
    lines = watchdog_words(plan, answer.get("watchdog") or [])
    calm = html.Div(_("Everybody got out, nobody was stuck."), className="quiet")
    watched = html.Ul([html.Li(line) for line in lines]) if lines else calm
    return panel(_("What to know about this run"), [watched])


def _beside(answer: Answer, others: Sequence[tuple[str, Answer]]) -> Component:
    """The same drill with the engines that it was run with, each beside its lower bound."""
    rows: list[Sequence[str | Component]] = [_row("", answer)]
    rows += [_row(run, one) for run, one in others]
    heads = [_("Engine"), _("95 % out"), _("All out"), _("Lower bound")]
    parts: list[Component] = [table(heads, rows, numeric=(1, 2, 3))]
    reason = (answer.get("bound") or {}).get("reason")
    if reason:
        parts.append(html.Div(_("No lower bound: {reason}.", reason=_(str(reason))), className="quiet"))
    asked = {engine_of(one) for one in (answer, *(other for _run, other in others))}
    other = OTHER[engine_of(answer)]
    if other not in asked:
        label = {
            Engine.NETWORK: _("Ask the network engine the same"),
            Engine.CROWD: _("Ask the crowd engine the same"),
        }[other]
        parts.append(html.Button(label, id=ASK_OTHER, className="ghost"))
    words = _(
        "The bound: a flow over time through every cut of the building, for these people, doors and starts. "
        "Engines that differ much deserve a look; the longer time is the safer one."
    )
    return panel(_("Engines side by side"), [*parts, html.Div(words, className="quiet")])


def _row(run: str, answer: Answer) -> list[str | Component]:
    """One run; the one in view has no link."""
    name = engine_words(answer)
    mode = _(MODES.get(str(answer.get("mode")), str(answer.get("mode"))))
    shown: Component = html.B(name) if not run else dcc.Link(name, href=f"?run={run}", className="link")
    return [
        html.Span([shown, html.Span(mode, className="unit")]),
        _timed(answer["t95_s"]),
        _timed(answer["t_last_s"]),
        html.Span(
            [
                html.Span(seconds_words(bound_of(answer, "t95_s"))),
                html.Span(seconds_words(bound_of(answer, "t_last_s")), className="interval"),
            ],
            className="delta",
        ),
    ]


def _timed(estimate: Mapping[str, Any]) -> Component:
    """A time with its interval below it."""
    band = interval_words(estimate) if estimate.get("low") is not None else ""
    return html.Span(
        [html.Span(seconds_words(estimate["mean"])), html.Span(band, className="interval")], className="delta"
    )
