"""Public names, listed once in docs/public_names.toml: each exists and is documented."""

from __future__ import annotations

import ast
import importlib
import inspect
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = {"twin", "floorplans", "sensors", "scenarios", "dashboard", "benchmarks"}
LISTED = [
    (module, name)
    for modules in tomllib.loads((ROOT / "docs/public_names.toml").read_text(encoding="utf-8")).values()
    for module, names in modules.items()
    for name in names
]


def test_no_name_is_listed_twice() -> None:
    assert len(LISTED) == len(set(LISTED))


@pytest.mark.parametrize("module", sorted({module for module, _name in LISTED}))
def test_public_names_exist_and_are_documented(module: str) -> None:
    for name in (name for one, name in LISTED if one == module):
        assert not name.startswith("_")
        value = getattr(importlib.import_module(module), name)
        if inspect.isclass(value) or inspect.isfunction(value):
            # A class without words of its own inherits those of its base, or has what dataclass writes.
            words = value.__dict__.get("__doc__") if inspect.isclass(value) else value.__doc__
            assert words, f"{module}.{name} has no docstring"
            assert not words.startswith(f"{name}("), f"{module}.{name} has no docstring of its own"


def test_no_room_takes_a_private_name_of_another(modules: dict[str, ast.Module]) -> None:
    taken = []
    for path, tree in modules.items():
        room = path.split("/", 1)[0]
        for node in ast.walk(tree):
            if not isinstance(node, ast.ImportFrom) or node.level or not node.module:
                continue
            parts = node.module.split(".")
            if parts[0] not in ROOMS or parts[0] == room:
                continue
            private = [one for one in [*parts, *(alias.name for alias in node.names)] if one.startswith("_")]
            taken += [f"{path}: {node.module} {one}" for one in private if not one.startswith("__")]
    assert not taken
