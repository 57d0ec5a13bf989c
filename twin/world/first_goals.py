"""Where the people of a drill make for when they start."""

from __future__ import annotations

import numpy as np

from twin.movement.engines import MovementRun
from twin.movement.network.model import Floats, Ints
from twin.plan.model import Plan
from twin.world.crowd import Crowd
from twin.world.drill_setup import DrillSetup
from twin.world.exit_choice import Choosers, choose_exits, noise_of, settled_exits
from twin.world.streams import Streams


def first_goals(plan: Plan, setup: DrillSetup, run: MovementRun, crowd: Crowd, streams: Streams) -> Ints:
    """[N] the goal of each person in ``run``.

    Those with an assigned exit make for it; the others choose by ``setup.exit_choice``, or, without one, go
    back to the entrance they know or to the exit that is nearest in time. Who cannot use stairs, and who is
    with them, asks for a way without steps.
    """
    settled = settled_exits(plan, setup.assigned, crowd.space)
    if setup.exit_choice is None:
        chosen = np.where(settled >= 0, settled, np.where(crowd.familiar, crowd.own_exit, -1))
    else:
        people = Choosers(
            time_s=_times(plan, run, crowd),
            known=np.where(crowd.familiar, crowd.own_exit, -1).astype(np.int32),
            settled=settled,
            start_s=crowd.start_s,
            space=crowd.space,
            xy=crowd.xy,
            leader=crowd.leader,
            noise=noise_of(streams, crowd.key, [one.id for one in plan.exits]),
        )
        chosen = choose_exits(setup.exit_choice, people)
    goals = np.full(len(chosen), run.goal_nearest_exit(), np.int32)
    step_free = crowd.step_free
    goals[step_free] = run.goal_nearest_exit(step_free=True)
    for number in np.unique(chosen[chosen >= 0]).tolist():
        for free in (False, True):
            theirs = (chosen == number) & (step_free == free)
            if theirs.any():
                goals[theirs] = run.goal_exit(plan.exits[number].id, step_free=free)
    return goals


def _times(plan: Plan, run: MovementRun, crowd: Crowd) -> Floats:
    """[N, E] free time from each person's zone to each exit, s; inf where there is no way."""
    known = run.network.exits
    goals = [run.goal_exit(one.id) if one.id in known else -1 for one in plan.exits]
    zones, where = np.unique(crowd.zone, return_inverse=True)
    times = np.full((len(zones), len(goals)), np.inf)
    open_ = [i for i, goal in enumerate(goals) if goal >= 0]
    if open_:
        times[:, open_] = run.travel_time_s([goals[i] for i in open_], zones).T
    return times[where.ravel()]
