"""The simulated feeds of a trading day, over a real broker, as a process of its own.

The past of the day is told quickly first, the feed's clock standing at the end of each step, then the day
goes on at its speed. Everything says that it is simulated: the announcement of the clock, the messages of our
own dialect, and a user property of every MQTT 5 message.
"""

from __future__ import annotations

import logging
import time
from datetime import UTC, date, datetime, timedelta
from threading import Event
from typing import Protocol

import structlog
from paho.mqtt.client import Client

from sensors.announcing import Announcement, clock_topic
from sensors.link import Address, connect, new_client, with_source
from sensors.noise import Noise
from sensors.simulated_day import DayLike, SimulatedDay
from twin.errors import RunError
from twin.live.reading import Source
from twin.plan.model import Plan

log = structlog.get_logger(__name__)

CATCH_UP_S = 900.0
"""Step in which the past of the day is told."""
BEFORE_OPENING_S = 1800.0
TRUTH_S = 60.0
CONNECT_S = 20.0
PACE_S = 0.2
"""How often the feed looks which messages are due."""


class StopLike(Protocol):
    """A threading or a multiprocessing event."""

    def is_set(self) -> bool:
        """Whether to stop."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until told to stop, or until ``timeout``."""


class SetLike(Protocol):
    """An event that is set."""

    def set(self) -> None:
        """Tell that it has happened."""


def truth_topic(plan_id: str) -> str:
    """The side channel of the truth: outside the tree that the twin listens to."""
    return f"truth/{plan_id}"


def last_weekday(weekday: int, *, before: date) -> date:
    """The last day of the week number ``weekday`` (Monday 0) on or before ``before``."""
    return before - timedelta(days=(before.weekday() - weekday) % 7)


def run_feed(
    plan: Plan,
    address: Address,
    *,
    run: DayLike | None = None,
    seed: int = 7,
    day: date | None = None,
    start_h: float = 14.0,
    speed: float = 1.0,
    noise: Noise | None = None,
    stop: StopLike | None = None,
    caught_up: SetLike | None = None,
) -> None:
    """Publish a simulated day of ``plan`` until told to stop. Made to be the target of a process.

    Args:
        plan: the plan.
        address: the broker.
        run: the day, with passages recorded; by default a Saturday is simulated with ``seed``.
        seed: of the day, and of the devices' errors.
        day: the date on which it is told; by default the last day of the run's weekday.
        start_h: local hour at which the day goes on at its speed; what was before is told quickly.
        speed: seconds of the mall for one of ours.
        noise: how the devices err.
        stop: ends the feed.
        caught_up: set when the past has been told.

    Raises:
        RunError: if the broker does not answer.
    """
    logging.getLogger("numba").setLevel(logging.WARNING)
    stop = stop or Event()
    opens_h, weekday = 10.0, 5
    if run is None:
        from twin.world.trading_day import run_day
        from twin.world.trading_day_setup import DaySetup

        setup = DaySetup()
        opens_h, weekday = setup.opens_h, setup.weekday
        run = run_day(plan, setup, seed=seed, record_passages=True)
    day = day or last_weekday(weekday, before=datetime.now(UTC).date())
    simulated = SimulatedDay(plan, run, day=day, seed=seed, noise=noise)
    feed = _Feed(simulated, address)
    feed.open()
    try:
        feed.catch_up(min(opens_h * 3600.0 - BEFORE_OPENING_S, start_h * 3600.0), start_h * 3600.0, stop)
        if caught_up is not None:
            caught_up.set()
        feed.go_on(start_h * 3600.0, speed, stop)
    except KeyboardInterrupt:
        log.info("simulated feed ends")
    finally:
        feed.close()


class _Feed:
    """A connection on which one simulated day is told."""

    def __init__(self, simulated: SimulatedDay, address: Address) -> None:
        self.simulated, self.address = simulated, address
        self.plan_id = simulated.plan.id
        self._connected = Event()
        self._client = new_client(address, client_id=f"mall-twin-simulated-{self.plan_id}")
        self._client.on_connect = lambda *_: self._connected.set()
        self._properties = with_source(Source.SIMULATED.value) if address.protocol == "5" else None

    def open(self) -> None:
        """Connect.

        Raises:
            RunError: if the broker does not answer.
        """
        connect(self._client, self.address)
        if not self._connected.wait(CONNECT_S):
            self._client.loop_stop()
            raise RunError(f"the simulated feed finds no broker at {self.address}")

    def close(self) -> None:
        """Take the announcement back and disconnect."""
        drain(self._client)
        self._client.publish(clock_topic(self.plan_id), b"", qos=1, retain=True).wait_for_publish(2.0)
        self._client.disconnect()
        self._client.loop_stop()

    def catch_up(self, from_s: float, until_s: float, stop: StopLike) -> None:
        """Tell the day up to ``until_s`` in steps, as fast as the broker takes it."""
        self._announce(from_s, 0.0, begin_day=True)
        at_s = from_s
        while at_s < until_s and not stop.is_set():
            after = min(at_s + CATCH_UP_S, until_s)
            self._announce(after, 0.0)
            for one in self.simulated.messages(at_s, after, every_s=CATCH_UP_S):
                self._publish(one.topic, one.payload)
            at_s = after
            drain(self._client)

    def go_on(self, from_s: float, speed: float, stop: StopLike) -> None:
        """Tell the day at ``speed`` until told to stop."""
        self._announce(from_s, speed)
        begin, done_s, truth_s = time.monotonic(), from_s, from_s + TRUTH_S
        while not stop.is_set():
            now_s = from_s + speed * (time.monotonic() - begin)
            for one in self.simulated.messages(done_s, now_s):
                self._publish(one.topic, one.payload)
            done_s = now_s
            if now_s >= truth_s:
                truth_s = now_s + TRUTH_S
                self._client.publish(truth_topic(self.plan_id), self.simulated.truth(now_s), qos=0)
            stop.wait(PACE_S)

    def _announce(self, at_s: float, speed: float, *, begin_day: bool = False) -> None:
        """Say what time it is in the mall."""
        told = Announcement(
            source=Source.SIMULATED, mall=self.simulated.moment(at_s), speed=speed, begin_day=begin_day
        )
        # Only a running clock is kept for who comes later: a step of the past would be stale.
        self._client.publish(clock_topic(self.plan_id), told.payload(), qos=1, retain=speed > 0)

    def _publish(self, topic: str, payload: bytes) -> None:
        self._client.publish(topic, payload, qos=1, properties=self._properties)


def drain(client: Client, *, timeout_s: float = 30.0) -> None:
    """Wait until the broker has everything that was published."""
    until = time.monotonic() + timeout_s
    while client._out_messages and time.monotonic() < until:  # noqa: SLF001 - paho offers no other way to know
        time.sleep(0.01)
