"""Writing a plan as IMDF with its sidecar."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import shapely
import shapely.geometry

from floorplans.archive import writing
from floorplans.globe import shape_to_globe
from floorplans.imdf import layout, words
from floorplans.imdf.records import record_of
from twin.plan.model import Connector, Direction, Exit, Label, Opening, Plan, SpaceKind

Json = dict[str, Any]


def write_plan(plan: Plan, path: Path | str, *, created: datetime | None = None) -> None:
    """Write ``plan`` to the folder ``path``, or to one zip if it ends in ``.zip``.

    What :func:`read_plan` makes of it equals ``plan``, with the same version.

    Args:
        plan: what to write.
        path: made if it is not there; files of the same names are replaced.
        created: time in the manifest; now by default.

    Raises:
        PlanError: if ``path`` cannot be written.
    """
    stamp = (created or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds")
    with writing(Path(path)) as files:
        files[layout.MANIFEST] = _json(
            {
                "version": layout.IMDF_VERSION,
                "created": stamp,
                "generated_by": "mall-twin",
                "language": "en",
                "extensions": None,
            }
        )
        for kind, features in _features(plan).items():
            document = {"type": "FeatureCollection", "name": kind, "features": features}
            files[f"{kind}.geojson"] = _json(document)
        files[layout.SIDECAR] = _json(_sidecar(plan))


def _json(document: Mapping[str, object]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _sidecar(plan: Plan) -> Json:
    document: Json = {
        "format": layout.SIDECAR_FORMAT,
        "format_version": layout.SIDECAR_VERSION,
        "plan": {
            "id": plan.id,
            "name": record_of(plan.name),
            "frame": record_of(plan.frame),
            "currency": plan.currency,
            "timezone": plan.timezone,
            "notes": list(plan.notes),
        },
    }
    for part in layout.PARTS:
        records = []
        for item in getattr(plan, part.name):
            record: Json = {"imdf_id": layout.imdf_id(plan.id, part.name, item.id)}
            record |= record_of(item, omit=part.in_imdf)
            if part.shape_field:
                record["local"] = shapely.geometry.mapping(getattr(item, part.shape_field))
            records.append(record)
        document[part.name] = records
    return document


class _Writer:
    """Makes the GeoJSON features of one plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def id(self, what: str, own: str = "") -> str:
        return layout.imdf_id(self.plan.id, what, own)

    def feature(self, kind: str, identity: str, shape: shapely.Geometry | None, properties: Json) -> Json:
        geometry = None
        if shape is not None:
            on_globe = shape_to_globe(shape, self.plan.frame, decimals=layout.DECIMALS)
            geometry = shapely.geometry.mapping(on_globe)
        return {
            "type": "Feature",
            "id": identity,
            "feature_type": kind,
            "geometry": geometry,
            "properties": properties,
        }

    def point(self, shape: shapely.Geometry) -> Json:
        """A display point inside ``shape``."""
        inside = shapely.point_on_surface(shape)
        on_globe = shape_to_globe(inside, self.plan.frame, decimals=layout.DECIMALS)
        return dict(shapely.geometry.mapping(on_globe))


def _features(plan: Plan) -> dict[str, list[Json]]:
    writer = _Writer(plan)
    return {
        **_site(writer),
        "level": _levels(writer),
        "unit": _units(writer),
        "opening": _openings(writer),
        "amenity": _amenities(writer),
        **_occupants(writer),
        "relationship": [one for item in plan.connectors for one in _relationships(writer, item)],
    }


def labels(label: Label) -> Json | None:
    """``label`` as IMDF LABELS; ``None`` where it says nothing."""
    known = {"en": label.en, "zh-Hans": label.zh}
    return {language: text for language, text in known.items() if text} or None


def _site(writer: _Writer) -> dict[str, list[Json]]:
    plan = writer.plan
    outlines = [level.outline for level in plan.levels if level.ordinal == 0] or [
        level.outline for level in plan.levels
    ]
    ground = shapely.union_all(outlines)
    address, venue, building = (writer.id(what) for what in ("address", "venue", "building"))
    place: Json = {
        "address": plan.name.en or plan.id,
        "unit": None,
        "locality": "unspecified",
        "province": None,
        "country": "CN" if plan.timezone.endswith("Shanghai") else "ZZ",
        "postal_code": None,
        "postal_code_ext": None,
    }
    common: Json = {"name": labels(plan.name), "alt_name": None, "restriction": None}
    hull = ground.convex_hull
    return {
        "address": [writer.feature("address", address, None, place)],
        "venue": [
            writer.feature(
                "venue",
                venue,
                hull,
                {
                    **common,
                    "category": "shoppingcenter",
                    "hours": None,
                    "phone": None,
                    "website": None,
                    "address_id": address,
                    "display_point": writer.point(hull),
                },
            )
        ],
        "building": [
            writer.feature(
                "building",
                building,
                None,
                {**common, "category": "unspecified", "address_id": address, "display_point": None},
            )
        ],
        "footprint": [
            writer.feature(
                "footprint",
                writer.id("footprint"),
                ground,
                {"name": None, "category": "ground", "building_ids": [building]},
            )
        ],
    }


