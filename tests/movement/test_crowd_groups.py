"""Groups in the crowd engine: together at the exit, no faster than the slowest, no deadlock at a door."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely import box

from twin.movement.crowd.groups import groups_of
from twin.plan.zones import zones_of


def put(run, plan, space, shape, speeds, group, seed=1):
    """People with ``speeds`` in a box of a space, bound for the nearest exit."""
    rng = np.random.default_rng(seed)
    xy = rng.uniform(shape[:2], shape[2:], (len(speeds), 2))
    zones = zones_of(plan)
    grid = zones.grids[0]
    zone = [int(grid.zone[grid.cell(x, y)]) for x, y in xy.tolist()]
    ids = run.add_agents(zone=zone, xy=xy, speed_mps=np.array(speeds, float), group=group)
    assert set(zones.zone_space[zone]) == {zones.space_ids.index(space)}
    run.go(ids, run.goal_nearest_exit())
    return ids


def times(run, most_s=600.0, each=None):
    out = np.full(run.agents, np.nan)
    while run.moving and run.now_s < most_s:
        found = run.advance(run.now_s + 0.5)
        out[found.agent] = found.time_s
        if each:
            each()
    return out


@pytest.fixture(scope="module")
def hall(plan_of):
    return plan_of({"hall": (0, 0, 24, 8)}, [], [("hall", [(24, 3), (24, 5)])])


@pytest.mark.parametrize("others", [0.2, 0.5])
def test_nist_2_9_and_iso_14_a_group_with_a_slow_member_reaches_the_exit_together(others, run_of, hall):
    """Four of 1.25 m/s and one of 0.5 m/s, beside ten slow people: within 10 s; as strangers they are not."""
    spread = {}
    for grouped in (True, False):
        run = run_of(hall)
        first = put(run, hall, "hall", (1, 4.5, 4, 7.5), [1.25] * 4 + [0.5], 0 if grouped else -1)
        put(run, hall, "hall", (1, 0.5, 4, 3.5), [others] * 10, 1 if grouped else -1, seed=2)
        out = times(run)
        assert not np.isnan(out).any()
        spread[grouped] = np.ptp(out[first])
    assert spread[True] <= 10.0
    assert spread[False] > 12.0


def test_nobody_of_a_group_is_faster_than_its_slowest_and_a_stranger_is(run_of, hall):
    run = run_of(hall)
    group = put(run, hall, "hall", (1, 1, 4, 7), [1.4, 1.3, 1.2, 0.7], 5)
    stranger = put(run, hall, "hall", (5, 1, 6, 7), [1.4], -1)
    was, fast = run.xy.copy(), []

    def look():
        nonlocal was
        inside = ~run.outside
        fast.append(np.where(inside, np.hypot(*(run.xy - was).T) / 0.5, 0.0))
        was = run.xy.copy()

    run.advance(2.0)
    was = run.xy.copy()
    times(run, 14.0, look)
    top = np.max(fast, axis=0)
    assert (top[group] <= 0.7 * 1.02).all()
    assert top[stranger] > 1.2


def test_a_group_in_a_passage_of_one_metre_is_not_slowed_by_having_to_go_in_file(plan_of, run_of):
    plan = plan_of(
        {"hall": (0, 0, 6, 6), "passage": (6, 2.5, 26, 3.5)},
        [("hall", "passage", [(6, 2.5), (6, 3.5)])],
        [("passage", [(26, 2.5), (26, 3.5)])],
    )
    last = {}
    for group in (3, -1):
        run = run_of(plan)
        put(run, plan, "hall", (1, 1, 5, 5), [1.2] * 8, group)
        last[group] = times(run).max()
    assert last[3] < 1.15 * last[-1]


@pytest.mark.parametrize(("width", "most"), [(0.9, 1.2), (2.0, 1.25)])
def test_groups_in_a_queue_go_on_with_it_instead_of_waiting_for_one_another(width, most, plan_of, run_of):
    """Fifteen families before a passage: with strangers at the heels nobody stands still in the stream."""
    low = 3 - width / 2
    plan = plan_of(
        {"hall": (0, 0, 8, 6), "passage": (8, low, 20, low + width)},
        [("hall", "passage", [(8, low), (8, low + width)])],
        [("passage", [(20, low), (20, low + width)])],
    )
    last = {}
    for grouped in (True, False):
        run = run_of(plan)
        rng = np.random.default_rng(4)
        for k in range(15):
            x, y = rng.uniform((0.5, 0.5), (6.0, 4.5))
            speeds = np.clip(rng.normal(1.3, 0.2, 4), 0.8, 1.8)
            put(run, plan, "hall", (x, y, x + 1.5, y + 1.0), speeds, k if grouped else -1, seed=k)
        last[grouped] = times(run).max()
        assert run.notes == ()
    assert last[True] < most * last[False]


def test_groups_that_meet_in_a_door_of_one_metre_all_get_through(plan_of, run_of):
    """Six families from each side; nobody is left, and no watchdog had to help."""
    plan = plan_of(
        {"west": (0, 0, 10, 8), "east": (10, 0, 20, 8)},
        [("west", "east", [(10, 3.5), (10, 4.5)])],
        [("west", [(0, 2), (0, 6)]), ("east", [(20, 2), (20, 6)])],
    )
    run = run_of(plan)
    for k in range(6):
        for room, shape, way in (
            ("west", (1, 0.5, 6, 7.5), "exit-1"),
            ("east", (14, 0.5, 19, 7.5), "exit-0"),
        ):
            ids = put(run, plan, room, shape, [1.3, 1.2, 0.9, 0.8], 2 * k + (room == "east"), seed=k)
            run.go(ids, run.goal_exit(way))
    out = times(run, 300.0)
    assert not np.isnan(out).any()
    assert out.max() < 200.0


def test_a_group_in_two_rooms_meets_again_and_never_leaves_the_floor(plan_of, run_of):
    """Three start in the hall, their child in a room beside it; they come out within 10 s of one another."""
    plan = plan_of(
        {"hall": (0, 0, 30, 6), "room": (0, 6, 8, 14)},
        [("hall", "room", [(3, 6), (4, 6)])],
        [("hall", [(30, 2), (30, 4)])],
    )
    run = run_of(plan)
    put(run, plan, "hall", (8, 1, 11, 5), [1.3, 1.3, 1.2], 0)
    put(run, plan, "room", (1, 10, 7, 13), [0.8], 0)
    floor = box(0, 0, 30, 6).union(box(0, 6, 8, 14)).buffer(0.01)
    off = []

    def look():
        off.append((~shapely.contains_xy(floor, run.xy[~run.outside])).sum())

    out = times(run, each=look)
    assert np.ptp(out) <= 10.0
    assert sum(off) == 0


def test_a_member_who_goes_down_is_waited_for_no_more(run_of, hall):
    run = run_of(hall)
    group = put(run, hall, "hall", (1, 1, 4, 7), [1.3, 1.3, 1.3, 0.4], 0)
    run.advance(8.0)
    run.set_speed_factor(group[3], 0.0)
    out = times(run)
    assert np.isnan(out[group[3]])
    assert np.nanmax(out) < 8.0 + 24.0 / 1.3 + 10.0


def test_groups_of_lists_those_who_share_a_number_and_nobody_alone():
    groups = groups_of(np.array([-1, 4, 2, 4, -1, 9, 2, 4], np.int32))
    found = [
        set(groups.member[a:b].tolist()) for a, b in zip(groups.start[:-1], groups.start[1:], strict=True)
    ]
    assert found == [{2, 6}, {1, 3, 7}]
    grown = np.array([0, 0, 1, 1, 1, 1, 1, 1, 1], np.int32)
    again = groups_of(grown, groups._replace(waited=np.full(8, 3.0)))
    assert again.waited.tolist() == [3.0] * 8 + [0.0]
