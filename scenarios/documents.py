"""Questions as YAML documents: read with line and column, checked against the model of their kind.

A document names its kind and holds that kind's fields::

    kind: drill
    name: {en: Fire in the food court, zh: 美食广场火灾}
    people: 9000
    fire: L4-food-court

Kinds register their pydantic model with :func:`register`; the answer to a kind is registered beside it.
An error is one line ``file:line:column: rule``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict


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
    seed: int = 1
    replications: int = 5


Model = TypeVar("Model", bound=type[Scenario])


def register(kind: str) -> Callable[[Model], Model]:
    """Class decorator: documents with ``kind: <kind>`` are read as this model."""
    raise NotImplementedError


def load(path: str | Path) -> Scenario:
    """The scenario in a YAML file.

    Raises:
        ScenarioError: ``file:line:column: rule`` if it is ill-formed.
    """
    raise NotImplementedError


def parse(text: str, *, source: str = "<text>") -> Scenario:
    """The scenario in YAML ``text``; ``source`` names it in errors."""
    raise NotImplementedError
