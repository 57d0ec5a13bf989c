"""The ground of the crowd engine: walls, gates, flights and rooms of a plan on one canvas."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import shapely
from shapely import LineString, Point, Polygon, box

from twin.errors import InputError, PlanError
from twin.movement.crowd.canvas import CELL_M, REACH_M, Way, canvas_of_walls
from twin.movement.crowd.ground import Ground
from twin.movement.crowd.grounding import ground_of
from twin.movement.crowd.guidance import Guidance, guidance_of
from twin.movement.network import compile_network
from twin.movement.network.model import NodeKind
from twin.plan import model as m
from twin.plan.zones import zones_of


def drawn(
    spaces: dict[str, Polygon | tuple[m.SpaceKind, Polygon]],
    doors: list[tuple[str, str, LineString, float]] = (),
    exits: list[tuple[str, LineString, float]] = (),
    connectors: tuple[m.Connector, ...] = (),
    *,
    kind: m.OpeningKind = m.OpeningKind.DOOR,
) -> Ground:
    """The ground of a plan of levels "0" and "1" (spaces whose names begin with "1" are above)."""
    made = []
    for name, given in spaces.items():
        use, shape = given if isinstance(given, tuple) else (m.SpaceKind.WALKWAY, given)
        made.append(m.Space(id=name, level_id="1" if name.startswith("1") else "0", kind=use, shape=shape))
    levels = tuple(
        m.Level(
            id=str(n),
            ordinal=n,
            name=m.Label(en=str(n)),
            short_name=str(n),
            elevation_m=4.0 * n,
            height_m=4.0,
            outline=box(0, 0, 50, 50),
        )
        for n in (0, 1)
    )
    plan = m.Plan(
        id="drawn",
        name=m.Label(en="drawn"),
        levels=levels,
        spaces=tuple(made),
        openings=tuple(
            m.Opening(
                id=f"door-{n}",
                level_id="1" if a.startswith("1") else "0",
                kind=kind,
                spaces=(a, b),
                line=at,
                width_m=w,
            )
            for n, (a, b, at, w) in enumerate(doors)
        ),
        exits=tuple(
            m.Exit(id=f"exit-{n}", level_id="0", kind=m.ExitKind.ENTRANCE, space_id=a, line=at, width_m=w)
            for n, (a, at, w) in enumerate(exits)
        ),
        connectors=connectors,
    )
    return ground_of(plan, compile_network(zones_of(plan), plan, mode="calibrated"))


def room(ground: Ground, name: str) -> int:
    """Number of a space's room."""
    return ground.network.space_ids.index(name)


def vertex(ground: Ground, source: str, *, back: bool = False) -> int:
    """The first vertex of an opening or exit."""
    return 2 * ground.network.gate_source.index(source) + back


def on_plan(ground: Ground, lines: np.ndarray, level: int = 0) -> np.ndarray:
    """Lines [n, 4] of the canvas in coordinates of the plan."""
    return lines.reshape(-1, 2, 2) - ground.level_offset[level]


def wall_length(ground: Ground, along: LineString, level: int = 0) -> float:
    """Length of all walls that lie on a line."""
    walls = shapely.union_all(shapely.linestrings(on_plan(ground, ground.canvas.wall, level)))
    return walls.intersection(along.buffer(0.004, cap_style="flat")).length


