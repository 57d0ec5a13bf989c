"""One of ours beside one of theirs: in turn, several rounds, on the same scene, people and seed.

Times on a shared machine flap, so nothing is gated here. Ours and theirs alternate, so that whatever else
runs weighs on both; the ratio is that of the medians, with the smallest and largest ratio of a round beside
it. Processor seconds stand next to those on the wall: they flap less.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.machine import Meter, idle_check, load, machine
from benchmarks.peer import HOW, peer_of


@dataclass(frozen=True, slots=True)
class Lap:
    """One run: seconds on the wall and of the processor, and what came out of it."""

    wall_s: float
    cpu_s: float
    found: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Race:
    """Ours and theirs in turn. ``theirs`` is empty where the peer is not installed."""

    peer: str
    version: str | None
    ours: tuple[Lap, ...]
    theirs: tuple[Lap, ...]
    conditions: Mapping[str, object]

    @property
    def ours_s(self) -> float:
        """Median on the wall."""
        return statistics.median(lap.wall_s for lap in self.ours)

    @property
    def peer_s(self) -> float | None:
        """Median on the wall."""
        return statistics.median(lap.wall_s for lap in self.theirs) if self.theirs else None

    @property
    def ratio(self) -> float | None:
        """How many times quicker ours is."""
        return None if self.peer_s is None else self.peer_s / self.ours_s

    def document(self) -> dict[str, object]:
        """Times, ratio and conditions; the part of a benchmark's document that all races share."""
        spread = [b.wall_s / a.wall_s for a, b in zip(self.ours, self.theirs, strict=False)]
        cpu = [statistics.median(lap.cpu_s for lap in laps) for laps in (self.ours, self.theirs) if laps]
        return {
            "ours_s": round(self.ours_s, 4),
            "peer_s": None if self.peer_s is None else round(self.peer_s, 3),
            "ratio": None if self.ratio is None else round(self.ratio, 1),
            "ratio_low": round(min(spread), 1) if spread else None,
            "ratio_high": round(max(spread), 1) if spread else None,
            "ours_cpu_s": round(cpu[0], 4),
            "peer_cpu_s": round(cpu[1], 3) if self.theirs else None,
            "ratio_cpu": round(cpu[1] / cpu[0], 1) if self.theirs else None,
            "rounds": len(self.ours),
            "peer": self.peer,
            "peer_version": self.version,
            "note": None if self.theirs else HOW.format(name=self.peer),
            "machine_load": dict(self.conditions),
        }


def race(peer: str, ours: Callable[[], Lap], theirs: Callable[[], Lap], *, rounds: int) -> Race:
    """Run ``ours`` and ``theirs`` in turn, ``rounds`` times; ours alone where the peer is not installed.

    Args:
        peer: package of the peer.
        ours: one run of ours; it is called once more before, so that nothing compiles in a round.
        theirs: one run of the peer.
        rounds: how often each.
    """
    found = peer_of(peer)
    if found is None:
        sys.stderr.write(f"bench: {HOW.format(name=peer)}\n")
    before = {**machine(), **idle_check()}
    ours()
    meter = Meter.start()
    mine: list[Lap] = []
    other: list[Lap] = []
    for number in range(rounds):
        sys.stderr.write(f"bench: round {number + 1} of {rounds}\n")
        mine.append(ours())
        if found is not None:
            other.append(theirs())
    conditions = {**before, "others_during": meter.others(), "load_after": load()}
    return Race(peer, None if found is None else found[1], tuple(mine), tuple(other), conditions)


def difference(ours: float, theirs: float) -> float:
    """Ours less theirs, as a share of theirs."""
    return round((ours - theirs) / theirs, 4)


def exponent(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """The power of its size with which a time grows: the slope of a straight line through the logarithms."""
    import numpy as np

    return round(float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0]), 3)
