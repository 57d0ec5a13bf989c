"""Finding the importer that can read a floor plan.

Importers register themselves in the entry-point group ``twin.importers``, so that the engine and the
scenarios can open any plan without importing a package above them.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol

from twin.errors import PlanError
from twin.plan.model import Plan

GROUP = "twin.importers"


class Importer(Protocol):
    """Reads one family of floor-plan formats."""

    @property
    def name(self) -> str:
        """The format's name as a user would say it."""

    def recognises(self, path: Path) -> bool:
        """Whether ``path`` looks like this format. Must be quick and must not raise."""

    def read(self, path: Path) -> Plan:
        """The plan at ``path``.

        Raises:
            PlanError: if it cannot be read; the message names the file and the rule.
        """


@cache
def importers() -> dict[str, Importer]:
    """All registered importers by name."""
    return {point.name: point.load() for point in sorted(entry_points(group=GROUP), key=lambda p: p.name)}


def open_plan(source: str | Path, *, importer: str | None = None) -> Plan:
    """The plan at ``source``: a folder or file of any format that can be imported, or ``demo``.

    Args:
        source: path, with ``#PART`` for one building of a set (``tokyo_station#KITTE``), or the name of a
            plan that an importer ships (``demo``).
        importer: name of the importer to use; by default the one that recognises ``source``.

    Raises:
        PlanError: if nothing is there, or no importer recognises it.
    """
    known = importers()
    path = Path(source)
    if importer is not None:
        if importer not in known:
            raise PlanError(f"importer {importer!r} is not known; there are: {', '.join(known)}")
        return known[importer].read(path)
    for candidate in known.values():
        if candidate.recognises(path):
            return candidate.read(path)
    whole = path.with_name(path.name.rsplit("#", 1)[0]) if path.name.partition("#")[0] else path
    if not path.exists() and not whole.exists():
        raise PlanError(f"plan {str(source)!r}: no such file or folder")
    raise PlanError(f"plan {str(source)!r}: no importer recognises it (tried {', '.join(known)})")
