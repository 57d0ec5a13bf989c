# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # A bottleneck experiment, repeated and analysed with PedPy
#
# In Wuppertal in 2018, 75 people in a hurry waited in a corridor 5.6 m wide and left it through a door of
# 0.5 m (experiment `040_c_56_h-`, doi 10.34735/ped.2018.1). This notebook repeats it with the crowd engine,
# writes the trajectories to Parquet, and analyses them with PedPy as one would analyse the experiment: N(t),
# flow, density before the door, density profile. Where the trajectories of the experiment are at hand
# (`MALL_TWIN_SHARED`), the same code analyses them too; else its counts come from the reference figures.
#
# Nothing here is fitted to this experiment: the engine has one set of parameters. Figures of a simulation are
# advisory.

# %%
from __future__ import annotations

import os
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pedpy
import plotly.graph_objects as go
import plotly.io

from scenarios.verification.case import Setting
from scenarios.verification.experiments_bottlenecks import DOOR_AREA, DOOR_COUNTED, DOOR_DENSITY, DOOR_FLOW_PS
from scenarios.verification.experiments_run import Stage
from scenarios.verification.experiments_setups import wuppertal_door
from twin.movement.crowd.trajectory_file import open_trajectories
from twin.world.statistics import estimate

# Plotly's script stands in the notebook itself: nothing is fetched from another host.
plotly.io.renderers.default = os.environ.get("PLOTLY_RENDERER", "notebook")
REPLICATIONS = 3
SEED = 42
FOLDER = Path(tempfile.mkdtemp())

# %% [markdown]
# ## Run it
#
# The set-up is a plan like any other: a waiting room, a door one metre deep, a room beyond. Each replication
# draws other places and other free speeds.

# %%
setup = wuppertal_door()
files = []
for seed in range(SEED, SEED + REPLICATIONS):
    stage = Stage(setup, Setting(engine="crowd", mode="calibrated"), seed)
    stage.until(300.0)
    path = FOLDER / f"door-{seed}.parquet"
    stage.save(path)
    files.append(open_trajectories(path))
    size_kib = path.stat().st_size / 1024
    print(f"seed {seed}: {int(stage.run.outside.sum())} of {setup.people} out, {size_kib:.0f} KiB")
print(f"plan version {files[0].about.plan_version}, {files[0].about.frame_rate_hz:g} frames a second")

# %% [markdown]
# ## N(t) and flow
#
# The same functions of PedPy for both. The door is the line x = 0.

# %%
DOOR = pedpy.MeasurementLine(setup.line)
FLOOR = pedpy.WalkableArea(setup.floor())


def counted(data: pedpy.TrajectoryData) -> pd.DataFrame:
    """Frames in which people cross the door, in order."""
    _, crossings = pedpy.compute_n_t(traj_data=data, measurement_line=DOOR)
    return crossings.sort_values("frame").reset_index(drop=True)


def flow(crossings: pd.DataFrame, rate_hz: float) -> float:
    """People a second, without the first and the last tenth of them."""
    seconds = crossings["frame"].to_numpy() / rate_hz
    first = round(0.1 * len(seconds))
    last = len(seconds) - 1 - first
    return float((last - first) / (seconds[last] - seconds[first]))


runs = [file.as_pedpy() for file in files]
crossings = [counted(data) for data in runs]
flows = [flow(one, runs[0].frame_rate) for one in crossings]

measured = None
published = (
    Path(os.environ.get("MALL_TWIN_SHARED", "../../shared")) / "data/trajectories/pedpy/040_c_56_h-.txt"
)
if published.is_file():
    table = np.loadtxt(published)
    # People walk towards growing x here, towards falling y there.
    measured = pedpy.TrajectoryData(
        pd.DataFrame(
            {
                "id": table[:, 0].astype(int),
                "frame": table[:, 1].astype(int),
                "x": -table[:, 3],
                "y": table[:, 2],
            }
        ),
        frame_rate=25,
    )
    print(f"flow of the experiment by this notebook {flow(counted(measured), 25):.2f} /s")

simulated = estimate(flows)
print(f"flow simulated {simulated.mean:.2f} /s ({simulated.low:.2f} to {simulated.high:.2f}, 95 %)")
print(f"flow measured  {DOOR_FLOW_PS:.2f} /s")

