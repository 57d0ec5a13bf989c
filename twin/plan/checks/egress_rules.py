"""Rules on ways out."""

from __future__ import annotations

import math
from collections.abc import Iterable

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from twin.plan.checks.facts import CIRCULATION, Facts
from twin.plan.checks.report import Severity
from twin.plan.checks.rules import Found, rule
from twin.plan.graph import OUTSIDE
from twin.plan.model import VERTICAL, Space, SpaceKind

WALK_M = 37.5
"""GB 50016-2014 (2018) 5.5.17: 30 m from any place of a shop to the nearest exit or enclosed stair, and a
quarter more with sprinklers."""
DEAD_END_M = 12.0
PARTS_SHARE = 0.999
WIDTH_PER_PERSON_M = 0.0051
"""IBC 2021 1005.3.2: 0.2 inch of door for each person."""
ONE_WAY_PEOPLE = 49
"""IBC 2021 table 1006.2.1: more people in a shop need two ways out."""
WIDE_FRONT_M = 3.0
"""A front as wide as this is more than one way: it is not blocked by one thing."""
DENSITY = {
    SpaceKind.SHOP: 0.36,
    SpaceKind.KIOSK: 0.36,
    SpaceKind.SUPERMARKET: 0.36,
    SpaceKind.ANCHOR: 0.18,
    SpaceKind.FOOD: 0.72,
    SpaceKind.LEISURE: 0.72,
    SpaceKind.SEATING: 0.72,
}
"""People per m² where the plan does not say. IBC 2021 table 1004.5: mercantile 30 ft² (2.8 m²), assembly with
tables 15 ft² (1.4 m²) a person; an anchor is half stock and back-of-house."""


def _no_exit(facts: Facts) -> Found:
    if not any(way_out.open for way_out in facts.plan.exits):
        yield facts.plan.id, "the plan has no open exit"


def _for_visitors(space: Space) -> bool:
    """Whether visitors stay there; a stair or lift that leads nowhere holds nobody."""
    return space.walkable and space.public and space.kind not in VERTICAL


def _unreached(facts: Facts) -> Found:
    for space in facts.usable.spaces:
        if _for_visitors(space) and space.id not in facts.reaching:
            yield space.id, f"no exit can be reached from this {space.kind}"


def _unreached_service(facts: Facts) -> Found:
    for space in facts.usable.spaces:
        if space.walkable and not _for_visitors(space) and space.id not in facts.reaching:
            yield space.id, f"no exit can be reached from this {space.kind}"


def _only_by_lift(facts: Facts) -> Found:
    for space in facts.usable.spaces:
        if space.walkable and space.public and space.id in facts.reaching - facts.reaching_on_foot:
            yield space.id, "an exit can be reached by lift only"


def _parts(facts: Facts) -> Found:
    for level in facts.plan.levels:
        parts = facts.circulation_parts[level.id]
        total = sum(facts.area(part) for part in parts)
        if len(parts) > 1 and facts.area(parts[0]) < PARTS_SHARE * total:
            share = facts.area(parts[0]) / total
            yield (
                level.id,
                f"its circulation is in {len(parts)} parts; the largest has {share:.1%}",
            )


def people(facts: Facts, space_id: str) -> float:
    """How many people the fire strategy expects in a space, or the default of its kind."""
    space = facts.plan.space[space_id]
    density = DENSITY.get(space.kind, 0.0) if space.occupant_density is None else space.occupant_density
    return density * float(facts.shape[space_id].area)


def _ways_out(facts: Facts, space_id: str) -> list[float]:
    """Clear widths of the open openings and exits of a space."""
    widths = [x.width_m for x in facts.openings_of.get(space_id, ()) if x.open]
    return widths + [x.width_m for x in facts.usable.exits if x.open and x.space_id == space_id]


def _width(facts: Facts) -> Found:
    for space in facts.usable.spaces:
        if space.kind not in DENSITY:
            continue
        count, width = people(facts, space.id), sum(_ways_out(facts, space.id))
        need = count * WIDTH_PER_PERSON_M
        if 0 < width < need:
            yield space.id, f"its ways out are {width:.1f} m wide; {count:.0f} people need {need:.1f} m"


def _one_way_out(facts: Facts) -> Found:
    for space in facts.usable.spaces:
        if space.kind not in DENSITY:
            continue
        count, ways = people(facts, space.id), _ways_out(facts, space.id)
        if count > ONE_WAY_PEOPLE and len(ways) == 1 and ways[0] < WIDE_FRONT_M:
            yield space.id, f"{count:.0f} people have one way out"


def _far(facts: Facts) -> Found:
    plan = facts.plan
    protected = any(x.protected for x in plan.spaces) or any(x.protected for x in plan.connectors)
    walks = {space.id: facts.farthest.get(space.id, math.inf) for space in facts.units}
    too_far = {name: walk for name, walk in walks.items() if WALK_M < walk < math.inf}
    if protected:
        for name, walk in too_far.items():
            yield name, f"its longest walk to an exit or protected stair is {walk:.0f} m, over {WALK_M:g} m"
        return
    for level in plan.levels:
        own = [walk for name, walk in too_far.items() if plan.space[name].level_id == level.id]
        if own:
            worst = f"from {len(own)} units the walk to an exit is over {WALK_M:g} m, up to {max(own):.0f} m"
            yield level.id, f"no stair is known to be protected; {worst}"


