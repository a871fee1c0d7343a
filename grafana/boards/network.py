"""Connections: who talks to whom, how much, and what fails."""

from __future__ import annotations

from grafana.boards import edge
from grafana.boards.board import Board, Row
from grafana.boards.panel import Panel, graph, link, stat, table

_TRANSMIT = "rate(promscope_edge_transmit_bytes_total{@}[@])"
_BOTH = f"{_TRANSMIT} + rate(promscope_edge_receive_bytes_total{{@}}[@])"


def edges(title: str, description: str, expression: str, figure: str, unit: str) -> Panel:
    """A table with a row for each edge of the expression, which is summed by edge.LABELS."""
    return table(
        title,
        description,
        (expression,),
        edge.COLUMNS | {"Value": figure},
        {figure: unit},
        links={
            "Client": link(
                "Open the container", "container", instance="instance", container="source_name"
            )
        },
        sort=figure,
    )


#: Edges that were not there when the time range began.
NEW_EDGES = edges(
    "New edges",
    "Edges that did not exist when the time range began, with the connections made since.",
    f"topk(50, sum by ({edge.LABELS}) (promscope_edge_connects_total{{@}})"
    f" unless sum by ({edge.LABELS}) (promscope_edge_connects_total{{@}} offset $__range))",
    "Connections",
    "short",
)

_NUMBERS = (
    stat(
        "Edges",
        "Pairs of a client's process and a peer's port, seen within the last minutes.",
        "count(promscope_edge_connections{@})",
        width=4,
    ),
    stat(
        "Open connections",
        "Connections open now, each counted at its client.",
        "sum(promscope_edge_connections{@})",
        width=4,
        trend=True,
    ),
    stat(
        "Bytes of edges",
        "Payload bytes per second of all edges, both directions together.",
        f"sum({_BOTH})",
        "Bps",
        width=4,
        trend=True,
    ),
    stat(
        "Connections per second",
        "Connections made per second.",
        "sum(rate(promscope_edge_connects_total{@}[@]))",
        "cps",
        width=4,
        trend=True,
    ),
    stat(
        "Failing",
        "Share of the attempts to connect that were refused or timed out.",
        "sum(rate(promscope_edge_failed_connects_total{@}[@])) / (sum(rate("
        "promscope_edge_connects_total{@}[@])) + sum(rate("
        "promscope_edge_failed_connects_total{@}[@])) > 0)",
        "percentunit",
        steps=[("orange", 0.01), ("red", 0.1)],
        width=4,
        noValue="none",
    ),
    stat(
        "Peers outside",
        "Addresses outside these hosts that have connected to them.",
        "count(count by (peer_ip) (promscope_inbound_connections{@}))",
        width=4,
        noValue="0",
    ),
)

_TABLES = (
    edges(
        "Top talkers",
        "The 20 edges with most bytes per second now, seen from the client: who, to which address.",
        f"topk(20, sum by ({edge.LABELS}) ({_BOTH}))",
        "Bytes per second",
        "Bps",
    ),
    NEW_EDGES,
    edges(
        "Failed connects",
        "Edges whose attempts to connect were refused or timed out within the time range.",
        f"topk(20, sum by ({edge.LABELS})"
        " (increase(promscope_edge_failed_connects_total{@}[$__range])) > 0)",
        "Attempts",
        "short",
    ),
    edges(
        "Sent again",
        "Edges whose clients had to send TCP segments again within the time range.",
        f"topk(20, sum by ({edge.LABELS})"
        " (increase(promscope_edge_retransmits_total{@}[$__range])) > 0)",
        "Segments",
        "short",
    ),
)

_COURSE = (
    graph(
        "Bytes of connections",
        "Payload bytes per second of all edges of a host, both directions together.",
        "Bps",
        (f"sum by (instance) ({_BOTH})", "{{instance}}"),
    ),
    graph(
        "Connections made",
        "Connections made per second.",
        "cps",
        ("sum by (instance) (rate(promscope_edge_connects_total{@}[@]))", "{{instance}}"),
    ),
    graph(
        "Segments sent again",
        "TCP segments per second that the clients had to send again.",
        "pps",
        ("sum by (instance) (rate(promscope_edge_retransmits_total{@}[@]))", "{{instance}}"),
    ),
    graph(
        "Slowest peers",
        "Mean smoothed round-trip time of TCP connections, the 10 slowest peers.",
        "s",
        (
            (
                "topk(10, sum by (peer_ip, peer_port) (rate(promscope_edge_rtt_seconds_sum{@}[@]))"
                " / sum by (peer_ip, peer_port) (rate(promscope_edge_rtt_seconds_count{@}[@])))"
            ),
            "{{peer_ip}}:{{peer_port}}",
        ),
        width=12,
        listed=True,
    ),
    graph(
        "From outside",
        "Bytes per second with peers outside the host, by the port they reach, the 10 busiest.",
        "Bps",
        (
            (
                "topk(10, sum by (target_name, port, protocol)"
                " (rate(promscope_inbound_transmit_bytes_total{@}[@])"
                " + rate(promscope_inbound_receive_bytes_total{@}[@])))"
            ),
            "{{target_name}}:{{port}}/{{protocol}}",
        ),
        width=12,
        listed=True,
    ),
)

_SERVICES = (
    table(
        "Between services",
        "Edges whose both ends the API has resolved to services, containers or hosts. Prometheus"
        " must scrape the API for it.",
        (
            "max without (instance, job) (promscope_topology_edge_bytes_per_second{@@})",
            "max without (instance, job) (promscope_topology_edge_connections{@@})",
        ),
        {
            "source": "From",
            "target": "To",
            "port": "Port",
            "protocol": "Protocol",
            "Value #A": "Bytes per second",
            "Value #B": "Open",
        },
        {"Bytes per second": "Bps", "Open": "short"},
        width=24,
        sort="Bytes per second",
    ),
)

BOARD = Board(
    "network",
    "Network edges",
    "Connections as their clients see them: top talkers, new edges, failures, and the edges"
    " between services.",
    (
        Row("", _NUMBERS),
        Row("By edge", _TABLES),
        Row("Over time", _COURSE),
        Row("Services", _SERVICES),
    ),
)
