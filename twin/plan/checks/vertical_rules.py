"""Rules on connectors, on the frames of levels, and on the scale of the drawing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from statistics import median

import shapely

from twin.plan.checks.facts import Facts
from twin.plan.checks.report import Severity
from twin.plan.checks.rules import Found, rule
from twin.plan.model import Connector, ConnectorKind, OpeningKind, SpaceKind, Stop

SHAFT_APART_M = 1.0
"""Stops of one lift shaft must overlap, but for the error of a survey."""
REACH_M = {ConnectorKind.STAIRS: 12.0, ConnectorKind.ESCALATOR: 40.0, ConnectorKind.RAMP: 150.0}
"""How far the ends of one link may lie apart in plan."""
OFF_STOP_M = 1.0
FEWEST_SHAFTS = 3
"""Levels with fewer lifts are not judged: a lift may well end there."""
LEAST_SHARE = 0.4
DOOR_M = (0.6, 4.0)
LIFT_M2 = (1.2, 20.0)
"""EN 81-20: a car for 4 people has 0.9 m²; the shaft of a goods lift has some 20 m²."""
FEWEST_FOR_SCALE = 5


def _links(facts: Facts) -> Iterator[tuple[Connector, Stop, Stop]]:
    """Every link between stops that exist."""
    for connector in facts.usable.connectors:
        for lower, upper in pairwise(connector.stops):
            if lower.level_id in facts.plan.level and upper.level_id in facts.plan.level:
                yield connector, lower, upper


def _ends(facts: Facts) -> Found:
    for connector in facts.plan.connectors:
        if len(connector.stops) < 2:  # noqa: PLR2004 - two ends
            yield connector.id, f"has {len(connector.stops)} stop, and needs an end on each of two levels"


def _rising(facts: Facts) -> Found:
    for connector, lower, upper in _links(facts):
        if facts.plan.level[upper.level_id].ordinal <= facts.plan.level[lower.level_id].ordinal:
            yield (
                connector.id,
                f"its stops must go from low to high: {upper.level_id!r} follows {lower.level_id!r}",
            )


def _above(facts: Facts) -> Found:
    for connector, lower, upper in _links(facts):
        if connector.kind is ConnectorKind.LIFT:
            a, b = facts.shape.get(lower.space_id), facts.shape.get(upper.space_id)
            gap = lower.at.distance(upper.at) if a is None or b is None else shapely.distance(a, b)
            limit = SHAFT_APART_M
        else:
            gap, limit = lower.at.distance(upper.at), REACH_M[connector.kind]
        if gap > limit:
            yield (
                connector.id,
                f"its stops on {lower.level_id!r} and {upper.level_id!r} are {gap:.1f} m apart in plan",
            )


def _at_stop(facts: Facts) -> Found:
    for connector in facts.usable.connectors:
        for stop in connector.stops:
            if stop.space_id in facts.shape:
                gap = facts.shape[stop.space_id].distance(stop.at)
                if gap > OFF_STOP_M:
                    yield (
                        connector.id,
                        f"its stop on {stop.level_id!r} lies {gap:.1f} m outside {stop.space_id!r}",
                    )


def _frames(facts: Facts) -> Found:
    levels = sorted(facts.plan.levels, key=lambda level: level.ordinal)
    shafts = {
        level.id: [facts.shape[x.id] for x in facts.on_level[level.id] if x.kind is SpaceKind.LIFT]
        for level in levels
    }
    for below, above in pairwise(levels):
        here, there = shafts[below.id], shafts[above.id]
        fewer = min(len(here), len(there))
        if fewer < FEWEST_SHAFTS:
            continue
        met = len(set(shapely.STRtree(there).query(here, predicate="intersects")[0].tolist()))
        if met < LEAST_SHARE * fewer:
            yield (
                above.id,
                f"only {met} of {fewer} lift shafts lie above those of {below.short_name}: is it shifted?",
            )


def _scale(facts: Facts) -> Found:
    plan = facts.usable
    leaves = {OpeningKind.DOOR, OpeningKind.FIRE_DOOR}
    doors = [x.width_m for x in plan.openings if x.kind in leaves and x.width_m > 0]
    lifts = [x.shape.area for x in plan.spaces if x.kind is SpaceKind.LIFT]
    for what, values, (low, high), unit in (
        ("doors are", doors, DOOR_M, "m wide"),
        ("lift shafts measure", lifts, LIFT_M2, "m²"),
    ):
        if len(values) >= FEWEST_FOR_SCALE and not low <= median(values) <= high:
            usual = f"{low:g} to {high:g} are usual: is the scale right?"
            yield plan.id, f"half of the {what} more than {median(values):.2g} {unit}; {usual}"


def _no_way_between(facts: Facts) -> Found:
    joined = {
        frozenset((lower.level_id, upper.level_id))
        for connector, lower, upper in _links(facts)
        if connector.kind is not ConnectorKind.LIFT and connector.open
    }
    for level in facts.plan.levels:
        if not any(level.id in pair for pair in joined) and len(facts.plan.levels) > 1:
            yield level.id, f"level {level.short_name} has no stair, escalator or ramp to another level"


RULES = (
    rule("ConnectorMustHaveTwoEnds", Severity.WARNING, "Connectors have two ends", "垂直交通应有两端", _ends),
    rule("ConnectorMustRise", Severity.VIOLATION, "Stops go from low to high", "停靠层必须由低到高", _rising),
    rule(
        "ConnectorStopsMustMeet",
        Severity.WARNING,
        "Stops of a connector lie above each other",
        "垂直交通各层位置应对应",
        _above,
    ),
    rule(
        "ConnectorStopMustLieInItsSpace",
        Severity.WARNING,
        "Stops lie in their space",
        "停靠点应位于所属空间内",
        _at_stop,
    ),
    rule(
        "LevelFramesMustMatch", Severity.WARNING, "Levels lie above each other", "各楼层坐标应对齐", _frames
    ),
    rule(
        "LevelMustHaveAWayOnFoot",
        Severity.WARNING,
        "Levels are joined by stairs",
        "楼层间应有步行通道",
        _no_way_between,
    ),
    rule("ScaleMustBePlausible", Severity.WARNING, "The drawing's scale is right", "图纸比例应合理", _scale),
)
