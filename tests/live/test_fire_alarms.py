"""Fire: no alarm goes without a forecast, none is lost at a restart, none hides behind another."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import OperationalError

from twin.live import keeping
from twin.live.forecast import Done, Forecaster, ForecastJob
from twin.live.reading import Reading
from twin.live.snapshot import AlertView
from twin.live.twin_state import LiveTwin
from twin.plan.model import Plan
from twin.store import Store

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
Say = Callable[..., Reading]


class _Held:
    """A forecast runner whose jobs end when the test says so."""

    def __init__(self) -> None:
        self.jobs: list[ForecastJob] = []
        self.ends: list[Done] = []

    def submit(self, job: ForecastJob, done: Done) -> None:
        self.jobs.append(job)
        self.ends.append(done)


def _after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def _fires(live: LiveTwin, at_s: float) -> dict[str, AlertView]:
    return {one.space_id: one for one in live.snapshot(_after(at_s)).alerts if one.rule == "fire"}


@pytest.fixture
def held() -> _Held:
    return _Held()


@pytest.fixture
def live(watched_mall: Plan, store: Store, held: _Held) -> LiveTwin:
    return LiveTwin(watched_mall, store=store, now=NOON, forecaster=held)


def test_detector_after_detector_is_answered_by_one_more_forecast(
    live: LiveTwin, held: _Held, say: Say, store: Store
) -> None:
    """Five alarms while the first forecast runs: it is shown when done, then one forecast for the newest."""
    live.apply([say("c-west", "count_in", 300)], _after(0))
    for k, space in enumerate(("L1-shop-1", "L1-shop-2", "L1-shop-3", "L2-shop-2", "L2-shop-3")):
        live.apply([say("panel", "fire", 1, 1 + k, space=space)], _after(1 + k))
    assert len(_fires(live, 6)) == 5
    assert [job.fire_space for job in held.jobs] == ["L1-shop-1"]
    held.ends[0]({"people": 1}, "")
    shown = live.snapshot(_after(7)).forecast
    assert shown is not None
    assert (shown.state, shown.space_id, shown.drill) == ("done", "L1-shop-1", {"people": 1})
    assert [job.fire_space for job in held.jobs] == ["L1-shop-1", "L2-shop-3"]
    held.ends[1]({"people": 2}, "")
    shown = live.snapshot(_after(8)).forecast
    assert shown is not None
    assert (shown.state, shown.space_id, shown.drill) == ("done", "L2-shop-3", {"people": 2})
    assert {run.state for run in store.runs.recent(kind="forecast")} == {"done"}


def test_zones_of_a_panel_burn_and_end_by_themselves(live: LiveTwin, say: Say) -> None:
    """The second zone of the same panel is a second alarm; the end of one does not end the other."""
    live.apply([say("panel", "fire", 1, 1, space="L1-shop-1")], _after(1))
    live.apply([say("panel", "fire", 1, 2, space="L2-shop-2")], _after(2))
    live.apply([say("panel", "fire", 0, 3, space="L1-shop-1")], _after(3))
    assert {space: one.state for space, one in _fires(live, 4).items()} == {
        "L1-shop-1": "latched",
        "L2-shop-2": "unacknowledged",
    }
    live.apply([say("panel", "fire", 0, 5)], _after(5))
    assert {one.state for one in _fires(live, 6).values()} == {"latched"}


def test_a_panel_that_names_no_place_does_not_burn_itself(live: LiveTwin, held: _Held, say: Say) -> None:
    """The panel hangs in shop 1 of L1; its alarm without a zone may be anywhere."""
    live.apply([say("panel", "fire", 1, 1)], _after(1))
    assert list(_fires(live, 2)) == [""]
    assert [job.fire_space for job in held.jobs] == [""]


def test_a_true_fire_after_a_test_is_an_alarm_of_its_own(live: LiveTwin, say: Say) -> None:
    """On (test), then on (not a test) without an end between: the second one alarms, and is no test."""
    live.apply([say("smoke-21", "fire", 1, 1, quality="test")], _after(1))
    live.apply([say("smoke-21", "fire", 1, 2)], _after(2))
    active = [
        one for one in live.snapshot(_after(3)).alerts if one.rule == "fire" and one.state == "unacknowledged"
    ]
    assert ["test" in one.what.en for one in active] == [False]
    # And a true fire is not made a test afterwards.
    live.apply([say("smoke-21", "fire", 1, 4, quality="test")], _after(4))
    assert [one.state for one in live.snapshot(_after(5)).alerts if one.id == active[0].id] == [
        "unacknowledged"
    ]


@pytest.mark.parametrize("kept", [True, False])
def test_a_fire_that_stands_at_a_restart_stands_and_is_forecast(
    watched_mall: Plan, store: Store, live: LiveTwin, say: Say, *, kept: bool
) -> None:
    """With and without a checkpoint that fits: the alarm is still on, and its forecast runs again."""
    live.apply([say("smoke-21", "fire", 1, 1)], _after(1))
    live.acknowledge(_fires(live, 1)["L2-shop-1"].id, "guard", _after(2))
    if kept:
        live.checkpoint(_after(3))
    runner = _Held()
    again = LiveTwin(watched_mall, store=store, now=_after(60), forecaster=runner)
    again.tick(_after(60))
    again.tick(_after(61))
    assert _fires(again, 61)["L2-shop-1"].state == "acknowledged"
    assert [job.fire_space for job in runner.jobs] == ["L2-shop-1"]
    # Whatever its clock says, the detector's own word ends it.
    again.apply([say("smoke-21", "fire", 0, 1 if not kept else 2)], _after(62))
    assert _fires(again, 62)["L2-shop-1"].state == "latched"


def test_a_store_that_cannot_write_keeps_no_fire_from_its_forecast(
    live: LiveTwin, held: _Held, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full: the alarm is in the snapshot, and its forecast was started."""

    def full(*_: object) -> None:
        raise OperationalError("insert", {}, Exception("disk is full"))

    monkeypatch.setattr(keeping, "save_changes", full)
    with pytest.raises(OperationalError):
        live.apply([say("smoke-21", "fire", 1, 1)], _after(1))
    assert [job.fire_space for job in held.jobs] == ["L2-shop-1"]
    assert _fires(live, 2)["L2-shop-1"].state == "unacknowledged"


