"""The question "how long until everybody is out, and where does it jam?" as a document."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from scenarios.documents import Scenario, register
from scenarios.drill_people import AssignedTo, Choosing, Smoke
from twin.errors import ScenarioError
from twin.fire.place import FirePlace
from twin.fire.smoke import SmokeLaw
from twin.movement.populations import MALL, population
from twin.plan.model import Plan
from twin.world.companions import GROUP_MEAN
from twin.world.drill_setup import Change, DrillSetup
from twin.world.ensemble import DrillAnswer, Progress, run_drills
from twin.world.population import occupant_load, spread
from twin.world.pre_movement import PRESETS, PreMovement
from twin.world.trading_day import DaySetup, run_day
from twin.world.trading_day_setup import SATURDAY


class ChangeAt(BaseModel):
    """A way that changes while people are on their way; it closes if nothing else is said."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    at_s: float = Field(ge=0)
    id: str
    open: bool | None = None
    capacity: float | None = Field(default=None, gt=0)
    """Times its flow that it passes from then on."""
    stopped: bool | None = None
    """An escalator stands, or runs again."""

    def change(self) -> Change:
        """The change."""
        closes = self.open is None and self.capacity is None and self.stopped is None
        is_open = False if closes else self.open
        return Change(
            at_s=self.at_s, id=self.id, is_open=is_open, capacity=self.capacity, stopped=self.stopped
        )


class Between(BaseModel):
    """Pre-movement by its 1st and 99th percentiles, s."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    first_s: float = Field(gt=0)
    last_s: float = Field(gt=0)


class AtTime(BaseModel):
    """Whoever is inside at a time of a simulated trading day."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    at: str = Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    weekday: int = Field(default=SATURDAY, ge=0, le=6)
    visits: float | None = Field(default=None, gt=0)


@register("drill")
class DrillScenario(Scenario):
    """A drill. Without ``people`` the building holds its design load."""

    kind: Literal["drill"] = "drill"
    people: int | AtTime | Mapping[str, int] | None = None
    """A number, spread by load; a time of a trading day (``{at: "15:00"}``); or people by space id."""
    pre_movement: Literal["trained", "ordinary", "none"] | Between | None = None
    fire: str | None = None
    """Space that burns."""
    fire_reach_m: float = Field(default=10.0, ge=0)
    blocked: tuple[str, ...] = ()
    stopped: tuple[str, ...] = ()
    escalators_run: bool = False
    trained_staff: bool = True
    familiar_share: float = Field(default=0.3, ge=0, le=1)
    population: str = MALL.name
    """One of :data:`twin.movement.populations.POPULATIONS`."""
    groups: bool | None = None
    """Whether people are in groups that stay together; by default they are in mode ``calibrated``."""
    group_mean: float = Field(default=GROUP_MEAN, gt=0, le=4)
    exit_choice: Choosing | None = None
    """A logit with herding and familiarity; without it people go where they came in, or to the nearest
    exit."""
    assigned: tuple[AssignedTo, ...] = ()
    smoke: Smoke | None = None
    carriers: int | None = Field(default=None, ge=0)
    """Teams who carry those who cannot use stairs."""
    lifts: bool = False
    changes: tuple[ChangeAt, ...] = ()
    phases: Mapping[str, Annotated[float, Field(ge=0)]] = Field(default_factory=dict)
    """Phased evacuation: by level or space id, seconds after time 0 at which its alarm goes."""
    engine: Literal["network", "crowd"] = "network"
    mode: Literal["code", "calibrated"] | None = None
    """By default ``code`` for the network engine and ``calibrated`` for the crowd."""
    crowd_levels: tuple[str, ...] = ()
    """With engine ``crowd``: levels that it walks, the network engine all others; none: all levels."""
    horizon_s: float = Field(default=3600.0, gt=0)

    @field_validator("population")
    @classmethod
    def _known(cls, value: str) -> str:
        """There is such a population."""
        return population(value).name

    def setup(self, plan: Plan) -> DrillSetup:
        """The drill on ``plan``.

        Raises:
            ScenarioError: if a figure does not fit the plan.
        """
        return DrillSetup(
            people=people_of(plan, self.people, seed=self.seed),
            pre_movement=_pre_movement(self.pre_movement),
            fire=FirePlace(space_id=self.fire, reach_m=self.fire_reach_m) if self.fire else None,
            blocked=frozenset(self.blocked),
            stopped=frozenset(self.stopped),
            escalators_run=self.escalators_run,
            trained_staff=self.trained_staff,
            familiar_share=self.familiar_share,
            population=self.population,
            groups=self.groups,
            group_mean=self.group_mean,
            exit_choice=self.exit_choice.choice() if self.exit_choice else None,
            assigned=tuple(one.assigned() for one in self.assigned),
            smoke=self.smoke.air() if self.smoke else (),
            smoke_law=self.smoke.law if self.smoke else SmokeLaw.LUND,
            carriers=self.carriers,
            lifts=self.lifts,
            changes=tuple(one.change() for one in self.changes),
            phases=self.phases,
            engine=self.engine,
            mode=self.mode or "",
            crowd_levels=frozenset(self.crowd_levels),
            horizon_s=self.horizon_s,
        )


def people_of(plan: Plan, people: int | AtTime | Mapping[str, int] | None, *, seed: int) -> Mapping[str, int]:
    """People by space id: the design load, a number spread by it, those of a trading day, or as given.

    Raises:
        ScenarioError: if the plan has no trading day, or nobody is inside at that time.
    """
    if people is None:
        return occupant_load(plan)
    if isinstance(people, int):
        return spread(plan, people)
    if isinstance(people, AtTime):
        hours, minutes = people.at.split(":")
        day = run_day(plan, DaySetup(weekday=people.weekday, visits=people.visits), seed=seed)
        found = day.count_at(int(hours) * 3600.0 + int(minutes) * 60.0)
        if not found:
            raise ScenarioError(f"people: nobody is inside at {people.at} of a simulated trading day")
        return found
    return dict(people)


def _pre_movement(given: str | Between | None) -> PreMovement | None:
    if given is None:
        return None
    if isinstance(given, Between):
        return PreMovement.between(given.first_s, given.last_s, name=f"{given.first_s:g}-{given.last_s:g} s")
    return PRESETS[given]


def answer_drill(
    plan: Plan,
    scenario: DrillScenario,
    *,
    seed: int | None = None,
    replications: int | None = None,
    progress: Progress | None = None,
    workers: int = 1,
    record: bool = False,
    trajectories: Path | None = None,
) -> DrillAnswer:
    """Run ``scenario`` on ``plan``; its own seed and replications hold unless others are given.

    ``record`` and ``trajectories`` are those of :func:`twin.world.ensemble.run_drills`.
    """
    return run_drills(
        plan,
        scenario.setup(plan),
        seed=scenario.seed if seed is None else seed,
        replications=scenario.replications if replications is None else replications,
        progress=progress,
        workers=workers,
        record=record,
        trajectories=trajectories,
    )
