"""People who meet and people who turn: counterflow in a corridor, a corner, a crowd round a corner."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import Polygon

from scenarios.verification.case import Check, Outcome, Setting
from scenarios.verification.drawing import Drawing
from scenarios.verification.pictures import curves, scene
from scenarios.verification.setups.rooms import MEN_30_50
from scenarios.verification.trial import Trial, drawn, spread
from twin.movement.populations import RIMEA_ADULTS, same_speed
from twin.plan.model import Plan

AGAINST = (0, 10, 50, 100)
_LATEST_S = 900.0


def counterflow_plan() -> Plan:
    """Two rooms of 10 by 10 m, joined by a corridor of 10 by 2 m; the far wall of each is its goal."""
    made = Drawing("counterflow")
    one = made.space("room-1", (0, 0, 10, 10))
    way = made.space("corridor", (10, 4, 20, 6))
    two = made.space("room-2", (20, 0, 30, 10))
    made.front("from-1", (one, way), ((10, 4), (10, 6)))
    made.front("to-2", (way, two), ((20, 4), (20, 6)))
    made.exit("goal-1", one, ((0, 0.5), (0, 9.5)))
    made.exit("goal-2", two, ((30, 0.5), (30, 9.5)))
    return made.plan()


def counterflow(setting: Setting) -> Outcome:
    """A hundred people against 0, 10, 50 and 100 through a corridor of 2 m: when the last is over."""
    seeds = setting.seeds(3)
    last = np.full((len(AGAINST), len(seeds)), np.nan)
    arrived = np.zeros((len(AGAINST), len(seeds)))
    for row, against in enumerate(AGAINST):
        for column, seed in enumerate(seeds):
            trial = Trial(counterflow_plan(), setting)
            people = drawn(MEN_30_50, 100, seed)
            first = trial.add(spread((0.4, 0.4, 9.6, 9.6), 100, seed), people)
            trial.send(first, trial.run.goal_exit("goal-2"))
            if against:
                places = spread((20.4, 0.4, 29.6, 9.6), against, seed, first=100)
                second = trial.add(places, drawn(MEN_30_50, against, seed, first=100))
                trial.send(second, trial.run.goal_exit("goal-1"))
            trial.until(_LATEST_S)
            arrived[row, column] = trial.finished() - against
            last[row, column] = trial.out_s[first].max()
    means = last.mean(axis=1)
    return Outcome(
        checks=(
            Check("fewest of room 1 who arrived, of 100, everybody else too", float(arrived.min()), 100, 100),
            Check(
                "least rise of the mean time from one number to the next",
                float(np.diff(means).min()),
                0.0,
                unit="s",
            ),
            Check("time against 100 over time against nobody", float(means[-1] / means[0]), 1.0),
        ),
        note="; ".join(f"{n} {t:.1f} s" for n, t in zip(AGAINST, means, strict=True)),
        seeds=seeds,
        draw=curves({"last of room 1": (AGAINST, means)}, x="people against them", y="time, s"),
    )


CORNER = Polygon([(0, 0), (12, 0), (12, 12), (10, 12), (10, 2), (0, 2)])


def corner(setting: Setting) -> Outcome:
    """RiMEA 6: twenty people round a left-hand corner of a corridor 2 m wide; does anybody cross a wall?"""
    made = Drawing("corner")
    made.exit("exit", made.space("corridor", CORNER), ((10, 12), (12, 12)))
    trial = Trial(made.plan(), setting, look=True)
    who = trial.add(spread((0.3, 0.3, 6.0, 1.7), 20, 1), drawn(RIMEA_ADULTS, 20, 1))
    trial.send(who, trial.run.goal_nearest_exit())
    trial.until(120.0)
    ways = trial.tracks.paths(20)
    # From the last look to the exit people are on the floor or in the exit: a step of tolerance there only.
    floor = CORNER.union(shapely.box(10, 12, 12, 12.3)).buffer(1e-6)
    crossed = sum(not floor.covers(shapely.LineString(way)) for way in ways)
    return Outcome(
        checks=(
            Check("people who crossed a wall", crossed, 0, 0),
            Check("people who arrived", trial.finished(), 20, 20),
        ),
        draw=scene([np.asarray(CORNER.exterior.coords)], paths=ways, doors=[((10, 12), (12, 12))]),
    )


_WIDE = 20.0


def _bend_plans() -> dict[str, Plan]:
    """RiMEA 15: straight 75.4 m, round a corner (inner way 34 + 10 m), straight 44 m; all 20 m wide."""
    plans = {}
    for name, length in (("75.4 m", 34 + 10 * np.pi + 10), ("44 m", 44.0)):
        made = Drawing(f"straight-{name}")
        made.exit("exit", made.space("way", (0, 0, length, _WIDE)), ((length, 0), (length, _WIDE)))
        plans[name] = made.plan()
    made = Drawing("round-a-corner")
    shape = Polygon([(0, 0), (54, 0), (54, 30), (34, 30), (34, 20), (0, 20)])
    made.exit("exit", made.space("way", shape), ((34, 30), (54, 30)))
    plans["corner"] = made.plan()
    return plans


def round_a_corner(setting: Setting) -> Outcome:
    """RiMEA 15: the same 500 people in three geometries; the last one's time, 20 seeds."""
    seeds = setting.seeds(20)
    plans = _bend_plans()
    last = {name: np.full(len(seeds), np.nan) for name in plans}
    for column, seed in enumerate(seeds):
        for name, plan in plans.items():
            trial = Trial(plan, setting)
            who = trial.add(spread((0.4, 0.4, 6.0, 19.6), 500, seed), drawn(RIMEA_ADULTS, 500, seed))
            trial.send(who, trial.run.goal_nearest_exit())
            trial.until(900.0)
            last[name][column] = trial.out_s.max()
    to_corner = last["corner"] - last["44 m"]
    from_corner = last["75.4 m"] - last["corner"]
    return Outcome(
        checks=(
            Check("least of corner less 44 m, over the seeds", float(to_corner.min()), 0.0, unit="s"),
            Check("least of 75.4 m less corner, over the seeds", float(from_corner.min()), 0.0, unit="s"),
        ),
        note="means " + ", ".join(f"{name} {times.mean():.1f} s" for name, times in last.items()),
        seeds=seeds,
        draw=curves(
            {name: (np.arange(len(seeds)), times) for name, times in last.items()}, x="run", y="last out, s"
        ),
    )


