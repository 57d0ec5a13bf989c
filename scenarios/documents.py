"""Questions as YAML documents: read with line and column, checked against the model of their kind.

A document names its kind and holds that kind's fields::

    kind: drill
    name: {en: Fire in the food court, zh: 美食广场火灾}
    people: 9000
    fire: L4-food-court

Each kind lives in a module of its own that registers a pydantic model with :func:`register`; the modules are
listed in :data:`KINDS`. An error is one line ``file:line:column: rule``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError

from twin.errors import ScenarioError

KINDS = {
    "drill": "scenarios.drill",
    "crowd": "scenarios.crowd",
    "layout": "scenarios.layout",
    "tenant_mix": "scenarios.tenant_mix",
}
"""Module in which the model of each kind is registered; it is imported when the kind is first met."""

_models: dict[str, type[Scenario]] = {}


class Words(BaseModel):
    """A text in the two languages."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    en: str
    zh: str = ""


class Scenario(BaseModel):
    """What every question has. A kind derives its own model from it and registers it.

    Unknown fields are errors, so that a misspelt one cannot be silently ignored.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: str
    name: Words = Words(en="")
    seed: int = Field(default=1, ge=0)
    replications: int = Field(default=5, ge=1)


Model = TypeVar("Model", bound=type[Scenario])
Checked = TypeVar("Checked", bound=BaseModel)


def register(kind: str) -> Callable[[Model], Model]:
    """Class decorator: documents with ``kind: <kind>`` are read as this model."""

    def keep(model: Model) -> Model:
        _models[kind] = model
        return model

    return keep


def load(path: str | Path) -> Scenario:
    """The scenario in a YAML file.

    Raises:
        ScenarioError: ``file:line:column: rule`` if it is ill-formed, or the file cannot be read.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise ScenarioError(f"{path}: cannot be read: {reason}") from error
    return parse(text, source=str(path))


def parse(text: str, *, source: str = "<text>") -> Scenario:
    """The scenario in YAML ``text``; ``source`` names it in errors.

    Raises:
        ScenarioError: ``source:line:column: rule`` if it is ill-formed.
    """
    document = _document(text, source)
    kind = document.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        known = ", ".join(KINDS)
        what = "the document has no kind" if kind is None else f"kind {kind!r} is not known"
        raise ScenarioError(f"{_at(source, document, ('kind',))}: {what}; there are: {known}")
    if kind not in _models:
        import_module(KINDS[kind])
    try:
        return _models[kind].model_validate(_plain(document))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = tuple(first["loc"])
        named = ".".join(str(part) for part in place)
        rule = first["msg"].removeprefix("Value error, ")
        where = _at(source, document, place)
        raise ScenarioError(f"{where}: {named}: {rule}" if named else f"{where}: {rule}") from error


def checked(model: type[Checked], values: Mapping[str, Any]) -> Checked:
    """``values`` that came as options of a command, as a ``model``.

    Raises:
        ScenarioError: ``field: rule`` if one of them breaks a rule.
    """
    try:
        return model.model_validate(dict(values))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        named = ".".join(str(part) for part in first["loc"])
        rule = first["msg"].removeprefix("Value error, ")
        raise ScenarioError(f"{named} {first['input']!r:.60}: {rule}" if named else rule) from error


def _document(text: str, source: str) -> CommentedMap:
    """``text`` as a mapping that knows its lines."""
    yaml = YAML(typ="rt")
    yaml.allow_duplicate_keys = False
    try:
        document = yaml.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        rule = re.sub(r"\s+", " ", str(error.problem or error.context or "not YAML"))
        raise ScenarioError(f"{source}:{line}:{column}: {rule}") from error
    if not isinstance(document, CommentedMap):
        raise ScenarioError(f"{source}:1:1: a scenario is a mapping of fields to values")
    return document


def _at(source: str, document: CommentedMap, place: tuple[int | str, ...]) -> str:
    """``source:line:column`` of ``place``, or of the innermost part of it that is written in the document."""
    line, column = document.lc.line, document.lc.col
    node: Any = document
    for part in place:
        if isinstance(node, CommentedMap) and part in node:
            line, column = (
                node.lc.key(part)
                if isinstance(node[part], CommentedMap | CommentedSeq)
                else node.lc.value(part)
            )
        elif isinstance(node, CommentedSeq) and isinstance(part, int) and part < len(node):
            line, column = node.lc.item(part)
        else:
            break
        node = node[part]
    if isinstance(node, CommentedMap) and place and place[-1] in node:
        line, column = node.lc.key(place[-1])
    return f"{source}:{line + 1}:{column + 1}"


def _plain(value: object) -> object:
    """``value`` as plain Python, for pydantic."""
    if isinstance(value, CommentedMap):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, CommentedSeq):
        return [_plain(item) for item in value]
    return value
