"""jupedsim-network on a drawn building: scene and people as JSON on stdin, times as JSON on stdout.

Runs under the peers' interpreter, on its public interface alone. The document: ``dt_s``, ``until_s``,
``seed``, ``rooms`` [name, length_m, width_m], ``flights`` [name, upper, lower, length_m, width_m, riser_m,
tread_m, entry_m], ``doors`` [one, other, width_m, kind, length_m] and ``people`` [room, speed_mps, start_s].
"""

from __future__ import annotations

import importlib.metadata
import json
import resource
import sys
import time
from typing import Any

import jupedsim_network as peer
import numpy as np


class Given(peer.Distribution):
    """The values that were given, one for each person, in place of a draw."""

    def __init__(self, values: list[float]) -> None:
        super().__init__()
        self.values = np.asarray(values, float)

    def sample(self, rng: np.random.Generator, size: int) -> np.ndarray[Any, Any]:
        """The ``size`` given values; ``rng`` is left alone."""
        del rng
        if size != len(self.values):
            raise ValueError(f"{size} people, but {len(self.values)} values")
        return self.values.copy()


def network_of(document: dict[str, Any]) -> peer.Network:
    """Rooms, flights and the outside, and the ways between them."""
    made = peer.Network()
    for name, length, width in document["rooms"]:
        made.add_room(name, length=length, width=width)
    made.add_safe("outside")
    for name, _upper, _lower, length, width, riser, tread, _entry in document["flights"]:
        made.add_stair(name, riser=riser, tread=tread, length=length, width=width)
    for one, other, width, kind, length in document["doors"]:
        made.connect(one, other, width=width, kind=kind, length=length)
    for name, upper, lower, length, width, _riser, _tread, entry in document["flights"]:
        made.connect(upper, name, width=width, kind="stair", length=entry, bidirectional=False)
        made.connect(name, lower, width=width, kind="stair", length=length, bidirectional=False)
    return made


def main() -> None:
    """Build, run once, and say how long each took."""
    document = json.load(sys.stdin)
    built = time.perf_counter()
    network = network_of(document)
    people = [
        peer.Population(room, len(speed), speed=Given(speed), pre_movement=Given(start))
        for room, speed, start in document["people"]
    ]
    run = peer.NetworkSimulation(network, people, dt=document["dt_s"], t_max=document["until_s"])
    start, cpu = time.perf_counter(), time.process_time()
    result = run.run(seed=document["seed"], record=False)
    wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    out = np.sort(result.exit_times[np.isfinite(result.exit_times)])
    json.dump(
        {
            "wall_s": wall,
            "cpu_s": cpu,
            "build_s": start - built,
            "out_s": out.tolist(),
            "people": len(result.exit_times),
            "nodes": len(network.nodes),
            "links": len(network.links),
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "versions": {name: importlib.metadata.version(name) for name in ("jupedsim-network", "numpy")},
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
