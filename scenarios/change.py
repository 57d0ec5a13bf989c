"""What questions about a changed building have in common: edits, a trading day, and the answer in pairs."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from scenarios.answering import Answer, Progress
from scenarios.compare import compare
from scenarios.day_fields import DayFields, EditDocument, changed_plan
from scenarios.documents import Scenario
from twin.plan.model import Plan


class ChangeScenario(Scenario):
    """A building with edits, on a trading day and in a drill."""

    edits: tuple[EditDocument, ...] = Field(min_length=1)
    day: DayFields = DayFields()


def answer_change(
    plan: Plan, scenario: ChangeScenario, *, seed: int, replications: int, progress: Progress, workers: int
) -> Answer:
    """Trading days in pairs and the drill, on the plan as it is and as it would be.

    Raises:
        EditError: if an edit does not fit the plan.
        ScenarioError: if the day or the drill does not fit one of the plans.
    """
    found = compare(
        plan,
        changed_plan(plan, scenario.edits),
        scenario.day.setup(),
        seed=seed,
        replications=replications,
        progress=progress,
        workers=workers,
    )
    content: dict[str, Any] = {
        "name": scenario.name.model_dump(),
        "edits": [dict(one) for one in scenario.edits],
        "day": scenario.day.model_dump(mode="json", exclude_none=True),
        **found,
    }
    return Answer(kind=scenario.kind, content=content)
