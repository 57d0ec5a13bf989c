"""Mapped GeoJSON on small malls that are drawn here, whole and damaged."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
import shapely

from floorplans.mapped import read_mapped
from floorplans.mapping import load, shipped
from twin.errors import PlanError
from twin.plan.checks import check
from twin.plan.importing import open_plan
from twin.plan.model import LETTABLE, ConnectorKind, ExitKind, Plan, Provenance, SpaceKind


def level_file(folder: Path, level: str) -> Path:
    return folder / level / "geojson_map.json"


def change(file: Path, edit) -> None:
    """Rewrite the JSON ``file`` through ``edit``."""
    document = json.loads(file.read_text("utf-8"))
    edit(document)
    file.write_text(json.dumps(document), "utf-8")


def reaching(plan: Plan) -> dict[str, int]:
    return check(plan).document()["tenants"]


def test_a_small_mall_is_read_whole(small_mall: Path):
    """Three levels, six units each, all reach the one entrance; lifts and the stair run through."""
    plan = open_plan(small_mall)
    assert [level.ordinal for level in plan.levels] == [0, 1, 2]
    assert sum(space.kind in LETTABLE for space in plan.spaces) == 18
    assert reaching(plan)["reach_exit"] == 18
    lifts = [c for c in plan.connectors if c.kind is ConnectorKind.LIFT]
    assert [len(c.stops) for c in lifts] == [3] * 5
    assert [len(c.stops) for c in plan.connectors if c.kind is ConnectorKind.STAIRS] == [3]
    assert [len(c.stops) for c in plan.connectors if c.kind is ConnectorKind.ESCALATOR] == [2]
    # The stair stands at the outer wall of the street's level, so its discharge is guessed.
    assert [item.kind for item in plan.exits] == [ExitKind.ENTRANCE, ExitKind.STAIR_DISCHARGE]


def test_a_shifted_level_is_found_by_its_lifts(small_mall: Path):
    """F2 is drawn (+7, -7) m off: it is moved back, and the note says by how much and why."""
    plan = open_plan(small_mall)
    assert any("F2: moved by (-7.0, +7.0) m: 5 of 5 lift shafts" in note for note in plan.notes)
    outlines = [level.outline.bounds for level in plan.levels]
    assert outlines[1] == pytest.approx(outlines[0], abs=0.05)


def test_vacant_and_unnamed_units(small_mall: Path):
    """kongpu is vacant, and so is an unnamed unit among shops; an unexplained one is closed."""
    plan = open_plan(small_mall)
    first = [space for space in plan.spaces if space.level_id == "F1"]
    named = {tenant.name.en for tenant in plan.tenants if plan.space[tenant.space_id].level_id == "F1"}
    assert named == {"alpha", "beta", "noodlemian", "gamma"}
    assert sum(space.kind in LETTABLE for space in first) == 6
    assert [space.sources["kind"] for space in first if space.kind is SpaceKind.CLOSED] == [
        Provenance.GUESSED
    ]


def test_exact_duplicates_are_dropped_once(small_mall: Path):
    """One of F1's units is drawn twice."""
    assert any(note.startswith("1 exact duplicates") for note in open_plan(small_mall).notes)


def test_a_zip_is_read_like_a_folder(small_mall: Path, tmp_path: Path):
    """The same files in a zip, with the folder that holds them, give the same version."""
    packed = tmp_path / "small.zip"
    with zipfile.ZipFile(packed, "w") as pack:
        for file in small_mall.rglob("*.json"):
            pack.write(file, file.relative_to(small_mall.parent))
    assert open_plan(packed).version == open_plan(small_mall).version


def test_a_mall_without_labelled_shafts_warns(small_mall: Path):
    """No lift, stair or escalator is named: every level stands alone, and the notes say so."""
    for level in ("F1", "F2", "F3"):

        def blank(document):
            for feature in document["features"]:
                if feature["properties"]["name"] in {"dianti", "louti", "zidongfuti"}:
                    feature["properties"]["name"] = ""

        change(level_file(small_mall, level), blank)
    plan = open_plan(small_mall)
    assert plan.connectors == ()
    assert any("no stairs, lift or escalator is labelled" in note for note in plan.notes)
    assert any("whether the levels stand in one frame is not checked" in note for note in plan.notes)
    assert reaching(plan)["reach_exit"] == 6  # those of F1


