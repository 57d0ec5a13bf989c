"""Rules on levels and on the shapes of spaces."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import shapely

from twin.plan.checks.facts import Facts, finite
from twin.plan.checks.report import Severity
from twin.plan.checks.rules import Found, rule

OVERLAP_M2 = 0.1
SLIVER_M2 = 0.1
THINNEST = 0.01
"""Area over perimeter squared; a circle has 0.08, a corridor of 25 to 1 has 0.009."""
THIN_BELOW_M2 = 5.0
"""A long corridor is thin too, but it is no sliver."""
SMALLEST_M2, LARGEST_M2 = 0.5, 100_000.0
OUTSIDE_M2, OUTSIDE_SHARE = 1.0, 0.02


def _geometry(facts: Facts) -> Found:
    plan = facts.plan
    shapes: list[tuple[str, shapely.Geometry]] = [(x.id, x.shape) for x in plan.spaces] + [
        (x.id, x.outline) for x in plan.levels
    ]
    shapes += [(x.id, x.line) for x in plan.openings] + [(x.id, x.line) for x in plan.exits]
    shapes += [(x.id, stop.at) for x in plan.connectors for stop in x.stops]
    shapes += [(x.id, x.at) for x in plan.devices]
    for name, shape in shapes:
        if not finite(shape):
            yield name, "has no geometry, or coordinates that are no numbers"
        elif not shape.is_valid:
            yield name, f"geometry is not valid: {shapely.is_valid_reason(shape)}"


def _levels(facts: Facts) -> Found:
    if not facts.plan.levels:
        yield facts.plan.id, "the plan has no level"
    for level in facts.plan.levels:
        if not any(space.walkable for space in facts.on_level[level.id]):
            yield level.id, f"level {level.short_name} has no space that one can walk in"


def _no_floor(facts: Facts) -> Found:
    if not facts.has_floor:
        yield facts.plan.id, "no level has a space that one can walk in"


def _ordinals(facts: Facts) -> Found:
    ordinals = sorted({level.ordinal for level in facts.plan.levels})
    for below, above in pairwise(ordinals):
        if above - below > 1:
            yield facts.plan.id, f"no level has an ordinal between {below} and {above}"


def _heights(facts: Facts) -> Found:
    for below, above in pairwise(sorted(facts.plan.levels, key=lambda level: level.ordinal)):
        if above.ordinal > below.ordinal and above.elevation_m <= below.elevation_m:
            yield (
                above.id,
                f"lies at {above.elevation_m:g} m, not above {below.short_name} at {below.elevation_m:g} m",
            )


def _overlaps(facts: Facts) -> Found:
    for spaces in facts.on_level.values():
        shapes = np.array([facts.shape[space.id] for space in spaces], dtype=object)
        if not len(shapes):
            continue
        a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
        a, b = a[a < b], b[a < b]
        touching = shapely.touches(shapes[a], shapes[b])
        a, b = a[~touching], b[~touching]
        shared = shapely.area(shapely.intersection(shapes[a], shapes[b]))
        for n in np.flatnonzero(shared > OVERLAP_M2):
            first, second = spaces[a[n]], spaces[b[n]]
            if first.shape.normalize().equals_exact(second.shape.normalize(), 1e-6):
                continue
            yield first.id, f"overlaps {second.id!r} by {shared[n]:.1f} m²"


def _duplicates(facts: Facts) -> Found:
    for spaces in facts.on_level.values():
        bodies = [shapely.set_precision(facts.shape[space.id], 1e-3).normalize().wkb for space in spaces]
        times = Counter(bodies)
        for space, body in zip(spaces, bodies, strict=True):
            if times[body] > 1:
                yield space.id, f"has the same shape as {times[body] - 1} other on its level"


def _slivers(facts: Facts) -> Found:
    for space in facts.usable.spaces:
        area, length = space.shape.area, space.shape.length
        thin = area < THINNEST * length**2
        if area < SLIVER_M2 or (thin and area < THIN_BELOW_M2):
            yield space.id, f"is a sliver of {area:.2f} m²"


def _sizes(facts: Facts) -> Found:
    for space in facts.usable.spaces:
        area = space.shape.area
        if SLIVER_M2 <= area < SMALLEST_M2 or area > LARGEST_M2:
            yield space.id, f"measures {area:,.1f} m²: {SMALLEST_M2:g} to {LARGEST_M2:,.0f} m² are usual"


def _outside(facts: Facts) -> Found:
    for level in facts.plan.levels:
        if not finite(level.outline):
            continue
        outline = shapely.make_valid(level.outline).buffer(0.05)
        shapely.prepare(outline)
        for space in facts.on_level[level.id]:
            shape = facts.shape[space.id]
            if outline.covers(shape):
                continue
            beyond = shape.difference(outline).area
            if beyond > max(OUTSIDE_M2, OUTSIDE_SHARE * shape.area):
                yield space.id, f"{beyond:.1f} m² of it lie outside level {level.short_name}"


RULES = (
    rule(
        "GeometryMustBeValid", Severity.VIOLATION, "Shapes are there and valid", "几何图形必须有效", _geometry
    ),
    rule(
        "PlanMustHaveWalkableSpace",
        Severity.VIOLATION,
        "There is floor to walk on",
        "必须有可行走空间",
        _no_floor,
    ),
    rule("LevelMustHaveSpaces", Severity.WARNING, "A level has spaces", "楼层内应有空间", _levels),
    rule("LevelOrdinalsMustHaveNoGap", Severity.WARNING, "No storey is missing", "楼层序号应连续", _ordinals),
    rule("LevelsMustRise", Severity.WARNING, "A higher level lies higher", "楼层标高应递增", _heights),
    rule("SpacesMustNotOverlap", Severity.WARNING, "Spaces do not overlap", "空间不应重叠", _overlaps),
    rule(
        "SpacesMustNotBeDuplicates", Severity.WARNING, "No space is there twice", "空间不应重复", _duplicates
    ),
    rule("SpaceMustNotBeASliver", Severity.WARNING, "Spaces are no slivers", "空间不应过于狭小", _slivers),
    rule("SpaceSizeMustBePlausible", Severity.WARNING, "Spaces have usual sizes", "空间面积应合理", _sizes),
    rule(
        "SpaceMustLieOnItsLevel",
        Severity.WARNING,
        "Spaces lie on their level",
        "空间应位于楼层轮廓内",
        _outside,
    ),
)
