"""What several tests of the crowd engine stand on: plans of rooms that are boxes, and a run on a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pytest

from scenarios.verification.drawing import Drawing
from twin.movement.crowd.grounding import ground_of
from twin.movement.crowd.run import CrowdRun
from twin.movement.network import compile_network
from twin.plan.model import Plan
from twin.plan.zones import zones_of


@pytest.fixture(scope="session")
def plan_of() -> Callable[..., Plan]:
    """``plan_of(rooms, doors, exits)``: boxes on a level; doors (room, room, line) and exits (room, line)."""

    def made(rooms: Mapping[str, Any], doors: Iterable[Any], exits: Iterable[Any]) -> Plan:
        drawing = Drawing("boxes")
        for name, shape in rooms.items():
            drawing.space(name, shape)
        for n, (one, other, line) in enumerate(doors):
            drawing.opening(f"door-{n}", (one, other), line)
        for n, (room, line) in enumerate(exits):
            drawing.exit(f"exit-{n}", room, line)
        return drawing.plan()

    return made


@pytest.fixture(scope="session")
def run_of() -> Callable[[Plan], CrowdRun]:
    """``run_of(plan)``: the crowd engine on it, calibrated, nobody in it yet."""

    def started(plan: Plan) -> CrowdRun:
        return CrowdRun(ground_of(plan, compile_network(zones_of(plan), plan, mode="calibrated")))

    return started
