"""The heads of the audit chains, kept apart from the files: they tell when a tail was cut."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import select

from promscope_api.audit.chain import Head
from promscope_api.store.schema import audit_heads as table
from promscope_api.store.store import Store


class Heads:
    def __init__(self, store: Store, now: Callable[[], float] = time.time) -> None:
        self._store = store
        self._now = now

    def note(self, head: Head) -> None:
        """Keep a chain's head; an older one never replaces a newer. Raises StoreUnavailable."""
        if head.sequence == 0:
            return
        row = {
            "chain": head.chain,
            "sequence": head.sequence,
            "hash": head.hash,
            "noted": self._now(),
            "replica": self._store.replica,
        }
        statement = self._store.insert(table).values(row)
        statement = statement.on_conflict_do_update(
            index_elements=["chain"], set_=row, where=table.c.sequence < head.sequence
        )
        with self._store.begin() as connection:
            connection.execute(statement)

    def all(self) -> list[Head]:
        """Of this replica's chains. Raises StoreUnavailable."""
        wanted = (
            select(table.c.chain, table.c.sequence, table.c.hash)
            .where(table.c.replica == self._store.replica)
            .order_by(table.c.chain)
        )
        with self._store.begin() as connection:
            return [Head(*row) for row in connection.execute(wanted)]
