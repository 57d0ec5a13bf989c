"""The raw units of a mapped GeoJSON: what each level's file holds, before anything is made of it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pyproj
import shapely
from shapely import LineString, Point, Polygon

from floorplans.archive import Archive, Feature
from floorplans.globe import local_frame, to_local
from floorplans.mapping import Mapping
from floorplans.shapes import polygons_of
from twin.errors import PlanError
from twin.plan.model import Frame

SAME_M = 0.01
"""Outlines that agree on this grid are one outline."""


@dataclass(frozen=True)
class Unit:
    """One polygon with its records' name and category."""

    id: str
    level: str
    shape: Polygon
    name: str
    category: tuple[str, ...]
    order: int
    notes: frozenset[str] = frozenset()
    """What was done to it: ``repaired``, ``split``."""

    @property
    def leaf(self) -> str:
        """The narrowest category."""
        return self.category[-1] if self.category else ""

    @property
    def root(self) -> str:
        """The broadest category."""
        return self.category[0] if self.category else ""


@dataclass(frozen=True)
class Mark:
    """A line or a point of a level: an opening, an exit or a device as the source draws it."""

    id: str
    level: str
    shape: LineString | Point
    name: str
    category: str


@dataclass
class RawLevel:
    """One level as it was read, in local metres."""

    name: str
    ordinal: int
    outline: list[Polygon] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def moved(self, east_m: float, north_m: float) -> RawLevel:
        """This level, shifted."""

        def shift(shape: Any) -> Any:  # noqa: ANN401  # any geometry keeps its type
            return shapely.transform(shape, lambda points: points + np.array([east_m, north_m]))

        return replace(
            self,
            outline=[shift(part) for part in self.outline],
            units=[replace(unit, shape=shift(unit.shape)) for unit in self.units],
            marks=[replace(mark, shape=shift(mark.shape)) for mark in self.marks],
        )


def read_levels(archive: Archive, mapping: Mapping) -> tuple[list[RawLevel], Frame]:
    """The levels in ``archive``, from low to high, and the frame they stand in.

    Raises:
        PlanError: if there is no level, two have one ordinal, or a file is broken.
    """
    found = sorted(level_files(archive, mapping), key=lambda item: item[1])
    if not found:
        raise PlanError(
            f"{archive.path}: {mapping.name}: no file fits {mapping.levels.file!r} "
            f"with a level that fits {mapping.levels.pattern!r}"
        )
    ordinals = [ordinal for _, ordinal, _ in found]
    for (one, first, _), (other, second, _) in pairwise(found):
        if first == second:
            raise PlanError(f"{archive.path}: levels {one!r} and {other!r} have the same ordinal {first}")
    parsed = [(name, ordinal, archive.features(file)) for name, ordinal, file in found]
    place = _Placer(mapping, [f.shape for _, _, features in parsed for f in features if f.shape is not None])
    levels = []
    seen: Counter[str] = Counter()
    for name, ordinal, features in parsed:
        level = RawLevel(name, ordinal)
        if mapping.levels.info:
            _check_info(archive, mapping.levels.info.format(level=name), features, place, level)
        _fill(level, features, mapping, place)
        level.units = [replace(unit, id=_unique(unit.id, seen)) for unit in level.units]
        level.marks = [replace(mark, id=_unique(mark.id, seen)) for mark in level.marks]
        levels.append(level)
    gaps = [o + 1 for o, p in pairwise(ordinals) if p != o + 1]
    if gaps:
        levels[0].remarks.append(f"no level has ordinal {', '.join(map(str, gaps))}: nothing joins across it")
    return levels, place.frame


def _unique(wanted: str, seen: Counter[str]) -> str:
    """``wanted``, with a number where the source repeats an id."""
    seen[wanted] += 1
    return wanted if seen[wanted] == 1 else _unique(f"{wanted}~{seen[wanted]}", seen)


def level_files(archive: Archive, mapping: Mapping) -> list[tuple[str, int, str]]:
    """Name, ordinal and file of each level in ``archive``."""
    shape = re.escape(mapping.levels.file).replace(re.escape("{level}"), r"(?P<level>[^/]+)")
    found = []
    for file in sorted(archive.files):
        match = re.fullmatch(shape, file)
        if match:
            name = match.groupdict().get("level", file.rsplit(".", 1)[0])
            ordinal = _ordinal(name, mapping)
            if ordinal is not None:
                found.append((name, ordinal, file))
    return found


def _ordinal(name: str, mapping: Mapping) -> int | None:
    if name in mapping.levels.ordinals:
        return mapping.levels.ordinals[name]
    match = re.search(mapping.levels.pattern, name)
    if match is None:
        return None
    groups = match.groupdict()
    if groups.get("below"):
        return -int(groups["below"])
    return int(groups["above"]) - 1 if groups.get("above") else None


