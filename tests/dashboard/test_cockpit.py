"""The cockpit: today against the day before at the same time of day."""

from __future__ import annotations

from dashboard.pages.cockpit import change_words, clock_hour, so_far


def test_a_day_so_far_counts_the_running_hour_in_part() -> None:
    """100 an hour from ten on: at 12:30 that is 250."""
    by_hours = [0.0] * 10 + [100.0] * 14
    assert so_far(by_hours, 12.5) == 250.0
    assert so_far(by_hours, 9.9) == 0.0
    assert so_far(by_hours, 24.0) == sum(by_hours)


def test_a_change_is_said_only_where_both_days_are_known() -> None:
    assert change_words(120.0, 100.0).startswith("+20%")
    assert change_words(80.0, 100.0).startswith("-20%")
    assert change_words(None, 100.0) == change_words(100.0, None) == change_words(100.0, 0.0) == ""


def test_the_hour_is_the_mall_s() -> None:
    assert clock_hour({"clock": "2026-11-21T06:30:00+00:00"}, "Asia/Shanghai") == 14.5
