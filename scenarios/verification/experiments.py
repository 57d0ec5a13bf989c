"""Experiments repeated: fundamental diagrams, single file, flow through bottlenecks.

No guideline asks for these; the criteria are our own, each tighter than what peers assert. One
parameter set of the crowd engine walks in all of them, and the free speeds are those of the people who took
part (:mod:`scenarios.verification.experiments_reference`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from itertools import pairwise

import numpy as np

from scenarios.verification import experiments_bottlenecks as necks
from scenarios.verification import experiments_corridors as corridors
from scenarios.verification import experiments_reference as ref
from scenarios.verification import experiments_single_file as single
from scenarios.verification.case import Check, Draw, Outcome, Setting, Suite, case, holds
from scenarios.verification.experiments_run import Stage
from scenarios.verification.experiments_setups import named
from scenarios.verification.pictures import curves
from twin.plan.model import Label

_WIDEST_GAP_PS = 0.25
_ASSERTED_FROM_M = 0.8
"""Narrower ones are reported: nobody builds them for a crowd."""
_FLOW_SHARE, _SPEED_MPS, _DENSITY = 0.15, 0.15, 0.4
_DOOR_BEHIND = 8
_BAND = (0.3, 2.0)
_MANY_POINTS = 100
"""A bin with fewer comes of one run, that is, of one slowest person whom all others follow."""
_NO_PLACES = (
    "people have no places within a zone of the network; their speed is put in as a function of density, "
    "so there is nothing to measure"
)
_PUT_IN = (
    "a network is given the flow of doors and the speed in narrow places (Weidmann's relation, about 1.1 "
    "people a second and metre, which these experiments exceed), so there is nothing to measure"
)
_HERMES = "Hermes experiments (Zhang et al. 2011, 2012), data of JuPedSim 0.8; criterion own, tighter"
_experiment = partial(case, "experiments")


def fundamental_diagram(
    setting: Setting,
    *,
    runs: tuple[ref.Run, ...],
    measured: tuple[ref.Bin, ...],
    denser: tuple[ref.Run, ...] = (),
) -> Outcome:
    """Repeat all runs of an experiment in a corridor, and compare speeds bin by bin.

    ``denser``: runs that the experiment did not have, for a dense bin that the repeated ones leave empty.
    """
    seeds = setting.seeds(3)
    points = [corridors.points_of(run, setting, seed) for seed in seeds for run in runs]
    diagram = corridors.diagram_of(points, measured)
    if denser and not np.isfinite(diagram.speed_mps[-1]):
        points += [corridors.points_of(run, setting, seed) for seed in seeds for run in denser]
        diagram, runs = corridors.diagram_of(points, measured), (*runs, *denser)
    bins = [
        Check(
            f"speed at {one.centre:g}/m²",
            float(speed),
            one.speed_mps - one.sd_mps,
            one.speed_mps + one.sd_mps,
            "m/s",
        )
        for one, speed in zip(measured, diagram.speed_mps, strict=True)
    ]
    spread = math.sqrt(sum(one.sd_mps**2 for one in measured) / len(measured))
    return Outcome(
        checks=(
            *bins,
            Check("root mean square difference", diagram.rmse_mps, high=spread, unit="m/s"),
            holds("nobody beyond a wall", truth=all(one.inside_walls for one in points)),
        ),
        note=_runs_in_words(points, runs),
        seeds=seeds,
        draw=_draw_diagram(diagram),
    )


def _runs_in_words(points: Sequence[corridors.Points], runs: tuple[ref.Run, ...]) -> str:
    """Mean density and speed of each run, simulated and (in brackets) measured."""
    words = []
    for run in runs:
        own = [one for one in points if one.run == run.name]
        density = np.mean(np.concatenate([one.density for one in own]))
        speed = np.nanmean(np.concatenate([one.speed_mps for one in own]))
        beside = "not in the experiment" if run.own else f"{run.density:.2f}, {run.speed_mps:.2f}"
        words.append(f"{run.name} {density:.2f}/m² {speed:.2f} m/s ({beside})")
    return "; ".join(words)


def _draw_diagram(diagram: corridors.Diagram) -> Draw:
    """Points, means and the band of the experiment."""
    centre = np.array([one.centre for one in diagram.measured])
    mean = np.array([one.speed_mps for one in diagram.measured])
    sd = np.array([one.sd_mps for one in diagram.measured])
    density = np.concatenate([one.density for one in diagram.points])
    speed = np.concatenate([one.speed_mps for one in diagram.points])
    return curves(
        {
            "simulated": (density, speed),
            "mean simulated": (centre, diagram.speed_mps),
            "mean measured": (centre, mean),
        },
        x="people/m²",
        y="m/s",
        band=(centre, mean - sd, mean + sd),
        points=("simulated",),
    )


def small_corridor(setting: Setting) -> Outcome:
    """Five runs in a corridor 1.8 m wide, each with as many people as took part."""
    seeds = setting.seeds(3)
    checks, density, speed = [], [], []
    for run in ref.CORRIDORS:
        own = []
        for seed in seeds:
            setup = named(run.name, people=run.people)
            own.append(corridors.figures_of(Stage(setup, setting, seed).until(300.0).tracks, setup))
        flow, rho, v = (
            float(np.mean([getattr(one, name) for one in own]))
            for name in ("flow_ps", "density", "speed_mps")
        )
        low, high = run.flow_ps * (1 - _FLOW_SHARE), run.flow_ps * (1 + _FLOW_SHARE)
        checks += [
            Check(f"{run.name} flow", flow, low, high, "/s"),
            Check(f"{run.name} speed", v, run.speed_mps - _SPEED_MPS, run.speed_mps + _SPEED_MPS, "m/s"),
            Check(f"{run.name} density", rho, run.density - _DENSITY, run.density + _DENSITY, "/m²"),
        ]
        density.append(rho)
        speed.append(v)
    wanted = [one.density for one in ref.CORRIDORS], [one.speed_mps for one in ref.CORRIDORS]
    return Outcome(
        checks=tuple(checks),
        seeds=seeds,
        draw=curves(
            {"simulated": (density, speed), "measured": wanted},
            x="people/m²",
            y="m/s",
            points=("simulated", "measured"),
        ),
    )


def single_file_band(setting: Setting) -> Outcome:
    """Medians in single file within the band of RiMEA 16."""
    seeds = setting.seeds(2)
    files = [one for seed in seeds for one in single.files_of(setting, seed)]
    rows = [row for row in ref.RIMEA16 if _BAND[0] - 0.01 <= row[0] <= _BAND[1]]
    centres = np.array([row[0] for row in rows])
    edges = [*(centres - 0.1), centres[-1] + 0.1]
    found = single.binned(files, edges)
    return Outcome(
        checks=(
            *(
                Check(f"median at {centre:.1f}/m", float(median), low, high, "m/s")
                for (centre, low, _, high), median in zip(rows, found.median, strict=True)
            ),
            Check("people overtaken", float(sum(one.overtaken for one in files)), high=0.0),
        ),
        seeds=seeds,
        draw=curves(
            {
                "median simulated": (centres, found.median),
                "median measured": (centres, [row[2] for row in rows]),
            },
            x="people/m",
            y="m/s",
            band=(centres, [row[1] for row in rows], [row[3] for row in rows]),
        ),
    )


def single_file_oval(setting: Setting) -> Outcome:
    """Mean speeds in single file within one standard deviation of those in the oval."""
    seeds = setting.seeds(2)
    people = (*single.PEOPLE, *single.DENSEST)
    files = [one for seed in seeds for one in single.files_of(setting, seed, people)]
    width = ref.SINGLE_FILE_BIN_WIDTH
    speeds = single.against(files, ref.SINGLE_FILE, width)
    older = single.against(files, ref.SEYFRIED_2005, width)
    differences = older - np.array([one.speed_mps for one in ref.SEYFRIED_2005])
    centre = np.array([one.centre for one in ref.SINGLE_FILE])
    mean = np.array([one.speed_mps for one in ref.SINGLE_FILE])
    sd = np.array([one.sd_mps for one in ref.SINGLE_FILE])
    judged = [
        number
        for number, one in enumerate(ref.SINGLE_FILE)
        if one.n >= _MANY_POINTS and one.centre <= _BAND[1]
    ]
    return Outcome(
        checks=(
            *(
                Check(f"speed at {centre[n]:g}/m", float(speeds[n]), mean[n] - sd[n], mean[n] + sd[n], "m/s")
                for n in judged
            ),
            Check(
                "root mean square difference from Seyfried 2005",
                float(np.sqrt(np.mean(differences**2))),
                high=0.15,
                unit="m/s",
            ),
        ),
        note="reported only: "
        + ", ".join(
            f"at {centre[n]:g}/m {speeds[n]:.2f} m/s (measured {mean[n]:.2f} ± {sd[n]:.2f})"
            for n in range(len(centre))
            if n not in judged
        ),
        seeds=seeds,
        draw=curves(
            {
                "simulated": (centre, speeds),
                "measured": (centre, mean),
                "Seyfried 2005": (
                    [one.centre for one in ref.SEYFRIED_2005],
                    [one.speed_mps for one in ref.SEYFRIED_2005],
                ),
            },
            x="people/m",
            y="m/s",
            band=(centre, mean - sd, mean + sd),
            points=("Seyfried 2005",),
        ),
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
        note=(
            f"density 1 to 2 m before the door {np.mean([one.density for one in doors]):.1f}/m², measured "
            f"{necks.DOOR_DENSITY:g}/m² (reported only: those people pushed)"
        ),
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


_CASES = (
    _experiment(
        "UO",
        "Fundamental diagram, one direction",
        "单向行人流基本图",
        criterion="corridor of 3.0 m, ten runs: mean speed within one standard deviation of the experiment "
        "in every bin of 0.5/m²",
        origin=_HERMES,
        not_applicable={"network": _NO_PLACES},
        cost_s=90.0,
    )(partial(fundamental_diagram, runs=ref.UO_RUNS, measured=ref.UO, denser=ref.UO_DENSER)),
    _experiment(
        "BO",
        "Fundamental diagram, two directions",
        "双向行人流基本图",
        criterion="corridor of 3.6 m, seven runs: mean speed within one standard deviation of the experiment "
        "in every bin of 0.5/m²",
        origin=_HERMES,
        not_applicable={"network": _NO_PLACES},
        cost_s=60.0,
    )(partial(fundamental_diagram, runs=ref.BO_RUNS, measured=ref.BO)),
    _experiment(
        "UO-1.8",
        "Single runs in a corridor of 1.8 m",
        "1.8 米走廊的各次实验",
        criterion="five runs with as many people: flow within 15 %, speed within 0.15 m/s and density within "
        "0.4/m² of the experiment",
        origin="Hermes trajectories (Jülich data archive, demo data of PedPy), measured here; criterion own",
        not_applicable={"network": _NO_PLACES},
        cost_s=30.0,
    )(small_corridor),
    _experiment(
        "1D-band",
        "Single file, band of RiMEA 16",
        "单列行走：RiMEA 16 区间",
        criterion="oval of 26 m: median speed within the 10 % and 90 % percentiles in every bin of 0.2/m "
        "from 0.3 to 2/m; nobody overtaken",
        origin="RiMEA 4.1.1, test 16 (band published with the guideline)",
        not_applicable={"network": _NO_PLACES},
        cost_s=40.0,
    )(single_file_band),
    _experiment(
        "1D-oval",
        "Single file, oval of 26 m",
        "单列行走：26 米环形道",
        criterion="mean speed within one standard deviation of the experiment in every bin of 0.25/m to 2/m "
        "with 100 points or more; within 0.15 m/s (root mean square) of Seyfried 2005",
        origin="data of JuPedSim 0.8; Seyfried et al. 2005; criterion own, tighter",
        not_applicable={"network": _NO_PLACES},
        cost_s=40.0,
    )(single_file_oval),
    *(
        _experiment(
            f"J-{series.split()[0]}",
            f"Flow through bottlenecks, {series}",
            f"瓶颈流量，{series}",
            criterion="200 people: mean difference of flows over the common widths from 0.8 m on at most "
            "0.25 /s; a wider bottleneck passes no fewer",
            origin=f"{series}; JuPedSim 0.8 allows 0.5 /s; criterion own, tighter",
            not_applicable={"network": _PUT_IN},
            cost_s=40.0,
        )(partial(bottleneck_series, series=series))
        for series in ref.BOTTLENECKS
    ),
    _experiment(
        "040_c_56_h-",
        "A door of half a metre: N(t)",
        "半米宽门：N(t) 曲线",
        criterion="75 people: flow within 15 % of the experiment, N(t) within 8 people; all come through",
        origin="Wuppertal 2018 (doi 10.34735/ped.2018.1, demo data of PedPy), measured here; criterion own",
        not_applicable={"network": _NO_PLACES},
        cost_s=10.0,
        fast=True,
    )(one_door),
)

SUITE = Suite(
    id="experiments",
    title=Label(en="Experiments with people", zh="真人实验"),
    source="Published figures of experiments (see each test); our measurements on published trajectories.",
    cases=_CASES,
)
