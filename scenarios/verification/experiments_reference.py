"""Measured figures of published experiments, for comparison with simulation.

Sources of the figures:

* Corridors: experiments of the project Hermes (Düsseldorf, 2009). J. Zhang, W. Klingsch, A. Schadschneider
  and A. Seyfried, "Transitions in pedestrian fundamental diagrams of straight corridors and T-junctions",
  J. Stat. Mech. P06004 (2011); the same, "Ordering in bidirectional pedestrian streams and its influence on
  the fundamental diagram", J. Stat. Mech. P02002 (2012). The pairs of density and speed of each run
  (Voronoi method, stationary part of the run) as published with JuPedSim 0.8 (``systemtest/Validation``),
  binned here by 0.5 /m².
* Single file: pairs of the same source (oval of 26 m, 14 to 70 people), binned by 0.25 /m; Seyfried et al.,
  "The fundamental diagram of pedestrian movement revisited", J. Stat. Mech. P10002 (2005); the band of test
  16 of the RiMEA guideline 4.1.1.
* Bottlenecks: Kretz, Grünebohm and Schreckenberg, J. Stat. Mech. P10014 (2006); Seyfried, Passon, Steffen,
  Boltes, Rupprecht and Klingsch, Transp. Sci. 43 (2009); a third series that JuPedSim calls "2006EG".
* Stairs: the bands of test 13 of RiMEA 4.1.1, in the formulas of Corbetta et al. that peers code.

This module imports nothing of the product, so that a law can be fitted with it alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray


class Bin(NamedTuple):
    """People's speed at one density."""

    centre: float
    """Density in the middle of the bin, 1/m² (single file: 1/m)."""
    speed_mps: float
    """Mean speed."""
    sd_mps: float
    """Standard deviation of the speeds in the bin; NaN where not published."""
    n: int
    """Measured points in it; 0 where not published."""


class Run(NamedTuple):
    """One run of an experiment in a corridor, as measured."""

    name: str
    """``<experiment>-<width>-<width>-<width>`` in cm: uo entrance, corridor, exit; bot corridor and both
    entrances."""
    rows: int
    """Measured points (density, speed) of its stationary part."""
    density: float
    """Their mean density, 1/m²."""
    speed_mps: float
    """Their mean speed."""

    @property
    def own(self) -> bool:
        """Whether nobody has made this run with people: it is there to reach a density."""
        return self.density != self.density


BIN_WIDTH = 0.5
"""Of :data:`UO` and :data:`BO`, 1/m²."""
UO: tuple[Bin, ...] = (
    Bin(0.25, 1.489, 0.151, 102),
    Bin(0.75, 1.421, 0.117, 83),
    Bin(1.25, 1.198, 0.074, 52),
    Bin(1.75, 1.043, 0.124, 59),
    Bin(2.25, 0.534, 0.155, 80),
    Bin(2.75, 0.387, 0.092, 100),
    Bin(3.25, 0.220, 0.063, 72),
    Bin(3.75, 0.155, 0.021, 23),
)
"""One direction, corridor 3.0 m wide."""
BO: tuple[Bin, ...] = (
    Bin(0.25, 1.499, 0.104, 31),
    Bin(0.75, 1.324, 0.143, 54),
    Bin(1.25, 1.054, 0.151, 43),
    Bin(1.75, 0.776, 0.097, 61),
    Bin(2.25, 0.576, 0.077, 62),
    Bin(2.75, 0.461, 0.047, 39),
    Bin(3.25, 0.398, 0.030, 14),
)
"""Two directions in equal numbers, corridor 3.6 m wide."""
UO_RUNS: tuple[Run, ...] = (
    Run("uo-080-300-300", 99, 0.40, 1.47),
    Run("uo-100-300-300", 38, 0.52, 1.45),
    Run("uo-120-300-300", 44, 0.66, 1.45),
    Run("uo-180-300-300", 32, 1.19, 1.20),
    Run("uo-240-300-300", 44, 1.47, 1.16),
    Run("uo-300-300-300", 50, 1.80, 0.98),
    Run("uo-300-300-200", 50, 2.38, 0.55),
    Run("uo-300-300-160", 57, 2.56, 0.43),
    Run("uo-300-300-120", 75, 2.79, 0.33),
    Run("uo-300-300-080", 82, 3.36, 0.18),
)
UO_DENSER: tuple[Run, ...] = (
    Run("uo-300-300-060", 80, float("nan"), float("nan")),
    Run("uo-300-300-050", 80, float("nan"), float("nan")),
)
"""Narrower exits than the experiment had, for a simulation that stays below its densest bin."""
BO_RUNS: tuple[Run, ...] = (
    Run("bot-360-050-050", 38, 0.45, 1.52),
    Run("bot-360-075-075", 32, 0.67, 1.31),
    Run("bot-360-090-090", 32, 0.99, 1.18),
    Run("bot-360-120-120", 76, 1.61, 0.85),
    Run("bot-360-160-160", 38, 2.25, 0.56),
    Run("bot-360-200-200", 44, 2.56, 0.52),
    Run("bot-360-250-250", 44, 2.56, 0.53),
)


