"""The parts of a network before they are joined: nodes, gates and lift trips as tables; and the joining."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from twin.movement.network.model import OUTSIDE, Bends, Bools, Floats, Ints, Network, no_bends
from twin.movement.network.physics import Physics
from twin.plan.bends import Bend


@dataclass(frozen=True, kw_only=True)
class Nodes:
    """Zones, then links; fields as in :class:`Network`."""

    zones: int
    area_m2: Floats
    kind: Ints
    k: Floats
    length_m: Floats
    belt_mps: Floats
    direction: Ints
    space: Ints
    centre: Floats
    """[Z, 2]"""
    connector: tuple[str, ...]
    link_mode: Ints


@dataclass(frozen=True, kw_only=True)
class Gates:
    """Portals, then the lower and upper ends of each link; fields as in :class:`Network`."""

    portals: int
    nodes: Ints
    width_m: Floats
    effective_m: Floats
    capacity: Floats
    running_capacity: Floats
    line: Floats
    one_way: Bools
    open: Bools
    exit: Bools
    source: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Trips:
    """Rides from stop to stop of a lift."""

    ids: tuple[str, ...]
    lift: Ints
    stops: Ints
    zones: Ints
    """[T, 2] from and to."""
    at: Floats
    cost_s: Floats


def no_trips() -> Trips:
    """A building without lifts."""
    return Trips(
        ids=(),
        lift=np.zeros(0, np.int32),
        stops=np.zeros((0, 2), np.int32),
        zones=np.zeros((0, 2), np.int32),
        at=np.zeros((0, 2, 2)),
        cost_s=np.zeros(0),
    )


def vertex_ends(gates: Gates, trips: Trips) -> tuple[Ints, Ints]:
    """From and to node of each vertex; nobody comes in from outside by a vertex."""
    back = gates.nodes[:, ::-1]
    ends = np.stack([gates.nodes, back], axis=1).reshape(-1, 2)
    ends = np.concatenate([ends, trips.zones]).astype(np.int32)
    return ends[:, 0].copy(), ends[:, 1].copy()


def places_by_node(gates: Gates, trips: Trips, zones: int) -> dict[int, Floats]:
    """For each zone the places of the vertices that leave it, in the order of :func:`leaving`."""
    start, _, leaving = leaving_of(gates, trips, zones)
    here = vertex_places(gates, trips)
    return {n: here[leaving[start[n] : start[n + 1]]] for n in range(zones) if start[n + 1] > start[n]}


def lines_by_node(gates: Gates, trips: Trips, zones: int) -> dict[int, Floats]:
    """As :func:`places_by_node`, [n, 2, 2] the two ends of each."""
    start, _, leaving = leaving_of(gates, trips, zones)
    trip = np.repeat(trips.at[:, :1], 2, axis=1)
    line = np.concatenate([np.repeat(gates.line, 2, axis=0), trip])
    return {n: line[leaving[start[n] : start[n + 1]]] for n in range(zones) if start[n + 1] > start[n]}


def vertex_places(gates: Gates, trips: Trips) -> Floats:
    """[V, 2] where one waits for each vertex."""
    middle = gates.line.mean(axis=1)
    return np.concatenate([np.repeat(middle, 2, axis=0), trips.at[:, 0]])


def leaving_of(gates: Gates, trips: Trips, nodes: int) -> tuple[Ints, Ints, Ints]:
    """(start [N + 1], owner, vertex): the vertices that leave each node, in rising order."""
    origin, _ = vertex_ends(gates, trips)
    order = np.argsort(origin, kind="stable").astype(np.int32)
    order = order[origin[order] >= 0]
    counts = np.bincount(origin[order], minlength=nodes)
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return start, origin[order], order


def assemble(
    *,
    nodes: Nodes,
    gates: Gates,
    trips: Trips,
    walks: Mapping[int, Floats],
    physics: Physics,
    plan_version: str,
    space_ids: tuple[str, ...],
    zones_of_space: Mapping[str, Ints],
    bends: Mapping[int, Bend] | None = None,
) -> Network:
    """Join the parts.

    ``walks``: for each zone the table of walks between the vertices that leave it; ``bends``: for some zones
    the ways round corners to these.
    """
    total = len(nodes.area_m2)
    start, _, leaving = leaving_of(gates, trips, total)
    origin, target = vertex_ends(gates, trips)
    pairs = _pairs(nodes, start, leaving, origin, target, walks, 2 * len(gates.nodes))
    return Network(
        plan_version=plan_version,
        physics=physics,
        zones=nodes.zones,
        portals=gates.portals,
        node_area_m2=nodes.area_m2,
        node_kind=nodes.kind,
        node_k=nodes.k,
        node_room=np.maximum(physics.jam_density * nodes.area_m2, 1.0),
        node_length_m=nodes.length_m,
        node_belt_mps=nodes.belt_mps,
        node_direction=nodes.direction,
        node_space=nodes.space,
        gate_nodes=gates.nodes,
        gate_width_m=gates.width_m,
        gate_effective_m=gates.effective_m,
        gate_capacity=gates.capacity,
        gate_running_capacity=gates.running_capacity,
        gate_at=gates.line.mean(axis=1),
        gate_line=gates.line,
        gate_one_way=gates.one_way,
        gate_open=gates.open,
        gate_exit=gates.exit,
        gate_source=gates.source,
        link_connector=nodes.connector,
        link_mode=nodes.link_mode,
        lift_ids=trips.ids,
        lift_of_trip=trips.lift,
        trip_stops=trips.stops,
        trip_at=trips.at,
        trip_cost_s=trips.cost_s,
        vertex_from=origin,
        vertex_to=target,
        pair_start=pairs[0],
        pair_next=pairs[1],
        pair_length_m=pairs[2],
        node_gate_start=start,
        node_gate=leaving,
        zone_centre=nodes.centre,
        bends=_bends(bends or {}, start, leaving, no_bends(nodes.zones, len(origin))),
        space_ids=space_ids,
        zones_of_space=MappingProxyType(dict(zones_of_space)),
        exits=_exits(gates),
    )


def _bends(bends: Mapping[int, Bend], start: Ints, leaving: Ints, joined: Bends) -> Bends:
    """``joined``, with the rasters of all zones one after the other."""
    if not bends:
        return joined
    pieces: list[NDArray[np.float32]] = []
    begin = 0
    for zone, bend in bends.items():
        joined.size[zone], joined.corner[zone] = bend.length_m.shape[1:], bend.corner
        for vertex, raster in zip(leaving[start[zone] : start[zone + 1]], bend.length_m, strict=True):
            if raster.any():
                joined.first[vertex] = begin
                pieces.append(raster.ravel())
                begin += raster.size
    cell_m = next(iter(bends.values())).cell_m
    return Bends(joined.first, joined.size, joined.corner, cell_m, np.concatenate(pieces))


def _exits(gates: Gates) -> dict[str, int]:
    """The widest gate of each exit id."""
    exits: dict[str, int] = {}
    for gate in np.flatnonzero(gates.exit).tolist():
        known = exits.get(gates.source[gate])
        if known is None or gates.width_m[gate] > gates.width_m[known]:
            exits[gates.source[gate]] = gate
    return exits


def _pairs(
    nodes: Nodes,
    start: Ints,
    leaving: Ints,
    origin: Ints,
    target: Ints,
    walks: Mapping[int, Floats],
    gate_vertices: int,
) -> tuple[Ints, Ints, Floats]:
    """The pair table: from each vertex the vertices that leave the node behind it, its own gate excepted."""
    rank = np.zeros(len(origin), np.int64)
    for node in range(len(start) - 1):
        rank[leaving[start[node] : start[node + 1]]] = np.arange(start[node + 1] - start[node])
    next_: list[Ints] = []
    length: list[Floats] = []
    counts = np.zeros(len(origin), np.int64)
    for vertex in range(len(origin)):
        node = int(target[vertex])
        if node == OUTSIDE:
            continue
        onward = leaving[start[node] : start[node + 1]]
        if vertex < gate_vertices:
            here = vertex ^ 1
            onward = onward[onward != here]
        else:
            here = _way_back(vertex, onward, origin, target, gate_vertices)
        if node >= nodes.zones:
            walk = np.full(len(onward), nodes.length_m[node])
        else:
            walk = walks[node][rank[here], rank[onward]] if len(onward) else np.zeros(0)
        next_.append(onward)
        length.append(np.maximum(walk, 0.0))
        counts[vertex] = len(onward)
    pair_start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    empty: list[Ints] = [np.zeros(0, np.int32)]
    return pair_start, np.concatenate(empty + next_).astype(np.int32), np.concatenate([np.zeros(0), *length])


def _way_back(vertex: int, onward: Ints, origin: Ints, target: Ints, gate_vertices: int) -> int:
    """The trip that leads back from where the trip ``vertex`` ends."""
    trips = onward[onward >= gate_vertices]
    return int(next(t for t in trips if target[t] == origin[vertex] and origin[t] == target[vertex]))
