"""One rule for ramps: both engines walk them at the level speed."""

from __future__ import annotations

import numpy as np
import pytest

from scenarios.verification.drawing import Drawing
from twin.movement.engines import ENGINES
from twin.plan.model import ConnectorKind
from twin.plan.zones import zones_of
from twin.world.networks import new_run

LENGTH_M, LEVEL_MPS, STAIRS_MPS = 24.0, 1.1, 0.3


@pytest.mark.parametrize("engine", ENGINES)
def test_a_ramp_is_walked_at_the_level_speed_whatever_the_speed_on_stairs(engine):
    """1 m to it, 24 m down, 6 m out at 1.1 m/s: 28 s; at the stair speed the ramp alone takes 80 s."""
    made = Drawing("ramp")
    upper = made.level("upper", 2.0)
    foot = made.space("foot", (0, 0, 6, 4))
    head = made.space("head", (30, 0, 36, 4), level=upper)
    made.flight(
        "ramp",
        (foot, (6.0, 2.0)),
        (head, (30.0, 2.0)),
        width_m=2.0,
        length_m=LENGTH_M,
        kind=ConnectorKind.RAMP,
    )
    made.exit("exit", foot, ((0, 1), (0, 3)))
    plan = made.plan()
    run = new_run(plan, engine, "calibrated", watch=("ramp",))
    zone = int(zones_of(plan).zones_of_space["head"][0])
    speed = np.array([[LEVEL_MPS, STAIRS_MPS, STAIRS_MPS]])
    one = run.add_agents(zone=[zone], xy=np.array([[31.0, 2.0]]), speed_mps=speed)
    run.go(one, run.goal_exit("exit"))
    arrived = np.concatenate([run.advance(float(until)).time_s for until in range(1, 121)])
    assert arrived == pytest.approx([(1.0 + LENGTH_M + 6.0) / LEVEL_MPS], abs=2.0)
    assert len(run.passages) == 1
