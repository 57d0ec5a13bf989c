"""Guidance of the crowd engine: ways that are short, keep off walls and lead through gates."""

from __future__ import annotations

import heapq
import math

import numpy as np
import pytest
import shapely
from shapely import LineString, Point, Polygon, box

from twin.movement.crowd.canvas import Canvas, Way, canvas_of_walls
from twin.movement.crowd.guidance import Guidance
from twin.movement.crowd.heading import aim_now
from twin.movement.crowd.people import walkers_of

STEP_M = 0.02
BREADTH_M = 0.46


def hall(area: Polygon, gate: LineString) -> tuple[Canvas, Guidance]:
    """A room with walls all round but for one gate; the way out leads to the left of ``gate``."""
    walls = area.boundary.difference(gate.buffer(1e-6, cap_style="flat"))
    pieces = [
        np.concatenate(pair)
        for part in shapely.get_parts(walls)
        for pair in zip(np.array(part.coords)[:-1], np.array(part.coords)[1:], strict=True)
    ]
    ends = tuple(map(tuple, np.array(gate.coords)))
    canvas = canvas_of_walls(pieces, [Way(ends, vertex=0)], rooms=[area])
    return canvas, Guidance(canvas, {0: area})


def walk(
    canvas: Canvas, guidance: Guidance, starts: np.ndarray, limit_m: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Follow the aims by tiny steps: metres to the gate (NaN: not reached), walls crossed, clearance."""
    count = len(starts)
    people = walkers_of(count)
    people.x[:], people.y[:] = starts.T
    people.room[:], people.moving[:], people.vertex[:], people.breadth[:] = 0, True, 0, BREADTH_M
    guidance.to_vertex(0)
    walls = shapely.linestrings(canvas.wall.reshape(-1, 2, 2))
    tree = shapely.STRtree(walls)
    gate = canvas.mouth[0]
    walked, crossed, clear = np.full(count, np.nan), np.zeros(count, bool), np.full(count, np.inf)
    nothing, rows = np.full(count, -1, np.int32), np.zeros(0, np.int32)
    for n in range(int(limit_m / STEP_M)):
        before = np.stack([people.x, people.y], axis=1)
        aim_now(canvas, people, guidance.fields, nothing, rows, count)
        on = np.isnan(walked)
        if not on.any():
            break
        assert np.allclose(np.hypot(people.ax, people.ay)[on], 1.0)
        people.x[on] += STEP_M * people.ax[on]
        people.y[on] += STEP_M * people.ay[on]
        after = np.stack([people.x, people.y], axis=1)
        moved = shapely.linestrings(np.stack([before, after], axis=1))
        crossed[np.unique(tree.query(moved, predicate="intersects")[0])] = True
        near = tree.query_nearest(shapely.points(after), all_matches=False, return_distance=True)[1]
        inside = on & (
            np.hypot(*(after - gate.reshape(2, 2).mean(axis=0)).T) > np.hypot(*(gate[2:] - gate[:2]))
        )
        clear[inside] = np.minimum(clear[inside], near[inside])
        side = (gate[2] - gate[0]) * (after[:, 1] - gate[1]) - (gate[3] - gate[1]) * (after[:, 0] - gate[0])
        walked[
            on & (side >= 0.0) & shapely.dwithin(shapely.points(after), LineString(gate.reshape(2, 2)), 0.1)
        ] = (n + 1) * STEP_M
    return walked, crossed, clear


def geodesics(area: Polygon, gate: LineString, starts: np.ndarray) -> np.ndarray:
    """Second implementation: lengths of the shortest ways over the graph of corners that see each other."""
    corners = shapely.get_coordinates(area.simplify(0.001))
    ends = shapely.get_coordinates(shapely.line_interpolate_point(gate, np.arange(0.0, gate.length, 0.05)))
    nodes = np.concatenate([corners, ends, starts])
    wide = area.buffer(1e-6)
    shapely.prepare(wide)
    a, b = np.triu_indices(len(nodes), 1)
    seen = shapely.covers(wide, shapely.linestrings(np.stack([nodes[a], nodes[b]], axis=1)))
    links: dict[int, list[tuple[int, float]]] = {n: [] for n in range(len(nodes))}
    for one, other in zip(a[seen].tolist(), b[seen].tolist(), strict=True):
        length = math.dist(nodes[one], nodes[other])
        links[one].append((other, length))
        links[other].append((one, length))
    away = np.full(len(nodes), np.inf)
    queue = [(0.0, n) for n in range(len(corners), len(corners) + len(ends))]
    while queue:
        length, node = heapq.heappop(queue)
        if length >= away[node]:
            continue
        away[node] = length
        for near, more in links[node]:
            if length + more < away[near]:
                heapq.heappush(queue, (length + more, near))
    return away[len(corners) + len(ends) :]


def inside(area: Polygon, count: int, seed: int, clear_m: float = 0.3) -> np.ndarray:
    """Places in an area, off its walls."""
    rng = np.random.default_rng(seed)
    low, high = np.array(area.bounds).reshape(2, 2)
    places = rng.uniform(low, high, (40 * count, 2))
    return places[shapely.contains(area.buffer(-clear_m), shapely.points(places))][:count]


def spiral() -> Polygon:
    """A corridor of 2 m that winds inwards."""
    line = LineString([(1, 1), (21, 1), (21, 17), (5, 17), (5, 5), (17, 5), (17, 13), (9, 13), (9, 9)])
    return line.buffer(1.0, cap_style="flat", join_style="mitre")


def columns() -> Polygon:
    """A hall with a field of columns."""
    holes = [
        box(x, y, x + 0.6, y + 0.6).exterior.coords[::-1] for x in range(3, 22, 3) for y in range(2, 13, 3)
    ]
    return Polygon(box(0, 0, 24, 14).exterior.coords, holes)


CASES = {
    "corner": (
        Polygon([(0, 0), (12, 0), (12, 10), (10, 10), (10, 2), (0, 2)]),
        LineString([(10, 10), (12, 10)]),
    ),
    "spiral": (spiral(), LineString([(1, 0), (1, 2)])),
    "columns": (columns(), LineString([(24, 8), (24, 6.5)])),
    "wide front": (box(0, 0, 30, 20), LineString([(5, 20), (25, 20)])),
    "narrow door": (box(0, 0, 15, 10), LineString([(15, 5.3), (15, 4.7)])),
    "comb": (
        Polygon([(0, 0), (20, 0), (20, 10), (15.05, 10), (15.05, 1.5), (15, 1.5), (15, 10), (0, 10)]),
        LineString([(16, 10), (19, 10)]),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_ways_are_short_and_cross_no_wall(name: str) -> None:
    """From everywhere one comes out, over at most 8 % more than the shortest way (plus a body at the end)."""
    area, gate = CASES[name]
    canvas, guidance = hall(area, gate)
    starts = inside(area, 60, seed=1)
    shortest = geodesics(area, gate, starts)
    walked, crossed, _ = walk(canvas, guidance, starts, 2.0 * shortest.max() + 2.0)
    assert np.isfinite(walked).all()
    assert not crossed.any()
    assert (walked <= 1.08 * shortest + BREADTH_M / 2).all()
    away = guidance.metres(0, *starts.T)
    assert (away >= 0.98 * shortest - 0.1).all()
    assert (away <= 1.08 * shortest + BREADTH_M / 2).all()


def test_a_corner_is_turned_without_touching_it() -> None:
    """RiMEA 6: who comes round a corner keeps half a body off it."""
    area, gate = CASES["corner"]
    canvas, guidance = hall(area, gate)
    starts = inside(box(0, 0, 8, 2), 40, seed=2)
    _, _, clear = walk(canvas, guidance, starts, 40.0)
    assert clear.min() >= BREADTH_M / 2


def test_a_wide_front_is_used_in_its_whole_width() -> None:
    """Everybody before a front of 20 m goes straight out, so that all of it is used."""
    area, gate = CASES["wide front"]
    canvas, guidance = hall(area, gate)
    rng = np.random.default_rng(4)
    before = np.stack([rng.uniform(5.5, 24.5, 200), rng.uniform(2, 19, 200)], axis=1)
    people = walkers_of(200)
    people.x[:], people.y[:] = before.T
    people.room[:], people.moving[:], people.vertex[:], people.breadth[:] = 0, True, 0, BREADTH_M
    guidance.to_vertex(0)
    aim_now(canvas, people, guidance.fields, np.full(200, -1, np.int32), np.zeros(0, np.int32), 200)
    assert np.percentile(people.ay, 5) > 0.95
    out = before[:, 0] + people.ax / people.ay * (20 - before[:, 1])
    assert np.histogram(out, bins=4, range=(5, 25))[0].min() > 20


def test_distances_are_those_of_the_shortest_way() -> None:
    """Straight across an empty hall to a door, whose posts bodies keep off: within 2 % and a cell."""
    area = box(0, 0, 40, 30)
    _, guidance = hall(area, LineString([(40, 15.4), (40, 14.6)]))
    places = inside(area, 200, seed=5, clear_m=0.6)
    exact = np.hypot(40 - places[:, 0], np.maximum(np.abs(places[:, 1] - 15) - 0.2, 0))
    assert guidance.metres(0, *places.T) == pytest.approx(exact, rel=0.02, abs=0.25)


def test_screens_thinner_than_a_cell_are_walls() -> None:
    """A screen of 2 cm with a gap of 1 m at one end: the way from behind it leads round, not through."""
    area = Polygon(box(0, 0, 10, 6).exterior.coords, [box(5.01, 0.01, 5.03, 5).exterior.coords[::-1]])
    canvas, guidance = hall(area, LineString([(10, 1.5), (10, 0.5)]))
    starts = np.array([[4.8, 1.0], [1.0, 1.0], [4.9, 3.0]])
    walked, crossed, _ = walk(canvas, guidance, starts, 60.0)
    assert not crossed.any()
    assert np.isfinite(walked).all()
    assert (walked[0] > 9.0).all()


def test_who_stands_in_a_wall_or_off_the_floor_is_led_back() -> None:
    """On a solid cell, or just outside the room: the aim is a unit vector, and leads to the floor."""
    area = box(0, 0, 10, 6)
    canvas, guidance = hall(area, LineString([(10, 3.5), (10, 2.5)]))
    guidance.to_vertex(0)
    people = walkers_of(3)
    people.x[:], people.y[:] = [2.0, -0.4, 5.0], [-0.5, 3.0, 6.02]
    people.room[:], people.moving[:], people.vertex[:], people.breadth[:] = 0, True, 0, BREADTH_M
    aim_now(canvas, people, guidance.fields, np.full(3, -1, np.int32), np.zeros(0, np.int32), 3)
    assert np.allclose(np.hypot(people.ax, people.ay), 1.0)
    assert people.ay[0] > 0.5
    assert people.ax[1] > 0.5


def test_places_in_rooms_are_goals_too() -> None:
    """A goal behind a corner: one comes to it, stands there, and is told no way on."""
    area, gate = CASES["corner"]
    canvas, guidance = hall(area, gate)
    row = guidance.to_place(0, 1.0, 1.0)
    assert guidance.to_place(0, 1.0, 1.0) == row
    people = walkers_of(1)
    people.x[:], people.y[:] = 11.0, 9.0
    people.room[:], people.moving[:], people.vertex[:] = 0, True, -1
    target, rows = np.zeros(1, np.int32), np.array([row], np.int32)
    for _ in range(2000):
        aim_now(canvas, people, guidance.fields, target, rows, 1)
        people.x[:] += STEP_M * people.ax
        people.y[:] += STEP_M * people.ay
        assert area.covers(Point(people.x[0], people.y[0]))
    assert math.hypot(people.x[0] - 1.0, people.y[0] - 1.0) < 2 * STEP_M


def test_who_does_not_move_has_no_aim() -> None:
    """Those who stand, and those who have no way to take, are told (0, 0)."""
    area, gate = CASES["corner"]
    canvas, guidance = hall(area, gate)
    guidance.to_vertex(0)
    people = walkers_of(2)
    people.ax[:] = people.ay[:] = 0.7
    people.x[:], people.y[:], people.room[:] = 5.0, 1.0, 0
    people.moving[:], people.vertex[:] = [False, True], [0, -2]
    aim_now(canvas, people, guidance.fields, np.full(2, -1, np.int32), np.zeros(0, np.int32), 2)
    assert not people.ax.any()
    assert not people.ay.any()


def test_fields_are_kept_and_the_same_in_any_order() -> None:
    """A field does not depend on which others there are; asking twice makes one."""
    area = box(0, 0, 20, 10)
    walls = [((0, 0), (20, 0)), ((0, 10), (20, 10))]
    ways = [Way(((0, 0), (0, 10)), vertex=0), Way(((20, 10), (20, 0)), vertex=2)]
    canvas = canvas_of_walls(walls, ways, rooms=[area], vertices=4)
    one, other = Guidance(canvas, {0: area}), Guidance(canvas, {0: area})
    one.ready([0, 2])
    other.to_vertex(2)
    rows = len(one.fields.row_window)
    one.ready([0, 2, 0])
    assert len(one.fields.row_window) == rows
    places = inside(area, 50, seed=6)
    assert (one.metres(2, *places.T) == other.metres(2, *places.T)).all()
    assert one.metres(0, *places.T) == pytest.approx(places[:, 0], abs=0.7)
