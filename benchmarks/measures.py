"""What is timed. Each measure runs once and tells its wall time and what it worked on.

On shared cores wall times flap, so nothing is gated here: processor time and counts (people, visits) stand
beside each wall time, and the load of the machine beside them all.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from benchmarks.machine import Stopwatch
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
    watch = Stopwatch()
    plan = survey()
    imported = watch.lap()
    zones = zones_of(plan)
    cut = watch.lap()
    report = check(plan).document()
    return {
        "import": imported,
        "zones": cut,
        "check": watch.lap(),
        "levels": report["levels"],
        "spaces": len(plan.spaces),
        "zone_count": zones.zone_area_m2.size,
        "plan_version": plan.version,
    }


def drill(people: int = 10_000, *, mode: str = "code", source: Callable[[], Plan] = survey) -> Figures:
    """One drill: the first run compiles what is not in numba's cache, so a small one goes before it."""
    plan = source()
    run_drill(plan, DrillSetup(people=spread(plan, 50), mode=mode), seed=1)
    watch = Stopwatch()
    run = run_drill(plan, DrillSetup(people=spread(plan, people), mode=mode), seed=1)
    return {
        **watch.lap(),
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
    watch = Stopwatch()
    run = run_day(plan, DaySetup(visits=visits), seed=1)
    return {
        **watch.lap(),
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
    watch = Stopwatch()
    for number in range(DECODED):
        readings += len(decode(topic, json.dumps(body | {"seq": number}).encode(), context))
    times = watch.lap()
    rate = {name.replace("_s", "_per_s"): round(DECODED / seconds) for name, seconds in times.items()}
    return {"payloads": DECODED, "readings": readings, **times, "rate": rate}


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
