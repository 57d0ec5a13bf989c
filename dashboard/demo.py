"""The demo: a broker, the feeds of a simulated Saturday, the live twin and the screens, as one context."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing.context import SpawnProcess
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from dashboard.app import create_app
from dashboard.demo_day import FRIDAY, SATURDAY, figures_of, kept_day, simulated_day
from dashboard.interrupts import children_ignore_interrupts
from dashboard.stack import alarm_topic, live_services
from sensors.broker import start_broker
from sensors.link import Address
from sensors.simulated import last_weekday, run_feed
from twin.errors import RunError
from twin.live.prior import DayProfile
from twin.live.reading import Source
from twin.plan.importing import open_plan
from twin.plan.model import Plan
from twin.plan.parcel import Parcel
from twin.world.trading_day import DayRun
from twin.world.warm import warm_up

_FEED_ENDS_S = 5.0


def _days(plan: Plan, *, seed: int, folder: Path, say: Callable[[str], None]) -> tuple[DayRun, DayRun]:
    """The Saturday and the Friday before; what is not kept is simulated, side by side in two processes."""
    asked = [{"weekday": SATURDAY, "seed": seed}, {"weekday": FRIDAY, "seed": seed + 1}]
    found = [kept_day(plan, folder=folder, **one) for one in asked]
    lacking = [index for index, run in enumerate(found) if run is None]
    if lacking:
        say(
            "simulating the Saturday and the Friday before it (once, about half a minute; then they are kept)"
        )
        # Once, before two processes that would each compile for themselves.
        warm_up()
        context = multiprocessing.get_context("spawn")
        with children_ignore_interrupts(), ProcessPoolExecutor(len(lacking), mp_context=context) as pool:
            runs = {i: pool.submit(simulated_day, plan, folder=folder, **asked[i]) for i in lacking}
            found = [run if run is not None else runs[i].result() for i, run in enumerate(found)]
    saturday, friday = found
    if saturday is None or friday is None:
        raise RunError("the days of the demo could not be simulated")
    return saturday, friday


def _run_feed(parcel: Parcel[tuple[Plan, DayRun]], address: Address, **options: Any) -> None:  # noqa: ANN401 - as run_feed
    """The feed in its own process."""
    plan, run = parcel.open()
    run_feed(plan, address, run=run, **options)


@contextmanager
def _feed(
    plan: Plan, address: Address, run: DayRun, *, seed: int, start_h: float, speed: float
) -> Iterator[Event]:
    """The feed in a process of its own; yields what is set when the past of the day has been told."""
    context = multiprocessing.get_context("spawn")
    stop, told = context.Event(), context.Event()
    options = {"seed": seed, "start_h": start_h, "speed": speed, "stop": stop, "caught_up": told}
    parcel = Parcel((plan, run))
    process: SpawnProcess = context.Process(
        target=_run_feed, args=(parcel, address), kwargs=options, name="mall-twin-feed", daemon=True
    )
    with children_ignore_interrupts():
        process.start()
    try:
        yield told
    finally:
        stop.set()
        process.join(_FEED_ENDS_S)
        if process.is_alive():
            process.terminate()
            process.join(_FEED_ENDS_S)
        parcel.close()


def _fresh_store(folder: Path) -> Path:
    """A store without the alerts of an earlier demo: its Saturday is told anew from the morning."""
    path = folder / "demo.db"
    for one in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        one.unlink(missing_ok=True)
    return path


def alarm_line(plan: Plan, address: Address) -> str:
    """The command that raises a fire alarm by hand; empty where the plan has no fire device."""
    topic = alarm_topic(plan)
    return f"mosquitto_pub -h {address.host} -p {address.port} -q 1 -t {topic} -m 1" if topic else ""


@contextmanager
def running_demo(
    *, broker_port: int, speed: float, start_h: float, seed: int, folder: Path, say: Callable[[str], None]
) -> Iterator[tuple[FastAPI, dict[str, object]]]:
    """Everything behind the demo's screens, and the facts about it; ended in order at the end.

    Args:
        broker_port: of the broker; 0 takes a free one.
        speed: seconds of the mall for one of ours.
        start_h: hour of the Saturday from which it goes on at its speed.
        seed: of the simulated days.
        folder: where they are kept.
        say: gets a line for each step.

    Raises:
        RunError: if the broker's port is taken.
    """
    begun = time.monotonic()

    def step(words: str) -> None:
        say(f"{words} [dim]{time.monotonic() - begun:.1f} s[/dim]")

    with ExitStack() as ending:
        broker = ending.enter_context(start_broker(broker_port))
        step(f"broker {broker.kind} on {broker.address}")
        plan = open_plan("demo")
        step(f"plan {plan.name.en} {plan.version}: {len(plan.levels)} levels, {len(plan.tenants)} tenants")
        saturday, friday = _days(plan, seed=seed, folder=folder, say=say)
        step(f"Saturday of {saturday.visits} visits, seed {seed}")
        day = last_weekday(SATURDAY, before=datetime.now(UTC).date())
        before = figures_of(plan, friday, day=day - timedelta(days=1), seed=seed + 1)
        store = _fresh_store(folder)
        services = ending.enter_context(
            live_services(
                plan,
                address=broker.address,
                source=Source.SIMULATED,
                store_url=f"sqlite:///{store}",
                folder=folder,
                profile=DayProfile.from_run(friday, plan),
                day_before=before,
            )
        )
        ending.enter_context(_feed(plan, broker.address, saturday, seed=seed, start_h=start_h, speed=speed))
        line = alarm_line(plan, broker.address)
        app = create_app(replace(services, notes=(line,) if line else ()))
        step(f"live twin and feeds, from {start_h:g} h at {speed:g} times the speed of the wall")
        if line:
            say(f"raise a fire alarm:  [bold]{line}[/bold]")
        yield (
            app,
            {"broker": str(broker.address), "plan_version": plan.version, "seed": seed, "fire_alarm": line},
        )
