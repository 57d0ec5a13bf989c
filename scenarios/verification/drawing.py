"""Drawing the scenes of tests: real plans, with coordinates as in the guidelines."""

from __future__ import annotations

from collections.abc import Sequence

from shapely import LineString, Point, Polygon, box, union_all

from twin.errors import PlanError
from twin.plan.model import (
    Connector,
    ConnectorKind,
    Direction,
    Exit,
    ExitKind,
    Label,
    Level,
    Opening,
    OpeningKind,
    Plan,
    Space,
    SpaceKind,
    Stop,
)

XY = tuple[float, float]
GROUND = "ground"


class Drawing:
    """A plan as it is drawn. Lengths m; ids are given by who draws and appear in results.

    Args:
        name: id of the plan.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._heights: dict[str, float] = {GROUND: 0.0}
        self._spaces: list[Space] = []
        self._openings: list[Opening] = []
        self._exits: list[Exit] = []
        self._connectors: list[Connector] = []

    def level(self, name: str, elevation_m: float) -> str:
        """Another level; its id."""
        self._heights[name] = elevation_m
        return name

    def space(
        self,
        name: str,
        shape: Polygon | tuple[float, float, float, float],
        *,
        level: str = GROUND,
        kind: SpaceKind = SpaceKind.WALKWAY,
    ) -> str:
        """A room or corridor: a polygon, or x0, y0, x1, y1; its id."""
        outline = box(*shape) if isinstance(shape, tuple) else shape
        self._spaces.append(Space(id=name, level_id=level, kind=kind, shape=outline))
        return name

    def opening(
        self,
        name: str,
        spaces: tuple[str, str],
        ends: tuple[XY, XY],
        *,
        kind: OpeningKind = OpeningKind.DOOR,
        one_way: bool = False,
    ) -> str:
        """A door between two spaces, as wide as the line between its ends; its id."""
        line = LineString(ends)
        self._openings.append(
            Opening(
                id=name,
                level_id=self._level_of(spaces[0]),
                kind=kind,
                spaces=spaces,
                line=line,
                width_m=line.length,
                one_way=one_way,
            )
        )
        return name

    def front(self, name: str, spaces: tuple[str, str], ends: tuple[XY, XY]) -> str:
        """A way between two spaces without frame or leaf: two parts of one corridor; its id."""
        return self.opening(name, spaces, ends, kind=OpeningKind.OPEN_FRONT)

    def exit(self, name: str, space: str, ends: tuple[XY, XY], *, emergency_only: bool = False) -> str:
        """A way out, as wide as the line between its ends; its id."""
        line = LineString(ends)
        self._exits.append(
            Exit(
                id=name,
                level_id=self._level_of(space),
                kind=ExitKind.EMERGENCY,
                space_id=space,
                line=line,
                width_m=line.length,
                emergency_only=emergency_only,
            )
        )
        return name

    def flight(
        self,
        name: str,
        lower: tuple[str, XY],
        upper: tuple[str, XY],
        *,
        width_m: float,
        length_m: float,
        riser_m: float = 0.165,
        tread_m: float = 0.280,
        kind: ConnectorKind = ConnectorKind.STAIRS,
    ) -> str:
        """A stair (or ramp) between places of two spaces, ``length_m`` along its slope; its id."""
        self._connectors.append(
            Connector(
                id=name,
                kind=kind,
                stops=tuple(
                    Stop(level_id=self._level_of(space), space_id=space, at=Point(at))
                    for space, at in (lower, upper)
                ),
                width_m=width_m,
                riser_m=riser_m,
                tread_m=tread_m,
                direction=Direction.BOTH,
                slope_length_m=length_m,
            )
        )
        return name

    def lift(
        self,
        name: str,
        stops: Sequence[tuple[str, XY]],
        *,
        capacity: int,
        speed_mps: float,
        door_m: float = 1.1,
        cars: int = 1,
    ) -> str:
        """A lift that may be used in an evacuation, with its stops from low to high; its id."""
        self._connectors.append(
            Connector(
                id=name,
                kind=ConnectorKind.LIFT,
                stops=tuple(Stop(level_id=self._level_of(s), space_id=s, at=Point(at)) for s, at in stops),
                width_m=door_m,
                cars=cars,
                car_capacity=capacity,
                lift_speed_mps=speed_mps,
                evacuation=True,
            )
        )
        return name

    def plan(self) -> Plan:
        """The plan as drawn."""
        heights = sorted(self._heights.items(), key=lambda item: item[1])
        levels = tuple(
            Level(
                id=name,
                ordinal=number - [n for n, _ in heights].index(GROUND),
                name=Label(en=name),
                short_name=name,
                elevation_m=height,
                height_m=3.0,
                outline=union_all([s.shape for s in self._spaces if s.level_id == name]),
            )
            for number, (name, height) in enumerate(heights)
        )
        return Plan(
            id=self._name,
            name=Label(en=self._name),
            levels=levels,
            spaces=tuple(self._spaces),
            openings=tuple(self._openings),
            exits=tuple(self._exits),
            connectors=tuple(self._connectors),
        )

    def _level_of(self, space: str) -> str:
        """Level of a space that is drawn already."""
        for one in self._spaces:
            if one.id == space:
                return one.level_id
        raise PlanError(f"drawing {self._name!r}: space {space!r} is not drawn yet")
