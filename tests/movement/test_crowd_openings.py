"""Where in an opening people go through: a crowd that comes from the side uses the whole width."""

from __future__ import annotations

import numpy as np

from scenarios.verification.drawing import Drawing
from twin.movement.crowd.grounding import ground_of
from twin.movement.crowd.run import CrowdRun
from twin.movement.crowd.traffic import PARTED
from twin.movement.network import compile_network
from twin.plan.zones import zones_of

HALL = (0.0, 0.0, 16.0, 7.0)
WIDTH_M = 2.4
PEOPLE = 120


def _grid(x0: float, x1: float, y0: float, y1: float) -> np.ndarray:
    """Places half a metre apart."""
    return np.array([(x, y) for x in np.arange(x0, x1, 0.5) for y in np.arange(y0, y1, 0.5)])


def _run(made: Drawing, at: np.ndarray, level: int = 0) -> tuple[CrowdRun, np.ndarray]:
    """People at places of the first level."""
    plan = made.plan()
    run = CrowdRun(ground_of(plan, compile_network(zones_of(plan), plan, mode="calibrated")))
    grid = zones_of(plan).grids[level]
    cells = ((at - np.asarray(grid.origin)) / grid.cell_m).astype(int)
    who = run.add_agents(zone=grid.zone[cells[:, 1], cells[:, 0]], xy=at, speed_mps=1.34)
    return run, who


def _through(left: float, people_from: float, *, choose: bool = True) -> tuple[float, np.ndarray]:
    """Seconds until all are out of an exit in the long wall from ``left`` on; where they went through."""
    made = Drawing("beside")
    made.exit("exit", made.space("hall", HALL), ((left, 0.0), (left + WIDTH_M, 0.0)))
    run, who = _run(made, _grid(people_from, people_from + 7.5, 0.4, 4.4)[:PEOPLE])
    run.go(who, run.goal_exit("exit"))
    if not choose:
        run._traffic.clock[PARTED] = np.inf
    last = np.full(run.agents, np.nan)
    while run.moving and run.now_s < 300.0:
        run.advance(run.now_s + 0.1)
        inside = run._people.room[: run.agents] == 0
        last[inside] = run.xy[inside, 0]
    assert run.inside == 0
    return run.now_s, (last - left) / WIDTH_M


def test_a_crowd_that_comes_along_the_wall_uses_the_whole_exit() -> None:
    """It is out about as soon as one that stands before it, sooner than one that takes the nearest place."""
    before, _ = _through(6.8, 4.3)
    beside, share = _through(11.0, 2.0)
    nearest, _ = _through(11.0, 2.0, choose=False)
    walk = 6.0 / 1.34
    assert beside - walk < 1.35 * before
    assert beside < 0.85 * nearest
    thirds = np.histogram(share, [-0.5, 1 / 3, 2 / 3, 1.5])[0] / PEOPLE
    assert thirds.min() > 0.15


def test_few_people_take_the_nearest_place() -> None:
    """Four people in file, 3 m apart, are in nobody's way: all go through beside the nearer post."""
    made = Drawing("file")
    made.exit("exit", made.space("hall", HALL), ((11.0, 0.0), (11.0 + WIDTH_M, 0.0)))
    run, who = _run(made, np.array([(x, 0.6) for x in (1.0, 4.0, 7.0, 10.0)]))
    run.go(who, run.goal_exit("exit"))
    last = np.zeros(4)
    while run.moving and run.now_s < 60.0:
        run.advance(run.now_s + 0.1)
        inside = run._people.room[:4] == 0
        last[inside] = run.xy[inside, 0]
    assert np.all(last < 11.0 + 0.5)


def test_between_two_openings_that_touch_nobody_turns_round() -> None:
    """Who comes straight at the end where one opening ends and the next begins goes through one of them."""
    made = Drawing("two openings")
    near, far = made.space("near", (0.0, 0.0, 5.0, 6.0)), made.space("far", (5.0, 0.0, 10.0, 6.0))
    made.opening("low", (near, far), ((5.0, 0.5), (5.0, 2.0)))
    made.opening("high", (near, far), ((5.0, 2.0), (5.0, 5.5)))
    made.exit("out", far, ((10.0, 0.5), (10.0, 2.0)))
    for off in (-1e-2, -1e-3, -1e-5, 0.0, 1e-5, 1e-3, 1e-2):
        run, who = _run(made, np.array([(3.5, 2.0 + off)]))
        run.go(who, run.goal_exit("out"))
        run.advance(20.0)
        assert run.inside == 0, off
