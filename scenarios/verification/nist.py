"""NIST Technical Note 1822: its seventeen tests."""

from __future__ import annotations

from functools import partial

from scenarios.verification.case import Suite, case
from scenarios.verification.setups import (
    choices,
    halls,
    lift_ride,
    rooms,
    sampling,
    smoke_gas,
    stairs,
    streams,
    walking,
)
from scenarios.verification.setups.reasons import NO_BODIES, NO_WALLS
from twin.plan.model import Label

_N = "NIST TN 1822"
_nist = partial(case, "nist")

_PRE_MOVEMENT = {
    "uniform": sampling.UNIFORM,
    "gamma": sampling.GAMMA,
    "log-normal": sampling.LOGNORMAL,
    "Weibull": sampling.WEIBULL,
}

_CASES = (
    _nist(
        "1.1",
        "Pre-evacuation time distributions",
        "疏散前时间分布",
        criterion="uniform, gamma, log-normal and Weibull: starts seen in the run pass a "
        "Kolmogorov-Smirnov test at "
        "5 % against the law (10 runs of 10 people), each within 0.6 s of the own time",
        origin=f"{_N}, 1.1: sampled times match the law; the test at 5 % published by peers",
        cost_s=30,
    )(partial(sampling.pre_movement, laws=_PRE_MOVEMENT)),
    _nist(
        "2.1",
        "Speed in a corridor",
        "走廊速度",
        criterion="40 m at 1 m/s between two lines take 40 s ± 0.5 %",
        origin=f"{_N}, 2.1: 40 s; tolerance own, tighter (peers: 0.05 m/s)",
        fast=True,
    )(partial(walking.between_lines, speed_mps=1.0)),
    _nist(
        "2.2",
        "Speed on stairs",
        "楼梯速度",
        criterion="100 m along the slope at 1 m/s take 100 s ± 1 %, up and down",
        origin=f"{_N}, 2.2: 100 m at 1 m/s; tolerance own, tighter (peers: 0.05 m/s)",
    )(walking.both_ways),
    _nist(
        "2.3",
        "Movement around a corner",
        "转角移动",
        criterion="20 people round a corner: none crosses a wall, all arrive",
        origin=f"{_N}, 2.3: no wall crossing",
        not_applicable={"network": NO_WALLS},
    )(streams.corner),
    _nist(
        "2.4",
        "Assigned demographics",
        "人群参数分配",
        criterion="100 people N(1.2, 0.2) m/s: mean and deviation within 0.05 m/s in 95 % of 20 "
        "populations; walked "
        "as drawn within 0.05 m/s",
        origin=f"{_N}, 2.4: mean and deviation match; bounds published by peers",
        mode={"network": "calibrated"},
    )(sampling.normal_speeds),
    _nist(
        "2.5",
        "Reduced visibility and walking speed",
        "低能见度与步行速度",
        criterion="five speeds in five smokes (K 0.5 to 10 /m), 100 m: each within 1 % of 100 / (v f) by "
        "the law stated",
        origin=f"{_N}, 2.5: v = v0 c(K) for the law the tool states; 25 cells (Ronchi et al. 2013) and 1 % "
        f"own",
        mode={"network": "calibrated"},
        cost_s=40,
    )(smoke_gas.smoke_cells),
    _nist(
        "2.5-laws",
        "Reduced visibility: other laws",
        "低能见度：其他规律",
        criterion="Jin, K 1.0: 174 s; K 0.5: 96 s; Jin irritant, K 0.5: 227 s, each -1 to +1.5 %",
        origin="Ronchi, Gwynne, Purser, Colonna 2013, text and table 2; tolerance for their rounding own",
        mode={"network": "calibrated"},
    )(smoke_gas.smoke_laws),
    _nist(
        "2.6",
        "Occupant incapacitation",
        "人员失能",
        criterion="CO 5000 ppm, CO2 2 %, O2 18 %: dose 1 within a step (1 s) of the hand value, 208.7 s",
        origin=f"{_N}, 2.6: time of FED 1 equals the hand value (Purser)",
        fast=True,
    )(smoke_gas.incapacitation),
    _nist(
        "2.7",
        "Elevator usage",
        "电梯使用",
        criterion="24 people, a lift for 8, 12 m: all by the lift, never more than 8 in it, 3 or 4 cars, "
        "last out 0.75 "
        "to 1.25 of the hand value; with the lift shut all by the stair",
        origin=f"{_N}, 2.7: numbers not found; scene and criterion own (hand value: rides, doors, a second "
        f"a person)",
        fast=True,
    )(lift_ride.lift),
    _nist(
        "2.8",
        "Horizontal counter-flows",
        "水平对向人流",
        criterion="100 people against 0, 10, 50, 100: all arrive, and the mean time of the last rises",
        origin=f"{_N}, 2.8: the time rises; that all arrive is own (a leading tool deadlocks)",
        cost_s=60,
    )(streams.counterflow),
    _nist(
        "2.9",
        "Group behaviours",
        "群体行为",
        criterion="4 people of 1.25 and one of 0.5 m/s arrive within 10 s of each other; as strangers they "
        "do not",
        origin=f"{_N}, 2.9: the group reaches the exit together; 10 s published by peers; the hall own",
        cost_s=30,
    )(partial(choices.stays_together, first=((4, 1.25), (1, 0.5)), second=((10, 0.2),))),
    _nist(
        "2.10",
        "People with movement disabilities",
        "行动不便者",
        criterion="24 people behind a slow and broad one: later than 25 equal people, at least 12 pass it "
        "(5 seeds)",
        origin=f"{_N}, 2.10: overtaking is represented; slower than the control published by peers; the "
        f"corridor own",
        not_applicable={"network": NO_BODIES},
        cost_s=20,
    )(streams.overtaking),
    _nist(
        "3.1",
        "Exit route allocation",
        "疏散路线分配",
        criterion="23 of 23 people take the assigned exit, 15 of them the main one",
        origin=f"{_N}, 3.1: all obey",
    )(halls.assigned_exits),
    _nist(
        "3.2",
        "Social influence",
        "社会影响",
        criterion="two free people between equal exits: with a third committed to exit 2, their share by "
        "exit 2 rises "
        "by at least 0.1 (40 seeds)",
        origin=f"{_N}, 3.2: use of exit 2 rises; 40 seeds published by peers, 0.1 own",
        cost_s=20,
    )(choices.social_influence),
    _nist(
        "3.3",
        "Affiliation",
        "对熟悉出口的偏好",
        criterion="equal exits: 40 to 60 % by exit 1 when none is known, at least 80 % when it is (20 seeds)",
        origin=f"{_N}, 3.3: the familiar exit is preferred; bounds published by peers",
        cost_s=20,
    )(choices.affiliation),
    _nist(
        "4.1",
        "Dynamic availability of exits",
        "出口动态可用性",
        criterion="exit 1 closes at 1 s: nobody by it afterwards, 10 of 10 by exit 2",
        origin=f"{_N}, 4.1: occupants end at exit 2",
        fast=True,
    )(rooms.closes_at),
    _nist(
        "5.1",
        "Congestion",
        "拥堵",
        criterion="100 people: queues at the room's exit and at the stair's foot; stair flow not above the "
        "corridor's",
        origin=f"{_N}, 5.1: peaks at the room exit and at the stair base",
        cost_s=20,
    )(partial(stairs.queue_at_stair, people=100)),
    _nist(
        "5.2",
        "Maximum flow rates",
        "最大流率",
        criterion="100 people, 1 m exit, code mode: at most 1.33 people/s over the whole run",
        origin=f"{_N}, 5.2: the cap is enforced",
        mode={"crowd": "code"},
    )(rooms.exit_flow),
)

SUITE = Suite(
    id="nist",
    title=Label(en="NIST TN 1822", zh="NIST TN 1822"),
    source="Numbers as other projects' reimplementations give them; the primary text was not opened.",
    cases=_CASES,
)
