"""The network engine beside jupedsim-network on the five-level mall of 667 nodes."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.network_mall import OUTSIDE, Crowd, Mall, builder_of, crowd_of, mall_667
from benchmarks.peer import run_peer
from benchmarks.race import Lap, difference, exponent, race
from twin.movement.network.run import NetworkRun

PEER = "jupedsim-network"
PEER_DT_S = 0.5
"""The peer's own step."""
UNTIL_S = 36_000.0
SIZES = (3_125, 6_250, 12_500, 25_000, 50_000, 100_000)
"""People of the sweep."""
LINEAR_EVENTS, LINEAR_TIME = 1.10, 1.15
"""The largest powers of the people with which events and processor time may grow and still count as linear. A
fuller building has more who wait for room, and its people fill more than the fast caches of the processor."""
AGREES = 0.10
"""How far the two times may lie apart for the answers to agree (a share)."""


def run_ours(mall: Mall, people: Crowd) -> Lap:
    """One evacuation by our engine, in its ``code`` mode."""
    built = time.perf_counter()
    network = builder_of(mall).build()
    start, cpu = time.perf_counter(), time.process_time()
    run = NetworkRun(network)
    agents = run.add_agents(zone=people.room, speed_mps=people.speed_mps)
    run.go(agents, run.goal_nearest_exit(), people.start_s)
    arrivals = run.advance(UNTIL_S)
    wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    found = {
        "out_s": np.sort(arrivals.time_s),
        "build_s": start - built,
        "inside": run.inside,
        "events": run.events,
    }
    return Lap(wall, cpu, found)


def for_peer(mall: Mall, people: Crowd, seed: int) -> dict[str, object]:
    """The same building and people in the peer's terms.

    The peer knows one length for each way out of a room, whoever takes it: the half room for a shop's door,
    an exit and a stair's head, and the whole part of a corridor for the way on to the next part.
    """
    length = {room.name: room.length_m for room in mall.rooms}
    doors = []
    for door in mall.doors:
        through = door.other != OUTSIDE and door.width_m == _width(mall, door.one)
        walk = length[door.one] if through else length[door.one] / 2
        doors.append([door.one, door.other, door.width_m, "opening" if through else "door", walk])
    rows = [np.flatnonzero(people.room == n) for n in range(len(mall.rooms))]
    return {
        "dt_s": PEER_DT_S,
        "until_s": UNTIL_S,
        "seed": seed,
        "rooms": [[room.name, room.length_m, room.width_m] for room in mall.rooms],
        "flights": [
            [f.name, f.upper, f.lower, f.length_m, f.width_m, f.riser_m, f.tread_m, f.at_m]
            for f in mall.flights
        ],
        "doors": doors,
        "people": [
            [room.name, people.speed_mps[row].tolist(), people.start_s[row].tolist()]
            for room, row in zip(mall.rooms, rows, strict=True)
            if len(row)
        ],
    }


def _width(mall: Mall, name: str) -> float:
    return next(room.width_m for room in mall.rooms if room.name == name)


def race_network(*, people: int | None = None, rounds: int = 3, seed: int = 1) -> dict[str, object]:
    """Times of both, their ratio, and how far their clearance times lie apart.

    Args:
        people: how many; 20,300 by default.
        rounds: runs of each.
        seed: of walking speeds and start times, which are the same people's in both.
    """
    mall = mall_667(people)
    crowd = crowd_of(mall, seed=seed)
    document = for_peer(mall, crowd, seed)

    def theirs() -> Lap:
        answer = run_peer(PEER, "network.py", document)
        return Lap(answer["wall_s"], answer["cpu_s"], answer)

    found = race(PEER, lambda: run_ours(mall, crowd), theirs, rounds=rounds)
    last = found.ours[-1].found
    other = found.theirs[-1].found if found.theirs else None
    return {
        "benchmark": "network",
        **found.document(),
        "people": mall.people,
        "nodes": mall.nodes,
        "links": mall.links,
        "seed": seed,
        "ours_build_s": round(last["build_s"], 3),
        "peer_build_s": None if other is None else round(other["build_s"], 3),
        "agreement": agreement(last["out_s"], None if other is None else np.array(other["out_s"]), mall),
        "versions": None if other is None else other["versions"],
    }


def agreement(ours: NDArray[Any], theirs: NDArray[Any] | None, mall: Mall) -> dict[str, object]:
    """Times at which 50, 95 and 100 % are out by both, and the differences as shares of the peer's."""
    found: dict[str, object] = {"ours_out": len(ours), "peer_out": None if theirs is None else len(theirs)}
    for share in (0.5, 0.95, 1.0):
        name = f"t{share * 100:.0f}"
        mine = time_of(ours, share, mall.people)
        other = None if theirs is None else time_of(theirs, share, mall.people)
        found[f"ours_{name}_s"], found[f"peer_{name}_s"] = mine, other
        both = mine is not None and other is not None
        found[f"{name}_difference"] = difference(mine, other) if both else None  # type: ignore[arg-type] # both are there
    gap = found["t95_difference"]
    found["agrees"] = None if gap is None else abs(float(str(gap))) <= AGREES
    found["rule"] = f"95 % clearance times within {AGREES:.0%}"
    return found


def time_of(out_s: NDArray[Any], share: float, people: int) -> float | None:
    """When ``share`` of ``people`` were out; ``None`` if they never were. ``out_s`` is sorted."""
    needed = int(np.ceil(share * people))
    return round(float(out_s[needed - 1]), 1) if len(out_s) >= needed else None


def sweep_network(*, sizes: tuple[int, ...] = SIZES, rounds: int = 5, seed: int = 1) -> dict[str, object]:
    """How our time grows with the people in the same mall: seconds, events, µs for each, and exponents.

    All sizes in turn, so that whatever else runs weighs on all; the least processor time of each counts.
    """
    malls = {people: mall_667(people) for people in sizes}
    crowds = {people: crowd_of(mall, seed=seed) for people, mall in malls.items()}
    run_ours(malls[sizes[0]], crowds[sizes[0]])
    laps: dict[int, list[Lap]] = {people: [] for people in sizes}
    for _ in range(rounds):
        for people in sizes:
            laps[people].append(run_ours(malls[people], crowds[people]))
    best = {people: min(of, key=lambda lap: lap.cpu_s) for people, of in laps.items()}
    rows = [
        {
            "people": people,
            "ours_s": round(lap.wall_s, 4),
            "ours_cpu_s": round(lap.cpu_s, 4),
            "us_per_person": round(1e6 * lap.cpu_s / people, 2),
            "events_per_person": round(lap.found["events"] / people, 2),
            "out": len(lap.found["out_s"]),
            "t95_s": time_of(lap.found["out_s"], 0.95, people) or float("nan"),
        }
        for people, lap in best.items()
    ]
    seconds = exponent(sizes, [lap.cpu_s for lap in best.values()])
    events = exponent(sizes, [float(lap.found["events"]) for lap in best.values()])
    return {
        "sizes": rows,
        "rounds": rounds,
        "exponent": seconds,
        "events_exponent": events,
        "linear": events <= LINEAR_EVENTS and seconds <= LINEAR_TIME,
        "rule": f"linear: events grow with people to a power of at most {LINEAR_EVENTS:.2f} and processor "
        f"time of at most {LINEAR_TIME:.2f}, slopes of straight lines through the logarithms, "
        f"{sizes[0]:,} to {sizes[-1]:,} people",
    }
