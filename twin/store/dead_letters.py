"""Messages that could not be read: raw bytes, topic, reason, time. Bounded, counted, replayable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, func, insert, select, update
from sqlalchemy.orm import Session

from twin.store.tables import DeadLetterRow

MOST = 100_000
"""Letters that are kept; beyond it the oldest go, so that a broken device cannot fill the disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """One message that could not be read, and why."""

    arrived: datetime
    topic: str
    payload: bytes
    reason: str
    source: str = "LIVE"
    inbox_id: int | None = None
    replayed: datetime | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """Repository of ``dead_letter``."""

    engine: Engine

    def add(self, letters: Sequence[DeadLetter], *, most: int = MOST) -> None:
        """Keep ``letters`` in one commit; drop the oldest beyond ``most``."""
        if not letters:
            return
        rows = [
            {
                "inbox_id": one.inbox_id,
                "arrived": one.arrived,
                "topic": one.topic,
                "payload": one.payload,
                "reason": one.reason,
                "source": one.source,
                "replayed": one.replayed,
            }
            for one in letters
        ]
        with Session(self.engine) as session, session.begin():
            session.execute(insert(DeadLetterRow), rows)
            kept = select(DeadLetterRow.id).order_by(DeadLetterRow.id.desc()).offset(most).limit(1)
            oldest = session.scalar(kept)
            if oldest is not None:
                session.execute(delete(DeadLetterRow).where(DeadLetterRow.id <= oldest))

    def waiting(self, *, limit: int = 1000) -> list[DeadLetter]:
        """Letters that were not replayed with success, the oldest first."""
        statement = (
            select(DeadLetterRow)
            .where(DeadLetterRow.replayed.is_(None))
            .order_by(DeadLetterRow.id)
            .limit(limit)
        )
        with Session(self.engine) as session:
            return [
                DeadLetter(
                    id=row.id,
                    inbox_id=row.inbox_id,
                    arrived=row.arrived,
                    topic=row.topic,
                    payload=row.payload,
                    reason=row.reason,
                    source=row.source,
                    replayed=row.replayed,
                )
                for row in session.scalars(statement)
            ]

    def mark_replayed(self, letter_id: int, at: datetime) -> None:
        """Note that a letter could be read after all."""
        with Session(self.engine) as session, session.begin():
            session.execute(update(DeadLetterRow).where(DeadLetterRow.id == letter_id).values(replayed=at))

    def by_reason(self) -> dict[str, int]:
        """How many letters there are for each reason, the most frequent first."""
        number = func.count()
        statement = (
            select(DeadLetterRow.reason, number).group_by(DeadLetterRow.reason).order_by(number.desc())
        )
        with Session(self.engine) as session:
            return {str(row[0]): int(row[1]) for row in session.execute(statement)}

    def count(self) -> int:
        """Letters in the table."""
        with Session(self.engine) as session:
            return session.scalar(select(func.count()).select_from(DeadLetterRow)) or 0
