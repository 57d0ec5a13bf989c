"""The day's curve: one sample a minute of the mall's clock, the newest 24 h, nothing made up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dashboard.history import LENGTH, History

BEGIN = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def at(minutes: float, mean: float, *, quality: str = "good") -> dict[str, object]:
    one = {"mean": mean, "low": mean - 1, "high": mean + 1, "quality": quality}
    return {"clock": (BEGIN + timedelta(minutes=minutes)).isoformat(), "inside": one, "spaces": {"a": one}}


def test_one_sample_a_minute() -> None:
    history = History(["a", "b"])
    assert [history.take(at(m, 5.0)) for m in (0, 0.5, 0.99, 1.0, 1.2, 2.0)] == [
        True,
        False,
        False,
        True,
        False,
        True,
    ]
    assert history.document()["mean"] == [5.0, 5.0, 5.0]
    assert history.document("b")["mean"] == [None, None, None]


def test_the_oldest_goes_after_a_day() -> None:
    history = History(["a"])
    for minute in range(LENGTH + 30):
        history.take(at(minute, float(minute)))
    kept = history.document("a")
    assert kept["mean"] == [float(m) for m in range(30, LENGTH + 30)]
    assert kept["time"][0] == (BEGIN + timedelta(minutes=30)).timestamp()


def test_what_nobody_knows_is_a_gap() -> None:
    history = History(["a"])
    history.take(at(0, 3.0))
    history.take(at(1, 0.0, quality="unknown"))
    assert history.document("a") == {
        "time": [BEGIN.timestamp(), BEGIN.timestamp() + 60],
        "mean": [3.0, None],
        "low": [2.0, None],
        "high": [4.0, None],
    }


def test_a_day_told_anew_begins_anew() -> None:
    history = History(["a"])
    for minute in range(5):
        history.take(at(minute, 1.0))
    history.take(at(-300, 2.0))
    assert history.document()["mean"] == [2.0]


def test_an_unknown_space_is_refused() -> None:
    with pytest.raises(KeyError):
        History(["a"]).document("x")
