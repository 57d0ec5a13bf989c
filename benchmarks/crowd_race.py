"""The crowd engine beside JuPedSim's collision-free speed model in the hall, and by itself.

Both get the same hall, people, places, bodies, free speeds, time gaps and exits. The models differ, so their
answers are compared by what any of them must show in an uncrowded hall: how many are out, how far the others
still have to go, and how fast they came there.
"""

from __future__ import annotations

import gc
import time
import tracemalloc

import numba
import numpy as np
from numpy.typing import NDArray
from shapely import box

from benchmarks import hall
from benchmarks.machine import Meter, idle_check, resident_mb
from benchmarks.peer import run_peer
from benchmarks.race import Lap, difference, race
from twin.movement.crowd.law import CALIBRATED
from twin.movement.crowd.run import CrowdRun
from twin.plan.model import Plan
from twin.plan.zones import zones_of
from twin.world.networks import ground_for

PEER = "jupedsim"
UNTIL_S = 20.0
PEER_DT_S = 0.01
OWN_DT_S = 0.1
PEER_GAP_S = (
    CALIBRATED.time_gap_s / (1.0 + CALIBRATED.closer / 3.0) + (CALIBRATED.depth_m - hall.BODY_M) / 1.3
)
"""The peer's time gap: with it people who walk at 1.3 m/s keep the same headway as ours, whose bodies are
deeper, and who follow those at their side more closely than those straight ahead (here the mean over places
across)."""
CAPTURE_M = 0.3
"""Depth of the peer's area before an exit that counts as out."""
AGREES_SPEED, AGREES_OUT = 0.10, 0.15
"""How far mean speed, and the people who are out, may lie apart for the answers to agree (shares)."""
US_LIMIT = 0.5
"""µs for an agent and step on one core that are aimed at."""

Floats = NDArray[np.float64]


def crowd_run(standing: hall.Standing, *, levels: int = 1, dt_s: float = OWN_DT_S) -> CrowdRun:
    """Our engine with everybody at their place and sent off; on one level each to the exit given."""
    plan = hall.hall_plan(levels)
    run = CrowdRun(ground_for(plan, "calibrated"), dt_s=dt_s)
    zone = np.empty(len(standing.xy), np.int32)
    for level in range(levels):
        here = standing.level == level
        zone[here] = _zone_at(plan, level, standing.xy[here])
    agents = run.add_agents(
        zone=zone, xy=standing.xy, speed_mps=standing.speed_mps, depth_m=hall.BODY_M, breadth_m=hall.BODY_M
    )
    if levels > 1:
        run.go(agents, run.goal_nearest_exit())
    else:
        goals = np.array([run.goal_exit(f"exit-{n}") for n in range(len(hall.exit_lines()))])
        run.go(agents, goals[standing.exit])
    return run


def _zone_at(plan: Plan, level: int, xy: Floats) -> NDArray[np.int32]:
    """The zone under each point."""
    grid = zones_of(plan).grids[level]
    cell = ((xy - np.asarray(grid.origin)) / grid.cell_m).astype(int)
    return np.asarray(grid.zone[cell[:, 1], cell[:, 0]])


def run_ours(standing: hall.Standing, *, dt_s: float, levels: int = 1, until_s: float = UNTIL_S) -> Lap:
    """One run by our engine. What is timed is the run; building the scene is not, as with the peer."""
    built = time.perf_counter()
    run = crowd_run(standing, levels=levels, dt_s=dt_s)
    inside = [run.inside]
    start, cpu = time.perf_counter(), time.process_time()
    moved = 0
    for second in range(1, round(until_s) + 1):
        moved += run.inside * round(1.0 / dt_s)
        run.advance(float(second))
        inside.append(run.inside)
    wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    xy = run.xy.copy()
    xy[run.outside] = np.nan
    found = {"build_s": start - built, "inside": inside, "xy": xy, "agent_steps": moved, "notes": run.notes}
    return Lap(wall, cpu, found)


