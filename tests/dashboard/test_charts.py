"""Charts: what is drawn is what was given, with its interval."""

from __future__ import annotations

import pytest

from dashboard.charts import (
    by_hour,
    clock_label,
    difference_bars,
    evacuation_curve,
    ranked_bars,
    seconds_axis,
)


@pytest.mark.parametrize(("seconds", "label"), [(0, "0:00"), (59.6, "1:00"), (61, "1:01"), (3599, "59:59")])
def test_seconds_are_minutes(seconds: float, label: str) -> None:
    assert clock_label(seconds) == label


@pytest.mark.parametrize("last", [45.0, 400.0, 3600.0, 9000.0])
def test_the_time_axis_has_few_labels_and_reaches_the_end(last: float) -> None:
    figure = evacuation_curve([0, last], [5, 0], [5, 0], [5, 0])
    seconds_axis(figure, last)
    ticks = figure.layout.xaxis.tickvals
    assert 2 <= len(ticks) <= 10
    assert ticks[-1] >= last


def test_an_evacuation_curve_has_a_band_around_its_mean() -> None:
    figure = evacuation_curve([0, 5], [10, 4], [9, 3], [11, 6])
    high, low, mean = figure.data
    assert list(mean.y) == [10, 4]
    assert (list(low.y), list(high.y)) == ([9, 3], [11, 6])
    assert low.fill == "tonexty"


def test_the_largest_bar_is_on_top() -> None:
    figure = ranked_bars(["a", "b"], [5, 2], unit="people")
    assert list(figure.data[0].y) == ["a", "b"]
    assert figure.layout.yaxis.autorange == "reversed"


def test_a_difference_that_cannot_be_told_is_hollow() -> None:
    """Bounds stand where they were given, also when they are not symmetric."""
    figure = difference_bars(["a", "b"], [3.0, 1.0], [1.0, -2.0], [6.0, 2.0], [True, False], unit="CNY")
    marks = figure.data[0]
    assert marks.marker.color[0] != "rgba(0,0,0,0)"
    assert marks.marker.color[1] == "rgba(0,0,0,0)"
    assert [x + up for x, up in zip(marks.x, marks.error_x.array, strict=True)] == [6.0, 2.0]
    assert [x - down for x, down in zip(marks.x, marks.error_x.arrayminus, strict=True)] == [1.0, -2.0]


def test_the_hour_that_runs_is_pale_and_idle_hours_are_left_out() -> None:
    today = [0.0] * 10 + [5.0, 7.0, 2.0] + [0.0] * 11
    before = [0.0] * 9 + [1.0] * 12 + [0.0] * 3
    figure = by_hour(today, before, unit="people", now_hour=12.4)
    line, bars = figure.data
    assert list(line.y) == before
    assert [hour for hour, one in enumerate(bars.marker.opacity) if one < 1] == [12]
    low, high = figure.layout.xaxis.range
    assert low < 9
    assert 20 < high < 22
