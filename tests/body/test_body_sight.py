"""Sight lines through the 3-D body against geometry worked out by hand and in the plane."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import shapely
from shapely import LineString, Point, Polygon, box

from floorplans.body import coverage
from floorplans.body_mesh import slab, walls
from twin.plan.model import (
    Device,
    DeviceKind,
    Label,
    Level,
    Opening,
    OpeningKind,
    Plan,
    Space,
    SpaceKind,
)

pytestmark = pytest.mark.usefixtures("pybullet_here")


def level(name: str, ordinal: int, outline: Polygon) -> Level:
    return Level(
        id=name, ordinal=ordinal, name=Label(en=name), short_name=name,
        elevation_m=5.0 * ordinal, height_m=5.0, outline=outline,
    )  # fmt: skip


def space(name: str, level_id: str, kind: SpaceKind, shape: Polygon) -> Space:
    return Space(id=name, level_id=level_id, kind=kind, shape=shape)


def camera(x: float, y: float, **more) -> Device:
    values = {"heading_deg": 0.0, "fov_deg": 90.0, "range_m": 30.0, "height_m": 3.0, "level_id": "L1", **more}
    return Device(id="cam", kind=DeviceKind.CAMERA, at=Point(x, y), **values)


def front(a: str, b: str, line: LineString, kind: OpeningKind = OpeningKind.OPEN_FRONT) -> Opening:
    return Opening(id=f"{a}-{b}", level_id="L1", kind=kind, spaces=(a, b), line=line, width_m=line.length)


@pytest.fixture
def room_plan() -> Callable[..., Plan]:
    """A square room of 40 m with what is given."""

    def make(*devices: Device, size: float = 40.0) -> Plan:
        floor = box(0, 0, size, size)
        return Plan(
            id="room", name=Label(en="Room"), levels=(level("L1", 0, floor),),
            spaces=(space("hall", "L1", SpaceKind.WALKWAY, floor),), devices=devices,
        )  # fmt: skip

    return make


def test_camera_in_a_square_room_sees_its_sector(room_plan):
    # A quarter circle of 15 m: pi 15² / 4.
    seen = coverage(room_plan(camera(20, 20, range_m=15.0)), step_m=0.25).devices[0]
    assert seen.area_m2 == pytest.approx(math.pi * 15**2 / 4, rel=0.03)
    assert seen.shape.area == pytest.approx(seen.area_m2, rel=1e-6)


def test_camera_looks_where_it_heads(room_plan):
    for heading, (dx, dy) in {0.0: (0, 1), 90.0: (1, 0), 180.0: (0, -1), 270.0: (-1, 0)}.items():
        at = coverage(room_plan(camera(20, 20, heading_deg=heading, fov_deg=60.0))).devices[0].points["L1"]
        middle = at.mean(axis=0) - 20.0
        assert math.degrees(math.acos(middle @ (dx, dy) / np.hypot(*middle))) < 3.0


def test_a_camera_without_a_field_of_view_sees_all_round(room_plan):
    seen = coverage(room_plan(camera(20, 20, fov_deg=0.0, range_m=10.0)), step_m=0.25).devices[0]
    assert seen.area_m2 == pytest.approx(math.pi * 10**2, rel=0.03)


def _two_rooms(*openings) -> Plan:
    left, right = box(0, 0, 20, 20), box(20, 0, 40, 20)
    return Plan(
        id="two", name=Label(en="Two"), levels=(level("L1", 0, box(0, 0, 40, 20)),),
        spaces=(space("a", "L1", SpaceKind.WALKWAY, left), space("b", "L1", SpaceKind.SHOP, right)),
        openings=openings, devices=(camera(10, 10, heading_deg=90.0, range_m=60.0),),
    )  # fmt: skip


def test_a_wall_hides():
    at = coverage(_two_rooms()).devices[0].points["L1"]
    assert len(at)
    assert at[:, 0].max() < 20.0


def test_an_opening_shows_what_the_two_jambs_let_through():
    # From (10, 10) a front of 4 m at 10 m opens 0.4 m a metre: at x in [20, 40] a trapezoid of area
    # (4 + 12) / 2 × 20 = 160 m².
    plan = _two_rooms(front("a", "b", LineString([(20, 8), (20, 12)])))
    at = coverage(plan, step_m=0.25).devices[0].points["L1"]
    beyond = at[at[:, 0] > 20.0]
    assert len(beyond) * 0.25**2 == pytest.approx(160.0, rel=0.03)


def test_a_fire_door_is_shut():
    plan = _two_rooms(front("a", "b", LineString([(20, 8), (20, 12)]), OpeningKind.FIRE_DOOR))
    assert coverage(plan).devices[0].points["L1"][:, 0].max() < 20.0


def _two_storeys(*, void: bool) -> Plan:
    floor, hole = box(0, 0, 30, 30), box(10, 10, 20, 20)
    upper = floor.difference(hole)
    middle = SpaceKind.VOID if void else SpaceKind.WALKWAY
    return Plan(
        id="void", name=Label(en="Void"),
        levels=(level("L1", 0, floor), level("L2", 1, floor)),
        spaces=(
            space("ground", "L1", SpaceKind.WALKWAY, floor),
            space("gallery", "L2", SpaceKind.WALKWAY, upper),
            space("hole", "L2", middle, hole),
        ),
        openings=(),
        devices=(camera(15, 5, level_id="L2", range_m=60.0, height_m=3.0, fov_deg=170.0),),
    )  # fmt: skip


def test_one_sees_through_a_void_to_the_level_below():
    # From 8 m above the ground, 5 m before the void: the slab's edge at y = 10 hides what is nearer than
    # the ray over it, which is at face height 1.5 m at y = 5 + 5 × 6.5 / 3 = 15.83; the far edge at y = 20
    # ends the view at y = 5 + 15 × 6.5 / 3, which is beyond the room.
    at = coverage(_two_storeys(void=True), step_m=0.5).devices[0].points["L1"]
    straight = at[np.abs(at[:, 0] - 15.0) < 0.5]
    assert straight[:, 1].min() == pytest.approx(5 + 5 * 6.5 / 3, abs=0.5)
    assert straight[:, 1].max() == pytest.approx(29.75)


def test_a_slab_hides_the_level_below():
    assert "L1" not in coverage(_two_storeys(void=False)).devices[0].points


def test_a_sign_is_read_from_its_front_only(room_plan):
    sign = Device(
        id="sign", kind=DeviceKind.EXIT_SIGN, level_id="L1", at=Point(20, 20), heading_deg=90.0,
        fov_deg=160.0, range_m=12.0, height_m=2.6,
    )  # fmt: skip
    answer = coverage(room_plan(sign), step_m=0.25)
    at = answer.devices[0].points["L1"]
    assert (at[:, 0] > 20.0).all()
    assert answer.devices[0].area_m2 == pytest.approx(math.pi * 12**2 * 160 / 360, rel=0.03)
    share = answer.levels[0].sign_share
    assert share == pytest.approx(math.pi * 12**2 * 160 / 360 / 1600, rel=0.03)
    assert answer.levels[0].camera_share == 0.0
    assert answer.levels[0].camera_blind.area == pytest.approx(1600.0)


def _visible(eye: tuple[float, float], walls_2d: shapely.Geometry, at: np.ndarray) -> np.ndarray:
    """The same question in the plane: a straight line that meets no wall."""
    lines = shapely.linestrings([[eye, tuple(point)] for point in at])
    return ~shapely.intersects(lines, walls_2d)


def test_same_answer_as_visibility_in_the_plane():
    floor = box(0, 0, 30, 24)
    pillar = Polygon([(12, 8), (16, 9), (15, 13), (11, 12)])
    wing = box(22, 10, 24, 24)
    open_floor = floor.difference(pillar).difference(wing)
    plan = Plan(
        id="pillar", name=Label(en="Pillar"), levels=(level("L1", 0, floor),),
        spaces=(
            space("floor", "L1", SpaceKind.WALKWAY, open_floor),
            space("pillar", "L1", SpaceKind.STRUCTURE, pillar),
            space("wing", "L1", SpaceKind.STRUCTURE, wing),
        ),
        devices=(camera(5.03, 6.02, fov_deg=360.0, range_m=60.0),),
    )  # fmt: skip
    answer = coverage(plan, step_m=0.5)
    every = answer.levels[0].points
    flat = every[_visible((5.03, 6.02), shapely.union_all([pillar, wing]), every)]
    seen = {tuple(x) for x in answer.devices[0].points["L1"]}
    differ = seen ^ {tuple(x) for x in flat}
    assert len(differ) <= 0.005 * len(every)
    assert 0.3 < len(seen) / len(every) < 0.95


def test_slab_leaves_the_void_open_and_walls_stand_full_height():
    plan = _two_storeys(void=True)
    floor = slab(plan, plan.level["L2"])
    corners = floor.vertices[floor.triangles][:, :, :2]
    assert shapely.polygons(corners).size
    assert shapely.area(shapely.polygons(corners)).sum() == pytest.approx(800.0)
    stand = walls(plan, plan.level["L2"])
    assert (stand.vertices[:, 2].min(), stand.vertices[:, 2].max()) == (5.0, 10.0)


def test_demo_mall_is_watched_and_signed(demo_plan):
    answer = coverage(demo_plan, step_m=1.0)
    assert answer.wall_s < 60.0
    assert [x.level_id for x in answer.levels] == ["B1", "L1", "L2", "L3", "L4"]
    for level in answer.levels:
        assert level.camera_share > 0.9, level.level_id
        assert level.sign_share > 0.9, level.level_id
        assert level.camera_blind.area == pytest.approx((1 - level.camera_share) * level.walkway_m2)
    document = answer.document()
    assert document["plan_version"] == demo_plan.version
