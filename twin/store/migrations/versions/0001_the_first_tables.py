"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Go up to this revision."""
    _messages()
    _samples()
    _alerts()
    _records()


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_table("audit")
    op.drop_table("run")
    op.drop_table("alert_event")
    op.drop_table("alert")
    op.drop_table("day_figure")
    op.drop_table("meter_sample")
    op.drop_table("occupancy_sample")
    op.drop_table("checkpoint")
    op.drop_table("device_state")
    op.drop_table("dead_letter")
    op.drop_table("reading_inbox")


def _messages() -> None:
    """The tables of messages."""
    op.create_table(
        "reading_inbox",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("arrived", sa.DateTime(), nullable=False),
        sa.Column("topic", sa.String(length=1024), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("retained", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reading_inbox"),
    )
    op.create_index("ix_reading_inbox_outcome", "reading_inbox", ["outcome"])
    op.create_table(
        "dead_letter",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("inbox_id", BIG_ID, nullable=True),
        sa.Column("arrived", sa.DateTime(), nullable=False),
        sa.Column("topic", sa.String(length=1024), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("replayed", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_dead_letter"),
    )
    op.create_index("ix_dead_letter_arrived", "dead_letter", ["arrived"])
    op.create_table(
        "device_state",
        sa.Column("device", sa.String(length=256), nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.Column("last_seen", sa.DateTime(), nullable=False),
        sa.Column("readings", sa.Integer(), nullable=False),
        sa.Column("last_topic", sa.String(length=1024), nullable=False),
        sa.PrimaryKeyConstraint("device", name="pk_device_state"),
    )
    op.create_table(
        "checkpoint",
        sa.Column("plan_id", sa.String(length=128), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("inbox_id", BIG_ID, nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("plan_id", name="pk_checkpoint"),
    )


def _samples() -> None:
    """The tables of samples."""
    op.create_table(
        "occupancy_sample",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("space_id", sa.String(length=256), nullable=False),
        sa.Column("mean", sa.Double(), nullable=False),
        sa.Column("low", sa.Double(), nullable=False),
        sa.Column("high", sa.Double(), nullable=False),
        sa.Column("quality", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_occupancy_sample"),
    )
    op.create_index("ix_occupancy_sample_place_time", "occupancy_sample", ["space_id", "at"])
    op.create_table(
        "meter_sample",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("device", sa.String(length=256), nullable=False),
        sa.Column("total", sa.Double(), nullable=True),
        sa.Column("power_kw", sa.Double(), nullable=True),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_meter_sample"),
    )
    op.create_index("ix_meter_sample_device_time", "meter_sample", ["device", "at"])
    op.create_table(
        "day_figure",
        sa.Column("plan_id", sa.String(length=128), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("plan_id", "day", "source", name="pk_day_figure"),
    )


def _alerts() -> None:
    """The tables of alerts."""
    op.create_table(
        "alert",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=256), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("raised", sa.DateTime(), nullable=False),
        sa.Column("cleared", sa.DateTime(), nullable=True),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alert"),
    )
    op.create_index("ix_alert_raised", "alert", ["raised"])
    op.create_index("ix_alert_rule", "alert", ["rule"])
    op.create_index("ix_alert_state", "alert", ["state"])
    op.create_table(
        "alert_event",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("alert_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("by", sa.String(length=128), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alert_event"),
    )
    op.create_index("ix_alert_event_alert_id", "alert_event", ["alert_id"])
    op.create_index("ix_alert_event_at", "alert_event", ["at"])


def _records() -> None:
    """The tables of records."""
    op.create_table(
        "run",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked", sa.DateTime(), nullable=False),
        sa.Column("done", sa.DateTime(), nullable=True),
        sa.Column("plan_version", sa.String(length=32), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=256), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("question", sa.JSON(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
    )
    op.create_index("ix_run_asked", "run", ["asked"])
    op.create_index("ix_run_kind", "run", ["kind"])
    op.create_table(
        "audit",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("who", sa.String(length=128), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=256), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
