"""What a drill did by door, level and zone: nobody is counted twice, percentiles are the people's own."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.errors import InputError
from twin.plan.zones import zones_of
from twin.world.density import CELL_M, RADIUS_M, DensityField, levels_on_floors
from twin.world.drill import DrillSetup
from twin.world.drill_maps import Maps
from twin.world.drill_zones import percentiles_by
from twin.world.ensemble import run_drills
from twin.world.population import spread


@pytest.fixture(scope="module")
def answer(two_storey_plan):
    setup = DrillSetup(people=spread(two_storey_plan, 400))
    return run_drills(two_storey_plan, setup, seed=2, replications=3)


@pytest.fixture(scope="module")
def document(answer):
    return json.loads(json.dumps(answer.document(), allow_nan=False))


def test_flow_at_the_exits_adds_up_to_everybody(document):
    """The flow of each exit over all steps is the people who left by it."""
    step_min = (document["doors"]["time_s"][1] - document["doors"]["time_s"][0]) / 60
    exits = [row for row in document["doors"]["rows"] if row["kind"] == "exit"]
    for row in exits:
        assert row["passed"]["mean"] == pytest.approx(document["exits"][row["source"]])
        assert sum(row["per_min"]) * step_min == pytest.approx(row["passed"]["mean"], abs=0.5)
    assert sum(row["passed"]["mean"] for row in exits) == pytest.approx(document["people"])


def test_no_door_passes_more_than_its_capacity(document):
    """In code mode the flow is metered: within a minute at most the capacity, and one person at each edge."""
    metered = [row for row in document["doors"]["rows"] if row["capacity_per_min"]]
    assert metered
    for row in metered:
        assert row["peak_per_min"]["mean"] <= row["capacity_per_min"] + 2


def test_everybody_is_on_one_level_or_on_a_stair(document):
    """At each step the levels and the stairs together hold who is not out yet."""
    by_level = document["inside_by_level"]
    total = np.sum([row["inside"] for row in by_level["levels"]], axis=0)
    out = np.interp(by_level["time_s"], document["curve"]["time_s"], document["curve"]["out"])
    assert total == pytest.approx(document["people"] - out, abs=1.0)
    assert {row["level_id"] for row in by_level["levels"]} == {"L1", "L2", ""}


def test_intervals_hold_their_means(document):
    rows = [*document["doors"]["rows"], *document["inside_by_level"]["levels"]]
    for row in rows:
        mean = row.get("per_min") or row["inside"]
        assert all(
            low - 0.1 <= m <= high + 0.1 for low, m, high in zip(row["low"], mean, row["high"], strict=True)
        )
    assert document["exit_use"]["west"]["mean"] == document["exits"]["west"]


def test_one_replication_has_no_interval(two_storey_plan):
    one = run_drills(
        two_storey_plan, DrillSetup(people=spread(two_storey_plan, 50)), seed=1, replications=1
    ).document()
    assert one["doors"]["rows"][0]["low"] is None
    assert one["inside_by_level"]["levels"][0]["high"] is None
    assert one["worst_places"][0]["p95_s"]["low"] is None


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.one_of(st.floats(0, 900), st.just(np.nan))), min_size=1, max_size=60
    )
)
def test_percentiles_are_those_of_numpy(people):
    """By group, by rank (numpy's inverted_cdf); somebody who never got out counts as inf."""
    group = np.array([g for g, _ in people])
    times = np.array([t for _, t in people])
    count, median, slow = percentiles_by(group, times, 5)
    for one in range(5):
        own = np.where(np.isnan(times), np.inf, times)[group == one]
        assert count[one] == len(own)
        for found, share in ((median[one], 0.5), (slow[one], 0.95)):
            if len(own):
                assert found == np.percentile(own, 100 * share, method="inverted_cdf")
            else:
                assert np.isnan(found)


def test_the_worst_places_are_the_slowest_ones(answer, document, two_storey_plan):
    """Ranked by the 95 % time of who began there, worked out from the runs person by person."""
    worst = document["worst_places"]
    slow = [place["p95_s"]["mean"] for place in worst]
    assert slow == sorted(slow, reverse=True)
    number = [space.id for space in two_storey_plan.spaces].index(worst[0]["space_id"])
    rows = [np.sort(run.out_time_s[run.start_space == number]) for run in answer.runs]
    assert slow[0] == pytest.approx(np.mean([row[int(np.ceil(0.95 * len(row))) - 1] for row in rows]))


def test_people_who_do_not_get_out_make_a_place_the_worst(two_storey_plan):
    """Without a stair or lift nobody leaves level 2: its places have no time, and come first."""
    ways = frozenset(c.id for c in two_storey_plan.connectors)
    setup = DrillSetup(people=spread(two_storey_plan, 300), blocked=ways)
    found = run_drills(two_storey_plan, setup, seed=1, replications=2).document()
    above = [p for p in found["worst_places"] if two_storey_plan.space[p["space_id"]].level_id == "L2"]
    assert above
    assert found["worst_places"][: len(above)] == above
    assert all(place["p95_s"]["mean"] is None for place in above)


def test_zones_are_parallel_and_hold_everybody(document, two_storey_plan):
    zones = document["zones"]
    assert {len(column) for column in zones.values()} == {len(zones_of(two_storey_plan).zone_area_m2)}
    assert sum(zones["began"]) == 400 * 3
    assert all(f <= e for e, f in zip(zones["e_s"], zones["f_s"], strict=True))


def test_maps_come_back_as_they_went(answer, document):
    maps = answer.maps()
    again = Maps.from_bytes(maps.to_bytes())
    assert all((a == b).all() for a, b in zip(maps.zone, again.zone, strict=True))
    for name, values in maps.by_zone.items():
        np.testing.assert_array_equal(values, again.by_zone[name])
    assert maps.by_zone["density_peak"] == pytest.approx(document["zones"]["peak_density"], abs=0.006)
    with pytest.raises(InputError, match="MTM1"):
        Maps.from_bytes(b"nothing")
    with pytest.raises(InputError, match="cut short"):
        Maps.from_bytes(maps.to_bytes()[:-1])


def test_density_on_open_floor_is_that_of_the_crowd(two_storey_plan):
    """People on a square grid of 0.5 m make 4 people/m², in the open and beside a wall."""
    zones = zones_of(two_storey_plan)
    field = DensityField(zones)
    x, y = np.meshgrid(np.arange(20.25, 32, 0.5), np.arange(12.25, 18, 0.5))
    xy = np.column_stack([x.ravel(), y.ravel()])
    field.take(np.zeros(len(xy), int), xy, np.ones(len(xy), np.int32))
    field.take(np.zeros(0, int), np.zeros((0, 2)), np.zeros(0, np.int32))
    found = field.result()
    origin = np.array(zones.grids[0].origin)
    cell = np.floor((np.array([[26.3, 15.2]]) - origin) / CELL_M).astype(int)[0]
    assert found.peak[0][cell[1], cell[0]] == pytest.approx(4.0, rel=0.02)
    assert found.mean[0][cell[1], cell[0]] == pytest.approx(2.0, rel=0.02)
    assert not np.nan_to_num(found.peak[1]).any()


def test_one_person_is_one_person(two_storey_plan):
    """The density of a person alone, summed over the floor, is one person; it is 1 / (disc) at the most."""
    zones = zones_of(two_storey_plan)
    field = DensityField(zones)
    field.take(np.zeros(1, int), np.array([[30.2, 15.1]]), np.ones(1, np.int32))
    found = field.result()
    assert np.nansum(found.mean[0]) * CELL_M**2 == pytest.approx(1.0, rel=0.05)
    assert np.nanmax(found.peak[0]) == pytest.approx(1 / (np.pi * RADIUS_M**2), rel=0.05)


def test_people_on_flights_are_no_crowd_on_the_floor():
    """Zones are nodes 0-2 here: who is on link 3, in a lift or out is on no floor."""
    node = np.array([0, 2, 3, -1])
    assert levels_on_floors(np.array([1, 0, 1, -1]), node, 3).tolist() == [1, 0, -1, -1]
