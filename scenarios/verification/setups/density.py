"""How fast people walk where they are dense: corridors full of people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenarios.verification.case import Check, Outcome, Setting
from scenarios.verification.drawing import Drawing
from scenarios.verification.pictures import curves
from scenarios.verification.trial import Floats, Trial, spread
from twin.movement.demographics import Population, SpeedLaw, Walkers, draw_people
from twin.world.streams import Streams

EQUAL = Population(
    name="1.2-1.4 m/s",
    rows=(Walkers("adult", 1.0, (1.2, 1.4), (0.6, 0.7), (0.5, 0.6), law=SpeedLaw.UNIFORM),),
    source="RiMEA 4: nearly equal free speeds",
)


def weidmann(density: Floats | float) -> Floats:
    """Weidmann's speed at a density (1/m²): 1.34 (1 - exp(-1.913 (1 / D - 1 / 5.4)))."""
    crowd = np.maximum(np.asarray(density, float), 1e-6)
    return np.asarray(np.maximum(1.34 * (1 - np.exp(-1.913 * (1 / crowd - 1 / 5.4))), 0.0))


@dataclass(frozen=True, slots=True)
class Field:
    """What was measured in one field of a corridor."""

    start: float
    """Density that the corridor was filled to, 1/m²."""
    density: float
    """Mean density in the field, 1/m²."""
    speed: float
    """Mean speed along the corridor of those in it, m/s."""
    flow: float
    """Density times speed, 1/(m s)."""


def corridor(
    setting: Setting,
    start: float,
    *,
    length_m: float,
    width_m: float,
    fields: tuple[tuple[float, float, float, float], ...],
    from_s: float = 10.0,
    to_s: float = 70.0,
    population: Population = EQUAL,
    seed: int = 1,
) -> list[Field]:
    """A corridor filled to ``start`` people/m², from which people walk out at one end; what fields (boxes) see."""
    made = Drawing("full-corridor")
    way = made.space("corridor", (0, 0, length_m, width_m))
    made.exit("exit", way, ((length_m, 0), (length_m, width_m)))
    trial = Trial(made.plan(), setting)
    count = round(start * length_m * width_m)
    persons = draw_people(Streams(seed), np.arange(count), population)
    who = trial.add(spread((0.2, 0.25, length_m - 0.2, width_m - 0.25), count, seed), persons)
    trial.send(who, trial.run.goal_nearest_exit())
    seen: list[list[tuple[float, float]]] = [[] for _ in fields]
    before = np.zeros((0, 2))
    for look in range(round(to_s / _LOOK_S) + 1):
        trial.run.advance(look * _LOOK_S)
        xy, inside = np.array(trial.run.xy), ~np.array(trial.run.outside)
        if look * _LOOK_S > from_s:
            middle, along = (xy + before) / 2, (xy[:, 0] - before[:, 0]) / _LOOK_S
            for (x0, y0, x1, y1), kept in zip(fields, seen, strict=True):
                here = inside & (middle[:, 0] >= x0) & (middle[:, 0] < x1) & (middle[:, 1] >= y0) & (middle[:, 1] < y1)
                if here.any():
                    kept.append((float(here.sum()) / ((x1 - x0) * (y1 - y0)), float(along[here].mean())))
        before = xy
    return [_field(start, np.array(kept)) for kept in seen]


_LOOK_S = 0.5


def _field(start: float, kept: Floats) -> Field:
    """Means over the looks at which somebody was there; speed weighed by people."""
    if not len(kept):
        return Field(start, 0.0, np.nan, 0.0)
    density = float(kept[:, 0].mean())
    speed = float((kept[:, 0] * kept[:, 1]).sum() / kept[:, 0].sum())
    return Field(start, density, speed, density * speed)


RIMEA_LENGTH_M = 200.0
RIMEA_FIELDS = ((99.0, 4.0, 101.0, 6.0), (99.0, 1.0, 101.0, 3.0), (89.0, 4.0, 91.0, 6.0))
"""The main field in the middle, and its controls beside it and 10 m before it."""


def rimea_fields(setting: Setting, densities: tuple[float, ...]) -> list[list[Field]]:
    """RiMEA 4: fields of 2 by 2 m in a corridor 10 m wide.

    The corridor is 200 m long instead of 1000: in 70 s nothing reaches the middle from ends 100 m away, as
    nobody walks faster than 1.4 m/s.
    """
    return [
        corridor(setting, start, length_m=RIMEA_LENGTH_M, width_m=10.0, fields=RIMEA_FIELDS)
        for start in densities
    ]


def falls(speeds: Floats) -> Check:
    """Speed never rises with density (by more than 0.05 m/s, which is noise)."""
    rises = float(np.diff(speeds).max())
    return Check("largest rise of speed from one density to the next", rises, high=0.05, unit="m/s")


def drawn_fields(found: list[list[Field]], name: str) -> Outcome:
    """Kept apart so that suites set their own criterion: the picture and the note alone."""
    main = [fields[0] for fields in found]
    rho = np.linspace(0.3, 5.2, 60)
    return Outcome(
        checks=(),
        note="; ".join(f"{f.density:.2f}/m² {f.speed:.2f} m/s" for f in main),
        seeds=(1,),
        draw=curves(
            {name: ([f.density for f in main], [f.speed for f in main]), "Weidmann": (rho, weidmann(rho))},
            x="density, 1/m²",
            y="speed, m/s",
        ),
    )
