"""Warming up compiles what any plan needs: nothing is left to compile for the first real question."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import pytest
from numba.core import event

from twin.movement.engines import ENGINES, mode_of
from twin.world.drill import Change, DrillSetup, run_drill
from twin.world.trading_day import DaySetup, run_day
from twin.world.warm import warm_up

ENTRIES = ("advance", "send", "release", "board", "alight", "look_again")


@pytest.fixture(scope="module", autouse=True)
def warmed() -> None:
    """A process that was warmed up."""
    warm_up()


@pytest.fixture(scope="module")
def with_evacuation_lift(two_storey_plan):
    """A plan that the warm-up does not know."""
    lift = replace(two_storey_plan.connector["lift"], evacuation=True)
    return replace(two_storey_plan, connectors=(*two_storey_plan.connectors[:-1], lift))


COUNT = """
import json
from twin.movement.network import kernel
from twin.world.warm import warm_up
warm_up()
print(json.dumps({name: len(getattr(kernel, name).signatures) for name in %r}))
"""


def test_each_entry_of_the_network_kernel_is_compiled_once():
    """In a process of its own: other tests compile for arrays of their own."""
    found = subprocess.run(
        [sys.executable, "-c", COUNT % (tuple(ENTRIES),)], capture_output=True, text=True, check=True
    )
    assert json.loads(found.stdout.splitlines()[-1]) == dict.fromkeys(ENTRIES, 1)


@pytest.mark.parametrize("engine", ENGINES)
def test_after_a_warm_up_a_drill_on_another_plan_compiles_nothing(with_evacuation_lift, engine):
    """numba tells itself: it sends an event for each function that it compiles, none for one from disk."""
    shut = Change(at_s=40.0, id="west", is_open=False)
    people = {"L2-corridor": 60, "L1-shop-1": 5}
    setup = DrillSetup(
        people=people, lifts=True, changes=(shut,), engine=engine, mode=mode_of(engine), horizon_s=300.0
    )
    with event.install_recorder("numba:compile") as seen:
        run_drill(with_evacuation_lift, setup, seed=1, record=True)
    names = [str(one.data["dispatcher"]) for _when, one in seen.buffer if one.is_start]
    assert not names


def test_after_a_warm_up_a_trading_day_on_another_plan_compiles_nothing(with_evacuation_lift):
    with event.install_recorder("numba:compile") as seen:
        run_day(with_evacuation_lift, DaySetup(visits=30, opens_h=12.0, closes_h=13.0), seed=1)
    assert not seen.buffer


def test_the_recorder_sees_what_is_compiled():
    """The check of the check: a function that nobody compiled before is noticed."""
    import numba

    with event.install_recorder("numba:compile") as seen:
        numba.njit(lambda x: x + 1)(1)
    assert seen.buffer