def test_an_unlabelled_entrance_is_guessed(small_mall: Path):
    """Without a churukou the walkway's free edge gives guessed exits."""

    def drop(document):
        document["features"] = [f for f in document["features"] if f["properties"]["name"] != "churukou"]

    change(level_file(small_mall, "F1"), drop)
    plan = open_plan(small_mall)
    assert plan.exits
    assert all(item.sources["line"] is Provenance.GUESSED for item in plan.exits)
    assert reaching(plan)["reach_exit"] == 18


def test_missing_size_file_is_told(small_mall: Path):
    """floor_info.json is a check of scale, not a need."""
    (small_mall / "F1" / "floor_info.json").unlink()
    plan = open_plan(small_mall)
    assert any("F1/floor_info.json is missing: the scale is not checked" in note for note in plan.notes)


def test_wrong_scale_is_told(small_mall: Path):
    """A drawing of half the stated size is remarked."""

    def double(document):
        document["map_info"] = {"width": 120.0, "height": 80.0}

    change(small_mall / "F1" / "floor_info.json", double)
    assert any(
        "states a width of 120.0 m; the drawing has 60" in note for note in open_plan(small_mall).notes
    )


def test_an_empty_level_is_left_out(small_mall: Path):
    """A level without features cannot be walked on; the rest is read."""
    change(level_file(small_mall, "F3"), lambda document: document.update(features=[]))
    plan = open_plan(small_mall)
    assert [level.id for level in plan.levels] == ["F1", "F2"]
    assert "F3: the level has no polygon and was left out" in plan.notes


def test_a_mall_of_empty_levels_is_an_error(small_mall: Path):
    """Nothing to walk on is wrong input."""
    for level in ("F1", "F2", "F3"):
        change(level_file(small_mall, level), lambda document: document.update(features=[]))
    with pytest.raises(PlanError, match="no level has a polygon"):
        open_plan(small_mall)


def test_polygons_that_cross_themselves_are_repaired(small_mall: Path):
    """A bow tie becomes its two triangles; the repair is told and marked."""

    def twist(document):
        ring = document["features"][1]["geometry"]["coordinates"][0]
        ring[1], ring[2] = ring[2], ring[1]

    change(level_file(small_mall, "F1"), twist)
    plan = open_plan(small_mall)
    assert any("1 polygons that cross themselves were repaired" in note for note in plan.notes)
    assert all(space.shape.is_valid for space in plan.spaces)
    assert any(
        space.sources.get("shape") is Provenance.DERIVED and space.name.en == "alpha" for space in plan.spaces
    )


def test_broken_json_names_line_and_column(small_mall: Path):
    """One line with the file, the place and the rule."""
    level_file(small_mall, "F2").write_text('{"type": "FeatureCollection",\n "features": [,]}', "utf-8")
    with pytest.raises(PlanError, match=r"F2/geojson_map\.json: line 2, column 15: not JSON"):
        open_plan(small_mall)


def test_broken_coordinates_name_the_feature(small_mall: Path):
    """A polygon with a word in it is no geometry."""

    def spoil(document):
        document["features"][3]["geometry"]["coordinates"][0][1] = ["east", "north"]

    change(level_file(small_mall, "F1"), spoil)
    with pytest.raises(PlanError, match=r"F1/geojson_map.json: feature number 3: FileMustBeValidGeoJSON"):
        open_plan(small_mall)


