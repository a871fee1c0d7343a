"""Pins of nodes in a table of their own, and which replica an audit chain belongs to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table, move the columns (alembic's entry point)."""
    op.create_table(
        "pins",
        sa.Column("view", sa.String(64), primary_key=True),
        sa.Column("node_id", sa.String(1024), primary_key=True),
        sa.Column("x", sa.Float, nullable=False),
        sa.Column("y", sa.Float, nullable=False),
    )
    with op.batch_alter_table("layout_positions") as positions:
        positions.drop_column("pinned")
        for name in ("group_id", "node_id"):
            positions.alter_column(name, type_=sa.String(1024), existing_nullable=False)
    op.add_column(
        "audit_heads",
        sa.Column("replica", sa.String(512), nullable=False, server_default=""),
    )
