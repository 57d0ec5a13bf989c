"""Reading trajectories (:mod:`twin.movement.crowd.trajectories`): as columns, for pandas, for PedPy."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.errors import InputError, MissingExtraError
from twin.movement.crowd.trajectories import KEY, About, pyarrow

if TYPE_CHECKING:
    import pandas as pd
    import pedpy


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one level; in the order of frame, then person."""

    frame: NDArray[np.int32]
    person: NDArray[np.int32]
    x: NDArray[np.float32]
    """m"""
    y: NDArray[np.float32]
    flight: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Trajectories:
    """A file of trajectories. Rows are read when they are asked for."""

    path: Path
    about: About
    people: int
    """Rows' highest person number plus one; 0 in an empty file."""
    frames: int
    """Rows' highest frame number plus one."""
    rows: int

    @property
    def levels(self) -> tuple[str, ...]:
        """Ids of the levels, from low to high."""
        return tuple(self.about.levels)

    def of_level(self, level: str | None = None, *, flights: bool = False) -> Rows:
        """The rows of a level (the only one by default); with ``flights`` also of people between levels.

        Raises:
            InputError: if there is no such level, or several and none is named.
        """
        table = self._table(self._named(level), flights=flights)
        columns = {name: table[name].to_numpy() for name in ("frame", "id", "x", "y", "flight")}
        return Rows(columns["frame"], columns["id"], columns["x"], columns["y"], columns["flight"])

    def as_pandas(self, level: str | None = None, *, flights: bool = False) -> pd.DataFrame:
        """The same as a pandas frame with the columns id, frame, x, y (x and y as float64).

        Raises:
            InputError: if there is no such level, or several and none is named.
            MissingExtraError: if pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise MissingExtraError("pandas is not installed: pip install 'mall-twin[pedpy]'") from error
        rows = self.of_level(level, flights=flights)
        return pd.DataFrame(
            {
                "id": rows.person.astype(np.int64),
                "frame": rows.frame.astype(np.int64),
                "x": rows.x.astype(float).round(3),
                "y": rows.y.astype(float).round(3),
            }
        )

    def as_pedpy(self, level: str | None = None) -> pedpy.TrajectoryData:
        """The people on a level (the only one by default) for PedPy, without those on flights.

        Raises:
            InputError: if there is no such level, several and none is named, or nobody is on it.
            MissingExtraError: if PedPy is not installed.
        """
        module = _pedpy()
        table = self.as_pandas(level)
        if table.empty:
            raise InputError(f"{self.path}: nobody is on level {self._named(level)!r}")
        return module.TrajectoryData(table, frame_rate=self.about.frame_rate_hz)

    def floor(self, level: str | None = None) -> shapely.Polygon | shapely.MultiPolygon:
        """The walkable area of a level, m."""
        return shapely.from_wkt(self.about.levels[self._named(level)])

    def walkable_areas(self, level: str | None = None) -> tuple[pedpy.WalkableArea, ...]:
        """The walkable area of a level for PedPy, which wants one piece: all pieces, the largest first.

        Raises:
            InputError: if there is no such level, or several and none is named.
            MissingExtraError: if PedPy is not installed.
        """
        module = _pedpy()
        parts = sorted(shapely.get_parts(self.floor(level)), key=lambda part: -part.area)
        return tuple(module.WalkableArea(part) for part in parts)

    def _named(self, level: str | None) -> str:
        """The level that is meant."""
        if level is None and len(self.levels) == 1:
            return self.levels[0]
        if level is None or level not in self.about.levels:
            said = "several levels, name one" if level is None else f"no level {level!r}"
            raise InputError(f"{self.path}: {said}; there are: {', '.join(self.levels)}")
        return level

    def _table(self, level: str, *, flights: bool) -> Any:  # noqa: ANN401 - pyarrow is imported on use
        """The rows of a level."""
        _, parquet = pyarrow()
        wanted: list[tuple[str, str, object]] = [("level", "==", level)]
        if not flights:
            wanted.append(("flight", "==", False))
        return parquet.read_table(self.path, filters=wanted)


def open_trajectories(path: Path | str) -> Trajectories:
    """The file of trajectories at ``path``.

    Raises:
        InputError: if it is not there, or not such a file.
        MissingExtraError: if pyarrow is not installed.
    """
    arrow, parquet = pyarrow()
    there = Path(path)
    if not there.is_file():
        raise InputError(f"{there}: there is no such file")
    try:
        file = parquet.ParquetFile(there)
    except arrow.ArrowInvalid as error:
        raise InputError(f"{there}: not a Parquet file, or cut short") from error
    with file:
        metadata = file.schema_arrow.metadata or {}
        if KEY not in metadata:
            raise InputError(f"{there}: a Parquet file without trajectories of mall-twin (no {KEY.decode()})")
        groups = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
        return Trajectories(
            there,
            About.from_json(metadata[KEY]),
            people=1 + max((group.column(1).statistics.max for group in groups), default=-1),
            frames=1 + max((group.column(0).statistics.max for group in groups), default=-1),
            rows=file.metadata.num_rows,
        )


def _pedpy() -> Any:  # noqa: ANN401 - imported on use, as it is no part of the product
    """The module ``pedpy``."""
    try:
        import pedpy
    except ImportError as error:
        raise MissingExtraError("PedPy is not installed: pip install 'mall-twin[pedpy]'") from error
    return pedpy
