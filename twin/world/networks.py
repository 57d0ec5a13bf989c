"""Compiled networks and grounds of plans, kept, because a drill, a day and a forecast run on the same one."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from twin.errors import InputError
from twin.movement.crowd.ground import Ground
from twin.movement.engines import ENGINES, MovementRun, mode_of
from twin.movement.network import Network, NetworkRun, compile_network
from twin.plan.model import Plan
from twin.plan.zones import zones_of

_KEPT = 6
_networks: OrderedDict[tuple[str, str], Network] = OrderedDict()
_grounds: OrderedDict[tuple[str, str], Ground] = OrderedDict()


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


def ground_for(plan: Plan, mode: str = "calibrated") -> Ground:
    """The ground of ``plan`` for the crowd engine; the last few are kept by the plan's version.

    Raises:
        InputError: if the mode is not known.
        PlanError: if nobody can walk in the plan.
    """
    key = (plan.version, mode)
    if key not in _grounds:
        from twin.movement.crowd.grounding import ground_of

        _grounds[key] = ground_of(plan, network_of(plan, mode))
        while len(_grounds) > _KEPT:
            _grounds.popitem(last=False)
    _grounds.move_to_end(key)
    return _grounds[key]


def new_run(
    plan: Plan,
    engine: str = "network",
    mode: str | None = None,
    *,
    start_s: float = 0.0,
    dt_s: float | None = None,
    watch: Sequence[str] = (),
    record: bool = False,
    crowd_levels: frozenset[str] = frozenset(),
) -> MovementRun:
    """An empty run of ``engine`` on ``plan``.

    Args:
        plan: the building.
        engine: ``network`` or ``crowd``.
        mode: ``code`` or ``calibrated``; by default that of the engine (:data:`DEFAULT_MODE`).
        start_s: the clock at the start.
        dt_s: step of the crowd engine, s; 0.1 by default. The network engine has none.
        watch: ids whose passages are logged.
        record: log every passage of every gate.
        crowd_levels: the levels that the crowd walks, the network engine the others; empty: all.

    Raises:
        InputError: if there is no such engine or mode.
        PlanError: if nobody can walk in the plan.
    """
    relations = mode_of(engine, mode)
    if engine == "network":
        return NetworkRun(network_of(plan, relations), start_s=start_s, watch=watch, record=record)
    if crowd_levels and crowd_levels != {level.id for level in plan.levels}:
        from twin.movement.mixed import MixedRun

        return MixedRun(
            ground_for(plan, relations),
            [n for n, level in enumerate(plan.levels) if level.id in crowd_levels],
            start_s=start_s,
            dt_s=0.1 if dt_s is None else dt_s,
            watch=watch,
            record=record,
        )
    if engine == "crowd":
        from twin.movement.crowd.run import DT_S, CrowdRun

        return CrowdRun(
            ground_for(plan, relations),
            start_s=start_s,
            dt_s=DT_S if dt_s is None else dt_s,
            mode=relations,
            watch=watch,
            record=record,
        )
    raise InputError(f"engine {engine!r} is not known; there are: {', '.join(ENGINES)}")
