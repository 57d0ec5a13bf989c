"""Stairs, escalators, ramps and lifts of a plan as nodes, link ends and lift trips."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from twin.movement import sfpe
from twin.movement.network.model import LinkMode, NodeKind
from twin.movement.network.parts import Trips, no_trips
from twin.movement.network.physics import Physics
from twin.plan.model import Connector, ConnectorKind, Direction, Plan
from twin.plan.zones import Zones

NODE_KIND = {
    ConnectorKind.STAIRS: NodeKind.STAIRS,
    ConnectorKind.ESCALATOR: NodeKind.ESCALATOR,
    ConnectorKind.RAMP: NodeKind.RAMP,
    ConnectorKind.LIFT: NodeKind.LIFT,
}
SENSE = {Direction.BOTH: 0, Direction.UP: 1, Direction.DOWN: -1}
ESCALATOR_RISER_M, ESCALATOR_TREAD_M = 0.21, 0.40
"""Step of a standing escalator (EN 115-1 allows risers of up to 0.24 m)."""
_ESCALATOR_SLOPE = math.radians(30)
_ESCALATOR_FLATS_M = 2.4
"""Level steps and combs at both ends together."""
_RAMP_SLOPE = 1 / 12
_LIFT_WAIT_S, _LIFT_DOORS_S = 30.0, 12.0
_EN115 = {0.6: (3600, 4400, 4900), 0.8: (4800, 5900, 6600), 1.0: (6000, 7300, 8200)}
"""EN 115-1:2008 maximum capacity in people/h by step width (m) at 0.5, 0.65 and 0.75 m/s."""
_EN115_SPEEDS = (0.5, 0.65, 0.75)


def escalator_capacity(step_m: float, belt_mps: float) -> float:
    """People/s that a running escalator takes on: EN 115-1:2008, annex H, between its table values.

    Step widths outside 0.6-1.0 m are taken at the nearer end; slower belts carry in proportion.
    """
    widths = np.array(sorted(_EN115))
    at_speed = [np.interp(belt_mps, _EN115_SPEEDS, _EN115[w]) for w in widths]
    hourly = float(np.interp(step_m, widths, at_speed))
    return hourly / 3600 * min(belt_mps / _EN115_SPEEDS[0], 1.0)


def link_length(connector: Connector, rise_m: float) -> float:
    """Length of one link along its slope, m."""
    rise = max(abs(rise_m), 0.3)
    if connector.slope_length_m is not None:
        return connector.slope_length_m
    if connector.kind is ConnectorKind.ESCALATOR:
        return rise / math.sin(_ESCALATOR_SLOPE) + _ESCALATOR_FLATS_M
    if connector.kind is ConnectorKind.RAMP:
        return rise * math.hypot(1, 1 / _RAMP_SLOPE)
    if connector.kind is ConnectorKind.LIFT:
        return rise
    # Two flights with a half landing, round whose middle one walks twice half its width.
    return sfpe.slope_length(rise, connector.riser_m, connector.tread_m) + 2 * connector.width_m


def speed_constant(connector: Connector) -> float:
    """K of S = k (1 - a D) on the connector, an escalator standing.

    A ramp is a part of the level: the handbook gives "corridor, aisle, ramp, doorway" one k, 1.40 m/s, and
    ramps and corridors one boundary layer, 0.20 m. So people walk it at their level speed.
    """
    if connector.kind is ConnectorKind.ESCALATOR:
        return float(sfpe.stair_k(ESCALATOR_RISER_M, ESCALATOR_TREAD_M))
    if connector.kind is ConnectorKind.STAIRS:
        return float(sfpe.stair_k(connector.riser_m, connector.tread_m))
    return sfpe.K_LEVEL_MPS


def on_plan(connector: Connector) -> float:
    """Share of its sloping length that a stair, or an escalator that stands, covers on the plan."""
    if connector.kind is ConnectorKind.ESCALATOR:
        return ESCALATOR_TREAD_M / math.hypot(ESCALATOR_RISER_M, ESCALATOR_TREAD_M)
    if connector.kind is ConnectorKind.STAIRS:
        return connector.tread_m / math.hypot(connector.riser_m, connector.tread_m)
    return 1.0


def link_capacity(connector: Connector, physics: Physics) -> tuple[float, float, float]:
    """Effective width (m), flow limit standing and flow limit running (people/s) of a connector."""
    width = connector.width_m
    ramp = connector.kind is ConnectorKind.RAMP
    layer = sfpe.BOUNDARY_LAYER_M["corridor" if ramp else "stairs"]
    effective = float(sfpe.effective_width(width, layer)) if physics.effective else width
    if ramp:
        flow = physics.level_flow
    elif physics.stair_flow is None:
        flow = float(sfpe.max_specific_flow(speed_constant(connector)))
    else:
        flow = physics.stair_flow
    standing = flow * effective
    running = standing
    if connector.kind is ConnectorKind.ESCALATOR:
        running = escalator_capacity(width, connector.belt_speed_mps)
    return effective, standing, running


def link_mode(connector: Connector) -> LinkMode:
    """What the plan says the connector does."""
    if not connector.open or (connector.kind is ConnectorKind.LIFT and not connector.running):
        return LinkMode.CLOSED
    if connector.kind is ConnectorKind.ESCALATOR and not connector.running:
        return LinkMode.STOPPED
    return LinkMode.RUNNING


def lift_trips(zones: Zones, plan: Plan) -> Trips:
    """Rides between all pairs of stops of each lift, in both senses."""
    by_lift: dict[str, list[int]] = {}
    for k, name in enumerate(zones.link_connector):
        if plan.connector[name].kind is ConnectorKind.LIFT:
            by_lift.setdefault(name, []).append(k)
    if not by_lift:
        return no_trips()
    lift: list[int] = []
    stops: list[tuple[int, int]] = []
    ends: list[tuple[int, int]] = []
    at: list[NDArray[np.float64]] = []
    cost: list[float] = []
    for number, (name, links) in enumerate(by_lift.items()):
        zone = [int(zones.link_zones[links[0], 0]), *(int(zones.link_zones[k, 1]) for k in links)]
        place = [zones.link_at[links[0], 0], *(zones.link_at[k, 1] for k in links)]
        height = [plan.levels[zones.zone_level[z]].elevation_m for z in zone]
        for i in range(len(zone)):
            for j in range(len(zone)):
                if i == j:
                    continue
                lift.append(number)
                stops.append((i, j))
                ends.append((zone[i], zone[j]))
                at.append(np.stack([place[i], place[j]]))
                ride = abs(height[j] - height[i]) / plan.connector[name].lift_speed_mps
                cost.append(_LIFT_WAIT_S + _LIFT_DOORS_S + ride)
    return Trips(
        ids=tuple(by_lift),
        lift=np.array(lift, np.int32),
        stops=np.array(stops, np.int32),
        zones=np.array(ends, np.int32),
        at=np.array(at),
        cost_s=np.array(cost),
    )
