"""All benchmarks after one another: what ``twin bench`` without a subcommand and the manual's page hold."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from benchmarks.compile_time import compile_time
from benchmarks.crowd_race import cores, five_levels, race_crowd
from benchmarks.machine import load, machine
from benchmarks.network_race import race_network, sweep_network
from benchmarks.real_plan import evacuate
from twin.errors import TwinError


def measure(*, rounds: int = 3, seed: int = 1) -> dict[str, Any]:
    """Every benchmark's document by its name. What cannot be run here says why in its place (``reason``)."""
    parts: dict[str, Callable[[], dict[str, Any]]] = {
        "network": lambda: race_network(rounds=rounds, seed=seed),
        "network_sweep": lambda: sweep_network(seed=seed),
        "crowd": lambda: race_crowd(rounds=rounds, seed=seed),
        "crowd_cores": lambda: cores(seed=seed),
        "crowd_five_levels": lambda: five_levels(seed=seed),
        "compiling": compile_time,
        "plan": lambda: evacuate(seed=seed),
    }
    found: dict[str, Any] = {"machine": machine()}
    for name, part in parts.items():
        sys.stderr.write(f"bench: {name}\n")
        try:
            found[name] = part()
        except TwinError as error:
            sys.stderr.write(f"bench: {name}: {error}\n")
            found[name] = {"reason": str(error)}
    found["load_after"] = load()
    return found
