"""What `twin drill` says on a terminal: figures with what they rest on, each reason once."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from rich.console import Console

from scenarios.commands.drill_words import show
from twin.world.drill import DrillSetup
from twin.world.ensemble import DrillAnswer, run_drills
from twin.world.population import spread
from twin.world.watchdog_lines import collected


@pytest.fixture(scope="module")
def answer(two_storey_plan) -> DrillAnswer:
    setup = DrillSetup(people=spread(two_storey_plan, 200))
    return run_drills(two_storey_plan, setup, seed=7, replications=3)


def said(answer: DrillAnswer) -> str:
    """The words, on a wide terminal."""
    out = io.StringIO()
    show(Console(file=out, width=200, highlight=False), answer)
    return out.getvalue()


def test_every_figure_has_what_repeats_it_and_what_it_rests_on(answer):
    words = said(answer)
    assert re.search(r"95 % out after \d+ min \d+ s \(\d+ min \d+ s to \d+ min \d+ s\)", words)
    for part in ("3 replications", "seed 7", answer.plan.version, "network (code)", "200 people", "Weakest"):
        assert part in words
    assert re.search(r"can be quicker: 95 % \d+ min \d+ s, all \d+ min \d+ s", words)
    assert "This run is" not in words
    assert "Advisory" in words
    assert re.search(r"Tests( of the network engine|: no run)", words)
    assert "L1 West entrance" in words
    assert "(-" not in words, "no interval of people or seconds goes below none"


def test_one_replication_says_that_it_has_no_interval(answer):
    words = said(replace(answer, runs=answer.runs[:1]))
    assert "No interval: one replication" in words
    assert "1 replication," in words


def test_a_run_that_beats_the_bound_is_called_out(answer):
    quick = tuple(replace(run, out_time_s=run.out_time_s * 0.1) for run in answer.runs)
    assert "its doors pass more people than was measured" in said(replace(answer, runs=quick))


def test_a_reason_of_all_replications_is_told_once_with_its_range(answer):
    lines = ("3 people stood there", "2 times somebody was moved")
    other = ("8 people stood there", "a landing is narrow")
    runs = (replace(answer.runs[0], watchdog=lines), replace(answer.runs[1], watchdog=other))
    words = said(replace(answer, runs=runs))
    assert "! 3–8 people stood there" in words
    assert "! 2 times somebody was moved" in words
    assert words.count("stood there") == 1
    loose, reasons = collected([*lines, *other, "a landing is narrow"])
    assert loose == ["a landing is narrow"]
    assert [str(one) for one in reasons] == ["3–8 people stood there", "2 times somebody was moved"]
