"""From a question to its answer: one function for all kinds.

Inputs can be pickled (a plan and a frozen scenario) and the answer's document is plain JSON, so that a page
can ask in a worker process.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from scenarios.documents import Scenario
from twin.errors import ScenarioError
from twin.plan.model import Plan

ADVISORY = {
    "en": "Simulated and advisory: a model's estimate that supports a decision and does not replace it.",
    "zh": "模拟结果，仅供参考：模型估计用于辅助决策，不能代替决策。",
}
"""Stands in every answer."""


class Progress(Protocol):
    """Called with the number of steps that were done since the last call."""

    def __call__(self, steps: float = 1.0) -> None:
        """Move on by ``steps``."""


def silent(steps: float = 1.0) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to one question."""

    kind: str
    content: dict[str, Any]

    def document(self) -> dict[str, Any]:
        """The answer as a JSON object."""
        return {"kind": self.kind, **self.content, "advisory": ADVISORY}


Answerer = Callable[..., Answer]
"""Takes plan, scenario, and by keyword seed, replications, progress, workers."""

_answerers: dict[str, tuple[Answerer, Callable[[int], float]]] = {}
Function = TypeVar("Function", bound=Answerer)


def answers(kind: str, *, steps: Callable[[int], float]) -> Callable[[Function], Function]:
    """Decorator: the function answers scenarios of ``kind``; ``steps`` tells its progress steps from R."""

    def keep(function: Function) -> Function:
        _answerers[kind] = (function, steps)
        return function

    return keep


def steps_of(scenario: Scenario, replications: int | None = None) -> float:
    """How many progress steps the answer to ``scenario`` will report."""
    return _of(scenario)[1](replications or scenario.replications)


def answer(
    plan: Plan,
    scenario: Scenario,
    *,
    seed: int | None = None,
    replications: int | None = None,
    progress: Progress = silent,
    workers: int = 1,
) -> Answer:
    """The answer to ``scenario`` on ``plan``.

    Args:
        plan: the building.
        scenario: the question.
        seed: by default the scenario's.
        replications: by default the scenario's.
        progress: told of each step.
        workers: processes to compute in; 1 stays in this one.

    Raises:
        ScenarioError: if the question does not fit the plan.
        EditError: if an edit does not.
    """
    count = scenario.replications if replications is None else replications
    if count < 1:
        raise ScenarioError(f"replications {count}: must be at least 1")
    function, _ = _of(scenario)
    chosen = scenario.seed if seed is None else seed
    return function(plan, scenario, seed=chosen, replications=count, progress=progress, workers=workers)


def _of(scenario: Scenario) -> tuple[Answerer, Callable[[int], float]]:
    import scenarios.kinds  # noqa: F401 - registers what this package answers

    if scenario.kind not in _answerers:
        raise ScenarioError(f"scenarios of kind {scenario.kind!r} have no answer")
    return _answerers[scenario.kind]
