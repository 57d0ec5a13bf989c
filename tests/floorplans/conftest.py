"""Plans that several tests of the importers look at, read once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import shapely
import shapely.geometry

from floorplans.mapped import read_mapped
from floorplans.mlit import read_mlit
from twin.plan.checks import check

DEGREE_M = 111_320.0
"""Metres in a degree of latitude, near enough for drawing small test malls near the equator."""


@pytest.fixture(scope="session")
def site2(shared: Path):
    """The real nine-storey mall in Hangzhou."""
    return read_mapped(shared / "data/plans/xyz10_site2")


@pytest.fixture(scope="session")
def site2_report(site2):
    """What ``twin plan check`` says about it."""
    return check(site2).document()


@pytest.fixture(scope="session")
def jr(shared: Path):
    """The JR part of Tokyo Station."""
    return read_mlit(shared / "data/plans/tokyo_station")


def degrees(shape: shapely.Geometry) -> dict[str, Any]:
    """``shape`` in metres as GeoJSON in degrees near (0, 0)."""
    return dict(shapely.geometry.mapping(shapely.transform(shape, lambda points: points / DEGREE_M)))


def xyz10_feature(number: int, shape: shapely.Geometry, name: str, category: list[str]) -> dict[str, Any]:
    """One feature as XYZ10 writes it."""
    properties = {"id": f"u{number}", "name": name, "category": category, "version": "2020"}
    return {"type": "Feature", "geometry": degrees(shape), "properties": properties}


def write_level(folder: Path, name: str, features: list[dict[str, Any]]) -> None:
    """Write one level of an XYZ10 mall."""
    (folder / name).mkdir(parents=True, exist_ok=True)
    document = {"type": "FeatureCollection", "features": features}
    (folder / name / "geojson_map.json").write_text(json.dumps(document), "utf-8")
    info = {"map_info": {"width": 60.0, "height": 40.0}}
    (folder / name / "floor_info.json").write_text(json.dumps(info), "utf-8")


@pytest.fixture
def small_mall(tmp_path: Path) -> Path:
    """A mall of three storeys of 60 by 40 m as XYZ10 writes it, F2 drawn 7 m off.

    Shops in the south, a shaft for each of five lifts and a stair in the north, an entrance at the west edge
    of F1, an escalator from F1 to F2 in the middle, one exact duplicate, one unnamed unit.
    """
    folder = tmp_path / "small"
    for level, shift in (("F1", 0.0), ("F2", 7.0), ("F3", 0.0)):
        shapes = [(shapely.box(0, 0, 60, 40), "", ["root"])]
        shapes += [
            (shapely.box(10 * k, 0, 10 * k + 10, 10), name, ["trade", "shop"])
            for k, name in enumerate(["alpha", "beta", "kongpu", "noodlemian", "", "gamma"])
        ]
        shapes += [
            (shapely.box(x, 37, x + 2.5, 40), "dianti", ["fixed", "lift"]) for x in (3, 11, 21, 34, 52)
        ]
        shapes += [(shapely.box(45, 35, 49, 40), "louti", ["fixed", "stair"])]
        shapes += [(shapely.box(0, 37, 2.5, 40), "", ["other", "blank"])]
        if level == "F1":
            shapes += [(shapely.box(0, 18, 3, 24), "churukou", ["fixed", "door"])]
            shapes += [(shapely.box(20, 20, 30, 21.2), "zidongfuti", ["fixed", "esc"])]
            shapes += [shapes[1]]
        if level == "F2":
            shapes += [(shapely.box(30, 20, 40, 21.2), "zidongfuti", ["fixed", "esc"])]
        features = [
            xyz10_feature(number, shapely.affinity.translate(shape, shift, -shift), name, category)
            for number, (shape, name, category) in enumerate(shapes)
        ]
        write_level(folder, level, features)
    return folder
