"""Figures with their intervals: replications, and differences of paired replications.

Sources: Law, "Simulation Modeling and Analysis" (t intervals over replications, common random numbers);
Benjamini and Hochberg 1995 (false discovery rate over many units).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A mean over replications with its t interval.

    With one replication there is no interval: ``low`` and ``high`` are NaN, and ``replications`` says why.
    """

    mean: float
    low: float
    high: float
    replications: int
    level: float = 0.95

    def document(self) -> dict[str, float | int | None]:
        """The estimate as a JSON object; an absent bound is null."""
        return {
            "mean": _finite(self.mean),
            "low": _finite(self.low),
            "high": _finite(self.high),
            "replications": self.replications,
            "level": self.level,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A paired difference B - A over replications, with what it means in words."""

    base: Estimate
    changed: Estimate
    delta: Estimate
    p_value: float
    detectable: bool
    """Whether the change survives the false-discovery-rate test among its fellows."""
    unit: str = ""

    def document(self) -> dict[str, object]:
        """The difference as a JSON object."""
        return {
            "base": self.base.document(),
            "changed": self.changed.document(),
            "delta": self.delta.document(),
            "p_value": _finite(self.p_value),
            "detectable": self.detectable,
            "unit": self.unit,
        }


def estimate(values: ArrayLike, *, level: float = 0.95) -> Estimate:
    """Mean and two-sided t interval at ``level`` of one value per replication.

    Raises:
        ValueError: if there is no value.
    """
    sample = np.asarray(values, dtype=np.float64).ravel()
    if sample.size == 0:
        raise ValueError("an estimate needs at least one replication")
    mean = float(sample.mean())
    if sample.size == 1:
        return Estimate(mean=mean, low=math.nan, high=math.nan, replications=1, level=level)
    half = _quantile(level, sample.size - 1) * float(sample.std(ddof=1)) / math.sqrt(sample.size)
    return Estimate(mean=mean, low=mean - half, high=mean + half, replications=sample.size, level=level)


@cache
def _quantile(level: float, degrees: int) -> float:
    """Of Student's t. Kept: an answer has thousands of intervals, and scipy takes a millisecond for each."""
    return float(stats.t.ppf(0.5 + level / 2, degrees))


def paired(base: ArrayLike, changed: ArrayLike, *, unit: str = "", level: float = 0.95) -> Difference:
    """The paired difference of two rows of replications that share their seeds.

    Raises:
        ValueError: if the rows differ in length.
    """
    return paired_many([np.asarray(base)], [np.asarray(changed)], units=[unit], level=level)[0]


def paired_many(
    base: Sequence[NDArray[np.float64]],
    changed: Sequence[NDArray[np.float64]],
    *,
    units: Sequence[str],
    level: float = 0.95,
) -> list[Difference]:
    """Paired differences of many figures at once, with Benjamini-Hochberg over them.

    ``base[i]`` and ``changed[i]`` hold figure i, one value per replication, in the same order of seeds.

    Raises:
        ValueError: if a pair differs in length.
    """
    deltas = []
    p_values = []
    for one, other in zip(base, changed, strict=True):
        if np.shape(one) != np.shape(other):
            raise ValueError(f"paired rows differ in length: {np.shape(one)} and {np.shape(other)}")
        delta = np.asarray(other, dtype=np.float64) - np.asarray(one, dtype=np.float64)
        deltas.append(delta)
        p_values.append(_p_value(delta))
    detectable = _benjamini_hochberg(np.asarray(p_values), q=1 - level)
    return [
        Difference(
            base=estimate(one, level=level),
            changed=estimate(other, level=level),
            delta=estimate(delta, level=level),
            p_value=p,
            detectable=bool(seen),
            unit=unit,
        )
        for one, other, delta, p, seen, unit in zip(
            base, changed, deltas, p_values, detectable, units, strict=True
        )
    ]


def _p_value(delta: NDArray[np.float64]) -> float:
    """Two-sided paired t test; 1 where nothing differs, NaN with a single replication.

    Where all replications differ by the same amount, which whole numbers easily do, the t test would be
    certain after two of them; the sign test holds instead: 2^(1 - n).
    """
    if not delta.any():
        return 1.0
    if delta.size == 1:
        return math.nan
    if np.ptp(delta) == 0:
        return float(2.0 ** (1 - delta.size))
    return float(stats.ttest_1samp(delta, 0.0).pvalue)


def _benjamini_hochberg(p_values: NDArray[np.float64], *, q: float) -> NDArray[np.bool_]:
    """Which hypotheses are rejected at false discovery rate ``q``; NaN never is."""
    rejected = np.zeros(p_values.shape, dtype=bool)
    known = np.flatnonzero(~np.isnan(p_values))
    if known.size:
        adjusted = stats.false_discovery_control(p_values[known])
        rejected[known] = adjusted <= q
    return rejected


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
