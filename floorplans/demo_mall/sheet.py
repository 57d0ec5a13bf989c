"""A drawing sheet: one storey, drawn in order on a straightened axis and then bent.

The mall is drawn with its axis straight (``x`` along it, ``y`` across), where rooms are easy to put side by
side. What is placed first keeps its ground: a later room gets what is left of its outline. When the sheet is
finished, neighbours are made to share their corners, openings are found on the shared walls, and all of it
is sheared along the bent axis, which keeps party walls parallel and tiles exactly.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

import numpy as np
import shapely
from shapely import LineString, Point, Polygon, STRtree
from shapely.ops import linemerge, substring

from twin.errors import PlanError
from twin.plan.model import Exit, ExitKind, Label, Opening, OpeningKind, Shape, Space, SpaceKind

GRID_M = 0.001
"""Everything is drawn to the millimetre."""
SLIVER_M2 = 0.05
"""Less than this is rounding, not a room."""
SHORTEST_M = 0.5
"""The shortest wall in which anything is opened."""
STRAIGHT, END = 1e-3, 1e-6
"""Sine of the angle below which a wall is straight; share of an edge that counts as its end."""


class Sheet:
    """One storey while it is drawn.

    Spaces are placed one after another; :meth:`rest` turns what is left of a region into spaces; then
    :meth:`trim` makes neighbours share corners, and openings and exits are cut into the walls.
    """

    def __init__(self, level_id: str, outline: Shape) -> None:
        self.level_id = level_id
        self.outline = outline
        self.spaces: dict[str, Space] = {}
        self.openings: list[Opening] = []
        self.exits: list[Exit] = []
        self._taken: Shape = Polygon()

    def place(
        self,
        name: str,
        kind: SpaceKind,
        shape: Shape,
        label: tuple[str, str] = ("", ""),
        *,
        public: bool = True,
        protected: bool = False,
        density: float | None = None,
    ) -> str:
        """Place a space on what is still free of ``shape``; its id is the level and ``name``.

        Raises:
            PlanError: if nothing or more than one piece is left of it.
        """
        parts = self.free(shape)
        space_id = f"{self.level_id}-{name}"
        if len(parts) != 1 or space_id in self.spaces:
            raise PlanError(f"demo mall, space {space_id}: {len(parts)} pieces left; one new one is needed")
        self.spaces[space_id] = Space(
            id=space_id,
            level_id=self.level_id,
            kind=kind,
            shape=parts[0],
            name=Label(en=label[0], zh=label[1]),
            public=public,
            occupant_density=density,
            protected=protected,
        )
        self._taken = shapely.union(self._taken, parts[0], grid_size=GRID_M)
        return space_id

    def rest(
        self,
        name: str,
        kind: SpaceKind,
        region: Shape,
        label: tuple[str, str] = ("", ""),
        *,
        public: bool = True,
        protected: bool = False,
    ) -> list[str]:
        """Turn all that is free in ``region`` into spaces: ``name``, ``name-2`` … by falling area."""
        made = []
        for index, part in enumerate(self.free(region), start=1):
            suffix = "" if index == 1 else f"-{index}"
            made.append(self.place(name + suffix, kind, part, label, public=public, protected=protected))
        return made

    def trim(self) -> None:
        """Give every space the corners of its neighbours that lie on its boundary."""
        ids = list(self.spaces)
        corners = np.unique(
            np.round(np.concatenate([shapely.get_coordinates(self.spaces[i].shape) for i in ids]), 3), axis=0
        )
        points = shapely.points(corners)
        tree = STRtree(points)
        for space_id in ids:
            space = self.spaces[space_id]
            rings = [space.shape.exterior, *space.shape.interiors]
            made = [_with_corners(ring, corners, tree) for ring in rings]
            self.spaces[space_id] = replace(space, shape=Polygon(made[0], made[1:]))

    def free(self, shape: Shape) -> list[Polygon]:
        """The pieces of ``shape`` inside the outline that nobody has placed anything on, largest first."""
        inside = shapely.intersection(shape, self.outline, grid_size=GRID_M)
        left = shapely.difference(inside, self._taken, grid_size=GRID_M)
        parts = [x for x in shapely.get_parts(left) if x.geom_type == "Polygon" and x.area > SLIVER_M2]
        return sorted(parts, key=lambda x: (-round(x.area, 3), x.centroid.x))

    def near(self, space_id: str) -> dict[str, list[LineString]]:
        """The neighbours of a space, each with the straight runs of the shared wall, longest first."""
        shape = self.spaces[space_id].shape
        found = {}
        for other_id, other in self.spaces.items():
            if other_id == space_id or not shape.intersects(other.shape):
                continue
            runs = straight_runs(shape.intersection(other.shape))
            if runs:
                found[other_id] = runs
        return found

    def wall(self, a: str, b: str, at: tuple[float, float] | None = None) -> LineString:
        """The straight run of wall between two spaces: the one next to ``at``, or the longest.

        Raises:
            PlanError: if they share no wall.
        """
        runs = straight_runs(self.spaces[a].shape.intersection(self.spaces[b].shape))
        if not runs:
            raise PlanError(f"demo mall: {a} and {b} share no wall")
        if at is None:
            return runs[0]
        return min(runs, key=lambda run: run.distance(Point(at)))

    def join(
        self,
        a: str,
        b: str,
        kind: OpeningKind,
        width_m: float | None = None,
        at: tuple[float, float] | None = None,
    ) -> str:
        """Open the wall between two spaces, ``width_m`` wide (all of the run if ``None``) next to ``at``."""
        line = cut(self.wall(a, b, at), width_m, at)
        opening_id = f"{a}--{b.removeprefix(self.level_id + '-')}"
        taken = {x.id for x in self.openings}
        number = 1
        while (free_id := opening_id if number == 1 else f"{opening_id}-{number}") in taken:
            number += 1
        self.openings.append(
            Opening(
                id=free_id,
                level_id=self.level_id,
                kind=kind,
                spaces=(a, b),
                line=line,
                width_m=round(line.length, 3),
            )
        )
        return free_id

    def way_out(
        self,
        name: str,
        kind: ExitKind,
        space_id: str,
        at: tuple[float, float],
        width_m: float,
        label: tuple[str, str],
        *,
        emergency_only: bool = False,
    ) -> str:
        """Open the outer wall of a space next to ``at``."""
        shape = self.spaces[space_id].shape
        others = shapely.union_all([x.shape for i, x in self.spaces.items() if i != space_id])
        runs = straight_runs(shape.boundary.difference(others.buffer(2 * GRID_M)))
        if not runs:
            raise PlanError(f"demo mall: {space_id} has no outer wall for the exit {name}")
        run = min(runs, key=lambda x: (round(x.distance(Point(at)), 2), -x.length))
        if run.length + 0.1 < width_m:
            raise PlanError(f"demo mall: exit {name} needs {width_m} m, the wall has {run.length:.2f} m")
        exit_id = f"{self.level_id}-exit-{name}"
        self.exits.append(
            Exit(
                id=exit_id,
                level_id=self.level_id,
                kind=kind,
                space_id=space_id,
                line=cut(run, width_m, at),
                width_m=width_m,
                name=Label(en=label[0], zh=label[1]),
                emergency_only=emergency_only,
            )
        )
        return exit_id


def straight_runs(shared: shapely.Geometry) -> list[LineString]:
    """The straight pieces of at least 0.5 m of a shared boundary, longest first."""
    lines = [x for x in shapely.get_parts(shared) if x.geom_type in {"LineString", "LinearRing"}]
    if not lines:
        return []
    merged = linemerge([LineString(x) for x in lines])
    runs: list[LineString] = []
    for line in shapely.get_parts(merged):
        runs += _straight(np.asarray(line.coords))
    return sorted((x for x in runs if x.length >= SHORTEST_M), key=lambda x: -x.length)


def _straight(corners: np.ndarray) -> Iterable[LineString]:
    start = corners[0]
    for before, after in pairwise(corners[1:]):
        if abs(_turn(start, before, after)) > STRAIGHT:
            yield LineString([start, before])
            start = before
    yield LineString([start, corners[-1]])


def _turn(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> float:
    """Sine of the angle between ab and bc."""
    ab, bc = b - a, c - b
    return float((ab[0] * bc[1] - ab[1] * bc[0]) / (np.hypot(*ab) * np.hypot(*bc) + 1e-12))


def cut(run: LineString, width_m: float | None, at: tuple[float, float] | None) -> LineString:
    """The part of ``run`` that is ``width_m`` long, as near to ``at`` (or to its middle) as it can be."""
    if width_m is None or width_m >= run.length:
        return run
    middle = run.project(Point(at)) if at is not None else run.length / 2
    low = min(max(middle - width_m / 2, 0.0), run.length - width_m)
    return LineString(substring(run, low, low + width_m))


def _with_corners(ring: shapely.LinearRing, corners: np.ndarray, tree: STRtree) -> list[tuple[float, float]]:
    """A ring with the corners that lie on its edges."""
    out: list[tuple[float, float]] = []
    for a, b in pairwise(np.asarray(ring.coords)):
        edge = LineString([a, b])
        hits = corners[tree.query(edge, predicate="dwithin", distance=1.5 * GRID_M)]
        along = (hits - a) @ (b - a) / float((b - a) @ (b - a))
        inside = (along > END) & (along < 1 - END)
        order = np.argsort(along[inside])
        out.append((float(a[0]), float(a[1])))
        out += [(float(x), float(y)) for x, y in hits[inside][order]]
    return out
