"""IMDF's words for the plan's kinds, and back.

Source: IMDF 1.0.0, "Unit", "Opening", "Relationship" and "Occupant" categories.
"""

from __future__ import annotations

from twin.plan.model import ConnectorKind, DeviceKind, ExitKind, OpeningKind, SpaceKind

UNIT_OF: dict[SpaceKind, str] = {
    SpaceKind.SHOP: "room",
    SpaceKind.ANCHOR: "room",
    SpaceKind.FOOD: "foodservice",
    SpaceKind.LEISURE: "recreation",
    SpaceKind.SUPERMARKET: "room",
    SpaceKind.KIOSK: "room",
    SpaceKind.WALKWAY: "walkway",
    SpaceKind.LOBBY: "lobby",
    SpaceKind.SEATING: "waitingroom",
    SpaceKind.SERVICE: "nonpublic",
    SpaceKind.RESTROOM: "restroom",
    SpaceKind.OFFICE: "office",
    SpaceKind.STORAGE: "storage",
    SpaceKind.ROOM: "room",
    SpaceKind.PARKING: "parking",
    SpaceKind.PLATFORM: "platform",
    SpaceKind.TERRACE: "terrace",
    SpaceKind.STAIRS: "stairs",
    SpaceKind.ESCALATOR: "escalator",
    SpaceKind.LIFT: "elevator",
    SpaceKind.RAMP: "ramp",
    SpaceKind.VOID: "opentobelow",
    SpaceKind.STRUCTURE: "structure",
    SpaceKind.CLOSED: "unenclosedarea",
}
"""The unit category that a kind of space is written as."""

KIND_OF: dict[str, SpaceKind] = {
    "auditorium": SpaceKind.LEISURE,
    "brick": SpaceKind.STRUCTURE,
    "classroom": SpaceKind.ROOM,
    "column": SpaceKind.STRUCTURE,
    "concrete": SpaceKind.STRUCTURE,
    "conferenceroom": SpaceKind.OFFICE,
    "drywall": SpaceKind.STRUCTURE,
    "elevator": SpaceKind.LIFT,
    "escalator": SpaceKind.ESCALATOR,
    "fieldofplay": SpaceKind.LEISURE,
    "firstaid": SpaceKind.ROOM,
    "fitnessroom": SpaceKind.LEISURE,
    "foodservice": SpaceKind.FOOD,
    "footbridge": SpaceKind.WALKWAY,
    "glass": SpaceKind.STRUCTURE,
    "huddleroom": SpaceKind.OFFICE,
    "kitchen": SpaceKind.SERVICE,
    "laboratory": SpaceKind.ROOM,
    "library": SpaceKind.ROOM,
    "lobby": SpaceKind.LOBBY,
    "lounge": SpaceKind.SEATING,
    "mailroom": SpaceKind.SERVICE,
    "mothersroom": SpaceKind.RESTROOM,
    "movietheater": SpaceKind.LEISURE,
    "movingwalkway": SpaceKind.WALKWAY,
    "nonpublic": SpaceKind.SERVICE,
    "office": SpaceKind.OFFICE,
    "opentobelow": SpaceKind.VOID,
    "parking": SpaceKind.PARKING,
    "phoneroom": SpaceKind.OFFICE,
    "platform": SpaceKind.PLATFORM,
    "privatelounge": SpaceKind.SEATING,
    "ramp": SpaceKind.RAMP,
    "recreation": SpaceKind.LEISURE,
    "restroom": SpaceKind.RESTROOM,
    "road": SpaceKind.PARKING,
    "room": SpaceKind.ROOM,
    "serverroom": SpaceKind.SERVICE,
    "shower": SpaceKind.RESTROOM,
    "smokingarea": SpaceKind.SEATING,
    "stairs": SpaceKind.STAIRS,
    "steps": SpaceKind.STAIRS,
    "storage": SpaceKind.STORAGE,
    "structure": SpaceKind.STRUCTURE,
    "terrace": SpaceKind.TERRACE,
    "theater": SpaceKind.LEISURE,
    "unenclosedarea": SpaceKind.CLOSED,
    "unspecified": SpaceKind.ROOM,
    "vegetation": SpaceKind.STRUCTURE,
    "waitingroom": SpaceKind.SEATING,
    "walkway": SpaceKind.WALKWAY,
    "walkway.island": SpaceKind.STRUCTURE,
    "wood": SpaceKind.STRUCTURE,
}
"""The kind of space that a foreign unit category is read as; ``restroom.male`` is read as ``restroom``."""

