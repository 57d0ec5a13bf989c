"""Measuring on trajectories as experimenters do: density, speed, flow, N(t), spacing in single file.

The same code measures simulated and real people. Definitions are those of PedPy (a test holds the two
together): *classic* density is people in an area over its size; *Voronoi* density and speed weigh people by
the part of their Voronoi cell, cut at the walls, that lies in the area (Steffen and Seyfried 2010); a speed
is the way between two moments over the time between them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely import MultiPoint, Polygon, box
from shapely.geometry.base import BaseGeometry

from twin.errors import InputError

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Geometries: TypeAlias = NDArray[np.object_]
Box: TypeAlias = tuple[float, float, float, float]
Line: TypeAlias = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Tracks:
    """Where people were, frame by frame; rows in the order of person, then frame."""

    rate_hz: float
    """Frames a second."""
    person: Ints
    frame: Ints
    x: Floats
    """m"""
    y: Floats

    def __len__(self) -> int:
        """Rows."""
        return len(self.frame)

    @property
    def time_s(self) -> Floats:
        """Time of each row since frame 0."""
        return self.frame / self.rate_hz

    def between(self, from_s: float, until_s: float) -> Tracks:
        """The rows from one moment to another, both included."""
        return self.at((self.time_s >= from_s - 1e-9) & (self.time_s <= until_s + 1e-9))

    def at(self, rows: NDArray[np.bool_]) -> Tracks:
        """Some of the rows."""
        return Tracks(self.rate_hz, self.person[rows], self.frame[rows], self.x[rows], self.y[rows])


def tracks_of(person: ArrayLike, frame: ArrayLike, x: ArrayLike, y: ArrayLike, *, rate_hz: float) -> Tracks:
    """Tracks from rows in any order.

    Raises:
        InputError: if somebody is in two places in one frame.
    """
    who, when = np.asarray(person, np.int64), np.asarray(frame, np.int64)
    order = np.lexsort((when, who))
    who, when = who[order], when[order]
    if np.any((np.diff(who) == 0) & (np.diff(when) == 0)):
        raise InputError("tracks: a person is in two places in one frame")
    return Tracks(rate_hz, who, when, np.asarray(x, float)[order], np.asarray(y, float)[order])


class Recorder:
    """Collects the places of people while a run goes, one call a frame."""

    def __init__(self, rate_hz: float) -> None:
        self.rate_hz = rate_hz
        self.rows: list[tuple[Ints, Floats]] = []
        """Who was there, and where, frame by frame."""

    def add(self, people: ArrayLike, xy: ArrayLike) -> None:
        """The next frame: who is there, and where ([n, 2], m)."""
        self.rows.append((np.array(people, np.int64), np.array(xy, float).reshape(-1, 2)))

    @property
    def frames(self) -> int:
        """Frames so far."""
        return len(self.rows)

    def tracks(self) -> Tracks:
        """What was collected."""
        if not self.rows:
            return tracks_of([], [], [], [], rate_hz=self.rate_hz)
        frame = np.repeat(np.arange(len(self.rows)), [len(people) for people, _ in self.rows])
        xy = np.concatenate([places for _, places in self.rows])
        people = np.concatenate([people for people, _ in self.rows])
        return tracks_of(people, frame, xy[:, 0], xy[:, 1], rate_hz=self.rate_hz)


def velocities(tracks: Tracks, *, half_s: float = 0.4) -> tuple[Floats, Floats]:
    """Velocity at each row: the way from ``half_s`` before to ``half_s`` after it, over that time, m/s.

    NaN where the person is not tracked at both moments.
    """
    step = max(1, round(half_s * tracks.rate_hz))
    vx, vy = np.full(len(tracks), np.nan), np.full(len(tracks), np.nan)
    count = len(tracks)
    if count <= 2 * step:
        return vx, vy
    middle = np.arange(step, count - step)
    before, after = middle - step, middle + step
    whole = (
        (tracks.person[before] == tracks.person[after])
        & (tracks.frame[middle] - tracks.frame[before] == step)
        & (tracks.frame[after] - tracks.frame[middle] == step)
    )
    middle, before, after = middle[whole], before[whole], after[whole]
    span = 2 * step / tracks.rate_hz
    vx[middle] = (tracks.x[after] - tracks.x[before]) / span
    vy[middle] = (tracks.y[after] - tracks.y[before]) / span
    return vx, vy


def speeds(tracks: Tracks, *, half_s: float = 0.4, along: tuple[float, float] | None = None) -> Floats:
    """Speed at each row, m/s; or its part ``along`` a direction (may be negative). See :func:`velocities`."""
    vx, vy = velocities(tracks, half_s=half_s)
    if along is None:
        return np.hypot(vx, vy)
    length = float(np.hypot(*along))
    return (vx * along[0] + vy * along[1]) / length


@dataclass(frozen=True, slots=True)
class Series:
    """A number frame by frame."""

    frame: Ints
    value: Floats

    def at(self, frames: ArrayLike) -> Floats:
        """The values at some frames; NaN where there is none."""
        wanted = np.asarray(frames, np.int64)
        if not len(self.frame):
            return np.full(wanted.shape, np.nan)
        place = np.clip(np.searchsorted(self.frame, wanted), 0, len(self.frame) - 1)
        return np.where(self.frame[place] == wanted, self.value[place], np.nan)


def classic_density(tracks: Tracks, area: Box | Polygon, *, frames: ArrayLike | None = None) -> Series:
    """People in an area over its size, 1/m², by frame (all frames of the tracks by default)."""
    shape = _shape(area)
    wanted = np.unique(tracks.frame) if frames is None else np.unique(np.asarray(frames, np.int64))
    inside = shapely.contains_xy(shape, tracks.x, tracks.y)
    found, counts = np.unique(tracks.frame[inside], return_counts=True)
    value = np.zeros(len(wanted))
    known = np.isin(found, wanted)
    value[np.searchsorted(wanted, found[known])] = counts[known]
    return Series(wanted, value / shape.area)


def classic_speed(
    tracks: Tracks, speed: Floats, area: Box | Polygon, *, frames: ArrayLike | None = None
) -> Series:
    """Mean speed of who is in an area, m/s, by frame; NaN while nobody is."""
    wanted = np.unique(tracks.frame) if frames is None else np.unique(np.asarray(frames, np.int64))
    inside = shapely.contains_xy(_shape(area), tracks.x, tracks.y) & np.isfinite(speed)
    inside &= np.isin(tracks.frame, wanted)
    place = np.searchsorted(wanted, tracks.frame[inside])
    count = np.bincount(place, minlength=len(wanted))
    total = np.bincount(place, weights=speed[inside], minlength=len(wanted))
    return Series(wanted, np.where(count > 0, total / np.maximum(count, 1), np.nan))


@dataclass(frozen=True, slots=True)
class Cells:
    """Voronoi cells of people, cut at the walls."""

    row: Ints
    """Row of the tracks that each belongs to."""
    frame: Ints
    """Its frame; ascending."""
    shape: Geometries
    """Polygon of each."""


def voronoi_cells(tracks: Tracks, floor: Polygon, *, frames: ArrayLike | None = None) -> Cells:
    """The Voronoi cells of everybody on a floor, at some frames (all by default).

    Args:
        tracks: people; who is not on the floor is left out.
        floor: the walkable area. Of a cell that walls cut in pieces, the piece with the person is kept.
        frames: which frames; each costs about 0.2 ms a person.
    """
    wanted = np.unique(tracks.frame if frames is None else np.asarray(frames, np.int64))
    on_floor = shapely.intersects_xy(floor, tracks.x, tracks.y) & np.isin(tracks.frame, wanted)
    rows = np.flatnonzero(on_floor)
    rows = rows[np.argsort(tracks.frame[rows], kind="stable")]
    begins = np.flatnonzero(np.diff(tracks.frame[rows], prepend=-1))
    shapely.prepare(floor)
    parts = [
        _cells(tracks.x[some], tracks.y[some], floor) for some in np.split(rows, begins[1:]) if len(some)
    ]
    shapes = np.concatenate(parts) if parts else np.empty(0, object)
    return Cells(rows, tracks.frame[rows], shapes)


def _cells(x: Floats, y: Floats, floor: Polygon) -> Geometries:
    """Cells of the people of one frame, in their order."""
    if len(x) == 1:
        return np.array([floor], object)
    points = MultiPoint(np.column_stack((x, y)))
    # Cells at the rim reach as far as the envelope: a wide one, so that the floor alone cuts them.
    around = box(*floor.bounds).buffer(10.0)
    found = np.array(shapely.voronoi_polygons(points, extend_to=around, ordered=True).geoms, object)
    cut: Geometries = found.copy()
    rim = ~shapely.contains_properly(floor, found)
    cut[rim] = shapely.intersection(found[rim], floor)
    for place in np.flatnonzero(shapely.get_type_id(cut) != shapely.GeometryType.POLYGON):
        parts = shapely.get_parts(cut[place])
        cut[place] = parts[int(np.argmin(shapely.distance(parts, shapely.Point(x[place], y[place]))))]
    return cut


def voronoi_density(cells: Cells, area: Box | Polygon) -> Series:
    """Voronoi density in an area, 1/m², by frame."""
    shape = _shape(area)
    share = _overlap(cells, shape) / shapely.area(cells.shape)
    frames, place = np.unique(cells.frame, return_inverse=True)
    return Series(frames, np.bincount(place, weights=share, minlength=len(frames)) / shape.area)


def voronoi_speed(cells: Cells, speed: Floats, area: Box | Polygon) -> Series:
    """Mean of the speed in an area, each weighed by its cell's part of it, m/s, by frame.

    NaN while nobody's cell reaches the area. Who has no speed at that frame is not weighed.

    Args:
        cells: Voronoi cells of some tracks.
        speed: speed at each row of those tracks.
        area: the measuring area.
    """
    of_row = speed[cells.row]
    known = np.isfinite(of_row)
    weight = np.where(known, _overlap(cells, _shape(area)), 0.0)
    frames, place = np.unique(cells.frame, return_inverse=True)
    total = np.bincount(place, weights=weight * np.where(known, of_row, 0.0), minlength=len(frames))
    whole = np.bincount(place, weights=weight, minlength=len(frames))
    return Series(frames, np.where(whole > 0, total / np.maximum(whole, 1e-12), np.nan))


def _overlap(cells: Cells, shape: Polygon) -> Floats:
    """How much of each cell lies in an area, m²."""
    size = np.zeros(len(cells.shape))
    near = shapely.intersects(cells.shape, shape)
    size[near] = shapely.area(shapely.intersection(cells.shape[near], shape))
    return size


@dataclass(frozen=True, slots=True)
class Passages:
    """When people crossed a line for the first time, in the order of time."""

    person: Ints
    time_s: Floats
    forward: NDArray[np.bool_]
    """Whether they crossed from the right to the left of the line as seen from its first end."""

    def __len__(self) -> int:
        """How many crossed."""
        return len(self.person)

    def flow(self, *, skip: float = 0.1) -> float:
        """People a second, without the first and the last ``skip`` of them; NaN for fewer than three.

        The first find the way free, and the last have nobody behind them: what is between is steady.
        """
        first = round(skip * len(self))
        last = len(self) - 1 - first
        if last - first < 1 or len(self) < 3:  # noqa: PLR2004 - two people make no flow
            return float("nan")
        return float((last - first) / (self.time_s[last] - self.time_s[first]))

    def count(self, at_s: ArrayLike) -> Ints:
        """N(t): how many have crossed by some moments."""
        return np.searchsorted(self.time_s, np.asarray(at_s, float), side="right").astype(np.int64)


def passages(tracks: Tracks, line: Line) -> Passages:
    """Who crossed a line when: the first time each, with the moment interpolated between frames."""
    (x0, y0), (x1, y1) = line
    along, across = np.array([x1 - x0, y1 - y0]), np.array([y0 - y1, x1 - x0])
    side = (tracks.x - x0) * across[0] + (tracks.y - y0) * across[1]
    where = ((tracks.x - x0) * along[0] + (tracks.y - y0) * along[1]) / (along @ along)
    same = np.diff(tracks.person) == 0
    turned = same & ((side[:-1] >= 0) != (side[1:] >= 0))
    rows = np.flatnonzero(turned)
    share = side[rows] / (side[rows] - side[rows + 1])
    hit = where[rows] + share * (where[rows + 1] - where[rows])
    on_line = (hit >= 0) & (hit <= 1)
    rows, share = rows[on_line], share[on_line]
    person, first = np.unique(tracks.person[rows], return_index=True)
    rows, share = rows[first], share[first]
    time = (tracks.frame[rows] + share * (tracks.frame[rows + 1] - tracks.frame[rows])) / tracks.rate_hz
    order = np.argsort(time, kind="stable")
    return Passages(person[order], time[order], (side[rows + 1] >= 0)[order])


def spacing(frame: ArrayLike, along: ArrayLike, *, loop_m: float | None = None) -> Floats:
    """Density about each person in single file, 1/m: two over the way from who is behind to who is ahead.

    Args:
        frame: frame of each row.
        along: place of each row on the path, m.
        loop_m: length of a closed path, on which the first follows the last.

    Returns:
        One number a row. NaN at the ends of an open path, and for people who are alone.
    """
    when, where = np.asarray(frame, np.int64), np.asarray(along, float)
    order = np.lexsort((where, when))
    when, where = when[order], where[order]
    value = np.full(len(when), np.nan)
    begins = np.flatnonzero(np.diff(when, prepend=-1))
    for begin, end in zip(begins, np.append(begins[1:], len(when)), strict=True):
        s = where[begin:end]
        if loop_m is not None and len(s) in {1, 2}:
            value[begin:end] = np.nan if len(s) == 1 else 2 / loop_m
        elif loop_m is not None:
            value[begin:end] = 2 / ((np.roll(s, -1) - np.roll(s, 1)) % loop_m)
        else:
            value[begin + 1 : end - 1] = 2 / (s[2:] - s[:-2])
    unsorted = np.empty(len(when))
    unsorted[order] = value
    return unsorted


@dataclass(frozen=True, slots=True)
class Binned:
    """Speeds by density."""

    centre: Floats
    mean: Floats
    """NaN in an empty bin."""
    sd: Floats
    median: Floats
    n: Ints


def by_bin(density: ArrayLike, speed: ArrayLike, edges: Sequence[float] | Floats) -> Binned:
    """Mean, spread and median of the speeds between each two ``edges`` of density; NaN are left out."""
    rho, v, rim = np.asarray(density, float), np.asarray(speed, float), np.asarray(edges, float)
    known = np.isfinite(rho) & np.isfinite(v)
    place = np.searchsorted(rim, rho[known], side="right") - 1
    groups = [v[known][place == number] for number in range(len(rim) - 1)]
    return Binned(
        (rim[:-1] + rim[1:]) / 2,
        np.array([group.mean() if len(group) else np.nan for group in groups]),
        np.array([group.std() if len(group) else np.nan for group in groups]),
        np.array([np.median(group) if len(group) else np.nan for group in groups]),
        np.array([len(group) for group in groups], np.int64),
    )


def _shape(area: Box | Polygon | BaseGeometry) -> Polygon:
    """A measuring area as a polygon."""
    return area if isinstance(area, BaseGeometry) else box(*area)
