"""Which forecast is asked for, which one waits, and which answer is shown.

In a real fire detector after detector alarms. The worker takes one forecast at a time, so alarms that come
while it works are answered together by one more forecast, from who is where when it starts; and what was
answered meanwhile stays on the screens until that one is done.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import RLock
from typing import Any

import structlog

from twin.live import keeping
from twin.live.forecast import ForecastJob, ForecastRunner
from twin.live.snapshot import ForecastView
from twin.plan.model import Plan
from twin.store import Store

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a forecast starts from: the job, and the mean of the people inside."""

    job: ForecastJob
    people_mean: float


Ask = Callable[[int, datetime], Question]
"""Makes the question of the forecast with this number, from the state at a moment of the mall's clock."""


@dataclass(slots=True)
class ForecastDesk:
    """The forecasts of one twin.

    ``lock`` is the twin's own: an answer comes in a thread of the runner, and a forecast that waited reads
    the twin's state there.
    """

    plan: Plan
    store: Store
    lock: RLock
    runner: ForecastRunner | None = None
    view: ForecastView | None = None
    """What the screens show."""
    _number: int = 0
    _running: ForecastView | None = None
    _waiting: tuple[str, Ask] | None = None
    _asked_wall: float = field(default=0.0)

    def ask(self, cause: str, ask: Ask, now: datetime, *, speed: float) -> bool:
        """Answer the alert ``cause``; ``False`` where no runner is.

        While one runs, the newest cause waits, and is answered when that one ended.
        """
        if self.runner is None:
            return False
        if self._running is not None:
            self._waiting = (cause, ask)
            return True
        self._start(cause, ask, now, speed=speed, shown=True)
        return True

    def _start(self, cause: str, ask: Ask, now: datetime, *, speed: float, shown: bool) -> None:
        """Hand a question to the runner; ``shown``: the screens say at once that it runs."""
        if self.runner is None:
            return
        self._number += 1
        running = ForecastView(id=f"{cause}-{self._number}", state="running", cause=cause, asked=now)
        try:
            question = ask(self._number, now)
            job = question.job
            running = replace(running, id=job.id, space_id=job.fire_space, people_mean=question.people_mean)
            self._running, self._asked_wall = running, time.monotonic()
            if shown:
                self.view = running
            self.runner.submit(job, lambda answer, error: self._done(job, answer, error, speed=speed))
        except Exception as error:
            # The alert stands whatever happens here, and the screens say that they have no forecast.
            log.exception("a forecast could not start", cause=cause)
            self._running = None
            self.view = replace(running, state="failed", done=now, error=f"{type(error).__name__}: {error}")
            return
        if self._running is running:
            # After the start: a store that cannot write must not hold a forecast up.
            keeping.save_forecast(self.store, running, job, self.plan)

    def _done(self, job: ForecastJob, answer: dict[str, Any] | None, error: str, *, speed: float) -> None:
        """The runner has answered; called in a thread of its own."""
        with self.lock:
            running = self._running
            if running is None or running.id != job.id:
                return
            wall = time.monotonic() - self._asked_wall
            self.view = replace(
                running,
                state="failed" if answer is None else "done",
                done=running.asked + timedelta(seconds=wall * speed),
                wall_s=wall,
                error=error,
                drill=answer,
            )
            self._running = None
            ended = self.view
            waiting, self._waiting = self._waiting, None
            keeping.save_forecast(self.store, ended, job, self.plan)
            if waiting is not None and ended.done is not None:
                self._start(*waiting, ended.done, speed=speed, shown=answer is None)
