"""Stairs, lifts and escalators: which drawing on one level belongs to which on the next.

Stairs and lifts stand above one another: two shafts are one where they overlap most. An escalator is
inclined: its upper drawing begins where the lower one ends, so the nearest ends are matched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from scipy.optimize import linear_sum_assignment
from shapely import Point, Polygon

from floorplans.shapes import ends_of, size_of
from twin.plan.model import (
    Connector,
    ConnectorKind,
    Direction,
    Level,
    Provenance,
    Space,
    SpaceKind,
    Stop,
)

NEAR_M = 2.0
"""Shafts whose middles are this close are one even if they do not overlap (drawn thin on one level)."""
LEAST_OVERLAP = 0.1
"""Share of the smaller shaft that has to lie over the other."""
END_M = 7.0
"""The farthest that the matching ends of an escalator's two drawings lie apart."""
KINDS: Mapping[SpaceKind, ConnectorKind] = {
    SpaceKind.LIFT: ConnectorKind.LIFT,
    SpaceKind.STAIRS: ConnectorKind.STAIRS,
    SpaceKind.ESCALATOR: ConnectorKind.ESCALATOR,
    SpaceKind.RAMP: ConnectorKind.RAMP,
}


@dataclass(frozen=True)
class Link:
    """Two drawings, on consecutive levels, of one connector, and where one steps on and off."""

    kind: ConnectorKind
    lower: Space
    upper: Space
    lower_at: Point
    upper_at: Point


def links_of(levels: Sequence[Level], spaces: Iterable[Space], kind: SpaceKind) -> list[Link]:
    """The links between consecutive levels of the vertical units of ``kind``; each unit once a side."""
    by_level: dict[str, list[Space]] = {level.id: [] for level in levels}
    for space in spaces:
        if space.kind is kind:
            by_level[space.level_id].append(space)
    ordered = sorted(levels, key=lambda level: level.ordinal)
    found: list[Link] = []
    started: set[str] = set()
    ended: set[str] = set()
    # Next level first; then what found nothing there, past a level that has no floor at this place.
    for step in (1, 2):
        for low, high in zip(ordered, ordered[step:], strict=False):
            below = [space for space in by_level[low.id] if space.id not in started]
            above = [space for space in by_level[high.id] if space.id not in ended]
            if kind is SpaceKind.ESCALATOR:
                links = _by_ends(below, above)
            else:
                links = _by_overlap(below, above, KINDS[kind])
            if step > 1:
                passed = ordered[ordered.index(low) + 1].outline
                links = [link for link in links if not passed.intersects(link.lower_at)]
            started |= {link.lower.id for link in links}
            ended |= {link.upper.id for link in links}
            found += links
    order = {level.id: number for number, level in enumerate(ordered)}
    return sorted(found, key=lambda link: order[link.lower.level_id])


def _matched(
    below: list[Space], above: list[Space], score: Callable[[Space, Space], float]
) -> list[tuple[Space, Space]]:
    """One-to-one pairs of the greatest total score, without those that score nothing."""
    if not below or not above:
        return []
    tree = shapely.STRtree([space.shape for space in above])
    table = np.zeros((len(below), len(above)))
    for row, low in enumerate(below):
        for column in tree.query(low.shape.buffer(END_M)):
            table[row, column] = score(low, above[column])
    rows, columns = linear_sum_assignment(table, maximize=True)
    return [(below[r], above[c]) for r, c in zip(rows, columns, strict=True) if table[r, c] > 0]


def overlap(one: Polygon, other: Polygon) -> float:
    """Overlap as a share of the smaller, at least 0.05 for middles within :data:`NEAR_M`; 0 for strangers."""
    share = float(shapely.intersection(one, other).area / min(one.area, other.area))
    if share >= LEAST_OVERLAP:
        return share
    return 0.05 if one.centroid.distance(other.centroid) <= NEAR_M else 0.0


def _by_overlap(below: list[Space], above: list[Space], kind: ConnectorKind) -> list[Link]:
    links = []
    for low, high in _matched(below, above, lambda a, b: overlap(a.shape, b.shape)):
        common = shapely.intersection(low.shape, high.shape)
        at = shapely.point_on_surface(common if common.area > 0 else low.shape)
        links.append(
            Link(kind, low, high, at, at if high.shape.covers(at) else shapely.point_on_surface(high.shape))
        )
    return links


def _by_ends(below: list[Space], above: list[Space]) -> list[Link]:
    def score(low: Space, high: Space) -> float:
        gap, _, _ = nearest_ends(low.shape, high.shape)
        inclined = _parallel(low.shape, high.shape)
        return max(0.0, 1.0 - gap / END_M) * (1.0 if inclined else 0.5)

    links = []
    for low, high in _matched(below, above, score):
        _, lower_at, upper_at = nearest_ends(low.shape, high.shape)
        links.append(Link(ConnectorKind.ESCALATOR, low, high, lower_at, upper_at))
    return links


