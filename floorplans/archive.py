"""Files of a floor plan, from a folder or a zip, with one clear error for each way in which they break.

Nothing here knows a format: it yields parsed JSON and GeoJSON features, each with the file it came from.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
import shapely.errors
import shapely.geometry

from twin.errors import PlanError

PART = "#"
"""Separates a path from the part of it that is meant: ``tokyo_station#KITTE``."""


@dataclass(frozen=True)
class Feature:
    """One GeoJSON feature. ``shape`` is ``None`` for an unlocated one."""

    file: str
    number: int
    id: str
    shape: shapely.Geometry | None
    properties: Mapping[str, Any]
    kind: str = ""
    """The member ``feature_type`` of IMDF; empty elsewhere."""

    @property
    def where(self) -> str:
        """The feature as an error message names it."""
        return (
            f"{self.file}: feature {self.id!r}" if self.id else f"{self.file}: feature number {self.number}"
        )


@dataclass(frozen=True)
class Archive:
    """The files of a folder or a zip, by their path inside it."""

    path: Path
    files: Mapping[str, bytes]

    def __contains__(self, name: str) -> bool:
        return name in self.files

    def json(self, name: str) -> Any:  # noqa: ANN401  # any JSON document
        """The JSON document ``name``.

        Raises:
            PlanError: if it is missing, not UTF-8, or not JSON (with line and column).
        """
        if name not in self.files:
            raise PlanError(f"{self.path}: the file {name} is missing")
        try:
            return json.loads(self.files[name].decode("utf-8-sig"), parse_constant=_no_constant)
        except UnicodeDecodeError as error:
            raise PlanError(f"{self.path}/{name}: not UTF-8 at byte {error.start}") from error
        except json.JSONDecodeError as error:
            raise PlanError(
                f"{self.path}/{name}: line {error.lineno}, column {error.colno}: not JSON ({error.msg})"
            ) from error
        except (ValueError, RecursionError) as error:
            raise PlanError(f"{self.path}/{name}: not JSON ({error})") from error

    def features(self, name: str) -> tuple[Feature, ...]:
        """The features of the GeoJSON file ``name``.

        Raises:
            PlanError: if it is no FeatureCollection, or a feature has broken members or geometry.
        """
        file = f"{self.path}/{name}"
        document = self.json(name)
        if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
            raise PlanError(f"{file}: FileMustContainFeatureCollection")
        found = document.get("features")
        if not isinstance(found, list):
            raise PlanError(f"{file}: FileMustContainFeatureCollection: 'features' is not a list")
        return tuple(_feature(file, number, item) for number, item in enumerate(found))


def _no_constant(word: str) -> float:
    raise ValueError(f"{word} is no JSON number")


def _feature(file: str, number: int, item: object) -> Feature:
    where = f"{file}: feature number {number}"
    if not isinstance(item, dict) or item.get("type") != "Feature":
        raise PlanError(f"{where}: FileMustBeValidGeoJSON: not a GeoJSON Feature")
    identity = item.get("id")
    properties = item.get("properties") or {}
    if not isinstance(properties, dict):
        raise PlanError(f"{where}: FileMustBeValidGeoJSON: 'properties' is not an object")
    kind = item.get("feature_type")
    feature = Feature(
        file=file,
        number=number,
        id="" if identity is None else str(identity),
        shape=None,
        properties=properties,
        kind=kind if isinstance(kind, str) else "",
    )
    return Feature(**{**feature.__dict__, "shape": shape_of(item.get("geometry"), feature.where)})


def shape_of(geometry: object, where: str) -> shapely.Geometry | None:
    """The shapely geometry (two dimensions) of a GeoJSON ``geometry``; ``None`` for null.

    Raises:
        PlanError: if it is not a valid GeoJSON geometry with finite numbers; names ``where``.
    """
    if geometry is None:
        return None
    if not isinstance(geometry, dict):
        raise PlanError(f"{where}: FileMustBeValidGeoJSON: 'geometry' is not an object")
    try:
        shape = shapely.force_2d(shapely.geometry.shape(geometry))
    except (
        AttributeError,
        IndexError,
        KeyError,
        TypeError,
        ValueError,
        shapely.errors.ShapelyError,
    ) as error:
        kind = geometry.get("type")
        raise PlanError(f"{where}: FileMustBeValidGeoJSON: broken geometry of type {kind!r}") from error
    if not all(abs(value) < float("inf") for value in shape.bounds) and not shape.is_empty:
        raise PlanError(f"{where}: FileMustBeValidGeoJSON: a coordinate is not a finite number")
    return shape


def split_part(path: Path) -> tuple[Path, str]:
    """``path`` without its part, and the part: ``a/b#c`` gives ``a/b`` and ``c``."""
    if PART not in path.name or path.exists():
        return path, ""
    name, part = path.name.rsplit(PART, 1)
    return path.with_name(name), part


def names_in(path: Path) -> list[str]:
    """Names of the files in the folder or zip ``path``; empty if it is neither, or cannot be read."""
    try:
        if path.is_dir():
            return [file.relative_to(path).as_posix() for file in _walk(path)]
        if path.is_file() and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as pack:
                return sorted(_without_top([name for name in pack.namelist() if not name.endswith("/")]))
    except (OSError, zipfile.BadZipFile):
        return []
    return []


def open_archive(path: Path, *, suffixes: Iterable[str] = (".json", ".geojson")) -> Archive:
    """The files at ``path`` that end with ``suffixes``: a folder with its own folders, or a zip.

    Raises:
        PlanError: if there is nothing there, or it cannot be read.
    """
    wanted = tuple(suffixes)
    if not path.exists():
        raise PlanError(f"plan {str(path)!r}: no such file or folder")
    try:
        if path.is_dir():
            found = {file.relative_to(path).as_posix(): file for file in _walk(path)}
            return Archive(path, {k: f.read_bytes() for k, f in found.items() if k.endswith(wanted)})
        with zipfile.ZipFile(path) as pack:
            packed = [name for name in pack.namelist() if name.endswith(wanted)]
            short = _without_top(packed)
            return Archive(path, {s: pack.read(name) for s, name in zip(short, packed, strict=True)})
    except zipfile.BadZipFile as error:
        raise PlanError(f"{path}: neither a folder nor a zip that can be read ({error})") from error
    except OSError as error:
        raise PlanError(f"{path}: cannot be read ({error.strerror or error})") from error


@contextmanager
def writing(path: Path) -> Iterator[dict[str, bytes]]:
    """Collect files by name, then write them to the folder, or the zip if ``path`` ends in ``.zip``.

    Raises:
        PlanError: if ``path`` cannot be written.
    """
    files: dict[str, bytes] = {}
    yield files
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix.lower() == ".zip":
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
                for name, content in files.items():
                    # A fixed date, so that the same plan gives the same bytes.
                    pack.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
            return
        path.mkdir(exist_ok=True)
        for name, content in files.items():
            (path / name).write_bytes(content)
    except OSError as error:
        raise PlanError(f"{path}: cannot be written ({error.strerror or error})") from error


def _walk(folder: Path) -> list[Path]:
    """Files of ``folder`` and of its folders, not deeper: nobody means to import a whole disk."""
    return sorted(file for pattern in ("*", "*/*") for file in folder.glob(pattern) if file.is_file())


def _without_top(names: list[str]) -> list[str]:
    """``names`` without the one folder that holds them all, as zips often have it."""
    tops = {name.split("/", 1)[0] for name in names}
    if len(tops) == 1 and all("/" in name for name in names):
        return [name.split("/", 1)[1] for name in names]
    return names
