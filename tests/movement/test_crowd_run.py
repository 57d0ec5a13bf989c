"""The crowd engine as a run: everybody counted, doors kept, meters obeyed, results repeated, nobody lost."""

from __future__ import annotations

import numpy as np
import pytest
from shapely import LineString, box

from twin.errors import InputError
from twin.movement.crowd.grounding import ground_of
from twin.movement.crowd.run import CrowdRun
from twin.movement.network import ArrivalKind, compile_network
from twin.plan import model as m
from twin.plan.zones import zones_of


def two_rooms(*, door_m: float = 1.0, exit_m: float = 2.0) -> m.Plan:
    """A room of 8 x 5 m, a door in its right wall, a hall of 8 x 5 m behind it, an exit in its far wall."""
    level = m.Level(
        id="level",
        ordinal=0,
        name=m.Label(en="level", zh="level"),
        short_name="L",
        elevation_m=0.0,
        height_m=4.0,
        outline=box(-1, -1, 17, 6),
    )
    spaces = tuple(
        m.Space(id=name, level_id="level", kind=m.SpaceKind.WALKWAY, shape=box(x, 0, x + 8, 5))
        for name, x in (("room", 0), ("hall", 8))
    )
    door = m.Opening(
        id="door",
        level_id="level",
        kind=m.OpeningKind.DOOR,
        spaces=("room", "hall"),
        line=LineString([(8, 2.5 - door_m / 2), (8, 2.5 + door_m / 2)]),
        width_m=door_m,
    )
    way_out = m.Exit(
        id="exit",
        level_id="level",
        kind=m.ExitKind.ENTRANCE,
        space_id="hall",
        line=LineString([(16, 2.5 - exit_m / 2), (16, 2.5 + exit_m / 2)]),
        width_m=exit_m,
    )
    return m.Plan(
        id="two-rooms",
        name=m.Label(en="two rooms", zh="two rooms"),
        levels=(level,),
        spaces=spaces,
        openings=(door,),
        exits=(way_out,),
        connectors=(),
        tenants=(),
    )


def run_of(plan: m.Plan, mode: str = "calibrated", **more) -> CrowdRun:
    return CrowdRun(ground_of(plan, compile_network(zones_of(plan), plan, mode=mode)), mode=mode, **more)


def filled(run: CrowdRun, count: int, *, seed: int = 1) -> np.ndarray:
    """``count`` people in the room, spread by chance."""
    rng = np.random.default_rng(seed)
    xy = np.column_stack([rng.uniform(0.4, 6.5, count), rng.uniform(0.4, 4.6, count)])
    zone = run.network.zones_of_space["room"][0]
    return run.add_agents(zone=np.full(count, zone), xy=xy, speed_mps=1.3)


def emptied(run: CrowdRun, *, within_s: float = 300.0, every_s: float = 1.0) -> np.ndarray:
    """Times at which people left, in order; everybody is accounted for at every second."""
    out: list[float] = []
    agents = run.agents
    while run.moving and run.now_s < within_s:
        arrivals = run.advance(run.now_s + every_s)
        assert (arrivals.kind == ArrivalKind.LEFT).all()
        out += arrivals.time_s.tolist()
        assert run.inside == agents - len(out) == run.node_count.sum()
    return np.sort(out)


def test_fifty_people_leave_a_room_and_are_counted_at_every_second():
    run = run_of(two_rooms(), watch=("door", "exit"))
    run.go(filled(run, 50), run.goal_nearest_exit())
    out = emptied(run)
    assert len(out) == 50
    # Nobody is quicker than the straight way from the nearest place at the free speed.
    assert out[0] > (16 - 6.5) / 1.3 - 0.1
    door, way_out = (run.passages[run.passages["source"] == n]["t"] for n in range(2))
    assert len(door) == len(way_out) == 50
    assert np.allclose(np.sort(way_out), out)
    assert run.notes == ()


def test_one_person_walks_at_the_own_speed():
    run = run_of(two_rooms())
    zone = run.network.zones_of_space["room"][0]
    run.go(run.add_agents(zone=[zone], xy=[[1.0, 2.5]], speed_mps=1.0), run.goal_nearest_exit())
    assert emptied(run)[0] == pytest.approx(15.0, abs=0.3)


def test_the_same_calls_give_the_same_result_with_one_thread_and_with_two():
    from numba import get_num_threads, set_num_threads

    threads = get_num_threads()
    found = []
    for count in (threads, 1, threads):
        set_num_threads(count)
        run = run_of(two_rooms())
        run.go(filled(run, 60), run.goal_nearest_exit())
        out = emptied(run)
        found.append((out.tobytes(), run.walkers.x.tobytes()))
    set_num_threads(threads)
    assert found[0] == found[1] == found[2]


