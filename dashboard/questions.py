"""What a worker process does with a question: the scenario's answer, and what the screens need beside it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from scenarios.answering import answer, steps_of
from scenarios.documents import parse
from scenarios.drill import DrillScenario, answer_drill
from twin.plan.model import Plan
from twin.world.warm import warm_up as compile_all

Progress = Callable[[float], None]

FRAMES = "frames.bin"
"""A recording of the first replication of a drill."""
MAPS = "maps.bin.gz"
"""Maps of all replications of a drill: :mod:`twin.world.drill_maps`."""
_WARM_PEOPLE = 50


def warm_up(plan: Plan) -> None:
    """Load and compile what an answer needs, so that the first question does not wait for it."""
    compile_all()
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
        progress(min(1.0, done / total))

    if isinstance(scenario, DrillScenario):
        found = answer_drill(plan, scenario, progress=advance, record=True)
        frames = found.runs[0].frames
        if frames is not None:
            (folder / FRAMES).write_bytes(frames.to_bytes())
        (folder / MAPS).write_bytes(gzip.compress(found.maps().to_bytes(), mtime=0))
        return found.document()
    return answer(plan, scenario, progress=advance).document()
