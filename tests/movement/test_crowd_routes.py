"""Which way people take where staff tell of queues and they see them, too."""

from __future__ import annotations

import numpy as np
import pytest

from scenarios.verification.drawing import Drawing
from twin.movement.crowd.grounding import ground_of
from twin.movement.crowd.run import CrowdRun
from twin.movement.network import compile_network
from twin.plan.zones import zones_of


@pytest.mark.parametrize(("sees", "way_out"), [(True, "west"), (False, "east")])
def test_who_sees_that_nobody_waits_does_not_count_the_queue_it_was_told_of(
    sees: bool,  # noqa: FBT001 - a parameter of the test
    way_out: str,
) -> None:
    """10 m to one exit, 20 m to the other; 15 s of waiting were said to be at the nearer, which is free.

    It walks to the nearer if it sees so, as in the network engine; else to the other, 8 s farther away.
    """
    made = Drawing("two ways")
    hall = made.space("hall", (0, 0, 30, 4))
    made.exit("west", hall, ((0, 1), (0, 3)))
    made.exit("east", hall, ((30, 3), (30, 1)))
    plan = made.plan()
    run = CrowdRun(ground_of(plan, compile_network(zones_of(plan), plan, mode="calibrated")))
    grid = zones_of(plan).grids[0]
    column, row = ((np.array([10.0, 2.0]) - np.asarray(grid.origin)) / grid.cell_m).astype(int)
    who = run.add_agents(zone=[grid.zone[row, column]], xy=[(10.0, 2.0)], sees_queues=sees)
    goal = run.goal_nearest_exit()
    told = np.zeros(run.network.vertices)
    gate = run.network.exits["west"]
    told[2 * gate : 2 * gate + 2] = 15.0
    run._goals.weigh(goal, told, share=1.0)
    run.go(who, goal)
    run.advance(60.0)
    assert run.inside == 0
    assert run.passed[2 * run.network.exits[way_out] : 2 * run.network.exits[way_out] + 2].sum() == 1
