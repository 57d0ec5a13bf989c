"""Which grid points each camera and each exit sign covers."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from floorplans.body import Coverage, DeviceView, LevelCoverage
from floorplans.body_mesh import OPEN_PLAN
from floorplans.body_world import Body
from twin.plan.model import Device, DeviceKind, Plan, Shape

FACE_M, EYE_M = 1.5, 1.6
"""A camera must see a face; a sign is read from eye height."""
RANGE_M = 30.0
"""Range of a device that names none."""
FORWARD_M = 0.1
"""A ray starts this far in front of the device, so that the wall it hangs on does not blind it."""
ROUND_DEG = 360.0


@dataclass(frozen=True)
class _Points:
    """The grid of one level: ``at[n, 2]``, and which points lie on public walkway."""

    at: NDArray[np.float64]
    walkway: NDArray[np.bool_]
    floor_m: float


def look(plan: Plan, *, step_m: float) -> Coverage:
    """See :func:`floorplans.body.coverage`."""
    began = time.perf_counter()
    views = []
    with Body(plan) as body:
        grid = {level.id: _points(plan, level.id, step_m) for level in plan.levels}
        cameras = {key: np.zeros(len(x.at), dtype=np.int32) for key, x in grid.items()}
        signs = {key: np.zeros(len(x.at), dtype=np.int32) for key, x in grid.items()}
        for device in plan.devices:
            if device.kind not in {DeviceKind.CAMERA, DeviceKind.EXIT_SIGN}:
                continue
            seen = _seen(plan, device, grid, body)
            counts = cameras if device.kind is DeviceKind.CAMERA else signs
            for level_id, index in seen.items():
                counts[level_id][index] += 1
            views.append(_view(device, seen, grid, step_m))
    levels = tuple(_level(x.id, grid[x.id], cameras[x.id], signs[x.id], step_m) for x in plan.levels)
    return Coverage(plan.version, step_m, levels, tuple(views), time.perf_counter() - began)


def _points(plan: Plan, level_id: str, step_m: float) -> _Points:
    """Grid points in the walkable spaces of a level; they lie in the middle of their cells."""
    found, walkway = [np.empty((0, 2))], [np.empty(0, dtype=bool)]
    for space in plan.spaces:
        if space.level_id != level_id or not space.walkable:
            continue
        x0, y0, x1, y1 = np.asarray(space.shape.bounds) / step_m
        x, y = np.meshgrid(
            (np.arange(np.floor(x0), np.ceil(x1)) + 0.5) * step_m,
            (np.arange(np.floor(y0), np.ceil(y1)) + 0.5) * step_m,
        )
        at = np.column_stack([x.ravel(), y.ravel()])
        at = at[shapely.contains_xy(space.shape, at)]
        found.append(at)
        walkway.append(np.full(len(at), space.public and space.kind in OPEN_PLAN))
    return _Points(np.concatenate(found), np.concatenate(walkway), plan.level[level_id].elevation_m)


def _seen(plan: Plan, device: Device, grid: Mapping[str, _Points], body: Body) -> dict[str, NDArray[np.intp]]:
    """Indices of the points that ``device`` covers, by level.

    A camera looks at its own level and down through voids; a sign is read on its own level.
    """
    own = plan.level[device.level_id]
    turn = np.radians(device.heading_deg)
    ahead = np.array([np.sin(turn), np.cos(turn)])
    place = np.array([device.at.x, device.at.y])
    start = place + FORWARD_M * ahead if 0.0 < device.fov_deg < ROUND_DEG else place
    eye = np.array([*start, own.elevation_m + device.height_m])
    found = {}
    for level in plan.levels:
        below = device.kind is DeviceKind.CAMERA and level.elevation_m < own.elevation_m
        if level.id != own.id and not below:
            continue
        points = grid[level.id]
        height = points.floor_m + (FACE_M if device.kind is DeviceKind.CAMERA else EYE_M)
        index = _within(device, place, ahead, points.at, eye[2] - height)
        if len(index) == 0:
            continue
        targets = np.column_stack([points.at[index], np.full(len(index), height)])
        index = index[body.sees(np.broadcast_to(eye, targets.shape), targets)]
        if len(index) or level.id == own.id:
            found[level.id] = index
    return found


def _within(
    device: Device,
    place: NDArray[np.float64],
    ahead: NDArray[np.float64],
    at: NDArray[np.float64],
    drop_m: float,
) -> NDArray[np.intp]:
    """Points in range (through the air) and in the field of view (on plan)."""
    offset = at - place
    flat = np.hypot(offset[:, 0], offset[:, 1])
    reach = device.range_m or RANGE_M
    # On its own level the range is taken on plan, as it is drawn; through a void the height counts.
    distance = flat if abs(drop_m) <= device.height_m else np.hypot(flat, drop_m)
    inside = distance <= reach
    if 0.0 < device.fov_deg < ROUND_DEG:
        inside &= offset @ ahead >= flat * np.cos(np.radians(device.fov_deg / 2))
    return np.flatnonzero(inside)


def _view(
    device: Device, seen: Mapping[str, NDArray[np.intp]], grid: Mapping[str, _Points], step_m: float
) -> DeviceView:
    points = {level_id: grid[level_id].at[index] for level_id, index in seen.items()}
    return DeviceView(
        device_id=device.id,
        kind=device.kind,
        level_id=device.level_id,
        points=points,
        shape=cells(points.get(device.level_id, np.empty((0, 2))), step_m),
        area_m2=sum(len(x) for x in points.values()) * step_m**2,
    )


def cells(at: NDArray[np.float64], step_m: float) -> Shape:
    """The union of the grid cells around the points ``at[n, 2]``."""
    if not len(at):
        return shapely.Polygon()
    # From whole numbers, so that neighbours share their corners to the last bit.
    low = np.round(at / step_m - 0.5)
    x0, y0 = (low * step_m).T
    x1, y1 = ((low + 1) * step_m).T
    shape: Shape = shapely.coverage_union_all(shapely.box(x0, y0, x1, y1))
    return shape


def _level(
    level_id: str,
    points: _Points,
    cameras: NDArray[np.int32],
    signs: NDArray[np.int32],
    step_m: float,
) -> LevelCoverage:
    floor = points.walkway
    at, by_camera, by_sign = points.at[floor], cameras[floor], signs[floor]
    many = max(len(at), 1)
    return LevelCoverage(
        level_id=level_id,
        points=at,
        camera_count=by_camera,
        sign_count=by_sign,
        walkway_m2=len(at) * step_m**2,
        camera_share=float((by_camera > 0).sum() / many),
        sign_share=float((by_sign > 0).sum() / many),
        camera_blind=cells(at[by_camera == 0], step_m),
        sign_blind=cells(at[by_sign == 0], step_m),
    )
