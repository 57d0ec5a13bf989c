"""Connectors of the demo mall: escalators lane by lane, lifts, and exit stairs."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from shapely import Point

from floorplans.demo_mall.cores import CORES, SHAFTS, WELLS, Well
from floorplans.demo_mall.figure import STOREYS, bend
from floorplans.demo_mall.sheet import Sheet
from twin.plan.model import Connector, ConnectorKind, Direction, Label, Stop

ELEVATION = {storey.id: storey.elevation_m for storey in STOREYS}
LANE_M = 0.85
"""From the middle of an escalator pair to the middle of each lane."""
LANDING_M = 2.4
"""Flat run of an escalator at both ends together; the rest rises at 30°, so its length is twice the rise."""
RISER_M, TREAD_M = 0.165, 0.280


def connectors(sheets: Mapping[str, Sheet]) -> tuple[Connector, ...]:
    """All connectors, in a fixed order."""
    made: list[Connector] = []
    for well in WELLS:
        for low, high in pairwise(well.levels):
            made += [_lane(well, low, high, Direction.UP), _lane(well, low, high, Direction.DOWN)]
    for shaft in SHAFTS:
        x0, y0, x1, y1 = shaft.area
        made.append(
            Connector(
                id=shaft.name,
                kind=ConnectorKind.LIFT,
                stops=_stops(shaft.name, shaft.levels, ((x0 + x1) / 2, (y0 + y1) / 2)),
                width_m=1.1 if shaft.public else 1.6,
                car_capacity=shaft.capacity,
                lift_speed_mps=1.0 if shaft.panorama or not shaft.public else 1.75,
                public=shaft.public,
                name=Label(en=shaft.en, zh=shaft.zh),
            )
        )
    for core in CORES:
        x0, y0, x1, y1 = core.stair
        made.append(
            Connector(
                id=core.name,
                kind=ConnectorKind.STAIRS,
                stops=_stops(core.name, core.levels, ((x0 + x1) / 2, (y0 + y1) / 2)),
                width_m=core.width_m,
                riser_m=RISER_M,
                tread_m=TREAD_M,
                protected=True,
                public=False,
                name=Label(en=core.en, zh=core.zh),
            )
        )
    known = {space_id for sheet in sheets.values() for space_id in sheet.spaces}
    lost = {stop.space_id for x in made for stop in x.stops} - known
    if lost:
        raise AssertionError(f"connectors stop in spaces that were not drawn: {sorted(lost)}")
    return tuple(made)


def _stops(name: str, levels: tuple[str, ...], at: tuple[float, float]) -> tuple[Stop, ...]:
    place = bend(Point(at))
    return tuple(Stop(level_id=level, space_id=f"{level}-{name}", at=place) for level in levels)


def _lane(well: Well, low: str, high: str, direction: Direction) -> Connector:
    """One lane of a flight. Lanes keep to the right, as one walks."""
    (x0, y0), (x1, y1) = well.step_off("foot"), well.step_off("head")
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    ahead = ((x1 - x0) / length, (y1 - y0) / length)
    side = LANE_M if direction is Direction.UP else -LANE_M
    right = (ahead[1] * side, -ahead[0] * side)
    # Half a metre inside the landing part, so that the point is in its space whatever is rounded.
    foot = bend(Point(x0 + right[0] + 0.5 * ahead[0], y0 + right[1] + 0.5 * ahead[1]))
    head = bend(Point(x1 + right[0] - 0.5 * ahead[0], y1 + right[1] - 0.5 * ahead[1]))
    sense = ("up", "上行") if direction is Direction.UP else ("down", "下行")
    return Connector(
        id=f"{well.name}-{low}-{high}-{direction}",
        kind=ConnectorKind.ESCALATOR,
        stops=(
            Stop(level_id=low, space_id=f"{low}-{well.name}-foot", at=foot),
            Stop(level_id=high, space_id=f"{high}-{well.name}-head", at=head),
        ),
        width_m=1.0,
        direction=direction,
        slope_length_m=2 * (ELEVATION[high] - ELEVATION[low]) + LANDING_M,
        name=Label(en=f"{well.en} {low}–{high} {sense[0]}", zh=f"{well.zh} {low}–{high} {sense[1]}"),
    )
