"""Crowds through doors: flow of an exit; length and width of a bottleneck, and what is behind it."""

from __future__ import annotations

import numpy as np

from scenarios.verification.case import Check, Draw, Outcome, Setting, holds
from scenarios.verification.drawing import Drawing
from scenarios.verification.pictures import curves
from scenarios.verification.setups.walking import room_plan
from scenarios.verification.trial import Floats, Trial, drawn, spread
from twin.movement.demographics import Population
from twin.movement.populations import IMO, RIMEA_ADULTS, same_speed
from twin.plan.model import Plan

MOST_FLOW = 1.33
"""People/s that a guideline lets through 1 m of door."""
MEN_30_50 = Population(
    name="men 30-50", rows=tuple(row for row in IMO.rows if row.name == "man 30-50"), source=IMO.source
)
"""Who takes part in IMO's tests 4 to 11: level speeds uniform from 0.97 to 1.62 m/s."""


def exit_flow(setting: Setting, *, replications: int = 5) -> Outcome:
    """A hundred people leave a room of 8 by 5 m by a 1 m exit; the flow averaged over the whole run."""
    seeds = setting.seeds(replications)
    out = [_emptied(setting, seed) for seed in seeds]
    flows = [len(times) / times[-1] for times in out]
    count = np.arange(1, 101)
    return Outcome(
        checks=(
            Check("people out, at least", min(np.isfinite(times).sum() for times in out), 100, 100),
            Check("largest flow of the runs", max(flows), 0.0, MOST_FLOW, "people/s"),
        ),
        note=f"flows {min(flows):.3f} to {max(flows):.3f} people/s",
        seeds=seeds,
        draw=curves(
            {"people out": (out[0], count), f"{MOST_FLOW} people/s": ([0, 100 / MOST_FLOW], [0, 100])},
            x="time, s",
            y="people",
        ),
    )


def _emptied(setting: Setting, seed: int) -> Floats:
    """When each of 100 people left the room, in order."""
    trial = Trial(room_plan(), setting)
    who = trial.add(spread((0.4, 0.4, 7.6, 4.6), 100, seed), drawn(MEN_30_50, 100, seed))
    trial.send(who, trial.run.goal_nearest_exit())
    trial.until(900.0)
    return np.sort(trial.out_s)


def bottleneck_plan(*, width_m: float, length_m: float, goal_m: float = 10.0) -> Plan:
    """Room of 10 by 10 m, a neck, and a field with its exit ``goal_m`` behind the neck (RiMEA 12)."""
    low, high = 5.0 - width_m / 2, 5.0 + width_m / 2
    end = 10.0 + length_m
    made = Drawing("bottleneck")
    room = made.space("room", (0, 0, 10, 10))
    neck = made.space("neck", (10, low, end, high))
    made.opening("in", (room, neck), ((10, low), (10, high)))
    if goal_m <= 0:
        made.exit("goal", neck, ((end, low), (end, high)))
        return made.plan()
    field = made.space("field", (end, 0, end + goal_m, 10))
    made.opening("out", (neck, field), ((end, low), (end, high)))
    made.exit("goal", field, ((end + goal_m, 0.5), (end + goal_m, 9.5)))
    return made.plan()


def bottleneck(
    setting: Setting, seed: int, *, width_m: float, length_m: float, goal_m: float = 10.0, people: int = 150
) -> Floats:
    """When each of ``people`` adults entered the neck, in order."""
    trial = Trial(bottleneck_plan(width_m=width_m, length_m=length_m, goal_m=goal_m), setting, watch=("in",))
    who = trial.add(spread((0.4, 0.4, 5.0, 9.6), people, seed), drawn(RIMEA_ADULTS, people, seed))
    trial.send(who, trial.run.goal_nearest_exit())
    trial.until(1200.0)
    return trial.passages_s("in")


def over_runs(setting: Setting, replications: int, **scene: float) -> tuple[list[Floats], tuple[int, ...]]:
    """The passages of the bottleneck for several seeds."""
    seeds = setting.seeds(replications)
    return [bottleneck(setting, seed, **scene) for seed in seeds], seeds  # type: ignore[arg-type] # numbers by name


