"""A drill's answer on a terminal: the time first, then exits, doors, places and jams."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from rich.console import Console
from rich.table import Column, Table

from scenarios.commands.words import figure
from scenarios.verification.record import counts_of, engines_of, read_record
from twin.plan.zones import zones_of
from twin.world.drill_doors import door_measures
from twin.world.drill_zones import worst_places
from twin.world.ensemble import ADVISORY, DrillAnswer
from twin.world.statistics import Estimate, estimate
from twin.world.watchdog_lines import collected

_SHOWN = 8
"""Rows of a table."""
_WORST = 5
_Row = Mapping[str, Any]


def show(console: Console, answer: DrillAnswer) -> None:
    """The answer in words: the number, its interval, its bound and its weakest assumption first."""
    run, count = answer.typical, len(answer.runs)
    console.print(
        f"[bold]95 % out after {_span(answer.t95_s)}, the last after {_span(answer.t_last_s)}[/bold]"
    )
    if count == 1:
        console.print("No interval: one replication")
    _say_bound(console, answer)
    console.print(f"Weakest assumption: {answer.weakest_assumption}")
    guessed = [f"{g['field']} of {g['guessed']} of {g['of']} {g['feature']}s" for g in answer.guessed]
    if guessed:
        console.print(f"Guessed: {'; '.join(guessed)}")
    levels = f" on {', '.join(sorted(answer.setup.crowd_levels))}" if answer.setup.crowd_levels else ""
    console.print(
        f"{answer.people} people, {answer.evacuated.mean:g} out, {answer.remaining.mean:g} still inside; "
        f"engine {run.engine}{levels} ({run.mode}), {count} replication{'s' if count > 1 else ''}, "
        f"seed {answer.seed}, plan {run.plan_version}, {answer.wall_s:.1f} s of computing"
    )
    if run.incapacitated:
        console.print(f"[bold]{run.incapacitated} people incapacitated by smoke[/bold]")
    if answer.setup.smoke:
        console.print("Smoke slows and harms people, but changes no route: nobody turns back before it")
    carried = estimate([one.carried for one in answer.runs])
    if carried.mean:
        console.print(f"{_figure(carried.document())} people who cannot use stairs were carried down")
    for table in (_exits(answer), _doors(answer), _worst(answer), _jams(answer)):
        if table.row_count:
            console.print(table)
    other, reasons = collected(line for one in answer.runs for line in one.watchdog)
    for said in (*other, *reasons):
        console.print(f"! {said}", markup=False)
    _say_tested(console, answer)
    console.print(ADVISORY)


def _say_bound(console: Console, answer: DrillAnswer) -> None:
    """What no engine can be quicker than, and whether this one was."""
    bound = answer.bound()
    if bound.t95_s is None or bound.t_last_s is None:
        console.print(f"No lower bound: {bound.reason}")
        return
    console.print(
        f"No flow through these doors and stairs can be quicker: 95 % {_minutes(bound.t95_s.mean)}, "
        f"all {_minutes(bound.t_last_s.mean)}"
    )
    if answer.t95_s.mean < bound.t95_s.mean:
        console.print("[bold]This run is: its doors pass more people than was measured[/bold]")


def _say_tested(console: Console, answer: DrillAnswer) -> None:
    """How the engine did in the recorded tests."""
    record = read_record()
    if record is None:
        console.print("Tests: no run is recorded with this version (twin verify --record)")
        return
    for engine in engines_of(answer.setup.engine, mixed=bool(answer.setup.crowd_levels)):
        passed, failed, _none = counts_of(record.of(engine, answer.setup.mode))
        stale = "; the engine has been changed since" if record.stale(engine) else ""
        console.print(
            f"Tests of the {engine} engine ({answer.setup.mode}), {record.origin.date}: {passed} passed, "
            f"{failed} failed{stale} (twin verify --recorded)"
        )


def _exits(answer: DrillAnswer) -> Table:
    """Who carries it."""
    table = Table(Column("exit", overflow="fold"), "name", "people", title="Ways out")
    people = {
        name: estimate([run.exit_people[name] for run in answer.runs]) for name in answer.runs[0].exit_ids
    }
    for name, count in sorted(people.items(), key=lambda item: -item[1].mean)[:_SHOWN]:
        table.add_row(name, _name(answer, name), _figure(count.document()))
    return table


def _doors(answer: DrillAnswer) -> Table:
    """The doors and flights that work nearest to their capacity."""
    table = Table("door or flight", "most in a minute", "capacity a minute", "people", title="Flow")
    rows = cast("list[_Row]", door_measures(answer.runs)["rows"])
    limited = [row for row in rows if row["capacity_per_min"]]
    for row in sorted(limited, key=lambda row: -row["peak_per_min"]["mean"] / row["capacity_per_min"])[
        :_SHOWN
    ]:
        ends = [answer.plan.level[row[key]].short_name for key in ("level_id", "to_level_id")]
        between = "" if ends[0] == ends[1] else f" {ends[0]}-{ends[1]}"
        table.add_row(
            _way(answer, row["source"]) + between,
            _figure(row["peak_per_min"]),
            f"{row['capacity_per_min']:.0f}",
            _figure(row["passed"]),
        )
    return table


def _worst(answer: DrillAnswer) -> Table:
    """From where it takes longest."""
    table = Table("began in", "people", "half out, s", "95 % out, s", title="From where it takes longest")
    for place in cast("list[_Row]", worst_places(zones_of(answer.plan), answer.runs))[:_WORST]:
        table.add_row(
            _name(answer, place["space_id"]),
            f"{place['people']:.0f}",
            _figure(place["median_s"]),
            _figure(place["p95_s"]),
        )
    return table


def _jams(answer: DrillAnswer) -> Table:
    """Where most time is lost, in the replication in the middle."""
    table = Table("queue at", "level", "people waiting at most", "mean wait, s", title="Jams")
    for jam in answer.typical.jams[:_SHOWN]:
        table.add_row(
            _way(answer, jam.source) if jam.source else f"inside {_name(answer, jam.space_id)}",
            answer.plan.level[jam.level_id].short_name,
            str(jam.peak),
            f"{jam.people_s / max(1, jam.people):.0f}",
        )
    return table


def _name(answer: DrillAnswer, name: str) -> str:
    """What people call an exit or a space, with its level; a shop by its tenant."""
    plan = answer.plan
    one = plan.exit[name] if name in plan.exit else plan.space[name]
    tenant = plan.tenant_of.get(name)
    return f"{plan.level[one.level_id].short_name} {(tenant or one).name.en}".strip()


def _way(answer: DrillAnswer, name: str) -> str:
    """What people call a door or flight: the spaces that it joins, or its own name."""
    plan = answer.plan
    if name in plan.opening:
        first, second = plan.opening[name].spaces
        return f"{_name(answer, first)} - {_name(answer, second).split(' ', 1)[-1]}"
    if name in plan.connector:
        return plan.connector[name].name.en or name
    return _name(answer, name) if plan.exit[name].name.en else name


def _figure(value: _Row) -> str:
    """People or seconds with their interval, which never goes below none."""
    return figure({**value, "low": None if value["low"] is None else max(0.0, value["low"])})


def _span(value: Estimate) -> str:
    """A time with its interval, in minutes and seconds."""
    if value.mean != value.mean:
        return "never (not everybody got out)"
    text = _minutes(value.mean)
    if value.low == value.low:
        text += f" ({_minutes(max(0.0, value.low))} to {_minutes(value.high)})"
    return text


def _minutes(seconds: float) -> str:
    return f"{int(seconds // 60)} min {int(seconds % 60):02d} s"
