"""The history that charts are drawn from, and the state that a restart goes on from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, delete, insert, select
from sqlalchemy.orm import Session

from twin.store.tables import (
    CheckpointRow,
    DayFigureRow,
    DeviceStateRow,
    MeterSampleRow,
    OccupancySampleRow,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OccupancySample:
    """The estimate of a place at a moment; an empty ``space_id`` is the whole mall."""

    at: datetime
    space_id: str
    mean: float
    low: float
    high: float
    quality: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterSample:
    """What a meter said at a moment."""

    at: datetime
    device: str
    total: float | None
    power_kw: float | None
    unit: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSeen:
    """When a device was last seen."""

    device: str
    known: bool
    last_seen: datetime
    readings: int
    last_topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The live state after message ``inbox_id``."""

    plan_id: str
    at: datetime
    inbox_id: int
    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Samples:
    """Repository of samples, device states, day figures and the checkpoint."""

    engine: Engine

    def add(
        self,
        occupancy: Sequence[OccupancySample] = (),
        meters: Sequence[MeterSample] = (),
        devices: Sequence[DeviceSeen] = (),
    ) -> None:
        """Write samples and device states in one commit."""
        with Session(self.engine) as session, session.begin():
            if occupancy:
                session.execute(insert(OccupancySampleRow), [_columns(one) for one in occupancy])
            if meters:
                session.execute(insert(MeterSampleRow), [_columns(one) for one in meters])
            for one in devices:
                session.merge(DeviceStateRow(**_columns(one)))

    def occupancy(self, space_id: str, *, since: datetime, until: datetime) -> list[OccupancySample]:
        """The history of a place (empty id: the whole mall), in order of time."""
        row = OccupancySampleRow
        statement = (
            select(row)
            .where(row.space_id == space_id, row.at >= since, row.at <= until)
            .order_by(row.at, row.id)
        )
        with Session(self.engine) as session:
            return [
                OccupancySample(
                    at=one.at,
                    space_id=one.space_id,
                    mean=one.mean,
                    low=one.low,
                    high=one.high,
                    quality=one.quality,
                    source=one.source,
                )
                for one in session.scalars(statement)
            ]

    def meter(self, device: str, *, since: datetime, until: datetime) -> list[MeterSample]:
        """The history of a meter, in order of time."""
        row = MeterSampleRow
        statement = (
            select(row).where(row.device == device, row.at >= since, row.at <= until).order_by(row.at, row.id)
        )
        with Session(self.engine) as session:
            return [
                MeterSample(
                    at=one.at,
                    device=one.device,
                    total=one.total,
                    power_kw=one.power_kw,
                    unit=one.unit,
                    source=one.source,
                )
                for one in session.scalars(statement)
            ]

    def devices(self) -> list[DeviceSeen]:
        """All devices that were ever seen."""
        with Session(self.engine) as session:
            return [
                DeviceSeen(
                    device=row.device,
                    known=row.known,
                    last_seen=row.last_seen,
                    readings=row.readings,
                    last_topic=row.last_topic,
                )
                for row in session.scalars(select(DeviceStateRow).order_by(DeviceStateRow.device))
            ]

    def save_day(self, plan_id: str, day: str, source: str, document: dict[str, Any]) -> None:
        """Keep the figures of a day (``YYYY-MM-DD``); what was kept for it before is replaced."""
        with Session(self.engine) as session, session.begin():
            session.merge(DayFigureRow(plan_id=plan_id, day=day, source=source, document=document))

    def day(self, plan_id: str, day: str, source: str) -> dict[str, Any] | None:
        """The figures of a day, if they were kept."""
        with Session(self.engine) as session:
            row = session.get(DayFigureRow, (plan_id, day, source))
            return None if row is None else dict(row.document)

    def save_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Keep the live state; there is one for each plan."""
        with Session(self.engine) as session, session.begin():
            session.merge(CheckpointRow(**_columns(checkpoint)))

    def checkpoint(self, plan_id: str) -> Checkpoint | None:
        """The kept live state of a plan."""
        with Session(self.engine) as session:
            row = session.get(CheckpointRow, plan_id)
            if row is None:
                return None
            return Checkpoint(
                plan_id=row.plan_id, at=row.at, inbox_id=row.inbox_id, document=dict(row.document)
            )

    def prune(self, *, before: datetime) -> None:
        """Drop occupancy and meter samples that are older than ``before``."""
        with Session(self.engine) as session, session.begin():
            session.execute(delete(OccupancySampleRow).where(OccupancySampleRow.at < before))
            session.execute(delete(MeterSampleRow).where(MeterSampleRow.at < before))


def _columns(value: Any) -> dict[str, Any]:  # noqa: ANN401 - any of the dataclasses above
    """The fields of a slotted dataclass by name; they are the columns' names."""
    return {name: getattr(value, name) for name in value.__slots__}
