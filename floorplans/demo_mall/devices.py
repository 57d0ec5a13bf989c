"""Devices."""

from __future__ import annotations
from twin.plan.model import Plan, Device


def devices(plan: Plan) -> tuple[Device, ...]:
    return ()