def overtaking(setting: Setting) -> Outcome:
    """NIST 2.10: 24 people of 1.25 m/s behind a slow and broad one in a corridor, against 25 equal ones.

    The one is slower (0.8 m/s, 0.8 m broad, as a wheelchair user is); the others start behind and are held
    up for a moment, then pass: the last of the 24 is later than in the control run, and most are before the
    slow one at the end.
    """
    made = Drawing("overtaking")
    made.exit("exit", made.space("corridor", (0, 0, 40, 2)), ((40, 0), (40, 2)))
    plan, seeds = made.plan(), setting.seeds(5)
    quick: list[float] = []
    equal: list[float] = []
    passed: list[int] = []
    shown = Trial(plan, setting)
    for seed in seeds:
        for slow_mps, broad_m in ((0.8, 0.8), (1.25, 0.4)):
            trial = Trial(plan, setting, look=True)
            ahead = trial.add([[9.0, 1.0]], drawn(same_speed(slow_mps, body_m=(broad_m, broad_m)), 1, seed))
            behind = trial.add(
                spread((0.3, 0.3, 7.5, 1.7), 24, seed), drawn(same_speed(1.25, body_m=(0.4, 0.4)), 24, seed)
            )
            trial.send(np.concatenate([ahead, behind]), trial.run.goal_nearest_exit())
            trial.until(200.0)
            (quick if slow_mps < 1 else equal).append(float(trial.out_s.max()))
            if slow_mps < 1:
                passed.append(int((trial.out_s[behind] < trial.out_s[ahead[0]]).sum()))
                shown = trial
    return Outcome(
        checks=(
            Check(
                "least time with the slow one less the control's",
                float(np.min(np.subtract(quick, equal))),
                0.0,
                unit="s",
            ),
            Check("fewest of the 24 who passed the slow one", min(passed), 12, 24),
        ),
        note=f"means {np.mean(quick):.1f} s and {np.mean(equal):.1f} s",
        seeds=seeds,
        draw=scene([[(0, 0), (40, 0), (40, 2), (0, 2), (0, 0)]], paths=shown.tracks.paths(25)),
    )
