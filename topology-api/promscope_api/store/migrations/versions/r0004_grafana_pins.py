"""Which Grafana an API token's users come from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the columns (alembic's entry point)."""
    op.add_column("api_tokens", sa.Column("grafana_issuer", sa.String(512), nullable=True))
    op.add_column("api_tokens", sa.Column("grafana_audience", sa.String(64), nullable=True))
