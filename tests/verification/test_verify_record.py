"""The kept run of ``twin verify``: it comes back, grows stale, and tells on which side times err."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from scenarios.verification import command, record
from scenarios.verification.case import ENGINES, CaseResult, Check, Status
from scenarios.verification.meaning import Side, side_of, subject_of
from scenarios.verification.record import RECORD, read_record, record_of, stamp_of, write_record
from scenarios.verification.registry import cases_of
from scenarios.verification.report import Origin
from twin.errors import InputError

MADE = Origin(date="2026-11-22 06:00 UTC", machine="two cores", version="mall-twin 0.1", quick=False)


@pytest.fixture(scope="module")
def whole() -> list[CaseResult]:
    """A result for every test on every engine, the first of them failed."""
    results = [
        CaseResult(
            suite=case.suite,
            id=case.id,
            title=case.title.en,
            title_zh=case.title.zh,
            engine=engine,
            mode=case.mode_on(engine),
            status=Status.PASS,
            measured="x 1",
            criterion=case.criterion,
            origin=case.origin,
            seeds=(42, 43),
            checks=(Check("x", 1.0, 0.5), Check("y", 2.0, -math.inf, 3.0, "m/s")),
            figures={"x": 1.0, "y": 2.0},
        )
        for case in cases_of()
        for engine in ENGINES
    ]
    failed = replace(
        results[0],
        status=Status.FAIL,
        checks=(Check("x", math.nan, 0.0, 1.0, "s"),),
        figures={"x": math.nan},
    )
    return [failed, *results[1:]]


def test_a_record_comes_back_as_it_was(whole: list[CaseResult], tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    kept = record_of(whole, MADE)
    write_record(kept, path)
    json.loads(path.read_text(encoding="utf-8"), parse_constant=pytest.fail)
    found = read_record(path)
    assert found is not None
    assert (found.origin, dict(found.stamps)) == (kept.origin, dict(kept.stamps))
    assert repr(found.results[0].checks) == repr(kept.results[0].checks)
    assert found.results[1:] == kept.results[1:]
    assert not any(found.stale(engine) for engine in ENGINES)
    assert replace(found, stamps={**found.stamps, "crowd": "other"}).stale("crowd")
    assert found.not_run == ()
    assert len(replace(found, results=found.results[2:]).not_run) == 1


def test_a_part_of_a_run_is_no_record(whole: list[CaseResult]) -> None:
    with pytest.raises(InputError, match="whole run"):
        record_of(whole[1:], MADE)


@pytest.mark.parametrize("more", [["imo"], ["--only", "1"], ["--quick"], ["--engine", "crowd"]])
def test_the_command_keeps_whole_runs_only(more: list[str]) -> None:
    app = typer.Typer()
    app.command()(command.verify)
    for option in ("--record", "--recorded"):
        done = CliRunner().invoke(app, [option, *more])
        assert isinstance(done.exception, InputError)
        assert "whole run" in str(done.exception)


def test_a_run_that_is_recorded_makes_the_same_page_later(
    whole: list[CaseResult], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """--record and --recorded: the page is made of the record, to the last figure; a failure ends with 1."""
    app = typer.Typer()
    app.command()(command.verify)
    monkeypatch.setattr(record, "RECORD", tmp_path / "record.json")
    missing = CliRunner().invoke(app, ["--recorded"])
    assert "no run has been recorded" in str(missing.exception)
    monkeypatch.setattr(command, "run_matrix", lambda *_args, **_more: whole)
    first, second = tmp_path / "first.md", tmp_path / "second.md"
    assert CliRunner().invoke(app, ["--record", "--page", str(first), "--json"]).exit_code == 1
    monkeypatch.setattr(command, "run_matrix", lambda *_args, **_more: pytest.fail("nothing is run"))
    assert CliRunner().invoke(app, ["--recorded", "--page", str(second), "--json"]).exit_code == 1
    assert first.read_text(encoding="utf-8") == second.read_text(encoding="utf-8")
    assert "Failed" in first.read_text(encoding="utf-8")


def test_words_do_not_change_the_stamp_and_code_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A comment leaves a record good; a figure does not, and a crowd rests on the network's routes too."""
    for name in ("law.py", "network/kernel.py", "crowd/step.py"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text('"""About."""\nGAP_S = 0.6\n', encoding="utf-8")
    monkeypatch.setattr(record, "_MOVEMENT", tmp_path)

    def stamps() -> tuple[str, ...]:
        stamp_of.cache_clear()
        return tuple(stamp_of(engine) for engine in ENGINES)

    first = stamps()
    (tmp_path / "crowd/step.py").write_text('"""Other words."""\n# why\nGAP_S = 0.6\n', encoding="utf-8")
    assert stamps() == first
    (tmp_path / "crowd/step.py").write_text("GAP_S = 0.7\n", encoding="utf-8")
    second = stamps()
    assert second[ENGINES.index("network")] == first[ENGINES.index("network")]
    assert second[ENGINES.index("crowd")] != first[ENGINES.index("crowd")]
    (tmp_path / "network/kernel.py").write_text("GAP_S = 0.7\n", encoding="utf-8")
    third = stamps()
    assert all(new != old for new, old in zip(third, second, strict=True))
    stamp_of.cache_clear()


def test_every_test_is_about_something() -> None:
    """Else a failed one could not say what it means for a drill: add it to the table in `meaning`."""
    assert [case.key for case in cases_of() if subject_of(*case.key) is None] == []


@pytest.mark.parametrize(
    ("checks", "side"),
    [
        ([Check("speed", 2.0, 1.0, 1.5, "m/s")], Side.SHORT),
        ([Check("flow", 0.5, 0.6, 0.7, "people/s")], Side.LONG),
        ([Check("last out", 90.0, 100.0, 110.0, "s")], Side.SHORT),
        ([Check("last out", 120.0, 100.0, 110.0, "s")], Side.LONG),
        ([Check("a", 2.0, 1.0, 1.5, "m/s"), Check("b", 0.5, 1.0, 1.5, "m/s")], Side.BOTH),
        ([Check("a", 2.0, 1.0, 1.5, "m/s"), Check("b", 1.2, 1.0, 1.5, "m/s")], Side.SHORT),
        ([Check("share in the band", 0.5, 0.9)], Side.UNKNOWN),
        ([Check("largest rise of the median", 0.2, high=0.1, unit="m/s")], Side.UNKNOWN),
        ([Check("speed", math.nan, 1.0, 1.5, "m/s")], Side.UNKNOWN),
        ([], Side.UNKNOWN),
    ],
)
def test_the_side_follows_from_what_broke(checks: list[Check], side: Side) -> None:
    """Too quick is too short; a measure of shape tells no side."""
    assert side_of("own", "1", checks) is side


def test_a_corner_that_holds_people_up_makes_times_too_long() -> None:
    held = Check("least of 75.4 m less corner, over the seeds", -68.0, low=0.0, unit="s")
    assert side_of("rimea", "15", [held]) is Side.LONG


def test_what_lies_with_the_project_is_a_record() -> None:
    """Written by a run: it opens, is whole, and its results are judged by their own numbers."""
    found = read_record(RECORD)
    if found is None:  # not yet run since the project was cloned
        assert not RECORD.exists()
        return
    assert {(one.suite, one.id, one.engine) for one in found.results} >= {
        (one.suite, one.id, engine) for one in found.results[:1] for engine in ENGINES
    }
    for one in found.results:
        if one.status is Status.PASS:
            assert one.checks
            assert all(check.passed for check in one.checks), (one.suite, one.id, one.engine)
