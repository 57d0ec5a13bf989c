"""Bottlenecks repeated: flow by width against published series, and one door whose N(t) is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely import box

from scenarios.verification.case import Setting
from scenarios.verification.experiments_run import Stage
from scenarios.verification.experiments_setups import SetUp, bottleneck, wuppertal_door
from scenarios.verification.measuring import Passages, Tracks, passages, voronoi_cells, voronoi_density

Floats = NDArray[np.float64]
LONGEST_S = 1200.0
"""A repetition that takes longer has not ended."""


def flow_at(width_m: float, setting: Setting, seed: int) -> float:
    """Steady flow (people a second) of 200 people through a bottleneck; 0 if not all of them came through."""
    setup = bottleneck(width_m)
    passed = passed_of(setup, setting, seed)
    return 0.0 if len(passed) < setup.people else passed.flow()


def passed_of(setup: SetUp, setting: Setting, seed: int) -> Passages:
    """Who passed the entrance of a bottleneck when, as the run itself logged it."""
    run = Stage(setup, setting, seed, watch=("entrance",)).run
    while run.moving and run.now_s < LONGEST_S:
        run.advance(run.now_s + 10.0)
    times = np.sort(np.repeat(run.passages["t"], run.passages["people"]))
    return Passages(np.arange(len(times)), times, np.ones(len(times), bool))


def flows_at(width_m: float, setting: Setting, seeds: Sequence[int]) -> Floats:
    """Flow (people a second) of each repetition at one width."""
    return np.array([flow_at(width_m, setting, seed) for seed in seeds])


DOOR_COUNTED = (
    (10, 7.44), (20, 16.28), (30, 24.27), (40, 32.61), (50, 42.37), (60, 51.05), (70, 60.57), (75, 64.97),
)  # fmt: skip
"""040_c_56_h-: how many had passed the door after how many s (counted in its trajectories)."""
DOOR_FLOW_PS = 1.143
"""040_c_56_h-: flow between the first and the last tenth, people a second."""
DOOR_DENSITY = 6.3
"""040_c_56_h-: mean Voronoi density in :data:`DOOR_AREA` while the second to the sixth tenth pass, 1/m²."""
DOOR_AREA = (-2.0, -1.0, -1.0, 1.0)
"""2 m across and 1 m deep, 1 m before the door."""
_SIXTH, _SECOND = 0.6, 0.1


@dataclass(frozen=True, slots=True)
class Door:
    """What was seen at a door."""

    passed: Passages
    flow_ps: float
    density: float
    """NaN where people have no places."""

    def behind(self) -> float:
        """The most people by which N(t) differs from that of the experiment at its counts."""
        counts, times = zip(*DOOR_COUNTED, strict=True)
        return float(np.max(np.abs(self.passed.count(times) - np.array(counts))))


def door_of(tracks: Tracks, setup: SetUp) -> Door:
    """Measure a door: N(t), flow, and the density before it."""
    passed = passages(tracks, setup.line)
    begin, end = (float(passed.time_s[round(share * (len(passed) - 1))]) for share in (_SECOND, _SIXTH))
    frames = np.unique(tracks.frame)
    frames = frames[(frames >= begin * tracks.rate_hz) & (frames <= end * tracks.rate_hz)]
    before = setup.floor().intersection(box(-100.0, -100.0, 0.0, 100.0))
    cells = voronoi_cells(tracks, before, frames=frames[:: max(1, round(tracks.rate_hz))])
    return Door(passed, passed.flow(), float(np.mean(voronoi_density(cells, DOOR_AREA).value)))


def door_repeated(setting: Setting, seed: int) -> Door:
    """Repeat 040_c_56_h- once; on a network, which has no places, by what the door itself counts."""
    setup = wuppertal_door()
    if setting.engine == "network":
        passed = passed_of(setup, setting, seed)
        return Door(passed, passed.flow(), float("nan"))
    return door_of(Stage(setup, setting, seed).until(LONGEST_S).tracks, setup)
