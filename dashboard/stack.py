"""The live side behind the screens: store, twin, forecast worker and ingest, started and ended together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dashboard.interrupts import children_ignore_interrupts
from dashboard.services import Services
from sensors.ingest import Ingest
from sensors.link import Address
from twin.live.forecast import Forecaster
from twin.live.prior import DayProfile
from twin.live.reading import Source
from twin.live.snapshot import DayFigures
from twin.live.twin_state import LiveTwin
from twin.plan.model import DeviceKind, Plan
from twin.store import open_store


@dataclass(frozen=True)
class FeedClock:
    """The clock of the ingest: the wall's, or the one that the feed announces."""

    ingest: Ingest

    def now(self) -> datetime:
        """The mall's time, UTC."""
        return self.ingest.clock.now()


def alarm_topic(plan: Plan) -> str:
    """Where ``1`` raises a fire alarm by hand; empty where the plan has no fire device.

    A detector is preferred to a panel, because it says where it burns; one in a let food unit to others.
    """
    order = (
        DeviceKind.SMOKE_DETECTOR,
        DeviceKind.CALL_POINT,
        DeviceKind.SPRINKLER_ZONE,
        DeviceKind.FIRE_PANEL,
    )
    fires = [one for one in plan.devices if one.kind in order]
    if not fires:
        return ""

    def rank(index: int) -> tuple[int, int, int, int]:
        one = fires[index]
        space = plan.space.get(one.space_id)
        let = one.space_id in plan.tenant_of
        return order.index(one.kind), not (space is not None and space.kind == "food"), not let, index

    best = fires[min(range(len(fires)), key=rank)]
    return f"mall/{plan.id}/fire/{best.id}"


@contextmanager
def live_services(
    plan: Plan,
    *,
    address: Address,
    source: Source,
    store_url: str,
    folder: Path,
    profile: DayProfile | None = None,
    day_before: DayFigures | None = None,
) -> Iterator[Services]:
    """The services of the screens on a live twin of ``plan`` that listens to ``address``.

    Args:
        plan: the plan.
        address: the broker.
        source: what the feed is; a simulated or replayed one brings its own clock.
        store_url: SQLAlchemy URL of the store.
        folder: where runs and caches are kept.
        profile: a simulated day that shares out people among spaces that nobody counts.
        day_before: the figures that today is compared with, where the store has none.

    Raises:
        InputError: if the store cannot be opened.
    """
    from twin.live.clock import WallClock

    with ExitStack() as ending:
        store = open_store(store_url)
        ending.callback(store.engine.dispose)
        with children_ignore_interrupts():
            forecaster = Forecaster(plan)
        ending.callback(forecaster.close)
        twin = LiveTwin(
            plan,
            store=store,
            now=WallClock().now(),
            source=source,
            profile=profile,
            day_before=day_before,
            forecaster=forecaster,
        )
        ingest = Ingest(twin, address, follow=source is not Source.LIVE)
        ingest.start()
        ending.callback(ingest.stop)
        if source is Source.SIMULATED:
            from sensors.comparator import Comparator

            comparator = Comparator(twin, address)
            comparator.start()
            ending.callback(comparator.stop)
        yield Services(
            plan=plan, live=twin, source=source, clock=FeedClock(ingest), folder=folder, store_url=store_url
        )
