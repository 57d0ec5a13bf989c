"""Hand cases of the hydraulic model on real plans."""

from __future__ import annotations

import numpy as np

from scenarios.verification.case import Check, Outcome, Setting
from scenarios.verification.drawing import GROUND, Drawing
from scenarios.verification.pictures import bars, curves
from scenarios.verification.setups.density import zone_field
from scenarios.verification.setups.rooms import steady_flow
from scenarios.verification.setups.walking import room_plan
from scenarios.verification.trial import Floats, Trial, drawn, spread
from twin.movement.populations import same_speed
from twin.plan.model import Plan

A_M2, K_MPS, FREE = 0.266, 1.40, 0.54
FT, IN = 0.3048, 0.0254
FLOW = 1.32
"""Largest specific flow on the level, people/(m s)."""
QUICK = same_speed(1.5)
"""People whom only the relations slow."""


def by_hand(density: float, k: float = K_MPS) -> float:
    """S = k (1 - a D), m/s; below 0.54 /m² that at 0.54."""
    return k * (1 - A_M2 * max(density, FREE))


def k_stair(riser_m: float, tread_m: float) -> float:
    """0.863 sqrt(T / R), m/s."""
    return 0.863 * float(np.sqrt(tread_m / riser_m))


def speed_by_density(setting: Setting) -> Outcome:
    """How fast the first of many people get on, by density."""
    densities = (0.54, 1.0, 1.5, 2.0, 2.5, 3.0, 3.3)
    found = np.array([zone_field(setting, density)[0].speed for density in densities])
    ideal = np.array([by_hand(density) for density in densities])
    return Outcome(
        checks=(Check("largest deviation", 100 * float(np.abs(found / ideal - 1).max()), 0.0, 1.0, "%"),),
        draw=curves(
            {"measured": (densities, found), "S(D)": (densities, ideal)}, x="density, 1/m²", y="speed, m/s"
        ),
    )


def flight_plan(length_m: float, width_m: float) -> Plan:
    """A hall at the head of a stair of 18 by 28 cm, and a foot that does not limit."""
    made = Drawing(f"hand-stair-{length_m:g}-{width_m:g}")
    upper = made.level("upper", length_m * 0.18 / float(np.hypot(0.18, 0.28)))
    foot = made.space("foot", (-20, 0, 0, 60))
    hall = made.space("hall", (0, 0, 40, 60), level=upper)
    made.flight(
        "stair",
        (foot, (0.0, 30.0)),
        (hall, (0.5, 30.0)),
        width_m=width_m,
        length_m=length_m,
        riser_m=0.18,
        tread_m=0.28,
    )
    made.exit("exit", foot, ((0, 0.5), (0, 59.5)))
    return made.plan()


def flight_s(setting: Setting, length_m: float, width_m: float, people: int) -> float:
    """When the last of those who stand at the head is off the stair."""
    trial = Trial(flight_plan(length_m, width_m), setting, watch=("stair",))
    who = trial.add(np.tile([[0.5, 30.0]], (people, 1)), drawn(QUICK, people, 1), level="upper")
    trial.send(who, trial.run.goal_exit("exit"))
    trial.until(4000.0)
    return float(trial.passages_s("stair", -1)[-1])


def stair_speed(setting: Setting) -> Outcome:
    """One person on a stair of 18 by 28 cm."""
    time = flight_s(setting, 10.0, 1.0, 1)
    return Outcome(
        checks=(Check("time on 10 m", time, 10.84 * 0.99, 10.84 * 1.01, "s"),),
        draw=bars({"measured": time, "published": 10.84}, unit="s"),
    )


TABLE = {
    (10, 1, 1): 10.84,
    (10, 1, 10): 23.55,
    (10, 1, 100): 150.6,
    (10, 1, 1000): 1421.0,
    (200, 1, 1): 216.9,
    (200, 1, 10): 229.6,
    (200, 1, 100): 356.65,
    (200, 1, 1000): 1627.0,
    (200, 5, 1): 216.9,
    (200, 5, 10): 218.8,
    (200, 5, 100): 237.7,
    (200, 5, 1000): 426.9,
}
"""Published times in s, by length (m), width (m) and people."""


