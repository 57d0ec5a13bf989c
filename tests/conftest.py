"""What all tests share: where the reference data are, and the demo mall."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from twin.plan.model import Plan

ROOT = Path(__file__).resolve().parent.parent


def missing(what: str) -> None:
    """Skip on a desk, fail in CI: a skip must not turn green."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing, and CI must have it")
    pytest.skip(f"{what} is missing")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data."""
    given = Path(os.environ.get("MALL_TWIN_SHARED", "../shared"))
    folder = given if given.is_absolute() else (ROOT / given).resolve()
    if not (folder / "data").is_dir():
        missing(f"the reference data folder {folder} (set MALL_TWIN_SHARED)")
    return folder


@pytest.fixture(scope="session")
def demo_plan() -> Plan:
    """The demo mall."""
    from twin.plan.importing import open_plan

    return open_plan("demo")
