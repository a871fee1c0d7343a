"""How alembic reaches the database: by the engine `Store.open` hands it."""

from __future__ import annotations

from alembic import context

from promscope_api.store.schema import metadata

with context.config.attributes["engine"].connect() as connection:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
