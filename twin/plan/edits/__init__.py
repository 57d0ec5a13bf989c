"""Changes of a plan as values: ``apply`` gives a new plan, the old one stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_args

from twin.errors import EditError
from twin.plan.edits.kiosk import add_kiosk
from twin.plan.edits.letting import move_tenant, relet, swap_tenants, vacate
from twin.plan.edits.passing import (
    close_connector,
    close_exit,
    close_opening,
    close_space,
    reopen,
    set_width,
    stop_escalator,
)
from twin.plan.edits.plain import build, name_of
from twin.plan.edits.splitting import move_front, split_space
from twin.plan.edits.values import (
    AddKiosk,
    CloseConnector,
    CloseExit,
    CloseOpening,
    CloseSpace,
    Edit,
    MoveSpaceFront,
    MoveTenant,
    Relet,
    Reopen,
    SetWidth,
    SplitSpace,
    StopEscalator,
    SwapTenants,
    Vacate,
)
from twin.plan.model import Plan

__all__ = [
    "EDITS",
    "AddKiosk",
    "CloseConnector",
    "CloseExit",
    "CloseOpening",
    "CloseSpace",
    "Edit",
    "MoveSpaceFront",
    "MoveTenant",
    "Relet",
    "Reopen",
    "SetWidth",
    "SplitSpace",
    "StopEscalator",
    "SwapTenants",
    "Vacate",
    "apply",
    "edit_from",
]

_DONE_BY: Mapping[type, Callable[[Plan, Any], Plan]] = {
    CloseOpening: close_opening,
    CloseExit: close_exit,
    CloseConnector: close_connector,
    CloseSpace: close_space,
    Reopen: reopen,
    StopEscalator: stop_escalator,
    SetWidth: set_width,
    MoveTenant: move_tenant,
    SwapTenants: swap_tenants,
    Relet: relet,
    Vacate: vacate,
    AddKiosk: add_kiosk,
    SplitSpace: split_space,
    MoveSpaceFront: move_front,
}

EDITS: Mapping[str, type] = {name_of(kind): kind for kind in get_args(Edit)}
"""Every kind of edit by its name in documents."""


def apply(plan: Plan, edits: Sequence[Edit]) -> Plan:
    """A new plan with ``edits`` done in order; ``plan`` stays as it is.

    Raises:
        EditError: if an edit names something that the plan does not have, or does not fit; the message
            begins with the number of the edit when there are several.
    """
    for number, edit in enumerate(edits, start=1):
        try:
            plan = _DONE_BY[type(edit)](plan, edit)
        except EditError as reason:
            if len(edits) == 1:
                raise
            raise EditError(f"edit {number} of {len(edits)}: {reason}") from reason
    return plan


def edit_from(document: Mapping[str, object]) -> Edit:
    """The edit that a document describes; ``edit_from(edit.document()) == edit``.

    A document names the edit in ``edit`` and holds its fields: ``{"edit": "set_width", "id": "exit-3",
    "width_m": 2.4}``. Shapes and lines are lists of ``[x, y]`` in local metres.

    Raises:
        EditError: if the edit is not known, or a key is missing, not known or holds a wrong kind of value.
    """
    if not isinstance(document, Mapping):
        raise EditError(f"an edit must be a mapping with the key 'edit', not {document!r}")
    name = document.get("edit")
    if not isinstance(name, str) or name not in EDITS:
        raise EditError(f"edit {name!r} is not known; there are: {', '.join(EDITS)}")
    fields = {key: value for key, value in document.items() if key != "edit"}
    edit: Edit = build(EDITS[name], fields, what=name)
    return edit
