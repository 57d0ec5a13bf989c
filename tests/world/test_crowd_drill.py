"""Drills with the crowd engine, and with both engines in one building."""

from __future__ import annotations

import numpy as np
import pytest

from twin.world.drill import Change, DrillSetup, run_drill
from twin.world.frames import ABSENT


@pytest.fixture(scope="module")
def few(two_storey_plan) -> dict[str, int]:
    """Eight people in every space in which one can stand."""
    return {space.id: 8 for space in two_storey_plan.spaces if space.walkable}


def accounted(run) -> None:
    """At every sample each person is in a zone, on a link, or out."""
    out = (run.out_time_s[None, :] <= run.time_s[:, None] + 1e-9).sum(axis=1)
    inside = run.zone_count.sum(axis=1) + run.link_count.sum(axis=1)
    assert (inside + out == run.people).all()


def test_everybody_leaves_two_storeys_and_is_counted_at_every_sample(two_storey_plan, few):
    run = run_drill(two_storey_plan, DrillSetup(people=few, engine="crowd"), seed=1, record=True)
    assert (run.engine, run.mode) == ("crowd", "calibrated")
    assert run.remaining == 0
    accounted(run)
    assert sum(run.exit_people.values()) == run.people
    # Nobody is out before he or she has started.
    assert (run.out_time_s > run.start_time_s).all()
    assert run.frames is not None
    assert run.frames.x.shape[1] == run.people
    assert (run.frames.level[0] != ABSENT).all()
    assert (run.frames.level[-1] == ABSENT).all()
    assert run.footprints is not None


def test_the_same_seed_gives_the_same_drill(two_storey_plan, few):
    setup = DrillSetup(people=few, engine="crowd")
    one, other = (run_drill(two_storey_plan, setup, seed=3) for _ in range(2))
    assert one.out_time_s.tobytes() == other.out_time_s.tobytes()
    assert one.zone_count.tobytes() == other.zone_count.tobytes()


def test_the_two_engines_agree_on_how_long_it_takes(two_storey_plan, few):
    """Where nothing jams, both walk the same people the same ways: clearance within a quarter."""
    setup = {"people": few, "mode": "calibrated", "groups": False}
    last = [
        run_drill(two_storey_plan, DrillSetup(engine=engine, **setup), seed=1).t_last
        for engine in ("network", "crowd")
    ]
    assert last[1] == pytest.approx(last[0], rel=0.25)


def test_a_crowd_on_one_level_and_the_network_on_the_other(two_storey_plan, few):
    """People are handed over on the stairs, and nobody is lost between the engines."""
    for level in two_storey_plan.levels:
        setup = DrillSetup(people=few, engine="crowd", crowd_levels=frozenset({level.id}))
        run = run_drill(two_storey_plan, setup, seed=1, record=True)
        assert run.remaining == 0, level.id
        accounted(run)
        assert run.people == sum(few.values())


def test_an_exit_that_closes_is_used_no_more(two_storey_plan, few):
    first = two_storey_plan.exits[0].id
    setup = DrillSetup(people=few, engine="crowd", changes=(Change(at_s=60.0, id=first, is_open=False),))
    run = run_drill(two_storey_plan, setup, seed=1)
    used = run.out_time_s[run.out_exit == 0]
    assert not (used > 60.1).any()
    left = np.isfinite(run.out_time_s).sum()
    assert left == (run.people if len(two_storey_plan.exits) > 1 else len(used))


def test_playback_of_a_mixed_run_shows_everybody_on_every_level(two_storey_plan, few):
    """True positions on the crowd's level, gate to gate elsewhere: nobody is missing, nobody jumps."""
    upper = two_storey_plan.levels[-1].id
    setup = DrillSetup(people=few, engine="crowd", crowd_levels=frozenset({upper}))
    run = run_drill(two_storey_plan, setup, seed=1, record=True)
    frames = run.frames
    assert frames is not None
    times = np.arange(len(frames.level)) * frames.step_s
    still_in = (run.out_time_s[None, :] > times[:, None] + 1.0) & (times[:, None] <= run.time_s[-1])
    shown = frames.level != ABSENT
    assert shown[0].all()
    assert (shown | ~still_in).mean() > 0.999
    assert not shown[-1].any()
    # On one level nobody goes quicker than people do; who comes to a queue is drawn where it ends.
    metres = frames.scale_m * np.hypot(
        np.diff(frames.x.astype(float), axis=0), np.diff(frames.y.astype(float), axis=0)
    )
    same = shown[1:] & (frames.level[1:] == frames.level[:-1])
    assert np.quantile(metres[same], 0.99) < 2.5 * frames.step_s + 0.5
    assert metres[same].max() < 10.0
