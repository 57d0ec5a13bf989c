"""Trajectories of a drill, written while it runs (:mod:`twin.movement.crowd.trajectories`)."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from twin.errors import ScenarioError
from twin.movement.crowd.law import CALIBRATED
from twin.movement.crowd.trajectories import FRAME_RATE_HZ, TrajectoryWriter, about_plan
from twin.movement.engines import MovementRun
from twin.plan.model import Plan
from twin.world.drill_setup import DrillSetup


class TrajectoryLog:
    """The file of one drill; a context manager that gives it up when the drill breaks.

    Args:
        path: the file.
        plan: the building.
        setup: the drill.
        seed: seed of this replication.
        run: whose people are written.

    Raises:
        ScenarioError: if the engine does not know where people are.
        MissingExtraError: if pyarrow is not installed.
    """

    def __init__(self, path: Path, plan: Plan, setup: DrillSetup, seed: int, run: MovementRun) -> None:
        if run.places is None:
            raise ScenarioError(
                f"trajectories: engine {setup.engine!r} knows people's zones, not their places; take 'crowd'"
            )
        note = f"crowd engine on levels {', '.join(setup.crowd_levels)} only" if setup.crowd_levels else ""
        about = about_plan(
            plan,
            frame_rate_hz=FRAME_RATE_HZ,
            seed=seed,
            engine=setup.engine,
            mode=run.network.physics.mode,
            law=CALIBRATED._asdict(),
            note=note,
        )
        self.step_s = 1 / FRAME_RATE_HZ
        """Time from frame to frame."""
        self._writer = TrajectoryWriter(path, about)

    def take(self, run: MovementRun) -> None:
        """One frame."""
        places = run.places
        if places is None:
            return
        level, xy = places
        self._writer.add(np.arange(run.agents), xy, level, flight=run.node >= run.network.zones)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file, or give it up."""
        self._writer.__exit__(kind, error, trace)
