"""Questions in worker processes: an answer is kept, a wish to stop is heard, what fails says why."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dashboard.jobs import Job, Jobs, JobState
from twin.errors import RunError
from twin.plan.model import Plan

LONG = {"kind": "drill", "people": 400, "replications": 2000, "seed": 1}
SHORT = {"kind": "drill", "people": 30, "replications": 2, "seed": 1}
OVER = {JobState.DONE, JobState.FAILED, JobState.CANCELLED}


@pytest.fixture(scope="module")
def jobs(two_storey_plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jobs]:
    pool = Jobs(two_storey_plan, tmp_path_factory.mktemp("runs"))
    with asyncio.Runner() as runner:
        running = pool.running()
        runner.run(running.__aenter__())
        yield pool
        runner.run(running.__aexit__(None, None, None))


def until(jobs: Jobs, job: Job, reached: Callable[[Job], bool]) -> Job:
    """``job`` once it has ``reached`` something."""
    end = time.monotonic() + 90
    while time.monotonic() < end:
        now = jobs.job(job.id)
        assert now is not None
        if reached(now):
            return now
        time.sleep(0.02)
    raise AssertionError(f"{job.id} is still {now.state} after 90 s")


def over(job: Job) -> bool:
    return job.state in OVER


def test_an_answer_outlives_its_server(jobs: Jobs, two_storey_plan: Plan) -> None:
    """A new Jobs on the same folder has the same answer, question and recording."""
    done = until(jobs, jobs.submit(SHORT), over)
    assert done.state is JobState.DONE, done.error
    assert done.answer is not None
    assert done.answer["replications"] == 2
    later = Jobs(two_storey_plan, jobs._folder)
    kept = later.job(done.id)
    assert kept is not None
    assert kept.state is JobState.DONE
    assert kept.kind == "drill"
    assert dict(kept.question) == SHORT
    assert kept.answer == json.loads(json.dumps(done.answer))
    frames = later.file(done.id, "frames.bin")
    assert frames is not None
    assert frames.read_bytes()[:4] == b"MTF1"


def test_the_share_grows_to_one(jobs: Jobs) -> None:
    job = jobs.submit(SHORT | {"replications": 12})
    shares = []
    until(jobs, job, lambda now: shares.append(now.share) or over(now))  # type: ignore[func-returns-value]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_stopping_what_runs_and_what_waits(jobs: Jobs) -> None:
    """One worker: the first runs, the second waits; both end, nothing is kept, the worker goes on."""
    first, second = jobs.submit(LONG), jobs.submit(LONG)
    until(jobs, first, lambda now: now.state is JobState.RUNNING and now.share > 0)
    waiting = jobs.job(second.id)
    assert waiting is not None
    assert waiting.state is JobState.WAITING
    for job in (second, first):
        jobs.cancel(job.id)
        now = jobs.job(job.id)
        assert now is not None
        assert now.state is JobState.CANCELLED
    third = until(jobs, jobs.submit(SHORT), over)
    assert third.state is JobState.DONE
    for job in (first, second):
        now = jobs.job(job.id)
        assert now is not None
        assert now.state is JobState.CANCELLED
        assert jobs.file(job.id, "answer.json") is None


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({"kind": "drill", "fire": "nowhere"}, "nowhere"),
        ({"kind": "drill", "blocked": ["no-such-door"]}, "no-such-door"),
        ({"kind": "drill", "peple": 3}, "peple"),
        ({"kind": "layout", "edits": [{"edit": "close_exit", "id": "moon"}]}, "moon"),
    ],
)
def test_a_bad_question_says_what_is_wrong_with_it(
    jobs: Jobs, question: dict[str, object], said: str
) -> None:
    failed = until(jobs, jobs.submit(question), over)
    assert failed.state is JobState.FAILED
    assert said in failed.error
    assert "Traceback" not in failed.error
    assert "\n" not in failed.error


@pytest.mark.parametrize(
    ("job_id", "name"),
    [
        ("..", "secret.txt"),
        ("../..", "secret.txt"),
        ("", "secret.txt"),
        (".", "secret.txt"),
        ("here", "../secret.txt"),
        ("here", ".."),
        ("here", ""),
        ("here", ".hidden"),
        ("here", "a\0b"),
        ("here", "..\\secret.txt"),
    ],
)
def test_no_file_outside_of_an_answer(two_storey_plan: Plan, tmp_path: Path, job_id: str, name: str) -> None:
    """Only plain names inside the folder of one answer are given out."""
    (tmp_path / "secret.txt").write_text("x")
    runs = tmp_path / "runs"
    (runs / "here").mkdir(parents=True)
    (runs / "secret.txt").write_text("x")
    (runs / "here" / ".hidden").write_text("x")
    (runs / "here" / "frames.bin").write_text("x")
    jobs = Jobs(two_storey_plan, runs)
    assert jobs.file("here", "frames.bin") == runs / "here" / "frames.bin"
    assert jobs.file(job_id, name) is None


def test_without_a_pool_nothing_is_asked(two_storey_plan: Plan, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="not running"):
        Jobs(two_storey_plan, tmp_path).submit(SHORT)


def test_after_a_worker_has_died_the_next_question_is_answered(jobs: Jobs) -> None:
    """The running question fails in words; the pool is started anew."""
    job = until(jobs, jobs.submit(LONG), lambda now: now.share > 0)
    assert jobs._pool is not None
    for process in list(jobs._pool._processes):
        os.kill(process, signal.SIGKILL)
    failed = until(jobs, job, over)
    assert failed.state is JobState.FAILED
    assert failed.error == "the worker process died: ask again"
    assert until(jobs, jobs.submit(SHORT), over).state is JobState.DONE
