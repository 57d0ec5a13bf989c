"""Density on a fine raster from true positions: how close people stood, peak and mean over time.

The density of a cell is the number of people within :data:`RADIUS_M` of it over the area within that radius
in which one can walk, so that it is not too low beside a wall. One person alone makes 0.32 people/m²; a
packed crowd 4-6. It is sampled, not integrated: somebody who runs through between two samples leaves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from twin.plan.zones import LevelGrid, Zones

RADIUS_M = 1.0
CELL_M = 1.0
"""Side of a cell in the result; people are counted on the finer raster of the zones."""
LEAST_AREA = 0.25
"""Share of the disc that counts at least as walkable, so that the grid does not drive up a corner."""


@dataclass(frozen=True, kw_only=True)
class Footprints:
    """Density by level. Rasters [row y, col x] of :data:`CELL_M`, from the origin of the level's grid."""

    peak: tuple[NDArray[np.float32], ...]
    """People/m²: the greatest of all samples; NaN where one cannot walk."""
    mean: tuple[NDArray[np.float32], ...]
    """People/m²: mean over the samples from the alarm to the end of the run."""
    levels: tuple[bool, ...]
    """Levels on which positions are true; the others are empty."""


def levels_on_floors(level: NDArray[Any], node: NDArray[Any], zones: int) -> NDArray[np.int64]:
    """``level`` of those who stand in one of the ``zones``; -1 for who is on a flight, or nowhere.

    A flight is longer than its place in the plan: drawn there, its people would be a crowd that is none.
    """
    return np.where((node >= 0) & (node < zones), level, -1).astype(np.int64)


class DensityField:
    """Takes the positions of everybody, sample by sample."""

    def __init__(self, zones: Zones) -> None:
        self._rasters = [_Raster(grid) for grid in zones.grids]
        self._samples = 0
        self._seen = np.zeros(len(self._rasters), bool)

    def take(self, level: NDArray[np.int64], xy: NDArray[np.float64], weight: NDArray[np.int32]) -> None:
        """One sample: level index (-1 is nowhere), place [n, 2] in plan metres, and people at each place."""
        self._samples += 1
        for number, raster in enumerate(self._rasters):
            here = level == number
            if here.any():
                self._seen[number] = True
                raster.take(xy[here], weight[here])

    def result(self, levels: NDArray[np.bool_] | None = None) -> Footprints:
        """What was found. ``levels``: on which of them positions are true; all by default."""
        true = np.ones(len(self._rasters), bool) if levels is None else levels
        return Footprints(
            peak=tuple(raster.coarse_peak() for raster in self._rasters),
            mean=tuple(raster.coarse_mean(max(self._samples, 1)) for raster in self._rasters),
            levels=tuple(bool(one) for one in true),
        )


class _Raster:
    """One level. People are stamped as discs on a raster with a margin, so that no disc leaves it."""

    def __init__(self, grid: LevelGrid) -> None:
        cell = grid.cell_m
        self._origin, self._cell, self._shape = np.array(grid.origin), cell, grid.zone.shape
        self._margin = margin = int(RADIUS_M / cell + 1e-9)
        rows, cols = np.mgrid[-margin : margin + 1, -margin : margin + 1]
        disc = rows**2 + cols**2 <= (RADIUS_M / cell + 1e-9) ** 2
        self._walkable = grid.zone >= 0
        area = ndimage.convolve(self._walkable.astype(float), disc.astype(float), mode="constant")
        self._area = np.maximum(area, LEAST_AREA * disc.sum()) * cell**2
        self._padded = (self._shape[0] + 2 * margin, self._shape[1] + 2 * margin)
        self._stamp = (rows * self._padded[1] + cols)[disc]
        self.peak = np.zeros(self._shape)
        self.total = np.zeros(self._shape)

    def take(self, xy: NDArray[np.float64], weight: NDArray[np.int32]) -> None:
        """Stamp one sample."""
        at = np.floor((xy - self._origin) / self._cell).astype(np.int64)
        row = np.clip(at[:, 1], 0, self._shape[0] - 1) + self._margin
        col = np.clip(at[:, 0], 0, self._shape[1] - 1) + self._margin
        cells = ((row * self._padded[1] + col)[:, None] + self._stamp).ravel()
        people = np.bincount(
            cells, weights=np.repeat(weight, len(self._stamp)), minlength=self._padded[0] * self._padded[1]
        ).reshape(self._padded)
        margin = self._margin
        density = people[margin:-margin, margin:-margin] / self._area
        np.maximum(self.peak, density, out=self.peak)
        self.total += density

    def coarse_peak(self) -> NDArray[np.float32]:
        """The greatest of each coarse cell's fine ones."""
        blocks = self._blocks(np.where(self._walkable, self.peak, -1.0), -1.0)
        peak = blocks.max(axis=(1, 3))
        return np.where(peak < 0, np.nan, peak).astype(np.float32)

    def coarse_mean(self, samples: int) -> NDArray[np.float32]:
        """The mean of each coarse cell's walkable fine ones."""
        total = self._blocks(np.where(self._walkable, self.total, 0.0), 0.0).sum(axis=(1, 3))
        count = self._blocks(self._walkable.astype(float), 0.0).sum(axis=(1, 3))
        return np.where(count > 0, total / np.maximum(count, 1) / samples, np.nan).astype(np.float32)

    def _blocks(self, values: NDArray[np.float64], fill: float) -> NDArray[np.float64]:
        """``values`` cut into coarse cells: [rows, fine rows, columns, fine columns]."""
        size = max(round(CELL_M / self._cell), 1)
        more = [(-length) % size for length in self._shape]
        padded = np.pad(values, ((0, more[0]), (0, more[1])), constant_values=fill)
        return padded.reshape(padded.shape[0] // size, size, padded.shape[1] // size, size)
