"""Set-ups of experiments as plain geometry: rooms, ways between them, where people start, what was measured.

A set-up names no engine: :meth:`SetUp.walls` gives its walls as pieces, for fitting a law on a bare canvas,
and :mod:`scenarios.verification.experiments_plan` makes a plan of it, for the product. Lengths in m; people
walk towards growing x (those of the second start of a bidirectional set-up against it).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, cos, pi, sin, sqrt

import numpy as np
from numpy.typing import NDArray
from shapely import LineString, MultiLineString, Polygon, union_all

from scenarios.verification.experiments_reference import (
    BOTTLENECK_FREE_MPS,
    HERMES_FREE_MPS,
    SINGLE_FILE_FREE_MPS,
)

XY = tuple[float, float]
Box = tuple[float, float, float, float]
"""x0, y0, x1, y1."""

OUTSIDE = ""
HERMES_CORRIDOR_M = 8.0
"""Length of the corridors; the middle is x = 0."""
HERMES_APPROACH_M = 4.0
"""From the entrance to the corridor: the trajectories of narrow entrances come out of a gap there."""
HERMES_AREA_M = 2.0
"""Length of the measuring area in the middle of the corridor, over its whole width."""
_WAITING_DENSITY = 2.5
"""People per m² who wait before the entrance."""


@dataclass(frozen=True, slots=True)
class Room:
    """A piece of floor without walls inside."""

    name: str
    outline: tuple[XY, ...]

    @property
    def shape(self) -> Polygon:
        """Its floor."""
        return Polygon(self.outline)


@dataclass(frozen=True, slots=True)
class Way:
    """A gap between two rooms, or out of one (to :data:`OUTSIDE`)."""

    name: str
    a: XY
    b: XY
    rooms: tuple[str, str]

    @property
    def width_m(self) -> float:
        """Clear width."""
        return float(np.hypot(self.b[0] - self.a[0], self.b[1] - self.a[1]))


@dataclass(frozen=True, slots=True)
class Start:
    """People who start in a room, spread over a box, and leave by one of some ways."""

    room: str
    box: Box
    people: int
    leave_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUp:
    """One experiment."""

    name: str
    rooms: tuple[Room, ...]
    ways: tuple[Way, ...]
    starts: tuple[Start, ...]
    area: Box
    """The measuring area."""
    line: tuple[XY, XY]
    """The line over which people are counted."""
    free_mps: tuple[float, float]
    """Mean and spread (normal) of people's free speed."""

    @property
    def people(self) -> int:
        """How many take part."""
        return sum(start.people for start in self.starts)

    def walls(self) -> NDArray[np.float64]:
        """[n, 4] x0, y0, x1, y1 of each piece of wall: the outlines of rooms without the ways."""
        outlines = union_all([room.shape.exterior for room in self.rooms])
        gaps = union_all([LineString([way.a, way.b]).buffer(1e-6, cap_style="flat") for way in self.ways])
        left = outlines.difference(gaps)
        parts = left.geoms if isinstance(left, MultiLineString) else [left]
        pieces = [
            (*first, *second)
            for part in parts
            for first, second in zip(part.coords[:-1], part.coords[1:], strict=True)
        ]
        return np.array(pieces, float)

    def floor(self) -> Polygon:
        """All rooms as one floor."""
        return union_all([room.shape for room in self.rooms])


