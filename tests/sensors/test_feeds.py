"""Feeds over a real broker: from the publish to the state, nothing lost and nothing twice."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from sensors.announcing import Announcement, clock_topic
from sensors.broker import Broker, free_port, mosquitto_path, start_broker
from sensors.comparator import Comparator
from sensors.ingest import LARGEST_PAYLOAD, Ingest
from sensors.link import Address, connect, new_client
from sensors.noise import Noise
from sensors.recording import open_recording, record, replay
from sensors.simulated import drain, run_feed
from sensors.simulated_day import SimulatedDay
from twin.errors import InputError, RunError
from twin.live.reading import Source
from twin.live.twin_state import LiveTwin
from twin.plan.model import Plan
from twin.store import Store, open_store
from twin.store.inbox import Inbox, Message, Outcome

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
EXACT = Noise(missed=0.0, missed_sd=0.0, clock_sd_s=0.0, zone_sd=0.0, silent_share=0.0)
pytestmark = pytest.mark.broker


class StandingClock:
    """A clock that stands at noon."""

    def now(self) -> datetime:
        return NOON


def _need_mosquitto() -> None:
    if mosquitto_path() is None:
        pytest.skip("mosquitto is missing")  # conftest turns a skip into a failure in CI


@pytest.fixture(scope="module", params=["mosquitto", "amqtt"])
def broker(request: pytest.FixtureRequest) -> Iterator[Broker]:
    if request.param == "mosquitto":
        _need_mosquitto()
    with start_broker(0, kind=request.param) as started:
        yield started


@pytest.fixture(scope="module")
def mosquitto() -> Iterator[Broker]:
    _need_mosquitto()
    with start_broker(0, kind="mosquitto") as started:
        yield started


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path}/twin.db")
    yield opened
    opened.close()


def _wait(told: Callable[[], bool], seconds: float = 20.0) -> None:
    until = time.monotonic() + seconds
    while not told():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.02)


def _publish(address: Address, messages: list[tuple[str, bytes]]) -> None:
    client = new_client(address, client_id=f"test-{time.time_ns()}")
    ready = threading.Event()
    client.on_connect = lambda *_: ready.set()
    connect(client, address)
    assert ready.wait(20)
    for topic, payload in messages:
        client.publish(topic, payload, qos=1)
    drain(client)
    client.disconnect()
    client.loop_stop()


def _ingest(plan: Plan, store: Store, address: Address, **more: object) -> Ingest:
    twin = LiveTwin(plan, store=store, now=NOON)
    ingest = Ingest(twin, address, **({"clock": StandingClock(), "client_id": f"i-{time.time_ns()}"} | more))
    ingest.start()
    _wait(lambda: ingest._broker == "connected")
    time.sleep(0.3)
    return ingest


def test_all_messages_are_stored_applied_and_the_broken_ones_kept(
    watched_mall: Plan, store: Store, broker: Broker
) -> None:
    """400 good and 3 broken messages: 400 people came, 3 dead letters with reasons, 403 in the inbox."""
    ingest = _ingest(watched_mall, store, broker.address)
    good = [("mall/two-storey/count/c-west", json.dumps({"in": 1, "seq": k}).encode()) for k in range(400)]
    broken = [
        ("mall/two-storey/count/c-west", b'{"in": "many"}'),
        ("mall/two-storey/count/c-west", b"\xff\xfe"),
        ("mall/two-storey/count/c-west", b"x" * (LARGEST_PAYLOAD + 1)),
    ]
    _publish(broker.address, good[:200] + broken + good[200:])
    _wait(lambda: ingest.received >= 403)
    ingest.stop()
    assert ingest.twin.snapshot(NOON).today.footfall == 400
    assert (ingest.dead_letters, store.dead_letters.count()) == (3, 3)
    assert store.inbox.count(Outcome.APPLIED) == 400
    reasons = " ".join(store.dead_letters.by_reason())
    assert "UTF-8" in reasons
    assert "larger than" in reasons


def test_messages_of_an_absence_are_delivered_and_count_once(
    watched_mall: Plan, store: Store, mosquitto: Broker
) -> None:
    """The broker keeps what came while the twin was away; a restart counts nothing twice."""
    first = _ingest(watched_mall, store, mosquitto.address, client_id="durable")
    _publish(mosquitto.address, [("mall/two-storey/count/c-west", b'{"in": 5, "seq": 1}')])
    _wait(lambda: first.received == 1)
    first.stop()
    _publish(mosquitto.address, [("mall/two-storey/count/c-west", b'{"in": 7, "seq": 2}')])
    again = _ingest(watched_mall, store, mosquitto.address, client_id="durable")
    _wait(lambda: again.received == 1)
    again.stop()
    assert again.twin.snapshot(NOON).today.footfall == 12


def test_what_was_stored_and_not_applied_is_applied_on_start(watched_mall: Plan, store: Store) -> None:
    """A crash between commit and apply: the inbox gives the message again, without any broker."""
    topic = "mall/two-storey/count/c-west"
    store.inbox.append([Message(arrived=NOON, topic=topic, payload=b'{"in": 9}')])
    ingest = Ingest(LiveTwin(watched_mall, store=store, now=NOON), Address(port=1), clock=StandingClock())
    assert ingest.recover() == 1
    assert ingest.twin.snapshot(NOON).today.footfall == 9


@pytest.mark.parametrize(
    ("topic", "payload", "space"),
    [
        ("fire/smoke-21", "1", "L2-shop-1"),
        ("fire_panel/panel", '{"fire": true, "space": "L1-shop-3"}', "L1-shop-3"),
    ],
)
def test_the_line_of_the_readme_raises_a_fire(
    watched_mall: Plan, store: Store, mosquitto: Broker, topic: str, payload: str, space: str
) -> None:
    """``mosquitto_pub -h 127.0.0.1 -p 1883 -t mall/<plan>/fire/<device> -m 1`` is a fire alarm."""
    if shutil.which("mosquitto_pub") is None:
        pytest.skip("mosquitto_pub is missing")
    ingest = _ingest(watched_mall, store, mosquitto.address)
    line = f"mosquitto_pub -h 127.0.0.1 -p {mosquitto.address.port} -t mall/two-storey/{topic} -m '{payload}'"
    begin = time.monotonic()
    subprocess.run(shlex.split(line), check=True, timeout=10)
    _wait(lambda: bool(ingest.twin.snapshot(NOON).alerts))
    assert time.monotonic() - begin < 5.0
    ingest.stop()
    (alert,) = ingest.twin.snapshot(NOON).alerts
    assert (alert.rule, alert.space_id, alert.state) == ("fire", space, "unacknowledged")


def test_a_lost_broker_is_found_again(watched_mall: Plan, store: Store) -> None:
    """The broker goes and comes back on its port: the feed goes on by itself."""
    _need_mosquitto()
    port = free_port()
    first = start_broker(port, kind="mosquitto")
    ingest = _ingest(watched_mall, store, first.address)
    first.close()
    _wait(lambda: ingest._broker == "lost")
    with start_broker(port, kind="mosquitto") as again:
        _wait(lambda: ingest._broker == "connected", 30)
        time.sleep(0.3)
        _publish(again.address, [("mall/two-storey/count/c-west", b'{"in": 2}')])
        _wait(lambda: ingest.received == 1)
        ingest.stop()


def test_what_could_not_be_stored_comes_again_and_a_fire_does_not_wait(
    watched_mall: Plan, store: Store, mosquitto: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full for one batch: not acknowledged, so the broker sends it again; the fire stands."""
    ingest = _ingest(watched_mall, store, mosquitto.address, client_id="full-disk")
    append, refused = Inbox.append, threading.Event()

    def once(inbox: Inbox, messages: Sequence[Message]) -> list[int]:
        if messages and not refused.is_set():
            refused.set()
            raise OSError("disk is full")
        return append(inbox, messages)

    monkeypatch.setattr(Inbox, "append", once)
    batch = [
        ("mall/two-storey/count/c-west", b'{"in": 4, "seq": 1}'),
        ("mall/two-storey/fire/smoke-21", b"1"),
    ]
    _publish(mosquitto.address, batch)
    _wait(lambda: refused.is_set() and bool(ingest.twin.snapshot(NOON).alerts))
    _wait(lambda: ingest.received >= 2, 20)
    ingest.stop()
    assert ingest.twin.snapshot(NOON).today.footfall == 4
    assert [one.rule for one in ingest.twin.snapshot(NOON).alerts] == ["fire"]


