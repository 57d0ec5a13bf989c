"""Compile and load what drills and trading days need, before somebody waits for it."""

from __future__ import annotations

from shapely import LineString, Point, Polygon, box

from twin.movement.engines import ENGINES, mode_of
from twin.plan import model as m
from twin.world.drill import Change, DrillSetup, run_drill
from twin.world.trading_day import DaySetup, run_day

_CORNER = Polygon([(0, 0), (24, 0), (24, 24), (18, 24), (18, 6), (0, 6)])
"""Two corridors that meet: big enough to be cut into zones, and with places that do not see each other."""


def warm_up() -> None:
    """Run drills with each engine and a trading day with a few people on two small levels.

    So every kernel is compiled.

    What is compiled is kept on disk: the first call after an installation takes the compiler's time (tens of
    seconds), later ones in any process a second or two. Call it before several processes start, or each of
    them compiles for itself.
    """
    plan = _small_plan()
    changes = (Change(at_s=2.0, id="exit", is_open=False), Change(at_s=60.0, id="exit", is_open=True))
    people = {"lower": 3, "upper": 3}
    for engine in ENGINES:
        setup = DrillSetup(
            people=people, lifts=True, changes=changes, engine=engine, mode=mode_of(engine), horizon_s=300.0
        )
        run_drill(plan, setup, seed=0, record=True)
    run_day(plan, DaySetup(visits=5, opens_h=12.0, closes_h=13.0), seed=0, record_passages=True)


def _small_plan() -> m.Plan:
    """A corridor on each of two levels and an evacuation lift between them; a shop and an exit below."""
    levels = tuple(
        m.Level(
            id=name,
            ordinal=n,
            name=m.Label(en=name, zh=name),
            short_name=name,
            elevation_m=4.0 * n,
            height_m=4.0,
            outline=box(0, 0, 24, 24),
        )
        for n, name in enumerate(("lower", "upper"))
    )
    corridors = [
        m.Space(id=one.id, level_id=one.id, kind=m.SpaceKind.WALKWAY, shape=_CORNER) for one in levels
    ]
    shop = m.Space(id="shop", level_id="lower", kind=m.SpaceKind.SHOP, shape=box(0, 6, 18, 12))
    door = m.Opening(
        id="door",
        level_id="lower",
        kind=m.OpeningKind.DOOR,
        spaces=("shop", "lower"),
        line=LineString([(5, 6), (7, 6)]),
        width_m=2.0,
    )
    way_out = m.Exit(
        id="exit",
        level_id="lower",
        kind=m.ExitKind.ENTRANCE,
        space_id="lower",
        line=LineString([(0, 2), (0, 4)]),
        width_m=2.0,
    )
    lift = m.Connector(
        id="lift",
        kind=m.ConnectorKind.LIFT,
        stops=tuple(m.Stop(level_id=one.id, space_id=one.id, at=Point(21, 21)) for one in levels),
        width_m=1.1,
        evacuation=True,
    )
    tenant = m.Tenant(id="tenant", space_id="shop", name=m.Label(en="Shop", zh="商铺"), category="fashion")
    return m.Plan(
        id="warm-up",
        name=m.Label(en="Warm-up", zh="预热"),
        levels=levels,
        spaces=(*corridors, shop),
        openings=(door,),
        exits=(way_out,),
        connectors=(lift,),
        tenants=(tenant,),
    )
