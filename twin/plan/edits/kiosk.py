"""Putting a kiosk on a walkway."""

from __future__ import annotations

from dataclasses import replace

from shapely import Polygon

from twin.errors import EditError
from twin.plan.edits.floor import clear_of_passages, resettled, wall_between, without
from twin.plan.edits.lookup import exchanged, found, new_id
from twin.plan.edits.values import AddKiosk
from twin.plan.model import LETTABLE, VERTICAL, Opening, OpeningKind, Plan, Provenance, Space, SpaceKind


def add_kiosk(plan: Plan, edit: AddKiosk) -> Plan:
    """The plan with a kiosk, whose longest free side is an open front.

    Raises:
        EditError: if it is not on one public floor, blocks a passage or cuts the floor in two.
    """
    what = f"kiosk {edit.id!r}"
    new_id(plan.space, edit.id, "kiosk")
    front_id = new_id(plan.opening, f"{edit.id}-front", "opening")
    found(plan.level, edit.level_id, "level")
    floor = _floor(plan, edit, what)
    clear_of_passages(plan, edit.shape, floor.id, what=what)
    rest = replace(floor, shape=without(floor.shape, edit.shape, what=what))
    side = wall_between(edit.shape, rest.shape)
    if side is None:
        raise EditError(f"{what} does not fit: no side of it is open to {floor.id!r}")
    kiosk = Space(
        id=edit.id, level_id=edit.level_id, kind=SpaceKind.KIOSK, shape=Polygon(edit.shape), name=edit.name
    )
    front = Opening(
        id=front_id,
        level_id=edit.level_id,
        kind=OpeningKind.OPEN_FRONT,
        spaces=(kiosk.id, floor.id),
        line=side,
        width_m=side.length,
        sources={"line": Provenance.DERIVED, "width_m": Provenance.DERIVED},
    )
    tenants = plan.tenants
    if edit.tenant is not None:
        new_id(plan.tenant, edit.tenant.id, "tenant")
        tenants = (*tenants, replace(edit.tenant, space_id=kiosk.id))
    changed = replace(
        plan,
        spaces=(*exchanged(plan.spaces, [rest]), kiosk),
        openings=(*plan.openings, front),
        tenants=tenants,
    )
    return resettled(changed, [floor.id, kiosk.id])


def _floor(plan: Plan, edit: AddKiosk, what: str) -> Space:
    """The public floor that holds the kiosk."""
    for space in plan.spaces:
        free = space.walkable and space.public and space.kind not in LETTABLE | VERTICAL
        if free and space.level_id == edit.level_id and space.shape.buffer(1e-6).covers(edit.shape):
            return space
    raise EditError(f"{what} does not fit: no public floor of level {edit.level_id!r} holds it as a whole")
