"""The shipped questions that fit the plan on the screen: a page offers them as a start.

A story of another mall names spaces and doors that this plan has not; it is not offered.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from typing import Any

from dashboard.language import _
from dashboard.viewer import viewer
from scenarios.documents import Scenario, load
from twin.errors import EditError
from twin.plan.edits import apply, edit_from
from twin.plan.model import Plan


@dataclass(frozen=True, kw_only=True)
class Story:
    """One shipped question. ``question`` is its document with the fields that its file sets."""

    id: str
    kind: str
    name: Mapping[str, str]
    question: Mapping[str, Any]


@cache
def library() -> tuple[Story, ...]:
    """All shipped questions, by name of their files."""
    with as_file(files("scenarios") / "library") as folder:
        return tuple(_story(path.stem, load(path)) for path in sorted(folder.glob("*.yaml")))


def _story(name: str, scenario: Scenario) -> Story:
    document = json.loads(scenario.model_dump_json(exclude_unset=True, exclude={"name"}))
    return Story(id=name, kind=scenario.kind, name=scenario.name.model_dump(), question=document)


_fitting: dict[str, tuple[Story, ...]] = {}


def stories_for(plan: Plan, kinds: Sequence[str]) -> list[Story]:
    """The shipped questions of ``kinds`` whose every name is in ``plan``."""
    if plan.version not in _fitting:
        _fitting[plan.version] = tuple(story for story in library() if _fits(plan, story.question))
    return [story for story in _fitting[plan.version] if story.kind in kinds]


OWN = "own"
"""The choice that is no story. An empty value would not do: a select reports it when it gets its options."""


def story_options(plan: Plan, kinds: Sequence[str]) -> list[dict[str, str]]:
    """What a select offers: an own question first; nothing at all where no story fits the plan."""
    language = viewer().language
    stories = [
        {"value": story.id, "label": story.name.get(language) or story.name["en"]}
        for story in stories_for(plan, kinds)
    ]
    return [{"value": OWN, "label": _("own question")}, *stories] if stories else []


def story_question(plan: Plan, kinds: Sequence[str], chosen: str | None) -> Mapping[str, Any] | None:
    """The document of the chosen story; an empty one for an own question; None where nothing is chosen."""
    if chosen == OWN:
        return {}
    return next((story.question for story in stories_for(plan, kinds) if story.id == chosen), None)


def _fits(plan: Plan, question: Mapping[str, Any]) -> bool:
    ways = {*plan.exit, *plan.opening, *plan.connector}
    if question.get("fire") and question["fire"] not in plan.space:
        return False
    named = [*question.get("blocked", ()), *(one["id"] for one in question.get("changes", ()))]
    if not ways.issuperset(named) or not set(question.get("stopped", ())) <= set(plan.connector):
        return False
    people = question.get("people")
    if isinstance(people, Mapping) and "at" not in people and not set(people) <= set(plan.space):
        return False
    try:
        apply(plan, [edit_from(edit) for edit in question.get("edits", ())])
    except EditError:
        return False
    return True
