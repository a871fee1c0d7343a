"""Where the nodes of the map are drawn, so that it looks the same after a restart."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select, tuple_
from sqlalchemy.sql import Executable

from promscope_api.store.schema import layout_positions as table
from promscope_api.store.schema import layout_versions as versions
from promscope_api.store.store import Store

#: Rows per statement: SQLite takes 32,766 variables.
_BATCH = 1000

Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Position:
    """A circle in world coordinates."""

    x: float
    y: float
    radius: float = 0.0


class Positions:
    """Positions by view and (group id, node id); the group id is empty at the top."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def versions(self) -> dict[str, int]:
        """View → how often its positions were written. Raises StoreUnavailable."""
        with self._store.begin() as connection:
            return {row.view: row.version for row in connection.execute(select(versions))}

    def load(self, view: str) -> dict[Place, Position]:
        """All positions of a view. Raises StoreUnavailable."""
        wanted = select(table).where(table.c.view == view)
        with self._store.begin() as connection:
            rows = connection.execute(wanted).all()
        return {(row.group_id, row.node_id): Position(row.x, row.y, row.radius) for row in rows}

    def write(
        self, view: str, positions: Mapping[Place, Position], gone: Collection[Place] = ()
    ) -> int:
        """Drop the positions of what is gone, then add or replace these, as one. The result is the
        view's new version. Raises StoreUnavailable.
        """
        rows = [
            {"view": view, "group_id": group, "node_id": node, "x": at.x, "y": at.y,
             "radius": at.radius}
            for (group, node), at in positions.items()
        ]  # fmt: skip
        stale = list(gone)
        statement = self._store.insert(table)
        changed = {name: statement.excluded[name] for name in ("x", "y", "radius")}
        statement = statement.on_conflict_do_update(
            index_elements=["view", "group_id", "node_id"], set_=changed
        )
        with self._store.begin() as connection:
            # Of the writers of one view the others wait here for the first.
            version = connection.execute(self._next_version(view)).scalar_one()
            for start in range(0, len(stale), _BATCH):
                some = stale[start : start + _BATCH]
                here = tuple_(table.c.group_id, table.c.node_id).in_(some)
                connection.execute(delete(table).where(table.c.view == view, here))
            for start in range(0, len(rows), _BATCH):
                connection.execute(statement, rows[start : start + _BATCH])
        return int(version)

    def _next_version(self, view: str) -> Executable:
        first = self._store.insert(versions).values(view=view, version=1)
        return first.on_conflict_do_update(
            index_elements=["view"], set_={"version": versions.c.version + 1}
        ).returning(versions.c.version)
