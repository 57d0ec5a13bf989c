"""A small mall of two storeys, and a live twin whose state a test sets by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
from shapely import LineString, Point, box

from dashboard.services import Services
from dashboard.viewer import Viewer, set_viewer
from twin.errors import InputError
from twin.live.reading import Source
from twin.live.snapshot import (
    AlertView,
    DayFigures,
    DeviceHealth,
    FeedHealth,
    ForecastView,
    OccupancyEstimate,
    Snapshot,
)
from twin.plan.model import (
    Connector,
    ConnectorKind,
    Device,
    DeviceKind,
    Direction,
    Exit,
    ExitKind,
    Label,
    Level,
    Opening,
    OpeningKind,
    Plan,
    Space,
    SpaceKind,
    Stop,
    Tenant,
)

NOON = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
SHOPS = 6
DEPTH, FRONT, MALL = 16.0, 12.0, 10.0


def _storey(ordinal: int) -> tuple[Level, list[Space], list[Opening], list[Tenant]]:
    """Six shops on each side of a mall with a void; a stair and an escalator at its ends."""
    name = f"L{ordinal + 1}"
    width = SHOPS * FRONT + 24
    level = Level(
        id=name,
        ordinal=ordinal,
        name=Label(en=f"Level {ordinal + 1}", zh=f"{ordinal + 1} 层"),
        short_name=name,
        elevation_m=6.0 * ordinal,
        height_m=6.0,
        outline=box(0, 0, width, 2 * DEPTH + MALL),
    )
    void = box(40, DEPTH + 3, 56, DEPTH + 7)
    walk = box(12, DEPTH, width - 12, DEPTH + MALL)
    spaces = [
        Space(
            id=f"{name}-mall",
            level_id=name,
            kind=SpaceKind.WALKWAY,
            shape=walk.difference(void) if ordinal else walk,
            name=Label(en="Mall", zh="中庭走廊"),
        ),
        Space(
            id=f"{name}-stair",
            level_id=name,
            kind=SpaceKind.STAIRS,
            shape=box(0, DEPTH, 12, DEPTH + 4),
            name=Label(en="Stair W"),
        ),
        Space(
            id=f"{name}-service",
            level_id=name,
            kind=SpaceKind.SERVICE,
            shape=box(0, DEPTH + 4, 12, DEPTH + MALL),
            public=False,
            name=Label(en="Service"),
        ),
        Space(
            id=f"{name}-esc",
            level_id=name,
            kind=SpaceKind.ESCALATOR,
            shape=box(width - 12, DEPTH, width, DEPTH + 3),
            name=Label(en="Escalator E"),
        ),
        Space(
            id=f"{name}-lift",
            level_id=name,
            kind=SpaceKind.LIFT,
            shape=box(width - 12, DEPTH + 5, width - 8, DEPTH + 8),
            name=Label(en="Lift"),
        ),
    ]
    if ordinal:
        spaces.append(Space(id=f"{name}-void", level_id=name, kind=SpaceKind.VOID, shape=void))
    openings, tenants = [], []
    for side, y0 in (("s", 0.0), ("n", DEPTH + MALL)):
        for index in range(SHOPS):
            x0 = 12 + index * FRONT
            one = f"{name}-{side}{index}"
            kind = SpaceKind.FOOD if index == 2 else SpaceKind.SHOP
            spaces.append(
                Space(
                    id=one,
                    level_id=name,
                    kind=kind,
                    shape=box(x0, y0, x0 + FRONT, y0 + DEPTH),
                    name=Label(en=f"Unit {one}"),
                )
            )
            edge = DEPTH if side == "s" else DEPTH + MALL
            openings.append(
                Opening(
                    id=f"o-{one}",
                    level_id=name,
                    kind=OpeningKind.OPEN_FRONT,
                    spaces=(one, f"{name}-mall"),
                    line=LineString([(x0 + 3, edge), (x0 + 9, edge)]),
                    width_m=6.0,
                )
            )
            tenants.append(
                Tenant(
                    id=f"t-{one}",
                    space_id=one,
                    name=Label(en=f"Brand {side.upper()}{index}", zh=f"品牌{index}"),
                    category="fashion",
                )
            )
    for what, x, low, high in (
        ("stair", 12.0, DEPTH, DEPTH + 4),
        ("esc", width - 12, DEPTH, DEPTH + 3),
        ("lift", width - 12, DEPTH + 5, DEPTH + 8),
    ):
        openings.append(
            Opening(
                id=f"o-{name}-{what}",
                level_id=name,
                kind=OpeningKind.DOOR,
                spaces=(f"{name}-{what}", f"{name}-mall"),
                line=LineString([(x, low + 0.5), (x, high - 0.5)]),
                width_m=high - low - 1,
            )
        )
    return level, spaces, openings, tenants


def small_mall() -> Plan:
    """Two storeys of six shops a side."""
    ground, first = _storey(0), _storey(1)
    width = SHOPS * FRONT + 24

    def way_up(what: str, kind: ConnectorKind, x: float, y: float, **more: object) -> Connector:
        stops = tuple(Stop(level_id=f"L{n}", space_id=f"L{n}-{what}", at=Point(x + n - 1, y)) for n in (1, 2))
        return Connector(id=what, kind=kind, stops=stops, width_m=1.4, name=Label(en=what.title()), **more)

    return Plan(
        id="small",
        name=Label(en="Small mall", zh="小商场"),
        levels=(ground[0], first[0]),
        spaces=(*ground[1], *first[1]),
        openings=(*ground[2], *first[2]),
        tenants=(*ground[3], *first[3]),
        exits=(
            Exit(
                id="main",
                level_id="L1",
                kind=ExitKind.ENTRANCE,
                space_id="L1-service",
                line=LineString([(0, DEPTH + 5), (0, DEPTH + 9)]),
                width_m=3.6,
                name=Label(en="West entrance", zh="西门"),
            ),
            Exit(
                id="east",
                level_id="L1",
                kind=ExitKind.EMERGENCY,
                space_id="L1-s5",
                line=LineString([(width - 12, 4), (width - 12, 6)]),
                width_m=1.8,
                name=Label(en="East door", zh="东侧门"),
                emergency_only=True,
            ),
        ),
        connectors=(
            way_up("stair", ConnectorKind.STAIRS, 5, DEPTH + 2),
            way_up("esc", ConnectorKind.ESCALATOR, width - 8, DEPTH + 1.5, direction=Direction.UP),
            way_up("lift", ConnectorKind.LIFT, width - 10, DEPTH + 6.5),
        ),
        devices=(
            Device(
                id="c1",
                kind=DeviceKind.COUNTER,
                level_id="L1",
                at=Point(2, DEPTH + 7),
                space_id="L1-service",
                name=Label(en="Counter west", zh="西门客流计"),
            ),
            Device(
                id="p1",
                kind=DeviceKind.FIRE_PANEL,
                level_id="L1",
                at=Point(6, DEPTH + 7),
                space_id="L1-service",
                name=Label(en="Fire panel", zh="消防主机"),
            ),
        ),
    )


def an_alert(
    alert_id: str,
    *,
    priority: int = 2,
    state: str = "unacknowledged",
    space_id: str = "L2-s2",
    rule: str = "density",
) -> AlertView:
    return AlertView(
        id=alert_id, rule=rule, priority=priority, state=state, raised=NOON,
        level_id=space_id[:2], space_id=space_id,
        what=Label(en=f"Too many people {alert_id}", zh=f"人员过密 {alert_id}"),
        action=Label(en="Send a steward.", zh="派人疏导。"),
        value=2.4, limit=2.0, unit="1/m²",
    )  # fmt: skip


@dataclass
class HandLive:
    """A live twin that says what the test put in."""

    plan: Plan
    alerts: dict[str, AlertView] = field(default_factory=dict)
    forecast: ForecastView | None = None
    silent: tuple[str, ...] = ()
    acknowledged: list[tuple[str, str]] = field(default_factory=list)

    def snapshot(self, now: datetime) -> Snapshot:
        spaces = {}
        for n, space in enumerate(one for one in self.plan.spaces if one.walkable):
            density = 0.012 * (n * 7 % 11) ** 1.5 * (space.public or 0.1)
            mean = density * space.shape.area
            spaces[space.id] = OccupancyEstimate(
                mean=mean, low=0.8 * mean, high=1.2 * mean, density=density, age_s=12,
                quality="stale" if n % 17 == 3 else "good",
            )  # fmt: skip
        total = sum(one.mean for one in spaces.values())
        return Snapshot(
            clock=now, source=Source.SIMULATED, plan_version=self.plan.version, spaces=spaces,
            inside=OccupancyEstimate(
                mean=total, low=total * 0.9, high=total * 1.1, age_s=3, quality="good"
            ),
            alerts=tuple(self.alerts.values()), forecast=self.forecast, power_kw=812.0,
            devices=DeviceHealth(
                total=len(self.plan.devices), silent_ids=self.silent, last_seen={"c1": NOON}
            ),
            today=DayFigures(
                day="2026-11-21", footfall=18200, energy_kwh=5400.0, sales=1_250_000,
                footfall_by_hour=(0,) * 10 + (1200, 2600, 3400, 5200, 5800) + (0,) * 9,
            ),
            feeds=FeedHealth(broker="connected", received=41234, dead_letters=2),
        )  # fmt: skip

    def acknowledge(self, alert_id: str, by: str, now: datetime) -> object:
        if alert_id not in self.alerts:
            raise InputError(f"alert {alert_id!r} is not known")
        self.acknowledged.append((alert_id, by))
        self.alerts[alert_id] = replace(
            self.alerts[alert_id], state="acknowledged", acknowledged_by=by, acknowledged=now
        )
        return self.alerts[alert_id]

    def reset(self, alert_id: str, by: str, now: datetime) -> object:
        alert = self.alerts.get(alert_id)
        if alert is None or alert.state != "latched" or not alert.acknowledged_by:
            raise InputError(f"alert {alert_id!r} cannot be reset")
        self.alerts[alert_id] = replace(alert, state="cleared", cleared=now)
        return by


@pytest.fixture(scope="session")
def small_plan() -> Plan:
    return small_mall()


@pytest.fixture
def hand_live(small_plan: Plan) -> HandLive:
    return HandLive(small_plan)


@pytest.fixture
def services(small_plan: Plan, hand_live: HandLive) -> Services:
    return Services(plan=small_plan, live=hand_live, source=Source.SIMULATED)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    set_viewer(Viewer())
    yield
    set_viewer(Viewer())


@pytest.fixture
def alert_of() -> Callable[..., AlertView]:
    """Makes an alert: ``alert_of("a", priority=1, space_id=...)``."""
    return an_alert


@pytest.fixture(scope="session")
def hand_live_of() -> type[HandLive]:
    """Makes a live twin whose state is set by hand."""
    return HandLive