OPENING_OF: dict[OpeningKind, str] = {
    OpeningKind.DOOR: "pedestrian",
    OpeningKind.FIRE_DOOR: "emergencyexit",
    OpeningKind.OPEN_FRONT: "pedestrian",
    OpeningKind.GATE: "pedestrian",
}

EXIT_OF: dict[ExitKind, str] = {
    ExitKind.ENTRANCE: "pedestrian.principal",
    ExitKind.EMERGENCY: "emergencyexit",
    ExitKind.STAIR_DISCHARGE: "emergencyexit",
    ExitKind.METRO: "pedestrian.transit",
    ExitKind.PARKING: "automobile",
    ExitKind.SERVICE: "service",
}

EXIT_KIND_OF: dict[str, ExitKind] = {
    "automobile": ExitKind.PARKING,
    "emergencyexit": ExitKind.EMERGENCY,
    "pedestrian.transit": ExitKind.METRO,
    "service": ExitKind.SERVICE,
}
"""What lies behind an opening that leads out of the venue; an entrance for all other categories."""

RELATIONSHIP_OF: dict[ConnectorKind, str] = {
    ConnectorKind.STAIRS: "stairs",
    ConnectorKind.ESCALATOR: "escalator",
    ConnectorKind.LIFT: "elevator",
    ConnectorKind.RAMP: "ramp",
}

CONNECTOR_OF: dict[str, ConnectorKind] = {word: kind for kind, word in RELATIONSHIP_OF.items()}

AMENITY_OF: dict[DeviceKind, str] = {
    DeviceKind.CALL_POINT: "firealarmpullstation",
    DeviceKind.LOCKER: "storage",
}
"""Devices that IMDF has an amenity for; all others are written as ``unspecified``."""

OCCUPANT_KIND: tuple[tuple[str, SpaceKind], ...] = (
    ("supermarket", SpaceKind.SUPERMARKET),
    ("grocer", SpaceKind.SUPERMARKET),
    ("departmentstore", SpaceKind.ANCHOR),
    ("restaurant", SpaceKind.FOOD),
    ("food", SpaceKind.FOOD),
    ("cafe", SpaceKind.FOOD),
    ("coffee", SpaceKind.FOOD),
    ("bar", SpaceKind.FOOD),
    ("movietheater", SpaceKind.LEISURE),
    ("amusement", SpaceKind.LEISURE),
    ("gym", SpaceKind.LEISURE),
    ("fitness", SpaceKind.LEISURE),
    ("entertainment", SpaceKind.LEISURE),
)
"""Parts of an occupant's category, and the kind of unit it then lets; a shop where none fits."""

TRADE_OF: tuple[tuple[str, str], ...] = (
    ("supermarket", "supermarket"),
    ("grocer", "supermarket"),
    ("convenience", "convenience"),
    ("departmentstore", "department_store"),
    ("fastfood", "fast_food"),
    ("restaurant", "restaurant"),
    ("coffee", "cafe"),
    ("cafe", "cafe"),
    ("bakery", "cafe"),
    ("food", "restaurant"),
    ("movietheater", "cinema"),
    ("gym", "gym"),
    ("fitness", "gym"),
    ("amusement", "entertainment"),
    ("shoe", "shoes"),
    ("sport", "sports"),
    ("jewel", "jewellery"),
    ("beauty", "beauty"),
    ("cosmetic", "beauty"),
    ("pharmacy", "health"),
    ("health", "health"),
    ("electronic", "electronics"),
    ("book", "books"),
    ("furniture", "home"),
    ("home", "home"),
    ("toy", "toys"),
    ("child", "children"),
    ("bank", "bank"),
    ("service", "services"),
)
"""Parts of an occupant's category, and the tenant category it is read as; fashion where none fits."""


def trade_of(category: str) -> str:
    """The tenant category that an occupant's ``category`` is read as."""
    plain = category.lower().replace(".", "").replace("_", "").replace(" ", "")
    return next((trade for word, trade in TRADE_OF if word in plain), "fashion")
