"""RiMEA guideline: tests 1 to 15 of version 3.0, with 12, 13 and 16 as version 4.1.1 has them."""

from __future__ import annotations

from functools import partial

from scenarios.verification.case import Suite, case
from scenarios.verification.setups import (
    choices,
    density,
    halls,
    rooms,
    sampling,
    single_file,
    stairs,
    storeys,
    streams,
    walking,
)
from scenarios.verification.setups.reasons import NO_SPACING, NO_WALLS, UNIDIRECTIONAL
from twin.plan.model import Label

_V3 = "RiMEA 3.0, annex 1"
_V4 = "RiMEA 4.1.1, annex 1 (through peers that code it)"
_rimea = partial(case, "rimea")

_COMPONENTS = (
    _rimea(
        "1",
        "Speed in a corridor",
        "走廊速度",
        criterion="40 m at 1.33 m/s from rest take 26 to 34 s",
        origin=f"{_V3}, test 1: 26 to 34 s",
        fast=True,
    )(partial(walking.from_rest, speed_mps=1.33, low_s=26.0, high_s=34.0)),
    _rimea(
        "2",
        "Speed up a stair",
        "上楼梯速度",
        criterion="10 m along the slope at 1 m/s take 10 s ± 1 %",
        origin=f"{_V3}, test 2: as test 1, scaled; tolerance own, tighter",
    )(partial(walking.flight, up=True)),
    _rimea(
        "3",
        "Speed down a stair",
        "下楼梯速度",
        criterion="10 m along the slope at 1 m/s take 10 s ± 1 %",
        origin=f"{_V3}, test 3: as test 1, scaled; tolerance own, tighter",
    )(partial(walking.flight, up=False)),
    _rimea(
        "4",
        "Fundamental diagram",
        "基本图",
        criterion="corridor 10 m wide at 0.5 to 6 /m²: speed never above the free speed (1.4 m/s), falling "
        "with density; the largest flow is 1.2 to 2.1 /(m s)",
        origin=f"{_V3}, test 4: a plot without bound; the bounds own",
        mode={"network": "calibrated"},
        cost_s=150,
    )(density.full_corridor),
    _rimea(
        "4-weidmann",
        "Fundamental diagram against Weidmann",
        "基本图与 Weidmann 曲线对比",
        criterion="speed within 0.10 m/s of Weidmann up to 4 /m²",
        origin="published by peers (JuPedSim and others hold their models to it)",
        not_applicable={"crowd": UNIDIRECTIONAL},
    )(density.weidmann_corridor),
    _rimea(
        "5",
        "Pre-movement time",
        "反应时间",
        criterion="each of 10 people starts within 0.5 s of the own time, U(10, 100) s",
        origin=f"{_V3}, test 5: each starts at the own time; 0.5 s published by peers",
    )(walking.uniform_starts),
    _rimea(
        "6",
        "Rounding a corner",
        "转角行走",
        criterion="20 people round a left-hand corner: none crosses a wall, all arrive",
        origin=f"{_V3}, test 6",
        not_applicable={"network": NO_WALLS},
    )(streams.corner),
    _rimea(
        "7",
        "Demographics",
        "人群参数",
        criterion="50 adults: mean of speed over that of the own age within 0.08 of 1 (three standard "
        "errors) in 95 % "
        "of 20 populations, all within three deviations; walked as drawn within 0.05 m/s",
        origin=f"{_V3}, test 7 and figure 5: the distribution matches; bounds own",
        mode={"network": "calibrated"},
    )(sampling.adults_by_age),
)

