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
_EQUATOR_M, _ECCENTRICITY2 = 6_378_137.0, 0.006_694_379_990_14
"""WGS 84: the half axis at the equator, and the square of the eccentricity."""
_AT_ORIGIN_M = 0.01
"""Nearer to the origin than 0.6 mm PROJ puts everything onto it; within this a plane is exact to 1e-10 m."""


@lru_cache(maxsize=64)
def _projection(longitude: float, latitude: float) -> pyproj.Proj:
    return pyproj.Proj(proj="aeqd", lon_0=longitude, lat_0=latitude, datum="WGS84", units="m")


def _metres_per_degree(latitude: float) -> tuple[float, float]:
    """East and north, from the radii of curvature of the ellipsoid."""
    sine = np.sin(np.radians(latitude))
    across = _EQUATOR_M / np.sqrt(1.0 - _ECCENTRICITY2 * sine**2)
    along = across * (1.0 - _ECCENTRICITY2) / (1.0 - _ECCENTRICITY2 * sine**2)
    return float(np.radians(across * np.cos(np.radians(latitude)))), float(np.radians(along))


def to_globe(points: NDArray[np.float64], frame: Frame) -> NDArray[np.float64]:
    """Longitude and latitude in degrees, shape (N, 2), of local ``points`` in metres, shape (N, 2)."""
    turn = np.radians(frame.turn_deg)
    east = points[:, 0] * np.cos(turn) + points[:, 1] * np.sin(turn)
    north = points[:, 1] * np.cos(turn) - points[:, 0] * np.sin(turn)
    longitude, latitude = _projection(frame.longitude, frame.latitude)(east, north, inverse=True)
    found = np.column_stack([longitude, latitude])
    near = np.hypot(east, north) < _AT_ORIGIN_M
    per_degree = _metres_per_degree(frame.latitude)
    found[near] = np.column_stack([east, north])[near] / per_degree + (frame.longitude, frame.latitude)
    return found


def to_local(points: NDArray[np.float64], frame: Frame) -> NDArray[np.float64]:
    """Local metres, shape (N, 2), of ``points`` as longitude and latitude in degrees, shape (N, 2)."""
    east, north = _projection(frame.longitude, frame.latitude)(points[:, 0], points[:, 1])
    plane = (points - (frame.longitude, frame.latitude)) * _metres_per_degree(frame.latitude)
    near = np.hypot(plane[:, 0], plane[:, 1]) < _AT_ORIGIN_M
    east, north = np.where(near, plane[:, 0], east), np.where(near, plane[:, 1], north)
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
