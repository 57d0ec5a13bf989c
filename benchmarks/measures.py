"""What is timed. Each measure runs once and tells its wall time and what it worked on.

On shared cores wall times flap, so nothing is gated here: counts (people, visits, readings) stand beside
each time, and the load of the machine beside them all.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from sensors.decoding import Context, decode
from sensors.identity import Identity
from twin.errors import InputError
from twin.plan.checks import check
from twin.plan.importing import open_plan
from twin.plan.model import Plan
from twin.plan.zones import zones_of
from twin.world.drill import run_drill
from twin.world.drill_setup import DrillSetup
from twin.world.population import spread
from twin.world.trading_day import DaySetup, run_day

Figures = dict[str, object]
SURVEY = Path("data/plans/xyz10_site2")
DECODED = 20_000
"""Payloads that the decoding rate is taken over."""


def shared() -> Path:
    """The folder of reference data.

    Raises:
        InputError: if it is not there.
    """
    folder = Path(os.environ.get("MALL_TWIN_SHARED", "../shared"))
    if not (folder / "data").is_dir():
        raise InputError(f"reference data folder {str(folder)!r}: not there (set MALL_TWIN_SHARED)")
    return folder


@cache
def survey() -> Plan:
    """The real mall of the reference data, imported once."""
    return open_plan(shared() / SURVEY)


def plan_import() -> Figures:
    """Import and check the real nine-storey mall."""
    start = time.perf_counter()
    plan = survey()
    imported = time.perf_counter()
    report = check(plan).document()
    checked = time.perf_counter()
    zones = zones_of(plan)
    return {
        "import_s": imported - start,
        "check_s": checked - imported,
        "zones_s": time.perf_counter() - checked,
        "levels": report["levels"],
        "spaces": len(plan.spaces),
        "zones": zones.zone_area_m2.size,
        "plan_version": plan.version,
    }


def drill(people: int = 10_000, *, mode: str = "code", source: Callable[[], Plan] = survey) -> Figures:
    """One drill: the first run compiles what is not in numba's cache, so a small one goes before it."""
    plan = source()
    run_drill(plan, DrillSetup(people=spread(plan, 50), mode=mode), seed=1)
    start = time.perf_counter()
    run = run_drill(plan, DrillSetup(people=spread(plan, people), mode=mode), seed=1)
    return {
        "wall_s": time.perf_counter() - start,
        "people": run.people,
        "evacuated": run.evacuated,
        "remaining": run.remaining,
        "t95_s": run.t_share(0.95),
        "t_last_s": run.t_last,
        "mode": mode,
        "seed": 1,
        "plan_version": plan.version,
    }


def trading_day(visits: float = 41_000) -> Figures:
    """One Saturday of the demo mall."""
    plan = open_plan("demo")
    run_day(plan, DaySetup(visits=200), seed=1)
    start = time.perf_counter()
    run = run_day(plan, DaySetup(visits=visits), seed=1)
    wall = time.perf_counter() - start
    return {
        "wall_s": wall,
        "visits": run.visits,
        "groups": run.groups,
        "shop_visits": int(run.tenant_visits.sum()),
        "peak_inside": int(run.inside.max()),
        "seed": 1,
        "plan_version": plan.version,
    }


def decoding() -> Figures:
    """Payloads of the twin's own dialect to readings."""
    plan = open_plan("demo")
    context = Context(identity=Identity(plan), received=datetime.now(UTC))
    body = {"time": "2026-11-21T14:05:00+08:00", "seq": 1, "total_in": 1830, "total_out": 1512}
    topic = f"mall/{plan.id}/count/{plan.devices[0].id}"
    readings = 0
    start = time.perf_counter()
    for number in range(DECODED):
        readings += len(decode(topic, json.dumps(body | {"seq": number}).encode(), context))
    wall = time.perf_counter() - start
    return {"payloads": DECODED, "readings": readings, "payloads_per_s": DECODED / wall}


MEASURES: Mapping[str, Callable[[], Figures]] = {
    "plan_import": plan_import,
    "drill": drill,
    "trading_day": trading_day,
    "decoding": decoding,
}
"""What ``make bench`` runs, in this order."""


def sweep() -> list[Figures]:
    """Drills on both plans over the number of people and the mode; minutes."""
    plans: tuple[Callable[[], Plan], ...] = (survey, lambda: open_plan("demo"))
    return [
        drill(people, mode=mode, source=plan)
        for plan in plans
        for mode in ("code", "calibrated")
        for people in (1_000, 2_000, 5_000, 10_000, 20_000)
    ]
