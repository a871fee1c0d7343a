"""Sessions, sign-in codes, audit heads and layout positions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables (alembic's entry point)."""
    op.create_table(
        "sessions",
        sa.Column("token_digest", sa.String(64), primary_key=True),
        sa.Column("id", sa.String(32), nullable=False, unique=True),
        sa.Column("user", sa.String(128), nullable=False),
        sa.Column("roles", sa.String(256), nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("expires", sa.Float, nullable=False),
        sa.Column("peer", sa.String(64), nullable=False),
    )
    op.create_index("sessions_by_expiry", "sessions", ["expires"])
    op.create_table(
        "sign_in_codes",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("user", sa.String(128), nullable=False),
        sa.Column("roles", sa.String(256), nullable=False),
        sa.Column("expires", sa.Float, nullable=False),
        sa.Column("used", sa.Float, nullable=True),
    )
    op.create_table(
        "audit_heads",
        sa.Column("chain", sa.String(128), primary_key=True),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("noted", sa.Float, nullable=False),
    )
    op.create_table(
        "layout_positions",
        sa.Column("view", sa.String(64), primary_key=True),
        sa.Column("group_id", sa.String(512), primary_key=True),
        sa.Column("node_id", sa.String(512), primary_key=True),
        sa.Column("x", sa.Float, nullable=False),
        sa.Column("y", sa.Float, nullable=False),
        sa.Column("radius", sa.Float, nullable=False),
        sa.Column("pinned", sa.Boolean, nullable=False),
    )
