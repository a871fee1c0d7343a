"""The counters of edges, their budget and their life (design §4)."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from promscope_wire import ids

#: An edge stays this long (seconds) after its last connection: repeated short ones continue
#: one counter.
LINGER = 600.0

Key = TypeVar("Key", bound=tuple[str | None, ...])


class Counters:
    """What one edge has counted. Totals only ever grow; bytes are payload.

    `bytes_known`, `rtt_count`: whether there is anything to tell about bytes and round trips.
    """

    __slots__ = (
        "bytes_known", "connections", "connects", "failed", "received", "retransmits",
        "rtt_count", "rtt_seconds", "transmitted", "used",
    )  # fmt: skip

    def __init__(self) -> None:
        self.connections = 0
        self.connects = 0
        self.failed = 0
        self.transmitted = 0
        self.received = 0
        self.retransmits = 0
        self.rtt_seconds = 0.0
        self.rtt_count = 0
        self.bytes_known = False
        self.used = 0.0


class Table(Generic[Key]):
    """Counters by key (the label values of the series), at most `limit` of them.

    What comes above the limit is counted under `fold(key)`; `folded` is told each time a
    connection lands there. An edge that has its place keeps it, so a counter never goes back.
    """

    def __init__(self, limit: int, fold: Callable[[Key], Key], folded: Callable[[], None]) -> None:
        self._limit = limit
        self._fold = fold
        self._folded = folded
        self._rows: dict[Key, Counters] = {}
        self._kept = 0

    def __len__(self) -> int:
        return len(self._rows)

    def at(self, key: Key, now: float) -> Counters:
        """The counters for `key`, made if need be."""
        row = self._rows.get(key)
        if row is None:
            if self._kept >= self._limit:
                self._folded()
                key = self._fold(key)
                row = self._rows.get(key)
                if row is None:
                    row = self._rows[key] = Counters()
            else:
                row = self._rows[key] = Counters()
                self._kept += 1
        row.used = now
        return row

    def items(self) -> Iterator[tuple[Key, Counters]]:
        yield from self._rows.items()

    def expire(self, now: float) -> list[Key]:
        """Forget the edges whose last connection ended long ago; their keys."""
        old = []
        for key, row in self._rows.items():
            if row.connections:
                row.used = now
            elif now - row.used > LINGER:
                old.append(key)
        for key in old:
            del self._rows[key]
            if self._fold(key) != key:
                self._kept -= 1
        return old


EdgeKey = tuple[str, str, str, str, str, str, str | None, str | None]
InboundKey = tuple[str, str, str, str, str, str]


def fold_edge(key: EdgeKey) -> EdgeKey:
    """Where the edges of one source beyond the budget are counted."""
    source, name, _, peer, _, protocol, _, _ = key
    return (source, name, "other", fold_peer(peer), "0", protocol, None, None)


def fold_inbound(key: InboundKey) -> InboundKey:
    """Where the peers of one listening port beyond the budget are counted."""
    return (*key[:5], fold_peer(key[5]))


def fold_peer(peer: str) -> str:
    """`other:private` or `other:public` for an address."""
    if peer.startswith("other:"):
        return peer
    return ids.other("public" if ipaddress.ip_address(peer).is_global else "private")
