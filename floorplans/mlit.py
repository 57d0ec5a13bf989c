"""Indoor maps by storey of Japan's Ministry of Land, Infrastructure, Transport and Tourism (MLIT).

The only open schema with doors as lines and fire equipment as points. ``PATH#BUILDING`` picks one building
of a set; without it the one with most features is read.
"""

from __future__ import annotations

from pathlib import Path

from floorplans.archive import names_in, open_archive, split_part
from floorplans.mlit_build import build_plan
from floorplans.mlit_source import buildings_in, choose, read_source
from twin.plan.model import Plan


def read_mlit(path: Path | str, building: str = "") -> Plan:
    """The plan of one building of the set at ``path``.

    Args:
        path: folder or zip; ``PATH#BUILDING`` names the building.
        building: prefix of its files; by default the one with most features.

    Raises:
        PlanError: if a file is missing or broken, or there is no such building.
    """
    folder, part = split_part(Path(path))
    archive = open_archive(folder)
    source = read_source(archive, choose(archive, building or part))
    others = sorted(set(buildings_in(archive.files)) - {source.building.name})
    if others and not (building or part):
        source.notes.append(
            f"read {source.building.name}, which has most features; "
            f"{folder.name}#NAME reads {', '.join(others)}"
        )
    return build_plan(source)


class MlitImporter:
    """MLIT indoor maps (Japan)."""

    name = "MLIT indoor map (Japan)"

    def recognises(self, path: Path) -> bool:
        """Whether ``path`` (without its part) holds a Floor and a Space file of one building."""
        return bool(buildings_in(names_in(split_part(path)[0])))

    def read(self, path: Path) -> Plan:
        """The plan at ``path``; see :func:`read_mlit`."""
        return read_mlit(path)


IMPORTER = MlitImporter()
