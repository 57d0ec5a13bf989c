"""Every way in which an IMDF archive breaks is one line that names the file, the feature and the rule."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
import shapely

from floorplans.imdf import read_plan, write_plan
from twin.errors import PlanError
from twin.plan.importing import open_plan
from twin.plan.model import (
    Exit,
    ExitKind,
    Frame,
    Label,
    Level,
    Opening,
    OpeningKind,
    Plan,
    Space,
    SpaceKind,
    Tenant,
)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A written plan of a mall, a shop, a door and an entrance."""
    plan = Plan(
        id="tiny",
        name=Label(en="Tiny", zh="小"),
        levels=(
            Level(
                id="L1",
                ordinal=0,
                name=Label(en="Ground", zh="首层"),
                short_name="L1",
                elevation_m=0.0,
                height_m=5.0,
                outline=shapely.box(0, 0, 30, 20),
            ),
        ),
        spaces=(
            Space(id="mall", level_id="L1", kind=SpaceKind.WALKWAY, shape=shapely.box(0, 0, 30, 10)),
            Space(id="shop", level_id="L1", kind=SpaceKind.SHOP, shape=shapely.box(0, 10, 30, 20)),
        ),
        openings=(
            Opening(
                id="door",
                level_id="L1",
                kind=OpeningKind.DOOR,
                spaces=("shop", "mall"),
                line=shapely.LineString([(4, 10), (6, 10)]),
                width_m=1.8,
            ),
        ),
        exits=(
            Exit(
                id="out",
                level_id="L1",
                kind=ExitKind.ENTRANCE,
                space_id="mall",
                line=shapely.LineString([(0, 4), (0, 6)]),
                width_m=2.0,
            ),
        ),
        tenants=(Tenant(id="t", space_id="shop", name=Label(en="Shop"), category="fashion"),),
        frame=Frame(longitude=120.0, latitude=30.0),
    )
    write_plan(plan, tmp_path / "tiny")
    return tmp_path / "tiny"


def edit(archive: Path, name: str, change) -> None:
    document = json.loads((archive / name).read_text("utf-8"))
    change(document)
    (archive / name).write_text(json.dumps(document), "utf-8")


def fails(archive: Path, rule: str) -> None:
    with pytest.raises(PlanError, match=rule) as caught:
        read_plan(archive)
    assert "\n" not in str(caught.value)


def test_missing_manifest(archive: Path):
    (archive / "manifest.json").unlink()
    fails(archive, "ManifestFileMustBePresent")


@pytest.mark.parametrize("name", ["venue", "level", "unit"])
def test_missing_file(archive: Path, name: str):
    (archive / f"{name}.geojson").unlink()
    fails(archive, rf"the file {name}\.geojson is missing")


def test_broken_json(archive: Path):
    (archive / "unit.geojson").write_text('{"type": "FeatureCollection",\n"features": [}', "utf-8")
    fails(archive, r"unit\.geojson: line 2, column 14: not JSON")


def test_not_a_collection(archive: Path):
    (archive / "unit.geojson").write_text('{"type": "Feature"}', "utf-8")
    fails(archive, r"unit\.geojson: FileMustContainFeatureCollection")


def test_not_utf8(archive: Path):
    (archive / "unit.geojson").write_bytes(b'{"type": "\xff"}')
    fails(archive, r"unit\.geojson: not UTF-8 at byte 10")


def test_feature_without_id(archive: Path):
    edit(archive, "unit.geojson", lambda d: d["features"][0].pop("id"))
    fails(archive, r"unit\.geojson: feature number 0: FeatureMustHaveId")


def test_repeated_id(archive: Path):
    edit(archive, "unit.geojson", lambda d: d["features"].append(d["features"][0]))
    fails(archive, r"unit\.geojson: feature '.*': FeatureIdMustBeUnique")


def test_unresolvable_level(archive: Path):
    edit(archive, "unit.geojson", lambda d: d["features"][0]["properties"].update(level_id="nowhere"))
    fails(archive, r"ReferencedFeatureIDMustBeResolvable: level_id 'nowhere' is no level")


def test_wrong_geometry_type(archive: Path):
    edit(
        archive,
        "opening.geojson",
        lambda d: d["features"][0].update(geometry={"type": "Point", "coordinates": [120, 30]}),
    )
    fails(archive, r"opening\.geojson: feature '.*': geometry must be a LineString, not Point")


