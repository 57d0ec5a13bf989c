"""The plan as a visitor knows it: units to go to, ways between them, entrances; as arrays.

Visitors keep to the public parts: back-of-house, exit stairs and fire doors are shut for them, unless a
unit can be reached no other way. Distances are walking times at 1 m/s of a stroller, so that an escalator
costs what it takes; they steer choices, while the network engine does the walking.
"""

from __future__ import annotations

import dataclasses
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from twin.errors import ScenarioError
from twin.plan.model import (
    LETTABLE,
    Connector,
    ConnectorKind,
    Direction,
    ExitKind,
    Label,
    OpeningKind,
    Plan,
    Provenance,
    SpaceKind,
    Tenant,
)
from twin.plan.zones import Zones, zones_of
from twin.world.categories import DEFAULT_OF_KIND, category
from twin.world.choice import keys_of

NO_ENTRANCE = frozenset({ExitKind.EMERGENCY, ExitKind.STAIR_DISCHARGE, ExitKind.SERVICE})
"""Kinds of exits through which no visitor comes in."""

STAIR_MPS = 0.6
STAIR_RELUCTANCE = 2.5
"""Times that a second on stairs counts when a visitor chooses a way: people take the escalator."""
LIFT_S = 45.0
"""Wait and ride of one storey by lift."""
BELT_WALK_MPS = 0.2
"""Mean walking speed on a belt, over those who stand and those who walk."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Places:
    """J tenants, X entrances, Z zones; goals are the tenants and then the entrances."""

    visitor_plan: Plan
    """The plan with what is not for visitors shut; same spaces and zones as the plan it was made from."""
    zones: Zones
    tenants: tuple[Tenant, ...]
    guessed: int
    """How many tenants were guessed."""
    keys: NDArray[np.int64]
    tenant_zone: NDArray[np.int64]
    """Zone inside the unit that is nearest to its front."""
    tenant_area_m2: NDArray[np.float64]
    """Its unit, and for a stall of a food court its share of the seating around it."""
    tenant_zones: tuple[NDArray[np.int64], ...]
    """Where its customers are: the zones of the unit, for a stall those of the seating."""
    entrance_ids: tuple[str, ...]
    entrance_kind: tuple[ExitKind, ...]
    entrance_width_m: NDArray[np.float64]
    entrance_open: NDArray[np.bool_]
    entrance_zone: NDArray[np.int64]
    distance_m: NDArray[np.float64]
    """[J + X, Z] way from a zone to a goal; inf where there is none."""
    following: NDArray[np.int32]
    """[J + X, Z] the next zone on the way to a goal; -1 at the goal and where there is none."""
    front_start: NDArray[np.int64]
    front_tenant: NDArray[np.int64]
    """Tenants whose front a zone of the mall passes, by zone."""

    @property
    def usable(self) -> NDArray[np.bool_]:
        """[J] tenants that can be reached from an open entrance and left again."""
        doors = self.entrance_zone[self.entrance_open]
        count = len(self.tenants)
        there = np.isfinite(self.distance_m[:count][:, doors]).any(axis=1)
        back = np.isfinite(self.distance_m[count:][self.entrance_open][:, self.tenant_zone]).any(axis=0)
        both: NDArray[np.bool_] = np.logical_and(there, back)
        return both


_KEPT = 6
_places: OrderedDict[str, Places] = OrderedDict()


def places_of(plan: Plan) -> Places:
    """The places of ``plan``; the last few plans are kept by their version.

    Raises:
        ScenarioError: if the plan has no unit to go to, no way in for visitors, or no unit can be reached.
    """
    if plan.version in _places:
        _places.move_to_end(plan.version)
        return _places[plan.version]
    tenants, guessed = tenants_of(plan)
    strict = _places_on(plan, _shut(plan, strict=True), tenants, guessed)
    if not strict.usable.all():
        loose = _places_on(plan, _shut(plan, strict=False), tenants, guessed)
        strict = loose if loose.usable.sum() > strict.usable.sum() else strict
    if not strict.usable.any():
        raise ScenarioError(f"plan {plan.id!r}: no let unit can be reached from an open entrance")
    _places[plan.version] = strict
    while len(_places) > _KEPT:
        _places.popitem(last=False)
    return strict


def tenants_of(plan: Plan) -> tuple[tuple[Tenant, ...], int]:
    """The tenants of ``plan``, and how many were guessed.

    A plan with tenants is taken as it is: a unit without one is vacant. A plan without any (an imported
    drawing) gets a tenant in each lettable space, of a category that is usual for the kind of the space.

    Raises:
        ScenarioError: if there is no lettable space, or a tenant's category or space is not known.
    """
    if plan.tenants:
        for tenant in plan.tenants:
            category(tenant.category)
            if tenant.space_id not in plan.space:
                raise ScenarioError(f"tenant {tenant.id}: its space {tenant.space_id!r} is not in the plan")
        return tuple(sorted(plan.tenants, key=lambda one: one.id)), 0
    counts: dict[str, int] = {}
    found = []
    for space in plan.spaces:
        if space.kind in LETTABLE and space.public:
            choices = DEFAULT_OF_KIND[space.kind]
            turn = counts.get(space.kind, 0)
            counts[space.kind] = turn + 1
            found.append(
                Tenant(
                    id=f"guessed:{space.id}",
                    space_id=space.id,
                    name=Label(en=space.name.en or space.id, zh=space.name.zh),
                    category=choices[turn % len(choices)],
                    sources={"category": Provenance.GUESSED},
                )
            )
    if not found:
        raise ScenarioError(f"plan {plan.id!r}: a trading day needs lettable spaces; there is none")
    return tuple(found), len(found)


def _shut(plan: Plan, *, strict: bool) -> Plan:
    """``plan`` with everything shut that is not for visitors."""
    public = {space.id for space in plan.spaces if space.public and not (strict and space.protected)}
    openings = tuple(
        dataclasses.replace(
            one,
            open=one.open
            and all(side in public for side in one.spaces)
            and not (strict and one.kind is OpeningKind.FIRE_DOOR),
        )
        for one in plan.openings
    )
    connectors = tuple(
        dataclasses.replace(one, open=one.open and not (strict and _not_walked(one)))
        for one in plan.connectors
    )
    exits = tuple(
        dataclasses.replace(one, open=one.open and not one.emergency_only and one.kind not in NO_ENTRANCE)
        for one in plan.exits
    )
    return dataclasses.replace(plan, openings=openings, connectors=connectors, exits=exits)


def _not_walked(connector: Connector) -> bool:
    """Whether visitors leave a connector aside where there is another way: exit stairs and lifts."""
    return not connector.public or connector.protected or connector.kind is ConnectorKind.LIFT


def _places_on(plan: Plan, visitor_plan: Plan, tenants: tuple[Tenant, ...], guessed: int) -> Places:
    zones = zones_of(visitor_plan)
    cost = _costs(visitor_plan, zones)
    fronts = _fronts(zones, tenants)
    tenants = tuple(one for one in tenants if one.space_id in zones.zones_of_space)
    tenant_zone = np.array([_inner_zone(zones, one, fronts) for one in tenants], dtype=np.int64)
    doors = _entrances(plan, zones)
    if not doors:
        raise ScenarioError(f"plan {plan.id!r}: no exit through which visitors come in")
    entrance_zone = np.array([zone for _, zone in doors], dtype=np.int64)
    goals = np.concatenate([tenant_zone, entrance_zone])
    # Ways to a goal are ways from it in the reversed graph; its predecessors are the next zones.
    distance, following = dijkstra(cost.T.tocsr(), indices=goals, return_predecessors=True)
    following[following < 0] = -1
    start, listed = _rows([fronts.get(zone, []) for zone in range(zones.zone_level.size)])
    exits = [plan.exit[name] for name, _ in doors]
    area, rooms = _rooms(plan, zones, tenants)
    return Places(
        visitor_plan=visitor_plan,
        zones=zones,
        tenants=tenants,
        guessed=guessed,
        keys=keys_of([one.id for one in tenants]),
        tenant_zone=tenant_zone,
        tenant_area_m2=area,
        tenant_zones=rooms,
        entrance_ids=tuple(one.id for one in exits),
        entrance_kind=tuple(one.kind for one in exits),
        entrance_width_m=np.array([one.width_m for one in exits]),
        entrance_open=np.array([one.open for one in exits]),
        entrance_zone=entrance_zone,
        distance_m=distance,
        following=following.astype(np.int32),
        front_start=start,
        front_tenant=listed,
    )


STALLS = "food_court"
"""The category whose tenants share the seating of their storey."""


def _rooms(
    plan: Plan, zones: Zones, tenants: tuple[Tenant, ...]
) -> tuple[NDArray[np.float64], tuple[NDArray[np.int64], ...]]:
    """Area and zones of each tenant's customers; stalls share the seating spaces of their storey."""
    area = np.array([plan.space[one.space_id].shape.area for one in tenants])
    rooms = [zones.zones_of_space[one.space_id].astype(np.int64) for one in tenants]
    for level in plan.levels:
        seating = [
            one.id
            for one in plan.spaces
            if one.kind is SpaceKind.SEATING and one.level_id == level.id and one.id in zones.zones_of_space
        ]
        stalls = [
            j
            for j, one in enumerate(tenants)
            if one.category == STALLS and plan.space[one.space_id].level_id == level.id
        ]
        if not (seating and stalls):
            continue
        tables = np.concatenate([zones.zones_of_space[name] for name in seating]).astype(np.int64)
        shared = sum(float(zones.zone_area_m2[zones.zones_of_space[name]].sum()) for name in seating)
        for j in stalls:
            area[j] += shared / len(stalls)
            rooms[j] = tables
    return area, tuple(rooms)


