"""Doors that a survey draws as lines, and the spaces that they join.

A door line lies in the wall between two spaces, which a survey draws with a gap of up to a wall's
thickness. A line joins the spaces that its left and its right side look at: first those within
:data:`SNAP_M` of it, then those within :data:`WALL_M`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, Point

from twin.plan.model import Space

SNAP_M = 0.35
"""Distance at which a door and a space belong together: half a thin wall and survey noise."""
GRAZED = 0.05
"""Share of the strip beside a door that a space takes at least: a grazed corner is no neighbour."""
WALL_M = 0.80
"""The thickest wall that a door goes through."""


@dataclass(frozen=True)
class Joined:
    """What a door line joins: two spaces, one (a way out of the drawn part), or none."""

    left: str = ""
    right: str = ""
    reach_m: float = SNAP_M
    """How far from the line the farther space was found."""

    @property
    def both(self) -> bool:
        """Whether it joins two spaces."""
        return bool(self.left and self.right)


class DoorFinder:
    """Finds the spaces at the two sides of door lines on one level."""

    def __init__(self, spaces: Sequence[Space]) -> None:
        self._spaces = [space for space in spaces if space.walkable]
        self._shapes = np.array([space.shape for space in self._spaces], dtype=object)
        self._tree = shapely.STRtree(self._shapes)

    def join(self, line: LineString) -> Joined:
        """The spaces at the two sides of ``line``."""
        best = Joined()
        for reach in (SNAP_M, WALL_M):
            left, right = (self._side(line, side, reach) for side in (1.0, -1.0))
            if left and left == right:
                # Both sides are in one space: the door is drawn inside it. The other space is the next one.
                left, right = self._two_nearest(line, reach)
            if left and right:
                return Joined(left, right, reach)
            if (left or right) and not (best.left or best.right):
                best = Joined(left, right, reach)
        two = self._two_nearest(line, SNAP_M)
        return Joined(*two, SNAP_M) if all(two) else best

    def _side(self, line: LineString, side: float, reach: float) -> str:
        """The space that most of the strip of width ``reach`` at one side of ``line`` lies in."""
        strip = line.buffer(side * reach, single_sided=True, cap_style="flat")
        near = self._tree.query(strip, predicate="intersects")
        if not len(near):
            return ""
        areas = shapely.area(shapely.intersection(self._shapes[near], strip))
        largest = self._spaces[int(near[int(np.argmax(areas))])].id
        return largest if areas.max() > GRAZED * strip.area else ""

    def _two_nearest(self, line: LineString, reach: float) -> tuple[str, str]:
        near = self._tree.query(line.buffer(reach), predicate="intersects")
        if not len(near):
            return "", ""
        middle = line.interpolate(0.5, normalized=True)
        distance = shapely.distance(self._shapes[near], middle)
        order = np.lexsort((shapely.distance(self._shapes[near], line), distance))
        found = [self._spaces[near[k]].id for k in order if distance[k] <= reach]
        return (found[0], found[1]) if len(found) > 1 else (found[0] if found else "", "")

    def at(self, point: Point, *, reach: float) -> str:
        """The space at ``point``, or the nearest within ``reach`` m; empty if there is none."""
        near = self._tree.query(point.buffer(max(reach, 1e-9)), predicate="intersects")
        if not len(near):
            return ""
        nearest = int(near[int(np.argmin(shapely.distance(self._shapes[near], point)))])
        return self._spaces[nearest].id
