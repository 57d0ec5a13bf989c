r"""Feeds on file: recording what comes over a broker, and telling it again at any speed.

A recording is JSON lines: a head, then one message a line with its offset in seconds::

    {"mall_twin_recording": 1, "plan_id": "demo-mall", "began": "2026-11-21T06:00:00+00:00"}
    {"at": 0.41, "topic": "mall/demo-mall/counter/c1", "text": "{\"in\":3}"}

Payloads that are no text are kept as ``base64``. A store's inbox can be told again as well. What is told
again says so: the feed announces its clock as REPLAY.
"""

from __future__ import annotations

import base64
import binascii
import itertools
import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from paho.mqtt.client import Client, MQTTMessage

from sensors.announcing import Announcement, clock_topic
from sensors.link import Address, Refusals, connect, new_client, with_source
from sensors.payload import Payload, mapping, moment, number, text
from sensors.simulated import drain
from twin.errors import InputError, ReadingError, RunError
from twin.live.reading import Source
from twin.store import open_store

UTC_ZONE = ZoneInfo("UTC")
CONNECT_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One message: ``at_s`` after the begin of the recording."""

    at_s: float
    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """Where and when it began, and its messages in order (read as they are told)."""

    plan_id: str
    began: datetime
    messages: Iterable[Recorded]


def open_recording(source: str, *, plan_id: str = "", since: datetime | None = None) -> Recording:
    """The recording in a file, or in the inbox of the store at a URL.

    Args:
        source: a path, or a store's URL (``sqlite:///var/twin.db``).
        plan_id: of the feed; by default as the recording or its topics say.
        since: leave out what came before (of a store).

    Raises:
        InputError: if it is none; the message names the line.
    """
    if "://" in source:
        return _of_store(source, plan_id, since)
    path = Path(source)
    try:
        with path.open(encoding="utf-8") as file:
            head = _head(path, file.readline())
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"recording {source!r}: {error}") from error
    began = moment(head.get("began"), "began", UTC_ZONE)
    return Recording(
        plan_id=plan_id or text(head.get("plan_id"), "plan_id"), began=began, messages=_lines(path)
    )


def replay(
    recording: Recording,
    address: Address,
    *,
    speed: float = 1.0,
    stop: threading.Event | None = None,
    progress: Callable[[], None] | None = None,
) -> int:
    """Publish a recording again; how many messages.

    Args:
        recording: what is told.
        address: the broker.
        speed: seconds of the recording for one of ours.
        stop: ends it.
        progress: called after each message.

    Raises:
        InputError: if the speed is not positive, or a line of the recording is broken.
        RunError: if the broker does not answer.
    """
    if not speed > 0:
        raise InputError(f"speed {speed:g}: it must be above 0")
    stop = stop or threading.Event()
    client = _connected(address, "replay")
    properties = with_source(Source.REPLAY.value) if address.protocol == "5" else None
    count = 0
    try:
        _announce(client, recording, 0.0, speed, begin_day=True)
        begin = time.monotonic()
        for one in recording.messages:
            stop.wait(max(begin + one.at_s / speed - time.monotonic(), 0.0))
            if stop.is_set():
                break
            # The recorded feed's own clock is not told again: the replay has one.
            if one.topic != clock_topic(recording.plan_id):
                client.publish(one.topic, one.payload, qos=1, properties=properties)
                count += 1
            if progress is not None:
                progress()
    finally:
        drain(client)
        client.publish(clock_topic(recording.plan_id), b"", qos=1, retain=True).wait_for_publish(2.0)
        client.disconnect()
        client.loop_stop()
    return count


def record(
    path: Path,
    address: Address,
    *,
    plan_id: str,
    topics: tuple[str, ...] = (),
    seconds: float | None = None,
    stop: threading.Event | None = None,
) -> int:
    """Write what comes over the broker to ``path`` until told to stop; how many messages.

    Raises:
        InputError: if the file cannot be written.
        RunError: if the broker does not answer.
    """
    stop = stop or threading.Event()
    lock = threading.Lock()
    count = 0
    begin = time.monotonic()
    try:
        file = path.open("w", encoding="utf-8")
    except OSError as error:
        raise InputError(f"recording {str(path)!r}: {error}") from error
    with file:
        head = {"mall_twin_recording": 1, "plan_id": plan_id, "began": datetime.now(UTC).isoformat()}
        file.write(json.dumps(head) + "\n")

        def keep(_client: Client, _data: object, message: MQTTMessage) -> None:
            nonlocal count
            line = {
                "at": round(time.monotonic() - begin, 3),
                "topic": message.topic,
                **_packed(message.payload),
            }
            with lock:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
                count += 1

        client = _connected(address, "record", on_message=keep, topics=topics or (f"mall/{plan_id}/#",))
        try:
            stop.wait(seconds)
        finally:
            client.disconnect()
            client.loop_stop()
    return count


def _connected(
    address: Address,
    role: str,
    *,
    on_message: Callable[[Client, Any, MQTTMessage], None] | None = None,
    topics: tuple[str, ...] = (),
) -> Client:
    """A connected client; one that the broker refuses is ended."""
    answered = threading.Event()
    refusals = Refusals(address)
    client = new_client(address, client_id=f"mall-twin-{role}-{time.time_ns()}")

    def subscribe(one: Client, _data: object, _flags: object, reason: Any, _more: object) -> None:  # noqa: ANN401 - paho's
        if reason.is_failure:
            refusals.tell(reason)
        else:
            refusals.over()
            if topics:
                one.subscribe([(topic, 1) for topic in topics])
        answered.set()

    client.on_connect = subscribe
    client.on_connect_fail = refusals.on_connect_fail
    if on_message is not None:
        client.on_message = on_message
    connect(client, address)
    in_time = answered.wait(CONNECT_S)
    if not in_time or refusals.reason:
        client.loop_stop()
        what = "refuses" if in_time else "does not answer"
        raise RunError(f"broker {address} {what}{': ' if refusals.reason else ''}{refusals.reason}")
    return client


def _announce(client: Client, recording: Recording, at_s: float, speed: float, *, begin_day: bool) -> None:
    """Say that this is a replay, and what time it is in it."""
    told = Announcement(
        source=Source.REPLAY,
        mall=recording.began + timedelta(seconds=at_s),
        speed=speed,
        begin_day=begin_day,
    )
    client.publish(clock_topic(recording.plan_id), told.payload(), qos=1)


def _head(path: Path, line: str) -> dict[str, object]:
    """The head of a recording."""
    try:
        head = mapping(Payload(line.encode()).json, "head")
    except ReadingError as error:
        raise InputError(f"{path}:1: no head of a recording: {error}") from error
    if head.get("mall_twin_recording") != 1:
        raise InputError(f"{path}:1: no head of a recording (mall_twin_recording is not 1)")
    return dict(head)


def _lines(path: Path) -> Iterator[Recorded]:
    """The messages of a file."""
    with path.open(encoding="utf-8") as file:
        for row, line in enumerate(file, start=1):
            if row == 1 or not line.strip():
                continue
            try:
                entry = mapping(Payload(line.encode()).json, "message")
                yield Recorded(
                    at_s=number(entry.get("at"), "at"),
                    topic=text(entry.get("topic"), "topic"),
                    payload=_unpacked(entry),
                )
            except (ReadingError, binascii.Error) as error:
                raise InputError(f"{path}:{row}: {error}") from error


def _packed(payload: bytes | bytearray) -> dict[str, str]:
    try:
        return {"text": payload.decode("utf-8")}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(payload).decode("ascii")}


def _unpacked(entry: dict[str, object] | Any) -> bytes:  # noqa: ANN401 - a parsed JSON object
    if isinstance(entry.get("text"), str):
        return str(entry["text"]).encode("utf-8")
    if isinstance(entry.get("base64"), str):
        return base64.b64decode(str(entry["base64"]), validate=True)
    raise ReadingError("message has neither text nor base64")


def _of_store(url: str, plan_id: str, since: datetime | None) -> Recording:
    """The inbox of a store."""
    store = open_store(url)
    begin = store.inbox.last_before(since) if since is not None else 0
    messages = store.inbox.after(begin)
    first = next(messages, None)
    if first is None:
        raise InputError(f"store {url!r}: its inbox holds no message to tell again")
    parts = first.topic.split("/")
    if not plan_id and (parts[0] != "mall" or len(parts) < 2):  # noqa: PLR2004 - mall/<plan id>
        raise InputError(f"store {url!r}: give the plan's id, topic {first.topic!r} does not tell it")
    return Recording(
        plan_id=plan_id or parts[1],
        began=first.arrived,
        messages=(
            Recorded(at_s=(one.arrived - first.arrived).total_seconds(), topic=one.topic, payload=one.payload)
            for one in itertools.chain([first], messages)
        ),
    )
