"""Devices that see or are seen: cameras and exit signs."""

from __future__ import annotations

from collections.abc import Iterator

from shapely import LineString, Point

from floorplans.demo_mall.figure import bend
from floorplans.demo_mall.fitting import fit, heading, inside
from twin.plan.model import Device, DeviceKind, Plan, Space, SpaceKind

CAMERA_RANGE_M, SIGN_RANGE_M = 32.0, 30.0
"""A sign with pictograms 15 cm high, lit from inside, is read from 200 times its height (ISO 3864-1)."""
SIGN_FOV_DEG = 150.0

UPPER = ("L1", "L2", "L3", "L4")

Mount = tuple[float, float, float, float]
"""x, y on the straight axis, heading and field of view in degrees."""

_COMMON: tuple[Mount, ...] = (
    (37.4, 49.5, 50, 100), (37.4, 70.5, 130, 100), (50.6, 68.9, 225, 100),
    (51.4, 69.0, 95, 80), (81.6, 65.0, 265, 80), (51.4, 51.4, 85, 80), (81.6, 55.0, 275, 80),
    (85.0, 44.0, 20, 100), (85.0, 76.0, 160, 100),
    (91.4, 77.2, 100, 90), (118.6, 77.0, 260, 90), (91.4, 42.8, 75, 90), (118.6, 42.4, 290, 90),
    (125.4, 44.0, 340, 100), (125.4, 76.0, 200, 100),
    (129.4, 69.0, 95, 80), (158.6, 65.0, 265, 80), (129.4, 51.2, 85, 80), (158.6, 55.0, 275, 80),
    (174.6, 50.0, 310, 100), (174.6, 70.0, 230, 100), (159.4, 69.0, 135, 100),
    (77.6, 79.6, 200, 90), (132.4, 79.6, 160, 90),
)  # fmt: skip
_LOBBIES: tuple[Mount, ...] = (
    (73.0, 50.2, 200, 90), (137.0, 50.2, 160, 90), (118.2, 35.6, 330, 90), (95.0, 81.4, 150, 110),
)  # fmt: skip
_COURT_CORNERS: frozenset[Mount] = frozenset({(174.6, 50.0, 310, 100), (174.6, 70.0, 230, 100)})
"""Not on L4, where the cinema reaches into the east court."""

MOUNTS: dict[str, tuple[Mount, ...]] = {
    "L1": (
        *_COMMON, *_LOBBIES,
        (99.4, 41.6, 170, 80), (110.6, 8.4, 315, 100), (46.6, 24.4, 320, 100), (165.4, 24.4, 35, 100),
        (109.6, 103.6, 200, 80), (99.8, 78.6, 45, 90), (37.4, 103.6, 145, 100), (174.6, 103.6, 215, 100),
        (77.6, 24.4, 350, 60), (132.4, 24.4, 10, 60), (95.0, 53.0, 30, 100), (112.0, 70.0, 210, 100),
        (90.0, 112.6, 225, 100), (91.6, 103.6, 225, 100), (89.4, 15.6, 120, 90),
    ),
    "L2": (*_COMMON, *_LOBBIES),
    "L3": (*_COMMON, *_LOBBIES),
    "L4": (
        *(x for x in _COMMON if x not in _COURT_CORNERS), *_LOBBIES,
        (84.4, 41.4, 150, 100), (110.6, 26.6, 315, 100), (174.6, 46.4, 330, 100), (174.6, 73.6, 210, 100),
        (175.4, 32.4, 25, 80), (185.6, 87.6, 205, 80), (175.4, 87.6, 150, 80), (185.6, 32.4, 330, 80),
        (207.0, 60.0, 0, 60), (207.0, 60.0, 180, 60),
    ),
    "B1": (
        (0.6, 44.6, 45, 110), (0.6, 75.4, 135, 110), (36.4, 44.6, 315, 110), (36.4, 75.4, 225, 110),
        (37.4, 46.6, 45, 90), (50.6, 65.6, 235, 100), (44.9, 69.5, 140, 100), (52.4, 65.6, 105, 70),
        (83.6, 54.4, 290, 70), (84.4, 65.6, 105, 80), (110.6, 65.6, 250, 80), (111.4, 54.4, 60, 90),
        (125.6, 54.4, 300, 90), (84.4, 36.0, 45, 90), (110.6, 53.4, 225, 90), (77.6, 87.6, 190, 60),
        (73.0, 53.4, 200, 90), (78.4, 66.6, 45, 90), (125.6, 110.0, 225, 90), (37.4, 110.0, 135, 90),
        (125.6, 66.6, 315, 90),
    ),
}  # fmt: skip
"""Where the cameras hang: at both ends of a gallery, looking along it, and in the corners of a court."""


