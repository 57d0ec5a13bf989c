"""What the screens remember of the day: people inside and in each space, once a minute of its clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

import numpy as np
from numpy.typing import NDArray

STEP_S = 60.0
LENGTH = 24 * 60
_LEVELS = ("mean", "low", "high")


class History:
    """A ring of samples; 24 h of a mall of 700 spaces are about 12 MB.

    A sample is taken when the mall's clock has moved on by a minute. A clock that goes back, as when a
    replay begins anew, empties the ring.
    """

    def __init__(self, space_ids: Sequence[str]) -> None:
        self._column = {space: index for index, space in enumerate(space_ids)}
        self._time: NDArray[np.float64] = np.full(LENGTH, np.nan)
        self._inside: NDArray[np.float32] = np.full((LENGTH, 3), np.nan, dtype=np.float32)
        self._spaces: NDArray[np.float32] = np.full((LENGTH, len(space_ids), 3), np.nan, dtype=np.float32)
        self._count = 0

    def take(self, document: Mapping[str, object]) -> bool:
        """Remember the snapshot ``document`` if a minute has passed; whether it was."""
        now = datetime.fromisoformat(str(document["clock"])).timestamp()
        if self._count:
            before = self._time[(self._count - 1) % LENGTH]
            if now < before - STEP_S:
                self._count = 0
            elif now < before + STEP_S:
                return False
        row = self._count % LENGTH
        self._time[row] = now
        self._inside[row] = _values(cast("Mapping[str, object]", document["inside"]))
        self._spaces[row] = np.nan
        for space, one in cast("Mapping[str, Mapping[str, object]]", document["spaces"]).items():
            column = self._column.get(space)
            if column is not None:
                self._spaces[row, column] = _values(one)
        self._count += 1
        return True

    def document(self, space_id: str = "") -> dict[str, list[float | None]]:
        """The samples of a space, or of the whole mall, from old to new; times are POSIX seconds.

        Raises:
            KeyError: if there is no such space.
        """
        kept = min(self._count, LENGTH)
        rows = np.arange(self._count - kept, self._count) % LENGTH
        values = self._inside[rows] if not space_id else self._spaces[rows, self._column[space_id]]
        columns = {name: _listed(values[:, index]) for index, name in enumerate(_LEVELS)}
        return {"time": _listed(self._time[rows]), **columns}


def _values(one: Mapping[str, object]) -> list[float]:
    """Mean, low and high; not a number where nobody knows."""
    if one.get("quality") == "unknown":
        return [float("nan")] * 3
    return [float(cast("float", one[name])) for name in _LEVELS]


def _listed(values: NDArray[np.floating]) -> list[float | None]:
    return [None if np.isnan(value) else round(float(value), 1) for value in values]
