"""What a room imports from outside is declared in pyproject.toml, so that a lean install has it."""

from __future__ import annotations

import ast
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOMS = {"twin", "floorplans", "sensors", "scenarios", "dashboard", "benchmarks"}
# Plain scripts that the peers' own interpreter runs; what they import is pinned in requirements-peers.lock.
PEERS = "benchmarks/peers/"
# starlette is FastAPI's own surface, re-exported in part only.
PART_OF = {"starlette": "fastapi"}


def outside(tree: ast.Module) -> set[str]:
    """Top names of the packages that ``tree`` imports from outside the project and the standard library."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module.split(".")[0])
    return names - ROOMS - set(sys.stdlib_module_names)


def test_every_import_is_declared(root: Path, modules: dict[str, ast.Module]) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [
        line for name, lines in project["optional-dependencies"].items() if name != "dev" for line in lines
    ]
    declared = {canonicalize_name(Requirement(line).name) for line in [*project["dependencies"], *extras]}
    providers = packages_distributions()
    missing = set()
    for module, tree in modules.items():
        if module.startswith(PEERS):
            continue
        for name in outside(tree):
            packages = {canonicalize_name(PART_OF.get(one, one)) for one in providers.get(name, [name])}
            if not packages & declared:
                missing.add(f"{module} imports {name}")
    assert not missing


def test_every_declared_package_is_imported(root: Path, modules: dict[str, ast.Module]) -> None:
    """What nobody imports is not asked for: each package makes `make demo` slower."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    providers = packages_distributions()
    used = {
        canonicalize_name(one)
        for tree in modules.values()
        for name in outside(tree)
        for one in providers.get(name, [])
    }
    # Started as a program, never imported.
    programs = {"amqtt"} if "amqtt" in str([ast.dump(tree) for tree in modules.values()]) else set()
    unused = {canonicalize_name(Requirement(line).name) for line in project["dependencies"]} - used - programs
    assert not unused
