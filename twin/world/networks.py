"""Compiled networks of plans, kept, because a drill, a day and a forecast run on the same one."""

from __future__ import annotations

from collections import OrderedDict

from twin.movement.network import Network, compile_network
from twin.plan.model import Plan
from twin.plan.zones import zones_of

_KEPT = 6
_networks: OrderedDict[tuple[str, str], Network] = OrderedDict()


def network_of(plan: Plan, mode: str = "code") -> Network:
    """The network of ``plan`` with the relations of ``mode``; the last few are kept by the plan's version.

    Raises:
        InputError: if the mode is not known.
        PlanError: if nobody can walk in the plan.
    """
    key = (plan.version, mode)
    if key not in _networks:
        _networks[key] = compile_network(zones_of(plan), plan, mode=mode)
        while len(_networks) > _KEPT:
            _networks.popitem(last=False)
    _networks.move_to_end(key)
    return _networks[key]
