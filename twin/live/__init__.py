"""What is true now: readings, occupancy with its error, device health, energy, alerts, forecasts."""

from twin.live.clock import Clock, ScaledClock, WallClock
from twin.live.forecast import Forecaster
from twin.live.prior import DayProfile
from twin.live.reading import Reading, ReadingKind, Source
from twin.live.snapshot import Snapshot
from twin.live.twin_state import LiveSettings, LiveTwin

__all__ = [
    "Clock",
    "DayProfile",
    "Forecaster",
    "LiveSettings",
    "LiveTwin",
    "Reading",
    "ReadingKind",
    "ScaledClock",
    "Snapshot",
    "Source",
    "WallClock",
]
