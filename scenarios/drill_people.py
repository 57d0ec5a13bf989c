"""The parts of a drill's document that say who the people are, how they choose, and what they breathe."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field, field_validator

from twin.fire.air import AMBIENT_O2_PERCENT, AirStep, SpaceAir
from twin.fire.smoke import SmokeLaw
from twin.world.exit_choice import Assigned, ExitChoice

_DEFAULT = ExitChoice()


class _Part(BaseModel):
    """A part of a document: unknown fields are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Choosing(_Part):
    """How people choose an exit; see :class:`twin.world.exit_choice.ExitChoice`."""

    time_s: float = Field(default=_DEFAULT.time_s, gt=0)
    familiar: float = Field(default=_DEFAULT.familiar, ge=0)
    herding: float = Field(default=_DEFAULT.herding, ge=0)
    sight_m: float = Field(default=_DEFAULT.sight_m, ge=0)

    def choice(self) -> ExitChoice:
        """The choice."""
        return ExitChoice(**self.model_dump())


class AssignedTo(_Part):
    """People of a space whose exit is settled."""

    space: str
    exit: str
    people: int | None = Field(default=None, ge=0)

    def assigned(self) -> Assigned:
        """The assignment."""
        return Assigned(space_id=self.space, exit_id=self.exit, people=self.people)


class AirFrom(_Part):
    """The air of a space from a time on."""

    from_s: float = Field(default=0.0, ge=0)
    extinction_per_m: float = Field(default=0.0, ge=0)
    co_ppm: float = Field(default=0.0, ge=0)
    co2_percent: float = Field(default=0.0, ge=0, le=100)
    o2_percent: float = Field(default=AMBIENT_O2_PERCENT, ge=0, le=100)
    hcn_ppm: float = Field(default=0.0, ge=0)
    nox_ppm: float = Field(default=0.0, ge=0)
    irritant_per_min: float = Field(default=0.0, ge=0)


class Smoke(_Part):
    """Smoke and gas: ``spaces`` holds, by space id, the steps of its air; one step may stand alone."""

    law: SmokeLaw = SmokeLaw.LUND
    spaces: Mapping[str, tuple[AirFrom, ...]]

    @field_validator("spaces", mode="before")
    @classmethod
    def _one_or_more(cls, value: object) -> object:
        """A single step as a list of one."""
        if not isinstance(value, Mapping):
            return value
        return {name: [steps] if isinstance(steps, Mapping) else steps for name, steps in value.items()}

    @field_validator("spaces")
    @classmethod
    def _in_order(cls, value: Mapping[str, tuple[AirFrom, ...]]) -> Mapping[str, tuple[AirFrom, ...]]:
        """Every space has steps, and their times rise."""
        for name, steps in value.items():
            _space_air(name, steps)
        return value

    def air(self) -> tuple[SpaceAir, ...]:
        """The air by space."""
        return tuple(_space_air(name, steps) for name, steps in self.spaces.items())


def _space_air(name: str, steps: tuple[AirFrom, ...]) -> SpaceAir:
    return SpaceAir(space_id=name, steps=tuple(AirStep(**step.model_dump()) for step in steps))


def phases_of_words(words: list[str]) -> dict[str, object]:
    """The ``phases`` of a document for options like ``L2=120``: a level or space and its delay, s."""
    parts = [word.rpartition("=") for word in words]
    return {name or late: late if name else "" for name, _, late in parts}


def smoke_of_words(words: list[str]) -> dict[str, object]:
    """The ``smoke`` part of a document for options like ``L1-hall=1.5``: a space and its extinction, 1/m."""
    spaces: dict[str, object] = {}
    for word in words:
        name, _, amount = word.rpartition("=")
        spaces[name or word] = {"extinction_per_m": amount if name else ""}
    return {"spaces": spaces}
