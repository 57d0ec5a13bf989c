"""Properties of every network: nobody is lost, no gate passes more than it can, closed stays closed."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.errors import InputError
from twin.movement.network import ArrivalKind, LinkMode, NetworkRun, compile_network
from twin.movement.network.builder import NetworkBuilder
from twin.plan.zones import zones_of

SETTINGS = settings(max_examples=40, deadline=None, derandomize=True)


@st.composite
def buildings(draw):
    """A row of rooms with doors, some exits, a stair to a second row; and people in them."""
    made = NetworkBuilder()
    count = draw(st.integers(2, 6))
    rooms = [made.room(length_m=draw(st.floats(3, 30)), width_m=draw(st.floats(2, 15))) for _ in range(count)]
    for one, other in pairwise(rooms):
        made.door(one, other, width_m=draw(st.floats(0.6, 4)), at_m=(draw(st.floats(0, 20)), 0.0))
    made.exit(rooms[0], width_m=draw(st.floats(0.6, 4)), name="exit-a")
    if draw(st.booleans()):
        made.exit(rooms[-1], width_m=draw(st.floats(0.6, 4)), at_m=3.0, name="exit-b")
    upper = made.room(length_m=20.0, width_m=10.0)
    made.stair(rooms[0], upper, length_m=9.0, width_m=draw(st.floats(1, 3)), riser_m=0.17, tread_m=0.28)
    people = draw(st.lists(st.tuples(st.integers(0, upper), st.integers(1, 5)), min_size=1, max_size=120))
    return made, people


def started(made, people, **more):
    run = NetworkRun(made.build(), **more)
    agents = run.add_agents(
        zone=[zone for zone, _ in people],
        weight=[weight for _, weight in people],
        speed_mps=np.linspace(0.6, 1.6, len(people)),
        sees_queues=True,
    )
    run.go(agents, run.goal_nearest_exit(), np.linspace(0.0, 30.0, len(people)))
    return run


@SETTINGS
@given(buildings())
def test_everybody_is_always_accounted_for_and_gets_out(case):
    made, people = case
    total = sum(weight for _, weight in people)
    run = started(made, people)
    out = 0
    while run.moving and run.now_s < 20_000:
        arrivals = run.advance(run.now_s + 7.0)
        out += int(run.weight[arrivals.agent[arrivals.kind == ArrivalKind.LEFT]].sum())
        assert run.inside + out == total
        assert int(run.node_count.sum()) == run.inside
        assert (run.node_count >= 0).all()
    assert out == total


@SETTINGS
@given(buildings())
def test_no_gate_passes_more_than_its_capacity_in_any_window(case):
    made, people = case
    run = started(made, people, record=True)
    run.advance(20_000.0)
    times, agents, vertices = run.legs
    for gate in np.unique(vertices >> 1):
        here = (vertices >> 1) == gate
        passed, weight = times[here, 1], run.weight[agents[here]]
        order = np.argsort(passed, kind="stable")
        passed, weight = passed[order], weight[order]
        total = np.concatenate([[0], np.cumsum(weight)])
        limit = run.network.gate_capacity[gate]
        for first in range(len(passed)):
            # The window opens with one passage; what follows it may not exceed the capacity.
            through = total[first + 1 :] - total[first] - weight[first:]
            assert (through <= limit * (passed[first:] - passed[first]) + 1e-6).all()


@SETTINGS
@given(buildings())
def test_the_same_calls_give_the_same_result_bit_by_bit(case):
    made, people = case
    first, second = (started(made, people).advance(20_000.0) for _ in range(2))
    assert (first.time_s == second.time_s).all()
    assert (first.agent == second.agent).all()


@SETTINGS
@given(buildings(), st.floats(0.8, 3.0))
def test_another_exit_is_never_slower(case, width):
    """Beyond the tolerance of people who choose by what they see: one who turns back, 5 % and 10 s."""
    made, people = case
    before = started(made, people).advance(20_000.0).time_s[-1]
    made.exit(0, width_m=width, name="exit-more")
    after = started(made, people).advance(20_000.0).time_s[-1]
    assert after <= 1.05 * before + 10.0


def test_nobody_leaves_through_an_exit_after_it_closed():
    """NIST 4.1: exit 1 closes at t = 1 s, and everybody leaves through exit 2."""
    made = NetworkBuilder()
    room = made.room(length_m=20.0, width_m=10.0)
    made.exit(room, width_m=1.0, at_m=0.0, name="one")
    made.exit(room, width_m=1.0, at_m=20.0, name="two")
    run = NetworkRun(made.build(), watch=("one", "two"))
    agents = run.add_agents(zone=[room] * 60, xy=np.column_stack([np.linspace(0, 8, 60), np.zeros(60)]))
    run.go(agents, run.goal_nearest_exit())
    run.advance(1.0)
    run.set_open("one", is_open=False)
    run.advance(2000.0)
    seen = run.passages
    assert run.inside == 0
    assert not ((seen["source"] == 0) & (seen["t"] > 1.0)).any()
    assert (seen["source"] == 1).sum() >= 55


def test_queue_is_shared_between_exits_that_are_seen():
    """RiMEA 11: two exits, the crowd nearer to one of them: both are used, the nearer one more."""
    made = NetworkBuilder()
    room = made.room(length_m=30.0, width_m=20.0)
    made.exit(room, width_m=1.0, at_m=21.5, name="near")
    made.exit(room, width_m=1.0, at_m=27.5, name="far")
    run = NetworkRun(made.build(), watch=("near", "far"))
    place = np.column_stack([np.linspace(2, 15.5, 1000), np.zeros(1000)])
    agents = run.add_agents(zone=[room] * 1000, xy=place, sees_queues=True)
    run.go(agents, run.goal_nearest_exit())
    run.advance(5000.0)
    near, far = (int((run.passages["source"] == n).sum()) for n in (0, 1))
    assert near > far > 0
    assert near + far == 1000


def test_half_the_exits_take_about_twice_as_long():
    """IMO 9: 1000 people, four exits of 1 m; with two of them closed the time is 1.6 to 2.4 times as long."""
    last = []
    for shut in (0, 2):
        made = NetworkBuilder()
        hall = made.room(length_m=30.0, width_m=20.0)
        for n, x in enumerate((4.5, 25.5, 4.5, 25.5)):
            made.exit(hall, width_m=1.0, at_m=x, name=f"exit-{n}")
        run = NetworkRun(made.build())
        place = np.column_stack([np.linspace(2, 28, 1000), np.zeros(1000)])
        agents = run.add_agents(zone=[hall] * 1000, xy=place, sees_queues=True)
        for n in range(shut):
            run.set_open(f"exit-{n}", is_open=False)
        run.go(agents, run.goal_nearest_exit())
        last.append(run.advance(5000.0).time_s[-1])
    assert 1.6 <= last[1] / last[0] <= 2.4


def test_plan_network_escalators_run_stop_and_close(two_storey_plan):
    """Running down: capacity of EN 115, belt speed; stopped: a stair both ways; closed: nobody enters."""
    network = compile_network(zones_of(two_storey_plan), two_storey_plan)
    for mode, expected in ((LinkMode.RUNNING, 1), (LinkMode.STOPPED, 1), (LinkMode.CLOSED, 0)):
        run = NetworkRun(network, watch=("down",))
        for other in ("stairs", "up", "lift"):
            run.set_link_mode(other, LinkMode.CLOSED)
        run.set_link_mode("down", mode)
        upstairs = int(network.zones_of_space["L2-corridor"][0])
        agents = run.add_agents(zone=[upstairs] * 3)
        run.go(agents, run.goal_nearest_exit())
        arrivals = run.advance(600.0)
        kind = ArrivalKind.LEFT if expected else ArrivalKind.LOST
        assert (arrivals.kind == kind).all()
        assert len(run.passages) == 3 * expected
        assert (run.passages["direction"] == -1).all()


def test_lifts_hand_over_and_go_on(two_storey_plan):
    """A wheelchair user upstairs waits at the lift, rides when taken, and leaves through an exit."""
    network = compile_network(zones_of(two_storey_plan), two_storey_plan)
    run = NetworkRun(network, watch=("lift",))
    upstairs = int(network.zones_of_space["L2-corridor"][0])
    one = run.add_agents(zone=[upstairs])
    run.go(one, run.goal_nearest_exit(step_free=True))
    arrivals = run.advance(300.0)
    assert arrivals.kind.tolist() == [ArrivalKind.LIFT]
    run.board(one)
    assert run.inside == 1
    assert int(run.node_count.sum()) == 0
    run.advance(320.0)
    run.alight(one, arrivals.place)
    assert run.advance(600.0).kind.tolist() == [ArrivalKind.LEFT]
    assert run.passages["direction"].tolist() == [-1]


def test_bad_input_is_named(two_storey_plan):
    network = compile_network(zones_of(two_storey_plan), two_storey_plan)
    run = NetworkRun(network)
    with pytest.raises(InputError, match="'nowhere'"):
        run.goal_space("nowhere")
    with pytest.raises(InputError, match="'no-door'"):
        run.set_open("no-door", is_open=False)
    with pytest.raises(InputError, match="zones"):
        run.add_agents(zone=[10_000])
    with pytest.raises(InputError, match="mode"):
        compile_network(zones_of(two_storey_plan), two_storey_plan, mode="guess")