def steady_flow(times: Floats) -> float:
    """People/s between the first and the last tenth of those who passed."""
    tenth = len(times) // 10
    return float((len(times) - 1 - 2 * tenth) / (times[-1 - tenth] - times[tenth]))


def goal_distance(setting: Setting) -> Outcome:
    """RiMEA 12a: the time in which the room empties, by the distance of the goal behind the neck."""
    distances = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0)
    found: dict[float, float] = {}
    seeds: tuple[int, ...] = ()
    for distance in distances:
        runs, seeds = over_runs(setting, 5, width_m=1.0, length_m=0.2, goal_m=distance)
        found[distance] = float(np.mean([times[-1] for times in runs]))
    far = [found[d] for d in distances if d >= 2]  # noqa: PLR2004 - m behind which it is to be constant
    return Outcome(
        checks=(
            Check("time at 10 m over time at 0 m", found[10.0] / found[0.0], 0.97, 1.25),
            Check("largest over least time from 2 m on", max(far) / min(far), 1.0, 1.05),
        ),
        note="; ".join(f"{d:g} m {t:.1f} s" for d, t in found.items()),
        seeds=seeds,
        draw=curves(
            {"room empty": (distances, list(found.values()))}, x="goal behind the neck, m", y="time, s"
        ),
    )


def neck_length(setting: Setting) -> Outcome:
    """RiMEA 12b: a neck of 0.2 m against one of 5 m, both 1 m wide."""
    means: dict[float, float] = {}
    lines = {}
    all_seeds: tuple[int, ...] = ()
    for length in (0.2, 5.0):
        runs, all_seeds = over_runs(setting, 5, width_m=1.0, length_m=length)
        means[length] = float(np.mean([times[-1] for times in runs]))
        lines[f"{length:g} m"] = (runs[0], np.arange(1, len(runs[0]) + 1))
    return Outcome(
        checks=(Check("time of the long neck over that of the short one", means[5.0] / means[0.2], 0.995),),
        note=f"{means[0.2]:.1f} s and {means[5.0]:.1f} s",
        seeds=all_seeds,
        draw=curves(lines, x="time, s", y="people in the neck so far"),
    )


def two_bottlenecks(setting: Setting) -> Outcome:
    """RiMEA 12c: three rooms and two equal bottlenecks of 1 m; N(t) and flow of each."""
    made = Drawing("two-bottlenecks")
    rooms = [made.space(f"room-{n}", (11.0 * n, 0, 11.0 * n + 10, 10)) for n in range(3)]
    for n in range(2):
        neck = made.space(f"neck-{n}", (11.0 * n + 10, 4.5, 11.0 * n + 11, 5.5))
        made.opening(f"in-{n}", (rooms[n], neck), ((11.0 * n + 10, 4.5), (11.0 * n + 10, 5.5)))
        made.opening(f"out-{n}", (neck, rooms[n + 1]), ((11.0 * n + 11, 4.5), (11.0 * n + 11, 5.5)))
    made.exit("exit", rooms[2], ((32, 2), (32, 8)))
    plan, seeds = made.plan(), setting.seeds(5)
    ratios, peaks, lines = [], [], {}
    for seed in seeds:
        trial = Trial(plan, setting, watch=("in-0", "in-1"))
        who = trial.add(spread((0.4, 0.4, 5.0, 9.6), 150, seed), drawn(RIMEA_ADULTS, 150, seed))
        trial.send(who, trial.run.goal_nearest_exit())
        trial.until(1200.0)
        first, second = (trial.passages_s(name) for name in ("in-0", "in-1"))
        ratios.append(steady_flow(second) / steady_flow(first))
        between = np.searchsorted(first, second) - np.arange(len(second))
        peaks.append(int(between.max()))
        lines = {"first": (first, np.arange(1, 151)), "second": (second, np.arange(1, 151))}
    return Outcome(
        checks=(
            Check("flow of the second over that of the first, mean", float(np.mean(ratios)), 0.9, 1.05),
            Check("most people between the two, of 150", max(peaks), 1, 75),
        ),
        seeds=seeds,
        draw=curves(lines, x="time, s", y="people passed"),
    )


