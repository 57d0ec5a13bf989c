"""The part of a page that asks a question and waits for the answer: run, progress, cancel, failure.

Drill and what-if share it. The page gives its own ids (a prefix) and what to do with a finished answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from dashboard.furniture import notice
from dashboard.jobs import Job, Jobs, JobState
from dashboard.language import _
from dashboard.shell import Ids
from dashboard.stories import story_options
from twin.plan.model import Plan

POLL_MS = 700
HIDDEN = {"display": "none"}
SHOWN: dict[str, str] = {}


@dataclass(frozen=True)
class RunIds:
    """Ids of the run part of one page."""

    prefix: str

    @property
    def run(self) -> str:
        """The button that asks."""
        return f"{self.prefix}-run"

    @property
    def cancel(self) -> str:
        """The button that stops a running question."""
        return f"{self.prefix}-cancel"

    @property
    def job(self) -> str:
        """The store that holds the id of the job in view."""
        return f"{self.prefix}-job"

    @property
    def tick(self) -> str:
        """The interval that asks how far the job is; at rest while nothing runs."""
        return f"{self.prefix}-tick"

    @property
    def ready(self) -> str:
        """The store that gets the id of a finished job; drawing its answer is a callback of its own.

        A tick that also drew the answer would be overtaken by the next tick on a busy machine, and Dash drops
        the response of a callback that was asked again meanwhile: the answer would never be seen.
        """
        return f"{self.prefix}-ready"

    @property
    def status(self) -> str:
        """Where progress and failures are shown."""
        return f"{self.prefix}-status"

    @property
    def result(self) -> str:
        """Where the answer is shown."""
        return f"{self.prefix}-result"

    @property
    def drawn(self) -> str:
        """The store whose data the page's script puts on the plan."""
        return f"{self.prefix}-drawn"


def run_parts(ids: RunIds, *, label: str, job_id: str = "") -> list[Component]:
    """The button, the place for progress, and what holds the state."""
    return [
        html.Div(
            [
                dmc.Button(label, id=ids.run, size="sm", fullWidth=True),
                dmc.Button(_("Stop"), id=ids.cancel, size="sm", variant="default", style={"display": "none"}),
            ],
            className="run-row",
        ),
        html.Div(id=ids.status, className="run-status", role="status"),
        dcc.Store(id=ids.job, data=job_id),
        dcc.Store(id=ids.ready),
        dcc.Store(id=ids.drawn),
        dcc.Interval(id=ids.tick, interval=POLL_MS, disabled=not job_id),
    ]


BEGUN = 0.001
"""Below it nobody walks yet: a crowd's ground and its first distance fields take some seconds."""


def story_row(select_id: str, row_id: str) -> Component:
    """The choice of a shipped question; hidden until it is known that one fits the plan."""
    select = dmc.Select(
        id=select_id,
        label=_("Start from a story of this mall"),
        data=[],
        placeholder=_("own question"),
        allowDeselect=False,
        size="xs",
    )
    return html.Div(select, id=row_id, style=HIDDEN)


def status_of(job: Job, *, warm: bool) -> Component | list[Component]:
    """How far ``job`` is, in words and as a bar; nothing once it is done."""
    if job.state is JobState.WAITING:
        words = _("Waiting for a worker") if warm else _("Preparing the engine, once after a start")
        return [
            dmc.Progress(value=100, striped=True, animated=False, size="sm"),
            html.Div(words, className="quiet"),
        ]
    if job.state is JobState.RUNNING:
        words = (
            _("Running, {share:.0%} after {seconds:.0f} s", share=job.share, seconds=job.seconds)
            if job.share > BEGUN
            else _("Preparing people and building, {seconds:.0f} s", seconds=job.seconds)
        )
        return [dmc.Progress(value=100 * job.share, size="sm"), html.Div(words, className="quiet")]
    if job.state is JobState.FAILED:
        return notice(_("No answer: {error}", error=job.error), kind="failed")
    if job.state is JobState.CANCELLED:
        return html.Div(_("Stopped. Nothing was kept."), className="quiet")
    return []


