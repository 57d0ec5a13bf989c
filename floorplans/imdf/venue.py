"""The features of an IMDF archive, checked for structure before anything is made of them.

Rules are named as in OGC 20-094, "IMDF Validations".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import shapely

from floorplans.archive import Archive, Feature
from floorplans.imdf import layout
from twin.errors import PlanError

SHAPES: dict[str, tuple[str, ...]] = {
    "amenity": ("Point",),
    "anchor": ("Point",),
    "footprint": ("Polygon", "MultiPolygon"),
    "level": ("Polygon", "MultiPolygon"),
    "opening": ("LineString",),
    "unit": ("Polygon", "MultiPolygon"),
    "venue": ("Polygon", "MultiPolygon"),
}
"""Geometry types that are allowed, for the types whose geometry is used."""

REQUIRED = ("venue", "level", "unit")
"""Types without which there is no building."""


@dataclass(frozen=True)
class Venue:
    """The features of one archive by type, in the order of the files."""

    path: Path
    manifest: Mapping[str, Any]
    by_type: Mapping[str, tuple[Feature, ...]] = field(default_factory=dict)

    def of(self, kind: str) -> tuple[Feature, ...]:
        """The features of a type; none if its file is missing."""
        return self.by_type.get(kind, ())


def read_venue(archive: Archive) -> Venue:
    """The features of ``archive``.

    Raises:
        PlanError: if a rule of structure is broken.
    """
    if layout.MANIFEST not in archive:
        raise PlanError(f"{archive.path}: ManifestFileMustBePresent: {layout.MANIFEST} is missing")
    manifest = archive.json(layout.MANIFEST)
    if not isinstance(manifest, dict) or not isinstance(manifest.get("version"), str):
        raise PlanError(f"{archive.path}/{layout.MANIFEST}: 'version' must be a string")
    if manifest["version"].split(".")[0] != "1":
        raise PlanError(
            f"{archive.path}/{layout.MANIFEST}: IMDF {manifest['version']} is not known; 1.0.0 can be read"
        )
    by_type = {}
    for kind in layout.FOREIGN_TYPES:
        name = f"{kind}.geojson"
        if name in archive:
            by_type[kind] = tuple(_checked(kind, feature) for feature in archive.features(name))
        elif kind in REQUIRED:
            raise PlanError(f"{archive.path}: the file {name} is missing")
    venue = Venue(archive.path, manifest, by_type)
    _check_ids(venue)
    if len(venue.of("venue")) != 1:
        raise PlanError(
            f"{archive.path}/venue.geojson: VenueCountMustBeExactlyOne: there are {len(venue.of('venue'))}"
        )
    if not venue.of("level"):
        raise PlanError(f"{archive.path}/level.geojson: a building needs at least one level")
    _check_references(venue)
    return venue


def _checked(kind: str, feature: Feature) -> Feature:
    if not feature.id:
        raise PlanError(f"{feature.where}: FeatureMustHaveId")
    if feature.kind and feature.kind != kind:
        raise PlanError(f"{feature.where}: FeatureTypeMustMatchFile: {feature.kind!r} in {kind}.geojson")
    allowed = SHAPES.get(kind)
    if allowed:
        found = "null" if feature.shape is None else feature.shape.geom_type
        if found not in allowed or shapely.is_empty(feature.shape):
            raise PlanError(f"{feature.where}: geometry must be a {' or a '.join(allowed)}, not {found}")
        west, south, east, north = feature.shape.bounds  # type: ignore[union-attr]  # null is no allowed type
        if west < -180 or east > 180 or south < -90 or north > 90:  # noqa: PLR2004  # degrees of WGS 84
            raise PlanError(f"{feature.where}: coordinates must be WGS 84 degrees (longitude, latitude)")
    return feature


def _check_ids(venue: Venue) -> None:
    seen: dict[str, Feature] = {}
    for features in venue.by_type.values():
        for feature in features:
            if feature.id in seen:
                raise PlanError(f"{feature.where}: FeatureIdMustBeUnique: also in {seen[feature.id].file}")
            seen[feature.id] = feature


def _check_references(venue: Venue) -> None:
    ids = {kind: {feature.id for feature in features} for kind, features in venue.by_type.items()}
    rules = (
        ("unit", "level_id", "level", True),
        ("opening", "level_id", "level", True),
        ("anchor", "unit_id", "unit", False),
        ("occupant", "anchor_id", "anchor", False),
    )
    for kind, member, target, must in rules:
        for feature in venue.of(kind):
            value = feature.properties.get(member)
            if value is None and not must:
                continue
            if value not in ids.get(target, set()):
                raise PlanError(
                    f"{feature.where}: ReferencedFeatureIDMustBeResolvable: {member} {value!r} is no {target}"
                )
    for feature in venue.of("relationship"):
        for end in ("origin", "destination"):
            _check_end(feature, end, ids)


def _check_end(feature: Feature, end: str, ids: Mapping[str, set[str]]) -> None:
    reference = feature.properties.get(end)
    if reference is None:
        return
    if not isinstance(reference, dict) or not isinstance(reference.get("id"), str):
        raise PlanError(f"{feature.where}: {end!r} must be an object with an id and a feature_type")
    kind = reference.get("feature_type")
    known = ids.get(kind, set()) if isinstance(kind, str) else set().union(*ids.values())
    if reference["id"] not in known:
        raise PlanError(
            f"{feature.where}: ReferencedFeatureIDMustBeResolvable: {end} {reference['id']!r} is no {kind}"
        )
