"""Alerts and every step of their lives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from twin.store.tables import AlertEventRow, AlertRow


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRecord:
    """An alert as the store keeps it; ``document`` holds what only :mod:`twin.live.alerts` reads."""

    id: str
    rule: str
    place: str
    state: str
    priority: int
    raised: datetime
    cleared: datetime | None
    document: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertEvent:
    """One step: raised, acknowledged, returned, re-alarmed, latched, reset, cleared."""

    alert_id: str
    at: datetime
    step: str
    state: str
    by: str = ""
    value: float = 0.0


@dataclass(frozen=True, slots=True)
class Alerts:
    """Repository of ``alert`` and ``alert_event``."""

    engine: Engine

    def save(self, records: Sequence[AlertRecord], events: Sequence[AlertEvent]) -> None:
        """Write alerts and the steps that brought them there, in one commit."""
        if not records and not events:
            return
        with Session(self.engine) as session, session.begin():
            for one in records:
                session.merge(
                    AlertRow(
                        id=one.id,
                        rule=one.rule,
                        place=one.place,
                        state=one.state,
                        priority=one.priority,
                        raised=one.raised,
                        cleared=one.cleared,
                        document=one.document,
                    )
                )
            session.add_all(
                AlertEventRow(
                    alert_id=one.alert_id,
                    at=one.at,
                    step=one.step,
                    state=one.state,
                    by=one.by,
                    value=one.value,
                )
                for one in events
            )

    def open(self) -> list[AlertRecord]:
        """Alerts that are not cleared, the oldest first."""
        return self._list(select(AlertRow).where(AlertRow.cleared.is_(None)).order_by(AlertRow.raised))

    def recent(self, *, limit: int = 200) -> list[AlertRecord]:
        """The newest alerts, open or cleared, the newest first."""
        return self._list(select(AlertRow).order_by(AlertRow.raised.desc()).limit(limit))

    def events(self, alert_id: str) -> list[AlertEvent]:
        """The life of one alert, in order."""
        statement = select(AlertEventRow).where(AlertEventRow.alert_id == alert_id).order_by(AlertEventRow.id)
        with Session(self.engine) as session:
            return [
                AlertEvent(
                    alert_id=row.alert_id,
                    at=row.at,
                    step=row.step,
                    state=row.state,
                    by=row.by,
                    value=row.value,
                )
                for row in session.scalars(statement)
            ]

    def _list(self, statement: Any) -> list[AlertRecord]:  # noqa: ANN401 - a SQLAlchemy select
        with Session(self.engine) as session:
            return [
                AlertRecord(
                    id=row.id,
                    rule=row.rule,
                    place=row.place,
                    state=row.state,
                    priority=row.priority,
                    raised=row.raised,
                    cleared=row.cleared,
                    document=dict(row.document),
                )
                for row in session.scalars(statement)
            ]
