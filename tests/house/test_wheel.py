"""The wheel holds what the twin needs to run away from its source tree."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOMS = ("twin", "floorplans", "sensors", "scenarios", "dashboard", "benchmarks")
# What is read at run time beside the modules.
DATA = {
    ".yaml",
    ".json",
    ".geojson",
    ".po",
    ".js",
    ".css",
    ".svg",
    ".mako",
    ".typed",
    ".png",
    ".zip",
    ".woff2",
}


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, built by the back end that is installed: no network, no isolation."""
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def test_wheel_holds_every_file_of_the_rooms(root: Path, files: list[Path], wheel: zipfile.ZipFile) -> None:
    wanted = {
        str(path.relative_to(root))
        for path in files
        if path.relative_to(root).parts[0] in ROOMS and path.suffix in DATA | {".py"}
    }
    assert not wanted - set(wheel.namelist())


@pytest.mark.parametrize(
    "pattern",
    [
        "twin/store/migrations/versions/*.py",
        "sensors/schemas/*.json",
        "floorplans/demo_mall/plan/*",
        "dashboard/locale/zh/LC_MESSAGES/*.po",
        "scenarios/library/*.yaml",
        "dashboard/assets/*.js",
    ],
)
def test_wheel_holds_each_kind_of_data(wheel: zipfile.ZipFile, pattern: str) -> None:
    assert [name for name in wheel.namelist() if Path(name).match(pattern)]


def test_wheel_is_no_larger_than_ten_megabytes(wheel: zipfile.ZipFile) -> None:
    assert sum(one.compress_size for one in wheel.infolist()) < 10e6


def test_wheel_declares_the_command(wheel: zipfile.ZipFile) -> None:
    (name,) = [one for one in wheel.namelist() if one.endswith("entry_points.txt")]
    words = wheel.read(name).decode()
    assert "twin = twin.command:main" in words
    for group in ("twin.commands", "twin.importers", "twin.decoders"):
        assert f"[{group}]" in words
