"""Who did what. Rows are chained by digests, so that a row that was changed or taken out shows."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from twin.store.tables import AuditRow

_APPEND = Lock()
"""Two threads that append at once would both chain to the same row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One deed of a person or of the twin itself."""

    at: datetime
    who: str
    action: str
    subject: str
    detail: dict[str, Any]
    digest: str = ""
    id: int = 0


@dataclass(frozen=True, slots=True)
class Audit:
    """Repository of ``audit``."""

    engine: Engine

    def add(
        self, *, at: datetime, who: str, action: str, subject: str, detail: dict[str, Any] | None = None
    ) -> None:
        """Append one deed to the chain."""
        entry = AuditEntry(at=at, who=who, action=action, subject=subject, detail=detail or {})
        with _APPEND, Session(self.engine) as session, session.begin():
            last = session.scalar(select(AuditRow.digest).order_by(AuditRow.id.desc()).limit(1)) or ""
            session.add(
                AuditRow(
                    at=at,
                    who=who,
                    action=action,
                    subject=subject,
                    detail=entry.detail,
                    digest=_digest(last, entry),
                )
            )

    def entries(self, *, limit: int = 1000) -> list[AuditEntry]:
        """The newest deeds, the oldest of them first."""
        statement = select(AuditRow).order_by(AuditRow.id.desc()).limit(limit)
        with Session(self.engine) as session:
            rows = [
                AuditEntry(
                    id=row.id,
                    at=row.at,
                    who=row.who,
                    action=row.action,
                    subject=row.subject,
                    detail=dict(row.detail),
                    digest=row.digest,
                )
                for row in session.scalars(statement)
            ]
        return rows[::-1]

    def broken_at(self) -> int | None:
        """Id of the first row that does not fit the one before it; ``None`` where the chain is whole."""
        last = ""
        for entry in self.entries(limit=10_000_000):
            if entry.digest != _digest(last, entry):
                return entry.id
            last = entry.digest
        return None


def _digest(last: str, entry: AuditEntry) -> str:
    """SHA-256 of the digest before and of this row's content."""
    moment = entry.at.astimezone(UTC).isoformat()
    content = json.dumps(
        [last, moment, entry.who, entry.action, entry.subject, entry.detail],
        sort_keys=True,
        ensure_ascii=False,
    )
    return hashlib.sha256(content.encode()).hexdigest()
