"""Live: is anything wrong, and where?

What moves each second is written by ``assets/live_page.js`` from the live stream; nothing here is asked
again by Dash while a person watches.
"""

from __future__ import annotations

from enum import StrEnum

from dash import html
from dash.development.base_component import Component

from dashboard.furniture import aria, data, empty, plan_view, stage
from dashboard.language import N_, _
from dashboard.page import Page
from dashboard.services import Services


class Ids(StrEnum):
    """Elements of the page."""

    PLAN = "live-plan"


def layout(services: Services) -> Component:
    """The plan with the live state on it, the drawer with what is selected, the day below."""
    if services.live is None:
        return empty(
            _("No feeds are connected"),
            _("Start the twin with twin serve PLAN --broker HOST:PORT to see the mall live."),
            mark="devices",
        )
    return stage(
        plan_view(
            Ids.PLAN, version=services.plan.version, fill="people", layers=("names", "alerts"), live=True
        ),
        head=html.Div(className="headline", **data(live_part="head"), **aria(live="polite")),
        side=html.Div(**data(live_part="side")),
        foot=html.Div(className="day-strip", **data(live_part="day")),
        kind="live",
    )


PAGE = Page(
    id="live",
    path="/live",
    title=N_("Live"),
    question=N_("Is anything wrong, and where?"),
    order=10,
    layout=layout,
)
