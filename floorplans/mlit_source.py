"""Files of the MLIT schema: one building's floors, spaces, openings and facilities, in local metres.

A set is a folder of ``<building>_<storey>_<Type>.geojson``, often with several buildings side by side.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray

from floorplans.archive import Archive, Feature
from floorplans.globe import local_frame, to_local
from floorplans.mapped_units import transformer
from floorplans.shapes import polygons_of
from twin.errors import PlanError
from twin.plan.model import Frame

NAME = re.compile(
    r"(?:^|/)(?:(?P<building>[^/]*?)_)?(?:(?P<storey>[^/_]+)_)?"
    r"(?P<type>Floor|Space|Opening|Facility|Fixture|Segment)\.(?:geo)?json$",
    re.IGNORECASE,
)
TYPES = ("Floor", "Space", "Opening", "Facility")
DEFAULT_CRS = "EPSG:4326"


@dataclass(frozen=True)
class Building:
    """The files of one building, by type."""

    name: str
    files: dict[str, list[str]]


@dataclass
class Source:
    """The features of one building in local metres."""

    building: Building
    frame: Frame
    crs: str
    features: dict[str, list[Feature]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def buildings_in(names: Iterable[str]) -> dict[str, Building]:
    """The buildings among the file ``names``, by their prefix."""
    found: dict[str, Building] = {}
    for name in sorted(names):
        match = NAME.search(name)
        if match is None:
            continue
        prefix = match["building"] or (match["storey"] or "" if match["building"] is None else "")
        building = found.setdefault(prefix, Building(prefix, {}))
        building.files.setdefault(match["type"].capitalize(), []).append(name)
    return {key: item for key, item in found.items() if {"Floor", "Space"} <= set(item.files)}


def choose(archive: Archive, wanted: str) -> Building:
    """The building called ``wanted``, or without a name the one with most features.

    Raises:
        PlanError: if there is none, or none of that name; names those that there are.
    """
    known = buildings_in(archive.files)
    if not known:
        raise PlanError(f"{archive.path}: no building with a Floor and a Space file")
    if wanted:
        match = next((item for key, item in known.items() if key.lower() == wanted.lower()), None)
        if match is None:
            raise PlanError(f"{archive.path}: no building {wanted!r}; there are: {', '.join(sorted(known))}")
        return match

    def features(building: Building) -> int:
        return sum(
            archive.files[name].count(b'"Feature"') for names in building.files.values() for name in names
        )

    return max(known.values(), key=features)


def read_source(archive: Archive, building: Building) -> Source:
    """The features of ``building``.

    Raises:
        PlanError: if a file is broken, the coordinate systems differ, or there is no floor.
    """
    systems = {crs_of(archive, name): name for names in building.files.values() for name in names}
    if len(systems) > 1:
        told = ", ".join(f"{name} in {crs}" for crs, name in systems.items())
        raise PlanError(f"{archive.path}: all files of a building must have one coordinate system: {told}")
    crs = next(iter(systems))
    raw = {
        kind: [feature for name in building.files.get(kind, ()) for feature in archive.features(name)]
        for kind in TYPES
    }
    to_degrees = transformer(crs)

    def degrees(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(to_degrees.transform(points[:, 0], points[:, 1]))

    floors = [f.shape for f in raw["Floor"] if f.shape is not None and not f.shape.is_empty]
    if not floors:
        raise PlanError(f"{archive.path}: building {building.name!r} has no floor with an area")
    frame = local_frame([shapely.transform(shape, degrees) for shape in floors])
    source = Source(building, frame, crs)
    for kind, features in raw.items():
        source.features[kind] = [
            Feature(
                **{
                    **feature.__dict__,
                    "id": str(feature.properties.get("id") or feature.id or f"{kind}-{number}"),
                    "shape": feature.shape
                    and shapely.transform(feature.shape, lambda points: to_local(degrees(points), frame)),
                }
            )
            for number, feature in enumerate(features)
        ]
    _tell_duplicates(source)
    return source


def _tell_duplicates(source: Source) -> None:
    """Drop features that repeat an id and a shape; they come from overlapping sheets."""
    for kind, features in source.features.items():
        seen: set[tuple[str, bytes]] = set()
        kept = []
        for feature in features:
            key = (feature.id, b"" if feature.shape is None else feature.shape.normalize().wkb)
            if key not in seen:
                seen.add(key)
                kept.append(feature)
        if len(kept) < len(features):
            source.notes.append(f"{kind}: {len(features) - len(kept)} exact duplicates were left out")
        counts = Counter(feature.id for feature in kept)
        number: Counter[str] = Counter()
        renamed = []
        for feature in kept:
            number[feature.id] += 1
            again = counts[feature.id] > 1 and number[feature.id] > 1
            renamed.append(
                Feature(**{**feature.__dict__, "id": f"{feature.id}~{number[feature.id]}"})
                if again
                else feature
            )
        source.features[kind] = renamed


def crs_of(archive: Archive, name: str) -> str:
    """The coordinate system of the GeoJSON file ``name``: its ``crs`` member, or degrees where it has none.

    Raises:
        PlanError: if the member cannot be understood.
    """
    document = archive.json(name)
    member = document.get("crs") if isinstance(document, dict) else None
    if member is None:
        return DEFAULT_CRS
    try:
        told = str(member["properties"]["name"])
    except (KeyError, TypeError) as error:
        raise PlanError(f"{archive.path}/{name}: 'crs' must name a coordinate system") from error
    match = re.search(r"EPSG:+(?:[\d.]*:)?(\d+)$", told)
    if match:
        return f"EPSG:{match[1]}"
    return DEFAULT_CRS if told.endswith("CRS84") else told


def has_area(feature: Feature) -> bool:
    """Whether ``feature`` has a polygon that is not a sliver."""
    return bool(polygons_of(feature.shape)[0])
