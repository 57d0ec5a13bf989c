"""What the screens are given: the plan, the live twin, the store, the clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from twin.live.clock import Clock, WallClock
from twin.live.reading import Source
from twin.plan.model import Plan

if TYPE_CHECKING:
    from dashboard.jobs import Jobs


class SnapshotView(Protocol):
    """The state of the mall at one moment."""

    def document(self) -> Mapping[str, object]:
        """The JSON document that ``docs/architecture.md`` describes."""


class LiveView(Protocol):
    """The live twin, as far as the screens need it (:class:`twin.live.twin_state.LiveTwin`)."""

    def snapshot(self, now: datetime) -> SnapshotView:
        """The state at ``now``."""

    def acknowledge(self, alert_id: str, by: str, now: datetime) -> object:
        """Take note of an alert in the name of ``by``.

        Raises:
            InputError: if there is no such alert.
        """

    def reset(self, alert_id: str, by: str, now: datetime) -> object:
        """Give a latched alert free in the name of ``by``.

        Raises:
            InputError: if there is no such alert, it is not acknowledged, or its condition is still on.
        """


@dataclass(frozen=True, kw_only=True)
class Services:
    """Everything the dashboard stands on.

    Attributes:
        plan: the plan that the screens draw.
        live: the live twin; ``None`` where there are no feeds (planning only).
        source: what the frame of the screens says.
        clock: the mall's time; a simulated day has its own.
        folder: where runs and caches are kept.
        store_url: the store behind the live twin, as an SQLAlchemy URL; empty where there is none.
        notes: sentences for the person who starts the server, such as how to raise an alarm by hand.
    """

    plan: Plan
    live: LiveView | None = None
    source: Source = Source.LIVE
    clock: Clock = field(default=WallClock())
    folder: Path = Path("var")
    store_url: str = ""
    notes: tuple[str, ...] = field(default=())

    @cached_property
    def jobs(self) -> Jobs:
        """The workers that answer questions; the drill page keeps them alive as long as the server runs."""
        from dashboard.jobs import Jobs

        return Jobs(self.plan, self.folder / "runs")
