"""Warming up compiles what any plan needs: nothing is left to compile for the first real question."""

from __future__ import annotations

from dataclasses import replace

from twin.movement.network import kernel
from twin.world.drill import Change, DrillSetup, run_drill
from twin.world.trading_day import DaySetup, run_day
from twin.world.warm import warm_up

ENTRIES = ("advance", "send", "release", "board", "alight", "look_again")


def compiled() -> dict[str, list[object]]:
    """The kinds of arguments for which each entry of the kernel is compiled."""
    return {name: list(getattr(kernel, name).signatures) for name in ENTRIES}


def test_after_a_warm_up_another_plan_compiles_nothing(two_storey_plan):
    warm_up()
    before = compiled()
    assert {name: len(kinds) for name, kinds in before.items()} == dict.fromkeys(ENTRIES, 1)
    lift = replace(two_storey_plan.connector["lift"], evacuation=True)
    plan = replace(two_storey_plan, connectors=(*two_storey_plan.connectors[:-1], lift))
    shut = Change(at_s=40.0, id="west", is_open=False)
    run_drill(plan, DrillSetup(people={"L2-corridor": 60}, lifts=True, changes=(shut,)), seed=1, record=True)
    run_day(plan, DaySetup(visits=30, opens_h=12.0, closes_h=13.0), seed=1)
    assert compiled() == before
