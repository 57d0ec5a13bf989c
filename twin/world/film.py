"""Playback of an engine that knows where everybody truly is: positions, frame by frame."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from twin.movement.engines import MovementRun
from twin.movement.network.model import Floats, Ints
from twin.plan.model import Plan
from twin.world.frames import ABSENT, Frames, raster_of

STEP_S = 0.5
_MOST_POSITIONS = 4_000_000
"""Positions that a playback holds; when there are more, every other frame is left out."""


class Film:
    """Takes positions while a run goes on."""

    def __init__(self) -> None:
        self.step_s = STEP_S
        """Time until the next frame is to be taken."""
        self._frames: list[tuple[NDArray[np.uint8], NDArray[np.float32]]] = []

    def take(self, run: MovementRun) -> None:
        """One frame."""
        places = run.places
        if places is None:
            return
        level, xy = places
        self._frames.append((np.where(level < 0, ABSENT, level).astype(np.uint8), xy.astype(np.float32)))
        if len(self._frames) * max(run.agents, 1) > _MOST_POSITIONS:
            del self._frames[1::2]
            self.step_s *= 2

    def frames(self, plan: Plan) -> Frames:
        """What was taken."""
        origin, scale = raster_of(plan)
        most = np.iinfo(np.uint16).max
        xy: Floats = np.array([places for _, places in self._frames], np.float64)
        level: Ints = np.array([levels for levels, _ in self._frames])
        cells = np.clip(np.rint((np.nan_to_num(xy) - origin) / scale), 0, most).astype(np.uint16)
        return Frames(
            step_s=self.step_s,
            scale_m=scale,
            origin=(float(origin[0]), float(origin[1])),
            level_ids=tuple(one.id for one in plan.levels),
            x=cells[..., 0],
            y=cells[..., 1],
            level=level.astype(np.uint8),
        )
