"""Promscope itself: exporters, API, and what they cost Prometheus."""

from __future__ import annotations

from grafana.boards.board import Board, Row
from grafana.boards.panel import graph, stat, table

_OURS = " and on (job, instance) promscope_exporter_build_info{@}"

_NUMBERS = (
    stat(
        "Exporters that answer",
        "Exporters that answer now.",
        "count(promscope_exporter_build_info{@})",
        width=4,
    ),
    stat(
        "Without a tunnel",
        "Tunnels to an API that are down. Their hosts are “scrape only”.",
        "count(promscope_exporter_tunnel_connected{@} == 0)",
        steps=[("orange", 1)],
        width=4,
        noValue="0",
    ),
    stat(
        "Collectors that fail",
        "Collectors that failed or were partial at the last scrape.",
        "count(promscope_scrape_collector_success{@} == 0)",
        steps=[("red", 1)],
        width=4,
        noValue="0",
    ),
    stat(
        "The API's Prometheus",
        "1 if the API's last refresh got its answers from Prometheus, 0 if the map is stale.",
        "min(promscope_api_backend_up{@@})",
        "bool_on_off",
        width=4,
    ),
    stat(
        "Age of the map",
        "How old the newest scrape in the map is.",
        "time() - max(promscope_api_snapshot_timestamp_seconds{@@})",
        "s",
        steps=[("orange", 60), ("red", 300)],
        width=4,
    ),
    stat(
        "Series",
        "Series that Prometheus keeps for the exporters.",
        "sum(scrape_samples_scraped{@})",
        width=4,
        trend=True,
    ),
)

_EXPORTERS = (
    table(
        "Collectors that failed and sources that are missing",
        "Empty is good. A collector that failed or was partial, and a source the exporter has to do"
        " without; the exporter's log has the reason.",
        (
            "promscope_scrape_collector_success{@} == 0",
            "promscope_exporter_capability{@} == 0",
        ),
        {"instance": "Host", "collector": "Collector", "capability": "Source"},
        {"Collector": "none", "Source": "none"},
        width=8,
        height=8,
        hidden=("Value", "Value #A", "Value #B"),
    ),
    graph(
        "Collection time",
        "How long each collector took, the slowest host.",
        "s",
        (
            "max by (collector) (promscope_scrape_collector_duration_seconds{@})",
            "{{collector}}",
        ),
    ),
    graph(
        "Series left out",
        "Series per second that a budget left out or folded into other.",
        "cps",
        (
            "sum by (instance, reason) (rate(promscope_series_dropped_total{@}[@]))",
            "{{instance}} {{reason}}",
        ),
    ),
    graph(
        "CPU of the exporter",
        "Processors the exporter itself uses.",
        "percentunit",
        (f"rate(process_cpu_seconds_total{{@}}[@]){_OURS}", "{{instance}}"),
    ),
    graph(
        "Memory of the exporter",
        "Resident memory of the exporter itself.",
        "bytes",
        (f"process_resident_memory_bytes{{@}}{_OURS}", "{{instance}}"),
    ),
    graph(
        "Tunnels",
        "1 while the tunnel from the exporter to the API is up. Without a tunnel a host is “scrape"
        " only”: no live events, processes or actions.",
        "bool_on_off",
        ("promscope_exporter_tunnel_connected{@}", "{{instance}} → {{api}}"),
        max=1,
    ),
    graph(
        "Scrapes per read",
        "At every how many scrapes edges are polled and processes are read; above 1 while the"
        " exporter would use more than its --cpu.budget.",
        "short",
        ("promscope_exporter_scrapes_per_read{@}", "{{instance}}"),
    ),
    graph(
        "Events lost",
        "Times per second that an event stream of the kernel or the engine overran; each is"
        " followed by a full reading.",
        "cps",
        (
            "sum by (instance, source) (rate(promscope_exporter_events_lost_total{@}[@]))",
            "{{instance}} {{source}}",
        ),
    ),
    graph(
        "Requests to the exporter",
        "Requests answered per second, by status.",
        "reqps",
        ("sum by (code) (rate(promscope_exporter_http_requests_total{@}[@]))", "{{code}}"),
    ),
)

_API = (
    graph(
        "Requests to the API",
        "Requests answered per second, by status.",
        "reqps",
        ("sum by (status) (rate(promscope_api_request_seconds_count{@@}[@]))", "{{status}}"),
    ),
    graph(
        "Time of answers",
        "How long 95 of 100 requests took at most, by address, the 10 slowest.",
        "s",
        (
            (
                "topk(10, histogram_quantile(0.95, sum by (route, le)"
                " (rate(promscope_api_request_seconds_bucket{@@}[@]))))"
            ),
            "{{route}}",
        ),
    ),
    graph(
        "Time of a refresh",
        "Mean time that asking Prometheus and building the map took.",
        "s",
        (
            (
                "sum by (stage) (rate(promscope_api_refresh_stage_seconds_sum{@@}[@]))"
                " / sum by (stage) (rate(promscope_api_refresh_stage_seconds_count{@@}[@]))"
            ),
            "{{stage}}",
        ),
    ),
    graph(
        "Things in the map",
        "How many there are of each kind.",
        "short",
        ("max by (kind) (promscope_api_snapshot_size{@@})", "{{kind}}"),
    ),
    graph(
        "Watchers and tunnels",
        "Who watches over a socket, and how many exporters are connected.",
        "short",
        ("sum(promscope_api_subscribers{@@})", "watchers"),
        ("sum(promscope_api_tunnels{@@})", "tunnels"),
    ),
    graph(
        "Use of the API",
        "Processors and memory of the API's web process.",
        "short",
        (
            (
                "rate(process_cpu_seconds_total{@@}[@])"
                " and on (job, instance) promscope_api_build_info{@@}"
            ),
            "processors {{instance}}",
        ),
    ),
)

_COST = (
    graph(
        "Series for each host",
        "Series of the last scrape: what a host costs Prometheus in memory.",
        "short",
        ("scrape_samples_scraped{@}", "{{instance}}"),
    ),
    graph(
        "New series",
        "Series per second that Prometheus had not had before: churn.",
        "cps",
        ("sum by (instance) (rate(scrape_series_added{@}[@]))", "{{instance}}"),
    ),
    graph(
        "Time of a scrape",
        "How long Prometheus waited for the exporter's page.",
        "s",
        ("scrape_duration_seconds{@}", "{{instance}}"),
    ),
)

BOARD = Board(
    "itself",
    "Promscope itself",
    "Exporters, API, and what they cost Prometheus. Prometheus must scrape the API for its part.",
    (
        Row("", _NUMBERS),
        Row("Exporters", _EXPORTERS),
        Row("API", _API),
        Row("Prometheus", _COST),
    ),
)
