"""Fitting a device to the building: where it hangs, what it is called, where it publishes."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from shapely import LineString, Point

from twin.plan.model import Device, DeviceKind, Label, Plan, Shape, Space

INSIDE_M = 0.8
"""A device over a door hangs this far inside."""


def fit(
    plan: Plan,
    kind: DeviceKind,
    name: str,
    space: Space,
    at: Point,
    label: tuple[str, str],
    **more: float | str,
) -> Device:
    """A device called ``name`` in ``space``; its topic is ``mall/<plan>/<kind>/<name>``."""
    values: dict[str, float | str] = {"interval_s": 300.0, "model": "native", **more}
    return Device(
        id=name,
        kind=kind,
        level_id=space.level_id,
        at=Point(round(at.x, 3), round(at.y, 3)),
        space_id=space.id,
        name=Label(en=label[0], zh=label[1]),
        topic=f"mall/{plan.id}/{kind}/{name}",
        **values,  # type: ignore[arg-type]  # the fields of Device by name
    )


def inside(line: LineString, shape: Shape, by_m: float = INSIDE_M) -> Point:
    """A point ``by_m`` from the middle of ``line``, on the side of it where ``shape`` is."""
    middle = line.interpolate(0.5, normalized=True)
    (x0, y0), (x1, y1) = line.coords[0], line.coords[-1]
    across = np.array([y1 - y0, x0 - x1]) / max(line.length, 1e-9)
    best = middle
    for sign in (1.0, -1.0):
        point = Point(middle.x + sign * by_m * across[0], middle.y + sign * by_m * across[1])
        if shape.contains(point):
            best = point
            break
    return best


def heading(a: Point, b: Point) -> float:
    """Direction from ``a`` to ``b``, degrees clockwise from north, to the tenth."""
    return round(math.degrees(math.atan2(b.x - a.x, b.y - a.y)) % 360.0, 1)


def spread(shape: Shape, count: int) -> Iterator[Point]:
    """``count`` points spread over ``shape``: along its longer side, each inside."""
    x0, y0, x1, y1 = shape.bounds
    wide = x1 - x0 >= y1 - y0
    for index in range(count):
        share = (index + 0.5) / count
        if wide:
            x = x0 + share * (x1 - x0)
            strip = shape.intersection(LineString([(x, y0 - 1), (x, y1 + 1)]))
        else:
            y = y0 + share * (y1 - y0)
            strip = shape.intersection(LineString([(x0 - 1, y), (x1 + 1, y)]))
        pieces = [x for x in getattr(strip, "geoms", [strip]) if x.length > 0]
        if pieces:
            yield max(pieces, key=lambda x: x.length).interpolate(0.5, normalized=True)
        else:
            yield shape.representative_point()
