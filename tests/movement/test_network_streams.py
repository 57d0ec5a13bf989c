"""Streams that merge, meet, spill back and are cut off: hand values, shares and conservation."""

from __future__ import annotations

import numpy as np
import pytest

from twin.errors import InputError
from twin.movement import sfpe
from twin.movement.network import ArrivalKind, LinkMode, NetworkRun, compile_network
from twin.movement.network.arrays import LOST
from twin.movement.network.builder import NetworkBuilder
from twin.plan.zones import zones_of

DOOR_1M = sfpe.LEVEL_FLOW * 0.7
"""People/s through a door of 1 m in ``code``."""


def places(n, x):
    return np.column_stack([np.full(n, x), np.zeros(n)])


def between(times, low, high):
    return int(((times > low) & (times <= high)).sum())


def test_what_merges_below_the_capacity_adds_up():
    """Two streams of 2 : 1 into a corridor that takes both: it passes their sum, and nobody waits inside."""
    made = NetworkBuilder()
    one, other, way = (made.room(length_m=20.0, width_m=20.0) for _ in range(3))
    made.door(one, way, width_m=1.7, name="wide")
    made.door(other, way, width_m=1.0, name="narrow")
    made.exit(way, width_m=4.0, at_m=20.0, name="out")
    run = NetworkRun(made.build(), watch=("wide", "narrow", "out"))
    agents = run.add_agents(zone=[one] * 400 + [other] * 400, xy=places(800, 0.0))
    run.go(agents, run.goal_nearest_exit())
    run.advance(200.0)
    seen = run.passages
    flow = [between(seen["t"][seen["source"] == n], 50.0, 150.0) / 100 for n in range(3)]
    assert flow[0] == pytest.approx(2 * DOOR_1M, rel=0.02)
    assert flow[1] == pytest.approx(DOOR_1M, rel=0.02)
    assert flow[2] == pytest.approx(flow[0] + flow[1], rel=0.02)


@pytest.mark.parametrize("share", [1.0, 2.0, 5.0])
def test_a_full_space_takes_in_what_leaves_it_shared_by_effective_widths(share):
    """A corridor of 4 m² with an exit of 1 m: full, it takes in the exit's flow, split as the widths are."""
    made = NetworkBuilder()
    one, other = (made.room(length_m=30.0, width_m=30.0) for _ in range(2))
    way = made.room(length_m=2.0, width_m=2.0)
    made.door(one, way, width_m=0.3 + 0.7 * share, name="one")
    made.door(other, way, width_m=1.0, name="other")
    made.exit(way, width_m=1.0, at_m=2.0)
    run = NetworkRun(made.build(), watch=("one", "other"))
    agents = run.add_agents(zone=[one, other] * 600, xy=places(1200, 0.0))
    run.go(agents, run.goal_nearest_exit())
    run.advance(500.0)
    times = [run.passages["t"][run.passages["source"] == n] for n in range(2)]
    into = [between(t, 60.0, 500.0) for t in times]
    assert sum(into) / 440 == pytest.approx(DOOR_1M, rel=0.02)
    assert into[0] / into[1] == pytest.approx(share, rel=0.05)
    assert run.node_peak[way] <= 3.8 * 4


def test_a_queue_spills_back_room_by_room():
    """Three rooms of 10 m² in a row before an exit: each fills up, the last one first."""
    made = NetworkBuilder()
    source = made.room(length_m=20.0, width_m=20.0)
    rooms = [made.room(length_m=5.0, width_m=2.0) for _ in range(3)]
    made.door(source, rooms[0], width_m=2.0, at_m=(20.0, 0.0))
    made.door(rooms[0], rooms[1], width_m=2.0, at_m=(5.0, 0.0))
    made.door(rooms[1], rooms[2], width_m=2.0, at_m=(5.0, 0.0))
    made.exit(rooms[2], width_m=1.0, at_m=5.0)
    run = NetworkRun(made.build())
    agents = run.add_agents(zone=[source] * 400, xy=places(400, 20.0))
    run.go(agents, run.goal_nearest_exit())
    full_at = {}
    while run.moving:
        run.advance(run.now_s + 1.0)
        for room in rooms:
            assert run.node_count[room] <= 38
            if run.node_count[room] >= 30:
                full_at.setdefault(room, run.now_s)
    assert full_at[rooms[2]] < full_at[rooms[1]] < full_at[rooms[0]]
    # The exit is never idle meanwhile: 400 people at its flow, behind the walk of the first.
    walk = 15.0 / float(sfpe.speed(0.0))
    assert run.last_passed_s.max() == pytest.approx(walk + 399 / DOOR_1M, rel=0.01)


