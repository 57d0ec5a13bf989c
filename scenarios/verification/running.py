"""Running tests: each on each engine, in worker processes, into a full matrix of results."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

from scenarios.verification.case import ENGINES, Case, CaseResult, Engine, Outcome, Setting, Status
from scenarios.verification.registry import suites
from twin.errors import TwinError

Progress = Callable[[CaseResult], None]
_SPAWN = multiprocessing.get_context("spawn")
_ONE_THREAD = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def run_case(case: Case, engine: Engine, *, quick: bool = False, pictures: Path | None = None) -> CaseResult:
    """Put one engine to one test. Never raises for what the test does: an error is a failure with its reason.

    Args:
        case: the test.
        engine: the engine.
        quick: fewer seeds.
        pictures: folder for its picture; none is drawn without it.
    """
    mode = case.mode_on(engine)
    if engine in case.not_applicable:
        return _result(case, engine, mode, Status.NOT_APPLICABLE, reason=case.not_applicable[engine])
    begin = time.perf_counter()
    try:
        outcome = case.run(Setting(engine=engine, mode=mode, quick=quick))
        picture = _drawn(case, engine, outcome, pictures)
    except Exception as error:  # noqa: BLE001 - a test that raises, whatever it raises, has failed and is listed
        words = str(error) if isinstance(error, TwinError) else f"{type(error).__name__}: {error}"
        result = _result(case, engine, mode, Status.FAIL, measured="no result", reason=words)
        return replace(result, seconds=time.perf_counter() - begin)
    return replace(
        _result(
            case, engine, mode, Status.PASS if outcome.passed else Status.FAIL, measured=outcome.measured()
        ),
        seconds=time.perf_counter() - begin,
        seeds=outcome.seeds,
        picture=picture,
        figures={check.what: float(check.value) for check in outcome.checks},
        checks=tuple(replace(check, value=float(check.value)) for check in outcome.checks),
    )


def run_once(
    cases: Sequence[Case], engine: Engine, *, quick: bool = False, pictures: Path | None = None
) -> list[CaseResult]:
    """Put one engine to tests that ask for the same run (see :func:`same_run`): it is made once."""
    first = run_case(cases[0], engine, quick=quick, pictures=pictures)
    others = [
        replace(
            first,
            suite=case.suite,
            id=case.id,
            title=case.title.en,
            title_zh=case.title.zh,
            criterion=case.criterion,
            origin=case.origin,
            seconds=0.0,
            same_run_as=f"{cases[0].suite} {cases[0].id}",
        )
        for case in cases[1:]
    ]
    return [first, *others]


def same_run(case: Case, engine: Engine) -> tuple[object, ...]:
    """What is equal for tests whose run on ``engine`` is the same: set-up, its arguments, mode, or reason.

    A run depends on nothing else, so that making it once is the same as making it twice.
    """
    if engine in case.not_applicable:
        return (engine, case.key)
    made = case.run
    if isinstance(made, partial):
        return (engine, case.mode_on(engine), made.func, repr(made.args), repr(sorted(made.keywords.items())))
    return (engine, case.mode_on(engine), made)


def run_matrix(
    cases: Sequence[Case],
    engines: Sequence[Engine] = ENGINES,
    *,
    workers: int = 2,
    quick: bool = False,
    pictures: Path | None = None,
    progress: Progress | None = None,
) -> list[CaseResult]:
    """Every test on every engine, in the order of ``cases``, then engines.

    Args:
        cases: the tests.
        engines: the engines.
        workers: processes; with 1 they run in this process.
        quick: fewer seeds.
        pictures: folder for pictures; none are drawn without it.
        progress: called with each result as it comes.
    """
    jobs: dict[tuple[object, ...], tuple[list[Case], Engine]] = {}
    for case in cases:
        for engine in engines:
            jobs.setdefault(same_run(case, engine), ([], engine))[0].append(case)
    found: dict[tuple[str, str, str], CaseResult] = {}
    for results in _results(list(jobs.values()), workers, quick=quick, pictures=pictures):
        for result in results:
            found[result.suite, result.id, result.engine] = result
            if progress is not None:
                progress(result)
    return [found[case.suite, case.id, engine] for case in cases for engine in engines]


_Job: TypeAlias = tuple[list[Case], Engine]


def _results(
    jobs: Sequence[_Job], workers: int, *, quick: bool, pictures: Path | None
) -> Iterator[list[CaseResult]]:
    """Results as they come."""
    registered = {case.key: case for suite in suites().values() for case in suite.cases}
    # Only what a worker can look up by its name goes there: a case holds a function of its module.
    there = [job for job in jobs if workers > 1 and all(registered.get(c.key) is c for c in job[0])]
    for cases, engine in jobs:
        if (cases, engine) not in there:
            yield run_once(cases, engine, quick=quick, pictures=pictures)
    if not there:
        return
    there.sort(key=lambda job: -job[0][0].cost_s)
    with _single_threads():
        cut_off: list[_Job] = []
        for job, answer in _pooled(there, workers, quick=quick, pictures=pictures):
            if isinstance(answer, BrokenProcessPool):
                cut_off.append(job)
            else:
                yield answer
        # A process that dies takes the pool with it; who was in it or waited is tried again, each on its own.
        for job in cut_off:
            for (cases, engine), answer in _pooled([job], 1, quick=quick, pictures=pictures):
                yield (
                    answer if not isinstance(answer, BrokenProcessPool) else [_died(c, engine) for c in cases]
                )


def _pooled(
    jobs: Sequence[_Job], workers: int, *, quick: bool, pictures: Path | None
) -> Iterator[tuple[_Job, list[CaseResult] | BrokenProcessPool]]:
    """Jobs in a pool of processes, with their results as they come, or with what ended the pool."""
    with ProcessPoolExecutor(workers, _SPAWN, initializer=_end_with_parent) as pool:
        waiting: dict[Future[list[CaseResult]], _Job] = {}
        for cases, engine in jobs:
            keys = [case.key for case in cases]
            waiting[pool.submit(_in_worker, keys, engine, quick=quick, pictures=pictures)] = (cases, engine)
        for future in as_completed(waiting):
            try:
                yield waiting[future], future.result()
            except BrokenProcessPool as error:
                yield waiting[future], error


def _in_worker(
    keys: Sequence[tuple[str, str]], engine: Engine, *, quick: bool, pictures: Path | None
) -> list[CaseResult]:
    """One job in a worker process."""
    cases = {case.key: case for suite in suites().values() for case in suite.cases}
    return run_once([cases[key] for key in keys], engine, quick=quick, pictures=pictures)


def _end_with_parent() -> None:
    """End this worker when the process that started it is killed; it would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:

        def watch() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=watch, daemon=True).start()


def _died(case: Case, engine: Engine) -> CaseResult:
    """The result of a test whose process died."""
    words = "the process that ran it died"
    return _result(case, engine, case.mode_on(engine), Status.FAIL, measured="no result", reason=words)


@contextmanager
def _single_threads() -> Iterator[None]:
    """Workers that are started within take one thread each: there are as many of them as cores."""
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _drawn(case: Case, engine: Engine, outcome: Outcome, pictures: Path | None) -> str | None:
    """Draw the picture of an outcome; its file name."""
    if pictures is None or outcome.draw is None:
        return None
    from scenarios.verification.pictures import save

    name = f"{case.suite}-{case.id}-{engine}.png".replace("/", "-")
    save(outcome.draw, pictures / name)
    return name


def _result(
    case: Case, engine: Engine, mode: str, status: Status, *, measured: str = "", reason: str = ""
) -> CaseResult:
    """A result of a test, as far as it needs no outcome."""
    return CaseResult(
        suite=case.suite,
        id=case.id,
        title=case.title.en,
        title_zh=case.title.zh,
        engine=engine,
        mode=mode,
        status=status,
        measured=measured,
        criterion=case.criterion,
        origin=case.origin,
        reason=reason,
    )
