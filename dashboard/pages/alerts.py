"""Alerts: what must I do next? One row is one decision; the whole of it works from the keyboard.

The list is drawn by ``assets/alert_list.js``, which keeps the row under the cursor where it is.
"""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.furniture import data, empty, plan_view
from dashboard.language import N_, _
from dashboard.page import Page
from dashboard.services import Services


def layout(services: Services) -> Component:
    """The list at the left, the chosen alert with its place on the plan at the right."""
    if services.live is None:
        return empty(_("No feeds are connected"), _("Without feeds there are no alerts."), mark="devices")
    return html.Div(
        [
            html.Div(className="alert-list", **data(alert_list="true")),
            html.Aside(
                [
                    html.Div(
                        plan_view(
                            "alerts-plan",
                            version=services.plan.version,
                            fill="none",
                            layers=("names", "alerts"),
                            live=True,
                            switches=(),
                        ),
                        className="alert-map",
                    ),
                    html.Div(className="alert-detail", **data(alert_detail="true")),
                ],
                className="alert-side",
            ),
        ],
        className="alerts-page",
    )


PAGE = Page(
    id="alerts",
    path="/alerts",
    title=N_("Alerts"),
    question=N_("What must I do next?"),
    order=20,
    layout=layout,
)
