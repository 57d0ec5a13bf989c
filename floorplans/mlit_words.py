"""Words of the MLIT specification for indoor maps by storey, and what they are in a plan.

Source: Ministry of Land, Infrastructure, Transport and Tourism and GSI, "Kaisobetsu okunai chiri kukan joho
data shiyosho" (specification of indoor spatial data by storey), March 2018: code lists of Space (B...),
Facility (F...) and Fixture (C...).
"""

from __future__ import annotations

from collections.abc import Mapping

from twin.plan.model import DeviceKind, ExitKind, SpaceKind

SPACE: Mapping[str, SpaceKind] = {
    "B001": SpaceKind.SHOP,
    "B007": SpaceKind.RESTROOM,
    "B008": SpaceKind.RESTROOM,
    "B014": SpaceKind.RESTROOM,
    "B020": SpaceKind.VOID,
    "B021": SpaceKind.STAIRS,
    "B022": SpaceKind.LIFT,
    "B023": SpaceKind.ESCALATOR,
    "B025": SpaceKind.RAMP,
    "B029": SpaceKind.WALKWAY,
}
"""Kinds of Space categories. A category that is not here is a room, of the back of house if restricted."""


DEVICE: Mapping[str, DeviceKind] = {
    "F048": DeviceKind.CALL_POINT,
    "F049": DeviceKind.EXIT_SIGN,
}
"""Facility points that the plan has a device for."""

EQUIPMENT: Mapping[str, str] = {
    "F027": "AED",
    "F046": "fire extinguisher",
    "F047": "fire hydrant",
}
"""Facility points that are equipment without a feed: counted in the notes."""

ENTRANCE = "F017"

EXIT_WORDS: tuple[tuple[str, ExitKind], ...] = (
    ("改札", ExitKind.METRO),
    ("ホーム", ExitKind.METRO),
    ("駐車場", ExitKind.PARKING),
    ("非常", ExitKind.EMERGENCY),
    ("避難", ExitKind.EMERGENCY),
)
"""Words in the name of a way out, and what then lies behind it; an entrance for all others."""