def _entrances(plan: Plan, zones: Zones) -> list[tuple[str, int]]:
    """Exit id and zone of each way in for visitors, closed ones too, in the order of their ids."""
    zone_of = {
        source: int(zones.portal_zones[p, 0])
        for p, source in reversed(list(enumerate(zones.portal_source)))
        if zones.portal_zones[p, 1] < 0
    }
    fit = [one for one in plan.exits if not one.emergency_only and one.kind not in NO_ENTRANCE]
    return sorted((one.id, zone_of[one.id]) for one in fit if one.id in zone_of)


def _fronts(zones: Zones, tenants: Iterable[Tenant]) -> dict[int, list[int]]:
    """Tenants by the zone of the mall at their front; a zone of the unit itself maps to no front."""
    index = {name: j for j, name in enumerate(zones.space_ids)}
    unit = {index[one.space_id]: j for j, one in enumerate(_placed(zones, tenants)) if one.space_id in index}
    found: dict[int, list[int]] = {}
    open_portals = np.flatnonzero(zones.portal_open & (zones.portal_zones[:, 1] >= 0))
    for p in open_portals:
        for near, far in ((0, 1), (1, 0)):
            inner, outer = zones.portal_zones[p, near], zones.portal_zones[p, far]
            j = unit.get(int(zones.zone_space[inner]))
            if j is not None and zones.zone_space[outer] != zones.zone_space[inner]:
                listed = found.setdefault(int(outer), [])
                if j not in listed:
                    listed.append(j)
    return found


