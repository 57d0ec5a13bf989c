"""From the broker to the twin without losing a message.

The network thread only looks at a message's size and hands it on. A worker stores whole batches in the
durable inbox, tells the broker that we have them after the commit, then decodes and applies them; what cannot
be read goes to the dead letters with its reason. After a crash the worker goes on from the twin's checkpoint:
messages that were stored but are not in the checkpoint are applied, so that nothing counts twice or not at
all.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import structlog
from paho.mqtt.client import Client, MQTTMessage

from sensors.announcing import Announcement, clock_topic
from sensors.decoding import Context, decode
from sensors.identity import Identity
from sensors.link import Address, Refusals, connect, drop, new_client, user_properties
from sensors.topics import default_topics, fire_device
from twin.errors import ReadingError
from twin.live.clock import Clock, WallClock
from twin.live.reading import Reading, ReadingKind, Source
from twin.live.twin_state import LiveTwin
from twin.store.dead_letters import DeadLetter
from twin.store.inbox import Message, Outcome

log = structlog.get_logger(__name__)

LARGEST_PAYLOAD = 256 * 1024
"""No device sends more; the head of a larger message is kept as a dead letter."""
KEPT_HEAD = 4096
BATCH = 250
BATCH_WAIT_S = 0.02
"""How long a batch waits for company; far below what a person notices."""
TICK_S = 1.0
PRUNE_EVERY_S = 3600.0
KEEP_INBOX = timedelta(days=7)
"""How long messages can be replayed."""
KEEP_SAMPLES = timedelta(days=400)
"""How long the history of charts is: a year and the weeks to compare it with."""
WAITING_MOST = 20_000
"""Messages that wait for the worker; the broker holds back more (receive maximum)."""


@dataclass(frozen=True, slots=True)
class _Arrived:
    """A message as the network thread hands it on."""

    topic: str
    payload: bytes
    source: str
    retained: bool
    mid: int
    qos: int
    too_large: int = 0


class Ingest:
    """One feed of one twin.

    Args:
        twin: gets the readings.
        address: the broker.
        clock: the mall's clock; a feed that may announce its own moves it (see ``follow``).
        follow: the feed is simulated or replayed, and its clock is followed.
        aliases: a site's table from serial numbers and names to device ids.
        topics: what to subscribe to; by default the plan's own tree and its devices' topics.
        client_id: our name at the broker; the broker keeps messages for it while we are away.
    """

    def __init__(
        self,
        twin: LiveTwin,
        address: Address,
        *,
        clock: Clock | None = None,
        follow: bool = False,
        aliases: Mapping[str, str] | None = None,
        topics: Sequence[str] = (),
        client_id: str = "",
    ) -> None:
        self.twin = twin
        self.address = address
        self.clock: Clock = clock or WallClock()
        self.follow = follow
        self.identity = Identity(twin.plan, aliases or {})
        self.topics = tuple(topics) or default_topics(self.identity)
        self.received = self.dead_letters = self.rejected = 0
        self._announced = clock_topic(twin.plan.id)
        self._catching_up = self._closing = False
        self._broker: Literal["connected", "lost"] = "lost"
        self._waiting: queue.Queue[_Arrived] = queue.Queue(WAITING_MOST)
        self._stop = threading.Event()
        self._connect_again = threading.Event()
        self._prune_at = time.monotonic() + PRUNE_EVERY_S
        self._client = new_client(
            address, client_id=client_id or f"mall-twin-{twin.plan.id}", manual_ack=True, keep=True
        )
        self._refusals = Refusals(address)
        self._client.on_connect = self._on_connect
        self._client.on_connect_fail = self._refusals.on_connect_fail
        self._client.on_disconnect = self._on_disconnect
        self._client.on_message = self._on_message
        self._worker = threading.Thread(target=self._work, name="ingest", daemon=True)

    def start(self) -> None:
        """Go on from the checkpoint, then connect and take what comes.

        A feed that announces its own clock tells its day from the beginning, so nothing is recovered.
        """
        if self.follow:
            self.twin.inbox_id = self.twin.store.inbox.last_id()
        else:
            self.recover()
        self._worker.start()
        connect(self._client, self.address, keep=True)

    def stop(self) -> None:
        """Disconnect, work off what waits, and keep a checkpoint."""
        self._closing = True
        self._client.disconnect()
        self._client.loop_stop()
        self._stop.set()
        if self._worker.is_alive():
            self._worker.join(timeout=30.0)
        self.twin.checkpoint(self.clock.now())

    def recover(self) -> int:
        """Apply what was stored and is not in the twin's checkpoint; how many messages."""
        count = 0
        for message in self.twin.store.inbox.after(self.twin.inbox_id):
            self._apply([message], now=message.arrived)
            count += 1
        if count:
            log.info("messages since the last checkpoint applied", messages=count)
        return count

    def replay_dead_letters(self) -> tuple[int, int]:
        """Try all waiting dead letters again: how many could be read now, how many not."""
        good = bad = 0
        for letter in self.twin.store.dead_letters.waiting():
            source = Source(letter.source)
            context = Context(self.identity, letter.arrived, source, letter.inbox_id)
            try:
                readings = decode(letter.topic, letter.payload, context)
            except ReadingError:
                bad += 1
                continue
            self.twin.apply(readings, self.clock.now())
            self.twin.store.dead_letters.mark_replayed(letter.id, self.clock.now())
            good += 1
        return good, bad

    # -- the network thread --------------------------------------------------------------------------

    def _on_connect(
        self,
        client: Client,
        _data: object,
        _flags: object,
        reason: Any,  # noqa: ANN401 - paho's own type
        _more: object,
    ) -> None:
        if reason.is_failure:
            self._refusals.tell(reason)
            return
        self._refusals.over()
        client.subscribe([(topic, 1) for topic in self.topics])
        self._broker = "connected"
        log.info("broker connected", broker=str(self.address))

    def _on_disconnect(
        self, _client: Client, _data: object, _flags: object, reason: object, _more: object
    ) -> None:
        if self._broker == "connected" and not self._closing:
            log.warning("broker lost; connecting again", broker=str(self.address), reason=str(reason))
        elif not self._closing:
            self._refusals.on_early_end(reason)
        self._broker = "lost"

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        size = len(message.payload)
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = "(topic is not UTF-8)"
        arrived = _Arrived(
            topic=topic[:1024],
            payload=bytes(message.payload if size <= LARGEST_PAYLOAD else message.payload[:KEPT_HEAD]),
            source=user_properties(message).get("source", ""),
            retained=bool(message.retain),
            mid=message.mid,
            qos=message.qos,
            too_large=size if size > LARGEST_PAYLOAD else 0,
        )
        try:
            # With QoS 1 the broker holds back before this is full; QoS 0 has no such brake.
            self._waiting.put(arrived, timeout=5.0)
        except queue.Full:
            self.rejected += 1
            if message.qos:
                self._connect_again.set()  # unacknowledged, so the broker sends it again

    # -- the worker ----------------------------------------------------------------------------------

    def _work(self) -> None:
        """Take batches until told to stop and nothing waits."""
        next_tick = time.monotonic()
        while not (self._stop.is_set() and self._waiting.empty()):
            batch = self._batch(timeout=max(next_tick - time.monotonic(), 0.0))
            try:
                if batch:
                    self._take(batch)
                if time.monotonic() >= next_tick:
                    next_tick = time.monotonic() + TICK_S
                    self._tick()
            except Exception:
                # The feed must outlive any single batch; what was stored is applied after a restart.
                log.exception("a batch failed", messages=len(batch))

    def _batch(self, *, timeout: float) -> list[_Arrived]:
        """What came, up to a batch."""
        try:
            batch = [self._waiting.get(timeout=max(timeout, 0.001))]
        except queue.Empty:
            return []
        until = time.monotonic() + BATCH_WAIT_S
        while len(batch) < BATCH:
            try:
                batch.append(self._waiting.get(timeout=max(until - time.monotonic(), 0.0)))
            except queue.Empty:
                break
        return batch

    def _take(self, batch: Sequence[_Arrived]) -> None:
        """Store, acknowledge, apply.

        What cannot be stored is not acknowledged, so the broker sends it again; fire is judged all the same.
        """
        now = self.clock.now()
        messages = [
            Message(
                arrived=now,
                topic=one.topic,
                payload=one.payload,
                source=one.source if one.source in _SOURCES else Source.LIVE.value,
                retained=one.retained,
            )
            for one in batch
        ]
        try:
            ids = self.twin.store.inbox.append(messages)
        except Exception:
            self._connect_again.set()
            self._only_fire(messages, now)
            raise
        for one in batch:
            if one.qos:
                self._client.ack(one.mid, one.qos)
        self.received += len(batch)
        stored = [
            Message(
                id=key, arrived=now, topic=m.topic, payload=m.payload, source=m.source, retained=m.retained
            )
            for key, m in zip(ids, messages, strict=True)
        ]
        self._apply(
            stored, now=now, too_large={key: one.too_large for key, one in zip(ids, batch, strict=True)}
        )

    def _apply(
        self, messages: Sequence[Message], *, now: datetime, too_large: Mapping[int, int] | None = None
    ) -> None:
        """Decode and apply stored messages; what cannot be read goes to the dead letters."""
        letters: list[DeadLetter] = []
        outcomes: dict[int, Outcome] = {}
        readings: list[Reading] = []
        for message in messages:
            try:
                _check_size((too_large or {}).get(message.id, 0))
                if message.topic == self._announced:
                    self._give(readings, now)
                    readings = []
                    now = self._announcement(message)
                else:
                    context = Context(self.identity, now, Source(message.source), message.id)
                    readings += decode(message.topic, message.payload, context)
                outcomes[message.id] = Outcome.APPLIED
            except ReadingError as error:
                letters.append(_dead(message, str(error)))
                outcomes[message.id] = Outcome.DEAD
                self._tell_fire(message, now)
            except Exception as error:
                # A decoder, perhaps a site's own, broke its promise: the feed goes on, the message is kept.
                log.exception("a decoder failed", topic=message.topic)
                letters.append(_dead(message, f"decoder failed: {type(error).__name__}: {error}"[:500]))
                outcomes[message.id] = Outcome.DEAD
                self._tell_fire(message, now)
        self._give(readings, now)
        self.twin.inbox_id = max((message.id for message in messages), default=self.twin.inbox_id)
        self.dead_letters += len(letters)
        self.twin.store.dead_letters.add(letters)
        self.twin.store.inbox.settle(outcomes)

    def _give(self, readings: Sequence[Reading], now: datetime) -> None:
        """Hand readings to the twin; one that it cannot take does not take the others with it.

        Given again, what was taken is a duplicate by its number, time and value, and does not count twice.
        """
        try:
            self.twin.apply(readings, now)
        except Exception:
            log.exception("a batch was not taken whole; each reading is tried", readings=len(readings))
            for reading in readings:
                try:
                    self.twin.apply([reading], now)
                except Exception:
                    log.exception("a reading was not taken", device=reading.device, kind=reading.kind.value)

    def _tell_fire(self, message: Message, now: datetime) -> None:
        """An unreadable message of a fire device may have been an alarm: people are told."""
        if device := fire_device(self.identity, message.topic):
            self.twin.note_unreadable_fire(device, now)

    def _only_fire(self, messages: Sequence[Message], now: datetime) -> None:
        """Without a store nothing is counted, but a fire alarm does not wait for it."""
        for message in messages:
            if not fire_device(self.identity, message.topic) or message.topic == self._announced:
                continue
            try:
                context = Context(self.identity, now, Source(message.source))
                readings = decode(message.topic, message.payload, context)
                self.twin.apply([one for one in readings if one.kind is ReadingKind.FIRE], now)
            except Exception:
                log.exception("a fire message while the store cannot write", topic=message.topic)

    def _announcement(self, message: Message) -> datetime:
        """Follow the clock that a feed announces; the new time. An empty message: the feed has ended."""
        if not message.payload:
            return self.clock.now()
        told = Announcement.read(message.payload)
        if not self.follow:
            raise ReadingError(f"a {told.source.value} clock was announced to a twin of a live mall")
        self.clock = told.clock()
        was_catching_up, self._catching_up = self._catching_up, told.speed == 0
        if told.begin_day:
            self.twin.begin_day(told.mall, source=told.source)
        if was_catching_up and not self._catching_up:
            self.twin.caught_up(told.mall)
        self.twin.follow(told.source, speed=told.speed or 1.0)
        return told.mall

    def _tick(self) -> None:
        """Once a second: judge the rules, keep samples; connect anew where messages must come again."""
        if self._connect_again.is_set():
            self._connect_again.clear()
            drop(self._client)
        self.twin.note_feeds(
            broker=self._broker,
            received=self.received,
            dead_letters=self.dead_letters,
            rejected=self.rejected,
        )
        if self._catching_up:
            return
        now = self.clock.now()
        self.twin.tick(now)
        if time.monotonic() >= self._prune_at:
            self._prune_at = time.monotonic() + PRUNE_EVERY_S
            self.twin.store.inbox.prune(before=now - KEEP_INBOX, keep_after_id=self.twin.inbox_id)
            self.twin.store.samples.prune(before=now - KEEP_SAMPLES)


_SOURCES = frozenset(one.value for one in Source)


def _check_size(too_large: int) -> None:
    """Refuse a payload of which only the head was kept."""
    if too_large:
        raise ReadingError(f"payload of {too_large} bytes is larger than {LARGEST_PAYLOAD}")


def _dead(message: Message, reason: str) -> DeadLetter:
    """The message as a dead letter."""
    return DeadLetter(
        inbox_id=message.id,
        arrived=message.arrived,
        topic=message.topic,
        payload=message.payload,
        reason=reason,
        source=message.source,
    )