@pytest.mark.parametrize("against", [0, 50, 100, 400])
def test_counterflow_shares_a_door(against):
    """A door of 1 m with N people one way and M the other passes N + M at its one flow, first come first."""
    made = NetworkBuilder()
    one, other = (made.room(length_m=20.0, width_m=20.0) for _ in range(2))
    made.door(one, other, width_m=1.0, name="door")
    run = NetworkRun(made.build(), watch=("door",))
    first = run.add_agents(zone=[one] * 100, xy=places(100, 0.0))
    second = run.add_agents(zone=[other] * against, xy=places(against, 0.0))
    run.go(first, run.goal_zone(other, (5.0, 0.0)))
    run.go(second, run.goal_zone(one, (5.0, 0.0)))
    run.advance(2000.0)
    seen = run.passages
    assert len(seen) == 100 + against
    assert seen["t"].max() == pytest.approx((99 + against) / DOOR_1M, rel=0.01)
    if against == 100:
        half = seen[seen["t"] <= seen["t"].max() / 2]
        assert (half["direction"] == 1).sum() == pytest.approx(50, abs=2)


@pytest.mark.parametrize("rooms", [2, 3, 6, 40])
def test_a_ring_of_full_rooms_turns_at_the_flow_of_its_doors(rooms):
    """Full rooms in a ring, everybody bound for the next but one: nobody has room to go, yet all get there.

    Nobody squeezes, no room ever holds more than before, and no door passes more than it can.
    """
    made = NetworkBuilder()
    ring = [made.room(length_m=5.0, width_m=2.0) for _ in range(rooms)]
    pairs = [(n, (n + 1) % rooms) for n in range(rooms)] if rooms > 2 else [(0, 1)]
    for n, (one, other) in enumerate(pairs):
        made.door(ring[one], ring[other], width_m=1.0, name=f"door-{n}", one_way=rooms > 2)
    run = NetworkRun(made.build(), record=True)
    agents = run.add_agents(zone=np.repeat(ring, 38))
    ahead = 2 if rooms > 2 else 1
    goal = {room: run.goal_zone(ring[(n + ahead) % rooms]) for n, room in enumerate(ring)}
    run.go(agents, [goal[room] for room in np.repeat(ring, 38).tolist()])
    arrived = 0
    while run.moving and run.now_s < 2000:
        arrivals = run.advance(run.now_s + 5.0)
        arrived += int((arrivals.kind == ArrivalKind.GOAL).sum())
        assert (run.node_count <= 38).all()
    assert arrived == 38 * rooms
    assert run.squeezed == 0
    assert run.now_s <= 1.2 * (2 * 38 * ahead / DOOR_1M) + 40


def test_four_hundred_against_four_hundred_through_a_corridor_that_both_fill():
    """Two halls, two corridor parts of 20 m² between them: all pass, and none squeezes.

    Both fill to the jam, where the relation of speed and density lets people shuffle: half the flow is left.
    """
    made = NetworkBuilder()
    one, other = (made.room(length_m=20.0, width_m=20.0) for _ in range(2))
    parts = [made.room(length_m=10.0, width_m=2.0) for _ in range(2)]
    made.door(one, parts[0], width_m=2.0, at_m=(20.0, 0.0), layer="corridor")
    made.door(parts[0], parts[1], width_m=2.0, at_m=(10.0, 0.0), layer="corridor")
    made.door(parts[1], other, width_m=2.0, at_m=(10.0, 0.0), layer="corridor")
    run = NetworkRun(made.build())
    first = run.add_agents(zone=[one] * 400, xy=places(400, 20.0))
    second = run.add_agents(zone=[other] * 400, xy=places(400, 0.0))
    run.go(first, run.goal_zone(other, (5.0, 0.0)))
    run.go(second, run.goal_zone(one, (5.0, 0.0)))
    arrivals = run.advance(3000.0)
    assert len(arrivals) == 800
    assert run.squeezed == 0
    assert 1.0 <= arrivals.time_s.max() / (800 / (sfpe.LEVEL_FLOW * 1.6)) <= 2.2


def test_people_who_stay_are_passed_after_a_minute():
    """A full room in which all stay lies on the way out: one a minute squeezes by, and is counted."""
    made = NetworkBuilder()
    hall, full = made.room(length_m=10.0, width_m=10.0), made.room(length_m=5.0, width_m=2.0)
    made.door(hall, full, width_m=1.0)
    made.exit(full, width_m=1.0, at_m=5.0)
    run = NetworkRun(made.build())
    run.add_agents(zone=[full] * 38)
    movers = run.add_agents(zone=[hall] * 3)
    run.go(movers, run.goal_nearest_exit())
    run.advance(600.0)
    assert run.inside == 38
    assert run.squeezed == 3


