"""Which files a plan has on disk, and which fields of a feature stand where.

A field that IMDF has a word for stands in the GeoJSON only; the sidecar holds the rest, so nothing is
said twice. Local coordinates are the exception: degrees cannot carry them bit by bit, so the sidecar holds
them too, and they count as long as they agree with the GeoJSON within :data:`MOVED_M`. A shape that
somebody moved in a GIS program counts as moved.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from twin.plan.model import Connector, Device, Exit, Level, Opening, Space, Tenant

SIDECAR = "mall-twin.json"
SIDECAR_FORMAT = "mall-twin plan"
SIDECAR_VERSION = 1
MANIFEST = "manifest.json"
IMDF_VERSION = "1.0.0"
DECIMALS = 9
"""Decimals of a degree in the GeoJSON: 0.1 mm."""
MOVED_M = 0.005
"""A shape that differs from its local coordinates by more than this was moved by another program."""

NAMESPACE = uuid.UUID("6f1c0b52-5f0f-4d0b-9a43-0f0e6c9f4a11")
"""Name space of the UUIDs that IMDF features get from the ids of the plan."""

TYPES = (
    "address",
    "amenity",
    "anchor",
    "building",
    "footprint",
    "level",
    "occupant",
    "opening",
    "relationship",
    "unit",
    "venue",
)
"""The feature types that are written, each to ``<type>.geojson``."""

FOREIGN_TYPES = (*TYPES, "detail", "fixture", "geofence", "kiosk", "section")
"""All feature types of IMDF 1.0."""


@dataclass(frozen=True)
class Part:
    """One tuple of the plan: its features' type in IMDF, their class, and the fields that IMDF holds."""

    name: str
    kind: type
    feature_type: str
    shape_field: str
    in_imdf: frozenset[str]


PARTS = (
    Part("levels", Level, "level", "outline", frozenset({"name", "ordinal", "outline"})),
    Part("spaces", Space, "unit", "shape", frozenset({"name", "shape"})),
    Part("openings", Opening, "opening", "line", frozenset({"line"})),
    Part("exits", Exit, "opening", "line", frozenset({"line", "name"})),
    Part("connectors", Connector, "", "", frozenset()),
    Part("devices", Device, "amenity", "at", frozenset({"name", "at"})),
    Part("tenants", Tenant, "occupant", "", frozenset({"name"})),
)


def imdf_id(plan_id: str, what: str, own_id: str) -> str:
    """The UUID of a feature: the same plan gives the same UUIDs each time."""
    return str(uuid.uuid5(NAMESPACE, f"{plan_id}\n{what}\n{own_id}"))
