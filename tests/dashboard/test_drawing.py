"""The drawing that the canvas gets says what the plan says."""

from __future__ import annotations

import gzip
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point, Polygon, box
from shapely.affinity import rotate

from dashboard.drawing import drawing_bytes, drawing_of, label_box
from twin.plan.model import Plan


@given(st.floats(2, 60), st.floats(2, 60), st.floats(0, 360), st.floats(0.2, 0.8), st.floats(0.2, 0.8))
def test_a_name_stands_inside_its_space(
    width: float, depth: float, turn: float, cut_x: float, cut_y: float
) -> None:
    """Also in L-shaped and turned rooms: the centre, and both ends of the free width, lie in it."""
    room = box(0, 0, width, depth).difference(box(width * cut_x, depth * cut_y, width, depth))
    turned = rotate(room, turn, origin=(0, 0))
    x, y, free, height = label_box(turned)
    assert turned.buffer(0.01).contains(Point(x, y))
    assert turned.buffer(0.05).contains(Point(x - free / 2, y))
    assert turned.buffer(0.05).contains(Point(x + free / 2, y))
    assert turned.buffer(0.05).contains(Point(x, y + height / 2))
    assert free > 0


def test_every_feature_is_drawn_on_its_level(small_plan: Plan) -> None:
    drawing = json.loads(gzip.decompress(drawing_bytes(small_plan)))
    for kind, features in (
        ("spaces", small_plan.spaces),
        ("openings", small_plan.openings),
        ("exits", small_plan.exits),
        ("devices", small_plan.devices),
    ):
        levels = {one["id"]: drawing["levels"][one["level"]]["id"] for one in drawing[kind]}
        assert levels == {one.id: one.level_id for one in features}


def test_areas_survive_to_the_centimetre(small_plan: Plan) -> None:
    """Rings are whole centimetres from the south-west corner, y north: a shop keeps its 12 by 16 m."""
    drawing = drawing_of(small_plan)
    for one in drawing["spaces"]:
        outer, *holes = (np.asarray(ring).reshape(-1, 2) / 100 for ring in one["rings"])
        shape = Polygon(outer, holes)
        assert shape.area == pytest.approx(small_plan.space[one["id"]].shape.area, rel=1e-3)


def test_exits_point_out_of_the_building(small_plan: Plan) -> None:
    for one in drawing_of(small_plan)["exits"]:
        way = small_plan.exit[one["id"]]
        middle = way.line.interpolate(0.5, normalized=True)
        outside = Point(middle.x + one["out"][0], middle.y + one["out"][1])
        assert not small_plan.space[way.space_id].shape.contains(outside)
        assert np.hypot(*one["out"]) == pytest.approx(1.0, abs=1e-3)


def test_flights_point_up(small_plan: Plan) -> None:
    """The axis of an escalator runs from its foot to its head: its upper stop is nearer to the head."""
    escalator = next(one for one in drawing_of(small_plan)["connectors"] if one["id"] == "esc")
    lower = escalator["stops"][0]
    foot, head = np.asarray(lower["axis"]).reshape(2, 2) / 100
    upper = small_plan.connector["esc"].stops[1].at
    assert np.hypot(*(head - (upper.x, upper.y))) < np.hypot(*(foot - (upper.x, upper.y)))


def test_the_demo_mall_is_small_on_the_wire(demo_plan: Plan) -> None:
    """Every browser loads it once; a third of a megabyte comes over any building's network in a blink."""
    assert len(drawing_bytes(demo_plan)) < 350_000
