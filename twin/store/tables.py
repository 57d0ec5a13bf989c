"""The tables. Each change of this module needs a migration beside it (a test compares the two)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


BIG_ID = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts rows by an INTEGER only; elsewhere 32 bits would be used up by a busy mall in a year."""


class UtcTime(TypeDecorator[datetime]):
    """A moment, kept as UTC without a zone (SQLite has none) and given back with it."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database. A time without a zone is a mistake of the caller."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"time {value.isoformat()} has no zone; the store takes aware times only")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        del dialect
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads this class attribute by name
        datetime: UtcTime,
        dict[str, Any]: JSON,
        str: String,
        bytes: LargeBinary,
    }


class InboxRow(Base):
    """One message as it came, stored before the broker is told that we have it."""

    __tablename__ = "reading_inbox"
    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    arrived: Mapped[datetime]
    topic: Mapped[str] = mapped_column(String(1024))
    payload: Mapped[bytes]
    source: Mapped[str] = mapped_column(String(16))
    retained: Mapped[bool]
    outcome: Mapped[str] = mapped_column(String(16), index=True)


class DeadLetterRow(Base):
    """A message that could not be read, with the reason."""

    __tablename__ = "dead_letter"
    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    inbox_id: Mapped[int | None] = mapped_column(BIG_ID)
    arrived: Mapped[datetime] = mapped_column(index=True)
    topic: Mapped[str] = mapped_column(String(1024))
    payload: Mapped[bytes]
    reason: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(16))
    replayed: Mapped[datetime | None]


class AlertRow(Base):
    """One alert: a condition at a place, from raised to cleared."""

    __tablename__ = "alert"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    rule: Mapped[str] = mapped_column(String(64), index=True)
    place: Mapped[str] = mapped_column(String(256))
    state: Mapped[str] = mapped_column(String(16), index=True)
    priority: Mapped[int]
    raised: Mapped[datetime] = mapped_column(index=True)
    cleared: Mapped[datetime | None]
    document: Mapped[dict[str, Any]]
    """The rest of the alert's value, as :mod:`twin.live.alerts` writes it."""


class AlertEventRow(Base):
    """One step in the life of an alert."""

    __tablename__ = "alert_event"
    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    alert_id: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    step: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16))
    by: Mapped[str] = mapped_column(String(128))
    value: Mapped[float]


class DeviceStateRow(Base):
    """When a device was last seen, and what it said of itself."""

    __tablename__ = "device_state"
    device: Mapped[str] = mapped_column(String(256), primary_key=True)
    known: Mapped[bool]
    last_seen: Mapped[datetime]
    readings: Mapped[int]
    last_topic: Mapped[str] = mapped_column(String(1024))


class OccupancySampleRow(Base):
    """The estimate of one place at one moment; ``space_id`` is empty for the whole mall."""

    __tablename__ = "occupancy_sample"
    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    at: Mapped[datetime]
    space_id: Mapped[str] = mapped_column(String(256))
    mean: Mapped[float]
    low: Mapped[float]
    high: Mapped[float]
    quality: Mapped[str] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(String(16))

    __table_args__ = (Index("ix_occupancy_sample_place_time", "space_id", "at"),)


class MeterSampleRow(Base):
    """What a meter said at one moment."""

    __tablename__ = "meter_sample"
    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    at: Mapped[datetime]
    device: Mapped[str] = mapped_column(String(256))
    total: Mapped[float | None]
    power_kw: Mapped[float | None]
    unit: Mapped[str] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(String(16))

    __table_args__ = (Index("ix_meter_sample_device_time", "device", "at"),)


class DayFigureRow(Base):
    """The figures of one day, kept when the day ends."""

    __tablename__ = "day_figure"
    plan_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    source: Mapped[str] = mapped_column(String(16), primary_key=True)
    document: Mapped[dict[str, Any]]


class CheckpointRow(Base):
    """The live state after a message of the inbox: a restart goes on from here."""

    __tablename__ = "checkpoint"
    plan_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    at: Mapped[datetime]
    inbox_id: Mapped[int] = mapped_column(BIG_ID)
    document: Mapped[dict[str, Any]]


class RunRow(Base):
    """One simulation: what was asked, on which plan, with which seed, and the answer."""

    __tablename__ = "run"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32), index=True)
    state: Mapped[str] = mapped_column(String(16))
    asked: Mapped[datetime] = mapped_column(index=True)
    done: Mapped[datetime | None]
    plan_version: Mapped[str] = mapped_column(String(32))
    seed: Mapped[int]
    cause: Mapped[str] = mapped_column(String(256))
    error: Mapped[str] = mapped_column(Text)
    question: Mapped[dict[str, Any]]
    answer: Mapped[dict[str, Any] | None]


class AuditRow(Base):
    """Who did what. Each row holds the digest of the one before it, so that a hole shows."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    who: Mapped[str] = mapped_column(String(128))
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(256))
    detail: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
