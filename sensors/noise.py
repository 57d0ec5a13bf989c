"""How real devices err: people missed, clocks that are off, silences; all from the device's own streams."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.world.streams import Streams

INWARD, OUTWARD = 0, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """Errors of simulated devices. A vendor's 98-99 % is a mean of well-mounted sensors."""

    missed: float = 0.015
    missed_sd: float = 0.012
    clock_sd_s: float = 0.8
    zone_sd: float = 0.03
    """Standard error of a zone sensor as a share of what it shows."""
    silent_share: float = 0.04
    """Share of the counters that fall silent once in the day."""
    silent_s: float = 900.0
    silent_from_h: float = 11.0
    silent_to_h: float = 20.0

    def miss_rate(self, streams: Streams, device: int, direction: int) -> float:
        """Share of passages in ``direction`` that a counter misses, the same all day."""
        drawn = self.missed + self.missed_sd * float(streams.normal("miss_rate", device, direction))
        return min(max(drawn, 0.0), 0.2)

    def seen(
        self, streams: Streams, device: int, direction: int, people: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """How many of each passing group are seen, [N]."""
        rate = self.miss_rate(streams, device, direction)
        group = np.repeat(np.arange(len(people)), people)
        # One draw for each person, told apart by the direction and a running number.
        draws = streams.uniform(f"missed_{direction}", device, np.arange(len(group)))
        return np.bincount(group, weights=draws >= rate, minlength=len(people)).astype(np.int64)

    def clock_s(self, streams: Streams, device: int) -> float:
        """How far a device's clock is ahead."""
        return self.clock_sd_s * float(streams.normal("device_clock", device))

    def silence(self, streams: Streams, device: int) -> tuple[float, float] | None:
        """From when to when a counter says nothing, seconds after midnight."""
        if float(streams.uniform("silent", device)) >= self.silent_share:
            return None
        span = (self.silent_to_h - self.silent_from_h) * 3600.0
        begin = self.silent_from_h * 3600.0 + span * float(streams.uniform("silent_from", device))
        return begin, begin + self.silent_s
