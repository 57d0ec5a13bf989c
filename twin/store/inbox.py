"""The durable inbox: messages are here before the broker is told that we have them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Engine, delete, func, insert, select, update
from sqlalchemy.orm import Session

from twin.store.tables import InboxRow


class Outcome(StrEnum):
    """What became of a message."""

    NEW = "new"
    APPLIED = "applied"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message as it came. ``id`` is 0 until it is stored."""

    arrived: datetime
    topic: str
    payload: bytes
    source: str = "LIVE"
    retained: bool = False
    id: int = 0


@dataclass(frozen=True, slots=True)
class Inbox:
    """Repository of ``reading_inbox``."""

    engine: Engine

    def append(self, messages: Sequence[Message]) -> list[int]:
        """Store ``messages`` in one commit; their ids, in the same order. On return they are on the disk."""
        rows = [
            {
                "arrived": one.arrived,
                "topic": one.topic,
                "payload": one.payload,
                "source": one.source,
                "retained": one.retained,
                "outcome": Outcome.NEW.value,
            }
            for one in messages
        ]
        if not rows:
            return []
        with Session(self.engine) as session, session.begin():
            statement = insert(InboxRow).returning(InboxRow.id, sort_by_parameter_order=True)
            return list(session.scalars(statement, rows))

    def settle(self, outcomes: Mapping[int, Outcome]) -> None:
        """Note what became of messages, in one commit."""
        if not outcomes:
            return
        with Session(self.engine) as session, session.begin():
            session.execute(
                update(InboxRow), [{"id": key, "outcome": value.value} for key, value in outcomes.items()]
            )

    def after(self, inbox_id: int, *, batch: int = 500) -> Iterator[Message]:
        """Messages after ``inbox_id`` that are no dead letters, in the order in which they came."""
        while True:
            with Session(self.engine) as session:
                rows = session.scalars(
                    select(InboxRow)
                    .where(InboxRow.id > inbox_id, InboxRow.outcome != Outcome.DEAD.value)
                    .order_by(InboxRow.id)
                    .limit(batch)
                ).all()
                found = [_message(row) for row in rows]
            if not found:
                return
            yield from found
            inbox_id = found[-1].id

    def count(self, outcome: Outcome | None = None) -> int:
        """Messages in the inbox, or those with ``outcome``."""
        statement = select(func.count()).select_from(InboxRow)
        if outcome is not None:
            statement = statement.where(InboxRow.outcome == outcome.value)
        with Session(self.engine) as session:
            return session.scalar(statement) or 0

    def last_id(self) -> int:
        """Id of the newest message; 0 where there is none."""
        with Session(self.engine) as session:
            return session.scalar(select(func.max(InboxRow.id))) or 0

    def last_before(self, moment: datetime) -> int:
        """Id of the newest message that arrived before ``moment``; 0 where there is none."""
        with Session(self.engine) as session:
            return session.scalar(select(func.max(InboxRow.id)).where(InboxRow.arrived < moment)) or 0

    def prune(self, *, before: datetime, keep_after_id: int) -> int:
        """Drop settled messages that are older than ``before`` and not needed by a checkpoint; how many."""
        with Session(self.engine) as session, session.begin():
            found = select(InboxRow.id).where(
                InboxRow.arrived < before, InboxRow.id <= keep_after_id, InboxRow.outcome != Outcome.NEW.value
            )
            ids = list(session.scalars(found))
            for start in range(0, len(ids), 500):
                session.execute(delete(InboxRow).where(InboxRow.id.in_(ids[start : start + 500])))
            return len(ids)


def _message(row: InboxRow) -> Message:
    """The row as a value."""
    return Message(
        id=row.id,
        arrived=row.arrived,
        topic=row.topic,
        payload=row.payload,
        source=row.source,
        retained=row.retained,
    )
