"""Starts of crowds beside those of single people, queues that staff see, and work that grows with people."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.network_mall import builder_of, crowd_of, mall_667
from twin.movement.network import NetworkRun
from twin.movement.network.builder import NetworkBuilder


def arrivals(parts):
    """Everybody of the mall out, sent in so many parts."""
    mall = mall_667(1500)
    crowd = crowd_of(mall, seed=3, start_s=(5.0, 90.0))
    run = NetworkRun(builder_of(mall).build())
    agents = run.add_agents(zone=crowd.room, speed_mps=crowd.speed_mps)
    goal = run.goal_nearest_exit()
    for part in np.array_split(np.arange(len(agents)), parts):
        run.go(agents[part], goal, crowd.start_s[part])
    return run.advance(5000.0)


@pytest.mark.parametrize("parts", [2, 30])
def test_a_crowd_sent_at_once_or_in_parts_walks_the_same(parts):
    """Bit by bit: starts of a whole crowd are sorted aside, those of a few (50) wait in the heap."""
    whole, split = arrivals(1), arrivals(parts)
    assert len(whole) == 1500
    assert (whole.time_s == split.time_s).all()
    assert (whole.agent == split.agent).all()


def test_who_is_sent_again_before_the_start_starts_once():
    """A second order makes the first one void, also while its start is still to come."""
    made = NetworkBuilder()
    room = made.room(length_m=30.0, width_m=30.0)
    made.exit(room, width_m=20.0, name="one")
    made.exit(room, width_m=20.0, at_m=30.0, name="two")
    run = NetworkRun(made.build(), watch=("one", "two"))
    agents = run.add_agents(zone=[room] * 600, speed_mps=1.0)
    run.go(agents, run.goal_exit("one"), np.linspace(50.0, 60.0, 600))
    run.advance(10.0)
    run.go(agents[:520], run.goal_exit("two"), 20.0)
    run.advance(1000.0)
    seen = run.passages
    assert len(seen) == 600
    assert set(seen["agent"][seen["source"] == 1]) == set(agents[:520].tolist())
    assert seen["t"][seen["source"] == 0].min() >= 50.0 + 15.0


def test_the_queue_at_a_door_counts_once_for_who_sees_it_and_is_told_of_it():
    """Two doors, 60 people at one: for the next one the way by it is as long as its queue, not twice that.

    The other way is 1.5 queues longer, so that who counts the queue twice takes it.
    """
    made = NetworkBuilder()
    room, beyond = made.room(length_m=10.0, width_m=10.0), made.room(length_m=200.0, width_m=10.0)
    made.door(room, beyond, width_m=1.0, name="near")
    made.door(room, beyond, width_m=1.0, at_m=(0.0, 97.0), name="far")
    made.exit(beyond, width_m=10.0)
    run = NetworkRun(made.build(), watch=("near", "far"))
    place = np.column_stack([np.zeros(61), np.zeros(61)])
    agents = run.add_agents(zone=[room] * 61, xy=place, speed_mps=1.2, sees_queues=True)
    goal = run.goal_nearest_exit()
    run.go(agents[:60], run.goal_exits(("exit-2",)))
    run.advance(0.5)
    # What waits at the near door now, s, and how much longer the way by the far door is.
    waits = run.waiting[0] / run.network.gate_capacity[0]
    assert 1.2 * waits < 97.0 / 1.2 < 1.8 * waits
    run.see_queues(goal, share=1.0)
    run.go(agents[60:], goal)
    run.advance(2000.0)
    assert run.passages["source"][run.passages["agent"] == 60].tolist() == [0]


def test_work_grows_with_people_not_faster():
    """Events a person in the benchmark's mall: of 25,000 people at most 1.25 times those of 3,125."""
    each = []
    for people in (3_125, 25_000):
        mall = mall_667(people)
        crowd = crowd_of(mall, seed=1)
        run = NetworkRun(builder_of(mall).build())
        agents = run.add_agents(zone=crowd.room, speed_mps=crowd.speed_mps)
        run.go(agents, run.goal_nearest_exit(), crowd.start_s)
        run.advance(36_000.0)
        assert run.inside == 0
        each.append(run.events / people)
    assert each[1] <= 1.25 * each[0]
