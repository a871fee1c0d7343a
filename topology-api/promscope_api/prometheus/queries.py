"""The only place that composes PromQL: a fixed set of templates over structured matchers.

`probe_queries`, `node_queries` and `edge_queries` are what the graph asks every scrape interval;
`of_target` narrows them to one target that is down, asked as of its last scrape.

Every answer is aggregated by identity (`max by (ids)`), so a probe that two jobs scrape, or two
replicas without deduplication, counts once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from promscope_api.prometheus import existing
from promscope_api.prometheus import labels as by
from promscope_api.prometheus.existing import Existing
from promscope_api.prometheus.matchers import Matcher, equal, none_of, one_of, selector
from promscope_wire.ids import NodeId

#: How long a target that is gone is remembered before its nodes leave the map.
MEMORY = "1h"
#: What restarts and out-of-memory kills are counted over, for the status of a container.
RECENT = "15m"

_TARGET = ("job", "instance")
_PROCESS = ("owner", "owner_name", "process")
_EDGE = tuple(by.EdgeLabels.__struct_fields__)
_INBOUND = tuple(by.InboundLabels.__struct_fields__)
#: Devices whose traffic is another device's as well, or never leaves the host.
_VIRTUAL_DEVICES = ("veth", "br-", "docker", "virbr", "cni", "cali", "flannel", "tap", "tun")


@dataclass(frozen=True, slots=True)
class Query:
    """One templated question: its PromQL and the type its labels are parsed into."""

    name: str
    promql: str
    labels: type[Any]


@dataclass(frozen=True, slots=True)
class Scope:
    """What every query of a set has in common: matchers that are always there, how far back a
    rate may look (four scrape intervals, so that one lost scrape leaves no hole), and which
    numbers come from series of others.
    """

    scrape_interval: float
    matchers: tuple[Matcher, ...] = ()
    existing: Existing = existing.NONE

    @property
    def window(self) -> str:
        return f"{max(1, round(4 * self.scrape_interval))}s"

    def of(self, family: str, *matchers: Matcher) -> str:
        return selector(f"promscope_{family}", (*self.matchers, *matchers))

    def rate(self, family: str, *matchers: Matcher) -> str:
        """Between the last two scrapes. `rate()` over the window would tell too little of every
        series that is younger than it: half of the truth after two scrapes."""
        return f"irate({self.of(family, *matchers)}[{self.window}])"


def _by(ids: Iterable[str], inner: str, how: str = "max") -> str:
    return f"{how} by ({', '.join(ids)}) ({inner})"


def probe_queries(scope: Scope) -> list[Query]:
    """Which probes there are (the last hour's), which of them are up, and since which scrape."""
    hosts = f"last_over_time({scope.of('host_info')}[{MEMORY}])"
    up = selector("up", scope.matchers)
    return [
        Query("probes", hosts, by.HostLabels),
        Query("identities", scope.of("host_info"), by.HostLabels),
        Query("up", f"{up} and on (job, instance) {hosts}", by.TargetLabels),
        *sequence_queries(scope),
        Query("build", scope.of("exporter_build_info"), by.VersionLabels),
        Query("incapable", f"{scope.of('exporter_capability')} == 0", by.CapabilityLabels),
        Query("failed", f"{scope.of('scrape_collector_success')} == 0", by.CollectorLabels),
        Query(
            "alerts",
            selector("ALERTS", (*scope.matchers, equal("alertstate", "firing"))),
            dict[str, str],
        ),
    ]


def sequence(scope: Scope) -> Query:
    """Which inventory change each scrape has reached."""
    return Query("sequence", scope.of("inventory_sequence"), by.EpochLabels)


def sequence_queries(scope: Scope) -> list[Query]:
    """Which inventory change each scrape has reached, and when it was taken."""
    reached = sequence(scope)
    return [reached, Query("scraped_at", f"timestamp({reached.promql})", by.EpochLabels)]


def last_scrapes(scope: Scope, targets: Iterable[str]) -> Query:
    """When each of the instances was last scraped with success within the last hour."""
    step = f"{max(1, round(scope.scrape_interval))}s"
    inner = f"timestamp({scope.of('host_info', one_of('instance', targets))})"
    return Query(
        "last_scrapes", _by(_TARGET, f"max_over_time({inner}[{MEMORY}:{step}])"), by.TargetLabels
    )


def of_target(scope: Scope, job: str, instance: str) -> Scope:
    """The same scope for one target only."""
    matchers = (*scope.matchers, equal("job", job), equal("instance", instance))
    return Scope(scope.scrape_interval, matchers)


def node_queries(scope: Scope) -> list[Query]:
    """Hosts, containers and process groups with their numbers."""
    return [*_host_queries(scope), *_container_queries(scope), *_process_queries(scope)]


def _host_queries(scope: Scope) -> list[Query]:
    if scope.existing.hosts is not None:
        texts = existing.host_texts(scope.existing.hosts, scope.matchers, scope.window)
        return [Query(f"place_{name}", text, by.PlaceLabels) for name, text in texts.items()]
    real = (
        none_of("device", ("lo",)),
        Matcher("device", _VIRTUAL_DEVICES, negated=True, prefix=True),
    )

    def query(name: str, inner: str, how: str = "max") -> Query:
        return Query(f"host_{name}", _by(_TARGET, inner, how), by.TargetLabels)

    def parts(name: str, family: str, part: str, *matchers: Matcher) -> Query:
        # one of each part first: replicas that nobody deduplicated must not add up
        once = _by((*_TARGET, part), scope.rate(f"host_{family}", *matchers))
        return query(name, once, "sum")

    busy = none_of("mode", ("idle", "iowait"))
    return [
        query("cores", scope.of("host_cpu_cores")),
        parts("cpu", "cpu_seconds_total", "mode", busy),
        query("memory_total", scope.of("host_memory_total_bytes")),
        query("memory_available", scope.of("host_memory_available_bytes")),
        parts("network_receive", "network_receive_bytes_total", "device", *real),
        parts("network_transmit", "network_transmit_bytes_total", "device", *real),
        parts("disk_read", "disk_read_bytes_total", "device"),
        parts("disk_write", "disk_written_bytes_total", "device"),
        query("load1", scope.of("host_load1")),
        query("boot", scope.of("host_boot_time_seconds")),
    ]


_CONTAINER_RATES = {
    "cpu": "cpu_seconds_total",
    "network_receive": "network_receive_bytes_total",
    "network_transmit": "network_transmit_bytes_total",
    "disk_read": "disk_read_bytes_total",
    "disk_write": "disk_written_bytes_total",
}
_CONTAINER_GAUGES = {
    "memory": "memory_working_set_bytes",
    "memory_limit": "memory_limit_bytes",
    "cpu_limit": "cpu_limit_cores",
    "processes": "processes",
    "open_fds": "open_fds",
    "created": "created_timestamp_seconds",
    "started": "start_time_seconds",
}


def _container_queries(whole: Scope, container_id: str = "") -> list[Query]:
    """Those of all containers, or of one."""
    scope = _narrowed(whole, equal("container_id", container_id)) if container_id else whole
    theirs = whole.existing.of_containers(whole.matchers, whole.window, RECENT, container_id)

    def query(name: str, inner: str) -> Query:
        text = theirs.get(name) or _by(("container_id",), inner)
        return Query(f"container_{name}", text, by.ContainerKey)

    periods = scope.rate("container_cpu_periods_total")
    throttled = scope.rate("container_cpu_throttled_periods_total")
    return [
        Query("container_info", scope.of("container_info"), by.ContainerLabels),
        Query(
            "container_state",
            _by(("container_id", "state"), f"{scope.of('container_state')} == 1"),
            by.StateLabels,
        ),
        Query(
            "container_health",
            _by(("container_id", "health"), f"{scope.of('container_health')} == 1"),
            by.HealthLabels,
        ),
        Query("container_labels", scope.of("container_label_info"), dict[str, str]),
        *(query(name, scope.rate(f"container_{f}")) for name, f in _CONTAINER_RATES.items()),
        *(query(name, scope.of(f"container_{f}")) for name, f in _CONTAINER_GAUGES.items()),
        query("throttled", f"{throttled} / {periods}"),
        query("restarts", f"increase({scope.of('container_restarts_total')}[{RECENT}]) > 0"),
        query("oom_kills", f"increase({scope.of('container_oom_kills_total')}[{RECENT}]) > 0"),
    ]


_PROCESS_RATES = {
    "cpu": "cpu_seconds_total",
    "disk_read": "read_bytes_total",
    "disk_write": "written_bytes_total",
}
_PROCESS_GAUGES = {
    "processes": "instances",
    "memory": "resident_memory_bytes",
    "threads": "threads",
    "open_fds": "open_fds",
}


def _process_queries(scope: Scope) -> list[Query]:
    def query(name: str, inner: str) -> Query:
        return Query(f"process_{name}", _by(_PROCESS, inner), by.ProcessLabels)

    return [
        *(query(name, scope.of(f"process_{f}")) for name, f in _PROCESS_GAUGES.items()),
        *(query(name, scope.rate(f"process_{f}")) for name, f in _PROCESS_RATES.items()),
    ]


def edge_queries(scope: Scope) -> list[Query]:
    """Who owns which address, who listens, and who talks to whom."""

    def edge(name: str, inner: str) -> Query:
        return Query(f"edge_{name}", _by(_EDGE, inner), by.EdgeLabels)

    def inbound(name: str, inner: str) -> Query:
        return Query(f"inbound_{name}", _by(_INBOUND, inner), by.InboundLabels)

    return [
        _info("endpoints", scope.of("endpoint_info"), by.EndpointLabels),
        _info("listens", scope.of("listen_info"), by.ListenLabels),
        edge("connections", scope.of("edge_connections")),
        edge("connects", scope.rate("edge_connects_total")),
        edge("failed", scope.rate("edge_failed_connects_total")),
        edge("transmit", scope.rate("edge_transmit_bytes_total")),
        edge("receive", scope.rate("edge_receive_bytes_total")),
        inbound("connections", scope.of("inbound_connections")),
        inbound("connects", scope.rate("inbound_connects_total")),
        inbound("transmit", scope.rate("inbound_transmit_bytes_total")),
        inbound("receive", scope.rate("inbound_receive_bytes_total")),
    ]


def _info(name: str, inner: str, labels: type[Any]) -> Query:
    return Query(name, _by(labels.__struct_fields__, inner), labels)


Unit = Literal["cores", "bytes", "bytes_per_second", "count"]


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """One line of a node's past; `limit` names the limit that bounds it, or is empty."""

    name: str
    label: str
    unit: Unit
    promql: str
    limit: str = ""


_LINES: tuple[tuple[str, str, Unit, str], ...] = (
    ("cpu", "CPU", "cores", "cpu"),
    ("memory", "Memory", "bytes", "memory"),
    ("network_receive", "Network in", "bytes_per_second", ""),
    ("network_transmit", "Network out", "bytes_per_second", ""),
    ("disk_read", "Disk read", "bytes_per_second", ""),
    ("disk_write", "Disk write", "bytes_per_second", ""),
    ("processes", "Processes", "count", ""),
    ("open_fds", "Open files", "count", ""),
    ("threads", "Threads", "count", ""),
)


def history_queries(scope: Scope, node: NodeId) -> list[HistoryQuery]:
    """What a node's past is asked with: the queries of its numbers, narrowed to the node."""
    match node.kind:
        case "container":
            asked, prefix = _container_queries(scope, node.parts[0]), "container_"
        case "processes":
            owner, command = ":".join(node.parts[:2]), node.parts[2]
            narrowed = _narrowed(scope, equal("owner", owner), equal("process", command))
            asked, prefix = _process_queries(narrowed), "process_"
        case "host":
            return _host_history(scope, node.parts[0])
        case "external":
            return _peer_history(scope, node.parts[0])
        case _:
            return []
    texts = {query.name.removeprefix(prefix): query.promql for query in asked}
    return [
        HistoryQuery(name, label, unit, texts[name], limit)
        for name, label, unit, limit in _LINES
        if name in texts
    ]


def _narrowed(scope: Scope, *matchers: Matcher) -> Scope:
    return Scope(scope.scrape_interval, (*scope.matchers, *matchers), scope.existing)


def _host_history(scope: Scope, host_id: str) -> list[HistoryQuery]:
    # Host series carry no identity but their target's: the info series tells which target it is.
    info = scope.of("host_info", equal("host_id", host_id))
    asked = {query.name.partition("_")[2]: query.promql for query in _host_queries(scope)}
    asked["memory"] = f"({asked['memory_total']} - {asked['memory_available']})"
    on = "job, instance"
    if scope.existing.hosts is not None:
        on = existing.PLACE
        info = " or ".join(existing.place_of(info, label) for label in ("instance", "hostname"))
    texts = {name: f"max({promql} and on ({on}) ({info}))" for name, promql in asked.items()}
    return [
        HistoryQuery(name, label, unit, texts[name], limit)
        for name, label, unit, limit in _LINES
        if name in texts
    ]


def _peer_history(scope: Scope, ip: str) -> list[HistoryQuery]:
    peer = equal("peer_ip", ip)
    return [
        HistoryQuery(
            f"network_{name}",
            label,
            "bytes_per_second",
            f"sum({_by(_EDGE, scope.rate(f'edge_{family}_bytes_total', peer))})",
        )
        for name, label, family in (
            ("receive", "Received by it", "transmit"),
            ("transmit", "Sent by it", "receive"),
        )
    ]


def event_queries(scope: Scope, node: NodeId | None, step: int, seconds: int) -> tuple[str, str]:
    """The highest and the lowest a lifecycle counter was in each step of a range of `seconds`.

    `node`: a container, or a host for all of its containers; None: every container. Only counters
    that moved within the range are told, those of containers that are gone included.
    """
    matchers: tuple[Matcher, ...] = ()
    if node is not None and node.kind == "container":
        matchers = (equal("container_id", node.parts[0]),)
    counter = scope.of("container_events_total", *matchers)
    moved = f"changes({counter}[{seconds}s] @ end()) > 0"
    if node is not None and node.kind == "host":
        info = scope.of("host_info", equal("host_id", node.parts[0]))
        moved = f"({moved}) and on (job, instance) last_over_time({info}[{seconds}s] @ end())"

    def extreme(how: str) -> str:
        inner = f"{how}_over_time({counter}[{step}s]) and ({moved})"
        return _by(("container_id", "name", "event"), inner, how)

    return extreme("max"), extreme("min")


def left_query(scope: Scope, node: NodeId | None, step: int) -> str:
    """The hosts that left the map within each step: their probes were last scraped MEMORY ago.

    Moments at which nothing at all is scraped are no evidence: a backend that was away for longer
    has no host either.
    """
    matchers = (equal("host_id", node.parts[0]),) if node is not None else ()
    info = scope.of("host_info", *matchers)
    ids = ("host_id", "hostname")
    before = _by(ids, f"last_over_time({info}[{MEMORY}] offset {step}s)")
    now = f"last_over_time({info}[{MEMORY}])"
    scraped = f"count({selector('up', scope.matchers)})"
    return f"{before} unless on (host_id) {now} and on () {scraped}"
