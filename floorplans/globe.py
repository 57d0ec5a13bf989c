"""Local metres and the globe: where a plan's frame stands on WGS 84.

A plan's frame is a tangent plane at its origin: the azimuthal equidistant projection on the WGS 84
ellipsoid (EPSG method 1125), which over one building differs from a survey grid by less than a millimetre.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from twin.plan.model import Frame

WGS84 = "EPSG:4326"


@lru_cache(maxsize=64)
def _projection(longitude: float, latitude: float) -> pyproj.Proj:
    return pyproj.Proj(proj="aeqd", lon_0=longitude, lat_0=latitude, datum="WGS84", units="m")


def to_globe(points: NDArray[np.float64], frame: Frame) -> NDArray[np.float64]:
    """Longitude and latitude in degrees, shape (N, 2), of local ``points`` in metres, shape (N, 2)."""
    turn = np.radians(frame.turn_deg)
    east = points[:, 0] * np.cos(turn) + points[:, 1] * np.sin(turn)
    north = points[:, 1] * np.cos(turn) - points[:, 0] * np.sin(turn)
    longitude, latitude = _projection(frame.longitude, frame.latitude)(east, north, inverse=True)
    return np.column_stack([longitude, latitude])


def to_local(points: NDArray[np.float64], frame: Frame) -> NDArray[np.float64]:
    """Local metres, shape (N, 2), of ``points`` as longitude and latitude in degrees, shape (N, 2)."""
    east, north = _projection(frame.longitude, frame.latitude)(points[:, 0], points[:, 1])
    turn = np.radians(frame.turn_deg)
    return np.column_stack(
        [east * np.cos(turn) - north * np.sin(turn), east * np.sin(turn) + north * np.cos(turn)]
    )


def shape_to_globe(shape: shapely.Geometry, frame: Frame, *, decimals: int) -> shapely.Geometry:
    """``shape`` (local metres) in degrees, rounded to ``decimals`` (9 decimals are 0.1 mm)."""
    return shapely.transform(shape, lambda points: np.round(to_globe(points, frame), decimals))


def shape_to_local(shape: shapely.Geometry, frame: Frame) -> shapely.Geometry:
    """``shape`` (degrees) in local metres."""
    return shapely.transform(shape, lambda points: to_local(points, frame))


def local_frame(shapes: list[shapely.Geometry]) -> Frame:
    """An upright frame with its origin at the south-west corner of ``shapes`` (degrees), to 7 decimals."""
    west, south, _, _ = shapely.total_bounds(shapes)
    return Frame(longitude=round(float(west), 7), latitude=round(float(south), 7))
