"""Places of a line: on the floor, apart, one after another, off walls and doors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, box

from twin.errors import InputError
from twin.movement.lines import DOOR_M, PITCH_M, ROW_M, WALL_M, floor_for_line, line_places
from twin.plan import model as m

HALL = box(0, 0, 10, 6)


def apart(places):
    away = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    return away[np.triu_indices(len(places), 1)].min() if len(places) > 1 else np.inf


def test_a_line_with_room_is_straight_and_goes_the_way_asked_for():
    places = line_places(HALL, (1.0, 1.0), 10, away=(2.0, 0.0))
    assert places == pytest.approx(np.column_stack([1.0 + PITCH_M * np.arange(10), np.full(10, 1.0)]))


def test_without_a_way_it_takes_the_one_in_which_it_is_straight_longest():
    places = line_places(HALL, (1.0, 3.0), 12)
    assert places[-1, 0] - 1.0 == pytest.approx(11 * PITCH_M)


def test_a_long_line_turns_at_the_wall_and_comes_back_beside_itself():
    places = line_places(HALL, (1.0, 1.0), 30, away=(1.0, 0.0))
    assert len(places) == 30
    rows = np.unique(places[:, 1].round(6))
    assert np.diff(rows) == pytest.approx([ROW_M] * (len(rows) - 1))
    steps = np.hypot(*np.diff(places, axis=0).T)
    assert set(steps.round(6)) == {PITCH_M, ROW_M}


@settings(max_examples=60)
@given(
    x=st.floats(0.5, 9.5),
    y=st.floats(0.5, 5.5),
    turn=st.floats(0, 6.3),
    count=st.integers(1, 60),
    hole=st.tuples(st.floats(1, 8), st.floats(1, 4)),
)
def test_places_are_on_the_floor_apart_and_reached_over_the_floor(x, y, turn, count, hole):
    floor = HALL.difference(box(*hole, hole[0] + 1.5, hole[1] + 1.5))
    if not floor.covers(Point(x, y)):
        return
    places = line_places(floor, (x, y), count, away=(np.cos(turn), np.sin(turn)))
    assert 1 <= len(places) <= count
    assert (places[0] == (x, y)).all()
    assert floor.covers(shapely.MultiPoint(places))
    assert apart(places) > min(PITCH_M, ROW_M) - 1e-6
    if len(places) > 1:
        assert floor.covers(LineString(places))


def test_floor_for_a_line_keeps_off_walls_and_doors(two_storey_plan):
    floor = floor_for_line(two_storey_plan, "L1-shop-1")
    shop, front = two_storey_plan.space["L1-shop-1"], two_storey_plan.opening["L1-shop-1-front"]
    assert floor.within(shop.shape)
    assert floor.distance(shop.shape.exterior) == pytest.approx(WALL_M)
    assert floor.distance(front.line) == pytest.approx(DOOR_M, abs=0.01)


@pytest.mark.parametrize(
    ("broken", "rule"),
    [
        (lambda _: line_places(HALL, (11, 1), 3), r"its head \(11, 1\) is not on the floor"),
        (lambda _: line_places(HALL, (1, 1), 0), "0 places: there must be one at least"),
        (lambda _: line_places(HALL, (1, 1), 3, away=(0, 0)), "is no direction"),
        (lambda plan: floor_for_line(plan, "attic"), "no space 'attic'"),
        (lambda plan: floor_for_line(with_void(plan), "hole"), "nobody can be in space 'hole'"),
    ],
)
def test_a_line_that_cannot_be_is_refused_with_its_rule(two_storey_plan, broken, rule):
    with pytest.raises(InputError, match=rule):
        broken(two_storey_plan)


def with_void(plan):
    hole = m.Space(id="hole", level_id="L1", kind=m.SpaceKind.VOID, shape=box(2, 2, 4, 4))
    return replace(plan, spaces=(*plan.spaces, hole))
