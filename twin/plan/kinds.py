"""The kinds of things in a plan, and where a value comes from. Take them from :mod:`twin.plan.model`.

Categories follow IMDF 1.0 (OGC 20-094) where IMDF has a word.
"""

from __future__ import annotations

from enum import StrEnum


class Provenance(StrEnum):
    """Where a value comes from."""

    GIVEN = "given"
    """Stated by the source."""
    DERIVED = "derived"
    """Computed from geometry that was given, such as a shared boundary."""
    GUESSED = "guessed"
    """A default. A clearance time that rests on it must say so."""


class SpaceKind(StrEnum):
    """What a space is for."""

    SHOP = "shop"
    ANCHOR = "anchor"
    FOOD = "food"
    LEISURE = "leisure"
    SUPERMARKET = "supermarket"
    KIOSK = "kiosk"
    WALKWAY = "walkway"
    LOBBY = "lobby"
    SEATING = "seating"
    SERVICE = "service"
    RESTROOM = "restroom"
    OFFICE = "office"
    STORAGE = "storage"
    ROOM = "room"
    PARKING = "parking"
    PLATFORM = "platform"
    TERRACE = "terrace"
    STAIRS = "stairs"
    ESCALATOR = "escalator"
    LIFT = "lift"
    RAMP = "ramp"
    VOID = "void"
    STRUCTURE = "structure"
    CLOSED = "closed"


LETTABLE = frozenset(
    {
        SpaceKind.SHOP,
        SpaceKind.ANCHOR,
        SpaceKind.FOOD,
        SpaceKind.LEISURE,
        SpaceKind.SUPERMARKET,
        SpaceKind.KIOSK,
    }
)
"""Kinds that can be let to a tenant. A vacant unit keeps its kind."""

VERTICAL = frozenset({SpaceKind.STAIRS, SpaceKind.ESCALATOR, SpaceKind.LIFT, SpaceKind.RAMP})
"""Kinds in which a connector stands."""

SOLID = frozenset({SpaceKind.VOID, SpaceKind.STRUCTURE, SpaceKind.CLOSED})
"""Kinds in which nobody walks."""


class OpeningKind(StrEnum):
    """How one passes between two spaces of a level."""

    DOOR = "door"
    FIRE_DOOR = "fire_door"
    OPEN_FRONT = "open_front"
    """No leaf: a shop open to the mall, or two parts of one walkway."""
    GATE = "gate"
    """A line of gates or turnstiles."""


class ExitKind(StrEnum):
    """What lies behind an exit. All of them end in a place of safety."""

    ENTRANCE = "entrance"
    EMERGENCY = "emergency"
    STAIR_DISCHARGE = "stair_discharge"
    METRO = "metro"
    PARKING = "parking"
    SERVICE = "service"


class ConnectorKind(StrEnum):
    """How one changes levels."""

    STAIRS = "stairs"
    ESCALATOR = "escalator"
    LIFT = "lift"
    RAMP = "ramp"


class Direction(StrEnum):
    """Allowed sense of travel on a connector."""

    BOTH = "both"
    UP = "up"
    DOWN = "down"


class DeviceKind(StrEnum):
    """What a device is."""

    COUNTER = "counter"
    ZONE_SENSOR = "zone_sensor"
    CAMERA = "camera"
    ELECTRICITY_METER = "electricity_meter"
    WATER_METER = "water_meter"
    SMOKE_DETECTOR = "smoke_detector"
    CALL_POINT = "call_point"
    SPRINKLER_ZONE = "sprinkler_zone"
    FIRE_SHUTTER = "fire_shutter"
    FIRE_DAMPER = "fire_damper"
    SMOKE_EXHAUST = "smoke_exhaust"
    EXIT_SIGN = "exit_sign"
    CHILLER = "chiller"
    AIR_HANDLER = "air_handler"
    LOCKER = "locker"
    CHARGER = "charger"
    PARKING_COUNTER = "parking_counter"
    FIRE_PANEL = "fire_panel"