def stair_table(setting: Setting) -> Outcome:
    """Twelve stairs of 18 by 28 cm."""
    found = {key: flight_s(setting, float(key[0]), float(key[1]), key[2]) for key in TABLE}
    ratio = np.array([found[key] / TABLE[key] for key in TABLE])
    return Outcome(
        checks=(
            Check(
                "largest deviation of the twelve times", 100 * float(np.abs(ratio - 1).max()), 0.0, 1.0, "%"
            ),
        ),
        note="; ".join(f"{a} m x {b} m, {n}: {found[a, b, n]:.1f} s" for a, b, n in TABLE),
        draw=curves(
            {"measured over published": (np.arange(len(ratio)), ratio)},
            x="case",
            y="ratio",
            low=0.99,
            high=1.01,
            points=("measured over published",),
        ),
    )


def door(setting: Setting) -> Outcome:
    """A hundred people leave by a 1 m door of 0.7 m effective width."""
    trial = Trial(room_plan(), setting)
    places = (
        np.tile([[8.0, 2.5]], (100, 1))
        if setting.engine == "network"
        else spread((0.4, 0.4, 7.6, 4.6), 100, 1)
    )
    who = trial.add(places, drawn(QUICK, 100, 1))
    trial.send(who, trial.run.goal_nearest_exit())
    trial.until(900.0)
    last, capacity = float(trial.out_s.max()), 1.33 * 0.7
    walk = 0.0 if setting.engine == "network" else 8.0 / 1.2
    return Outcome(
        checks=(Check("last out", last, 0.99 * 99 / capacity, 1.01 * 100 / capacity + walk, "s"),),
        seeds=(1,),
        draw=curves(
            {
                "people out": (np.sort(trial.out_s), np.arange(1, 101)),
                "hand": ([0, 100 / capacity], [0, 100]),
            },
            x="time, s",
            y="people",
        ),
    )


def room_walk(setting: Setting) -> Outcome:
    """Two hundred people at 2 /m² walk 20 m to a way out that does not limit."""
    made = Drawing("room-walk")
    # The way out is as wide as a wall can be drawn beside it; 200 people pass it in a blink.
    hall = made.space("hall", (0, 0, 20, 5))
    made.exit("exit", hall, ((20, 0), (20, 5)))
    trial = Trial(made.plan(), setting)
    trial.run.set_capacity("exit", 1000.0)
    who = trial.add(np.tile([[0.0, 2.5]], (200, 1)), drawn(QUICK, 200, 1))
    trial.send(who, trial.run.goal_nearest_exit())
    trial.until(300.0)
    last = float(trial.out_s.max())
    return Outcome(
        checks=(Check("last out", last, 30.5 * 0.99, 30.5 * 1.01, "s"),),
        draw=bars({"measured": last, "published": 30.5}, unit="s"),
    )


def stair_flow(setting: Setting) -> Outcome:
    """Flow of a hundred people down a stair of 10 by 1 m, 18 by 28 cm."""
    trial = Trial(flight_plan(10.0, 1.0), setting, watch=("stair",))
    places = spread((0.6, 25.0, 10.0, 35.0), 100, 1)
    who = trial.add(places, drawn(same_speed(1.2), 100, 1), level="upper")
    trial.send(who, trial.run.goal_exit("exit"))
    trial.until(1200.0)
    times = trial.passages_s("stair", -1)
    limit = k_stair(0.18, 0.28) / (4 * A_M2) * 0.7
    return Outcome(
        checks=(
            Check("flow", steady_flow(times), 0.93 * limit, 1.005 * limit, "people/s"),
            Check("people down", len(times), 100, 100),
        ),
        note=f"limit {limit:.3f} people/s",
        seeds=(1,),
        draw=curves({"people down": (times, np.arange(1, len(times) + 1))}, x="time, s", y="people"),
    )


