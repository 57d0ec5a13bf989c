"""The lower bound of a clearance time: exact in a corridor, never above what the engine needs; its cut."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.movement import sfpe
from twin.movement.network import NetworkRun
from twin.movement.network.bound import Walkers, clearance_bound
from twin.movement.network.builder import NetworkBuilder
from twin.movement.network.doors import Doors

FREE = float(sfpe.speed(0.0))
DOOR_1M = sfpe.LEVEL_FLOW * 0.7


def people(zone, x, *, start_s=0.0, speed=2.0):
    zones = np.array(zone, np.int32)
    return Walkers(
        zone=zones,
        xy=np.column_stack([np.broadcast_to(np.asarray(x, float), zones.shape), np.zeros(len(zones))]),
        start_s=np.broadcast_to(np.asarray(start_s, float), zones.shape).copy(),
        speed=np.broadcast_to(np.array([speed, 0.0, 0.0]), (len(zones), 3)).copy(),
        weight=np.ones(len(zones), np.int32),
    )


@pytest.mark.parametrize(("number", "length"), [(1, 40.0), (10, 5.0), (100, 30.0), (1000, 100.0)])
def test_one_corridor_is_the_hand_value(number, length):
    """L / v + (N - 1) / C, and the exit is the cut."""
    made = NetworkBuilder()
    way = made.room(length_m=length, width_m=20.0)
    made.exit(way, width_m=1.0, at_m=length)
    found = clearance_bound(made.build(), people([way] * number, 0.0))
    assert found.time_s == pytest.approx(length / FREE + (number - 1) / DOOR_1M, abs=0.1)
    assert found.gates.tolist() == ([0] if number > 1 else [])


@pytest.mark.parametrize(("number", "length"), [(1, 40.0), (100, 30.0)])
def test_who_has_a_body_walks_alone_at_the_own_speed(number, length):
    """As above, at 2 m/s: in the crowd engine the relations of ``code`` hold at gates only."""
    made = NetworkBuilder()
    way = made.room(length_m=length, width_m=20.0)
    made.exit(way, width_m=1.0, at_m=length)
    found = clearance_bound(made.build(), people([way] * number, 0.0, speed=2.0), bodies=True)
    assert found.time_s == pytest.approx(length / 2.0 + (number - 1) / DOOR_1M, abs=0.1)


def test_two_exits_share_the_people_as_their_flows_and_ways_allow():
    """C1 (T - 10 / v) + C2 (T - 40 / v) + 2 = N: both exits end at the same moment."""
    made = NetworkBuilder()
    hall = made.room(length_m=50.0, width_m=20.0)
    made.exit(hall, width_m=1.0, at_m=0.0)
    made.exit(hall, width_m=1.7, at_m=50.0)
    found = clearance_bound(made.build(), people([hall] * 500, 10.0))
    hand = (498 + DOOR_1M * 10 / FREE + 2 * DOOR_1M * 40 / FREE) / (3 * DOOR_1M)
    assert found.time_s == pytest.approx(hand, abs=1.0)
    assert found.gates.tolist() == [0, 1]


def test_a_narrow_door_inside_is_the_cut_and_a_late_start_counts():
    made = NetworkBuilder()
    shop, hall = made.room(length_m=10.0, width_m=10.0), made.room(length_m=20.0, width_m=10.0)
    made.door(shop, hall, width_m=1.0, at_m=(10.0, 0.0))
    made.exit(hall, width_m=6.0, at_m=20.0)
    found = clearance_bound(made.build(), people([shop] * 200, 10.0, start_s=60.0))
    assert found.time_s == pytest.approx(60.0 + 20.0 / FREE + 199 / DOOR_1M, abs=0.1)
    assert found.gates.tolist() == [0]


def test_the_last_person_far_away_decides_where_nobody_queues():
    made = NetworkBuilder()
    way = made.room(length_m=100.0, width_m=10.0)
    made.exit(way, width_m=10.0, at_m=0.0)
    found = clearance_bound(made.build(), people([way] * 3, [1.0, 2.0, 90.0]))
    assert found.time_s == pytest.approx(90.0 / FREE)
    assert clearance_bound(made.build(), people([way] * 3, [1.0, 2.0, 90.0]), share=0.6).time_s < 3.0


def test_no_way_out_is_for_ever():
    made = NetworkBuilder()
    room = made.room(length_m=10.0, width_m=10.0)
    made.exit(room, width_m=1.0, name="door")
    network = made.build()
    doors = Doors(network)
    doors.set_open("door", is_open=False)
    assert clearance_bound(network, people([room], 0.0), doors=doors).time_s == np.inf


@st.composite
def buildings(draw):
    """A row of rooms with exits, and an upper floor with one or two stairs."""
    made = NetworkBuilder()
    rooms = [made.room(length_m=draw(st.floats(3, 30)), width_m=draw(st.floats(4, 15))) for _ in range(4)]
    for one, other in pairwise(rooms):
        made.door(one, other, width_m=draw(st.floats(0.8, 4)), at_m=(draw(st.floats(0, 20)), 0.0))
    for room in draw(st.sets(st.integers(0, 3), min_size=1)):
        made.exit(room, width_m=draw(st.floats(0.8, 3)), at_m=draw(st.floats(0, 10)), name=f"exit-{room}")
    upper = made.room(length_m=20.0, width_m=20.0)
    for room in draw(st.sets(st.integers(0, 3), min_size=1, max_size=2)):
        made.stair(room, upper, length_m=9.0, width_m=draw(st.floats(1, 3)), riser_m=0.17, tread_m=0.28)
    zones = draw(st.lists(st.integers(0, upper), min_size=1, max_size=300))
    return made.build(), zones


@settings(max_examples=40, deadline=None, derandomize=True)
@given(buildings(), st.booleans(), st.sampled_from([0.5, 0.95, 1.0]))
def test_no_run_is_quicker_than_the_bound(building, sees, share):
    """Conserved by construction: whatever doors and people, a run of the engine needs at least the bound."""
    network, zones = building
    walkers = people(zones, 5.0, start_s=np.linspace(0, 20, len(zones)), speed=1.4)
    run = NetworkRun(network)
    agents = run.add_agents(zone=zones, xy=walkers.xy, speed_mps=1.4, sees_queues=sees)
    run.go(agents, run.goal_nearest_exit(), walkers.start_s)
    times = np.sort(run.advance(30_000.0).time_s)
    assert len(times) == len(zones)
    last = times[int(np.ceil(share * len(zones) - 1e-9)) - 1]
    assert clearance_bound(network, walkers, share=share).time_s <= last + 1e-6