def _levels(writer: _Writer) -> list[Json]:
    return [
        writer.feature(
            "level",
            writer.id("levels", level.id),
            level.outline,
            {
                "name": labels(level.name),
                "short_name": {"en": level.short_name},
                "ordinal": level.ordinal,
                "category": "unspecified",
                "outdoor": False,
                "restriction": None,
                "building_ids": [writer.id("building")],
                "display_point": writer.point(level.outline),
                "address_id": None,
            },
        )
        for level in writer.plan.levels
    ]


def _units(writer: _Writer) -> list[Json]:
    return [
        writer.feature(
            "unit",
            writer.id("spaces", space.id),
            space.shape,
            {
                "name": labels(space.name),
                "alt_name": None,
                "category": words.UNIT_OF[space.kind],
                "restriction": None if space.public else "employeesonly",
                "accessibility": None,
                "level_id": writer.id("levels", space.level_id),
                "display_point": None
                if space.kind in {SpaceKind.STRUCTURE, SpaceKind.VOID}
                else writer.point(space.shape),
            },
        )
        for space in writer.plan.spaces
    ]


def _openings(writer: _Writer) -> list[Json]:
    plan = writer.plan
    doors = [
        _opening(writer, "openings", item, Label(en=""), words.OPENING_OF[item.kind])
        for item in plan.openings
    ]
    ways_out = [_opening(writer, "exits", item, item.name, words.EXIT_OF[item.kind]) for item in plan.exits]
    return doors + ways_out


def _opening(writer: _Writer, what: str, item: Opening | Exit, name: Label, category: str) -> Json:
    return writer.feature(
        "opening",
        writer.id(what, item.id),
        item.line,
        {
            "name": labels(name),
            "alt_name": None,
            "category": category,
            "accessibility": None,
            "access_control": None,
            "door": None,
            "level_id": writer.id("levels", item.level_id),
            "display_point": None,
        },
    )


def _amenities(writer: _Writer) -> list[Json]:
    return [
        writer.feature(
            "amenity",
            writer.id("devices", device.id),
            device.at,
            {
                "name": labels(device.name),
                "alt_name": None,
                "category": words.AMENITY_OF.get(device.kind, "unspecified"),
                "accessibility": None,
                "hours": None,
                "phone": None,
                "website": None,
                "address_id": None,
                "correlation_id": None,
                "unit_ids": [writer.id("spaces", device.space_id)] if device.space_id else [],
            },
        )
        for device in writer.plan.devices
    ]


def _occupants(writer: _Writer) -> dict[str, list[Json]]:
    plan = writer.plan
    anchors, occupants = [], []
    for tenant in plan.tenants:
        anchor = writer.id("anchor", tenant.id)
        unit = plan.space.get(tenant.space_id)
        if unit is not None:
            anchors.append(
                writer.feature(
                    "anchor",
                    anchor,
                    shapely.point_on_surface(unit.shape),
                    {"address_id": None, "unit_id": writer.id("spaces", unit.id)},
                )
            )
        dates = {"start": tenant.lease_start, "end": tenant.lease_end, "modified": None}
        occupants.append(
            writer.feature(
                "occupant",
                writer.id("tenants", tenant.id),
                None,
                {
                    "name": labels(tenant.name),
                    "category": tenant.category or "unspecified",
                    "anchor_id": anchor if unit is not None else None,
                    "hours": None,
                    "phone": None,
                    "website": None,
                    "validity": dates if tenant.lease_start and tenant.lease_end else None,
                    "correlation_id": None,
                },
            )
        )
    return {"anchor": anchors, "occupant": occupants}


def _relationships(writer: _Writer, connector: Connector) -> list[Json]:
    """One relationship for each link: IMDF knows no shaft of many stops."""
    found = []
    for number, (low, high) in enumerate(zip(connector.stops, connector.stops[1:], strict=False)):
        origin, destination = (high, low) if connector.direction is Direction.DOWN else (low, high)
        found.append(
            writer.feature(
                "relationship",
                writer.id("relationship", f"{connector.id}\n{number}"),
                None,
                {
                    "category": words.RELATIONSHIP_OF[connector.kind],
                    "direction": "undirected" if connector.direction is Direction.BOTH else "directed",
                    "origin": {"id": writer.id("spaces", origin.space_id), "feature_type": "unit"},
                    "intermediary": None,
                    "destination": {"id": writer.id("spaces", destination.space_id), "feature_type": "unit"},
                    "hours": None,
                },
            )
        )
    return found
