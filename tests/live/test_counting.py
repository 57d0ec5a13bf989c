"""Counter streams: each way in which a feed errs has one defined outcome."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.live.counting import CountStream, Outcome

T0 = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)


def _at(k: float) -> datetime:
    return T0 + timedelta(minutes=k)


@pytest.mark.parametrize(
    ("cumulative", "fed", "increments", "outcome"),
    [
        (True, [(100, 0, None), (130, 1, None)], [0, 30], Outcome.APPLIED),
        (True, [(100, 0, None)], [0], Outcome.FIRST),
        (True, [(100, 0, None), (130, 1, None), (130, 1, None)], [0, 30, 0], Outcome.DUPLICATE),
        (True, [(100, 0, None), (130, 2, None), (110, 1, None)], [0, 30, 0], Outcome.OUT_OF_ORDER),
        (True, [(100, 0, None), (7, 1, None)], [0, 7], Outcome.RESET),
        (True, [(1000, 0, None), (999, 1, None), (1003, 2, None)], [0, 0, 4], Outcome.APPLIED),
        (True, [(90_000, 0, None), (60_000, 1, None)], [0, 0], Outcome.RESET),
        (True, [(65530, 0, None), (4, 1, None)], [0, 10], Outcome.WRAP),
        (True, [(2**32 - 2, 0, None), (3, 1, None)], [0, 5], Outcome.WRAP),
        (True, [(10, 0, 1), (90, 9, 9)], [0, 80], Outcome.GAP),
        (False, [(3, 0, 1), (4, 1, 2)], [3, 4], Outcome.APPLIED),
        (False, [(3, 0, 1), (3, 0, 1)], [3, 0], Outcome.DUPLICATE),
        (False, [(3, 0, 1), (4, 2, 3), (5, 1, 2)], [3, 4, 5], Outcome.OUT_OF_ORDER),
        (False, [(3, 0, 1), (4, 5, 6)], [3, 4], Outcome.GAP),
    ],
)
def test_each_case_has_its_outcome(
    cumulative: bool,  # noqa: FBT001 - a column of the table
    fed: list[tuple[float, float, int | None]],
    increments: list[float],
    outcome: Outcome,
) -> None:
    stream = CountStream(cumulative=cumulative)
    steps = [stream.take(value, _at(k), sequence) for value, k, sequence in fed]
    assert [step.increment for step in steps] == increments
    assert outcome in steps[-1].outcomes


def test_lost_increments_widen_and_lost_totals_do_not() -> None:
    """After a gap a total says what went lost; an increment does not, so the band must widen."""
    increments, totals = CountStream(cumulative=False), CountStream(cumulative=True)
    for stream in (increments, totals):
        stream.take(5, _at(0), 1)
    assert increments.take(5, _at(9), 10).lost_sd >= 8
    assert totals.take(50, _at(9), 10).lost_sd == 0


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 50), min_size=1, max_size=30),
    st.lists(st.integers(0, 29), max_size=30),
    st.data(),
)
def test_totals_survive_repeats_and_any_loss(steps: list[int], lost: list[int], data: st.DataObject) -> None:
    """Whatever messages in the middle are lost or repeated, the counted sum is last total less first."""
    totals = [sum(steps[: k + 1]) for k in range(len(steps))]
    kept = [k for k in range(len(steps)) if k in {0, len(steps) - 1} or k not in set(lost)]
    repeated = sorted(kept + data.draw(st.lists(st.sampled_from(kept), max_size=5)))
    stream = CountStream(cumulative=True)
    counted = sum(stream.take(totals[k], _at(k), k).increment for k in repeated)
    assert counted == totals[-1] - totals[0]


@settings(max_examples=60, deadline=None)
@given(st.permutations(list(range(12))))
def test_increments_count_once_in_any_order(order: list[int]) -> None:
    """Increments add up to the same sum in whatever order they come, each once."""
    stream = CountStream(cumulative=False)
    counted = sum(stream.take(k + 1.0, _at(k), k).increment for k in [*order, *order])
    assert counted == sum(range(1, 13))


def test_a_stream_goes_on_from_its_document() -> None:
    """A restart in between changes nothing, and a repeat across it is still known."""
    stream = CountStream(cumulative=True)
    stream.take(10, _at(0), 1)
    stream.take(14, _at(1), 2)
    again = CountStream.restored(stream.document())
    assert again.take(14, _at(1), 2).outcomes == (Outcome.DUPLICATE,)
    assert again.take(20, _at(2), 3).increment == 6
