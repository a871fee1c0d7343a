"""Every metric family this probe can expose (design §4); docs/metrics/ is generated from it.

Names and labels cannot change once users have data. `tests/unit/exporter/exposition/
test_catalogue.py` pins them, and holds that no label of ours equals a target label, so joins
work with honor_labels on or off.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Type = Literal["counter", "gauge", "summary"]

#: Labels that a scrape or a service discovery sets; none of ours may equal one.
TARGET_LABELS = frozenset(
    ("job", "instance", "container", "pod", "namespace", "node", "service", "endpoint")
)

CONTAINER_STATES = (
    "created", "running", "paused", "restarting", "exited", "dead", "removed",
)  # fmt: skip
CONTAINER_HEALTH = ("starting", "healthy", "unhealthy")


@dataclass(frozen=True, slots=True)
class Family:
    """One metric family. `labels` are in exposition order; `optional` ones are left out of a
    series when not known (never written empty); `open_labels`: more labels by an allow-list.
    """

    name: str
    type: Type
    labels: tuple[str, ...]
    help: str
    optional: tuple[str, ...] = ()
    open_labels: bool = False

    def header(self) -> str:
        """The HELP and TYPE lines of the text format 0.0.4."""
        text = self.help.replace("\\", r"\\").replace("\n", r"\n")
        return f"# HELP {self.name} {text}\n# TYPE {self.name} {self.type}\n"


_families: dict[str, Family] = {}


def _family(
    name: str, kind: Type, labels: str, text: str, *, optional: str = "", open_labels: bool = False
) -> Family:
    family = Family(
        f"promscope_{name}", kind, tuple(labels.split()), text, tuple(optional.split()), open_labels
    )
    _families[family.name] = family
    return family


def _host(name: str, kind: Type, labels: str, text: str) -> Family:
    return _family(f"host_{name}", kind, labels, text)


def _container(
    name: str,
    kind: Type,
    text: str,
    labels: str = "",
    *,
    optional: str = "",
    open_labels: bool = False,
) -> Family:
    return _family(
        f"container_{name}",
        kind,
        f"container_id name {labels}",
        text,
        optional=optional,
        open_labels=open_labels,
    )


def _process(name: str, kind: Type, text: str) -> Family:
    return _family(f"process_{name}", kind, "owner owner_name process", text)


def _edge(name: str, kind: Type, text: str) -> Family:
    return _family(
        f"edge_{name}",
        kind,
        "source source_name process peer_ip peer_port protocol service_ip service_port",
        text,
        optional="service_ip service_port",
    )


def _inbound(name: str, kind: Type, text: str) -> Family:
    return _family(
        f"inbound_{name}", kind, "target target_name process port protocol peer_ip", text
    )


# Host
HOST_INFO = _host(
    "info", "gauge", "host_id hostname os kernel arch", "The host this probe runs on; always 1."
)
HOST_CPU_CORES = _host("cpu_cores", "gauge", "", "Processors that are online.")
HOST_CPU_SECONDS = _host(
    "cpu_seconds_total", "counter", "mode", "Seconds all processors together spent in each mode."
)
HOST_MEMORY_TOTAL = _host("memory_total_bytes", "gauge", "", "Memory the kernel can use.")
HOST_MEMORY_AVAILABLE = _host(
    "memory_available_bytes", "gauge", "", "Memory available to start programs without swapping."
)
HOST_MEMORY_FREE = _host("memory_free_bytes", "gauge", "", "Memory used for nothing at all.")
HOST_SWAP_TOTAL = _host("swap_total_bytes", "gauge", "", "Swap space.")
HOST_SWAP_FREE = _host("swap_free_bytes", "gauge", "", "Swap space not in use.")
HOST_FILESYSTEM_SIZE = _host(
    "filesystem_size_bytes", "gauge", "device fstype mountpoint", "Size of the filesystem."
)
HOST_FILESYSTEM_AVAILABLE = _host(
    "filesystem_available_bytes",
    "gauge",
    "device fstype mountpoint",
    "Space that an ordinary user may still fill.",
)
HOST_LOAD1 = _host("load1", "gauge", "", "Load average over 1 minute.")
HOST_LOAD5 = _host("load5", "gauge", "", "Load average over 5 minutes.")
HOST_LOAD15 = _host("load15", "gauge", "", "Load average over 15 minutes.")
HOST_BOOT_TIME = _host("boot_time_seconds", "gauge", "", "When the host booted, in Unix time.")
HOST_NETWORK_RECEIVE = _host(
    "network_receive_bytes_total", "counter", "device", "Bytes received by the network device."
)
HOST_NETWORK_TRANSMIT = _host(
    "network_transmit_bytes_total", "counter", "device", "Bytes transmitted by the network device."
)
HOST_DISK_READ = _host(
    "disk_read_bytes_total", "counter", "device", "Bytes read from the whole disk."
)
HOST_DISK_WRITTEN = _host(
    "disk_written_bytes_total", "counter", "device", "Bytes written to the whole disk."
)
HOST_PRESSURE = _host(
    "pressure_seconds_total",
    "counter",
    "resource stall",
    "Seconds in which some or all (full) tasks waited for the resource (kernel PSI).",
)

# Container
CONTAINER_INFO = _container(
    "info",
    "gauge",
    "What the container is; always 1. container_name is its name in the pod, else its own.",
    "container_name image image_tag image_id runtime network_mode"
    " compose_project compose_service kube_pod kube_pod_uid kube_namespace",
    optional="image image_tag image_id network_mode compose_project compose_service"
    " kube_pod kube_pod_uid kube_namespace",
)
CONTAINER_STATE = _container(
    "state", "gauge", "1 for the state the container is in, else 0.", "state"
)
CONTAINER_HEALTH_STATE = _container(
    "health", "gauge", "1 for what the container's health check says, else 0.", "health"
)
CONTAINER_LABEL_INFO = _container(
    "label_info",
    "gauge",
    "Container labels of the allow-list, as label_…; always 1.",
    open_labels=True,
)
CONTAINER_CREATED = _container(
    "created_timestamp_seconds", "gauge", "When the container was created, in Unix time."
)
CONTAINER_STARTED = _container(
    "start_time_seconds", "gauge", "When the container was last started, in Unix time."
)
CONTAINER_EVENTS = _container(
    "events_total", "counter", "Lifecycle events the probe has seen of the container.", "event"
)
CONTAINER_CPU = _container("cpu_seconds_total", "counter", "Processor seconds used.")
CONTAINER_CPU_PERIODS = _container(
    "cpu_periods_total", "counter", "Enforcement periods of the processor limit."
)
CONTAINER_CPU_THROTTLED_PERIODS = _container(
    "cpu_throttled_periods_total", "counter", "Periods in which the container was throttled."
)
CONTAINER_CPU_THROTTLED = _container(
    "cpu_throttled_seconds_total", "counter", "Seconds the container's tasks were throttled."
)
CONTAINER_CPU_LIMIT = _container(
    "cpu_limit_cores", "gauge", "Processors the container may use; absent: no limit."
)
CONTAINER_MEMORY = _container(
    "memory_working_set_bytes", "gauge", "Memory in use less the inactive page cache."
)
CONTAINER_MEMORY_LIMIT = _container(
    "memory_limit_bytes", "gauge", "Memory the container may use; absent: no limit."
)
CONTAINER_NETWORK_RECEIVE = _container(
    "network_receive_bytes_total",
    "counter",
    "Bytes received in the container's own network namespace, loopback left out.",
)
CONTAINER_NETWORK_TRANSMIT = _container(
    "network_transmit_bytes_total",
    "counter",
    "Bytes transmitted in the container's own network namespace, loopback left out.",
)
CONTAINER_DISK_READ = _container("disk_read_bytes_total", "counter", "Bytes read from disks.")
CONTAINER_DISK_WRITTEN = _container(
    "disk_written_bytes_total", "counter", "Bytes written to disks."
)
CONTAINER_WRITABLE_LAYER = _container(
    "writable_layer_bytes",
    "gauge",
    "Disk space of what the container wrote outside of its mounts, every 5 minutes.",
)
CONTAINER_VOLUME = _container(
    "volume_bytes", "gauge", "Disk space of a volume of the container, every 5 minutes.", "volume"
)
CONTAINER_RESTARTS = _container(
    "restarts_total", "counter", "Restarts by the engine's restart policy."
)
CONTAINER_OOM_KILLS = _container(
    "oom_kills_total", "counter", "Processes of the container killed for want of memory."
)
CONTAINER_PROCESSES = _container("processes", "gauge", "Processes in the container.")
CONTAINER_PIDS_LIMIT = _container(
    "pids_limit", "gauge", "Tasks the container may have; absent: no limit."
)
CONTAINER_OPEN_FDS = _container("open_fds", "gauge", "File descriptors open in the container.")
CONTAINER_PRESSURE = _container(
    "pressure_seconds_total",
    "counter",
    "Seconds in which some or all (full) tasks waited for the resource (kernel PSI).",
    "resource stall",
)

# Processes of one command in one container or on one host
PROCESS_INSTANCES = _process("instances", "gauge", "Processes of this command now.")
PROCESS_CPU = _process(
    "cpu_seconds_total", "counter", "Processor seconds used, those of ended processes included."
)
PROCESS_MEMORY = _process("resident_memory_bytes", "gauge", "Resident memory.")
PROCESS_THREADS = _process("threads", "gauge", "Threads.")
PROCESS_OPEN_FDS = _process("open_fds", "gauge", "Open file descriptors.")
PROCESS_READ = _process("read_bytes_total", "counter", "Bytes read from storage.")
PROCESS_WRITTEN = _process("written_bytes_total", "counter", "Bytes written to storage.")

# Who owns an address and who listens
ENDPOINT_INFO = _family(
    "endpoint_info",
    "gauge",
    "owner owner_name ip netns routable",
    "The owner (a node id) has this address in this network namespace; always 1. routable is"
    " false where the address means something on this host only.",
)
LISTEN_INFO = _family(
    "listen_info",
    "gauge",
    "owner owner_name process ip port protocol netns target_port",
    "The owner (a node id) is reached at this address; always 1. target_port: where a published"
    " port ends inside the container.",
    optional="process target_port",
)

# Edges, client side
EDGE_CONNECTIONS = _edge("connections", "gauge", "Connections open now.")
EDGE_CONNECTS = _edge("connects_total", "counter", "Connections made.")
EDGE_FAILED_CONNECTS = _edge(
    "failed_connects_total", "counter", "Connection attempts that were refused or timed out."
)
EDGE_TRANSMIT = _edge(
    "transmit_bytes_total", "counter", "Payload bytes from the source to the peer."
)
EDGE_RECEIVE = _edge("receive_bytes_total", "counter", "Payload bytes from the peer to the source.")
EDGE_RETRANSMITS = _edge("retransmits_total", "counter", "Segments sent again by the source.")
EDGE_RTT = _edge(
    "rtt_seconds",
    "summary",
    "Smoothed round-trip time, one observation per connection and collection.",
)

# Server side, for peers that this host does not own
INBOUND_CONNECTIONS = _inbound("connections", "gauge", "Connections open now.")
INBOUND_CONNECTS = _inbound("connects_total", "counter", "Connections accepted.")
INBOUND_TRANSMIT = _inbound(
    "transmit_bytes_total", "counter", "Payload bytes from the target to the peer."
)
INBOUND_RECEIVE = _inbound(
    "receive_bytes_total", "counter", "Payload bytes from the peer to the target."
)

# The probe about itself (the collector families keep node_exporter's names behind our prefix)
INVENTORY_SEQUENCE = _family(
    "inventory_sequence",
    "gauge",
    "epoch",
    "The number of the last inventory change that this scrape contains.",
)
BUILD_INFO = _family("exporter_build_info", "gauge", "version python", "The probe; always 1.")
CAPABILITY = _family(
    "exporter_capability",
    "gauge",
    "capability",
    "1 where the probe can use the source, 0 where it degrades without it.",
)
TUNNEL_CONNECTED = _family(
    "exporter_tunnel_connected", "gauge", "api", "1 while the tunnel to this API address is up."
)
EVENTS_LOST = _family(
    "exporter_events_lost_total",
    "counter",
    "source",
    "Times the events of the kernel or the engine, or those that wait for a tunnel, overran; each"
    " one is followed by a full resync.",
)
SCRAPES_PER_READ = _family(
    "exporter_scrapes_per_read",
    "gauge",
    "",
    "At every how many scrapes edges are polled and each process and container is read; above 1"
    " while the exporter would use more than --cpu.budget.",
)
HTTP_REQUESTS = _family(
    "exporter_http_requests_total",
    "counter",
    "code",
    "Requests answered, by status; 503 also counts scrapes above --web.max-requests.",
)
COLLECTOR_SUCCESS = _family(
    "scrape_collector_success",
    "gauge",
    "collector",
    "1 if the collector gave all it has, 0 if it failed or was partial.",
)
COLLECTOR_DURATION = _family(
    "scrape_collector_duration_seconds", "gauge", "collector", "How long the collector took."
)
SERIES_DROPPED = _family(
    "series_dropped_total",
    "counter",
    "reason",
    "Series that a budget left out or folded into other.",
)


# The exporter's own process, under the names every Prometheus client library uses
def _own(name: str, kind: Type, text: str) -> Family:
    family = Family(f"process_{name}", kind, (), text)
    _families[family.name] = family
    return family


OWN_CPU = _own("cpu_seconds_total", "counter", "Processor seconds this exporter used.")
OWN_RESIDENT = _own("resident_memory_bytes", "gauge", "Resident memory of this exporter.")
OWN_VIRTUAL = _own("virtual_memory_bytes", "gauge", "Virtual memory of this exporter.")
OWN_START = _own("start_time_seconds", "gauge", "When this exporter started, in Unix time.")
OWN_OPEN_FDS = _own("open_fds", "gauge", "File descriptors this exporter has open.")
OWN_MAX_FDS = _own("max_fds", "gauge", "File descriptors this exporter may open.")


def families() -> tuple[Family, ...]:
    """Every family, in the order of declaration."""
    return tuple(_families.values())
