"""``twin whatif``: another layout or other tenants; what it does to visits, sales, rent and evacuation."""

from __future__ import annotations

import json as jsonlib
from typing import Annotated, Any

import typer
from rich.console import Console

from scenarios.answering import answer, steps_of
from scenarios.commands.words import differences, figure, provenance
from scenarios.day_fields import DayFields
from scenarios.documents import Scenario, checked, load
from scenarios.layout import LayoutScenario
from scenarios.tenant_mix import TenantMixScenario
from twin.console import print_document, printer, progress
from twin.errors import ScenarioError
from twin.plan.edits import edit_from
from twin.plan.importing import open_plan

_SHOWN = 12


def whatif(
    plan: Annotated[str, typer.Argument(help="Folder or file of a floor plan, or 'demo'.")],
    scenario: Annotated[str | None, typer.Argument(help="YAML file of kind layout or tenant_mix.")] = None,
    edit: Annotated[
        list[str] | None,
        typer.Option(help='An edit as JSON, such as {"edit": "close_exit", "id": "west"}; repeat for more.'),
    ] = None,
    visits: Annotated[float | None, typer.Option(help="Expected visits of the day.")] = None,
    replications: Annotated[int | None, typer.Option(help="Paired days with other random numbers.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of all random numbers.")] = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    workers: Annotated[int, typer.Option(help="Processes to run days in.")] = 1,
) -> None:
    """Compare PLAN with itself changed: by a YAML file or by --edit."""
    asked = _asked(scenario, edit or [])
    if visits is not None:
        day = checked(DayFields, asked.day.model_dump() | {"visits": visits})
        asked = asked.model_copy(update={"day": day})
    opened = open_plan(plan)
    with progress("what if", steps_of(asked, replications)) as advance:
        document = answer(
            opened, asked, seed=seed, replications=replications, progress=advance, workers=workers
        ).document()
    if json:
        print_document(document)
    else:
        _show(printer(), document)


def _asked(path: str | None, edits: list[str]) -> LayoutScenario | TenantMixScenario:
    if (path is None) == (not edits):
        raise ScenarioError("whatif: give either a YAML file or --edit")
    if path is not None:
        return _comparison(load(path), path)
    documents = []
    for text in edits:
        try:
            found = jsonlib.loads(text)
        except jsonlib.JSONDecodeError as error:
            raise ScenarioError(f"--edit {text!r}: not JSON: {error.msg}") from error
        if not isinstance(found, dict):
            raise ScenarioError(f"--edit {text!r}: an edit is a JSON object")
        edit_from(found)
        documents.append(found)
    return checked(LayoutScenario, {"kind": "layout", "edits": documents})


def _comparison(found: Scenario, path: str) -> LayoutScenario | TenantMixScenario:
    if not isinstance(found, LayoutScenario | TenantMixScenario):
        raise ScenarioError(f"{path}: kind {found.kind!r}, but this command needs a layout or a tenant_mix")
    return found


def _show(console: Console, document: dict[str, Any]) -> None:
    """Differences first, then who gains and loses, money that moved, and both drills."""
    rows = [{**row, "label": row["name"]["en"]} for row in document["kpis"]]
    differences(console, "The mall, a day", rows)
    changed = [row for row in document["tenants"] if row["sales"]["detectable"]]
    changed.sort(key=lambda row: -abs(row["sales"]["delta"]["mean"]))
    if changed:
        rows = [{**row["sales"], "label": row["name"]["en"]} for row in changed[:_SHOWN]]
        differences(console, "Sales of tenants, a day", rows)
    rest = len(document["tenants"]) - len(changed)
    console.print(f"{rest} of {len(document['tenants'])} tenants: no detectable change of sales")
    money = document["transfer"]
    console.print(
        f"Money, CNY a day: {money['moved_cny']:,.0f} moved between tenants, "
        f"{money['new_cny']:,.0f} new, {money['lost_cny']:,.0f} lost"
    )
    drills = document["drills"]
    for key, words in (("t95_s", "95 % out after"), ("t_last_s", "the last out after")):
        before, after = drills["base"][key], drills["changed"][key]
        line = f"Drill at the peak: {words} {figure(before)} s before, {figure(after)} s after"
        gap = drills["difference"][key]
        if gap is not None:
            line += f"; difference {figure(gap['delta'])} s: {gap['verdict']['en']}"
        console.print(line)
    provenance(console, document)