def widths(setting: Setting) -> Outcome:
    """RiMEA 12d: flow by width 0.8, 1.0 and 1.2 m."""
    flows: dict[float, float] = {}
    seeds: tuple[int, ...] = ()
    for width in (0.8, 1.0, 1.2):
        runs, seeds = over_runs(setting, 5, width_m=width, length_m=0.2)
        flows[width] = float(np.mean([steady_flow(times) for times in runs]))
    rises = np.diff(list(flows.values()))
    return Outcome(
        checks=(Check("least rise of the flow by 0.2 m", float(rises.min()), 0.05, unit="people/s"),),
        note="; ".join(f"{w:g} m {j:.2f} people/s" for w, j in flows.items()),
        seeds=seeds,
        draw=curves({"flow": (list(flows), list(flows.values()))}, x="width, m", y="people/s"),
    )


def neck_then_exit(setting: Setting) -> Outcome:
    """RiMEA 12 (v3): room, corridor of 5 by 1 m, room, exit of 1 m; where people stand in the way."""
    made = Drawing("neck-then-exit")
    one, way = made.space("room-1", (0, 0, 10, 10)), made.space("corridor", (10, 4.5, 15, 5.5))
    two = made.space("room-2", (15, 0, 25, 10))
    made.opening("neck", (one, way), ((10, 4.5), (10, 5.5)))
    made.opening("end", (way, two), ((15, 4.5), (15, 5.5)))
    made.exit("exit", two, ((25, 4.5), (25, 5.5)))
    plan, seeds = made.plan(), setting.seeds(5)
    gaps, waits, lines = [], [], {}
    for seed in seeds:
        trial = Trial(plan, setting, watch=("neck", "exit"))
        who = trial.add(spread((0.4, 0.4, 5.0, 9.6), 150, seed), drawn(RIMEA_ADULTS, 150, seed))
        trial.send(who, trial.run.goal_nearest_exit())
        trial.until(1200.0)
        first, last = trial.passages_s("neck"), np.sort(trial.out_s)
        gaps.append(steady_flow(first) - steady_flow(last))
        waits.append(int((np.searchsorted(first, last) - np.arange(150)).max()))
        lines = {"neck": (first, np.arange(1, 151)), "exit": (last, np.arange(1, 151))}
    return Outcome(
        checks=(
            Check(
                "flow of the neck less that of the exit, mean", float(np.mean(gaps)), -0.05, 0.10, "people/s"
            ),
            Check("most people behind the neck at once, of 150", max(waits), 1, 50),
        ),
        seeds=seeds,
        draw=curves(lines, x="time, s", y="people passed"),
    )


def closes_at(setting: Setting) -> Outcome:
    """NIST 4.1: ten people nearer to exit 1, which closes one second after they start."""
    made = Drawing("closing-exit")
    room = made.space("room", (0, 0, 10, 6))
    made.exit("exit 1", room, ((0, 2.5), (0, 3.5)))
    made.exit("exit 2", room, ((10, 2.5), (10, 3.5)))
    trial = Trial(made.plan(), setting, look=True)
    who = trial.add(spread((2.2, 0.8, 4.4, 5.2), 10, 1), drawn(same_speed(1.0), 10, 1))
    trial.send(who, trial.run.goal_nearest_exit())
    trial.until(1.0)
    trial.run.set_open("exit 1", is_open=False)
    trial.until(120.0)
    by_exit = {name: trial.out_exit.count(name) for name in ("exit 1", "exit 2")}
    return Outcome(
        checks=(
            Check("out by exit 1 after it closed", by_exit["exit 1"], 0, 0),
            Check("out by exit 2", by_exit["exit 2"], 10, 10),
        ),
        draw=_count(trial.out_s, "out by exit 2"),
    )


def _count(times: Floats, name: str) -> Draw:
    """How many had arrived by each moment."""
    kept = np.sort(times[np.isfinite(times)])
    return curves({name: (kept, np.arange(1, len(kept) + 1))}, x="time, s", y="people")


def all_out(times: Floats) -> Check:
    """Everybody has left."""
    return holds("everybody out", truth=bool(np.isfinite(times).all()))
