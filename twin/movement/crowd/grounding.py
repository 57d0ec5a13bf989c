"""From a plan and its network to the :class:`Ground` of the crowd engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.errors import PlanError
from twin.movement.crowd.canvas import CELL_M, Mouths, canvas_of
from twin.movement.crowd.gaps import Gap, gaps_of
from twin.movement.crowd.ground import Floats, Ground, Ints
from twin.movement.crowd.landings import Foot, Stop, feet_of
from twin.movement.crowd.packing import pack
from twin.movement.crowd.rasters import node_raster, room_raster
from twin.movement.crowd.walls import Floor, floor_of, polygons, without
from twin.movement.network.model import OUTSIDE, Network, NodeKind
from twin.plan.model import Plan
from twin.plan.zones import Zones, zones_of

SHORTEST_FLIGHT_M = 0.5
BEHIND_M = 0.03
"""A gate nearer to the foot of a flight than this lies behind it."""
LEFT_M = 0.8
"""If no more than this would be left of a gate it is left as it is."""
MARGIN_M = 2.0
"""Canvas around everything, so that whoever is looked up near the edge is still on it."""


@dataclass(frozen=True)
class _Mouth:
    vertex: int
    room: int
    line: NDArray[np.float64]
    """[2, xy] on the canvas."""
    pair: int
    """The mouths of both sides of one way have the same number."""


@dataclass
class _Level:
    """One level while it is drawn up, in coordinates of the plan."""

    floor: Floor
    feet: dict[int, Foot]
    """By link end: 2 k + (0 lower, 1 upper)."""


def ground_of(plan: Plan, network: Network) -> Ground:
    """The ground of ``plan``, whose network is ``network`` (of either mode).

    Raises:
        PlanError: if the network is that of another plan.
    """
    if network.plan_version != plan.version:
        raise PlanError(
            f"plan {plan.id!r}: its version is {plan.version}, the network's is {network.plan_version}"
        )
    zones = zones_of(plan)
    notes: list[str] = []
    levels = _levels(plan, network, zones, notes)
    strips = _strip_sizes(network)
    walked = np.flatnonzero(network.node_kind[network.zones :] != NodeKind.LIFT)
    box = [_bounds(level) for level in levels]
    sizes = np.concatenate([[b[2:] - b[:2] for b in box], strips[walked]])
    corner = np.ceil((pack(sizes) + MARGIN_M) / CELL_M) * CELL_M
    offset = corner[: len(levels)] - np.array([b[:2] for b in box])
    strip = np.full((len(strips), 4), np.nan)
    strip[walked] = np.concatenate([corner[len(levels) :], strips[walked]], axis=1)
    mouths, order = _mouths(levels, offset, strip, network)
    spaces = len(network.space_ids)
    shapes = {
        room: shapely.transform(area, lambda points, shift=offset[n]: points + shift)
        for n, level in enumerate(levels)
        for room, area in level.floor.areas.items()
    }
    size = np.ceil(((corner + sizes).max(axis=0) + MARGIN_M) / CELL_M).astype(int)
    room = room_raster(shapes, strip, spaces, (int(size[1]), int(size[0])))
    node = node_raster(room, zones, offset, spaces)
    room_level, room_upper, room_kind = _rooms(network, zones)
    node_room = np.concatenate([network.node_space[: network.zones], spaces + np.arange(len(strip))])
    return Ground(
        plan_version=plan.version,
        network=network,
        canvas=canvas_of(
            origin=(0.0, 0.0),
            room=room,
            node=node,
            walls=_walls(levels, offset, strip),
            mouths=mouths,
            vertices=network.vertices,
        ),
        level_ids=zones.level_ids,
        level_offset=offset,
        room_level=room_level,
        room_upper=room_upper,
        room_kind=room_kind,
        room_shape=MappingProxyType(shapes),
        strip=strip,
        link_at=zones.link_at,
        vertex_room=np.where(network.vertex_from >= 0, node_room[network.vertex_from], -1).astype(np.int32),
        room_vertex_start=np.searchsorted(order[:, 0], np.arange(len(room_level) + 1)).astype(np.int32),
        room_vertex=order[:, 1].astype(np.int32),
        node_room=node_room.astype(np.int32),
        notes=tuple(notes),
    )


def _levels(plan: Plan, network: Network, zones: Zones, notes: list[str]) -> list[_Level]:
    """Floor and feet of each level; whatever does not fit is noted."""
    gaps = gaps_of(plan, network)
    levels = []
    for n, level in enumerate(plan.levels):
        spaces = [(i, space) for i, space in enumerate(plan.spaces) if space.level_id == level.id]
        floor = floor_of(spaces, gaps.get(n, []))
        notes.extend(
            f"{network.gate_source[gate]}: something stands in it, nobody can pass"
            for gate in sorted({gap.gate for gap in floor.lost})
        )
        levels.append(_Level(floor, _feet(n, floor, plan, network, zones, notes)))
    return levels


def _feet(
    level: int, floor: Floor, plan: Plan, network: Network, zones: Zones, notes: list[str]
) -> dict[int, Foot]:
    """The ends of flights on one level; takes their recesses off the areas of ``floor``."""
    stops: dict[int, list[int]] = {}
    ends = zones.link_zones.reshape(-1)
    for end in range(len(ends)):
        walked = network.node_kind[network.zones + end // 2] != NodeKind.LIFT
        if walked and zones.zone_level[ends[end]] == level:
            stops.setdefault(int(zones.zone_space[ends[end]]), []).append(end)
    feet: dict[int, Foot] = {}
    for room, own in stops.items():
        gates = [gap.line for gap in floor.gaps if room in gap.rooms]
        places = [
            Stop(
                at=zones.link_at[end // 2, end % 2],
                width_m=float(network.gate_width_m[network.portals + end]),
                other=zones.link_at[end // 2, 1 - end % 2],
            )
            for end in own
        ]
        found = feet_of(floor.areas[room], gates, places) if room in floor.areas else [None] * len(own)
        for end, foot, place in zip(own, found, places, strict=True):
            name = f"{zones.link_connector[end // 2]} on {plan.levels[level].id}"
            if foot is None:
                notes.append(f"{name}: no room for its landing in {network.space_ids[room]}")
                continue
            feet[end] = foot
            floor.areas[room] = polygons(shapely.difference(floor.areas[room], foot.recess))
            _cut_gates(floor, foot)
            drawn = float(np.hypot(*(foot.line[1] - foot.line[0])))
            if drawn < place.width_m - CELL_M / 2.0:
                wish = f"{place.width_m:.2f} m: its landing is too narrow"
                notes.append(f"{name}: {drawn:.2f} m wide there, not {wish}")
    return feet


def _cut_gates(floor: Floor, foot: Foot) -> None:
    """Close the part of wide gates behind the foot of a flight: people would make for it through the foot."""
    behind = foot.recess.buffer(BEHIND_M)
    for gap in [gap for gap in floor.gaps if gap.shape.intersects(behind)]:
        left = list(without([gap], behind))
        if sum(part.length_m for part in left) >= LEFT_M:
            at = next(n for n, one in enumerate(floor.gaps) if one is gap)
            floor.gaps[at : at + 1] = left


def _strip_sizes(network: Network) -> Floats:
    """[K, 2] length and width of each link unrolled."""
    length = np.maximum(network.node_length_m[network.zones :], SHORTEST_FLIGHT_M)
    return np.stack([length, network.gate_width_m[network.portals :: 2]], axis=1)


def _bounds(level: _Level) -> NDArray[np.float64]:
    """Everything drawn on a level; a level without floor is a square metre."""
    boxes = [area.bounds for area in level.floor.areas.values() if not area.is_empty]
    boxes += [(*w,) for w in level.floor.walls.tolist()] + [(*w[[2, 3, 0, 1]],) for w in level.floor.walls]
    if not boxes:
        return np.array([0.0, 0.0, 1.0, 1.0])
    every = np.array(boxes)
    return np.concatenate([every[:, :2].min(axis=0), every[:, 2:].max(axis=0)])


def _walls(levels: Sequence[_Level], offset: Floats, strip: Floats) -> Floats:
    """[W, 4] walls of all levels, of the feet and along the flights."""
    parts = [np.zeros((0, 4))]
    for level, shift in zip(levels, offset, strict=True):
        own = [level.floor.walls, *(foot.sides for foot in level.feet.values())]
        parts.append(np.concatenate(own) + np.tile(shift, 2))
    for x, y, length, width in strip[np.isfinite(strip[:, 0])].tolist():
        parts.append(np.array([[x, y, x + length, y], [x, y + width, x + length, y + width]]))
    walls = np.concatenate(parts)
    return np.ascontiguousarray(walls[np.hypot(walls[:, 2] - walls[:, 0], walls[:, 3] - walls[:, 1]) > 0.0])


def _mouths(
    levels: Sequence[_Level], offset: Floats, strip: Floats, network: Network
) -> tuple[Mouths, NDArray[np.int64]]:
    """All mouths by vertex, and the pairs (room, vertex) of who leads out of what, by room."""
    found: list[_Mouth] = []
    for level, shift in zip(levels, offset, strict=True):
        for gap in level.floor.gaps:
            found.extend(_of_gap(gap, shift, len(found)))
        for end, foot in level.feet.items():
            found.extend(_of_foot(end, foot, shift, strip, network, len(found)))
    found.sort(key=lambda mouth: (mouth.vertex, mouth.pair))
    place: dict[int, list[int]] = {}
    for n, mouth in enumerate(found):
        place.setdefault(mouth.pair, []).append(n)
    opposite = np.full(len(found), -1, np.int32)
    for pair in place.values():
        if len(pair) > 1:
            opposite[pair] = pair[::-1]
    ways = sorted({(mouth.room, mouth.vertex) for mouth in found})
    mouths = Mouths(
        line=np.array([mouth.line for mouth in found]).reshape(-1, 4),
        vertex=np.array([mouth.vertex for mouth in found], np.int32),
        room=np.array([mouth.room for mouth in found], np.int32),
        opposite=opposite,
    )
    return mouths, np.array(ways, np.int64).reshape(-1, 2)


def _of_gap(gap: Gap, shift: Floats, pair: int) -> list[_Mouth]:
    """The mouths of a piece of gate: one for each of its rooms."""
    line = gap.line + shift
    mouths = [_Mouth(2 * gap.gate, gap.rooms[0], line, pair)]
    if gap.rooms[1] != OUTSIDE:
        mouths.append(_Mouth(2 * gap.gate + 1, gap.rooms[1], line[::-1], pair))
    return mouths


def _of_foot(end: int, foot: Foot, shift: Floats, strip: Floats, network: Network, pair: int) -> list[_Mouth]:
    """The mouths of one end of a flight: on its landing, and on the flight unrolled."""
    gate = network.portals + end
    link = end // 2
    x, y, length, width = strip[link].tolist()
    on_strip = [[x, y], [x, y + width]] if end % 2 == 0 else [[x + length, y + width], [x + length, y]]
    landing = int(network.node_space[network.gate_nodes[gate, 0]])
    return [
        _Mouth(2 * gate, landing, foot.line + shift, pair),
        _Mouth(2 * gate + 1, len(network.space_ids) + link, np.array(on_strip), pair),
    ]


def _rooms(network: Network, zones: Zones) -> tuple[Ints, Ints, Ints]:
    """Level, upper level and kind of each room."""
    space_level = np.full(len(network.space_ids), -1, np.int32)
    space_level[zones.zone_space] = zones.zone_level
    ends = zones.zone_level[zones.link_zones].reshape(-1, 2)
    kind = np.full(len(space_level), NodeKind.LEVEL)
    return (
        np.concatenate([space_level, ends[:, 0]]).astype(np.int32),
        np.concatenate([space_level, ends[:, 1]]).astype(np.int32),
        np.concatenate([kind, network.node_kind[network.zones :]]).astype(np.int32),
    )