def _dead_ends(facts: Facts) -> Found:
    """Parts of the circulation that only one place joins to the rest of the ways out."""
    zones = facts.zones
    kinds = np.array([space.kind in CIRCULATION for space in facts.usable.spaces], bool)
    floor = kinds[zones.zone_space]
    graph: nx.Graph[int] = nx.Graph()
    safety = -1
    graph.add_nodes_from([safety, *np.flatnonzero(floor).tolist()])
    for a, b in zones.portal_zones[zones.portal_open].tolist():
        if b < 0 or not floor[b]:
            graph.add_edges_from([(a, safety)] if b < 0 and floor[a] else [])
        elif floor[a]:
            graph.add_edge(a, b, length=math.dist(zones.zone_centre[a], zones.zone_centre[b]))
    _add_stairs(facts, graph, floor, safety)
    safe: set[int] = set()
    blocks: Iterable[set[int]] = nx.biconnected_components(graph)  # type: ignore[assignment]  # stubs say sets of sets
    for block in blocks:
        safe |= block if safety in block else set()
    rest = graph.subgraph(set(graph) - safe - {safety})
    for part in nx.connected_components(rest):
        gates = {near for zone in part for near in graph[zone]} & safe - {safety}
        if len(gates) != 1:
            continue
        gate = gates.pop()
        way = nx.single_source_dijkstra_path_length(graph.subgraph(part | {gate}), gate, weight="length")
        far = max(part, key=lambda zone: way.get(zone, 0.0))
        if way.get(far, 0.0) > DEAD_END_M:
            name = zones.space_ids[zones.zone_space[far]]
            x, y = zones.zone_centre[far]
            yield name, f"a dead end of about {way[far]:.0f} m ends near ({x:.0f}, {y:.0f})"


def _add_stairs(facts: Facts, graph: nx.Graph[int], floor: NDArray[np.bool_], safety: int) -> None:
    """Count each stair, escalator or ramp that a circulation zone opens to as a way to safety."""
    zones = facts.zones
    landing = set(zones.link_zones.ravel().tolist())
    for a, b in zones.portal_zones[zones.portal_open].tolist():
        for here, there in ((a, b), (b, a)):
            if there in landing and here >= 0 and floor[here] and not floor[there]:
                node = safety - 1 - there  # each stair is another way
                graph.add_edge(here, node)
                graph.add_edge(node, safety)


def _shut_in(facts: Facts) -> Found:
    for space in facts.units:
        if not any(x.open for x in facts.openings_of.get(space.id, ())):
            ways = any(x.open and x.space_id == space.id for x in facts.plan.exits)
            if not ways:
                yield space.id, f"this {space.kind} has no open opening"


def _entrance(facts: Facts) -> Found:
    ways_in = facts.graph.out_degree(OUTSIDE)
    if facts.plan.exits and not ways_in:
        yield facts.plan.id, "no exit serves as an entrance: visitors cannot come in"


RULES = (
    rule("PlanMustHaveExit", Severity.VIOLATION, "There is a way out", "必须有出口", _no_exit),
    rule(
        "PublicSpaceMustReachExit",
        Severity.VIOLATION,
        "Every public space reaches an exit",
        "公共空间必须能到达出口",
        _unreached,
        needs_floor=True,
    ),
    rule(
        "SpaceMustReachExit",
        Severity.WARNING,
        "Back-of-house and stairs reach an exit",
        "后勤空间和楼梯应能到达出口",
        _unreached_service,
        needs_floor=True,
    ),
    rule(
        "PublicSpaceMustReachExitOnFoot",
        Severity.WARNING,
        "No space depends on a lift",
        "公共空间不应仅靠电梯疏散",
        _only_by_lift,
        needs_floor=True,
    ),
    rule("PlanMustHaveEntrance", Severity.WARNING, "There is a way in", "应有顾客入口", _entrance),
    rule("ShopMustHaveOpening", Severity.WARNING, "Units have an opening", "商铺应有开口", _shut_in),
    rule(
        "CirculationMustBeInOnePart",
        Severity.WARNING,
        "The circulation of a level hangs together",
        "楼层公共通道应连通",
        _parts,
        needs_floor=True,
    ),
    rule(
        "EgressWidthMustSuffice",
        Severity.WARNING,
        "Ways out are wide enough for the people expected",
        "疏散宽度应满足人数要求",
        _width,
    ),
    rule(
        "CrowdedSpaceMustHaveTwoWaysOut",
        Severity.WARNING,
        "Crowded spaces have two ways out",
        "人员密集空间应有两个出口",
        _one_way_out,
    ),
    rule(
        "WalkToSafetyMustBeShort",
        Severity.WARNING,
        "An exit or protected stair is near",
        "到安全出口的距离应合规",
        _far,
        needs_floor=True,
    ),
    rule(
        "DeadEndMustBeShort",
        Severity.WARNING,
        "Circulation has no long dead end",
        "通道不应有过长的袋形走道",
        _dead_ends,
        needs_floor=True,
    ),
)
