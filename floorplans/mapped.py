"""GeoJSON by a mapping file: one file for each level, read as :mod:`floorplans.mapping` says.

Steps, each in its module: read (:mod:`~floorplans.mapped_units`), learn what categories mean
(:mod:`~floorplans.learning`), put shifted levels into one frame (:mod:`~floorplans.registration`), make a
clean partition with the walkway as what is left (:mod:`~floorplans.layers`), infer fronts, exits and
connectors (:mod:`~floorplans.fronts`, :mod:`~floorplans.ways_out`, :mod:`~floorplans.vertical`).
"""

from __future__ import annotations

from pathlib import Path

from floorplans.archive import names_in, open_archive
from floorplans.mapped_build import build_plan
from floorplans.mapped_units import read_levels
from floorplans.mapping import Mapping, load, shipped
from twin.errors import PlanError
from twin.plan.model import Plan


def mapping_for(path: Path) -> Mapping | None:
    """The shipped mapping that fits the files at ``path``; ``None`` if none does."""
    names = names_in(path)
    for mapping in shipped().values():
        known = mapping.recognise
        if known is not None and any(name.rsplit("/", 1)[-1] == known.file and "/" in name for name in names):
            return mapping
    return None


def read_mapped(path: Path | str, mapping: Mapping | Path | None = None) -> Plan:
    """The plan in the per-level GeoJSON files at ``path``.

    Args:
        path: folder or zip.
        mapping: how to read it: a mapping, or the YAML file of one; a shipped one that fits by default.

    Raises:
        PlanError: if no mapping fits, or a file is missing or broken.
    """
    path = Path(path)
    chosen = load(mapping) if isinstance(mapping, Path) else mapping or mapping_for(path)
    if chosen is None:
        raise PlanError(f"{path}: no shipped mapping fits; write one and give it with --mapping FILE")
    archive = open_archive(path)
    levels, frame = read_levels(archive, chosen)
    return build_plan(path.name.removesuffix(".zip"), levels, frame, chosen)


class MappedImporter:
    """Per-level GeoJSON with a shipped mapping (XYZ10), or a user's own."""

    name = "GeoJSON with a mapping file"

    def recognises(self, path: Path) -> bool:
        """Whether a shipped mapping fits ``path``."""
        return mapping_for(path) is not None

    def read(self, path: Path) -> Plan:
        """The plan at ``path``; see :func:`read_mapped`."""
        return read_mapped(path)


IMPORTER = MappedImporter()
