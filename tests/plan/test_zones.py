"""Zones: what is cut is whole, nothing is lost, and ways keep their width and length."""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage
from shapely import LineString, Polygon, affinity, box
from shapely.ops import unary_union

from twin.errors import PlanError
from twin.plan import model as m
from twin.plan.graph import graph_of
from twin.plan.zones import PortalKind, Zones, portal_pairs, walk_m, zone_portals, zones_of


def check_whole(zones: Zones) -> None:
    """Each zone is one piece through the sides of its cells, and is where its space is."""
    for number, grid in enumerate(zones.grids):
        boxes = ndimage.find_objects(grid.zone + 1)
        for zone in np.flatnonzero(zones.zone_level == number):
            own = grid.zone[boxes[zone]] == zone
            assert ndimage.label(own)[1] == 1, f"zone {zone} of {zones.space_ids[zones.zone_space[zone]]}"


def joined(zones: Zones, plan: m.Plan) -> nx.Graph:
    """Zones joined by open portals and open connectors."""
    graph = nx.Graph()
    graph.add_nodes_from(range(len(zones.zone_space)))
    for (a, b), is_open in zip(zones.portal_zones.tolist(), zones.portal_open, strict=True):
        if is_open and b >= 0:
            graph.add_edge(a, b)
    for (a, b), name in zip(zones.link_zones.tolist(), zones.link_connector, strict=True):
        if plan.connector[name].open:
            graph.add_edge(a, b)
    return graph


@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_zones_of_any_mall_keep_area_connection_and_ways(data, malls):
    """Areas sum to the walkable area; zones are whole; zones hang together exactly as spaces do."""
    plan = data.draw(malls)
    zones = zones_of(plan)
    walkable = sum(space.shape.area for space in plan.spaces if space.walkable)
    assert zones.zone_area_m2.sum() == pytest.approx(walkable, rel=1e-9)
    check_whole(zones)
    spaces = nx.Graph(graph_of(plan))
    spaces.remove_node("outside")
    assert nx.number_connected_components(joined(zones, plan)) == nx.number_connected_components(spaces)
    for opening in plan.openings:
        parts = [n for n, source in enumerate(zones.portal_source) if source == opening.id]
        assert zones.portal_width_m[parts].sum() == pytest.approx(opening.width_m)
        assert (zones.portal_open[parts] == opening.open).all()
        for n in parts:
            own = [zones.space_ids[zones.zone_space[zone]] for zone in zones.portal_zones[n]]
            assert own == list(opening.spaces)


def test_two_storey_mall_has_every_space_and_link(two_storey_plan):
    """Every walkable space has a zone, every opening a portal, every connector a link."""
    zones = zones_of(two_storey_plan)
    assert set(zones.zones_of_space) == {space.id for space in two_storey_plan.spaces}
    assert set(zones.portal_source) - {""} == {*two_storey_plan.opening, *two_storey_plan.exit}
    assert zones.link_connector == ("stairs", "up", "down", "lift")
    assert zones.zone_area_m2.sum() == pytest.approx(2 * (360 + 720 + 24 + 48 + 6.25))
    assert (zones.portal_zones[zones.portal_kind == PortalKind.EXIT, 1] == -1).all()
    levels = zones.zone_level[zones.link_zones]
    assert (levels == [0, 1]).all()


def test_big_hall_is_cut_into_compact_zones(one_level, space):
    """Zones of a hall of 100 m by 60 m have nearly the wanted area, and are no strips."""
    zones = zones_of(one_level(space("hall", box(0, 0, 100, 60))), target_m2=120.0)
    assert len(zones.zone_area_m2) == 50
    assert zones.zone_area_m2.min() > 0.4 * 120
    assert zones.zone_area_m2.max() < 2.0 * 120
    for zone, box_ in enumerate(ndimage.find_objects(zones.grids[0].zone + 1)):
        high, wide = ((piece.stop - piece.start) * 0.5 for piece in box_)
        # A circle of the area would measure 2 sqrt(A / pi) both ways.
        assert max(high, wide) < 2.2 * 2 * np.sqrt(zones.zone_area_m2[zone] / np.pi)


