"""Is this plan fit for use? Rules in tables, and a report of what breaks them."""

from __future__ import annotations

from twin.plan.checks import (
    egress_rules,
    identity_rules,
    letting_rules,
    opening_rules,
    provenance_rules,
    shape_rules,
    vertical_rules,
)
from twin.plan.checks.facts import Facts
from twin.plan.checks.report import CheckReport, Finding, Severity
from twin.plan.checks.rules import Rule
from twin.plan.checks.summary import summary
from twin.plan.model import Plan

__all__ = ["RULES", "CheckReport", "Finding", "Rule", "Severity", "check"]

RULES: tuple[Rule, ...] = (
    *identity_rules.RULES,
    *shape_rules.RULES,
    *opening_rules.RULES,
    *vertical_rules.RULES,
    *egress_rules.RULES,
    *letting_rules.RULES,
    *provenance_rules.RULES,
)
"""Every rule, in the order of the report."""

_ORDER = {Severity.VIOLATION: 0, Severity.WARNING: 1, Severity.INFO: 2}


def check(plan: Plan) -> CheckReport:
    """What is wrong with ``plan``, and what it holds.

    A plan may be broken in any way that its types allow: the check says so and does not raise.
    """
    facts = Facts(plan)
    findings = [
        Finding(rule=rule.name, severity=rule.severity, feature=feature, message=message)
        for rule in RULES
        if facts.has_floor or not rule.needs_floor
        for feature, message in rule.find(facts)
    ]
    return CheckReport(
        plan_id=plan.id,
        plan_name={"en": plan.name.en, "zh": plan.name.zh},
        plan_version=plan.version,
        findings=tuple(sorted(findings, key=lambda finding: _ORDER[finding.severity])),
        summary=summary(facts),
    )
