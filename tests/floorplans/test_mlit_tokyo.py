"""The MLIT schema on Tokyo Station and the malls around it."""

from __future__ import annotations

import json
from pathlib import Path

import networkx as nx
import pytest
import shapely

from floorplans.mlit import read_mlit
from twin.errors import PlanError
from twin.plan.checks import check
from twin.plan.importing import open_plan
from twin.plan.model import ExitKind, Plan, SpaceKind


@pytest.mark.shared
def test_shops_of_the_basement_are_joined_through_given_openings(jr: Plan):
    """At least 160 of the 176 shops of B1 reach a walkway through doors that the survey draws."""
    graph = nx.Graph()
    for opening in jr.openings:
        if "line" not in opening.sources:  # given: what is derived or guessed says so
            graph.add_edge(*opening.spaces)
    walkways = {s.id for s in jr.spaces if s.kind is SpaceKind.WALKWAY and s.level_id == "B1"}
    shops = [s.id for s in jr.spaces if s.kind is SpaceKind.SHOP and s.level_id == "B1"]
    assert len(shops) == 176
    joined = [s for s in shops if s in graph and nx.node_connected_component(graph, s) & walkways]
    assert len(joined) >= 160


@pytest.mark.shared
def test_default_building_is_the_one_with_most_features(jr: Plan):
    """JR is by far the largest set of the folder."""
    assert jr.id == "JRTokyoSta"
    assert [level.id for level in jr.levels] == ["B1", "0F", "1F"]


@pytest.mark.shared
def test_metric_coordinates_stand_where_tokyo_is(jr: Plan):
    """EPSG:6677 is read from the crs member: the frame's origin is at the station."""
    assert jr.frame.longitude == pytest.approx(139.766, abs=0.01)
    assert jr.frame.latitude == pytest.approx(35.681, abs=0.01)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["KITTE", "OAZO", "MARUBIRU", "SHINMARUBIRU"])
def test_other_buildings_open_by_name(shared: Path, name: str):
    """``PATH#NAME`` opens one building, its shops reach an exit, its levels are joined."""
    plan = open_plan(f"{shared}/data/plans/tokyo_station#{name}")
    assert plan.id == name
    document = check(plan).document()
    tenants = document["tenants"]
    assert tenants["reach_exit"] >= 0.9 * tenants["total"] > 0
    assert sum(document["connectors"].values()) > 0


@pytest.mark.shared
def test_unknown_building_is_named_with_those_that_there_are(shared: Path):
    """One line names the building that is not there."""
    with pytest.raises(PlanError, match=r"no building 'SOGO'; there are: .*KITTE"):
        read_mlit(shared / "data/plans/tokyo_station", "SOGO")


def write(folder: Path, name: str, features: list[tuple[shapely.Geometry, dict[str, object]]]) -> None:
    """A GeoJSON file in EPSG:6677."""
    document = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::6677"}},
        "features": [
            {"type": "Feature", "properties": words, "geometry": shapely.geometry.mapping(shape)}
            for shape, words in features
        ],
    }
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(json.dumps(document), "utf-8")


@pytest.fixture
def arcade(tmp_path: Path) -> Path:
    """An underground arcade on one level: two shops with doors, fire equipment, a gate out, a lone shop."""
    folder = tmp_path / "arcade"
    at = {"floor_id": "f"}
    write(
        folder,
        "Arcade_B1_Floor.geojson",
        [(shapely.box(0, 0, 40, 20), {"id": "f", "ordinal": -1.0, "name": "B1"})],
    )
    spaces = [
        (shapely.box(0, 8, 40, 12), {"id": "mall", "category": "B029", "restricted": "2", **at}),
        (shapely.box(2, 12.2, 12, 20), {"id": "north", "category": "B001", "name": "書店", **at}),
        (shapely.box(2, 0, 12, 7.8), {"id": "south", "category": "B001", **at}),
        (shapely.box(20, 12.2, 30, 20), {"id": "lone", "category": "B001", **at}),
        (shapely.box(30, 0, 40, 7.8), {"id": "plant", "category": "B019", "restricted": "1", **at}),
    ]
    write(folder, "Arcade_B1_Space.geojson", spaces)
    doors = [
        (shapely.LineString([(4, 12.1), (6, 12.1)]), {"id": "d1", **at}),
        (shapely.LineString([(4, 7.9), (5, 7.9)]), {"id": "d2", **at}),
        (shapely.LineString([(0, 9), (0, 11)]), {"id": "gate", "name": "東改札", **at}),
    ]
    write(folder, "Arcade_B1_Opening.geojson", doors)
    points = [
        (shapely.Point(20, 10), {"id": "sign", "category": "F049", **at}),
        (shapely.Point(22, 10), {"id": "bell", "category": "F048", **at}),
        (shapely.Point(24, 10), {"id": "bottle", "category": "F046", **at}),
    ]
    write(folder, "Arcade_B1_Facility.geojson", points)
    return folder


def test_an_arcade_of_one_level(arcade: Path):
    """Doors through thin walls join, a gate leads out, signs and call points are devices, names are kept."""
    plan = open_plan(arcade)
    by_id = {opening.id: opening for opening in plan.openings}
    assert set(by_id["d1"].spaces) == {"mall", "north"}
    assert set(by_id["d2"].spaces) == {"mall", "south"}
    assert by_id["d1"].width_m == pytest.approx(2.0)
    assert [(item.kind, item.space_id) for item in plan.exits] == [(ExitKind.METRO, "mall")]
    assert {(device.kind.value, device.space_id) for device in plan.devices} == {
        ("exit_sign", "mall"),
        ("call_point", "mall"),
    }
    assert any("1 × fire extinguisher" in note for note in plan.notes)
    assert [tenant.name.zh for tenant in plan.tenants] == ["書店"]
    assert not plan.space["plant"].public
    document = check(plan).document()
    assert document["tenants"]["reach_exit"] == 3  # the lone shop through a guessed door


def test_a_floor_without_ordinal_is_an_error(arcade: Path):
    """The message names the file, the feature and the rule."""
    write(arcade, "Arcade_B1_Floor.geojson", [(shapely.box(0, 0, 40, 20), {"id": "f"})])
    with pytest.raises(PlanError, match=r"Arcade_B1_Floor\.geojson: feature 'f': 'ordinal' must be a whole"):
        open_plan(arcade)


def test_two_coordinate_systems_are_an_error(arcade: Path):
    """A building whose files disagree about their coordinates is not put together by chance."""
    file = arcade / "Arcade_B1_Space.geojson"
    file.write_text(file.read_text("utf-8").replace("6677", "6668"), "utf-8")
    with pytest.raises(PlanError, match="one coordinate system"):
        open_plan(arcade)
