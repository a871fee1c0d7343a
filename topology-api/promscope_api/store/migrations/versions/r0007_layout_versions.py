"""How often the places of each view were written, so that replicas notice one another's."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the table (alembic's entry point)."""
    op.create_table(
        "layout_versions",
        sa.Column("view", sa.String(64), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.execute(
        "INSERT INTO layout_versions (view, version) SELECT DISTINCT view, 1 FROM layout_positions"
    )
