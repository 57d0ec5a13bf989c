"""The question "what does another layout do to footfall, sales and evacuation?" as a document."""

from __future__ import annotations

from typing import Literal

from scenarios.answering import answers
from scenarios.change import ChangeScenario, answer_change
from scenarios.compare import steps
from scenarios.documents import register


@register("layout")
class LayoutScenario(ChangeScenario):
    """Edits of the building: close, move, widen, a kiosk, a swap, a stopped escalator."""

    kind: Literal["layout"] = "layout"


answer_layout = answers("layout", steps=steps)(answer_change)