async def followed(jobs: Jobs, job_id: str) -> tuple[Any, ...]:
    """How far a job is: status, whether the interval rests, style of the stop button, id when it is done."""
    job = await asyncio.to_thread(jobs.job, job_id) if job_id else None
    if job is None:
        return no_update, True, HIDDEN, no_update
    over = is_over(job)
    done = job.id if job.state is JobState.DONE else no_update
    return status_of(job, warm=jobs.warm), over, HIDDEN if over else SHOWN, done


def follow_runs(app: Dash, jobs: Jobs, ids: RunIds) -> None:
    """What every page with questions does: stop a job, and follow it until it is over."""

    @app.callback(Input(ids.cancel, "n_clicks"), State(ids.job, "data"), prevent_initial_call=True)
    async def stop(_clicks: int | None, job_id: str) -> None:
        jobs.cancel(job_id)

    @app.callback(
        Output(ids.status, "children"),
        Output(ids.tick, "disabled", allow_duplicate=True),
        Output(ids.cancel, "style"),
        Output(ids.ready, "data"),
        Input(ids.tick, "n_intervals"),
        State(ids.job, "data"),
        prevent_initial_call=True,
    )
    async def follow(_ticks: int | None, job_id: str) -> tuple[Any, ...]:
        return await followed(jobs, job_id)


def return_to_runs(app: Dash, jobs: Jobs, ids: RunIds, *, asked: str, kinds: Sequence[str]) -> None:
    """What every page with questions does: an address with a run shows its answer, and its question.

    ``asked`` is the store that gets the question's document.
    """

    @app.callback(
        Output(ids.job, "data", allow_duplicate=True),
        Output(ids.tick, "disabled", allow_duplicate=True),
        Output(ids.status, "children", allow_duplicate=True),
        Output(ids.ready, "data", allow_duplicate=True),
        Output(asked, "data"),
        Input(Ids.URL, "search"),
        State(ids.job, "data"),
        prevent_initial_call="initial_duplicate",
    )
    async def resume(address: str | None, shown: str | None) -> tuple[Any, ...]:
        return await resumed(jobs, address, shown, kinds=kinds)


def offer_stories(app: Dash, plan: Plan, *, select_id: str, row_id: str, kinds: Sequence[str]) -> None:
    """Fill the choice of shipped questions (:func:`story_row`), and show it where one fits the plan."""

    @app.callback(Output(select_id, "data"), Output(row_id, "style"), Input(select_id, "id"))
    async def offer(_id: str) -> tuple[Any, ...]:
        found = await asyncio.to_thread(story_options, plan, kinds)
        return found, SHOWN if found else HIDDEN


def address_of(job_id: str) -> str:
    """The query of a page's address that shows the answer of a job."""
    return f"?run={job_id}"


def run_in(address: str | None) -> str:
    """The job id in the query of a page's address; empty where there is none."""
    return parse_qs((address or "").lstrip("?")).get("run", [""])[-1]


async def resumed(
    jobs: Jobs, address: str | None, shown: str | None, *, kinds: Sequence[str]
) -> tuple[Any, ...]:
    """What an address asks to see: job id, whether the interval rests, status, id when done, its question.

    Args:
        jobs: where the answers are.
        address: query of the page's address.
        shown: the job in view; it is not drawn again.
        kinds: kinds of question that the page can show.
    """
    wanted = run_in(address)
    if not wanted or wanted == shown:
        return (no_update,) * 5
    job = await asyncio.to_thread(jobs.job, wanted)
    if job is None or job.kind not in kinds:
        words = _("There is no run {name} here: it may have failed or been stopped.", name=wanted)
        return no_update, no_update, notice(words, kind="failed"), no_update, no_update
    done = job.id if job.state is JobState.DONE else no_update
    return job.id, is_over(job), status_of(job, warm=jobs.warm), done, dict(job.question)


def is_over(job: Job | None) -> bool:
    """Whether there is nothing more to wait for."""
    return job is None or job.state in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}