@pytest.mark.parametrize("turn", [0.0, 10.0, 30.0, 45.0, 77.0])
@pytest.mark.parametrize("width", [2.2, 5.3])
def test_cut_of_a_corridor_is_as_wide_as_the_corridor(one_level, space, turn, width):
    """A cut runs straight across, so its width is that of the corridor at any angle to the grid."""
    corridor = affinity.rotate(box(0, 0, 120, width), turn, origin=(3.1, 1.7))
    zones = zones_of(one_level(space("corridor", corridor)))
    cuts = zones.portal_width_m[zones.portal_kind == PortalKind.CUT]
    assert len(cuts) >= 1
    # A cut may stand a little aslant: never narrower than the corridor but for half a cell.
    assert (cuts > width - 0.25).all()
    assert np.median(cuts) < 1.12 * width


def test_both_sides_of_a_void_are_two_cuts(one_level, space):
    """Zones that meet on both sides of a void meet in two places, each with its own width."""
    ring = box(0, 0, 30, 9).difference(box(3, 3, 27, 6))
    zones = zones_of(one_level(space("ring", ring)), target_m2=100.0)
    assert len(zones.zone_area_m2) == 2
    cuts = zones.portal_width_m[zones.portal_kind == PortalKind.CUT]
    assert len(cuts) == 2
    assert cuts == pytest.approx([3.0, 3.0], abs=0.3)


@pytest.mark.parametrize("side", [0.2, 0.3, 1.0])
def test_the_smallest_kiosk_has_a_zone(one_level, space, side):
    """A space smaller than a cell is still a place where people can be."""
    kiosk = space("kiosk", box(5.0, 5.0, 5.0 + side, 5.0 + side), m.SpaceKind.KIOSK)
    zones = zones_of(one_level(space("hall", box(0, 0, 10, 10)), kiosk))
    assert len(zones.zones_of_space["kiosk"]) == 1
    assert zones.zone_area_m2[zones.zones_of_space["kiosk"]].sum() == pytest.approx(side**2)


@pytest.mark.parametrize("turn", [0.0, 20.0, 45.0])
@pytest.mark.parametrize("width", [0.2, 0.45])
def test_a_passage_thinner_than_a_cell_stays_one_piece(one_level, space, turn, width):
    """What is connected on the drawing is connected on the raster."""
    corridor = affinity.rotate(box(0, 0, 12, width), turn, origin=(0.13, 0.21))
    zones = zones_of(one_level(space("corridor", corridor)))
    assert len(zones.zone_area_m2) == 1
    check_whole(zones)


def test_what_stands_on_a_floor_is_cut_out_of_it(one_level, space):
    """A wall across a hall leaves two zones that nothing joins; the wall's floor is nobody's."""
    wall = space("wall", box(4.0, 0, 5.0, 10), m.SpaceKind.STRUCTURE)
    plan = one_level(space("hall", box(0, 0, 10, 10)), wall)
    zones = zones_of(plan)
    assert len(zones.zones_of_space["hall"]) == 2
    assert len(zones.portal_kind) == 0
    assert "wall" not in zones.zones_of_space
    assert zones.zone_area_m2.sum() == pytest.approx(90.0, rel=0.01)


def test_a_wide_front_is_split_and_a_door_is_not(one_level, space):
    """A front before several zones has a portal for each; a door is one thing wherever zones meet."""
    hall, shop = space("hall", box(0, 0, 90, 8)), space("shop", box(0, 8, 90, 9), m.SpaceKind.SHOP)
    front = m.Opening(
        id="front",
        level_id="A",
        kind=m.OpeningKind.OPEN_FRONT,
        spaces=("shop", "hall"),
        line=LineString([(0, 8), (90, 8)]),
        width_m=45.0,
    )
    zones = zones_of(one_level(hall, shop, front))
    parts = zones.portal_kind == PortalKind.FRONT
    assert parts.sum() == len(zones.zones_of_space["hall"]) > 3
    assert zones.portal_width_m[parts].sum() == pytest.approx(45.0)
    length = np.hypot(*(zones.portal_line[parts, 1] - zones.portal_line[parts, 0]).T)
    assert zones.portal_width_m[parts] == pytest.approx(length / 2, rel=0.01)
    for x in np.arange(1.0, 89.0, 1.7):
        door = replace(front, kind=m.OpeningKind.DOOR, line=LineString([(x, 8), (x + 0.9, 8)]), width_m=0.9)
        only = zones_of(one_level(hall, shop, door))
        assert (only.portal_width_m[only.portal_kind == PortalKind.DOOR] == [0.9]).all()


