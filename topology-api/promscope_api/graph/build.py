"""A round of answers → the snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Any

from promscope_api.graph import hosts as host_build
from promscope_api.graph.answers import Answers, Round, numbers
from promscope_api.graph.links import is_node, links
from promscope_api.graph.merge import Addresses, PastOwners
from promscope_api.graph.model import Metrics
from promscope_api.graph.networks import Networks
from promscope_api.graph.snapshot import Container, Host, ProcessGroup, Snapshot
from promscope_api.prometheus.labels import ContainerKey, ContainerLabels, ProcessLabels
from promscope_wire import ids

_CONTAINER_METRICS = (
    "cpu", "memory", "network_receive", "network_transmit", "disk_read", "disk_write",
    "processes", "open_fds",
)  # fmt: skip
_PROCESS_METRICS = (
    "cpu", "memory", "disk_read", "disk_write", "processes", "open_fds", "threads",
)  # fmt: skip
#: Labels of a scrape or of the series' identity: not labels that somebody gave the container.
_NOT_A_LABEL = frozenset(("__name__", "job", "instance", "container_id", "name"))


def build(
    answers: Round, past: PastOwners | None = None, networks: Networks | None = None
) -> Snapshot:
    """The snapshot of one round; what is only remembered of down targets is marked unknown.

    `past` is the same object in every round; `networks` names peers outside.
    """
    hosts, host_of_target = host_build.hosts(answers)
    containers: dict[str, Container] = {}
    processes: dict[str, ProcessGroup] = {}
    for part, known in ((answers.live, True), *((r.answers, False) for r in answers.recalled)):
        for container in _containers(part, host_of_target, known):
            containers.setdefault(container.id, container)
        for group in _processes(part, containers, known):
            processes.setdefault(group.id, group)

    def host_of(node: str) -> str:
        if node.startswith("host:"):
            return node
        found = containers.get(node)
        return found.host if found else ""

    parts = [answers.live, *(recalled.answers for recalled in answers.recalled)]
    addresses = Addresses(
        _owned("endpoints", parts[:1]),
        _owned("listens", parts),
        host_of,
        past,
        _owned("endpoints", parts[1:]),
        networks,
    )
    return Snapshot(
        taken_at=max((t.scraped_at for host in hosts.values() for t in host.targets), default=None),
        hosts=hosts,
        containers=containers,
        processes=processes,
        links=links(answers.live, parts[1:], addresses, host_of),
        addresses={node: tuple(sorted(found)) for node, found in addresses.of_owner.items()},
        firing=tuple(sample.metric for sample in answers.live.get("alerts", ())),
    )


def _owned(name: str, parts: Iterable[Answers]) -> Iterator[Any]:
    return (s.metric for part in parts for s in part.get(name, ()) if is_node(s.metric.owner))


def _containers(
    answers: Answers, host_of_target: Mapping[tuple[str, str], Host], known: bool
) -> list[Container]:
    def column(name: str) -> dict[str, float]:
        # A scrape that is over says nothing about how busy something is now.
        return numbers(answers, f"container_{name}", _container_id) if known else {}

    metrics = {name: column(name) for name in _CONTAINER_METRICS}
    limits = {name: column(name) for name in ("cpu_limit", "memory_limit", "throttled")}
    lately = {name: column(name) for name in ("restarts", "oom_kills")}
    moments = {
        name: numbers(answers, f"container_{name}", _container_id)
        for name in ("created", "started")
    }
    states = {s.metric.container_id: s.metric.state for s in answers.get("container_state", ())}
    healths = {s.metric.container_id: s.metric.health for s in answers.get("container_health", ())}
    labels = _labels(answers)
    found = []
    for sample in answers.get("container_info", ()):
        info: ContainerLabels = sample.metric
        key = info.container_id
        host = host_of_target.get((info.job, info.instance))
        state = states.get(key, "")
        node = f"container:{key}"
        if host is None or state == "removed" or not is_node(node):
            continue
        found.append(
            Container(
                id=node,
                host=host.id,
                name=info.name or key,
                state=state,
                health=healths.get(key, ""),
                image=info.image,
                image_tag=info.image_tag,
                image_id=info.image_id,
                runtime=info.runtime,
                network_mode=info.network_mode,
                compose_project=info.compose_project,
                compose_service=info.compose_service,
                kube_pod=info.kube_pod,
                kube_namespace=info.kube_namespace,
                labels=labels.get(key, {}),
                created=moments["created"].get(key),
                started=moments["started"].get(key),
                metrics=Metrics(**{name: column.get(key) for name, column in metrics.items()}),
                cpu_limit=limits["cpu_limit"].get(key),
                memory_limit=limits["memory_limit"].get(key),
                throttled=limits["throttled"].get(key),
                restarts_recently=lately["restarts"].get(key),
                oom_kills_recently=lately["oom_kills"].get(key),
                known=known,
            )
        )
    return found


_container_id: Callable[[ContainerKey], str] = attrgetter("container_id")


def _labels(answers: Answers) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for sample in answers.get("container_labels", ()):
        labels: dict[str, str] = sample.metric
        found[labels.get("container_id", "")] = {
            name.removeprefix("label_"): value
            for name, value in labels.items()
            if name not in _NOT_A_LABEL
        }
    return found


def _processes(
    answers: Answers, containers: Mapping[str, Container], known: bool
) -> list[ProcessGroup]:
    columns: dict[str, dict[ProcessLabels, float]] = {
        name: numbers(answers, f"process_{name}", _labels_of) for name in _PROCESS_METRICS
    }
    found = []
    # A rate lasts as long as its window after its series has ended; the gauge says what is there.
    for labels in columns["processes"]:
        container = containers.get(labels.owner)
        of_host = labels.owner.startswith("host:") and is_node(labels.owner)
        if not labels.process or not (container or of_host):
            continue
        found.append(
            ProcessGroup(
                id=ids.processes(labels.owner, labels.process),
                owner=labels.owner,
                owner_name=labels.owner_name,
                host=container.host if container else labels.owner,
                command=labels.process,
                metrics=Metrics(**{name: column.get(labels) for name, column in columns.items()})
                if known
                else Metrics(),
                known=known,
            )
        )
    return found


def _labels_of(labels: ProcessLabels) -> ProcessLabels:
    return labels
