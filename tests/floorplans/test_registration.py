"""Shifts between levels, matched shafts and escalators, shared boundaries: rules on shapes drawn here."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from floorplans.doors import DoorFinder
from floorplans.globe import to_globe, to_local
from floorplans.layers import cut_between, walkways
from floorplans.registration import register, vote
from floorplans.shapes import contacts, polygons_of
from floorplans.vertical import links_of
from twin.plan.model import Frame, Label, Level, Space, SpaceKind


@given(
    shift=st.tuples(st.floats(-120, 120), st.floats(-120, 120)),
    seed=st.integers(0, 1000),
    noise=st.floats(0.0, 0.4),
)
@settings(max_examples=40, deadline=None)
def test_any_shift_is_found_by_voting(shift: tuple[float, float], seed: int, noise: float):
    """Nine of twelve shafts that agree within survey noise outvote three strangers, for any shift."""
    rng = np.random.default_rng(seed)
    fixed = rng.uniform(0, 300, (12, 2))
    moving = fixed - np.array(shift) + rng.uniform(-noise, noise, (12, 2))
    moving[:3] = rng.uniform(0, 300, (3, 2)) + 700.0
    found, votes, _ = vote(moving, fixed)
    assert found == pytest.approx(np.array(shift), abs=1.0)
    assert votes >= 9


def test_levels_that_agree_are_not_moved():
    """Shafts over one another need no shift; too few shafts give none."""
    shafts = np.array([[0.0, 0.0], [30.0, 5.0], [60.0, 40.0], [10.0, 70.0], [90.0, 9.0]])
    assert register({"F1": shafts, "F2": shafts + 0.3}, ["F1", "F2"]) == {}
    assert register({"F1": shafts[:2], "F2": shafts[:2] + 20.0}, ["F1", "F2"]) == {}


def level(number: int, outline: shapely.Polygon | None = None) -> Level:
    return Level(
        id=f"L{number}",
        ordinal=number,
        name=Label(en=""),
        short_name=f"L{number}",
        elevation_m=5.0 * number,
        height_m=5.0,
        outline=outline or shapely.box(0, 0, 100, 100),
    )


def unit(name: str, number: int, kind: SpaceKind, shape: shapely.Polygon) -> Space:
    return Space(id=name, level_id=f"L{number}", kind=kind, shape=shape)


def test_two_lifts_side_by_side_keep_their_shafts():
    """Each shaft goes to the one it overlaps most, one to one."""
    spaces = [
        unit(
            f"{name}{number}",
            number,
            SpaceKind.LIFT,
            shapely.box(x + 0.3 * number, 0, x + 0.3 * number + 2, 2),
        )
        for number in (0, 1)
        for name, x in (("a", 0.0), ("b", 2.2))
    ]
    links = links_of([level(0), level(1)], spaces, SpaceKind.LIFT)
    assert {(link.lower.id, link.upper.id) for link in links} == {("a0", "a1"), ("b0", "b1")}


def test_escalators_join_at_their_nearest_ends():
    """The upper drawing begins where the lower one ends; one gets on and off at the far ends."""
    low = unit("low", 0, SpaceKind.ESCALATOR, shapely.box(0, 0, 8, 1.2))
    high = unit("high", 1, SpaceKind.ESCALATOR, shapely.box(8.5, 0, 16, 1.2))
    other = unit("other", 1, SpaceKind.ESCALATOR, shapely.box(40, 40, 48, 41.2))
    (link,) = links_of([level(0), level(1)], [low, high, other], SpaceKind.ESCALATOR)
    assert (link.lower.id, link.upper.id) == ("low", "high")
    assert (link.lower_at.x, link.upper_at.x) == (0.0, 16.0)


def test_a_stair_passes_a_mezzanine_only_where_that_has_no_floor():
    """A level that lies elsewhere is passed; one with floor at the stair is not."""
    shape = shapely.box(50, 50, 54, 56)
    spaces = [unit("low", 0, SpaceKind.STAIRS, shape), unit("high", 2, SpaceKind.STAIRS, shape)]
    beside = [level(0), level(1, shapely.box(0, 0, 20, 20)), level(2)]
    assert len(links_of(beside, spaces, SpaceKind.STAIRS)) == 1
    assert links_of([level(0), level(1), level(2)], spaces, SpaceKind.STAIRS) == []


def test_a_corner_is_no_front():
    """Contacts below 0.8 m do not count; a whole side does, with its length."""
    unit_shape = shapely.box(0, 0, 10, 6)
    assert contacts(unit_shape, shapely.box(10, 5.5, 20, 10)) == []
    (front,) = contacts(unit_shape, shapely.box(-5, -4, 15, 0))
    assert front.length == pytest.approx(10.0, abs=0.1)


@given(width=st.floats(4, 60), depth=st.floats(4, 60), x=st.floats(-500, 500), pieces=st.integers(2, 4))
@settings(max_examples=40, deadline=None)
def test_cut_pieces_are_equal_and_keep_the_front(width: float, depth: float, x: float, pieces: int):
    """The pieces are a partition in equal areas, and each borders the front."""
    shape = shapely.box(x, 0, x + width, depth)
    front = shapely.box(x, -3, x + width, 0)
    parts = cut_between(shape, pieces, front)
    assert [part.area for part in parts] == pytest.approx([shape.area / pieces] * pieces, rel=1e-3)
    assert shapely.union_all(parts).area == pytest.approx(shape.area, rel=1e-6)
    assert all(part.distance(front) < 1e-6 for part in parts)


def test_the_walkway_is_what_units_leave_without_wall_gaps():
    """A gap of 0.2 m between two drawn walls is no corridor; 1.5 m is."""
    outline = shapely.box(0, 0, 30, 20)
    units = [shapely.box(0, 0, 14.9, 18.5), shapely.box(15.1, 0, 30, 18.5)]
    (way,) = walkways(outline, units)
    assert way.area == pytest.approx(30 * 1.5, rel=0.01)


def test_a_door_in_a_thick_wall_joins_both_sides():
    """Wall thicknesses up to 0.8 m each side are bridged; a door far from everything joins nothing."""
    rooms = [
        unit("north", 0, SpaceKind.ROOM, shapely.box(0, 0.6, 10, 8)),
        unit("south", 0, SpaceKind.ROOM, shapely.box(0, -8, 10, -0.6)),
    ]
    finder = DoorFinder(rooms)
    joined = finder.join(shapely.LineString([(4, 0), (5, 0)]))
    assert {joined.left, joined.right} == {"north", "south"}
    assert not finder.join(shapely.LineString([(40, 0), (41, 0)])).left


def test_a_bow_tie_is_taken_apart():
    """make_valid gives both triangles, the larger first."""
    parts, repaired = polygons_of(shapely.Polygon([(0, 0), (6, 6), (6, 0), (0, 4)]))
    assert repaired
    assert len(parts) == 2
    assert parts[0].area > parts[1].area


@given(
    x=st.floats(-600, 600),
    y=st.floats(-600, 600),
    longitude=st.floats(-179, 179),
    latitude=st.floats(-80, 80),
    turn=st.floats(-180, 180),
)
@example(x=0.0, y=1e-5, longitude=0.0, latitude=0.0, turn=0.0)
@example(x=4e-4, y=-3e-4, longitude=-179.0, latitude=60.0, turn=33.0)
@example(x=0.006, y=0.008, longitude=12.0, latitude=-45.0, turn=0.0)
@settings(max_examples=100, deadline=None)
def test_local_and_global_coordinates_are_inverse(
    x: float, y: float, longitude: float, latitude: float, turn: float
):
    """To degrees and back moves nothing by more than a micrometre."""
    frame = Frame(longitude=longitude, latitude=latitude, turn_deg=turn)
    there = to_globe(np.array([[x, y]]), frame)
    assert to_local(there, frame) == pytest.approx(np.array([[x, y]]), abs=1e-6)


def test_the_frame_is_turned_clockwise_from_north():
    """With a turn of 90 degrees the local y axis points east."""
    east = to_globe(np.array([[0.0, 100.0]]), Frame(longitude=10.0, latitude=45.0, turn_deg=90.0))[0]
    assert east[0] > 10.001
    assert east[1] == pytest.approx(45.0, abs=1e-5)
