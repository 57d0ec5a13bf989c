"""IMO's procedure: populations, runs, the 95th percentile, and where people are too dense for too long."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scenarios.verification.case import Check, Outcome, Setting
from scenarios.verification.drawing import Drawing
from scenarios.verification.pictures import histogram
from scenarios.verification.trial import Trial, drawn, spread
from twin.movement.populations import IMO
from twin.plan.model import Plan
from twin.world.pre_movement import PreMovement
from twin.world.streams import Streams, replication_seed

POPULATIONS, RUNS = 10, 5
SAFETY = 1.25
DENSE, DENSE_SHARE = 4.0, 0.1
"""A place is congested with more than 4 people/m² during more than a tenth of the time."""
DAY = PreMovement(mu=3.44, sigma=0.94, name="IMO day")
_LATEST_START_S = 300.0


def deck_plan() -> Plan:
    """A public room of 20 by 15 m, four cabins, a corridor of 2 m, a stair of 1.4 m up to the station."""
    made = Drawing("deck")
    upper = made.level("muster", 2.8)
    hall = made.space("hall", (0, 3, 20, 18))
    way = made.space("corridor", (0, 0, 36, 2))
    lobby = made.space("lobby", (20, 2, 24, 6))
    made.opening("hall-door", (hall, lobby), ((20, 3.2), (20, 5.2)))
    made.front("lobby-way", (lobby, way), ((20.2, 2), (23.8, 2)))
    for n in range(4):
        cabin = made.space(f"cabin {n}", (25 + 2.5 * n, 2, 27 + 2.5 * n, 6))
        made.opening(f"cabin door {n}", (cabin, way), ((25.5 + 2.5 * n, 2), (26.4 + 2.5 * n, 2)))
    station = made.space("station", (41, -3, 53, 5), level=upper)
    made.flight("stair", (way, (36.0, 1.0)), (station, (41.0, 1.0)), width_m=1.4, length_m=5.7)
    made.exit("muster", station, ((53, -2), (53, 4)))
    return made.plan()


def many_runs(setting: Setting) -> Outcome:
    """Fifty runs: ten populations, five runs each with other starts and places."""
    plan = deck_plan()
    populations = 2 if setting.quick else POPULATIONS
    seeds = setting.seeds(POPULATIONS)[:populations]
    times, congested = [], []
    for seed in seeds:
        for repeat in range(RUNS):
            last, dense = _run(setting, plan, seed, replication_seed(seed, repeat))
            times.append(last)
            congested.append(dense)
    slowest, p95 = max(times), float(np.quantile(times, 0.95, method="higher"))
    worst = max(congested)
    jam = "congested" if worst > DENSE_SHARE else "not congested"
    return Outcome(
        checks=(
            Check("runs in which everybody got out", float(np.isfinite(times).sum()), len(times), len(times)),
            Check("95th percentile of the time", p95, float(np.mean(times)), slowest, "s"),
        ),
        note=f"{len(times)} runs of {populations} populations; 95th percentile {p95:.0f} s, with the safety "
        f"factor of {SAFETY} {SAFETY * p95:.0f} s; a zone had over {DENSE:g} people/m² for {worst:.2f} of "
        f"the time at most ({jam})",
        seeds=seeds,
        draw=histogram(times, x="last out, s", bins=12),
    )


def _run(setting: Setting, plan: Plan, population: int, seed: int) -> tuple[float, float]:
    """(when the last one is at the muster station, longest share of the time that a zone is congested)."""
    trial = Trial(plan, setting)
    count = 120
    people = drawn(IMO, count, population)
    seats = [spread((0.5, 3.5, 19.5, 17.5), count - 8, seed)]
    seats += [spread((25.3 + 2.5 * n, 2.5, 26.7 + 2.5 * n, 5.5), 2, seed) for n in range(4)]
    who = trial.add(np.concatenate(seats), people)
    streams = Streams(seed)
    start = streams.lognormal("pre_movement", np.arange(count), mu=DAY.mu, sigma=DAY.sigma)
    trial.send(who, trial.run.goal_exit("muster"), np.minimum(start, _LATEST_START_S))
    dense: list[NDArray[np.bool_]] = []
    area = trial.run.network.node_area_m2

    def see(_: float) -> None:
        dense.append(trial.run.node_count / area > DENSE)

    trial.until(2400.0, each=see, step_s=1.0)
    return float(trial.out_s.max()), float(np.mean(dense, axis=0).max())
