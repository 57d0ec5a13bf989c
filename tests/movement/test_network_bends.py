"""Nobody walks through a wall: the way from a place to the first door, and from one place to another.

Within a zone people of the network have no way of their own, only places. Where a wall stands between the
place and the door the way goes round it; and a wall that is thinner than a cell of the raster is a wall.
"""

from __future__ import annotations

import numpy as np
import pytest
from shapely import box

from scenarios.verification.drawing import Drawing
from twin.movement.network import NetworkRun, compile_network
from twin.movement.network.bound import Walkers, clearance_bound
from twin.plan.zones import walk_m, zones_of


def lanes(wall_m: float):
    """A hall of 12 by 10 m, cut into four lanes by walls that leave 3 m free at alternate ends."""
    shape = box(0, 0, 12, 10)
    for n, x in enumerate((3.0, 6.0, 9.0)):
        shape = shape.difference(box(x - wall_m / 2, 3 * (n % 2), x + wall_m / 2, 7 + 3 * (n % 2)))
    made = Drawing("lanes")
    made.space("hall", shape)
    made.exit("exit", "hall", ((12, 0.5), (12, 2.5)))
    made.exit("entrance", "hall", ((0, 0.5), (0, 2.5)))
    return compile_network(zones_of(made.plan()), made.plan(), mode="calibrated")


def shortest_way(wall_m: float) -> float:
    """From (1, 1) round the ends of the three walls to the middle of the exit."""
    half = wall_m / 2
    turns = [(x + side, y) for x, y in ((3, 7), (6, 3), (9, 7)) for side in (-half, half)]
    corners = np.array([(1, 1), *turns, (12, 1.5)], float)
    return float(np.hypot(*np.diff(corners, axis=0).T).sum())


@pytest.mark.parametrize("wall_m", [0.05, 0.1, 0.3, 0.6])
def test_the_way_to_the_exit_goes_round_the_walls(wall_m):
    network = lanes(wall_m)
    run = NetworkRun(network)
    who = run.add_agents(zone=[0], xy=[[1.0, 1.0]], speed_mps=1.0)
    run.go(who, run.goal_exit("exit"))
    out = float(run.advance(200.0).time_s[0])
    assert 0.97 * shortest_way(wall_m) < out < shortest_way(wall_m) + 3.5
    people = Walkers(
        np.zeros(1, np.int32), np.array([[1.0, 1.0]]), np.zeros(1), np.ones((1, 3)), np.ones(1, np.int64)
    )
    shut = NetworkRun(network)
    shut.set_open("entrance", is_open=False)
    bound = clearance_bound(network, people, doors=shut._doors).time_s
    assert 0.8 * shortest_way(wall_m) < bound <= shortest_way(wall_m)


def test_the_way_from_a_place_to_another_goes_round_the_walls():
    run = NetworkRun(lanes(0.3))
    who = run.add_at_exits(exit_gate=[run.network.exits["exit"]], speed_mps=1.0)
    run.go(who, run.goal_zone(0, (1.0, 1.0)))
    there = float(run.advance(200.0).time_s[0])
    assert 0.9 * shortest_way(0.3) < there < shortest_way(0.3) + 3.5
    middles = run.travel_time_s([run.goal_exit("exit")], [0])
    assert np.isfinite(middles).all()


@pytest.mark.parametrize("wall_m", [0.02, 0.2, 0.45])
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("at_m", [5.0, 5.13, 5.25, 5.4])
def test_a_wall_thinner_than_a_cell_is_walked_round(wall_m, turned, at_m):
    """A wall across a hall, with 2 m free at its end: from one side of it to the other."""
    hall, wall, places = (0, 0, 10, 8), (at_m, 0, at_m + wall_m, 6), [(3.0, 1.0), (8.0, 1.0)]
    if turned:
        hall, wall, places = (0, 0, 8, 10), (wall[1], wall[0], wall[3], wall[2]), [(1.0, 3.0), (1.0, 8.0)]
    made = Drawing("cut")
    made.space("hall", box(*hall).difference(box(*wall)))
    walk = walk_m(zones_of(made.plan()), 0, *places)
    shortest = np.hypot(at_m - 3, 5) + wall_m + np.hypot(8 - at_m - wall_m, 5)
    # Two turns half a cell or a little more from the end of the wall.
    assert 0.97 * shortest < walk < shortest + 1.8
