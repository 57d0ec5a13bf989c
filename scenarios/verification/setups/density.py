"""How fast people walk where they are dense: corridors full of people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenarios.verification.case import Check, Draw, Outcome, Setting
from scenarios.verification.drawing import Drawing
from scenarios.verification.pictures import curves
from scenarios.verification.trial import Floats, Trial, drawn, spread
from twin.movement.demographics import Population, SpeedLaw, Walkers, draw_people
from twin.movement.populations import same_speed
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
    """A corridor filled to ``start`` people/m², walked out of at one end; what fields (boxes) see."""
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
                here = (
                    inside
                    & (middle[:, 0] >= x0)
                    & (middle[:, 0] < x1)
                    & (middle[:, 1] >= y0)
                    & (middle[:, 1] < y1)
                )
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


RIMEA_LENGTH_M = 140.0
RIMEA_FIELDS = ((99.0, 4.0, 101.0, 6.0), (99.0, 1.0, 101.0, 3.0), (89.0, 4.0, 91.0, 6.0))
"""The main field in the middle, and its controls beside it and 10 m before it."""


def zone_field(setting: Setting, start: float, people: Population | None = None) -> list[Field]:
    """What a network makes of ``start`` people/m²: the first of those at one end of a zone of 20 by 5 m.

    A network has no fields in a zone. All stand at one end; how long the first takes to the exit at the other
    is the speed that the zone gives at this density. ``people``: by default all walk at 1.34 m/s.
    """
    made = Drawing("full-zone")
    made.exit("exit", made.space("corridor", (0, 0, 20, 5)), ((20, 0), (20, 5)))
    trial = Trial(made.plan(), setting)
    count = round(start * 100)
    who = trial.add(np.tile([[0.0, 2.5]], (count, 1)), drawn(people or same_speed(1.34), count, 1))
    trial.send(who, trial.run.goal_nearest_exit())
    trial.until(2000.0)
    speed = 20.0 / float(trial.out_s.min())
    return [Field(start, start, speed, start * speed)]


def rimea_fields(setting: Setting, densities: tuple[float, ...]) -> list[list[Field]]:
    """RiMEA 4: fields of 2 by 2 m in a corridor 10 m wide.

    The corridor is 140 m long instead of 1000: in 70 s the end of the crowd, at most 1.4 m/s fast, does not
    come to the fields 100 m ahead, nor does the loosening from the exit reach them 40 m back (it spreads
    against the walking with less than 0.5 m/s).
    """
    if setting.engine == "network":
        return [zone_field(setting, start) for start in densities if start <= _WEIDMANN_TO]
    return [
        corridor(setting, start, length_m=RIMEA_LENGTH_M, width_m=10.0, fields=RIMEA_FIELDS)
        for start in densities
    ]


def measured(found: list[list[Field]]) -> tuple[Floats, Floats]:
    """(density, speed) of the main fields."""
    main = [fields[0] for fields in found]
    return np.array([f.density for f in main]), np.array([f.speed for f in main])


def full_corridor(setting: Setting) -> Outcome:
    """RiMEA 4: speed by density; nobody faster than one's free speed, nobody faster where it is denser."""
    found = rimea_fields(setting, (0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0))
    density, speed = measured(found)
    fields = [field for row in found for field in row if np.isfinite(field.speed)]
    return Outcome(
        checks=(
            Check("fastest field", max(field.speed for field in fields), 0.0, _FREE_MOST, "m/s"),
            falls(speed),
            Check("largest flow", max(field.flow for field in fields), 1.2, 2.1, "people/(m s)"),
        ),
        note=_words(setting, density, speed),
        seeds=(1,),
        draw=_against_weidmann(density, speed),
    )


def weidmann_corridor(setting: Setting) -> Outcome:
    """Speed by density against Weidmann."""
    found = rimea_fields(setting, (0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0))
    density, speed = measured(found)
    kept = density <= _WEIDMANN_TO
    off = np.abs(speed - weidmann(density))[kept]
    return Outcome(
        checks=(Check("largest |speed - Weidmann| up to 4 /m²", float(off.max()), 0.0, 0.10, "m/s"),),
        note=_words(setting, density, speed),
        seeds=(1,),
        draw=_against_weidmann(density, speed),
    )


