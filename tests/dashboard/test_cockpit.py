"""The cockpit: today against the day before at the same time of day."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from dashboard.pages.cockpit import change_words, clock_hour, hour_charts, key_figures, so_far
from dashboard.viewer import Viewer, set_viewer


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


@pytest.mark.parametrize("language", ["en", "zh"])
def test_four_figures_and_two_charts(hand_live: Any, language: Any) -> None:
    """Footfall, people inside with their band, energy, sales: as the live twin has them."""
    set_viewer(Viewer(language=language))
    document = hand_live.snapshot(datetime(2026, 11, 21, 6, 30, tzinfo=UTC)).document()
    said = [str(figure) for figure in key_figures(document, 14.5)]
    assert len(said) == 4
    for words, value in zip(said, ("18\\u2009200", "–", "5\\u2009400", "1\\u2009250\\u2009000"), strict=True):
        assert value in words.replace("\u2009", "\\u2009")
    footfall, energy = hour_charts(document, 14.5)
    for figure, part in ((footfall, "footfall"), (energy, "energy")):
        shown, known = list(figure.data[-1].y), list(document[part]["by_hour"])
        assert shown[:15] == known[:15]
        assert not any(shown[15:])  # hours to come are not zeros that were measured
