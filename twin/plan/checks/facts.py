"""What several rules need to know of a plan, worked out once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import networkx as nx
import numpy as np
import shapely
from numpy.typing import NDArray

from twin.plan.fields import exits_distance
from twin.plan.graph import OUTSIDE, graph_of
from twin.plan.model import LETTABLE, ConnectorKind, Opening, Plan, Shape, Space, SpaceKind
from twin.plan.walkable import walkable
from twin.plan.zones import Zones, zones_of

CIRCULATION = frozenset({SpaceKind.WALKWAY, SpaceKind.LOBBY, SpaceKind.SEATING, SpaceKind.PLATFORM})
"""Kinds that people pass through on their way elsewhere."""


def finite(shape: shapely.Geometry) -> bool:
    """Whether a shape is there and all its coordinates are numbers."""
    return not shape.is_empty and bool(np.isfinite(shapely.get_coordinates(shape)).all())


@dataclass(frozen=True, eq=False)
class Facts:
    """A plan and what follows from it."""

    plan: Plan

    @cached_property
    def usable(self) -> Plan:
        """The plan without features that have no geometry, so that the rest can be looked at."""
        plan = self.plan
        kept = replace(
            plan,
            spaces=tuple(x for x in plan.spaces if finite(x.shape)),
            openings=tuple(x for x in plan.openings if finite(x.line)),
            exits=tuple(x for x in plan.exits if finite(x.line)),
            connectors=tuple(x for x in plan.connectors if all(finite(stop.at) for stop in x.stops)),
        )
        parts = ("spaces", "openings", "exits", "connectors")
        whole = all(len(getattr(kept, part)) == len(getattr(plan, part)) for part in parts)
        return plan if whole else kept

    @cached_property
    def shape(self) -> Mapping[str, shapely.Geometry]:
        """The shape of each usable space by id, made valid where it is not."""
        return {
            x.id: x.shape if x.shape.is_valid else shapely.make_valid(x.shape) for x in self.usable.spaces
        }

    @cached_property
    def on_level(self) -> Mapping[str, tuple[Space, ...]]:
        """The usable spaces of each level."""
        own: dict[str, list[Space]] = {level.id: [] for level in self.plan.levels}
        for space in self.usable.spaces:
            own.setdefault(space.level_id, []).append(space)
        return {level: tuple(spaces) for level, spaces in own.items()}

    @cached_property
    def floor(self) -> Mapping[str, Shape]:
        """The walkable floor of each level."""
        return {level.id: walkable(self.usable, level.id) for level in self.plan.levels}

    @cached_property
    def has_floor(self) -> bool:
        """Whether there is any floor to walk on."""
        return any(x.walkable and x.level_id in self.plan.level for x in self.usable.spaces)

    @cached_property
    def zones(self) -> Zones:
        """The movement cells; ask :attr:`has_floor` first."""
        return zones_of(self.usable)

    @cached_property
    def graph(self) -> nx.MultiDiGraph[str]:
        """Spaces joined by what is open."""
        return graph_of(self.usable)

    @cached_property
    def reaching(self) -> frozenset[str]:
        """Spaces from which an exit can be reached."""
        return frozenset(nx.ancestors(self.graph, OUTSIDE))

    @cached_property
    def reaching_on_foot(self) -> frozenset[str]:
        """Spaces from which an exit can be reached without a lift."""
        lifts = [
            (a, b, key)
            for a, b, key, values in self.graph.edges(keys=True, data=True)
            if values["feature"] == "connector" and values["kind"] == ConnectorKind.LIFT
        ]
        graph = self.graph.copy()
        graph.remove_edges_from(lifts)
        return frozenset(nx.ancestors(graph, OUTSIDE))

    @cached_property
    def units(self) -> tuple[Space, ...]:
        """The spaces that can be let."""
        return tuple(space for space in self.plan.spaces if space.kind in LETTABLE)

    @cached_property
    def openings_of(self) -> Mapping[str, tuple[Opening, ...]]:
        """The openings of each space by id."""
        own: dict[str, list[Opening]] = {}
        for opening in self.plan.openings:
            for space in set(opening.spaces):
                own.setdefault(space, []).append(opening)
        return {space: tuple(openings) for space, openings in own.items()}

    @cached_property
    def to_safety(self) -> tuple[NDArray[np.float64], ...]:
        """Walking distance to the nearest exit or protected space, on each level's grid, m."""
        return exits_distance(self.usable, protected=True)

    @cached_property
    def farthest(self) -> Mapping[str, float]:
        """The longest of those distances in each space, m; infinite where there is no way at all."""
        zones = self.zones
        worst = np.full(len(zones.zone_space), -np.inf)
        for grid, field in zip(zones.grids, self.to_safety, strict=True):
            floor = grid.zone >= 0
            np.maximum.at(worst, grid.zone[floor], field[floor])
        return {space: float(worst[own].max()) for space, own in zones.zones_of_space.items()}

    @cached_property
    def circulation_parts(self) -> Mapping[str, tuple[frozenset[str], ...]]:
        """The circulation spaces of each level in connected parts, the largest by area first.

        Two are connected if one can be reached from the other on the level through open openings without
        passing through a unit that is let. A level without circulation counts all its spaces.
        """
        return {level: self._parts(spaces) for level, spaces in self.on_level.items()}

    def _parts(self, spaces: tuple[Space, ...]) -> tuple[frozenset[str], ...]:
        own = {x.id for x in spaces if x.kind in CIRCULATION}
        passing = {x.id for x in spaces if x.walkable and x.kind not in LETTABLE}
        if not own:
            own = passing = {x.id for x in spaces if x.walkable}
        flat = nx.Graph(self.graph.subgraph(passing))
        parts = [frozenset(own & part) for part in nx.connected_components(flat)]
        return tuple(sorted((part for part in parts if part), key=lambda part: -self.area(part)))

    def area(self, spaces: frozenset[str]) -> float:
        """Area of some spaces, m²."""
        return float(sum(self.shape[name].area for name in spaces))
