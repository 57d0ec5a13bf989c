"""Where a fire is, and what it makes unusable before any smoke is computed."""

from __future__ import annotations

from dataclasses import dataclass

from shapely import Polygon

from twin.errors import ScenarioError
from twin.plan.model import ConnectorKind, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class FirePlace:
    """A fire in one space.

    ``reach_m``: an exit, or the foot or head of a connector, that lies closer than this to the space on the
    same level is not used. 10 m is an assumption: flames and smoke at an unglazed shop front.
    """

    space_id: str
    reach_m: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FireEffect:
    """What a fire does to the ways out at the moment of the alarm."""

    space_id: str
    near: frozenset[str]
    """Spaces that share an opening with the burning one, or look into it within reach: they start sooner."""
    closed: frozenset[str]
    """Exits and connectors that nobody takes."""


def effect_of(plan: Plan, fire: FirePlace) -> FireEffect:
    """What ``fire`` closes and whom it wakes.

    A protected stair stays open unless it is entered from the burning space itself.

    Raises:
        ScenarioError: if the plan has no such space, or the reach is negative.
    """
    if fire.space_id not in plan.space:
        raise ScenarioError(f"fire: this plan has no space {fire.space_id!r}")
    if fire.reach_m < 0:
        raise ScenarioError(f"fire: a reach of {fire.reach_m} m is below 0")
    burning = plan.space[fire.space_id]
    shape: Polygon = burning.shape
    closed = set()
    for way in plan.exits:
        at_hand = way.level_id == burning.level_id and way.line.distance(shape) < fire.reach_m
        if way.space_id == burning.id or at_hand:
            closed.add(way.id)
    doors = {x for o in plan.openings if burning.id in o.spaces for x in o.spaces}
    for connector in plan.connectors:
        for stop in connector.stops:
            if stop.level_id != burning.level_id:
                continue
            inside = stop.space_id == burning.id or (stop.space_id in doors and connector.protected)
            if inside or (not connector.protected and stop.at.distance(shape) < fire.reach_m):
                closed.add(connector.id)
    near = doors | {
        s.id
        for s in plan.spaces
        if s.level_id == burning.level_id and s.walkable and s.shape.distance(shape) < fire.reach_m
    }
    return FireEffect(
        space_id=burning.id,
        near=frozenset(near - {burning.id}),
        closed=frozenset(closed - {c.id for c in plan.connectors if c.kind is ConnectorKind.LIFT}),
    )
