"""The time below which no engine can be, for the people, doors and starts of a drill.

A sanity check that rests on neither engine: a flow over time through every cut of the building
(:mod:`twin.movement.network.bound`), with the people of each replication at their places, starts and speeds.
An engine that keeps to the flow limits of its mode cannot be quicker. The crowd engine in mode
``calibrated`` has no limits at doors; if it is quicker than this, its doors pass more than was measured.

What cannot be told beforehand is taken at its best, so that the time stays a lower bound: a way that closes
while people walk counts as open, one that is narrowed as wide, nobody waits for help or is slowed by smoke.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from twin.movement.network import LinkMode
from twin.movement.network.bound import Walkers, clearance_bound
from twin.movement.network.doors import Doors
from twin.movement.network.model import Network
from twin.plan.model import ConnectorKind, Plan
from twin.plan.zones import zones_of
from twin.world.crowd import Crowd, crowd_of
from twin.world.drill_setup import DrillSetup
from twin.world.networks import network_of
from twin.world.statistics import Estimate, estimate
from twin.world.streams import Streams

LIFTS = "evacuation lifts are in use"
ESCALATORS = "escalators start or stop while people walk"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillBound:
    """Lower bounds over the replications of a drill, or why there are none."""

    t95_s: Estimate | None
    t_last_s: Estimate | None
    reason: str = ""

    def document(self) -> dict[str, object]:
        """The bounds as a JSON object."""
        return {
            "t95_s": None if self.t95_s is None else self.t95_s.document(),
            "t_last_s": None if self.t_last_s is None else self.t_last_s.document(),
            "reason": self.reason or None,
        }


def drill_bound(plan: Plan, setup: DrillSetup, seeds: Sequence[int]) -> DrillBound:
    """Lower bounds of the times by which 95 % and all are out, for the replications ``seeds``."""
    reason = _unbounded(plan, setup)
    if reason:
        return DrillBound(t95_s=None, t_last_s=None, reason=reason)
    network = network_of(plan, setup.mode)
    found = []
    for seed in seeds:
        crowd = crowd_of(plan, zones_of(plan), setup, Streams(seed))
        doors = _doors(plan, network, setup, crowd)
        found.append(_bounds(network, doors, crowd, bodies=setup.engine == "crowd"))
    times = np.array(found)
    if not np.isfinite(times).all():
        return DrillBound(t95_s=None, t_last_s=None, reason="somebody has no way out")
    return DrillBound(t95_s=estimate(times[:, 0].tolist()), t_last_s=estimate(times[:, 1].tolist()))


def _unbounded(plan: Plan, setup: DrillSetup) -> str:
    """Why a flow through doors and stairs bounds nothing here; empty: it does."""
    if setup.lifts and any(one.evacuation for one in plan.connectors if one.kind is ConnectorKind.LIFT):
        return LIFTS
    if any(change.stopped is not None for change in setup.changes):
        return ESCALATORS
    return ""


def _bounds(network: Network, doors: Doors, crowd: Crowd, *, bodies: bool) -> tuple[float, float]:
    """Of one replication: 95 % and all."""
    if not len(crowd.zone):
        return 0.0, 0.0
    walkers = Walkers(
        zone=crowd.zone,
        xy=crowd.xy,
        start_s=crowd.start_s,
        speed=crowd.speed_mps(slowest=False),
        weight=np.ones(len(crowd.zone), np.int32),
    )
    return (
        clearance_bound(network, walkers, doors=doors, share=0.95, bodies=bodies).time_s,
        clearance_bound(network, walkers, doors=doors, share=1.0, bodies=bodies).time_s,
    )


def _doors(plan: Plan, network: Network, setup: DrillSetup, crowd: Crowd) -> Doors:
    """What is open at any time of the drill, at the most that it ever passes."""
    doors = Doors(network)
    gates = set(network.gate_source)
    opened = {change.id for change in setup.changes if change.is_open}
    for name in sorted(((setup.blocked | crowd.effect_closed) - opened) & gates):
        doors.set_open(name, is_open=False)
    for name in sorted(opened & gates):
        doors.set_open(name, is_open=True)
    for name in sorted({change.id for change in setup.changes if change.capacity is not None} & gates):
        factors = [c.capacity for c in setup.changes if c.id == name and c.capacity is not None]
        doors.set_capacity(name, max(1.0, *factors))
    for connector in plan.connectors:
        if connector.id not in gates or connector.kind is not ConnectorKind.ESCALATOR or not connector.open:
            continue
        if connector.id in setup.stopped or not setup.escalators_run:
            doors.set_link_mode(connector.id, LinkMode.STOPPED)
    return doors
