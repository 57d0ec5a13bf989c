"""The plan as the canvas draws it: polygons and symbols of each level, in whole centimetres.

Prepared once for a plan version and kept by every browser for as long as that version lives. Coordinates
count from the south-west corner of the building, x east and y north, so that integers stay short.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterable, Mapping

import numpy as np
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon

from twin.plan.model import Connector, Exit, Label, Opening, Plan, Provenance, Shape, Space
from twin.world.categories import CATEGORIES

CENTIMETRES = 100.0
_SIMPLIFY_M = 0.05
"""Corners closer to the line than this cannot be seen at any zoom of a screen."""

Document = dict[str, object]


class _Quantiser:
    """Local metres to whole centimetres from the south-west corner."""

    def __init__(self, bounds: tuple[float, float, float, float]) -> None:
        self._x0, self._y0 = bounds[0], bounds[1]

    def points(self, xy: Iterable[Iterable[float]]) -> list[int]:
        """x, y, x, y … of ``xy``."""
        values = np.asarray([list(one)[:2] for one in xy], dtype=np.float64)
        shifted = (values - (self._x0, self._y0)) * CENTIMETRES
        return [int(v) for v in np.rint(shifted).ravel()]

    def rings(self, shape: Polygon) -> list[list[int]]:
        """Outer ring first, then holes."""
        simple = shape.simplify(_SIMPLIFY_M)
        kept = simple if isinstance(simple, Polygon) and not simple.is_empty else shape
        return [self.points(ring.coords) for ring in (kept.exterior, *kept.interiors)]

    def polygons(self, shape: Shape) -> list[list[list[int]]]:
        """The rings of each part."""
        parts = shape.geoms if isinstance(shape, MultiPolygon) else (shape,)
        return [self.rings(part) for part in parts]


def _words(label: Label) -> Document:
    return {"en": label.en, "zh": label.zh or label.en}


def _category(name: str) -> Document:
    """The words for a tenant category; a category that a site added stands as it is written."""
    known = CATEGORIES.get(name)
    return _words(known.name) if known is not None else _words(Label(en=name))


def bounds_of(plan: Plan) -> tuple[float, float, float, float]:
    """West, south, east, north of everything that is drawn, in metres."""
    shapes = [space.shape for space in plan.spaces] + [level.outline for level in plan.levels]
    west, south, east, north = shapely.total_bounds(np.asarray(shapes, dtype=object))
    return float(west), float(south), float(east), float(north)


def label_box(shape: Polygon) -> tuple[float, float, float, float]:
    """Where a name may stand: centre x, y, free width along x and free height along y, in metres.

    The centre is the middle of the horizontal chord through the pole of inaccessibility.
    """
    radius_line = shapely.maximum_inscribed_circle(shape, tolerance=0.25)
    x, y = radius_line.coords[0]
    west, south, east, north = shape.bounds

    def chord(line: LineString) -> tuple[tuple[float, float], tuple[float, float]]:
        for part in shapely.get_parts(line.intersection(shape)):
            if part.length > 0 and part.distance(Point(x, y)) < 1e-6:  # noqa: PLR2004 - the part that holds the pole
                return part.coords[0], part.coords[-1]
        return (x, y), (x, y)

    left, right = chord(LineString([(west - 1, y), (east + 1, y)]))
    x = (left[0] + right[0]) / 2
    low, high = chord(LineString([(x, south - 1), (x, north + 1)]))
    return x, y, abs(right[0] - left[0]), 2 * min(abs(high[1] - y), abs(y - low[1]))


def _space(space: Space, plan: Plan, levels: Mapping[str, int], cm: _Quantiser) -> Document:
    x, y, width, height = label_box(space.shape)
    tenant = plan.tenant_of.get(space.id)
    return {
        "id": space.id,
        "level": levels[space.level_id],
        "kind": space.kind.value,
        "public": space.public,
        "rings": cm.rings(space.shape),
        "area": round(space.shape.area, 1),
        "name": _words(space.name),
        "tenant": None
        if tenant is None
        else {"id": tenant.id, **_words(tenant.name), "category": _category(tenant.category)},
        "label": [*cm.points([(x, y)]), round(width * CENTIMETRES), round(height * CENTIMETRES)],
    }


def _outward(way_out: Exit, space: Space) -> tuple[float, float]:
    """Unit vector across the exit's line, away from its space."""
    start, end = np.asarray(way_out.line.coords[0]), np.asarray(way_out.line.coords[-1])
    along = end[:2] - start[:2]
    length = math.hypot(*along) or 1.0
    normal = np.array([-along[1], along[0]]) / length
    middle = (start[:2] + end[:2]) / 2
    inside = space.shape.contains(Point(middle + normal * 0.3))
    sign = -1.0 if inside else 1.0
    return float(normal[0] * sign), float(normal[1] * sign)


