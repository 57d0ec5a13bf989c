"""The form of the what-if page: what can be changed about the selected thing, and the changes so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.furniture import data, notice
from dashboard.language import _
from dashboard.run_panel import HIDDEN, SHOWN
from dashboard.whatif_edits import ACTIONS, actions_for, choices, edit_words, thing_words
from twin.plan.model import Plan

ACTION = "whatif-action"
CHOICE = "whatif-choice"
WIDTH = "whatif-width"
ADD = "whatif-add"
REMOVE = "whatif-remove"


def offer_form(plan: Plan, selected: Mapping[str, str], changes: int) -> list[Component]:
    """The changes that fit what is selected on the plan as it is after so many ``changes``.

    Complete with what the first of them needs: a form that is filled in a second step takes back what a
    quick hand has chosen by then.
    """
    kind, name = selected.get("kind", ""), selected.get("id", "")
    found = actions_for(plan, kind, name)
    if not found:
        return [notice(_("Nothing can be changed about what is selected."))]
    options = [{"value": one.id, "label": _(one.title)} for one in found]
    to, choice, width = narrowed(plan, found[0].id, name)
    return [
        html.Div(thing_words(plan, kind, name), className="selected-name", **data(changes=str(changes))),
        dmc.Select(
            id=ACTION, label=_("Change"), data=options, value=found[0].id, size="xs", allowDeselect=False
        ),
        dmc.Select(id=CHOICE, label=_("To"), data=to, searchable=True, size="xs", limit=60, style=choice),
        dmc.NumberInput(
            id=WIDTH, label=_("Clear width, m"), value=2.0, min=0.3, max=40, step=0.1, size="xs", style=width
        ),
        dmc.Button(_("Add this change"), id=ADD, size="xs", variant="default", fullWidth=True),
    ]


def narrowed(
    plan: Plan, action: str, name: str
) -> tuple[list[dict[str, str]], dict[str, str], dict[str, str]]:
    """What can be chosen for ``action`` on the thing ``name``, and the styles of the two fields that ask."""
    needs = ACTIONS[action].needs if action in ACTIONS else ""
    if needs in {"", "width"}:
        return [], HIDDEN, SHOWN if needs == "width" else HIDDEN
    return choices(plan, needs, name), SHOWN, HIDDEN


def listed(plan: Plan, edits: Sequence[Mapping[str, Any]]) -> list[Component]:
    """The changes so far, each with a button that takes it back."""
    rows = []
    for index, edit in enumerate(edits):
        words = edit_words(plan, edit)
        remove = html.Button(
            "✕", id={"type": REMOVE, "index": index}, className="ghost", title=_("Take this change back")
        )
        rows.append(html.Li([html.Span(words), remove]))
    return [html.Ol(rows, className="edits")] if rows else []
