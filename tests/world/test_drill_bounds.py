"""A drill against second methods: a static maximum flow, a pool of processes, sums over places."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pytest

from scenarios.drill import AtTime, people_of
from twin.plan.model import ConnectorKind
from twin.plan.zones import zones_of
from twin.world.drill import DrillSetup, run_drill
from twin.world.drill_places import LETTERS, place_measures
from twin.world.drill_result import LOS_DENSITY
from twin.world.ensemble import run_drills
from twin.world.networks import network_of
from twin.world.population import spread
from twin.world.pre_movement import NONE
from twin.world.trading_day import DaySetup, run_day

AREA_OF_LETTER = {"A": 3.25, "B": 2.32, "C": 1.39, "D": 0.93, "E": 0.46, "F": 0.0}
"""Fruin 1971, walkways: the least m² a person at each level of service."""


@pytest.fixture(scope="module")
def answer(two_storey_plan):
    return run_drills(
        two_storey_plan, DrillSetup(people=spread(two_storey_plan, 400)), seed=4, replications=3
    )


def greatest_flow(plan, people) -> float:
    """People/s that can leave at most: static maximum flow from where people are to outside.

    A gate passes its capacity both ways together, so as much in each is a relaxation; a lift is shut.
    """
    net = network_of(plan)
    graph = nx.DiGraph()
    zones = net.zones_of_space
    for space in people:
        for zone in zones[space].tolist():
            graph.add_edge("people", zone)
    for gate, (one, other) in enumerate(net.gate_nodes.tolist()):
        name = net.gate_source[gate]
        if name in plan.connector and plan.connector[name].kind is ConnectorKind.LIFT:
            continue
        end = "outside" if other < 0 else other
        for a, b in ((one, end), (end, one)):
            before = graph.get_edge_data(a, b, {"capacity": 0.0})["capacity"]
            graph.add_edge(a, b, capacity=before + float(net.gate_capacity[gate]))
    return float(nx.maximum_flow_value(graph, "people", "outside"))


@pytest.mark.parametrize("start", ["everywhere", "L1-shop-3", "L2-corridor"])
def test_clearance_is_never_below_the_static_maximum_flow(two_storey_plan, start):
    """N people need N / (max flow) s, less one at each gate that passes the first at once."""
    people = spread(two_storey_plan, 400) if start == "everywhere" else {start: 200}
    setup = DrillSetup(people=people, pre_movement=NONE, familiar_share=0.0)
    count = sum(people.values())
    flow = greatest_flow(two_storey_plan, people)
    run = run_drill(two_storey_plan, setup, seed=1)
    assert run.remaining == 0
    gates = 4  # of the cut: two exits here, or a door, or a stair and two standing escalators
    assert run.t_last >= (count - gates) / flow
    assert run.t_last <= 6 * count / flow + 120  # and the bound is not an empty one


def test_a_pool_of_processes_gives_the_same_answer_bit_by_bit(two_storey_plan):
    setup = DrillSetup(people=spread(two_storey_plan, 60))
    here, pool = (
        run_drills(two_storey_plan, setup, seed=11, replications=2, workers=workers) for workers in (1, 2)
    )
    for one, other in zip(here.runs, pool.runs, strict=True):
        assert one.out_time_s.tobytes() == other.out_time_s.tobytes()
        assert one.zone_count.tobytes() == other.zone_count.tobytes()
    mine, theirs = ({**each.document(), "wall_s": 0} for each in (here, pool))
    assert mine == theirs


@pytest.mark.shared
def test_the_real_mall_with_ten_thousand_people_gets_everybody_out(shared):
    """XYZ10 site 2: counted once each, and nobody left behind."""
    from twin.plan.importing import open_plan

    plan = open_plan(shared / "data" / "plans" / "xyz10_site2")
    run = run_drill(plan, DrillSetup(people=spread(plan, 10_000)), seed=1)
    assert (run.people, run.evacuated, run.remaining) == (10_000, 10_000, 0)
    assert sum(run.exit_people.values()) == 10_000
    inside = run.zone_count.sum(axis=1) + run.link_count.sum(axis=1)
    assert (inside == 10_000 - run.curve(run.time_s)).all()


def test_people_of_a_time_are_those_of_the_trading_day(two_storey_plan):
    """``people: {at: "15:00"}`` is who is inside at 15:00 of the day with the scenario's seed."""
    at = AtTime(at="15:00", visits=600.0)
    found = people_of(two_storey_plan, at, seed=7)
    day = run_day(two_storey_plan, DaySetup(weekday=at.weekday, visits=600.0), seed=7)
    row = int(np.argmin(np.abs(day.time_s - 15 * 3600.0)))
    assert sum(found.values()) == int(day.inside[row]) > 0
    for space, count in found.items():
        assert count == day.space_count[row, day.space_ids.index(space)]
    run = run_drill(two_storey_plan, DrillSetup(people=found), seed=7)
    assert (run.evacuated, run.remaining) == (sum(found.values()), 0)


def test_person_seconds_of_the_levels_of_service_add_up(answer, two_storey_plan):
    """The six letters share all the time that people spend in zones: the sum of the samples times 5 s."""
    document = place_measures(two_storey_plan, answer.runs)
    total = np.mean([run.zone_count.sum() * 5.0 for run in answer.runs])
    assert list(document["level_of_service"]) == list(LETTERS)
    assert sum(document["level_of_service"].values()) == pytest.approx(total, abs=6)


def test_letters_agree_with_the_peak_density(answer, two_storey_plan):
    """At density d everybody has 1/d m²: the letter is the best whose area is not more than that."""
    document = place_measures(two_storey_plan, answer.runs)
    zones = zones_of(two_storey_plan)
    for space, row in document["spaces"].items():
        own = zones.zones_of_space[space]
        peak = np.mean([run.peak_density[own].max() for run in answer.runs])
        assert row["peak_density"] == pytest.approx(peak, abs=6e-4)
        letter = next(name for name, area in AREA_OF_LETTER.items() if 1 / peak > area)
        assert row["level_of_service"] == letter
    assert LOS_DENSITY[1:] == pytest.approx([1 / area for area in list(AREA_OF_LETTER.values())[:5]])


def test_the_band_of_the_curve_holds_its_mean(answer):
    """People out: never fewer with time, from nobody to all, the mean within the interval."""
    curve = answer.document()["curve"]
    low, mean, high = (np.array(curve[name]) for name in ("low", "out", "high"))
    assert (low <= mean).all()
    assert (mean <= high).all()
    assert (low < high).any()
    assert (np.diff(mean) >= 0).all()
    assert (mean[0], mean[-1]) == (0, 400)
    assert not math.isnan(float(high.max()))


def test_queues_are_part_of_those_who_are_there(answer, two_storey_plan):
    """Who queues is in the zone; a space's queue is that of its zones together, at every sample."""
    run = answer.runs[0]
    assert (run.zone_queue >= 0).all()
    assert (run.zone_queue <= run.zone_count).all()
    queues = place_measures(two_storey_plan, answer.runs)["queue_over_time"]["spaces"]
    assert queues
    zones = zones_of(two_storey_plan)
    for space, row in queues.items():
        assert row == run.zone_queue[:, zones.zones_of_space[space]].sum(axis=1).tolist()
        assert max(row) > 0