def merging(setting: Setting) -> Outcome:
    """Doors of 1.3 and 3.3 m (effective 1 : 3) feed a short corridor that is full."""
    made = Drawing("merging")
    one, other = made.space("narrow side", (0, 0, 10, 30)), made.space("wide side", (16, 0, 26, 30))
    way = made.space("corridor", (10, 0, 16, 4))
    made.opening("narrow", (one, way), ((10, 0.5), (10, 1.8)))
    made.opening("wide", (other, way), ((16, 0.3), (16, 3.6)))
    made.exit("exit", way, ((12.5, 0), (13.5, 0)))
    trial = Trial(made.plan(), setting, watch=("narrow", "wide"))
    people = 400
    first = trial.add(spread((0.4, 0.4, 9.6, 29.6), people, 1), drawn(QUICK, people, 1))
    second = trial.add(spread((16.4, 0.4, 25.6, 29.6), people, 2), drawn(QUICK, people, 2))
    trial.send(np.concatenate([first, second]), trial.run.goal_nearest_exit())
    trial.until(360.0)
    narrow, wide = (int((trial.passages_s(name) > _FULL_S).sum()) for name in ("narrow", "wide"))
    return Outcome(
        checks=(Check("flow of the wide door over that of the narrow one", wide / narrow, 2.85, 3.15),),
        draw=bars({"narrow": float(narrow), "wide": float(wide)}, unit="people from 60 s on"),
    )


_FULL_S = 60.0


def guide_example(setting: Setting) -> Outcome:
    """300 people, two stairs of 44 in behind doors of 32 in; people stand at the doors."""
    made = Drawing("guide-1")
    riser, tread, length = 7 * IN, 11 * IN, 50 * FT
    upper = made.level("upper", length * riser / float(np.hypot(riser, tread)))
    width, hall_m = 32 * IN, 200 * FT
    for side in range(2):
        y = 200.0 * side
        hall = made.space(f"hall {side}", (0, y, hall_m, y + 15 * FT), level=upper)
        lobby = made.space(f"lobby {side}", (hall_m, y, hall_m + 60, y + 60), level=upper)
        foot = made.space(f"foot {side}", (hall_m + 1, y, hall_m + 60, y + 60))
        made.opening(f"door {side}", (hall, lobby), ((hall_m, y + 1), (hall_m, y + 1 + width)))
        at = (hall_m + 0.05, y + 1 + width / 2)
        made.flight(
            f"stair {side}",
            (foot, (hall_m + 1.05, at[1])),
            (lobby, at),
            width_m=44 * IN,
            length_m=length,
            riser_m=riser,
            tread_m=tread,
        )
        made.exit(f"exit {side}", foot, ((hall_m + 1, y), (hall_m + 1, y + 59)))
    trial = Trial(made.plan(), setting, watch=("stair 0", "stair 1"))
    speed = 275 * FT / 60
    for side in range(2):
        at_door = np.tile([[hall_m, 200.0 * side + 1 + width / 2]], (150, 1))
        who = trial.add(at_door, drawn(same_speed(speed), 150, 1), level="upper")
        trial.send(who, trial.run.goal_exit(f"exit {side}"))
    trial.until(2000.0)
    last = max(float(trial.passages_s(f"stair {side}", -1)[-1]) for side in range(2))
    hand = 149 / (FLOW * (width - 0.3)) + length / by_hand(0.0, k_stair(riser, tread))
    return Outcome(
        checks=(
            Check("last off the stairs over the hand value", last / hand, 0.99, 1.01),
            Check("last off the stairs", last, 246 * 0.95, 246 * 1.05, "s"),
        ),
        note=f"by hand {hand:.1f} s",
        draw=bars({"measured": last, "by hand": hand, "published": 246.0}, unit="s"),
    )


def nine_storeys(setting: Setting) -> Outcome:
    """The handbook's office of nine storeys: 300 people on each of eight upper floors, half of them a stair.

    As stated there: stairs of 44 in, doors of 36 in into and out of them (24 in of effective width, 48 people
    a minute), 38 ft from floor to floor with the landings, all people at the doors. One stair with its 150
    people a floor is drawn, and the door at its foot decides. Twice: with the doors' flow of this engine,
    beside its own sum; and with the handbook's 48 people a minute, beside the published 1524 s.
    """
    own, published = _nine(setting, 1.0), _nine(setting, _HANDBOOK_DOOR / _DOOR_36)
    k = k_stair(7 * IN, 11 * IN)
    hand = 38 * FT / by_hand(0.0, k) + 1199 / _DOOR_36
    return Outcome(
        checks=(
            Check("last out over the first-order sum", float(own[-1]) / hand, 0.99, 1.01),
            Check("last out with the handbook's doors", float(published[-1]), 1524 * 0.99, 1524 * 1.01, "s"),
            Check("people out", len(own) + len(published), 2400, 2400),
        ),
        note=f"doors of {_DOOR_36:.3f} people/s: {own[-1]:.0f} s, by hand {hand:.0f} s; of 0.8 people/s: "
        f"{published[-1]:.0f} s",
        draw=curves(
            {
                "own doors": (own, np.arange(1, len(own) + 1)),
                "the handbook's doors": (published, np.arange(1, len(published) + 1)),
            },
            x="time, s",
            y="people",
        ),
    )


