"""Drill: how long to clear the mall, where does it jam, which exit carries it?"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, cast

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component
from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse

from dashboard.drill_form import engine_note, form
from dashboard.drill_question import (
    ENGINE_NOTE,
    LEVELS_ROW,
    NUMBER_ROW,
    REPLICATIONS,
    REST,
    REST_WORDS,
    STORY,
    STORY_ROW,
    TIME_ROW,
    Engine,
    Fields,
    Who,
    drill_question,
    engine_of,
    form_values,
    rest_of,
    rest_words,
)
from dashboard.drill_sections import DOOR, FLOW, PLAN, Section, flow_of, section
from dashboard.drill_trust import ASK_OTHER, OTHER
from dashboard.drill_view import BODY, SECTION, drawn_on_plan, result
from dashboard.furniture import empty, notice, plan_view, stage
from dashboard.jobs import Job
from dashboard.language import _
from dashboard.page import Page
from dashboard.questions import FRAMES, MAPS
from dashboard.run_panel import (
    HIDDEN,
    SHOWN,
    RunIds,
    address_of,
    follow_runs,
    offer_stories,
    return_to_runs,
    run_parts,
    status_of,
)
from dashboard.same_drill import asked_of, others_of
from dashboard.services import Services
from dashboard.shell import Ids
from dashboard.stories import story_question
from twin.errors import TwinError
from twin.movement.engines import mode_of

IDS = RunIds("drill")
SELECTED = "drill-selected"
PLAYBACK = "drill-playback"
USE = "drill-use"
ASKED = "drill-asked"
PATH = "/drill"
KINDS = ("drill",)


def layout(services: Services) -> Component:
    """The plan, the question at the right, the answer above it once there is one, the playback below."""
    side = [
        html.Div(
            empty(
                _("Ask how long it takes"), _("Choose who is inside and what happens, then run the drill.")
            ),
            id=IDS.result,
        ),
        *run_parts(IDS, label=_("Run the drill")),
        html.Div(id=USE, className="use-selection"),
        form(services),
        dcc.Store(id=SELECTED),
        dcc.Store(id=ASKED),
        dcc.Store(id=REST, data={}),
    ]
    return stage(
        plan_view(
            PLAN,
            version=services.plan.version,
            fill="none",
            layers=("names", "exits"),
            store=SELECTED,
            switches=("los", "names"),
        ),
        side=side,
        foot=html.Div(notice(_("Run a drill to play it back.")), id=PLAYBACK),
        kind="drill",
    )


def _live_people(services: Services) -> dict[str, int]:
    """People by space id now, as the live twin believes."""
    if services.live is None:
        return {}
    spaces = cast(
        "Mapping[str, Mapping[str, Any]]", services.live.snapshot(services.clock.now()).document()["spaces"]
    )
    return {space: round(float(state["mean"])) for space, state in spaces.items()}


def _playback(job: Job) -> Component:
    address = f"/api/jobs/{job.id}/{FRAMES}"
    return html.Div(
        className="playback", key=job.id, **cast("Any", {"data-plan-id": PLAN, "data-frames": address})
    )


def _asking(app: Dash, services: Services) -> None:
    jobs = services.jobs

    @app.callback(
        Output(IDS.job, "data"),
        Output(IDS.tick, "disabled"),
        Output(IDS.status, "children", allow_duplicate=True),
        Output(Ids.URL, "search", allow_duplicate=True),
        Input(IDS.run, "n_clicks"),
        State(REST, "data"),
        *[State(field, _value(field)) for field in Fields],
        prevent_initial_call=True,
    )
    async def ask(clicks: int | None, rest: Mapping[str, Any], *values: object) -> tuple[Any, ...]:
        if not clicks:  # the button has just come with the page
            return (no_update,) * 4
        given = dict(zip(Fields, values, strict=True))
        try:
            people = (
                await asyncio.to_thread(_live_people, services) if given[Fields.WHO] == Who.LIVE else None
            )
            question = drill_question(cast("Mapping[str, Any]", given), live_people=people, rest=rest)
            job = jobs.submit(question)
        except (TwinError, TypeError, ValueError) as error:
            words = notice(_("This cannot be asked: {error}", error=error), kind="failed")
            return no_update, no_update, words, no_update
        return job.id, False, status_of(job, warm=jobs.warm), address_of(job.id)

    follow_runs(app, jobs, IDS)


def _asking_again(app: Dash, services: Services) -> None:
    """The drill in view asked of the other engine."""
    jobs = services.jobs

    @app.callback(
        Output(IDS.job, "data", allow_duplicate=True),
        Output(IDS.tick, "disabled", allow_duplicate=True),
        Output(IDS.status, "children", allow_duplicate=True),
        Output(Ids.URL, "search", allow_duplicate=True),
        Input(ASK_OTHER, "n_clicks"),
        State(IDS.ready, "data"),
        prevent_initial_call=True,
    )
    async def ask_other(clicks: int | None, job_id: str) -> tuple[Any, ...]:
        job = await asyncio.to_thread(jobs.job, job_id) if clicks and job_id else None
        if job is None:
            return (no_update,) * 4
        try:
            asked = jobs.submit(asked_of(job.question, OTHER[engine_of(job.question)]))
        except TwinError as error:
            words = notice(_("This cannot be asked: {error}", error=error), kind="failed")
            return no_update, no_update, words, no_update
        return asked.id, False, status_of(asked, warm=jobs.warm), address_of(asked.id)


def _value(field: Fields) -> str:
    """The property that holds the value of ``field``."""
    return "checked" if field is Fields.STAFF else "value"


def _returning(app: Dash, services: Services) -> None:
    """An address with a run shows its answer and its question; a story fills the form."""
    plan = services.plan

    return_to_runs(app, services.jobs, IDS, asked=ASKED, kinds=KINDS)
    offer_stories(app, plan, select_id=STORY, row_id=STORY_ROW, kinds=KINDS)

    filled = (
        *[Output(field, _value(field), allow_duplicate=True) for field in Fields],
        Output(REST, "data", allow_duplicate=True),
        Output(REST_WORDS, "children", allow_duplicate=True),
    )

    def as_asked(question: Mapping[str, Any] | None) -> tuple[Any, ...]:
        if question is None:
            return (no_update,) * len(filled)
        values, rest = form_values(question), rest_of(question)
        lines = [html.Div(line) for line in rest_words(rest)]
        return *(values[field] for field in Fields), rest, lines

    @app.callback(*filled, Input(STORY, "value"), prevent_initial_call=True)
    async def take_story(chosen: str | None) -> tuple[Any, ...]:
        return as_asked(await asyncio.to_thread(story_question, plan, KINDS, chosen))

    # Not one callback with the story: a select reports its value anew when it gets its options.
    @app.callback(*filled, Input(ASKED, "data"), prevent_initial_call=True)
    async def take_asked(asked: Mapping[str, Any] | None) -> tuple[Any, ...]:
        return as_asked(asked)

    cast("Any", app).clientside_callback(
        ClientsideFunction(namespace="drill", function_name="rows"),
        Output(NUMBER_ROW, "style"),
        Output(TIME_ROW, "style"),
        Input(Fields.WHO, "value"),
    )


def _choosing_engine(app: Dash) -> None:
    """Each engine has its mode and as many replications as a person will wait for."""

    @app.callback(
        Output(ENGINE_NOTE, "children"),
        Output(LEVELS_ROW, "style"),
        Input(Fields.ENGINE, "value"),
    )
    async def explain(engine: str) -> tuple[Any, ...]:
        return engine_note(Engine(engine)), SHOWN if engine == Engine.MIXED else HIDDEN

    # Not with the note: a form that is filled from a run keeps the mode and the replications of that run.
    @app.callback(
        Output(Fields.MODE, "value", allow_duplicate=True),
        Output(Fields.REPLICATIONS, "value", allow_duplicate=True),
        Input(Fields.ENGINE, "value"),
        State(ASKED, "data"),
        prevent_initial_call=True,
    )
    async def usual(engine: str, asked: Mapping[str, Any] | None) -> tuple[Any, ...]:
        chosen = Engine(engine)
        if asked and engine_of(asked) is chosen:
            shown = form_values(asked)
            return shown[Fields.MODE], shown[Fields.REPLICATIONS]
        return mode_of("network" if chosen is Engine.NETWORK else "crowd"), REPLICATIONS[chosen]


async def _answer(services: Services, job_id: str | None) -> Mapping[str, Any] | None:
    """The answer of a finished job."""
    job = await asyncio.to_thread(services.jobs.job, job_id) if job_id else None
    return None if job is None else job.answer


def _answering(app: Dash, services: Services) -> None:
    jobs = services.jobs

    @app.callback(
        Output(IDS.result, "children"),
        Output(IDS.drawn, "data"),
        Output(PLAYBACK, "children"),
        Input(IDS.ready, "data"),
        prevent_initial_call=True,
    )
    async def draw(job_id: str) -> tuple[Any, ...]:
        job = await asyncio.to_thread(jobs.job, job_id)
        if job is None or job.answer is None:
            return no_update, no_update, no_update
        url = f"/api/jobs/{job.id}/{MAPS}" if jobs.file(job.id, MAPS) else ""
        drawn = drawn_on_plan(services.plan, job.question, job.answer, maps_url=url)
        return result(services.plan, job.answer), drawn, _playback(job)

    @app.callback(
        Output(BODY, "children"),
        Input(SECTION, "value"),
        State(IDS.ready, "data"),
        prevent_initial_call=True,
    )
    async def show_section(which: str, job_id: str) -> Any:  # noqa: ANN401 - components or nothing
        answer = await _answer(services, job_id)
        if answer is None:
            return no_update
        others = await asyncio.to_thread(others_of, jobs, job_id) if which == Section.TRUST else []
        return await asyncio.to_thread(section, services.plan, answer, Section(which), others=others)

    @app.callback(
        Output(FLOW, "children"), Input(DOOR, "value"), State(IDS.ready, "data"), prevent_initial_call=True
    )
    async def show_flow(door: str, job_id: str) -> Any:  # noqa: ANN401 - components or nothing
        answer = await _answer(services, job_id)
        return no_update if answer is None else flow_of(answer, int(door))

    cast("Any", app).clientside_callback(
        ClientsideFunction(namespace="drill", function_name="draw"),
        Input(IDS.drawn, "data"),
    )


def _selecting(app: Dash, services: Services) -> None:
    """What is clicked on the plan can be used in the question: an exit to block, a place for the fire."""
    plan = services.plan

    @app.callback(Output(USE, "children"), Input(SELECTED, "data"), prevent_initial_call=True)
    async def offer(selected: Mapping[str, str] | None) -> Any:  # noqa: ANN401 - components or nothing
        kind, name = (selected or {}).get("kind", ""), (selected or {}).get("id", "")
        offers = {
            "space": _("Put the fire here") if name in plan.space and plan.space[name].walkable else "",
            "exit": _("Block or open this exit"),
            "connector": _("Stop, block or open this"),
        }
        return html.Button(offers[kind], id="drill-use-button", className="ghost") if offers.get(kind) else []

    @app.callback(
        Output(Fields.FIRE, "value", allow_duplicate=True),
        Output(Fields.BLOCKED, "value", allow_duplicate=True),
        Output(Fields.STOPPED, "value", allow_duplicate=True),
        Input("drill-use-button", "n_clicks"),
        State(SELECTED, "data"),
        State(Fields.BLOCKED, "value"),
        State(Fields.STOPPED, "value"),
        prevent_initial_call=True,
    )
    async def use(
        clicks: int | None, selected: Mapping[str, str], blocked: list[str] | None, stopped: list[str] | None
    ) -> tuple[Any, Any, Any]:
        if not clicks or ctx.triggered_id != "drill-use-button":
            return no_update, no_update, no_update
        name = selected["id"]
        if selected["kind"] == "space":
            return name, no_update, no_update
        if name in plan.connector and plan.connector[name].kind.value == "escalator":
            return no_update, no_update, _toggled(stopped, name)
        return no_update, _toggled(blocked, name), no_update


def _toggled(names: list[str] | None, name: str) -> list[str]:
    """``names`` with ``name`` taken out if it is in, and put in if it is not."""
    kept = [one for one in names or [] if one != name]
    return kept if len(kept) < len(names or []) else [*kept, name]


def callbacks(app: Dash, services: Services) -> None:
    """Everything that happens on the page."""
    _asking(app, services)
    _asking_again(app, services)
    _returning(app, services)
    _choosing_engine(app)
    _answering(app, services)
    _selecting(app, services)


def routes(router: APIRouter, services: Services) -> None:
    """Files that answers bring with them."""

    @router.get("/jobs/{job_id}/{name}", summary="A file of a finished answer", tags=["runs"])
    async def answer_file(job_id: str, name: str) -> FileResponse:
        path = await asyncio.to_thread(services.jobs.file, job_id, name)
        if path is None:
            raise HTTPException(404, f"run {job_id!r} has no file {name!r}")
        headers = {"Content-Encoding": "gzip"} if path.suffix == ".gz" else {}
        kind = "application/json" if ".json" in path.suffixes else "application/octet-stream"
        return FileResponse(
            path, media_type=kind, headers={**headers, "Cache-Control": "private, max-age=86400"}
        )


@asynccontextmanager
async def lifespan(services: Services) -> AsyncIterator[None]:
    """The pool of workers, as long as the server runs."""
    async with services.jobs.running():
        yield


PAGE = Page(
    id="drill",
    path=PATH,
    title="Drill",
    question="How long to clear the mall, and where does it jam?",
    order=40,
    layout=layout,
    callbacks=callbacks,
    routes=routes,
    lifespan=lifespan,
)
