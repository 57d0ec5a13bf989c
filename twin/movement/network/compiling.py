"""From a plan and its zones to the arrays of a :class:`Network`."""

from __future__ import annotations

from twin.movement.network.model import Network
from twin.plan.model import Plan
from twin.plan.zones import Zones


def compile_network(zones: Zones, plan: Plan, *, mode: str = "code") -> Network:
    """The network of ``plan`` cut into ``zones``, with the relations of ``mode`` (``code``, ``calibrated``).

    Raises:
        InputError: if the mode is not known.
    """
    raise NotImplementedError
