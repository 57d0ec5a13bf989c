"""What the twin believes against what is true.

Possible only for a simulated feed, whose truth is published on a side channel that the twin does not hear.
"""

from __future__ import annotations

import queue
import threading
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from paho.mqtt.client import Client, MQTTMessage

from sensors.link import Address, connect, new_client
from sensors.payload import Payload, mapping, moment, number
from sensors.simulated import truth_topic
from sensors.simulated_day import spaces_of
from twin.errors import ReadingError
from twin.live.snapshot import OccupancyEstimate, TruthError
from twin.live.twin_state import LiveTwin
from twin.plan.model import Plan

log = structlog.get_logger(__name__)

LEAST_PEOPLE = 0.5
"""Spaces in which fewer are, and fewer are believed to be, are not compared."""
SETTLE_S = 1.0
"""The readings that were published before a truth are applied by then."""


@dataclass(slots=True)
class Comparison:
    """All comparisons so far."""

    plan: Plan
    comparisons: int = 0
    inside_hits: int = 0
    space_hits: int = 0
    spaces: int = 0
    last: TruthError | None = field(default=None)

    def add(
        self,
        at: datetime,
        *,
        true_inside: float,
        true_spaces: Mapping[str, float],
        inside: OccupancyEstimate,
        spaces: Mapping[str, OccupancyEstimate],
    ) -> TruthError:
        """Compare one moment."""
        self.comparisons += 1
        self.inside_hits += inside.low <= true_inside <= inside.high
        errors = []
        levels: dict[str, float] = defaultdict(float)
        for space_id, believed in spaces.items():
            true = true_spaces.get(space_id, 0.0)
            levels[self.plan.space[space_id].level_id] += believed.mean - true
            if max(true, believed.mean) >= LEAST_PEOPLE:
                errors.append(abs(believed.mean - true))
                self.spaces += 1
                self.space_hits += believed.low <= true <= believed.high
        self.last = TruthError(
            at=at,
            inside_true=true_inside,
            inside_believed=inside.mean,
            space_mean_abs=sum(errors) / len(errors) if errors else 0.0,
            level_mean_abs=sum(abs(x) for x in levels.values()) / len(levels) if levels else 0.0,
            comparisons=self.comparisons,
            inside_share_in_band=self.inside_hits / self.comparisons,
            space_share_in_band=self.space_hits / self.spaces if self.spaces else 0.0,
        )
        return self.last


class Comparator:
    """Listens to the truth, compares, tells the twin, and says it once a minute of the mall."""

    def __init__(self, twin: LiveTwin, address: Address) -> None:
        self.twin, self.address = twin, address
        self.comparison = Comparison(twin.plan)
        self._stop = threading.Event()
        self._waiting: queue.Queue[bytes] = queue.Queue(1000)
        self._client = new_client(address, client_id=f"mall-twin-comparator-{twin.plan.id}")
        self._client.on_connect = self._on_connect
        self._client.on_message = self._on_message
        self._worker = threading.Thread(target=self._work, name="comparator", daemon=True)

    def start(self) -> None:
        """Connect and compare."""
        self._worker.start()
        connect(self._client, self.address)

    def stop(self) -> None:
        """Disconnect."""
        self._stop.set()
        self._client.disconnect()
        self._client.loop_stop()
        self._worker.join(timeout=5.0)

    def compare(self, raw: bytes) -> TruthError:
        """Compare one message of the truth with the twin's belief at its time.

        Raises:
            ReadingError: if it is no truth.
        """
        document = mapping(Payload(raw).json, "truth")
        at = moment(document.get("time"), "time", ZoneInfo("UTC"))
        snapshot = self.twin.snapshot(at)
        error = self.comparison.add(
            at,
            true_inside=number(document.get("inside"), "inside"),
            true_spaces=spaces_of(document),
            inside=snapshot.inside,
            spaces=snapshot.spaces,
        )
        self.twin.note_truth(error)
        return error

    def _on_connect(
        self,
        client: Client,
        _data: object,
        _flags: object,
        _reason: Any,  # noqa: ANN401 - paho's own type
        _more: object,
    ) -> None:
        client.subscribe(truth_topic(self.twin.plan.id), qos=0)

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        try:
            self._waiting.put_nowait(bytes(message.payload))
        except queue.Full:
            log.warning("truth comes faster than it is compared")

    def _work(self) -> None:
        while not self._stop.is_set():
            try:
                raw = self._waiting.get(timeout=0.5)
            except queue.Empty:
                continue
            self._stop.wait(SETTLE_S)
            try:
                told = self.compare(raw).document()
            except ReadingError as error:
                log.warning("no truth", reason=str(error))
                continue
            log.info(
                "live error",
                true=told["inside_true"],
                believed=told["inside_believed"],
                error=told["inside_error"],
                space_mean_abs=told["space_mean_abs"],
                in_band=told["inside_share_in_band"],
            )