def test_an_unreadable_fire_message_calls_people(watched_mall: Plan, store: Store) -> None:
    """``ALARM!`` on a fire topic is no number; on a counter's topic it is a dead letter and no more."""
    ingest = Ingest(LiveTwin(watched_mall, store=store, now=NOON), Address(port=1), clock=StandingClock())
    store.inbox.append(
        [
            Message(arrived=NOON, topic="mall/two-storey/fire/smoke-21", payload=b"ALARM!"),
            Message(arrived=NOON, topic="mall/two-storey/count/c-west", payload=b"ALARM!"),
        ]
    )
    ingest.recover()
    assert ingest.dead_letters == 2
    assert [(one.rule, one.device) for one in ingest.twin.snapshot(NOON).alerts] == [
        ("fire_unreadable", "smoke-21")
    ]


def test_a_live_twin_follows_no_announced_clock(watched_mall: Plan, store: Store, mosquitto: Broker) -> None:
    """A simulated clock on a live twin is a dead letter: nobody can turn a live screen into a game."""
    ingest = _ingest(watched_mall, store, mosquitto.address)
    told = Announcement(source=Source.SIMULATED, mall=NOON, speed=10.0, begin_day=True)
    _publish(mosquitto.address, [(clock_topic("two-storey"), told.payload())])
    _wait(lambda: ingest.dead_letters == 1)
    ingest.stop()
    assert ingest.twin.snapshot(NOON).source is Source.LIVE


