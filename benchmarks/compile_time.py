"""How long the engines take to compile once, and to load from disk in every later process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from typing import Any

from benchmarks.machine import idle_check
from twin.errors import RunError

_CHILD = """
import json, sys, time
start = time.perf_counter()
from numba.core import event
from twin.world.warm import warm_up
imported = time.perf_counter()
with event.install_recorder("numba:compile") as seen:
    warm_up()
compiled = sum(1 for _when, one in seen.buffer if one.is_start)
took = time.perf_counter() - imported
json.dump({"import_s": imported - start, "warm_up_s": took, "compiled": compiled}, sys.stdout)
"""


def compile_time() -> dict[str, object]:
    """A process that finds nothing compiled, and then one that finds everything: seconds and compilations.

    ``compiled`` counts the functions that numba compiled, as its own events tell; in the second process it
    must be 0. The cache is a folder that is thrown away, so that an installation's own is left alone.
    """
    conditions = idle_check()
    with tempfile.TemporaryDirectory(prefix="mall-twin-compiling-") as folder:
        cold, warm = _child(folder), _child(folder)
        size = sum(entry.stat().st_size for entry in _files(folder))
    return {
        "benchmark": "compiling",
        "cold": cold,
        "from_disk": warm,
        "cache_mb": round(size / 1e6, 1),
        "machine_load": conditions,
    }


def _child(folder: str) -> dict[str, Any]:
    done = subprocess.run(  # noqa: S603 - our own words to our own interpreter
        [sys.executable, "-c", _CHILD],
        env={**os.environ, "NUMBA_CACHE_DIR": folder},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no words"])[-1]
        raise RunError(f"warming up in a process of its own: {last}")
    found: dict[str, Any] = json.loads(done.stdout)
    return {name: round(value, 2) for name, value in found.items()}


def _files(folder: str) -> list[os.DirEntry[str]]:
    found: list[os.DirEntry[str]] = []
    for entry in os.scandir(folder):
        found += _files(entry.path) if entry.is_dir() else [entry]
    return found
