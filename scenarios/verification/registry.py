"""The suites that there are, and which of their tests are asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module

from scenarios.verification.case import Case, Suite
from twin.errors import InputError

MODULES: tuple[str, ...] = (
    "scenarios.verification.rimea",
    "scenarios.verification.imo",
    "scenarios.verification.nist",
    "scenarios.verification.iso",
    "scenarios.verification.sfpe",
    "scenarios.verification.experiments",
)
"""Modules (or packages) with a :class:`~scenarios.verification.case.Suite` called ``SUITE``."""


@cache
def suites() -> Mapping[str, Suite]:
    """All suites by id, in the order of the report."""
    found = [import_module(name).SUITE for name in MODULES]
    return {suite.id: suite for suite in found}


def cases_of(names: Sequence[str] = (), only: Sequence[str] = ()) -> tuple[Case, ...]:
    """The tests of the suites ``names`` (all by default), or those with one of the ids ``only`` among them.

    An id may be written alone (``4``) or with its suite (``imo:4``).

    Raises:
        InputError: if there is no such suite or test.
    """
    known = suites()
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InputError(f"suite {unknown[0]!r} is not known; there are: {', '.join(known)}")
    cases = tuple(case for name in (names or known) for case in known[name].cases)
    if not only:
        return cases
    for wanted in only:
        if not any(_is(case, wanted) for case in cases):
            raise InputError(f"test {wanted!r} is not in {', '.join(names or known)}")
    return tuple(case for case in cases if any(_is(case, wanted) for wanted in only))


def _is(case: Case, wanted: str) -> bool:
    """Whether ``wanted`` names this test."""
    return wanted in {case.id, f"{case.suite}:{case.id}"}
