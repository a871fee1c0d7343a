"""All hosts and their containers at a glance."""

from __future__ import annotations

from grafana.boards.board import Board, Row
from grafana.boards.panel import graph, link, stat, table

_BUSY = 'mode!~"idle|iowait"'
_CORES = "promscope_host_cpu_cores{@}"
#: Bridges and the devices of containers carry what real devices carry a second time.
DEVICES = 'device!~"lo|veth.*|br-.*|docker.*|virbr.*|cni.*|cali.*|flannel.*|tap.*|tun.*"'
_AT = "{{name}} @ {{instance}}"
_SUM = "max by (cluster, job, instance, name)"

_NUMBERS = (
    stat("Hosts that answer", "Hosts whose exporter answers now.", "count(promscope_host_info{@})"),
    stat(
        "Exporters down",
        "Targets of the chosen jobs that Prometheus cannot scrape; their hosts are missing from"
        " everything below.",
        "count(up{@} == 0)",
        steps=[("red", 1)],
        noValue="0",
    ),
    stat(
        "Containers running",
        "Containers in state running.",
        'sum(promscope_container_state{@,state="running"})',
        trend=True,
    ),
    stat(
        "Containers in trouble",
        "Containers that are restarting, dead or unhealthy.",
        'count(promscope_container_state{@,state=~"restarting|dead"} == 1 or on (job, instance,'
        ' container_id) promscope_container_health{@,health="unhealthy"} == 1)',
        steps=[("red", 1)],
        noValue="0",
    ),
    stat(
        "CPU, all hosts",
        "Processor time used by all hosts together, as a share of what they have.",
        f"sum(rate(promscope_host_cpu_seconds_total{{@,{_BUSY}}}[@])) / sum({_CORES})",
        "percentunit",
        steps=[("orange", 0.8), ("red", 0.95)],
        trend=True,
        max=1,
    ),
    stat(
        "Memory, all hosts",
        "Memory of all hosts together that is not available to start programs.",
        "1 - sum(promscope_host_memory_available_bytes{@})"
        " / sum(promscope_host_memory_total_bytes{@})",
        "percentunit",
        steps=[("orange", 0.85), ("red", 0.95)],
        trend=True,
        max=1,
    ),
    stat(
        "Open connections",
        "Connections open now, each counted at its client.",
        "sum(promscope_edge_connections{@})",
        trend=True,
    ),
    stat(
        "Failed connects now",
        "Connection attempts that were refused or timed out.",
        "sum(rate(promscope_edge_failed_connects_total{@}[@]))",
        "cps",
        steps=[("orange", 0.1)],
        trend=True,
    ),
)

_HOSTS = (
    graph(
        "CPU used",
        "Share of the host's processors that was busy; idle and waiting for disks left out.",
        "percentunit",
        (
            (
                f"sum by (instance) (rate(promscope_host_cpu_seconds_total{{@,{_BUSY}}}[@]))"
                f" / on (instance) sum by (instance) ({_CORES})"
            ),
            "{{instance}}",
        ),
        max=1,
    ),
    graph(
        "Memory used",
        "Share of the host's memory that is not available to start programs.",
        "percentunit",
        (
            "1 - promscope_host_memory_available_bytes{@} / promscope_host_memory_total_bytes{@}",
            "{{instance}}",
        ),
        max=1,
    ),
    graph(
        "Load per processor",
        "Load average over 5 minutes, divided by the number of processors: above 1, work has to"
        " wait.",
        "short",
        (f"promscope_host_load5{{@}} / {_CORES}", "{{instance}}"),
    ),
    graph(
        "Network",
        "Bytes per second of real devices, transmitted upwards and received downwards; bridges and"
        " container devices left out.",
        "Bps",
        *(
            (
                (
                    f"sum by (instance) (rate(promscope_host_network_{way}_bytes_total"
                    f"{{@,{DEVICES}}}[@]))"
                ),
                f"{{{{instance}}}} {way}",
            )
            for way in ("transmit", "receive")
        ),
        below=".* receive$",
    ),
    graph(
        "Disks",
        "Bytes per second of whole disks, written upwards and read downwards.",
        "Bps",
        *(
            (
                f"sum by (instance) (rate(promscope_host_disk_{way}_bytes_total{{@}}[@]))",
                f"{{{{instance}}}} {way}",
            )
            for way in ("written", "read")
        ),
        below=".* read$",
    ),
    graph(
        "Waiting for CPU, memory or disks",
        "Share of time in which at least one task had to wait for the resource (kernel PSI). Empty"
        " on kernels without it.",
        "percentunit",
        (
            'rate(promscope_host_pressure_seconds_total{@,stall="some"}[@])',
            "{{instance}} {{resource}}",
        ),
    ),
)

_CONTAINERS = (
    graph(
        "CPU, top 10",
        "The 10 containers that use most processor time, in processors.",
        "short",
        ("topk(10, rate(promscope_container_cpu_seconds_total{@}[@]))", _AT),
        width=12,
        listed=True,
    ),
    graph(
        "Memory, top 10",
        "The 10 containers that use most memory, inactive page cache left out.",
        "bytes",
        ("topk(10, promscope_container_memory_working_set_bytes{@})", _AT),
        width=12,
        listed=True,
    ),
    graph(
        "Network, top 10",
        "The 10 containers with most bytes per second, both directions together. A container in"
        " the host's network has no figures of its own.",
        "Bps",
        (
            (
                "topk(10, rate(promscope_container_network_receive_bytes_total{@}[@])"
                " + rate(promscope_container_network_transmit_bytes_total{@}[@]))"
            ),
            _AT,
        ),
        width=12,
        listed=True,
    ),
    graph(
        "Containers by state",
        "How many containers are in each state.",
        "short",
        ("sum by (state) (promscope_container_state{@})", "{{state}}"),
        width=12,
        stacked=True,
        listed=True,
    ),
    table(
        "Failures",
        "Containers that are restarting, dead or unhealthy now, or were restarted or killed for"
        " want of memory within the time range.",
        (
            f"{_SUM} (increase(promscope_container_restarts_total{{@}}[$__range])) > 0",
            f"{_SUM} (increase(promscope_container_oom_kills_total{{@}}[$__range])) > 0",
            f'{_SUM} (promscope_container_health{{@,health="unhealthy"}}) == 1',
            f'{_SUM} (promscope_container_state{{@,state=~"restarting|dead"}}) == 1',
        ),
        {
            "name": "Container",
            "instance": "Host",
            "Value #A": "Restarts",
            "Value #B": "OOM kills",
            "Value #C": "Unhealthy",
            "Value #D": "Restarting or dead",
        },
        dict.fromkeys(("Restarts", "OOM kills", "Unhealthy", "Restarting or dead"), "short"),
        width=24,
        height=7,
        links={
            "Container": link(
                "Open the container", "container", instance="instance", container="name"
            )
        },
    ),
)

BOARD = Board(
    "fleet",
    "Fleet",
    "All hosts and their containers, as the Promscope exporters see them.",
    (Row("", _NUMBERS), Row("Hosts", _HOSTS), Row("Containers", _CONTAINERS)),
)
