"""``twin verify``: put the engines to the tests of the guidelines, and say what passed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from scenarios.verification.case import ENGINES, CaseResult, Engine, Status
from scenarios.verification.registry import cases_of
from scenarios.verification.running import run_matrix
from twin.console import print_document, printer, progress
from twin.errors import InputError

_COLOURS = {Status.PASS: "green", Status.FAIL: "bold red", Status.NOT_APPLICABLE: "dim"}


def verify(
    suite: Annotated[
        list[str] | None,
        typer.Argument(help="Suites: rimea, imo, nist, iso, sfpe, experiments. All by default."),
    ] = None,
    engine: Annotated[str | None, typer.Option(help="network or crowd.", show_default="both")] = None,
    json: Annotated[bool, typer.Option("--json", help="One list of results.")] = False,  # noqa: FBT002 - typer flag
    only: Annotated[
        list[str] | None, typer.Option(help="Id of a test, alone or as suite:id; repeat for more.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Folder for the report (HTML and Markdown) with its pictures.")
    ] = None,
    page: Annotated[
        Path | None,
        typer.Option(help="Markdown page to write, with its pictures in pictures/verification beside it."),
    ] = None,
    quick: Annotated[  # noqa: FBT002 - typer flag
        bool, typer.Option("--quick", help="Fewer seeds; the criteria stay.")
    ] = False,
    workers: Annotated[int, typer.Option(min=1, help="Processes to run tests in.")] = 2,
) -> None:
    """Run the tests of the guidelines and the experiments. Exit code 1 if one fails."""
    cases = cases_of(suite or (), only or ())
    engines = _engines(engine)
    if report is not None and page is not None:
        raise InputError("--report and --page: give one of them")
    pictures = _folder(report, page)
    with progress("verify", len(cases) * len(engines)) as advance:
        results = run_matrix(
            cases, engines, workers=workers, quick=quick, pictures=pictures, progress=lambda _: advance()
        )
    if report is not None:
        from scenarios.verification.report import write_report

        write_report(report, results, quick=quick)
    if page is not None:
        from scenarios.verification.report import write_page

        write_page(page, results, pictures=_BESIDE, quick=quick)
    if json:
        print_document([result.document() for result in results])
    else:
        _show(results)
    if any(result.status is Status.FAIL for result in results):
        raise typer.Exit(1)


_BESIDE = "pictures/verification"


def _folder(report: Path | None, page: Path | None) -> Path | None:
    """The folder for pictures, ready to be drawn into; ``None``: none are wanted."""
    folder = report if page is None else page.parent / _BESIDE
    if folder is not None:
        from scenarios.verification.pictures import needs_matplotlib

        needs_matplotlib()
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def _engines(name: str | None) -> tuple[Engine, ...]:
    """The engines that are asked for."""
    if name is None:
        return ENGINES
    for engine in ENGINES:
        if engine == name:
            return (engine,)
    raise InputError(f"engine {name!r} is not known; there are: {', '.join(ENGINES)}")


def _show(results: list[CaseResult]) -> None:
    """The results as a table, and their sums."""
    console = printer()
    table = Table("test", "engine", "", "measured", "criterion")
    for result in results:
        colour = _COLOURS[result.status]
        said = "; ".join(part for part in (result.measured, result.reason) if part)
        table.add_row(
            f"{result.suite} {result.id} {result.title}",
            f"{result.engine} ({result.mode})",
            f"[{colour}]{result.status.value.replace('_', ' ')}[/{colour}]",
            said,
            result.criterion,
        )
    console.print(table)
    counts = ", ".join(
        f"{sum(r.status is status for r in results)} {status.value.replace('_', ' ')}" for status in Status
    )
    console.print(f"[bold]{counts}[/bold]")