def test_zones_are_kept_and_shared_between_variants(two_storey_plan):
    """The same version gives the same zones; a variant with a closed door keeps the raster."""
    zones = zones_of(two_storey_plan)
    assert zones_of(two_storey_plan) is zones
    shut = tuple(replace(opening, open=False) for opening in two_storey_plan.openings)
    variant = zones_of(replace(two_storey_plan, openings=shut))
    assert variant.grids[0].zone is zones.grids[0].zone
    assert not variant.portal_open[np.isin(variant.portal_kind, [PortalKind.DOOR, PortalKind.FRONT])].any()
    assert variant.portal_open[variant.portal_kind == PortalKind.CUT].all()


def test_features_that_refer_to_nothing_join_nothing(two_storey_plan):
    """Zones of a broken plan can be had: the check, not the raster, says what is wrong."""
    lost = replace(two_storey_plan.openings[0], id="lost", spaces=("nowhere", "L1-corridor"))
    zones = zones_of(replace(two_storey_plan, openings=(*two_storey_plan.openings, lost)))
    assert "lost" not in zones.portal_source


def test_a_plan_without_floor_is_refused(one_level, space):
    """One clear line says that there is nowhere to walk."""
    with pytest.raises(PlanError, match="no space that one can walk in"):
        zones_of(one_level(space("void", box(0, 0, 5, 5), m.SpaceKind.VOID)))


def test_walks_are_straight_where_one_sees_and_turn_at_corners(one_level, space):
    """In an L of 6 m arms the way between its ends is two straight lines over the inner corner."""
    ell = Polygon([(0, 0), (12, 0), (12, 6), (6, 6), (6, 12), (0, 12)])
    zones = zones_of(one_level(space("ell", ell)))
    assert len(zones.zone_area_m2) == 1
    assert walk_m(zones, 0, (1, 1), (11, 5)) == pytest.approx(np.hypot(10, 4))
    around = np.hypot(5.75, 4.75) + np.hypot(4.75, 5.75)
    assert walk_m(zones, 0, (11.75, 1.25), (1.25, 11.75)) == pytest.approx(around, rel=0.03)


def test_portal_pairs_hold_every_pair_once_and_no_shortcut(two_storey_plan):
    """A zone with n portals has n (n - 1) ordered pairs, symmetric, none shorter than the straight line."""
    zones = zones_of(two_storey_plan)
    pairs = portal_pairs(zones)
    start, portal = zone_portals(zones)
    sizes = np.diff(start)
    assert len(pairs.zone) == (sizes * (sizes - 1)).sum()
    assert len(portal) == (zones.portal_zones >= 0).sum()
    table = dict(
        zip(zip(pairs.zone, pairs.portal_in, pairs.portal_out, strict=True), pairs.length_m, strict=True)
    )
    middle = zones.portal_line.mean(axis=1)
    for (zone, a, b), length in table.items():
        assert length == table[zone, b, a]
        assert length >= min(np.hypot(*(middle[a] - middle[b])), 0.1) - 1e-9


@pytest.mark.shared
def test_the_real_mall_is_cut_without_loss(shared):
    """Nine storeys of a real mall: each zone whole, the area that of the floor, no space in pieces."""
    from twin.plan.importing import open_plan
    from twin.plan.walkable import walkable

    plan = open_plan(shared / "data" / "plans" / "xyz10_site2")
    zones = zones_of(plan)
    check_whole(zones)
    floor = sum(walkable(plan, level.id).area for level in plan.levels)
    assert zones.zone_area_m2.sum() == pytest.approx(floor, rel=0.01)
    assert {space.id for space in plan.spaces if space.walkable} == set(zones.zones_of_space)
    assert unary_union([plan.levels[0].outline]).area > 0
