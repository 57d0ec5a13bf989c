"""What the screens get: the state of the mall at one moment, as frozen values and as one JSON document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from twin.live.reading import Source
from twin.plan.model import Label

Quality: TypeAlias = Literal["good", "stale", "unknown"]


def iso(moment: datetime | None) -> str | None:
    """``moment`` as RFC 3339 text to the second, or null."""
    return None if moment is None else moment.isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class OccupancyEstimate:
    """People in a place: the mean with the band that holds the truth 95 times in 100.

    ``density`` is people per m²; ``age_s`` the age of the newest reading that it rests on (``None``:
    none ever came).
    """

    mean: float
    low: float
    high: float
    density: float = 0.0
    age_s: float | None = None
    quality: Quality = "unknown"

    def document(self) -> dict[str, object]:
        """As a JSON object."""
        return {
            "mean": round(self.mean, 1),
            "low": round(self.low, 1),
            "high": round(self.high, 1),
            "density": round(self.density, 3),
            "age_s": None if self.age_s is None else round(self.age_s),
            "quality": self.quality,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertView:
    """One alert as a person reads it. ``state`` is one of :class:`twin.live.alerts.AlertState`."""

    id: str
    rule: str
    priority: int
    state: str
    raised: datetime
    what: Label
    action: Label
    cause: Label = field(default=Label(en=""))
    level_id: str = ""
    space_id: str = ""
    device: str = ""
    value: float = 0.0
    limit: float = 0.0
    unit: str = ""
    acknowledged_by: str = ""
    acknowledged: datetime | None = None
    returned: datetime | None = None
    cleared: datetime | None = None
    count: int = 1
    """How often its condition came on since it was raised."""

    def document(self) -> dict[str, object]:
        """As a JSON object."""
        return {
            "id": self.id,
            "rule": self.rule,
            "priority": self.priority,
            "state": self.state,
            "raised": iso(self.raised),
            "acknowledged": iso(self.acknowledged),
            "returned": iso(self.returned),
            "cleared": iso(self.cleared),
            "level_id": self.level_id,
            "space_id": self.space_id,
            "device": self.device,
            "what": {"en": self.what.en, "zh": self.what.zh},
            "cause": {"en": self.cause.en, "zh": self.cause.zh},
            "action": {"en": self.action.en, "zh": self.action.zh},
            "value": round(self.value, 3),
            "limit": round(self.limit, 3),
            "unit": self.unit,
            "acknowledged_by": self.acknowledged_by,
            "count": self.count,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceHealth:
    """Which devices speak. Devices that never spoke are neither silent nor seen: see ``unheard``."""

    total: int = 0
    silent_ids: tuple[str, ...] = ()
    unheard: int = 0
    last_seen: Mapping[str, datetime] = field(default_factory=dict)
    unknown: Mapping[str, int] = field(default_factory=dict)
    """Senders that the plan does not know, with the number of their readings."""

    def document(self) -> dict[str, object]:
        """As a JSON object."""
        return {
            "total": self.total,
            "silent": len(self.silent_ids),
            "silent_ids": list(self.silent_ids),
            "unheard": self.unheard,
            "last_seen": {key: iso(value) for key, value in self.last_seen.items()},
            "unknown": dict(self.unknown),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterState:
    """One meter: ``power_kw`` now (or m³/h of water), and what it counted today."""

    power_kw: float | None
    today: float
    total: float | None
    unit: str
    age_s: float | None

    def document(self) -> dict[str, object]:
        """As a JSON object."""
        return {
            "power_kw": None if self.power_kw is None else round(self.power_kw, 2),
            "today": round(self.today, 2),
            "total": None if self.total is None else round(self.total, 2),
            "unit": self.unit,
            "age_s": None if self.age_s is None else round(self.age_s),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigures:
    """The figures of one day: so far for today, up to midnight for the day before. Hours are local, 0-23.

    A figure that nobody measured is ``None``, not zero.
    """

    day: str = ""
    footfall: int | None = None
    footfall_by_hour: tuple[int, ...] = (0,) * 24
    energy_kwh: float | None = None
    energy_by_hour: tuple[float, ...] = (0.0,) * 24
    peak_inside: float | None = None
    sales: float | None = None

    def document(self) -> dict[str, object]:
        """As a JSON object."""
        return {
            "day": self.day,
            "footfall": {"today_in": self.footfall, "by_hour": list(self.footfall_by_hour)},
            "energy": {
                "today_kwh": None if self.energy_kwh is None else round(self.energy_kwh, 1),
                "by_hour": [round(x, 1) for x in self.energy_by_hour],
            },
            "peak_inside": None if self.peak_inside is None else round(self.peak_inside),
            "sales_estimate": {"today": None if self.sales is None else round(self.sales)},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """What came in since the start, and what became of it."""

    broker: Literal["connected", "lost"] = "lost"
    received: int = 0
    readings: int = 0
    dead_letters: int = 0
    late: int = 0
    duplicates: int = 0
    out_of_order: int = 0
    gaps: int = 0
    resets: int = 0
    unknown_devices: int = 0
    rejected: int = 0

    def document(self) -> dict[str, object]:
        """As a JSON object."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastView:
    """A drill that an alarm started from the live occupancy."""

    id: str
    state: Literal["running", "done", "failed"]
    cause: str
    """Id of the alert."""
    asked: datetime
    done: datetime | None = None
    wall_s: float | None = None
    """Real seconds from the alarm's arrival to the answer."""
    space_id: str = ""
    people_mean: float = 0.0
    error: str = ""
    drill: Mapping[str, object] | None = None
    """The document of the drill's answer."""

    def document(self) -> dict[str, object]:
        """As a JSON object."""
        return {
            "id": self.id,
            "state": self.state,
            "cause": self.cause,
            "asked": iso(self.asked),
            "done": iso(self.done),
            "wall_s": None if self.wall_s is None else round(self.wall_s, 2),
            "space_id": self.space_id,
            "people_mean": round(self.people_mean),
            "error": self.error,
            "drill": self.drill,
            "advisory": True,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class TruthError:
    """How far the twin's belief is from the truth of a simulated feed. There is none for a live mall.

    ``inside_*`` are people in the whole mall; ``space_mean_abs`` is the mean absolute error over spaces
    in which somebody is or is believed to be, ``inside_share_in_band`` the share of comparisons so far in
    which the truth lay in the band.
    """

    at: datetime
    inside_true: float
    inside_believed: float
    space_mean_abs: float
    level_mean_abs: float
    comparisons: int
    inside_share_in_band: float
    space_share_in_band: float

    @property
    def inside_error(self) -> float:
        """Believed less true, people."""
        return self.inside_believed - self.inside_true

    def document(self) -> dict[str, object]:
        """As a JSON object."""
        share = self.inside_error / self.inside_true if self.inside_true else None
        return {
            "at": iso(self.at),
            "inside_true": round(self.inside_true),
            "inside_believed": round(self.inside_believed),
            "inside_error": round(self.inside_error),
            "inside_error_share": None if share is None else round(share, 4),
            "level_mean_abs": round(self.level_mean_abs, 1),
            "space_mean_abs": round(self.space_mean_abs, 2),
            "comparisons": self.comparisons,
            "inside_share_in_band": round(self.inside_share_in_band, 3),
            "space_share_in_band": round(self.space_share_in_band, 3),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The mall at ``clock``. Cheap to make and to write: it is pushed every second."""

    clock: datetime
    source: Source
    plan_version: str
    inside: OccupancyEstimate
    spaces: Mapping[str, OccupancyEstimate]
    alerts: Sequence[AlertView] = ()
    devices: DeviceHealth = field(default=DeviceHealth())
    meters: Mapping[str, MeterState] = field(default_factory=dict)
    power_kw: float | None = None
    today: DayFigures = field(default=DayFigures())
    day_before: DayFigures | None = None
    currency: str = "CNY"
    forecast: ForecastView | None = None
    feeds: FeedHealth = field(default=FeedHealth())
    error_vs_truth: TruthError | None = None
    speed: float = 1.0
    """Seconds of the mall's clock to one of ours: 1 unless simulated or replayed."""
    notes: Sequence[str] = ()
    """What the estimate cannot know on this plan, one sentence each."""

    def document(self) -> dict[str, object]:
        """As the JSON document of ``GET /api/live`` and of the live stream."""
        today = self.today
        return {
            "clock": iso(self.clock),
            "source": self.source.value,
            "speed": self.speed,
            "plan_version": self.plan_version,
            "inside": self.inside.document(),
            "spaces": {key: value.document() for key, value in self.spaces.items()},
            "alerts": [alert.document() for alert in self.alerts],
            "devices": self.devices.document(),
            "energy": {
                "power_kw": None if self.power_kw is None else round(self.power_kw, 1),
                "today_kwh": None if today.energy_kwh is None else round(today.energy_kwh, 1),
                "by_hour": [round(x, 1) for x in today.energy_by_hour],
                "by_meter": {key: value.document() for key, value in self.meters.items()},
            },
            "footfall": {"today_in": today.footfall, "by_hour": list(today.footfall_by_hour)},
            "peak_inside": None if today.peak_inside is None else round(today.peak_inside),
            "sales_estimate": {
                "today": None if today.sales is None else round(today.sales),
                "currency": self.currency,
            },
            "day_before": None if self.day_before is None else self.day_before.document(),
            "forecast": None if self.forecast is None else self.forecast.document(),
            "feeds": self.feeds.document(),
            "error_vs_truth": None if self.error_vs_truth is None else self.error_vs_truth.document(),
            "notes": list(self.notes),
        }