class Corridor(NamedTuple):
    """One run whose trajectories are published, measured here (see ``experiments_corridors.figures_of``)."""

    name: str
    people: int
    flow_ps: float
    """People a second through the middle."""
    density: float
    """Mean Voronoi density, 1/m²."""
    speed_mps: float


CORRIDORS: tuple[Corridor, ...] = (
    Corridor("uo-050-180-180", 61, 1.237, 0.509, 1.360),
    Corridor("uo-070-180-180", 111, 1.530, 0.637, 1.337),
    Corridor("uo-100-180-180", 121, 2.385, 1.164, 1.162),
    Corridor("uo-180-180-180", 220, 2.845, 1.675, 0.965),
    Corridor("uo-180-180-095", 159, 1.811, 2.483, 0.438),
)
"""One direction, corridor 1.8 m wide: demo data of PedPy, from the Jülich data archive."""

ROW_S = 0.625
"""Time from one measured point to the next: ten frames at 16 a second (taken from the number of points,
flow and people of the runs; not stated with the data)."""
HERMES_FREE_MPS = (1.55, 0.18)
"""Mean and spread of the participants' free speed: Zhang et al. (2011). The points agree: a line through
those of UO below 1 /m² meets density 0 at 1.56 m/s, one through those of BO below 0.4 /m² at 1.55 m/s."""

SINGLE_FILE_BIN_WIDTH = 0.25
SINGLE_FILE: tuple[Bin, ...] = (
    Bin(0.375, 1.130, 0.145, 38),
    Bin(0.625, 0.929, 0.134, 343),
    Bin(0.875, 0.858, 0.142, 486),
    Bin(1.125, 0.541, 0.144, 302),
    Bin(1.375, 0.353, 0.108, 307),
    Bin(1.625, 0.252, 0.072, 159),
    Bin(1.875, 0.155, 0.050, 257),
    Bin(2.125, 0.095, 0.034, 320),
    Bin(2.375, 0.051, 0.043, 320),
    Bin(2.625, 0.039, 0.034, 150),
)
"""One behind the other in an oval of 26 m, 14 to 70 people."""
SEYFRIED_2005: tuple[Bin, ...] = tuple(
    Bin(rho, speed, float("nan"), 0)
    for rho, speed in (
        (0.625, 0.93),
        (0.875, 0.79),
        (1.125, 0.53),
        (1.375, 0.33),
        (1.625, 0.23),
        (1.875, 0.22),
    )
)
"""One behind the other in an oval of 17.3 m."""
SINGLE_FILE_FREE_MPS = (1.24, 0.15)
"""Free speed of those participants (Seyfried et al. 2005)."""
RIMEA16: tuple[tuple[float, float, float, float], ...] = (
    (0.0989, 0.961, 1.186, 1.483),
    (0.2989, 0.840, 1.160, 1.473),
    (0.4989, 0.708, 1.091, 1.389),
    (0.6989, 0.598, 0.975, 1.305),
    (0.8989, 0.448, 0.747, 1.101),
    (1.0989, 0.316, 0.520, 0.840),
    (1.2989, 0.187, 0.393, 0.608),
    (1.4989, 0.112, 0.273, 0.485),
    (1.6989, 0.071, 0.199, 0.382),
    (1.8989, 0.048, 0.158, 0.314),
    (2.0989, 0.035, 0.131, 0.270),
    (2.2989, 0.027, 0.114, 0.239),
    (2.4989, 0.022, 0.102, 0.220),
    (2.6989, 0.019, 0.094, 0.208),
    (2.8989, 0.017, 0.086, 0.196),
)
"""Single file: density 1/m, and the speeds that 10, 50 and 90 % of people walk at most."""

