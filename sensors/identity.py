"""Which device of the plan a message is from: by its topic first, then by what the payload says of itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from twin.errors import ReadingError
from twin.plan.model import Plan


@dataclass(frozen=True)
class Identity:
    """Names of devices.

    Attributes:
        plan: its devices have an id, a topic and a name.
        aliases: a site's table from serial number, MAC address or sender's name to device id.
    """

    plan: Plan
    aliases: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _by_topic(self) -> Mapping[str, str]:
        return {one.topic.strip("/"): one.id for one in self.plan.devices if one.topic}

    @cached_property
    def _by_name(self) -> Mapping[str, str]:
        names = {_plain(one.name.en): one.id for one in self.plan.devices if one.name.en}
        names |= {_plain(one.id): one.id for one in self.plan.devices}
        return names | {_plain(alias): device for alias, device in self.aliases.items()}

    def device(self, topic: str, names: Sequence[str] = ()) -> str:
        """The plan's id of the sender, or the sender's own name where the plan does not know it.

        The topic decides: a device's own topic or one below it, else a part of the topic that is a device
        id, from the last. Then ``names`` are tried in order.

        Raises:
            ReadingError: if neither topic nor payload names anything.
        """
        parts = topic.strip("/").split("/")
        for size in range(len(parts), 0, -1):
            found = self._by_topic.get("/".join(parts[:size]))
            if found is not None:
                return found
        for part in reversed(parts):
            if part in self.plan.device:
                return part
        for name in [*names, parts[-1]]:
            found = self._by_name.get(_plain(name)) if name else None
            if found is not None:
                return found
        unknown = next((name for name in [*names, parts[-1]] if name), "")
        if not unknown:
            raise ReadingError(f"topic {topic!r}: neither topic nor payload names a device")
        return unknown


def _plain(name: str) -> str:
    """A name without what vendors write differently: case, and the separators of a MAC address."""
    return name.strip().lower().replace(":", "").replace("-", "").replace(" ", "")
