"""The network engine: people walk from gate to gate through zones, stairs, escalators and lifts.

Use::

    network = compile_network(zones_of(plan), plan)
    run = NetworkRun(network, watch=("exit-1", "escalator-3"))
    people = run.add_agents(zone=zones, weight=weights, speed_mps=speeds)   # dwelling: costs nothing
    run.go(people, run.goal_space("shop-12"))                               # or goal_exit, goal_nearest_exit
    while run.moving:
        arrivals = run.advance(run.now_s + 5.0)

Words: a *node* is a zone of the plan, or one link of a connector (a flight, an escalator); a *gate* is
whatever people pass one after another: a portal between zones, an exit, one end of a link. Gates limit the
flow, nodes limit speed and room.
"""

from __future__ import annotations

from twin.movement.network.compiling import compile_network
from twin.movement.network.model import ArrivalKind, Arrivals, LinkMode, Network
from twin.movement.network.physics import Physics, physics_of
from twin.movement.network.run import NetworkRun

__all__ = [
    "ArrivalKind",
    "Arrivals",
    "LinkMode",
    "Network",
    "NetworkRun",
    "Physics",
    "compile_network",
    "physics_of",
]
