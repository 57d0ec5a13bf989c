"""Reading IMDF: what this project wrote, with its sidecar, and what other tools export."""

from __future__ import annotations

from pathlib import Path

from floorplans.archive import names_in, open_archive
from floorplans.imdf import layout
from floorplans.imdf.foreign import foreign_plan
from floorplans.imdf.own import own_plan
from floorplans.imdf.venue import read_venue
from twin.plan.model import Plan


def read_plan(path: Path | str) -> Plan:
    """The plan in the IMDF folder or zip at ``path``.

    With the sidecar ``mall-twin.json`` the plan is the one that was written, bit by bit, except where a
    GIS program has changed a name, a category or a shape since. Without it, what IMDF does not say is
    derived or guessed, and marked so.

    Raises:
        PlanError: if a file is missing or broken; one line that names the file, the feature and the rule.
    """
    archive = open_archive(Path(path))
    venue = read_venue(archive)
    if layout.SIDECAR in archive:
        return own_plan(archive, venue)
    return foreign_plan(venue)


class ImdfImporter:
    """IMDF 1.0, with or without the sidecar of this project."""

    name = "IMDF 1.0"

    def recognises(self, path: Path) -> bool:
        """Whether ``path`` holds IMDF files (even if some of them are missing)."""
        names = set(names_in(path))
        if layout.SIDECAR in names:
            return True
        return {"unit.geojson", "level.geojson"} <= names or (
            layout.MANIFEST in names and "venue.geojson" in names
        )

    def read(self, path: Path) -> Plan:
        """The plan at ``path``; see :func:`read_plan`."""
        return read_plan(path)


IMPORTER = ImdfImporter()
