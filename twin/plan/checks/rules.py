"""What a rule is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from twin.plan.checks.facts import Facts
from twin.plan.checks.report import Severity
from twin.plan.model import Label

Found: TypeAlias = Iterable[tuple[str, str]]
"""The id of the feature that breaks a rule, and one sentence that says how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule, named after the manner of the IMDF validations."""

    name: str
    severity: Severity
    title: Label
    find: Callable[[Facts], Found]
    needs_floor: bool = False
    """Whether it makes sense only where there is floor to walk on."""


def rule(
    name: str,
    severity: Severity,
    en: str,
    zh: str,
    find: Callable[[Facts], Found],
    *,
    needs_floor: bool = False,
) -> Rule:
    """A row of a table of rules; ``en`` and ``zh`` say what holds where the rule is kept."""
    return Rule(name=name, severity=severity, title=Label(en=en, zh=zh), find=find, needs_floor=needs_floor)
