"""The hall on which the crowd engine is timed beside its peer: a plan, and who stands where.

120 x 80 m. Along both long sides a row of ten shops (12 x 12 m), each behind a front with a way in of 4 m;
between the rows the hall of 120 x 56 m, with two exits of 4 m in each short side. People stand evenly over
hall and shops, and walk to the exit that is nearest on foot. With more levels, the same hall lies on top of
itself; the second and the ninth shop of each row are stairs then, of 4 m each.

The dimensions are those of the task; how the shops are cut, where exits stand and who stands where is chosen
here. Walls have no thickness in our plan; the peer cannot have that, so :func:`walkable_of` leaves
0.1 m on each side of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely import LineString, Point, Polygon, box, union_all

from twin.plan import model as m

LENGTH_M, BREADTH_M, SHOP_M = 120.0, 80.0, 12.0
SHOPS = 10
FRONT_M, EXIT_M, STAIR_M = 4.0, 4.0, 4.0
STOREY_M = 5.0
WALL_M = 0.1
"""Half of the peer's walls."""
STAIRS_AT = (1, 8)
"""Shops of each row that are stairs where there is more than one level."""
SPEED_MPS, SPEED_SD_MPS, SPEED_RANGE = 1.34, 0.26, (0.6, 2.0)
"""Free speeds: Weidmann 1993, cut off where hardly anybody walks."""
APART_M, FROM_WALL_M = 0.5, 0.35
"""Nobody starts closer than this to another or to a wall."""
BODY_M = 0.4
"""Diameter of a body: the peer's own default."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Standing:
    """People; one row each."""

    level: NDArray[np.int32]
    shop: NDArray[np.int32]
    """-1 in the hall; else 0 ... 9 in the southern and 10 ... 19 in the northern row."""
    xy: Floats
    speed_mps: Floats
    exit: NDArray[np.int32]
    """The exit that is nearest on foot, 0 ... 3; who is upstairs takes what the engine finds."""


def exit_lines() -> tuple[LineString, ...]:
    """The four exits: two in the west, two in the east."""
    at = [(x, y) for x in (0.0, LENGTH_M) for y in (BREADTH_M / 3, BREADTH_M * 2 / 3)]
    return tuple(LineString([(x, y - EXIT_M / 2), (x, y + EXIT_M / 2)]) for x, y in at)


def shop_boxes() -> tuple[Polygon, ...]:
    """The southern row and then the northern one, from west to east."""
    return tuple(
        box(n * SHOP_M, y, (n + 1) * SHOP_M, y + SHOP_M)
        for y in (0.0, BREADTH_M - SHOP_M)
        for n in range(SHOPS)
    )


def front_lines() -> tuple[LineString, ...]:
    """The way into each shop, in the middle of its front."""
    return tuple(
        LineString([((n + 0.5) * SHOP_M - FRONT_M / 2, y), ((n + 0.5) * SHOP_M + FRONT_M / 2, y)])
        for y in (SHOP_M, BREADTH_M - SHOP_M)
        for n in range(SHOPS)
    )


def _is_stair(shop: int, levels: int) -> bool:
    return levels > 1 and shop % SHOPS in STAIRS_AT


def hall_plan(levels: int = 1) -> m.Plan:
    """The hall as a plan, ``levels`` times on top of itself; exits on the lowest."""
    names = [f"L{n}" for n in range(levels)]
    floors = tuple(
        m.Level(
            id=name,
            ordinal=n,
            name=m.Label(en=f"Level {n}"),
            short_name=name,
            elevation_m=n * STOREY_M,
            height_m=STOREY_M,
            outline=box(0, 0, LENGTH_M, BREADTH_M),
        )
        for n, name in enumerate(names)
    )
    exits = tuple(
        m.Exit(
            id=f"exit-{n}",
            level_id=names[0],
            kind=m.ExitKind.ENTRANCE,
            space_id=f"{names[0]}-hall",
            line=line,
            width_m=EXIT_M,
        )
        for n, line in enumerate(exit_lines())
    )
    return m.Plan(
        id=f"hall-{levels}",
        name=m.Label(en="Hall with two rows of shop fronts", zh="两排店面的大厅"),
        levels=floors,
        spaces=tuple(space for name in names for space in _spaces(name, levels)),
        openings=tuple(opening for name in names for opening in _openings(name, levels)),
        exits=exits,
        connectors=_stairs(names),
    )


def _spaces(level: str, levels: int) -> list[m.Space]:
    """Hall, shops and stairs of one level."""
    middle = box(0, SHOP_M, LENGTH_M, BREADTH_M - SHOP_M)
    spaces = [m.Space(id=f"{level}-hall", level_id=level, kind=m.SpaceKind.WALKWAY, shape=middle)]
    for n, shape in enumerate(shop_boxes()):
        kind = m.SpaceKind.STAIRS if _is_stair(n, levels) else m.SpaceKind.SHOP
        spaces.append(m.Space(id=f"{level}-shop-{n}", level_id=level, kind=kind, shape=shape))
    return spaces


def _openings(level: str, levels: int) -> list[m.Opening]:
    """The fronts of one level."""
    return [
        m.Opening(
            id=f"{level}-front-{n}",
            level_id=level,
            kind=m.OpeningKind.DOOR if _is_stair(n, levels) else m.OpeningKind.OPEN_FRONT,
            spaces=(f"{level}-shop-{n}", f"{level}-hall"),
            line=line,
            width_m=FRONT_M,
        )
        for n, line in enumerate(front_lines())
    ]


def _stairs(names: list[str]) -> tuple[m.Connector, ...]:
    """Where there is more than one level, four stairs through all of them."""
    return tuple(
        m.Connector(
            id=f"stair-{n}",
            kind=m.ConnectorKind.STAIRS,
            stops=tuple(
                m.Stop(level_id=name, space_id=f"{name}-shop-{n}", at=Point(shape.centroid)) for name in names
            ),
            width_m=STAIR_M,
        )
        for n, shape in enumerate(shop_boxes())
        if _is_stair(n, len(names))
    )


def people_of(people: int, *, seed: int, levels: int = 1) -> Standing:
    """People evenly over all levels, none closer than 0.5 m to another or 0.35 m to a wall.

    Places are the points of a grid that is just wide enough, drawn without return and moved off the grid as
    far as the distance allows.
    """
    rng = np.random.default_rng(seed)
    grid, shop = _grid(levels)
    pitch = _PITCH_M
    rows = [
        rng.choice(len(grid), size=count, replace=False)
        for count in np.diff(np.linspace(0, people, levels + 1).round().astype(int))
    ]
    chosen = np.concatenate(rows)
    xy = grid[chosen] + rng.uniform(-0.5, 0.5, (people, 2)) * (pitch - APART_M)
    level = np.repeat(np.arange(levels, dtype=np.int32), [len(row) for row in rows])
    speed = np.clip(rng.normal(SPEED_MPS, SPEED_SD_MPS, people), *SPEED_RANGE)
    walk = walk_m(xy, shop[chosen])
    return Standing(level, shop[chosen], xy, speed, walk.argmin(axis=1).astype(np.int32))


_PITCH_M = 0.7


def _grid(levels: int) -> tuple[Floats, NDArray[np.int32]]:
    """Points on which one may stand, and the shop of each (-1: the hall). Nobody starts on the stairs."""
    places: list[Floats] = []
    shops: list[NDArray[np.int32]] = []
    margin = FROM_WALL_M + (_PITCH_M - APART_M) / 2
    rooms = [(-1, box(0, SHOP_M, LENGTH_M, BREADTH_M - SHOP_M))]
    rooms += [(n, shape) for n, shape in enumerate(shop_boxes()) if not _is_stair(n, levels)]
    for number, shape in rooms:
        west, south, east, north = shape.bounds
        x = np.arange(west + margin, east - margin + 1e-9, _PITCH_M)
        y = np.arange(south + margin, north - margin + 1e-9, _PITCH_M)
        points = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        places.append(points)
        shops.append(np.full(len(points), number, np.int32))
    return np.concatenate(places), np.concatenate(shops)


def walk_m(xy: Floats, shop: NDArray[Any]) -> Floats:
    """[people, exits] m to walk to the middle of each exit; out of a shop by the middle of its front."""
    exits = np.array([line.centroid.coords[0] for line in exit_lines()])
    fronts = np.array([line.centroid.coords[0] for line in front_lines()])
    start = np.where((shop >= 0)[:, None], fronts[shop], xy)
    first = np.where(shop >= 0, np.hypot(*(xy - start).T), 0.0)
    return np.asarray(first[:, None] + np.hypot(*(start[:, None] - exits[None]).transpose(2, 0, 1)))


def shop_at(xy: Floats) -> NDArray[np.int32]:
    """The shop in which each point lies; -1: the hall."""
    column = np.clip(xy[:, 0] // SHOP_M, 0, SHOPS - 1).astype(np.int32)
    south, north = xy[:, 1] < SHOP_M, xy[:, 1] > BREADTH_M - SHOP_M
    return np.where(south, column, np.where(north, column + SHOPS, -1)).astype(np.int32)


def walkable_of() -> Polygon:
    """Where one can walk on one level, with walls of 0.2 m between shops and hall: for the peer."""
    rooms = [shape.buffer(-WALL_M, join_style="mitre") for shape in shop_boxes()]
    hall = box(0, SHOP_M + WALL_M, LENGTH_M, BREADTH_M - SHOP_M - WALL_M)
    ways = [
        box(line.bounds[0], line.bounds[1] - 2 * WALL_M, line.bounds[2], line.bounds[3] + 2 * WALL_M)
        for line in front_lines()
    ]
    made = union_all([hall, *rooms, *ways])
    if not isinstance(made, Polygon):
        raise TypeError("the hall and its shops must be one polygon")
    return made
