"""What can be changed in a plan, each change as a frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from shapely import LineString, Polygon

from twin.plan.edits.plain import plain
from twin.plan.model import Label, Tenant


class _Document:
    """An edit can be written down and read back by :func:`twin.plan.edits.edit_from`."""

    __slots__ = ()

    def document(self) -> Mapping[str, object]:
        """The edit as JSON can hold it: ``{"edit": "close_exit", "id": "…"}``."""
        return plain(self)


@dataclass(frozen=True, slots=True)
class CloseOpening(_Document):
    """Nobody passes an opening any more."""

    id: str


@dataclass(frozen=True, slots=True)
class CloseExit(_Document):
    """Nobody leaves by an exit any more."""

    id: str


@dataclass(frozen=True, slots=True)
class CloseConnector(_Document):
    """Nobody uses a stair, escalator, lift or ramp any more."""

    id: str


@dataclass(frozen=True, slots=True)
class CloseSpace(_Document):
    """A space is shut off: all its openings and exits are closed."""

    id: str


@dataclass(frozen=True, slots=True)
class Reopen(_Document):
    """An opening, exit or connector that was closed is open again."""

    id: str


@dataclass(frozen=True, slots=True)
class StopEscalator(_Document):
    """An escalator stands still and is a stair in both senses."""

    id: str


@dataclass(frozen=True, slots=True)
class SetWidth(_Document):
    """An opening, exit or connector gets another clear width.

    An opening that becomes wider than the line it is drawn on grows to both sides along its wall.
    """

    id: str
    width_m: float


@dataclass(frozen=True, slots=True)
class MoveTenant(_Document):
    """A tenant moves to a vacant unit; the old one becomes vacant."""

    tenant_id: str
    space_id: str


@dataclass(frozen=True, slots=True)
class SwapTenants(_Document):
    """Two tenants change places."""

    a: str
    b: str


@dataclass(frozen=True, slots=True)
class Relet(_Document):
    """A unit is let to another tenant; who was there leaves. ``tenant.space_id`` is set to the unit."""

    space_id: str
    tenant: Tenant


@dataclass(frozen=True, slots=True)
class Vacate(_Document):
    """The tenant of a unit leaves."""

    space_id: str


@dataclass(frozen=True, slots=True)
class AddKiosk(_Document):
    """A kiosk is put on a public walkway, which loses that floor; its longest free side is its front."""

    id: str
    level_id: str
    shape: Polygon
    """In local metres, without holes."""
    tenant: Tenant | None = None
    name: Label = field(default=Label(en="Kiosk", zh="售货亭"))


@dataclass(frozen=True, slots=True)
class SplitSpace(_Document):
    """A unit becomes two along a line; the tenant stays in the larger one.

    The parts are called ``<id>:1`` (the larger) and ``<id>:2``. Each keeps the openings that lie on its
    side; a part without one gets an open front to a space that the unit opened to.
    """

    id: str
    line: LineString
    """From wall to wall or beyond, in local metres."""
    names: tuple[Label, Label]


@dataclass(frozen=True, slots=True)
class MoveSpaceFront(_Document):
    """The front of a unit moves: it takes floor from the space before it, or gives some back."""

    id: str
    """The opening whose line moves."""
    by_m: float
    """Positive: the first space of the opening grows."""


Edit: TypeAlias = (
    CloseOpening
    | CloseExit
    | CloseConnector
    | CloseSpace
    | Reopen
    | StopEscalator
    | SetWidth
    | MoveTenant
    | SwapTenants
    | Relet
    | Vacate
    | AddKiosk
    | SplitSpace
    | MoveSpaceFront
)