class _Placer:
    """Puts the coordinates of a source into local metres."""

    def __init__(self, mapping: Mapping, shapes: list[shapely.Geometry]) -> None:
        self._scale = mapping.metres_per_unit
        self._metric: pyproj.Transformer | None = None
        self.frame = Frame()
        if mapping.crs == "local":
            return
        if mapping.crs.lower() not in {"wgs84", "epsg:4326"}:
            self._metric = transformer(mapping.crs)
            shapes = [shapely.transform(shape, self._to_degrees) for shape in shapes]
        filled = [shape for shape in shapes if not shape.is_empty]
        if filled:
            self.frame = local_frame(filled)

    def _to_degrees(self, points: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        assert self._metric is not None  # noqa: S101  # only called where it is set
        return np.column_stack(self._metric.transform(points[:, 0], points[:, 1]))

    def __call__(self, shape: shapely.Geometry) -> shapely.Geometry:
        """``shape`` in local metres."""
        if self.frame == Frame() and self._metric is None:
            return shapely.transform(shape, lambda points: points * self._scale)
        if self._metric is not None:
            shape = shapely.transform(shape, self._to_degrees)
        return shapely.transform(shape, lambda points: to_local(points, self.frame))


def transformer(code: str) -> pyproj.Transformer:
    """From the coordinate system ``code`` to longitude and latitude.

    Raises:
        PlanError: if ``code`` is not known.
    """
    try:
        return pyproj.Transformer.from_crs(code, "EPSG:4326", always_xy=True)
    except pyproj.exceptions.CRSError as error:
        raise PlanError(f"coordinate system {code!r} is not known to PROJ") from error


def _fill(level: RawLevel, features: Iterable[Feature], mapping: Mapping, place: _Placer) -> None:
    empty = repaired = 0
    for number, feature in enumerate(features):
        if feature.shape is None or feature.shape.is_empty:
            empty += 1
            continue
        shape = place(feature.shape)
        name, category, identity = _words(feature, mapping)
        rule = next(
            (mapping.categories[word] for word in reversed(category) if word in mapping.categories), None
        )
        if rule is not None and rule.ignore:
            continue
        if shape.geom_type in {"Point", "LineString"}:
            leaf = category[-1] if category else ""
            level.marks.append(Mark(identity, level.name, shape, name, leaf))
            continue
        parts, was_repaired = polygons_of(shape)
        repaired += was_repaired
        if not parts:
            empty += 1
        elif (mapping.outline == "first" and number == 0) or (rule is not None and rule.outline):
            level.outline += parts
        else:
            done = frozenset({"repaired"}) if was_repaired else frozenset[str]()
            level.units += [
                Unit(f"{identity}-{k}" if k else identity, level.name, part, name, category, number, done)
                for k, part in enumerate(parts)
            ]
    if empty:
        level.remarks.append(f"{level.name}: {empty} features without an area were left out")
    if repaired:
        level.remarks.append(f"{level.name}: {repaired} polygons that cross themselves were repaired")


def _words(feature: Feature, mapping: Mapping) -> tuple[str, tuple[str, ...], str]:
    """Name, category from broad to narrow, and id of ``feature``."""
    properties = feature.properties
    raw = properties.get(mapping.fields.category)
    words = raw if isinstance(raw, list) else [raw]
    category = tuple(str(word) for word in words if word not in {None, ""})
    identity = (
        properties.get(mapping.fields.id)
        or feature.id
        or f"{feature.file.rsplit('/', 1)[-1]}:{feature.number}"
    )
    return str(properties.get(mapping.fields.name) or "").strip(), category, str(identity)


def _check_info(
    archive: Archive, file: str, features: tuple[Feature, ...], place: _Placer, level: RawLevel
) -> None:
    """Compare the size that the info file states with the drawing's; remark where it differs."""
    if file not in archive:
        level.remarks.append(f"{level.name}: {file} is missing: the scale is not checked")
        return
    try:
        info = archive.json(file)
        stated = [float(info["map_info"][side]) for side in ("width", "height")]
    except (KeyError, TypeError, ValueError, json.JSONDecodeError):
        level.remarks.append(f"{level.name}: {file} states no width and height: the scale is not checked")
        return
    shapes = [place(f.shape) for f in features[:1] if f.shape is not None and not f.shape.is_empty]
    if not shapes:
        return
    west, south, east, north = shapely.total_bounds(shapes)
    for side, size, told in (("width", east - west, stated[0]), ("height", north - south, stated[1])):
        if told <= 0 or abs(size / told - 1) > 0.02:  # noqa: PLR2004  # 2 %: a survey's own agreement is 0.4 %
            level.remarks.append(
                f"{level.name}: {file} states a {side} of {told:.1f} m; the drawing has {size:.1f} m"
            )
