"""``twin plan``: what it prints, what it writes, and its exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from floorplans.command import app
from floorplans.imdf import read_plan
from twin.errors import PlanError
from twin.plan.importing import open_plan

runner = CliRunner()


def run(*words: str):
    return runner.invoke(app, list(words))


def test_check_prints_one_document(small_mall: Path):
    """All keys of the document are there, stdout is nothing else, and no violation ends with 0."""
    result = run("check", str(small_mall), "--json")
    document = json.loads(result.stdout)
    assert result.exit_code == 0
    assert {
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
    } <= set(document)
    assert document["levels"] == 3
    assert document["connectors"]["lift"] == 10
    assert set(document["provenance"]) == {"given", "derived", "guessed"}


def test_check_ends_with_one_where_a_rule_is_violated(small_mall: Path):
    """Upper levels that nothing joins to the street are a violation."""
    for level in ("F1", "F2", "F3"):
        file = small_mall / level / "geojson_map.json"
        text = file.read_text("utf-8")
        file.write_text(text.replace("dianti", "").replace("louti", "").replace("zidongfuti", ""), "utf-8")
    result = run("check", str(small_mall), "--json")
    assert result.exit_code == 1
    violations = [v for v in json.loads(result.stdout)["violations"] if v["severity"] == "VIOLATION"]
    assert violations
    assert set(violations[0]) == {"rule", "severity", "feature", "message"}


def test_check_tells_a_person_what_was_guessed(small_mall: Path):
    """The table names rules and guessed inputs, and says what rests on them."""
    result = run("check", str(small_mall))
    assert "connector.direction" in result.stdout
    assert "rests on these guesses" in result.stdout


def test_import_writes_the_canonical_form(small_mall: Path, tmp_path: Path):
    """What was written has the version that was printed and equals the imported plan."""
    result = run("import", str(small_mall), str(tmp_path / "out.zip"), "--json")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    written = read_plan(tmp_path / "out.zip")
    assert written.version == document["plan_version"]
    assert written == open_plan(small_mall)


@pytest.mark.parametrize("kind", ["html", "svg"])
def test_show_draws_levels(small_mall: Path, tmp_path: Path, kind: str):
    """Each level is drawn with its exits, connectors and names."""
    out = tmp_path / f"plan.{kind}"
    result = run("show", str(small_mall), "--level", "F1", "--out", str(out))
    assert result.exit_code == 0
    text = out.read_text("utf-8")
    assert text.count("<svg") == 1
    assert "alpha" in text
    assert "#4FC77A" in text  # exits are green


def test_show_writes_a_file_for_each_level(small_mall: Path, tmp_path: Path):
    """Without --level every level gets its own picture."""
    result = run("show", str(small_mall), "--out", str(tmp_path / "plan.svg"), "--json")
    assert result.exit_code == 0
    assert [Path(name).name for name in json.loads(result.stdout)["written"]] == [
        "plan-F1.svg",
        "plan-F2.svg",
        "plan-F3.svg",
    ]


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        (("check", "/nowhere/at/all"), "no such file or folder"),
        (("show", "{mall}", "--level", "B9"), "level 'B9' is not in the plan; there are: F1, F2, F3"),
        (("show", "{mall}", "--out", "plan.pdf"), "must end in .html, .svg or .png"),
        (("import", "{mall}", "x", "--importer", "dwg"), "importer 'dwg' is not known"),
        (("check", "{mall}", "--mapping", "/nowhere.yaml"), "mapping '/nowhere.yaml' cannot be read"),
    ],
)
def test_wrong_input_is_one_error(small_mall: Path, words: tuple[str, ...], rule: str):
    """The error names the thing and the rule."""
    result = run(*(word.format(mall=small_mall) for word in words))
    assert isinstance(result.exception, PlanError)
    assert rule in str(result.exception)


def test_wrong_input_ends_with_two_and_one_line():
    """As a process: exit code 2, one line on stderr, nothing on stdout."""
    command = [sys.executable, "-c", "from twin.command import main; main()", "plan", "check", "/nowhere"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == "twin: plan '/nowhere': no such file or folder\n"
