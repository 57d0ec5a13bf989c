"""What of a plan was not given: counted, and listed where an answer rests on it."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator
from typing import Any

from twin.plan.checks.facts import Facts
from twin.plan.checks.report import Severity
from twin.plan.checks.rules import Found, rule
from twin.plan.model import Plan, Provenance

FEATURES = {
    "level": "levels",
    "space": "spaces",
    "opening": "openings",
    "exit": "exits",
    "connector": "connectors",
    "device": "devices",
    "tenant": "tenants",
}
LISTED = 12
"""Ids named in one finding; the document of the report has them all."""


def _features(plan: Plan) -> Iterator[tuple[str, Any]]:
    """The kind and value of every feature that carries sources."""
    for kind, attribute in FEATURES.items():
        for feature in getattr(plan, attribute):
            yield kind, feature


def provenance_counts(plan: Plan) -> dict[str, int]:
    """How many values of the plan's features are given, derived and guessed; ids are not counted."""
    counts = Counter({str(kind): 0 for kind in Provenance})
    for _, feature in _features(plan):
        names = {item.name for item in dataclasses.fields(feature)} - {"id", "sources"}
        for name in names:
            counts[str(feature.sources.get(name, Provenance.GIVEN))] += 1
    return dict(counts)


def guessed(plan: Plan) -> dict[str, list[str]]:
    """Ids of the features whose value was guessed, by ``kind.value`` (``opening.width_m``)."""
    names: dict[str, list[str]] = {}
    for kind, feature in _features(plan):
        for name, source in feature.sources.items():
            if source == Provenance.GUESSED:
                names.setdefault(f"{kind}.{name}", []).append(feature.id)
    return dict(sorted(names.items()))


def _guesses(facts: Facts) -> Found:
    for what, names in guessed(facts.plan).items():
        listed = ", ".join(names[:LISTED]) + (" …" if len(names) > LISTED else "")
        yield facts.plan.id, f"{what} is guessed for {len(names)}: {listed}"


def _derived(facts: Facts) -> Found:
    counts = Counter(
        f"{kind}.{name}"
        for kind, feature in _features(facts.plan)
        for name, source in feature.sources.items()
        if source == Provenance.DERIVED
    )
    for what, count in sorted(counts.items()):
        yield facts.plan.id, f"{what} is derived for {count}"


def _notes(facts: Facts) -> Found:
    for note in facts.plan.notes:
        yield facts.plan.id, note


RULES = (
    rule("GuessedValues", Severity.INFO, "What was guessed", "推测值", _guesses),
    rule("DerivedValues", Severity.INFO, "What was derived", "推导值", _derived),
    rule("ImportNotes", Severity.INFO, "What the import did", "导入说明", _notes),
)
