"""JuPedSim's collision-free speed model in the hall: scene and people as JSON on stdin, times on stdout.

Runs under the peers' interpreter, on its public interface alone. The document: ``dt_s``, ``until_s``,
``walkable`` (WKT), ``exits`` [WKT of the area that counts as out], ``xy``, ``speed_mps``, ``exit`` (number
of the exit that each takes), ``radius_m`` and ``time_gap_s``. Answered are times and where everybody is at
the end.
"""

from __future__ import annotations

import importlib.metadata
import json
import resource
import sys
import time
from typing import Any

import jupedsim as peer


def simulation_of(document: dict[str, Any]) -> tuple[peer.Simulation, list[int]]:
    """The simulation with everybody in it, and the peer's id of each person."""
    made = peer.Simulation(
        model=peer.CollisionFreeSpeedModel(), geometry=document["walkable"], dt=document["dt_s"]
    )
    stages = [made.add_exit_stage(area) for area in document["exits"]]
    journeys = [made.add_journey(peer.JourneyDescription([stage])) for stage in stages]
    ids = [
        made.add_agent(
            peer.CollisionFreeSpeedModelAgentParameters(
                position=(x, y),
                desired_speed=speed,
                radius=document["radius_m"],
                time_gap=document["time_gap_s"],
                journey_id=journeys[way],
                stage_id=stages[way],
            )
        )
        for (x, y), speed, way in zip(document["xy"], document["speed_mps"], document["exit"], strict=True)
    ]
    return made, ids


def main() -> None:
    """Build, run to the end, and say how long each took and where people are."""
    document = json.load(sys.stdin)
    built = time.perf_counter()
    run, ids = simulation_of(document)
    steps = round(document["until_s"] / document["dt_s"])
    every = round(1.0 / document["dt_s"])
    inside = [run.agent_count()]
    start, cpu = time.perf_counter(), time.process_time()
    for _ in range(steps // every):
        run.iterate(every)
        inside.append(run.agent_count())
    wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    row = {one: number for number, one in enumerate(ids)}
    where: list[list[float] | None] = [None] * len(ids)
    for agent in run.agents():
        where[row[agent.id]] = list(agent.position)
    json.dump(
        {
            "wall_s": wall,
            "cpu_s": cpu,
            "build_s": start - built,
            "steps": steps,
            "inside": inside,
            "xy": where,
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "versions": {"jupedsim": importlib.metadata.version("jupedsim")},
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
