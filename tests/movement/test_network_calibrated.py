"""The calibrated mode beside the experiments: doors, bottlenecks, corridors, stairs, ramps."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from twin.movement import sfpe
from twin.movement.network import NetworkRun, compile_network
from twin.movement.network.builder import NetworkBuilder
from twin.movement.network.physics import CALIBRATED, CODE, MODES
from twin.plan.model import ConnectorKind
from twin.plan.zones import zones_of

SEYFRIED = {0.8: 1.288, 0.9: 1.674, 1.0: 1.9, 1.1: 2.123, 1.2: 2.364}
EG = {0.9: 1.593, 1.0: 1.832, 1.1: 1.988, 1.2: 2.312, 1.4: 2.706, 1.6: 2.842, 1.8: 3.551}
EG |= {2.0: 3.549, 2.2: 4.063, 2.5: 5.116}
KRETZ = {0.8: 1.425, 0.9: 1.58, 1.0: 1.865, 1.2: 2.16}
NARROW = {0.4: 0.89, 0.5: 1.02, 0.6: 1.12, 0.7: 1.235}
"""Kretz 2006: below 0.8 m."""
UO = ((0.25, 1.489, 0.151), (0.75, 1.421, 0.117), (1.25, 1.198, 0.074), (1.75, 1.043, 0.124))
UO += ((2.25, 0.534, 0.155), (2.75, 0.387, 0.092), (3.25, 0.220, 0.063), (3.75, 0.155, 0.021))
DOWN_MPS, UP_MPS = 0.694, 0.61
"""Weidmann's means on stairs, on the plan."""


def places(n, x):
    return np.column_stack([np.full(n, x), np.zeros(n)])


def passed(run, name):
    return np.sort(run.passages["t"][run.passages["source"] == run.watched.index(name)])


def steady(times):
    """People/s without the first and the last tenth."""
    cut = len(times) // 10
    return (len(times) - 1 - 2 * cut) / (times[-1 - cut] - times[cut])


def through(width, *, length=None, physics=CALIBRATED):
    """Flow of 200 people of 1.34 ± 0.26 m/s through a door, or a bottleneck of some length."""
    made = NetworkBuilder(physics=physics)
    room, beyond = made.room(length_m=10.0, width_m=8.0), made.room(length_m=3.0, width_m=8.0)
    if length is None:
        made.door(room, beyond, width_m=width, at_m=(10.0, 0.0), name="in")
    else:
        neck = made.room(length_m=length, width_m=width)
        made.door(room, neck, width_m=width, at_m=(10.0, 0.0), layer="none", name="in")
        made.door(neck, beyond, width_m=width, at_m=(length, 0.0), layer="none")
    made.exit(beyond, width_m=8.0, at_m=3.0)
    run = NetworkRun(made.build(), watch=("in",))
    speed = np.random.default_rng(1).normal(1.34, 0.26, 200).clip(0.5, 2.2)
    run.go(run.add_agents(zone=[room] * 200, xy=places(200, 5.0), speed_mps=speed), run.goal_nearest_exit())
    run.advance(2000.0)
    assert run.inside == 0
    return steady(passed(run, "in"))


@pytest.mark.parametrize("length", [None, 2.0, 5.0])
@pytest.mark.parametrize("published", [SEYFRIED, EG, KRETZ], ids=["Seyfried", "EG", "Kretz"])
def test_bottlenecks_pass_what_the_experiments_measured(published, length):
    """Mean |J - J_exp| over 0.8 to 2.5 m at most 0.25 /s, for a door and for bottlenecks of 2 and 5 m."""
    found = {width: through(width, length=length) for width in published}
    assert np.mean([abs(found[width] - flow) for width, flow in published.items()]) <= 0.25
    flows = [found[width] for width in sorted(found)]
    assert (np.diff(flows) > 0).all()


@pytest.mark.parametrize(("width", "flow"), NARROW.items())
def test_narrow_doors_pass_people_in_one_file(width, flow):
    assert through(width) == pytest.approx(flow, rel=0.08)


