"""A drill of the crowd engine writes where everybody was."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from twin.errors import ScenarioError
from twin.movement.crowd.trajectory_file import Trajectories, open_trajectories
from twin.plan.model import Plan
from twin.world.drill import run_drill
from twin.world.drill_result import DrillRun
from twin.world.drill_setup import DrillSetup
from twin.world.pre_movement import PRESETS

PEOPLE = 60


def setup(plan: Plan, engine: str) -> DrillSetup:
    """Sixty people, half of them upstairs, who start at once."""
    shops = [space.id for space in plan.spaces if "shop" in space.id]
    return DrillSetup(
        people=dict.fromkeys(shops, PEOPLE // len(shops)), pre_movement=PRESETS["none"], engine=engine
    )


@pytest.fixture(scope="module")
def drilled(two_storey_plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> tuple[DrillRun, Trajectories]:
    path = tmp_path_factory.mktemp("drill") / "out.parquet"
    run = run_drill(two_storey_plan, setup(two_storey_plan, "crowd"), seed=3, trajectories=path)
    return run, open_trajectories(path)


def test_everybody_is_there_until_out(drilled: tuple[DrillRun, Trajectories]) -> None:
    """The last frame of each person is the last before the time at which the drill says that they left."""
    run, file = drilled
    rows = [file.of_level(level, flights=True) for level in file.levels]
    person = np.concatenate([one.person for one in rows])
    frame = np.concatenate([one.frame for one in rows])
    assert len(np.unique(person * 1_000_000 + frame)) == len(person) == file.rows
    for number in range(run.people):
        own = np.sort(frame[person == number])
        assert np.array_equal(own, np.arange(len(own)))
        last_s = own[-1] / file.about.frame_rate_hz
        assert last_s <= run.out_time_s[number] + 1e-6
        assert run.out_time_s[number] - last_s <= 1 / file.about.frame_rate_hz + 0.11


def test_nobody_leaves_the_floor_or_outruns_people(drilled: tuple[DrillRun, Trajectories]) -> None:
    """On a level everybody is within its walkable area, and nobody moves faster than 2.5 m/s."""
    _, file = drilled
    for level in file.levels:
        rows = file.of_level(level)
        floor = file.floor(level).buffer(0.05)
        assert shapely.intersects_xy(floor, rows.x.astype(float), rows.y.astype(float)).all()
        order = np.lexsort((rows.frame, rows.person))
        next_to = (np.diff(rows.person[order]) == 0) & (np.diff(rows.frame[order]) == 1)
        steps = np.hypot(np.diff(rows.x[order]), np.diff(rows.y[order]))[next_to]
        assert len(steps) > 100
        assert steps.max() * file.about.frame_rate_hz < 2.5


def test_the_file_says_what_it_is_of(drilled: tuple[DrillRun, Trajectories], two_storey_plan: Plan) -> None:
    run, file = drilled
    about = file.about
    assert (about.plan_version, about.seed) == (two_storey_plan.version, 3)
    assert (about.engine, about.mode) == ("crowd", "calibrated")
    assert about.law["time_gap_s"] > 0
    assert file.people == run.people
    assert file.as_pedpy(file.levels[0]).data["id"].nunique() > 10


def test_an_engine_without_places_says_so(two_storey_plan: Plan, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="engine 'network' knows people's zones, not their places"):
        run_drill(
            two_storey_plan, setup(two_storey_plan, "network"), seed=3, trajectories=tmp_path / "out.parquet"
        )
    assert not list(tmp_path.iterdir())
