"""What people choose: with whom they stay, whom they follow, which exit they know, which way is quicker."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np

from scenarios.verification.case import Check, Outcome, Setting
from scenarios.verification.drawing import Drawing
from scenarios.verification.pictures import bars, curves
from scenarios.verification.trial import Trial, drawn, spread, together
from twin.movement.populations import RIMEA_ADULTS, same_speed
from twin.plan.model import Plan
from twin.world.drill import DrillSetup, run_drill
from twin.world.exit_choice import Assigned, ExitChoice
from twin.world.pre_movement import NONE


def stays_together(
    setting: Setting, first: tuple[tuple[int, float], ...], second: tuple[tuple[int, float], ...]
) -> Outcome:
    """Two groups leave a hall of 30 by 10 m by an exit of 2 m; how far apart the first group arrives.

    ``first``, ``second``: (people, speed in m/s) of the members of each group.
    """
    made = Drawing("groups")
    made.exit("exit", made.space("hall", (0, 0, 30, 10)), ((30, 4), (30, 6)))
    plan, seeds = made.plan(), setting.seeds(5)
    apart: list[float] = []
    alone: list[float] = []
    for seed in seeds:
        for grouped in (True, False):
            trial = Trial(plan, setting)
            number = 0
            members = []
            for place, group in enumerate((first, second)):
                people = together(
                    *(
                        drawn(same_speed(speed), count, seed, first=100 * place + 10 * n)
                        for n, (count, speed) in enumerate(group)
                    )
                )
                box = (1.0, 6.0 - 5 * place, 4.0, 9.0 - 5 * place)
                size = len(people.row)
                ids = trial.add(spread(box, size, seed), people, group=place if grouped else -1)
                members.append(ids)
                number += size
            trial.send(np.arange(number), trial.run.goal_nearest_exit())
            trial.until(600.0)
            times = trial.out_s[members[0]]
            (apart if grouped else alone).append(float(times.max() - times.min()))
    return Outcome(
        checks=(
            Check("largest spread of arrivals of group 1", float(np.max(apart)), 0.0, 10.0, "s"),
            Check("least spread of the same people as strangers", float(np.min(alone)), 10.0, unit="s"),
        ),
        seeds=seeds,
        draw=bars(
            {"as a group": float(np.max(apart)), "as strangers": float(np.min(alone))}, unit="s", high=10.0
        ),
    )


def two_exits(*, familiar: bool = False) -> Plan:
    """A room of 10 by 10 m with two equal exits of 1 m in opposite walls; one of them known, if asked for."""
    made = Drawing("two-exits")
    room = made.space("room", (0, 0, 10, 10))
    made.exit("exit 1", room, ((0, 4.5), (0, 5.5)))
    made.exit("exit 2", room, ((10, 4.5), (10, 5.5)), emergency_only=familiar)
    return made.plan()


def _shares(setting: Setting, plan: Plan, setup: DrillSetup, seeds: tuple[int, ...]) -> Counter[str]:
    """Who left by which exit, over the seeds."""
    taken: Counter[str] = Counter()
    for seed in seeds:
        run = run_drill(plan, replace(setup, engine=setting.engine, mode=setting.mode), seed=seed)
        taken.update(run.exit_ids[n] if n >= 0 else "" for n in run.out_exit.tolist())
    return taken


_DRILL = DrillSetup(
    people={"room": 2},
    pre_movement=NONE,
    trained_staff=False,
    familiar_share=0.0,
    population=same_speed(1.2),
    groups=False,
    exit_choice=ExitChoice(),
    horizon_s=300.0,
    sample_s=1.0,
)


def social_influence(setting: Setting) -> Outcome:
    """NIST 3.2: two free people between equal exits; then a third who is committed to exit 2 goes first."""
    seeds = setting.seeds(40)
    plan = two_exits()
    free = _shares(setting, plan, _DRILL, seeds)
    led = _shares(
        setting,
        plan,
        replace(
            _DRILL, people={"room": 3}, assigned=(Assigned(space_id="room", exit_id="exit 2", people=1),)
        ),
        seeds,
    )
    before = free["exit 2"] / (2 * len(seeds))
    after = (led["exit 2"] - len(seeds)) / (2 * len(seeds))
    return Outcome(
        checks=(
            Check(
                "people out", free.total() - free[""] + led.total() - led[""], 5 * len(seeds), 5 * len(seeds)
            ),
            Check(
                "share of free people by exit 2, with the committed one less without",
                after - before,
                0.1,
                1.0,
            ),
        ),
        note=f"{before:.2f} without and {after:.2f} with",
        seeds=seeds,
        draw=bars({"alone": before, "with a committed person": after}, unit="share by exit 2"),
    )


def affiliation(setting: Setting) -> Outcome:
    """NIST 3.3: ten people between equal exits; then exit 1 is the one they came in by."""
    seeds = setting.seeds(20)
    ten = replace(_DRILL, people={"room": 10}, exit_choice=ExitChoice(herding=0.0))
    free = _shares(setting, two_exits(), ten, seeds)
    known = _shares(setting, two_exits(familiar=True), replace(ten, familiar_share=1.0), seeds)
    count = 10 * len(seeds)
    return Outcome(
        checks=(
            Check("share by exit 1, both unknown", free["exit 1"] / count, 0.4, 0.6),
            Check("share by exit 1, known", known["exit 1"] / count, 0.8, 1.0),
            Check("people inside at the end", free[""] + known[""], 0, 0),
        ),
        seeds=seeds,
        draw=bars(
            {"both unknown": free["exit 1"] / count, "exit 1 known": known["exit 1"] / count}, unit="share"
        ),
    )


def _two_ways(level_m: float) -> Plan:
    """A start and a goal joined by a long way on the ground and by two stairs with a corridor above.

    The ground way is ``level_m`` long; the way above has two flights of 5 m (horizontal) and 20 m between.
    """
    made = Drawing(f"two-ways-{level_m:g}")
    upper = made.level("upper", 5.0 * 0.17 / 0.29)
    slope = 5.0 * float(np.hypot(0.17, 0.29)) / 0.29
    begin, end = made.space("start", (0, 0, 5, 5)), made.space("goal", (45, 0, 50, 5))
    depth = (level_m - 41.0) / 2
    down = made.space("down", (5, -depth, 7, 2.5))
    along = made.space("along", (7, -depth, 43, 2 - depth))
    back = made.space("back", (43, -depth, 45, 2.5))
    made.front("g1", (begin, down), ((5, 0.5), (5, 2.5)))
    made.front("g2", (down, along), ((7, -depth), (7, 2 - depth)))
    made.front("g3", (along, back), ((43, -depth), (43, 2 - depth)))
    made.front("g4", (back, end), ((45, 0.5), (45, 2.5)))
    above = made.space("above", (10, 3, 40, 5), level=upper)
    made.flight(
        "stair a",
        (begin, (5.0, 4.0)),
        (above, (10.0, 4.0)),
        width_m=2.0,
        length_m=slope,
        riser_m=0.17,
        tread_m=0.29,
    )
    made.flight(
        "stair b",
        (end, (45.0, 4.0)),
        (above, (40.0, 4.0)),
        width_m=2.0,
        length_m=slope,
        riser_m=0.17,
        tread_m=0.29,
    )
    made.exit("exit", end, ((50, 1.5), (50, 3.5)))
    return made.plan()


def over_the_stairs(setting: Setting) -> Outcome:
    """RiMEA 14: the ground way grows from 41 to 120 m; from where on do people take the stairs?"""
    lengths = (41.0, 60.0, 80.0, 100.0, 120.0)
    by_stairs, free = [], []
    for length in lengths:
        trial = Trial(_two_ways(length), setting, watch=("stair a",))
        who = trial.add(spread((1, 1, 4, 4), 5, 1), drawn(RIMEA_ADULTS, 5, 1))
        trial.send(who, trial.run.goal_exit("exit"))
        trial.until(300.0)
        by_stairs.append(len(trial.passages_s("stair a")) / 5)
        free.append(float(np.nanmax(trial.out_s)))
    return Outcome(
        checks=(
            Check("share over the stairs, ground way 41 m", by_stairs[0], 0, 0),
            Check("share over the stairs, ground way 120 m", by_stairs[-1], 1, 1),
            Check("least rise of the share", float(np.diff(by_stairs).min()), 0.0),
        ),
        note="; ".join(
            f"{m:g} m: {'short, stairs' if s == 1 else 'long, ground' if s == 0 else 'mixed'}"
            for m, s in zip(lengths, by_stairs, strict=True)
        ),
        draw=curves({"over the stairs": (lengths, by_stairs)}, x="ground way, m", y="share"),
    )
