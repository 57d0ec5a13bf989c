"""Landings of flights in the crowd engine: people see each other across the mouth of a flight.

And what stood in the way there: the corner beside a foot, streams that merge before a narrow flight, a flight
used both ways, and a front that bends round a thin part of the floor.
"""

from __future__ import annotations

import numpy as np
import pytest

from scenarios.verification.drawing import Drawing
from twin.movement.crowd.grounding import ground_of
from twin.movement.crowd.run import CrowdRun
from twin.movement.network import compile_network
from twin.movement.network.model import LinkMode
from twin.plan.model import ConnectorKind
from twin.plan.zones import zones_of

ON_PAST, BESIDE = "was moved on past others", "came into a room beside its door"


def run_on(plan, mode="calibrated"):
    return CrowdRun(ground_of(plan, compile_network(zones_of(plan), plan, mode=mode)), mode=mode)


def put(run, shape, count, *, space, seed=1):
    """Adults spread over a box of a space."""
    rng = np.random.default_rng(seed)
    zones = np.asarray(run.network.zones_of_space[space])
    xy = rng.uniform(shape[:2], shape[2:], (count, 2))
    near = np.hypot(*(xy[:, None] - run.network.zone_centre[zones]).transpose(2, 0, 1)).argmin(axis=1)
    speed = np.clip(rng.normal(1.34, 0.26, count), 0.7, 2.0)
    return run.add_agents(zone=zones[near], xy=xy, speed_mps=speed)


def cleared(run, most_s):
    """When the last one was out; ``most_s`` if somebody is still inside then."""
    while run.inside and run.now_s < most_s:
        run.advance(run.now_s + 1.0)
    return run.now_s


def escalators_on_a_landing(deep_m):
    """Three storeys; escalators that stand still, 1 m wide, meet on a landing that opens to a hall.

    The foot of the first looks straight at the head of the second.
    """
    made = Drawing("landing")
    made.level("mid", 5.0)
    made.level("top", 10.0)
    made.space("out", (32, 0, 48, 8))
    made.space("landing", (20, 0, 20 + deep_m, 2), level="mid")
    made.space("hall", (12, 2, 32, 12), level="mid")
    made.front("front", ("landing", "hall"), ((20, 2), (20 + deep_m, 2)))
    made.space("above", (-4, 0, 12, 8), level="top")
    for name, lower, upper in (
        ("first", ("landing", (20.0, 1.0)), ("above", (12.0, 1.0))),
        ("second", ("out", (32.0, 1.0)), ("landing", (20.0 + deep_m, 1.0))),
    ):
        made.flight(name, lower, upper, width_m=1.0, length_m=9.0, kind=ConnectorKind.ESCALATOR)
    made.exit("exit", "out", ((48, 2), (48, 6)))
    run = run_on(made.plan())
    for name in ("first", "second"):
        run.set_link_mode(name, LinkMode.STOPPED)
    return run


@pytest.mark.parametrize("deep_m", [1.6, 2.4])
def test_streams_merge_on_a_narrow_landing_between_escalators(deep_m):
    """Sixty from above and sixty of the level pass one escalator after the landing as fast as one stream.

    Nobody is carried, and nobody stands in the corner beside a foot for ever.
    """
    took = []
    for above in (0, 60):
        run = escalators_on_a_landing(deep_m)
        if above:
            run.go(put(run, (-3, 0.5, 11, 7.5), above, space="above"), run.goal_nearest_exit())
        run.go(put(run, (13, 3, 31, 11), 120 - above, space="hall"), run.goal_nearest_exit())
        took.append(cleared(run, 500.0))
        assert not [line for line in run.notes if ON_PAST in line]
    assert max(took) < 270.0
    assert took[1] < 1.25 * took[0]


@pytest.mark.parametrize("width_m", [0.9, 1.2, 2.4])
def test_a_flight_used_both_ways_does_not_lock(width_m):
    """Forty go up and forty down one stair: all arrive, in less than thrice what one of both needs."""
    took = []
    for up, down in ((40, 0), (40, 40)):
        made = Drawing("two-way")
        made.level("up", 4.0)
        made.space("low", (0, 0, 12, 8))
        made.space("high", (20, 0, 32, 8), level="up")
        made.flight("stair", ("low", (12.0, 4.0)), ("high", (20.0, 4.0)), width_m=width_m, length_m=8.0)
        made.exit("low-out", "low", ((0, 2), (0, 6)))
        made.exit("high-out", "high", ((32, 2), (32, 6)))
        run = run_on(made.plan())
        run.go(put(run, (1, 1, 11, 7), up, space="low"), run.goal_exit("high-out"))
        if down:
            run.go(put(run, (21, 1, 31, 7), down, space="high"), run.goal_exit("low-out"))
        took.append(cleared(run, 400.0))
        assert not [line for line in run.notes if ON_PAST in line]
    assert took[1] < 3.0 * took[0]


