"""Trajectories in a Parquet file: written while a run goes, for PedPy, pandas or whatever reads Parquet.

Columns, one row a person and frame:

======== ======= ============================================================
frame    int32   number of the frame; its time is ``start_s + frame / frame_rate_hz``
id       int32   number of the person
x, y     float32 place in the plan, m, to the millimetre
level    string  id of the level (dictionary-coded)
flight   bool    on a stair, escalator or ramp: drawn on the line between its stops, which lies on no level
======== ======= ============================================================

What the rows mean stands in the file's metadata, key :data:`KEY`, as JSON (:class:`About`): frame rate, plan,
seed, engine, law, and the walkable area of each level as WKT. A file appears under its name when it is whole;
until then it is called ``….part``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from twin.errors import InputError, MissingExtraError

if TYPE_CHECKING:
    from pyarrow import Schema

    from twin.plan.model import Plan

KEY = b"mall_twin_trajectories"
FORMAT = 1
FRAME_RATE_HZ = 5.0
"""Frames a second unless asked otherwise: two points a step of a walking person."""
ROWS_PER_GROUP = 1 << 18
"""Rows that are held in memory before they are written (about 6 MB)."""
_COLUMNS = ("frame", "id", "x", "y", "level", "flight")


@dataclass(frozen=True, kw_only=True)
class About:
    """What the rows of a file mean."""

    frame_rate_hz: float
    plan: str
    plan_version: str
    seed: int | None
    engine: str
    mode: str
    law: Mapping[str, float] = field(default_factory=dict)
    """Parameters of the crowd law, by name; empty for the network engine."""
    levels: Mapping[str, str] = field(default_factory=dict)
    """Walkable area of each level as WKT, m, by level id, from low to high."""
    start_s: float = 0.0
    """Clock of the run at frame 0."""
    note: str = ""

    def to_json(self) -> bytes:
        """These facts as JSON."""
        return json.dumps({"format": FORMAT} | asdict(self), ensure_ascii=False).encode()

    @classmethod
    def from_json(cls, text: bytes) -> About:
        """The facts in the metadata of a file.

        Raises:
            InputError: if they are of a format that this version does not know.
        """
        document = json.loads(text)
        known = document.pop("format", None)
        if known != FORMAT:
            raise InputError(f"trajectories: format {known!r} is not known, this version reads {FORMAT}")
        return cls(**document)


def about_plan(
    plan: Plan,
    *,
    frame_rate_hz: float,
    seed: int | None,
    engine: str,
    mode: str,
    law: Mapping[str, float] | None = None,
    start_s: float = 0.0,
    note: str = "",
) -> About:
    """The facts of a run on ``plan``, with the walkable area of each of its levels."""
    from twin.plan.walkable import walkable

    return About(
        frame_rate_hz=frame_rate_hz,
        plan=plan.id,
        plan_version=plan.version,
        seed=seed,
        engine=engine,
        mode=mode,
        law=dict(law or {}),
        levels={
            level.id: shapely.to_wkt(walkable(plan, level.id), rounding_precision=4) for level in plan.levels
        },
        start_s=start_s,
        note=note,
    )


def pyarrow() -> tuple[Any, Any]:
    """The modules ``pyarrow`` and ``pyarrow.parquet``.

    Raises:
        MissingExtraError: if they are not installed.
    """
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise MissingExtraError(
            "trajectories are written as Parquet: pip install 'mall-twin[trajectories]'"
        ) from error
    return pa, parquet


class TrajectoryWriter:
    """Writes a file of trajectories frame by frame; a context manager. Memory does not grow with the run.

    Args:
        path: the file; what is there is replaced when the new one is whole.
        about: what the rows mean.
        rows_per_group: rows that are collected before they are written.

    Raises:
        MissingExtraError: if pyarrow is not installed.
        InputError: if the folder of ``path`` is not there.
    """

    def __init__(self, path: Path, about: About, *, rows_per_group: int = ROWS_PER_GROUP) -> None:
        arrow, parquet = pyarrow()
        self.path, self.about = Path(path), about
        if not self.path.parent.is_dir():
            raise InputError(f"{self.path}: there is no folder {self.path.parent}")
        self.frames = 0
        """Frames so far."""
        self._arrow = arrow
        self._rows_per_group = rows_per_group
        self._pending: list[tuple[NDArray[Any], ...]] = []
        self._rows = 0
        self._levels = arrow.array(list(about.levels), arrow.string())
        self._schema = _schema(arrow).with_metadata({KEY: about.to_json()})
        self._part = self.path.with_name(self.path.name + ".part")
        self._file = parquet.ParquetWriter(
            self._part,
            self._schema,
            compression="zstd",
            use_dictionary=["level"],
            column_encoding={
                "frame": "DELTA_BINARY_PACKED",
                "id": "DELTA_BINARY_PACKED",
                "x": "BYTE_STREAM_SPLIT",
                "y": "BYTE_STREAM_SPLIT",
            },
        )

    def add(
        self, people: ArrayLike, xy: ArrayLike, level: ArrayLike, flight: ArrayLike | None = None
    ) -> None:
        """The next frame; people may be none.

        Args:
            people: int[n] numbers of those who are there, each once.
            xy: [n, 2] where, m.
            level: int[n] index into the levels of ``about``; who has none (negative) is left out.
            flight: bool[n] who is on a flight; nobody by default.
        """
        floor = np.asarray(level, np.int64)
        kept = floor >= 0
        who = np.asarray(people, np.int32)[kept]
        order = np.argsort(who, kind="stable")
        places = np.asarray(xy, float).reshape(-1, 2)[kept][order].round(3).astype(np.float32)
        on_flight = np.zeros(len(floor), bool) if flight is None else np.asarray(flight, bool)
        self._pending.append(
            (
                np.full(len(who), self.frames, np.int32),
                who[order],
                places[:, 0],
                places[:, 1],
                floor[kept][order].astype(np.int8),
                on_flight[kept][order],
            )
        )
        self.frames += 1
        self._rows += len(who)
        if self._rows >= self._rows_per_group:
            self._write()

    def close(self) -> None:
        """Write what is left, and give the file its name."""
        self._write()
        self._file.close()
        self._part.replace(self.path)

    def discard(self) -> None:
        """Give the file up."""
        self._file.close()
        self._part.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file; after an error, give it up."""
        if kind is None:
            self.close()
        else:
            self.discard()

    def _write(self) -> None:
        """Write the collected frames as one row group."""
        if not self._rows:
            return
        columns = [np.concatenate(column) for column in zip(*self._pending, strict=True)]
        arrow = self._arrow
        level = arrow.DictionaryArray.from_arrays(arrow.array(columns[4]), self._levels)
        arrays = [*(arrow.array(column) for column in columns[:4]), level, arrow.array(columns[5])]
        self._file.write_table(arrow.Table.from_arrays(arrays, schema=self._schema))
        self._pending, self._rows = [], 0


def _schema(arrow: Any) -> Schema:  # noqa: ANN401 - the module pyarrow, imported on use
    """The columns of a file."""
    kinds = (
        arrow.int32(),
        arrow.int32(),
        arrow.float32(),
        arrow.float32(),
        arrow.dictionary(arrow.int8(), arrow.string()),
        arrow.bool_(),
    )
    return arrow.schema(
        [arrow.field(name, kind, nullable=False) for name, kind in zip(_COLUMNS, kinds, strict=True)]
    )
