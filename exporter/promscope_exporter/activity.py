"""What happens on the host between two scrapes, on its way to whoever wants to hear of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from promscope_wire.frames import EdgeState, ProcessEvent

#: Seconds between two looks at the kernel's events while somebody listens.
BATCH_SECONDS = 0.1
#: The same while nobody does.
IDLE_SECONDS = 0.5
#: So many edges are told as open at most; more than a probe's budget of edges.
MAX_OPEN = 2000

EdgeId = tuple[str, str, int, str, str, int]
#: Takes a batch: edges, processes, and how many events were lost. Must not block.
Listener = Callable[[Sequence[EdgeState], Sequence[ProcessEvent], int], None]


def identity(edge: EdgeState) -> EdgeId:
    """What makes an edge the same edge."""
    return (
        edge.source, edge.peer_ip, edge.peer_port, edge.protocol, edge.service_ip,
        edge.service_port,
    )  # fmt: skip


class Activities:
    """Thread-safe. Sources call `tell`; they may rest while nobody is `watched`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: list[Listener] = []
        self._open: dict[EdgeId, EdgeState] = {}

    @property
    def watched(self) -> bool:
        return bool(self._listeners)

    def open_edges(self) -> tuple[EdgeState, ...]:
        """All edges that have open connections."""
        with self._lock:
            return tuple(self._open.values())

    def tell(
        self,
        edges: Sequence[EdgeState] = (),
        processes: Sequence[ProcessEvent] = (),
        lost: int = 0,
    ) -> None:
        """Pass on a batch. An edge that is as it was is left out."""
        with self._lock:
            changed = [edge for edge in edges if self._take(edge)]
            listeners = self._listeners
        if changed or processes or lost:
            for listener in listeners:
                listener(changed, processes, lost)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Have `listener` called with every later batch; the result ends that."""
        with self._lock:
            self._listeners = [*self._listeners, listener]

        def stop() -> None:
            with self._lock:
                self._listeners = [one for one in self._listeners if one is not listener]

        return stop

    def _take(self, edge: EdgeState) -> bool:
        key = identity(edge)
        if not edge.open:
            return self._open.pop(key, None) is not None
        if key in self._open or len(self._open) >= MAX_OPEN:
            return False
        self._open[key] = edge
        return True
