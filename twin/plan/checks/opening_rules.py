"""Rules on openings and exits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.plan.checks.facts import Facts
from twin.plan.checks.report import Severity
from twin.plan.checks.rules import Found, rule
from twin.plan.model import Exit, Opening, OpeningKind

OFF_WALL_M = 0.5
"""An opening lies within the thickness of a wall of both its spaces."""
NARROWEST_M, WIDEST_DOOR_M = 0.3, 10.0
INSIDE_M = 0.5
CROSSING_M = 0.5
STEP_M = 0.5
LONGER = 1.05
"""A clear width may exceed the line it is drawn on by this factor: lines are rounded."""


def _sides(facts: Facts) -> Iterator[tuple[Opening | Exit, tuple[str, ...]]]:
    """Every opening and exit with its spaces that have a shape."""
    for opening in facts.usable.openings:
        yield opening, tuple(name for name in opening.spaces if name in facts.shape)
    for way_out in facts.usable.exits:
        yield way_out, tuple(name for name in (way_out.space_id,) if name in facts.shape)


def _places(facts: Facts, step_m: float) -> Iterator[tuple[str, list[str], NDArray[np.object_]]]:
    """For each space the places along its openings and exits: their features and points."""
    names: dict[str, list[str]] = {}
    points: dict[str, list[shapely.Geometry]] = {}
    for feature, spaces in _sides(facts):
        count = max(1, round(feature.line.length / step_m))
        along = shapely.line_interpolate_point(
            feature.line, (np.arange(count) + 0.5) / count, normalized=True
        )
        for space in spaces:
            names.setdefault(space, []).extend([feature.id] * count)
            points.setdefault(space, []).extend(along)
    for space, own in names.items():
        yield space, own, np.array(points[space], dtype=object)


def _off_wall(facts: Facts) -> Found:
    for space, names, points in _places(facts, np.inf):
        wall = facts.shape[space].boundary
        shapely.prepare(wall)
        for n in np.flatnonzero(~shapely.dwithin(wall, points, OFF_WALL_M)):
            yield names[n], f"lies {wall.distance(points[n]):.1f} m off the wall of {space!r}"


def _crossing(facts: Facts) -> Found:
    for space, names, points in _places(facts, STEP_M):
        shape, wall = facts.shape[space], facts.shape[space].boundary
        shapely.prepare(wall)
        far = np.flatnonzero(~shapely.dwithin(wall, points, INSIDE_M))
        inside = Counter(names[n] for n in far[shapely.contains_properly(shape, points[far])])
        for name, count in inside.items():
            if count * STEP_M > CROSSING_M:
                yield name, f"runs about {count * STEP_M:.1f} m through the inside of {space!r}"


def _no_width(facts: Facts) -> Found:
    plan = facts.plan
    widths = [(x.id, x.width_m) for x in plan.openings] + [(x.id, x.width_m) for x in plan.exits]
    for name, width in widths + [(x.id, x.width_m) for x in plan.connectors]:
        if not width > 0:
            yield name, f"its clear width is {width:g} m, and must be positive"


def _widths(facts: Facts) -> Found:
    for feature, _ in _sides(facts):
        width = feature.width_m
        leaf = isinstance(feature, Opening) and feature.kind in {OpeningKind.DOOR, OpeningKind.FIRE_DOOR}
        if 0 < width < NARROWEST_M:
            yield feature.id, f"its clear width of {width:.2f} m is less than {NARROWEST_M:g} m"
        elif leaf and width > WIDEST_DOOR_M:
            yield feature.id, f"its clear width of {width:.1f} m is more than a door's {WIDEST_DOOR_M:g} m"


def _wider_than_drawn(facts: Facts) -> Found:
    for feature, _ in _sides(facts):
        if feature.width_m > max(LONGER * feature.line.length, feature.line.length + NARROWEST_M):
            yield (
                feature.id,
                f"its clear width of {feature.width_m:.2f} m exceeds its line of {feature.line.length:.2f} m",
            )


def _to_itself(facts: Facts) -> Found:
    for opening in facts.plan.openings:
        if opening.spaces[0] == opening.spaces[1]:
            yield opening.id, f"joins {opening.spaces[0]!r} to itself"


def _into_solid(facts: Facts) -> Found:
    for feature, spaces in _sides(facts):
        for name in spaces:
            space = facts.plan.space[name]
            if not space.walkable:
                yield feature.id, f"leads into {name!r}, which is of kind {space.kind}"


def _apart(facts: Facts) -> Found:
    joined = [
        opening
        for opening in facts.usable.openings
        if opening.spaces[0] != opening.spaces[1] and all(name in facts.shape for name in opening.spaces)
    ]
    a, b = (np.array([facts.shape[x.spaces[n]] for x in joined], dtype=object) for n in (0, 1))
    for n in np.flatnonzero(~shapely.dwithin(a, b, 2 * OFF_WALL_M)):
        first, second = joined[n].spaces
        yield (
            joined[n].id,
            f"its spaces {first!r} and {second!r} are {shapely.distance(a[n], b[n]):.1f} m apart",
        )


RULES = (
    rule("WidthMustBePositive", Severity.VIOLATION, "Clear widths are positive", "净宽必须为正", _no_width),
    rule(
        "OpeningMustLieOnTheWall",
        Severity.WARNING,
        "Openings lie on the walls of their spaces",
        "开口应位于空间边界上",
        _off_wall,
    ),
    rule(
        "OpeningMustNotCrossASpace",
        Severity.WARNING,
        "Openings do not run through spaces",
        "开口不应穿过空间内部",
        _crossing,
    ),
    rule("OpeningWidthMustBePlausible", Severity.WARNING, "Widths are usual", "开口净宽应合理", _widths),
    rule(
        "OpeningMustNotBeWiderThanItsLine",
        Severity.WARNING,
        "No width exceeds the line it is drawn on",
        "净宽不应大于开口线长度",
        _wider_than_drawn,
    ),
    rule(
        "OpeningMustJoinTwoSpaces",
        Severity.WARNING,
        "Openings join two spaces",
        "开口应连接两个空间",
        _to_itself,
    ),
    rule(
        "OpeningMustLeadToWalkableSpace",
        Severity.WARNING,
        "Openings lead where one can walk",
        "开口应通向可行走空间",
        _into_solid,
    ),
    rule(
        "OpeningMustJoinNeighbours",
        Severity.WARNING,
        "Openings join spaces that lie side by side",
        "开口两侧空间应相邻",
        _apart,
    ),
)