@pytest.mark.parametrize("factor", [0.25, 0.5, 2.0])
def test_capacity_that_changes_while_people_queue(factor):
    """C until t, then factor x C: N(t) has the two slopes, and the last leaves by the sum."""
    made = NetworkBuilder()
    room = made.room(length_m=10.0, width_m=10.0)
    made.exit(room, width_m=1.0, name="door")
    run = NetworkRun(made.build())
    run.go(run.add_agents(zone=[room] * 200, xy=places(200, 0.0)), run.goal_nearest_exit())
    first = run.advance(60.0)
    run.set_capacity("door", factor)
    last = run.advance(5000.0)
    passed = 60.0 * DOOR_1M
    assert len(first) == pytest.approx(1 + passed, abs=1)
    assert last.time_s[-1] == pytest.approx(60.0 + (199 - passed) / (factor * DOOR_1M), rel=0.005)


def test_a_door_that_was_nearly_shut_does_not_hold_people_up_when_it_opens():
    made = NetworkBuilder()
    room = made.room(length_m=10.0, width_m=10.0)
    made.exit(room, width_m=1.0, name="door")
    run = NetworkRun(made.build())
    run.set_capacity("door", 1e-4)
    run.go(run.add_agents(zone=[room] * 20, xy=places(20, 0.0)), run.goal_nearest_exit())
    assert len(run.advance(100.0)) == 1
    run.set_capacity("door", 1.0)
    assert run.advance(1000.0).time_s[-1] == pytest.approx(100.0 + 19 / DOOR_1M, abs=1.5)


def test_an_escalator_that_stops_is_walked_from_there(two_storey_plan):
    """Stopped half way down: the other half takes as long as a stair's half does."""
    network = compile_network(zones_of(two_storey_plan), two_storey_plan)
    upstairs = int(network.zones_of_space["L2-corridor"][0])
    link = network.link_connector.index("down")
    node, gate = network.zones + link, network.portals + 2 * link
    length, belt = network.node_length_m[node], network.node_belt_mps[node]

    def times(stop_at):
        run = NetworkRun(network, record=True)
        for other in ("stairs", "up", "lift"):
            run.set_link_mode(other, LinkMode.CLOSED)
        run.go(run.add_agents(zone=[upstairs]), run.goal_nearest_exit())
        if stop_at is not None:
            run.advance(stop_at)
            run.set_link_mode("down", LinkMode.STOPPED)
        run.advance(600.0)
        legs, _, vertices = run.legs
        on = legs[(vertices >> 1) == gate + 1, 1][0]
        off = legs[(vertices >> 1) == gate, 1][0]
        return on, off

    on, off = times(None)
    assert off - on == pytest.approx(length / belt)
    stair = times(0.0)
    walk = (stair[1] - stair[0]) / length
    half = on + 0.5 * length / belt
    assert times(half)[1] - half == pytest.approx(0.5 * length * walk)


@pytest.mark.parametrize("factor", [0.25, 0.5, 0.9])
def test_speed_factor_holds_at_once_and_comes_back(factor):
    """100 m at 1 m/s: 40 m, then 30 s at the factor, then the rest at 1 m/s again."""
    made = NetworkBuilder()
    way = made.room(length_m=100.0, width_m=2.0)
    made.exit(way, width_m=2.0, at_m=100.0)
    run = NetworkRun(made.build())
    agent = run.add_agents(zone=[way], xy=places(1, 0.0), speed_mps=1.0)
    run.go(agent, run.goal_nearest_exit())
    run.advance(40.0)
    run.set_speed_factor(agent, factor)
    run.advance(70.0)
    run.set_speed_factor(agent, 1.0)
    assert run.advance(500.0).time_s[0] == pytest.approx(70.0 + 60.0 - 30.0 * factor)
    with pytest.raises(InputError, match="factors"):
        run.set_speed_factor(agent, 1.5)


