"""Smoke that slows people, gas that fells them."""

from __future__ import annotations

import math

import numpy as np

from scenarios.verification.case import Check, Outcome, Setting
from scenarios.verification.drawing import Drawing
from scenarios.verification.pictures import bars, curves
from scenarios.verification.setups.walking import corridor_plan
from scenarios.verification.trial import Trial, drawn
from twin.fire.air import AirStep, GivenAir, SpaceAir
from twin.fire.smoke import SmokeLaw
from twin.movement.populations import same_speed
from twin.plan.model import Plan
from twin.world.exposure import BREATH_S, Exposure

SPEEDS = (1.25, 1.0, 0.75, 0.5, 0.25)
SMOKES = (0.5, 1.0, 3.0, 7.5, 10.0)
"""Extinction coefficients, 1/m."""


def _lund(smoke: float) -> float:
    """The share of the speed that is left: 1 - 0.0807 K, at least a tenth (FDS+Evac, from Lund's data)."""
    return max(0.1, 1 - 0.057 / 0.706 * smoke)


def smoke_walk_s(
    setting: Setting, plan: Plan, speed_mps: float, smoke: float, law: SmokeLaw = SmokeLaw.LUND
) -> float:
    """Seconds of one person between the lines of a corridor of 100 m full of smoke."""
    trial = Trial(plan, setting, watch=("begin", "end"))
    who = trial.add([[-1.8, 1.0]], drawn(same_speed(speed_mps), 1, 1))
    everywhere = [SpaceAir(space_id=s.id, steps=(AirStep(extinction_per_m=smoke),)) for s in plan.spaces]
    exposure = Exposure(trial.run, GivenAir(plan, everywhere), free_mps=[speed_mps], law=law)
    trial.send(who, trial.run.goal_nearest_exit())
    trial.until(4000.0, each=lambda _: exposure.breathe())
    return float(trial.passages_s("end")[0] - trial.passages_s("begin")[0])


def smoke_cells(setting: Setting) -> Outcome:
    """The 25 cells of Ronchi et al. 2013, table 2: five speeds in five smokes, by Lund's law."""
    plan = corridor_plan(100.0, 2.0)
    found = np.array([[smoke_walk_s(setting, plan, v, k) for k in SMOKES] for v in SPEEDS])
    ideal = np.array([[100.0 / (v * _lund(k)) for k in SMOKES] for v in SPEEDS])
    worst = float(np.abs(found / ideal - 1).max())
    return Outcome(
        checks=(
            Check("largest deviation of the 25 times from 100 / (v f)", 100 * worst, 0.0, 1.0, "%"),
            Check("time at 1.25 m/s and 1.0 /m", float(found[0, 1]), 0.99 * 87.0, 1.01 * 87.0, "s"),
        ),
        note="law: Lund (Frantzich and Nilsson), the product's default",
        draw=curves(
            {f"{v:g} m/s": (SMOKES, row) for v, row in zip(SPEEDS, found, strict=True)},
            x="K, 1/m",
            y="time on 100 m, s",
        ),
    )


def smoke_laws(setting: Setting) -> Outcome:
    """Jin's laws at the published points: 1.25 m/s, K = 0.5 and 1.0 /m (Ronchi et al. 2013)."""
    plan = corridor_plan(100.0, 2.0)
    rows = ((SmokeLaw.JIN, 1.0, 174.0), (SmokeLaw.JIN, 0.5, 96.0), (SmokeLaw.JIN_IRRITANT, 0.5, 227.0))
    checks = tuple(
        Check(
            f"{law.value}, K {smoke:g} /m",
            smoke_walk_s(setting, plan, 1.25, smoke, law),
            0.99 * time,
            1.015 * time,
            "s",
        )
        for law, smoke, time in rows
    )
    names = [f"{law.value}, K {smoke:g}" for law, smoke, _ in rows]
    times = {name: check.value for name, check in zip(names, checks, strict=True)}
    return Outcome(checks=checks, draw=bars(times, unit="time on 100 m, s"))


def incapacitation(setting: Setting) -> Outcome:
    """NIST 2.6: one person stays in a room with CO 5000 ppm, CO2 2 % and O2 18 %; when the dose is 1."""
    made = Drawing("gas")
    made.exit("exit", made.space("room", (0, 0, 10, 10)), ((10, 4.5), (10, 5.5)))
    plan = made.plan()
    trial = Trial(plan, setting)
    who = trial.add([[5.0, 5.0]], drawn(same_speed(1.0), 1, 1))
    gas = AirStep(co_ppm=5000.0, co2_percent=2.0, o2_percent=18.0)
    exposure = Exposure(trial.run, GivenAir(plan, [SpaceAir(space_id="room", steps=(gas,))]), free_mps=[1.0])
    trial.send(who, trial.run.goal_nearest_exit(), 1.0e6 + 1)
    doses = []
    for second in range(1, 301):
        trial.run.advance(float(second))
        exposure.breathe()
        doses.append(float(exposure.dose[0]))
    co = 2.764e-5 * 5000.0**1.036
    by_hand = 60.0 / (co * math.exp(0.1903 * 2.0 + 2.0004) / 7.1 + math.exp(0.54 * 2.9 - 8.13))
    return Outcome(
        checks=(
            Check(
                "dose 1 less the hand value", float(exposure.down_s[0]) - by_hand, -BREATH_S, BREATH_S, "s"
            ),
            Check("dose 1", float(exposure.down_s[0]), 207.7, 209.7, "s"),
        ),
        note=f"by hand {by_hand:.2f} s; the person stays where it is",
        draw=curves({"dose": (np.arange(1, 301), doses)}, x="time, s", y="FED", high=1.0),
    )
