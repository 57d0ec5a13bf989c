"""The compiled network: a plan as flat arrays that the kernel reads, and what a run hands back.

Nodes are numbered zones first (0 … Z-1, as in :class:`twin.plan.zones.Zones`), then the links of
connectors (Z … Z+K-1). Gates are numbered portals first (0 … P-1), then the lower and the upper end of
each link (P + 2k and P + 2k + 1).

A *vertex* is a gate passed in one direction: 2g from ``gate_nodes[g, 0]`` to ``gate_nodes[g, 1]``, 2g + 1
back. Behind them stand the lift trips, one vertex for each ordered pair of stops of a lift.
Routes are chains of vertices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from twin.movement.network.physics import Physics

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int32]
Bools: TypeAlias = NDArray[np.bool_]

OUTSIDE = -1
"""Node index of a place of safety behind an exit."""


class NodeKind(IntEnum):
    """What a node is, for speed and room."""

    LEVEL = 0
    STAIRS = 1
    ESCALATOR = 2
    RAMP = 3
    LIFT = 4


class LinkMode(IntEnum):
    """What a connector does at the moment."""

    CLOSED = 0
    RUNNING = 1
    """Escalators and lifts work; stairs and ramps are simply open."""
    STOPPED = 2
    """An escalator that stands: a stair, both ways. A lift that stands is closed."""


class ArrivalKind(IntEnum):
    """Why an agent is handed back by :meth:`NetworkRun.advance`."""

    GOAL = 0
    """It stands at its goal and dwells until it is sent on."""
    LEFT = 1
    """It went out through an exit and is no longer in the building."""
    LIFT = 2
    """It waits at a lift; whoever runs the lifts takes it from here."""
    LOST = 3
    """There is no way from where it stands to its goal; it stays and waits for another goal."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What happened in one :meth:`NetworkRun.advance`, in the order of time.

    ``agent``: int32[n]; ``time_s``: float64[n]; ``kind``: int32[n] of :class:`ArrivalKind`;
    ``place``: int32[n], the zone for GOAL and LOST, the gate for LEFT, the vertex for LIFT.
    """

    agent: Ints
    time_s: Floats
    kind: Ints
    place: Ints

    def __len__(self) -> int:
        return len(self.agent)


PASSAGE = np.dtype([("t", "f8"), ("source", "i4"), ("direction", "i1"), ("people", "i4"), ("agent", "i4")])
"""One passage of a watched opening, exit or connector. ``source``: index into the run's ``watched`` ids;
``direction``: +1 out of the building, from the first to the second space of an opening, or up; -1 the
other way."""


@dataclass(frozen=True, slots=True)
class Bends:
    """How far it is round corners from a place in a zone to a vertex that one does not see from there.

    Rasters of one zone each, all in one array, those of one zone with the same origin and size.
    """

    first: NDArray[np.int64]
    """[V] where the raster of each vertex begins; -1: one sees it from everywhere in its zone."""
    size: Ints
    """[Z, 2] rows and columns."""
    corner: Floats
    """[Z, 2] lower left corner, m."""
    cell_m: float
    length_m: NDArray[np.float32]
    """0 where one sees the vertex."""


def no_bends(zones: int, vertices: int) -> Bends:
    """Zones in which everything is seen from everywhere."""
    nowhere = np.full(vertices, -1, np.int64)
    return Bends(nowhere, np.zeros((zones, 2), np.int32), np.zeros((zones, 2)), 1.0, np.zeros(0, np.float32))


@dataclass(frozen=True, kw_only=True)
class Network:
    """A plan compiled for the kernel. Lengths m, areas m², speeds m/s, capacities people/s.

    Read-only: a run copies what changes (open gates, capacities, modes of connectors).
    """

    plan_version: str
    physics: Physics
    zones: int
    """Number Z of zones; nodes from Z on are links."""
    portals: int
    """Number P of portals; gates from P on are link ends."""
    node_area_m2: Floats
    node_kind: Ints
    node_k: Floats
    """Speed constant k of S = k (1 - a D), for a level or a stair."""
    node_room: Floats
    """People that fit: jam density × area."""
    node_length_m: Floats
    """Length of a link along its slope; 0 for zones."""
    node_belt_mps: Floats
    """Belt speed of an escalator; 0 elsewhere."""
    node_direction: Ints
    """Of a running escalator: +1 up, -1 down; 0 both."""
    node_space: Ints
    """Index into ``space_ids``; for a link that of its lower stop."""
    gate_nodes: Ints
    """[G, 2]: from and to; ``OUTSIDE`` behind an exit."""
    gate_width_m: Floats
    gate_effective_m: Floats
    """Effective width: clear width less the boundary layers at both sides."""
    gate_capacity: Floats
    """Flow limit in people/s, both directions together."""
    gate_running_capacity: Floats
    """Flow limit of the ends of a running escalator; as ``gate_capacity`` elsewhere."""
    gate_at: Floats
    """[G, 2] middle of the gate in plan coordinates, on the level of ``gate_nodes[g, 0]`` (a zone)."""
    gate_line: Floats
    """[G, 2, 2] its two ends."""
    gate_one_way: Bools
    gate_open: Bools
    gate_exit: Bools
    gate_source: tuple[str, ...]
    """Opening, exit or connector id; ``""`` for a cut inside a space."""
    link_connector: tuple[str, ...]
    link_mode: Ints
    """[K] as planned."""
    lift_ids: tuple[str, ...]
    lift_of_trip: Ints
    """[V - 2G] lift of each trip vertex."""
    trip_stops: Ints
    """[V - 2G, 2] stop indices from and to."""
    trip_at: Floats
    """[V - 2G, 2, 2] where one waits and where one steps out."""
    trip_cost_s: Floats
    """[V - 2G] time that a person expects to lose: wait, doors and ride."""
    vertex_from: Ints
    """[V] node in which one approaches the vertex."""
    vertex_to: Ints
    """[V] node that one enters."""
    pair_start: Ints
    """[V + 1] rows of the pair table by vertex: ways on from the node behind it."""
    pair_next: Ints
    """[E] vertex that can be reached next."""
    pair_length_m: Floats
    """[E] walk inside the node to it."""
    node_gate_start: Ints
    """[N + 1] rows of ``node_gate``."""
    node_gate: Ints
    """Vertices that leave each node."""
    zone_centre: Floats
    """[Z, 2]"""
    bends: Bends
    space_ids: tuple[str, ...]
    zones_of_space: Mapping[str, Ints]
    exits: Mapping[str, int]
    """Gate of each exit id."""

    @property
    def nodes(self) -> int:
        """Number of nodes: zones and links."""
        return len(self.node_area_m2)

    @property
    def gates(self) -> int:
        """Number of gates: portals and link ends."""
        return len(self.gate_width_m)

    @property
    def vertices(self) -> int:
        """Number of directed gates and lift trips."""
        return len(self.vertex_from)
