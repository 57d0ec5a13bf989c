"""Replications of a drill, in this process or in a pool, and the answer that they make together."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Protocol, TypedDict

import numpy as np
from numpy.typing import NDArray

from twin.errors import ScenarioError
from twin.plan.guesses import guessed_inputs
from twin.plan.model import Plan
from twin.plan.zones import zones_of
from twin.world.drill import run_drill
from twin.world.drill_bound import DrillBound, drill_bound
from twin.world.drill_doors import door_measures
from twin.world.drill_levels import level_measures
from twin.world.drill_maps import Maps, maps_of
from twin.world.drill_places import place_measures
from twin.world.drill_result import DrillRun
from twin.world.drill_setup import DrillSetup
from twin.world.drill_zones import worst_places, zone_measures
from twin.world.statistics import Estimate, estimate
from twin.world.streams import replication_seed

ADVISORY = (
    "Advisory: a simulation result. It does not replace the judgement of a fire engineer or an authority."
)
CURVE_S = 10.0
"""Step of the clearance curve in a document."""
BOUNDED = 5
"""Replications, the first ones, for which the lower bound is worked out: it hardly differs between them."""


class Progress(Protocol):
    """Called while replications run, with the part of one that was done since the last call."""

    def __call__(self, steps: float = 1.0) -> None:
        """``steps`` more are done; what it raises ends the drill."""


@dataclass(frozen=True, kw_only=True)
class DrillAnswer:
    """All replications of one drill on one plan."""

    plan: Plan
    setup: DrillSetup
    seed: int
    runs: tuple[DrillRun, ...]
    """In the order of their replication numbers."""
    guessed: tuple[Mapping[str, object], ...]
    wall_s: float

    @property
    def people(self) -> int:
        """People in the building at the alarm; the same in every replication."""
        return self.runs[0].people

    @property
    def t95_s(self) -> Estimate:
        """When 95 % had left."""
        return _estimate([run.t_share(0.95) for run in self.runs])

    @property
    def t_last_s(self) -> Estimate:
        """When the last one left; absent if in some replication not everybody did."""
        return _estimate([run.t_last for run in self.runs])

    @property
    def evacuated(self) -> Estimate:
        """People who left."""
        return estimate([run.evacuated for run in self.runs])

    @property
    def remaining(self) -> Estimate:
        """People who did not."""
        return estimate([run.remaining for run in self.runs])

    @property
    def typical(self) -> DrillRun:
        """The replication whose 95 % time is the median: the one to play back."""
        times = np.array([run.t_share(0.95) for run in self.runs])
        order = np.argsort(np.where(np.isnan(times), np.inf, times), kind="stable")
        return self.runs[int(order[(len(order) - 1) // 2])]

    def bound(self) -> DrillBound:
        """What no engine can be quicker than."""
        seeds = [replication_seed(self.seed, r) for r in range(min(len(self.runs), BOUNDED))]
        return drill_bound(self.plan, self.setup, seeds)

    @property
    def weakest_assumption(self) -> str:
        """The input that the time rests on and that is known least."""
        widths = [g for g in self.guessed if g["field"] in {"width_m", "riser_m", "tread_m", "line"}]
        if widths:
            worst = widths[0]
            return f"{worst['field']} of {worst['guessed']} of {worst['of']} {worst['feature']}s is guessed"
        return (
            f"pre-movement {self.setup.starts.name or 'as given'}: median {self.setup.starts.median_s:.0f} s"
        )

    def _smoke(self) -> dict[str, object] | None:
        """What the smoke did: the law, the people whom it stopped, and the highest dose anybody breathed."""
        if not self.setup.smoke:
            return None
        return {
            "law": self.setup.smoke_law.value,
            "spaces": sorted(one.space_id for one in self.setup.smoke),
            "incapacitated": estimate([run.incapacitated for run in self.runs]).document(),
            "highest_dose": estimate([float(run.dose.max(initial=0.0)) for run in self.runs]).document(),
        }

    def document(self) -> dict[str, object]:
        """The answer as a JSON object: exactly what ``twin drill --json`` prints."""
        zones = zones_of(self.plan)
        return self.summary() | {
            "bound": self.bound().document(),
            "exit_use": {
                name: estimate([run.exit_people[name] for run in self.runs]).document()
                for name in self.runs[0].exit_ids
            },
            "doors": door_measures(self.runs),
            "inside_by_level": level_measures(zones, self.runs),
            "zones": zone_measures(zones, self.runs),
            "worst_places": worst_places(zones, self.runs),
        }

    def maps(self) -> Maps:
        """The maps of all replications."""
        return maps_of(zones_of(self.plan), self.runs)

    def summary(self) -> dict[str, object]:
        """The answer without its figures by zone, door and level: its times, exits and jams."""
        first = self.runs[0]
        horizon = max(float(run.time_s[-1]) for run in self.runs)
        times = np.arange(0.0, horizon + CURVE_S, CURVE_S)
        curves = np.array([run.curve(times) for run in self.runs])
        t95 = [run.t_share(0.95) for run in self.runs]
        return {
            "plan": self.plan.id,
            "plan_version": first.plan_version,
            "engine": first.engine,
            "mode": first.mode,
            "crowd_levels": sorted(self.setup.crowd_levels),
            "seed": self.seed,
            "replications": len(self.runs),
            "people": self.people,
            "evacuated": _count(self.evacuated),
            "remaining": _count(self.remaining),
            "evacuated_interval": self.evacuated.document(),
            "remaining_interval": self.remaining.document(),
            "t50_s": _estimate([run.t_share(0.5) for run in self.runs]).document(),
            "t95_s": self.t95_s.document(),
            "t_last_s": self.t_last_s.document(),
            "t95_s_by_replication": [None if math.isnan(t) else round(t, 2) for t in t95],
            "exits": {
                name: estimate([run.exit_people[name] for run in self.runs]).mean for name in first.exit_ids
            },
            "curve": _curve(times, curves),
            "jams": [jam.document() for jam in self.typical.jams],
            "peak_density": _peaks(self.runs),
            **place_measures(self.plan, self.runs),
            "weakest_assumption": self.weakest_assumption,
            "guessed_inputs": [dict(g) for g in self.guessed],
            "pre_movement": {
                "name": self.setup.starts.name,
                "mu": self.setup.starts.mu,
                "sigma": self.setup.starts.sigma,
            },
            "population": self.setup.persons.name,
            "groups": self.setup.together,
            "carried": estimate([run.carried for run in self.runs]).document(),
            "waiting_for_help": estimate([run.waiting_for_help for run in self.runs]).document(),
            "smoke": self._smoke(),
            "fire": self.setup.fire.space_id if self.setup.fire else None,
            "blocked": sorted(self.setup.blocked),
            "stopped": sorted(self.setup.stopped),
            "watchdog": sorted({line for run in self.runs for line in run.watchdog}),
            "wall_s": round(self.wall_s, 3),
            "advisory": ADVISORY,
        }


def run_drills(
    plan: Plan,
    setup: DrillSetup,
    *,
    seed: int,
    replications: int,
    progress: Progress | None = None,
    workers: int = 1,
    record: bool = False,
    trajectories: Path | None = None,
) -> DrillAnswer:
    """Run a drill ``replications`` times.

    Replication r draws from ``replication_seed(seed, r)``, whatever the number of workers.

    Args:
        plan: the building.
        setup: the drill.
        seed: of the whole answer.
        replications: how many; one has no interval.
        progress: called while replications run, or with several workers as they end.
        workers: processes; 1 runs in this process.
        record: keep positions of the first replication for playback.
        trajectories: file for the trajectories of the first replication (see :func:`run_drill`).

    Raises:
        ScenarioError: if there is less than one replication or worker, or the setup does not fit the plan.
    """
    if replications < 1:
        raise ScenarioError(f"{replications} replications: at least 1 is needed")
    if workers < 1:
        raise ScenarioError(f"{workers} workers: at least 1 is needed")
    begin = time.perf_counter()
    seeds = [replication_seed(seed, r) for r in range(replications)]
    kept = _Kept(record=record, trajectories=trajectories)
    runs = dict(
        _results(plan, setup, seeds, workers=min(workers, replications), kept=kept, progress=progress)
    )
    return DrillAnswer(
        plan=plan,
        setup=setup,
        seed=seed,
        runs=tuple(runs[r] for r in range(replications)),
        guessed=tuple(guessed_inputs(plan)),
        wall_s=time.perf_counter() - begin,
    )


class _Kept(TypedDict, total=False):
    """What the first replication keeps besides its result: arguments of :func:`run_drill`."""

    record: bool
    trajectories: Path | None


def _results(
    plan: Plan,
    setup: DrillSetup,
    seeds: list[int],
    *,
    workers: int,
    kept: _Kept,
    progress: Progress | None,
) -> Iterator[tuple[int, DrillRun]]:
    """The runs as they end, with their replication numbers."""
    keeps = [kept if number == 0 else _Kept() for number in range(len(seeds))]
    if workers <= 1:
        for number, one in enumerate(seeds):
            steps = None if progress is None else _Steps(progress)
            yield number, run_drill(plan, setup, seed=one, watch=steps, **keeps[number])
            if steps is not None:
                steps(1.0)
        return
    # Spawned, since a forked copy of a process with threads (a server) may hang.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        futures = {
            pool.submit(run_drill, plan, setup, seed=one, **keeps[number]): number
            for number, one in enumerate(seeds)
        }
        for future in as_completed(futures):
            yield futures[future], future.result()
            if progress is not None:
                progress()


class _Steps:
    """Tells a :class:`Progress` how far one replication is."""

    def __init__(self, progress: Progress) -> None:
        self._progress, self._told = progress, 0.0

    def __call__(self, done: float) -> None:
        """``done`` of the replication, 0 ... 1."""
        if done > self._told:
            before, self._told = self._told, done
            self._progress(done - before)


def _estimate(values: list[float]) -> Estimate:
    """As :func:`estimate`, but absent (NaN) as a whole if one replication has no value."""
    if any(math.isnan(value) for value in values):
        return Estimate(mean=math.nan, low=math.nan, high=math.nan, replications=len(values))
    return estimate(values)


def _curve(times: NDArray[np.float64], out: NDArray[np.int64]) -> dict[str, list[float]]:
    """People out over time: mean and the t interval over replications (the mean again with one)."""
    rows = [estimate(out[:, i]) for i in range(len(times))]
    single = len(out) == 1
    return {
        "time_s": times.tolist(),
        "out": [round(row.mean, 1) for row in rows],
        "low": [round(row.mean if single else max(row.low, 0.0), 1) for row in rows],
        "high": [round(row.mean if single else row.high, 1) for row in rows],
    }


def _count(value: Estimate) -> int | float:
    """A number of people: whole where all replications agree."""
    return int(value.mean) if value.mean == int(value.mean) else round(value.mean, 1)


def _peaks(runs: tuple[DrillRun, ...]) -> dict[str, float]:
    """The highest density in any zone: mean and greatest over the replications."""
    peaks = [float(run.peak_density.max(initial=0.0)) for run in runs]
    return {"mean": round(float(np.mean(peaks)), 2), "max": round(max(peaks), 2)}
