"""The Saturday that the demo tells, and the Friday that it is compared with: simulated once, then kept."""

from __future__ import annotations

import hashlib
import pickle
from datetime import date
from importlib.metadata import version
from pathlib import Path

import numpy as np
import structlog

from sensors.simulated_day import SimulatedDay
from twin.live.snapshot import DayFigures
from twin.plan.model import Plan
from twin.world.trading_day import DayRun, DaySetup, run_day

_LOG = structlog.get_logger(__name__)
SATURDAY, FRIDAY = 5, 4


def _key(plan: Plan, setup: DaySetup, seed: int) -> str:
    """What a kept day is found by: another plan, setup, seed or version of the program is another day."""
    what = f"{plan.version} {setup!r} {seed} {version('mall-twin')}"
    return hashlib.sha256(what.encode()).hexdigest()[:16]


def _path(plan: Plan, setup: DaySetup, seed: int, folder: Path) -> Path:
    return folder / "days" / f"{plan.version}-{seed}-{_key(plan, setup, seed)}.pickle"


def kept_day(plan: Plan, *, weekday: int, seed: int, folder: Path) -> DayRun | None:
    """The day that was simulated before and is kept in ``folder``, if there is one."""
    path = _path(plan, DaySetup(weekday=weekday), seed, folder)
    if not path.is_file():
        return None
    try:
        found = pickle.loads(path.read_bytes())  # noqa: S301 - written below, in the user's own folder
    except Exception:  # noqa: BLE001 - whatever is wrong with a kept day, it can be simulated again
        _LOG.warning("a kept day cannot be read; it is simulated again", path=str(path))
        return None
    return found if isinstance(found, DayRun) else None


def simulated_day(plan: Plan, *, weekday: int, seed: int, folder: Path) -> DayRun:
    """The day, simulated now and kept in ``folder``."""
    setup = DaySetup(weekday=weekday)
    path = _path(plan, setup, seed, folder)
    run = run_day(plan, setup, seed=seed, record_passages=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(pickle.dumps(run, protocol=pickle.HIGHEST_PROTOCOL))
    part.replace(path)
    return run


def figures_of(plan: Plan, run: DayRun, *, day: date, seed: int) -> DayFigures:
    """The day's figures as the twin would have kept them; the energy is what the simulated meters count."""
    by_hour = run.entered.sum(axis=0)
    energy = SimulatedDay(plan, run, day=day, seed=seed).energy_by_hour()
    return DayFigures(
        day=day.isoformat(),
        footfall=int(by_hour.sum()),
        footfall_by_hour=tuple(int(x) for x in by_hour),
        energy_kwh=float(np.sum(energy)),
        energy_by_hour=tuple(float(x) for x in energy),
        peak_inside=float(run.inside.max()),
        sales=float(run.tenant_sales.sum()),
    )
