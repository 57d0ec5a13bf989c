"""The plan as a graph: spaces as nodes, openings, exits and connector links as edges."""

from __future__ import annotations

import networkx as nx
import shapely

from twin.plan.links import link_length_m, rise_m, senses
from twin.plan.model import Plan, Stop

OUTSIDE = "outside"
"""The node behind every exit."""


def graph_of(plan: Plan, *, closed: bool = False) -> nx.MultiDiGraph[str]:
    """Spaces that one can walk in, and "outside", joined by what one can go through.

    Nodes carry ``level_id``, ``kind``, ``area_m2`` and ``public``. Edges are directed and keyed by the id of
    their opening, exit or connector; they carry ``feature`` (``opening``, ``exit`` or ``connector``),
    ``kind``, ``width_m``, ``length_m`` and ``open``. The length joins the middles of both spaces by way of
    the opening; that of a connector link is along the slope. An exit leads back in unless it is for
    emergencies only. A feature that refers to a space that is not there makes no edge.

    Args:
        plan: the plan.
        closed: whether features that are closed make edges as well (with ``open`` False).
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(plan_version=plan.version)
    graph.add_node(OUTSIDE, level_id="", kind=OUTSIDE, area_m2=0.0, public=True)
    for space in plan.spaces:
        if space.walkable:
            graph.add_node(
                space.id,
                level_id=space.level_id,
                kind=str(space.kind),
                area_m2=space.shape.area,
                public=space.public,
            )
    middle = {space.id: space.shape.centroid for space in plan.spaces if space.walkable}
    _add_openings(plan, graph, middle, closed=closed)
    _add_exits(plan, graph, middle, closed=closed)
    _add_connectors(plan, graph, closed=closed)
    return graph


def _add_openings(
    plan: Plan, graph: nx.MultiDiGraph[str], middle: dict[str, shapely.Point], *, closed: bool
) -> None:
    """Edges of openings, one each way unless they are one-way."""
    for opening in plan.openings:
        a, b = opening.spaces
        if a not in middle or b not in middle or not (opening.open or closed):
            continue
        door = opening.line.interpolate(0.5, normalized=True)
        values = {
            "feature": "opening",
            "kind": str(opening.kind),
            "width_m": opening.width_m,
            "length_m": middle[a].distance(door) + door.distance(middle[b]),
            "open": opening.open,
        }
        graph.add_edge(a, b, key=opening.id, **values)
        if not opening.one_way:
            graph.add_edge(b, a, key=opening.id, **values)


def _add_exits(
    plan: Plan, graph: nx.MultiDiGraph[str], middle: dict[str, shapely.Point], *, closed: bool
) -> None:
    """Edges of exits, out and, where it is not for emergencies only, in."""
    for way_out in plan.exits:
        if way_out.space_id not in middle or not (way_out.open or closed):
            continue
        values = {
            "feature": "exit",
            "kind": str(way_out.kind),
            "width_m": way_out.width_m,
            "length_m": middle[way_out.space_id].distance(way_out.line),
            "open": way_out.open,
        }
        graph.add_edge(way_out.space_id, OUTSIDE, key=way_out.id, **values)
        if not way_out.emergency_only:
            graph.add_edge(OUTSIDE, way_out.space_id, key=way_out.id, **values)


def _add_connectors(plan: Plan, graph: nx.MultiDiGraph[str], *, closed: bool) -> None:
    """Edges of connector links in the senses that they may be walked."""
    for connector in plan.connectors:
        up, down = senses(connector)
        if closed and not connector.open:
            up = down = True
        for lower, upper in zip(connector.stops, connector.stops[1:], strict=False):
            if not (_stands(plan, lower) and _stands(plan, upper)):
                continue
            values = {
                "feature": "connector",
                "kind": str(connector.kind),
                "width_m": connector.width_m,
                "length_m": link_length_m(connector, rise_m(plan, lower.level_id, upper.level_id)),
                "open": connector.open,
            }
            if up:
                graph.add_edge(lower.space_id, upper.space_id, key=connector.id, **values)
            if down:
                graph.add_edge(upper.space_id, lower.space_id, key=connector.id, **values)


def _stands(plan: Plan, stop: Stop) -> bool:
    """Whether a stop refers to a space of its level that one can walk in."""
    space = plan.space.get(stop.space_id)
    return space is not None and space.walkable and stop.level_id in plan.level
