"""Crowd: when and where does an expected crowd pass a density limit, and how likely is that?"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, cast

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from dashboard.crowd_form import REST, STORY, STORY_ROW, Fields, crowd_question, form, form_values
from dashboard.crowd_view import drawn_on_plan, result
from dashboard.furniture import empty, notice, plan_view, stage
from dashboard.language import _
from dashboard.page import Page
from dashboard.run_panel import (
    RunIds,
    address_of,
    follow_runs,
    offer_stories,
    return_to_runs,
    run_parts,
    status_of,
)
from dashboard.services import Services
from dashboard.shell import Ids
from dashboard.stories import stories_for
from twin.errors import TwinError

IDS = RunIds("crowd")
PLAN = "crowd-plan"
SELECTED = "crowd-selected"
ASKED = "crowd-asked"
KINDS = ("crowd",)


def layout(services: Services) -> Component:
    """The plan, the question at the right, the answer above it once there is one."""
    side = [
        html.Div(
            empty(_("How likely is a crush?"), _("Say who comes where and when, then ask.")), id=IDS.result
        ),
        *run_parts(IDS, label=_("Ask about this crowd")),
        form(services),
        dcc.Store(id=SELECTED),
        dcc.Store(id=ASKED),
    ]
    view = plan_view(
        PLAN,
        version=services.plan.version,
        fill="none",
        layers=("names", "exits"),
        store=SELECTED,
        switches=("los", "names"),
    )
    return stage(view, side=side, kind="crowd")


def _asking(app: Dash, services: Services) -> None:
    jobs = services.jobs

    @app.callback(
        Output(IDS.job, "data"),
        Output(IDS.tick, "disabled"),
        Output(IDS.status, "children", allow_duplicate=True),
        Output(Ids.URL, "search", allow_duplicate=True),
        Input(IDS.run, "n_clicks"),
        State(REST, "data"),
        *[State(field, "value") for field in Fields],
        prevent_initial_call=True,
    )
    async def ask(clicks: int | None, rest: Mapping[str, Any], *values: object) -> tuple[Any, ...]:
        if not clicks:  # the button has just come with the page
            return (no_update,) * 4
        try:
            job = jobs.submit(crowd_question(cast("Any", dict(zip(Fields, values, strict=True))), rest))
        except (TwinError, TypeError, ValueError) as error:
            words = notice(_("This cannot be asked: {error}", error=error), kind="failed")
            return no_update, no_update, words, no_update
        return job.id, False, status_of(job, warm=jobs.warm), address_of(job.id)

    follow_runs(app, jobs, IDS)

    @app.callback(
        Output(IDS.result, "children"),
        Output(IDS.drawn, "data"),
        Input(IDS.ready, "data"),
        prevent_initial_call=True,
    )
    async def draw(job_id: str) -> tuple[Any, ...]:
        job = await asyncio.to_thread(jobs.job, job_id)
        if job is None or job.answer is None:
            return no_update, no_update
        return result(services.plan, job.question, job.answer), drawn_on_plan(services.plan, job.answer)

    cast("Any", app).clientside_callback(
        ClientsideFunction(namespace="drill", function_name="draw"), Input(IDS.drawn, "data")
    )


def _returning(app: Dash, services: Services) -> None:
    """An address with a run shows its answer and its question; a story or a click fills the form."""
    plan = services.plan

    return_to_runs(app, services.jobs, IDS, asked=ASKED, kinds=KINDS)
    offer_stories(app, plan, select_id=STORY, row_id=STORY_ROW, kinds=KINDS)

    @app.callback(
        *[Output(field, "value", allow_duplicate=True) for field in Fields],
        Output(REST, "data"),
        Input(STORY, "value"),
        Input(ASKED, "data"),
        prevent_initial_call=True,
    )
    async def fill(story: str | None, asked: Mapping[str, Any] | None) -> tuple[Any, ...]:
        question = asked
        if ctx.triggered_id == STORY:
            found = await asyncio.to_thread(stories_for, plan, KINDS)
            question = next((one.question for one in found if one.id == story), None)
        if question is None:
            return (no_update,) * (len(Fields) + 1)
        values, rest = form_values(question)
        return *(values[field] for field in Fields), rest

    @app.callback(
        Output(Fields.PLACE, "value", allow_duplicate=True),
        Input(SELECTED, "data"),
        prevent_initial_call=True,
    )
    async def choose(selected: Mapping[str, str] | None) -> Any:  # noqa: ANN401 - an id or nothing
        name = (selected or {}).get("id", "")
        space = plan.space.get(name)
        return name if space is not None and space.walkable and space.public else no_update


def callbacks(app: Dash, services: Services) -> None:
    """Everything that happens on the page."""
    _asking(app, services)
    _returning(app, services)


PAGE = Page(
    id="crowd",
    path="/crowd",
    title="Crowd",
    question="When and where does an expected crowd pass a limit, and how likely is that?",
    order=45,
    layout=layout,
    callbacks=callbacks,
)
