"""The containers of this host as their engines tell them, numbered change by change.

The overlay rule of the wire protocol (`promscope_wire.frames`) rests on the numbers: `epoch`
is one start of the probe, `sequence` counts its changes from 1.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import msgspec

from promscope_exporter.sources.clock import Clock
from promscope_wire.frames import Change, ContainerRecord
from promscope_wire.frames import Inventory as InventoryFrame

#: A removed container is exposed in this many collections and for this many scrape intervals,
#: whichever is longer: two Prometheus servers each see it twice.
COLLECTIONS_AFTER_REMOVAL = 2
INTERVALS_AFTER_REMOVAL = 2.5
#: With nobody collecting, a later change forgets a container removed so long ago (seconds).
KEEP_REMOVED_SECONDS = 600.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Container:
    """A container and where it is in its life.

    `newborn`: created after the probe started, so its counters began at 0 under our eyes.
    `removed`: gone, still to be exposed (design §4). `removed_at` is monotonic. `engine`: the
    address of the engine that tells of it; empty where none does.
    """

    record: ContainerRecord
    newborn: bool = False
    removed: bool = False
    removed_at: float = 0.0
    engine: str = ""


class Inventory:
    """Thread-safe. Changed by the source (`replace`, `update`, `remove`), read by everyone.

    Subscribers are called in order of sequence, by the thread that changes the inventory (the
    event loop), and must not block.
    """

    def __init__(self, clock: Clock, interval: float, epoch: str = "") -> None:
        self.epoch = epoch or secrets.token_hex(8)
        self._clock = clock
        self._interval = interval
        self._started = clock.wall()
        self._lock = threading.Lock()
        self._sequence = 0
        self._containers: dict[str, Container] = {}
        self._shown: dict[str, int] = {}
        self._subscribers: list[Callable[[Change], None]] = []
        self._events: dict[str, Counter[str]] = {}
        self._hidden: set[str] = set()
        #: Why the containers of an engine may be older than now, by its address.
        self.stale: dict[str, str] = {}
        #: The engines that cannot be asked just now, by address.
        self.unreachable: set[str] = set()

    @property
    def sequence(self) -> int:
        """The number of the last change."""
        return self._sequence

    def containers(self) -> Mapping[str, Container]:
        """By node id, removed ones that are still to be exposed included. Never changes."""
        return self._containers

    def view(self) -> tuple[int, Mapping[str, Container]]:
        """The sequence and the containers that belong to it."""
        with self._lock:
            return self._sequence, self._containers

    def snapshot(self) -> InventoryFrame:
        """What a tunnel sends when it connects: the containers that exist."""
        with self._lock:
            records = tuple(
                container.record for container in self._containers.values() if not container.removed
            )
            return InventoryFrame(self.epoch, self._sequence, records)

    def subscribe(self, callback: Callable[[Change], None]) -> Callable[[], None]:
        """Call `callback` with every later change; the result ends that."""
        with self._lock:
            self._subscribers = [*self._subscribers, callback]

        def unsubscribe() -> None:
            with self._lock:
                self._subscribers = [one for one in self._subscribers if one is not callback]

        return unsubscribe

    def update(self, event: str, record: ContainerRecord, engine: str = "") -> None:
        """A container appeared or changed; nothing happens if the record says nothing new."""
        known = self._containers.get(record.node)
        if known is not None and not known.removed and known.record == record:
            return
        newborn = known.newborn if known else record.created > self._started
        self._change(event, record.node, Container(record, newborn, engine=engine), record)

    def remove(self, event: str, node: str) -> None:
        """A container is gone: it stays visible as removed for a while."""
        known = self._containers.get(node)
        if known is None:
            self._hidden.discard(node)
            self._events.pop(node, None)
        if known is None or known.removed:
            return
        record = msgspec.structs.replace(known.record, state="removed")
        gone = replace(known, record=record, removed=True, removed_at=self._clock.monotonic())
        self._change(event, node, gone, None)

    def replace(self, records: Iterable[ContainerRecord], engine: str = "") -> None:
        """A full list of one engine: update what differs, remove what is not in it."""
        current = {record.node: record for record in records}
        for node, known in list(self._containers.items()):
            if known.engine == engine and node not in current:
                self.remove("destroy", node)
        for record in current.values():
            self.update("sync", record, engine)

    def hide(self, node: str) -> None:
        """The container opted out: it is never shown, nor is anything in it."""
        self._hidden.add(node)
        self._events.pop(node, None)

    def hidden(self, node: str) -> bool:
        """Whether the container `node` opted out."""
        return node in self._hidden

    def count(self, node: str, event: str) -> None:
        """The engine told `event` of the container."""
        with self._lock:
            self._events.setdefault(node, Counter())[event] += 1

    def events(self, node: str) -> Mapping[str, int]:
        """How often the engine told each event of the container since the probe started."""
        with self._lock:
            return dict(self._events.get(node, ()))

    def collected(self, shown: Mapping[str, Container]) -> None:
        """A collection has exposed `shown`; forget what was shown as removed often enough."""
        now = self._clock.monotonic()
        with self._lock:
            gone = [
                node
                for node, container in shown.items()
                if container.removed and self._containers.get(node) is container
            ]
            for node in gone:
                self._shown[node] = self._shown.get(node, 0) + 1
            over = {
                node
                for node in gone
                if self._shown[node] >= COLLECTIONS_AFTER_REMOVAL
                and now - self._containers[node].removed_at
                >= INTERVALS_AFTER_REMOVAL * self._interval
            }
            self._forget(over)

    def _forget(self, over: set[str]) -> None:
        if not over:
            return
        self._containers = {
            node: container for node, container in self._containers.items() if node not in over
        }
        for node in over:
            self._shown.pop(node, None)
            self._events.pop(node, None)

    def _change(
        self, event: str, node: str, container: Container, record: ContainerRecord | None
    ) -> None:
        oldest = self._clock.monotonic() - KEEP_REMOVED_SECONDS
        with self._lock:
            self._forget(
                {
                    other
                    for other, one in self._containers.items()
                    if one.removed and one.removed_at < oldest and other != node
                }
            )
            self._sequence += 1
            self._containers = {**self._containers, node: container}
            self._shown.pop(node, None)
            change = Change(self.epoch, self._sequence, event, node, record)
            subscribers = self._subscribers
        for subscriber in subscribers:
            try:
                subscriber(change)
            except Exception:
                log.exception("a subscriber of the inventory failed")