def test_a_recording_told_again_gives_the_same_counts_and_says_replay(
    watched_mall: Plan, store: Store, mosquitto: Broker, tmp_path: Path
) -> None:
    """Record 20 messages, tell them at 50 times the speed: same counts, source REPLAY."""
    path = tmp_path / "feed.jsonl"
    stop = threading.Event()
    writer = threading.Thread(
        target=record, args=(path, mosquitto.address), kwargs={"plan_id": "two-storey", "stop": stop}
    )
    writer.start()
    time.sleep(1.0)
    feed = [("mall/two-storey/count/c-west", json.dumps({"in": 2, "seq": k}).encode()) for k in range(19)]
    _publish(mosquitto.address, [*feed, ("mall/two-storey/count/c-west", b"\xff")])
    time.sleep(1.0)
    stop.set()
    writer.join(10)
    ingest = _ingest(watched_mall, store, mosquitto.address, follow=True)
    assert replay(open_recording(str(path)), mosquitto.address, speed=50.0) == 20
    _wait(lambda: ingest.received >= 21)
    snapshot = ingest.twin.snapshot(ingest.clock.now())
    ingest.stop()
    assert snapshot.today.footfall == 38
    assert snapshot.source is Source.REPLAY
    assert store.dead_letters.count() == 1


def test_the_replay_command_refuses_what_is_no_recording(tmp_path: Path) -> None:
    """One clear line that names file and row."""
    (tmp_path / "x.jsonl").write_text("hello\n", "utf-8")
    with pytest.raises(InputError, match=r"x.jsonl:1"):
        open_recording(str(tmp_path / "x.jsonl"))
    import typer

    from sensors.command import replay as command

    app = typer.Typer()
    app.command()(command)
    answer = CliRunner().invoke(app, [str(tmp_path / "x.jsonl"), "--json"])
    assert isinstance(answer.exception, InputError)


def test_a_taken_port_is_told(mosquitto: Broker) -> None:
    with pytest.raises(RunError, match="taken"):
        start_broker(mosquitto.address.port)


