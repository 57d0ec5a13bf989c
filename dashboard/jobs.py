"""Questions that take seconds run here, in worker processes; a callback only asks how far they are.

A job is one question (a scenario document). Its answer is kept under ``folder/<job id>/``: ``question.json``,
``answer.json`` and what the kind of question adds, such as ``frames.bin``. So an answer outlives the server,
and a permalink carries nothing but the id.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import re
import secrets
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from multiprocessing.sharedctypes import Synchronized, SynchronizedArray
from pathlib import Path
from typing import Any

import structlog

from dashboard.questions import answer_question, warm_up
from twin.errors import RunError, TwinError
from twin.plan.model import Plan
from twin.plan.parcel import Parcel

_LOG = structlog.get_logger(__name__)
SLOTS = 64
"""Jobs that may wait or run at one time; each has a cell in shared memory for its progress."""
MOST_KEPT = 200
"""The newest kept answers among which one looks for others of the same question."""
_CANCELLED = -1.0
WARM_AFTER_S = 6.0
"""The screens and the forecast of a fire alarm come first; a question that comes sooner starts its worker."""
_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
"""Names of files that an answer brings with it."""


class JobState(StrEnum):
    """How far a job is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class Job:
    """One question and what became of it. ``share`` is the part that is done, 0 to 1."""

    id: str
    kind: str
    question: Mapping[str, Any]
    asked: datetime
    state: JobState = JobState.WAITING
    share: float = 0.0
    seconds: float = 0.0
    error: str = ""
    answer: Mapping[str, Any] | None = field(default=None, repr=False)


class _Stopped(Exception):  # noqa: N818 - not an error: the user wished it
    """The job was cancelled while it ran."""


_plan: Plan | None = None
_cells: SynchronizedArray[Any] | None = None


def _start_worker(parcel: Parcel[Plan], cells: SynchronizedArray[Any], ready: Synchronized[Any]) -> None:
    """Once in each worker: keep the plan, compile what will be needed."""
    global _plan, _cells  # the state of a worker process is its module
    _plan, _cells = parcel.open(), cells
    warm_up(_plan)
    with ready.get_lock():
        ready.value += 1


def _wake(pool: ProcessPoolExecutor, workers: int) -> None:
    """Let the workers start: the first task of a worker does."""
    for _ in range(workers):
        pool.submit(int)


def _end_pool(pool: ProcessPoolExecutor) -> None:
    """End the workers now: one that compiles or answers must not hold up the end of the server."""
    processes = list((pool._processes or {}).values())  # noqa: SLF001 - the pool has no other way to stop work
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()
    for process in processes:
        process.join(timeout=5.0)


def _work(slot: int, question: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Answer ``question`` in a worker; returns the answer's document."""
    if _plan is None or _cells is None:
        raise RunError("the worker has no plan: it was not started by Jobs")
    cells = _cells

    def progress(share: float) -> None:
        if cells[slot] == _CANCELLED:
            raise _Stopped
        cells[slot] = max(0.0, min(1.0, share))

    progress(1e-6)
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "question.json", question)
    document = answer_question(_plan, question, folder, progress)
    _write(folder / "answer.json", document)
    return document


def _write(path: Path, document: Mapping[str, Any]) -> None:
    """Write whole or not at all: another process may be reading."""
    part = path.with_suffix(".part")
    part.write_text(json.dumps(document, ensure_ascii=False, allow_nan=False), encoding="utf-8")
    part.replace(path)


@dataclass
class _Entry:
    job: Job
    slot: int
    begun: float
    future: Future[dict[str, Any]] | None = None
    ended: float | None = None


