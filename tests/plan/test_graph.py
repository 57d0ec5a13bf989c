"""The graph and the walkable floor of a plan."""

from __future__ import annotations

import math
from dataclasses import replace

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from twin.errors import PlanError
from twin.plan import model as m
from twin.plan.graph import OUTSIDE, graph_of
from twin.plan.links import link_length_m, senses
from twin.plan.walkable import walkable
from twin.plan.zones import zones_of


def test_edges_of_the_two_storey_mall(two_storey_plan):
    """An edge each way for an opening; escalators one way; an emergency exit leads out only."""
    graph = graph_of(two_storey_plan)
    assert set(graph) == {space.id for space in two_storey_plan.spaces} | {OUTSIDE}
    assert graph.has_edge("L1-shop-1", "L1-corridor", "L1-shop-1-front")
    assert graph.has_edge("L1-corridor", "L1-shop-1", "L1-shop-1-front")
    assert graph.has_edge("L1-up", "L2-up", "up")
    assert not graph.has_edge("L2-up", "L1-up")
    assert graph.has_edge("L2-down", "L1-down", "down")
    assert not graph.has_edge("L1-down", "L2-down")
    assert graph.has_edge(OUTSIDE, "L1-corridor", "west")
    assert not graph.has_edge(OUTSIDE, "L1-corridor", "east")
    edge = graph.edges["L1-shop-1", "L1-corridor", "L1-shop-1-front"]
    assert edge["width_m"] == 2.0
    assert edge["length_m"] == pytest.approx(6.0 + math.hypot(20, 3))


def test_closed_features_are_left_out_unless_asked_for(two_storey_plan):
    """A closed door makes no edge; with ``closed`` it does, marked."""
    door = two_storey_plan.openings[0]
    shut = replace(two_storey_plan, openings=(replace(door, open=False), *two_storey_plan.openings[1:]))
    assert not graph_of(shut).has_edge(*door.spaces)
    assert graph_of(shut, closed=True).edges[*door.spaces, door.id]["open"] is False


@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_walkable_floor_is_what_spaces_cover(malls, data):
    """Without overlaps the walkable area is the sum of the spaces, and that of the zones."""
    plan = data.draw(malls)
    floor = sum(walkable(plan, level.id).area for level in plan.levels)
    assert floor == pytest.approx(sum(space.shape.area for space in plan.spaces))
    assert zones_of(plan).zone_area_m2.sum() == pytest.approx(floor)


def test_small_things_lie_on_top(one_level, space):
    """A void is cut out of the floor; a kiosk on a closed area stays."""
    plan = one_level(
        space("hall", box(0, 0, 20, 20)),
        space("void", box(5, 5, 9, 9), m.SpaceKind.VOID),
        space("closed", box(10, 10, 20, 20), m.SpaceKind.CLOSED),
        space("kiosk", box(12, 12, 14, 14), m.SpaceKind.KIOSK),
    )
    assert walkable(plan, "A").area == pytest.approx(400 - 16 - 100 + 4)
    assert zones_of(plan).zone_area_m2.sum() == pytest.approx(400 - 16 - 100 + 4, rel=0.01)
    with pytest.raises(PlanError, match="'Z'"):
        walkable(plan, "Z")


def test_lengths_of_links():
    """Stairs by riser and tread with a landing, escalators at 30 degrees, ramps at 1:12, or as given."""
    stop = ()
    stairs = m.Connector(
        id="s", kind=m.ConnectorKind.STAIRS, stops=stop, width_m=1.2, riser_m=0.15, tread_m=0.3
    )
    assert link_length_m(stairs, 4.5) == pytest.approx(30 * math.hypot(0.15, 0.3) + 1.2)
    escalator = replace(stairs, kind=m.ConnectorKind.ESCALATOR)
    assert link_length_m(escalator, 5.0) == pytest.approx(10.0)
    assert link_length_m(replace(stairs, kind=m.ConnectorKind.RAMP), 1.0) == pytest.approx(math.hypot(1, 12))
    assert link_length_m(replace(stairs, kind=m.ConnectorKind.LIFT), 5.0) == 0.0
    assert link_length_m(replace(stairs, slope_length_m=9.5), 4.5) == 9.5


def test_senses_of_connectors():
    """A stopped escalator goes both ways, a closed one none."""
    up = m.Connector(id="e", kind=m.ConnectorKind.ESCALATOR, stops=(), width_m=1.0, direction=m.Direction.UP)
    assert senses(up) == (True, False)
    assert senses(replace(up, direction=m.Direction.DOWN)) == (False, True)
    assert senses(replace(up, running=False)) == (True, True)
    assert senses(replace(up, open=False)) == (False, False)


def test_space_and_zone_graph_reach_the_same_exits(two_storey_plan):
    """Every space of the two-storey mall reaches the outside."""
    graph = graph_of(two_storey_plan)
    assert nx.ancestors(graph, OUTSIDE) == set(graph) - {OUTSIDE}
