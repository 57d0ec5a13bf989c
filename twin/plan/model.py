"""The plan model: what a mall is, as frozen values.

A :class:`Plan` holds levels, spaces, openings, connectors, exits, devices and tenants. Geometry is
shapely, in metres, in one local frame for all levels (x east, y north; see :class:`Frame`).
Every feature carries ``sources``: where each of its values comes from (:class:`Provenance`). A field
that is not named in ``sources`` is ``given``.

Nothing here is ever changed in place: :mod:`twin.plan.edits` makes a new plan from an old one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Literal, TypeAlias

from shapely import LineString, MultiPolygon, Point, Polygon

from twin.plan.kinds import (
    LETTABLE,
    SOLID,
    VERTICAL,
    ConnectorKind,
    DeviceKind,
    Direction,
    ExitKind,
    OpeningKind,
    Provenance,
    SpaceKind,
)

__all__ = [
    "LETTABLE",
    "SOLID",
    "VERTICAL",
    "Connector",
    "ConnectorKind",
    "Device",
    "DeviceKind",
    "Direction",
    "Exit",
    "ExitKind",
    "Frame",
    "Label",
    "Language",
    "Level",
    "Opening",
    "OpeningKind",
    "Plan",
    "Provenance",
    "Shape",
    "Sources",
    "Space",
    "SpaceKind",
    "Stop",
    "Tenant",
]

Shape: TypeAlias = Polygon | MultiPolygon
Language: TypeAlias = Literal["en", "zh"]

Sources = Mapping[str, Provenance]


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A name in the two languages of the product; ``zh`` may be empty."""

    en: str
    zh: str = ""

    def text(self, language: Language) -> str:
        """The name in ``language``, or in English where there is no other."""
        return self.zh if language == "zh" and self.zh else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One storey. ``ordinal`` 0 is the ground entry, -1 the first below (IMDF)."""

    id: str
    ordinal: int
    name: Label
    short_name: str
    elevation_m: float
    """Height of the floor above the floor of ordinal 0."""
    height_m: float
    """Floor to floor."""
    outline: Shape
    sources: Sources = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """One room, unit, corridor, shaft or void of a level."""

    id: str
    level_id: str
    kind: SpaceKind
    shape: Polygon
    name: Label = field(default=Label(en=""))
    public: bool = True
    """Open to visitors. Back-of-house is not, but is used in an evacuation."""
    occupant_density: float | None = None
    """People per m² that the fire strategy expects here; ``None``: the default of the kind."""
    protected: bool = False
    """Fire-separated part of an escape route (a lobby or an exit passageway)."""
    category: str = ""
    """The source's own word for it, kept for audit."""
    sources: Sources = field(default_factory=dict)

    @property
    def walkable(self) -> bool:
        """Whether a person can be in it."""
        return self.kind not in SOLID


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A way between two spaces of one level, along ``line``."""

    id: str
    level_id: str
    kind: OpeningKind
    spaces: tuple[str, str]
    line: LineString
    width_m: float
    """Clear width."""
    open: bool = True
    one_way: bool = False
    """From ``spaces[0]`` to ``spaces[1]`` only."""
    sources: Sources = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """A way from a space to a place of safety outside the plan."""

    id: str
    level_id: str
    kind: ExitKind
    space_id: str
    line: LineString
    width_m: float
    """Clear width."""
    name: Label = field(default=Label(en=""))
    open: bool = True
    emergency_only: bool = False
    """Never used by visitors on an ordinary day."""
    sources: Sources = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Where a connector meets a level."""

    level_id: str
    space_id: str
    at: Point
    """On the level's floor, where one steps on or off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connector:
    """Stairs, an escalator, a lift shaft or a ramp, with its stops from low to high.

    A connector with n stops has n - 1 links, each between stops that follow one another.
    """

    id: str
    kind: ConnectorKind
    stops: tuple[Stop, ...]
    width_m: float
    """Clear width of the flight or the step; of the door for a lift."""
    riser_m: float = 0.165
    tread_m: float = 0.280
    direction: Direction = Direction.BOTH
    running: bool = True
    """A stopped escalator is a stair."""
    open: bool = True
    belt_speed_mps: float = 0.5
    slope_length_m: float | None = None
    """Length of one link along the slope, landings included; ``None``: from the rise."""
    cars: int = 1
    car_capacity: int = 13
    """People in one lift car."""
    lift_speed_mps: float = 1.75
    protected: bool = False
    """An enclosed exit stair."""
    public: bool = True
    evacuation: bool = False
    """A lift that may be used in an evacuation."""
    name: Label = field(default=Label(en=""))
    sources: Sources = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A sensor, meter or piece of equipment at a place."""

    id: str
    kind: DeviceKind
    level_id: str
    at: Point
    space_id: str = ""
    name: Label = field(default=Label(en=""))
    watches: str = ""
    """Counter: id of the opening, exit or connector whose passages it counts. Meter: tenant or space."""
    heading_deg: float = 0.0
    """Camera, exit sign: direction it faces, clockwise from north."""
    fov_deg: float = 0.0
    range_m: float = 0.0
    height_m: float = 2.8
    interval_s: float = 60.0
    """Time between its messages on an ordinary day."""
    topic: str = ""
    model: str = ""
    """Payload dialect: ``native``, ``xovis5``, ``milesight`` …"""
    sources: Sources = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """Who lets a unit, and on what terms. Money is in ``Plan.currency``."""

    id: str
    space_id: str
    name: Label
    category: str
    """One of the categories of :mod:`twin.world.categories` (``fashion``, ``cafe`` …)."""
    rent_per_m2_month: float = 0.0
    turnover_rent_share: float = 0.0
    """Share of sales above the natural breakpoint that is paid as rent."""
    lease_start: str = ""
    lease_end: str = ""
    opens_h: float = 10.0
    closes_h: float = 22.0
    sales_per_m2_year: float = 0.0
    attraction: float = 1.0
    """Brand strength relative to an average unit of its category and area."""
    sources: Sources = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """How local metres relate to the globe: a local tangent plane at the origin, turned by ``turn_deg``."""

    longitude: float = 0.0
    latitude: float = 0.0
    turn_deg: float = 0.0
    """Clockwise angle from true north to the local y axis."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One building at one moment.

    Features are kept in tuples in a fixed order; use the mappings (``plan.space["…"]``) to look up by
    id. Equality is by value. ``plan.version`` (see :mod:`twin.plan.identity`) names its content.
    """

    id: str
    name: Label
    levels: tuple[Level, ...]
    """From low to high."""
    spaces: tuple[Space, ...]
    openings: tuple[Opening, ...] = ()
    exits: tuple[Exit, ...] = ()
    connectors: tuple[Connector, ...] = ()
    devices: tuple[Device, ...] = ()
    tenants: tuple[Tenant, ...] = ()
    frame: Frame = field(default=Frame())
    currency: str = "CNY"
    timezone: str = "Asia/Shanghai"
    notes: tuple[str, ...] = ()
    """What the importer did that its user should know, one sentence each."""

    @cached_property
    def level(self) -> Mapping[str, Level]:
        """Levels by id."""
        return {x.id: x for x in self.levels}

    @cached_property
    def space(self) -> Mapping[str, Space]:
        """Spaces by id."""
        return {x.id: x for x in self.spaces}

    @cached_property
    def opening(self) -> Mapping[str, Opening]:
        """Openings by id."""
        return {x.id: x for x in self.openings}

    @cached_property
    def exit(self) -> Mapping[str, Exit]:
        """Exits by id."""
        return {x.id: x for x in self.exits}

    @cached_property
    def connector(self) -> Mapping[str, Connector]:
        """Connectors by id."""
        return {x.id: x for x in self.connectors}

    @cached_property
    def device(self) -> Mapping[str, Device]:
        """Devices by id."""
        return {x.id: x for x in self.devices}

    @cached_property
    def tenant(self) -> Mapping[str, Tenant]:
        """Tenants by id."""
        return {x.id: x for x in self.tenants}

    @cached_property
    def tenant_of(self) -> Mapping[str, Tenant]:
        """The tenant of a space, by space id."""
        return {x.space_id: x for x in self.tenants}

    @cached_property
    def version(self) -> str:
        """Twelve hexadecimal digits that name this content; see :mod:`twin.plan.identity`."""
        from twin.plan.identity import version_of

        return version_of(self)

    def __getstate__(self) -> dict[str, object]:
        """Its fields alone: look-ups are made anew where it is unpickled, and may be growing here now."""
        return {item.name: getattr(self, item.name) for item in fields(self)}
