"""The people of a drill before it begins: where they stand, when they start, which entrance they know."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.fire.place import effect_of
from twin.movement.demographics import Persons, draw_people
from twin.plan.model import Plan
from twin.plan.zones import Zones
from twin.world.companions import beside_leaders, group_numbers, leaders_of
from twin.world.drill_setup import DrillSetup
from twin.world.pre_movement import IN_FIRE_SPACE, NEAR_FACTOR
from twin.world.streams import Streams


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """N people as arrays."""

    key: NDArray[np.int64]
    """Who draws from the random streams: a person keeps its key when the plan around it changes."""
    space: NDArray[np.int32]
    """Index into ``plan.spaces``."""
    zone: NDArray[np.int32]
    xy: NDArray[np.float64]
    start_s: NDArray[np.float64]
    familiar: NDArray[np.bool_]
    """Goes back to the entrance ``own_exit`` (index into ``plan.exits``)."""
    own_exit: NDArray[np.int32]
    fire_space: str
    effect_closed: frozenset[str]
    persons: Persons
    """How quick and how big each is."""
    leader: NDArray[np.int64]
    """Whose group each belongs to; oneself if one is alone."""
    notes: tuple[str, ...]

    @property
    def group(self) -> NDArray[np.int32]:
        """Number of each one's group; -1: alone."""
        return group_numbers(self.leader)

    def speed_mps(self, *, slowest: bool) -> NDArray[np.float64]:
        """[N, 3] free speeds; with ``slowest`` everybody in a group walks as its slowest member does."""
        speed = self.persons.speed_mps
        if not slowest:
            return speed
        least = np.full(speed.shape, np.inf)
        np.minimum.at(least, self.leader, speed)
        return least[self.leader]

    @property
    def step_free(self) -> NDArray[np.bool_]:
        """Who goes where there are no steps: those who cannot use them, and who is with them."""
        cannot = np.zeros(len(self.key), bool)
        np.logical_or.at(cannot, self.leader, ~self.persons.steps)
        return cannot[self.leader]


def crowd_of(plan: Plan, zones: Zones, setup: DrillSetup, streams: Streams) -> Crowd:
    """The people of ``setup``, drawn from ``streams``."""
    numbers = {space.id: i for i, space in enumerate(plan.spaces)}
    names = [name for name, count in setup.people.items() if count]
    counts = [setup.people[name] for name in names]
    space = np.repeat([numbers[name] for name in names], counts).astype(np.int32)
    parts = [
        (zlib.crc32(name.encode()) + np.arange(n)) % 2**32 for name, n in zip(names, counts, strict=True)
    ]
    key = np.concatenate([np.zeros(0, np.int64), *parts]).astype(np.int64)
    zone, xy, notes = _places(
        plan, zones, names, counts, streams.uniform("place", key[:, None], np.arange(3))
    )
    leader = np.arange(len(key))
    if setup.together:
        leader = leaders_of(streams, key, space, mean=setup.group_mean)
        beside = streams.uniform("beside", key[:, None], np.arange(2))
        zone, xy = beside_leaders(zones, leader, zone, xy, beside)
    effect = effect_of(plan, setup.fire) if setup.fire else None
    start = streams.lognormal("pre_movement", key, mu=setup.starts.mu, sigma=setup.starts.sigma)
    if effect:
        near = np.isin(space, [numbers[name] for name in effect.near if name in numbers])
        start = np.where(near, NEAR_FACTOR * start, start)
    start = start + phase_delays(plan, setup)[space]
    if effect:
        inside = space == numbers[effect.space_id]
        sees = streams.lognormal("pre_movement", key, mu=IN_FIRE_SPACE.mu, sigma=IN_FIRE_SPACE.sigma)
        start = np.where(inside, np.minimum(sees, start), start)
    own = _entrances(plan, setup, effect.closed if effect else frozenset(), streams.uniform("entrance", key))
    familiar = (streams.uniform("familiar", key) < setup.familiar_share) & (own >= 0)
    return Crowd(
        key=key,
        space=space,
        zone=zone,
        xy=xy,
        start_s=start[leader],
        familiar=familiar[leader],
        own_exit=own[leader],
        fire_space=effect.space_id if effect else "",
        effect_closed=effect.closed if effect else frozenset(),
        persons=draw_people(streams, key, setup.persons),
        leader=leader,
        notes=notes,
    )