def test_a_wide_door_that_is_cut_in_two_passes_no_more(two_storey_plan):
    """The narrow doors' flow is that of whole doors: portals of one door share that of its whole width."""
    zones = zones_of(two_storey_plan)
    network = compile_network(zones, two_storey_plan, mode="calibrated")
    for name in {n for n in zones.portal_source if n}:
        parts = [g for g in range(network.portals) if network.gate_source[g] == name]
        width = network.gate_width_m[parts].sum()
        assert width > 0.6
        assert network.gate_capacity[parts].sum() == pytest.approx(1.87 * width)


def crowd_mps(physics, density, own):
    """Speed of the first of a crowd of this density on 40 m of corridor."""
    made = NetworkBuilder(physics=physics)
    way = made.room(length_m=40.0, width_m=5.0)
    made.exit(way, width_m=5000.0, at_m=40.0)
    run = NetworkRun(made.build())
    people = round(density * 200)
    run.go(
        run.add_agents(zone=[way] * people, xy=places(people, 0.0), speed_mps=own), run.goal_nearest_exit()
    )
    return 40.0 / run.advance(2000.0).time_s[0]


@pytest.mark.parametrize(("density", "mean", "deviation"), UO)
def test_calibrated_walking_is_that_of_the_corridor_experiments(density, mean, deviation):
    """Hermes, one direction, 3.0 m: within one standard deviation by density, never above the own speed."""
    assert crowd_mps(CALIBRATED, density, 1.55) == pytest.approx(mean, abs=deviation)
    assert crowd_mps(CALIBRATED, density, 0.5) <= 0.5 + 1e-6


@pytest.mark.parametrize("density", [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0])
def test_code_walking_lies_near_weidmanns_relation(density):
    expected = 1.34 * (1 - np.exp(-1.913 * (1 / density - 1 / 5.4)))
    assert crowd_mps(CODE, density, 1.34) == pytest.approx(expected, abs=0.10)


def test_calibrated_is_nowhere_slower_than_code():
    """What a door, a bottleneck and a stair pass, and how fast a crowd walks, where it walks at all."""
    for width in (0.7, 0.8, 1.0, 1.4, 2.0):
        for length in (None, 2.0):
            assert through(width, length=length) >= through(width, length=length, physics=CODE)
    for density in (0.25, 0.75, 1.25, 1.75):
        assert crowd_mps(CALIBRATED, density, 1.4) >= crowd_mps(CODE, density, 1.4)
    for down in (True, False):
        assert on_stair(1.2, down=down)[0] >= on_stair(1.2, down=down, physics=CODE)[0]


RISER, TREAD = 0.17, 0.29
SLOPE = math.hypot(RISER, TREAD) / TREAD


def on_stair(width, *, down, people=300, physics=CALIBRATED, length=10.0):
    """(people/s, s on the stair of those in the middle of the stream) at Weidmann's mean speeds."""
    made = NetworkBuilder(physics=physics)
    low, high = (made.room(length_m=30.0, width_m=30.0) for _ in range(2))
    made.stair(low, high, length_m=length, width_m=width, riser_m=RISER, tread_m=TREAD, name="stair")
    begin, end = (high, low) if down else (low, high)
    made.exit(end, width_m=30.0)
    run = NetworkRun(made.build(), watch=("stair",), record=True)
    speed = np.tile([[1.34, DOWN_MPS * SLOPE, UP_MPS * SLOPE]], (people, 1))
    run.go(
        run.add_agents(zone=[begin] * people, xy=places(people, 0.0), speed_mps=speed),
        run.goal_nearest_exit(),
    )
    run.advance(3000.0)
    times, agents, vertices = run.legs
    first = 2 * run.network.portals
    on = dict(zip(agents[vertices % 2 == 0], times[vertices % 2 == 0, 1], strict=False))
    off = (vertices >= first) & (vertices % 2 == 1)
    ride = [t - on[a] for a, t in zip(agents[off], times[off, 1], strict=True)]
    return steady(passed(run, "stair")), float(np.median(ride))


