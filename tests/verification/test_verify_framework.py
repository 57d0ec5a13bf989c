"""The rules of verification: nothing is left out, nothing that fails looks green, and numbers decide."""

from __future__ import annotations

import json
import math
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import numpy as np
import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from scenarios.verification import command, running, trial
from scenarios.verification.case import ENGINES, Check, Outcome, Setting, Status, case, holds
from scenarios.verification.registry import cases_of, suites
from scenarios.verification.report import HTML_NAME, MARKDOWN_NAME, write_report
from scenarios.verification.running import run_case, run_matrix
from scenarios.verification.trial import spread
from twin.errors import InputError

KEYS = {"suite", "id", "title", "engine", "status", "measured", "criterion", "origin"}
NUMBERED = {
    "rimea": [str(n) for n in range(1, 17) if n != 12] + ["12", "12a", "12b", "12c", "12d"],
    "imo": [str(n) for n in range(1, 13)],
    "nist": ["1.1", *(f"2.{n}" for n in range(1, 11)), "3.1", "3.2", "3.3", "4.1", "5.1", "5.2"],
    "iso": [str(n) for n in range(1, 20)],
}
NETWORK = Setting(engine="network", mode="code")


def made(run, **more):
    """A test that is not registered."""
    return case("own", "1", "Own", "自有", criterion="c", origin="o", **more)(run)


@pytest.fixture
def app():
    """The command alone."""
    one = typer.Typer()
    one.command()(command.verify)
    return one


@pytest.mark.parametrize("suite", NUMBERED)
def test_every_test_of_a_guideline_is_there(suite: str) -> None:
    ids = [one.id for one in suites()[suite].cases]
    assert set(NUMBERED[suite]) <= set(ids)
    assert len(set(ids)) == len(ids)


def test_the_six_suites_are_there() -> None:
    assert set(suites()) == {"rimea", "imo", "nist", "iso", "sfpe", "experiments"}


def test_every_test_has_its_words_and_every_gap_its_reason() -> None:
    for one in cases_of():
        assert one.suite in suites(), one.key
        assert all((one.title.en, one.title.zh, one.criterion, one.origin)), one.key
        assert set(one.not_applicable) < set(ENGINES), f"{one.key}: some engine must be able to do it"
        assert all(len(reason) > 20 for reason in one.not_applicable.values()), one.key


def test_matrix_is_full_and_in_order() -> None:
    """What cannot be done and what raises are rows like all others."""

    def broken(_: Setting) -> Outcome:
        raise ValueError("out of order")

    cases = [
        made(
            lambda _: Outcome(checks=(Check("x", 1.0, 0.0, 2.0),)),
            not_applicable={"crowd": "no such thing in it"},
        ),
        case("own", "2", "Own", "自有", criterion="c", origin="o")(broken),
    ]
    results = run_matrix(cases, workers=1)
    assert [(r.id, r.engine) for r in results] == [(c.id, e) for c in cases for e in ENGINES]
    assert [r.status.value for r in results] == ["pass", "not_applicable", "fail", "fail"]
    assert results[1].reason == "no such thing in it"
    assert "out of order" in results[2].reason


def test_no_check_is_no_pass() -> None:
    assert run_case(made(lambda _: Outcome(checks=())), "network").status is Status.FAIL


@given(st.floats(allow_nan=True), st.floats(-10, 10), st.floats(0, 10))
def test_a_check_passes_within_its_bounds_only(value: float, low: float, span: float) -> None:
    check = Check("x", value, low, low + span)
    assert check.passed == (not math.isnan(value) and low <= value <= low + span)
    assert check.passed or "must be" in check.words()
    assert holds("y", truth=check.passed).passed == check.passed


def test_in_a_hurry_there_are_fewer_seeds_but_never_none() -> None:
    hurried = Setting(engine="network", mode="code", quick=True)
    for count in (1, 5, 20, 40):
        assert 1 <= len(hurried.seeds(count)) <= count
        assert len(NETWORK.seeds(count)) == count


def test_the_mode_is_the_engines_own_unless_a_case_asks_and_says_so() -> None:
    plain = made(lambda s: Outcome(checks=(Check("x", float(s.mode == "code"), 1.0),)))
    asked = made(
        lambda s: Outcome(checks=(Check("x", float(s.mode == "code"), 1.0),)), mode={"crowd": "code"}
    )
    assert run_case(plain, "crowd").mode == "calibrated"
    assert run_case(plain, "crowd").status is Status.FAIL
    assert run_case(asked, "crowd").mode == "code"
    assert run_case(asked, "crowd").status is Status.PASS


