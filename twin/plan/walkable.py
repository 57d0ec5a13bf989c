"""The floor that one can walk on."""

from __future__ import annotations

import shapely

from twin.errors import PlanError
from twin.plan.model import Plan, Shape


def walkable(plan: Plan, level_id: str) -> Shape:
    """The union of a level's walkable spaces, less the voids, structure and closed parts that lie on them.

    Where shapes overlap, the smaller one lies on top, as on the raster (:mod:`twin.plan.raster`).

    Raises:
        PlanError: if the plan has no such level.
    """
    if level_id not in plan.level:
        raise PlanError(f"level {level_id!r}: the plan {plan.id!r} has no such level")
    own = [space for space in plan.spaces if space.level_id == level_id]
    floor = [shapely.make_valid(space.shape) for space in own if space.walkable]
    solid = [shapely.make_valid(space.shape) for space in own if not space.walkable]
    area = shapely.union_all(floor)
    if solid:
        tree = shapely.STRtree(solid)
        above = [
            shape
            for shape in floor
            if any(solid[n].area > shape.area for n in tree.query(shape, predicate="intersects"))
        ]
        area = area.difference(shapely.union_all(solid)).union(shapely.union_all(above))
    return _polygons(area)


def _polygons(shape: shapely.Geometry) -> Shape:
    """The areas of ``shape``, without the lines and points that set operations leave behind."""
    pieces = [
        part for part in shapely.get_parts(shape) if isinstance(part, shapely.Polygon) and part.area > 0
    ]
    return pieces[0] if len(pieces) == 1 else shapely.MultiPolygon(pieces)