def phase_delays(plan: Plan, setup: DrillSetup) -> NDArray[np.float64]:
    """Seconds from time 0 to the alarm of each space, in the order of ``plan.spaces``."""
    of_level = [setup.phases.get(space.level_id, 0.0) for space in plan.spaces]
    return np.array(
        [setup.phases.get(space.id, late) for space, late in zip(plan.spaces, of_level, strict=True)]
    )


def _entrances(
    plan: Plan, setup: DrillSetup, closed: frozenset[str], draw: NDArray[np.float64]
) -> NDArray[np.int32]:
    """The entrance by which each came: drawn by width among those that visitors use; -1 if there is none."""
    shut = setup.blocked | closed
    usual = [i for i, e in enumerate(plan.exits) if e.open and not e.emergency_only and e.id not in shut]
    if not usual:
        return np.full(len(draw), -1, np.int32)
    width = np.cumsum([plan.exits[i].width_m for i in usual])
    return np.array(usual, np.int32)[np.searchsorted(width / width[-1], draw)]


def _places(
    plan: Plan, zones: Zones, names: list[str], counts: list[int], draw: NDArray[np.float64]
) -> tuple[NDArray[np.int32], NDArray[np.float64], tuple[str, ...]]:
    """A zone and a place for everybody: uniform over the cells of the space.

    A space that is too small for the grid has no zone; its people stand in the nearest zone of the level.
    """
    cells = _cells_by_space(zones)
    number = {space_id: i for i, space_id in enumerate(zones.space_ids)}
    zone = np.zeros(len(draw), np.int32)
    xy = np.zeros((len(draw), 2))
    notes = []
    first = 0
    for name, count in zip(names, counts, strict=True):
        rows = slice(first, first + count)
        first += count
        start, end = cells.start[number[name]], cells.start[number[name] + 1]
        if start == end:
            zone[rows] = _nearest_zone(plan, zones, name)
            xy[rows] = zones.zone_centre[zone[rows]]
            notes.append(
                f"{count} people in {name}: the space is too small for the grid, they start beside it"
            )
            continue
        pick = cells.order[start + (draw[rows, 0] * (end - start)).astype(int)]
        zone[rows] = cells.zone[pick]
        xy[rows] = cells.corner[pick] + draw[rows, 1:] * cells.cell_m[pick, None]
    return zone, xy, tuple(notes)


@dataclass(frozen=True)
class _Cells:
    zone: NDArray[np.int32]
    corner: NDArray[np.float64]
    cell_m: NDArray[np.float64]
    order: NDArray[np.int64]
    start: NDArray[np.int64]


def _cells_by_space(zones: Zones) -> _Cells:
    """All walkable cells of all levels, ordered by space."""
    zone, corner, cell = [], [], []
    for grid in zones.grids:
        row, col = np.nonzero(grid.zone >= 0)
        zone.append(grid.zone[row, col])
        corner.append(np.array(grid.origin) + grid.cell_m * np.column_stack([col, row]))
        cell.append(np.full(len(row), grid.cell_m))
    all_zones = np.concatenate(zone)
    space = zones.zone_space[all_zones]
    start = np.concatenate([[0], np.cumsum(np.bincount(space, minlength=len(zones.space_ids)))])
    return _Cells(
        zone=all_zones,
        corner=np.concatenate(corner),
        cell_m=np.concatenate(cell),
        order=np.argsort(space, kind="stable"),
        start=start,
    )


def _nearest_zone(plan: Plan, zones: Zones, space_id: str) -> int:
    """The zone on the level of ``space_id`` whose centre is nearest to it."""
    space = plan.space[space_id]
    level = zones.level_ids.index(space.level_id)
    same = np.flatnonzero(zones.zone_level == level)
    at = space.shape.representative_point()
    away = np.hypot(zones.zone_centre[same, 0] - at.x, zones.zone_centre[same, 1] - at.y)
    return int(same[away.argmin()])
