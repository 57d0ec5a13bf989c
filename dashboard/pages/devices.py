"""Devices: what do I not know because it is silent?

The table is drawn by ``assets/device_list.js`` from the live stream, the silent ones first.
"""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.furniture import data, empty, plan_view
from dashboard.language import N_, _
from dashboard.page import Page
from dashboard.services import Services


def layout(services: Services) -> Component:
    """The list at the left, the plan with all devices at the right."""
    if not services.plan.devices:
        return empty(_("This plan has no devices"), _("Add them to the sidecar of the plan."), mark="devices")
    plan = plan_view(
        "devices-plan",
        version=services.plan.version,
        fill="none",
        layers=("names", "devices"),
        live=services.live is not None,
        switches=("names", "devices"),
    )
    return html.Div(
        [
            html.Div(className="alert-list", **data(device_list="true")),
            html.Aside(html.Div(plan, className="alert-map"), className="device-side"),
        ],
        className="alerts-page devices-page",
    )


PAGE = Page(
    id="devices",
    path="/devices",
    title=N_("Devices"),
    question=N_("What do I not know because it is silent?"),
    order=60,
    layout=layout,
)
