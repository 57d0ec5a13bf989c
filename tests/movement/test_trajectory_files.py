"""Trajectories written while a run goes come back as they were, for us, for pandas and for PedPy."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import numpy as np
import pedpy
import pyarrow.parquet
import pytest
import shapely

from scenarios.verification.measuring import classic_density, speeds, tracks_of
from twin.errors import InputError, MissingExtraError
from twin.movement.crowd.trajectories import About, TrajectoryWriter, about_plan
from twin.movement.crowd.trajectory_file import Trajectories, open_trajectories
from twin.plan.model import Plan
from twin.plan.walkable import walkable

PEOPLE, FRAMES, RATE_HZ = 40, 60, 5.0


def walks(seed: int) -> np.ndarray[Any, Any]:
    """[frames, people, 2] people who walk up and down a floor of 60 m by 30 m."""
    random = np.random.default_rng(seed)
    begin = random.uniform([5, 5], [55, 25], (PEOPLE, 2))
    steps = random.normal(0, 0.2, (FRAMES, PEOPLE, 2)).cumsum(axis=0)
    return np.clip(begin + steps, [0.1, 0.1], [59.9, 29.9])


@pytest.fixture
def about(two_storey_plan: Plan) -> About:
    return about_plan(
        two_storey_plan,
        frame_rate_hz=RATE_HZ,
        seed=7,
        engine="crowd",
        mode="calibrated",
        law={"time_gap_s": 0.8},
    )


@pytest.fixture
def written(tmp_path: Path, about: About) -> tuple[Trajectories, np.ndarray[Any, Any]]:
    """A file with people on two levels; person 3 in every second frame only, person 0 on a flight."""
    places = walks(1)
    level = np.arange(PEOPLE) % 2
    with TrajectoryWriter(tmp_path / "run.parquet", about, rows_per_group=500) as writer:
        for number, frame in enumerate(places):
            there = np.where((np.arange(PEOPLE) == 3) & (number % 2 == 1), -1, level)
            order = np.random.default_rng(number).permutation(PEOPLE)
            writer.add(order, frame[order], there[order], flight=order == 0)
    return open_trajectories(tmp_path / "run.parquet"), places


def test_what_is_read_is_what_was_written(
    written: tuple[Trajectories, np.ndarray[Any, Any]], about: About
) -> None:
    """To the millimetre; facts, levels and walkable areas included."""
    file, places = written
    assert file.about == about
    assert (file.people, file.frames, file.rows) == (PEOPLE, FRAMES, PEOPLE * FRAMES - FRAMES // 2)
    for number, level in enumerate(file.levels):
        rows = file.of_level(level, flights=True)
        assert np.all(rows.person % 2 == number)
        there = np.column_stack([rows.x, rows.y])
        assert np.abs(there - places[rows.frame, rows.person]).max() <= 0.00051
        assert np.all(np.diff(rows.frame * PEOPLE + rows.person) > 0)
        assert len(rows.frame) == FRAMES * PEOPLE // 2 - (FRAMES // 2 if number == 1 else 0)
    assert not (file.of_level(file.levels[0]).person == 0).any()
    assert file.of_level(file.levels[0], flights=True).flight.sum() == FRAMES


def test_the_floor_of_each_level_is_in_the_file(
    written: tuple[Trajectories, np.ndarray[Any, Any]], two_storey_plan: Plan
) -> None:
    file, _ = written
    assert file.about.plan_version == two_storey_plan.version
    for level in file.levels:
        floor = walkable(two_storey_plan, level)
        assert shapely.symmetric_difference(file.floor(level), floor).area < 1e-3 * floor.area
        areas = file.walkable_areas(level)
        assert sum(area.area for area in areas) == pytest.approx(floor.area, rel=1e-3)


def test_pedpy_measures_what_we_measure(written: tuple[Trajectories, np.ndarray[Any, Any]]) -> None:
    file, places = written
    level = file.levels[0]
    theirs = file.as_pedpy(level)
    assert theirs.frame_rate == RATE_HZ
    area = pedpy.MeasurementArea([(20, 5), (40, 5), (40, 25), (20, 25)])
    rows = file.of_level(level)
    ours = tracks_of(rows.person, rows.frame, rows.x, rows.y, rate_hz=RATE_HZ)

    density = pedpy.compute_classic_density(traj_data=theirs, measurement_area=area).reset_index()
    assert density["density"].max() > 0.01
    assert classic_density(ours, (20, 5, 40, 25)).at(density["frame"]) == pytest.approx(
        density["density"].to_numpy()
    )
    speed = pedpy.compute_individual_speed(
        traj_data=theirs, frame_step=2, speed_calculation=pedpy.SpeedCalculation.BORDER_EXCLUDE
    )
    own = speeds(ours, half_s=0.4)
    by_hand = np.hypot(*(places[4:, 2] - places[:-4, 2]).T) * RATE_HZ / 4
    second = speed[speed["id"] == 2].sort_values("frame")["speed"].to_numpy()
    assert second == pytest.approx(own[ours.person == 2][2:-2], abs=1e-4)
    assert second == pytest.approx(by_hand, abs=0.005)


def test_any_reader_of_parquet_reads_it(written: tuple[Trajectories, np.ndarray[Any, Any]]) -> None:
    """Columns by name and level ids as text, without a module of ours."""
    file, places = written
    table = pyarrow.parquet.read_table(file.path).to_pandas()
    assert list(table.columns) == ["frame", "id", "x", "y", "level", "flight"]
    one = table[(table["frame"] == 10) & (table["id"] == 5)].iloc[0]
    assert one["level"] == file.levels[1]
    assert (one["x"], one["y"]) == pytest.approx(tuple(places[10, 5]), abs=0.001)


def test_memory_does_not_grow_with_the_run(tmp_path: Path, about: About) -> None:
    """Never more than one group of rows waits, and each group holds at least as many as asked for."""
    places, waiting = walks(2), []
    with TrajectoryWriter(tmp_path / "long.parquet", about, rows_per_group=300) as writer:
        for number in range(200):
            writer.add(range(PEOPLE), places[number % FRAMES], np.zeros(PEOPLE))
            waiting.append(sum(len(frame[0]) for frame in writer._pending))
    assert max(waiting) < 300
    assert pyarrow.parquet.ParquetFile(tmp_path / "long.parquet").metadata.num_row_groups == 25


def test_a_walk_takes_few_bytes_a_row(tmp_path: Path, about: About) -> None:
    """As plain columns a row has 18 bytes; a steady walk is packed into less than half."""
    begin = np.random.default_rng(4).uniform([0, 0], [50, 30], (PEOPLE, 2))
    with TrajectoryWriter(tmp_path / "walk.parquet", about) as writer:
        for number in range(500):
            writer.add(range(PEOPLE), begin + 0.013 * number, np.zeros(PEOPLE))
    assert (tmp_path / "walk.parquet").stat().st_size < 9 * 500 * PEOPLE


def test_a_run_that_breaks_leaves_no_file(tmp_path: Path, about: About) -> None:
    path = tmp_path / "broken.parquet"
    path.write_bytes(b"what was there")

    def broken() -> None:
        with TrajectoryWriter(path, about) as writer:
            writer.add([1], [(1.0, 2.0)], [0])
            raise RuntimeError("door")

    with pytest.raises(RuntimeError, match="door"):
        broken()
    assert path.read_bytes() == b"what was there"
    assert [one.name for one in tmp_path.iterdir()] == ["broken.parquet"]


def test_an_empty_run_makes_an_empty_file(tmp_path: Path, about: About) -> None:
    with TrajectoryWriter(tmp_path / "empty.parquet", about) as writer:
        writer.add([], np.zeros((0, 2)), [])
    file = open_trajectories(tmp_path / "empty.parquet")
    assert (file.people, file.frames, file.rows) == (0, 0, 0)
    assert len(file.of_level(file.levels[0]).frame) == 0
    with pytest.raises(InputError, match="nobody is on level"):
        file.as_pedpy(file.levels[0])


def test_what_is_wrong_is_said_in_one_line(
    tmp_path: Path, about: About, written: tuple[Trajectories, np.ndarray[Any, Any]]
) -> None:
    file, _ = written
    other = tmp_path / "other.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"x": [1.0]}), other)
    cut = tmp_path / "cut.parquet"
    cut.write_bytes(file.path.read_bytes()[:-20])
    for path, words in (
        (tmp_path / "none.parquet", "no such file"),
        (other, "without trajectories"),
        (cut, "cut short"),
    ):
        with pytest.raises(InputError, match=words) as error:
            open_trajectories(path)
        assert "\n" not in str(error.value)
    with pytest.raises(InputError, match="several levels, name one; there are: "):
        file.of_level()
    with pytest.raises(InputError, match="no level 'roof'"):
        file.of_level("roof")
    with pytest.raises(InputError, match="there is no folder"):
        TrajectoryWriter(tmp_path / "no" / "run.parquet", about)
    with pytest.raises(InputError, match="format 99 is not known"):
        About.from_json(about.to_json().replace(b'"format": 1', b'"format": 99'))


def test_without_pyarrow_one_line_says_what_to_install(
    tmp_path: Path, about: About, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *given: Any, **named: Any) -> Any:
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return real(name, *given, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=r"mall-twin\[trajectories\]"):
        TrajectoryWriter(tmp_path / "run.parquet", about)