def test_a_forecast_that_cannot_start_says_so(
    watched_mall: Plan, store: Store, say: Say, held: _Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The alert stands, and the screens do not show a forecast that runs for ever."""

    def gone(_job: ForecastJob, _done: Done) -> None:
        raise RuntimeError("no worker")

    monkeypatch.setattr(held, "submit", gone)
    live = LiveTwin(watched_mall, store=store, now=NOON, forecaster=held)
    live.apply([say("smoke-21", "fire", 1, 1)], _after(1))
    shown = live.snapshot(_after(2)).forecast
    assert shown is not None
    assert (shown.state, "no worker" in shown.error) == ("failed", True)
    assert list(_fires(live, 2)) == ["L2-shop-1"]


def test_an_unreadable_fire_message_is_an_alert_until_the_device_is_understood(
    live: LiveTwin, say: Say
) -> None:
    live.note_unreadable_fire("smoke-21", _after(1))
    (alert,) = [one for one in live.snapshot(_after(1)).alerts if one.rule == "fire_unreadable"]
    assert (alert.priority, alert.state, alert.space_id) == (1, "unacknowledged", "L2-shop-1")
    live.apply([say("smoke-21", "fire", 0, 5)], _after(5))
    live.tick(_after(6))
    assert [one.state for one in live.snapshot(_after(6)).alerts] == ["returned"]


def test_detectors_that_are_not_panels_keep_their_own_place(
    watched_mall: Plan, store: Store, held: _Held, say: Say
) -> None:
    """A detector has one place: on with its space and off without it is one signal."""
    live = LiveTwin(replace(watched_mall), store=store, now=NOON, forecaster=held)
    live.apply([say("smoke-21", "fire", 1, 1, space="L2-shop-1")], _after(1))
    live.apply([say("smoke-21", "fire", 0, 2)], _after(2))
    assert {one.state for one in _fires(live, 3).values()} == {"latched"}


class _DyingPool:
    """A pool whose worker dies with the first job."""

    def __init__(self, deaths: int) -> None:
        self.deaths, self.jobs = deaths, 0

    def submit(self, *_: object) -> Future[dict[str, int]]:
        self.jobs += 1
        future: Future[dict[str, int]] = Future()
        if self.jobs <= self.deaths:
            future.set_exception(BrokenProcessPool("killed"))
        else:
            future.set_result({"people": 5})
        return future


@pytest.mark.parametrize(("deaths", "answer", "jobs"), [(1, {"people": 5}, 2), (9, None, 2)])
def test_a_forecast_whose_worker_dies_is_asked_once_more(
    watched_mall: Plan,
    monkeypatch: pytest.MonkeyPatch,
    deaths: int,
    answer: dict[str, int] | None,
    jobs: int,
) -> None:
    """Out of memory once: the second worker answers. A job that kills every worker fails, and says so."""
    pool = _DyingPool(deaths)
    monkeypatch.setattr(Forecaster, "_start", lambda _: pool)
    told = []
    job = ForecastJob(id="f", people=({},), fire_space="", seed=1)
    Forecaster(watched_mall).submit(job, lambda found, error: told.append((found, error)))
    assert [found for found, _ in told] == [answer]
    assert bool(told[0][1]) is (answer is None)
    assert pool.jobs == jobs