def test_json_is_a_list_of_results_and_a_pass_ends_with_0(app) -> None:
    done = CliRunner().invoke(app, ["imo", "--only", "1", "--engine", "network", "--workers", "1", "--json"])
    assert done.exit_code == 0, done.output
    (result,) = json.loads(done.stdout)
    assert set(result) >= KEYS
    assert (result["suite"], result["id"], result["engine"], result["status"]) == (
        "imo",
        "1",
        "network",
        "pass",
    )


def test_an_engine_that_walks_too_fast_fails_and_ends_with_1(app, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth faster is 36.4 s instead of 40: the engine is judged, not the test's own numbers."""
    right = trial.new_run

    class TooFast:
        def __init__(self, *arguments, **named) -> None:
            self.run = right(*arguments, **named)

        def add_agents(self, *, speed_mps, **named):
            return self.run.add_agents(speed_mps=np.asarray(speed_mps) * 1.1, **named)

        def __getattr__(self, name: str):
            return getattr(self.run, name)

    monkeypatch.setattr(trial, "new_run", TooFast)
    done = CliRunner().invoke(
        app, ["imo", "--only", "imo:1", "--engine", "network", "--workers", "1", "--json"]
    )
    assert done.exit_code == 1
    (result,) = json.loads(done.stdout)
    assert result["status"] == "fail"
    assert "36.36" in result["measured"]


def test_a_run_that_breaks_is_a_failed_row(app, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*_, **__):
        raise InputError("there is no such engine")

    monkeypatch.setattr(trial, "new_run", nothing)
    done = CliRunner().invoke(app, ["imo", "--only", "1", "--workers", "1", "--json"])
    assert done.exit_code == 1
    assert [r["status"] for r in json.loads(done.stdout)] == ["fail", "fail"]


@pytest.mark.parametrize("wrong", [["no-such-suite"], ["imo", "--only", "99"], ["--engine", "teleport"]])
def test_unknown_names_are_said(app, wrong: list[str]) -> None:
    with pytest.raises(InputError, match="not"):
        CliRunner().invoke(app, [*wrong, "--workers", "1"], catch_exceptions=False)


def test_a_process_that_dies_fails_its_own_test_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pool breaks with the second job; the others are tried again, each on its own."""
    pools = []

    class Pool:
        def __init__(self, workers: int, *_: object, **__: object) -> None:
            pools.append(workers)

        def __enter__(self):
            return self

        def __exit__(self, *_: object) -> None:
            return None

        def submit(self, job, keys, engine, **named):
            future: Future[object] = Future()
            if ("imo", "2") in keys or len(pools) == 1:
                future.set_exception(BrokenProcessPool("gone"))
            else:
                future.set_result(job(keys, engine, **named))
            return future

    monkeypatch.setattr(running, "ProcessPoolExecutor", Pool)
    results = run_matrix(cases_of(["imo"], ["1", "2"]), ["network"], workers=2)
    assert [r.status for r in results] == [Status.PASS, Status.FAIL]
    assert "died" in results[1].reason
    assert pools == [2, 1, 1]


def test_two_processes_give_what_one_gives() -> None:
    cases = cases_of(["imo"], ["1", "2"])
    together, alone = (run_matrix(cases, ["network"], workers=n) for n in (2, 1))
    assert [(r.id, r.status, r.measured) for r in together] == [(r.id, r.status, r.measured) for r in alone]


def test_report_holds_every_result_in_two_languages(tmp_path: Path) -> None:
    cases = cases_of(["imo"], ["1", "6"])
    results = run_matrix(cases, ["network"], workers=1, pictures=tmp_path)
    write_report(tmp_path, results)
    page = (tmp_path / HTML_NAME).read_text(encoding="utf-8")
    markdown = (tmp_path / MARKDOWN_NAME).read_text(encoding="utf-8")
    for text in (page, markdown):
        for result in results:
            assert result.title in text
            assert result.title_zh in text
            assert result.criterion in text
        assert "Date: " in text
        assert "验证" in text
        assert results[1].reason in text
    picture = results[0].picture
    assert picture
    assert picture in markdown
    assert (tmp_path / picture).read_bytes().startswith(b"\x89PNG")
    assert "data:image/png;base64," in page
    assert "http" not in page.replace("https://www.w3.org", "")


@given(st.integers(1, 400), st.floats(2, 30), st.floats(2, 20), st.integers(0, 1000))
def test_people_are_spread_within_the_box_and_not_on_each_other(
    count: int, wide: float, high: float, seed: int
) -> None:
    """At the density of the densest start (3.75 /m²) two are at least 0.3 m apart."""
    count = min(count, int(3.75 * wide * high))
    xy = spread((0.0, 0.0, wide, high), max(count, 1), seed)
    assert len(xy) == max(count, 1)
    assert (xy >= 0).all()
    assert (xy <= [wide, high]).all()
    if len(xy) > 1 and min(wide, high) >= 4:
        away = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) + 10 * np.eye(len(xy))
        assert away.min() > 0.25
