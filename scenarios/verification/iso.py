"""ISO 20414:2020: its nineteen tests."""

from __future__ import annotations

from functools import partial

from scenarios.verification.case import Suite, case
from scenarios.verification.setups import (
    choices,
    density,
    halls,
    rooms,
    sampling,
    smoke_gas,
    stairs,
    streams,
    walking,
)
from scenarios.verification.setups.reasons import NO_BODIES, NO_WALLS
from twin.plan.model import Label

_I = "ISO 20414:2020 (numbers through peers that code it)"
_iso = partial(case, "iso")

_CASES = (
    _iso(
        "1",
        "Pre-evacuation time",
        "疏散前时间",
        criterion="uniform, normal and log-normal: starts seen in the run pass a Kolmogorov-Smirnov test "
        "at 5 % "
        "against the law (10 runs of 10 people), each within 0.6 s of the own time",
        origin=f"{_I}, test 1; the test at 5 % published by peers",
        cost_s=30,
    )(
        partial(
            sampling.pre_movement,
            laws={"uniform": sampling.UNIFORM, "normal": sampling.NORMAL, "log-normal": sampling.LOGNORMAL},
        )
    ),
    _iso(
        "2",
        "Speed in a corridor",
        "走廊速度",
        criterion="40 m at 1 m/s between two lines take 40 s ± 0.5 %",
        origin=f"{_I}, test 2: 40 m at 1 m/s; tolerance own, tighter",
    )(partial(walking.between_lines, speed_mps=1.0)),
    _iso(
        "3",
        "Speed on a stair",
        "楼梯速度",
        criterion="10 m along the slope by who walks 0.5 m/s there: 0.5 ± 0.05 m/s and 20 s ± 1 %",
        origin=f"{_I}, test 3: 0.5 ± 0.05 m/s; 1 % own",
        fast=True,
    )(partial(walking.flight, up=True, speed_mps=0.5)),
    _iso(
        "4",
        "Movement around a corner",
        "转角移动",
        criterion="20 people round a corner: none crosses a wall, all arrive",
        origin=f"{_I}, test 4",
        not_applicable={"network": NO_WALLS},
    )(streams.corner),
    _iso(
        "5",
        "Assigned demographics",
        "人群参数分配",
        criterion="100 people N(1.2, 0.2) m/s: mean and deviation within 0.05 m/s in 95 % of 20 "
        "populations; walked "
        "as drawn within 0.05 m/s",
        origin=f"{_I}, test 5: mean and deviation within 0.05",
        mode={"network": "calibrated"},
    )(sampling.normal_speeds),
    _iso(
        "6",
        "Counterflow",
        "对向人流",
        criterion="100 people against 0, 10, 50, 100: all arrive, and the mean time of the last rises",
        origin=f"{_I}, test 6; that all arrive is own (a leading tool deadlocks from 50 on)",
        cost_s=60,
    )(streams.counterflow),
    _iso(
        "7",
        "Overtaking",
        "超越",
        criterion="24 people of 1.25 m/s behind one of 0.8 m/s, 0.8 m broad: later than 25 equal people, "
        "at least 12 "
        "pass it (5 seeds)",
        origin=f"{_I}, test 7; the bounds own",
        not_applicable={"network": NO_BODIES},
        cost_s=20,
    )(streams.overtaking),
    _iso(
        "8",
        "Exit route allocation",
        "疏散路线分配",
        criterion="23 of 23 people take the assigned exit, 15 of them the main one",
        origin=f"{_I}, test 8",
    )(halls.assigned_exits),
    _iso(
        "9",
        "Dynamic availability of exits",
        "出口动态可用性",
        criterion="exit 1 closes at 1 s: nobody by it afterwards, 10 of 10 by exit 2",
        origin=f"{_I}, test 9",
    )(rooms.closes_at),
    _iso(
        "10",
        "Congestion",
        "拥堵",
        criterion="100 people: queues at the room's exit and at the stair's foot; stair flow not above the "
        "corridor's",
        origin=f"{_I}, test 10",
        cost_s=20,
    )(partial(stairs.queue_at_stair, people=100)),
    _iso(
        "11",
        "Maximum flow",
        "最大流率",
        criterion="100 people, 1 m exit, code mode: at most 1.33 people/s over the whole run",
        origin=f"{_I}, test 11: 1.33",
        mode={"crowd": "code"},
    )(rooms.exit_flow),
    _iso(
        "12",
        "Flow on stairs by width",
        "不同宽度的楼梯流量",
        criterion="100 people up a stair 1.0 to 1.8 m wide: flow rises by at least 0.02 /s a step",
        origin=f"{_I}, test 12: the flow rises with width; the step own",
        cost_s=60,
    )(stairs.flow_by_width),
    _iso(
        "13",
        "Fundamental diagram in a corridor",
        "走廊基本图",
        criterion="60 by 2 m, 60 to 480 people: zone speed never above the free speed, falling with "
        "density; flow at "
        "the densest below 95 % of the largest",
        origin=f"{_I}, test 13; never above the free speed is own (a leading tool: 1.9 to 3.1 of 1.0 m/s)",
        mode={"network": "calibrated"},
        cost_s=20,
    )(density.iso_corridor),
    _iso(
        "14",
        "Group behaviour",
        "群体行为",
        criterion="a group of 5 (4 of 1.25 and one of 0.5 m/s), with 10 of 0.5 m/s: arrives within 10 s; "
        "as strangers "
        "they do not",
        origin=f"{_I}, test 14: 10 s published by peers; a slow member added, as without one there is "
        f"nothing to keep",
        cost_s=30,
    )(partial(choices.stays_together, first=((4, 1.25), (1, 0.5)), second=((10, 0.5),))),
    _iso(
        "15",
        "Social influence",
        "社会影响",
        criterion="two free people between equal exits: with a third committed to exit 2, their share by "
        "exit 2 rises "
        "by at least 0.1 (40 seeds)",
        origin=f"{_I}, test 15; bound own",
        cost_s=20,
    )(choices.social_influence),
    _iso(
        "16",
        "Affiliation",
        "对熟悉出口的偏好",
        criterion="equal exits: 40 to 60 % by exit 1 when none is known, at least 80 % when it is (20 seeds)",
        origin=f"{_I}, test 16; bounds published by peers",
        cost_s=20,
    )(choices.affiliation),
    _iso(
        "17",
        "Short cut over stairs",
        "经楼梯的捷径",
        criterion="ground way of 41 m: nobody over the stairs; of 120 m: everybody; the share never falls "
        "between",
        origin=f"{_I}, test 17; scene and bounds own",
    )(choices.over_the_stairs),
    _iso(
        "18",
        "Walking speed in smoke",
        "烟气中的步行速度",
        criterion="five speeds in five smokes (K 0.5 to 10 /m), 100 m: each within 1 % of 100 / (v f) by "
        "the law stated",
        origin=f"{_I}, test 18; 25 cells (Ronchi et al. 2013) and 1 % own",
        mode={"network": "calibrated"},
        cost_s=40,
    )(smoke_gas.smoke_cells),
    _iso(
        "19",
        "Incapacitation",
        "失能",
        criterion="CO 5000 ppm, CO2 2 %, O2 18 %: dose 1 within a step (1 s) of the hand value, 208.7 s",
        origin=f"{_I}, test 19 (Purser)",
    )(smoke_gas.incapacitation),
)

SUITE = Suite(
    id="iso",
    title=Label(en="ISO 20414:2020", zh="ISO 20414:2020"),
    source="Numbers as peers' reimplementations give them; the standard itself was not opened.",
    cases=_CASES,
)
