"""Walls and slabs of a plan as triangles.

A wall stands on every boundary between two spaces, full storey height, except where one sees over or
through: at openings that are open (a fire door is taken as shut, because it closes by itself), along voids,
escalators and ramps (a balustrade), and around kiosks. A slab lies under every space but a void.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.plan.model import Level, OpeningKind, Plan, Space, SpaceKind

SEEN_THROUGH = frozenset({SpaceKind.VOID, SpaceKind.ESCALATOR, SpaceKind.RAMP, SpaceKind.KIOSK})
"""Kinds without walls of their own."""
OPEN_PLAN = frozenset(
    {SpaceKind.WALKWAY, SpaceKind.SEATING, SpaceKind.LOBBY, SpaceKind.PLATFORM, SpaceKind.TERRACE}
)
"""Kinds whose edge towards a void or an escalator is a balustrade; any other kind has a wall there."""
GAP_M = 0.05
"""Lines that are this near to each other are the same line."""


@dataclass(frozen=True)
class Mesh:
    """Triangles: ``vertices[n, 3]`` in plan metres with z above ordinal 0, ``triangles[m, 3]`` into them."""

    vertices: NDArray[np.float64]
    triangles: NDArray[np.int32]


def wall_lines(plan: Plan, level_id: str) -> shapely.Geometry:
    """Where walls stand on a level, as lines."""
    spaces = [x for x in plan.spaces if x.level_id == level_id]
    rooms = [x for x in spaces if x.kind not in SEEN_THROUGH | OPEN_PLAN]
    floors = [x for x in spaces if x.kind in OPEN_PLAN]
    through = [x for x in spaces if x.kind in SEEN_THROUGH]
    outer = plan.level[level_id].outline.boundary
    lines = shapely.union_all(
        [*_edges(rooms), _without(shapely.union_all(_edges(floors)), _edges(through)), outer]
    )
    gaps = [
        x.line
        for x in plan.openings
        if x.level_id == level_id and x.open and x.kind is not OpeningKind.FIRE_DOOR
    ]
    return _without(lines, gaps)


def _edges(spaces: list[Space]) -> list[shapely.Geometry]:
    return [x.shape.boundary for x in spaces]


def _without(lines: shapely.Geometry, gaps: list[shapely.Geometry]) -> shapely.Geometry:
    if not gaps:
        return lines
    # Flat ends: a gap must not eat the wall beyond the door frame.
    return shapely.difference(lines, shapely.union_all(shapely.buffer(gaps, GAP_M, cap_style="flat")))


def walls(plan: Plan, level: Level) -> Mesh:
    """The walls of a level, from its floor to the floor above."""
    vertices: list[tuple[float, float, float]] = []
    triangles: list[tuple[int, int, int]] = []
    low, high = level.elevation_m, level.elevation_m + level.height_m
    for line in shapely.get_parts(wall_lines(plan, level.id)):
        if line.geom_type not in {"LineString", "LinearRing"}:
            continue
        for (x0, y0), (x1, y1) in pairwise(np.asarray(line.coords)[:, :2]):
            at = len(vertices)
            vertices += [(x0, y0, low), (x1, y1, low), (x1, y1, high), (x0, y0, high)]
            triangles += [(at, at + 1, at + 2), (at, at + 2, at + 3)]
    return _mesh(vertices, triangles)


def slab(plan: Plan, level: Level) -> Mesh:
    """The floor of a level with its voids cut out."""
    floor = shapely.union_all(
        [x.shape for x in plan.spaces if x.level_id == level.id and x.kind is not SpaceKind.VOID]
    )
    vertices: list[tuple[float, float, float]] = []
    triangles: list[tuple[int, int, int]] = []
    for part in shapely.get_parts(floor):
        if part.geom_type != "Polygon":
            continue
        for triangle in shapely.get_parts(shapely.constrained_delaunay_triangles(part)):
            at = len(vertices)
            vertices += [(x, y, level.elevation_m) for x, y in np.asarray(triangle.exterior.coords)[:3, :2]]
            triangles.append((at, at + 1, at + 2))
    return _mesh(vertices, triangles)


def _mesh(vertices: list[tuple[float, float, float]], triangles: list[tuple[int, int, int]]) -> Mesh:
    return Mesh(
        vertices=np.asarray(vertices, dtype=np.float64).reshape(-1, 3),
        triangles=np.asarray(triangles, dtype=np.int32).reshape(-1, 3),
    )
