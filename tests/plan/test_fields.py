"""Distance fields against geometry, and against exact shortest paths."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
from shapely import LineString, Polygon, box

from twin.plan import model as m
from twin.plan.fields import distance_field, exits_distance
from twin.plan.links import link_length_m
from twin.plan.zones import LevelGrid, zones_of


def middles(grid: LevelGrid) -> np.ndarray:
    """[row, col, xy] middle of each cell."""
    rows, columns = grid.zone.shape
    x = grid.origin[0] + (np.arange(columns) + 0.5) * grid.cell_m
    y = grid.origin[1] + (np.arange(rows) + 0.5) * grid.cell_m
    return np.stack(np.meshgrid(x, y), axis=-1)


@pytest.mark.parametrize("place", [(20.25, 20.25), (20.1, 20.4), (0.3, 0.3), (59.9, 31.0)])
def test_distance_in_an_open_square_is_straight(one_level, space, place):
    """In a convex room every distance is that of the straight line, within 1 %."""
    zones = zones_of(one_level(space("hall", box(0, 0, 60, 60))))
    field = distance_field(zones, 0, [place])
    true = np.hypot(*(middles(zones.grids[0]) - place).transpose(2, 0, 1))
    floor = zones.grids[0].zone >= 0
    assert np.isfinite(field[floor]).all()
    assert np.isinf(field[~floor]).all()
    assert field[floor] == pytest.approx(true[floor], rel=0.01, abs=0.05)


def test_distance_around_a_corner(one_level, space):
    """Behind the corner of an L the way is two straight lines, within 1 %."""
    ell = Polygon([(0, 0), (40, 0), (40, 10), (10, 10), (10, 40), (0, 40)])
    zones = zones_of(one_level(space("ell", ell)))
    field = distance_field(zones, 0, [(39.75, 5.25)])
    true = math.hypot(29.75, 4.75) + math.hypot(4.75, 29.75)
    assert field[zones.grids[0].cell(5.25, 39.75)] == pytest.approx(true, rel=0.01)


def test_distance_to_a_line_is_across(one_level, space):
    """A whole wall as goal: the distance is the depth of the room."""
    zones = zones_of(one_level(space("hall", box(0, 0, 20, 30))))
    field = distance_field(zones, 0, [[(0, 0), (20, 0)]])
    floor = zones.grids[0].zone >= 0
    assert field[floor] == pytest.approx(middles(zones.grids[0])[floor][:, 1], abs=0.06)


def exact_distances(hall: Polygon, goal: tuple[float, float], places: np.ndarray) -> np.ndarray:
    """Shortest paths by the visibility graph of a polygon with holes: exact, and another method."""
    corners = [goal, *(xy for ring in hall.interiors for xy in ring.coords[:-1])]
    graph = nx.Graph()
    for a, b in itertools.combinations(range(len(corners)), 2):
        if hall.covers(LineString([corners[a], corners[b]])):
            graph.add_edge(a, b, weight=math.dist(corners[a], corners[b]))
    known = nx.single_source_dijkstra_path_length(graph, 0)
    found = []
    for place in places:
        seen = (k for k in known if hall.covers(LineString([corners[k], place])))
        found.append(min(known[k] + math.dist(corners[k], place) for k in seen))
    return np.array(found)


def test_fields_agree_with_exact_shortest_paths(one_level, space):
    """Another method, one answer: in a hall with four columns, within 1 % and half a cell."""
    hall = box(0, 0, 40, 30)
    for x, y in ((10, 8), (28, 8), (10, 20), (28, 20)):
        hall = hall.difference(box(x, y, x + 4, y + 4))
    zones = zones_of(one_level(space("hall", hall)))
    goal = (2.25, 2.25)
    field = distance_field(zones, 0, [goal])
    cells = np.argwhere(zones.grids[0].zone >= 0)[::37]
    places = middles(zones.grids[0])[cells[:, 0], cells[:, 1]]
    exact = exact_distances(hall, goal, places)
    assert (np.abs(field[cells[:, 0], cells[:, 1]] - exact) <= 0.01 * exact + 0.25).all()


def test_walls_between_spaces_hold_and_doors_let_through(one_level, space):
    """Two rooms side by side: the way leads through the door, and nowhere else."""
    west, east = space("west", box(0, 0, 10, 20)), space("east", box(10, 0, 20, 20))
    door = m.Opening(
        id="door",
        level_id="A",
        kind=m.OpeningKind.DOOR,
        spaces=("west", "east"),
        line=LineString([(10, 18), (10, 19)]),
        width_m=1.0,
    )
    zones = zones_of(one_level(west, east, door))
    at = zones.grids[0].cell(9.75, 1.25)
    field = distance_field(zones, 0, [(10.25, 1.25)])
    # Straight to the near edge of the door and back; the raster may add a cell on each side.
    assert 0.0 <= field[at] - 2 * math.hypot(16.75, 0.25) <= 2 * 0.5
    shut = zones_of(one_level(west, east, replace(door, open=False)))
    assert np.isinf(distance_field(shut, 0, [(10.25, 1.25)])[at])
    # One-way from west to east: from the west one reaches the east, not the other way round.
    one_way = zones_of(one_level(west, east, replace(door, one_way=True)))
    assert np.isfinite(distance_field(one_way, 0, [(10.25, 1.25)])[at])
    back = one_way.grids[0].cell(10.25, 1.25)
    assert np.isinf(distance_field(one_way, 0, [(9.75, 1.25)])[back])


def test_the_way_from_above_takes_the_stair_at_its_slope(two_storey_plan):
    """From the upper landing: across the floor to the stair, along its slope, and out by the west."""
    plan = two_storey_plan
    lower, upper = exits_distance(plan)
    grids = zones_of(plan).grids
    stair = plan.connector["stairs"]
    slope = link_length_m(stair, 5.0)
    assert slope == pytest.approx(5.0 / 0.165 * math.hypot(0.165, 0.28) + 1.2)
    below, above = lower[grids[0].cell(2.25, 21.25)], upper[grids[1].cell(2.25, 21.25)]
    # From the stair's middle by the near edge of its door to the near end of the entrance, and a cell.
    assert 0.0 <= below - math.hypot(1.0, 3.25) - math.hypot(1.25, 1.5) <= 0.55
    assert above == pytest.approx(below + slope, abs=0.3)


def test_an_escalator_carries_one_way_only(two_storey_plan):
    """Without the stair one comes down by the escalator that runs down; if that is shut too, not at all."""
    plan = two_storey_plan
    shut = {"stairs"}
    for also, reached in ((set(), True), ({"down"}, False)):
        closed = tuple(replace(x, open=x.id not in shut | also) for x in plan.connectors)
        field = exits_distance(replace(plan, connectors=closed))[1]
        assert np.isfinite(field).any() == reached
    stopped = tuple(replace(x, open=x.id == "up", running=False) for x in plan.connectors)
    assert np.isfinite(exits_distance(replace(plan, connectors=stopped))[1]).any()
    lift = tuple(replace(x, open=x.id == "lift") for x in plan.connectors)
    assert np.isinf(exits_distance(replace(plan, connectors=lift))[1]).all()
    assert np.isfinite(exits_distance(replace(plan, connectors=lift), lifts=True)[1]).any()


def test_a_protected_stair_is_safety(two_storey_plan):
    """With protected stairs as goals the upper corridor ends at the stair's door."""
    zones = zones_of(two_storey_plan)
    field = exits_distance(two_storey_plan, protected=True)[1]
    assert field[zones.grids[1].cell(30.25, 15.25)] == pytest.approx(math.hypot(28.0, 2.75), rel=0.02)
    assert field[zones.grids[1].cell(2.25, 21.25)] <= 3.5


def test_closing_every_exit_leaves_no_way(two_storey_plan):
    """No open exit, no finite distance."""
    shut = tuple(replace(x, open=False) for x in two_storey_plan.exits)
    for field in exits_distance(replace(two_storey_plan, exits=shut)):
        assert np.isinf(field).all()
