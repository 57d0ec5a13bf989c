"""How many people are where, from counters that miss some: flow conservation with an error that grows.

State: people in each region, mean ``x`` [R] and covariance ``P`` [R, R]. A counter that reports ``n``
passages over its total ``c`` so far moves ``n / (1 - m)`` people, ``m`` being the expected share of missed
passages. Two errors go with it:

- chance: each passage is missed or not, variance ``n m / (1 - m)²``;
- bias: the share that this counter really misses differs from ``m`` by ``s``, the same all day, so that the
  error of its sum is ``s c``: the variance grows by ``s² ((c + n)² - c²)``.

Measured on a building door (UCI CalIt2): inward and outward sums of a day differ by some 5 %, which is what
``s`` = 2.5 % for two directions of one counter says. Vendors claim 98 to 99 % of passages.

People who take a lift pass no counter: each unit of counted vertical traffic adds an uncertain transfer
between the regions that a lift joins (and none to the sum of both). Unwatched exits do the same to the sum.
Nobody can be less than absent: :attr:`Flows.people` is clamped at 0. The state itself may be in debt for a
while, since the counter at a region's way out may report before the counter at its way in; a debt that is not
paid within :data:`DEBT_S` is an error of the counters, and forgiven.

Zone sensors are fused by inverse variance where the estimate is asked for (:func:`twin.live.placing.place`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.live.regions import OUTSIDE, Regions

DEBT_S = 1800.0
"""Time constant in which a region's debt is forgiven: longer than the interval of any counter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterModel:
    """Errors of a people counter, as shares of the passages."""

    missed: float = 0.015
    bias_sd: float = 0.025
    transfer_sd: float = 0.06
    """Unknown net transfer by lifts, as a share of the counted vertical traffic."""
    leak_sd: float = 0.2
    """Unknown net flow through unwatched exits, as a share of the traffic they probably carry."""


@dataclass(slots=True)
class Flows:
    """The state of the estimate. It changes by passages, and by the daily reset to an empty mall."""

    regions: Regions
    model: CounterModel = field(default_factory=CounterModel)
    x: NDArray[np.float64] = field(init=False)
    p: NDArray[np.float64] = field(init=False)
    passed: dict[str, float] = field(default_factory=dict)
    """Passages of each counter since the reset, both ways."""
    version: int = 0
    _vertical: float = 0.0
    _outer: float = 0.0
    _transfer: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        """Start with an empty mall."""
        size = self.regions.count
        self._transfer = np.zeros((size, size))
        for i, j in self.regions.unknown:
            pair = np.zeros(size)
            pair[i], pair[j] = 1.0, -1.0
            self._transfer += np.outer(pair, pair)
        if self.regions.unknown:
            self._transfer /= len(set(self.regions.unknown))
        self.reset()

    def reset(self) -> None:
        """Take the mall for empty, as it is at night."""
        self.x = np.zeros(self.regions.count)
        self.p = np.zeros((self.regions.count, self.regions.count))
        self.passed = {}
        self._vertical = self._outer = 0.0
        self.version += 1

    def passage(self, device: str, people: float, *, inward: bool, lost_sd: float = 0.0) -> None:
        """Move ``people`` through the gate of ``device``; ``lost_sd`` more may have passed unseen."""
        gate = self.regions.gates.get(device)
        if gate is None or not gate.divides or (people <= 0 and lost_sd <= 0):
            return
        seen = people * gate.share
        moved = seen / (1.0 - self.model.missed)
        before = self.passed.get(device, 0.0)
        variance = moved * self.model.missed / (1.0 - self.model.missed) + lost_sd**2
        variance += self.model.bias_sd**2 * _growth(before, seen)
        self.passed[device] = before + seen
        source, target = (gate.a, gate.b) if inward else (gate.b, gate.a)
        step = np.zeros(self.regions.count)
        if source != OUTSIDE:
            step[source] -= 1.0
        if target != OUTSIDE:
            step[target] += 1.0
        self.x += moved * step
        self.p += variance * np.outer(step, step)
        if gate.vertical:
            self.p += self.model.transfer_sd**2 * _growth(self._vertical, moved) * self._transfer
            self._vertical += moved
        if gate.outer:
            leak = (self.model.leak_sd * self.regions.leak) ** 2
            self.p[np.diag_indices_from(self.p)] += leak * _growth(self._outer, moved)
            self._outer += moved
        self.version += 1

    @property
    def people(self) -> NDArray[np.float64]:
        """People in each region, none below 0, their sum as it was counted (and not below 0), [R]."""
        clamped = np.maximum(self.x, 0.0)
        total = max(float(self.x.sum()), 0.0)
        return clamped * (total / clamped.sum()) if clamped.sum() > 0 else clamped

    def relax(self, seconds: float) -> None:
        """Let ``seconds`` pass: debts are forgiven by and by."""
        if seconds > 0 and (self.x < 0).any():
            self.x = np.where(self.x < 0, self.x * np.exp(-seconds / DEBT_S), self.x)

    def document(self) -> dict[str, Any]:
        """The state as a checkpoint keeps it."""
        return {
            "x": self.x.tolist(),
            "p": self.p.tolist(),
            "passed": self.passed,
            "vertical": self._vertical,
            "outer": self._outer,
        }

    def restore(self, document: dict[str, Any]) -> None:
        """Go on from what :meth:`document` wrote on the same plan."""
        self.x = np.array(document["x"], dtype=np.float64)
        self.p = np.array(document["p"], dtype=np.float64)
        self.passed = {str(key): float(value) for key, value in document["passed"].items()}
        self._vertical, self._outer = float(document["vertical"]), float(document["outer"])
        self.version += 1


def _growth(before: float, more: float) -> float:
    """How the square of a sum grows."""
    return 2.0 * before * more + more * more
