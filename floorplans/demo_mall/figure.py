"""The figure of the demo mall: its named lines, on the straight axis, in metres.

West to east: west anchor, west court, west wing with a void, main atrium, east wing with a void, east court,
east anchor. South to north: street, service corridor, shops, gallery, voids, gallery, shops, service
corridor, plant and delivery. The axis is bent afterwards (:func:`bend`).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from shapely import Polygon, box

from twin.plan.model import Label, Shape

# Along the axis.
W_END, W_ANCHOR, W_COURT, W_VOID, W_BRIDGE = 0.0, 37.0, 47.0, 51.0, 82.0
ATRIUM_W, ATRIUM_E = 91.0, 119.0
E_BRIDGE, E_VOID_END, E_COURT, E_ANCHOR, E_END = 129.0, 159.0, 165.0, 175.0, 210.0
CENTRE_W, CENTRE_E = 84.0, 126.0
"""Between these the shops step back to make room for the atrium."""

# Across the axis.
AXIS = 60.0
S_FACADE, S_BACK, S_FRONT = 24.0, 26.4, 50.5
N_FRONT, N_BACK, N_PLANT, N_FACADE = 69.5, 93.6, 96.0, 104.0
SC_FACADE, SC_BACK, SC_FRONT = 16.0, 18.4, 42.0
NC_FRONT, NC_BACK = 78.0, 93.6
ANCHOR_S, ANCHOR_N = 32.0, 88.0
PAVILION = 8.0
"""The entrance pavilion comes forward to this line."""
YARD = 113.0
"""The delivery yard reaches to this line."""

KINK_X = (0.0, 84.0, 126.0, 210.0)
KINK_SHIFT = (-6.5, 2.0, 4.5, -3.5)
"""The axis bends: where, and by how much it is shifted north there."""
TOUCH_M = 1e-9

ATRIUM = Polygon([(91, 54), (96, 48), (113.5, 48), (119, 53), (119, 65.5), (114.5, 72), (98, 72), (91, 67)])
"""28 × 24 m, eight unequal sides."""
W_VOID_SHAPE = Polygon([(51, 57), (53, 55.5), (82, 55.5), (82, 64.5), (51, 64.5)])
E_VOID_SHAPE = Polygon([(129, 55.5), (156, 55.5), (159, 58), (159, 64.5), (129, 64.5)])


@dataclass(frozen=True)
class Storey:
    """A level by its figures."""

    id: str
    ordinal: int
    name: Label
    elevation_m: float
    height_m: float


STOREYS = (
    Storey("B1", -1, Label(en="Metro level", zh="地铁层"), -5.5, 5.5),
    Storey("L1", 0, Label(en="Street level", zh="首层"), 0.0, 6.0),
    Storey("L2", 1, Label(en="Second level", zh="二层"), 6.0, 5.5),
    Storey("L3", 2, Label(en="Third level", zh="三层"), 11.5, 5.5),
    Storey("L4", 3, Label(en="Fourth level", zh="四层"), 17.0, 5.5),
)


def room(x0: float, y0: float, x1: float, y1: float) -> Polygon:
    """A rectangle on the straight axis."""
    return box(x0, y0, x1, y1)


def outline(level_id: str) -> Shape:
    """The floor of a level on the straight axis, voids included."""
    if level_id == "B1":
        return shapely.union_all([room(0, S_FACADE, CENTRE_E, YARD), room(CENTRE_W, SC_FACADE, CENTRE_E, 30)])
    floor = Polygon(
        [
            (4, S_FACADE),
            (CENTRE_W, S_FACADE),
            (CENTRE_W, SC_FACADE),
            (CENTRE_E, SC_FACADE),
            (CENTRE_E, S_FACADE),
            (204, S_FACADE),
            (E_END, 46),
            (E_END, N_PLANT),
            (E_ANCHOR, N_PLANT),
            (E_ANCHOR, N_FACADE),
            (W_ANCHOR, N_FACADE),
            (W_ANCHOR, N_PLANT),
            (0, N_PLANT),
            (0, 44),
        ]
    )
    if level_id != "L1":
        return floor
    return shapely.union_all([floor, room(89, PAVILION, 111, SC_FACADE), room(70, N_FACADE, 91, YARD)])


def bend(shape: shapely.Geometry) -> shapely.Geometry:
    """``shape`` on the bent axis, to the tenth of a millimetre.

    Corners are added where an edge crosses a kink of the axis; then all corners are moved north by the
    shift at their ``x``. Walls across the axis stay parallel, and what tiled before tiles afterwards.
    """
    kinks = np.asarray(KINK_X)

    def moved(corners: np.ndarray) -> np.ndarray:
        out = corners.copy()
        out[:, 1] += np.interp(corners[:, 0], kinks, KINK_SHIFT)
        return np.round(out, 4)

    return shapely.transform(_with_kinks(shape), moved)


def _with_kinks(shape: shapely.Geometry) -> shapely.Geometry:
    if shape.geom_type == "Point":
        return shape
    if shape.geom_type == "Polygon":
        return Polygon(_ring(shape.exterior.coords), [_ring(x.coords) for x in shape.interiors])
    return shapely.LineString(_ring(shape.coords))


def _ring(coordinates: object) -> np.ndarray:
    corners = np.asarray(coordinates, dtype=float)
    out = [corners[0]]
    for a, b in pairwise(corners):
        low, high = min(a[0], b[0]) + TOUCH_M, max(a[0], b[0]) - TOUCH_M
        between = sorted((x for x in KINK_X if low < x < high), reverse=bool(a[0] > b[0]))
        out += [a + (b - a) * ((x - a[0]) / (b[0] - a[0])) for x in between]
        out.append(b)
    return np.asarray(out)
