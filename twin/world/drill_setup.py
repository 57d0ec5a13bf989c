"""What a drill is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from twin.errors import ScenarioError
from twin.fire.air import GivenAir, SpaceAir
from twin.fire.place import FirePlace
from twin.fire.smoke import SmokeLaw
from twin.movement.demographics import Population
from twin.movement.engines import mode_of
from twin.movement.network.physics import MODES
from twin.movement.populations import MALL, population
from twin.plan.model import ConnectorKind, Plan
from twin.world.companions import GROUP_MEAN, group_sizes
from twin.world.exit_choice import Assigned, ExitChoice, check_assigned
from twin.world.pre_movement import ORDINARY, TRAINED, PreMovement

LONGEST_STEP_S = 0.2
"""Of the crowd engine: in a longer step two people could walk through each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A door, exit or connector that changes while the drill runs; what is ``None`` stays as it is.

    Raises:
        ScenarioError: if a figure is out of range.
    """

    at_s: float
    id: str
    is_open: bool | None = None
    capacity: float | None = None
    """Times its flow that it passes from then on: a leaf of a door that shuts, a gate that is narrowed."""
    stopped: bool | None = None
    """An escalator stands (a stair both ways), or runs again."""

    def __post_init__(self) -> None:
        """Check what cannot be true."""
        if not self.at_s >= 0:
            raise ScenarioError(f"changes: {self.id!r} at {self.at_s} s: must be 0 s or later")
        if self.capacity is not None and not self.capacity > 0:
            raise ScenarioError(f"changes: capacity {self.capacity} of {self.id!r}: must be above 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillSetup:
    """One evacuation. Time 0 is the alarm.

    Raises:
        ScenarioError: if a figure is out of range.
    """

    people: Mapping[str, int]
    """By space id; see :mod:`twin.world.population`."""
    pre_movement: PreMovement | None = None
    """``None``: :data:`TRAINED` with trained staff, else :data:`ORDINARY`."""
    fire: FirePlace | None = None
    blocked: frozenset[str] = frozenset()
    """Exit, opening and connector ids that nobody can use from the start."""
    stopped: frozenset[str] = frozenset()
    """Escalators that stand; only matters with ``escalators_run``."""
    escalators_run: bool = False
    """Whether escalators go on running. By default all stop at the alarm and are stairs."""
    trained_staff: bool = True
    """Staff send people to exits by the queues in the whole building; else people see those before them."""
    familiar_share: float = 0.3
    """Share of people who go back to the entrance that they came from."""
    population: str | Population = MALL.name
    """Who the people are: a name of :data:`twin.movement.populations.POPULATIONS`, or a population."""
    groups: bool | None = None
    """Whether people are in groups that stay together. ``None``: in mode ``calibrated`` they are; a code
    knows no groups."""
    group_mean: float = GROUP_MEAN
    """Parameter of the law of group sizes."""
    exit_choice: ExitChoice | None = None
    """How people choose an exit. ``None``: those who are ``familiar`` go back to their entrance, all others
    to the exit that is nearest in time."""
    assigned: tuple[Assigned, ...] = ()
    """Whose exit is settled, whatever the others choose."""
    smoke: tuple[SpaceAir, ...] = ()
    """Smoke and gas by space and time; see :mod:`twin.world.exposure`."""
    smoke_law: SmokeLaw = SmokeLaw.LUND
    """How smoke slows."""
    carriers: int | None = None
    """Teams with an evacuation chair for those who cannot use stairs. ``None``: one for each protected
    stair (each stair where none is marked so) if staff are trained, else none."""
    lifts: bool = False
    """Whether evacuation lifts are used."""
    changes: tuple[Change, ...] = ()
    phases: Mapping[str, float] = field(default_factory=dict)
    """Phased evacuation: by level or space id, seconds after time 0 at which its alarm goes. The figure of
    a space holds before that of its level; what is not named is alarmed at 0. Who sees the fire waits for
    no alarm."""
    engine: str = "network"
    """``network`` or ``crowd``."""
    mode: str = ""
    """``code`` or ``calibrated``; by default (``""``) ``code`` for the network, else ``calibrated``."""
    crowd_levels: frozenset[str] = frozenset()
    """With engine ``crowd``: the levels that it walks, the network engine all others. Empty: all levels."""
    dt_s: float = 0.1
    """Step of the crowd engine."""
    horizon_s: float = 3600.0
    sample_s: float = 5.0
    """Time between two samples of the number of people by zone."""

    def __post_init__(self) -> None:
        """Check what cannot be true, and settle the mode."""
        object.__setattr__(self, "mode", mode_of(self.engine, self.mode or None))
        if self.mode not in MODES:
            raise ScenarioError(f"mode {self.mode!r} is not known; there are: {', '.join(MODES)}")
        if self.crowd_levels and self.engine != "crowd":
            raise ScenarioError(f"crowd_levels: engine {self.engine!r} walks all levels itself")
        if not 0 < self.dt_s <= LONGEST_STEP_S:
            raise ScenarioError(f"dt_s {self.dt_s}: must be above 0 and at most {LONGEST_STEP_S} s")
        if any(count < 0 for count in self.people.values()):
            raise ScenarioError("people: every number must be 0 or more")
        if not 0 <= self.familiar_share <= 1:
            raise ScenarioError(f"familiar_share {self.familiar_share}: must be within 0 and 1")
        for name, delay in self.phases.items():
            if not delay >= 0:
                raise ScenarioError(f"phases: {delay} s of {name!r}: must be 0 or more")
        if self.carriers is not None and self.carriers < 0:
            raise ScenarioError(f"carriers {self.carriers}: must be 0 or more")
        group_sizes(np.zeros(1), self.group_mean)
        _ = self.persons
        if not (self.horizon_s > 0 and self.sample_s > 0):
            raise ScenarioError(f"horizon_s {self.horizon_s} and sample_s {self.sample_s}: must be above 0 s")

    @property
    def persons(self) -> Population:
        """The population that holds."""
        return population(self.population) if isinstance(self.population, str) else self.population

    @property
    def together(self) -> bool:
        """Whether people are in groups."""
        return self.mode == "calibrated" if self.groups is None else self.groups

    @property
    def starts(self) -> PreMovement:
        """The pre-movement that holds."""
        if self.pre_movement is not None:
            return self.pre_movement
        return TRAINED if self.trained_staff else ORDINARY


def check_setup(plan: Plan, setup: DrillSetup) -> None:
    """Check that ``plan`` has everything that ``setup`` names.

    Raises:
        ScenarioError: naming the first thing that it does not have.
    """
    known = set(plan.exit) | set(plan.opening) | set(plan.connector)
    for name in sorted(setup.blocked | {change.id for change in setup.changes}):
        if name not in known:
            raise ScenarioError(f"blocked: this plan has no exit, opening or connector {name!r}")
    escalators = {one.id for one in plan.connectors if one.kind is ConnectorKind.ESCALATOR}
    stopping = {change.id for change in setup.changes if change.stopped is not None}
    for name in sorted((setup.stopped | stopping) - escalators):
        raise ScenarioError(f"stopped: this plan has no escalator {name!r}")
    for name in sorted(set(setup.phases) - set(plan.level) - set(plan.space)):
        raise ScenarioError(f"phases: this plan has no level or space {name!r}")
    for name in sorted(setup.crowd_levels - set(plan.level)):
        raise ScenarioError(f"crowd_levels: this plan has no level {name!r}")
    for name in setup.people:
        if name not in plan.space:
            raise ScenarioError(f"people: this plan has no space {name!r}")
        if setup.people[name] and not plan.space[name].walkable:
            raise ScenarioError(f"people: nobody can be in space {name!r} ({plan.space[name].kind.value})")
    check_assigned(plan, setup.assigned)
    GivenAir(plan, setup.smoke)
    if not plan.exits:
        raise ScenarioError(f"plan {plan.id!r}: no exits, so nobody can leave")
