"""One host, or several beside each other."""

from __future__ import annotations

from grafana.boards.board import Board, Row
from grafana.boards.fleet import DEVICES
from grafana.boards.panel import graph, link, stat, table

_MOUNT = "max by (cluster, job, instance, mountpoint, fstype)"

_NUMBERS = (
    stat(
        "Running since",
        "When the host was booted; the latest where several are chosen.",
        "1000 * max(promscope_host_boot_time_seconds{@})",
        "dateTimeFromNow",
        width=4,
    ),
    stat("Processors", "Processors that are online.", "sum(promscope_host_cpu_cores{@})", width=4),
    stat(
        "Memory in all",
        "Memory the kernel can use.",
        "sum(promscope_host_memory_total_bytes{@})",
        "bytes",
        width=4,
    ),
    stat(
        "Fullest filesystem",
        "The largest share of a filesystem that is in use.",
        "max(1 - promscope_host_filesystem_available_bytes{@}"
        " / promscope_host_filesystem_size_bytes{@})",
        "percentunit",
        steps=[("orange", 0.85), ("red", 0.95)],
        width=4,
        max=1,
    ),
    stat(
        "Containers running",
        "Containers in state running.",
        'sum(promscope_container_state{@,state="running"})',
        width=4,
    ),
    stat(
        "Processes outside containers",
        "Processes that belong to no container.",
        'sum(promscope_process_instances{@,owner=~"host:.+"})',
        width=4,
    ),
)

_IDENTITY = table(
    "Identity",
    "What the host is, as its kernel says.",
    ("promscope_host_info{@}",),
    {
        "hostname": "Name",
        "instance": "Scraped at",
        "os": "System",
        "kernel": "Kernel",
        "arch": "Architecture",
        "host_id": "Id",
    },
    {"Id": "string"},
    width=24,
    height=4,
    hidden=("Value",),
)

_USE = (
    graph(
        "CPU by mode",
        "Processors in use, by what for.",
        "short",
        ('sum by (mode) (rate(promscope_host_cpu_seconds_total{@,mode!="idle"}[@]))', "{{mode}}"),
        stacked=True,
    ),
    graph(
        "Memory",
        "Memory that is not available to start programs, memory used for nothing at all, and swap"
        " in use.",
        "bytes",
        (
            "promscope_host_memory_total_bytes{@} - promscope_host_memory_available_bytes{@}",
            "used {{instance}}",
        ),
        ("promscope_host_memory_free_bytes{@}", "free {{instance}}"),
        (
            "promscope_host_swap_total_bytes{@} - promscope_host_swap_free_bytes{@}",
            "swap {{instance}}",
        ),
    ),
    graph(
        "Load",
        "Load averages over 1, 5 and 15 minutes.",
        "short",
        *(
            (f"promscope_host_load{many}{{@}}", f"{many} min {{{{instance}}}}")
            for many in (1, 5, 15)
        ),
    ),
    graph(
        "Network by device",
        "Bytes per second of real devices, transmitted upwards and received downwards.",
        "Bps",
        *(
            (
                (
                    f"sum by (instance, device) (rate(promscope_host_network_{way}_bytes_total"
                    f"{{@,{DEVICES}}}[@]))"
                ),
                f"{{{{device}}}} {way} {{{{instance}}}}",
            )
            for way in ("transmit", "receive")
        ),
        below=".* receive .*",
    ),
    graph(
        "Disks by device",
        "Bytes per second of whole disks, written upwards and read downwards.",
        "Bps",
        *(
            (
                f"sum by (instance, device) (rate(promscope_host_disk_{way}_bytes_total{{@}}[@]))",
                f"{{{{device}}}} {way} {{{{instance}}}}",
            )
            for way in ("written", "read")
        ),
        below=".* read .*",
    ),
    graph(
        "Waiting for CPU, memory or disks",
        "Share of time in which some tasks, or all of them (full), had to wait for the resource"
        " (kernel PSI). Empty on kernels without it.",
        "percentunit",
        (
            "rate(promscope_host_pressure_seconds_total{@}[@])",
            "{{resource}} {{stall}} {{instance}}",
        ),
    ),
    table(
        "Filesystems",
        "Share of each filesystem that is in use, and what an ordinary user may still fill.",
        (
            (
                f"{_MOUNT} (1 - promscope_host_filesystem_available_bytes{{@}}"
                " / promscope_host_filesystem_size_bytes{@})"
            ),
            f"{_MOUNT} (promscope_host_filesystem_available_bytes{{@}})",
        ),
        {
            "mountpoint": "Mounted at",
            "fstype": "Type",
            "instance": "Host",
            "Value #A": "Used",
            "Value #B": "Available",
        },
        {"Used": "percentunit", "Available": "bytes"},
        sort="Used",
    ),
    graph(
        "Commands outside containers",
        "Processors used by each command that runs in no container, the 10 largest.",
        "short",
        (
            (
                "topk(10, sum by (process) (rate(promscope_process_cpu_seconds_total"
                '{@,owner=~"host:.+"}[@])))'
            ),
            "{{process}}",
        ),
        width=12,
        listed=True,
    ),
)

_CONTAINERS = (
    table(
        "Containers now",
        "Each container with what it uses now.",
        (
            (
                "sum by (cluster, job, instance, name)"
                " (rate(promscope_container_cpu_seconds_total{@}[@]))"
            ),
            (
                "sum by (cluster, job, instance, name)"
                " (promscope_container_memory_working_set_bytes{@})"
            ),
            "sum by (cluster, job, instance, name) (promscope_container_processes{@})",
        ),
        {
            "name": "Container",
            "instance": "Host",
            "Value #A": "CPU",
            "Value #B": "Memory",
            "Value #C": "Processes",
        },
        {"CPU": "short", "Memory": "bytes", "Processes": "short"},
        width=24,
        links={
            "Container": link(
                "Open the container", "container", instance="instance", container="name"
            )
        },
        sort="CPU",
    ),
)

BOARD = Board(
    "host",
    "Host",
    "A host: what it is, what it uses, its filesystems, and the containers on it.",
    (
        Row("", (*_NUMBERS, _IDENTITY)),
        Row("Use", _USE),
        Row("Containers", _CONTAINERS),
    ),
)