def for_peer(standing: hall.Standing) -> dict[str, object]:
    """The same hall and people in the peer's terms."""
    areas = []
    for line in hall.exit_lines():
        x, south, _, north = line.bounds
        areas.append(box(x - CAPTURE_M * (x > 0), south, x + CAPTURE_M * (x == 0), north).wkt)
    return {
        "dt_s": PEER_DT_S,
        "until_s": UNTIL_S,
        "walkable": hall.walkable_of().wkt,
        "exits": areas,
        "xy": standing.xy.tolist(),
        "speed_mps": standing.speed_mps.tolist(),
        "exit": standing.exit.tolist(),
        "radius_m": hall.BODY_M / 2,
        "time_gap_s": PEER_GAP_S,
    }


def seen(standing: hall.Standing, inside: list[int], xy: Floats) -> dict[str, float]:
    """What came out: people out, distance still to go, and speed along the way of who is still inside.

    The peer takes people out ``CAPTURE_M`` before an exit, so who is as near counts as out of ours, too.
    """
    there = np.isfinite(xy[:, 0])
    rows, exits = np.flatnonzero(there), standing.exit[there]
    before = hall.walk_m(standing.xy, standing.shop)[rows, exits]
    after = hall.walk_m(xy[there], hall.shop_at(xy[there]))[np.arange(len(rows)), exits]
    return {
        "out": inside[0] - inside[-1] + int((after <= CAPTURE_M).sum()),
        "to_go_m": round(float(after.mean()), 3),
        "speed_mps": round(float((before - after).mean() / UNTIL_S), 4),
        "free_speed_mps": round(float(standing.speed_mps[rows].mean()), 4),
    }


def agreement(ours: dict[str, float], theirs: dict[str, float] | None) -> dict[str, object]:
    """Both side by side, and the differences as shares of the peer's."""
    found: dict[str, object] = {f"ours_{name}": value for name, value in ours.items()}
    gaps = {}
    for name, mine in ours.items():
        found[f"peer_{name}"] = None if theirs is None else theirs[name]
        if theirs is not None and name != "free_speed_mps":
            gaps[name] = difference(mine, theirs[name])
            found[f"{name}_difference"] = gaps[name]
    found["agrees"] = (
        abs(gaps["speed_mps"]) <= AGREES_SPEED and abs(gaps["out"]) <= AGREES_OUT if gaps else None
    )
    found["rule"] = f"mean speed within {AGREES_SPEED:.0%} and people out within {AGREES_OUT:.0%}"
    return found


def race_crowd(*, people: int = 2_000, rounds: int = 3, seed: int = 1) -> dict[str, object]:
    """Times of both over 20 simulated seconds, at our own step and at the peer's, and what came out.

    Args:
        people: how many stand in the hall and its shops.
        rounds: runs of each.
        seed: of places and walking speeds, which are the same people's in both.
    """
    standing = hall.people_of(people, seed=seed)
    document = for_peer(standing)
    fine: list[Lap] = []

    def ours() -> Lap:
        fine.append(run_ours(standing, dt_s=PEER_DT_S))
        return run_ours(standing, dt_s=OWN_DT_S)

    def theirs() -> Lap:
        answer = run_peer(PEER, "crowd.py", document)
        return Lap(answer["wall_s"], answer["cpu_s"], answer)

    found = race(PEER, ours, theirs, rounds=rounds)
    last, other = found.ours[-1].found, found.theirs[-1].found if found.theirs else None
    mine = seen(standing, last["inside"], last["xy"])
    peers = None
    if other is not None:
        nowhere = [float("nan")] * 2
        peers = seen(standing, other["inside"], np.array([at or nowhere for at in other["xy"]]))
    fine_s = float(np.median([lap.wall_s for lap in fine[1:]]))
    return {
        "benchmark": "crowd",
        **found.document(),
        "people": people,
        "simulated_s": UNTIL_S,
        "seed": seed,
        "ours_dt_s": OWN_DT_S,
        "peer_dt_s": PEER_DT_S,
        "ours_at_peer_dt_s": round(fine_s, 4),
        "ratio_at_peer_dt": None if found.peer_s is None else round(found.peer_s / fine_s, 1),
        "threads": numba.get_num_threads(),
        "agreement": agreement(mine, peers),
        "agreement_at_peer_dt": agreement(
            seen(standing, fine[-1].found["inside"], fine[-1].found["xy"]), peers
        ),
        "evacuation": {"ours": last["inside"], "peer": None if other is None else other["inside"]},
        "ours_notes": list(last["notes"]),
        "versions": None if other is None else other["versions"],
    }


