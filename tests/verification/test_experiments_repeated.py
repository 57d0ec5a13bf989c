"""Experiments repeated on the product: the machinery that runs and compares them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from scenarios.verification import experiments_reference as ref
from scenarios.verification.case import Setting
from scenarios.verification.experiments import SUITE
from scenarios.verification.experiments_bottlenecks import flow_at
from scenarios.verification.experiments_corridors import Points, diagram_of, figures_of
from scenarios.verification.experiments_run import Stage
from scenarios.verification.experiments_setups import Oval, bottleneck, free_speeds, named, single_file
from scenarios.verification.experiments_single_file import file_of
from scenarios.verification.measuring import passages
from twin.movement.crowd.trajectory_file import open_trajectories

CROWD = Setting(engine="crowd", mode="calibrated")


def test_bins_of_a_diagram_are_made_of_all_runs() -> None:
    """Two runs on the measured means give no difference; a bin without points has no speed."""
    centres = np.array([one.centre for one in ref.BO])
    means = np.array([one.speed_mps for one in ref.BO])
    points = [Points("a", 1, centres, means + shift, 1.0, inside_walls=True) for shift in (-0.1, 0.0, 0.1)]
    diagram = diagram_of(points, ref.BO)
    assert diagram.speed_mps == pytest.approx(means)
    assert diagram.rmse_mps == pytest.approx(0.0, abs=1e-12)
    shifted = [Points("a", 1, centres, means + 0.05, 1.0, inside_walls=True)] * 3
    assert diagram_of(shifted, ref.BO).rmse_mps == pytest.approx(0.05)
    few = diagram_of(points[:2], ref.BO)
    assert np.isnan(few.speed_mps).all()
    assert np.isnan(few.rmse_mps)


def test_gap_of_flows_is_over_the_common_widths() -> None:
    """Kretz at 0.9 m: 1.583 on the mean of three; 0.1 above and 0.3 below make 0.2."""
    flows = {0.9: 1.583 + 0.1, 1.2: (2.033 + 2.111 + 2.287) / 3 - 0.3, 3.0: 9.0}
    assert ref.mean_flow_gap(flows, "Kretz 2006") == pytest.approx(0.2, abs=1e-9)
    assert np.isnan(ref.mean_flow_gap({3.0: 9.0}, "Kretz 2006"))


def test_every_test_of_the_suite_says_what_must_hold_and_where_from() -> None:
    ids = [case.id for case in SUITE.cases]
    assert len(ids) == len(set(ids)) == 10
    for case in SUITE.cases:
        assert case.criterion
        assert "own" in case.origin or "RiMEA" in case.origin
        assert case.title.zh
        assert set(case.not_applicable) <= {"network"}


def test_one_person_walks_round_the_oval_at_the_own_speed() -> None:
    """Nobody is in the way: along the path the speed is the drawn one, within 4 % (corners are cut)."""
    found = file_of(1, CROWD, 5)
    own = free_speeds(single_file(1), 1, np.random.default_rng(5))[0]
    assert np.median(found.speed_mps) == pytest.approx(own, rel=0.04)
    assert found.speed_mps.max() < 1.1 * own
    assert np.isnan(found.density).all()


def test_a_file_is_as_fast_as_its_slowest() -> None:
    """Five people on 26 m: after a while all walk at the pace of the slowest, and nobody is passed."""
    found = file_of(5, CROWD, 3)
    slowest = free_speeds(single_file(5), 5, np.random.default_rng(3)).min()
    assert found.overtaken == 0
    assert np.percentile(found.speed_mps, 90) < 1.25 * slowest
    assert found.density.min() > 0.05


def test_a_run_can_be_repeated_and_saved(tmp_path: Path) -> None:
    """The same seed gives the same tracks, another one others; the file holds what was measured."""
    setup = named("uo-100-180-180", people=15)
    stages = [Stage(setup, CROWD, seed) for seed in (4, 4, 5)]
    first, second, third = (stage.until(40.0) for stage in stages)
    assert first.out == 15
    assert first.inside_walls
    assert np.array_equal(first.tracks.x, second.tracks.x)
    assert len(third.tracks) != len(first.tracks) or not np.array_equal(third.tracks.x, first.tracks.x)
    assert len(passages(first.tracks, setup.line)) == 15
    figures = figures_of(first.tracks, setup)
    assert 0.5 < figures.speed_mps < 2.0
    stages[0].save(tmp_path / "run.parquet")
    rows = open_trajectories(tmp_path / "run.parquet").of_level()
    assert len(rows.frame) == len(first.tracks)
    assert np.sort(rows.x) == pytest.approx(np.sort(first.tracks.x), abs=0.001)


def test_a_wide_bottleneck_passes_what_people_pass() -> None:
    """2 m wide, 200 people: more than the hydraulic flow, and less than any measured one."""
    flow = flow_at(2.0, CROWD, 1)
    assert 1.3 * (2.0 - 0.3) < flow < 5.2


def test_an_oval_of_another_length_is_walked_too() -> None:
    """Twenty on 40 m: the ways between them add up to the path, bunched as they may walk."""
    path = Oval(length_m=40.0, straight_m=8.0, width_m=0.7)
    found = file_of(20, CROWD, 2, path)
    assert 1 / np.mean(1 / found.density) == pytest.approx(0.5, rel=1e-6)
    assert bottleneck(1.0).people == 200
