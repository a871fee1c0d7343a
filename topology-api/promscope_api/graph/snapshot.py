"""The snapshot: everything one round of queries said, typed and immutable.

It is what Prometheus knows; live events are laid over it (overlay), views are cut out of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from promscope_api.graph.model import Degraded, Metrics

_EMPTY: Mapping[str, str] = MappingProxyType({})


class Target(msgspec.Struct, frozen=True, gc=False):
    """One scrape target of a probe. `scraped_at`: Unix seconds of the last good scrape."""

    job: str
    instance: str
    host_id: str
    up: bool
    down_reason: str = ""
    epoch: str = ""
    sequence: int = 0
    scraped_at: float = 0.0


class Host(msgspec.Struct, frozen=True, gc=False):
    """A host and its probe. `up`: at least one target of the probe answers its scrapes."""

    id: str
    host_id: str
    hostname: str
    targets: tuple[Target, ...]
    os: str = ""
    kernel: str = ""
    arch: str = ""
    version: str = ""
    metrics: Metrics = Metrics()
    cores: float | None = None
    memory_total: float | None = None
    load1: float | None = None
    booted: float | None = None
    degraded: tuple[Degraded, ...] = ()

    @property
    def up(self) -> bool:
        return any(target.up for target in self.targets)

    @property
    def latest(self) -> Target:
        """The target that was scraped last: what this snapshot says about the host is its word."""
        return max(self.targets, key=lambda target: (target.up, target.scraped_at))


class Container(msgspec.Struct, frozen=True, gc=False):
    """A container as scraped. `known` is False when its host's probe does not answer."""

    id: str
    host: str
    name: str
    state: str
    health: str = ""
    image: str = ""
    image_tag: str = ""
    image_id: str = ""
    runtime: str = ""
    network_mode: str = ""
    compose_project: str = ""
    compose_service: str = ""
    kube_pod: str = ""
    kube_namespace: str = ""
    labels: Mapping[str, str] = _EMPTY
    created: float | None = None
    started: float | None = None
    metrics: Metrics = Metrics()
    cpu_limit: float | None = None
    memory_limit: float | None = None
    throttled: float | None = None
    restarts_recently: float | None = None
    oom_kills_recently: float | None = None
    known: bool = True


class ProcessGroup(msgspec.Struct, frozen=True, gc=False):
    """All processes of one command in a container or on a host (`owner`: node id)."""

    id: str
    owner: str
    owner_name: str
    host: str
    command: str
    metrics: Metrics
    known: bool = True


class Link(msgspec.Struct, frozen=True, gc=False):
    """A resolved edge between owners. `source` and `target` are node ids of hosts, containers or
    external peers; the processes are admitted command names ("" when not known).
    """

    source: str
    target: str
    port: int
    protocol: str
    source_process: str = ""
    target_process: str = ""
    service_ip: str = ""
    service_port: int = 0
    connections: float | None = None
    connects: float | None = None
    failed: float | None = None
    transmit: float | None = None
    receive: float | None = None


class Snapshot(msgspec.Struct, frozen=True):
    """One round. `taken_at` is the time of the newest scrape in it; None before the first.
    `names`: names of outside addresses by reverse DNS; `firing`: labels of the firing alerts.
    """

    taken_at: float | None = None
    hosts: Mapping[str, Host] = MappingProxyType({})
    containers: Mapping[str, Container] = MappingProxyType({})
    processes: Mapping[str, ProcessGroup] = MappingProxyType({})
    links: tuple[Link, ...] = ()
    addresses: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    names: Mapping[str, str] = _EMPTY
    firing: tuple[Mapping[str, str], ...] = ()