Series = Literal["Kretz 2006", "Seyfried 2009", "EG 2006"]
BOTTLENECKS: Mapping[Series, tuple[tuple[float, float], ...]] = MappingProxyType({
    "Kretz 2006": (
        (0.4, 0.879), (0.4, 0.899), (0.5, 1.007), (0.5, 1.036), (0.6, 1.124), (0.7, 1.222), (0.7, 1.251),
        (0.8, 1.388), (0.8, 1.417), (0.8, 1.456), (0.9, 1.534), (0.9, 1.583), (0.9, 1.632), (1.0, 1.710),
        (1.0, 1.808), (1.0, 1.876), (1.0, 2.023), (1.2, 2.033), (1.2, 2.111), (1.2, 2.287),
    ),
    "Seyfried 2009": ((0.8, 1.288), (0.9, 1.674), (1.0, 1.900), (1.1, 2.123), (1.2, 2.364)),
    "EG 2006": (
        (0.9, 1.593), (1.0, 1.832), (1.1, 1.988), (1.2, 2.312), (1.4, 2.706), (1.6, 2.842), (1.8, 3.551),
        (2.0, 3.549), (2.2, 4.063), (2.5, 5.116),
    ),
})  # fmt: skip
"""Clear width of a bottleneck (m) and the flow through it (people a second)."""
BOTTLENECK_FREE_MPS = (1.34, 0.26)
"""Free speed with which peers compare these series (Weidmann 1993)."""


def bottleneck_flow(series: Series) -> dict[float, float]:
    """Mean measured flow (people a second) by width (m)."""
    points = BOTTLENECKS[series]
    widths = sorted({width for width, _ in points})
    return {width: float(np.mean([flow for at, flow in points if at == width])) for width in widths}


def mean_flow_gap(flow_by_width: Mapping[float, float], series: Series) -> float:
    """Mean over the common widths of how far simulated flows are from the measured ones, people a second.

    Args:
        flow_by_width: simulated flow (people a second) by clear width (m).
        series: the experiment.

    Returns:
        NaN if no width is common.
    """
    measured = bottleneck_flow(series)
    gaps = [abs(flow_by_width[width] - flow) for width, flow in measured.items() if width in flow_by_width]
    return float(np.mean(gaps)) if gaps else float("nan")


STAIR_BAND_DENSITY = (0.6, 1.5)
"""Densities (1/m²) for which :func:`stair_band` is defined."""


def stair_band(density: ArrayLike, *, up: bool) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lowest and highest speed (m/s) on a stair that test 13 of RiMEA 4.1.1 allows at a density (1/m²).

    The envelope of mean ± one sigma of the two branches (fast and slow) of Corbetta et al., for densities in
    :data:`STAIR_BAND_DENSITY`. It is wider than :data:`STAIR_TABLE` going down in thin streams.
    """
    rho = np.asarray(density, float)
    if up:
        fast, slow = 0.18 * rho**2 - 0.55 * rho + 1.02, 0.01 * rho + 0.48
        of_fast, of_slow = -0.14 * rho + 0.35, -0.02 * rho + 0.10
    else:
        fast, slow = 0.33 * rho**2 - 1.02 * rho + 1.39, -0.08 * rho + 0.67
        of_fast, of_slow = -0.11 * rho + 0.29, -0.06 * rho + 0.14
    return np.minimum(fast - of_fast, slow - of_slow), np.maximum(fast + of_fast, slow + of_slow)


STAIR_TABLE: Mapping[str, tuple[tuple[float, float, float], ...]] = MappingProxyType({
    "down": (
        (0.6, 0.66, 1.12), (0.8, 0.60, 1.00), (1.0, 0.55, 0.89), (1.2, 0.50, 0.81), (1.4, 0.48, 0.76),
        (1.5, 0.48, 0.73),
    ),
    "up": (
        (0.6, 0.48, 1.02), (0.8, 0.46, 0.93), (1.0, 0.46, 0.86), (1.2, 0.46, 0.80), (1.4, 0.46, 0.76),
        (1.5, 0.46, 0.74),
    ),
})  # fmt: skip
"""The band of :func:`stair_band` as a peer read it off the guideline's picture: density 1/m², lowest and
highest speed m/s. The two agree within 0.06 m/s, but for the lowest speeds down below 1 /m² (0.66 m/s here,
0.52 m/s there, at 0.6 /m²)."""


def rimea16_band(
    density: ArrayLike,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Speeds (m/s) of the 10, 50 and 90 % percentile in single file at a density (1/m), interpolated."""
    table = np.array(RIMEA16)
    rho = np.asarray(density, float)
    low, middle, high = (np.interp(rho, table[:, 0], table[:, column]) for column in (1, 2, 3))
    return low, middle, high
