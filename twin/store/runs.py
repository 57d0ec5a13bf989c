"""Runs: what was asked of the simulation, and what it answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from twin.store.tables import RunRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One question to the simulation. ``state`` is ``running``, ``done`` or ``failed``."""

    id: str
    kind: str
    state: str
    asked: datetime
    plan_version: str
    seed: int
    question: dict[str, Any]
    cause: str = ""
    done: datetime | None = None
    error: str = ""
    answer: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Runs:
    """Repository of ``run``."""

    engine: Engine

    def save(self, run: Run) -> None:
        """Write a run; a run of the same id is replaced."""
        with Session(self.engine) as session, session.begin():
            session.merge(RunRow(**{name: getattr(run, name) for name in Run.__slots__}))

    def get(self, run_id: str) -> Run | None:
        """The run with ``run_id``, if there is one."""
        with Session(self.engine) as session:
            row = session.get(RunRow, run_id)
            return None if row is None else _run(row)

    def recent(self, *, kind: str = "", limit: int = 100) -> list[Run]:
        """The newest runs (of ``kind``), the newest first."""
        statement = select(RunRow).order_by(RunRow.asked.desc()).limit(limit)
        if kind:
            statement = statement.where(RunRow.kind == kind)
        with Session(self.engine) as session:
            return [_run(row) for row in session.scalars(statement)]


def _run(row: RunRow) -> Run:
    """The row as a value."""
    return Run(**{name: getattr(row, name) for name in Run.__slots__})