def _exit(way_out: Exit, plan: Plan, levels: Mapping[str, int], cm: _Quantiser) -> Document:
    out = _outward(way_out, plan.space[way_out.space_id])
    return {
        "id": way_out.id,
        "level": levels[way_out.level_id],
        "kind": way_out.kind.value,
        "space": way_out.space_id,
        "line": cm.points(way_out.line.coords),
        "out": [round(out[0], 3), round(out[1], 3)],
        "width": round(way_out.width_m, 2),
        "name": _words(way_out.name),
        "open": way_out.open,
        "emergency": way_out.emergency_only,
    }


def _axis(space: Space, towards: Point) -> tuple[tuple[float, float], tuple[float, float], float]:
    """The long axis of a flight from its foot towards ``towards``, and its width, in metres."""
    corners = np.asarray(shapely.oriented_envelope(space.shape).exterior.coords)[:4]
    first, second = corners[1] - corners[0], corners[2] - corners[1]
    long, wide = (first, second) if np.hypot(*first) >= np.hypot(*second) else (second, first)
    centre = corners.mean(axis=0)
    foot, head = centre - long / 2, centre + long / 2
    if math.dist(foot, (towards.x, towards.y)) < math.dist(head, (towards.x, towards.y)):
        foot, head = head, foot
    return (float(foot[0]), float(foot[1])), (float(head[0]), float(head[1])), float(np.hypot(*wide))


def _stops(connector: Connector, plan: Plan, levels: Mapping[str, int], cm: _Quantiser) -> list[Document]:
    """Where a connector is drawn on each of its levels; ``axis`` points up the flight."""
    found: list[Document] = []
    for index, stop in enumerate(connector.stops):
        space = plan.space[stop.space_id]
        document: Document = {
            "level": levels[stop.level_id],
            "space": space.id,
            "at": cm.points([(stop.at.x, stop.at.y)]),
        }
        above = connector.stops[index + 1] if index + 1 < len(connector.stops) else None
        below = connector.stops[index - 1] if index else None
        document["up"], document["down"] = above is not None, below is not None
        if space.kind.value == connector.kind.value:
            # On its lower level one steps on at the foot; at the very top one arrives at the head.
            foot, head, width = _axis(space, above.at if above is not None else stop.at)
            document["axis"] = cm.points([foot, head])
            document["width"] = round(width, 2)
        found.append(document)
    return found


def _opening(opening: Opening, levels: Mapping[str, int], cm: _Quantiser) -> Document:
    return {
        "id": opening.id,
        "level": levels[opening.level_id],
        "kind": opening.kind.value,
        "spaces": list(opening.spaces),
        "line": cm.points(opening.line.coords),
        "width": round(opening.width_m, 2),
        "open": opening.open,
        "guessed": Provenance.GUESSED in opening.sources.values(),
    }


def drawing_of(plan: Plan) -> Document:
    """The drawing of ``plan``: what ``GET /api/plan/{version}/drawing`` answers."""
    bounds = bounds_of(plan)
    cm = _Quantiser(bounds)
    levels = {level.id: index for index, level in enumerate(plan.levels)}
    return {
        "version": plan.version,
        "name": _words(plan.name),
        "currency": plan.currency,
        "timezone": plan.timezone,
        "origin": [bounds[0], bounds[1]],
        "size": cm.points([(bounds[2], bounds[3])]),
        "north": round(-plan.frame.turn_deg, 2),
        "levels": [
            {
                "id": level.id,
                "ordinal": level.ordinal,
                "name": _words(level.name),
                "short": level.short_name,
                "outline": cm.polygons(level.outline),
            }
            for level in plan.levels
        ],
        "spaces": [_space(space, plan, levels, cm) for space in plan.spaces],
        "openings": [_opening(one, levels, cm) for one in plan.openings],
        "exits": [_exit(one, plan, levels, cm) for one in plan.exits],
        "connectors": [
            {
                "id": one.id,
                "kind": one.kind.value,
                "name": _words(one.name),
                "direction": one.direction.value,
                "running": one.running,
                "open": one.open,
                "protected": one.protected,
                "stops": _stops(one, plan, levels, cm),
            }
            for one in plan.connectors
        ],
        "devices": [
            {
                "id": one.id,
                "kind": one.kind.value,
                "level": levels[one.level_id],
                "space": one.space_id,
                "at": cm.points([(one.at.x, one.at.y)]),
                "name": _words(one.name),
                "watches": one.watches,
            }
            for one in plan.devices
        ],
    }


def drawing_bytes(plan: Plan) -> bytes:
    """The drawing as gzipped JSON."""
    body = json.dumps(drawing_of(plan), ensure_ascii=False, separators=(",", ":")).encode()
    return gzip.compress(body, compresslevel=6, mtime=0)
