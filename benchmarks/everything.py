"""All benchmarks after one another: what ``twin bench`` without a subcommand and the manual's page hold."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks.compile_time import compile_time
from benchmarks.crowd_race import cores, five_levels, race_crowd
from benchmarks.machine import load, machine
from benchmarks.network_race import race_network, sweep_network
from benchmarks.real_plan import evacuate

LEFT_OUT = "left out of a small run"


def measure(
    *,
    rounds: int = 3,
    seed: int = 1,
    small: bool = False,
    seen: Callable[[dict[str, Any]], None] = lambda _found: None,
) -> dict[str, Any]:
    """Every benchmark's document by its name. What cannot be run here says why in its place (``reason``).

    Args:
        rounds: runs of ours and of theirs.
        seed: of all random numbers.
        small: a few people and one round, to see that all of it works; the document says so.
        seen: called with what there is after each benchmark, so that an hour's work is never lost.
    """
    found: dict[str, Any] = {"machine": machine(), "small": small}
    for name, part in (_small(seed) if small else _whole(rounds, seed)).items():
        sys.stderr.write(f"bench: {name}\n")
        begin = time.perf_counter()
        try:
            found[name] = part()
        except Exception as error:  # noqa: BLE001 - whatever ends one benchmark, the others are run and it is named
            sys.stderr.write(f"bench: {name}: {error}\n")
            found[name] = {"reason": str(error) or type(error).__name__}
        sys.stderr.write(f"bench: {name}: {time.perf_counter() - begin:.0f} s\n")
        found["load_after"] = load()
        seen(found)
    return found


_Parts = dict[str, Callable[[], dict[str, Any]]]


def _whole(rounds: int, seed: int) -> _Parts:
    return {
        "network": lambda: race_network(rounds=rounds, seed=seed),
        "network_sweep": lambda: sweep_network(seed=seed),
        "crowd": lambda: race_crowd(rounds=rounds, seed=seed),
        "crowd_cores": lambda: cores(seed=seed),
        "crowd_five_levels": lambda: five_levels(seed=seed),
        "compiling": compile_time,
        "plan": lambda: evacuate(seed=seed),
    }


def _small(seed: int) -> _Parts:
    return {
        "network": lambda: race_network(people=1_000, rounds=1, seed=seed),
        "network_sweep": lambda: sweep_network(sizes=(1_000, 2_000, 4_000), rounds=1, seed=seed),
        "crowd": lambda: race_crowd(people=200, rounds=1, seed=seed),
        "crowd_cores": lambda: cores(people=200, rounds=1, seed=seed),
        "crowd_five_levels": lambda: five_levels(people=4_000, until_s=5.0, seed=seed),
        "compiling": lambda: {"reason": LEFT_OUT},
        "plan": lambda: evacuate(people=200, replications=1, seed=seed),
    }
