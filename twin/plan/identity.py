"""The name of a plan's content, so that every result can say which plan it was computed on."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from twin.plan.model import Plan

GRID_M = 1e-6
"""Coordinates are compared on this grid: finer than any survey, coarser than float noise of a round trip."""


def version_of(plan: Plan) -> str:
    """Twelve hexadecimal digits of the SHA-256 of everything in ``plan`` except its notes.

    Coordinates are rounded to a micrometre, and features are taken in the order of their ids, so that a
    plan which was written and read back keeps its version.
    """
    digest = hashlib.sha256()
    with np.errstate(invalid="ignore"):  # coordinates that are no numbers are the business of the checks
        content = {
            item.name: _plain(getattr(plan, item.name))
            for item in dataclasses.fields(plan)
            if item.name != "notes"
        }
    digest.update(json.dumps(content, sort_keys=True, ensure_ascii=False).encode())
    return digest.hexdigest()[:12]


def _plain(value: object) -> object:
    """``value`` as JSON can hold it, in one fixed form."""
    if isinstance(value, shapely.Geometry):
        # Point by point, as a shape that is not valid has a name too: the checks say what is wrong with it.
        rounded = shapely.set_precision(value, GRID_M, mode="pointwise")
        return shapely.to_wkt(rounded.normalize(), rounding_precision=6)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {item.name: _plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        items = [_plain(item) for item in value]
        if items and all(isinstance(item, dict) and "id" in item for item in items):
            return sorted(items, key=lambda item: str(item["id"]))  # type: ignore[index]  # dicts, as checked
        return items
    if isinstance(value, float):
        return round(value, 9)
    return value
