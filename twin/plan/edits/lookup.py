"""Finding what an edit names, and putting a changed feature in its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol, TypeVar

from twin.errors import EditError
from twin.plan.model import Connector, Exit, Opening, Plan, Provenance, Space, Tenant


class _Named(Protocol):
    @property
    def id(self) -> str: ...


Feature = TypeVar("Feature", bound=_Named)


def found(features: Mapping[str, Feature], name: str, what: str) -> Feature:
    """The feature called ``name``.

    Raises:
        EditError: if there is none.
    """
    if name not in features:
        raise EditError(f"{what} {name!r}: the plan has none of that id")
    return features[name]


def exchanged(features: tuple[Feature, ...], changed: Iterable[Feature]) -> tuple[Feature, ...]:
    """``features`` with those of the same id replaced by ``changed``; the rest are the same objects."""
    by_id = {item.id: item for item in changed}
    return tuple(by_id.get(item.id, item) for item in features)


def passage(plan: Plan, name: str) -> Opening | Exit | Connector:
    """The opening, exit or connector called ``name``.

    Raises:
        EditError: if there is none.
    """
    for features in (plan.opening, plan.exit, plan.connector):
        if name in features:
            return features[name]
    raise EditError(f"{name!r}: the plan has no opening, exit or connector of that id")


def new_id(taken: Mapping[str, object], name: str, what: str) -> str:
    """``name`` for a new feature.

    Raises:
        EditError: if it is empty or taken.
    """
    if not name:
        raise EditError(f"{what}: the id must not be empty")
    if name in taken:
        raise EditError(f"{what} {name!r}: the plan already has one of that id")
    return name


def sourced(
    feature: Space | Opening | Exit | Connector | Tenant, **where: Provenance
) -> dict[str, Provenance]:
    """The sources of ``feature`` with those of some values changed."""
    return {**feature.sources, **where}
