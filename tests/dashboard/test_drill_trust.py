"""How far an answer can be trusted: what the drill page says of it, and that this comes from records."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dashboard import verified
from dashboard.drill_question import Engine
from dashboard.drill_trust import bound_words, trust
from dashboard.jobs import Jobs
from dashboard.same_drill import asked_of, others_of, same
from dashboard.verified import check_words
from dashboard.viewer import Viewer, set_viewer
from scenarios.documents import parse
from scenarios.drill import DrillScenario, answer_drill
from scenarios.verification.case import ENGINES, CaseResult, Check, Status
from scenarios.verification.record import Record, stamp_of
from scenarios.verification.report import Origin
from twin.errors import InputError
from twin.plan.model import Plan

QUESTION = {"kind": "drill", "people": 150, "replications": 2, "seed": 1}


@pytest.fixture(scope="module")
def answer(two_storey_plan: Plan) -> dict[str, Any]:
    scenario = parse(json.dumps(QUESTION))
    assert isinstance(scenario, DrillScenario)
    return answer_drill(two_storey_plan, scenario).document()


def words_of(component: Any) -> str:
    """All text in a component, in order."""
    if isinstance(component, str | int | float):
        return str(component)
    if isinstance(component, list | tuple):
        return " ".join(words_of(one) for one in component)
    return words_of(getattr(component, "children", None) or "")


def result(suite: str, number: str, status: Status, engine: str = "network", **more: Any) -> CaseResult:
    mode = "code" if engine == "network" else "calibrated"
    given = {
        "title": f"Test {number}",
        "title_zh": f"测试{number}",
        "measured": "",
        "criterion": "",
        "origin": "",
    }
    return CaseResult(
        **{**given, "suite": suite, "id": number, "engine": engine, "mode": mode, "status": status, **more}
    )


@pytest.fixture
def record(monkeypatch: pytest.MonkeyPatch) -> Record:
    """Two passed, three failed (too quick, too slow, smoke), one cannot be done."""
    made = Record(
        origin=Origin(date="2026-11-22 06:00 UTC", machine="two cores", version="mall-twin 0.1", quick=False),
        stamps={engine: stamp_of(engine) for engine in ENGINES},
        results=(
            result("rimea", "1", Status.PASS),
            result("rimea", "2", Status.PASS),
            result("sfpe", "door", Status.FAIL, checks=(Check("flow", 2.6, 1.7, 1.9, "people/s"),)),
            result("sfpe", "stair", Status.FAIL, checks=(Check("flow", 0.5, 0.6, 0.7, "people/s"),)),
            result("iso", "18", Status.FAIL, checks=(Check("time", 5.0, 1.0, 2.0, "s"),)),
            result("imo", "6", Status.NOT_APPLICABLE, reason="no walls"),
            result(
                "experiments",
                "BO",
                Status.FAIL,
                "crowd",
                checks=(Check("speed at 1.25/m²", 1.3, 0.9, 1.2, "m/s"),),
            ),
        ),
    )
    monkeypatch.setattr(verified, "read_record", lambda: made)
    return made


@pytest.mark.usefixtures("record")
def test_failed_tests_are_told_with_numbers_and_the_side_they_err(
    two_storey_plan: Plan, answer: dict[str, Any]
) -> None:
    said = words_of(trust(two_storey_plan, answer))
    assert "Doors and bottlenecks" in said
    assert "flow 2.6\u2009people/s, must be 1.7 to 1.9" in said
    quick, slow = said.index("the times are too short"), said.index("the times are too long")
    assert quick < slow, "the dangerous side comes first"
    assert "iso 18" not in said.lower().replace("20414 ", ""), "no smoke in this drill"
    assert "1 more failed tests are of what this drill does not use" in said
    assert "2026-11-22 06:00 UTC on two cores, mall-twin 0.1" in said
    assert "stale" not in said
    assert "Streams against each other" not in said, "that is of the other engine"


@pytest.mark.usefixtures("record")
def test_what_a_drill_uses_decides_which_failures_are_told(
    two_storey_plan: Plan, answer: dict[str, Any]
) -> None:
    smoky = answer | {"smoke": {"law": "lund"}}
    said = words_of(trust(two_storey_plan, smoky))
    assert "Smoke" in said
    assert "changes no route" in said
    mixed = answer | {"engine": "crowd", "mode": "calibrated", "crowd_levels": ["L1"]}
    both = words_of(trust(two_storey_plan, mixed))
    assert "Streams against each other" in both
    assert both.count("How the engine was tested") == 2


def test_a_record_of_another_engine_code_is_called_stale(
    two_storey_plan: Plan, answer: dict[str, Any], record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = replace(record, stamps={**record.stamps, "network": "0"})
    monkeypatch.setattr(verified, "read_record", lambda: old)
    assert "they are stale" in words_of(trust(two_storey_plan, answer))


def test_without_a_record_the_page_says_that_nothing_is_known(
    two_storey_plan: Plan, answer: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verified, "read_record", lambda: None)
    assert "its results are not known" in words_of(trust(two_storey_plan, answer))

    def broken() -> None:
        raise InputError("record.json: not a record")

    monkeypatch.setattr(verified, "read_record", broken)
    assert "not a record" in words_of(trust(two_storey_plan, answer))


@pytest.mark.usefixtures("record")
def test_chinese_says_it_in_chinese(two_storey_plan: Plan, answer: dict[str, Any]) -> None:
    set_viewer(Viewer(language="zh"))
    said = words_of(trust(two_storey_plan, answer))
    for words in ("门与瓶颈", "测试door", "流量 2.6", "时间偏短", "时间偏长", "引擎对比", "下限"):
        assert words in said
    assert "must be" not in said


def test_numbers_within_a_name_keep_their_places_in_both_languages() -> None:
    check = Check("speed at 1.25/m²", 1.3, 0.9, 1.2, "m/s")
    assert check_words(check) == "speed at 1.25/m² 1.3\u2009m/s, must be 0.9 to 1.2"
    assert check_words(Check("uo-050-180-180 flow", 2.0, high=1.0)) == "uo-050-180-180 flow 2, at most 1"
    assert check_words(Check("never heard of", math.nan, low=1.0)) == "never heard of no figure, at least 1"
    set_viewer(Viewer(language="zh"))
    assert check_words(check).startswith("密度 1.25/m² 时的速度 1.3")
    assert check_words(Check("uo-050-180-180 flow", 2.0, high=1.0)).startswith("uo-050-180-180 流量")


def test_the_bound_stands_beside_the_times_and_is_loud_when_it_is_broken(answer: dict[str, Any]) -> None:
    calm = bound_words(answer)
    assert calm is not None
    assert "failed" not in calm.className
    quicker = answer | {"t95_s": answer["t95_s"] | {"mean": answer["bound"]["t95_s"]["mean"] - 5}}
    loud = bound_words(quicker)
    assert loud is not None
    assert "failed" in loud.className
    assert bound_words({name: value for name, value in answer.items() if name != "bound"}) is None
    nothing = answer | {"bound": {"t95_s": None, "t_last_s": None, "reason": "evacuation lifts are in use"}}
    assert bound_words(nothing) is None


def kept(folder: Path, run: str, question: dict[str, Any], answer: dict[str, Any]) -> None:
    (folder / run).mkdir()
    (folder / run / "question.json").write_text(json.dumps(question), encoding="utf-8")
    (folder / run / "answer.json").write_text(json.dumps(answer), encoding="utf-8")


def test_the_same_drill_with_another_engine_stands_beside(
    two_storey_plan: Plan, answer: dict[str, Any], tmp_path: Path
) -> None:
    """The newest of each engine and mode; another drill, or another plan, does not."""
    crowd = answer | {"engine": "crowd", "mode": "calibrated"}
    asked = QUESTION | {"engine": "crowd"}
    kept(tmp_path, "20260101-000001-a", QUESTION, answer)
    kept(tmp_path, "20260101-000002-b", asked, crowd)
    kept(tmp_path, "20260101-000003-c", asked | {"seed": 9}, crowd)
    kept(tmp_path, "20260101-000004-d", asked | {"people": 151}, crowd)
    kept(tmp_path, "20260101-000005-e", asked, crowd | {"plan_version": "other"})
    kept(tmp_path, "20260101-000006-f", QUESTION, answer)
    others = others_of(Jobs(two_storey_plan, tmp_path), "20260101-000001-a")
    assert [run for run, _answer in others] == ["20260101-000003-c"]
    said = words_of(trust(two_storey_plan, answer, others))
    assert said.count("engine") >= 2
    assert "Ask the crowd engine the same" not in said
    assert "Ask the crowd engine the same" in words_of(trust(two_storey_plan, answer))


def test_asking_another_engine_changes_the_engine_alone() -> None:
    mixed = QUESTION | {"engine": "crowd", "crowd_levels": ["L1"], "mode": "calibrated", "fire": "L2-shop-3"}
    asked = asked_of(mixed, Engine.NETWORK)
    assert (asked["engine"], asked["mode"]) == ("network", "code")
    assert "crowd_levels" not in asked
    assert same(asked) == same(mixed)