def test_two_records_of_one_outline(small_mall: Path):
    """Two brands on one outline each get half of it; under ``newest`` the later one has it all."""

    def rename(document):
        again = json.loads(json.dumps(document["features"][1]))
        again["properties"] |= {"id": "later", "name": "omega"}
        document["features"].append(again)

    change(level_file(small_mall, "F1"), rename)
    both = read_mapped(small_mall)
    halves = [s for s in both.spaces if s.level_id == "F1" and s.name.en in {"alpha", "omega"}]
    assert [round(s.shape.area) for s in halves] == [50, 50]
    assert shapely.intersection(halves[0].shape, halves[1].shape).area < 1e-6
    assert all(s.sources["shape"] is Provenance.GUESSED for s in halves)
    newest = read_mapped(small_mall, shipped()["xyz10"].model_copy(update={"same_outline": "newest"}))
    names = {s.name.en for s in newest.spaces if s.level_id == "F1"}
    assert "omega" in names
    assert "alpha" not in names


USERS = """
name: My export
levels: {file: "{level}.geojson", ordinals: {ground: 0, first: 1}}
crs: local
metres_per_unit: 0.001
outline: category
fields: {name: label, category: kind, id: key}
categories:
  floor: {outline: true}
  hall: {kind: walkway}
  unit: {kind: shop}
  stair: {kind: stairs}
  door: {opening: door}
  way out: {exit: entrance}
  text: {ignore: true}
"""


def users_file(folder: Path, level: str, extra: list[tuple[object, str]]) -> None:
    shapes = [
        (shapely.box(0, 0, 40, 20), "floor"),
        (shapely.box(0, 0, 40, 10), "hall"),
        (shapely.box(0, 10.2, 20, 20), "unit"),
        (shapely.box(30, 10, 40, 20), "stair"),
        (shapely.LineString([(5, 10.1), (7, 10.1)]), "door"),
        (shapely.Point(1, 1), "text"),
        *extra,
    ]
    features = [
        {
            "type": "Feature",
            "properties": {"key": f"{level}{k}", "label": f"{kind} {k}", "kind": kind},
            "geometry": shapely.geometry.mapping(shapely.transform(shape, lambda xy: xy * 1000)),
        }
        for k, (shape, kind) in enumerate(shapes)
    ]
    folder.mkdir(exist_ok=True)
    document = {"type": "FeatureCollection", "features": features}
    (folder / f"{level}.geojson").write_text(json.dumps(document), "utf-8")


def test_a_users_own_mapping(tmp_path: Path):
    """Millimetres, own property names, given doors and exits, an unknown category as a guessed room."""
    folder, mapping = tmp_path / "export", tmp_path / "mine.yaml"
    mapping.write_text(USERS, "utf-8")
    users_file(
        folder,
        "ground",
        [(shapely.LineString([(0, 4), (0, 6)]), "way out"), (shapely.box(20, 12, 29, 19), "shed")],
    )
    users_file(folder, "first", [])
    plan = read_mapped(folder, mapping)
    assert [level.ordinal for level in plan.levels] == [0, 1]
    door = next(opening for opening in plan.openings if opening.id == "ground4")
    assert set(door.spaces) == {"ground1", "ground2"}
    assert door.width_m == pytest.approx(2.0)
    assert [item.space_id for item in plan.exits] == ["ground1"]
    assert [len(connector.stops) for connector in plan.connectors] == [2]
    shed = next(space for space in plan.spaces if space.category == "shed")
    assert shed.sources["kind"] is Provenance.GUESSED


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("name: x\nlevels: {file: [", "line 2"),
        ("name: x", "levels: Field required"),
        (USERS.replace("kind: shop", "kind: bazaar"), "categories.unit.kind"),
        (USERS + "colour: red\n", "colour"),
        (USERS + 'vacant: "("\n', "vacant: .*not a regular expression"),
    ],
)
def test_a_broken_mapping_names_the_place(tmp_path: Path, text: str, rule: str):
    """One line that names the mapping file, the key and the rule."""
    mapping = tmp_path / "mine.yaml"
    mapping.write_text(text, "utf-8")
    with pytest.raises(PlanError, match=f"mine.yaml: .*{rule}"):
        load(mapping)
