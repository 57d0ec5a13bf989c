"""Playback: where everybody was, frame by frame, in a compact binary form.

Layout of the bytes: ``MTF1``, uint32 length of the header, the header as JSON (UTF-8), then ``x`` and ``y``
(uint16) and ``level`` (uint8), each little-endian, row by row (one row a frame).
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.errors import InputError
from twin.plan.model import Plan

MAGIC = b"MTF1"
ABSENT = 255
"""Level of a person who is not in the building."""


def raster_of(plan: Plan) -> tuple[NDArray[np.float64], float]:
    """(origin, metres a step) with which every place of ``plan`` fits into 16 bits."""
    box = np.array([level.outline.bounds for level in plan.levels])
    origin = box[:, :2].min(axis=0) - 1.0
    reach = float((box[:, 2:].max(axis=0) + 1.0 - origin).max())
    return origin, max(reach / np.iinfo(np.uint16).max, 0.01)


@dataclass(frozen=True, kw_only=True)
class Frames:
    """Positions of N people in T frames. Metres are ``origin + scale_m * (x, y)``."""

    step_s: float
    scale_m: float
    origin: tuple[float, float]
    level_ids: tuple[str, ...]
    x: NDArray[np.uint16]
    y: NDArray[np.uint16]
    level: NDArray[np.uint8]
    """Index into ``level_ids``; :data:`ABSENT`: not there."""

    def to_bytes(self) -> bytes:
        """The frames as bytes."""
        header = json.dumps(
            {
                "step_s": self.step_s,
                "scale_m": self.scale_m,
                "origin": list(self.origin),
                "level_ids": list(self.level_ids),
                "frames": int(self.x.shape[0]),
                "people": int(self.x.shape[1]),
            }
        ).encode()
        parts = (self.x.astype("<u2").tobytes(), self.y.astype("<u2").tobytes(), self.level.tobytes())
        return MAGIC + struct.pack("<I", len(header)) + header + b"".join(parts)

    @classmethod
    def from_bytes(cls, data: bytes) -> Frames:
        """The frames in ``data``.

        Raises:
            InputError: if ``data`` are not frames, or cut short.
        """
        if data[:4] != MAGIC:
            raise InputError("frames: the data do not begin with MTF1")
        (length,) = struct.unpack_from("<I", data, 4)
        header = json.loads(data[8 : 8 + length])
        shape = (header["frames"], header["people"])
        size = shape[0] * shape[1]
        body = data[8 + length :]
        if len(body) != 5 * size:
            raise InputError(f"frames: {len(body)} bytes of positions, {5 * size} expected")
        return cls(
            step_s=header["step_s"],
            scale_m=header["scale_m"],
            origin=(header["origin"][0], header["origin"][1]),
            level_ids=tuple(header["level_ids"]),
            x=np.frombuffer(body, "<u2", size).reshape(shape).astype(np.uint16),
            y=np.frombuffer(body, "<u2", size, 2 * size).reshape(shape).astype(np.uint16),
            level=np.frombuffer(body, np.uint8, size, 4 * size).reshape(shape),
        )
