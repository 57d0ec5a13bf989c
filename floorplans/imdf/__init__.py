"""IMDF 1.0 (Apple Indoor Mapping Data Format; OGC 20-094): the canonical form of a plan on disk.

A plan is a folder or a zip of GeoJSON files, one for each feature type, with ``manifest.json``; and one
sidecar, ``mall-twin.json``, for what IMDF has no word for: clear widths, stair risers and treads, lift
cars, exits, capacities, devices, lease terms, provenance, and the local coordinates.

A venue without the sidecar, as other tools export it, is read too: what it leaves out is derived or
guessed, and marked so.
"""

from __future__ import annotations

from floorplans.imdf.importer import IMPORTER, ImdfImporter, read_plan
from floorplans.imdf.writer import write_plan

__all__ = ["IMPORTER", "ImdfImporter", "read_plan", "write_plan"]
