"""What a check found, and what the plan holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class Severity(StrEnum):
    """How much a finding matters."""

    VIOLATION = "VIOLATION"
    """The plan cannot be used as it is, or would be illegal as built."""
    WARNING = "WARNING"
    """Somebody should look at it."""
    INFO = "INFO"
    """Good to know, such as what was guessed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One place where a plan breaks a rule."""

    rule: str
    severity: Severity
    feature: str
    """Id of the feature; of the plan where it concerns the whole."""
    message: str

    def document(self) -> dict[str, str]:
        """The finding as JSON can hold it."""
        return {
            "rule": self.rule,
            "severity": str(self.severity),
            "feature": self.feature,
            "message": self.message,
        }


@dataclass(frozen=True, kw_only=True)
class CheckReport:
    """The result of :func:`twin.plan.checks.check`."""

    plan_id: str
    plan_name: Mapping[str, str]
    plan_version: str
    findings: tuple[Finding, ...]
    """Violations first, then warnings, then infos; in the order of rules."""
    summary: Mapping[str, object]
    """What the plan holds: the keys of :meth:`document` from ``levels`` to ``provenance``."""

    @cached_property
    def violations(self) -> tuple[Finding, ...]:
        """The findings that make the plan unusable."""
        return tuple(item for item in self.findings if item.severity is Severity.VIOLATION)

    @property
    def sound(self) -> bool:
        """Whether there is no violation."""
        return not self.violations

    def document(self) -> dict[str, object]:
        """What ``twin plan check --json`` prints.

        ``violations`` lists every finding with its ``severity``, violations first; ``found`` counts them.
        """
        counts = {str(level): sum(x.severity is level for x in self.findings) for level in Severity}
        return {
            "plan": {"id": self.plan_id, "name": dict(self.plan_name), "version": self.plan_version},
            "plan_version": self.plan_version,
            **self.summary,
            "found": counts,
            "violations": [item.document() for item in self.findings],
        }