# %%
figure = go.Figure()
for seed, one in zip(range(SEED, SEED + REPLICATIONS), crossings, strict=True):
    figure.add_scatter(
        x=one["frame"] / runs[0].frame_rate, y=np.arange(1, len(one) + 1), mode="lines", name=f"seed {seed}"
    )
if measured is not None:
    people = counted(measured)
    figure.add_scatter(
        x=people["frame"] / 25, y=np.arange(1, len(people) + 1), mode="lines", name="experiment"
    )
else:
    counts, times = zip(*DOOR_COUNTED, strict=True)
    figure.add_scatter(x=times, y=counts, mode="markers", name="experiment")
figure.update_layout(title="N(t) at the door", xaxis_title="s", yaxis_title="people through")
figure.show()

# %% [markdown]
# ## Density before the door
#
# Voronoi density in 2 m × 1 m, one metre before the door. The people of the experiment pushed; the engine
# knows no pushing, and is expected to stay below.

# %%
x0, y0, x1, y1 = DOOR_AREA
BEFORE = pedpy.MeasurementArea([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])


def cells(data: pedpy.TrajectoryData, every_s: float = 1.0) -> pd.DataFrame:
    """Voronoi cells of those on the floor, once in ``every_s``."""
    step = round(every_s * data.frame_rate)
    rows = data.data[data.data["frame"] % step == 0]
    on_floor = rows[FLOOR.polygon.buffer(-1e-6).contains(rows["point"].to_numpy())] if len(rows) else rows
    kept = pedpy.TrajectoryData(on_floor[["id", "frame", "x", "y"]].reset_index(drop=True), data.frame_rate)
    voronoi = pedpy.compute_individual_voronoi_polygons(traj_data=kept, walkable_area=FLOOR)
    return voronoi.merge(kept.data, on=["id", "frame"])


def density(voronoi: pd.DataFrame, rate_hz: float) -> pd.DataFrame:
    """Density in the measuring area by time."""
    values, _ = pedpy.compute_voronoi_density(individual_voronoi_data=voronoi, measurement_area=BEFORE)
    values = values.reset_index()
    values = values[values["frame"].isin(voronoi["frame"].unique())]
    return pd.DataFrame({"s": values["frame"] / rate_hz, "density": values["density"]})


figure = go.Figure()
voronoi = [cells(data) for data in runs]
for seed, one in zip(range(SEED, SEED + REPLICATIONS), voronoi, strict=True):
    values = density(one, runs[0].frame_rate)
    figure.add_scatter(x=values["s"], y=values["density"], mode="lines", name=f"seed {seed}")
if measured is not None:
    values = density(cells(measured), 25)
    figure.add_scatter(x=values["s"], y=values["density"], mode="lines", name="experiment")
figure.update_layout(title="Density before the door", xaxis_title="s", yaxis_title="people/m²")
figure.show()
print(f"experiment, while the second to the sixth tenth pass: {DOOR_DENSITY:.1f} people/m²")

# %% [markdown]
# ## Density profile
#
# Mean over the first replication, from the tenth second to the sixtieth.

# %%
rate = runs[0].frame_rate
busy = voronoi[0][(voronoi[0]["frame"] >= 10 * rate) & (voronoi[0]["frame"] <= 60 * rate)]
profiles = pedpy.compute_density_profile(
    data=busy, walkable_area=FLOOR, grid_size=0.25, density_method=pedpy.DensityMethod.VORONOI
)
mean = np.mean(profiles, axis=0)
left, bottom, right, top = FLOOR.polygon.bounds
figure = go.Figure(
    go.Heatmap(
        z=mean[::-1],
        x=np.linspace(left, right, mean.shape[1]),
        y=np.linspace(bottom, top, mean.shape[0]),
        colorscale="Cividis",
        colorbar_title="people/m²",
    )
)
figure.update_layout(title="Mean density", xaxis_title="m", yaxis_title="m", yaxis_scaleanchor="x")
figure.show()
print(
    f"{REPLICATIONS} replications, seeds {SEED} to {SEED + REPLICATIONS - 1}, "
    f"plan version {files[0].about.plan_version}; advisory"
)
