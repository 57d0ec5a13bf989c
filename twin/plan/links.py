"""How long the way on a connector is, and in which sense it may be walked."""

from __future__ import annotations

import math

from twin.plan.model import Connector, ConnectorKind, Direction, Plan

ESCALATOR_SLOPE_DEG = 30.0
"""Usual inclination of escalators in malls (EN 115-1 allows 35 degrees up to 6 m rise, 30 above)."""
RAMP_GRADIENT = 1.0 / 12.0
"""Steepest ramp for wheelchair users in most codes (for example ADA 405.2)."""
LANDING_M = 1.2
"""Length of a landing in the middle of a flight of stairs; two flights to a storey are assumed."""


def link_length_m(connector: Connector, rise_m: float) -> float:
    """Walking length of one link that rises ``rise_m``: along the slope, landings included; 0 in a lift.

    ``connector.slope_length_m`` where it is given; else stairs by riser and tread with one landing in the
    middle, escalators at 30 degrees, ramps at 1:12.
    """
    if connector.slope_length_m is not None:
        return connector.slope_length_m
    rise = abs(rise_m)
    match connector.kind:
        case ConnectorKind.LIFT:
            return 0.0
        case ConnectorKind.STAIRS:
            return rise * math.hypot(connector.riser_m, connector.tread_m) / connector.riser_m + LANDING_M
        case ConnectorKind.ESCALATOR:
            return rise / math.sin(math.radians(ESCALATOR_SLOPE_DEG))
        case ConnectorKind.RAMP:
            return rise * math.hypot(1.0, 1.0 / RAMP_GRADIENT)


def rise_m(plan: Plan, lower: str, upper: str) -> float:
    """Height from the floor of one level to that of another, by level id."""
    return plan.level[upper].elevation_m - plan.level[lower].elevation_m


def senses(connector: Connector) -> tuple[bool, bool]:
    """Whether one may go (up, down). A stopped escalator is a stair and goes both ways; a closed one none."""
    if not connector.open:
        return (False, False)
    if connector.kind is ConnectorKind.ESCALATOR and not connector.running:
        return (True, True)
    return (connector.direction is not Direction.DOWN, connector.direction is not Direction.UP)
