"""``twin plan``: import, check and show floor plans."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from floorplans.drawing import DARK, LIGHT, level_svg, plan_html
from floorplans.imdf import write_plan
from floorplans.mapped import read_mapped
from floorplans.sheets import write_png, write_text
from twin.console import print_document, printer, progress
from twin.errors import PlanError
from twin.plan.checks import CheckReport, Severity, check
from twin.plan.guesses import guessed_inputs
from twin.plan.importing import open_plan
from twin.plan.model import Plan, Shape

FOUND_VIOLATIONS = 1
SHOWN = 20
"""Findings of a rule are told by their number; so many rules and places are shown to a person."""

app = typer.Typer(no_args_is_help=True, help="Floor plans: import, check, show.")

Source = Annotated[
    str, typer.Argument(help="A folder or file of any format that can be imported, PATH#PART, or 'demo'.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
MappingFile = Annotated[
    Path | None, typer.Option("--mapping", help="YAML file that says how to read per-level GeoJSON.")
]


def _open(source: str, mapping: Path | None, importer: str | None = None) -> Plan:
    if mapping is not None:
        return read_mapped(source, mapping)
    return open_plan(source, importer=importer)


@app.command("import")
def import_(
    source: Source,
    out: Annotated[
        Path, typer.Argument(help="Folder, or file ending in .zip, for the IMDF and its sidecar.")
    ],
    *,
    mapping: MappingFile = None,
    importer: Annotated[
        str | None, typer.Option(help="Importer to use instead of the one that fits.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read a plan of any known format and write it as IMDF with its sidecar."""
    with progress("importing", 2) as advance:
        plan = _open(source, mapping, importer)
        advance()
        write_plan(plan, out)
        advance()
    document = {
        "plan_version": plan.version,
        "written": str(out),
        "levels": len(plan.levels),
        "spaces": len(plan.spaces),
        "openings": len(plan.openings),
        "exits": len(plan.exits),
        "connectors": len(plan.connectors),
        "notes": list(plan.notes),
    }
    if as_json:
        print_document(document)
        return
    console = printer()
    console.print(
        f"{out}: {document['levels']} levels, {document['spaces']} spaces, {document['openings']} openings, "
        f"{document['exits']} exits, {document['connectors']} connectors; version {plan.version}",
        markup=False,
    )
    for note in plan.notes:
        console.print(f"  {note}", markup=False)


@app.command("check")
def check_(source: Source, *, mapping: MappingFile = None, as_json: AsJson = False) -> None:
    """Say what a plan holds, what breaks a rule, and what was guessed.

    Exit code 1 if a finding is a violation.
    """
    with progress("checking", 2) as advance:
        plan = _open(source, mapping)
        advance()
        report = check(plan)
        advance()
    if as_json:
        print_document(report.document())
    else:
        _tell(plan, report)
    if report.violations:
        raise typer.Exit(FOUND_VIOLATIONS)


def _tell(plan: Plan, report: CheckReport) -> None:
    console = printer()
    summary = report.summary
    console.print(
        f"{plan.name.en or plan.id}  version {plan.version}\n"
        f"{summary['levels']} levels, {summary['walkable_m2']:,} m² to walk on, "
        f"{summary['openings']} openings, {summary['exits']} exits",
        markup=False,
    )
    counts: dict[tuple[Severity, str], list[str]] = {}
    for finding in report.findings:
        counts.setdefault((finding.severity, finding.rule), []).append(
            f"{finding.feature}: {finding.message}"
        )
    table = Table("severity", "rule", "found", "first of them", box=None, pad_edge=False)
    for (severity, rule), places in list(counts.items())[:SHOWN]:
        table.add_row(
            str(severity),
            rule,
            str(len(places)),
            places[0],
            style="red" if severity is Severity.VIOLATION else None,
        )
    console.print(table)
    guesses = Table("guessed", "how many", box=None, pad_edge=False)
    for entry in guessed_inputs(plan):
        guesses.add_row(f"{entry['feature']}.{entry['field']}", f"{entry['guessed']} of {entry['of']}")
    if guesses.row_count:
        console.print(guesses)
        console.print("A clearance time on this plan rests on these guesses.")


@app.command("show")
def show(
    source: Source,
    *,
    level: Annotated[str | None, typer.Option(help="Id, short name or ordinal of one level.")] = None,
    out: Annotated[Path | None, typer.Option(help="File to write: .html, .svg or .png.")] = None,
    coverage: Annotated[bool, typer.Option(help="Draw what cameras and exit signs cover.")] = False,
    light: Annotated[bool, typer.Option(help="Light colours instead of dark ones.")] = False,
    language: Annotated[str, typer.Option(help="Language of names: en or zh.")] = "en",
    mapping: MappingFile = None,
    as_json: AsJson = False,
) -> None:
    """Draw a plan, level by level."""
    if language not in {"en", "zh"}:
        raise PlanError(f"language {language!r} is not known; there are: en, zh")
    plan = _open(source, mapping)
    chosen = _levels(plan, level)
    target = out or Path(f"{re.sub(r'[^A-Za-z0-9_.-]+', '-', plan.id)}.html")
    seen = _coverage(plan) if coverage else {}
    theme = LIGHT if light else DARK
    pictures = [
        (
            plan.level[one].short_name,
            level_svg(
                plan, one, seen=seen.get(one), language="zh" if language == "zh" else "en", theme=theme
            ),
        )
        for one in chosen
    ]
    written = _write(plan, target, pictures)
    if as_json:
        print_document(
            {"plan_version": plan.version, "levels": chosen, "written": [str(file) for file in written]}
        )
    else:
        for file in written:
            printer().print(str(file), markup=False)


def _levels(plan: Plan, wanted: str | None) -> list[str]:
    if wanted is None:
        return [level.id for level in plan.levels]
    found = [level.id for level in plan.levels if wanted in {level.id, level.short_name, str(level.ordinal)}]
    if not found:
        known = ", ".join(level.short_name for level in plan.levels)
        raise PlanError(f"level {wanted!r} is not in the plan; there are: {known}")
    return found[:1]


def _coverage(plan: Plan) -> dict[str, dict[str, Shape]]:
    """What cameras and exit signs cover, by level; needs the extra ``body``."""
    import shapely

    from floorplans.body import coverage
    from twin.plan.model import DeviceKind

    found: dict[str, dict[str, Shape]] = {}
    names = {DeviceKind.CAMERA: "camera", DeviceKind.EXIT_SIGN: "sign"}
    for view in coverage(plan).devices:
        of_level = found.setdefault(view.level_id, {})
        name = names.get(view.kind, "camera")
        of_level[name] = shapely.union(of_level[name], view.shape) if name in of_level else view.shape
    return found


def _write(plan: Plan, target: Path, pictures: list[tuple[str, str]]) -> list[Path]:
    """Write ``pictures`` to ``target``: one page, or one file for each level."""
    kind = target.suffix.lower()
    if kind == ".html":
        write_text(target, plan_html(plan, pictures))
        return [target]
    if kind not in {".svg", ".png"}:
        raise PlanError(f"{target}: must end in .html, .svg or .png")
    written = []
    for title, svg in pictures:
        file = target if len(pictures) == 1 else target.with_name(f"{target.stem}-{title}{target.suffix}")
        if kind == ".svg":
            write_text(file, svg)
        else:
            size = re.search(r'width="(\d+)" height="(\d+)"', svg)
            assert size is not None  # noqa: S101  # our own picture states its size
            write_png(file, svg, width_px=int(size[1]), height_px=int(size[2]))
        written.append(file)
    return written
