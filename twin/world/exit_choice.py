"""Which exit people make for: near ones, known ones, and those that others make for.

A multinomial logit: the utility of an exit is its free walking time over ``time_s``, less; more by
``familiar`` if one came in by it, and more by ``herding`` times the share of those in sight who have settled
on it. People settle in the order in which they start, so who starts first has nobody to follow. Its form is
that of the discrete choice models of Lovreglio, Borri, dell'Olio and Ibeas (Safety Science 62, 2014) and
Haghani and Sarvi (2017); its three weights are assumptions (grade D), chosen so that an exit 12 s nearer is
taken by nine of ten who know neither, a known exit by nine of ten at equal times, and one that all in sight
make for likewise.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twin.errors import ScenarioError
from twin.plan.model import Plan

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitChoice:
    """Weights of the choice.

    Raises:
        ScenarioError: if one of them is out of range.
    """

    time_s: float = 5.5
    """Seconds more on the way that make an exit e times less likely."""
    familiar: float = 2.2
    """Weight of an exit that one knows."""
    herding: float = 2.2
    """Weight of an exit that everybody in sight makes for."""
    sight_m: float = 20.0
    """How far one sees what others do, on the same level."""

    def __post_init__(self) -> None:
        """Check the ranges."""
        if not (self.time_s > 0 and math.isfinite(self.time_s)):
            raise ScenarioError(f"exit choice: time_s {self.time_s}: must be above 0 s")
        for name in ("familiar", "herding", "sight_m"):
            value = getattr(self, name)
            if not (value >= 0 and math.isfinite(value)):
                raise ScenarioError(f"exit choice: {name} {value}: must be 0 or more")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """People of a space whose exit is settled: staff, drilled people, cabins with an assigned way."""

    space_id: str
    exit_id: str
    people: int | None = None
    """How many of them; ``None``: all."""

    def __post_init__(self) -> None:
        """Check the number.

        Raises:
            ScenarioError: if it is negative.
        """
        if self.people is not None and self.people < 0:
            raise ScenarioError(f"assigned: {self.people} people of {self.space_id!r}: must be 0 or more")


def check_assigned(plan: Plan, assigned: Sequence[Assigned]) -> None:
    """Check that ``plan`` has the spaces and exits.

    Raises:
        ScenarioError: naming the first that it does not have.
    """
    for one in assigned:
        if one.space_id not in plan.space:
            raise ScenarioError(f"assigned: this plan has no space {one.space_id!r}")
        if one.exit_id not in plan.exit:
            raise ScenarioError(f"assigned: this plan has no exit {one.exit_id!r}")


def settled_exits(plan: Plan, assigned: Sequence[Assigned], space: Ints) -> Ints:
    """[n] the exit (index into ``plan.exits``) that each has been assigned, by one's space; -1: none.

    ``space`` holds the people of each space one after another. Entries for the same space follow one another.
    """
    settled = np.full(len(space), -1, np.int32)
    spaces = {one.id: i for i, one in enumerate(plan.spaces)}
    exits = {one.id: i for i, one in enumerate(plan.exits)}
    for one in assigned:
        rows = np.flatnonzero((space == spaces[one.space_id]) & (settled < 0))
        settled[rows[: one.people]] = exits[one.exit_id]
    return settled


@dataclass(frozen=True, slots=True, kw_only=True)
class Choosers:
    """N people who choose among E exits."""

    time_s: Floats
    """[N, E] free walking time to each exit; inf where there is no way."""
    known: Ints
    """[N] the exit that one knows; -1: none."""
    settled: Ints
    """[N] the exit that one has been assigned; -1: chooses."""
    start_s: Floats
    space: Ints
    xy: Floats
    leader: NDArray[np.int64]
    """[N] who chooses for one; oneself if one is alone or leads."""
    noise: Floats
    """[N, E] what differs from person to person: standard Gumbel numbers (see :func:`noise_of`)."""


class GumbelDraws(Protocol):
    """The part of :class:`twin.world.streams.Streams` that is needed here."""

    def gumbel(self, purpose: str, agent: ArrayLike, index: ArrayLike = 0) -> Floats:
        """Standard Gumbel numbers, one an agent."""


def noise_of(draws: GumbelDraws, key: NDArray[np.int64], exit_ids: Sequence[str]) -> Floats:
    """[n, E] noise keyed by person and exit: a new exit changes nobody's noise at the others."""
    exits = np.array([zlib.crc32(name.encode()) for name in exit_ids], np.int64)
    return draws.gumbel("exit choice", key[:, None], exits[None, :])


def choose_exits(choice: ExitChoice, people: Choosers) -> Ints:
    """[N] the exit of each; -1 for those who can reach none.

    Those who are assigned an exit have settled before the others; these follow in the order of their starts.
    One sees those of one's own space, as far as ``choice.sight_m``.
    """
    count, exits = people.time_s.shape
    with np.errstate(invalid="ignore"):
        worth = people.noise - people.time_s / choice.time_s
    knows = np.flatnonzero(people.known >= 0)
    worth[knows, people.known[knows]] += choice.familiar
    chosen = people.settled.copy()
    cell, seen_from = _cells(people, choice.sight_m)
    heading = np.zeros((len(seen_from), exits))
    before = np.flatnonzero(chosen >= 0)
    np.add.at(heading, (cell[before], chosen[before]), 1.0)
    members = np.bincount(people.leader, minlength=count)
    leads = np.flatnonzero((people.leader == np.arange(count)) & (people.settled < 0))
    order = leads[np.argsort(people.start_s[leads], kind="stable")]
    for one in order.tolist():
        seen = heading[seen_from[cell[one]]].sum(axis=0)
        total = seen.sum()
        value = worth[one] + choice.herding * seen / total if total else worth[one]
        best = int(value.argmax())
        if value[best] == -np.inf:
            continue
        chosen[one] = best
        heading[cell[one], best] += members[one]
    free = people.settled < 0
    chosen[free] = chosen[people.leader[free]]
    return chosen


def _cells(people: Choosers, sight_m: float) -> tuple[NDArray[np.int64], list[NDArray[np.int64]]]:
    """The square of each person, and the squares that one sees from each, all of the same space."""
    side = max(sight_m / 2.0, 1.0)
    where = np.column_stack([people.space, np.floor(people.xy / side).astype(np.int64)])
    squares, cell = np.unique(where, axis=0, return_inverse=True)
    number = {tuple(square): i for i, square in enumerate(squares.tolist())}
    steps = range(-2, 3)
    around = [(dx, dy) for dx in steps for dy in steps if math.hypot(dx, dy) * side <= sight_m]
    seen = [
        np.array([number[at] for dx, dy in around if (at := (space, x + dx, y + dy)) in number], np.int64)
        for space, x, y in squares.tolist()
    ]
    return cell.ravel(), seen
