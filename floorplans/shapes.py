"""Repairing and comparing the polygons of a survey."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import LineString, MultiPolygon, Polygon
from shapely.ops import linemerge, substring

from twin.plan.model import Shape

SLIVER_M2 = 0.1
"""A polygon smaller than this is drawing noise."""
CONTACT_M = 0.8
"""Nobody walks through a contact that is shorter: two corners that touch, or a column beside a wall."""
SIDE_M, SLANT, CLEAR_M = 0.01, 1.5, 0.15
"""Which side of a boundary is looked at this far from it; how far one looks for the outside: so many times
the gap (the side may stand at an angle) and a little more."""


def polygons_of(shape: shapely.Geometry | None) -> tuple[list[Polygon], bool]:
    """The valid polygons in ``shape``, largest first, and whether it had to be repaired.

    Rings that cross themselves are taken apart (``make_valid``); points and lines that this leaves, and
    slivers below :data:`SLIVER_M2`, are dropped.
    """
    if shape is None or shape.is_empty:
        return [], False
    valid = bool(shape.is_valid)
    whole = shape if valid else shapely.make_valid(shape)
    parts = [
        part
        for part in _flat(whole)
        if isinstance(part, Polygon) and part.area >= SLIVER_M2 and not part.is_empty
    ]
    return sorted(parts, key=lambda part: -part.area), not valid


def _flat(shape: shapely.Geometry) -> list[shapely.Geometry]:
    parts = list(shapely.get_parts(shape))
    if len(parts) == 1 and parts[0] is not shape and not hasattr(parts[0], "geoms"):
        return parts
    return [leaf for part in parts for leaf in (_flat(part) if hasattr(part, "geoms") else [part])]


def one_shape(parts: list[Polygon]) -> Shape:
    """``parts`` as one shape: their union, a polygon where they touch."""
    union = shapely.union_all(parts)
    return union if isinstance(union, Polygon) else MultiPolygon(polygons_of(union)[0])


def without_slivers(shape: shapely.Geometry, *, thinner_m: float) -> list[Polygon]:
    """The parts of ``shape`` that are wider than ``thinner_m`` somewhere (a morphological opening)."""
    half = thinner_m / 2
    core = shape.buffer(-half, join_style="mitre").buffer(half * 1.01, join_style="mitre")
    return polygons_of(shapely.intersection(core, shape))[0]


def contact(one: Polygon, other: shapely.Geometry, *, gap_m: float = 0.02) -> LineString | None:
    """The longest stretch of the boundary of ``one`` that lies at ``other`` (within ``gap_m``).

    ``None`` where it is shorter than :data:`CONTACT_M`.
    """
    stretches = contacts(one, other, gap_m=gap_m)
    return stretches[0] if stretches else None


def contacts(one: Polygon, other: shapely.Geometry, *, gap_m: float = 0.02) -> list[LineString]:
    """All stretches of the boundary of ``one`` at ``other``, longest first, none below :data:`CONTACT_M`."""
    # Only what lies around `one` matters: a mall's walkway has thousands of corners elsewhere.
    west, south, east, north = one.bounds
    reach = gap_m + 1.0
    near = shapely.clip_by_rect(other, west - reach, south - reach, east + reach, north + reach)
    if near.is_empty:
        return []
    shared = shapely.intersection(one.boundary, near.buffer(gap_m, join_style="mitre"))
    lines = [part for part in _flat(shared) if isinstance(part, LineString)]
    if not lines:
        return []
    merged = linemerge(lines) if len(lines) > 1 else lines[0]
    found = [part for part in shapely.get_parts(merged) if part.length >= CONTACT_M]
    return sorted(found, key=lambda part: -part.length)


def outer_sides(one: Polygon, outline: Shape, *, gap_m: float) -> list[LineString]:
    """The stretches of the boundary of ``one`` within ``gap_m`` of ``outline`` that face it, longest first.

    A side faces the outline if a short way straight out of ``one`` leaves the building there. The inner side
    of a thin room lies near the outline too, but leads into the next room.
    """
    sides = []
    for stretch in contacts(one, shapely.boundary(outline), gap_m=gap_m):
        ends = shapely.get_coordinates(stretch)
        along = np.diff(ends, axis=0)
        across = np.stack([-along[:, 1], along[:, 0]], axis=1) / np.hypot(*along.T)[:, None]
        middle = ends[:-1] + along / 2
        inwards = shapely.contains_xy(one, middle + SIDE_M * across)
        across[inwards] *= -1.0
        far = middle + (SLANT * gap_m + CLEAR_M) * across
        facing = ~shapely.contains_xy(outline, far)
        sides += [LineString(ends[n : n + 2]) for n in np.flatnonzero(facing)]
    if not sides:
        return []
    found = [part for part in shapely.get_parts(linemerge(sides)) if part.length >= CONTACT_M]
    return sorted(found, key=lambda part: -part.length)


def middle_of(line: LineString, *, length_m: float) -> LineString:
    """The middle ``length_m`` of ``line``; all of it if it is shorter."""
    spare = (line.length - length_m) / 2
    return substring(line, spare, line.length - spare) if spare > 0 else line


def ends_of(shape: Polygon) -> tuple[LineString, LineString]:
    """The two short sides of the smallest rectangle around ``shape``."""
    corners = shapely.get_coordinates(shapely.oriented_envelope(shape))[:4]
    sides = [LineString([corners[k], corners[(k + 1) % 4]]) for k in range(4)]
    odd = sides[0].length > sides[1].length
    return (sides[1], sides[3]) if odd else (sides[0], sides[2])


def size_of(shape: Polygon) -> tuple[float, float]:
    """Width and length, m, of the smallest rectangle around ``shape``."""
    corners = shapely.get_coordinates(shapely.oriented_envelope(shape))
    if len(corners) < 4:  # noqa: PLR2004  # a rectangle has five coordinates, a line two
        return 0.0, float(shape.length)
    sides = sorted(LineString(corners[k : k + 2]).length for k in (0, 1))
    return sides[0], sides[1]
