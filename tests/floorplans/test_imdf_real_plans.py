"""Real plans survive being written as IMDF and read back, bit by bit."""

from __future__ import annotations

from pathlib import Path

import pytest

from floorplans.imdf import read_plan, write_plan
from floorplans.mlit import read_mlit
from twin.plan.model import Plan


def survives(plan: Plan, path: Path) -> None:
    write_plan(plan, path)
    again = read_plan(path)
    assert again == plan
    assert again.version == plan.version


@pytest.mark.shared
def test_the_mall_in_hangzhou(site2: Plan, tmp_path: Path):
    """1,600 spaces that were derived."""
    survives(site2, tmp_path / "plan.zip")


@pytest.mark.shared
@pytest.mark.parametrize("name", ["JRTokyoSta", "KITTE", "OAZO", "MARUBIRU", "SHINMARUBIRU"])
def test_tokyo(shared: Path, tmp_path: Path, name: str):
    """A station and the malls around it."""
    survives(read_mlit(shared / "data/plans/tokyo_station", name), tmp_path / "plan")


def test_the_demo_mall(demo_plan: Plan, tmp_path: Path):
    """With devices, leases and both languages."""
    survives(demo_plan, tmp_path / "plan")
