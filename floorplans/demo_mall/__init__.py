"""The demo mall: drawn by a short script with named dimensions, kept as the IMDF that the script wrote.

:func:`build` draws it; ``twin plan show demo`` and everything else read the committed IMDF in ``plan/``.
A test holds the two together. To change the mall, change the drawing and run
``python -m floorplans.demo_mall``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from twin.plan.model import Plan

PLAN_FOLDER = Path(__file__).parent / "plan"
"""The IMDF that :func:`build` wrote."""
NAME = "demo"


def build() -> Plan:
    """The demo mall, drawn anew (a few seconds)."""
    from floorplans.demo_mall.drawing_set import build as draw

    return draw()


@dataclass(frozen=True)
class DemoImporter:
    """Opens the plan called ``demo``."""

    name: str = "demo mall"

    def recognises(self, path: Path) -> bool:
        """Whether ``path`` is the word ``demo`` and no file or folder of that name is there."""
        return str(path) == NAME and not path.exists()

    def read(self, path: Path) -> Plan:  # noqa: ARG002  # the name says it all
        """The committed demo mall."""
        from floorplans.imdf import read_plan

        return read_plan(PLAN_FOLDER)


IMPORTER = DemoImporter()