def crossing(ground: Ground) -> list[str]:
    """Gates in whose mouths a wall stands: nearer than a centimetre to a mouth less its ends."""
    tree = shapely.STRtree(shapely.linestrings(ground.canvas.wall.reshape(-1, 2, 2)))
    lines = ground.canvas.mouth.reshape(-1, 2, 2)
    length = np.hypot(*(lines[:, 1] - lines[:, 0]).T)[:, None]
    inset = (lines[:, 1] - lines[:, 0]) * np.minimum(0.03 / length, 0.4)
    inner = shapely.linestrings(np.stack([lines[:, 0] + inset, lines[:, 1] - inset], axis=1))
    found = np.unique(tree.query(inner, predicate="dwithin", distance=0.01)[0])
    return [ground.network.gate_source[ground.canvas.mouth_vertex[n] // 2] for n in found]


def test_walls_and_mouths_are_listed_by_square() -> None:
    """Second implementation: every wall within reach of a square (shapely) is in its list, few others are."""
    rng = np.random.default_rng(3)
    walls = rng.uniform(0, 20, (40, 4))
    canvas = canvas_of_walls(walls)
    lines = shapely.linestrings(walls.reshape(-1, 2, 2))
    for square in range(canvas.bins_x * canvas.bins_y):
        x = canvas.origin_x + square % canvas.bins_x * canvas.bin_m
        y = canvas.origin_y + square // canvas.bins_x * canvas.bin_m
        away = shapely.distance(lines, box(x, y, x + canvas.bin_m, y + canvas.bin_m))
        listed = set(canvas.wall_item[canvas.wall_start[square] : canvas.wall_start[square + 1]].tolist())
        assert set(np.flatnonzero(away <= REACH_M).tolist()) <= listed
        assert all(away[n] <= REACH_M + 0.01 for n in listed)


def test_bad_hand_drawn_canvases_are_refused() -> None:
    """A way into a room that is not there, and a wall without a place, are errors of the caller."""
    with pytest.raises(InputError, match="room that is not given"):
        canvas_of_walls([((0, 0), (1, 0))], [Way(((0, 0), (0, 1)), room=3)])
    with pytest.raises(InputError, match="finite"):
        canvas_of_walls([((0, 0), (math.nan, 0))])


def test_a_door_is_a_gap_of_its_clear_width_in_the_shared_wall() -> None:
    """Two rooms share 10 m of wall; of a line of 2 m a door of 0.9 m is open, in its middle."""
    ground = drawn(
        {"a": box(0, 0, 10, 5), "b": box(0, 5, 10, 9)}, [("a", "b", LineString([(4, 5), (6, 5)]), 0.9)]
    )
    assert wall_length(ground, LineString([(0, 5), (10, 5)])) == pytest.approx(9.1, abs=0.02)
    out, back = vertex(ground, "door-0"), vertex(ground, "door-0", back=True)
    (there,), (again,) = ground.mouths_of(out), ground.mouths_of(back)
    assert np.allclose(there, again[::-1])
    assert np.allclose(np.sort((there - ground.level_offset[0])[:, 0]), [4.55, 5.45])
    # Through leads to the left: from a (below) to b (above) the line runs from west to east.
    assert there[1, 0] > there[0, 0]
    first = ground.canvas.vertex_mouth[out]
    assert ground.canvas.mouth_opposite[first] == ground.canvas.vertex_mouth[back]
    assert ground.vertices_of(room(ground, "a")).tolist() == [out]
    assert crossing(ground) == []


def test_a_door_through_a_thick_wall_is_a_passage() -> None:
    """The 0.4 m between two rooms belong to both, half each; the passage has walls at its sides only."""
    ground = drawn(
        {"a": box(0, 0, 10, 5), "b": box(0, 5.4, 10, 9)},
        [("a", "b", LineString([(4, 5.2), (5, 5.2)]), 1.0)],
        [("b", LineString([(0, 7), (0, 8)]), 1.0)],
    )
    assert ground.room_shape[room(ground, "a")].area == pytest.approx(50.2, abs=0.02)
    assert ground.room_shape[room(ground, "b")].area == pytest.approx(36.2, abs=0.02)
    for x in (4.0, 5.0):
        assert wall_length(ground, LineString([(x, 5), (x, 5.4)])) == pytest.approx(0.4, abs=0.01)
    assert wall_length(ground, LineString([(4, 5), (5, 5)])) < 0.02
    assert wall_length(ground, LineString([(4, 5.4), (5, 5.4)])) < 0.02
    assert crossing(ground) == []
    away = guidance_of(ground).metres(vertex(ground, "door-0"), *ground.to_canvas([0], [[4.5, 0.7]]).T)
    assert away == pytest.approx(4.5, abs=0.15)


@pytest.mark.parametrize("off", [-0.06, 0.0, 0.07])
def test_an_exit_drawn_beside_the_boundary_is_open(off: float) -> None:
    """A line a few centimetres inside or outside: no wall within half a body of it, and it can be reached."""
    ground = drawn({"a": box(0, 0, 10, 5)}, exits=[("a", LineString([(10 + off, 2), (10 + off, 3)]), 1.0)])
    assert crossing(ground) == []
    (line,) = ground.mouths_of(vertex(ground, "exit-0")) - ground.level_offset[0]
    walls = shapely.union_all(shapely.linestrings(on_plan(ground, ground.canvas.wall)))
    assert walls.distance(Point(line.mean(axis=0))) > 0.45
    # Out is east: the left of a line that runs from north to south.
    assert line[0, 1] > line[1, 1]
    assert guidance_of(ground).metres(vertex(ground, "exit-0"), *ground.to_canvas([0], [[1.0, 2.5]]).T) < 9.3


def test_obstacles_are_walls_and_a_column_stays_in_a_wide_front() -> None:
    """A kiosk without a door is walled all round; a column of 0.5 m splits an opening of 6 m in two."""
    ground = drawn(
        {
            "a": box(0, 0, 20, 10),
            "b": box(0, 10, 20, 16),
            "kiosk": (m.SpaceKind.KIOSK, box(4, 3, 7, 5)),
            "column": (m.SpaceKind.STRUCTURE, box(9.75, 9.75, 10.25, 10.25)),
        },
        [("a", "b", LineString([(7, 10), (13, 10)]), 6.0)],
        kind=m.OpeningKind.OPEN_FRONT,
    )
    ring = box(4, 3, 7, 5).exterior
    assert wall_length(ground, LineString(ring.coords)) == pytest.approx(ring.length, abs=0.05)
    lines = np.concatenate([ground.mouths_of(v) for v in ground.vertices_of(room(ground, "a"))])
    lengths = np.hypot(*(lines[:, 1] - lines[:, 0]).T)
    assert lengths.sum() == pytest.approx(5.5, abs=0.02)
    assert crossing(ground) == []


def test_a_bent_front_has_a_mouth_for_each_straight_piece() -> None:
    """A kiosk open on three sides: the mouths follow the line, none runs across the kiosk."""
    line = LineString([(4, 3), (7, 3), (7, 5), (4, 5)])
    ground = drawn(
        {"a": box(0, 0, 20, 10), "kiosk": (m.SpaceKind.KIOSK, box(4, 3, 7, 5))},
        [("kiosk", "a", line, line.length)],
        kind=m.OpeningKind.OPEN_FRONT,
    )
    own = [n for n in range(len(ground.canvas.mouth)) if ground.canvas.mouth_room[n] == room(ground, "kiosk")]
    mouths = on_plan(ground, ground.canvas.mouth[own])
    assert np.hypot(*(mouths[:, 1] - mouths[:, 0]).T).sum() == pytest.approx(8.0, abs=0.02)
    assert all(line.distance(Point(end)) < 0.005 for mouth in mouths for end in (*mouth, mouth.mean(axis=0)))
    assert wall_length(ground, line) < 0.05


def test_a_space_in_two_parts_and_one_thinner_than_a_cell() -> None:
    """What cannot be walked to is infinitely far; a corridor of 0.35 m aslant is one room all the same."""
    slant = LineString([(0, 12), (9, 21)]).buffer(0.175, cap_style="flat")
    ends = [LineString(np.array(slant.exterior.coords)[[n, n + 1]]) for n in range(4)]
    short = sorted(ends, key=lambda line: line.length)[:2]
    ground = drawn(
        {"a": box(0, 0, 20, 10), "shop": (m.SpaceKind.SHOP, box(8, 0, 12, 10)), "thin": slant},
        [("shop", "a", LineString([(12, 4), (12, 5)]), 1.0)],
        [("a", LineString([(0, 4), (0, 6)]), 2.0), ("thin", short[0], 0.35), ("thin", short[1], 0.35)],
    )
    guidance = guidance_of(ground)
    west, east = ground.to_canvas([0, 0], [[3, 5], [15, 5]])
    away = guidance.metres(vertex(ground, "exit-0"), *np.stack([west, east]).T)
    assert away[0] == pytest.approx(3.0, abs=0.1)
    assert math.isinf(away[1])
    lower, upper = (line.interpolate(0.5, normalized=True) for line in short)
    start = ground.to_canvas([0], [[lower.x, lower.y]])
    far = guidance.metres(vertex(ground, "exit-2"), *start.T)
    # Cells of a corridor three cells wide run in steps.
    assert lower.distance(upper) - 0.2 <= far[0] <= 1.45 * lower.distance(upper)


def stairs(width: float, length: float, *, at: tuple[float, float]) -> m.Connector:
    """A stair from level 0 to level 1."""
    stops = tuple(m.Stop(level_id=str(n), space_id=f"{n}-landing", at=Point(at)) for n in (0, 1))
    return m.Connector(
        id="stair", kind=m.ConnectorKind.STAIRS, stops=stops, width_m=width, slope_length_m=length
    )


def test_a_flight_lies_unrolled_and_begins_on_its_landing() -> None:
    """As long and wide as the connector; its foot faces the room, and left stays left across it."""
    landing = box(10, 0, 14, 4)
    ground = drawn(
        {"0-landing": landing, "hall": box(0, 0, 10, 8), "1-landing": landing},
        [("hall", "0-landing", LineString([(10, 1), (10, 3)]), 2.0)],
        [("hall", LineString([(0, 1), (0, 3)]), 2.0)],
        (stairs(1.4, 9.0, at=(13, 2)),),
    )
    canvas, link = ground.canvas, ground.spaces
    x, y, length, width = ground.strip[0]
    assert (length, width) == pytest.approx((9.0, 1.4))
    assert ground.room_kind[link] == NodeKind.STAIRS
    assert (ground.room_level[link], ground.room_upper[link]) == (0, 1)
    on, off = 2 * ground.network.portals, 2 * ground.network.portals + 1
    (foot,), (end,) = ground.mouths_of(on), ground.mouths_of(off)
    assert np.allclose(end, [[x, y], [x, y + width]])
    foot = foot - ground.level_offset[0]
    assert np.hypot(*(foot[1] - foot[0])) == pytest.approx(1.4)
    assert landing.buffer(0.01).covers(LineString(foot))
    # People come from the west, so the way in leads east: to the left of a line from north to south.
    assert foot[0, 1] - foot[1, 1] == pytest.approx(1.4)
    first = canvas.vertex_mouth[on]
    assert canvas.mouth_opposite[first] == canvas.vertex_mouth[off]
    assert crossing(ground) == []
    level, places = ground.to_plan([x + 8.0, x + 1.0], [y + 0.7, y + 0.7], [link, link])
    assert level.tolist() == [1, 0]
    assert np.allclose(places, [[13, 2], [13, 2]])
    assert guidance_of(ground).metres(2 * ground.network.portals + 3, [x + 2.0], [y + 1.0]) == pytest.approx(
        7.0
    )


def test_two_flights_on_one_landing_stand_side_by_side() -> None:
    """The middle landing of a stair: both feet as wide as their flights, apart, and the door stays free."""
    levels = {"0-landing": box(10, 0, 14, 6), "1-landing": box(10, 0, 14, 6), "hall": box(0, 0, 10, 6)}
    stair = stairs(1.5, 8.0, at=(12, 3))
    other = replace(stair, id="stair-2")
    door = ("hall", "0-landing", LineString([(10, 2), (10, 4)]), 2.0)
    ground = drawn(levels, [door], [("hall", LineString([(0, 1), (0, 3)]), 2.0)], (stair, other))
    feet = [ground.mouths_of(2 * (ground.network.portals + end))[0] for end in (0, 2)]
    lines = [LineString(foot - ground.level_offset[0]) for foot in feet]
    assert [line.length for line in lines] == pytest.approx([1.5, 1.5])
    recess = [line.buffer(0.1) for line in lines]
    assert recess[0].intersection(recess[1]).area < 0.04
    assert all(line.distance(LineString([(10, 2), (10, 4)])) > 0.6 for line in lines)
    assert ground.notes == ()


def test_a_foot_too_wide_for_its_landing_is_narrowed_and_said_so() -> None:
    """A flight of 3 m on a landing of 1.6 m by 2.5 m: narrower, with a note that names it."""
    small = box(10, 0, 12.5, 1.6)
    ground = drawn(
        {"0-landing": small, "1-landing": small, "hall": box(0, 0, 10, 6)},
        [("hall", "0-landing", LineString([(10, 0.3), (10, 1.3)]), 1.0)],
        connectors=(stairs(3.0, 8.0, at=(12, 0.8)),),
    )
    assert len(ground.mouths_of(2 * ground.network.portals)) == 1
    assert any("stair on 0" in note and "too narrow" in note for note in ground.notes)


def test_the_network_must_be_that_of_the_plan(two_storey_plan: m.Plan) -> None:
    """A ground of one plan with the network of another would lead people astray: refused."""
    network = compile_network(zones_of(two_storey_plan), two_storey_plan, mode="code")
    with pytest.raises(PlanError, match="version"):
        ground_of(replace(two_storey_plan, id="another"), network)


def agree(ground: Ground, plan: m.Plan) -> None:
    """What must hold on every plan: gates reachable, no wall in a mouth, raster as polygons, places back."""
    network, canvas = ground.network, ground.canvas
    walked = np.array([bool(source) for source in network.gate_source])
    lifts = np.repeat(network.node_kind[network.zones :] == NodeKind.LIFT, 2)
    walked[network.portals :] &= ~lifts
    for gate in np.flatnonzero(walked):
        for v in (2 * gate, 2 * gate + 1):
            if ground.vertex_room[v] >= 0:
                assert canvas.vertex_mouth[v + 1] > canvas.vertex_mouth[v], network.gate_source[gate]
    assert crossing(ground) == []
    guidance = Guidance(canvas, ground.room_shape)
    for number, shape in ground.room_shape.items():
        vertices = ground.vertices_of(number)
        # From every gate of a room in one piece one comes to every other.
        if len(vertices) < 2 or isinstance(shape, shapely.MultiPolygon):
            continue
        goal = int(vertices[0])
        others = np.concatenate([ground.mouths_of(int(v)).mean(axis=1) for v in vertices[1:]])
        away = guidance.metres(goal, *others.T)
        straight = np.min(
            [np.hypot(*(others - end).T) for end in ground.mouths_of(goal).reshape(-1, 2)], axis=0
        )
        assert np.isfinite(away).all(), network.space_ids[number]
        assert (away <= 1.5 * np.maximum(straight, 60.0)).all(), network.space_ids[number]
    rng = np.random.default_rng(1)
    row, col = rng.integers(0, canvas.room.shape[0], 3000), rng.integers(0, canvas.room.shape[1], 3000)
    middle = shapely.points((col + 0.5) * CELL_M, (row + 0.5) * CELL_M)
    tree = shapely.STRtree(list(ground.room_shape.values()))
    keys = list(ground.room_shape)
    inside = {n: keys[k] for n, k in zip(*tree.query(middle, predicate="intersects"), strict=True)}
    spaces = [n for n in range(3000) if canvas.room[row[n], col[n]] < ground.spaces]
    assert sum(inside.get(n, -1) != canvas.room[row[n], col[n]] for n in spaces) <= 3  # on edges
    held = (canvas.room >= 0) & (canvas.room < ground.spaces)
    assert (ground.node_room[canvas.node[held]] == canvas.room[held]).all()
    assert ((canvas.node >= 0) == (canvas.room >= 0)).all()
    levels = np.arange(len(plan.levels))
    places = rng.uniform(0, 50, (len(levels), 2))
    at = ground.to_canvas(levels, places)
    rooms = np.array([int(np.flatnonzero(ground.room_level[: ground.spaces] == n)[0]) for n in levels])
    level, again = ground.to_plan(*at.T, rooms)
    assert level.tolist() == levels.tolist()
    assert np.allclose(again, places)


def test_the_two_storey_mall_agrees(two_storey_plan: m.Plan) -> None:
    """All rules on the mall that can be worked out by hand; its landings are as wide as their flights."""
    network = compile_network(zones_of(two_storey_plan), two_storey_plan, mode="calibrated")
    ground = ground_of(two_storey_plan, network)
    agree(ground, two_storey_plan)
    assert ground.notes == ()


def test_the_demo_mall_agrees(demo_plan: m.Plan) -> None:
    """All rules on the demo mall."""
    ground = ground_of(demo_plan, compile_network(zones_of(demo_plan), demo_plan, mode="calibrated"))
    agree(ground, demo_plan)
    assert ground.notes == ()
