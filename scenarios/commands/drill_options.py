"""The options of ``twin drill``, as types of its arguments."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from twin.movement.populations import POPULATIONS

Plan = Annotated[str, typer.Argument(help="Folder or file of a floor plan, or 'demo'.")]
People = Annotated[int | None, typer.Option(help="People inside, spread by load.")]
DesignLoad = Annotated[
    bool, typer.Option("--load", help="As many people as the design load; this is the default.")
]
Engine = Annotated[
    str | None,
    typer.Option(
        help="network (flows from door to door) or crowd (bodies in space).", show_default="network"
    ),
]
Mode = Annotated[
    str | None,
    typer.Option(
        help="code (SFPE flows) or calibrated (measured flows).",
        show_default="code with network, calibrated with crowd",
    ),
]
CrowdLevel = Annotated[
    list[str] | None,
    typer.Option(help="Level that the crowd engine walks, the network engine the others; repeat for more."),
]
Replications = Annotated[int | None, typer.Option(help="Runs with other random numbers.", show_default="5")]
Seed = Annotated[int | None, typer.Option(help="Seed of all random numbers.", show_default="1")]
Block = Annotated[
    list[str] | None, typer.Option(help="Exit, opening or connector that is blocked; repeat for more.")
]
Stop = Annotated[list[str] | None, typer.Option(help="Escalator that stands; repeat for more.")]
Phase = Annotated[
    list[str] | None,
    typer.Option(help="ID=S: the alarm of a level or space goes S seconds late; repeat for more."),
]
Fire = Annotated[str | None, typer.Option(help="Space that burns.")]
Population = Annotated[
    str | None, typer.Option(help=f"Who the people are: {', '.join(POPULATIONS)}.", show_default="mall")
]
Groups = Annotated[
    bool | None,
    typer.Option("--groups/--no-groups", help="Groups stay together.", show_default="if calibrated"),
]
Smoke = Annotated[
    list[str] | None,
    typer.Option(help="SPACE=K: smoke of extinction K 1/m in a space; repeat for more."),
]
Scenario = Annotated[str | None, typer.Option(help="YAML file of kind drill; other options override it.")]
Trajectories = Annotated[
    Path | None,
    typer.Option(help="Parquet file for the way of everybody in the first replication (engine crowd)."),
]
AsDocument = Annotated[bool, typer.Option("--json", help="One document.")]
Workers = Annotated[int, typer.Option(help="Processes to run replications in.")]
