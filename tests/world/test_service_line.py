"""Lines: waits as queueing theory says, order kept; and in the crowd engine nobody overlaps or leaves the
floor."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely
import simpy

from twin.errors import InputError
from twin.movement.network import ArrivalKind, Arrivals
from twin.plan.walkable import walkable
from twin.world.networks import new_run
from twin.world.service_line import ServiceLine, line_goals, zone_at
from twin.world.statistics import estimate
from twin.world.streams import Streams, replication_seed


class AtOnce:
    """A run in which everybody is where they were sent in no time."""

    def __init__(self, env):
        self.env, self.sent, self.look = env, {}, None

    def go(self, agents, goals, at_s=None):
        assert at_s is None
        ids = np.atleast_1d(agents)
        for agent, goal in zip(ids, np.broadcast_to(goals, ids.shape), strict=True):
            self.sent[int(agent)] = int(goal)
        self.env.timeout(0).callbacks.append(lambda _: self.look())

    def arrivals(self):
        who, self.sent = np.array(list(self.sent), np.int32), {}
        kind = np.full(len(who), ArrivalKind.GOAL, np.int32)
        return Arrivals(who, np.zeros(len(who)), kind, np.zeros(len(who), np.int32))


def theory_world(arrive_s, service_s, *, points=1, places=200):
    env = simpy.Environment()
    run = AtOnce(env)

    def settle():
        if run.sent:
            line.take(run.arrivals())

    line = ServiceLine(
        env,
        run,
        places=range(places),
        points=range(1000, 1000 + points),
        serve=lambda agent: service_s[agent],
        done=lambda _: None,
        catch_up=settle,
    )

    def comes():
        for agent, at in enumerate(arrive_s):
            yield env.timeout(at - env.now)
            line.join(agent)

    run.look = settle
    env.process(comes())
    env.run(until=float(arrive_s[-1]) + 2000.0)
    return line


def test_mean_wait_of_m_d_1_is_that_of_theory():
    """Wq = rho s / (2 (1 - rho)) with service s = 20 s and load rho = 0.7: 23.3 s; 8 runs of 1,500 people."""
    service, load = 20.0, 0.7
    means = []
    for r in range(8):
        gaps = -np.log(Streams(replication_seed(3, r)).uniform("gap", np.arange(1500))) * service / load
        line = theory_world(np.cumsum(gaps), np.full(1500, service))
        assert len(line.served) == 1500
        means.append(np.mean([one.waited_s for one in line.served[150:]]))
    wait = load * service / (2 * (1 - load))
    found = estimate(means)
    assert found.low < wait < found.high
    assert found.mean == pytest.approx(wait, rel=0.15)


def test_services_begin_in_the_order_of_joining_whatever_they_take():
    services = 1.0 + 30.0 * Streams(5).uniform("service", np.arange(200))
    line = theory_world(np.arange(1, 201) * 8.0, services, points=2)
    begun = sorted(line.served, key=lambda one: one.began_s)
    assert [one.agent for one in begun] == list(range(200))
    assert all(a.left_s <= b.left_s for a, b in itertools.pairwise(line.served))
    ends = sorted(one.left_s for one in line.served)
    starts = sorted(one.began_s for one in line.served)
    assert all(start >= end for start, end in zip(starts[2:], ends, strict=False))


def test_who_finds_the_line_full_waits_beyond_it_and_is_served_in_turn():
    line = theory_world(np.arange(1, 31) * 1.0, np.full(30, 20.0), places=5)
    assert [one.agent for one in line.served] == list(range(30))
    assert line.longest > 20
    assert line.standing == ()


def test_a_line_without_a_point_is_refused():
    with pytest.raises(InputError, match="a place and a service point at least"):
        ServiceLine(
            simpy.Environment(),
            AtOnce(None),
            places=[1],
            points=[],
            serve=lambda _: 1.0,
            done=lambda _: None,
            catch_up=lambda: None,
        )


@pytest.mark.parametrize("engine", ["network", "crowd"])
def test_ten_people_at_a_till_keep_their_order_their_distance_and_the_floor(two_storey_plan, engine):
    """In a shop of 20 by 12 m; each is served 6 s and leaves the building."""
    env, run = simpy.Environment(), new_run(two_storey_plan, engine, "calibrated")
    shop = "L1-shop-1"
    goals, places = line_goals(two_storey_plan, run, shop, (10.0, 3.0), 8, away=(0.0, 1.0))
    till = run.goal_zone(zone_at(two_storey_plan, shop, (10.0, 2.2)), (10.0, 2.2))
    floor = walkable(two_storey_plan, "L1").buffer(0.01)
    nearest, outside = [], []

    def catch_up():
        line.take(run.advance(env.now))

    line = ServiceLine(
        env,
        run,
        places=goals,
        points=[till],
        serve=lambda _: 6.0,
        done=lambda agent: run.go(agent, run.goal_nearest_exit()),
        catch_up=catch_up,
    )
    at = np.column_stack([np.linspace(3.0, 17.0, 10), np.full(10, 9.5)])
    people = run.add_agents(
        zone=[zone_at(two_storey_plan, shop, xy) for xy in at], xy=at, speed_mps=np.linspace(0.8, 1.4, 10)
    )

    def come():
        for agent in people.tolist():
            line.join(agent)
            yield env.timeout(3.0)

    def watch():
        while True:
            yield env.timeout(0.5)
            catch_up()
            if engine == "crowd":
                inside = run.xy[~run.outside]
                away = np.hypot(*(inside[:, None] - inside[None]).transpose(2, 0, 1))
                nearest.append(away[np.triu_indices(len(inside), 1)].min(initial=9.0))
                outside.append((~shapely.contains_xy(floor, inside)).sum())

    env.process(come())
    env.process(watch())
    env.run(until=240.0)
    assert len(line.served) == 10
    assert run.inside == 0
    joined = sorted(line.served, key=lambda one: one.joined_s)
    assert [one.agent for one in joined] == [one.agent for one in line.served]
    assert all(b.began_s >= a.left_s for a, b in itertools.pairwise(line.served))
    if engine == "crowd":
        assert min(nearest) > 0.25
        assert sum(outside) == 0
        assert len(places) == 8