@pytest.mark.parametrize("width", [1.0, 1.2, 1.6, 2.4])
@pytest.mark.parametrize(("down", "largest"), [(True, 0.97), (False, 0.85)])
def test_stairs_pass_weidmanns_largest_flows(width, down, largest):
    """Weidmann 1993: 0.97 /(m s) down and 0.85 up, within 3 %."""
    flow, _ = on_stair(width, down=down)
    assert flow / width == pytest.approx(largest, rel=0.03)


@pytest.mark.parametrize("density", [0.6, 0.8, 1.0, 1.2, 1.5])
@pytest.mark.parametrize(("down", "own"), [(True, DOWN_MPS), (False, UP_MPS)])
def test_speed_on_stairs_lies_in_the_measured_band(density, down, own):
    """The band of RiMEA 13 (Corbetta's two branches, mean ± deviation), speeds and densities on the plan."""
    r = density
    if down:
        fast, slow = 0.33 * r**2 - 1.02 * r + 1.39, -0.08 * r + 0.67
        wide, narrow = -0.11 * r + 0.29, -0.06 * r + 0.14
    else:
        fast, slow = 0.18 * r**2 - 0.55 * r + 1.02, 0.01 * r + 0.48
        wide, narrow = -0.14 * r + 0.35, -0.02 * r + 0.10
    made = NetworkBuilder(physics=CALIBRATED)
    low, high = (made.room(length_m=30.0, width_m=30.0) for _ in range(2))
    made.stair(low, high, length_m=20.0, width_m=5.0, riser_m=RISER, tread_m=TREAD, flow=1e4, name="stair")
    begin, end = (high, low) if down else (low, high)
    made.exit(end, width_m=30.0)
    run = NetworkRun(made.build(), watch=("stair",))
    people = round(density * 100.0 / SLOPE)
    speed = np.tile([[1.34, own * SLOPE, own * SLOPE]], (people, 1))
    run.go(
        run.add_agents(zone=[begin] * people, xy=places(people, 0.0), speed_mps=speed),
        run.goal_nearest_exit(),
    )
    run.advance(1000.0)
    # The last one steps on when all others are on the stair.
    found = 20.0 / SLOPE / passed(run, "stair").max()
    assert min(fast - wide, slow - narrow) <= found <= max(fast + wide, slow + narrow)


@pytest.mark.parametrize("mode", MODES)
def test_a_ramp_is_walked_at_the_level_speed(two_storey_plan, mode):
    """SFPE Handbook: corridor, aisle, ramp and doorway have one k, so stair speeds have no say on a ramp."""
    stairs = two_storey_plan.connector["stairs"]
    ramp = replace(stairs, kind=ConnectorKind.RAMP, slope_length_m=30.0)
    others = tuple(c for c in two_storey_plan.connectors if c.id != "stairs")
    plan = replace(two_storey_plan, connectors=(ramp, *others))
    network = compile_network(zones_of(plan), plan, mode=mode)
    link = network.link_connector.index("stairs")
    gate = network.portals + 2 * link
    flow, layer = (1.87, 0.0) if mode == "calibrated" else (sfpe.LEVEL_FLOW, 0.20)
    assert network.gate_capacity[gate] == pytest.approx(flow * (ramp.width_m - 2 * layer))
    run = NetworkRun(network, watch=("stairs",), record=True)
    upstairs = int(network.zones_of_space["L2-corridor"][0])
    for other in ("up", "down", "lift"):
        run.set_open(other, is_open=False)
    one = run.add_agents(zone=[upstairs], speed_mps=np.array([[1.1, 0.3, 0.2]]))
    run.go(one, run.goal_nearest_exit())
    run.advance(1000.0)
    times, _, vertices = run.legs
    on, off = (times[vertices >> 1 == end, 1][0] for end in (gate + 1, gate))
    assert off - on == pytest.approx(30.0 / 1.1, rel=1e-4)
