"""``twin drill``: evacuate a plan and say how long it takes, where it jams and which exit carries whom."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scenarios.commands.drill_words import show
from scenarios.documents import checked, load
from scenarios.drill import DrillScenario, answer_drill
from scenarios.drill_people import phases_of_words, smoke_of_words
from twin.console import print_document, printer, progress
from twin.errors import ScenarioError
from twin.movement.populations import POPULATIONS
from twin.plan.importing import open_plan


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
        show(printer(), answer)


def _scenario(path: str | None) -> DrillScenario:
    """The drill in the file at ``path``, or the default one."""
    if path is None:
        return DrillScenario()
    found = load(path)
    if not isinstance(found, DrillScenario):
        raise ScenarioError(f"{path}: kind {found.kind!r}, but this command needs a drill")
    return found
