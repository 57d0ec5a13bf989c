"""The real mall in Hangzhou: the figures that an import must reach."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from pathlib import Path

import pytest
import shapely

from twin.plan.model import Plan, Provenance, SpaceKind

pytestmark = pytest.mark.shared


def test_all_nine_levels_are_there(site2: Plan):
    """B1 and F1 to F8, with F1 as the street's level."""
    assert [(level.id, level.ordinal) for level in site2.levels] == [
        ("B1", -1),
        *((f"F{k}", k - 1) for k in range(1, 9)),
    ]


def test_nearly_every_shop_reaches_an_exit(site2_report):
    """292 named and 70 vacant units are to let; at least 355 of these 362 reach an exit."""
    assert site2_report["tenants"]["total"] == 362
    assert site2_report["tenants"]["reach_exit"] >= 355


def test_levels_are_joined(site2_report):
    """At least 65 lift, 70 stair and 34 escalator links between consecutive levels."""
    links = site2_report["connectors"]
    assert links["lift"] >= 65
    assert links["stairs"] >= 70
    assert links["escalator"] >= 34


def test_links_join_consecutive_levels_at_one_place(site2: Plan):
    """A lift stands above itself: its stops lie within 3 m of one another in the plane."""
    ordinal = {level.id: level.ordinal for level in site2.levels}
    for connector in site2.connectors:
        for low, high in zip(connector.stops, connector.stops[1:], strict=False):
            assert ordinal[high.level_id] > ordinal[low.level_id]
            if connector.kind == "lift":
                assert low.at.distance(high.at) <= 3.0


def test_surveyed_points_lie_on_walkable_floor(site2: Plan, shared: Path):
    """At least 97.5 % of the surveyed points of every level lie where people can be outside of shops."""
    folder = shared / "data/plans/xyz10_site2"
    points = defaultdict(list)
    with (folder / "waypoints.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            points[row["floor"]].append((float(row["x_m"]), float(row["y_m"])))
    open_floor = {
        SpaceKind.WALKWAY,
        SpaceKind.LOBBY,
        SpaceKind.SEATING,
        SpaceKind.STAIRS,
        SpaceKind.ESCALATOR,
        SpaceKind.LIFT,
    }
    for level in site2.levels:
        info = json.loads((folder / level.id / "floor_info.json").read_text("utf-8"))["map_info"]
        west, south, east, north = level.outline.bounds
        scale = (east - west) / info["width"], (north - south) / info["height"]
        here = shapely.points([(west + x * scale[0], south + y * scale[1]) for x, y in points[level.id]])
        floor = shapely.union_all(
            [s.shape for s in site2.spaces if s.level_id == level.id and s.kind in open_floor]
        )
        shapely.prepare(floor)
        assert shapely.covers(floor, here).mean() >= 0.975, level.id


def test_basement_was_registered_by_its_lifts(site2: Plan):
    """B1 is drawn about (-26, +90) m off; the lift shafts tell."""
    assert any("B1: moved by (+26" in note and "-89" in note for note in site2.notes)


def test_duplicates_are_counted(site2: Plan):
    """1,411 of 3,033 unit features repeat another one."""
    assert any(note.startswith("1411 exact duplicates") for note in site2.notes)


def test_what_no_survey_says_is_marked(site2: Plan):
    """Fronts are derived, doors and directions guessed; no opening is given."""
    for opening in site2.openings:
        assert opening.sources["line"] in {Provenance.DERIVED, Provenance.GUESSED}
    assert all(
        c.sources["direction"] is Provenance.GUESSED for c in site2.connectors if c.kind == "escalator"
    )
    assert all(item.sources["width_m"] is Provenance.GUESSED for item in site2.exits)


def test_units_do_not_overlap(site2: Plan):
    """The partition is clean: no floor belongs to two spaces."""
    for level in site2.levels:
        shapes = [space.shape for space in site2.spaces if space.level_id == level.id]
        total = sum(shape.area for shape in shapes)
        assert shapely.union_all(shapes).area == pytest.approx(total, rel=2e-4)


def test_plan_has_no_violation(site2_report):
    """The derived plan is fit for a drill: the check finds no violation."""
    assert [v for v in site2_report["violations"] if v["severity"] == "VIOLATION"] == []
