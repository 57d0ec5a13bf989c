"""A drill's answer on a terminal: the time first, then exits, doors, places and jams."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from rich.console import Console
from rich.table import Table

from scenarios.commands.words import figure
from twin.plan.zones import zones_of
from twin.world.drill_doors import door_measures
from twin.world.drill_result import DrillRun
from twin.world.drill_zones import worst_places
from twin.world.ensemble import ADVISORY, DrillAnswer
from twin.world.statistics import Estimate, estimate

_SHOWN = 8
"""Rows of a table."""
_WORST = 5
_Row = Mapping[str, Any]


def show(console: Console, answer: DrillAnswer) -> None:
    """The answer in words: the number, its interval and its weakest assumption first."""
    run = answer.typical
    console.print(
        f"[bold]95 % out after {_span(answer.t95_s)}, the last after {_span(answer.t_last_s)}[/bold]"
    )
    console.print(f"Weakest assumption: {answer.weakest_assumption}")
    levels = f" on {', '.join(sorted(answer.setup.crowd_levels))}" if answer.setup.crowd_levels else ""
    console.print(
        f"{answer.people} people, {answer.evacuated.mean:g} out, {answer.remaining.mean:g} still inside; "
        f"engine {run.engine}{levels} ({run.mode}), {len(answer.runs)} replications, seed {answer.seed}, "
        f"plan {run.plan_version}"
    )
    if run.incapacitated:
        console.print(f"[bold]{run.incapacitated} people incapacitated by smoke[/bold]")
    if run.carried:
        console.print(f"{run.carried} people who cannot use stairs were carried down")
    for table in (_exits(answer), _doors(answer), _worst(answer), _jams(run)):
        console.print(table)
    for line in run.watchdog:
        console.print(f"! {line}")
    for guess in answer.guessed:
        console.print(f"guessed: {guess['field']} of {guess['guessed']} of {guess['of']} {guess['feature']}s")
    console.print(ADVISORY)


def _exits(answer: DrillAnswer) -> Table:
    """Who carries it."""
    table = Table("exit", "people", title="Ways out")
    people = {
        name: estimate([run.exit_people[name] for run in answer.runs]) for name in answer.runs[0].exit_ids
    }
    for name, count in sorted(people.items(), key=lambda item: -item[1].mean)[:_SHOWN]:
        table.add_row(name, figure(count.document()))
    return table


def _doors(answer: DrillAnswer) -> Table:
    """The doors and flights that work nearest to their capacity."""
    table = Table("door or flight", "most in a minute", "capacity a minute", "people", title="Flow")
    rows = cast("list[_Row]", door_measures(answer.runs)["rows"])
    limited = [row for row in rows if row["capacity_per_min"]]
    for row in sorted(limited, key=lambda row: -row["peak_per_min"]["mean"] / row["capacity_per_min"])[
        :_SHOWN
    ]:
        between = "" if row["level_id"] == row["to_level_id"] else f" {row['level_id']}-{row['to_level_id']}"
        table.add_row(
            row["source"] + between,
            figure(row["peak_per_min"]),
            f"{row['capacity_per_min']:.0f}",
            figure(row["passed"]),
        )
    return table


def _worst(answer: DrillAnswer) -> Table:
    """From where it takes longest."""
    table = Table("began in", "people", "half out, s", "95 % out, s", title="From where it takes longest")
    for place in cast("list[_Row]", worst_places(zones_of(answer.plan), answer.runs))[:_WORST]:
        table.add_row(
            place["space_id"], f"{place['people']:.0f}", figure(place["median_s"]), figure(place["p95_s"])
        )
    return table


def _jams(run: DrillRun) -> Table:
    """Where most time is lost, in the replication in the middle."""
    table = Table("queue at", "level", "people waiting at most", "people · s", title="Jams")
    for jam in run.jams[:_SHOWN]:
        table.add_row(
            jam.source or f"inside {jam.space_id}", jam.level_id, str(jam.peak), f"{jam.people_s:.0f}"
        )
    return table


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
