"""One idea a module: at most 400 lines a module and 60 a function, and no room for odds and ends."""

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


def test_functions_are_at_most_60_lines(root: Path, files: list[Path]) -> None:
    long: dict[str, int] = {}
    for path in files:
        if path.suffix != ".py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
                lines = node.end_lineno - node.lineno + 1
                if lines > FUNCTION_LINES:
                    long[f"{path.relative_to(root)}:{node.lineno} {node.name}"] = lines
    assert not long, f"longer than {FUNCTION_LINES} lines: {long}"


def test_every_module_is_named_after_its_idea(root: Path, files: list[Path]) -> None:
    nameless = [str(path.relative_to(root)) for path in files if path.name in NO_IDEA]
    assert not nameless


def test_every_module_defers_its_annotations(modules: dict[str, ast.Module]) -> None:
    """The house rule `from __future__ import annotations`, where there is code at all."""
    eager = []
    for name, tree in modules.items():
        code = [node for node in tree.body if not isinstance(node, ast.Expr)]
        imports = [node for node in code if isinstance(node, ast.ImportFrom)]
        if code and not any(node.module == "__future__" for node in imports):
            eager.append(name)
    assert not eager