def nearest_ends(low: Polygon, high: Polygon) -> tuple[float, Point, Point]:
    """The distance of the nearest ends of two escalator drawings, and where one steps on and off.

    One steps on at the end of the lower drawing that is away from the upper one, and off at the end of
    the upper drawing that is away from the lower one.
    """
    lows = [side.interpolate(0.5, normalized=True) for side in ends_of(low)]
    highs = [side.interpolate(0.5, normalized=True) for side in ends_of(high)]
    gaps = np.array([[a.distance(b) for b in highs] for a in lows])
    row, column = np.unravel_index(int(gaps.argmin()), gaps.shape)
    gap = 0.0 if low.intersects(high) else float(gaps.min())
    return min(gap, float(low.distance(high))) if gap else gap, lows[1 - int(row)], highs[1 - int(column)]


def _parallel(one: Polygon, other: Polygon) -> bool:
    """Whether two drawings point the same way within 20 degrees."""

    def bearing(shape: Polygon) -> float:
        first, second = (side.interpolate(0.5, normalized=True) for side in ends_of(shape))
        return float(np.arctan2(second.y - first.y, second.x - first.x))

    return bool(abs(np.sin(bearing(one) - bearing(other))) < np.sin(np.radians(20.0)))


def connectors_of(links: Iterable[Link], kind: ConnectorKind) -> list[Connector]:
    """Connectors made of ``links``: shafts and stairs run through the levels, escalators end after one."""
    links = list(links)
    chains: list[list[Link]] = []
    ending: dict[str, list[Link]] = {}
    for link in links:
        chain = ending.pop(link.lower.id, None) if kind is not ConnectorKind.ESCALATOR else None
        if chain is None:
            chain = []
            chains.append(chain)
        chain.append(link)
        if kind is not ConnectorKind.ESCALATOR:
            ending[link.upper.id] = chain
    made = [_connector(chain, kind, number) for number, chain in enumerate(chains, start=1)]
    return _directed(made) if kind is ConnectorKind.ESCALATOR else made


def _connector(chain: list[Link], kind: ConnectorKind, number: int) -> Connector:
    stops = [Stop(level_id=chain[0].lower.level_id, space_id=chain[0].lower.id, at=chain[0].lower_at)]
    stops += [Stop(level_id=link.upper.level_id, space_id=link.upper.id, at=link.upper_at) for link in chain]
    guessed = Provenance.GUESSED
    sources = {"width_m": guessed, "stops": Provenance.DERIVED}
    spaces = [chain[0].lower, *(link.upper for link in chain)]
    public = all(space.public for space in spaces)
    width, _ = size_of(min((space.shape for space in spaces), key=lambda shape: shape.area))
    values: dict[str, object] = {}
    if kind is ConnectorKind.STAIRS:
        # Two flights beside each other in one shaft, 0.2 m of well and handrails.
        values["width_m"] = round(min(max((width - 0.2) / 2, 1.1), 3.0), 2)
        sources |= {"riser_m": guessed, "tread_m": guessed}
    elif kind is ConnectorKind.LIFT:
        values |= {"width_m": 1.1, "cars": max(1, round(min(s.shape.area for s in spaces) / 7.0))}
        sources |= {"cars": guessed, "car_capacity": guessed, "lift_speed_mps": guessed}
    elif kind is ConnectorKind.ESCALATOR:
        values["width_m"] = 1.0
        sources |= {"direction": guessed, "belt_speed_mps": guessed}
    else:
        values["width_m"] = round(min(max(width, 1.2), 4.0), 2)
    return Connector(
        id=f"{kind.value}-{number}",
        kind=kind,
        stops=tuple(stops),
        public=public,
        sources=sources,
        **values,  # type: ignore[arg-type]  # each key is a field with a value of its type
    )


def _directed(escalators: list[Connector]) -> list[Connector]:
    """Escalators with a guessed sense: of two beside each other one goes up and one down.

    One that stands alone goes up, as an operator who pays for one only lets it.
    """
    from dataclasses import replace

    done: dict[str, Connector] = {}
    for one in escalators:
        near = [
            other
            for other in done.values()
            if [s.level_id for s in other.stops] == [s.level_id for s in one.stops]
            and min(a.at.distance(b.at) for a in one.stops for b in other.stops) < 3 * END_M
        ]
        ups = sum(other.direction is Direction.UP for other in near)
        downs = len(near) - ups
        done[one.id] = replace(one, direction=Direction.DOWN if ups > downs else Direction.UP)
    return list(done.values())
