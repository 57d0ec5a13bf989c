"""The question "what if other tenants, or the same ones elsewhere?" as a document."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from scenarios.answering import Answer, Progress, answers
from scenarios.compare import compare, steps
from scenarios.day_fields import DayFields, EditDocument, changed_plan
from scenarios.documents import Scenario, register
from twin.plan.model import Plan


@register("tenant_mix")
class TenantMixScenario(Scenario):
    """Edits of who lets what: re-let a unit, move an anchor, swap two tenants, vacate."""

    kind: Literal["tenant_mix"] = "tenant_mix"
    edits: tuple[EditDocument, ...] = Field(min_length=1)
    day: DayFields = DayFields()


@answers("tenant_mix", steps=steps)
def answer_tenant_mix(
    plan: Plan, scenario: TenantMixScenario, *, seed: int, replications: int, progress: Progress, workers: int
) -> Answer:
    """Trading days in pairs and the drill, on the plan as it is and as it would be."""
    changed = changed_plan(plan, scenario.edits)
    found = compare(
        plan,
        changed,
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
    return Answer(kind="tenant_mix", content=content)
