"""Questions as data: drill, crowd alert, layout, tenant mix."""

from __future__ import annotations

from scenarios.answering import ADVISORY, Answer, answer, steps_of
from scenarios.documents import Scenario, load, parse

__all__ = ["ADVISORY", "Answer", "Scenario", "answer", "load", "parse", "steps_of"]
