"""``twin bench``: how long things take here, and beside the best open peers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from twin.console import print_document, printer
from twin.errors import InputError

app = typer.Typer(
    no_args_is_help=False,
    help="How long things take on this machine: ours beside the best open peers, in turn.",
)

Rounds = Annotated[int, typer.Option(min=1, help="Runs of each, in turn; the median counts.")]
Seed = Annotated[int, typer.Option(help="Seed of places, speeds and start times, the same for both.")]
Sweep = Annotated[bool, typer.Option(help="Also ours with 3,125 to 100,000 people.")]
Alone = Annotated[bool, typer.Option("--alone", help="Also ours on one core, on all, and on five levels.")]
Json = Annotated[bool, typer.Option("--json", help="One document.")]


@app.callback(invoke_without_command=True)
def bench(
    context: typer.Context,
    json: Json = False,  # noqa: FBT002 - typer makes flags of defaulted booleans
    report: Annotated[
        Path | None,
        typer.Option(help="Write what was measured as a page, in Markdown, and beside it as JSON."),
    ] = None,
    small: Annotated[  # noqa: FBT002 - typer makes flags of defaulted booleans
        bool, typer.Option("--small", help="A few people and one round, to see that all of it works.")
    ] = False,
    rounds: Rounds = 3,
    seed: Seed = 1,
) -> None:
    """How long things take on this machine: ours beside the best open peers, in turn.

    Without a subcommand all of them are run; a real plan with the crowd engine takes most of the time.
    """
    if context.invoked_subcommand is not None:
        return
    from benchmarks.everything import measure
    from benchmarks.report import page, write

    if report is not None and not report.parent.is_dir():
        raise InputError(f"--report {report}: there is no folder {str(report.parent)!r}")
    found = measure(
        rounds=rounds,
        seed=seed,
        small=small,
        seen=lambda so_far: None if report is None else write(so_far, report),
    )
    if json:
        print_document(found)
    else:
        printer().print(page(found), markup=False)


@app.command()
def network(
    people: Annotated[int, typer.Option(min=1, help="People in the mall of 667 nodes.")] = 20_300,
    rounds: Rounds = 3,
    seed: Seed = 1,
    sweep: Sweep = True,  # noqa: FBT002 - typer makes flags of defaulted booleans
    json: Json = False,  # noqa: FBT002 - typer makes flags of defaulted booleans
) -> None:
    """The network engine beside jupedsim-network on a five-level mall of 667 nodes."""
    from benchmarks.network_race import race_network, sweep_network

    found = race_network(people=people, rounds=rounds, seed=seed)
    if sweep:
        found["sweep"] = sweep_network(seed=seed)
    _show(found, json=json)


@app.command()
def crowd(
    people: Annotated[int, typer.Option(min=1, max=12_000, help="People in the hall.")] = 2_000,
    rounds: Rounds = 3,
    seed: Seed = 1,
    alone: Alone = False,  # noqa: FBT002 - typer makes flags of defaulted booleans
    json: Json = False,  # noqa: FBT002 - typer makes flags of defaulted booleans
) -> None:
    """The crowd engine beside JuPedSim in a hall of 120 x 80 m, 20 simulated seconds."""
    from benchmarks.crowd_race import cores, five_levels, race_crowd

    found = race_crowd(people=people, rounds=rounds, seed=seed)
    if alone:
        found["cores"] = cores(people=people, rounds=rounds, seed=seed)
        found["five_levels"] = five_levels(seed=seed)
    _show(found, json=json)


@app.command()
def compiling(
    json: Json = False,  # noqa: FBT002 - typer makes flags of defaulted booleans
) -> None:
    """How long the engines take to compile, and to load what was compiled before."""
    from benchmarks.compile_time import compile_time

    _show(compile_time(), json=json)


@app.command()
def plan(
    source: Annotated[
        str | None,
        typer.Argument(help="Folder or file of a floor plan; the nine-storey mall of the reference data."),
    ] = None,
    people: Annotated[int, typer.Option(min=1, help="People inside, spread by load.")] = 10_000,
    replications: Annotated[int, typer.Option(min=1, help="Runs of each engine.")] = 3,
    seed: Seed = 1,
    json: Json = False,  # noqa: FBT002 - typer makes flags of defaulted booleans
) -> None:
    """A real plan evacuated with each engine, beside the lower bound by maximum flow over time."""
    from benchmarks.real_plan import evacuate

    _show(evacuate(source, people=people, replications=replications, seed=seed), json=json)


def _show(found: Mapping[str, Any], *, json: bool) -> None:
    if json:
        print_document(found)
        return
    from benchmarks.report import section

    printer().print("\n".join(section(found)), markup=False)
