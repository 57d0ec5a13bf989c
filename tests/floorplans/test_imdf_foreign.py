"""IMDF as other tools export it: no sidecar, Apple's categories, references by UUID."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import shapely

from floorplans.imdf import read_plan, write_plan
from twin.plan.checks import check
from twin.plan.importing import open_plan
from twin.plan.model import ConnectorKind, Direction, ExitKind, Plan, Provenance, SpaceKind

METRE = 1 / 111_320.0
"""A metre near (0, 0) in degrees."""


class Draw:
    """Collects features of an IMDF archive."""

    def __init__(self) -> None:
        self.files: dict[str, list[dict[str, Any]]] = {}

    def add(self, kind: str, identity: str, shape: shapely.Geometry | None = None, **words: Any) -> None:
        geometry = None
        if shape is not None:
            geometry = shapely.geometry.mapping(shapely.transform(shape, lambda xy: xy * METRE + 0.001))
        self.files.setdefault(kind, []).append(
            {
                "type": "Feature",
                "id": identity,
                "feature_type": kind,
                "geometry": geometry,
                "properties": words,
            }
        )

    def write(self, folder: Path) -> Path:
        folder.mkdir()
        (folder / "manifest.json").write_text(
            '{"version": "1.0.0", "created": "2026-01-01T00:00:00Z"}', "utf-8"
        )
        for kind, features in self.files.items():
            document = {"type": "FeatureCollection", "name": kind, "features": features}
            (folder / f"{kind}.geojson").write_text(json.dumps(document), "utf-8")
        return folder


@pytest.fixture
def venue(tmp_path: Path) -> Path:
    """Two storeys of 40 by 20 m: units, doors, an entrance, an emergency exit, occupants, relationships."""
    draw = Draw()
    house = shapely.box(0, 0, 40, 20)
    draw.add(
        "venue", "v", house, category="shoppingcenter", name={"en": "Corner Mall", "zh-Hans": "街角商场"}
    )
    draw.add("building", "b", None, category="unspecified")
    for ordinal in (0, 1):
        at = f"l{ordinal}"
        draw.add(
            "level",
            at,
            house,
            ordinal=ordinal,
            name={"en": f"Floor {ordinal}"},
            short_name={"en": f"{ordinal}F"},
        )
        draw.add("unit", f"walk{ordinal}", shapely.box(0, 8, 40, 12), category="walkway", level_id=at)
        draw.add("unit", f"stair{ordinal}", shapely.box(36, 12, 40, 20), category="stairs", level_id=at)
        draw.add("unit", f"lift{ordinal}", shapely.box(33, 12, 36, 15), category="elevator", level_id=at)
        draw.add(
            "unit",
            f"esc{ordinal}",
            shapely.box(20 + 8 * ordinal, 6.8, 28 + 8 * ordinal, 8),
            category="escalator",
            level_id=at,
        )
    draw.add(
        "unit", "shop", shapely.box(0, 12, 15, 20), category="room", level_id="l0", name={"en": "Unit 1"}
    )
    draw.add("unit", "cafe", shapely.box(0, 0, 15, 8), category="foodservice", level_id="l0")
    draw.add("unit", "wc", shapely.box(15, 12, 20, 20), category="restroom.unisex", level_id="l0")
    draw.add("unit", "store", shapely.box(20, 12, 33, 20), category="nonpublic", level_id="l0")
    draw.add("unit", "void", shapely.box(0, 0, 15, 8), category="opentobelow", level_id="l1")
    draw.add("unit", "odd", shapely.box(0, 12, 15, 20), category="hammam", level_id="l1")
    door = {"type": "swinging", "automatic": False}
    draw.add(
        "opening",
        "o1",
        shapely.LineString([(4, 12), (6, 12)]),
        category="pedestrian",
        level_id="l0",
        door=door,
    )
    draw.add(
        "opening", "in", shapely.LineString([(0, 9), (0, 11)]), category="pedestrian.principal", level_id="l0"
    )
    draw.add(
        "opening",
        "fire",
        shapely.LineString([(40, 15), (40, 16)]),
        category="emergencyexit",
        level_id="l0",
        door=door,
    )
    draw.add("anchor", "a", shapely.Point(7, 16), unit_id="shop")
    draw.add(
        "occupant",
        "tenant",
        None,
        anchor_id="a",
        category="shopping.shoes",
        name={"en": "Heel", "zh": "跟"},
        validity={"start": "2025-01-01", "end": "2028-12-31"},
    )
    draw.add("occupant", "nobody", None, anchor_id=None, category="bank", name={"en": "Ghost"})
    for kind, first, second, direction in (
        ("escalator", "esc0", "esc1", "directed"),
        ("stairs", "stair0", "stair1", "undirected"),
    ):
        ends = {
            "origin": {"id": first, "feature_type": "unit"},
            "intermediary": [],
            "destination": {"id": second, "feature_type": "unit"},
        }
        draw.add("relationship", f"r-{kind}", None, category=kind, direction=direction, **ends)
    return draw.write(tmp_path / "foreign")


def test_units_become_spaces(venue: Path):
    """Apple's categories have a kind each; an unknown one is a guessed room; an occupied room is a shop."""
    plan = open_plan(venue)
    kinds = {space.id: space.kind for space in plan.spaces}
    assert kinds["shop"] is SpaceKind.SHOP
    assert kinds["cafe"] is SpaceKind.FOOD
    assert kinds["wc"] is SpaceKind.RESTROOM
    assert kinds["void"] is SpaceKind.VOID
    assert kinds["walk0"] is SpaceKind.WALKWAY
    assert plan.space["store"].kind is SpaceKind.SERVICE
    assert not plan.space["store"].public
    assert kinds["odd"] is SpaceKind.ROOM
    assert plan.space["odd"].sources["kind"] is Provenance.GUESSED
    assert any("'hammam'" in note for note in plan.notes)


