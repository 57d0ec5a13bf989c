"""What a trading day is asked for: visits, hours, entrances, campaigns and expected crowds.

Parameters carry a grade (see :mod:`twin.world.categories`); :meth:`DaySetup.sources` lists them, because an
answer must say on what it rests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from twin.errors import ScenarioError
from twin.plan.model import ExitKind
from twin.world.categories import Evidence, Grade

SATURDAY = 5
"""Days count from Monday = 0."""

PROFILE: tuple[float, ...] = (
    *(0.0,) * 10,
    *(0.035, 0.050, 0.080, 0.145, 0.165, 0.145, 0.090, 0.085, 0.085, 0.065, 0.040, 0.015),
    *(0.0,) * 2,
)
"""Share of the day's arrivals in each hour of a Saturday, for a mall open 10-22 h."""

DAY_FACTOR: tuple[float, ...] = (0.60, 0.60, 0.61, 0.64, 0.78, 1.00, 0.95)
"""Visits of Monday to Sunday relative to a Saturday."""

ENTRANCE_SHARES: Mapping[ExitKind, float] = MappingProxyType(
    {ExitKind.METRO: 0.45, ExitKind.PARKING: 0.30, ExitKind.ENTRANCE: 0.25}
)
"""Share of visitors by kind of entrance; kinds that a plan does not have leave theirs to the others."""

_ASSUMED = "assumption of mall-twin; calibrate with the site's gate counts"


@dataclass(frozen=True, slots=True, kw_only=True)
class CrowdEvent:
    """People who come on top of an ordinary day, for one thing at one time.

    An event on a stage, a sale in a shop, a full metro train: they differ in where the people go
    (``place``), through which exits they come, how sharply in time, how long they stay, and whether they
    go shopping afterwards.
    """

    id: str
    people: int
    """Expected number of extra people; the number that comes is Poisson by groups."""
    place: str
    """Id of a space or of a tenant they go to; ``""``: nowhere in particular, they shop."""
    starts_h: float
    """Clock hour at which it begins (14.5 is half past two)."""
    lasts_min: float = 60.0
    arrive_before_min: float = 30.0
    """They come in over this time before the start (and 10 % of them after it)."""
    exits: tuple[str, ...] = ()
    """Exit ids they come through; empty: as ordinary visitors do."""
    shop_after_share: float = 0.3
    """Share of the groups that go on as ordinary visitors; the others leave."""
    group_mean: float = 2.05


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySetup:
    """One trading day.

    Raises:
        ScenarioError: if a figure is out of range.
    """

    visits: float | None = None
    """Expected number of people who come in; ``None``: ``visits_per_m2`` times let area, by weekday."""
    visits_per_m2: float = 1.147
    """Visits per m² of let area on a Saturday, used where ``visits`` is not given."""
    reference_pull: float | None = None
    """Pull of the plan of which ``visits`` were expected (:func:`twin.world.trading_day_units.pull_of`).

    Given, a plan whose magnets pull more or less gets more or fewer visits; ``None``: as expected.
    """
    weekday: int = SATURDAY
    opens_h: float = 10.0
    closes_h: float = 22.0
    profile: tuple[float, ...] | None = None
    """24 shares of the arrivals by clock hour; ``None``: :data:`PROFILE` fitted to the opening hours."""
    day_sd: float = 0.12
    """Standard deviation of the natural logarithm of the day's multiplier; 0: every day is the mean day."""
    entrance_shares: Mapping[ExitKind, float] = field(default_factory=lambda: dict(ENTRANCE_SHARES))
    campaign: Mapping[str, float] = field(default_factory=dict)
    """Factor on the attraction of a tenant, by tenant id, over the whole day."""
    campaign_hours: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """From and to clock hour of a campaign, by tenant id; absent: the whole day."""
    events: tuple[CrowdEvent, ...] = ()
    sample_s: float = 300.0
    """Time between two samples of occupancy."""

    def __post_init__(self) -> None:
        """Check what cannot be true."""
        if not 0 <= self.opens_h < self.closes_h <= 24:  # noqa: PLR2004 - hours of a day
            raise ScenarioError(
                f"opening hours {self.opens_h}-{self.closes_h}: must be within one day, in order"
            )
        if self.visits is not None and not self.visits > 0:
            raise ScenarioError(f"visits {self.visits}: must be above 0")
        if self.profile is not None and (len(self.profile) != 24 or not sum(self.profile) > 0):  # noqa: PLR2004
            raise ScenarioError("profile: needs 24 shares, one a clock hour, of which some are above 0")
        if not 0 <= self.weekday <= 6:  # noqa: PLR2004 - Monday to Sunday
            raise ScenarioError(f"weekday {self.weekday}: must be 0 (Monday) to 6 (Sunday)")
        if not self.sample_s > 0:
            raise ScenarioError(f"sample_s {self.sample_s}: must be above 0 s")
        for tenant, factor in self.campaign.items():
            if not factor > 0:
                raise ScenarioError(f"campaign of {tenant}: factor {factor} must be above 0")

    def sources(self) -> list[dict[str, str]]:
        """Grade and source of the figures that this day rests on, those that were left at their default."""
        known = {
            "visits": Evidence(grade=Grade.D, source=f"{self.visits_per_m2} visits per m² let: {_ASSUMED}"),
            "profile": Evidence(
                grade=Grade.D,
                source="Saturday street counts (Leeds, Auckland), shifted to mall hours with a dinner peak",
            ),
            "day_sd": Evidence(grade=Grade.A, source="log-sd of daily footfall 0.11-0.13 (Leeds, Auckland)"),
            "entrance_shares": Evidence(grade=Grade.D, source=_ASSUMED),
        }
        if self.visits is not None:
            del known["visits"]
        if self.profile is not None:
            del known["profile"]
        return [
            {"figure": name, "grade": str(item.grade), "source": item.source} for name, item in known.items()
        ]
