"""The hall of the crowd race: the dimensions of the task, and people who can stand where they stand."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from scipy.spatial import cKDTree

from benchmarks import hall
from twin.plan.checks import check


@pytest.mark.parametrize("levels", [1, 5])
def test_the_plan_breaks_no_rule_and_every_square_metre_is_walkable(levels):
    report = check(hall.hall_plan(levels)).document()
    assert not [one for one in report["violations"] if one["severity"] == "VIOLATION"]
    assert report["walkable_m2"] == pytest.approx(levels * 120 * 80)
    assert len(hall.hall_plan(levels).exits) == 4
    assert {one.width_m for one in hall.hall_plan(levels).exits} == {4.0}


@pytest.mark.parametrize(("people", "levels"), [(2_000, 1), (20_000, 5)])
def test_nobody_starts_on_another_or_in_a_wall(people, levels):
    standing = hall.people_of(people, seed=3, levels=levels)
    walls = shapely.union_all(
        [shape.boundary for shape in (*hall.shop_boxes(), shapely.box(0, 0, hall.LENGTH_M, hall.BREADTH_M))]
    )
    assert len(standing.xy) == people
    for level in range(levels):
        here = standing.xy[standing.level == level]
        nearest = cKDTree(here).query(here, k=2)[0][:, 1]
        assert nearest.min() >= hall.APART_M - 1e-9
        assert shapely.distance(shapely.points(here), walls).min() >= hall.FROM_WALL_M - 1e-9
    assert np.array_equal(hall.shop_at(standing.xy), standing.shop)


def test_the_same_seed_is_the_same_people():
    one, same, other = (hall.people_of(500, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one.xy, same.xy)
    assert np.array_equal(one.speed_mps, same.speed_mps)
    assert not np.array_equal(one.xy, other.xy)


def test_the_peer_walks_in_the_same_hall_less_its_walls():
    """Every place and every exit is in the peer's polygon, and only the walls are missing."""
    area = hall.walkable_of()
    standing = hall.people_of(2_000, seed=1)
    assert shapely.contains_xy(area, standing.xy).all()
    # 20 m² a shop at most: 0.1 m on each side of 48 m of wall round it, and the hall's strip before it.
    missing = 120 * 80 - area.area
    assert 0 < missing < 20 * (48 + 12) * hall.WALL_M
    for line in hall.exit_lines():
        assert area.boundary.distance(line.centroid) == pytest.approx(0.0)


def test_the_way_out_of_a_shop_leads_through_its_front():
    """From the middle of the first southern shop: 6 m to the front at (6, 12), then straight to the exit."""
    walk = hall.walk_m(np.array([[6.0, 6.0], [60.0, 40.0]]), np.array([0, -1]))
    assert walk[0, 0] == pytest.approx(6.0 + np.hypot(6.0, 80 / 3 - 12.0))
    assert walk[1] == pytest.approx(np.full(4, np.hypot(60.0, 40.0 - 80 / 3)))
