"""Where PyBullet has no wheel, one clear line says so."""

from __future__ import annotations

import sys

import pytest

from floorplans.body import coverage
from twin.errors import MissingExtraError


def test_without_pybullet_one_line_names_the_extra(demo_plan, monkeypatch):
    monkeypatch.setitem(sys.modules, "pybullet", None)
    with pytest.raises(MissingExtraError, match=r"extra 'body'") as caught:
        coverage(demo_plan)
    assert "\n" not in str(caught.value)
