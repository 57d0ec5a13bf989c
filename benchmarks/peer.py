"""Runs a peer: a plain script under the peer's own interpreter, JSON in on stdin, JSON out on stdout.

The peers live in a virtual environment of their own, since they bring a gigabyte with them and pin other
versions of what we use. They are run as they are published; nothing of them is imported into ours.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from twin.errors import InputError, RunError

ENVIRONMENT = "MALL_TWIN_PEERS"
"""Variable that names the peers' interpreter where it is not in ``.venv-peers``."""
HOW = "the peer {name} is not installed; `make bench` installs it (a gigabyte, in .venv-peers)"
_SCRIPTS = Path(__file__).parent / "peers"
_ASK = "import importlib.metadata as m, sys; print(m.version(sys.argv[1]))"


def _candidates() -> list[Path]:
    """Interpreters that may have the peers, in the order in which they are asked."""
    given = os.environ.get(ENVIRONMENT)
    if given:
        if not Path(given).is_file():
            raise InputError(f"{ENVIRONMENT}={given!r}: there is no such interpreter")
        return [Path(given)]
    own = Path(".venv-peers/bin/python")
    beside = Path(__file__).resolve().parent.parent / own
    return [path for path in (own.absolute(), beside, Path(sys.executable)) if path.is_file()]


@cache
def peer_of(name: str) -> tuple[Path, str] | None:
    """The interpreter that has the package ``name``, and its version; ``None`` if there is none.

    Raises:
        InputError: if the variable ``MALL_TWIN_PEERS`` names no file.
    """
    for python in _candidates():
        asked = subprocess.run(  # noqa: S603 - our own words to an interpreter of the user's choice
            [str(python), "-c", _ASK, name], capture_output=True, text=True, check=False
        )
        if asked.returncode == 0:
            return python, asked.stdout.strip()
    return None


def run_peer(name: str, script: str, document: Mapping[str, object]) -> dict[str, Any]:
    """What ``benchmarks/peers/<script>`` answers to ``document``.

    Raises:
        RunError: if the peer is not there, or ends with an error; its last line is the reason.
    """
    found = peer_of(name)
    if found is None:
        raise RunError(HOW.format(name=name))
    done = subprocess.run(  # noqa: S603 - a script of this package under the peer's interpreter
        [str(found[0]), str(_SCRIPTS / script)],
        input=json.dumps(document),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no words"])[-1]
        raise RunError(f"peer {name} {found[1]}: {last}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