def test_in_mode_code_a_door_passes_its_capacity_and_no_more():
    """SFPE: 1.32 /(m s) of the effective width of 0.7 m; people enough to keep the door busy."""
    run = run_of(two_rooms(), mode="code", watch=("door",))
    run.go(filled(run, 60), run.goal_nearest_exit())
    emptied(run)
    times = run.passages["t"]
    assert (len(times) - 1) / (times[-1] - times[0]) == pytest.approx(1.32 * 0.7, rel=0.02)


def test_calibrated_doors_pass_more_than_a_code_allows():
    """Measured flow through 1 m is 1.8-1.9 /s (Seyfried 2009, EG 2006, Kretz 2006); a code allows 1.33."""
    run = run_of(two_rooms(), watch=("door",))
    run.go(filled(run, 80), run.goal_nearest_exit())
    emptied(run)
    times = run.passages["t"]
    middle = times[10:-10]
    flow = (len(middle) - 1) / (middle[-1] - middle[0])
    assert 1.33 < flow < 2.5


def test_a_door_that_closes_holds_everybody_and_lets_them_go_on_when_it_opens():
    run = run_of(two_rooms(), watch=("door",))
    people = filled(run, 30)
    run.go(people, run.goal_nearest_exit())
    run.advance(6.0)
    before = len(run.passages)
    run.set_open("door", is_open=False)
    lost = run.advance(30.0)
    assert len(run.passages) == before
    held = int(run.zone_count[run.network.zones_of_space["room"]].sum())
    assert held == 30 - before
    assert (lost.kind == ArrivalKind.LOST).sum() == held
    run.set_open("door", is_open=True)
    run.advance(120.0)
    assert run.inside == run.moving == 0


def test_a_place_is_reached_and_people_who_share_it_stand_round_it():
    run = run_of(two_rooms())
    people = filled(run, 12)
    hall = int(run.network.zones_of_space["hall"][0])
    run.go(people, run.goal_zone(hall, (12.0, 2.5)))
    arrivals = run.advance(90.0)
    assert sorted(arrivals.agent.tolist()) == people.tolist()
    assert (arrivals.kind == ArrivalKind.GOAL).all()
    assert (arrivals.place == hall).all()
    level, xy = run.places
    assert (level == 0).all()
    assert np.hypot(*(xy - (12.0, 2.5)).T).max() < 4.0


def test_nobody_starts_before_its_time_and_the_rest_stand():
    run = run_of(two_rooms())
    people = filled(run, 10)
    start = np.arange(10) * 2.0 + 1.0
    run.go(people, run.goal_nearest_exit(), start)
    before = np.stack([run.walkers.x, run.walkers.y])
    run.advance(8.0)
    moved = np.hypot(*(np.stack([run.walkers.x, run.walkers.y]) - before))
    assert (moved[start < 7.0] > 0.3).all()
    assert (moved[start > 8.0] < 0.6).all()


def test_any_step_gives_the_same_flow():
    """The step is a matter of accuracy: 0.02 s and 0.1 s empty the room in about the same time."""
    last = []
    for dt_s in (0.1, 0.02):
        run = run_of(two_rooms(), dt_s=dt_s)
        run.go(filled(run, 40), run.goal_nearest_exit())
        last.append(emptied(run)[-1])
    assert last[0] == pytest.approx(last[1], rel=0.15)


def test_a_shorter_step_goes_on_with_what_was_decided_before():
    """In long steps all decide and nothing is kept: the first short one may not fall back on nothing."""
    run = run_of(two_rooms())
    run.go(filled(run, 1), run.goal_nearest_exit())
    run.advance(1.0)
    before = np.hypot(run.walkers.vx, run.walkers.vy)[0]
    run.advance(1.01)
    assert before > 1.0
    assert np.hypot(run.walkers.vx, run.walkers.vy)[0] > 0.97 * before


def test_what_cannot_be_is_refused():
    run = run_of(two_rooms())
    with pytest.raises(InputError, match="zones 9-9"):
        run.add_agents(zone=[9])
    with pytest.raises(InputError, match="above 0 m/s"):
        run.add_agents(zone=[0], speed_mps=0.0)
    with pytest.raises(InputError, match="one person"):
        run.add_agents(zone=[0], weight=2)
    with pytest.raises(InputError, match="compiled for 'calibrated'"):
        CrowdRun(run.ground, mode="code")
    with pytest.raises(InputError, match="dt_s 0"):
        CrowdRun(run.ground, dt_s=0.0)
    with pytest.raises(ValueError, match="cannot go back"):
        run.advance(-1.0)
