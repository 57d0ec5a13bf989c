"""The fields of a scenario that describe a trading day, expected crowds and edits of the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from twin.plan.edits import Edit, apply, edit_from
from twin.plan.model import ExitKind, Plan
from twin.world.trading_day import CrowdEvent, DaySetup

Hour = Annotated[float, Field(ge=0, le=24)]


def _known_edit(document: dict[str, Any]) -> dict[str, Any]:
    """An edit document that can be read; its error is reported at the line of the edit."""
    edit_from(document)
    return document


EditDocument = Annotated[dict[str, Any], AfterValidator(_known_edit)]
"""A mapping that :func:`twin.plan.edits.edit_from` reads."""


class EventFields(BaseModel):
    """People who come on top of an ordinary day; see :class:`twin.world.trading_day.CrowdEvent`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    people: int = Field(ge=0)
    place: str = ""
    starts_h: Hour
    lasts_min: float = Field(default=60.0, gt=0)
    arrive_before_min: float = Field(default=30.0, ge=0)
    exits: tuple[str, ...] = ()
    shop_after_share: float = Field(default=0.3, ge=0, le=1)
    group_mean: float = Field(default=2.05, ge=1)

    def event(self) -> CrowdEvent:
        """The event as the trading day takes it."""
        return CrowdEvent(**self.model_dump())


class DayFields(BaseModel):
    """A trading day; see :class:`twin.world.trading_day.DaySetup`. Absent fields keep the plan's default."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    visits: float | None = Field(default=None, gt=0)
    weekday: int = Field(default=5, ge=0, le=6)
    opens_h: Hour = 10.0
    closes_h: Hour = 22.0
    day_sd: float = Field(default=0.12, ge=0)
    entrance_shares: Mapping[ExitKind, float] | None = None
    profile: tuple[float, ...] | None = None

    def setup(
        self,
        *,
        events: Sequence[EventFields] = (),
        campaign: Mapping[str, float] | None = None,
        campaign_hours: Mapping[str, tuple[float, float]] | None = None,
        sample_s: float = 300.0,
    ) -> DaySetup:
        """The day as the simulation takes it."""
        given = self.model_dump(exclude_none=True)
        return DaySetup(
            **given,
            events=tuple(one.event() for one in events),
            campaign=dict(campaign or {}),
            campaign_hours=dict(campaign_hours or {}),
            sample_s=sample_s,
        )


def edits_of(documents: Sequence[Mapping[str, Any]]) -> tuple[Edit, ...]:
    """The edits of their documents.

    Raises:
        EditError: if one is not an edit.
    """
    return tuple(edit_from(one) for one in documents)


def changed_plan(plan: Plan, documents: Sequence[Mapping[str, Any]]) -> Plan:
    """``plan`` with the edits of ``documents``.

    Raises:
        EditError: if one is not an edit, or does not fit the plan.
    """
    return apply(plan, edits_of(documents)) if documents else plan
