"""What cameras and exit signs can see: the plan as a 3-D body and rays through it.

The body is built in PyBullet (``DIRECT``: no window, no physics step): slabs with their voids cut out,
walls extruded from space boundaries with the openings left open. Only sight is asked of it; contact
physics is no model of how people flow.

PyBullet has a wheel for CPython 3.11 on Linux only; it is the optional extra ``body``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.plan.model import DeviceKind, Plan, Shape


@dataclass(frozen=True)
class DeviceView:
    """What one camera sees, or from where one exit sign is seen."""

    device_id: str
    kind: DeviceKind
    level_id: str
    points: Mapping[str, NDArray[np.float64]]
    """Seen grid points, ``[n, 2]`` in plan metres, by level id: a camera at a void sees several levels."""
    shape: Shape
    """The seen part of its own level: the union of the grid cells around the seen points."""
    area_m2: float
    """Seen area over all levels, ``step_m² × points``."""


@dataclass(frozen=True)
class LevelCoverage:
    """How much of the public walkway of a level is seen."""

    level_id: str
    points: NDArray[np.float64]
    """The grid of the public walkway, ``[n, 2]``, plan metres."""
    camera_count: NDArray[np.int32]
    """Cameras that see each point, ``[n]``."""
    sign_count: NDArray[np.int32]
    """Exit signs that can be read from each point, ``[n]``."""
    walkway_m2: float
    camera_share: float
    """Share of the points that at least one camera sees."""
    sign_share: float
    """Share of the points from which at least one exit sign can be read."""
    camera_blind: Shape
    """Public walkway that no camera sees; empty where there is none."""
    sign_blind: Shape
    """Public walkway from which no exit sign can be read."""


@dataclass(frozen=True)
class Coverage:
    """What the cameras and exit signs of a plan cover, level by level from low to high."""

    plan_version: str
    step_m: float
    levels: tuple[LevelCoverage, ...]
    devices: tuple[DeviceView, ...]
    wall_s: float
    """Computing time."""

    def document(self) -> dict[str, object]:
        """The figures without the geometry, as JSON can hold them."""
        return {
            "plan_version": self.plan_version,
            "step_m": self.step_m,
            "levels": {
                x.level_id: {
                    "walkway_m2": round(x.walkway_m2, 1),
                    "camera_share": round(x.camera_share, 4),
                    "sign_share": round(x.sign_share, 4),
                    "camera_blind_m2": round(x.camera_blind.area, 1),
                    "sign_blind_m2": round(x.sign_blind.area, 1),
                }
                for x in self.levels
            },
            "devices": {x.device_id: round(x.area_m2, 1) for x in self.devices},
            "wall_s": round(self.wall_s, 3),
        }


def coverage(plan: Plan, *, step_m: float = 1.0) -> Coverage:
    """What each camera and each exit sign of ``plan`` covers.

    Args:
        plan: the building.
        step_m: distance between the grid points that are looked at.

    Raises:
        MissingExtraError: where PyBullet is not installed.
    """
    from floorplans.body_sight import look

    return look(plan, step_m=step_m)
