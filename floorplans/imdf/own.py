"""Reading a plan that this project wrote: GeoJSON for what IMDF can say, the sidecar for the rest."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import shapely
from shapely import Polygon

from floorplans.archive import Archive, Feature, shape_of
from floorplans.globe import shape_to_local
from floorplans.imdf import layout, words
from floorplans.imdf.labels import label_of, ordinal_of
from floorplans.imdf.records import restore
from floorplans.imdf.venue import Venue
from twin.errors import PlanError
from twin.plan.model import Frame, Plan, SpaceKind

HEAD = ("id", "name", "frame", "currency", "timezone", "notes")


def own_plan(archive: Archive, venue: Venue) -> Plan:
    """The plan in ``archive``, whose features are ``venue``.

    Raises:
        PlanError: if the sidecar is broken, or names a feature that the GeoJSON does not have.
    """
    file = f"{archive.path}/{layout.SIDECAR}"
    document = archive.json(layout.SIDECAR)
    if not isinstance(document, dict) or document.get("format") != layout.SIDECAR_FORMAT:
        raise PlanError(f"{file}: 'format' must be {layout.SIDECAR_FORMAT!r}")
    if document.get("format_version") != layout.SIDECAR_VERSION:
        raise PlanError(
            f"{file}: 'format_version' {document.get('format_version')!r} is not known; "
            f"this mall-twin reads {layout.SIDECAR_VERSION}"
        )
    head = document.get("plan")
    if not isinstance(head, dict) or any(name not in HEAD for name in head) or "frame" not in head:
        raise PlanError(f"{file}: 'plan' must be an object of {', '.join(HEAD)}")
    frame = restore(Frame, head["frame"], f"{file}: plan.frame")
    known = {
        feature.id: feature
        for part in layout.PARTS
        if part.feature_type
        for feature in venue.of(part.feature_type)
    }
    reader = _Reader(file, frame, known)
    values: dict[str, Any] = {
        part.name: tuple(
            reader.item(part, number, record)
            for number, record in enumerate(_list(document, part.name, file))
        )
        for part in layout.PARTS
    }
    _check_references(values, file)
    plan = restore(Plan, {**head, "frame": {}}, f"{file}: plan", {**values, "frame": frame})
    return dataclasses.replace(plan, notes=plan.notes + reader.remarks())


def _list(document: dict[str, Any], name: str, file: str) -> list[Any]:
    found = document.get(name, [])
    if not isinstance(found, list):
        raise PlanError(f"{file}: {name!r} must be a list")
    return found


class _Reader:
    """Joins the records of the sidecar with the features of the GeoJSON."""

    def __init__(self, file: str, frame: Frame, known: dict[str, Feature]) -> None:
        self.file = file
        self.frame = frame
        self.known = known
        self.used: set[str] = set()
        self.moved: list[str] = []
        self.recategorised: list[str] = []

    def item(self, part: layout.Part, number: int, record: Any) -> Any:  # noqa: ANN401  # any feature
        where = f"{self.file}: {part.name}[{number}]"
        if not isinstance(record, dict):
            raise PlanError(f"{where}: must be an object")
        rest = {key: value for key, value in record.items() if key not in {"imdf_id", "local"}}
        given: dict[str, Any] = {}
        if part.feature_type:
            feature = self.known.get(record.get("imdf_id", ""))
            if feature is None:
                raise PlanError(
                    f"{where}: ReferencedFeatureIDMustBeResolvable: "
                    f"{record.get('imdf_id')!r} is no {part.feature_type}"
                )
            self.used.add(feature.id)
            given = self._given(part, feature, record, where)
            if part.name == "spaces":
                rest["kind"] = self._kind(feature, rest.get("kind"))
        return restore(part.kind, rest, where, given)

    def _given(
        self, part: layout.Part, feature: Feature, record: dict[str, Any], where: str
    ) -> dict[str, Any]:
        given: dict[str, Any] = {}
        if "name" in part.in_imdf:
            given["name"] = label_of(feature.properties.get("name"), feature)
        if "ordinal" in part.in_imdf:
            given["ordinal"] = ordinal_of(feature)
        if part.shape_field:
            given[part.shape_field] = self._shape(feature, record, where)
            if part.name == "spaces" and not isinstance(given["shape"], Polygon):
                raise PlanError(f"{feature.where}: geometry must be a Polygon")
        return given

    def _kind(self, feature: Feature, kind: object) -> object:
        """The kind in the sidecar, unless the category of the unit was changed since."""
        category = str(feature.properties.get("category"))
        try:
            same = words.UNIT_OF[SpaceKind(str(kind))] == category
        except ValueError:
            return kind  # the sidecar's own fault: restore() says so
        if same or category not in words.KIND_OF:
            return kind
        self.recategorised.append(feature.id)
        return words.KIND_OF[category].value

    def _shape(self, feature: Feature, record: dict[str, Any], where: str) -> shapely.Geometry:
        """The local shape, unless the GeoJSON was moved since."""
        assert feature.shape is not None  # noqa: S101  # checked when the venue was read
        moved = shape_to_local(feature.shape, self.frame)
        local = shape_of(record.get("local"), f"{where}.local")
        if local is None or local.geom_type != moved.geom_type:
            self.moved.append(feature.id)
            return moved
        if shapely.get_num_coordinates(local) == shapely.get_num_coordinates(moved):
            away = shapely.get_coordinates(local) - shapely.get_coordinates(moved)
            if abs(away).max(initial=0.0) <= layout.MOVED_M:
                return local
        self.moved.append(feature.id)
        return moved

    def remarks(self) -> tuple[str, ...]:
        """What another program changed since this project wrote the plan, one sentence each."""
        added = [identity for identity in self.known if identity not in self.used]
        found = (
            (self.moved, "shapes were changed by another program since; the GeoJSON counts"),
            (self.recategorised, "units were given another category since; the GeoJSON counts"),
            (added, "features of the GeoJSON are not in the sidecar and were left out"),
        )
        return tuple(
            f"{len(ids)} {sentence}: {', '.join(sorted(ids)[:5])}{' …' if len(ids) > 5 else ''}"  # noqa: PLR2004
            for ids, sentence in found
            if ids
        )


def _check_references(values: dict[str, Any], file: str) -> None:
    """Every reference between records must name a record."""
    known = {
        "level_id": {level.id for level in values["levels"]},
        "space_id": {space.id for space in values["spaces"]},
    }
    for part in layout.PARTS:
        for item in values[part.name]:
            for member, target, value in _references(part.name, item):
                if value not in known[target]:
                    raise PlanError(
                        f"{file}: {part.name}: {item.id!r}: "
                        f"ReferencedFeatureIDMustBeResolvable: {member} {value!r}"
                    )


def _references(part: str, item: Any) -> Iterator[tuple[str, str, str]]:  # noqa: ANN401  # any feature
    """Member, kind of target and id of everything that ``item`` refers to."""
    if part in {"spaces", "openings", "exits", "devices"}:
        yield "level_id", "level_id", item.level_id
    if part in {"exits", "tenants"} or (part == "devices" and item.space_id):
        yield "space_id", "space_id", item.space_id
    for space_id in item.spaces if part == "openings" else ():
        yield "spaces", "space_id", space_id
    for stop in item.stops if part == "connectors" else ():
        yield "stops.level_id", "level_id", stop.level_id
        yield "stops.space_id", "space_id", stop.space_id
