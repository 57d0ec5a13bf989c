"""PyBullet or no test."""

from __future__ import annotations

import importlib.util
import os

import pytest


@pytest.fixture
def pybullet_here():
    if importlib.util.find_spec("pybullet"):
        return
    if os.environ.get("CI"):
        pytest.fail("pybullet is missing, and CI must have it")
    pytest.skip("pybullet is missing")
