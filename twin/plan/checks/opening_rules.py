"""Rules on openings and exits."""

from __future__ import annotations

from collections.abc import Iterator

import shapely

from twin.plan.checks.facts import Facts
from twin.plan.checks.report import Severity
from twin.plan.checks.rules import Found, rule
from twin.plan.model import Exit, Opening, OpeningKind

OFF_WALL_M = 0.5
"""An opening lies within the thickness of a wall of both its spaces."""
NARROWEST_M, WIDEST_DOOR_M = 0.3, 10.0
INSIDE_M = 0.5
CROSSING_M = 0.5
LONGER = 1.05
"""A clear width may exceed the line it is drawn on by this factor: lines are rounded."""


def _sides(facts: Facts) -> Iterator[tuple[Opening | Exit, tuple[str, ...]]]:
    """Every opening and exit with its spaces that have a shape."""
    for opening in facts.usable.openings:
        yield opening, tuple(name for name in opening.spaces if name in facts.shape)
    for way_out in facts.usable.exits:
        yield way_out, tuple(name for name in (way_out.space_id,) if name in facts.shape)


def _off_wall(facts: Facts) -> Found:
    for feature, spaces in _sides(facts):
        middle = feature.line.interpolate(0.5, normalized=True)
        for name in spaces:
            gap = facts.shape[name].boundary.distance(middle)
            if gap > OFF_WALL_M:
                yield feature.id, f"lies {gap:.1f} m off the wall of {name!r}"


def _crossing(facts: Facts) -> Found:
    for feature, spaces in _sides(facts):
        for name in spaces:
            shape = facts.shape[name]
            if shape.boundary.buffer(INSIDE_M).covers(feature.line):
                continue
            inside = feature.line.intersection(shape.buffer(-INSIDE_M)).length
            if inside > CROSSING_M:
                yield feature.id, f"runs {inside:.1f} m through the inside of {name!r}"


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
    for feature, spaces in _sides(facts):
        if len(spaces) == 2 and spaces[0] != spaces[1]:  # noqa: PLR2004 - both sides
            gap = shapely.distance(facts.shape[spaces[0]], facts.shape[spaces[1]])
            if gap > 2 * OFF_WALL_M:
                yield feature.id, f"its spaces {spaces[0]!r} and {spaces[1]!r} are {gap:.1f} m apart"


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
