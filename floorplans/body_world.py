"""The body of a plan in PyBullet, and rays through it."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType, TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from floorplans.body_mesh import Mesh, slab, walls
from twin.errors import MissingExtraError
from twin.plan.model import Plan

RAYS_AT_ONCE = 8192
"""PyBullet takes at most 16,384 rays in one call."""
PIECE = 20_000
"""Triangles in one collision shape; PyBullet takes at most 131,072 vertices in one."""


def bullet() -> ModuleType:
    """PyBullet.

    Raises:
        MissingExtraError: where it is not installed.
    """
    try:
        # It greets on standard error, among the log lines.
        with _quiet():
            import pybullet
    except ImportError:
        raise MissingExtraError(
            "sight lines need PyBullet: install the extra 'body' (pip install 'mall-twin[body]'); "
            "it has a wheel for CPython 3.11 on Linux x86-64 only"
        ) from None
    return pybullet  # type: ignore[no-any-return]  # an untyped module


@contextmanager
def _quiet() -> Iterator[None]:
    """Nothing that is written to standard error gets out."""
    sys.stderr.flush()
    kept, sink = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(sink, 2)
        yield
    finally:
        # The greeting waits in the buffer of the C library until it is flushed.
        ctypes.CDLL(None).fflush(None)
        os.dup2(kept, 2)
        os.close(kept)
        os.close(sink)


class Body:
    """Walls and slabs of ``plan`` as static bodies; use it as a context manager.

    Raises:
        MissingExtraError: where PyBullet is not installed.
    """

    def __init__(self, plan: Plan) -> None:
        self._bullet = bullet()
        self._client: int = self._bullet.connect(self._bullet.DIRECT)
        for level in plan.levels:
            self._add(walls(plan, level))
            self._add(slab(plan, level))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bullet.disconnect(self._client)

    def _add(self, mesh: Mesh) -> None:
        for start in range(0, len(mesh.triangles), PIECE):
            triangles = mesh.triangles[start : start + PIECE]
            used, index = np.unique(triangles, return_inverse=True)
            shape = self._bullet.createCollisionShape(
                self._bullet.GEOM_MESH,
                vertices=mesh.vertices[used].tolist(),
                indices=index.ravel().tolist(),
                flags=self._bullet.GEOM_FORCE_CONCAVE_TRIMESH,
                physicsClientId=self._client,
            )
            self._bullet.createMultiBody(0, shape, physicsClientId=self._client)

    def sees(self, eyes: NDArray[np.float64], targets: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Whether nothing stands between ``eyes[n, 3]`` and ``targets[n, 3]``."""
        clear = np.zeros(len(targets), dtype=bool)
        for start in range(0, len(targets), RAYS_AT_ONCE):
            part = slice(start, start + RAYS_AT_ONCE)
            hits = self._bullet.rayTestBatch(
                eyes[part].tolist(), targets[part].tolist(), physicsClientId=self._client
            )
            clear[part] = np.fromiter((hit[0] < 0 for hit in hits), dtype=bool, count=len(hits))
        return clear
