"""What of a view may look different than before: ids of nodes, edges and groups."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

_NONE: frozenset[str] = frozenset()


class Touched(msgspec.Struct, frozen=True):
    """What is not named here is as it was; what is named may have come, gone or changed."""

    nodes: frozenset[str] = _NONE
    edges: frozenset[str] = _NONE
    groups: frozenset[str] = _NONE

    def __bool__(self) -> bool:
        return bool(self.nodes or self.edges or self.groups)

    @classmethod
    def of(
        cls, nodes: Iterable[str] = (), edges: Iterable[str] = (), groups: Iterable[str] = ()
    ) -> Touched:
        return cls(frozenset(nodes), frozenset(edges), frozenset(groups))