def test_metres_where_degrees_must_be(archive: Path):
    def far(document):
        document["features"][0]["geometry"]["coordinates"][0][0] = [350000.0, 3400000.0]

    edit(archive, "unit.geojson", far)
    fails(archive, "coordinates must be WGS 84 degrees")


def test_two_venues(archive: Path):
    edit(archive, "venue.geojson", lambda d: d["features"].append(d["features"][0] | {"id": "other"}))
    fails(archive, "VenueCountMustBeExactlyOne: there are 2")


def test_ordinal_is_a_word(archive: Path):
    edit(archive, "level.geojson", lambda d: d["features"][0]["properties"].update(ordinal="ground"))
    fails(archive, r"level\.geojson: feature '.*': 'ordinal' must be a whole number, not 'ground'")


def test_name_is_a_number(archive: Path):
    edit(archive, "unit.geojson", lambda d: d["features"][0]["properties"].update(name=7))
    fails(archive, "NameMustBeString: 7")


def test_sidecar_names_a_feature_that_is_gone(archive: Path):
    edit(archive, "unit.geojson", lambda d: d["features"].pop(0))
    edit(archive, "anchor.geojson", lambda d: d["features"].clear())
    edit(archive, "occupant.geojson", lambda d: d["features"][0]["properties"].update(anchor_id=None))
    fails(archive, r"mall-twin\.json: spaces\[0\]: ReferencedFeatureIDMustBeResolvable")


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda d: d.update(format_version=99), "'format_version' 99 is not known"),
        (lambda d: d["spaces"][0].update(kind="bazaar"), r"spaces\[0\]\.kind: 'bazaar' is not one of"),
        (lambda d: d["openings"][0].update(width_m="wide"), r"openings\[0\]\.width_m: 'wide' is not a float"),
        (lambda d: d["openings"][0].pop("width_m"), r"openings\[0\]: a field is missing .*width_m"),
        (lambda d: d["openings"][0].update(colour=1), r"openings\[0\]: 'colour' is not a field of Opening"),
        (lambda d: d["openings"][0].update(spaces=["shop", "moon"]), "spaces 'moon'"),
        (lambda d: d.update(levels={}), "'levels' must be a list"),
    ],
)
def test_broken_sidecar(archive: Path, change, rule: str):
    """Field by field, the sidecar says where it is wrong."""
    edit(archive, "mall-twin.json", change)
    fails(archive, rf"mall-twin\.json: .*{rule}")


def test_a_shape_that_a_gis_moved_counts(archive: Path):
    """Shapes, names and categories of the GeoJSON count where another program changed them."""

    def move(document):
        unit = next(f for f in document["features"] if f["properties"]["category"] == "room")
        unit["properties"] |= {"category": "foodservice", "name": {"en": "Diner", "zh-Hans": "食堂"}}
        unit["geometry"]["coordinates"][0] = [[x, y + 1e-5] for x, y in unit["geometry"]["coordinates"][0]]

    edit(archive, "unit.geojson", move)
    plan = read_plan(archive)
    assert plan.space["shop"].kind is SpaceKind.FOOD
    assert plan.space["shop"].name == Label(en="Diner", zh="食堂")
    assert plan.space["shop"].shape.bounds[1] == pytest.approx(11.1, abs=0.02)  # 1e-5 degrees are 1.1 m
    assert plan.space["mall"].shape == shapely.box(0, 0, 30, 10)
    assert len(plan.notes) == 2


def test_a_file_that_is_no_zip(tmp_path: Path):
    (tmp_path / "plan.zip").write_bytes(b"PK not a zip")
    with pytest.raises(PlanError, match="no importer recognises it"):
        open_plan(tmp_path / "plan.zip")


def test_a_zip_with_its_folder_inside(archive: Path, tmp_path: Path):
    """Zips often hold the folder itself: the plan is found in it."""
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as pack:
        for file in archive.iterdir():
            pack.write(file, f"tiny/{file.name}")
    assert open_plan(tmp_path / "in.zip") == read_plan(archive)


def test_writing_into_a_file_is_an_error(archive: Path):
    with pytest.raises(PlanError, match="cannot be written"):
        write_plan(read_plan(archive), archive / "manifest.json")
