"""One container."""

from __future__ import annotations

from collections.abc import Mapping

from grafana.boards import variable
from grafana.boards.board import EVENTS, Board, Row
from grafana.boards.panel import Panel, graph, stat, table

_IT = '@,name="$container"'
_OWNED = '@,owner_name="$container",owner=~"container:.+"'
_OUT = '@,source_name="$container",source=~"container:.+"'
_TO_IT = '@,peer_ip=~"$ip"'
_HIDDEN = ("name", "container_name", "image_id", "kube_pod", "kube_pod_uid", "kube_namespace")

_NUMBERS = (
    stat(
        "State",
        "The state the container is in; several where containers share the name one after another.",
        f"promscope_container_state{{{_IT}}} == 1",
        "none",
        word="state",
        width=4,
    ),
    stat(
        "Health",
        "What the container's health check says; empty if it has none.",
        f"promscope_container_health{{{_IT}}} == 1",
        "none",
        word="health",
        width=4,
        noValue="no check",
    ),
    stat(
        "Running since",
        "When the container was last started.",
        f"1000 * max(promscope_container_start_time_seconds{{{_IT}}})",
        "dateTimeFromNow",
        width=4,
    ),
    stat(
        "Restarts",
        "Restarts by the engine's restart policy within the time range.",
        f"sum(increase(promscope_container_restarts_total{{{_IT}}}[$__range]))",
        steps=[("orange", 1), ("red", 4)],
        over_range=True,
        width=4,
        decimals=0,
    ),
    stat(
        "OOM kills",
        "Processes of the container killed for want of memory within the time range.",
        f"sum(increase(promscope_container_oom_kills_total{{{_IT}}}[$__range]))",
        steps=[("red", 1)],
        over_range=True,
        width=4,
        decimals=0,
    ),
    stat(
        "Open connections",
        "Connections the container has open as a client.",
        f"sum(promscope_edge_connections{{{_OUT}}})",
        width=4,
    ),
    table(
        "Identity",
        "What the container is, as its engine says.",
        (f"promscope_container_info{{{_IT}}}",),
        {
            "container_id": "Id",
            "image": "Image",
            "image_tag": "Tag",
            "compose_project": "Project",
            "compose_service": "Service",
            "runtime": "Runtime",
            "network_mode": "Network",
            "instance": "Host",
        },
        {"Id": "string"},
        width=24,
        height=4,
        hidden=("Value", *_HIDDEN),
    ),
)


def _rates(metric: str, *ways: str) -> list[tuple[str, str]]:
    return [
        (f"rate({metric.format(way)}{{{_IT}}}[@])", f"{way} {{{{container_id}}}}") for way in ways
    ]


def _with_limit(used: str, limit: str, what: str = "used") -> list[tuple[str, str]]:
    return [(used, f"{what} {{{{container_id}}}}"), (limit, "limit {{container_id}}")]


_USE = (
    graph(
        "CPU",
        "Processors used, and the limit if there is one.",
        "short",
        *_with_limit(
            f"rate(promscope_container_cpu_seconds_total{{{_IT}}}[@])",
            f"promscope_container_cpu_limit_cores{{{_IT}}}",
        ),
    ),
    graph(
        "Throttled",
        "Share of the enforcement periods in which the container had to wait because of its"
        " processor limit. Empty without a limit.",
        "percentunit",
        (
            (
                f"rate(promscope_container_cpu_throttled_periods_total{{{_IT}}}[@])"
                f" / rate(promscope_container_cpu_periods_total{{{_IT}}}[@])"
            ),
            "{{container_id}}",
        ),
        max=1,
    ),
    graph(
        "Memory",
        "Memory in use less the inactive page cache, and the limit if there is one.",
        "bytes",
        *_with_limit(
            f"promscope_container_memory_working_set_bytes{{{_IT}}}",
            f"promscope_container_memory_limit_bytes{{{_IT}}}",
        ),
    ),
    graph(
        "Network",
        "Bytes per second in the container's own network namespace, transmitted upwards and"
        " received downwards; loopback left out.",
        "Bps",
        *_rates("promscope_container_network_{}_bytes_total", "transmit", "receive"),
        below="receive .*",
    ),
    graph(
        "Disks",
        "Bytes per second, written upwards and read downwards.",
        "Bps",
        *_rates("promscope_container_disk_{}_bytes_total", "written", "read"),
        below="read .*",
    ),
    graph(
        "Waiting for CPU, memory or disks",
        "Share of time in which at least one task had to wait for the resource (kernel PSI). Needs"
        " cgroup v2.",
        "percentunit",
        (
            f'rate(promscope_container_pressure_seconds_total{{{_IT},stall="some"}}[@])',
            "{{resource}} {{container_id}}",
        ),
    ),
    graph(
        "Processes",
        "Processes in the container, and the limit of tasks if there is one.",
        "short",
        *_with_limit(
            f"promscope_container_processes{{{_IT}}}",
            f"promscope_container_pids_limit{{{_IT}}}",
            "processes",
        ),
        width=12,
    ),
    graph(
        "File descriptors",
        "File descriptors open in the container.",
        "short",
        (f"promscope_container_open_fds{{{_IT}}}", "{{container_id}}"),
        width=12,
    ),
)