def cores(*, people: int = 2_000, rounds: int = 3, seed: int = 1) -> dict[str, object]:
    """µs for each agent and step, on one core and on all."""
    standing = hall.people_of(people, seed=seed)
    rows: list[dict[str, float]] = []
    most = numba.get_num_threads()
    run_ours(standing, dt_s=OWN_DT_S, until_s=2.0)
    try:
        for threads in sorted({1, most}):
            numba.set_num_threads(threads)
            laps = [run_ours(standing, dt_s=OWN_DT_S) for _ in range(rounds)]
            best = min(laps, key=lambda lap: lap.wall_s)
            steps = best.found["agent_steps"]
            rows.append(
                {
                    "threads": threads,
                    "ours_s": round(best.wall_s, 4),
                    "us_per_agent_step": round(1e6 * best.wall_s / steps, 3),
                    "cpu_us_per_agent_step": round(1e6 * min(lap.cpu_s for lap in laps) / steps, 3),
                }
            )
    finally:
        numba.set_num_threads(most)
    return {"people": people, "limit_us": US_LIMIT, "by_threads": rows}


def memory_of(people: int, *, levels: int, seed: int) -> dict[str, float]:
    """Bytes that one more agent takes in a run, and what ground, network and fields take whoever walks there.

    A straight line through two runs, one with half the people: its slope is the agent's part.
    """
    taken = []
    for count in (people // 2, people):
        standing = hall.people_of(count, seed=seed, levels=levels)
        gc.collect()
        tracemalloc.start()
        try:
            run = crowd_run(standing, levels=levels)
            run.advance(OWN_DT_S)
            gc.collect()
            taken.append(tracemalloc.get_traced_memory()[0])
        finally:
            tracemalloc.stop()
        del run
    each = (taken[1] - taken[0]) / (people - people // 2)
    return {"bytes_per_agent": round(each), "fields_mb": round((taken[1] - each * people) / 1e6, 1)}


def five_levels(
    *, people: int = 20_000, levels: int = 5, until_s: float = 120.0, seed: int = 1
) -> dict[str, object]:
    """People on five levels, all on their way: how much faster than the clock, and the memory of each."""
    standing = hall.people_of(people, seed=seed, levels=levels)
    conditions = idle_check()
    run_ours(standing, dt_s=OWN_DT_S, levels=levels, until_s=1.0)
    gc.collect()
    before = resident_mb()
    run = crowd_run(standing, levels=levels)
    meter = Meter.start()
    start, cpu, moved = time.perf_counter(), time.process_time(), 0
    while run.now_s < until_s and run.inside:
        moved += run.inside * round(1.0 / OWN_DT_S)
        run.advance(run.now_s + 1.0)
    wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    return {
        "people": people,
        "levels": levels,
        "simulated_s": run.now_s,
        "ours_s": round(wall, 3),
        "ours_cpu_s": round(cpu, 3),
        "times_real_time": round(run.now_s / wall, 1),
        "us_per_agent_step": round(1e6 * wall / moved, 3),
        "out": people - run.inside,
        **memory_of(people, levels=levels, seed=seed),
        "resident_growth_mb": round(resident_mb() - before, 1),
        "notes": list(run.notes),
        "machine_load": {**conditions, "others_during": meter.others()},
    }
