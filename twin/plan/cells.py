"""Cutting the spaces of a level into movement cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.plan.geodesic import parts, voronoi
from twin.plan.model import Space
from twin.plan.raster import SOLID_CELL, Raster, rasterise

CUT_ABOVE = 1.6
"""A part is cut where it is larger than this many target areas: below, two halves would be too small."""
SPECK_M2 = 1.0
"""A part of a space that is smaller than this and not its largest is an artefact of the raster."""
RELAXATIONS = 3


@dataclass(frozen=True)
class LevelCells:
    """The zones of one level, numbered from 0 in the order of spaces."""

    origin: tuple[float, float]
    cell_m: float
    zone: NDArray[np.int32]
    """[row, col], -1 where nobody walks."""
    space: NDArray[np.int32]
    """[zone] index into the level's spaces."""
    part: NDArray[np.int32]
    """[zone] connected part of the level that the zone belongs to."""
    area_m2: NDArray[np.float64]
    centre: NDArray[np.float64]
    """[zone, xy] of the own cell nearest to the centroid, m."""


def cut_level(spaces: Sequence[Space], *, cell_m: float, target_m2: float) -> LevelCells:
    """The walkable spaces of one level, each cut into connected zones of about ``target_m2``."""
    raster = rasterise(spaces, cell_m)
    part, count = parts(raster.space)
    flat_part, flat_space = part.ravel(), raster.space.ravel()
    order = np.argsort(flat_part, kind="stable").astype(np.int32)
    bounds = np.searchsorted(flat_part[order], np.arange(count + 1))
    members = [order[bounds[n] : bounds[n + 1]] for n in range(count)]
    owner = np.array([flat_space[cells[0]] for cells in members], np.int32)
    size = np.array([len(cells) for cells in members], np.int64)

    zone = np.full(flat_part.shape, SOLID_CELL, np.int32)
    zone_space: list[int] = []
    zone_part: list[int] = []
    for n in np.argsort(owner, kind="stable"):
        if size[n] * cell_m**2 < SPECK_M2 and size[n] < size[owner == owner[n]].max():
            continue
        pieces = max(1, round(size[n] * cell_m**2 / target_m2))
        if size[n] * cell_m**2 <= CUT_ABOVE * target_m2:
            pieces = 1
        zone[members[n]] = _cut(part, int(n), members[n], pieces) + len(zone_space)
        zone_space += [int(owner[n])] * pieces
        zone_part += [int(n)] * pieces
    space = np.array(zone_space, np.int32)
    grid = zone.reshape(part.shape)
    area, centre = _measures(grid, space, spaces, raster)
    return LevelCells(raster.origin, cell_m, grid, space, np.array(zone_part, np.int32), area, centre)


def _cut(part: NDArray[np.int32], own: int, cells: NDArray[np.int32], pieces: int) -> NDArray[np.int32]:
    """The piece of each cell of one part; works in a window around it."""
    if pieces == 1:
        return np.zeros(len(cells), np.int32)
    width = part.shape[1]
    row, col = cells // width, cells % width
    top, left = row.min() - 1, col.min() - 1
    window = np.ascontiguousarray(part[top : row.max() + 2, left : col.max() + 2])
    flat = ((row - top) * window.shape[1] + col - left).astype(np.int32)
    label: NDArray[np.int32] = voronoi(window, own, flat, pieces, RELAXATIONS)
    return label


def _measures(
    grid: NDArray[np.int32],
    zone_space: NDArray[np.int32],
    spaces: Sequence[Space],
    raster: Raster,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Area and centre of each zone.

    Cells are counted and scaled to the true area of the space's polygon (less what lies on top of it), so
    that small rooms do not suffer from the raster: area = polygon * visible / covered * share of cells.
    """
    zones = len(zone_space)
    if zones == 0:
        return np.zeros(0), np.zeros((0, 2))
    row, col = np.nonzero(grid >= 0)
    own = grid[row, col]
    cells = np.bincount(own, minlength=zones).astype(float)
    polygon = np.array([space.shape.area for space in spaces])
    kept = np.bincount(zone_space, weights=cells, minlength=len(spaces))
    true = np.where(raster.covered > 0, polygon * raster.visible / np.maximum(raster.covered, 1), polygon)
    area = true[zone_space] * cells / np.maximum(kept[zone_space], 1.0)
    origin, cell_m = raster.origin, raster.cell_m
    x = origin[0] + (col + 0.5) * cell_m
    y = origin[1] + (row + 0.5) * cell_m
    middle = np.stack([np.bincount(own, weights=v, minlength=zones) / cells for v in (x, y)], axis=1)
    gap = (x - middle[own, 0]) ** 2 + (y - middle[own, 1]) ** 2
    order = np.lexsort((gap, own))
    nearest = order[np.searchsorted(own[order], np.arange(zones))]
    return area, np.stack([x[nearest], y[nearest]], axis=1)
