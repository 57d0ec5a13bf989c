"""Maps of a drill for the screen: values by zone, and density on a fine raster where positions are true.

Layout of the bytes: ``MTM1``, uint32 length of the header, the header as JSON (UTF-8), then little-endian:
for each level the zone of each raster cell (uint16, row by row from the south-west corner; 65535 is solid),
then layer by layer the values: by zone float32, NaN for none; by cell uint16 hundredths for each level,
65535 for none.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.errors import InputError
from twin.plan.zones import Zones
from twin.world.density import CELL_M, Footprints
from twin.world.drill_result import DrillRun
from twin.world.drill_zones import LEAST_BEGAN, LEVEL_E, LEVEL_F, percentiles_by, queued_people_s

MAGIC = b"MTM1"
NONE = 65535
HUNDREDTHS = 100.0


@dataclass(frozen=True, kw_only=True)
class Maps:
    """Layers by name. Z zones; rasters [row y, col x] from the south-west corner."""

    level_ids: tuple[str, ...]
    origins: tuple[tuple[float, float], ...]
    cell_m: float
    zone: tuple[NDArray[np.uint16], ...]
    """By level the zone of each cell."""
    by_zone: dict[str, NDArray[np.float32]]
    """Layers [Z]; NaN: nothing to show. A time that nobody reached is inf."""
    by_cell: dict[str, tuple[NDArray[np.float32] | None, ...]]
    """Layers by level on cells of ``CELL_M``; ``None``: nothing on this level."""

    def to_bytes(self) -> bytes:
        """The maps as bytes."""
        header = {
            "cell_m": self.cell_m,
            "fine_m": CELL_M,
            "levels": [
                {"id": name, "origin": list(origin), "rows": zone.shape[0], "cols": zone.shape[1]}
                for name, origin, zone in zip(self.level_ids, self.origins, self.zone, strict=True)
            ],
            "zones": max((len(values) for values in self.by_zone.values()), default=0),
            "by_zone": list(self.by_zone),
            "by_cell": {
                name: [None if raster is None else list(raster.shape) for raster in rasters]
                for name, rasters in self.by_cell.items()
            },
        }
        words = json.dumps(header).encode()
        parts = [zone.astype("<u2").tobytes() for zone in self.zone]
        parts += [values.astype("<f4").tobytes() for values in self.by_zone.values()]
        for rasters in self.by_cell.values():
            parts += [_packed(raster) for raster in rasters if raster is not None]
        return MAGIC + struct.pack("<I", len(words)) + words + b"".join(parts)

    @classmethod
    def from_bytes(cls, data: bytes) -> Maps:
        """The maps in ``data``.

        Raises:
            InputError: if ``data`` are not maps, or cut short.
        """
        if data[:4] != MAGIC:
            raise InputError("maps: the data do not begin with MTM1")
        (length,) = struct.unpack_from("<I", data, 4)
        header: dict[str, Any] = json.loads(data[8 : 8 + length])
        at = 8 + length

        def taken(kind: str, *shape: int) -> NDArray[Any]:
            nonlocal at
            size = int(np.prod(shape)) * np.dtype(kind).itemsize
            if at + size > len(data):
                raise InputError("maps: the data are cut short")
            values = np.frombuffer(data[at : at + size], kind).reshape(shape)
            at += size
            return values

        levels = header["levels"]
        return cls(
            level_ids=tuple(level["id"] for level in levels),
            origins=tuple((level["origin"][0], level["origin"][1]) for level in levels),
            cell_m=header["cell_m"],
            zone=tuple(taken("<u2", level["rows"], level["cols"]) for level in levels),
            by_zone={name: taken("<f4", header["zones"]) for name in header["by_zone"]},
            by_cell={
                name: tuple(None if shape is None else _unpacked(taken("<u2", *shape)) for shape in shapes)
                for name, shapes in header["by_cell"].items()
            },
        )


def _packed(raster: NDArray[np.float32]) -> bytes:
    hundredths = np.clip(np.rint(np.nan_to_num(raster) * HUNDREDTHS), 0, NONE - 1)
    return np.where(np.isnan(raster), NONE, hundredths).astype("<u2").tobytes()


def _unpacked(values: NDArray[np.uint16]) -> NDArray[np.float32]:
    return np.where(values == NONE, np.nan, values / HUNDREDTHS).astype(np.float32)


def maps_of(zones: Zones, runs: Sequence[DrillRun]) -> Maps:
    """The maps of all replications of one drill.

    By zone: ``density_peak`` and ``density_mean`` (people/m²; from the alarm to the end), ``e_s`` (seconds at
    level of service E or worse) and ``f_s``,
    ``queue_min`` (person-minutes spent queueing), ``queue_peak`` (people): means over replications;
    ``out_median`` and ``out_p95`` (s since the alarm, of all replications together) where enough people
    began. By cell, from engines that know true positions: ``cell_peak`` and ``cell_mean`` (people/m²).
    """
    began, median, slow = percentiles_by(
        np.concatenate([run.start_zone for run in runs]),
        np.concatenate([run.out_time_s for run in runs]),
        len(zones.zone_area_m2),
    )
    few = began < LEAST_BEGAN
    layers = {
        "density_peak": np.mean([run.peak_density for run in runs], axis=0),
        "density_mean": np.mean([run.zone_count.mean(axis=0) for run in runs], axis=0) / zones.zone_area_m2,
        "e_s": np.mean([run.density_time_s[:, LEVEL_E] for run in runs], axis=0),
        "f_s": np.mean([run.density_time_s[:, LEVEL_F] for run in runs], axis=0),
        "queue_min": np.mean([queued_people_s(run) for run in runs], axis=0) / 60.0,
        "queue_peak": np.mean([run.zone_queue.max(axis=0, initial=0) for run in runs], axis=0),
        "out_median": np.where(few, np.nan, median),
        "out_p95": np.where(few, np.nan, slow),
    }
    return Maps(
        level_ids=zones.level_ids,
        origins=tuple(grid.origin for grid in zones.grids),
        cell_m=zones.grids[0].cell_m,
        zone=tuple(np.where(grid.zone < 0, NONE, grid.zone).astype(np.uint16) for grid in zones.grids),
        by_zone={name: values.astype(np.float32) for name, values in layers.items()},
        by_cell=_by_cell([run.footprints for run in runs if run.footprints is not None]),
    )


def _by_cell(prints: Sequence[Footprints]) -> dict[str, tuple[NDArray[np.float32] | None, ...]]:
    """Peak and mean density by level: means over replications."""
    if not prints:
        return {}
    layers: dict[str, tuple[NDArray[np.float32] | None, ...]] = {}
    for name, part in (("cell_peak", "peak"), ("cell_mean", "mean")):
        rasters = [getattr(one, part) for one in prints]
        layers[name] = tuple(
            np.mean([raster[level] for raster in rasters], axis=0).astype(np.float32) if true else None
            for level, true in enumerate(prints[0].levels)
        )
    return layers
