"""Experiments on flow repeated: bottlenecks, one door, stairs."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from scenarios.verification import experiments_bottlenecks as necks
from scenarios.verification import experiments_reference as ref
from scenarios.verification.case import Check, Outcome, Setting, holds
from scenarios.verification.drawing import Drawing
from scenarios.verification.pictures import curves
from scenarios.verification.setups.rooms import steady_flow
from scenarios.verification.trial import Trial, drawn, spread
from twin.movement.demographics import Population, SpeedLaw, Walkers

_WIDEST_GAP_PS = 0.25
_ASSERTED_FROM_M = 0.8
"""Narrower ones are reported: nobody builds them for a crowd."""
_FLOW_SHARE = 0.15
_DOOR_BEHIND = 8
_RISER_M, _TREAD_M = 0.17, 0.29
_SLOPE = float(np.hypot(_RISER_M, _TREAD_M)) / _TREAD_M
"""Length along the slope over its horizontal projection."""
_RUN_M = 6.0
"""Horizontal length of the flights."""
_WIDTHS = (1.2, 2.0)
_LARGEST = {"down": 0.97, "up": 0.85}
"""Weidmann's largest flows on stairs, people/(m s)."""
_WEIDMANN = Population(
    name="Weidmann's means on stairs",
    rows=(
        Walkers("adult", 1.0, (1.34, 0.26), (0.694 * _SLOPE, 0.0), (0.61 * _SLOPE, 0.0), law=SpeedLaw.NORMAL),
    ),
    source="Weidmann 1993: 1.34 ± 0.26 m/s on the level, 0.694 m/s down and 0.61 m/s up on the plan",
)


def bottleneck_series(setting: Setting, *, series: ref.Series) -> Outcome:
    """Flow through bottlenecks of the widths of one series of experiments."""
    seeds = setting.seeds(4)
    measured = ref.bottleneck_flow(series)
    simulated = {width: necks.flows_at(width, setting, seeds) for width in measured}
    mean = {width: float(np.mean(each)) for width, each in simulated.items()}
    wide = {width: flow for width, flow in mean.items() if width >= _ASSERTED_FROM_M}
    narrow = {width: flow for width, flow in mean.items() if width < _ASSERTED_FROM_M}
    checks = [
        Check(
            "mean difference of flows from 0.8 m on",
            ref.mean_flow_gap(wide, series),
            high=_WIDEST_GAP_PS,
            unit="/s",
        ),
        holds(
            "everybody came through",
            truth=all(bool(np.all(simulated[width] > 0)) for width in wide),
        ),
        Check("least gain of flow from one width to the next", _least_gain(wide), low=-0.05, unit="/s"),
    ]
    note = ", ".join(f"{width:g} m {mean[width]:.2f} ({measured[width]:.2f})" for width in measured)
    if narrow:
        note += f"; mean difference below 0.8 m {ref.mean_flow_gap(narrow, series):.2f} /s, reported only"
    widths = list(measured)
    return Outcome(
        checks=tuple(checks),
        note=note,
        seeds=seeds,
        draw=curves(
            {
                "simulated": (widths, [mean[width] for width in widths]),
                series: tuple(zip(*ref.BOTTLENECKS[series], strict=True)),  # type: ignore[dict-item]  # two tuples
            },
            x="clear width, m",
            y="people/s",
            points=(series,),
        ),
    )


def _least_gain(flow_by_width: dict[float, float]) -> float:
    """The smallest step of flow from a width to the next one."""
    flows = [flow_by_width[width] for width in sorted(flow_by_width)]
    return min((after - before for before, after in pairwise(flows)), default=0.0)