_COMMANDS = (
    graph(
        "CPU by command",
        "Processors used by all processes of a command together, ended ones included.",
        "short",
        (
            f"sum by (process) (rate(promscope_process_cpu_seconds_total{{{_OWNED}}}[@]))",
            "{{process}}",
        ),
        width=12,
        stacked=True,
    ),
    graph(
        "Memory by command",
        "Resident memory of all processes of a command together; shared pages count once for each"
        " process.",
        "bytes",
        (
            f"sum by (process) (promscope_process_resident_memory_bytes{{{_OWNED}}})",
            "{{process}}",
        ),
        width=12,
        stacked=True,
    ),
)


def _edges(title: str, description: str, which: str, by: Mapping[str, str]) -> Panel:
    sum_by = f"sum by ({', '.join(by)})"
    return table(
        title,
        description,
        (
            f"{sum_by} (promscope_edge_connections{{{which}}})",
            f"{sum_by} (rate(promscope_edge_transmit_bytes_total{{{which}}}[@]))",
            f"{sum_by} (rate(promscope_edge_receive_bytes_total{{{which}}}[@]))",
        ),
        dict(by) | {"Value #A": "Open", "Value #B": "Transmit", "Value #C": "Receive"},
        {"Open": "short", "Transmit": "Bps", "Receive": "Bps"},
    )


_CONNECTIONS = (
    _edges(
        "Outgoing",
        "The peers the container connects to, where address translation ended.",
        _OUT,
        {"process": "Process", "peer_ip": "Peer", "peer_port": "Port", "protocol": "Protocol"},
    ),
    _edges(
        "Incoming from this host",
        "Clients on the same host that connect to an address of the container. Clients on other"
        " hosts are on the map, which joins all hosts.",
        _TO_IT,
        {
            "source_name": "Client",
            "process": "Process",
            "peer_port": "Port",
            "protocol": "Protocol",
        },
    ),
    graph(
        "Connections made and failed",
        "Connections the container made per second, and attempts that were refused or timed out.",
        "cps",
        (f"sum(rate(promscope_edge_connects_total{{{_OUT}}}[@]))", "made"),
        (f"sum(rate(promscope_edge_failed_connects_total{{{_OUT}}}[@]))", "failed"),
    ),
    graph(
        "Round-trip time",
        "Mean smoothed round-trip time of the container's TCP connections, by peer.",
        "s",
        (
            (
                f"sum by (peer_ip, peer_port) (rate(promscope_edge_rtt_seconds_sum{{{_OUT}}}[@]))"
                " / sum by (peer_ip, peer_port)"
                f" (rate(promscope_edge_rtt_seconds_count{{{_OUT}}}[@]))"
            ),
            "{{peer_ip}}:{{peer_port}}",
        ),
    ),
    graph(
        "From outside, by port",
        "Bytes per second with clients outside this host, by the port they reach.",
        "Bps",
        (
            (
                "sum by (port, protocol)"
                ' (rate(promscope_inbound_transmit_bytes_total{@,target_name="$container"}[@])'
                ' + rate(promscope_inbound_receive_bytes_total{@,target_name="$container"}[@]))'
            ),
            "{{port}}/{{protocol}}",
        ),
    ),
)

BOARD = Board(
    "container",
    "Container",
    "One container: state, use of resources, processes and connections.",
    (
        Row("", _NUMBERS),
        Row("Use", _USE),
        Row("Processes by command", _COMMANDS),
        Row("Connections", _CONNECTIONS),
    ),
    (
        variable.values("container", "Container", "promscope_container_info{@}", "name", one=True),
        variable.values(
            "ip",
            "Addresses",
            f"promscope_endpoint_info{{{_OWNED}}}",
            "ip",
            # A loopback address is everybody's.
            pattern=r"/^(?!127\.|::1$).+/",
            hidden=True,
        ),
        variable.TOPOLOGY,
    ),
    (EVENTS,),
)
