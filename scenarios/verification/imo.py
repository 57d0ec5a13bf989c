"""IMO MSC.1/Circ.1533 (1238), annex 3: tests 1 to 12 and the procedure of many runs."""

from __future__ import annotations

from scenarios.verification.case import Outcome, Setting, Suite, case
from scenarios.verification.setups import walking
from twin.plan.model import Label

_FE = "IMO MSC.1/Circ.1533, annex 3, appendix 2 (as told by the FDS+Evac guide)"


@case(
    "imo",
    "1",
    "Walking speed in a corridor",
    "走廊中的步行速度",
    criterion="40 m at 1 m/s between two lines take 40 s ± 0.5 %",
    origin=f"{_FE}: 40 s; tolerance own, tighter",
    fast=True,
)
def corridor(setting: Setting) -> Outcome:
    """One person on 40 m."""
    return walking.between_lines(setting, 1.0)


@case(
    "imo",
    "2",
    "Walking speed up a stair",
    "上楼梯的速度",
    criterion="10 m along the slope at 1 m/s take 10 s ± 1 %",
    origin=f"{_FE}: 10 s; tolerance own, tighter (peers: 5 %)",
    fast=True,
)
def stair_up(setting: Setting) -> Outcome:
    """One person up 10 m."""
    return walking.flight(setting, up=True)


@case(
    "imo",
    "3",
    "Walking speed down a stair",
    "下楼梯的速度",
    criterion="10 m along the slope at 1 m/s take 10 s ± 1 %",
    origin=f"{_FE}: 10 s; tolerance own, tighter (peers: 5 %)",
    fast=True,
)
def stair_down(setting: Setting) -> Outcome:
    """One person down 10 m."""
    return walking.flight(setting, up=False)


@case(
    "imo",
    "5",
    "Response time",
    "反应时间",
    criterion="each of 10 people starts within 0.5 s of the own time, U(10, 100) s",
    origin=f"{_FE}: each starts at the right time; tolerance own",
    fast=True,
)
def response(setting: Setting) -> Outcome:
    """Ten people start."""
    return walking.uniform_starts(setting)


SUITE = Suite(
    id="imo",
    title=Label(en="IMO MSC.1/Circ.1533", zh="国际海事组织 MSC.1/Circ.1533"),
    source="Tests 1-11 as the FDS+Evac guide tells them; the primary text was not opened.",
    cases=(corridor, stair_up, stair_down, response),
)
