"""Experiments repeated on the product: a set-up drawn as a plan, people put in, and their tracks kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scenarios.verification.case import Setting
from scenarios.verification.drawing import Drawing
from scenarios.verification.experiments_setups import OUTSIDE, SetUp, free_speeds, spread
from scenarios.verification.measuring import Recorder, Tracks
from twin.movement.crowd.law import CALIBRATED
from twin.movement.crowd.trajectories import TrajectoryWriter, about_plan
from twin.movement.engines import MovementRun
from twin.plan.model import Plan
from twin.plan.zones import zones_of
from twin.world.networks import new_run

RATE_HZ = 10.0
"""Frames a second that are kept: those of the engine's own step."""
_UNHINDERED = 1e-6


def plan_of(setup: SetUp) -> Plan:
    """The set-up as a plan. Ways as wide as a wall of one of their rooms are open fronts, others doors."""
    drawing = Drawing(setup.name.replace(" ", "-"))
    for room in setup.rooms:
        drawing.space(room.name, room.shape)
    for way in setup.ways:
        if way.rooms[1] == OUTSIDE:
            drawing.exit(way.name, way.rooms[0], (way.a, way.b))
        elif _whole_side(setup, way.a, way.b):
            drawing.front(way.name, way.rooms, (way.a, way.b))
        else:
            drawing.opening(way.name, way.rooms, (way.a, way.b))
    return drawing.plan()


def _whole_side(setup: SetUp, a: tuple[float, float], b: tuple[float, float]) -> bool:
    """Whether a way leaves no wall beside it in one of the rooms: both of its ends are corners there."""
    return any({a, b} <= set(room.outline) for room in setup.rooms)


@dataclass(frozen=True, slots=True)
class Repeated:
    """One repetition of an experiment."""

    setup: SetUp
    seed: int
    tracks: Tracks
    """Where people were, :data:`RATE_HZ` times a second; those who are out are not in it."""
    out: int
    """People who left by the end."""
    inside_walls: bool
    """Whether everybody was on the floor in every frame."""


class Stage:
    """A set-up with its people, ready to go.

    Args:
        setup: the experiment.
        setting: engine and mode.
        seed: seed of places and speeds.
        places: where people start, [people, 2]; spread over the boxes of the starts by default.
        rooms: the room of each place; that of its start by default.
        watch: names of ways whose passages the run is to log.
    """

    def __init__(
        self,
        setup: SetUp,
        setting: Setting,
        seed: int,
        *,
        places: NDArray[np.float64] | None = None,
        rooms: Sequence[str] | None = None,
        watch: Sequence[str] = (),
    ) -> None:
        self.setup, self.setting, self.seed = setup, setting, seed
        self.plan = plan = _kept(setup)
        random = np.random.default_rng(seed)
        self.run: MovementRun = new_run(plan, setting.engine, setting.mode, watch=watch)
        self.recorder = Recorder(RATE_HZ)
        self._zones = zones_of(plan)
        begun = 0
        for start in setup.starts:
            mine = slice(begun, begun + start.people)
            at = spread(start.box, start.people, random) if places is None else places[mine]
            named = [start.room] * start.people if rooms is None else rooms[mine]
            ids = self.run.add_agents(
                zone=np.array([self.zone_at(room, place) for room, place in zip(named, at, strict=True)]),
                xy=at,
                speed_mps=free_speeds(setup, start.people, random),
            )
            if start.leave_by:
                self.run.go(ids, self.run.goal_exits(start.leave_by))
            begun += start.people

    def zone_at(self, room: str, place: NDArray[np.float64]) -> int:
        """The zone of a room whose middle is nearest to a place."""
        own = self._zones.zones_of_space[room]
        away = np.hypot(*(self._zones.zone_centre[own] - place).T)
        return int(own[int(np.argmin(away))])

    def goal_place(self, room: str, place: tuple[float, float]) -> int:
        """The goal: to stand at a place of a room."""
        return self.run.goal_zone(self.zone_at(room, np.array(place)), place)

    def save(self, path: Path) -> None:
        """Write what was kept to a file of trajectories."""
        about = about_plan(
            self.plan,
            frame_rate_hz=RATE_HZ,
            seed=self.seed,
            engine=self.setting.engine,
            mode=self.setting.mode,
            law=CALIBRATED._asdict(),
        )
        with TrajectoryWriter(path, about) as writer:
            for people, xy in self.recorder.rows:
                writer.add(people, xy, np.zeros(len(people)))

    def see(self) -> None:
        """Keep where everybody is."""
        there = np.flatnonzero(~self.run.outside)
        self.recorder.add(there, self.run.xy[there])

    def until(self, end_s: float, *, each: Callable[[], bool] | None = None) -> Repeated:
        """Run until everybody is out, ``each`` says that it is enough, or the clock shows ``end_s``."""
        self.see()
        while self.run.moving and self.run.now_s < end_s - _UNHINDERED:
            self.run.advance((self.recorder.frames) / RATE_HZ)
            self.see()
            if each is not None and each():
                break
        tracks = self.recorder.tracks()
        return Repeated(
            self.setup, self.seed, tracks, int(self.run.outside.sum()), _on_floor(self.setup, tracks)
        )


@cache
def _kept(setup: SetUp) -> Plan:
    """The plan of a set-up, drawn once."""
    return plan_of(setup)


def _on_floor(setup: SetUp, tracks: Tracks) -> bool:
    """Whether nobody ever was beyond a wall."""
    import shapely

    floor = setup.floor().buffer(1e-3)
    shapely.prepare(floor)
    return bool(shapely.intersects_xy(floor, tracks.x, tracks.y).all())


def repeated(setup: SetUp, setting: Setting, seed: int, *, until_s: float) -> Repeated:
    """One repetition, until everybody is out or ``until_s``."""
    return Stage(setup, setting, seed).until(until_s)
