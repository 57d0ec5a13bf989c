"""IMO MSC.1/Circ.1533 (1238), annex 3: tests 1 to 12, and the procedure of many runs."""

from __future__ import annotations

from functools import partial

from scenarios.verification.case import Suite, case
from scenarios.verification.setups import density, halls, procedure, rooms, sampling, stairs, streams, walking
from scenarios.verification.setups.reasons import NO_WALLS
from twin.plan.model import Label

_FE = "IMO MSC.1/Circ.1533, annex 3, appendix 2 (as told by the FDS+Evac guide)"
_imo = partial(case, "imo")

_CASES = (
    _imo(
        "1",
        "Walking speed in a corridor",
        "走廊中的步行速度",
        criterion="40 m at 1 m/s between two lines take 40 s ± 0.5 %",
        origin=f"{_FE}: 40 s; tolerance own, tighter",
        fast=True,
    )(partial(walking.between_lines, speed_mps=1.0)),
    _imo(
        "2",
        "Walking speed up a stair",
        "上楼梯的速度",
        criterion="10 m along the slope at 1 m/s take 10 s ± 1 %",
        origin=f"{_FE}: 10 s; tolerance own, tighter (peers: 5 %)",
        fast=True,
    )(partial(walking.flight, up=True)),
    _imo(
        "3",
        "Walking speed down a stair",
        "下楼梯的速度",
        criterion="10 m along the slope at 1 m/s take 10 s ± 1 %",
        origin=f"{_FE}: 10 s; tolerance own, tighter (peers: 5 %)",
        fast=True,
    )(partial(walking.flight, up=False)),
    _imo(
        "4",
        "Flow through an exit",
        "出口通过流量",
        criterion="100 people, 1 m exit, code mode: at most 1.33 people/s over the whole run",
        origin=f"{_FE}: at most 1.33 people/s",
        mode={"crowd": "code"},
        fast=True,
    )(rooms.exit_flow),
    _imo(
        "5",
        "Response time",
        "反应时间",
        criterion="each of 10 people starts within 0.5 s of the own time, U(10, 100) s",
        origin=f"{_FE}: each starts at the right time; tolerance own",
        fast=True,
    )(walking.uniform_starts),
    _imo(
        "6",
        "Rounding a corner",
        "转角行走",
        criterion="20 people round a left-hand corner: none crosses a wall, all arrive",
        origin=f"{_FE}: none crosses the boundary",
        not_applicable={"network": NO_WALLS},
        fast=True,
    )(streams.corner),
    _imo(
        "7",
        "Assigned demographics",
        "人群参数分配",
        criterion="50 people of each of the ten groups: level and stair speeds within tables 3.4 and 3.5; "
        "walked as drawn within 0.05 m/s",
        origin=f"{_FE}: sampled speeds match the table; the walk is own",
        mode={"network": "calibrated"},
    )(sampling.imo_groups),
    _imo(
        "8",
        "Counterflow in a corridor",
        "走廊对向人流",
        criterion="100 people against 0, 10, 50, 100: all arrive, and the mean time of the last rises",
        origin=f"{_FE}: the time rises; that all arrive is own",
        cost_s=60,
    )(streams.counterflow),
    _imo(
        "9",
        "Exit flow from a large room",
        "大空间疏散流量",
        criterion="1000 people, 30 by 20 m: time with two of four exits over that with four within 1.6 to "
        "2.4",
        origin=f"{_FE}: about twice; bounds published by peers (FDS+Evac: 1.87)",
        cost_s=60,
    )(partial(halls.four_exits, population=rooms.MEN_30_50)),
    _imo(
        "10",
        "Exit allocation",
        "出口分配",
        criterion="23 of 23 people take the assigned exit, 15 of them the main one",
        origin=f"{_FE}: everyone uses the assigned exit",
        fast=True,
    )(halls.assigned_exits),
    _imo(
        "11",
        "Staircase",
        "楼梯拥堵",
        criterion="150 people: queues at the room's exit and at the stair's foot; stair flow not above the "
        "corridor's",
        origin=f"{_FE}: congestion at the exit, then at the base of the stair",
        cost_s=20,
    )(partial(stairs.queue_at_stair, people=150, population=rooms.MEN_30_50)),
    _imo(
        "12",
        "Flow at high density",
        "高密度下的流量",
        criterion="a full corridor: the flow at 4 /m² is below the largest flow at 1 to 2.5 /m²",
        origin="IMO MSC.1/Circ.1533, annex 3, test 12 (wording recalled, not read)",
        mode={"network": "calibrated"},
        cost_s=40,
    )(density.falling_flow),
    _imo(
        "procedure",
        "Procedure: 50 runs of 10 populations, 95th percentile",
        "程序：10 组人群共 50 次运行取第 95 百分位",
        criterion="50 runs (10 populations of 5): everybody out in each; the 95th percentile, with its "
        "safety "
        "factor of 1.25, is not below the mean nor above the slowest run's",
        origin="IMO MSC.1/Circ.1533, annex 3, section 5: procedure; reported, the guideline sets no bound",
        cost_s=120,
    )(procedure.many_runs),
)

SUITE = Suite(
    id="imo",
    title=Label(en="IMO MSC.1/Circ.1533", zh="国际海事组织 MSC.1/Circ.1533"),
    source="Tests 1-11 as the FDS+Evac guide tells them; the primary text was not opened.",
    cases=_CASES,
)
