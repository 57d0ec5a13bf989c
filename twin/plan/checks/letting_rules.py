"""Rules on tenants and devices."""

from __future__ import annotations

from collections import Counter

from twin.plan.checks.facts import Facts, finite
from twin.plan.checks.report import Severity
from twin.plan.checks.rules import Found, rule
from twin.plan.model import LETTABLE

OFF_SPACE_M = 0.5
"""Devices are screwed to walls and above doors."""


def _two_tenants(facts: Facts) -> Found:
    for name, count in Counter(tenant.space_id for tenant in facts.plan.tenants).items():
        if count > 1:
            yield name, f"is let to {count} tenants at once"


def _not_a_unit(facts: Facts) -> Found:
    for tenant in facts.plan.tenants:
        space = facts.plan.space.get(tenant.space_id)
        if space is not None and space.kind not in LETTABLE:
            yield tenant.id, f"lets {space.id!r}, which is of kind {space.kind}"


def _hours(facts: Facts) -> Found:
    for tenant in facts.plan.tenants:
        if not 0.0 <= tenant.opens_h < tenant.closes_h <= 30.0:  # noqa: PLR2004 - 6 h after midnight
            yield tenant.id, f"opens at {tenant.opens_h:g} h and closes at {tenant.closes_h:g} h"


def _device_place(facts: Facts) -> Found:
    for device in facts.plan.devices:
        shape = facts.shape.get(device.space_id)
        if shape is not None and finite(device.at):
            gap = shape.distance(device.at)
            if gap > OFF_SPACE_M:
                yield device.id, f"lies {gap:.1f} m outside its space {device.space_id!r}"


def _device_nowhere(facts: Facts) -> Found:
    for device in facts.plan.devices:
        if not device.space_id:
            yield device.id, f"this {device.kind} is in no space"


RULES = (
    rule(
        "SpaceMustHaveOneTenant",
        Severity.WARNING,
        "A unit has one tenant",
        "一个单元只应有一个租户",
        _two_tenants,
    ),
    rule("TenantMustLetAUnit", Severity.WARNING, "Tenants let units", "租户应位于可租单元", _not_a_unit),
    rule(
        "TenantHoursMustBePlausible", Severity.WARNING, "Opening hours make sense", "营业时间应合理", _hours
    ),
    rule(
        "DeviceMustLieInItsSpace",
        Severity.WARNING,
        "Devices lie in their space",
        "设备应位于所属空间内",
        _device_place,
    ),
    rule(
        "DeviceShouldHaveASpace", Severity.INFO, "Devices are in a space", "设备应归属空间", _device_nowhere
    ),
)
