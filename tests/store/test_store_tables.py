"""The store: what is committed is there after a crash, and the schema is what the code says."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text, update
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from twin.errors import InputError, MissingExtraError
from twin.store import Store, open_store
from twin.store.alerts import AlertEvent, AlertRecord
from twin.store.dead_letters import DeadLetter
from twin.store.inbox import Message, Outcome
from twin.store.runs import Run
from twin.store.samples import Checkpoint, DeviceSeen, MeterSample, OccupancySample
from twin.store.tables import AuditRow, Base

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)


@pytest.fixture
def store() -> Store:
    return open_store("sqlite://")


def test_migrations_make_the_tables_of_the_code(store: Store) -> None:
    """After all migrations, alembic finds no difference to the tables that the code declares."""
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_opening_twice_keeps_the_content_and_uses_wal(tmp_path: Path) -> None:
    """Migrations run on open and change nothing that is up to date; SQLite writes ahead."""
    url = f"sqlite:///{tmp_path}/a/b/twin.db"
    first = open_store(url)
    first.inbox.append([Message(arrived=NOW, topic="t", payload=b"1")])
    first.close()
    again = open_store(url)
    assert again.inbox.count() == 1
    with again.engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
    again.close()


def test_an_appended_message_survives_a_kill(tmp_path: Path) -> None:
    """Durability: a process that is killed right after ``append`` returned has lost nothing."""
    url = f"sqlite:///{tmp_path}/twin.db"
    script = (
        "import os, signal; from datetime import datetime, UTC\n"
        "from twin.store import open_store; from twin.store.inbox import Message\n"
        f"store = open_store({url!r})\n"
        "now = datetime.now(UTC)\n"
        "store.inbox.append([Message(arrived=now, topic='t', payload=bytes([k])) for k in range(9)])\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], check=False, timeout=60)
    assert ended.returncode == -9
    store = open_store(url)
    assert [one.payload for one in store.inbox.after(0)] == [bytes([k]) for k in range(9)]
    store.close()


def test_ids_follow_the_order_of_messages_and_dead_ones_are_not_given_again(store: Store) -> None:
    """Ids come in the order of arrival; a message that is dead is not applied on recovery."""
    ids = store.inbox.append([Message(arrived=NOW, topic=f"t{k}", payload=b"x") for k in range(600)])
    assert ids == sorted(ids)
    assert len(set(ids)) == 600
    store.inbox.settle({ids[3]: Outcome.DEAD, ids[4]: Outcome.APPLIED})
    assert [one.topic for one in store.inbox.after(ids[1])][:3] == ["t2", "t4", "t5"]
    assert store.inbox.count(Outcome.DEAD) == 1
    assert store.inbox.last_before(NOW + timedelta(seconds=1)) == ids[-1]
    assert store.inbox.prune(before=NOW + timedelta(days=1), keep_after_id=ids[-1]) == 2


def test_dead_letters_are_bounded_and_the_newest_stay(store: Store) -> None:
    """A broken sender cannot fill the disk: beyond the bound the oldest letters go."""
    letters = [DeadLetter(arrived=NOW, topic="t", payload=bytes([k]), reason=f"r{k % 2}") for k in range(20)]
    store.dead_letters.add(letters, most=5)
    assert [one.payload for one in store.dead_letters.waiting()] == [bytes([k]) for k in range(15, 20)]
    store.dead_letters.mark_replayed(store.dead_letters.waiting()[0].id, NOW)
    assert len(store.dead_letters.waiting()) == 4
    assert store.dead_letters.by_reason() == {"r1": 3, "r0": 2}


def test_alerts_keep_their_steps(store: Store) -> None:
    """An alert is one row that changes; each change is an event that stays."""
    record = AlertRecord(
        id="a",
        rule="fire",
        place="p",
        state="unacknowledged",
        priority=1,
        raised=NOW,
        cleared=None,
        document={},
    )
    store.alerts.save([record], [AlertEvent(alert_id="a", at=NOW, step="raised", state="unacknowledged")])
    done = AlertRecord(
        id="a",
        rule="fire",
        place="p",
        state="cleared",
        priority=1,
        raised=NOW,
        cleared=NOW,
        document={"n": 1},
    )
    store.alerts.save([done], [AlertEvent(alert_id="a", at=NOW, step="cleared", state="cleared", by="x")])
    assert store.alerts.open() == []
    assert store.alerts.recent() == [done]
    assert [one.step for one in store.alerts.events("a")] == ["raised", "cleared"]


def test_a_changed_audit_row_shows(store: Store) -> None:
    """The chain of digests breaks at the row that somebody changed."""
    for k in range(4):
        store.audit.add(at=NOW, who="w", action="a", subject=str(k), detail={"k": k})
    assert store.audit.broken_at() is None
    with Session(store.engine) as session, session.begin():
        session.execute(update(AuditRow).where(AuditRow.subject == "2").values(who="somebody else"))
    assert store.audit.broken_at() == 3


def test_samples_runs_and_checkpoints_come_back_as_they_went_in(store: Store) -> None:
    """What is written is read back equal, times with their zone."""
    occupancy = OccupancySample(
        at=NOW, space_id="", mean=1.0, low=0.0, high=2.0, quality="good", source="LIVE"
    )
    meter = MeterSample(at=NOW, device="m", total=5.0, power_kw=None, unit="kWh", source="LIVE")
    seen = DeviceSeen(device="m", known=True, last_seen=NOW, readings=3, last_topic="t")
    store.samples.add([occupancy], [meter], [seen])
    span = {"since": NOW - timedelta(hours=1), "until": NOW}
    assert store.samples.occupancy("", **span) == [occupancy]
    assert store.samples.meter("m", **span) == [meter]
    assert store.samples.devices() == [seen]
    checkpoint = Checkpoint(plan_id="p", at=NOW, inbox_id=7, document={"a": [1]})
    store.samples.save_checkpoint(checkpoint)
    assert store.samples.checkpoint("p") == checkpoint
    run = Run(
        id="r", kind="drill", state="done", asked=NOW, plan_version="v", seed=1, question={}, answer={"x": 1}
    )
    store.runs.save(run)
    assert store.runs.get("r") == run
    assert store.runs.recent(kind="other") == []


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    """A naive time would be taken for another: the store takes aware times only."""
    with pytest.raises(StatementError, match="has no zone"):
        store.inbox.append([Message(arrived=NOW.replace(tzinfo=None), topic="t", payload=b"")])


@pytest.mark.parametrize("url", ["nonsense", "sqlite:////proc/none/x.db"])
def test_a_store_that_cannot_be_opened_says_so_in_one_line(url: str) -> None:
    with pytest.raises(InputError) as caught:
        open_store(url)
    assert "\n" not in str(caught.value)


def test_a_password_is_never_shown() -> None:
    """Whatever is wrong with a PostgreSQL URL, the message does not hold its password."""
    with pytest.raises((InputError, MissingExtraError)) as caught:
        open_store("postgresql+psycopg://user:secret-word@127.0.0.1:1/none")
    assert "secret-word" not in str(caught.value)
