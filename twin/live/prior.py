"""Where the people of a region probably are: by area and use, or by a simulated trading day of the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from twin.errors import InputError
from twin.plan.model import Plan, SpaceKind

WEIGHTS: Mapping[SpaceKind, float] = {
    SpaceKind.SHOP: 0.06,
    SpaceKind.ANCHOR: 0.05,
    SpaceKind.FOOD: 0.22,
    SpaceKind.LEISURE: 0.15,
    SpaceKind.SUPERMARKET: 0.10,
    SpaceKind.KIOSK: 0.08,
    SpaceKind.WALKWAY: 0.10,
    SpaceKind.LOBBY: 0.04,
    SpaceKind.SEATING: 0.25,
    SpaceKind.RESTROOM: 0.08,
    SpaceKind.TERRACE: 0.05,
    SpaceKind.PLATFORM: 0.10,
    SpaceKind.ESCALATOR: 0.10,
    SpaceKind.STAIRS: 0.01,
    SpaceKind.LIFT: 0.10,
    SpaceKind.RAMP: 0.02,
    SpaceKind.PARKING: 0.003,
    SpaceKind.ROOM: 0.02,
    SpaceKind.SERVICE: 0.002,
    SpaceKind.OFFICE: 0.01,
    SpaceKind.STORAGE: 0.001,
}
"""Relative people per m² of a space's kind at a busy hour: an assumption, used only to share out the counted
people of a region; its uncertainty is :data:`AREA_CV`."""
BACK_OF_HOUSE = 0.1
"""Factor on spaces that are closed to visitors."""
AREA_CV, AREA_REGION_CV = 1.0, 0.4
PROFILE_CV, PROFILE_REGION_CV = 0.5, 0.12
"""Relative standard deviation of the share of a space and of a whole region: by area alone, and by a
simulated day. With them the bands of spaces held the truth of another simulated day 93 times in 100."""
SMOOTH_S = 2700.0
"""A profile is averaged over this time before and after: one simulated day is one draw of chance."""
FLOOR = 0.15
"""Share of the area weights that is mixed into a profile, so that no space is taken for empty for sure."""


class Prior(Protocol):
    """Shares out people over spaces."""

    @property
    def cv(self) -> float:
        """Relative standard deviation of a space's share."""

    @property
    def region_cv(self) -> float:
        """Relative standard deviation of a region's share."""

    def weights(self, clock_s: float) -> NDArray[np.float64]:
        """Relative number of people in each space of the plan, [S], at seconds after local midnight."""


@dataclass(frozen=True, slots=True, eq=False)
class AreaPrior:
    """People by area and use of a space, the same all day."""

    shares: NDArray[np.float64]
    cv: float = AREA_CV
    region_cv: float = AREA_REGION_CV

    @classmethod
    def of(cls, plan: Plan) -> Self:
        """The prior of ``plan`` where nothing better is known. A vacant unit holds nobody."""
        values = []
        for space in plan.spaces:
            weight = WEIGHTS.get(space.kind, 0.0) * space.shape.area if space.walkable else 0.0
            values.append(weight if space.public else weight * BACK_OF_HOUSE)
        shares = np.array(values)
        total = shares.sum()
        return cls(shares / total if total > 0 else shares)

    def weights(self, clock_s: float) -> NDArray[np.float64]:
        """Relative number of people in each space, [S]."""
        del clock_s
        return self.shares


class DayLike(Protocol):
    """What is used of :class:`twin.world.trading_day_result.DayRun`."""

    @property
    def space_ids(self) -> tuple[str, ...]:
        """Spaces, in the order of the columns."""

    @property
    def time_s(self) -> NDArray[np.float64]:
        """Times of the samples, [T]."""

    @property
    def space_count(self) -> NDArray[np.int32]:
        """People by space, [T, S]."""

    @property
    def visits(self) -> int:
        """People who came in."""

    @property
    def tenant_sales(self) -> NDArray[np.float64]:
        """Sales by tenant."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DayProfile:
    """A simulated day of the same plan: where people are by time of day, and what a visit sells.

    It is an expectation, not a measurement: the twin shares out people by it, and its sales estimate is
    counted visits times ``sales_per_visit``.
    """

    time_s: NDArray[np.float64]
    shares: NDArray[np.float64]
    """[T, S]; each row sums to 1."""
    sales_per_visit: float | None = None
    cv: float = PROFILE_CV
    region_cv: float = PROFILE_REGION_CV

    @classmethod
    def from_run(cls, run: DayLike, plan: Plan) -> Self:
        """The profile of a run on ``plan``.

        Raises:
            InputError: if the run has other spaces than the plan.
        """
        column = {space_id: i for i, space_id in enumerate(run.space_ids)}
        lacking = [space.id for space in plan.spaces if space.id not in column]
        if lacking:
            raise InputError(f"the day's run does not know space {lacking[0]!r} of plan {plan.id!r}")
        counts = run.space_count[:, [column[space.id] for space in plan.spaces]].astype(np.float64)
        base = AreaPrior.of(plan).shares
        counts = _smoothed(counts, np.asarray(run.time_s, dtype=np.float64))
        total = counts.sum(axis=1, keepdims=True)
        with np.errstate(invalid="ignore"):
            shares = np.where(total > 0, counts / np.maximum(total, 1.0), base)
        mixed = (1 - FLOOR) * shares + FLOOR * base
        sales = float(run.tenant_sales.sum()) / run.visits if run.visits else None
        return cls(time_s=np.asarray(run.time_s, dtype=np.float64), shares=mixed, sales_per_visit=sales)

    def weights(self, clock_s: float) -> NDArray[np.float64]:
        """Relative number of people in each space, [S], between the two samples around ``clock_s``."""
        i = int(np.clip(np.searchsorted(self.time_s, clock_s) - 1, 0, max(len(self.time_s) - 2, 0)))
        j = min(i + 1, len(self.time_s) - 1)
        span = self.time_s[j] - self.time_s[i]
        part = 0.0 if span <= 0 else float(np.clip((clock_s - self.time_s[i]) / span, 0.0, 1.0))
        row: NDArray[np.float64] = (1 - part) * self.shares[i] + part * self.shares[j]
        return row


def _smoothed(counts: NDArray[np.float64], time_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of each sample and of those within :data:`SMOOTH_S` of it, [T, S]."""
    sums = np.vstack([np.zeros(counts.shape[1]), np.cumsum(counts, axis=0)])
    first = np.searchsorted(time_s, time_s - SMOOTH_S, side="left")
    last = np.searchsorted(time_s, time_s + SMOOTH_S, side="right")
    smoothed: NDArray[np.float64] = (sums[last] - sums[first]) / (last - first)[:, None]
    return smoothed
