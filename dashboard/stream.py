"""Pushing the live state: one snapshot a second, written down once, sent to every screen."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, Protocol, cast

import structlog

from dashboard.advice import to_avoid
from dashboard.history import History
from dashboard.services import LiveView, Services

_LOG = structlog.get_logger(__name__)
PERIOD_S = 1.0
_SEND_LIMIT_S = 5.0
"""A screen that takes longer than this for one message is closed; it will connect again."""


class Listener(Protocol):
    """A connected screen (a Starlette web socket)."""

    async def send_text(self, data: str) -> None:
        """Send one message."""

    async def close(self) -> None:
        """Close the connection."""


class LiveHub:
    """Takes a snapshot each second and hands it to every listener.

    The snapshot is made in a thread, so that a slow one holds up no request. The last one answers
    ``GET /api/live`` and is sent to a new listener at once.
    """

    def __init__(self, services: Services, live: LiveView) -> None:
        self._services = services
        self._live = live
        self._listeners: set[Listener] = set()
        self._task: asyncio.Task[None] | None = None
        self.last: Mapping[str, object] = {}
        self.last_text = ""
        self.failure = ""
        self.history = History([space.id for space in services.plan.spaces if space.walkable])

    def start(self) -> None:
        """Begin to push. Call within the running loop."""
        self._task = asyncio.create_task(self._push_for_ever(), name="live-hub")

    async def stop(self) -> None:
        """End the pushing and let the listeners go."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        for listener in tuple(self._listeners):
            with suppress(Exception):
                await listener.close()

    async def refresh(self) -> None:
        """Take a snapshot now and send it."""
        now = self._services.clock.now()
        document = await asyncio.to_thread(self._document, now)
        self.history.take(document)
        self.last, self.last_text = document, json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        await asyncio.gather(*(self._send(one) for one in tuple(self._listeners)))

    def _document(self, now: datetime) -> dict[str, object]:
        document = dict(self._live.snapshot(now).document())
        forecast = cast("Mapping[str, Any] | None", document.get("forecast"))
        if forecast is not None:
            document["forecast"] = {**forecast, "avoid": to_avoid(self._services.plan, forecast)}
        return document

    async def join(self, listener: Listener) -> None:
        """Send everything from now on to ``listener``."""
        self._listeners.add(listener)
        if self.last_text:
            await self._send(listener)

    def leave(self, listener: Listener) -> None:
        """Stop sending to ``listener``."""
        self._listeners.discard(listener)

    @property
    def listeners(self) -> int:
        """How many screens are connected."""
        return len(self._listeners)

    async def _send(self, listener: Listener) -> None:
        try:
            await asyncio.wait_for(listener.send_text(self.last_text), _SEND_LIMIT_S)
        except Exception:  # noqa: BLE001 - whatever went wrong with one screen must not stop the others
            self.leave(listener)

    async def _push_for_ever(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            begun = loop.time()
            try:
                await self.refresh()
                if self.failure:
                    _LOG.info("live state is back")
                self.failure = ""
            except Exception as error:  # noqa: BLE001 - one line when it is lost, and the screens show its age
                if not self.failure:
                    _LOG.exception("live state cannot be read")
                self.failure = str(error) or type(error).__name__
            await asyncio.sleep(max(0.05, PERIOD_S - (loop.time() - begun)))
