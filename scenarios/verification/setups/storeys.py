"""RiMEA 8: three storeys of small rooms, and how the time to clear them depends on how fast people are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from scenarios.verification.case import Check, Outcome, Setting
from scenarios.verification.drawing import GROUND, Drawing
from scenarios.verification.pictures import bars
from scenarios.verification.trial import Trial, drawn, spread
from twin.movement.demographics import Population, SpeedLaw, Walkers
from twin.plan.model import Plan

STOREY_M = 3.0
PER_ROOM = 4
_ROWS = ((11.0, 14.0, 11.0), (7.0, 10.0, 10.0), (4.0, 7.0, 4.0), (0.0, 3.0, 3.0))
"""Lower and upper edge of the rows of rooms, and the edge with their doors; from the top of the plan down."""


def building() -> tuple[Plan, dict[str, list[tuple[float, float, float, float]]]]:
    """The plan of the guideline's figure (read by eye), and the rooms of each level.

    22 by 14 m; rows of 2 by 3 m rooms along two corridors of 1 m, which a column at the right joins; a stair
    between the middle rows; on the ground floor a lobby at the top right with a double door to outside. The
    stair is drawn as one link of 1 m clear width between storeys, landings included.
    """
    made = Drawing("three-storeys")
    levels = [GROUND, made.level("first", STOREY_M), made.level("second", 2 * STOREY_M)]
    rooms: dict[str, list[tuple[float, float, float, float]]] = {}
    for level in levels:
        top, low = (
            made.space(f"{level} top", (0, 10, 20, 11), level=level),
            made.space(f"{level} low", (0, 3, 20, 4), level=level),
        )
        side = made.space(f"{level} side", (20, 3, 22, 11), level=level)
        made.front(f"{level} top-side", (top, side), ((20, 10), (20, 11)))
        made.front(f"{level} low-side", (low, side), ((20, 3), (20, 4)))
        rooms[level] = []
        for row, (y0, y1, door) in enumerate(_ROWS):
            count = 11 if row in {0, 3} else 8
            count = 9 if row == 0 and level == GROUND else count
            for n in range(count):
                box = (2.0 * n, y0, 2.0 * n + 2.0, y1)
                room = made.space(f"{level} room {row}-{n}", box, level=level)
                x = 2.0 * n + 0.5
                way = side if n == 10 else (top if row < 2 else low)  # noqa: PLR2004 - the last of eleven, the two upper rows
                made.opening(f"{level} door {row}-{n}", (room, way), ((x, door), (x + 1, door)))
                rooms[level].append(box)
    lobby = made.space("lobby", (18, 11, 22, 14))
    made.opening("lobby-top", (f"{GROUND} top", lobby), ((18.5, 11), (19.5, 11)))
    made.opening("lobby-side", (f"{GROUND} side", lobby), ((20, 11), (22, 11)))
    made.exit("outside", lobby, ((19, 14), (21, 14)))
    for lower, upper in pairwise(levels):
        ends = ((f"{lower} side", (20.0, 8.0)), (f"{upper} side", (20.0, 6.0)))
        made.flight(f"stair {lower}", *ends, width_m=1.0, length_m=8.0, riser_m=0.17, tread_m=0.29)
    return made.plan(), rooms


def _speeds(low: float, high: float) -> Population:
    """Speeds uniform between two, on stairs too."""
    name = f"{low:g}-{high:g} m/s"
    pair = (low, high)
    return Population(
        name=name, rows=(Walkers(name, 1.0, pair, pair, pair, law=SpeedLaw.UNIFORM),), source="RiMEA 8"
    )


def parameter_study(setting: Setting) -> Outcome:
    """Total time for fixed speeds of 0.5, 0.75 and 1.0 m/s, then spread around 0.75: means over seeds.

    One run says little: the time of the last of a crowd on a stair differs by some ten seconds from one
    drawing of the places to the next.
    """
    plan, rooms = building()
    seeds = setting.seeds(5)
    times: dict[str, float] = {}
    out = []
    for low, high in ((0.5, 0.5), (0.75, 0.75), (1.0, 1.0), (0.5, 1.0), (0.25, 1.25)):
        last = []
        for seed in seeds:
            trial = _emptied(plan, rooms, setting, _speeds(low, high), seed)
            out.append(trial.finished())
            people = len(trial.out_s)
            last.append(float(trial.out_s.max()))
        times[f"{low:g}" if low == high else f"{low:g}-{high:g}"] = float(np.mean(last))
    fixed = [times[name] for name in ("0.5", "0.75", "1")]
    return Outcome(
        checks=(
            Check("people out, least of the runs", min(out), people, people),
            Check("people in the building", people, 448, 448),
            Check(
                "least fall of the time from one fixed speed to the next",
                float(-np.diff(fixed).max()),
                0.0,
                unit="s",
            ),
        ),
        note="; ".join(f"{name} m/s {time:.0f} s" for name, time in times.items()),
        seeds=seeds,
        draw=bars(times, unit="last out, s"),
    )


def _emptied(
    plan: Plan,
    rooms: Mapping[str, Sequence[tuple[float, float, float, float]]],
    setting: Setting,
    population: Population,
    seed: int,
) -> Trial:
    """The building after everybody has left it."""
    trial = Trial(plan, setting)
    first = 0
    for level, boxes in rooms.items():
        places = np.concatenate([spread(_inset(box), PER_ROOM, seed) for box in boxes])
        trial.add(places, drawn(population, len(places), seed, first=first), level=level)
        first += len(places)
    trial.send(np.arange(first), trial.run.goal_nearest_exit())
    trial.until(2400.0)
    return trial


def _inset(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """A box 0.3 m inside of another."""
    x0, y0, x1, y1 = box
    return x0 + 0.3, y0 + 0.3, x1 - 0.3, y1 - 0.3
