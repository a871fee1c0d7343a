"""What happens at one node while somebody watches: its edges, and the programs in it."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from promscope_wire.frames import Activity, EdgeState, ProcessEvent


class Happening(msgspec.Struct, frozen=True):
    """In the order it was told. The edges that are open when it begins are told first; `lost`:
    so many events of the host could not be told.
    """

    edges: tuple[EdgeState, ...]
    processes: tuple[ProcessEvent, ...]
    lost: int


def happening(told: Iterable[Activity], node: str) -> Happening:
    """What of that is about a container, or about anything of a host."""
    all_of_host = node.startswith("host:")
    edges: list[EdgeState] = []
    processes: list[ProcessEvent] = []
    lost = 0
    for one in told:
        lost += one.lost
        edges += (edge for edge in one.edges if all_of_host or edge.source == node)
        processes += (event for event in one.processes if all_of_host or event.owner == node)
    return Happening(tuple(edges), tuple(processes), lost)
