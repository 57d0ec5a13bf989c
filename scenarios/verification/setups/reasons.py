"""Why an engine cannot be put to a test, in the words of the report."""

from __future__ import annotations

NO_WALLS = (
    "a network has zones and doors, no walls that somebody could cross: people are in a zone, not at a point"
)
NO_BODIES = "a network has no bodies: in a zone nobody is in another's way, so there is nobody to overtake"
NO_SPACING = (
    "a network knows how many people are in a zone, not how far apart they follow each other in single file"
)
NO_VORONOI = (
    "asked are density and speed in the middle of a corridor, by the places of people, which a network knows "
    "at gates only (its doors pass 1.87 people a second and metre; gaps of this experiment passed up to 2.5)"
)
ONE_RELATION = (
    "a network does not know which way people walk in a zone: it has one relation of speed and density, that "
    "of one direction (UO); this experiment found the same to 1.25 /m² and a quarter less at 1.75 /m²"
)
HYDRAULIC = (
    "the hand value is of the hydraulic method with first-order queues; the crowd engine moves bodies, so "
    "the value is no reference for it (its code mode is held to the flow limits in sfpe door and stair)"
)
UNIDIRECTIONAL = (
    "one set of parameters cannot keep both: the experiments that the calibrated crowd is held to (UO in "
    "suite experiments) measure 1.20 m/s at 1.25 /m² and 1.04 m/s at 1.75 /m², Weidmann's curve gives 0.93 "
    "and 0.70 m/s"
)
"""Why the crowd engine is not held to Weidmann's curve."""
