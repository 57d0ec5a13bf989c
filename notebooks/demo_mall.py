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
# # The demo mall: a drill and a tenant swap
#
# Opens the demo mall, asks it two questions, and plots both answers. Every figure comes with its interval,
# seed and plan version, and is advisory. Replace `"demo"` by the path of your own plan.
#
# The sizes are small, so that the notebook runs in under a minute; set `REPLICATIONS` to 10 or more for
# real work.

# %%
from __future__ import annotations

import os

import plotly.graph_objects as go
import plotly.io

from scenarios.answering import answer
from scenarios.documents import parse
from twin.plan.importing import open_plan
from twin.world.drill_setup import DrillSetup
from twin.world.ensemble import run_drills
from twin.world.population import spread

# Plotly's script stands in the notebook itself: nothing is fetched from another host.
plotly.io.renderers.default = os.environ.get("PLOTLY_RENDERER", "notebook")
PEOPLE = 6000
VISITS = 12_000
REPLICATIONS = 3
SEED = 1

# %% [markdown]
# ## The plan

# %%
plan = open_plan("demo")
print(f"{plan.name.en} {plan.name.zh}, plan version {plan.version}")
print(f"{len(plan.levels)} levels, {len(plan.spaces)} spaces, {len(plan.tenants)} tenants")
print(f"{len(plan.exits)} exits, {len(plan.connectors)} stairs, escalators and lifts")

# %% [markdown]
# ## A drill
#
# 6,000 people, spread over the mall by the load of each space, leave at the alarm. One thin line for each
# replication.

# %%
drill = run_drills(plan, DrillSetup(people=spread(plan, PEOPLE)), seed=SEED, replications=REPLICATIONS)
found = drill.document()
t95, last = drill.t95_s, drill.t_last_s
print(f"95 % out after {t95.mean:.0f} s ({t95.low:.0f} to {t95.high:.0f}), all after {last.mean:.0f} s")
print(f"{drill.evacuated.mean:.0f} of {drill.people} out; seed {SEED}, plan {found['plan_version']}")
print(f"Weakest assumption: {drill.weakest_assumption}")

# %%
curve = found["curve"]
times = [second / 60 for second in curve["time_s"]]
figure = go.Figure(go.Scatter(x=times, y=curve["out"], name="mean", line={"width": 3, "color": "#7FB2FF"}))
for run in drill.runs:
    figure.add_scatter(
        x=times, y=run.curve(curve["time_s"]), line={"width": 1, "color": "#9AA1A8"}, showlegend=False
    )
figure.add_vrect(
    x0=t95.low / 60, x1=t95.high / 60, fillcolor="#FFB000", opacity=0.3, annotation_text="95 % out"
)
figure.update_layout(
    title="People out (simulated)", xaxis_title="Minutes since the alarm", yaxis_title="People"
)
figure.show()

# %%
exits = sorted(((people, name) for name, people in found["exits"].items() if people), reverse=True)[:15]
figure = go.Figure(go.Bar(x=[people for people, _ in exits], y=[name for _, name in exits], orientation="h"))
figure.update_layout(
    title="People by exit (simulated, mean)", xaxis_title="People", yaxis_autorange="reversed"
)
figure.show()

# %% [markdown]
# ## A tenant swap
#
# The bridge-head café and the toy shop on L2 change places. Both malls get the same visitors, day by day, so
# a few pairs of days are enough to see a difference; the drill runs on both as well.

# %%
question = parse(
    f"""
    kind: tenant_mix
    name: {{en: Café and toy shop change places, zh: 咖啡馆与玩具店互换}}
    edits:
      - {{edit: swap_tenants, a: t-L2-S3, b: t-L2-S6}}
    day: {{visits: {VISITS}}}
    """
)
swap = answer(plan, question, seed=SEED, replications=REPLICATIONS).document()
for row in swap["kpis"]:
    delta = row["delta"]
    certain = "" if row["detectable"] else "  (no detectable change)"
    print(f"{row['name']['en']:34} {delta['mean']:+12,.1f} {row['unit']}{certain}")

# %%
rows = sorted(swap["tenants"], key=lambda row: abs(row["sales"]["delta"]["mean"]), reverse=True)[:12]
deltas = [row["sales"]["delta"] for row in rows]
figure = go.Figure(
    go.Bar(
        x=[delta["mean"] for delta in deltas],
        y=[row["name"]["en"] for row in rows],
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [delta["high"] - delta["mean"] for delta in deltas],
            "arrayminus": [delta["mean"] - delta["low"] for delta in deltas],
        },
        orientation="h",
    )
)
figure.update_layout(
    title=f"Sales after the swap (simulated, {REPLICATIONS} paired days, 95 % interval)",
    xaxis_title="Change in CNY a day",
    yaxis_autorange="reversed",
)
figure.show()

# %% [markdown]
# Money and seconds: what the swap does to an evacuation at the busiest moment of the day.

# %%
before, after = swap["drills"]["base"], swap["drills"]["changed"]
for name, one in (("before", before), ("after", after)):
    print(f"{name:7} {one['people']} people, 95 % out after {one['t95_s']['mean']:.0f} s")
print(swap["advisory"]["en"])
