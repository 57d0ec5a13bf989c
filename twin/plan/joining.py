"""Joining zones: cuts, openings, exits and connector links become one set of arrays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.plan.contacts import contacts
from twin.plan.model import Opening, OpeningKind, Plan
from twin.plan.passages import Part, SpaceCells, portal_parts
from twin.plan.zone_arrays import Cut, LevelGrid, PortalKind, Zones


@dataclass
class _Portals:
    """Portals while they are collected."""

    zones: list[tuple[int, int]] = field(default_factory=list)
    width: list[float] = field(default_factory=list)
    line: list[NDArray[np.float64]] = field(default_factory=list)
    kind: list[int] = field(default_factory=list)
    source: list[str] = field(default_factory=list)
    one_way: list[bool] = field(default_factory=list)
    open: list[bool] = field(default_factory=list)

    def add(
        self, parts: Iterable[Part], kind: PortalKind, source: str, *, is_open: bool, one_way: bool = False
    ) -> None:
        """Take the portals of one feature."""
        for part in parts:
            self.zones.append(part.zones)
            self.width.append(part.width_m)
            self.line.append(part.line)
            self.kind.append(int(kind))
            self.source.append(source)
            self.one_way.append(one_way)
            self.open.append(is_open)


def join(plan: Plan, cut: Cut) -> Zones:
    """The zones of ``cut`` joined by the openings, exits and connectors of ``plan``."""
    counts = np.diff(cut.first_zone)
    zone_level = np.repeat(np.arange(len(plan.levels), dtype=np.int32), counts)
    zone_space = np.concatenate(
        [own[cells.space] for own, cells in zip(cut.members, cut.cells, strict=True)]
    ).astype(np.int32)
    at_level = {
        level.id: SpaceCells(cells, cut.zones_of_space)
        for level, cells in zip(plan.levels, cut.cells, strict=True)
    }
    portals = _Portals()
    shapes = np.array([space.shape for space in plan.spaces], dtype=object)
    for cells in cut.cells:
        touching = contacts(cells.zone, zone_space, shapes, origin=cells.origin, cell_m=cells.cell_m)
        for pair, line, width in zip(touching.zones, touching.line, touching.width_m, strict=True):
            part = Part((int(pair[0]), int(pair[1])), float(width), line)
            portals.add([part], PortalKind.CUT, "", is_open=True)
    _add_openings(plan, cut, at_level, portals)
    _add_exits(plan, cut, at_level, portals)
    link_zones, link_connector, link_at = _links(plan, cut, at_level)
    return Zones(
        plan_version=plan.version,
        level_ids=tuple(level.id for level in plan.levels),
        space_ids=tuple(space.id for space in plan.spaces),
        zone_level=zone_level,
        zone_space=zone_space,
        zone_area_m2=np.concatenate([cells.area_m2 for cells in cut.cells]),
        zone_centre=np.concatenate([cells.centre for cells in cut.cells]),
        portal_zones=np.array(portals.zones, np.int32).reshape(-1, 2),
        portal_width_m=np.array(portals.width, float),
        portal_line=np.array(portals.line, float).reshape(-1, 2, 2),
        portal_kind=np.array(portals.kind, np.int32),
        portal_source=tuple(portals.source),
        portal_one_way=np.array(portals.one_way, bool),
        portal_open=np.array(portals.open, bool),
        link_zones=link_zones,
        link_connector=link_connector,
        link_at=link_at,
        grids=tuple(
            LevelGrid(level.id, cells.origin, cells.cell_m, cells.zone)
            for level, cells in zip(plan.levels, cut.cells, strict=True)
        ),
        zones_of_space=cut.zones_of_space,
    )


def _on_level(plan: Plan, cut: Cut, space_id: str, level_id: str) -> bool:
    """Whether a space has zones on a level: a feature that refers to anything else joins nothing."""
    return space_id in cut.zones_of_space and plan.space[space_id].level_id == level_id


def _kind(opening: Opening) -> PortalKind:
    """What kind of portal an opening is."""
    return PortalKind.FRONT if opening.kind is OpeningKind.OPEN_FRONT else PortalKind.DOOR


def _add_openings(plan: Plan, cut: Cut, at_level: dict[str, SpaceCells], portals: _Portals) -> None:
    """A portal or more for each opening between two spaces of its level."""
    for opening in plan.openings:
        if not all(_on_level(plan, cut, space_id, opening.level_id) for space_id in opening.spaces):
            continue
        kind = _kind(opening)
        parts = portal_parts(
            opening.line,
            opening.width_m,
            opening.spaces,
            at_level[opening.level_id],
            may_split=kind is PortalKind.FRONT,
        )
        portals.add(parts, kind, opening.id, is_open=opening.open, one_way=opening.one_way)


def _add_exits(plan: Plan, cut: Cut, at_level: dict[str, SpaceCells], portals: _Portals) -> None:
    """A portal or more for each exit."""
    for way_out in plan.exits:
        if not _on_level(plan, cut, way_out.space_id, way_out.level_id):
            continue
        parts = portal_parts(
            way_out.line,
            way_out.width_m,
            (way_out.space_id, None),
            at_level[way_out.level_id],
            may_split=True,
        )
        portals.add(parts, PortalKind.EXIT, way_out.id, is_open=way_out.open, one_way=True)


def _links(
    plan: Plan, cut: Cut, at_level: dict[str, SpaceCells]
) -> tuple[NDArray[np.int32], tuple[str, ...], NDArray[np.float64]]:
    """Zones, connector and places of each link between consecutive stops."""
    zones: list[tuple[int, int]] = []
    names: list[str] = []
    places: list[NDArray[np.float64]] = []
    for connector in plan.connectors:
        for lower, upper in zip(connector.stops, connector.stops[1:], strict=False):
            if not all(_on_level(plan, cut, stop.space_id, stop.level_id) for stop in (lower, upper)):
                continue
            at = shapely.get_coordinates([lower.at, upper.at])
            a = int(at_level[lower.level_id].zone(lower.space_id, at[:1])[0])
            b = int(at_level[upper.level_id].zone(upper.space_id, at[1:])[0])
            zones.append((a, b))
            names.append(connector.id)
            places.append(at)
    return (
        np.array(zones, np.int32).reshape(-1, 2),
        tuple(names),
        np.array(places, float).reshape(-1, 2, 2),
    )
