"""What all tests share: where the reference data are, and the demo mall."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from twin.plan.model import Plan

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
ROOT = Path(__file__).resolve().parent.parent
# How long an example takes, or is looked for, says how busy the machine is and nothing about the rule.
settings.register_profile("busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy machine")


def missing(what: str) -> None:
    """Skip on a desk, fail in CI: a skip must not turn green."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing, and CI must have it")
    pytest.skip(f"{what} is missing")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a skipped test has failed: what it needs must be installed there."""
    report = yield
    return _failed_if_skipped(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a module that skips itself while it is collected."""
    report = yield
    return _failed_if_skipped(report)


def _failed_if_skipped(report: Report) -> Report:
    """The report, turned to a failure if it is a skip and this is CI."""
    if os.environ.get("CI") and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped, and CI must skip nothing: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data."""
    given = Path(os.environ.get("MALL_TWIN_SHARED", "../shared"))
    folder = given if given.is_absolute() else (ROOT / given).resolve()
    if not (folder / "data").is_dir():
        missing(f"the reference data folder {folder} (set MALL_TWIN_SHARED)")
    return folder


@pytest.fixture(scope="session")
def demo_plan() -> Plan:
    """The demo mall."""
    from twin.plan.importing import open_plan

    return open_plan("demo")


@pytest.fixture(scope="session")
def two_storey_plan() -> Plan:
    """A mall small enough to work out by hand.

    Two levels, 60 m by 30 m and 5 m apart. On each a corridor of 60 m by 6 m (y 12 to 18) with three shops
    of 20 m by 12 m south of it (a door of 2 m, an open front of 8 m, a door of 1.2 m), and north of it a
    stair (1.4 m clear), an escalator up, one down, and a lift. Level 1 has an entrance of 3 m in the west
    and an emergency exit of 2 m in the east, both from the corridor.
    """
    from shapely import LineString, Point, box

    from twin.plan import model as m

    levels, spaces, openings = [], [], []
    for n in (1, 2):
        at = f"L{n}"
        levels.append(
            m.Level(
                id=at,
                ordinal=n - 1,
                name=m.Label(en=f"Level {n}", zh=f"{n}层"),
                short_name=at,
                elevation_m=5.0 * (n - 1),
                height_m=5.0,
                outline=box(0, 0, 60, 30),
            )
        )
        spaces.append(
            m.Space(id=f"{at}-corridor", level_id=at, kind=m.SpaceKind.WALKWAY, shape=box(0, 12, 60, 18))
        )
        fronts = (
            (m.OpeningKind.DOOR, 2.0, m.SpaceKind.SHOP),
            (m.OpeningKind.OPEN_FRONT, 8.0, m.SpaceKind.SHOP),
            (m.OpeningKind.DOOR, 1.2, m.SpaceKind.FOOD),
        )
        for k, (kind, width, use) in enumerate(fronts):
            shop = f"{at}-shop-{k + 1}"
            middle = 20.0 * k + 10.0
            spaces.append(
                m.Space(
                    id=shop,
                    level_id=at,
                    kind=use,
                    shape=box(20 * k, 0, 20 * k + 20, 12),
                    name=m.Label(en=f"Shop {n}{k + 1}", zh=f"商铺{n}{k + 1}"),
                )
            )
            line = LineString([(middle - width / 2, 12), (middle + width / 2, 12)])
            openings.append(
                m.Opening(
                    id=f"{shop}-front",
                    level_id=at,
                    kind=kind,
                    spaces=(shop, f"{at}-corridor"),
                    line=line,
                    width_m=width,
                )
            )
        cores = (
            ("stairs", m.SpaceKind.STAIRS, box(0, 18, 4, 24), m.OpeningKind.FIRE_DOOR, 1.5),
            ("up", m.SpaceKind.ESCALATOR, box(20, 18, 22, 30), m.OpeningKind.OPEN_FRONT, 1.0),
            ("down", m.SpaceKind.ESCALATOR, box(24, 18, 26, 30), m.OpeningKind.OPEN_FRONT, 1.0),
            ("lift", m.SpaceKind.LIFT, box(40, 18, 42.5, 20.5), m.OpeningKind.DOOR, 1.1),
        )
        for name, use, shape, kind, width in cores:
            space = f"{at}-{name}"
            middle = shape.centroid.x
            spaces.append(m.Space(id=space, level_id=at, kind=use, shape=shape))
            line = LineString([(middle - width / 2, 18), (middle + width / 2, 18)])
            openings.append(
                m.Opening(
                    id=f"{space}-door",
                    level_id=at,
                    kind=kind,
                    spaces=(f"{at}-corridor", space),
                    line=line,
                    width_m=width,
                )
            )

    def connector(name: str, kind: m.ConnectorKind, x: float, y: float, **more: object) -> m.Connector:
        stops = tuple(m.Stop(level_id=f"L{n}", space_id=f"L{n}-{name}", at=Point(x, y)) for n in (1, 2))
        return m.Connector(id=name, kind=kind, stops=stops, **more)

    return m.Plan(
        id="two-storey",
        name=m.Label(en="Two-storey mall", zh="两层商场"),
        levels=tuple(levels),
        spaces=tuple(spaces),
        openings=tuple(openings),
        exits=(
            m.Exit(
                id="west",
                level_id="L1",
                kind=m.ExitKind.ENTRANCE,
                space_id="L1-corridor",
                line=LineString([(0, 13.5), (0, 16.5)]),
                width_m=3.0,
                name=m.Label(en="West entrance", zh="西入口"),
            ),
            m.Exit(
                id="east",
                level_id="L1",
                kind=m.ExitKind.EMERGENCY,
                space_id="L1-corridor",
                line=LineString([(60, 14), (60, 16)]),
                width_m=2.0,
                name=m.Label(en="East emergency exit", zh="东安全出口"),
                emergency_only=True,
            ),
        ),
        connectors=(
            connector("stairs", m.ConnectorKind.STAIRS, 2.0, 21.0, width_m=1.4, protected=True),
            connector("up", m.ConnectorKind.ESCALATOR, 21.0, 24.0, width_m=1.0, direction=m.Direction.UP),
            connector("down", m.ConnectorKind.ESCALATOR, 25.0, 24.0, width_m=1.0, direction=m.Direction.DOWN),
            connector("lift", m.ConnectorKind.LIFT, 41.25, 19.25, width_m=1.1),
        ),
        devices=(
            m.Device(
                id="counter-west",
                kind=m.DeviceKind.COUNTER,
                level_id="L1",
                at=Point(0.5, 15),
                space_id="L1-corridor",
                watches="west",
            ),
            m.Device(
                id="smoke-1",
                kind=m.DeviceKind.SMOKE_DETECTOR,
                level_id="L1",
                at=Point(10, 6),
                space_id="L1-shop-1",
            ),
        ),
        tenants=tuple(
            m.Tenant(
                id=f"tenant-{n}{k}",
                space_id=f"L{n}-shop-{k}",
                name=m.Label(en=f"Tenant {n}{k}", zh=f"租户{n}{k}"),
                category=category,
                rent_per_m2_month=300.0,
                sales_per_m2_year=30_000.0,
            )
            for n in (1, 2)
            for k, category in ((1, "fashion"), (2, "sports"), (3, "cafe"))
        ),
    )


@pytest.fixture(scope="session")
def watched_mall(two_storey_plan: Plan) -> Plan:
    """The two-storey mall with counters at its entrance and both escalators, and one of each other device.

    The counter ``c-west`` speaks Xovis, ``c-up`` Milesight, ``c-down`` the twin's own dialect.
    """
    from dataclasses import replace

    from shapely import Point

    from twin.plan.model import Device, DeviceKind, Label

    def device(name: str, kind: DeviceKind, space_id: str, **more: object) -> Device:
        values = {"interval_s": 60.0, "topic": f"mall/two-storey/{kind}/{name}", **more}
        label = Label(en=name, zh=f"设备{name}")
        return Device(
            id=name,
            kind=kind,
            level_id=space_id[:2],
            at=Point(5, 15),
            space_id=space_id,
            name=label,
            **values,
        )

    return replace(
        two_storey_plan,
        devices=(
            device("c-west", DeviceKind.COUNTER, "L1-corridor", watches="west", model="xovis5"),
            device("c-up", DeviceKind.COUNTER, "L1-corridor", watches="up", model="milesight"),
            device("c-down", DeviceKind.COUNTER, "L2-corridor", watches="down", model="native"),
            device("z-shop", DeviceKind.ZONE_SENSOR, "L2-shop-3", interval_s=30.0),
            device("m-all", DeviceKind.ELECTRICITY_METER, "L1-shop-1", watches="L1-shop-1", interval_s=900.0),
            device("panel", DeviceKind.FIRE_PANEL, "L1-shop-1", interval_s=30.0),
            device("smoke-21", DeviceKind.SMOKE_DETECTOR, "L2-shop-1"),
        ),
    )
