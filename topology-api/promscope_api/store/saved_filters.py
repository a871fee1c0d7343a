"""Filters that users named and kept."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

import msgspec
from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from promscope_api.store.schema import saved_filters as table
from promscope_api.store.store import Store

#: Filters that one user can keep.
MAX_PER_OWNER = 200
_ID_BYTES = 12


class SavedFilter(msgspec.Struct, frozen=True):
    """`id` is what a link to it names; `created` in Unix seconds."""

    id: str
    name: str
    view: str
    query: str
    owner: str
    created: float


class TooMany(Exception):
    """The owner has as many filters as one may have."""


class NameTaken(Exception):
    """The owner has another filter of this name."""


class SavedFilters:
    """Names are unique for each owner. Every method raises StoreUnavailable."""

    def __init__(self, store: Store, wall_clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._wall_clock = wall_clock

    def of(self, owner: str) -> list[SavedFilter]:
        """All filters of an owner, by name."""
        wanted = select(table).where(table.c.owner == owner).order_by(table.c.name, table.c.id)
        with self._store.begin() as connection:
            return [_filter(row) for row in connection.execute(wanted)]

    def get(self, filter_id: str) -> SavedFilter | None:
        """Whoever's filter it is: who has its link may use it."""
        with self._store.begin() as connection:
            row = connection.execute(select(table).where(table.c.id == filter_id)).one_or_none()
        return _filter(row) if row is not None else None

    def add(self, owner: str, name: str, view: str, query: str) -> SavedFilter:
        """Keep a new filter. Raises TooMany, NameTaken."""
        made = SavedFilter(
            secrets.token_urlsafe(_ID_BYTES), name, view, query, owner, self._wall_clock()
        )
        count = select(func.count()).select_from(table).where(table.c.owner == owner)
        with self._store.begin() as connection:
            if connection.execute(count).scalar_one() >= MAX_PER_OWNER:
                raise TooMany
            try:
                connection.execute(insert(table).values(msgspec.structs.asdict(made)))
            except IntegrityError as error:
                raise NameTaken from error
        return made

    def change(self, known: SavedFilter, name: str, view: str, query: str) -> SavedFilter:
        """Give a filter another name, view or query. Raises NameTaken."""
        values = {"name": name, "view": view, "query": query}
        with self._store.begin() as connection:
            try:
                connection.execute(update(table).where(table.c.id == known.id).values(values))
            except IntegrityError as error:
                raise NameTaken from error
        return msgspec.structs.replace(known, **values)

    def remove(self, filter_id: str) -> None:
        """Forget a filter; nothing happens if it is gone already."""
        with self._store.begin() as connection:
            connection.execute(delete(table).where(table.c.id == filter_id))


def _filter(row: Row[tuple[object, ...]]) -> SavedFilter:
    return SavedFilter(row.id, row.name, row.view, row.query, row.owner, row.created)
