"""What a test is, what it answers, and how it is judged.

A test is written as a function of a :class:`Setting` that measures on the product and returns an
:class:`Outcome`: named numbers with the bounds that its criterion sets. It never says itself whether it
passed: an outcome passes if all its checks do, and a test that raises has failed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeAlias

from twin.plan.model import Label

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Engine: TypeAlias = Literal["network", "crowd"]
ENGINES: tuple[Engine, ...] = ("network", "crowd")
DEFAULT_MODE: Mapping[Engine, str] = MappingProxyType({"network": "code", "crowd": "calibrated"})
"""The mode in which an engine is tested unless a case asks for another one, and then says so."""

GUIDELINE, OWN, PEER = "guideline", "own, tighter", "published by peers"
"""Where a criterion comes from: the guideline asks for it; the guideline asks for less or sets no number;
others assert it."""

_WHOLE = 1e6
"""Below it a whole number is written without decimals."""

BASE_SEED = 42
"""Seed from which the seeds of a stochastic test count up."""

Draw: TypeAlias = Callable[["Figure"], None]
"""Draws a picture on an empty figure."""


class Status(StrEnum):
    """How a test ended."""

    PASS = "pass"  # noqa: S105 - a word of the report, not a password
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Check:
    """One measured number and the bounds (inclusive) that it must keep. NaN keeps none."""

    what: str
    value: float
    low: float = -math.inf
    high: float = math.inf
    unit: str = ""

    @property
    def passed(self) -> bool:
        """Whether the number keeps its bounds."""
        return self.low <= self.value <= self.high

    def words(self) -> str:
        """The number in words, and its bounds when it breaks them."""
        unit = f" {self.unit}" if self.unit else ""
        text = f"{self.what} {_number(self.value)}{unit}"
        if self.passed:
            return text
        return f"{text} (must be {_bounds(self.low, self.high)}{unit})"


def holds(what: str, *, truth: bool) -> Check:
    """A check of something that is true or not."""
    return Check(f"{what}: {'yes' if truth else 'no'};", float(truth), low=1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a test measured."""

    checks: tuple[Check, ...]
    """At least one; a test without a bound that it could break is no test."""
    note: str = ""
    """What else a reader should know: counts, assumptions."""
    seeds: tuple[int, ...] = ()
    """Seeds of the runs, for a test that draws random numbers."""
    draw: Draw | None = None
    """The picture; called only when a report is written."""

    @property
    def passed(self) -> bool:
        """Whether all checks hold."""
        return bool(self.checks) and all(check.passed for check in self.checks)

    def measured(self) -> str:
        """What was measured, in words; broken bounds first."""
        ordered = sorted(self.checks, key=lambda check: check.passed)
        return "; ".join(
            [check.words().rstrip(";") for check in ordered] + ([self.note] if self.note else [])
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a test is run with."""

    engine: Engine
    mode: str
    quick: bool = False
    """Fewer seeds, for a look in between; the report says so. Never a weaker criterion."""

    def seeds(self, count: int) -> tuple[int, ...]:
        """The seeds of ``count`` replications, a fifth of them (but at least two) when in a hurry."""
        kept = max(2, math.ceil(count / 5)) if self.quick and count > 1 else count
        return tuple(range(BASE_SEED, BASE_SEED + kept))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One test of one guideline. Make it with :func:`case`."""

    suite: str
    id: str
    title: Label
    criterion: str
    """What must hold, with its numbers."""
    origin: str
    """Where the criterion comes from: document and number; whether it is the guideline's own or tighter."""
    run: Callable[[Setting], Outcome]
    not_applicable: Mapping[Engine, str] = field(default_factory=dict)
    """Why an engine cannot be put to this test, by engine."""
    mode: Mapping[Engine, str] = field(default_factory=dict)
    """Mode asked for where it is not the engine's default."""
    cost_s: float = 5.0
    """About how long it takes; long ones are begun first."""
    fast: bool = False
    """Part of the subset that the test suite of the house runs."""

    @property
    def key(self) -> tuple[str, str]:
        """Suite and id."""
        return self.suite, self.id

    def mode_on(self, engine: Engine) -> str:
        """The mode in which it runs on ``engine``."""
        return self.mode.get(engine, DEFAULT_MODE[engine])


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """How one test ended on one engine. Plain values, so that it can cross processes."""

    suite: str
    id: str
    title: str
    title_zh: str
    engine: str
    mode: str
    status: Status
    measured: str
    criterion: str
    origin: str
    reason: str = ""
    """Why it is not applicable, or the error that it ended with."""
    seconds: float = 0.0
    same_run_as: str = ""
    """Suite and id of the test whose run this is, where two guidelines ask for the same scene and measure."""
    seeds: tuple[int, ...] = ()
    picture: str | None = None
    """Path of the picture, from the folder of the report."""
    figures: Mapping[str, float] = field(default_factory=dict)
    """The measured numbers by name."""
    checks: tuple[Check, ...] = ()
    """The same with their bounds and units."""

    def document(self) -> dict[str, object]:
        """The result as one JSON object."""
        return {
            "suite": self.suite,
            "id": self.id,
            "title": self.title,
            "title_zh": self.title_zh,
            "engine": self.engine,
            "mode": self.mode,
            "status": self.status.value,
            "measured": self.measured,
            "criterion": self.criterion,
            "origin": self.origin,
            "reason": self.reason,
            "seconds": round(self.seconds, 2),
            "same_run_as": self.same_run_as,
            "seeds": list(self.seeds),
            "picture": self.picture,
            "figures": {
                name: value if math.isfinite(value) else None for name, value in self.figures.items()
            },
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """The tests of one guideline, in its order."""

    id: str
    title: Label
    source: str
    """The document, and how its text was known here."""
    cases: tuple[Case, ...]


def case(
    suite: str,
    number: str,
    en: str,
    zh: str,
    *,
    criterion: str,
    origin: str,
    not_applicable: Mapping[Engine, str] | None = None,
    mode: Mapping[Engine, str] | None = None,
    cost_s: float = 5.0,
    fast: bool = False,
) -> Callable[[Callable[[Setting], Outcome]], Case]:
    """Make a :class:`Case` of the function below it."""

    def made(run: Callable[[Setting], Outcome]) -> Case:
        return Case(
            suite=suite,
            id=number,
            title=Label(en=en, zh=zh),
            criterion=criterion,
            origin=origin,
            run=run,
            not_applicable=not_applicable or {},
            mode=mode or {},
            cost_s=cost_s,
            fast=fast,
        )

    return made


def _number(value: float) -> str:
    """Four figures, but whole numbers as they are."""
    whole = abs(value) < _WHOLE and value == int(value)
    return f"{value:.0f}" if whole else f"{value:.4g}"


def _bounds(low: float, high: float) -> str:
    """Bounds in words."""
    if low == high:
        return _number(low)
    if low == -math.inf:
        return f"at most {_number(high)}"
    if high == math.inf:
        return f"at least {_number(low)}"
    return f"{_number(low)} to {_number(high)}"