_FUNCTIONS = (
    _rimea(
        "8",
        "Parameter study in three storeys",
        "三层建筑参数研究",
        criterion="448 people: total time (mean of five seeds) falls as the fixed speed rises from 0.5 to "
        "0.75 to 1.0 m/s; all out",
        origin=f"{_V3}, test 8: report the times; that they fall is own",
        cost_s=90,
    )(storeys.parameter_study),
    _rimea(
        "9",
        "Crowd leaving a large room",
        "大型公共空间疏散",
        criterion="1000 people, 30 by 20 m: time with two of four exits over that with four within 1.6 to "
        "2.4",
        origin=f"{_V3}, test 9: about twice; bounds published by peers (JuPedSim)",
        cost_s=60,
    )(halls.four_exits),
    _rimea(
        "10",
        "Route allocation",
        "路线分配",
        criterion="23 of 23 people take the assigned exit, 15 of them the main one",
        origin=f"{_V3}, test 10: 100 %",
    )(halls.assigned_exits),
    _rimea(
        "11",
        "Choice of an exit",
        "出口选择",
        criterion="1000 people left of two exits: more by the nearer exit 1, some by exit 2, all out",
        origin=f"{_V3}, test 11: exit 1 preferred, some use exit 2",
        cost_s=60,
    )(halls.two_exits_one_side),
    _rimea(
        "12",
        "Bottleneck (version 3)",
        "瓶颈（第 3 版）",
        criterion="congestion before the neck only: flow of the exit within 0.10 /s below that of the neck "
        "and at "
        "most 0.05 /s above, never more than 50 of 150 people behind the neck",
        origin=f"{_V3}, test 12: congestion in room 1 only; 0.05 /s published by peers, the count own",
        cost_s=30,
    )(rooms.neck_then_exit),
    _rimea(
        "12a",
        "Bottleneck: distance of the goal",
        "瓶颈：目标距离",
        criterion="goal 0 to 10 m behind a neck of 1.0 by 0.2 m: time to empty the room not shorter with "
        "distance "
        "(0.97 to 1.25 of that at 0 m), constant within 5 % from 2 m on",
        origin=f"{_V4}, test 12a: rises, then constant; bounds own",
        cost_s=60,
    )(rooms.goal_distance),
    _rimea(
        "12b",
        "Bottleneck: length",
        "瓶颈：长度",
        criterion="a neck of 5 m takes at least as long as one of 0.2 m (mean of 5 seeds)",
        origin=f"{_V4}, test 12b: longer takes longer",
        cost_s=30,
    )(rooms.neck_length),
    _rimea(
        "12c",
        "Two bottlenecks in a row",
        "串联瓶颈",
        criterion="two equal necks: flow of the second 0.90 to 1.05 of the first's, never more than half the "
        "people "
        "between them",
        origin=f"{_V4}, test 12c: record N(t) and flow; bounds own",
        cost_s=30,
    )(rooms.two_bottlenecks),
    _rimea(
        "12d",
        "Bottleneck: width",
        "瓶颈：宽度",
        criterion="flow rises from 0.8 to 1.0 to 1.2 m by at least 0.05 /s a step",
        origin=f"{_V4}, test 12d: the flow increases; the step own",
        cost_s=30,
    )(rooms.widths),
    _rimea(
        "13",
        "Fundamental diagram on stairs (version 4)",
        "楼梯基本图（第 4 版）",
        criterion="at least 90 % of the points between 0.6 and 1.5 /m² within the band, down and up; down "
        "faster "
        "than up",
        origin=f"{_V4}, test 13: points within the band; 90 % own",
        cost_s=30,
    )(stairs.in_band),
    _rimea(
        "13-v3",
        "Congestion before a stair (version 3)",
        "楼梯前拥堵（第 3 版）",
        criterion="150 people: queues at the room's exit and at the stair's foot; stair flow not above the "
        "corridor's",
        origin=f"{_V3}, test 13",
        cost_s=20,
    )(partial(stairs.queue_at_stair, people=150)),
    _rimea(
        "14",
        "Way over another floor",
        "经其他楼层的路线",
        criterion="ground way of 41 m: nobody over the stairs; of 120 m: everybody; the share never falls "
        "between",
        origin=f"{_V3}, test 14: report short, long or mixed; the bounds own (no dimensions in the "
        f"guideline)",
    )(choices.over_the_stairs),
    _rimea(
        "15",
        "Large crowd round a corner",
        "大人群转角",
        criterion="500 people, 20 seeds: T(44 m) <= T(corner) <= T(75.4 m) in every one",
        origin=f"{_V3}, test 15: ideally so; every one of 20 seeds is own",
        cost_s=150,
    )(streams.round_a_corner),
    _rimea(
        "16",
        "Fundamental diagram in single file",
        "单列基本图",
        criterion="every bin from 0.3 to 2 /m: median speed within the band of the 10th to 90th percentile",
        origin=f"{_V4}, test 16: compare with the band",
        not_applicable={"network": NO_SPACING},
        cost_s=60,
    )(single_file.in_band),
    _rimea(
        "4-single-file",
        "Fundamental diagram in single file (version 3)",
        "单列基本图（第 3 版）",
        criterion="speeds in single file fall with density and stay below the free speed",
        origin=f"{_V3}, test 4, second part: a plot; bounds own",
        not_applicable={"network": NO_SPACING},
        cost_s=60,
    )(single_file.falling),
)

SUITE = Suite(
    id="rimea",
    title=Label(en="RiMEA 3.0 and 4.1.1", zh="RiMEA 3.0 与 4.1.1"),
    source="Version 3.0 as JuPedSim's history reproduces it; what version 4.1.1 changes, through peers "
    "that code it.",
    cases=_COMPONENTS + _FUNCTIONS,
)
