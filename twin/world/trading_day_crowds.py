"""Where the people of a crowd event stand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from twin.errors import ScenarioError
from twin.world.trading_day_places import Places
from twin.world.trading_day_setup import CrowdEvent

GATHER_M = 20.0
"""People gather around the middle of a space with an exponential fall-off of this length (grade D)."""


def event_zones(places: Places, event: CrowdEvent) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Zones in which the people of ``event`` stand, and their cumulative shares; empty without a place.

    Raises:
        ScenarioError: if the place is neither a space that one can stand in nor a tenant.
    """
    if not event.place:
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    tenant = {one.id: one.space_id for one in places.tenants}
    space_id = tenant.get(event.place, event.place)
    if space_id not in places.zones.zones_of_space:
        raise ScenarioError(
            f"event {event.id}: place {event.place!r} is neither a walkable space nor a tenant"
        )
    zones = places.zones.zones_of_space[space_id].astype(np.int64)
    area = places.zones.zone_area_m2[zones]
    weight = area.copy()
    if event.place not in tenant:
        centre = places.visitor_plan.space[space_id].shape.representative_point()
        middle = places.visitor_plan.space[space_id].shape.centroid
        focus = middle if places.visitor_plan.space[space_id].shape.contains(middle) else centre
        away = np.hypot(*(places.zones.zone_centre[zones] - np.array([focus.x, focus.y])).T)
        weight = area * np.exp(-away / GATHER_M)
    reachable = np.isfinite(places.distance_m[:, zones]).any(axis=0)
    weight = np.where(reachable, weight, 0.0)
    if not weight.sum() > 0:
        raise ScenarioError(f"event {event.id}: place {event.place!r} cannot be reached")
    return zones, np.cumsum(weight) / weight.sum()
