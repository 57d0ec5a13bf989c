"""``twin crowd``: an expected crowd on a plan; when and where a density limit is passed, how likely."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from scenarios.answering import answer
from scenarios.commands.words import clock, figure, provenance
from scenarios.crowd import CrowdScenario
from scenarios.documents import checked, load
from twin.console import print_document, printer, progress
from twin.errors import ScenarioError
from twin.plan.importing import open_plan

_SHOWN = 12


def crowd(
    plan: Annotated[str, typer.Argument(help="Folder or file of a floor plan, or 'demo'.")],
    scenario: Annotated[str | None, typer.Argument(help="YAML file of kind crowd.")] = None,
    place: Annotated[str | None, typer.Option(help="Space or tenant they come for.")] = None,
    people: Annotated[int, typer.Option(help="People expected.")] = 1000,
    starts: Annotated[float, typer.Option(help="Clock hour of the start.")] = 15.0,
    lasts: Annotated[float, typer.Option(help="Minutes.")] = 60.0,
    via: Annotated[list[str] | None, typer.Option(help="Exit they come through; repeat for more.")] = None,
    limit: Annotated[float | None, typer.Option(help="Density limit, people per m²; by default 2.")] = None,
    visits: Annotated[float | None, typer.Option(help="Ordinary visits of that day.")] = None,
    replications: Annotated[int | None, typer.Option(help="Days with other random numbers.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of all random numbers.")] = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    workers: Annotated[int, typer.Option(help="Processes to run replications in.")] = 1,
) -> None:
    """Let a crowd come to PLAN: by a YAML file, or by --place and --people."""
    asked = _asked(scenario, place, people, starts, lasts, via or [])
    changes: dict[str, Any] = {}
    if limit is not None:
        changes["limit_per_m2"] = limit
    if visits is not None:
        changes["day"] = asked.day.model_dump() | {"visits": visits}
    if changes:
        asked = checked(CrowdScenario, asked.model_dump() | changes)
    opened = open_plan(plan)
    with progress("crowd", replications or asked.replications) as advance:
        document = answer(
            opened, asked, seed=seed, replications=replications, progress=advance, workers=workers
        ).document()
    if json:
        print_document(document)
    else:
        _show(printer(), document)


def _asked(
    path: str | None, place: str | None, people: int, starts: float, lasts: float, via: list[str]
) -> CrowdScenario:
    if path is not None:
        found = load(path)
        if not isinstance(found, CrowdScenario):
            raise ScenarioError(f"{path}: kind {found.kind!r}, but this command needs a crowd")
        return found
    if place is None:
        raise ScenarioError("crowd: give a YAML file, or --place with --people")
    event = {
        "id": "crowd",
        "people": people,
        "place": place,
        "starts_h": starts,
        "lasts_min": lasts,
        "exits": via,
    }
    return checked(CrowdScenario, {"kind": "crowd", "events": [event]})


def _show(console: Console, document: dict[str, Any]) -> None:
    """Probability first, then where and when."""
    chance = document["probability"]
    console.print(
        f"[bold]{document['limit_per_m2']:g} people/m² passed somewhere with probability "
        f"{chance['mean']:.0%} ({chance['low']:.0%} to {chance['high']:.0%})[/bold]"
    )
    table = Table("space", "probability", "first at", "minutes over", "densest, people/m²", "people")
    for row in document["spaces"][:_SHOWN]:
        first = row["first_passed_s"]
        table.add_row(
            row["name"]["en"] or row["id"],
            f"{row['probability']['mean']:.0%}",
            clock(first["mean"]) if first else "–",
            figure(row["minutes_over"]),
            figure(row["peak_density"], digits=2),
            figure(row["peak_people"]),
        )
    console.print(table)
    console.print(f"Most people inside: {figure(document['inside_peak'])}")
    provenance(console, document)
