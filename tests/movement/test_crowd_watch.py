"""The watchdog of the crowd engine: who is stuck is helped in steps and named, who queues is left alone.

And what makes people stuck on real plans: a wide front with only a threshold behind it.
"""

from __future__ import annotations

import re

import numpy as np
import pytest
import shapely
from shapely import LineString, box


def put(run, shape, count, *, space="hall", seed=1, **more):
    """People spread over a box of a space."""
    rng = np.random.default_rng(seed)
    zones = run.network.zones_of_space[space]
    xy = rng.uniform(shape[:2], shape[2:], (count, 2))
    near = np.hypot(*(xy[:, None] - run.network.zone_centre[zones]).transpose(2, 0, 1)).argmin(axis=1)
    return run.add_agents(zone=np.asarray(zones)[near], xy=xy, speed_mps=1.3, **more)


def cleared(run, most_s):
    """When the last one was out; ``most_s`` if somebody is still inside then."""
    while run.inside and run.now_s < most_s:
        run.advance(run.now_s + 1.0)
    return run.now_s


@pytest.mark.parametrize("depth", [0.6, 1.0])
def test_the_far_end_of_a_wide_front_to_a_threshold_is_not_made_for(depth, plan_of, run_of):
    """A front of 10 m, an exit of 4 m at one end of the threshold behind it, people from the other end.

    They are out about as soon as through the same exit without the threshold; through the nearest place of
    the front they would go in file along the threshold.
    """
    took = []
    way_out = LineString([(15, 0), (19, 0)])
    porch = {"porch": (15, -depth, 25, 0)}
    for rooms, doors, exits in (
        ({}, [], [("hall", way_out)]),
        (porch, [("hall", "porch", [(15, 0), (25, 0)])], [("porch", [(15, -depth), (19, -depth)])]),
    ):
        run = run_of(plan_of({"hall": (0, 0, 40, 10), **rooms}, doors, exits))
        run.go(put(run, (27, 1, 39, 9), 120), run.goal_nearest_exit())
        took.append(cleared(run, 120.0))
        assert run.notes == ()
    assert took[1] < 1.4 * took[0]


def test_a_long_queue_before_a_door_is_nobody_stuck(plan_of, run_of):
    """150 people before a door of 1 m: those behind stand for a minute and more, and wait their turn."""
    plan = plan_of(
        {"hall": (0, 0, 12, 10), "yard": (12, 0, 20, 10)},
        [("hall", "yard", [(12, 4.5), (12, 5.5)])],
        [("yard", [(20, 3), (20, 7)])],
    )
    run = run_of(plan)
    run.go(put(run, (1, 1, 11, 9), 150), run.goal_nearest_exit())
    assert 60.0 < cleared(run, 240.0) < 200.0
    assert run.notes == ()


def test_who_is_stuck_is_helped_on_in_steps_and_named(plan_of, run_of):
    """Somebody broader than the door, even squeezed, is carried in the end; the run says who and where."""
    plan = plan_of(
        {"hall": (0, 0, 10, 6), "passage": (10, 2.6, 16, 3.4)},
        [("hall", "passage", [(10, 2.6), (10, 3.4)])],
        [("passage", [(16, 2.6), (16, 3.4)])],
    )
    run = run_of(plan)
    run.go(put(run, (6, 2.9, 7, 3.1), 1, breadth_m=3.2), run.goal_nearest_exit())
    while not any("was moved on past others" in line for line in run.notes) and run.now_s < 400.0:
        run.advance(run.now_s + 1.0)
    assert "stood for a minute before door-0 though it was open" in run.notes[0]
    found = re.fullmatch(
        r"1 times somebody was moved on past others in hall on ground, first agent 0 at (\d+) s "
        r"from \((.+), (.+)\) to \((.+), (.+)\)",
        run.notes[1],
    )
    assert found is not None
    assert float(found[1]) > 60.0 + 15.0 + 45.0
    assert float(found[2]) < float(found[4]) <= 10.0


def test_who_waits_for_a_shut_door_is_not_stuck(plan_of, run_of):
    plan = plan_of(
        {"hall": (0, 0, 12, 10), "yard": (12, 0, 20, 10)},
        [("hall", "yard", [(12, 4.5), (12, 5.5)])],
        [("yard", [(20, 3), (20, 7)])],
    )
    run = run_of(plan)
    ids = put(run, (1, 1, 11, 9), 10)
    run.go(ids, run.goal_nearest_exit())
    run.advance(1.0)
    run.set_open("door-0", is_open=False)
    run.advance(300.0)
    run.set_open("door-0", is_open=True)
    assert cleared(run, 400.0) < 340.0
    assert run.notes == ()


def test_who_cuts_the_corner_of_a_front_is_counted_in_the_room_it_is_in(plan_of, run_of):
    """A shop whose front bends round a corner that sticks out into the hall; people walk close by it."""
    plan = plan_of(
        {"hall": (0, 0, 24, 10), "shop": (10, 0, 14, 5)},
        [("hall", "shop", [(10, 1), (10, 5), (14, 5), (14, 1)])],
        [("hall", [(24, 0.5), (24, 9.5)])],
    )
    run = run_of(plan)
    rng = np.random.default_rng(3)
    xy = np.column_stack([rng.uniform(1, 9, 150), rng.uniform(1, 9, 150)])
    zones = np.asarray(run.network.zones_of_space["hall"])
    near = np.hypot(*(xy[:, None] - run.network.zone_centre[zones]).transpose(2, 0, 1)).argmin(axis=1)
    run.go(run.add_agents(zone=zones[near], xy=xy, speed_mps=1.3), run.goal_nearest_exit())
    shop = box(10, 0, 14, 5)
    while run.inside and run.now_s < 100.0:
        run.advance(run.now_s + 0.5)
        there = ~run.outside
        in_shop = run.network.node_space[run.node] == run.network.space_ids.index("shop")
        away = shapely.distance(shop, shapely.points(run.xy[there]))
        assert away[in_shop[there]].max(initial=0.0) < 0.2
    assert run.inside == 0
    assert run.notes == ()
