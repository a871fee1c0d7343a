"""The containers: what they are, how they are, what they use."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from promscope_exporter.collectors.container_info import Identity
from promscope_exporter.collectors.registry import Context, Partial, collector
from promscope_exporter.exposition import catalogue
from promscope_exporter.exposition.accumulate import Accumulated
from promscope_exporter.exposition.catalogue import Family
from promscope_exporter.exposition.labels import AllowList
from promscope_exporter.exposition.page import Page
from promscope_exporter.exposition.series import series
from promscope_exporter.inventory import Container
from promscope_exporter.ladder import IDLE_TURNS
from promscope_exporter.sources.cgroup import Cgroups, Group, Usage
from promscope_exporter.sources.machine import network
from promscope_wire.frames import ContainerRecord

_COUNTERS: tuple[tuple[Family, str], ...] = (
    (catalogue.CONTAINER_CPU, "cpu_seconds"),
    (catalogue.CONTAINER_CPU_PERIODS, "cpu_periods"),
    (catalogue.CONTAINER_CPU_THROTTLED_PERIODS, "cpu_throttled_periods"),
    (catalogue.CONTAINER_CPU_THROTTLED, "cpu_throttled_seconds"),
    (catalogue.CONTAINER_OOM_KILLS, "oom_kills"),
)
_COUNTERS_BY_DEVICE: tuple[tuple[Family, str], ...] = (
    (catalogue.CONTAINER_DISK_READ, "disk_read"),
    (catalogue.CONTAINER_DISK_WRITTEN, "disk_written"),
)


@dataclass(slots=True)
class Life:
    """One run of a container: from a start to the next. `usage`: what was read last."""

    started: float
    pid: int
    group: Group | None = None
    network: bool = False
    usage: Usage | None = None


@dataclass(slots=True)
class _Known:
    """`number`: one after the other, so that not all have their turn at once."""

    number: int
    identity: Identity
    usage: Accumulated
    restarts: Accumulated
    life: Life | None = None


@collector("container", order=20)
class ContainerCollector:
    """Every container family but processes and open_fds (the process collector has those).

    Sources: the inventory, cgroup files, /proc/PID/net/dev. Raises Partial while the engine
    cannot be followed: the containers are then those of the last time it answered.
    """

    def __init__(self, context: Context) -> None:
        self._inventory = context.inventory
        self._procfs = context.procfs
        self._cgroups = Cgroups(context.procfs, context.settings.sysfs)
        self._status = context.status
        self._ladder = context.ladder
        self._started = context.clock.wall()
        self._allowed = AllowList(context.settings.label_allow_list)
        self._sequence = series(catalogue.INVENTORY_SEQUENCE, context.inventory.epoch)
        self._known: dict[str, _Known] = {}
        self._pass = 0
        self._host_network = self._network_namespace(1)

    def collect(self, page: Page) -> None:
        # one look at both: every change up to the sequence is in what is written here
        sequence, containers = self._inventory.view()
        self._pass += 1
        for node in self._known.keys() - containers.keys():
            del self._known[node]
        unreadable = []
        for node, container in containers.items():
            try:
                self._write(page, node, container)
            except (OSError, ValueError) as error:
                unreadable.append(f"{container.record.name}: {error}")
        page.write(self._sequence, sequence)
        self._inventory.collected(containers)
        if self._inventory.stale:
            raise Partial("; ".join(self._inventory.stale.values()))
        if unreadable:
            raise Partial(f"containers that cannot be read: {'; '.join(unreadable[:5])}")

    def close(self) -> None:
        """It holds nothing."""

    def _write(self, page: Page, node: str, container: Container) -> None:
        record = container.record
        known = self._known.get(node)
        if known is None:
            identity = Identity(record, self._allowed)
            known = self._known[node] = _Known(
                len(self._known),
                identity,
                Accumulated(identity.counter),
                Accumulated(identity.counter),
            )
        elif known.identity.name != record.name:
            known.identity = known.identity.renamed(record)
            known.usage.rename(known.identity.counter)
            known.restarts.rename(known.identity.counter)
        events = self._inventory.events(node)
        known.identity.write(page, record, events)
        known.restarts.tell(record.restarts, container.newborn, catalogue.CONTAINER_RESTARTS)
        known.restarts.write(page)
        if record.pid and not container.removed:
            self._use(page, known, container)
        if events.get("oom"):
            # the group of a container that was killed is gone before it can be read
            known.usage.at_least(events["oom"], True, catalogue.CONTAINER_OOM_KILLS)
        known.usage.write(page)

    def _use(self, page: Page, known: _Known, container: Container) -> None:
        record = container.record
        life = known.life
        if life is None or life.started != record.started or life.pid != record.pid:
            if life is not None:
                known.usage.restart()
            life = known.life = Life(record.started, record.pid)
        turn = known.number + self._pass
        if life.usage is None or turn % self._ladder.scrapes_per_read == 0:
            self._tell(known, container, life, whole=turn % IDLE_TURNS == 0)
        if life.usage is not None and life.usage.memory_working_set is not None:
            gauge = known.identity.gauge(catalogue.CONTAINER_MEMORY)
            page.write(gauge, life.usage.memory_working_set)

    def _tell(self, known: _Known, container: Container, life: Life, *, whole: bool) -> None:
        record = container.record
        if whole:
            life.usage = None
        before = life.usage
        found = self.used(record, life)
        if found is None:
            return
        usage, devices = found
        life.usage = usage
        newborn = container.newborn or record.started > self._started
        if devices is not None:
            received = {name: count[0] for name, count in devices.items() if name != "lo"}
            transmitted = {name: count[1] for name, count in devices.items() if name != "lo"}
            known.usage.tell_parts(received, newborn, catalogue.CONTAINER_NETWORK_RECEIVE)
            known.usage.tell_parts(transmitted, newborn, catalogue.CONTAINER_NETWORK_TRANSMIT)
        if usage is before:
            return
        tell = known.usage.tell
        for family, attribute in _COUNTERS:
            value = getattr(usage, attribute)
            if value is not None:
                tell(value, newborn, family)
        for family, attribute in _COUNTERS_BY_DEVICE:
            parts = getattr(usage, attribute)
            if parts is not None:
                known.usage.tell_parts(parts, newborn, family)
        for (resource, stall), seconds in usage.pressure.items():
            tell(seconds, newborn, catalogue.CONTAINER_PRESSURE, resource, stall)

    def used(
        self, record: ContainerRecord, life: Life
    ) -> tuple[Usage, Mapping[str, tuple[int, int]] | None] | None:
        """What it has used in this life, and bytes received and transmitted by device (None: its
        network is not its own). None: not to be known."""
        if life.group is None:
            life.group = self._cgroups.group(record.pid, record.id)
            life.network = self._own_network(record)
        if life.group is None:
            return None
        usage, devices = life.group.usage(life.usage), None
        if life.network:
            with suppress(OSError):  # it ended between the two reads
                devices = network(self._procfs.read(f"{record.pid}/net/dev"))
        return usage, devices

    def _own_network(self, record: ContainerRecord) -> bool:
        """Whether its network namespace is its own: bytes of a shared one are nobody's alone."""
        if record.network_mode == "host" or record.network_mode.startswith("container:"):
            return False
        return self._network_namespace(record.pid) not in (None, self._host_network)

    def _network_namespace(self, pid: int) -> str | None:
        return self._procfs.link(f"{pid}/ns/net")
