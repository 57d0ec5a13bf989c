"""Hand calculations of the hydraulic model: SFPE Handbook, and cases of EvacuatioNZ's verification report."""

from __future__ import annotations

from functools import partial

from scenarios.verification.case import Suite, case
from scenarios.verification.setups import hydraulics
from scenarios.verification.setups.reasons import HYDRAULIC
from twin.plan.model import Label

_S = "SFPE Handbook, hydraulic model"
_E = "SFPE relations; published value of EvacuatioNZ's verification report"
_sfpe = partial(case, "sfpe")

_CASES = (
    _sfpe(
        "speed",
        "Speed by density",
        "速度与密度关系",
        criterion="level: k (1 - 0.266 D), k 1.40 m/s, from 0.54 to 3.3 /m² within 1 %, measured as people "
        "walk "
        "(denser, the engine keeps a tenth of the free speed, so that a jam dissolves)",
        origin=f"{_S}; 1 % own",
        not_applicable={"crowd": HYDRAULIC},
        fast=True,
    )(hydraulics.speed_by_density),
    _sfpe(
        "stair-speed",
        "Speed on a stair of 18 by 28 cm",
        "18×28 厘米楼梯速度",
        criterion="10 m in 10.84 s ± 1 % (0.922 m/s) by who could walk faster",
        origin=_E,
        not_applicable={
            "crowd": "in the crowd engine people walk stairs at their own speed, not at that of a relation"
        },
        fast=True,
    )(hydraulics.stair_speed),
    _sfpe(
        "door",
        "A hundred people through a 1 m door",
        "100 人通过 1 米门",
        criterion="code mode: (N - 1) / C = 106.3 s to N / C = 107.4 s ± 1 %, and for people who walk to "
        "the door first "
        "at most the way across the room (8 m at 1.2 m/s) more",
        origin=_E,
        mode={"crowd": "code"},
        fast=True,
    )(hydraulics.door),
    _sfpe(
        "room",
        "200 people at 2 /m² walk 20 m",
        "200 人以 2 人/㎡ 步行 20 米",
        criterion="30.5 s ± 1 %",
        origin=_E,
        not_applicable={"crowd": HYDRAULIC},
        fast=True,
    )(hydraulics.room_walk),
    _sfpe(
        "stair-table",
        "Stairs of 10 and 200 m with 1 to 1000 people",
        "10 与 200 米楼梯，1 至 1000 人",
        criterion="twelve published times (10.84 to 1627 s), each ± 1 %",
        origin=_E,
        not_applicable={"crowd": HYDRAULIC},
        cost_s=10,
    )(hydraulics.stair_table),
    _sfpe(
        "stair",
        "A hundred people down a stair of 10 by 1 m",
        "100 人下 10×1 米楼梯",
        criterion="code mode: flow at most 1.01 /(m s) of effective width (0.71 /s), and at least 93 % of it",
        origin=f"{_S}: k / (4 a) = 1.01 /(m s); 93 % own",
        mode={"crowd": "code"},
        cost_s=10,
    )(hydraulics.stair_flow),
    _sfpe(
        "merging",
        "Merging streams",
        "合流",
        criterion="doors of 1.3 and 3.3 m into a full corridor: flows as 1 : 3 ± 5 %",
        origin=f"{_S}: merging by effective widths; 5 % own",
        not_applicable={
            "crowd": "how streams merge in the crowd engine follows from bodies, not from a share by width"
        },
    )(hydraulics.merging),
    _sfpe(
        "guide-1",
        "SFPE guide, example 1: 300 people, two stairs",
        "SFPE 指南算例 1：300 人两部楼梯",
        criterion="walk + 149 / (door flow) + stair, ± 1 %; within 5 % of the published 246 s",
        origin=_E,
        not_applicable={"crowd": HYDRAULIC},
    )(hydraulics.guide_example),
    _sfpe(
        "nine-storeys",
        "Nine storeys, two stairs",
        "九层两部楼梯",
        criterion="doors by this engine's relations: first-order sum (flight, 1199 / flow of the door at the "
        "foot) ± 1 %; doors of 48 people a minute, as the handbook rounds them: the published 1524 s ± 1 %",
        origin=f"{_S}, worked example (stairs 44 in, doors 36 in, 300 people a floor at the doors)",
        not_applicable={"crowd": HYDRAULIC},
        cost_s=10,
    )(hydraulics.nine_storeys),
    _sfpe(
        "counterflow",
        "Counterflow shares a door",
        "对向人流共用一门",
        criterion="100 against 100 through a 1 m door, code mode: both directions together at most 1.33 "
        "people/s; all pass",
        origin=f"{_S}: the capacity holds for both directions together",
        mode={"crowd": "code"},
        cost_s=10,
    )(hydraulics.counterflow),
)

SUITE = Suite(
    id="sfpe",
    title=Label(en="SFPE hand cases", zh="SFPE 手算算例"),
    source="SFPE Handbook of Fire Protection Engineering; published results through jupedsim-network's "
    "documentation.",
    cases=_CASES,
)
