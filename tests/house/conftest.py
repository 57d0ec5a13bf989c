"""What the tests of the house share: which files the project is made of."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ("twin", "floorplans", "sensors", "scenarios", "dashboard", "benchmarks")


@pytest.fixture(scope="session")
def root() -> Path:
    """The top folder of the project."""
    return ROOT


@pytest.fixture(scope="session")
def files() -> list[Path]:
    """Every file of the project: what git tracks and what it would track; all of a tree without git."""
    if not (ROOT / ".git").exists():
        return [path for path in sorted(ROOT.rglob("*")) if path.is_file() and ".venv" not in path.parts]
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [ROOT / name for name in sorted(listed.split("\0")) if name and (ROOT / name).is_file()]


@pytest.fixture(scope="session")
def modules() -> dict[str, ast.Module]:
    """The syntax tree of every module of the rooms, by its path from the top."""
    found: dict[str, ast.Module] = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            found[str(path.relative_to(ROOT))] = ast.parse(path.read_text(encoding="utf-8"))
    return found
