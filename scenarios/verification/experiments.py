"""Experiments repeated: fundamental diagrams, single file, flow through bottlenecks.

No guideline asks for these; the criteria are our own, each tighter than what peers assert. One
parameter set of the crowd engine walks in all of them, and the free speeds are those of the people who took
part (:mod:`scenarios.verification.experiments_reference`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

import numpy as np

from scenarios.verification import experiments_corridors as corridors
from scenarios.verification import experiments_flows as flows
from scenarios.verification import experiments_reference as ref
from scenarios.verification import experiments_single_file as single
from scenarios.verification.case import Check, Draw, Outcome, Setting, Suite, case, holds
from scenarios.verification.experiments_run import Stage
from scenarios.verification.experiments_setups import named
from scenarios.verification.pictures import curves
from scenarios.verification.setups.density import zone_field
from scenarios.verification.setups.reasons import NO_SPACING, NO_VORONOI, ONE_RELATION
from twin.movement.populations import same_speed
from twin.plan.model import Label

_FLOW_SHARE, _SPEED_MPS, _DENSITY = 0.15, 0.15, 0.4
_BAND = (0.3, 2.0)
_MANY_POINTS = 100
"""A bin with fewer comes of one run, that is, of one slowest person whom all others follow."""
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
    if setting.engine == "network":
        return _diagram_of_zones(setting, measured)
    seeds = setting.seeds(3)
    points = [corridors.points_of(run, setting, seed) for seed in seeds for run in runs]
    diagram = corridors.diagram_of(points, measured)
    if denser and not np.isfinite(diagram.speed_mps[-1]):
        points += [corridors.points_of(run, setting, seed) for seed in seeds for run in denser]
        diagram, runs = corridors.diagram_of(points, measured), (*runs, *denser)
    return Outcome(
        checks=(
            *_by_bin(measured, diagram.speed_mps, diagram.rmse_mps),
            holds("nobody beyond a wall", truth=all(one.inside_walls for one in points)),
        ),
        note=_runs_in_words(points, runs),
        seeds=seeds,
        draw=_draw_diagram(diagram),
    )


def _by_bin(
    measured: Sequence[ref.Bin], speeds: Sequence[float] | corridors.Floats, rmse: float
) -> list[Check]:
    """The speed of each bin, and all together."""
    bins = [
        Check(
            f"speed at {one.centre:g}/m²",
            float(speed),
            one.speed_mps - one.sd_mps,
            one.speed_mps + one.sd_mps,
            "m/s",
        )
        for one, speed in zip(measured, speeds, strict=True)
    ]
    spread = math.sqrt(sum(one.sd_mps**2 for one in measured) / len(measured))
    return [*bins, Check("root mean square difference", rmse, high=spread, unit="m/s")]


def _diagram_of_zones(setting: Setting, measured: tuple[ref.Bin, ...]) -> Outcome:
    """A zone of a network filled to the density of each bin: how fast the first of its people walk."""
    people = same_speed(ref.HERMES_FREE_MPS[0])
    density = np.array([one.centre for one in measured])
    speeds = np.array([zone_field(setting, float(rho), people)[0].speed for rho in density])
    mean, sd = (np.array([getattr(one, name) for one in measured]) for name in ("speed_mps", "sd_mps"))
    return Outcome(
        checks=tuple(_by_bin(measured, speeds, float(np.sqrt(np.mean((speeds - mean) ** 2))))),
        note="a network knows no places in a zone: one zone of 20 by 5 m, filled to the density of each bin",
        draw=curves(
            {"simulated": (density, speeds), "mean measured": (density, mean)},
            x="people/m²",
            y="m/s",
            band=(density, mean - sd, mean + sd),
            points=("simulated",),
        ),
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


_CASES = (
    _experiment(
        "UO",
        "Fundamental diagram, one direction",
        "单向行人流基本图",
        criterion="corridor of 3.0 m, ten runs: mean speed within one standard deviation of the experiment "
        "in every bin of 0.5/m² (network: in one zone at the density of each bin)",
        origin=_HERMES,
        mode={"network": "calibrated"},
        cost_s=90.0,
    )(partial(fundamental_diagram, runs=ref.UO_RUNS, measured=ref.UO, denser=ref.UO_DENSER)),
    _experiment(
        "BO",
        "Fundamental diagram, two directions",
        "双向行人流基本图",
        criterion="corridor of 3.6 m, seven runs: mean speed within one standard deviation of the experiment "
        "in every bin of 0.5/m²",
        origin=_HERMES,
        not_applicable={"network": ONE_RELATION},
        cost_s=60.0,
    )(partial(fundamental_diagram, runs=ref.BO_RUNS, measured=ref.BO)),
    _experiment(
        "UO-1.8",
        "Single runs in a corridor of 1.8 m",
        "1.8 米走廊的各次实验",
        criterion="five runs with as many people: flow within 15 %, speed within 0.15 m/s and density within "
        "0.4/m² of the experiment",
        origin="Hermes trajectories (Jülich data archive, demo data of PedPy), measured here; criterion own",
        not_applicable={"network": NO_VORONOI},
        cost_s=30.0,
    )(small_corridor),
    _experiment(
        "1D-band",
        "Single file, band of RiMEA 16",
        "单列行走：RiMEA 16 区间",
        criterion="oval of 26 m: median speed within the 10 % and 90 % percentiles in every bin of 0.2/m "
        "from 0.3 to 2/m; nobody overtaken",
        origin="RiMEA 4.1.1, test 16 (band published with the guideline)",
        not_applicable={"network": NO_SPACING},
        cost_s=40.0,
    )(single_file_band),
    _experiment(
        "1D-oval",
        "Single file, oval of 26 m",
        "单列行走：26 米环形道",
        criterion="mean speed within one standard deviation of the experiment in every bin of 0.25/m to 2/m "
        "with 100 points or more; within 0.15 m/s (root mean square) of Seyfried 2005",
        origin="data of JuPedSim 0.8; Seyfried et al. 2005; criterion own, tighter",
        not_applicable={"network": NO_SPACING},
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
            mode={"network": "calibrated"},
            cost_s=40.0,
        )(partial(flows.bottleneck_series, series=series))
        for series in ref.BOTTLENECKS
    ),
    _experiment(
        "040_c_56_h-",
        "A door of half a metre: N(t)",
        "半米宽门：N(t) 曲线",
        criterion="75 people: flow within 15 % of the experiment, N(t) within 8 people; all come through",
        origin="Wuppertal 2018 (doi 10.34735/ped.2018.1, demo data of PedPy), measured here; criterion own",
        mode={"network": "calibrated"},
        cost_s=10.0,
        fast=True,
    )(flows.one_door),
    _experiment(
        "stairs",
        "Flow and speed on stairs",
        "楼梯上的流量与速度",
        criterion="200 people of Weidmann's mean speeds, flights of 1.2 and 2.0 m: flow within 15 % of his "
        "largest, 0.97 /(m s) down and 0.85 up; more down than up",
        origin="Weidmann 1993 (IVT 90): stairs, v0 [1 - exp(-3.722 (1 / D - 1 / 5.4))], 0.694 m/s down and "
        "0.61 up; 15 % own",
        mode={"network": "calibrated"},
        cost_s=20.0,
    )(flows.stair_flows),
)

SUITE = Suite(
    id="experiments",
    title=Label(en="Experiments with people", zh="真人实验"),
    source="Published figures of experiments (see each test); our measurements on published trajectories.",
    cases=_CASES,
)
