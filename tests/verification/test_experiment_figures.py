"""Figures of experiments are those of the data, and the set-ups are the rooms that they describe."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from scenarios.verification import experiments_bottlenecks as necks
from scenarios.verification import experiments_reference as ref
from scenarios.verification.experiments_corridors import figures_of
from scenarios.verification.experiments_run import plan_of
from scenarios.verification.experiments_setups import (
    Oval,
    SetUp,
    bottleneck,
    free_speeds,
    named,
    single_file,
    spread,
    wuppertal_door,
)
from scenarios.verification.measuring import Tracks, by_bin, passages, tracks_of
from twin.plan.checks import check

VALIDATION = "data/trajectories/jupedsim_validation"
SETUPS = (
    named("uo-300-300-080"),
    named("bot-360-160-160"),
    bottleneck(1.0),
    wuppertal_door(),
    single_file(20),
)


def pairs(file: Path) -> np.ndarray:
    """Density and speed of one file."""
    return np.loadtxt(file, ndmin=2)


@pytest.mark.parametrize(
    ("folder", "bins", "width"),
    [
        ("3test_UO", ref.UO, ref.BIN_WIDTH),
        ("7test_BO", ref.BO, ref.BIN_WIDTH),
        ("1test_1D", ref.SINGLE_FILE, ref.SINGLE_FILE_BIN_WIDTH),
    ],
)
def test_bins_are_those_of_the_data(
    shared: Path, folder: str, bins: tuple[ref.Bin, ...], width: float
) -> None:
    """Every bin with ten points or more, its mean and standard deviation to the third decimal."""
    rows = np.vstack([pairs(file) for file in sorted((shared / VALIDATION / folder / "data").glob("*.dat"))])
    edges = np.arange(0.0, 6.0, width)
    found = by_bin(rows[:, 0], rows[:, 1], edges)
    listed = {round(one.centre, 4): one for one in bins}
    for centre, mean, sd, n in zip(found.centre, found.mean, found.sd, found.n, strict=True):
        one = listed.pop(round(float(centre), 4), None)
        if one is None:
            assert n < 10 or mean < 0.01, f"bin {centre} with {n} points is not listed"
            continue
        assert one.n == n
        assert (one.speed_mps, one.sd_mps) == pytest.approx((mean, sd), abs=0.0006)
    assert not listed


@pytest.mark.parametrize(("folder", "runs"), [("3test_UO", ref.UO_RUNS), ("7test_BO", ref.BO_RUNS)])
def test_runs_are_those_of_the_data(shared: Path, folder: str, runs: tuple[ref.Run, ...]) -> None:
    files = {file.stem: pairs(file) for file in (shared / VALIDATION / folder / "data").glob("*.dat")}
    assert {run.name for run in runs} == set(files)
    for run in runs:
        rows = files[run.name]
        assert run.rows == len(rows)
        assert (run.density, run.speed_mps) == pytest.approx(tuple(rows.mean(axis=0)), abs=0.006)


def test_free_speed_is_where_the_points_meet_density_nought(shared: Path) -> None:
    for folder, below in (("3test_UO", 1.0), ("7test_BO", 0.4)):
        rows = np.vstack([pairs(file) for file in (shared / VALIDATION / folder / "data").glob("*.dat")])
        thin = rows[rows[:, 0] < below]
        _, at_nought = np.polyfit(thin[:, 0], thin[:, 1], 1)
        assert at_nought == pytest.approx(ref.HERMES_FREE_MPS[0], abs=0.02)


@pytest.mark.parametrize(
    ("file", "series"),
    [("2006Kretz", "Kretz 2006"), ("2009Seyfried", "Seyfried 2009"), ("2006EG", "EG 2006")],
)
def test_bottleneck_flows_are_those_of_the_data(shared: Path, file: str, series: ref.Series) -> None:
    rows = pairs(shared / VALIDATION / "test_13" / f"{file}.txt")
    assert np.array(ref.BOTTLENECKS[series]) == pytest.approx(rows)


def test_band_of_single_file_is_that_of_the_guideline(shared: Path) -> None:
    lines = (shared / "data/trajectories/rimea16_percentile_reference.csv").read_text().splitlines()[5:]
    rows = np.array([[float(cell.replace(",", ".")) for cell in line.split(";")] for line in lines])
    assert np.array(ref.RIMEA16) == pytest.approx(rows[: len(ref.RIMEA16)], abs=0.0006)


def test_stair_band_agrees_with_its_digitised_picture() -> None:
    """Within 0.06 m/s from 1 /m² on, and never narrower at the lower rim."""
    for sense in ("up", "down"):
        rows = np.array(ref.STAIR_TABLE[sense])
        low, high = ref.stair_band(rows[:, 0], up=sense == "up")
        dense = rows[:, 0] >= 1.0
        assert np.abs(low - rows[:, 1])[dense].max() < 0.06
        assert np.abs(high - rows[:, 2]).max() < 0.06
        assert np.all(low < rows[:, 1] + 0.03)


def read(file: Path) -> Tracks:
    """Published tracks in the coordinates of the set-ups."""
    table = np.loadtxt(file)
    scale, rate = (1.0, 25.0) if file.name.startswith("040") else (0.01, 16.0)
    middle = 0.0 if file.name.startswith("040") else 0.9
    x, y = -table[:, 3] * scale, table[:, 2] * scale - middle
    return tracks_of(table[:, 0], table[:, 1], x, y, rate_hz=rate)


@pytest.mark.parametrize("run", ref.CORRIDORS, ids=lambda run: run.name)
def test_single_runs_are_as_measured_on_their_tracks(shared: Path, run: ref.Corridor) -> None:
    """By the code that measures the simulation."""
    tracks = read(shared / f"data/trajectories/pedpy/{run.name}.txt")
    assert len(np.unique(tracks.person)) == run.people
    found = figures_of(tracks, named(run.name, people=run.people))
    assert (found.flow_ps, found.density, found.speed_mps) == pytest.approx(
        (run.flow_ps, run.density, run.speed_mps), abs=0.002
    )


def test_the_door_is_as_measured_on_its_tracks(shared: Path) -> None:
    tracks = read(shared / "data/trajectories/pedpy/040_c_56_h-.txt")
    found = necks.door_of(tracks, wuppertal_door())
    assert len(found.passed) == 75
    assert found.flow_ps == pytest.approx(necks.DOOR_FLOW_PS, abs=0.001)
    assert found.density == pytest.approx(necks.DOOR_DENSITY, abs=0.1)
    assert found.behind() <= 1


@pytest.mark.parametrize("setup", SETUPS, ids=lambda setup: setup.name)
def test_walls_and_ways_close_every_room(setup: SetUp) -> None:
    """Together they are the outlines of the rooms; no wall lies in a way."""
    walls = setup.walls().reshape(-1, 2, 2)
    ways = [np.array([way.a, way.b]) for way in setup.ways]
    length = sum(float(np.hypot(*(b - a))) for a, b in [*walls, *ways])
    outline = shapely.union_all([room.shape.exterior for room in setup.rooms]).length
    assert length == pytest.approx(outline, abs=1e-3)
    for way in setup.ways:
        middle = shapely.Point((way.a[0] + way.b[0]) / 2, (way.a[1] + way.b[1]) / 2)
        assert min(shapely.LineString(wall).distance(middle) for wall in walls) > 0.1


@pytest.mark.parametrize("setup", SETUPS, ids=lambda setup: setup.name)
def test_plan_of_a_set_up_is_sound(setup: SetUp) -> None:
    plan = plan_of(setup)
    report = check(plan).document()
    assert not [one for one in report["violations"] if one["severity"] == "violation"]  # type: ignore[index, attr-defined]
    assert sum(space.shape.area for space in plan.spaces) == pytest.approx(setup.floor().area)


def test_widths_are_those_of_the_name() -> None:
    widths = {way.name: way.width_m for way in named("uo-180-300-160").ways}
    assert (widths["entrance"], widths["mouth"], widths["exit"]) == pytest.approx((1.8, 3.0, 1.6))
    widths = {way.name: way.width_m for way in named("bot-360-075-090").ways}
    assert (widths["left entrance"], widths["left mouth"], widths["right entrance"]) == pytest.approx(
        (0.75, 3.6, 0.9)
    )


@given(st.integers(1, 300), st.floats(2.0, 12.0), st.floats(2.0, 12.0), st.integers(0, 9))
def test_people_start_apart_and_within_their_box(people: int, wide: float, deep: float, seed: int) -> None:
    places = spread((1.0, 2.0, 1.0 + wide, 2.0 + deep), people, np.random.default_rng(seed))
    assert places.shape == (people, 2)
    assert np.all((places > [1.0, 2.0]) & (places < [1.0 + wide, 2.0 + deep]))
    if people > 1:
        gaps = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1)) + np.eye(people) * 99
        assert gaps.min() > 0.25 * math.sqrt(wide * deep / people)


def test_free_speeds_have_the_mean_and_spread_of_the_people() -> None:
    speeds = free_speeds(bottleneck(1.0), 20_000, np.random.default_rng(1))
    assert speeds.mean() == pytest.approx(1.34, abs=0.01)
    assert speeds.std() == pytest.approx(0.26, abs=0.01)


@given(st.floats(0, 25.999), st.floats(-0.3, 0.3))
def test_places_on_the_oval_and_back(s: float, aside: float) -> None:
    path = Oval()
    x, y = path.at(s, aside)
    found = float(path.along(np.array([x]), np.array([y]))[0])
    assert min(abs(found - s), path.length_m - abs(found - s)) < 1e-6


def test_passing_order_of_the_door_is_counted() -> None:
    """Three people a second apart."""
    frame = np.tile(np.arange(60), 3)
    person = np.repeat([0, 1, 2], 60)
    tracks = tracks_of(person, frame, 0.1 * frame - 1.05 - person, 0 * frame, rate_hz=10)
    assert passages(tracks, wuppertal_door().line).time_s == pytest.approx([1.05, 2.05, 3.05])
