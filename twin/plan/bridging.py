"""Mending spaces that fall apart on the raster because they are thinner than its cells."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from twin.plan.geodesic import parts

SPARED_CELLS = 4
"""A space of no more cells than this gives none away."""
REACH_CELLS = 8.0
"""Parts farther apart than this are left apart."""


def bridge(grid: NDArray[np.int32], whole: NDArray[np.bool_]) -> None:
    """Join the parts of each space that is in one piece by nature, by lines of cells, in place.

    A passage of 0.5 m that runs aslant has cells that touch at corners only. Its polygon is connected, so
    it takes the few cells that it lacks from its neighbours; thin spaces first, as wide ones can spare them.

    Args:
        grid: [row, col] space of each cell, -1 solid.
        whole: [space] whether nothing lies on top of the space.
    """
    part, count = parts(grid)
    flat_part, flat = part.ravel(), grid.ravel()
    order = np.argsort(flat_part, kind="stable")
    bounds = np.searchsorted(flat_part[order], np.arange(count + 1))
    owner = flat[order[bounds[:-1]]]
    pieces = np.bincount(owner, minlength=len(whole))
    size = np.bincount(flat[flat >= 0], minlength=len(whole))
    broken = np.flatnonzero((pieces > 1) & whole)
    for space in broken[np.argsort(size[broken], kind="stable")].tolist():
        cells = [order[bounds[n] : bounds[n + 1]] for n in np.flatnonzero(owner == space)]
        _mend(grid, space, sorted(cells, key=len, reverse=True), size)


def _mend(
    grid: NDArray[np.int32], space: int, pieces: list[NDArray[np.int64]], size: NDArray[np.int64]
) -> None:
    """Join each piece of a space to the nearest of those already joined, the largest first."""
    width = grid.shape[1]
    joined, rest = pieces[0], pieces[1:]
    while rest:
        tree = cKDTree(np.stack([joined // width, joined % width], axis=1))
        ways = [tree.query(np.stack([cells // width, cells % width], axis=1)) for cells in rest]
        nearest = int(np.argmin([gap.min() for gap, _ in ways]))
        gap, at = ways[nearest]
        cells = rest.pop(nearest)
        one = int(np.argmin(gap))
        if gap[one] > REACH_CELLS:
            return
        way = _line(int(joined[at[one]]), int(cells[one]), width)
        taken = [cell for cell in way if grid.flat[cell] != space]
        if any(grid.flat[cell] >= 0 and size[grid.flat[cell]] <= SPARED_CELLS for cell in taken):
            continue
        for cell in taken:
            if grid.flat[cell] >= 0:
                size[grid.flat[cell]] -= 1
            grid.flat[cell] = space
        joined = np.concatenate([joined, cells, np.array(taken, np.int64)])


def _line(first: int, last: int, width: int) -> list[int]:
    """The cells between two cells, each with a side in common with the one before."""
    row, col = first // width, first % width
    end_row, end_col = last // width, last % width
    way = []
    while (row, col) != (end_row, end_col):
        if abs(end_row - row) >= abs(end_col - col):
            row += 1 if end_row > row else -1
        else:
            col += 1 if end_col > col else -1
        way.append(row * width + col)
    return way[:-1]
