"""Measuring agrees with PedPy on trajectories of real people, and with hand values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pedpy
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon, box

from scenarios.verification.measuring import (
    Recorder,
    Tracks,
    by_bin,
    classic_density,
    classic_speed,
    passages,
    spacing,
    speeds,
    tracks_of,
    voronoi_cells,
    voronoi_density,
    voronoi_speed,
)
from twin.errors import InputError

AREA = (0.0, -1.0, 1.8, 1.0)
FRAMES = range(200, 1400, 100)
HALF_FRAMES = 5


@pytest.fixture(scope="module")
def corridor(shared: Path) -> Tracks:
    """Run uo-180-180-095: 159 people in a corridor 1.8 m wide, dammed up by a gap of 0.95 m."""
    table = np.loadtxt(shared / "data/trajectories/pedpy/uo-180-180-095.txt")
    return tracks_of(table[:, 0], table[:, 1], table[:, 2] / 100, table[:, 3] / 100, rate_hz=16)


@pytest.fixture(scope="module")
def floor() -> Polygon:
    """The corridor, with open floor before and behind it."""
    return shapely.union_all([box(0, -4, 1.8, 4), box(-1, 4, 2.8, 9), box(-1, -7, 2.8, -4)])


def as_pedpy(tracks: Tracks, rows: Any = slice(None)) -> pedpy.TrajectoryData:
    frame = pd.DataFrame({"id": tracks.person, "frame": tracks.frame, "x": tracks.x, "y": tracks.y})
    return pedpy.TrajectoryData(frame[rows].reset_index(drop=True), frame_rate=tracks.rate_hz)


def test_voronoi_density_and_speed_are_those_of_pedpy(corridor: Tracks, floor: Polygon) -> None:
    cells = voronoi_cells(corridor, floor, frames=FRAMES)
    ours = voronoi_density(cells, AREA)
    our_speed = voronoi_speed(cells, speeds(corridor, half_s=HALF_FRAMES / 16), AREA)

    rows = np.isin(corridor.frame, FRAMES) & shapely.intersects_xy(floor, corridor.x, corridor.y)
    some = as_pedpy(corridor, rows)
    area = pedpy.MeasurementArea(box(*AREA))
    individual = pedpy.compute_individual_voronoi_polygons(
        traj_data=some, walkable_area=pedpy.WalkableArea(floor)
    )
    density, parts = pedpy.compute_voronoi_density(individual_voronoi_data=individual, measurement_area=area)
    theirs = density.reset_index().set_index("frame")["density"]
    assert ours.frame.tolist() == list(FRAMES)
    assert ours.value == pytest.approx(theirs.loc[list(FRAMES)].to_numpy(), abs=1e-9)

    speed = pedpy.compute_voronoi_speed(
        traj_data=some,
        individual_voronoi_intersection=parts,
        individual_speed=pedpy.compute_individual_speed(
            traj_data=as_pedpy(corridor),
            frame_step=HALF_FRAMES,
            speed_calculation=pedpy.SpeedCalculation.BORDER_EXCLUDE,
        ),
        measurement_area=area,
    )
    theirs = speed.reset_index().set_index("frame")["speed"]
    assert our_speed.value == pytest.approx(theirs.loc[list(FRAMES)].to_numpy(), abs=1e-9)


def test_classic_density_speed_and_count_are_those_of_pedpy(corridor: Tracks) -> None:
    whole = as_pedpy(corridor)
    area = pedpy.MeasurementArea(box(*AREA))
    density = pedpy.compute_classic_density(traj_data=whole, measurement_area=area).reset_index()
    assert classic_density(corridor, AREA).at(density["frame"]) == pytest.approx(
        density["density"].to_numpy()
    )

    individual = pedpy.compute_individual_speed(
        traj_data=whole,
        frame_step=HALF_FRAMES,
        speed_calculation=pedpy.SpeedCalculation.BORDER_EXCLUDE,
    )
    own = speeds(corridor, half_s=HALF_FRAMES / 16)
    theirs = pedpy.compute_mean_speed_per_frame(
        traj_data=as_pedpy(corridor, np.isfinite(own)), individual_speed=individual, measurement_area=area
    ).reset_index()
    ours = classic_speed(corridor, own, AREA).at(theirs["frame"])
    busy = np.isfinite(ours)
    assert busy.sum() > 1000
    assert ours[busy] == pytest.approx(theirs["speed"].to_numpy()[busy])

    count, crossed = pedpy.compute_n_t(
        traj_data=whole, measurement_line=pedpy.MeasurementLine([(0, 0), (1.8, 0)])
    )
    ours_n = passages(corridor, ((0, 0), (1.8, 0)))
    assert len(ours_n) == len(crossed) == 159
    # PedPy gives the frame after, or before, the moment that we interpolate.
    assert np.abs(np.sort(crossed["frame"] / 16) - ours_n.time_s).max() <= 1 / 16
    assert not ours_n.forward.any()
    end = int(count.reset_index()["frame"].max())
    assert ours_n.count(end / 16 + 1) == 159


def test_rows_in_any_order_make_the_same_tracks(corridor: Tracks) -> None:
    order = np.random.default_rng(3).permutation(len(corridor))
    again = tracks_of(
        corridor.person[order], corridor.frame[order], corridor.x[order], corridor.y[order], rate_hz=16
    )
    assert np.array_equal(again.x, corridor.x)
    with pytest.raises(InputError, match="two places in one frame"):
        tracks_of([1, 1], [4, 4], [0.0, 1.0], [0.0, 1.0], rate_hz=16)


def test_steady_walk_has_its_speed_and_gaps_in_tracking_have_none() -> None:
    """1.2 m/s along x and 0.5 m/s along y: 1.3 m/s. No speed across ten frames that are missing."""
    frame = np.array([*range(20), *range(30, 50)])
    walk = tracks_of(np.ones(40), frame, 0.12 * frame, 0.05 * frame, rate_hz=10)
    speed = speeds(walk, half_s=0.4)
    assert np.isnan(speed).sum() == 4 * 4
    assert speed[np.isfinite(speed)] == pytest.approx(1.3)
    along = speeds(walk, half_s=0.4, along=(-2, 0))
    assert along[np.isfinite(along)] == pytest.approx(-1.2)


def test_flow_is_counted_between_the_first_and_the_last_tenth() -> None:
    """One every half second, 41 of them, a late 42nd: two a second."""
    recorder = Recorder(10)
    starts = [0.5 * number for number in range(41)] + [60.0]
    for step in range(800):
        recorder.add(range(42), [(0.1 * step - start - 0.05, 0.5) for start in starts])
    found = passages(recorder.tracks(), ((0, 0), (0, 1)))
    assert len(found) == 42
    assert found.flow() == pytest.approx(2.0, rel=1e-6)
    assert not found.forward.any()
    assert passages(recorder.tracks(), ((0, 1), (0, 0))).forward.all()
    assert len(passages(recorder.tracks(), ((0, 2), (0, 3)))) == 0


@given(
    st.lists(st.floats(0.01, 25.99), min_size=3, max_size=40, unique=True).filter(
        lambda s: np.diff(np.sort(s)).min() > 1e-6
    )
)
def test_spacing_on_a_loop_counts_everybody_once(places: list[float]) -> None:
    """The ways from neighbour to neighbour add up to the loop."""
    density = spacing(np.zeros(len(places)), places, loop_m=26.0)
    assert np.sum(1 / density) == pytest.approx(26.0)


def test_spacing_on_an_open_path_leaves_out_its_ends() -> None:
    """At 0, 1, 3, 4 m: (3 - 0) / 2 m for the second, (4 - 1) / 2 m for the third; two frames do not mix."""
    density = spacing([0, 0, 0, 0, 1, 1, 1], [3.0, 0.0, 4.0, 1.0, 9.0, 5.0, 1.0])
    assert density == pytest.approx([2 / 3, np.nan, np.nan, 2 / 3, np.nan, 2 / 8, np.nan], nan_ok=True)


def test_binning_leaves_out_what_is_not_known() -> None:
    binned = by_bin(
        [0.2, 0.3, 0.7, 5.0, np.nan, 0.1], [1.0, 3.0, 5.0, 9.0, 1.0, np.nan], [0.0, 0.5, 1.0, 1.5]
    )
    assert binned.n.tolist() == [2, 1, 0]
    assert binned.mean == pytest.approx([2.0, 5.0, np.nan], nan_ok=True)
    assert binned.sd == pytest.approx([1.0, 0.0, np.nan], nan_ok=True)
    assert binned.centre == pytest.approx([0.25, 0.75, 1.25])