def one_door(setting: Setting) -> Outcome:
    """040_c_56_h-: 75 people before a door of half a metre."""
    seeds = setting.seeds(4)
    doors = [necks.door_repeated(setting, seed) for seed in seeds]
    flow = float(np.mean([one.flow_ps for one in doors]))
    share = _FLOW_SHARE * necks.DOOR_FLOW_PS
    counts, times = zip(*necks.DOOR_COUNTED, strict=True)
    clock = np.arange(0.0, 80.0, 0.5)
    return Outcome(
        checks=(
            Check("flow", flow, necks.DOOR_FLOW_PS - share, necks.DOOR_FLOW_PS + share, "/s"),
            Check(
                "most people by which N(t) differs",
                float(np.mean([one.behind() for one in doors])),
                high=_DOOR_BEHIND,
            ),
            holds("everybody came through", truth=all(len(one.passed) == counts[-1] for one in doors)),
        ),
        note=_density_in_words(doors),
        seeds=seeds,
        draw=curves(
            {
                "simulated": (clock, np.mean([one.passed.count(clock) for one in doors], axis=0)),
                "counted": (times, counts),
            },
            x="s",
            y="people through",
            points=("counted",),
        ),
    )


def _density_in_words(doors: list[necks.Door]) -> str:
    """What was seen before the door, where people have places."""
    density = float(np.mean([one.density for one in doors]))
    if not np.isfinite(density):
        return "a network knows no places before a door"
    return (
        f"density 1 to 2 m before the door {density:.1f}/m², measured {necks.DOOR_DENSITY:g}/m² (reported "
        "only: those people pushed)"
    )


def stair_flow(setting: Setting, width_m: float, *, up: bool, seed: int) -> float:
    """Steady flow (people a second) of 200 people from a hall over a flight into another hall."""
    made = Drawing(f"stairs-{width_m:g}-{'up' if up else 'down'}")
    upper = made.level("upper", _RUN_M * _RISER_M / _TREAD_M)
    here, there = ("ground", upper) if up else (upper, "ground")
    hall = made.space("hall", (0, 0, 12, 10), level=here)
    beyond = made.space("beyond", (12 + _RUN_M, 0, 24 + _RUN_M, 10), level=there)
    ends = ((hall, (12.0, 5.0)), (beyond, (12.0 + _RUN_M, 5.0)))
    made.flight(
        "stair",
        *(ends if up else ends[::-1]),
        width_m=width_m,
        length_m=_RUN_M * _SLOPE,
        riser_m=_RISER_M,
        tread_m=_TREAD_M,
    )
    made.exit("exit", beyond, ((24 + _RUN_M, 0.5), (24 + _RUN_M, 9.5)))
    trial = Trial(made.plan(), setting, watch=("stair",))
    places = spread((0.4, 0.4, 11.0, 9.6), 200, seed)
    who = trial.add(places, drawn(_WEIDMANN, 200, seed), level=here)
    trial.send(who, trial.run.goal_exit("exit"))
    trial.until(1200.0)
    return steady_flow(trial.passages_s("stair", 1 if up else -1))


def stair_flows(setting: Setting) -> Outcome:
    """Flow by metre of clear width, down and up, on flights of two widths."""
    seeds = setting.seeds(2)
    found = {
        (way, width): float(
            np.mean([stair_flow(setting, width, up=way == "up", seed=seed) / width for seed in seeds])
        )
        for way in _LARGEST
        for width in _WIDTHS
    }
    return Outcome(
        checks=(
            *(
                Check(
                    f"flow {way}, {width:g} m",
                    flow,
                    _LARGEST[way] * (1 - _FLOW_SHARE),
                    _LARGEST[way] * (1 + _FLOW_SHARE),
                    "/(m s)",
                )
                for (way, width), flow in found.items()
            ),
            Check(
                "least flow down less up",
                min(found["down", width] - found["up", width] for width in _WIDTHS),
                0.0,
                unit="/(m s)",
            ),
        ),
        seeds=seeds,
        draw=curves(
            {way: (_WIDTHS, [found[way, width] for width in _WIDTHS]) for way in _LARGEST},
            x="clear width, m",
            y="people/(m s)",
        ),
    )
