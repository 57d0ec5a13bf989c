"""Alembic migrations of the store; they run when it is opened."""
