"""The world as it is known now: the snapshot with the live overlay laid over it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping

import msgspec

from promscope_api.graph.alerts import Alert, alerts
from promscope_api.graph.model import Metrics
from promscope_api.graph.overlay import Live, Overlay, scrape_of
from promscope_api.graph.snapshot import Container, Host, Link, ProcessGroup, Snapshot
from promscope_api.graph.thresholds import Thresholds
from promscope_wire import ids
from promscope_wire.frames import ContainerRecord

#: States in which a container has processes, so that its last numbers still mean something.
_WITH_PROCESSES = frozenset(("running", "paused", "restarting"))
_DEFAULT_THRESHOLDS = Thresholds()
_COMPOSE_PROJECT = "com.docker.compose.project"
_COMPOSE_SERVICE = "com.docker.compose.service"


class World(msgspec.Struct, frozen=True):
    """Hosts, containers, processes and links by what is known last. `records`: the descriptive
    records of the containers whose host has a tunnel; `live`: host id → what its tunnel has said;
    `crew`: host → how many containers it has; `projects`: compose project → hosts that have it;
    `firing`: node → its alerts; `named`: hosts of which their name is all that may be seen.
    """

    snapshot: Snapshot
    hosts: Mapping[str, Host]
    containers: Mapping[str, Container]
    processes: Mapping[str, ProcessGroup]
    links: tuple[Link, ...]
    records: Mapping[str, ContainerRecord]
    live: Mapping[str, Live]
    crew: Mapping[str, int]
    projects: Mapping[str, frozenset[str]]
    firing: Mapping[str, tuple[Alert, ...]]
    thresholds: Thresholds
    named: frozenset[str] = frozenset()

    def host_of(self, node: str) -> str:
        """The host a host or container node is on; "" for anything else."""
        if node.startswith("host:"):
            return node
        container = self.containers.get(node)
        return container.host if container else ""

    def knows(self, node: str) -> bool:
        return node in self.containers or node in self.hosts

    def shows(self, link: Link) -> bool:
        """Whether both ends of a link are on the map."""
        ends = (link.source, link.target)
        return all(_is_there(end, self.hosts, self.containers) for end in ends)

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
    return World(
        snapshot,
        hosts,
        containers,
        _processes(snapshot, hosts, containers),
        _links(snapshot, hosts, containers),
        records,
        {live.host_id: live for live in overlay},
        Counter(container.host for container in containers.values()),
        projects(containers),
        alerts(snapshot.firing, _host_of_target(hosts), containers),
        thresholds,
    )


def recompose(world: World, overlay: Overlay, nodes: Collection[str]) -> World:
    """The same as `compose`, where tunnels have told of nothing but changes of these containers."""
    snapshot = world.snapshot
    some = {node: snapshot.containers[node] for node in nodes if node in snapshot.containers}
    records = dict(world.records)
    for node in nodes:
        records.pop(node, None)
    for live in overlay:
        told = [node for node in nodes if node in live.records]
        records.update((node, live.records[node]) for node in told)
        host = ids.host(live.host_id)
        if told or host in {one.host for one in some.values()} or live.changed.keys() & nodes:
            _lay(live, host, snapshot, some, nodes)
    containers = dict(world.containers)
    crew = Counter(world.crew)
    came_or_went = set()
    for node in nodes:
        before, after = containers.pop(node, None), some.get(node)
        if (before is None) != (after is None):
            came_or_went.add(node)
        if before is not None:
            crew[before.host] -= 1
        if after is not None:
            containers[node] = after
            crew[after.host] += 1
    changed = msgspec.structs.replace(
        world,
        containers=containers,
        records=records,
        crew=+crew,
        projects=projects(containers),
        firing=alerts(snapshot.firing, _host_of_target(world.hosts), containers),
    )
    if any(one.source in came_or_went or one.target in came_or_went for one in snapshot.links):
        links = _links(snapshot, world.hosts, containers)
        changed = msgspec.structs.replace(changed, links=links)
    if any(one.owner in came_or_went for one in snapshot.processes.values()):
        processes = _processes(snapshot, world.hosts, containers)
        changed = msgspec.structs.replace(changed, processes=processes)
    return changed


def _links(
    snapshot: Snapshot, hosts: Mapping[str, Host], containers: Mapping[str, Container]
) -> tuple[Link, ...]:
    """Those whose ends are on the map: a container that went takes its links along."""
    gone = {
        end
        for end in {end for link in snapshot.links for end in (link.source, link.target)}
        if not _is_there(end, hosts, containers)
    }
    if not gone:
        return snapshot.links
    return tuple(x for x in snapshot.links if x.source not in gone and x.target not in gone)


def _processes(
    snapshot: Snapshot, hosts: Mapping[str, Host], containers: Mapping[str, Container]
) -> dict[str, ProcessGroup]:
    return {
        node: one
        for node, one in snapshot.processes.items()
        if one.owner in containers or one.owner in hosts
    }


def projects(containers: Mapping[str, Container]) -> dict[str, frozenset[str]]:
    """Compose project → the hosts that have containers of it."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for container in containers.values():
        if container.compose_project:
            found[container.compose_project].add(container.host)
    return {project: frozenset(hosts) for project, hosts in found.items()}


def _host_of_target(hosts: Mapping[str, Host]) -> dict[tuple[str, str], Host]:
    return {
        (target.job, target.instance): host for host in hosts.values() for target in host.targets
    }


def _lay(
    live: Live,
    host: str,
    snapshot: Snapshot,
    containers: dict[str, Container],
    only: Collection[str] | None = None,
) -> None:
    """Lay what one tunnel said over containers: of all, or of some."""
    scrape = scrape_of(snapshot, live.host_id)
    if live.replaces(scrape):
        for node in [n for n, c in containers.items() if c.host == host and n not in live.records]:
            del containers[node]
    for node, record in live.ahead_of(scrape).items():
        if only is not None and node not in only:
            continue
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
    """Whether an end of a link is on the map."""
    if node.startswith("container:"):
        return node in containers
    return node in hosts if node.startswith("host:") else True
