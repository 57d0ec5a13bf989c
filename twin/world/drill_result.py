"""What one evacuation was: who left when and where, queues, densities, and who did not get out."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.world.density import Footprints
from twin.world.drill_doors import Door
from twin.world.frames import Frames

LOS_DENSITY = (0.0, 1 / 3.25, 1 / 2.32, 1 / 1.39, 1 / 0.93, 1 / 0.46)
"""People/m² from which a walkway has level of service A, B, C, D, E, F (Fruin 1971: 3.25, 2.32, 1.39, 0.93
and 0.46 m² a person)."""


@dataclass(frozen=True, kw_only=True)
class Jam:
    """A queue at one way on. ``people_s``: waiting time of all together, people times seconds."""

    source: str
    """Opening, exit or connector id; ``""`` for a line inside a space."""
    level_id: str
    space_id: str
    """The space in which people wait."""
    at: tuple[float, float]
    people_s: float
    peak: int
    """The longest queue, people."""
    people: int
    """Who passed."""

    def document(self) -> dict[str, object]:
        """The jam as a JSON object."""
        return {
            "source": self.source,
            "level_id": self.level_id,
            "space_id": self.space_id,
            "at": [round(self.at[0], 2), round(self.at[1], 2)],
            "waiting_people_s": round(self.people_s, 1),
            "peak_queue": self.peak,
            "passed": self.people,
        }


@dataclass(frozen=True, kw_only=True)
class DrillRun:
    """One evacuation. N people, P portals, Z zones, T samples."""

    plan_version: str
    seed: int
    engine: str
    mode: str
    people: int
    out_time_s: NDArray[np.float64]
    """[N] seconds after the alarm; NaN: still inside."""
    out_exit: NDArray[np.int32]
    """[N] index into ``exit_ids``; -1: still inside."""
    start_space: NDArray[np.int32]
    """[N] index into ``plan.spaces``."""
    start_zone: NDArray[np.int32]
    """[N] zone in which each began."""
    start_time_s: NDArray[np.float64]
    """[N] pre-movement time."""
    exit_ids: tuple[str, ...]
    time_s: NDArray[np.float64]
    """[T]"""
    zone_count: NDArray[np.int32]
    """[T, Z] people in each zone; who is on stairs and escalators is in ``link_count``."""
    link_count: NDArray[np.int32]
    """[T, K]"""
    zone_queue: NDArray[np.int32]
    """[T, Z] people who queue in each zone for a way out of it."""
    portal_queue_max: NDArray[np.int32]
    """[P]"""
    portal_queue_people_s: NDArray[np.float64]
    """[P]"""
    portal_passed: NDArray[np.int32]
    """[P]"""
    doors: tuple[Door, ...]
    """[D] ways on whose flow is counted."""
    door_passed: NDArray[np.int32]
    """[T, D] people who passed each by each sample."""
    peak_density: NDArray[np.float64]
    """[Z] people/m²"""
    density_time_s: NDArray[np.float64]
    """[Z, 6] seconds with at least the density of :data:`LOS_DENSITY`; first column: with anybody in it."""
    last_used_s: NDArray[np.float64]
    """[Z] when the last one left the zone; NaN: never used; inf: somebody is still there."""
    footprints: Footprints | None
    """Density on a fine raster, where the engine knows true positions."""
    jams: tuple[Jam, ...]
    """The worst first."""
    frames: Frames | None
    wall_s: float
    dose: NDArray[np.float64]
    """[N] fractional effective dose that each has breathed; 0 without smoke."""
    down_s: NDArray[np.float64]
    """[N] when each was incapacitated by smoke; NaN: never."""
    carried: int
    """People who cannot use stairs and whom a team has carried."""
    waiting_for_help: int
    """People who cannot use stairs and still wait for a team."""
    watchdog: tuple[str, ...]
    """Who did not get out, where and why; and what else one should know."""

    @property
    def evacuated(self) -> int:
        """People who left."""
        return int((~np.isnan(self.out_time_s)).sum())

    @property
    def remaining(self) -> int:
        """People who are still inside."""
        return self.people - self.evacuated

    @property
    def t_last(self) -> float:
        """When the last one left, s; NaN unless everybody did."""
        if not self.people:
            return 0.0
        return math.nan if self.remaining else float(self.out_time_s.max())

    @property
    def incapacitated(self) -> int:
        """People whom smoke has incapacitated."""
        return int((~np.isnan(self.down_s)).sum())

    def t_share(self, share: float) -> float:
        """When ``share`` of the people had left, s; NaN if fewer ever did.

        Raises:
            ValueError: unless 0 < share <= 1.
        """
        if not 0 < share <= 1:
            raise ValueError(f"share {share}: must be above 0 and at most 1")
        if not self.people:
            return 0.0
        rank = math.ceil(share * self.people)
        times = np.sort(self.out_time_s)
        return float(times[rank - 1])

    @property
    def exit_people(self) -> dict[str, int]:
        """People by exit id, unused exits included."""
        counts = np.bincount(self.out_exit[self.out_exit >= 0], minlength=len(self.exit_ids))
        return {name: int(count) for name, count in zip(self.exit_ids, counts, strict=True)}

    def curve(self, times_s: NDArray[np.float64]) -> NDArray[np.int64]:
        """People out by each of ``times_s``."""
        out = np.sort(self.out_time_s[~np.isnan(self.out_time_s)])
        return np.searchsorted(out, times_s, side="right")
