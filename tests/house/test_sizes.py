"""One idea a module: at most 400 lines a module and 60 a function, and no room for odds and ends.

The docstring of a function does not count: a model's formula and source may take the lines that they need.
"""

from __future__ import annotations

import ast
from pathlib import Path

MODULE_LINES = 400
FUNCTION_LINES = 60
NO_IDEA = {"utils.py", "util.py", "helpers.py", "helper.py", "manager.py", "common.py", "misc.py"}


def test_modules_are_at_most_400_lines(root: Path, files: list[Path]) -> None:
    long = {
        str(path.relative_to(root)): lines
        for path in files
        if path.suffix in {".py", ".js", ".css"}
        and (lines := path.read_text(encoding="utf-8").count("\n")) > MODULE_LINES
    }
    assert not long, f"longer than {MODULE_LINES} lines: {long}"


def docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the docstring of a function."""
    first = node.body[0]
    if ast.get_docstring(node) is None or first.end_lineno is None:
        return 0
    return first.end_lineno - first.lineno + 1


def test_functions_are_at_most_60_lines(modules: dict[str, ast.Module]) -> None:
    """Those of the rooms; a fixture that draws a floor plan is a table, not a function."""
    long: dict[str, int] = {}
    for name, tree in modules.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
                lines = node.end_lineno - node.lineno + 1 - docstring_lines(node)
                if lines > FUNCTION_LINES:
                    long[f"{name}:{node.lineno} {node.name}"] = lines
    assert not long, f"longer than {FUNCTION_LINES} lines: {long}"


def test_every_module_is_named_after_its_idea(root: Path, files: list[Path]) -> None:
    nameless = [str(path.relative_to(root)) for path in files if path.name in NO_IDEA]
    assert not nameless


def test_every_module_defers_its_annotations(modules: dict[str, ast.Module]) -> None:
    """The house rule `from __future__ import annotations`, where a function or class is defined."""
    eager = []
    for name, tree in modules.items():
        defines = any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in ast.walk(tree))
        deferred = any(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in tree.body)
        if defines and not deferred:
            eager.append(name)
    assert not eager
