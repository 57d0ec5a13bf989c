"""Which topics a twin listens to, and which of them are fire devices'."""

from __future__ import annotations

from sensors.decoders.native import KIND_PART, SHORT
from sensors.identity import Identity
from twin.errors import ReadingError


def default_topics(identity: Identity) -> tuple[str, ...]:
    """The plan's own tree, and the topics of its devices that lie outside it."""
    root = f"mall/{identity.plan.id}/#"
    others = {
        one.topic.strip("/")
        for one in identity.plan.devices
        if one.topic and not one.topic.strip("/").startswith(f"mall/{identity.plan.id}/")
    }
    return (root, *sorted(others), *(f"{topic}/#" for topic in sorted(others)))


def fire_device(identity: Identity, topic: str) -> str:
    """The fire device that speaks on ``topic``; empty where it is none's."""
    try:
        name = identity.device(topic)
    except ReadingError:
        return ""
    device = identity.plan.device.get(name)
    kind = device.kind.value if device is not None else ""
    words = {kind, *topic.strip("/").split("/")[KIND_PART : KIND_PART + 1]}
    return name if any(SHORT.get(word) == "fire" for word in words) else ""
