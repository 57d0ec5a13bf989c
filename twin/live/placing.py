"""From people in regions to people in spaces: the prior shares them out, zone sensors correct it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.live.regions import Regions

Z95 = 1.959964
"""Two-sided 95 % quantile of the normal distribution."""
GROUP = 2.0
"""People come in groups of about two, so numbers scatter twice as much as those of people alone would."""
ZONE_SD = 0.05
"""Standard error of a zone sensor, as a share of what it shows, and at least :data:`ZONE_LEAST` people."""
ZONE_LEAST = 1.0
ZONE_DRIFT_PER_MIN = 0.06
"""How fast what a zone sensor showed gets old: its standard error grows by this share a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneReading:
    """What the sensors of one space showed, and how long ago."""

    people: float
    age_s: float

    @property
    def variance(self) -> float:
        """Error variance of the count now."""
        aged = ZONE_DRIFT_PER_MIN * self.age_s / 60.0
        return max(ZONE_SD * self.people, ZONE_LEAST) ** 2 + (aged * max(self.people, 1.0)) ** 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Placed:
    """People by space, [S] each, and in all, as mean and variance."""

    mean: NDArray[np.float64]
    variance: NDArray[np.float64]
    total: float
    total_variance: float

    @property
    def band(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Lower and upper bound of the 95 % band by space."""
        half = Z95 * np.sqrt(self.variance)
        return np.maximum(self.mean - half, 0.0), self.mean + half

    @property
    def total_band(self) -> tuple[float, float]:
        """Lower and upper bound of the 95 % band of all."""
        half = Z95 * float(np.sqrt(self.total_variance))
        return max(self.total - half, 0.0), self.total + half


def place(
    regions: Regions,
    x: NDArray[np.float64],
    p: NDArray[np.float64],
    *,
    weights: NDArray[np.float64],
    cv: float,
    region_cv: float,
    zones: Mapping[int, ZoneReading],
) -> Placed:
    """People by space.

    Args:
        regions: the regions of the plan.
        x: people by region, [R].
        p: covariance of ``x``, [R, R].
        weights: relative number of people by space, [S].
        cv: relative standard deviation of a space's share.
        region_cv: relative standard deviation of a region's share of all.
        zones: what zone sensors show, by the number of their space.
    """
    total, spread = float(x.sum()), float(p.sum())
    x, p = _toward_prior(regions, x, p, weights=weights, cv=region_cv)
    mean = np.zeros(len(regions.space_ids))
    variance = np.zeros(len(regions.space_ids))
    for region in range(regions.count):
        members = np.flatnonzero(regions.of_space == region)
        sensed = {i: zones[i] for i in members.tolist() if i in zones}
        before = float(x[region])
        _share_out(
            members,
            people=before,
            people_variance=float(p[region, region]),
            weights=weights,
            cv=cv,
            sensed=sensed,
            mean=mean,
            variance=variance,
        )
        # Sensors that see more people than were counted correct the count.
        total += max(float(mean[members].sum()) - before, 0.0)
    return Placed(mean=mean, variance=variance, total=total, total_variance=max(spread, 0.0))


def _toward_prior(
    regions: Regions,
    x: NDArray[np.float64],
    p: NDArray[np.float64],
    *,
    weights: NDArray[np.float64],
    cv: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Regions between which people pass unseen drift apart; draw them to their expected shares of the sum.

    One linear update with the pseudo-measurement ``x - shares · sum(x) = 0`` of standard error
    ``cv · shares · sum(x)``; the sum is left as it was counted.
    """
    total = float(x.sum())
    known = regions.of_space >= 0
    shares = np.bincount(regions.of_space[known], weights=weights[known], minlength=regions.count)
    if not regions.unknown or total <= 0 or shares.sum() <= 0:
        return x, p
    shares = shares / shares.sum()
    h = np.eye(regions.count) - np.outer(shares, np.ones(regions.count))
    noise = np.diag((cv * shares * total) ** 2 + 1.0)
    gain = p @ h.T @ np.linalg.inv(h @ p @ h.T + noise)
    updated = np.maximum(x - gain @ (h @ x), 0.0)
    if updated.sum() > 0:
        updated *= total / updated.sum()
    narrowed = p - gain @ h @ p
    return updated, 0.5 * (narrowed + narrowed.T)


def _share_out(
    members: NDArray[np.intp],
    *,
    people: float,
    people_variance: float,
    weights: NDArray[np.float64],
    cv: float,
    sensed: Mapping[int, ZoneReading],
    mean: NDArray[np.float64],
    variance: NDArray[np.float64],
) -> None:
    """Fill ``mean`` and ``variance`` of the spaces of one region."""
    sum_of_weights = float(weights[members].sum())
    if sum_of_weights <= 0:
        return
    shares = weights[members] / sum_of_weights
    expected = people * shares
    # Chance of where each group of them is, the uncertain share, and the uncertain sum.
    spread = GROUP * expected * (1.0 - shares) + (cv * expected) ** 2 + shares**2 * max(people_variance, 0.0)
    if not sensed:
        mean[members], variance[members] = expected, spread
        return
    fused = 0.0
    for k, i in enumerate(members.tolist()):
        if i in sensed:
            zone = sensed[i]
            gain = spread[k] / (spread[k] + zone.variance) if spread[k] > 0 else 1.0
            mean[i] = max(expected[k] + gain * (zone.people - expected[k]), 0.0)
            variance[i] = (1.0 - gain) * spread[k] if spread[k] > 0 else zone.variance
            fused += mean[i]
    others = np.array([i for i in members.tolist() if i not in sensed], dtype=np.intp)
    rest = max(people - fused, 0.0)
    rest_weight = float(weights[others].sum())
    if rest_weight > 0:
        part = weights[others] / rest_weight
        mean[others] = rest * part
        variance[others] = (
            GROUP * rest * part * (1 - part) + (cv * mean[others]) ** 2 + part**2 * people_variance
        )
