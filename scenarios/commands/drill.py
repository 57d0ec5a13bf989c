"""``twin drill``: evacuate a plan and say how long it takes, where it jams and which exit carries whom."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from scenarios.documents import checked, load
from scenarios.drill import DrillScenario, answer_drill
from scenarios.drill_people import phases_of_words, smoke_of_words
from twin.console import print_document, printer, progress
from twin.errors import ScenarioError
from twin.movement.populations import POPULATIONS
from twin.plan.importing import open_plan
from twin.world.ensemble import ADVISORY, DrillAnswer
from twin.world.statistics import Estimate

_SHOWN = 8
"""Rows of exits and jams on a terminal; --json has all."""


def drill(
    plan: Annotated[str, typer.Argument(help="Folder or file of a floor plan, or 'demo'.")],
    people: Annotated[int | None, typer.Option(help="People inside, spread by load.")] = None,
    load_: Annotated[  # noqa: FBT002 - typer makes flags of defaulted booleans
        bool, typer.Option("--load", help="As many people as the design load; this is the default.")
    ] = False,
    engine: Annotated[
        str | None,
        typer.Option(
            help="network (flows from door to door) or crowd (bodies in space).", show_default="network"
        ),
    ] = None,
    mode: Annotated[
        str | None,
        typer.Option(
            help="code (SFPE flows) or calibrated (measured flows).",
            show_default="code with network, calibrated with crowd",
        ),
    ] = None,
    crowd_level: Annotated[
        list[str] | None,
        typer.Option(
            help="Level that the crowd engine walks, the network engine the others; repeat for more."
        ),
    ] = None,
    replications: Annotated[
        int | None, typer.Option(help="Runs with other random numbers.", show_default="5")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of all random numbers.", show_default="1")] = None,
    block: Annotated[
        list[str] | None, typer.Option(help="Exit, opening or connector that is blocked; repeat for more.")
    ] = None,
    stop: Annotated[list[str] | None, typer.Option(help="Escalator that stands; repeat for more.")] = None,
    phase: Annotated[
        list[str] | None,
        typer.Option(help="ID=S: the alarm of a level or space goes S seconds late; repeat for more."),
    ] = None,
    fire: Annotated[str | None, typer.Option(help="Space that burns.")] = None,
    population: Annotated[
        str | None, typer.Option(help=f"Who the people are: {', '.join(POPULATIONS)}.", show_default="mall")
    ] = None,
    groups: Annotated[
        bool | None,
        typer.Option("--groups/--no-groups", help="Groups stay together.", show_default="if calibrated"),
    ] = None,
    smoke: Annotated[
        list[str] | None,
        typer.Option(help="SPACE=K: smoke of extinction K 1/m in a space; repeat for more."),
    ] = None,
    scenario: Annotated[
        str | None, typer.Option(help="YAML file of kind drill; other options override it.")
    ] = None,
    trajectories: Annotated[
        Path | None,
        typer.Option(help="Parquet file for the way of everybody in the first replication (engine crowd)."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One document.")] = False,  # noqa: FBT002 - as above
    workers: Annotated[int, typer.Option(help="Processes to run replications in.")] = 1,
) -> None:
    """Evacuate PLAN: clearance time with its interval, jams, and people by exit."""
    if load_ and people is not None:
        raise ScenarioError("--people and --load: give one of them")
    given = _scenario(scenario)
    changed: dict[str, object] = {
        "people": people,
        "blocked": (*given.blocked, *(block or ())),
        "stopped": (*given.stopped, *(stop or ())),
        "phases": {**given.phases, **phases_of_words(phase or [])},
        "fire": fire,
        "population": population,
        "groups": groups,
        "smoke": smoke_of_words(smoke) if smoke else None,
        "engine": engine,
        "mode": mode,
        "crowd_levels": (*given.crowd_levels, *(crowd_level or ())),
        "replications": replications,
        "seed": seed,
    }
    asked = checked(
        DrillScenario,
        given.model_dump() | {name: value for name, value in changed.items() if value is not None},
    )
    opened = open_plan(plan)
    with progress("drill", asked.replications) as advance:
        answer = answer_drill(opened, asked, progress=advance, workers=workers, trajectories=trajectories)
    if json:
        print_document(answer.document())
    else:
        _show(printer(), answer)


def _scenario(path: str | None) -> DrillScenario:
    """The drill in the file at ``path``, or the default one."""
    if path is None:
        return DrillScenario()
    found = load(path)
    if not isinstance(found, DrillScenario):
        raise ScenarioError(f"{path}: kind {found.kind!r}, but this command needs a drill")
    return found


def _show(console: Console, answer: DrillAnswer) -> None:
    """The answer in words: the number, its interval and its weakest assumption first."""
    run = answer.typical
    console.print(
        f"[bold]95 % out after {_span(answer.t95_s)}, the last after {_span(answer.t_last_s)}[/bold]"
    )
    console.print(f"Weakest assumption: {answer.weakest_assumption}")
    console.print(
        f"{answer.people} people, {answer.evacuated.mean:g} out, {answer.remaining.mean:g} still inside; "
        f"engine {run.engine} ({run.mode}), {len(answer.runs)} replications, seed {answer.seed}, "
        f"plan {run.plan_version}"
    )
    if run.incapacitated:
        console.print(f"[bold]{run.incapacitated} people incapacitated by smoke[/bold]")
    if run.carried:
        console.print(f"{run.carried} people who cannot use stairs were carried down")
    exits = Table("exit", "people", title="Ways out")
    for name, count in sorted(run.exit_people.items(), key=lambda item: -item[1])[:_SHOWN]:
        exits.add_row(name, str(count))
    console.print(exits)
    jams = Table("queue at", "level", "people waiting at most", "people · s", title="Jams")
    for jam in run.jams[:_SHOWN]:
        jams.add_row(
            jam.source or f"inside {jam.space_id}", jam.level_id, str(jam.peak), f"{jam.people_s:.0f}"
        )
    console.print(jams)
    for line in run.watchdog:
        console.print(f"! {line}")
    for guess in answer.guessed:
        console.print(f"guessed: {guess['field']} of {guess['guessed']} of {guess['of']} {guess['feature']}s")
    console.print(ADVISORY)


def _span(value: Estimate) -> str:
    """A time with its interval, in minutes and seconds."""
    if value.mean != value.mean:
        return "never (not everybody got out)"
    text = _minutes(value.mean)
    if value.low == value.low:
        text += f" ({_minutes(value.low)} to {_minutes(value.high)})"
    return text


def _minutes(seconds: float) -> str:
    return f"{int(seconds // 60)} min {int(seconds % 60):02d} s"
