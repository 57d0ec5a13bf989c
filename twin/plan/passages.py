"""Portals of openings and exits: which zones lie on their sides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from twin.plan.cells import LevelCells

SAMPLE_M = 0.5
"""Distance between the places along an opening where its zones are looked up."""
PART_M = 1.2
"""No part of a split opening is narrower than this: each would lose its own boundary layers in the flow."""
OUTSIDE = -1


class SpaceCells:
    """Looks up the zone of a space that is nearest to a place on one level."""

    def __init__(self, cells: LevelCells, zones_of_space: Mapping[str, NDArray[np.int32]]) -> None:
        self._cells = cells
        self._zones = zones_of_space
        self._trees: dict[str, tuple[cKDTree, NDArray[np.int32]]] = {}

    def zone(self, space_id: str, places: NDArray[np.float64]) -> NDArray[np.int32]:
        """The zone of the space's cell nearest to each of ``places`` [n, xy].

        Raises:
            KeyError: if the space has no zone.
        """
        zones = self._zones[space_id]
        if len(zones) == 1:
            return np.full(len(places), zones[0], np.int32)
        if space_id not in self._trees:
            grid = self._cells.zone
            row, col = np.nonzero((grid >= zones[0]) & (grid <= zones[-1]))
            middle = np.stack([col, row], axis=1) + 0.5
            tree = cKDTree(middle * self._cells.cell_m + np.asarray(self._cells.origin))
            self._trees[space_id] = (tree, grid[row, col])
        tree, own = self._trees[space_id]
        nearest: NDArray[np.int32] = own[tree.query(places)[1]]
        return nearest


@dataclass(frozen=True)
class Part:
    """One portal of an opening or exit."""

    zones: tuple[int, int]
    width_m: float
    line: NDArray[np.float64]
    """[2, xy] its two ends, m."""


def portal_parts(
    line: shapely.LineString,
    width_m: float,
    sides: tuple[str, str | None],
    cells: SpaceCells,
    *,
    may_split: bool,
) -> list[Part]:
    """The portals of an opening whose clear width ``width_m`` lies along ``line``.

    A wide opening at a space that is cut into zones has a portal for each pair of zones, with the width
    split in proportion to the length; no part is narrower than :data:`PART_M`.

    Args:
        line: where the opening is, m.
        width_m: its clear width.
        sides: space ids of both sides; ``None`` for outside.
        cells: zones of the level's spaces.
        may_split: False for a door, which is one thing even where zones meet in front of it.

    Raises:
        KeyError: if a space has no zone.
    """
    count = max(1, round(line.length / SAMPLE_M))
    at = (np.arange(count) + 0.5) / count
    places = shapely.get_coordinates(shapely.line_interpolate_point(line, at, normalized=True))
    first = cells.zone(sides[0], places)
    second = np.full(count, OUTSIDE, np.int32) if sides[1] is None else cells.zone(sides[1], places)
    pairs = list(zip(first.tolist(), second.tolist(), strict=True))
    shortest = PART_M if may_split else np.inf
    runs = merge_short(
        pairs, max(1, int(np.ceil(shortest / max(width_m / count, 1e-9)))) if may_split else count
    )
    parts: dict[tuple[int, int], list[int]] = {}
    for begin, end, pair in runs:
        parts.setdefault(pair, []).extend(range(begin, end))
    return [
        Part(pair, width_m * len(own) / count, _piece(line, own[0] / count, (own[-1] + 1) / count))
        for pair, own in parts.items()
        if pair[0] != pair[1]
    ]


def merge_short(pairs: list[tuple[int, int]], shortest: int) -> list[tuple[int, int, tuple[int, int]]]:
    """Runs (begin, end, pair) of equal pairs; those of fewer than ``shortest`` samples join a neighbour."""
    runs: list[tuple[int, int, tuple[int, int]]] = []
    for n, pair in enumerate(pairs):
        if runs and runs[-1][2] == pair:
            runs[-1] = (runs[-1][0], n + 1, pair)
        else:
            runs.append((n, n + 1, pair))
    while len(runs) > 1:
        lengths = [end - begin for begin, end, _ in runs]
        at = int(np.argmin(lengths))
        if lengths[at] >= shortest:
            break
        beside = [n for n in (at - 1, at + 1) if 0 <= n < len(runs)]
        into = max(beside, key=lambda n: lengths[n])
        low, high = min(at, into), max(at, into)
        runs[low : high + 1] = [(runs[low][0], runs[high][1], runs[into][2])]
        if low + 1 < len(runs) and runs[low + 1][2] == runs[low][2]:
            runs[low : low + 2] = [(runs[low][0], runs[low + 1][1], runs[low][2])]
        if low > 0 and runs[low - 1][2] == runs[low][2]:
            runs[low - 1 : low + 1] = [(runs[low - 1][0], runs[low][1], runs[low][2])]
    return runs


def _piece(line: shapely.LineString, begin: float, end: float) -> NDArray[np.float64]:
    """The places at two shares of the length of ``line``."""
    points = shapely.line_interpolate_point(line, [begin, end], normalized=True)
    return np.asarray(shapely.get_coordinates(points))
