"""Halls with several exits: twice the time with half the exits, a nearer exit, and assigned exits."""

from __future__ import annotations

import numpy as np

from scenarios.verification.case import Check, Outcome, Setting
from scenarios.verification.drawing import Drawing
from scenarios.verification.pictures import bars, curves, scene
from scenarios.verification.trial import Floats, Trial, drawn, spread
from twin.movement.demographics import Population
from twin.movement.populations import RIMEA_ADULTS
from twin.plan.model import Plan

HALL = [(0, 0), (30, 0), (30, 20), (0, 20), (0, 0)]
DOORS = {"1": (4.0, 20.0), "2": (25.0, 20.0), "3": (4.0, 0.0), "4": (25.0, 0.0)}
"""Left end of each 1 m exit: doors 1 and 2 north, 3 and 4 south."""


def four_exits(setting: Setting, population: Population = RIMEA_ADULTS, *, replications: int = 3) -> Outcome:
    """A thousand people in a hall of 30 by 20 m with four 1 m exits; then two of them locked."""
    seeds = setting.seeds(replications)
    both = [
        (_hall(setting, population, seed, locked=()), _hall(setting, population, seed, locked=("1", "2")))
        for seed in seeds
    ]
    ratios = [two[-1] / four[-1] for four, two in both]
    four, two = both[0]
    count = np.arange(1, 1001)
    return Outcome(
        checks=(
            Check(
                "people out, at least", min(np.isfinite(t).sum() for pair in both for t in pair), 1000, 1000
            ),
            Check("least ratio of the times", min(ratios), 1.6, 2.4),
            Check("largest ratio of the times", max(ratios), 1.6, 2.4),
        ),
        note=f"{np.mean([f[-1] for f, _ in both]):.0f} s and {np.mean([t[-1] for _, t in both]):.0f} s on "
        f"average",
        seeds=seeds,
        draw=curves({"four exits": (four, count), "two exits": (two, count)}, x="time, s", y="people out"),
    )


def _hall(setting: Setting, population: Population, seed: int, *, locked: tuple[str, ...]) -> Floats:
    """When each of 1000 people left, in order."""
    made = Drawing("hall")
    hall = made.space("hall", (0, 0, 30, 20))
    for name, (x, y) in DOORS.items():
        made.exit(name, hall, ((x, y), (x + 1, y)))
    trial = Trial(made.plan(), setting)
    for name in locked:
        trial.run.set_open(name, is_open=False)
    who = trial.add(spread((2, 2, 28, 18), 1000, seed), drawn(population, 1000, seed))
    trial.send(who, trial.run.goal_nearest_exit())
    trial.until(2400.0)
    return np.sort(trial.out_s)


def two_exits_one_side(setting: Setting) -> Outcome:
    """RiMEA 11: a thousand people left of two 1 m exits in the north wall of a hall of 30 by 20 m."""
    seeds = setting.seeds(3)
    counts = []
    for seed in seeds:
        made = Drawing("exit-choice")
        hall = made.space("hall", (0, 0, 30, 20))
        made.exit("1", hall, ((21, 20), (22, 20)))
        made.exit("2", hall, ((27, 20), (28, 20)))
        trial = Trial(made.plan(), setting)
        who = trial.add(
            spread((2, 2, 15.5, 18), 1000, seed), drawn(RIMEA_ADULTS, 1000, seed), sees_queues=True
        )
        trial.send(who, trial.run.goal_nearest_exit())
        trial.until(3600.0)
        counts.append((trial.out_exit.count("1"), trial.out_exit.count("2")))
    return Outcome(
        checks=(
            Check("people out, at least", min(sum(pair) for pair in counts), 1000, 1000),
            Check("least lead of exit 1 over exit 2", min(a - b for a, b in counts), 1, 999, "people"),
            Check("fewest by exit 2", min(b for _, b in counts), 1, 499, "people"),
        ),
        seeds=seeds,
        draw=bars({"exit 1": counts[0][0], "exit 2": counts[0][1]}, unit="people"),
    )


SOUTH = {f"{n + 7}": (3.0 * n, 0.0, 3.0 * n + 3.0, 5.0) for n in range(6)}
NORTH = {
    "1": (0.0, 6.0, 3.0, 11.0),
    "2": (3.0, 6.0, 6.0, 11.0),
    "3": (7.2, 6.0, 9.0, 11.0),
    "4": (9.0, 6.0, 12.0, 11.0),
    "5": (12.0, 6.0, 15.0, 11.0),
    "6": (15.0, 6.0, 18.0, 11.0),
}
MAIN_ROOMS = ("1", "2", "3", "4", "7", "8", "9", "10")
"""Rooms whose people are assigned the main exit: 15 people; the others' 8 the secondary one."""


def cabins_plan() -> Plan:
    """A corridor of 1 by 18 m between twelve rooms, a main exit in the middle and a second one at its end."""
    made = Drawing("cabins")
    way = made.space("corridor", (0, 5, 18, 6))
    passage = made.space("passage", (6.0, 6.0, 7.2, 11.0))
    made.front("to-main", (way, passage), ((6.0, 6.0), (7.2, 6.0)))
    for name, (x0, y0, x1, y1) in {**SOUTH, **NORTH}.items():
        room = made.space(f"room {name}", (x0, y0, x1, y1))
        y = 5.0 if name in SOUTH else 6.0
        middle = (x0 + x1) / 2
        made.opening(f"door {name}", (room, way), ((middle - 0.45, y), (middle + 0.45, y)))
    made.exit("main", passage, ((6.0, 11.0), (7.2, 11.0)))
    made.exit("secondary", way, ((18, 5), (18, 6)))
    return made.plan()


def assigned_exits(setting: Setting) -> Outcome:
    """RiMEA 10: 23 people, two in each room and one in room 3, each with an assigned exit."""
    trial = Trial(cabins_plan(), setting, look=True)
    places: list[tuple[float, float]] = []
    wanted: list[str] = []
    for name, (x0, y0, x1, y1) in {**SOUTH, **NORTH}.items():
        count = 1 if name == "3" else 2
        places += [((x0 + x1) / 2, y0 + (y1 - y0) * (n + 1) / (count + 1)) for n in range(count)]
        wanted += ["main" if name in MAIN_ROOMS else "secondary"] * count
    who = trial.add(places, drawn(RIMEA_ADULTS, len(places), 1))
    goals = {name: trial.run.goal_exit(name) for name in ("main", "secondary")}
    trial.send(who, np.array([goals[name] for name in wanted]))
    trial.until(300.0)
    right = sum(took == name for took, name in zip(trial.out_exit, wanted, strict=True))
    rooms = [_ring(*box) for box in [*SOUTH.values(), *NORTH.values(), (0, 5, 18, 6)]]
    shown = trial.tracks.paths(23) if setting.engine == "crowd" else ()
    return Outcome(
        checks=(
            Check("people who took the assigned exit", right, 23, 23),
            Check("of them by the main exit", trial.out_exit.count("main"), 15, 15),
        ),
        draw=scene(rooms, paths=shown, dots=places, doors=[((6.0, 11.0), (7.2, 11.0)), ((18, 5), (18, 6))]),
    )


def _ring(x0: float, y0: float, x1: float, y1: float) -> list[tuple[float, float]]:
    """The outline of a box."""
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)]
