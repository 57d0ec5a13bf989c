"""The corridors of Hermes repeated: fundamental diagrams of one and of two directions, and single runs.

Measured as the experimenters did: Voronoi density and speed in the middle of the corridor, one point every
0.6 s, in the stationary part of a run. In a simulation that part is the last that the supply of people feeds;
each run gives as many points as it gave in the experiment, so that the bins are made of the same runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely import box

from scenarios.verification.case import Setting
from scenarios.verification.experiments_reference import BIN_WIDTH, Bin, Run
from scenarios.verification.experiments_run import RATE_HZ, Stage
from scenarios.verification.experiments_setups import SetUp, named
from scenarios.verification.measuring import (
    Tracks,
    by_bin,
    passages,
    speeds,
    voronoi_cells,
    voronoi_density,
    voronoi_speed,
)
from twin.errors import RunError

Floats = NDArray[np.float64]
POINT_FRAMES = round(0.6 * RATE_HZ)
"""Frames from one measured point to the next."""
HALF_S = 0.3
"""Speeds are taken over twice this time (the experimenters: ten frames at 16 a second)."""
_NEAR_M = 6.0
"""People further than this from the middle reach into no cell of the measuring area."""
_LONGEST_S = 400.0
_FEWEST = 3
"""Points that a bin needs to count as measured."""


@dataclass(frozen=True, slots=True)
class Points:
    """Points of one repeated run."""

    run: str
    seed: int
    density: Floats
    """1/m²"""
    speed_mps: Floats
    flow_ps: float
    """People a second through the middle, both directions together."""
    inside_walls: bool


def points_at(
    tracks: Tracks, setup: SetUp, frames: Sequence[int] | NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Voronoi density (1/m²) and speed (m/s) in the measuring area at some frames."""
    floor = setup.floor().intersection(box(-_NEAR_M, -100.0, _NEAR_M, 100.0))
    wanted = np.asarray(frames, np.int64)
    reach = round(HALF_S * tracks.rate_hz) + 1
    kept = tracks.at((tracks.frame >= wanted.min() - reach) & (tracks.frame <= wanted.max() + reach))
    cells = voronoi_cells(kept, floor, frames=wanted)
    density = voronoi_density(cells, setup.area).at(wanted)
    speed = voronoi_speed(cells, speeds(kept, half_s=HALF_S), setup.area).at(wanted)
    return density, speed


def points_of(run: Run, setting: Setting, seed: int) -> Points:
    """Repeat one run and measure it at the end of its supply, at as many points as in the experiment."""
    setup = named(run.name)
    stage = Stage(setup, setting, seed)
    waiting = [(start.box[0], start.box[2]) for start in setup.starts]

    def supplied() -> bool:
        """Whether one of the waiting rooms is empty."""
        x = stage.run.xy[:, 0]
        return not all(np.any((x >= west) & (x <= east)) for west, east in waiting)

    repeated = stage.until(_LONGEST_S, each=supplied)
    last = stage.recorder.frames - 1 - round((HALF_S + 0.1) * RATE_HZ)
    frames = last - POINT_FRAMES * np.arange(run.rows)[::-1]
    if frames[0] <= 0:
        raise RunError(f"{run.name}: its people are through before {run.rows} points are measured")
    density, speed = points_at(repeated.tracks, setup, frames)
    begin_s, end_s = frames[0] / RATE_HZ, frames[-1] / RATE_HZ
    times = passages(repeated.tracks, setup.line).time_s
    flow = float(np.sum((times > begin_s) & (times <= end_s)) / (end_s - begin_s))
    return Points(run.name, seed, density, speed, flow, repeated.inside_walls)


@dataclass(frozen=True, slots=True)
class Diagram:
    """Speeds by density of repeated runs, beside those of the experiment."""

    points: tuple[Points, ...]
    centre: Floats
    speed_mps: Floats
    """Mean in each bin of the experiment; NaN in a bin with fewer than three points."""
    n: NDArray[np.int64]
    measured: tuple[Bin, ...]

    @property
    def rmse_mps(self) -> float:
        """Root of the mean square of the differences of the bins' means; NaN if one is missing."""
        wanted = np.array([one.speed_mps for one in self.measured])
        return float(np.sqrt(np.mean((self.speed_mps - wanted) ** 2)))


def diagram_of(points: Sequence[Points], measured: tuple[Bin, ...]) -> Diagram:
    """Put the points of runs into the bins of an experiment."""
    edges = [one.centre - BIN_WIDTH / 2 for one in measured] + [measured[-1].centre + BIN_WIDTH / 2]
    binned = by_bin(
        np.concatenate([one.density for one in points]),
        np.concatenate([one.speed_mps for one in points]),
        edges,
    )
    return Diagram(
        tuple(points),
        binned.centre,
        np.where(binned.n >= _FEWEST, binned.mean, np.nan),
        binned.n,
        measured,
    )


@dataclass(frozen=True, slots=True)
class RunFigures:
    """One run with few people, from its tracks: of an experiment or of its repetition."""

    flow_ps: float
    density: float
    speed_mps: float


STEADY = (0.3, 0.9)
"""A run is taken as steady between the passages of these shares of its people through the middle."""


def figures_of(tracks: Tracks, setup: SetUp) -> RunFigures:
    """Flow, and mean Voronoi density and speed, while a run is steady (:data:`STEADY`)."""
    times = passages(tracks, setup.line).time_s
    first, last = (round(share * (len(times) - 1)) for share in STEADY)
    step = max(1, round(POINT_FRAMES / RATE_HZ * tracks.rate_hz))
    frames = np.arange(
        round(float(times[first]) * tracks.rate_hz), round(float(times[last]) * tracks.rate_hz), step
    )
    density, speed = points_at(tracks, setup, frames)
    return RunFigures(
        float((last - first) / (times[last] - times[first])),
        float(np.mean(density)),
        float(np.nanmean(speed)),
    )
