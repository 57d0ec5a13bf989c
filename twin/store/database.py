"""Opening the store: the engine, its settings, and the migrations that run on open."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from twin.errors import InputError, MissingExtraError
from twin.store.alerts import Alerts
from twin.store.audit import Audit
from twin.store.dead_letters import DeadLetters
from twin.store.inbox import Inbox
from twin.store.runs import Runs
from twin.store.samples import Samples

DEFAULT_URL = "sqlite:///var/twin.db"
BUSY_MS = 15_000
"""How long a writer waits for another writer of the same SQLite file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """Everything that survives. Safe to use from several threads."""

    url: str
    engine: Engine
    inbox: Inbox
    dead_letters: DeadLetters
    alerts: Alerts
    samples: Samples
    runs: Runs
    audit: Audit

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def open_store(url: str = DEFAULT_URL) -> Store:
    """The store at a SQLAlchemy ``url``, its schema brought up to date.

    ``sqlite://`` is a store in memory, for tests and for one-off questions.

    Raises:
        InputError: if the URL is malformed or the database cannot be opened.
        MissingExtraError: if the driver of that database is not installed.
    """
    try:
        engine = _engine(url)
        migrate(engine)
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f"store {_shown(url)!r}: the driver {error.name!r} is missing; install mall-twin[postgres]"
        ) from error
    except (ArgumentError, SQLAlchemyError, OSError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"store {_shown(url)!r} cannot be opened: {reason}") from error
    return Store(
        url=url,
        engine=engine,
        inbox=Inbox(engine),
        dead_letters=DeadLetters(engine),
        alerts=Alerts(engine),
        samples=Samples(engine),
        runs=Runs(engine),
        audit=Audit(engine),
    )


def migrate(engine: Engine) -> None:
    """Bring the schema of ``engine`` to the newest revision."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _engine(url: str) -> Engine:
    """An engine with the settings that the store relies on."""
    target = make_url(url)
    if target.get_backend_name() != "sqlite":
        return create_engine(target, pool_pre_ping=True)
    in_memory = target.database in {None, "", ":memory:"}
    if in_memory:
        # One connection: each new one would be another, empty database.
        engine = create_engine(target, poolclass=StaticPool, connect_args={"check_same_thread": False})
    else:
        Path(str(target.database)).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(target, connect_args={"timeout": BUSY_MS / 1000})

    @event.listens_for(engine, "connect")
    def _settings(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own type
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        # FULL: a commit is on the disk before the broker hears that we have the message.
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    return engine


def _shown(url: str) -> str:
    """The URL without its password."""
    try:
        return sqlalchemy.make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return url.partition("@")[2] or url