class SmallDay:
    """A day of the two-storey mall: 60 people come each minute from 10 to 11, and half of them go up."""

    def __init__(self, plan: Plan) -> None:
        from twin.world.trading_day_result import PASSAGE

        self.space_ids = tuple(space.id for space in plan.spaces)
        self.source_ids = ("west", "up", "down")
        self.time_s = np.arange(0.0, 86401.0, 300.0)
        rows = [(36000.0 + 60 * k + 1, 0, 1, 60) for k in range(60)]
        rows += [(36000.0 + 60 * k + 31, 1, 1, 30) for k in range(60)]
        self.passages = np.array(sorted(rows), dtype=PASSAGE)
        came = np.clip((self.time_s - 36000.0) / 60.0, 0, 60) * 30
        self.space_count = np.zeros((len(self.time_s), len(self.space_ids)), dtype=np.int32)
        for space_id in ("L1-corridor", "L2-corridor"):
            self.space_count[:, self.space_ids.index(space_id)] = came
        self.inside = (2 * came).astype(np.int64)


def test_perfect_devices_tell_the_truth_in_every_dialect(watched_mall: Plan) -> None:
    """Xovis increments, Milesight and native totals of exact counters: 3,600 came, 1,800 went up."""
    from sensors.decoding import Context, decode
    from sensors.identity import Identity

    day = SimulatedDay(watched_mall, SmallDay(watched_mall), day=date(2026, 11, 21), seed=1, noise=EXACT)
    live = LiveTwin(watched_mall, store=open_store("sqlite://"), now=day.moment(34000.0).astimezone(UTC))
    identity = Identity(watched_mall)
    for one in [*day.messages(34200.0, 36900.0, every_s=900.0), *day.messages(36900.0, 40000.0)]:
        now = day.moment(one.at_s).astimezone(UTC)
        live.apply(decode(one.topic, one.payload, Context(identity, now)), now)
    end = day.moment(40000.0).astimezone(UTC)
    snapshot = live.snapshot(end)
    assert snapshot.today.footfall == 3600
    assert snapshot.today.footfall_by_hour[10] == pytest.approx(3600, abs=60)
    assert (snapshot.feeds.gaps, snapshot.feeds.duplicates, snapshot.feeds.late) == (0, 0, 0)
    assert live._in.people.flows.passed["c-up"] == 1800
    assert day.inside(40000.0) == 3600


def test_the_miss_rate_is_what_the_counters_miss(watched_mall: Plan) -> None:
    """With 5 % missed, 3,600 people are seen as 3,420, within four standard deviations (52)."""
    noise = Noise(missed=0.05, missed_sd=0.0, clock_sd_s=0.0, silent_share=0.0)
    day = SimulatedDay(watched_mall, SmallDay(watched_mall), day=date(2026, 11, 21), seed=5, noise=noise)
    assert day._sums["c-west"][0].until(1e9) == pytest.approx(3420, abs=52)


def test_a_simulated_feed_over_the_broker_is_believed_and_compared(
    watched_mall: Plan, store: Store, mosquitto: Broker
) -> None:
    """The feed catches up, announces itself, and the twin's error against the truth is small and told."""
    ingest = _ingest(watched_mall, store, mosquitto.address, follow=True)
    comparator = Comparator(ingest.twin, mosquitto.address)
    comparator.start()
    stop, ready = threading.Event(), threading.Event()
    feed = threading.Thread(
        target=run_feed, args=(watched_mall, mosquitto.address),
        kwargs={"run": SmallDay(watched_mall), "day": date(2026, 11, 21), "start_h": 11.5, "speed": 60.0,
                "noise": EXACT, "stop": stop, "caught_up": ready},
    )  # fmt: skip
    feed.start()
    assert ready.wait(30)
    _wait(lambda: ingest.twin.snapshot(ingest.clock.now()).error_vs_truth is not None, 30)
    snapshot = ingest.twin.snapshot(ingest.clock.now())
    stop.set()
    feed.join(10)
    comparator.stop()
    ingest.stop()
    assert snapshot.source is Source.SIMULATED
    assert snapshot.speed == 60.0
    assert snapshot.clock.hour == 11
    error = snapshot.error_vs_truth
    assert error is not None
    assert error.inside_true == 3600
    assert error.inside_error == pytest.approx(0, abs=60)
