"""One person alone: along a corridor, on a flight, and starting at the own time."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from scenarios.verification.case import Check, Draw, Outcome, Setting
from scenarios.verification.drawing import Drawing
from scenarios.verification.pictures import curves
from scenarios.verification.trial import Floats, Trial, drawn, spread
from twin.movement.populations import same_speed
from twin.plan.model import Plan
from twin.world.streams import Streams

RUN_IN_M = 2.0
GENTLE_RISER_M, GENTLE_TREAD_M = 0.13, 0.33
"""Steps so gentle that no density relation slows a person of 1 m/s (SFPE: 1.18 m/s alone)."""


def corridor_plan(length_m: float, run_in_m: float) -> Plan:
    """A corridor 2 m wide with an exit at its end, and lines at both ends of the part that is measured."""
    made = Drawing("corridor")
    if run_in_m:
        before = made.space("run-in", (-run_in_m, 0, 0, 2))
        after = made.space("run-out", (length_m, 0, length_m + run_in_m, 2))
    way = made.space("corridor", (0, 0, length_m, 2))
    if run_in_m:
        made.front("begin", (before, way), ((0, 0), (0, 2)))
        made.front("end", (way, after), ((length_m, 0), (length_m, 2)))
        made.exit("exit", after, ((length_m + run_in_m, 0), (length_m + run_in_m, 2)))
    else:
        made.exit("exit", way, ((length_m, 0), (length_m, 2)))
    return made.plan()


def between_lines(setting: Setting, speed_mps: float, *, length_m: float = 40.0) -> Outcome:
    """One person walks through a corridor; the time between two lines, with 2 m of run-in and run-out."""
    trial = Trial(corridor_plan(length_m, RUN_IN_M), setting, watch=("begin", "end"), look=True)
    who = trial.add([[-RUN_IN_M + 0.2, 1.0]], drawn(same_speed(speed_mps), 1, 1))
    trial.send(who, trial.run.goal_nearest_exit())
    trial.until(3 * length_m / speed_mps)
    seconds = float(trial.passages_s("end")[0] - trial.passages_s("begin")[0])
    ideal = length_m / speed_mps
    return Outcome(
        checks=(
            Check(f"time on {length_m:g} m", seconds, 0.995 * ideal, 1.005 * ideal, "s"),
            Check("speed", length_m / seconds, speed_mps - 0.05, speed_mps + 0.05, "m/s"),
        ),
        draw=_distance(trial, length_m / speed_mps),
    )


def from_rest(setting: Setting, speed_mps: float, low_s: float, high_s: float) -> Outcome:
    """One person who stands at the beginning of a corridor of 40 m walks out at its end."""
    trial = Trial(corridor_plan(40.0, 0.0), setting, look=True)
    who = trial.add([[0.2, 1.0]], drawn(same_speed(speed_mps), 1, 1))
    trial.send(who, trial.run.goal_nearest_exit())
    trial.until(200.0)
    # The body is 0.2 m from the wall behind it: what it is spared is added at its own speed.
    seconds = float(trial.out_s[0]) + 0.2 / speed_mps
    return Outcome(
        checks=(Check("time on 40 m from rest", seconds, low_s, high_s, "s"),),
        draw=_distance(trial, 40.0 / speed_mps),
    )


def flight_plan(length_m: float, width_m: float, riser_m: float, tread_m: float) -> Plan:
    """A flight between two floors, with a way out at both ends."""
    made = Drawing("flight")
    rise = length_m * riser_m / float(np.hypot(riser_m, tread_m))
    upper = made.level("upper", rise)
    run = length_m * tread_m / float(np.hypot(riser_m, tread_m))
    foot = made.space("foot", (-4, 0, 0, width_m))
    head = made.space("head", (run, 0, run + 4, width_m), level=upper)
    made.flight(
        "flight",
        (foot, (0.0, width_m / 2)),
        (head, (run, width_m / 2)),
        width_m=width_m,
        length_m=length_m,
        riser_m=riser_m,
        tread_m=tread_m,
    )
    made.exit("low", foot, ((-4, 0), (-4, width_m)))
    made.exit("high", head, ((run + 4, 0), (run + 4, width_m)))
    return made.plan()


def flight(
    setting: Setting,
    *,
    up: bool,
    length_m: float = 10.0,
    speed_mps: float = 1.0,
    share: float = 0.01,
) -> Outcome:
    """One person on a flight: the time along its slope, within ``share`` of length over speed."""
    plan = flight_plan(length_m, 2.0, GENTLE_RISER_M, GENTLE_TREAD_M)
    trial = Trial(plan, setting, watch=("flight",))
    run_m = length_m * GENTLE_TREAD_M / float(np.hypot(GENTLE_RISER_M, GENTLE_TREAD_M))
    place, level = ((-2.0, 1.0), "ground") if up else ((run_m + 2.0, 1.0), "upper")
    who = trial.add([place], drawn(same_speed(speed_mps), 1, 1), level=level)
    trial.send(who, trial.run.goal_exit("high" if up else "low"))
    trial.until(10 + 3 * length_m / speed_mps)
    _, began, ended = trial.on_flight("flight")
    seconds = float(ended[0] - began[0])
    ideal = length_m / speed_mps
    line = np.array([0.0, length_m])
    return Outcome(
        checks=(
            Check(f"time on {length_m:g} m", seconds, ideal * (1 - share), ideal * (1 + share), "s"),
            Check("speed", length_m / seconds, speed_mps - 0.05, speed_mps + 0.05, "m/s"),
        ),
        note=f"steps of {GENTLE_RISER_M:g} by {GENTLE_TREAD_M:g} m",
        draw=curves(
            {"measured": ([0.0, seconds], line), "ideal": ([0.0, ideal], line)}, x="time, s", y="way, m"
        ),
    )


def both_ways(setting: Setting) -> Outcome:
    """NIST 2.2: a hundred metres of stairs, up and down."""
    up, down = (flight(setting, up=sense, length_m=100.0) for sense in (True, False))
    named = (
        Check(f"{name}: {check.what}", check.value, check.low, check.high, check.unit)
        for name, outcome in (("up", up), ("down", down))
        for check in outcome.checks
    )
    return Outcome(checks=tuple(named), note=up.note, draw=up.draw)


def starts(setting: Setting, at_s: ArrayLike, tolerance_s: float) -> tuple[Check, Floats]:
    """People in a room of 8 by 5 m with a 1 m exit, sent off at ``at_s``: the worst difference to it.

    A start is when the engine has a person walking; where the engine has places, also when the person has
    left its own by 5 cm, which takes a moment from rest.
    """
    times = np.asarray(at_s, float)
    trial = Trial(room_plan(), setting, look=setting.engine == "crowd")
    who = trial.add(spread((0.4, 0.4, 7.0, 4.6), len(times), 1), drawn(same_speed(1.2), len(times), 1))
    trial.send(who, trial.run.goal_nearest_exit(), times)
    first = np.full(len(times), np.nan)

    def see(now: float) -> None:
        walking = ~np.isin(trial.run.state, _STANDING) & np.isnan(first)
        first[walking] = now

    trial.until(float(times.max()) + 120.0, each=see, step_s=0.1)
    late = np.abs(first - times)
    if setting.engine == "crowd":
        tracks = trial.tracks
        moved = np.hypot(*np.moveaxis(tracks.xy - tracks.xy[0], 2, 0)) > _MOVED_M
        late = np.maximum(late, np.abs(tracks.time_s[moved.argmax(axis=0)] - times))
    return Check("largest difference to the own start", float(late.max()), 0.0, tolerance_s, "s"), first


_STANDING = (0, 1)
"""States of the engines before a start: dwells, is to start."""
_MOVED_M = 0.05


def room_plan() -> Plan:
    """A room of 8 by 5 m with a 1 m exit in the middle of a 5 m wall."""
    made = Drawing("room-8x5")
    made.exit("exit", made.space("room", (0, 0, 8, 5)), ((8, 2), (8, 3)))
    return made.plan()


def uniform_starts(setting: Setting) -> Outcome:
    """Ten people with pre-movement times uniform from 10 to 100 s."""
    times = 10.0 + 90.0 * Streams(1).uniform("pre-movement", np.arange(10))
    check, first = starts(setting, times, 0.5)
    return Outcome(
        checks=(check, Check("people who started", float(np.isfinite(first).sum()), 10, 10)),
        draw=curves(
            {"assigned": (np.sort(times), np.arange(1, 11)), "started": (np.sort(first), np.arange(1, 11))},
            x="time, s",
            y="people",
            points=("started",),
        ),
    )


def _distance(trial: Trial, ideal_s: float) -> Draw:
    """Way over time of the only person, or the times at the lines where the engine has no places between."""
    tracks = trial.tracks
    seen = np.isfinite(tracks.xy[:, 0, 0])
    return curves(
        {"measured": (tracks.time_s[seen], tracks.xy[seen, 0, 0] - tracks.xy[0, 0, 0])},
        x=f"time, s (ideal {ideal_s:.4g})",
        y="way, m",
    )
