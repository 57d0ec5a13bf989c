"""People one behind the other round a ring: RiMEA 16, and the single-file part of RiMEA 4."""

from __future__ import annotations

import math

import numpy as np

from scenarios.verification.case import Check, Outcome, Setting
from scenarios.verification.experiments_reference import rimea16_band
from scenarios.verification.experiments_setups import Oval
from scenarios.verification.experiments_single_file import File, file_of
from scenarios.verification.measuring import by_bin
from scenarios.verification.pictures import curves
from scenarios.verification.trial import Floats

RING = Oval(length_m=8.0 + 6.0 * math.pi, straight_m=4.0, width_m=0.8)
"""Two straights of 4 m and half circles of 3 m radius, 0.8 m wide."""
PEOPLE = (8, 13, 18, 24, 30, 35, 40, 46, 51)
"""0.3 to 1.9 /m."""
EDGES = np.arange(0.2, 2.11, 0.2)
LEAST = 50
"""Points that a bin must have."""


def _files(setting: Setting) -> tuple[list[File], Floats, Floats, tuple[int, ...]]:
    """The runs, all their densities (1/m) and speeds (m/s), and the seeds."""
    seeds = setting.seeds(2)
    files = [file_of(people, setting, seed, RING) for seed in seeds for people in PEOPLE]
    density = np.concatenate([one.density for one in files])
    return files, density, np.concatenate([one.speed_mps for one in files]), seeds


def in_band(setting: Setting) -> Outcome:
    """RiMEA 16: the median speed of each bin from 0.3 to 2 /m within the 10th to 90th percentile."""
    files, density, speed, seeds = _files(setting)
    binned = by_bin(density, speed, EDGES)
    middle = (EDGES[1:] + EDGES[:-1]) / 2
    counts = np.histogram(density, EDGES)[0]
    low, _, high = rimea16_band(middle)
    medians = np.asarray(binned.median)
    full = counts >= LEAST
    inside = (medians >= low) & (medians <= high)
    return Outcome(
        checks=(
            Check("bins with at least 50 points, of 9", float(full.sum()), len(middle), len(middle)),
            Check("share of them with the median in the band", float(inside[full].mean()), 1.0, 1.0),
            Check("people who were passed in single file", sum(one.overtaken for one in files), 0, 0),
        ),
        note="; ".join(f"{d:.1f}/m {v:.2f} m/s" for d, v in zip(middle, medians, strict=True)),
        seeds=seeds,
        draw=curves(
            {"median": (middle, medians)}, x="density, 1/m", y="speed, m/s", band=(middle, low, high)
        ),
    )


def falling(setting: Setting) -> Outcome:
    """RiMEA 4 (v3), single file: speeds fall with density and stay below the free speed."""
    _, density, speed, seeds = _files(setting)
    medians = np.asarray(by_bin(density, speed, EDGES).median)
    middle = (EDGES[1:] + EDGES[:-1]) / 2
    return Outcome(
        checks=(
            Check(
                "largest rise of the median from bin to bin",
                float(np.diff(medians).max()),
                high=0.05,
                unit="m/s",
            ),
            Check("median in the thinnest bin", float(medians[0]), 0.5, 1.7, "m/s"),
            Check(
                "median in the densest bin over that in the thinnest",
                float(medians[-1] / medians[0]),
                0.0,
                0.4,
            ),
        ),
        seeds=seeds,
        draw=curves(
            {"points": (density, speed), "median": (middle, medians)},
            x="density, 1/m",
            y="speed, m/s",
            points=("points",),
        ),
    )
