"""A fire alarm is answered with drills from who is where now, in a worker process that is warm beforehand.

A drill must not wait for a process to start, a plan to be cut or a kernel to be compiled, so the worker does
all that once, with a small drill, before it is needed. While it works nothing of the live twin waits for it.
"""

from __future__ import annotations

import logging
import multiprocessing
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
import structlog

from twin.errors import RunError
from twin.live.placing import Placed
from twin.live.regions import Regions
from twin.plan.model import Plan
from twin.plan.parcel import Parcel
from twin.world.statistics import estimate
from twin.world.streams import Streams

log = structlog.get_logger(__name__)

Done: TypeAlias = Callable[[dict[str, Any] | None, str], None]
"""Called with the answer's document, or with ``None`` and one line that says what failed."""
Answer: TypeAlias = Callable[[Plan, "ForecastJob"], dict[str, Any]]
"""Works a job out; a function of a module, so that the worker can import it."""
WARM_PEOPLE = 200
BUDGET_S = 4.0
"""Time for the drills of a forecast; the alarm is to be answered on the screen within 10 s."""
LEAST_RUNS = 3
"""With fewer replications an interval says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastJob:
    """What the worker is asked: one drill for each of ``people`` (people by space id)."""

    id: str
    people: tuple[Mapping[str, int], ...]
    fire_space: str
    """Where it burns; empty where the alarm says no place."""
    seed: int


class ForecastRunner(Protocol):
    """Works forecasts out somewhere else."""

    def submit(self, job: ForecastJob, done: Done) -> None:
        """Start ``job`` and call ``done`` in another thread when it ended."""


def people_samples(
    regions: Regions, placed: Placed, *, replications: int, seed: int
) -> tuple[dict[str, int], ...]:
    """Draws of who is where from the estimate: the sum from its band, then each space from its own.

    Each draw's spaces are scaled to the draw's sum, and rounded up or down by chance so that the mean is
    kept. Spaces without people are left out.
    """
    streams = Streams(seed)
    number = np.arange(len(regions.space_ids))
    samples = []
    for replication in range(replications):
        total = placed.total + float(np.sqrt(placed.total_variance)) * float(
            streams.normal("forecast_total", 0, replication)
        )
        noise = streams.normal("forecast_space", number, replication)
        drawn = np.maximum(placed.mean + np.sqrt(placed.variance) * noise, 0.0)
        drawn[regions.of_space < 0] = 0.0
        if drawn.sum() > 0:
            drawn *= max(total, 0.0) / drawn.sum()
        people = np.floor(drawn + streams.uniform("forecast_rounding", number, replication)).astype(int)
        samples.append({regions.space_ids[i]: int(people[i]) for i in np.flatnonzero(people)})
    return tuple(samples)


def drill_answer(plan: Plan, job: ForecastJob) -> dict[str, Any]:
    """The answer of the world: drills with the network engine, one for each sample of people.

    No further drill is begun after :data:`BUDGET_S`, so that a large mall is answered in time with fewer
    replications; the document says how many there are.
    """
    from twin.fire.place import FirePlace
    from twin.plan.guesses import guessed_inputs
    from twin.world.drill import run_drill
    from twin.world.drill_setup import DrillSetup
    from twin.world.ensemble import DrillAnswer
    from twin.world.streams import replication_seed

    begin = time.perf_counter()
    fire = FirePlace(space_id=job.fire_space) if job.fire_space else None
    setups = [DrillSetup(people=people, fire=fire) for people in job.people]
    runs = []
    for number, setup in enumerate(setups):
        runs.append(run_drill(plan, setup, seed=replication_seed(job.seed, number)))
        if len(runs) >= LEAST_RUNS and time.perf_counter() - begin > BUDGET_S:
            break
    answer = DrillAnswer(
        plan=plan,
        setup=setups[0],
        seed=job.seed,
        runs=tuple(runs),
        guessed=tuple(guessed_inputs(plan)),
        wall_s=time.perf_counter() - begin,
    )
    people = estimate([run.people for run in runs])
    # The replications start from different numbers of people: the band of the live estimate.
    return dict(answer.summary()) | {"people": round(people.mean), "people_interval": people.document()}


class Forecaster:
    """One worker process, started and warmed at once; forecasts queue for it.

    Args:
        plan: the plan that all forecasts are on.
        answer: works a job out.
    """

    def __init__(self, plan: Plan, *, answer: Answer = drill_answer) -> None:
        self._plan = plan
        self._answer = answer
        self._lock = threading.Lock()
        self._closed = False
        self._started = time.monotonic()
        self._parcel = Parcel(plan)
        self._pool = self._start()

    def wait_until_warm(self, timeout_s: float = 120.0) -> float:
        """Wait for the worker to be warm; seconds that it took.

        Raises:
            RunError: if it failed, or is not warm in time.
        """
        try:
            self._warm.result(timeout=timeout_s)
        except Exception as error:
            raise RunError(f"the forecast worker could not be warmed: {_one_line(error)}") from error
        return time.monotonic() - self._started

    @property
    def is_warm(self) -> bool:
        """Whether a forecast would start at once."""
        return self._warm.done() and self._warm.exception() is None

    def submit(self, job: ForecastJob, done: Done) -> None:
        """Start ``job``; ``done`` is called in another thread.

        A worker that died is started anew, and a job that died with it is given to the new one, once.
        """
        self._submit(job, done, again=True)

    def _submit(self, job: ForecastJob, done: Done, *, again: bool) -> None:
        """Start ``job``; ``again``: where its worker dies, start it once more."""

        def ended(future: Future[dict[str, Any]]) -> None:
            died = not future.cancelled() and isinstance(future.exception(), BrokenProcessPool)
            if died and again and not self._closed:
                self._submit(job, done, again=False)
            else:
                _tell(future, done)

        with self._lock:
            try:
                future = self._pool.submit(_work, job)
            except RuntimeError:
                log.warning("forecast worker is gone; starting another")
                self._pool.shutdown(wait=False, cancel_futures=True)
                self._pool = self._start()
                future = self._pool.submit(_work, job)
        future.add_done_callback(ended)

    def close(self) -> None:
        """End the worker process."""
        with self._lock:
            self._closed = True
            processes = list((self._pool._processes or {}).values())  # noqa: SLF001 - a running drill has no other stop
            self._pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()
        for process in processes:
            process.join(timeout=5.0)
        self._parcel.close()

    def _start(self) -> ProcessPoolExecutor:
        """A pool of one worker that warms itself."""
        pool = ProcessPoolExecutor(
            max_workers=1,
            # A forked copy of a process with threads can hang; a fresh one cannot.
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_open,
            initargs=(self._parcel, self._answer),
        )
        self._warm: Future[None] = pool.submit(_warm_up)
        return pool


_opened: tuple[Plan, Answer] | None = None
"""Of a worker process: the plan, and how jobs are worked out."""


def _open(parcel: Parcel[Plan], answer: Answer) -> None:
    """Begin a worker process."""
    global _opened  # noqa: PLW0603 - the worker's own process, set once
    logging.getLogger("numba").setLevel(logging.WARNING)
    _opened = (parcel.open(), answer)


def _warm_up() -> None:
    """Compile the kernels, and run a small drill, so that the plan is cut."""
    from twin.world.warm import warm_up

    warm_up()
    if _opened is None:
        raise RunError("the forecast worker has no plan")
    plan, _ = _opened
    spaces = [space.id for space in plan.spaces if space.walkable and space.public]
    people = {space_id: max(WARM_PEOPLE // max(len(spaces), 1), 1) for space_id in spaces[:WARM_PEOPLE]}
    _work(ForecastJob(id="warm", people=(people,), fire_space=spaces[0] if spaces else "", seed=0))


def _work(job: ForecastJob) -> dict[str, Any]:
    """Work one job out, in the worker process."""
    if _opened is None:
        raise RunError("the forecast worker has no plan")
    plan, answer = _opened
    return answer(plan, job)


def _tell(ended: Future[dict[str, Any]], done: Done) -> None:
    """Hand the end of a job to who asked."""
    if ended.cancelled():
        done(None, "the forecast was cancelled")
        return
    error = ended.exception()
    if error is None:
        done(ended.result(), "")
        return
    log.error("forecast failed", error=_one_line(error))
    done(None, _one_line(error))


def _one_line(error: BaseException) -> str:
    """What went wrong, in one line."""
    text: Sequence[str] = str(error).splitlines()
    return text[0] if text else type(error).__name__
