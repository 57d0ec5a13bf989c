"""The same drill asked of other engines: which kept answers there are, and the question to ask."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from dashboard.drill_question import REPLICATIONS, Engine
from dashboard.jobs import Jobs
from twin.movement.engines import mode_of

Question = Mapping[str, Any]
_OF_THE_ENGINE = frozenset({"engine", "crowd_levels", "mode", "replications", "seed", "name"})
"""What may differ between two questions for the same drill."""


def same(question: Question) -> str:
    """Equal for questions that ask the same drill of whatever engine."""
    return json.dumps({k: v for k, v in question.items() if k not in _OF_THE_ENGINE}, sort_keys=True)


def others_of(jobs: Jobs, job_id: str) -> list[tuple[str, Mapping[str, Any]]]:
    """(run, answer) of the same drill on the same plan: the newest for each other engine and mode."""
    job = jobs.job(job_id)
    if job is None or job.answer is None:
        return []
    wanted, seen = same(job.question), {_way(job.answer)}
    found = []
    for run, question in jobs.questions("drill"):
        if run == job_id or same(question) != wanted:
            continue
        one = jobs.job(run)
        answer = None if one is None else one.answer
        if answer is None or answer.get("plan_version") != job.answer.get("plan_version"):
            continue
        if _way(answer) not in seen:
            seen.add(_way(answer))
            found.append((run, answer))
    return found


def _way(answer: Mapping[str, Any]) -> tuple[object, ...]:
    return answer.get("engine"), tuple(answer.get("crowd_levels") or ()), answer.get("mode")


def asked_of(question: Question, engine: Engine) -> dict[str, Any]:
    """The same drill for ``engine``, which walks all levels, with its own mode and replications."""
    rest = {k: v for k, v in question.items() if k not in {"crowd_levels", "mode", "replications"}}
    return {
        **rest,
        "engine": engine.value,
        "mode": mode_of(engine.value),
        "replications": REPLICATIONS[engine],
    }
