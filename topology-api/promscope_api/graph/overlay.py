"""Live events over the snapshot, without comparing clocks (design §1).

Of each host the probe's numbered inventory is kept as the tunnel tells it. A scrape carries the
number it has reached: of a node whose last change has a greater number the tunnel knows better,
of every other node the scrape does. A lost tunnel is believed until two more scrapes have come.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from promscope_api.graph.snapshot import Snapshot, Target
from promscope_wire import ids
from promscope_wire.frames import Change, ContainerRecord, Hello, Inventory

#: Scrapes for which the inventory of a lost tunnel is still believed; of a target that is down,
#: rounds.
SCRAPES_AFTER_LOSS = 2


@dataclass(slots=True)
class Live:
    """What one host's tunnel has said. `base`: the sequence of its last full inventory;
    `changed`: node → sequence of its last change after that, removed nodes included.
    """

    host_id: str
    hostname: str = ""
    epoch: str = ""
    sequence: int = 0
    base: int = 0
    complete: bool = False
    connected: bool = False
    control: tuple[str, ...] = ()
    skew_seconds: float | None = None
    heard_at: float = 0.0
    records: dict[str, ContainerRecord] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    scrapes_left: int = SCRAPES_AFTER_LOSS
    scraped_at: float = 0.0
    epoch_at_loss: str = ""

    def ahead_of(self, scrape: Target | None) -> dict[str, ContainerRecord | None]:
        """The nodes of which this knows more than the scrape: their record, None if removed.

        Where `replaces` is true that is the whole inventory, and nodes of the scrape that are
        not in it are gone.
        """
        if not self.complete:
            return {}
        if self.replaces(scrape):
            return dict(self.records)
        assert scrape is not None
        return {
            node: self.records.get(node)
            for node, sequence in self.changed.items()
            if sequence > scrape.sequence
        }

    def replaces(self, scrape: Target | None) -> bool:
        """Whether the scrape is older than the last full inventory, or of another start."""
        return self.complete and (
            scrape is None or scrape.epoch != self.epoch or scrape.sequence < self.base
        )


class Overlay:
    """The live knowledge of all hosts. Every method answers whether anything changed."""

    def __init__(self, wall_clock: Callable[[], float] = time.time) -> None:
        self._wall_clock = wall_clock
        self._hosts: dict[str, Live] = {}

    def __iter__(self) -> Iterator[Live]:
        return iter(self._hosts.values())

    def get(self, host_id: str) -> Live | None:
        return self._hosts.get(host_id)

    def connected(self, hello: Hello) -> bool:
        """A tunnel is up; what it knew before counts until its inventory arrives."""
        live = self._hosts.setdefault(hello.host_id, Live(hello.host_id))
        live.hostname, live.control = hello.hostname, hello.control
        live.connected = True
        live.scrapes_left = SCRAPES_AFTER_LOSS
        return True

    def inventory(self, host_id: str, frame: Inventory) -> bool:
        """All containers of the host as of a sequence number."""
        live = self._hosts.get(host_id)
        if live is None:
            return False
        live.changed = {}
        live.records = {
            record.node: record for record in frame.containers if _is_container(record.node)
        }
        live.epoch, live.complete = frame.epoch, True
        live.base = live.sequence = frame.sequence
        return True

    def change(self, host_id: str, frame: Change) -> bool:
        """One numbered change. One that does not follow on is left out: after a gap the probe
        sends its full inventory.
        """
        live = self._hosts.get(host_id)
        if live is None or not live.complete or not _is_container(frame.node):
            return False
        if frame.epoch != live.epoch or frame.sequence != live.sequence + 1:
            return False
        live.sequence = frame.sequence
        live.changed[frame.node] = frame.sequence
        if frame.container is None:
            live.records.pop(frame.node, None)
        else:
            live.records[frame.node] = frame.container
        return True

    def heartbeat(self, host_id: str, skew_seconds: float) -> bool:
        """How far the probe's clock is ahead of ours; True when it newly matters."""
        live = self._hosts.get(host_id)
        if live is None:
            return False
        live.heard_at = self._wall_clock()
        before, live.skew_seconds = live.skew_seconds, skew_seconds
        return before is None or (abs(before) > 2) != (abs(skew_seconds) > 2)

    def lost(self, host_id: str, snapshot: Snapshot) -> bool:
        """The tunnel is gone."""
        live = self._hosts.get(host_id)
        if live is None:
            return False
        live.connected = False
        live.scrapes_left = SCRAPES_AFTER_LOSS
        scrape = scrape_of(snapshot, host_id)
        live.epoch_at_loss = scrape.epoch if scrape else ""
        live.scraped_at = scrape.scraped_at if scrape else 0.0
        return True

    def scraped(self, snapshot: Snapshot) -> None:
        """A new round: forget what its scrapes have reached, and tunnels lost for too long."""
        for live in list(self._hosts.values()):
            scrape = scrape_of(snapshot, live.host_id)
            if scrape and scrape.epoch == live.epoch:
                live.changed = {n: s for n, s in live.changed.items() if s > scrape.sequence}
            if live.connected:
                continue
            # no epoch: the series of a failing scrape can be gone before `up` says so
            again = scrape and scrape.up and scrape.scraped_at in (live.scraped_at, 0.0)
            if not again:
                live.scrapes_left -= 1
                live.scraped_at = scrape.scraped_at if scrape else 0.0
            restarted = scrape and scrape.epoch not in (live.epoch, live.epoch_at_loss, "")
            if restarted or live.scrapes_left <= 0:
                del self._hosts[live.host_id]


def scrape_of(snapshot: Snapshot, host_id: str) -> Target | None:
    """The scrape that speaks for the host in this snapshot; None if there is none."""
    host = snapshot.hosts.get(ids.host(host_id))
    return host.latest if host else None


def _is_container(node: str) -> bool:
    try:
        return ids.parse(node).kind == "container"
    except ids.InvalidId:
        return False
