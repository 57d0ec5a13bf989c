"""A handful of the guidelines' tests on every change; `twin verify` runs them all."""

from __future__ import annotations

import pytest

from scenarios.verification.case import ENGINES, Case, Status
from scenarios.verification.registry import cases_of
from scenarios.verification.running import run_case

FAST = [
    pytest.param(one, engine, id=f"{one.suite}-{one.id}-{engine}")
    for one in cases_of(["rimea", "imo", "nist", "iso", "sfpe"])
    for engine in ENGINES
    if one.fast and engine not in one.not_applicable
]


@pytest.mark.parametrize(("one", "engine"), FAST)
def test_guideline(one: Case, engine: str) -> None:
    result = run_case(one, engine, quick=True)
    assert result.status is Status.PASS, f"{result.measured} {result.reason}"
