"""NIST 2.7: people who leave by a lift."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import Any

import numpy as np
import simpy

from scenarios.verification.case import Check, Outcome, Setting
from scenarios.verification.drawing import Drawing
from scenarios.verification.pictures import curves
from scenarios.verification.trial import Floats, Trial, drawn, spread
from twin.movement.network import ArrivalKind, LinkMode
from twin.movement.populations import same_speed
from twin.plan.model import Plan
from twin.world.lifts import DOOR_S, PERSON_S, START_STOP_S, Lifts

PEOPLE, CAPACITY, RISE_M, SPEED_MPS = 24, 8, 12.0, 1.0
_STEP_S, _LATEST_S = 0.5, 1200.0


def lift_plan() -> Plan:
    """Two lobbies, 12 m one above the other: a lift for 8 people at 1 m/s, a stair, and an exit below."""
    made = Drawing("lift")
    upper = made.level("upper", RISE_M)
    low = made.space("low", (0, 0, 12, 8))
    high = made.space("high", (0, 0, 12, 8), level=upper)
    made.lift("lift", ((low, (6.0, 7.5)), (high, (6.0, 7.5))), capacity=CAPACITY, speed_mps=SPEED_MPS)
    made.flight("stair", (low, (0.5, 4.0)), (high, (11.5, 4.0)), width_m=1.5, length_m=25.0)
    made.exit("exit", low, ((5, 0), (7, 0)))
    return made.plan()


def by_hand_s() -> float:
    """Time of full cars, back and forth: ride, doors and a second a person at both ends."""
    ride = RISE_M / SPEED_MPS + START_STOP_S
    trips = math.ceil(PEOPLE / CAPACITY)
    stop = DOOR_S + PERSON_S * CAPACITY
    return trips * 2 * (ride + stop)


def ridden(setting: Setting, *, works: bool) -> tuple[Trial, Floats, Floats]:
    """Everybody upstairs leaves without steps (or, with the lift shut, by the stair); rides of the lift."""
    trial = Trial(lift_plan(), setting, watch=("lift", "stair"))
    env = simpy.Environment()
    who = trial.add(
        spread((1.0, 1.0, 11.0, 5.0), PEOPLE, 1), drawn(same_speed(1.2), PEOPLE, 1), level="upper"
    )
    if not works:
        trial.run.set_link_mode("lift", LinkMode.CLOSED)
    lifts: list[Lifts] = []

    def catch_up() -> None:
        arrivals = trial.advance(env.now)
        if (arrivals.kind == ArrivalKind.LIFT).any():
            lifts[0].take(arrivals)

    lifts.append(Lifts(env, trial.run, trial.plan, catch_up))
    trial.send(who, trial.run.goal_nearest_exit(step_free=works))

    def clock() -> Generator[simpy.Event, Any, None]:
        while trial.run.moving and env.now < _LATEST_S:
            yield env.timeout(_STEP_S)
            catch_up()

    env.run(until=env.process(clock()))
    return trial, trial.passages_s("lift", -1), trial.passages_s("stair", -1)


def lift(setting: Setting) -> Outcome:
    """24 people 12 m up leave by a lift for 8; then the lift is shut and they take the stair."""
    with_lift, rides, _ = ridden(setting, works=True)
    without, no_rides, flights = ridden(setting, works=False)
    _, cars = np.unique(np.round(rides, 1), return_counts=True)
    last, by_hand = float(with_lift.out_s.max()), by_hand_s()
    count = np.arange(1, PEOPLE + 1)
    return Outcome(
        checks=(
            Check("people out by the lift", len(rides), PEOPLE, PEOPLE),
            Check("most people in one car", float(cars.max()), 1, CAPACITY),
            Check("cars", len(cars), math.ceil(PEOPLE / CAPACITY), math.ceil(PEOPLE / CAPACITY) + 1),
            Check("last out over the hand value of full cars", last / by_hand, 0.75, 1.25),
            Check("people out by the stair when the lift is shut", len(flights), PEOPLE, PEOPLE),
            Check("of them by the lift", len(no_rides), 0, 0),
        ),
        note=f"{last:.0f} s by lift (by hand {by_hand:.0f} s), {without.out_s.max():.0f} s by stair",
        draw=curves(
            {"lift": (np.sort(with_lift.out_s), count), "stair": (np.sort(without.out_s), count)},
            x="time, s",
            y="people out",
        ),
    )