def _placed(zones: Zones, tenants: Iterable[Tenant]) -> list[Tenant]:
    return [one for one in tenants if one.space_id in zones.zones_of_space]


def _inner_zone(zones: Zones, tenant: Tenant, fronts: dict[int, list[int]]) -> int:
    """The unit's zone with the widest open portal to the mall, else its first."""
    own = set(zones.zones_of_space[tenant.space_id].tolist())
    best, width = int(zones.zones_of_space[tenant.space_id][0]), -1.0
    if len(own) == 1:
        return best
    for p in np.flatnonzero(zones.portal_open):
        a, b = (int(zone) for zone in zones.portal_zones[p])
        if (a in own) != (b in own) and (b if a in own else a) in fronts and zones.portal_width_m[p] > width:
            best, width = (a if a in own else b), float(zones.portal_width_m[p])
    return best


def _rows(lists: list[list[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Lists as one flat array with the start of each."""
    start = np.concatenate([[0], np.cumsum([len(one) for one in lists])]).astype(np.int64)
    return start, np.array([x for one in lists for x in one], dtype=np.int64)


def _costs(plan: Plan, zones: Zones) -> csr_matrix:
    """Cost in stroller's metres from zone to zone, as a sparse matrix."""
    rows: list[NDArray[np.int64]] = []
    columns: list[NDArray[np.int64]] = []
    values: list[NDArray[np.float64]] = []

    def add(a: NDArray[np.int64], b: NDArray[np.int64], cost: NDArray[np.float64]) -> None:
        rows.append(a)
        columns.append(b)
        values.append(cost)

    usable = zones.portal_open & (zones.portal_zones[:, 1] >= 0)
    a, b = zones.portal_zones[usable].astype(np.int64).T
    middle = zones.portal_line[usable].mean(axis=1)
    length = np.linalg.norm(zones.zone_centre[a] - middle, axis=1)
    length = length + np.linalg.norm(zones.zone_centre[b] - middle, axis=1)
    add(a, b, length)
    two_way = ~zones.portal_one_way[usable]
    add(b[two_way], a[two_way], length[two_way])
    for k, (low, high) in enumerate(zones.link_zones.tolist()):
        connector = plan.connector[zones.link_connector[k]]
        for begin, end, is_up in ((low, high, True), (high, low, False)):
            cost = _link_cost(plan, connector, zones, begin, end, is_up=is_up)
            if cost is not None:
                near, far = (0, 1) if is_up else (1, 0)
                walk = np.linalg.norm(zones.zone_centre[begin] - zones.link_at[k, near])
                walk += np.linalg.norm(zones.zone_centre[end] - zones.link_at[k, far])
                add(np.array([begin]), np.array([end]), np.array([cost + float(walk)]))
    size = zones.zone_level.size
    return _least(np.concatenate(rows), np.concatenate(columns), np.concatenate(values), size)


def _least(
    rows: NDArray[np.int64], columns: NDArray[np.int64], values: NDArray[np.float64], size: int
) -> csr_matrix:
    """Sparse matrix with the least of parallel costs (scipy would add them up)."""
    order = np.lexsort((values, columns, rows))
    rows, columns, values = rows[order], columns[order], values[order]
    first = np.concatenate([[True], (np.diff(rows) != 0) | (np.diff(columns) != 0)])
    return csr_matrix((np.maximum(values[first], 0.01), (rows[first], columns[first])), shape=(size, size))


def _link_cost(
    plan: Plan, connector: Connector, zones: Zones, begin: int, end: int, *, is_up: bool
) -> float | None:
    """Stroller's metres (seconds at 1 m/s) of one link, ``None`` where it is shut in this sense."""
    if not connector.open:
        return None
    levels = (plan.levels[zones.zone_level[begin]], plan.levels[zones.zone_level[end]])
    rise = abs(levels[0].elevation_m - levels[1].elevation_m)
    if connector.kind is ConnectorKind.LIFT:
        return LIFT_S
    if connector.kind is ConnectorKind.ESCALATOR and connector.running:
        wrong = Direction.DOWN if is_up else Direction.UP
        if connector.direction is wrong:
            return None
        slope = connector.slope_length_m or rise * 2.0
        return slope / (connector.belt_speed_mps + BELT_WALK_MPS)
    slope = connector.slope_length_m or _slope(connector, rise)
    return STAIR_RELUCTANCE * slope / STAIR_MPS


def _slope(connector: Connector, rise: float) -> float:
    """Length of a flight or a ramp (1 in 12) that rises ``rise`` metres."""
    if connector.kind is ConnectorKind.RAMP:
        return rise * 12.0
    return rise * float(np.hypot(connector.tread_m, connector.riser_m)) / connector.riser_m