def test_openings_join_units_or_lead_out(venue: Path):
    """A door joins two units; principal and emergency openings at the edge are exits of their kind."""
    plan = open_plan(venue)
    door = next(item for item in plan.openings if item.id == "o1")
    assert set(door.spaces) == {"shop", "walk0"}
    assert door.width_m == pytest.approx(2.0, abs=0.02)
    assert door.sources["width_m"] is Provenance.DERIVED
    exits = {item.id: (item.kind, item.space_id, item.emergency_only) for item in plan.exits}
    assert exits == {
        "in": (ExitKind.ENTRANCE, "walk0", False),
        "fire": (ExitKind.EMERGENCY, "stair0", True),
    }


def test_units_without_an_opening_get_a_way_that_is_marked(venue: Path):
    """The café has no opening: its front at the walkway is derived; the toilets' door is guessed."""
    plan = open_plan(venue)
    cafe = next(item for item in plan.openings if "cafe" in item.spaces)
    assert cafe.sources["line"] is Provenance.DERIVED
    wc = next(item for item in plan.openings if "wc" in item.spaces)
    assert wc.sources["line"] is Provenance.GUESSED


def test_relationships_give_connectors(venue: Path):
    """A directed escalator goes up only; the lift, which no relationship names, is matched by its place."""
    plan = open_plan(venue)
    by_kind = {connector.kind: connector for connector in plan.connectors}
    assert len(plan.connectors) == 3
    escalator = by_kind[ConnectorKind.ESCALATOR]
    assert escalator.id == "r-escalator"
    assert escalator.direction is Direction.UP
    assert "direction" not in escalator.sources
    assert [stop.space_id for stop in escalator.stops] == ["esc0", "esc1"]
    assert by_kind[ConnectorKind.LIFT].sources["stops"] is Provenance.DERIVED
    assert by_kind[ConnectorKind.STAIRS].direction is Direction.BOTH


def test_occupants_let_units_through_anchors(venue: Path):
    """Name in both languages, a category of ours, lease dates; an occupant without a unit is told."""
    plan = open_plan(venue)
    (tenant,) = plan.tenants
    assert (tenant.space_id, tenant.name.zh, tenant.category) == ("shop", "跟", "shoes")
    assert (tenant.lease_start, tenant.lease_end) == ("2025-01-01", "2028-12-31")
    assert any(note.startswith("occupant nobody: has no unit") for note in plan.notes)


def test_everybody_gets_out(venue: Path):
    """The imported venue has no violation: each public unit reaches an exit."""
    assert check(open_plan(venue)).violations == ()


def test_once_imported_it_is_canonical(venue: Path, tmp_path: Path):
    """Written with the sidecar and read again, the imported venue is the same plan."""
    plan = open_plan(venue)
    write_plan(plan, tmp_path / "own.zip")
    again = read_plan(tmp_path / "own.zip")
    assert again == plan
    assert again.version == plan.version


def rooted(plan: Plan) -> tuple[float, float]:
    return plan.frame.longitude, plan.frame.latitude


def test_frame_stands_at_the_venue(venue: Path):
    """The local origin is the venue's south-west corner."""
    assert rooted(open_plan(venue)) == pytest.approx((0.001, 0.001), abs=1e-6)
