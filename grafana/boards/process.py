"""One command, wherever it runs."""

from __future__ import annotations

from grafana.boards import variable
from grafana.boards.board import Board, Row
from grafana.boards.panel import graph, stat, table

_IT = '@,process=~"$process",owner_name=~"$owner"'
_CLIENT = '@,process=~"$process",source_name=~"$owner"'
_BY = "{{process}} in {{owner_name}}"


def _total(metric: str) -> str:
    return f"sum(promscope_process_{metric}{{{_IT}}})"


def _line(metric: str) -> tuple[str, str]:
    return f"sum by (process, owner_name) (promscope_process_{metric}{{{_IT}}})", _BY


_NUMBERS = (
    stat("Processes", "Processes of the chosen commands now.", _total("instances"), width=4),
    stat(
        "CPU",
        "Processors they use together.",
        f"sum(rate(promscope_process_cpu_seconds_total{{{_IT}}}[@]))",
        width=4,
        trend=True,
    ),
    stat(
        "Memory",
        "Their resident memory; shared pages count once for each process.",
        _total("resident_memory_bytes"),
        "bytes",
        width=4,
        trend=True,
    ),
    stat("Threads", "Threads of the chosen commands.", _total("threads"), width=4),
    stat(
        "File descriptors",
        "File descriptors the chosen commands have open.",
        _total("open_fds"),
        width=4,
    ),
    stat(
        "Open connections",
        "Connections they have open as clients.",
        f"sum(promscope_edge_connections{{{_CLIENT}}})",
        width=4,
    ),
)

_USE = (
    graph(
        "CPU by place",
        "Processors used by all processes of a command together, ended ones included, the 10"
        " largest.",
        "short",
        (
            (
                "topk(10, sum by (process, owner_name)"
                f" (rate(promscope_process_cpu_seconds_total{{{_IT}}}[@])))"
            ),
            _BY,
        ),
        width=12,
        listed=True,
    ),
    graph(
        "Memory by place",
        "Resident memory of all processes of a command together, the 10 largest.",
        "bytes",
        (f"topk(10, {_line('resident_memory_bytes')[0]})", _BY),
        width=12,
        listed=True,
    ),
    graph(
        "Processes by place",
        "Processes of each command, by where they run.",
        "short",
        _line("instances"),
    ),
    graph("Threads by place", "Threads of all processes of a command.", "short", _line("threads")),
    graph(
        "File descriptors by place",
        "File descriptors open in all processes of a command.",
        "short",
        _line("open_fds"),
    ),
    graph(
        "Storage",
        "Bytes per second, written upwards and read downwards.",
        "Bps",
        *(
            (
                f"sum by (process) (rate(promscope_process_{way}_bytes_total{{{_IT}}}[@]))",
                f"{{{{process}}}} {way}",
            )
            for way in ("written", "read")
        ),
        below=".* read$",
        width=12,
    ),
    table(
        "Connections by command",
        "Whom the commands connect to.",
        (
            (
                "sum by (cluster, job, instance, process, source_name, peer_ip, peer_port,"
                f" protocol) (promscope_edge_connections{{{_CLIENT}}})"
            ),
        ),
        {
            "process": "Command",
            "source_name": "Runs in",
            "peer_ip": "Peer",
            "peer_port": "Port",
            "protocol": "Protocol",
            "instance": "Host",
            "Value": "Open",
        },
        {"Open": "short"},
        height=8,
        sort="Open",
    ),
)

BOARD = Board(
    "process",
    "Process",
    "Commands in containers and on hosts: processes of one name, summed. Single processes are on"
    " the map.",
    (Row("", _NUMBERS), Row("Use", _USE)),
    (
        variable.values("owner", "Runs in", "promscope_process_instances{@}", "owner_name"),
        variable.values(
            "process", "Command", 'promscope_process_instances{@,owner_name=~"$owner"}', "process"
        ),
    ),
)
