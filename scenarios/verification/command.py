"""``twin verify``: put the engines to the tests of the guidelines, and say what passed."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from scenarios.verification.case import ENGINES, CaseResult, Engine, Status
from scenarios.verification.registry import cases_of
from scenarios.verification.running import run_matrix
from twin.console import print_document, printer, progress
from twin.errors import InputError

if TYPE_CHECKING:
    from scenarios.verification.report import Origin

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
    record: Annotated[  # noqa: FBT002 - typer flag
        bool,
        typer.Option("--record", help="Keep this run with the project: what the screens and tables show."),
    ] = False,
    recorded: Annotated[  # noqa: FBT002 - typer flag
        bool, typer.Option("--recorded", help="Show the run that was recorded last; nothing is run.")
    ] = False,
    quick: Annotated[  # noqa: FBT002 - typer flag
        bool, typer.Option("--quick", help="Fewer seeds; the criteria stay.")
    ] = False,
    workers: Annotated[int, typer.Option(min=1, help="Processes to run tests in.")] = 2,
) -> None:
    """Run the tests of the guidelines and the experiments. Exit code 1 if one fails."""
    _check_options(
        whole=not (suite or only or engine or quick),
        record=record,
        recorded=recorded,
        report=report is not None,
        page=page is not None,
    )
    if not recorded:
        results, made = _run(suite or (), only or (), _engines(engine), quick, workers, _folder(report, page))
    if record:
        from scenarios.verification.record import record_of, write_record

        write_record(record_of(results, made))
    if record or recorded:  # so that a page is what the record makes, to the last figure
        results, made = _recorded()
    if report is not None:
        from scenarios.verification.report import write_report

        write_report(report, results, quick=quick)
    if page is not None:
        from scenarios.verification.report import write_page

        write_page(page, results, made, pictures=_BESIDE)
    if json:
        print_document([result.document() for result in results])
    else:
        _show(results)
    if any(result.status is Status.FAIL for result in results):
        raise typer.Exit(1)


def _check_options(*, whole: bool, record: bool, recorded: bool, report: bool, page: bool) -> None:
    """Refuse options that do not go together."""
    if (record or recorded) and not whole:
        raise InputError("a record is of a whole run: leave out SUITE, --only, --engine and --quick")
    if recorded and (record or report):
        raise InputError("--recorded shows what was run before: leave out --record and --report")
    if report and page:
        raise InputError("--report and --page: give one of them")


def _run(
    suite: Sequence[str],
    only: Sequence[str],
    engines: Sequence[Engine],
    quick: bool,  # noqa: FBT001 - as the command has it
    workers: int,
    pictures: Path | None,
) -> tuple[list[CaseResult], Origin]:
    """Run what is asked for."""
    from scenarios.verification.report import origin_now

    cases = cases_of(suite, only)
    with progress("verify", len(cases) * len(engines)) as advance:
        results = run_matrix(
            cases, engines, workers=workers, quick=quick, pictures=pictures, progress=lambda _: advance()
        )
    return results, origin_now(quick=quick)


def _recorded() -> tuple[list[CaseResult], Origin]:
    """The run that was recorded last; says where an engine has been changed since."""
    from scenarios.verification.record import read_record

    found = read_record()
    if found is None:
        raise InputError("no run has been recorded: twin verify --record makes one")
    for engine in ENGINES:
        if found.stale(engine):
            sys.stderr.write(f"verify: the {engine} engine has been changed since this run\n")
    return list(found.results), found.origin


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
