"""Where users put nodes of the map, so that they stay there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import delete, func, select

from promscope_api.store.schema import pins as table
from promscope_api.store.store import Store

#: Pins that one view can have.
MAX_PER_VIEW = 2000

Point = tuple[float, float]


class TooManyPins(Exception):
    """The view has as many pins as one may have."""


class Pins:
    """Pins by view and node, in world coordinates. Every method raises StoreUnavailable."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> dict[str, dict[str, Point]]:
        """View → node → where it is pinned; views without pins are not there."""
        found: dict[str, dict[str, Point]] = defaultdict(dict)
        with self._store.begin() as connection:
            for row in connection.execute(select(table)):
                found[row.view][row.node_id] = (row.x, row.y)
        return dict(found)

    def of(self, view: str) -> dict[str, Point]:
        """Node → where it is pinned in this view."""
        wanted = select(table).where(table.c.view == view)
        with self._store.begin() as connection:
            return {row.node_id: (row.x, row.y) for row in connection.execute(wanted)}

    def put(self, view: str, node: str, at: Point) -> None:
        """Pin a node, or move its pin. Raises TooManyPins."""
        row = {"view": view, "node_id": node, "x": at[0], "y": at[1]}
        others = (
            select(func.count())
            .select_from(table)
            .where(table.c.view == view, table.c.node_id != node)
        )
        statement = self._store.insert(table).values(row)
        statement = statement.on_conflict_do_update(
            index_elements=["view", "node_id"], set_={"x": at[0], "y": at[1]}
        )
        with self._store.begin() as connection:
            if connection.execute(others).scalar_one() >= MAX_PER_VIEW:
                raise TooManyPins
            connection.execute(statement)

    def remove(self, view: str, nodes: Collection[str]) -> int:
        """Take pins away; how many of these nodes had one."""
        wanted = table.c.node_id.in_(list(nodes))
        with self._store.begin() as connection:
            return connection.execute(delete(table).where(table.c.view == view, wanted)).rowcount
