"""What-if: is B better than A, by how much, how sure, and what does it do to evacuation?"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, cast

import dash_mantine_components as dmc
from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component
from fastapi import APIRouter, HTTPException, Response

from dashboard.changed_plans import ChangedPlans
from dashboard.furniture import empty, notice, panel, plan_view, stage
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
    story_row,
)
from dashboard.services import Services
from dashboard.shell import Ids
from dashboard.stories import story_question
from dashboard.whatif_edits import ACTIONS, edit_marks, scenario_kind
from dashboard.whatif_form import ACTION, ADD, CHOICE, REMOVE, WIDTH, listed, narrowed, offer_form
from dashboard.whatif_view import drawn_on_plan, result
from twin.errors import TwinError
from twin.plan.model import Plan

IDS = RunIds("whatif")
PLAN = "whatif-plan"
STAGE = "whatif-stage"
SELECTED = "whatif-selected"
EDITS = "whatif-edits"
LIST = "whatif-list"
OFFER = "whatif-offer"
REFUSED = "whatif-refused"
REPLICATIONS = "whatif-replications"
SEED = "whatif-seed"
STORY = "whatif-story"
STORY_ROW = "whatif-story-row"
ASKED = "whatif-asked"
MARKED = "whatif-marked"
PATH = "/whatif"
KINDS = ("layout", "tenant_mix")
_DRAWINGS = ChangedPlans()


def _plan(version: str, url: str = "") -> Component:
    # A new drawing is a new element: the canvas is attached to it when it appears.
    return html.Div(
        plan_view(
            PLAN,
            version=version,
            fill="none",
            layers=("names", "exits"),
            store=SELECTED,
            url=url,
            switches=("difference", "names"),
        ),
        key=url or version,
        className="stage-plan-inner",
    )


def layout(services: Services) -> Component:
    """The plan to change, the list of changes, the question, and the answer once there is one."""
    changes = [
        story_row(STORY, STORY_ROW),
        html.Div(id=LIST),
        html.Div(
            notice(_("Click a shop, a walkway, an exit or an escalator on the plan to change it.")), id=OFFER
        ),
        html.Div(id=REFUSED),
    ]
    how = html.Div(
        [
            dmc.NumberInput(id=REPLICATIONS, label=_("Replications"), value=6, min=2, max=60, size="xs"),
            dmc.NumberInput(id=SEED, label=_("Seed"), value=1, min=0, size="xs"),
        ],
        className="field-row",
    )
    side = [
        html.Div(
            empty(_("Is it better with the change?"), _("Make a change on the plan, then compare.")),
            id=IDS.result,
        ),
        panel(_("Changes"), changes),
        *run_parts(IDS, label=_("Compare before and after")),
        panel(_("How it is computed"), how),
        dcc.Store(id=SELECTED),
        dcc.Store(id=EDITS, data=[]),
        dcc.Store(id=ASKED),
        dcc.Store(id=MARKED),
    ]
    return stage(
        html.Div(_plan(services.plan.version), id=STAGE, className="stage-plan-inner"),
        side=side,
        kind="whatif",
    )


def _url(plan: Plan, edits: Sequence[Mapping[str, Any]]) -> str:
    """Where the drawing of the changed plan is; empty for the plan as it is."""
    return f"/api/whatif/drawing/{_DRAWINGS.key(plan, edits)}" if edits else ""


def _offering(app: Dash, services: Services) -> None:
    """What can be changed about the selected thing, on the plan as it stands after the changes so far."""
    plan = services.plan

    @app.callback(
        Output(OFFER, "children"), Input(SELECTED, "data"), Input(EDITS, "data"), prevent_initial_call=True
    )
    async def offer(selected: Mapping[str, str] | None, edits: list[Mapping[str, Any]]) -> Any:  # noqa: ANN401 - components or nothing
        if not selected:
            return no_update
        return offer_form(await asyncio.to_thread(_DRAWINGS.changed, plan, edits), selected, len(edits))

    @app.callback(
        Output(CHOICE, "data"),
        Output(CHOICE, "value"),
        Output(CHOICE, "style"),
        Output(WIDTH, "style"),
        Input(ACTION, "value"),
        State(SELECTED, "data"),
        State(EDITS, "data"),
        prevent_initial_call=True,  # the form comes complete
    )
    async def narrow(
        action: str, selected: Mapping[str, str] | None, edits: list[Mapping[str, Any]]
    ) -> tuple[Any, ...]:
        if not selected:
            return (no_update,) * 4
        changed = await asyncio.to_thread(_DRAWINGS.changed, plan, edits)
        data, choice, width = narrowed(changed, action, selected["id"])
        return data, None, choice, width

    offer_stories(app, plan, select_id=STORY, row_id=STORY_ROW, kinds=KINDS)


async def _taken(plan: Plan, wanted: list[Mapping[str, Any]]) -> tuple[Any, ...]:
    """The new list of changes and an empty place for refusals, or why it is refused."""
    try:
        await asyncio.to_thread(_DRAWINGS.changed, plan, wanted)
    except TwinError as error:
        return no_update, notice(_("This does not fit: {error}", error=error), kind="failed")
    return wanted, []


def _changing(app: Dash, services: Services) -> None:
    """The list of changes: one more, one less, or those of a story or of the run in the address.

    Three callbacks: the button to add is on the page only while something is selected.
    """
    plan = services.plan
    new = (Output(EDITS, "data", allow_duplicate=True), Output(REFUSED, "children", allow_duplicate=True))

    @app.callback(
        *new,
        Input(ADD, "n_clicks"),
        State(ACTION, "value"),
        State(CHOICE, "value"),
        State(WIDTH, "value"),
        State(SELECTED, "data"),
        State(EDITS, "data"),
        prevent_initial_call=True,
    )
    async def add(
        clicks: int | None,
        action: str,
        choice: str | None,
        width: float | None,
        selected: Mapping[str, str] | None,
        edits: list[Mapping[str, Any]],
    ) -> tuple[Any, ...]:
        if not clicks or selected is None:
            return no_update, no_update
        chosen = ACTIONS[action]
        value = width if chosen.needs == "width" else choice
        if chosen.needs and not value:
            return no_update, notice(_("Choose what it changes to."), kind="failed")
        now = await asyncio.to_thread(_DRAWINGS.changed, plan, edits)
        return await _taken(plan, [*edits, chosen.make(now, selected["id"], value)])

    @app.callback(
        *new,
        Input({"type": REMOVE, "index": ALL}, "n_clicks"),
        State(EDITS, "data"),
        prevent_initial_call=True,
    )
    async def remove(clicks: list[int | None], edits: list[Mapping[str, Any]]) -> tuple[Any, ...]:
        if not any(clicks) or not isinstance(ctx.triggered_id, Mapping):
            return no_update, no_update
        out = ctx.triggered_id["index"]
        return await _taken(plan, [edit for index, edit in enumerate(edits) if index != out])

    @app.callback(*new, Input(STORY, "value"), prevent_initial_call=True)
    async def take_story(chosen: str | None) -> tuple[Any, ...]:
        question = await asyncio.to_thread(story_question, plan, KINDS, chosen)
        if question is None:
            return no_update, no_update
        return await _taken(plan, list(question.get("edits", ())))

    # Not one callback with the story: a select reports its value anew when it gets its options.
    @app.callback(*new, Input(ASKED, "data"), prevent_initial_call=True)
    async def take_asked(asked: Mapping[str, Any] | None) -> tuple[Any, ...]:
        return await _taken(plan, list(asked["edits"])) if asked else (no_update, no_update)


def _drawing(app: Dash, services: Services) -> None:
    """The plan and the list as they are after the changes."""
    plan = services.plan

    @app.callback(
        Output(STAGE, "children"),
        Output(LIST, "children"),
        Output(MARKED, "data"),
        Input(EDITS, "data"),
        prevent_initial_call=True,
    )
    async def redraw(edits: list[Mapping[str, Any]]) -> tuple[Any, ...]:
        changed = await asyncio.to_thread(_DRAWINGS.changed, plan, edits)
        url = _url(plan, edits)
        marked = {"plan": PLAN, "url": url, "marks": edit_marks(plan, changed, edits)}
        return _plan(plan.version, url), listed(plan, edits), marked

    cast("Any", app).clientside_callback(
        ClientsideFunction(namespace="drill", function_name="draw"), Input(MARKED, "data")
    )


def _returning(app: Dash, services: Services) -> None:
    """An address with a run shows its answer, its changes and how it was asked."""
    return_to_runs(app, services.jobs, IDS, asked=ASKED, kinds=KINDS)

    @app.callback(
        Output(REPLICATIONS, "value"), Output(SEED, "value"), Input(ASKED, "data"), prevent_initial_call=True
    )
    async def as_asked(asked: Mapping[str, Any] | None) -> tuple[Any, ...]:
        if not asked:
            return no_update, no_update
        return asked.get("replications", no_update), asked.get("seed", no_update)


def _asking(app: Dash, services: Services) -> None:
    jobs = services.jobs

    @app.callback(
        Output(IDS.job, "data"),
        Output(IDS.tick, "disabled"),
        Output(IDS.status, "children", allow_duplicate=True),
        Output(Ids.URL, "search", allow_duplicate=True),
        Input(IDS.run, "n_clicks"),
        State(EDITS, "data"),
        State(REPLICATIONS, "value"),
        State(SEED, "value"),
        prevent_initial_call=True,
    )
    async def ask(
        clicks: int | None, edits: list[Mapping[str, Any]], replications: int, seed: int
    ) -> tuple[Any, ...]:
        if not clicks:  # the button has just come with the page
            return (no_update,) * 4
        if not edits:
            words = notice(_("There is no change yet: make one on the plan."), kind="failed")
            return no_update, no_update, words, no_update
        question = {
            "kind": scenario_kind(edits),
            "edits": edits,
            "replications": int(replications or 2),
            "seed": int(seed or 0),
        }
        try:
            job = jobs.submit(question)
        except TwinError as error:
            words = notice(_("This cannot be asked: {error}", error=error), kind="failed")
            return no_update, no_update, words, no_update
        return job.id, False, status_of(job, warm=jobs.warm), address_of(job.id)

    follow_runs(app, jobs, IDS)


def _answering(app: Dash, services: Services) -> None:
    """How far a question is, and its answer on the page and on the plan."""
    jobs, plan = services.jobs, services.plan

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
        edits = job.question["edits"]
        changed = await asyncio.to_thread(_DRAWINGS.changed, plan, edits)
        marks = edit_marks(plan, changed, edits)
        shown = result(plan, job.question, job.answer)
        return shown, drawn_on_plan(job.answer, url=_url(plan, edits), marks=marks)

    cast("Any", app).clientside_callback(
        ClientsideFunction(namespace="drill", function_name="draw"), Input(IDS.drawn, "data")
    )


def callbacks(app: Dash, services: Services) -> None:
    """Everything that happens on the page."""
    _offering(app, services)
    _changing(app, services)
    _drawing(app, services)
    _returning(app, services)
    _asking(app, services)
    _answering(app, services)


def routes(router: APIRouter, services: Services) -> None:
    """Drawings of changed plans."""
    del services

    @router.get("/whatif/drawing/{key}", summary="A changed plan as the canvas draws it", tags=["plan"])
    async def drawing(key: str) -> Response:
        body = _DRAWINGS.get(key)
        if body is None:
            raise HTTPException(404, f"drawing {key!r} is no longer kept: make the change again")
        headers = {"Content-Encoding": "gzip", "Cache-Control": "private, max-age=86400"}
        return Response(body, media_type="application/json", headers=headers)


PAGE = Page(
    id="whatif",
    path=PATH,
    title="What-if",
    question="Is B better than A, by how much, how sure, and what does it do to evacuation?",
    order=50,
    layout=layout,
    callbacks=callbacks,
    routes=routes,
)
