"""What a plan's values rest on: guessed inputs, counted by feature and field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Protocol

from twin.plan.model import Plan, Provenance, Sources


class _Sourced(Protocol):
    @property
    def sources(self) -> Sources: ...


def guessed_inputs(plan: Plan) -> list[dict[str, object]]:
    """Guessed fields that a clearance time rests on: one entry for each kind of feature and field.

    ``{"feature": "opening", "field": "width_m", "guessed": 12, "of": 80}``, those with most guesses first.
    """
    kinds: tuple[tuple[str, Iterable[_Sourced]], ...] = (
        ("level", plan.levels),
        ("space", plan.spaces),
        ("opening", plan.openings),
        ("exit", plan.exits),
        ("connector", plan.connectors),
    )
    counts: Counter[tuple[str, str]] = Counter()
    totals: dict[str, int] = {}
    for kind, features in kinds:
        rows = list(features)
        totals[kind] = len(rows)
        for feature in rows:
            for name, source in feature.sources.items():
                if source is Provenance.GUESSED:
                    counts[kind, name] += 1
    return [
        {"feature": kind, "field": name, "guessed": count, "of": totals[kind]}
        for (kind, name), count in counts.most_common()
    ]
