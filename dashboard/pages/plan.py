"""Plan: what did the importer guess, and what is wrong with the plan?

The check runs once after the start of the server, in a thread; the page asks for it and waits.
"""

from __future__ import annotations

import asyncio

from dash import html
from dash.development.base_component import Component
from fastapi import APIRouter, HTTPException

from dashboard.furniture import data, plan_view
from dashboard.language import N_
from dashboard.page import Page
from dashboard.services import Services
from twin.plan.checks import check


def layout(services: Services) -> Component:
    """The findings at the left, the plan at the right."""
    plan = plan_view(
        "check-plan",
        version=services.plan.version,
        fill="none",
        layers=("names", "devices"),
        switches=("names", "devices"),
    )
    return html.Div(
        [
            html.Div(className="alert-list", **data(plan_check=services.plan.version)),
            html.Aside(html.Div(plan, className="alert-map"), className="device-side"),
        ],
        className="alerts-page devices-page",
    )


def routes(router: APIRouter, services: Services) -> None:
    """Add ``GET /api/plan/{version}/check``: the document of ``twin plan check --json``."""
    asked: list[asyncio.Task[dict[str, object]]] = []

    @router.get("/plan/{version}/check", summary="What the plan's check found", tags=["plan"])
    async def report(version: str) -> dict[str, object]:
        if version not in {services.plan.version, "current"}:
            raise HTTPException(404, f"plan version {version!r} is not the one that is served")
        if not asked:
            asked.append(asyncio.create_task(asyncio.to_thread(lambda: check(services.plan).document())))
        return await asyncio.shield(asked[0])


PAGE = Page(
    id="plan",
    path="/plan",
    title=N_("Plan"),
    question=N_("What did the importer guess?"),
    order=70,
    layout=layout,
    routes=routes,
)
