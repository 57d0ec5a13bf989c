"""Flat stores of distance fields that grow."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.movement.crowd.heading import TICK_M, Fields


def stored(time: NDArray[np.float32]) -> NDArray[np.uint16]:
    """Walking distances as they are kept: in steps of ``TICK_M``, the most that fits where no way leads."""
    ticks = np.minimum(time / TICK_M, np.iinfo(np.uint16).max)
    kept: NDArray[np.uint16] = ticks.round().astype(np.uint16)
    return kept


class _Growing:
    """An array with spare room behind its end."""

    def __init__(self, dtype: str, *shape: int) -> None:
        self._data: NDArray[Any] = np.zeros((16, *shape), dtype)
        self.used = 0

    def extend(self, more: NDArray[Any]) -> int:
        """Put rows behind the end; where they begin."""
        first, self.used = self.used, self.used + len(more)
        if self.used > len(self._data):
            # Half as much again: a copy of what there is now and then, and no more spare room than that.
            data = np.zeros(
                (max(self.used, len(self._data) * 3 // 2), *self._data.shape[1:]), self._data.dtype
            )
            data[:first] = self._data[:first]
            self._data = data
        self._data[first : self.used] = more
        return first

    @property
    def data(self) -> NDArray[Any]:
        """What is used of it."""
        return self._data[: self.used]


class Store:
    """Rows of fields and the windows that they lie on, as :class:`Fields`."""

    def __init__(self, vertices: int) -> None:
        self.vertex_row = np.full(vertices, -1, np.int32)
        self._row_window, self._row_first = _Growing("i4"), _Growing("i8")
        self._row_line = _Growing("i4")
        self._row_line.extend(np.zeros(1))
        self._line, self._post = _Growing("f8", 4), _Growing("f8", 2)
        self._window_at, self._window_size = _Growing("f8", 3), _Growing("i8", 3)
        self._index, self._time, self._way = _Growing("i4"), _Growing("u2"), _Growing("u1")
        self._fields: Fields | None = None

    @property
    def fields(self) -> Fields:
        """The arrays of this moment."""
        if self._fields is None:
            self._fields = Fields(
                vertex_row=self.vertex_row,
                row_window=self._row_window.data,
                row_first=self._row_first.data,
                row_line=self._row_line.data,
                line=self._line.data,
                post=self._post.data,
                window_at=self._window_at.data,
                window_size=self._window_size.data,
                cells=self._index.data,
                time=self._time.data,
                way=self._way.data,
                bent_first=np.full(self._row_window.used, -1, np.int64),
                bent_way=np.zeros(1, np.uint8),
            )
        return self._fields

    @property
    def nbytes(self) -> int:
        """Memory of all stores."""
        return sum(array.nbytes for array in self.fields)

    def add_window(self, x: float, y: float, cell_m: float, index: NDArray[np.int32]) -> int:
        """Number of a new window."""
        first = self._index.extend(index.ravel())
        self._window_size.extend(np.array([[first, *index.shape]]))
        self._fields = None
        return self._window_at.extend(np.array([[x, y, cell_m]]))

    def add(
        self,
        window: int,
        lines: NDArray[np.float64],
        post: NDArray[np.float64],
        time: NDArray[np.uint16] | None = None,
        way: NDArray[np.uint8] | None = None,
    ) -> int:
        """Row of a new field on a window (or on none: see :mod:`twin.movement.crowd.heading`)."""
        if time is not None and way is not None:
            self._way.extend(way)
            self._row_first.extend(np.array([self._time.extend(time)]))
        else:
            self._row_first.extend(np.zeros(1))
        self._post.extend(post)
        self._line.extend(lines)
        self._row_line.extend(np.array([self._line.used]))
        self._fields = None
        return self._row_window.extend(np.array([window]))
