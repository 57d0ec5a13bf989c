"""Readings and a twin for the tests of the live room."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from twin.live.reading import UNITS, Reading, ReadingKind
from twin.live.twin_state import LiveTwin
from twin.plan.model import Plan
from twin.store import Store, open_store

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
"""Noon in the mall (UTC+8)."""


@pytest.fixture
def store() -> Store:
    return open_store("sqlite://")


@pytest.fixture
def live(watched_mall: Plan, store: Store) -> LiveTwin:
    """A twin of the two-storey mall at noon."""
    return LiveTwin(watched_mall, store=store, now=NOON)


@pytest.fixture
def say() -> Callable[..., Reading]:
    """Makes a reading: device, kind, value, and seconds after noon."""

    def make(device: str, kind: str, value: float, at_s: float = 0.0, **more: object) -> Reading:
        moment = NOON + timedelta(seconds=at_s)
        values = {"measured": moment, "received": moment} | more
        return Reading(
            device=device, kind=ReadingKind(kind), value=value, unit=UNITS[ReadingKind(kind)], **values
        )

    return make
