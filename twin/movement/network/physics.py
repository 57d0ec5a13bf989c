"""The two sets of relations between which a run chooses: ``code`` and ``calibrated``.

Standards and experiments disagree on door flow: codes allow 1.32-1.33 people/(m s) of effective width,
experiments measure 1.8-2.0 /(m s) of clear width. Both are modes; a statement about a code uses ``code``.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from twin.errors import InputError
from twin.movement import sfpe


@dataclass(frozen=True, slots=True, kw_only=True)
class Physics:
    """How density slows people and how much a metre of door passes."""

    mode: str
    level_flow: float
    """Largest specific flow on the level, people/(m s)."""
    stair_flow: float | None
    """Largest specific flow on stairs; ``None``: k / (4 a) of the stair."""
    effective: bool
    """Whether widths lose their boundary layers (SFPE), or count as they are clear (experiments)."""
    weidmann: bool
    """Speed by Weidmann's relation (a factor on the person's own speed) instead of SFPE's."""
    crowded_links: bool
    """Whether density slows people on stairs. The hydraulic hand method, and so ``code``, walks them at
    S(0.54) and limits their flow at the ends; experiments show slower walking."""
    jam_density: float
    """People/m² at which a zone takes nobody in."""


CODE = Physics(
    mode="code",
    level_flow=sfpe.LEVEL_FLOW,
    stair_flow=None,
    effective=True,
    weidmann=False,
    crowded_links=False,
    jam_density=sfpe.JAM_DENSITY,
)
CALIBRATED = Physics(
    mode="calibrated",
    level_flow=1.87,
    stair_flow=1.2,
    effective=False,
    weidmann=True,
    crowded_links=True,
    jam_density=5.0,
)
"""Door flow: the mean of the slopes through 0 of Seyfried 2009 (1.88), EG 2006 (1.90) and Kretz 2006 (1.82).
Stairs: 1.2 /(m s), the value that CIBSE Guide E accepts."""

MODES = MappingProxyType({"code": CODE, "calibrated": CALIBRATED})


def physics_of(mode: str) -> Physics:
    """The relations of ``mode``.

    Raises:
        InputError: if the mode is not known.
    """
    if mode not in MODES:
        raise InputError(f"mode {mode!r} is not known; there are: {', '.join(MODES)}")
    return MODES[mode]
