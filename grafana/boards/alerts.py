"""What is wrong, and what is unusual."""

from __future__ import annotations

from grafana.boards.board import Board, Row
from grafana.boards.panel import Panel, graph, link, stat, table

_ALERTS = 'ALERTS{@,alertname=~"Promscope.+"'
_NAMED = "max by (cluster, job, instance, name)"


def _count(title: str, severity: str, color: str) -> Panel:
    return stat(
        title,
        f"Alerts of severity {severity} that fire now, of prometheus/rules/alerts.yml.",
        f'count({_ALERTS},alertstate="firing",severity="{severity}"}})',
        steps=[(color, 1)],
        width=4,
        noValue="0",
    )


def _unusual(title: str, description: str, metric: str, by: str) -> Panel:
    """How many standard deviations a gauge is from its mean of the time range; the 10 farthest."""
    return graph(
        title,
        f"{description}: how many standard deviations it is from its mean over the time range, the"
        " 10 farthest. Beyond 3 is worth a look.",
        "short",
        (
            (
                f"topk(10, abs({metric}{{@}} - avg_over_time({metric}{{@}}[$__range]))"
                f" / (stddev_over_time({metric}{{@}}[$__range]) > 0))"
            ),
            by,
        ),
        width=12,
        listed=True,
    )


_NUMBERS = (
    _count("Critical", "critical", "red"),
    _count("Warnings", "warning", "orange"),
    _count("To know", "info", "blue"),
    stat(
        "Pending",
        "Conditions that are true, but not yet for as long as their alert wants.",
        f'count({_ALERTS},alertstate="pending"}})',
        steps=[("yellow", 1)],
        width=4,
        noValue="0",
    ),
    stat(
        "Out of memory",
        "Processes of containers killed for want of memory within the time range.",
        "sum(increase(promscope_container_oom_kills_total{@}[$__range]))",
        steps=[("red", 1)],
        over_range=True,
        width=4,
        decimals=0,
    ),
    stat(
        "Restarts",
        "Restarts of containers by the engine's policy within the time range.",
        "sum(increase(promscope_container_restarts_total{@}[$__range]))",
        steps=[("orange", 1)],
        over_range=True,
        width=4,
        decimals=0,
    ),
)

_FIRING = (
    table(
        "Alerts now",
        "Every alert of ours that fires or is pending. Routing, silences and the text of alerts"
        " are Alertmanager's business.",
        (f"{_ALERTS}}}",),
        {
            "alertname": "Alert",
            "severity": "Severity",
            "alertstate": "State",
            "name": "Container",
            "instance": "Host",
            "source_name": "Client",
            "peer_ip": "Peer",
            "peer_port": "Port",
        },
        {"Alert": "string"},
        width=16,
        hidden=("Value",),
        links={
            "Container": link(
                "Open the container", "container", instance="instance", container="name"
            )
        },
    ),
    graph(
        "Alerts over time",
        "How many alerts fired, by name.",
        "short",
        (f'count by (alertname) ({_ALERTS},alertstate="firing"}})', "{{alertname}}"),
        stacked=True,
    ),
)

_NEAR = (
    table(
        "Near their limits",
        "Containers that use more than half of the memory they may use, or that were throttled by"
        " their processor limit.",
        (
            (
                f"{_NAMED} (promscope_container_memory_working_set_bytes{{@}}"
                " / promscope_container_memory_limit_bytes{@}) > 0.5"
            ),
            (
                f"{_NAMED} (rate(promscope_container_cpu_throttled_periods_total{{@}}[@])"
                " / rate(promscope_container_cpu_periods_total{@}[@])) > 0.01"
            ),
        ),
        {
            "name": "Container",
            "instance": "Host",
            "Value #A": "Memory",
            "Value #B": "Throttled",
        },
        {"Memory": "percentunit", "Throttled": "percentunit"},
        sort="Memory",
    ),
    table(
        "Filesystems that fill up",
        "Filesystems that will be full within a day if they go on as within the time range, and"
        " what is left of them.",
        (
            (
                "max by (cluster, job, instance, mountpoint)"
                " (promscope_host_filesystem_available_bytes{@}) and on (job, instance, mountpoint)"
                " predict_linear(promscope_host_filesystem_available_bytes{@}[$__range], 86400) < 0"
            ),
        ),
        {"mountpoint": "Mounted at", "instance": "Host", "Value": "Available"},
        {"Available": "bytes"},
    ),
)

_UNUSUAL = (
    _unusual(
        "Unusual memory",
        "Working set of a container",
        "promscope_container_memory_working_set_bytes",
        "{{name}} @ {{instance}}",
    ),
    _unusual(
        "Unusual file descriptors",
        "Open file descriptors of a container",
        "promscope_container_open_fds",
        "{{name}} @ {{instance}}",
    ),
    _unusual(
        "Unusual connections",
        "Open connections of an edge",
        "promscope_edge_connections",
        "{{source_name}} → {{peer_ip}}:{{peer_port}}",
    ),
    _unusual(
        "Unusual load",
        "Load average of a host over 1 minute",
        "promscope_host_load1",
        "{{instance}}",
    ),
)

BOARD = Board(
    "alerts",
    "Alerts and anomalies",
    "Alerts that fire, containers and filesystems near their limits, and what is far from its"
    " usual value.",
    (
        Row("", _NUMBERS),
        Row("Alerts", _FIRING),
        Row("Near the limit", _NEAR),
        Row("Anomalies", _UNUSUAL),
    ),
)
