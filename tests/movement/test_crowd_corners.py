"""Corners that ways bend round: which they are, and how far from them the floor lies."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely import Polygon, box

from twin.movement.crowd.corners import CORNER_CM, corner_distances, corners_of

NONE = np.zeros((0, 4))
HALL = box(0, 0, 10, 8)


def _places(area: Polygon, walls: np.ndarray = NONE) -> set[tuple[float, float]]:
    return {(round(x, 2), round(y, 2)) for x, y in corners_of(area, walls).tolist()}


def test_only_what_stands_out_into_the_room_is_a_corner() -> None:
    """None in a room of four walls; one in an L, both ways round; four of a block inside."""
    bend = Polygon([(0, 0), (10, 0), (10, 3), (3, 3), (3, 10), (0, 10)])
    assert _places(HALL) == set()
    assert _places(bend) == _places(shapely.reverse(bend)) == {(3, 3)}
    assert _places(HALL.difference(box(3, 3, 6, 5))) == {(3, 3), (6, 3), (6, 5), (3, 5)}


def test_columns_and_unevennesses_of_a_wall_are_none() -> None:
    """No stream bends at a column of 1 m, at a step of 0.3 m in a wall or along a wall that is round."""
    assert _places(HALL.difference(box(4, 4, 5, 5))) == set()
    assert _places(HALL.difference(box(4, 7.7, 6, 8))) == set()
    assert _places(shapely.Point(0, 0).buffer(20.0, quad_segs=32)) == set()


def test_the_free_end_of_a_thin_wall_is_one() -> None:
    """A wall of 3 m from the side into the room: its end inside, not the one at the outline."""
    assert _places(HALL, np.array([(5.0, 0.0, 5.0, 3.0)])) == {(5, 3)}
    assert _places(HALL, np.array([(5.0, 0.0, 5.0, 2.0), (5.0, 2.0, 5.0, 3.0)])) == {(5, 3)}


@pytest.mark.parametrize("cell_m", [0.25, 0.1])
def test_distances_are_those_of_geometry(cell_m: float) -> None:
    """The least distance to a corner, cut at the reach, in whole centimetres; on a floor with holes."""
    random = np.random.default_rng(2)
    inside = random.random((40, 50)) < 0.9
    index = np.full(inside.shape, -1, np.int32)
    index[inside] = 4 * np.arange(inside.sum()) + random.integers(0, 4, inside.sum())
    low = (-3.0, 2.0)
    corners = np.column_stack((random.uniform(-3.0, 8.0, 6), random.uniform(2.0, 10.0, 6)))
    rows, columns = np.nonzero(inside)
    middles = np.column_stack((low[0] + (columns + 0.5) * cell_m, low[1] + (rows + 0.5) * cell_m))
    away = np.hypot(*(middles[:, None] - corners).transpose(2, 0, 1)).min(axis=1)
    found = corner_distances(index, low, cell_m, corners)
    assert np.all(np.abs(found - np.minimum(100.0 * away, CORNER_CM)) <= 1.0)
