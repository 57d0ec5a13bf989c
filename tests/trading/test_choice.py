"""Random streams and the choice of the next stop, against their definitions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.errors import ScenarioError
from twin.world.categories import CATEGORIES, FIGURES, category
from twin.world.choice import nested_probabilities
from twin.world.choice_draw import look_in, next_stops
from twin.world.compiled_streams import CompiledStreams
from twin.world.streams import Streams


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**63 - 1), st.text(min_size=1, max_size=12))
def test_compiled_streams_are_the_streams_bit_by_bit(seed, purpose):
    agents, index = np.arange(7)[:, None], np.arange(3)
    assert np.array_equal(
        CompiledStreams(seed).uniform(purpose, agents, index), Streams(seed).uniform(purpose, agents, index)
    )


def test_draws_follow_the_nested_logit_probabilities():
    """40,000 draws against the closed form, within four standard errors."""
    utility = np.array([1.0, 0.5, 0.0, -np.inf, 0.8])
    nest = np.array([0, 0, 1, 1, 2])
    count = 40_000
    drawn = next_stops(
        7,
        np.arange(count),
        np.ones(count, dtype=np.int64),
        np.tile(utility, (count, 1)),
        nest,
        np.array([11, 22, 33, 44, 55]),
        3,
        0.6,
    )
    expected = nested_probabilities(utility, nest, dissimilarity=0.6)
    share = np.bincount(drawn, minlength=5) / count
    assert share[3] == 0
    assert np.all(np.abs(share - expected) <= 4 * np.sqrt(expected * (1 - expected) / count) + 1e-12)


def test_a_new_alternative_takes_its_share_from_its_own_nest_first():
    nest = np.array([0, 1, 0])
    before = nested_probabilities(np.array([0.0, 0.0, -np.inf]), nest, dissimilarity=0.5)
    after = nested_probabilities(np.array([0.0, 0.0, 0.0]), nest, dissimilarity=0.5)
    assert after[0] / before[0] < after[1] / before[1] < 1
    assert after[0] + after[2] > before[0]


def test_nobody_is_chosen_when_nothing_can_be_reached():
    drawn = next_stops(
        1, np.array([5]), np.array([1]), np.full((1, 2), -np.inf), np.zeros(2, np.int64), np.arange(2), 1, 1.0
    )
    assert drawn.tolist() == [-1]


def test_a_shop_that_is_passed_is_entered_at_the_rate_of_the_formula():
    """p = 1 - exp(-k): one zone with one front, 20,000 passers, four standard errors."""
    count, rate = 20_000, 0.3
    entered = look_in(
        3,
        np.arange(count),
        np.ones(count, dtype=np.int64),
        np.zeros(count, dtype=np.int64),
        np.zeros(count, dtype=np.int64),
        np.ones(count),
        np.zeros((count, 1), dtype=bool),
        np.zeros((count, 1), dtype=bool),
        np.zeros(1, dtype=np.int64),
        np.array([rate]),
        0.4,
        np.array([9]),
        np.full((1, 1), -1, dtype=np.int32),
        np.array([0, 1]),
        np.array([0]),
    )
    expected = 1 - np.exp(-rate)
    error = np.sqrt(expected * (1 - expected) / count)
    assert (entered == 0).mean() == pytest.approx(expected, abs=4 * error)


def test_every_category_has_all_figures_with_a_grade():
    for row in CATEGORIES.values():
        figures = row.document()["figures"]
        assert set(figures) == set(FIGURES)
        assert all(figure["grade"] in "ABCD" and figure["source"] for figure in figures.values())
        assert 0 < row.conversion <= 1
        assert np.exp(row.dwell_mu + row.dwell_sigma**2 / 2) == pytest.approx(row.dwell_mean_min)


def test_fashion_dwell_is_the_published_one():
    """Euclid: 10-11 % leave within 5 min, mean 22.5; at the same spread the median is 0.675 of it."""
    row = category("fashion")
    assert np.exp(row.dwell_mu) / row.dwell_mean_min == pytest.approx(15.2 / 22.5, abs=0.01)


def test_an_unknown_category_is_named():
    with pytest.raises(ScenarioError, match="'fashon' is not known"):
        category("fashon")