class Jobs:
    """A pool of worker processes and the jobs given to it.

    Workers are spawned, not forked: the server has threads, and a forked copy of them deadlocks.
    """

    def __init__(self, plan: Plan, folder: Path, *, workers: int = 1) -> None:
        self._plan = plan
        self._folder = folder
        self._workers = workers
        self._context = multiprocessing.get_context("spawn")
        self._cells: SynchronizedArray[Any] = self._context.Array("d", SLOTS)
        self._ready: Synchronized[Any] = self._context.Value("i", 0)
        self._pool: ProcessPoolExecutor | None = None
        self._entries: dict[str, _Entry] = {}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The pool, alive within the block; its workers warm up once the server has had time to start."""
        self._parcel = Parcel(self._plan)
        self._pool = self._new_pool()
        waking = asyncio.get_running_loop().call_later(WARM_AFTER_S, _wake, self._pool, self._workers)
        try:
            yield
        finally:
            waking.cancel()
            for entry in self._entries.values():
                self._cells[entry.slot] = _CANCELLED
            pool, self._pool = self._pool, None
            await asyncio.to_thread(_end_pool, pool)
            self._parcel.close()

    def _new_pool(self) -> ProcessPoolExecutor:
        self._ready.value = 0
        return ProcessPoolExecutor(
            self._workers,
            mp_context=self._context,
            initializer=_start_worker,
            initargs=(self._parcel, self._cells, self._ready),
        )

    @property
    def warm(self) -> bool:
        """Whether a worker is ready to answer without compiling first."""
        return int(self._ready.value) > 0

    def submit(self, question: Mapping[str, Any]) -> Job:
        """Give a question to the pool.

        Raises:
            RunError: if the pool is not running, or too many questions wait.
        """
        if self._pool is None:
            raise RunError("the pool of workers is not running")
        busy = {entry.slot for entry in self._entries.values() if entry.ended is None}
        free = next((slot for slot in range(SLOTS) if slot not in busy), None)
        if free is None:
            raise RunError(f"{SLOTS} questions are waiting already: let some of them end first")
        job = Job(
            id=f"{datetime.now(tz=UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}",
            kind=str(question.get("kind", "")),
            question=dict(question),
            asked=datetime.now(tz=UTC),
        )
        self._cells[free] = 0.0
        entry = _Entry(job=job, slot=free, begun=time.monotonic())
        self._entries[job.id] = entry
        self._send(entry)
        return job

    def _send(self, entry: _Entry) -> None:
        if self._pool is None:
            raise RunError("the pool of workers is not running")
        arguments = (entry.slot, dict(entry.job.question), self._folder / entry.job.id)
        try:
            entry.future = self._pool.submit(_work, *arguments)
        except BrokenProcessPool:
            _LOG.warning("a worker process died; the pool is started anew")
            self._pool = self._new_pool()
            entry.future = self._pool.submit(_work, *arguments)

        def ended(_: Future[dict[str, Any]]) -> None:
            entry.ended = time.monotonic()

        entry.future.add_done_callback(ended)

    def cancel(self, job_id: str) -> None:
        """Stop a job: at once if it waits, at its next step if it runs."""
        entry = self._entries.get(job_id)
        if entry is not None and entry.ended is None:
            self._cells[entry.slot] = _CANCELLED
            if entry.future is not None:
                entry.future.cancel()

    def job(self, job_id: str) -> Job | None:
        """The job as it stands, from this server's memory or from the folder of answers."""
        entry = self._entries.get(job_id)
        return self._view(entry) if entry is not None else self._kept(job_id)

    def questions(self, kind: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Ids and questions of the answers of ``kind`` that are kept, the newest first."""
        folders = sorted(self._folder.glob("*/answer.json"), reverse=True)[:MOST_KEPT]
        for path in folders:
            asked = path.with_name("question.json")
            if not asked.is_file():
                continue
            question = json.loads(asked.read_text(encoding="utf-8"))
            if question.get("kind") == kind:
                yield path.parent.name, question

    def file(self, job_id: str, name: str) -> Path | None:
        """A file that the answer of a job brought with it, such as ``frames.bin``."""
        if not job_id.replace("-", "").isalnum() or not _FILE.fullmatch(name):
            return None
        path = self._folder / job_id / name
        return path if path.is_file() else None

    def _kept(self, job_id: str) -> Job | None:
        path = self.file(job_id, "answer.json")
        asked = self.file(job_id, "question.json")
        if path is None or asked is None:
            return None
        question = json.loads(asked.read_text(encoding="utf-8"))
        moment = datetime.fromtimestamp(asked.stat().st_mtime, tz=UTC)
        answer = json.loads(path.read_text(encoding="utf-8"))
        return Job(
            id=job_id,
            kind=str(question.get("kind", "")),
            question=question,
            asked=moment,
            state=JobState.DONE,
            share=1.0,
            seconds=path.stat().st_mtime - asked.stat().st_mtime,
            answer=answer,
        )

    def _view(self, entry: _Entry) -> Job:
        now = entry.ended if entry.ended is not None else time.monotonic()
        job = replace(entry.job, seconds=now - entry.begun)
        future = entry.future
        if future is None or not future.done():
            cell = float(self._cells[entry.slot]) if entry.ended is None else 0.0
            if cell == _CANCELLED:  # a worker that is at it stops at its next step
                return replace(job, state=JobState.CANCELLED)
            share = max(0.0, cell)
            state = JobState.RUNNING if share > 0 else JobState.WAITING
            return replace(job, state=state, share=share)
        if future.cancelled():
            return replace(job, state=JobState.CANCELLED)
        failure = future.exception()
        if failure is None:
            return replace(job, state=JobState.DONE, share=1.0, answer=future.result())
        if isinstance(failure, _Stopped):
            return replace(job, state=JobState.CANCELLED)
        if isinstance(failure, BrokenProcessPool):
            return replace(job, state=JobState.FAILED, error="the worker process died: ask again")
        if not isinstance(failure, TwinError):
            _LOG.error("a question failed", job=job.id, exc_info=failure)
        return replace(job, state=JobState.FAILED, error=str(failure) or type(failure).__name__)
