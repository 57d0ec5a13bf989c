"""People one behind the other, round the oval of the experiments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.verification.case import Setting
from scenarios.verification.experiments_reference import Bin
from scenarios.verification.experiments_run import RATE_HZ, Stage
from scenarios.verification.experiments_setups import Oval, single_file
from scenarios.verification.measuring import Binned, by_bin, spacing, speeds, tracks_of

Floats = NDArray[np.float64]
PEOPLE = (8, 11, 14, 17, 20, 22, 25, 28, 34, 39, 45, 56)
"""People in the oval of 26 m: those of the experiments from 14 on, and two thinner files for RiMEA's band."""
DENSEST = (62, 70)
"""The two densest runs of the experiments, in which people hardly moved."""
WARM_S, MEASURED_S = 40.0, 60.0
HALF_S = 0.5
LOOK_S = 0.5
"""Time between two points of a person."""


@dataclass(frozen=True, slots=True)
class File:
    """Points of a single-file run: one a person and half second."""

    people: int
    density: Floats
    """1/m: two over the way from who is behind to who is ahead."""
    speed_mps: Floats
    """Along the path."""
    overtaken: int
    """People who were passed, on a path too narrow for it."""


def file_of(people: int, setting: Setting, seed: int, oval: Oval | None = None) -> File:
    """Let ``people`` walk round an oval, and measure after :data:`WARM_S` for :data:`MEASURED_S`."""
    path = oval or Oval()
    length = path.length_m
    begin = np.array([path.at(number / people * length) for number in range(people)])
    rooms = [path.room_of(number / people * length) for number in range(people)]
    stage = Stage(single_file(people, path), setting, seed, places=begin, rooms=rooms)
    # The way on from each quarter leads to the middle of the next; who comes there is sent on.
    starts = np.array([*path.quarters(), length])
    middles = (starts[:-1] + starts[1:]) / 2
    nexts = [float(middles[(number + 1) % 4]) for number in range(4)]
    goals = np.array([stage.goal_place(path.room_of(s), path.at(s)) for s in nexts])
    toward = np.full(people, -1)

    def on() -> bool:
        """Send those on who have come into another quarter."""
        at = stage.run.xy
        quarter = (np.searchsorted(starts, path.along(at[:, 0], at[:, 1]), side="right") - 1) % 4
        turned = np.flatnonzero(quarter != toward)
        if len(turned):
            toward[turned] = quarter[turned]
            stage.run.go(turned, goals[toward[turned]])
        return False

    on()
    tracks = stage.until(WARM_S + MEASURED_S, each=on).tracks
    s = path.along(tracks.x, tracks.y).reshape(people, -1)  # tracks lie in the order of people
    # How far each has come since the start: ways from frame to frame are far shorter than half the path.
    ways = (np.diff(s, axis=1) + length / 2) % length - length / 2
    walked = s[:, :1] + np.concatenate([np.zeros((people, 1)), np.cumsum(ways, axis=1)], axis=1)
    on_path = tracks_of(
        tracks.person, tracks.frame, walked.ravel(), np.zeros(len(tracks)), rate_hz=tracks.rate_hz
    )
    speed = speeds(on_path, half_s=HALF_S, along=(1.0, 0.0))
    looked = (tracks.frame >= WARM_S * RATE_HZ) & (tracks.frame % round(LOOK_S * RATE_HZ) == 0)
    looked &= np.isfinite(speed)
    density = spacing(tracks.frame[looked], s.ravel()[looked], loop_m=length)
    ahead = np.concatenate([walked[1:], walked[:1] + length])
    return File(people, density, speed[looked], int(np.sum(np.any(ahead <= walked, axis=1))))


def files_of(setting: Setting, seed: int, people: Sequence[int] = PEOPLE) -> tuple[File, ...]:
    """All runs of an experiment."""
    return tuple(file_of(number, setting, seed) for number in people)


def binned(files: Sequence[File], edges: Sequence[float]) -> Binned:
    """Speeds of all files by density."""
    return by_bin(
        np.concatenate([one.density for one in files]),
        np.concatenate([one.speed_mps for one in files]),
        edges,
    )


def against(files: Sequence[File], measured: Sequence[Bin], width: float) -> Floats:
    """Mean speed of the files in each bin of an experiment, m/s."""
    return np.array(
        [binned(files, (one.centre - width / 2, one.centre + width / 2)).mean[0] for one in measured]
    )