def _space_at(plan: Plan, level_id: str, at: Point) -> Space:
    return next(x for x in plan.spaces if x.level_id == level_id and x.shape.covers(at))


def cameras(plan: Plan) -> Iterator[Device]:
    """Cameras, numbered by level."""
    for level_id, mounts in MOUNTS.items():
        for index, (x, y, toward, fov) in enumerate(mounts, start=1):
            at = bend(Point(x, y))
            space = _space_at(plan, level_id, at)
            yield fit(
                plan, DeviceKind.CAMERA, f"{level_id}-cam-{index:02d}", space, at,
                (
                    f"Camera {level_id}-{index:02d} {space.name.en}",
                    f"{level_id}-{index:02d}号摄像机 {space.name.zh}",
                ),
                heading_deg=float(toward), fov_deg=float(fov), range_m=CAMERA_RANGE_M, height_m=3.2,
            )  # fmt: skip


def exit_signs(plan: Plan) -> Iterator[Device]:
    """A sign over each exit and each door to a stair or passage, and signs that hang in the galleries."""
    number = 0
    for level, line, space, label in _signed_doors(plan):
        number += 1
        at = inside(line, space.shape, 0.15)
        yield fit(
            plan, DeviceKind.EXIT_SIGN, f"{level}-sign-{number:03d}", space, at,
            (f"Exit sign {label[0]}", f"{label[1]}出口标志"),
            heading_deg=heading(line.interpolate(0.5, normalized=True), at), fov_deg=SIGN_FOV_DEG,
            range_m=SIGN_RANGE_M, height_m=2.6,
        )  # fmt: skip
    for level_id, x, y, toward in HANGING:
        at = bend(Point(x, y))
        space = _space_at(plan, level_id, at)
        number += 1
        yield fit(
            plan, DeviceKind.EXIT_SIGN, f"{level_id}-sign-{number:03d}", space, at,
            (f"Hanging exit sign {space.name.en}", f"{space.name.zh}悬挂出口标志"),
            heading_deg=float(toward), fov_deg=SIGN_FOV_DEG, range_m=SIGN_RANGE_M, height_m=2.8,
        )  # fmt: skip


_GALLERY_SIGNS = (
    (58.0, 67.0), (58.0, 53.0), (76.0, 67.0), (76.0, 53.0), (86.0, 60.0), (94.0, 75.0), (116.0, 75.0),
    (108.0, 45.0), (124.0, 60.0), (134.0, 67.0), (134.0, 53.0), (152.0, 67.0), (152.0, 53.0),
    (46.0, 60.0), (165.0, 60.0),
)  # fmt: skip
_LOBBY_SIGNS = ((75.7, 70.2, 0), (134.3, 70.2, 0))
_FOYER_SIGNS = ((180.5, 60.0, 0), (180.5, 60.0, 180))
HANGING: tuple[tuple[str, float, float, float], ...] = (
    *((level, x, y, to) for level in UPPER for x, y in _GALLERY_SIGNS for to in (90, 270)),
    *((level, x, y, to) for level in UPPER for x, y, to in _LOBBY_SIGNS),
    *(("L4", x, y, to) for x, y, to in _FOYER_SIGNS),
    *(("B1", x, 57.0, to) for x in (30.0, 48.0, 62.0, 86.0, 108.0) for to in (90, 270)),
    ("B1", 75.7, 67.0, 0),
)
"""Signs that hang from the ceiling: level, x, y, and where they face."""


def _signed_doors(plan: Plan) -> Iterator[tuple[str, LineString, Space, tuple[str, str]]]:
    for way in plan.exits:
        yield way.level_id, way.line, plan.space[way.space_id], (way.name.en, way.name.zh)
    for door in plan.openings:
        a, b = (plan.space[x] for x in door.spaces)
        for room, beyond in ((a, b), (b, a)):
            leads = beyond.protected or beyond.kind is SpaceKind.STAIRS
            if leads and not (room.protected and beyond.kind is not SpaceKind.STAIRS):
                yield door.level_id, door.line, room, (beyond.name.en, beyond.name.zh)
