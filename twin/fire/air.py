"""Smoke and gas by place and time: the one interface that fields of every origin share.

A field answers :meth:`AirField.sample`: what the air is like where people are, at a moment. :class:`GivenAir`
holds what is stated for whole spaces; zone models and computed slices plug in with the same method.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from twin.errors import ScenarioError
from twin.plan.model import Plan

Floats = NDArray[np.float64]
AMBIENT_O2_PERCENT = 20.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where n people are."""

    space: NDArray[np.int32]
    """[n] index into ``plan.spaces``; -1: unknown (in a lift, on the way between levels)."""
    xy: Floats
    """[n, 2] local metres on the level of the space."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Air:
    """The air at n places, at the height of heads. Each field has the shape [n] or is one number for all."""

    extinction_per_m: Floats
    """Extinction coefficient K; visibility of a reflecting sign is 3 / K m."""
    co_ppm: Floats
    co2_percent: Floats
    o2_percent: Floats
    hcn_ppm: Floats
    nox_ppm: Floats
    irritant_per_min: Floats
    """Fractional lethal dose of irritants taken up in a minute."""


class AirField(Protocol):
    """Smoke and gas by place and time."""

    def sample(self, places: Places, time_s: float) -> Air:
        """The air at ``places``, ``time_s`` seconds after the alarm."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AirStep:
    """The air of a space from ``from_s`` on, until the next step. By default it is clean."""

    from_s: float = 0.0
    extinction_per_m: float = 0.0
    co_ppm: float = 0.0
    co2_percent: float = 0.0
    o2_percent: float = AMBIENT_O2_PERCENT
    hcn_ppm: float = 0.0
    nox_ppm: float = 0.0
    irritant_per_min: float = 0.0

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            ScenarioError: naming the figure and its range.
        """
        for one in fields(self):
            value = getattr(self, one.name)
            top = 100.0 if one.name.endswith("percent") else math.inf
            if not (0 <= value <= top) or math.isinf(value):
                limit = " and at most 100" if top == 100.0 else ""  # noqa: PLR2004 - per cent
                raise ScenarioError(f"smoke: {one.name} {value}: must be 0 or more{limit}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceAir:
    """The air of one space over time; before its first step it is clean."""

    space_id: str
    steps: tuple[AirStep, ...]

    def __post_init__(self) -> None:
        """Check that the steps follow each other.

        Raises:
            ScenarioError: if there are none, or their times do not rise.
        """
        times = [step.from_s for step in self.steps]
        if not times:
            raise ScenarioError(f"smoke: space {self.space_id!r} has no steps")
        if any(b <= a for a, b in pairwise(times)):
            raise ScenarioError(f"smoke: space {self.space_id!r}: the times of its steps must rise")


_GASES = tuple(one.name for one in fields(AirStep) if one.name != "from_s")


class GivenAir:
    """Smoke and gas as stated for whole spaces of ``plan``, constant between the steps of each.

    A space that is not named is clean; so is, for people whose space is not known, everything.

    Raises:
        ScenarioError: if the plan does not have a space, or one is named twice.
    """

    def __init__(self, plan: Plan, given: Sequence[SpaceAir]) -> None:
        numbers = {space.id: i for i, space in enumerate(plan.spaces)}
        self._row = np.zeros(len(plan.spaces) + 1, np.int64)
        clean = AirStep()
        self._steps: list[tuple[AirStep, ...]] = [(clean,)]
        for one in given:
            if one.space_id not in numbers:
                raise ScenarioError(f"smoke: this plan has no space {one.space_id!r}")
            if self._row[numbers[one.space_id]]:
                raise ScenarioError(f"smoke: space {one.space_id!r} is named twice")
            self._row[numbers[one.space_id]] = len(self._steps)
            late = one.steps[0].from_s > 0
            self._steps.append((clean, *one.steps) if late else one.steps)

    def sample(self, places: Places, time_s: float) -> Air:
        """The air at ``places``, ``time_s`` seconds after the alarm."""
        now = [[step for step in steps if step.from_s <= time_s][-1] for steps in self._steps]
        row = self._row[places.space]
        return Air(**{gas: np.array([getattr(step, gas) for step in now])[row] for gas in _GASES})

    @property
    def last_change_s(self) -> float:
        """After this time nothing changes any more."""
        return max(step.from_s for steps in self._steps for step in steps)


def as_air(step: AirStep) -> Air:
    """One stated air as an :class:`Air` of shape [1]."""
    return Air(**{gas: np.array([getattr(step, gas)]) for gas in _GASES})
