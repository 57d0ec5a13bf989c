"""What must not stand in the project: places of one machine, registries, unfinished work, outside hosts."""

from __future__ import annotations

import re
from pathlib import Path

BINARY = {".png", ".ico", ".woff2", ".zip", ".db", ".gz", ".npz"}
# Put together here, so that this file does not break its own rule.
MACHINE = re.compile("|".join(["/" + "work/", "/" + "tmp/venv", "/" + "root/", "/" + r"home/\w+/"]))
REGISTRY = re.compile("|".join([r"pypi" + r"\.org", r"pythonhosted" + r"\.org", r"registry\.npm" + "js"]))
UNFINISHED = re.compile(
    r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX", "NotImplemented" + "Error"]) + r")\b"
)
# Names of XML and schema vocabularies are written as addresses, but nobody fetches them.
VOCABULARY = re.compile(r"https?://(www\.w3\.org/|json-schema\.org/|127\.0\.0\.1|localhost)")
ADDRESS = re.compile(r"(?:https?:|wss?:)?//[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


def lines_with(pattern: re.Pattern[str], files: list[Path], root: Path) -> list[str]:
    """``path:line: text`` of every line that ``pattern`` finds."""
    found = []
    for path in files:
        if path.suffix in BINARY:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if pattern.search(line):
                found.append(f"{path.relative_to(root)}:{number}: {line.strip()[:120]}")
    return found


def test_no_place_of_one_machine(root: Path, files: list[Path]) -> None:
    assert not lines_with(MACHINE, files, root)


def test_no_registry_is_named(root: Path, files: list[Path]) -> None:
    assert not lines_with(REGISTRY, files, root)


def test_no_unfinished_work(root: Path, files: list[Path]) -> None:
    assert not lines_with(UNFINISHED, [path for path in files if path.suffix in {".py", ".js"}], root)


def test_the_screens_ask_no_outside_host(root: Path, files: list[Path]) -> None:
    """No asset, page or style names an address that a browser could fetch."""
    shown = [
        path
        for path in files
        if path.is_relative_to(root / "dashboard") and path.suffix in {".js", ".css", ".svg", ".html", ".py"}
    ]
    assert shown
    outside = []
    for line in lines_with(ADDRESS, shown, root):
        rest = VOCABULARY.sub("", line)
        if ADDRESS.search(rest):
            outside.append(line)
    assert not outside
