"""A drill as one of the kinds of :func:`scenarios.answering.answer`."""

from __future__ import annotations

from scenarios.answering import Answer, Progress, answers
from scenarios.drill import DrillScenario, answer_drill
from twin.plan.model import Plan


@answers("drill", steps=float)
def answer_drill_scenario(
    plan: Plan, scenario: DrillScenario, *, seed: int, replications: int, progress: Progress, workers: int
) -> Answer:
    """The drill's own document, with the question's name."""
    found = answer_drill(
        plan, scenario, seed=seed, replications=replications, progress=progress, workers=workers
    )
    return Answer(kind="drill", content={"name": scenario.name.model_dump(), **found.document()})
