"""Connectors of a foreign venue: from its relationships, and from shafts that stand above one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import shapely

from floorplans.archive import Feature
from floorplans.imdf import words
from floorplans.imdf.venue import Venue
from floorplans.vertical import KINDS, Link, connectors_of, links_of, nearest_ends
from twin.plan.model import Connector, ConnectorKind, Direction, Level, Provenance, Space


def connectors_in(
    venue: Venue, levels: Sequence[Level], spaces: Sequence[Space], notes: list[str]
) -> list[Connector]:
    """The connectors of ``venue``.

    A relationship of a vertical category, from one unit over others to a last one, gives its links. Vertical
    units that no relationship names are matched through the levels, and their links are derived.
    """
    known = {space.id: space for space in spaces}
    ordinal = {level.id: level.ordinal for level in levels}
    found: list[Connector] = []
    named: set[str] = set()
    flat = 0
    for feature in venue.of("relationship"):
        kind = words.CONNECTOR_OF.get(str(feature.properties.get("category")))
        if kind is None:
            continue
        stops = [known[one] for one in _ends(feature) if one in known]
        if len({stop.level_id for stop in stops}) < 2:  # noqa: PLR2004  # a connector joins two levels
            flat += 1
            continue
        found.append(_connector(feature, kind, stops, ordinal))
        named |= {stop.id for stop in stops}
    if flat:
        notes.append(f"{flat} relationships stay on one level or name no unit: they join no levels")
    left = [space for space in spaces if space.id not in named]
    for space_kind, kind in KINDS.items():
        links = links_of(levels, left, space_kind)
        derived = connectors_of(links, kind)
        if derived:
            notes.append(
                f"{len(derived)} connectors ({kind.value}) were matched through the levels by their place"
            )
        found += [replace(one, id=f"derived-{one.id}") for one in derived]
    return found


def _ends(feature: Feature) -> list[str]:
    """Ids of the origin, the intermediaries and the destination."""
    properties = feature.properties
    between = properties.get("intermediary")
    items = [
        properties.get("origin"),
        *(between if isinstance(between, list) else []),
        properties.get("destination"),
    ]
    return [str(item["id"]) for item in items if isinstance(item, dict) and "id" in item]


def _connector(
    feature: Feature, kind: ConnectorKind, stops: list[Space], ordinal: dict[str, int]
) -> Connector:
    upward = ordinal[stops[-1].level_id] >= ordinal[stops[0].level_id]
    by_level: dict[str, Space] = {}
    for stop in stops:
        by_level.setdefault(stop.level_id, stop)
    rising = sorted(by_level.values(), key=lambda stop: ordinal[stop.level_id])
    links = [_link(kind, low, high) for low, high in pairwise(rising)]
    made = _chain(links, kind)
    directed = feature.properties.get("direction") == "directed"
    direction = (Direction.UP if upward else Direction.DOWN) if directed else Direction.BOTH
    sources = {key: value for key, value in made.sources.items() if key not in {"stops", "direction"}}
    if kind is ConnectorKind.ESCALATOR and not directed:
        direction, sources["direction"] = made.direction, Provenance.GUESSED
    return replace(made, id=feature.id, direction=direction, sources=sources)


def _chain(links: list[Link], kind: ConnectorKind) -> Connector:
    """One connector of all ``links``, an escalator too."""
    made = connectors_of(links, kind)
    stops = [made[0].stops[0], *(one.stops[-1] for one in made)] if len(made) > 1 else list(made[0].stops)
    return replace(made[0], stops=tuple(stops))


def _link(kind: ConnectorKind, low: Space, high: Space) -> Link:
    if kind is ConnectorKind.ESCALATOR:
        _, lower_at, upper_at = nearest_ends(low.shape, high.shape)
        return Link(kind, low, high, lower_at, upper_at)
    return Link(kind, low, high, shapely.point_on_surface(low.shape), shapely.point_on_surface(high.shape))
