"""The question "what if other tenants, or the same ones elsewhere?" as a document."""

from __future__ import annotations

from typing import Literal

from scenarios.answering import answers
from scenarios.change import ChangeScenario, answer_change
from scenarios.compare import steps
from scenarios.documents import register


@register("tenant_mix")
class TenantMixScenario(ChangeScenario):
    """Edits of who lets what: re-let a unit, move an anchor, swap two tenants, vacate."""

    kind: Literal["tenant_mix"] = "tenant_mix"


answer_tenant_mix = answers("tenant_mix", steps=steps)(answer_change)