def test_who_falls_stays_and_lets_the_others_pass():
    """Factor 0 in a queue, on the way and before the start: none moves again, all others leave."""
    made = NetworkBuilder()
    room = made.room(length_m=30.0, width_m=10.0)
    made.exit(room, width_m=1.0, at_m=30.0)
    run = NetworkRun(made.build())
    at = np.column_stack([np.r_[np.full(20, 30.0), np.full(20, 0.0), np.full(20, 0.0)], np.zeros(60)])
    agents = run.add_agents(zone=[room] * 60, xy=at)
    goal = run.goal_nearest_exit()
    run.go(agents, goal, np.r_[np.zeros(40), np.full(20, 100.0)])
    run.advance(5.0)
    fallen = np.array([0, 15, 19, 20, 33, 45])
    left = fallen[run.state[fallen] == 6]
    run.set_speed_factor(fallen, 0.0)
    run.go(np.setdiff1d(fallen, left), goal)
    run.advance(1000.0)
    still = np.setdiff1d(fallen, left)
    assert len(still) >= 5
    assert (run.state[still] == LOST).all()
    assert run.inside == len(still)
    assert run.moving == 0


def test_people_go_where_they_came_in_until_it_shuts():
    """NIST 3.3: two exits as near; who knows one goes there, and turns to the other when it is found shut."""
    made = NetworkBuilder()
    room = made.room(length_m=20.0, width_m=10.0)
    made.exit(room, width_m=1.0, at_m=0.0, name="known")
    made.exit(room, width_m=1.0, at_m=20.0, name="other")
    run = NetworkRun(made.build(), watch=("known", "other"))
    agents = run.add_agents(zone=[room] * 80)
    familiar, nearest = run.goal_exit("known"), run.goal_nearest_exit()
    run.go(agents, [familiar] * 60 + [nearest] * 20)
    run.advance(30.0)
    counts = [(run.passages["source"] == n).sum() for n in (0, 1)]
    assert counts[0] > counts[1]
    run.set_open("known", is_open=False)
    run.go(agents[run.state[agents] != 6], nearest)
    run.advance(1000.0)
    assert run.inside == 0
    assert (run.passages["t"][run.passages["source"] == 0] <= 30.0).all()


def test_scissor_stairs_are_two_flights_with_openings_of_their_own():
    """Two stairs cross in one shaft, one from the west door up to the east, one the other way round.

    Each takes the people of its side at its own flow; with one closed the other takes all.
    """
    last = []
    for shut in (False, True):
        made = NetworkBuilder()
        below = [made.room(length_m=30.0, width_m=30.0) for _ in range(2)]
        above = [made.room(length_m=30.0, width_m=30.0) for _ in range(2)]
        for floor in (below, above):
            made.door(floor[0], floor[1], width_m=6.0, at_m=(30.0, 0.0))
        for side in range(2):
            made.stair(
                below[1 - side],
                above[side],
                length_m=10.0,
                width_m=1.2,
                riser_m=0.18,
                tread_m=0.28,
                at_m=(5.0, 5.0),
                name=f"scissor-{side}",
            )
            made.exit(below[side], width_m=6.0)
        run = NetworkRun(made.build(), watch=("scissor-0", "scissor-1"))
        if shut:
            run.set_open("scissor-1", is_open=False)
        run.go(run.add_agents(zone=above * 200, xy=places(400, 5.0)), run.goal_nearest_exit())
        last.append(run.advance(3000.0).time_s[-1])
        assert run.inside == 0
        used = [(run.passages["source"] == n).sum() for n in range(2)]
        assert used == ([400, 0] if shut else [200, 200])
    flow = 0.9 * float(sfpe.max_specific_flow(sfpe.stair_k(0.18, 0.28)))
    assert last[1] - last[0] == pytest.approx(200 / flow, rel=0.05)


@pytest.mark.parametrize("at_s", [3.0, 5.0, 6.5, 8.0, 10.0, 13.0])
def test_who_has_just_walked_into_what_closed_ahead_turns_back(at_s):
    """Three rooms in a row, an exit at each end; the near one shuts while people are on their way to it."""
    made = NetworkBuilder()
    rooms = [made.room(length_m=10.0, width_m=10.0) for _ in range(3)]
    made.exit(rooms[0], width_m=2.0, name="near")
    made.door(rooms[0], rooms[1], width_m=4.0, at_m=(10.0, 0.0))
    made.door(rooms[1], rooms[2], width_m=4.0, at_m=(10.0, 0.0))
    made.exit(rooms[2], width_m=2.0, at_m=10.0, name="far")
    run = NetworkRun(made.build())
    agents = run.add_agents(zone=[rooms[0]] * 10 + [rooms[1]] * 20, speed_mps=1.2)
    run.go(agents, run.goal_nearest_exit())
    run.advance(at_s)
    run.set_open("near", is_open=False)
    assert (run.advance(500.0).kind == ArrivalKind.LEFT).all()
    assert run.inside == 0
