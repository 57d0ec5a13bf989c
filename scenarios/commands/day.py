"""``twin day``: one trading day of a plan, over replications."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from scenarios.commands.words import clock, figure, provenance
from scenarios.day_answer import answer_day
from scenarios.day_fields import DayFields
from twin.console import print_document, printer, progress
from twin.plan.importing import open_plan

_SHOWN = 12


def day(
    plan: Annotated[str, typer.Argument(help="Folder or file of a floor plan, or 'demo'.")],
    visits: Annotated[float | None, typer.Option(help="Expected visits; by default by the let area.")] = None,
    weekday: Annotated[int, typer.Option(help="0 is Monday, 6 Sunday.")] = 5,
    opens: Annotated[float, typer.Option(help="Opening hour.")] = 10.0,
    closes: Annotated[float, typer.Option(help="Closing hour.")] = 22.0,
    replications: Annotated[int, typer.Option(help="Days with other random numbers.")] = 3,
    seed: Annotated[int, typer.Option(help="Seed of all random numbers.")] = 1,
    *,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    workers: Annotated[int, typer.Option(help="Processes to run replications in.")] = 1,
) -> None:
    """Simulate a trading day of PLAN: visits, stay, people inside, sales by tenant."""
    opened = open_plan(plan)
    question = DayFields(visits=visits, weekday=weekday, opens_h=opens, closes_h=closes)
    with progress("trading day", replications) as advance:
        document = answer_day(
            opened, question, seed=seed, replications=replications, progress=advance, workers=workers
        ).document()
    if json:
        print_document(document)
    else:
        _show(printer(), document)


def _show(console: Console, document: dict) -> None:  # type: ignore[type-arg]  # JSON
    """The day in words."""
    head = Table("", "mean (95 % interval)", "one day would fall in", title="The mall")
    for row in document["kpis"]:
        limits = row["prediction"]
        span = f"{limits['low']:,.0f} to {limits['high']:,.0f}" if limits else "–"
        head.add_row(row["name"]["en"], f"{figure(row, digits=row['digits'])} {row['unit']}", span)
    console.print(head)
    console.print(
        f"The mean day of its kind has {document['expected_visits']:,.0f} visits; "
        f"the simulated ones were {document['day_factor']['mean']:.2f} times as busy"
    )
    console.print(f"Most people inside at about {clock(document['peak_s']['mean'])}")
    table = Table("tenant", "visits", "sales CNY", "capture", title=f"The {_SHOWN} largest by sales")
    for row in sorted(document["tenants"], key=lambda one: -one["sales"]["mean"])[:_SHOWN]:
        capture = "–" if row["capture"] is None else f"{row['capture']:.1%}"
        table.add_row(row["name"]["en"], figure(row["visits"]), figure(row["sales"]), capture)
    console.print(table)
    provenance(console, document)
