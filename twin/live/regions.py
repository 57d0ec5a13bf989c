"""The plan cut into regions whose people can be counted, because watched portals divide them.

A counter watches an exit, an opening or a connector. Taking the watched openings out of the graph of spaces
leaves parts that are joined inside by unwatched openings only: within a part nobody is counted, between parts
everybody is. Lifts and unwatched stairs between two parts that a counted escalator joins as well are
*unknown transfers*; where no counter stands between two parts, they are one region.

What one passage means, by convention of the plan: inward is into the building (exit), from the first to the
second space (opening), upward (connector).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.plan.model import Connector, Device, DeviceKind, Exit, ExitKind, Opening, Plan, Stop

OUTSIDE = -1
EVERYDAY = frozenset({ExitKind.ENTRANCE, ExitKind.METRO, ExitKind.PARKING})
"""Exits that visitors use on an ordinary day. The others are shut or used by staff."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What one counter counts: inward is from region ``a`` to region ``b`` (:data:`OUTSIDE` is -1).

    ``share`` is less than 1 where several counters see the same passage (both ends of an escalator).
    ``vertical`` gates lead to another level.
    """

    device: str
    portal: str
    a: int
    b: int
    share: float = 1.0
    vertical: bool = False

    @property
    def divides(self) -> bool:
        """Whether a passage changes the number of people in a region."""
        return self.a != self.b

    @property
    def outer(self) -> bool:
        """Whether a passage enters or leaves the building."""
        return OUTSIDE in {self.a, self.b} and self.divides


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Regions:
    """R regions of S spaces."""

    space_ids: tuple[str, ...]
    of_space: NDArray[np.int32]
    """Region of each space, [S]; -1 where nobody walks."""
    count: int
    gates: Mapping[str, Gate]
    """By device id."""
    gates_of: tuple[tuple[str, ...], ...]
    """Devices of the gates of each region."""
    unknown: tuple[tuple[int, int], ...]
    """Regions that an unwatched lift or stair joins."""
    leak: NDArray[np.float64]
    """Unwatched everyday exits of each region, as a share of the width of all everyday exits, [R]."""
    notes: tuple[str, ...]

    @property
    def outer_devices(self) -> tuple[str, ...]:
        """Counters on the way into the building."""
        return tuple(device for device, gate in self.gates.items() if gate.outer)


def regions_of(plan: Plan) -> Regions:
    """Cut ``plan`` into regions at the portals that its counters watch."""
    counters = [one for one in plan.devices if one.kind is DeviceKind.COUNTER]
    watched = {one.watches for one in counters}
    index = {space.id: i for i, space in enumerate(plan.spaces)}
    joined = _Union(len(plan.spaces))
    for opening in plan.openings:
        if opening.id not in watched:
            joined.join(index[opening.spaces[0]], index[opening.spaces[1]])
    links = _links(plan, index, watched)
    notes = [
        f"counter {one.id} watches {one.watches or 'nothing'}: no flow between two places can be told from it"
        for one in counters
        if one.watches not in links.watchable
    ]
    loose = _merge_uncounted(joined, links)
    of_space, count = _number(plan, joined)
    part = {space_id: int(of_space[i]) for space_id, i in index.items()}
    gates = _gates(plan, counters, part)
    gates_of: list[list[str]] = [[] for _ in range(count)]
    for device, gate in gates.items():
        for region in {gate.a, gate.b} - {OUTSIDE}:
            if gate.divides:
                gates_of[region].append(device)
    unknown = tuple((int(of_space[i]), int(of_space[j])) for i, j in loose if of_space[i] != of_space[j])
    leak, leaking = _leaks(plan, watched, part, count)
    if leaking:
        notes.append(f"no counter stands at these everyday exits: {', '.join(leaking)}")
    return Regions(
        space_ids=tuple(space.id for space in plan.spaces),
        of_space=of_space,
        count=count,
        gates=gates,
        gates_of=tuple(tuple(devices) for devices in gates_of),
        unknown=unknown,
        leak=leak,
        notes=tuple(notes),
    )


class _Union:
    """Disjoint sets of space numbers."""

    def __init__(self, size: int) -> None:
        self.parent = list(range(size))

    def root(self, i: int) -> int:
        """The number that stands for the set of ``i``."""
        while self.parent[i] != i:
            self.parent[i] = self.parent[self.parent[i]]
            i = self.parent[i]
        return i

    def join(self, i: int, j: int) -> None:
        """Make one set of two."""
        self.parent[self.root(i)] = self.root(j)


@dataclass(frozen=True, slots=True)
class _Links:
    """Ways between spaces: those that are counted, and public vertical ways that are not."""

    counted: tuple[tuple[int, int], ...]
    loose: tuple[tuple[int, int], ...]
    watchable: frozenset[str]


def _links(plan: Plan, index: Mapping[str, int], watched: set[str]) -> _Links:
    """Sort the ways between spaces; a connector can be counted where it has two stops."""
    loose: list[tuple[int, int]] = []
    watchable = {one.id for one in plan.exits} | {one.id for one in plan.openings}
    counted = [(index[one.spaces[0]], index[one.spaces[1]]) for one in plan.openings if one.id in watched]
    for connector in plan.connectors:
        pairs = [(index[a.space_id], index[b.space_id]) for a, b in _pairs(connector)]
        if connector.id in watched and len(pairs) == 1:
            watchable.add(connector.id)
            counted += pairs
        elif connector.public and connector.open:
            loose += pairs
    return _Links(tuple(counted), tuple(loose), frozenset(watchable))


def _pairs(connector: Connector) -> Iterable[tuple[Stop, Stop]]:
    """Stops that follow one another."""
    return zip(connector.stops[:-1], connector.stops[1:], strict=True)


def _merge_uncounted(joined: _Union, links: _Links) -> list[tuple[int, int]]:
    """Join parts between which nobody counts; the vertical ways that stay unknown transfers.

    A merge can put a counted way beside an uncounted one, so it is repeated until nothing changes.
    """
    loose = list(links.loose)
    while True:
        counted = {frozenset((joined.root(i), joined.root(j))) for i, j in links.counted}
        merge = next(
            (
                (i, j)
                for i, j in loose
                if joined.root(i) != joined.root(j)
                and frozenset((joined.root(i), joined.root(j))) not in counted
            ),
            None,
        )
        if merge is None:
            return [(i, j) for i, j in loose if joined.root(i) != joined.root(j)]
        joined.join(*merge)


def _number(plan: Plan, joined: _Union) -> tuple[NDArray[np.int32], int]:
    """Region numbers of the spaces in which people walk."""
    number: dict[int, int] = {}
    of_space = np.full(len(plan.spaces), -1, dtype=np.int32)
    for i, space in enumerate(plan.spaces):
        if space.walkable:
            of_space[i] = number.setdefault(joined.root(i), len(number))
    return of_space, len(number)


def _gates(plan: Plan, counters: list[Device], part: Mapping[str, int]) -> dict[str, Gate]:
    """What each counter counts."""
    ends: dict[str, set[str]] = defaultdict(set)
    for one in counters:
        ends[one.watches].add(one.level_id)
    heads = Counter((one.watches, one.level_id) for one in counters)
    gates = {}
    for one in counters:
        portal = _portal(plan, one.watches)
        if isinstance(portal, Exit):
            a, b, share = OUTSIDE, part[portal.space_id], 1.0
        elif isinstance(portal, Opening):
            a, b, share = part[portal.spaces[0]], part[portal.spaces[1]], 1.0
        elif isinstance(portal, Connector) and len(portal.stops) == 2:  # noqa: PLR2004 - a lower and an upper end
            a, b = part[portal.stops[0].space_id], part[portal.stops[1].space_id]
            share = 1.0 / len(ends[one.watches])
        else:
            continue
        vertical = isinstance(portal, Connector)
        if vertical and heads[one.watches, one.level_id] > 1:
            share /= heads[one.watches, one.level_id]
        gates[one.id] = Gate(device=one.id, portal=one.watches, a=a, b=b, share=share, vertical=vertical)
    return gates


def _portal(plan: Plan, portal_id: str) -> Exit | Opening | Connector | None:
    """What a counter watches."""
    return plan.exit.get(portal_id) or plan.opening.get(portal_id) or plan.connector.get(portal_id)


def _leaks(
    plan: Plan, watched: set[str], part: Mapping[str, int], count: int
) -> tuple[NDArray[np.float64], list[str]]:
    """Share of the everyday exit width that nobody counts, by region, and the names of those exits."""
    leak = np.zeros(count)
    names = []
    width = 0.0
    for one in plan.exits:
        if one.kind not in EVERYDAY or one.emergency_only or not one.open:
            continue
        width += one.width_m
        if one.id not in watched:
            leak[part[one.space_id]] += one.width_m
            names.append(one.id)
    return (leak / width if width else leak), names
