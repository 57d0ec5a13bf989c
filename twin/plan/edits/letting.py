"""Edits of who lets what. They touch tenants only."""

from __future__ import annotations

from dataclasses import replace

from twin.errors import EditError
from twin.plan.edits.lookup import exchanged, found
from twin.plan.edits.values import MoveTenant, Relet, SwapTenants, Vacate
from twin.plan.model import LETTABLE, Plan, Space


def unit(plan: Plan, name: str) -> Space:
    """The space called ``name``, if it can be let.

    Raises:
        EditError: if there is none, or it is of another kind.
    """
    space = found(plan.space, name, "space")
    if space.kind not in LETTABLE:
        raise EditError(f"space {name!r} is of kind {space.kind}: it cannot be let")
    return space


def move_tenant(plan: Plan, edit: MoveTenant) -> Plan:
    """The plan with a tenant in another, vacant unit.

    Raises:
        EditError: if the unit is let to somebody else.
    """
    tenant = found(plan.tenant, edit.tenant_id, "tenant")
    space = unit(plan, edit.space_id)
    there = plan.tenant_of.get(space.id)
    if there is not None and there.id != tenant.id:
        raise EditError(f"space {space.id!r} is let to {there.id!r}: vacate it first, or swap the tenants")
    return replace(plan, tenants=exchanged(plan.tenants, [replace(tenant, space_id=space.id)]))


def swap_tenants(plan: Plan, edit: SwapTenants) -> Plan:
    """The plan with two tenants in each other's units."""
    a, b = found(plan.tenant, edit.a, "tenant"), found(plan.tenant, edit.b, "tenant")
    swapped = [replace(a, space_id=b.space_id), replace(b, space_id=a.space_id)]
    return replace(plan, tenants=exchanged(plan.tenants, swapped))


def relet(plan: Plan, edit: Relet) -> Plan:
    """The plan with a unit let to another tenant.

    Raises:
        EditError: if the new tenant's id is that of a tenant elsewhere.
    """
    space = unit(plan, edit.space_id)
    elsewhere = plan.tenant.get(edit.tenant.id)
    if not edit.tenant.id:
        raise EditError(f"space {space.id!r}: the new tenant's id must not be empty")
    if elsewhere is not None and elsewhere.space_id != space.id:
        raise EditError(f"tenant {edit.tenant.id!r} already lets {elsewhere.space_id!r}: move it instead")
    stay = tuple(tenant for tenant in plan.tenants if tenant.space_id != space.id)
    return replace(plan, tenants=(*stay, replace(edit.tenant, space_id=space.id)))


def vacate(plan: Plan, edit: Vacate) -> Plan:
    """The plan with a unit that nobody lets.

    Raises:
        EditError: if nobody lets it now.
    """
    space = unit(plan, edit.space_id)
    if space.id not in plan.tenant_of:
        raise EditError(f"space {space.id!r} is vacant already")
    return replace(plan, tenants=tuple(tenant for tenant in plan.tenants if tenant.space_id != space.id))