_DOOR_36 = FLOW * (36 * IN - 0.3)
"""Flow of a door of 36 in, people/s: 0.81."""
_HANDBOOK_DOOR = 48 / 60
"""The same with the handbook's rounding, 24 in of effective width at 24 people/(min ft)."""


def _nine(setting: Setting, factor: float) -> Floats:
    """When people are out at the foot of the stair; all doors pass ``factor`` times their flow."""
    riser, tread, width = 7 * IN, 11 * IN, 36 * IN
    made = Drawing("nine-storeys")
    levels = [GROUND, *(made.level(f"floor {n}", n * 12 * FT) for n in range(1, 9))]
    # Landings as wide as a door, so that nobody walks far there.
    shafts = [made.space(f"landing {n}", (0, 0, 1.5, 2.4), level=level) for n, level in enumerate(levels)]
    made.exit("discharge", shafts[0], ((0, 0.5), (0, 0.5 + width)))
    for n in range(1, 9):
        floor = made.space(f"room {n}", (1.5, -12, 1.5 + 150 * FT, 12), level=levels[n])
        made.opening(f"door {n}", (floor, shafts[n]), ((1.5, 0.5), (1.5, 0.5 + width)))
        made.flight(
            f"flight {n}",
            (shafts[n - 1], (0.1, 0.5 + width / 2)),
            (shafts[n], (1.4, 0.5 + width / 2)),
            width_m=44 * IN,
            length_m=38 * FT,
            riser_m=riser,
            tread_m=tread,
        )
    trial = Trial(made.plan(), setting)
    for name in ("discharge", *(f"door {n}" for n in range(1, 9))):
        trial.run.set_capacity(name, factor)
    for n in range(1, 9):
        at_door = np.tile([[1.5, 0.5 + width / 2]], (150, 1))
        who = trial.add(at_door, drawn(QUICK, 150, n), level=levels[n])
        trial.send(who, trial.run.goal_exit("discharge"))
    trial.until(6000.0)
    return np.sort(trial.out_s[np.isfinite(trial.out_s)])


def counterflow(setting: Setting) -> Outcome:
    """A hundred people each way through a 1 m door between two rooms."""
    made = Drawing("door-both-ways")
    one, two = made.space("one", (0, 0, 10, 10)), made.space("two", (10, 0, 20, 10))
    made.opening("door", (one, two), ((10, 4.5), (10, 5.5)))
    made.exit("west", one, ((0, 0.5), (0, 9.5)))
    made.exit("east", two, ((20, 0.5), (20, 9.5)))
    trial = Trial(made.plan(), setting, watch=("door",))
    first = trial.add(spread((0.4, 0.4, 9.6, 9.6), 100, 1), drawn(same_speed(1.2), 100, 1))
    second = trial.add(spread((10.4, 0.4, 19.6, 9.6), 100, 2), drawn(same_speed(1.2), 100, 2))
    trial.send(first, trial.run.goal_exit("east"))
    trial.send(second, trial.run.goal_exit("west"))
    trial.until(1800.0)
    rows = trial.run.passages
    # The first time of each: in a crush somebody may be pushed back over the line.
    times = np.sort(rows["t"][np.unique(rows["agent"], return_index=True)[1]])
    return Outcome(
        checks=(
            Check("people who passed", len(times), 200, 200),
            Check(
                "flow of both directions together", 199 / float(times[-1] - times[0]), 0.0, 1.33, "people/s"
            ),
        ),
        seeds=(1, 2),
        draw=curves({"people passed": (times, np.arange(1, len(times) + 1))}, x="time, s", y="people"),
    )