def spread(box: Box, people: int, random: np.random.Generator) -> NDArray[np.float64]:
    """[people, 2] places in a box: random cells of a lattice that is just fine enough."""
    x0, y0, x1, y1 = box
    side = sqrt((x1 - x0) * (y1 - y0) / people)
    while True:
        columns, rows = max(1, int((x1 - x0) / side)), max(1, int((y1 - y0) / side))
        if columns * rows >= people:
            break
        side *= 0.99
    cells = random.choice(columns * rows, people, replace=False)
    aside = random.uniform(0.3, 0.7, (people, 2))
    across, along = (x1 - x0) / columns, (y1 - y0) / rows
    return np.column_stack(
        (
            x0 + (cells % columns + aside[:, 0]) * across,
            y0 + (cells // columns + aside[:, 1]) * along,
        )
    )


def free_speeds(setup: SetUp, people: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Free speeds of ``people``: normal, cut at two and a half sigma, m/s."""
    mean, sigma = setup.free_mps
    return np.clip(random.normal(mean, sigma, people), mean - 2.5 * sigma, mean + 2.5 * sigma)


def unidirectional(
    entrance_m: float, corridor_m: float, exit_m: float, *, people: int = 350, name: str = ""
) -> SetUp:
    """The corridor of Hermes in one direction: waiting room, gap, approach, corridor, gap, open floor.

    The gap at the entrance thins the stream, the gap at the end of the corridor dams it up.

    Args:
        entrance_m: clear width of the entrance, 4 m before the corridor.
        corridor_m: width of the corridor.
        exit_m: clear width at its end.
        people: who waits; about 350 took part.
        name: name of the run; its widths in cm by default.
    """
    half = HERMES_CORRIDOR_M / 2
    gate = -half - HERMES_APPROACH_M
    side = corridor_m / 2
    open_side = side + 1.0
    wide = max(4.0, open_side)
    back = gate - ceil(people / _WAITING_DENSITY / (2 * wide))
    beyond = half + 5.0
    name = name or "uo-" + "-".join(f"{round(100 * w):03d}" for w in (entrance_m, corridor_m, exit_m))
    return SetUp(
        name=name,
        rooms=(
            Room("waiting", _box(back, -wide, gate, wide)),
            Room("approach", _box(gate, -open_side, -half, open_side)),
            Room("corridor", _box(-half, -side, half, side)),
            Room("beyond", _box(half, -open_side, beyond, open_side)),
        ),
        ways=(
            _across("entrance", gate, entrance_m, "waiting", "approach"),
            _across("mouth", -half, corridor_m, "approach", "corridor"),
            _across("exit", half, exit_m, "corridor", "beyond"),
            _across("out", beyond, 2 * open_side, "beyond", OUTSIDE),
        ),
        starts=(Start("waiting", (back, -wide, gate - 0.3, wide), people, ("out",)),),
        area=(-HERMES_AREA_M / 2, -side, HERMES_AREA_M / 2, side),
        line=((0.0, -side), (0.0, side)),
        free_mps=HERMES_FREE_MPS,
    )


def bidirectional(
    corridor_m: float, left_m: float, right_m: float, *, people: int = 440, name: str = ""
) -> SetUp:
    """The corridor of Hermes in two directions, with a gap at both ends that thins the streams.

    That people leave by the open sides of the other approach is an assumption; it keeps those who leave out
    of the way of those who enter.

    Args:
        corridor_m: width of the corridor.
        left_m: clear width of the entrance on the left.
        right_m: the same on the right.
        people: half of them start on each side; enough to feed the longest run while it is measured.
        name: name of the run; its widths in cm by default.
    """
    half = HERMES_CORRIDOR_M / 2
    gate = half + HERMES_APPROACH_M
    side = corridor_m / 2
    open_side = side + 2.0
    back = gate + ceil(people / 2 / _WAITING_DENSITY / (2 * open_side))
    name = name or "bot-" + "-".join(f"{round(100 * w):03d}" for w in (corridor_m, left_m, right_m))
    rooms, ways, starts = [Room("corridor", _box(-half, -side, half, side))], [], []
    for hand, sign, width in (("left", -1, left_m), ("right", 1, right_m)):
        other = "right" if hand == "left" else "left"
        near, far, end = sign * half, sign * gate, sign * back
        rooms += [
            Room(f"{hand} approach", _box(near, -open_side, far, open_side)),
            Room(f"{hand} waiting", _box(far, -open_side, end, open_side)),
        ]
        ways += [
            _across(f"{hand} entrance", far, width, f"{hand} waiting", f"{hand} approach"),
            _across(f"{hand} mouth", near, corridor_m, f"{hand} approach", "corridor"),
            Way(f"{hand} out south", (near, -open_side), (far, -open_side), (f"{hand} approach", OUTSIDE)),
            Way(f"{hand} out north", (near, open_side), (far, open_side), (f"{hand} approach", OUTSIDE)),
        ]
        inner = far + sign * 0.3
        box = (min(inner, end), -open_side, max(inner, end), open_side)
        starts.append(
            Start(f"{hand} waiting", box, people // 2, (f"{other} out south", f"{other} out north"))
        )
    return SetUp(
        name=name,
        rooms=tuple(rooms),
        ways=tuple(ways),
        starts=tuple(starts),
        area=(-HERMES_AREA_M / 2, -side, HERMES_AREA_M / 2, side),
        line=((0.0, -side), (0.0, side)),
        free_mps=HERMES_FREE_MPS,
    )


def named(run: str, *, people: int | None = None) -> SetUp:
    """The corridor of a run by its name (``uo-300-300-080``, ``bot-360-160-160``): widths in cm."""
    kind, *widths = run.split("-")
    first, second, third = (int(width) / 100 for width in widths)
    if kind == "uo":
        return unidirectional(first, second, third, people=people or 350, name=run)
    return bidirectional(first, second, third, people=people or 440, name=run)


def bottleneck(
    width_m: float,
    *,
    people: int = 200,
    length_m: float = 2.0,
    room: tuple[float, float] = (10.0, 8.0),
    filled: Box | None = None,
    free_mps: tuple[float, float] = BOTTLENECK_FREE_MPS,
    name: str = "",
) -> SetUp:
    """A waiting room, a bottleneck from x = 0 on, and a room beyond.

    The default is the set-up in which peers compare flows through bottlenecks (JuPedSim 0.8).

    Args:
        width_m: clear width of the bottleneck.
        people: who waits.
        length_m: length of the bottleneck.
        room: length and width of the waiting room.
        filled: box in which people wait; the whole waiting room by default.
        free_mps: mean and spread of the free speed.
        name: name of the set-up.
    """
    length, wide = room[0], room[1] / 2
    return SetUp(
        name=name or f"bottleneck {width_m:.2f} m",
        rooms=(
            Room("waiting", _box(-length, -wide, 0.0, wide)),
            Room("bottleneck", _box(0.0, -width_m / 2, length_m, width_m / 2)),
            Room("beyond", _box(length_m, -wide, length_m + 3.0, wide)),
        ),
        ways=(
            _across("entrance", 0.0, width_m, "waiting", "bottleneck"),
            _across("exit", length_m, width_m, "bottleneck", "beyond"),
            _across("out", length_m + 3.0, 2 * wide, "beyond", OUTSIDE),
        ),
        starts=(Start("waiting", filled or (-length, -wide, 0.0, wide), people, ("out",)),),
        area=(-2.0, -min(wide, 1.0), -1.0, min(wide, 1.0)),
        line=((0.0, -width_m / 2), (0.0, width_m / 2)),
        free_mps=free_mps,
    )


def wuppertal_door() -> SetUp:
    """040_c_56_h- (Wuppertal 2018, doi 10.34735/ped.2018.1): 75 people before a door of 0.5 m.

    The trajectories start within 6 m before the door, and are 0.5 m wide over about a metre behind it. They
    hurried (the h in the name); how fast these people walk freely was not measured.
    """
    return bottleneck(
        0.5, people=75, length_m=1.0, room=(8.0, 5.6), filled=(-6.0, -2.8, 0.0, 2.8), name="040_c_56_h-"
    )


QUARTERS = ("south", "east", "north", "west")
"""Rooms of an :class:`Oval`, counterclockwise: a straight, a half circle, and so on."""


@dataclass(frozen=True, slots=True)
class Oval:
    """A closed path for one behind the other: two straights of ``straight_m`` and two half circles."""

    length_m: float = 26.0
    straight_m: float = 4.0
    width_m: float = 0.7
    """One person wide: two have no room beside each other."""

    @property
    def radius_m(self) -> float:
        """Of the half circles, at the middle of the path."""
        return (self.length_m - 2 * self.straight_m) / (2 * pi)

    def at(self, s: float, aside: float = 0.0) -> XY:
        """The point ``s`` m along the middle of the path (counterclockwise), ``aside`` m inwards."""
        a, r = self.straight_m, self.radius_m
        s %= self.length_m
        if s < a:
            return s - a / 2, -r + aside
        if s < a + pi * r:
            angle = (s - a) / r - pi / 2
            return a / 2 + (r - aside) * cos(angle), (r - aside) * sin(angle)
        if s < 2 * a + pi * r:
            return a / 2 - (s - a - pi * r), r - aside
        angle = (s - 2 * a - pi * r) / r + pi / 2
        return -a / 2 + (r - aside) * cos(angle), (r - aside) * sin(angle)

    def along(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
        """How far along the path (m, counterclockwise) places are, projected on its middle."""
        a, r = self.straight_m, self.radius_m
        east, west = x > a / 2, x < -a / 2
        around_east = a + r * (np.arctan2(y, x - a / 2) + pi / 2)
        around_west = 2 * a + pi * r + r * ((np.arctan2(y, x + a / 2) - pi / 2) % (2 * pi))
        straight = np.where(y < 0, x + a / 2, a + pi * r + a / 2 - x)
        along: NDArray[np.float64] = np.where(east, around_east, np.where(west, around_west, straight))
        return along % self.length_m

    def quarters(self) -> tuple[float, ...]:
        """Where along the path its four rooms begin."""
        a, r = self.straight_m, self.radius_m
        return 0.0, a, a + pi * r, 2 * a + pi * r

    def room_of(self, s: float) -> str:
        """Name of the room (quarter) ``s`` m along the path."""
        return QUARTERS[int(np.searchsorted(self.quarters(), s % self.length_m, side="right")) - 1]


def single_file(people: int, oval: Oval | None = None, *, pieces: int = 24) -> SetUp:
    """People one behind the other round an oval (:class:`Oval`), evenly spaced at first; nobody leaves.

    Args:
        people: how many; place ``i`` is ``Oval.at(i / people * length)``.
        oval: the path; that of the experiments with 14 to 70 people by default.
        pieces: straight pieces in a half circle.
    """
    oval = oval or Oval()
    begins = (*oval.quarters(), oval.length_m)
    half = oval.width_m / 2
    rooms, ways = [], []
    for number, name in enumerate(QUARTERS):
        begin, end = begins[number], begins[number + 1]
        steps = np.linspace(begin, end - 1e-9, pieces + 1) if number % 2 else np.array([begin, end - 1e-9])
        outer = [_rounded(oval.at(s, -half)) for s in steps]
        inner = [_rounded(oval.at(s, half)) for s in steps]
        rooms.append(Room(name, (*outer, *inner[::-1])))
        ways.append(Way(f"into {name}", outer[0], inner[0], (QUARTERS[number - 1], name)))
    a = oval.straight_m / 2
    return SetUp(
        name=f"single file of {people}",
        rooms=tuple(rooms),
        ways=tuple(ways),
        starts=(Start("south", (-a, -oval.radius_m - half, a, -oval.radius_m + half), people, ()),),
        area=(-1.0, -oval.radius_m - half, 1.0, -oval.radius_m + half),
        line=((0.0, -oval.radius_m - half), (0.0, -oval.radius_m + half)),
        free_mps=SINGLE_FILE_FREE_MPS,
    )


def _rounded(place: XY) -> XY:
    """To the micrometre, so that rooms share their corners."""
    return round(place[0], 6), round(place[1], 6)


def _box(x0: float, y0: float, x1: float, y1: float) -> tuple[XY, ...]:
    """Corners of a rectangle."""
    return (x0, y0), (x1, y0), (x1, y1), (x0, y1)


def _across(name: str, x: float, width: float, first: str, second: str) -> Way:
    """A way across the walking direction, with its middle at y = 0."""
    return Way(name, (x, -width / 2), (x, width / 2), (first, second))