def test_who_comes_off_a_flight_sees_who_stands_before_it():
    """Somebody stands where the stair ends; who comes down walks round him and not through him."""
    made = Drawing("off")
    made.level("up", 4.0)
    made.space("low", (0, 0, 12, 8))
    made.space("high", (20, 0, 32, 8), level="up")
    made.flight("stair", ("low", (12.0, 4.0)), ("high", (20.0, 4.0)), width_m=2.0, length_m=8.0)
    made.exit("low-out", "low", ((0, 2), (0, 6)))
    run = run_on(made.plan())
    ground = run.ground
    foot = ground.mouths_of(2 * run.network.portals)[0]
    stands = foot.mean(axis=0) - (0.35, 0.0)
    zone = run.network.zones_of_space["low"][0]
    run.add_agents(zone=[zone], xy=[stands - ground.level_offset[0]])
    run.go(put(run, (22, 3.9, 24, 4.1), 1, space="high"), run.goal_exit("low-out"))
    x0, y0, _, width = ground.strip[0]
    nearest = np.inf
    while run.inside > 1 and run.now_s < 60.0:
        run.advance(run.now_s + 0.1)
        people = run.walkers
        if people.room[1] == ground.spaces:
            # The flight as it goes on behind its foot, which it leaves to the right.
            at = foot[0] + (1 - (people.y[1] - y0) / width) * (foot[1] - foot[0]) + (people.x[1] - x0, 0.0)
        else:
            at = np.array([people.x[1], people.y[1]])
        nearest = min(nearest, float(np.hypot(*(at - (people.x[0], people.y[0])))))
    assert run.inside == 1
    assert 0.26 < nearest < 1.0


def test_in_mode_code_the_flow_of_a_stair_is_that_of_its_gate():
    """A hundred down a stair of 1 m: 1.01 /(m s) of its effective width, neither more nor 5 % less."""
    made = Drawing("code-stair")
    made.level("up", 3.0)
    made.space("low", (-20, 0, 0, 20))
    made.space("high", (0, 0, 20, 20), level="up")
    made.flight(
        "stair",
        ("low", (0.0, 10.0)),
        ("high", (0.5, 10.0)),
        width_m=1.0,
        length_m=10.0,
        riser_m=0.18,
        tread_m=0.28,
    )
    made.exit("exit", "low", ((-20, 2), (-20, 18)))
    run = run_on(made.plan(), mode="code")
    run.go(put(run, (2, 4, 14, 16), 100, space="high"), run.goal_exit("exit"))
    head = 2 * run.network.portals + 2
    times = []
    while run.inside and run.now_s < 400.0:
        run.advance(run.now_s + 0.5)
        times += [run.now_s] * (int(run.passed[head]) - len(times))
    flow = 60 / (times[80] - times[20])
    capacity = float(run.network.gate_capacity[run.network.portals + 1])
    assert 0.95 * capacity < flow <= 1.01 * capacity


def test_a_front_round_a_thin_part_of_the_floor_is_passed_where_one_stands():
    """A porch half a metre deep, open on both sides: who stands on one side is not yet in it.

    Behind the far piece of such a front lies, after half a metre, the hall again.
    """
    made = Drawing("porch")
    made.space("hall", (0, 0, 21, 10))
    made.space("porch", (10, 0, 10.5, 5))
    made.opening("front", ("hall", "porch"), [(10, 0.3), (10, 5), (10.5, 5), (10.5, 0.3)])
    made.exit("exit", "porch", ((10, 0), (10.5, 0)))
    run = run_on(made.plan())
    run.go(put(run, (5, 1, 9.5, 9), 40, space="hall"), run.goal_nearest_exit())
    cleared(run, 120.0)
    assert not [line for line in run.notes if BESIDE in line]


def test_a_stub_at_the_end_of_a_front_is_wall():
    """A front that ends with 8 cm round a corner: no body passes there, so it is no way through."""
    made = Drawing("stub")
    made.space("hall", (0, 0, 12, 10))
    made.space("shop", (12, 2, 20, 8))
    made.space("nook", (4, 4, 6, 6))
    made.opening("front", ("hall", "nook"), [(4, 5.92), (4, 6), (6, 6), (6, 5)])
    made.opening("door", ("hall", "shop"), [(12, 4), (12, 6)])
    made.exit("exit", "hall", ((0, 2), (0, 8)))
    ground = run_on(made.plan()).ground
    gate = next(n for n, name in enumerate(ground.network.gate_source) if name == "front")
    lines = ground.mouths_of(2 * gate)
    lengths = np.hypot(*(lines[:, 1] - lines[:, 0]).T)
    assert sorted(lengths.round(2).tolist()) == [1.0, 2.0]
    walls = ground.canvas.wall - np.tile(ground.level_offset[0], 2)
    stub = np.array([4.0, 5.96])
    start, way = walls[:, :2], walls[:, 2:] - walls[:, :2]
    part = np.clip(((stub - start) * way).sum(axis=1) / (way**2).sum(axis=1), 0.0, 1.0)
    assert np.hypot(*(start + part[:, None] * way - stub).T).min() < 0.01
