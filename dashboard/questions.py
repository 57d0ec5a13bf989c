"""What a worker process does with a question: the scenario's answer, and what the screens need beside it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from scenarios.drill import setup_of

from dashboard.drawing import drawing_of
from scenarios.answering import answer, steps_of
from scenarios.day_fields import changed_plan
from scenarios.documents import Scenario, parse
from twin.plan.model import Plan
from twin.world.drill import run_drill
from twin.world.streams import replication_seed

Progress = Callable[[float], None]

FRAMES = "frames.bin"
"""A recording of the first replication of a drill."""
DRAWING = "drawing.json.gz"
"""The changed plan, as the canvas draws it."""
_ANSWER_SHARE = 0.95
"""Part of the progress bar that the answer itself takes."""
_WARM_PEOPLE = 50


def warm_up(plan: Plan) -> None:
    """Load and compile what an answer needs, so that the first question does not wait for it."""
    question = {"kind": "drill", "people": _WARM_PEOPLE, "replications": 1}
    answer(plan, parse(json.dumps(question), source="warm-up"))


def answer_question(
    plan: Plan, question: Mapping[str, Any], folder: Path, progress: Progress
) -> dict[str, Any]:
    """The answer's document; files for the screens are written to ``folder``.

    Raises:
        ScenarioError: if the question is ill-formed or does not fit the plan.
        EditError: if one of its edits does not.
    """
    scenario = parse(json.dumps(question), source="question")
    total = max(1.0, steps_of(scenario))
    done = 0.0

    def advance(steps: float = 1.0) -> None:
        nonlocal done
        done += steps
        progress(_ANSWER_SHARE * min(1.0, done / total))

    document = answer(plan, scenario, progress=advance).document()
    if scenario.kind == "drill":
        _record(plan, scenario, folder)
    elif edits := question.get("edits"):
        drawing = json.dumps(drawing_of(changed_plan(plan, edits)), ensure_ascii=False, separators=(",", ":"))
        (folder / DRAWING).write_bytes(gzip.compress(drawing.encode(), mtime=0))
    progress(1.0)
    return document


def _record(plan: Plan, scenario: Scenario, folder: Path) -> None:
    """Run the first replication once more, with a recording."""
    run = run_drill(plan, setup_of(scenario, plan), seed=replication_seed(scenario.seed, 0), record=True)
    if run.frames is not None:
        (folder / FRAMES).write_bytes(run.frames.to_bytes())