_WEIDMANN_TO = 4.2
_FREE_MOST = 1.4
"""Fastest free speed of those in the corridor."""


def falling_flow(setting: Setting) -> Outcome:
    """IMO 12: a corridor filled to 1 to 4 people/m²; flow at its middle."""
    starts = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0)
    found = [_short_corridor(setting, start) for start in starts]
    flow = np.array([fields[0].flow for fields in found])
    best = float(flow[:4].max())
    return Outcome(
        checks=(
            Check("flow at 4 /m² over the best at 1 to 2.5 /m²", float(flow[-1] / best), 0.0, 0.95),
            Check("best flow", best, 0.5, unit="people/(m s)"),
        ),
        note="; ".join(f"{d:g}/m² {j:.2f}" for d, j in zip(starts, flow, strict=True)),
        seeds=(1,),
        draw=curves({"flow": (starts, flow)}, x="density at the start, 1/m²", y="people/(m s)"),
    )


def _short_corridor(setting: Setting, start: float) -> list[Field]:
    """A corridor of 80 by 4 m, seen across its whole width in the middle."""
    if setting.engine == "network":
        return zone_field(setting, start)
    middle = ((38.0, 0.0, 42.0, 4.0),)
    return corridor(setting, start, length_m=80.0, width_m=4.0, fields=middle, from_s=5, to_s=25)


def falls(speeds: Floats) -> Check:
    """Speed never rises with density (by more than 0.05 m/s, which is noise)."""
    rises = float(np.diff(speeds).max())
    return Check("largest rise of speed from one density to the next", rises, high=0.05, unit="m/s")


def _words(setting: Setting, density: Floats, speed: Floats) -> str:
    """Speeds by density, and where they were measured."""
    where = "one zone of 20 by 5 m: " if setting.engine == "network" else "field in the middle: "
    return where + "; ".join(f"{d:.2f}/m² {v:.2f} m/s" for d, v in zip(density, speed, strict=True))


def _against_weidmann(density: Floats, speed: Floats) -> Draw:
    """The measured points on Weidmann's curve."""
    rho = np.linspace(0.3, 5.2, 60)
    return curves(
        {"measured": (density, speed), "Weidmann": (rho, weidmann(rho))},
        x="density, 1/m²",
        y="speed, m/s",
        points=("measured",),
    )


ISO_LENGTH_M, ISO_WIDTH_M = 60.0, 2.0
ISO_PEOPLE = (60, 120, 240, 360, 480)
"""Half a person to four people a m²."""
_ISO = Population(
    name="1 m/s",
    rows=(Walkers("adult", 1.0, (1.0, 1.0), (0.5, 0.5), (0.5, 0.5)),),
    source="ISO 20414, test 13: free speed 1.0 m/s",
)


def iso_corridor(setting: Setting) -> Outcome:
    """ISO 13: a corridor of 60 by 2 m with 60 to 480 people of 1 m/s; its middle third."""
    if setting.engine == "network":
        found = [zone_field(setting, count / (ISO_LENGTH_M * ISO_WIDTH_M)) for count in ISO_PEOPLE]
        free = 1.34
    else:
        zone = ((20.0, 0.0, 40.0, 2.0),)
        found = [
            corridor(
                setting,
                count / (ISO_LENGTH_M * ISO_WIDTH_M),
                length_m=ISO_LENGTH_M,
                width_m=ISO_WIDTH_M,
                fields=zone,
                from_s=2.0,
                to_s=12.0,
                population=_ISO,
            )
            for count in ISO_PEOPLE
        ]
        free = 1.0
    density, speed = measured(found)
    return Outcome(
        checks=(
            Check("fastest zone speed over the free speed", float(speed.max() / free), 0.3, 1.001),
            falls(speed),
            Check(
                "flow at the densest over the largest",
                float((density * speed)[-1] / (density * speed).max()),
                0.0,
                0.95,
            ),
        ),
        note=_words(setting, density, speed),
        seeds=(1,),
        draw=_against_weidmann(density, speed),
    )
