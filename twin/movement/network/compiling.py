"""From a plan and its zones to the arrays of a :class:`Network`."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from scipy.spatial import cKDTree

from twin.movement import sfpe
from twin.movement.network.links import (
    NODE_KIND,
    SENSE,
    lift_trips,
    link_capacity,
    link_length,
    link_mode,
    on_plan,
    speed_constant,
)
from twin.movement.network.model import OUTSIDE, Floats, Network, NodeKind
from twin.movement.network.parts import Gates, Nodes, assemble, lines_by_node, places_by_node
from twin.movement.network.physics import Physics, physics_of, specific_flow
from twin.plan.bends import bends_of
from twin.plan.model import VERTICAL, ConnectorKind, Plan
from twin.plan.walks import walk_tables
from twin.plan.zones import PortalKind, Zones

_LANDING_SHARE = 0.4
"""Share of a stair or escalator space that is landing; the rest is the flight, which is a node itself."""
_SAME_PLACE_M = 1.2
"""Ends of two cuts that lie closer than this meet: there is no wall between them."""


def compile_network(zones: Zones, plan: Plan, *, mode: str = "code") -> Network:
    """The network of ``plan`` cut into ``zones``, with the relations of ``mode`` (``code``, ``calibrated``).

    Raises:
        InputError: if the mode is not known.
    """
    physics = physics_of(mode)
    nodes = _nodes(zones, plan, physics)
    gates = _gates(zones, plan, physics)
    trips = lift_trips(zones, plan)
    return assemble(
        nodes=nodes,
        gates=gates,
        trips=trips,
        walks=walk_tables(zones, places_by_node(gates, trips, nodes.zones)),
        bends=bends_of(zones, lines_by_node(gates, trips, nodes.zones)),
        physics=physics,
        plan_version=plan.version,
        space_ids=zones.space_ids,
        zones_of_space=zones.zones_of_space,
    )


def _nodes(zones: Zones, plan: Plan, physics: Physics) -> Nodes:
    """Zones and links as nodes."""
    count, links = len(zones.zone_area_m2), len(zones.link_connector)
    connectors = [plan.connector[name] for name in zones.link_connector]
    height = np.array([level.elevation_m for level in plan.levels])[zones.zone_level[zones.link_zones]]
    rise = height[:, 1] - height[:, 0] if links else np.zeros(0)
    length = np.array([link_length(c, r) for c, r in zip(connectors, rise, strict=True)])
    width = np.array([c.width_m for c in connectors])
    # Weidmann's density on stairs is that on the plan.
    share = np.array([on_plan(c) if physics.measured else 1.0 for c in connectors])
    vertical = np.array([space.kind in VERTICAL for space in plan.spaces])[zones.zone_space]
    area = np.where(vertical, np.maximum(_LANDING_SHARE * zones.zone_area_m2, 1.0), zones.zone_area_m2)
    escalator = [c.kind is ConnectorKind.ESCALATOR for c in connectors]
    return Nodes(
        zones=count,
        area_m2=np.concatenate([area, length * width * share]),
        kind=np.concatenate([np.full(count, NodeKind.LEVEL), [NODE_KIND[c.kind] for c in connectors]]).astype(
            np.int32
        ),
        k=np.concatenate([np.full(count, sfpe.K_LEVEL_MPS), [speed_constant(c) for c in connectors]]),
        length_m=np.concatenate([np.zeros(count), length]),
        belt_mps=np.concatenate(
            [
                np.zeros(count),
                [c.belt_speed_mps if e else 0.0 for c, e in zip(connectors, escalator, strict=True)],
            ]
        ),
        direction=np.concatenate([np.zeros(count), [SENSE[c.direction] for c in connectors]]).astype(
            np.int32
        ),
        space=np.concatenate([zones.zone_space, zones.zone_space[zones.link_zones[:, 0]]]).astype(np.int32),
        centre=zones.zone_centre,
        connector=zones.link_connector,
        link_mode=np.array([link_mode(c) for c in connectors], np.int32),
    )


def _gates(zones: Zones, plan: Plan, physics: Physics) -> Gates:
    """Portals and link ends as gates."""
    portals, links = len(zones.portal_source), len(zones.link_connector)
    zone_count = len(zones.zone_area_m2)
    effective = _portal_effective(zones) if physics.effective else zones.portal_width_m
    flows = [link_capacity(plan.connector[name], physics) for name in zones.link_connector]
    ends = np.array(flows).reshape(links, 3).repeat(2, axis=0)
    link_nodes = np.stack(
        [zones.link_zones.ravel(), np.repeat(np.arange(links) + zone_count, 2)], axis=1
    ).reshape(-1, 2)
    at = zones.link_at.reshape(-1, 1, 2)
    widths = np.array([plan.connector[name].width_m for name in zones.link_connector]).repeat(2)
    capacity = np.concatenate([_portal_flow(zones, physics) * effective, ends[:, 1]])
    return Gates(
        portals=portals,
        nodes=np.concatenate([zones.portal_zones, link_nodes]).astype(np.int32),
        width_m=np.concatenate([zones.portal_width_m, widths]),
        effective_m=np.concatenate([effective, ends[:, 0]]),
        capacity=capacity,
        running_capacity=np.concatenate([capacity[:portals], ends[:, 2]]),
        line=np.concatenate([zones.portal_line, np.concatenate([at, at], axis=1)]),
        one_way=np.concatenate([zones.portal_one_way, np.zeros(2 * links, bool)]),
        open=np.concatenate([zones.portal_open, np.ones(2 * links, bool)]),
        exit=np.concatenate([zones.portal_zones[:, 1] == OUTSIDE, np.zeros(2 * links, bool)]),
        source=zones.portal_source + tuple(name for name in zones.link_connector for _ in range(2)),
    )


def _portal_flow(zones: Zones, physics: Physics) -> Floats:
    """Largest specific flow of each portal: that of the whole door, where it is cut into several."""
    whole: dict[str, float] = defaultdict(float)
    for source, width in zip(zones.portal_source, zones.portal_width_m.tolist(), strict=True):
        whole[source] += width
    door = np.array([whole[source] if source else np.inf for source in zones.portal_source])
    return specific_flow(physics, door)


def _portal_effective(zones: Zones) -> Floats:
    """Effective width of each portal.

    A door, front or exit loses 0.15 m at both of its ends, once, also where it is cut into several portals.
    A cut inside a space loses 0.20 m where it ends at a wall, and nothing where it meets other cuts.
    """
    layer = np.zeros(len(zones.portal_source))
    whole: dict[str, list[int]] = defaultdict(list)
    for portal, source in enumerate(zones.portal_source):
        if source:
            whole[source].append(portal)
    for parts in whole.values():
        share = zones.portal_width_m[parts] / zones.portal_width_m[parts].sum()
        layer[parts] = 2 * sfpe.BOUNDARY_LAYER_M["door"] * share
    cuts = np.flatnonzero(zones.portal_kind == PortalKind.CUT)
    if len(cuts):
        ends = zones.portal_line[cuts].reshape(-1, 2)
        level = zones.zone_level[zones.portal_zones[cuts, 0]].repeat(2)
        # Levels are set far apart in a third coordinate, so that only ends of one level meet.
        tree = cKDTree(np.column_stack([ends, level * 1e6]))
        near = tree.query_ball_point(np.column_stack([ends, level * 1e6]), _SAME_PLACE_M, return_length=True)
        at_wall = (near <= 1).reshape(-1, 2).sum(axis=1)
        layer[cuts] = sfpe.BOUNDARY_LAYER_M["corridor"] * at_wall
    return np.maximum(zones.portal_width_m - layer, zones.portal_width_m / 2)
