"""What must survive: messages, dead letters, alerts, samples, runs and the audit, in SQLite or PostgreSQL."""

from twin.store.database import Store, open_store

__all__ = ["Store", "open_store"]
