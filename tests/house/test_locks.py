"""The locks hold names, versions and hashes, hold everything that is declared, and no address."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCKS = ("requirements.lock", "requirements-dev.lock")
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)(?P<marker> ;[^\\]*)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


def pins(root: Path, lock: str) -> dict[str, str]:
    """Version by package name; fails on a line that is neither a pin, nor a hash, nor a remark."""
    found: dict[str, str] = {}
    for number, line in enumerate((root / lock).read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("#") or HASH.match(line):
            continue
        pin = PIN.match(line)
        assert pin, f"{lock}:{number}: neither a pin nor a hash: {line}"
        found[canonicalize_name(pin["name"])] = pin["version"]
    return found


@pytest.fixture(scope="module")
def declared(root: Path) -> dict[str, list[Requirement]]:
    """What pyproject.toml asks for: the core, the extras and the build back end."""
    document = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    project = document["project"]
    groups = {"core": project["dependencies"], "build": document["build-system"]["requires"]}
    groups |= project["optional-dependencies"]
    return {name: [Requirement(line) for line in lines] for name, lines in groups.items()}


PEERS = "benchmarks/requirements-peers.lock"


@pytest.mark.parametrize("lock", [*LOCKS, PEERS])
def test_lock_holds_no_address_and_no_option(root: Path, lock: str) -> None:
    text = (root / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*-", text.replace("--hash=", ""), re.MULTILINE)


@pytest.mark.parametrize(
    ("lock", "groups"),
    [
        ("requirements.lock", ("core", "build", "body")),
        ("requirements-dev.lock", ("core", "build", "body", "dev")),
    ],
)
def test_lock_meets_everything_declared(
    root: Path, declared: dict[str, list[Requirement]], lock: str, groups: tuple[str, ...]
) -> None:
    locked = pins(root, lock)
    for group in groups:
        for requirement in declared[group]:
            version = locked.get(canonicalize_name(requirement.name))
            assert version is not None, f"{lock} lacks {requirement.name}: run `make lock`"
            assert requirement.specifier.contains(version), f"{lock}: {requirement} is pinned to {version}"


def test_both_locks_agree(root: Path) -> None:
    core, dev = pins(root, LOCKS[0]), pins(root, LOCKS[1])
    assert core.items() <= dev.items()


def test_the_peers_are_locked_as_they_are_asked_for(root: Path) -> None:
    """And stand in no lock of ours: they bring a gigabyte with them."""
    asked = [
        Requirement(line)
        for line in (root / "benchmarks/requirements-peers.in").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    locked, ours = pins(root, PEERS), {name for lock in LOCKS for name in pins(root, lock)}
    assert {one.name for one in asked} == {"jupedsim", "jupedsim-network"}
    for one in asked:
        assert one.specifier.contains(locked[canonicalize_name(one.name)])
        assert canonicalize_name(one.name) not in ours


def test_what_has_a_wheel_for_one_python_only_is_marked(root: Path) -> None:
    """Without the marker the lock could not be installed on CPython 3.12."""
    assert re.search(
        r'^pybullet==\S+ ; python_version == "3\.11" and', (root / LOCKS[0]).read_text(), re.MULTILINE
    )
