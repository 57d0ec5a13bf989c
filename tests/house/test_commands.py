"""The ``twin`` command: every subcommand answers in JSON, and ends with 0, 1 or 2 without traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from twin.command import build, registered

NAMES = {"bench", "crowd", "day", "demo", "drill", "plan", "replay", "serve", "verify", "whatif"}


def twin(*arguments: str, cwd: Path | None = None, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    """The command as a user runs it."""
    return subprocess.run(
        [sys.executable, "-c", "from twin.command import main; main()", *arguments],
        capture_output=True,
        text=True,
        timeout=timeout,
        cwd=cwd,
        check=False,
    )


def leaves(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command that does something, with its path."""
    below = getattr(command, "commands", None)
    if not below:
        yield path, command
        return
    for name, one in sorted(below.items()):
        yield from leaves(one, (*path, name))


@pytest.fixture(scope="module")
def commands() -> dict[tuple[str, ...], Any]:
    """All commands by path."""
    return dict(leaves(typer.main.get_command(build(list(registered())))))


def test_the_subcommands_are_those_of_the_manual(commands: dict[tuple[str, ...], Any]) -> None:
    assert {path[0] for path in commands} == NAMES
    assert {path[1] for path in commands if path[0] == "plan"} == {"import", "check", "show"}


def test_every_command_has_a_json_form(commands: dict[tuple[str, ...], Any]) -> None:
    without = [path for path, one in commands.items() if not any("--json" in p.opts for p in one.params)]
    assert not without


def test_every_command_and_option_says_what_it_is(commands: dict[tuple[str, ...], Any]) -> None:
    silent = []
    for path, one in commands.items():
        if not (one.help or "").strip():
            silent.append(path)
        silent += [
            (*path, p.name) for p in one.params if p.name != "help" and not (getattr(p, "help", "") or "")
        ]
    assert not silent


WRONG: dict[str, tuple[str, ...]] = {
    "a plan that is not there": ("plan", "check", "no-such-plan", "--json"),
    "a folder that is no plan": ("plan", "check", ".", "--json"),
    "an engine that is not there": ("drill", "demo", "--engine", "no-such-engine", "--people", "10"),
    "people below zero": ("drill", "demo", "--people", "-5"),
    "a scenario that is not there": ("whatif", "demo", "no-such-scenario.yaml"),
}


@pytest.mark.parametrize("arguments", WRONG.values(), ids=list(WRONG))
def test_wrong_input_ends_with_2_and_words(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = twin(*arguments, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert not done.stdout.strip()
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


def test_check_prints_one_document() -> None:
    done = twin("plan", "check", "demo", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    wanted = {
        "levels",
        "spaces",
        "openings",
        "connectors",
        "exits",
        "walkable_m2",
        "largest_part_share",
        "tenants",
        "provenance",
        "violations",
    }
    assert wanted <= set(document)
    assert not [one for one in document["violations"] if one["severity"] == "VIOLATION"]


def test_drill_prints_one_document_in_which_everybody_is_accounted_for() -> None:
    done = twin("drill", "demo", "--people", "200", "--replications", "2", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    wanted = {
        "people",
        "evacuated",
        "remaining",
        "t95_s",
        "t_last_s",
        "exits",
        "engine",
        "seed",
        "plan_version",
        "wall_s",
    }
    assert wanted <= set(document)
    for key in ("t95_s", "t_last_s"):
        assert document[key]["low"] <= document[key]["mean"] <= document[key]["high"]
