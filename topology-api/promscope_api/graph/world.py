"""The world as it is known now: the snapshot with the live overlay laid over it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

import msgspec

from promscope_api.graph.alerts import Alert, alerts
from promscope_api.graph.model import Metrics
from promscope_api.graph.overlay import Live, Overlay, scrape_of
from promscope_api.graph.snapshot import Container, Host, Link, Snapshot
from promscope_api.graph.thresholds import Thresholds
from promscope_wire import ids
from promscope_wire.frames import ContainerRecord

#: States in which a container has processes, so that its last numbers still mean something.
_WITH_PROCESSES = frozenset(("running", "paused", "restarting"))
_DEFAULT_THRESHOLDS = Thresholds()
_COMPOSE_PROJECT = "com.docker.compose.project"
_COMPOSE_SERVICE = "com.docker.compose.service"


class World(msgspec.Struct, frozen=True):
    """Hosts, containers and links by what is known last. `records`: the descriptive records of
    the containers whose host has a tunnel; `live`: host id → what its tunnel has said;
    `crew`: host → how many containers it has; `projects`: compose project → hosts that have it;
    `firing`: node → its alerts.
    """

    snapshot: Snapshot
    hosts: Mapping[str, Host]
    containers: Mapping[str, Container]
    links: tuple[Link, ...]
    records: Mapping[str, ContainerRecord]
    live: Mapping[str, Live]
    crew: Mapping[str, int]
    projects: Mapping[str, frozenset[str]]
    firing: Mapping[str, tuple[Alert, ...]]
    thresholds: Thresholds

    def host_of(self, node: str) -> str:
        """The host a host or container node is on; "" for anything else."""
        if node.startswith("host:"):
            return node
        container = self.containers.get(node)
        return container.host if container else ""

    def knows(self, node: str) -> bool:
        return node in self.containers or node in self.hosts

    def describes_now(self, host: str) -> bool:
        """Whether a tunnel says what runs on the host, scraped or not."""
        live = self.live.get(host.removeprefix("host:"))
        return live is not None and live.connected and live.complete


def compose(
    snapshot: Snapshot, overlay: Overlay, thresholds: Thresholds = _DEFAULT_THRESHOLDS
) -> World:
    """Lay the overlay over the snapshot."""
    hosts = dict(snapshot.hosts)
    containers = dict(snapshot.containers)
    records: dict[str, ContainerRecord] = {}
    for live in overlay:
        host = ids.host(live.host_id)
        if host not in hosts:
            hosts[host] = Host(host, live.host_id, live.hostname, ())
        _lay(live, host, snapshot, containers)
        records.update(live.records)
    links = tuple(
        link
        for link in snapshot.links
        if _is_there(link.source, hosts, containers) and _is_there(link.target, hosts, containers)
    )
    projects: defaultdict[str, set[str]] = defaultdict(set)
    for container in containers.values():
        if container.compose_project:
            projects[container.compose_project].add(container.host)
    return World(
        snapshot,
        hosts,
        containers,
        links,
        records,
        {live.host_id: live for live in overlay},
        Counter(container.host for container in containers.values()),
        {project: frozenset(found) for project, found in projects.items()},
        alerts(snapshot.firing, _host_of_target(hosts), containers),
        thresholds,
    )


def _host_of_target(hosts: Mapping[str, Host]) -> dict[tuple[str, str], Host]:
    return {
        (target.job, target.instance): host for host in hosts.values() for target in host.targets
    }


def _lay(live: Live, host: str, snapshot: Snapshot, containers: dict[str, Container]) -> None:
    scrape = scrape_of(snapshot, live.host_id)
    if live.replaces(scrape):
        for node in [n for n, c in containers.items() if c.host == host and n not in live.records]:
            del containers[node]
    for node, record in live.ahead_of(scrape).items():
        if record is None or record.state == "removed":
            containers.pop(node, None)
        else:
            containers[node] = _described(record, host, containers.get(node))


def _described(record: ContainerRecord, host: str, scraped: Container | None) -> Container:
    """A container by its record; its numbers stay those of the last scrape."""
    image, tag = _split_image(record.image)
    before = scraped or Container(record.node, host, record.name, record.state)
    return msgspec.structs.replace(
        before,
        name=record.name,
        state=record.state,
        health=record.health,
        image=image,
        image_tag=tag,
        image_id=record.image_id,
        runtime=record.runtime,
        network_mode=record.network_mode,
        compose_project=record.labels.get(_COMPOSE_PROJECT, ""),
        compose_service=record.labels.get(_COMPOSE_SERVICE, ""),
        created=record.created or None,
        started=record.started or None,
        cpu_limit=record.cpu_limit_cores,
        memory_limit=record.memory_limit_bytes,
        metrics=before.metrics if record.state in _WITH_PROCESSES else Metrics(),
        known=True,
    )


def _split_image(image: str) -> tuple[str, str]:
    """`registry:5000/name:tag` → name and tag; what the metrics say has the two apart as well."""
    if "@" in image:
        return image.partition("@")[0], ""
    name, colon, tag = image.rpartition(":")
    return (name, tag) if colon and "/" not in tag else (image, "")


def _is_there(node: str, hosts: Mapping[str, Host], containers: Mapping[str, Container]) -> bool:
    """Whether an end of a link is on the map: a container that went takes its links along."""
    if node.startswith("container:"):
        return node in containers
    return node in hosts if node.startswith("host:") else True
