"""Scissor stairs on a plan: two flights that cross in one shaft, each with its own doors."""

from __future__ import annotations

import numpy as np
import pytest

from scenarios.verification.drawing import Drawing
from twin.movement import sfpe
from twin.world.drill import DrillSetup, run_drill
from twin.world.pre_movement import NONE

EACH = 150
WIDTH_M, RISER_M, TREAD_M = 1.2, 0.18, 0.28


def shaft(*, joined: bool):
    """West and east halls on two levels; from each upper hall a stair leads to the lower hall opposite."""
    made = Drawing("scissor")
    upper = made.level("upper", 4.0)
    low = [made.space(f"low {side}", (x, 0, x + 15, 15)) for side, x in (("west", 0), ("east", 15))]
    high = [
        made.space(f"high {side}", (x, 0, x + 15, 15), level=upper) for side, x in (("west", 0), ("east", 15))
    ]
    for name, down, up in (
        ("a", (low[1], (16.0, 7.0)), (high[0], (14.0, 7.0))),
        ("b", (low[0], (14.0, 8.0)), (high[1], (16.0, 8.0))),
    ):
        made.flight(
            f"scissor {name}", down, up, width_m=WIDTH_M, length_m=8.0, riser_m=RISER_M, tread_m=TREAD_M
        )
    if joined:
        made.opening("link", (high[0], high[1]), ((15, 1), (15, 5)))
    made.exit("exit west", low[0], ((0, 1), (0, 14)))
    made.exit("exit east", low[1], ((30, 1), (30, 14)))
    return made.plan()


def drill(plan, **more):
    people = {"high west": EACH, "high east": EACH}
    return run_drill(plan, DrillSetup(people=people, pre_movement=NONE, familiar_share=0.0, **more), seed=1)


def test_each_side_takes_its_own_stair_at_its_own_flow():
    """All of one side leave by the exit opposite; both stairs work at once, whole flow each."""
    run = drill(shaft(joined=False))
    flow = (WIDTH_M - 0.3) * float(sfpe.max_specific_flow(sfpe.stair_k(RISER_M, TREAD_M)))
    assert run.evacuated == 2 * EACH
    by_exit = [(run.out_exit == run.exit_ids.index(name)).sum() for name in ("exit west", "exit east")]
    assert by_exit == [EACH, EACH]
    for number in range(2):
        out = np.sort(run.out_time_s[run.out_exit == number])
        assert (0.7 * EACH) / (out[int(0.85 * EACH)] - out[int(0.15 * EACH)]) == pytest.approx(flow, rel=0.05)
    assert run.t_last >= (EACH - 1) / flow


def test_with_one_flight_shut_its_side_stays_unless_the_halls_are_joined():
    """Shut: its 150 people stay. Joined: all take the other flight, which needs 150 / flow longer."""
    flow = (WIDTH_M - 0.3) * float(sfpe.max_specific_flow(sfpe.stair_k(RISER_M, TREAD_M)))
    shut = frozenset({"scissor a"})
    assert drill(shaft(joined=False), blocked=shut, horizon_s=900.0).remaining == EACH
    both, one = drill(shaft(joined=True)), drill(shaft(joined=True), blocked=shut)
    assert (both.remaining, one.remaining) == (0, 0)
    assert one.t_last - both.t_last == pytest.approx(EACH / flow, rel=0.1)
