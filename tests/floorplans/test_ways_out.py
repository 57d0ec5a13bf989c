"""Where an exit is drawn: on the side of its space that faces the outside, never on a front inside."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely import LineString, Polygon, box

from floorplans.ways_out import exit_at
from twin.plan.model import ExitKind, Label, Space, SpaceKind

OUTLINE = box(0, 0, 60, 40)
NAME = Label(en="way out", zh="出口")


def way_out(shape, outline=OUTLINE):
    space = Space(id="lobby", level_id="L", kind=SpaceKind.LOBBY, shape=shape)
    return exit_at(space, outline, ExitKind.ENTRANCE, name=NAME)


@pytest.mark.parametrize("depth", [0.5, 1.0, 1.4, 3.0])
@pytest.mark.parametrize("inside", [0.0, 0.3])
def test_the_exit_of_a_thin_lobby_lies_on_its_outer_side_alone(depth, inside):
    """A lobby of 8.8 m by half a metre lies within 1.5 m of the outline all round; one side is a front."""
    found = way_out(box(20, inside, 28.8, inside + depth))
    assert np.allclose(np.asarray(found.line.coords)[:, 1], inside)
    assert found.width_m == pytest.approx(8.0)
    assert found.line.centroid.x == pytest.approx(24.4, abs=0.05)


def test_the_exit_of_a_slanting_sliver_lies_on_its_outer_side():
    """As surveyed in a mall: ends are not square, and the outline runs half a metre outside."""
    outer, inner = [(112.61, 163.16), (118.26, 169.91)], [(119.35, 170.40), (113.13, 162.98)]
    shape = Polygon(outer + inner)
    outline = Polygon([(112.2, 163.6), (117.8, 170.3), (200, 170), (200, 100), (112.2, 100)])
    found = way_out(shape, outline)
    assert shapely.distance(LineString(outer), shapely.points(found.line.coords)).max() < 0.05
    assert found.width_m == pytest.approx(8.0)


def test_a_lobby_in_a_corner_of_the_building_may_lead_out_on_both_sides():
    found = way_out(box(0, 0, 4, 4))
    assert shapely.distance(OUTLINE.exterior, shapely.points(found.line.coords)).max() < 0.01
    assert found.width_m == pytest.approx(8.0)


def test_a_lobby_deep_inside_leads_out_on_the_side_that_is_nearest_the_outline():
    found = way_out(box(20, 4, 26, 9))
    assert found.line.bounds == pytest.approx((20, 4, 26, 4), abs=0.01)
    assert way_out(box(20, 17, 26, 22)) is None
