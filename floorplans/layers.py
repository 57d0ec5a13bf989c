"""A level as a clean partition: one outline per unit, no overlaps, and the walkway as what is left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Polygon
from shapely.ops import split

from floorplans.mapped_units import SAME_M, Unit
from floorplans.shapes import SLIVER_M2, polygons_of, without_slivers
from twin.plan.model import LETTABLE, VERTICAL, Shape, SpaceKind

THIN_M = 0.25
"""A strip of free floor that is nowhere wider is the gap between two drawn walls."""
LEAST_WALK_M2 = 1.0


def drop_duplicates(units: Sequence[Unit]) -> tuple[list[Unit], int, list[list[Unit]]]:
    """``units`` without exact duplicates (same outline, name and category).

    Returns:
        The units that are left; how many were dropped; and those that share one outline with another name
        or category, as groups in the order of the source (they are in the first list too).
    """
    kept: dict[tuple[bytes, str, tuple[str, ...]], Unit] = {}
    groups: dict[bytes, list[Unit]] = defaultdict(list)
    for unit in units:
        outline = shapely.set_precision(unit.shape, SAME_M).normalize().wkb
        key = (outline, unit.name, unit.category)
        if key not in kept:
            kept[key] = unit
            groups[outline].append(unit)
    return list(kept.values()), len(units) - len(kept), [group for group in groups.values() if len(group) > 1]


def cut_between(shape: Polygon, pieces: int, fronts: Shape | None) -> list[Polygon]:
    """``shape`` cut into ``pieces`` of about equal area, by lines square to its longest side at ``fronts``.

    So each piece keeps a part of the front. Without fronts it is cut across its long side.
    """
    side = shapely.get_coordinates(_longest_front(shape, fronts))
    along = (side[-1] - side[0]) / max(float(np.hypot(*(side[-1] - side[0]))), 1e-9)
    rest, parts = shape, []
    for left in range(pieces, 1, -1):
        before, after = _cut_off(rest, along, rest.area / left)
        if before is None or after is None:
            break
        parts.append(before)
        rest = after
    return [*parts, rest]


def _cut_off(
    shape: Polygon, along: NDArray[np.float64], area: float
) -> tuple[Polygon | None, Polygon | None]:
    """The first ``area`` of ``shape`` in the direction ``along``, and the rest (the largest part of each)."""
    middle = shapely.get_coordinates(shape.centroid)[0]
    across = np.array([-along[1], along[0]])
    at = (shapely.get_coordinates(shape) - middle) @ along
    reach = 2.0 * float(np.abs(shapely.get_coordinates(shape) - middle).max()) + 1.0

    def line(offset: float) -> NDArray[np.float64]:
        ends: NDArray[np.float64] = middle + along * offset + np.outer([reach, -reach], across)
        return ends

    def behind(offset: float) -> Polygon:
        ends = line(offset)
        return Polygon([*ends, *(ends[::-1] - along * 2 * reach)])

    low, high = float(at.min()), float(at.max())
    for _ in range(40):
        offset = (low + high) / 2
        if shapely.intersection(shape, behind(offset)).area < area:
            low = offset
        else:
            high = offset
    sides: tuple[list[Polygon], list[Polygon]] = ([], [])
    for piece in split(shape, LineString(line(high))).geoms:
        sides[int((shapely.get_coordinates(piece.centroid)[0] - middle) @ along >= high)].append(piece)
    first, second = (max(side, key=lambda piece: piece.area, default=None) for side in sides)
    return first, second


def _longest_front(shape: Polygon, fronts: Shape | None) -> LineString:
    ring = shapely.get_coordinates(shape.exterior)
    sides = [LineString(ring[k : k + 2]) for k in range(len(ring) - 1)]
    if fronts is not None and not fronts.is_empty:
        near = fronts.buffer(0.05)
        free = [shapely.intersection(side, near).length for side in sides]
        if max(free) > THIN_M:
            return sides[int(np.argmax(free))]
    return max(sides, key=lambda side: side.length)


def rank(kind: SpaceKind) -> int:
    """Which unit keeps the floor where two overlap: the lower number."""
    if kind in VERTICAL:
        return 0
    if kind in LETTABLE:
        return 1
    if kind is SpaceKind.VOID:
        return 3
    if kind in {SpaceKind.CLOSED, SpaceKind.STRUCTURE}:
        return 4
    return 2


def without_overlaps(
    units: Sequence[tuple[Unit, SpaceKind]],
) -> tuple[list[tuple[Unit, SpaceKind]], int]:
    """``units`` of one level without overlaps, and how many gave up some floor.

    Vertical units keep theirs before units to let, those before rooms, voids and closed areas; of two of one
    rank the smaller one stands on the larger one.
    """
    ordered = sorted(units, key=lambda item: (rank(item[1]), item[0].shape.area, item[0].order))
    shapes = np.array([unit.shape for unit, _ in ordered], dtype=object)
    tree = shapely.STRtree(shapes)
    done: list[tuple[Unit, SpaceKind]] = []
    taken: dict[int, Shape] = {}
    changed = 0
    for index, (unit, kind) in enumerate(ordered):
        over = [
            int(k) for k in tree.query(unit.shape, predicate="intersects") if k < index and int(k) in taken
        ]
        above = shapely.union_all([taken[k] for k in over]) if over else None
        if above is None or shapely.intersection(unit.shape, above).area <= SLIVER_M2:
            taken[index] = unit.shape
            done.append((unit, kind))
            continue
        changed += 1
        left = [
            part for part in polygons_of(shapely.difference(unit.shape, above))[0] if part.area > SLIVER_M2
        ]
        if kind in LETTABLE or kind in VERTICAL:
            left = left[:1]
        taken[index] = unit.shape
        done += [
            (replace(unit, id=f"{unit.id}-{k}" if k else unit.id, shape=part), kind)
            for k, part in enumerate(left)
        ]
    return done, changed


def walkways(outline: Shape, units: Sequence[Polygon]) -> list[Polygon]:
    """What is left of ``outline`` outside ``units``, without the gaps between drawn walls."""
    free = shapely.difference(outline, shapely.union_all(list(units))) if units else outline
    return [part for part in without_slivers(free, thinner_m=THIN_M) if part.area >= LEAST_WALK_M2]


def by_level(units: Sequence[Unit]) -> Mapping[str, list[Unit]]:
    """``units`` by level, in order."""
    found: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        found[unit.level].append(unit)
    return found
