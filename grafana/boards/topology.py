"""The map, and what Prometheus has about the node that was clicked."""

from __future__ import annotations

from grafana.boards import edge, variable
from grafana.boards.board import EVENTS, Board, Row
from grafana.boards.panel import graph, table, topology

_CHOSEN = '@,name=~"$container"'
_EDGES = '@,source_name=~"$container"'
_AT = "{{name}} @ {{instance}}"
_VIEWS = ("containers", "hosts", "processes")

_MAP = topology(
    "Map",
    "A click on a container narrows the panels below to it. What is drawn is the time range's end:"
    " now, or the past.",
    writes="container",
    view="$view",
    filter="$filter",
)

_BESIDE = (
    graph(
        "CPU of the chosen",
        "Processors used, the 20 largest.",
        "short",
        (f"topk(20, rate(promscope_container_cpu_seconds_total{{{_CHOSEN}}}[@]))", _AT),
    ),
    graph(
        "Memory of the chosen",
        "Memory in use less the inactive page cache, the 20 largest.",
        "bytes",
        (f"topk(20, promscope_container_memory_working_set_bytes{{{_CHOSEN}}})", _AT),
    ),
    graph(
        "Bytes of the chosen",
        "Payload bytes per second of connections they made, the 20 busiest.",
        "Bps",
        (
            (
                "topk(20, sum by (source_name)"
                f" (rate(promscope_edge_transmit_bytes_total{{{_EDGES}}}[@])"
                f" + rate(promscope_edge_receive_bytes_total{{{_EDGES}}}[@])))"
            ),
            "{{source_name}}",
        ),
    ),
    table(
        "Edges of the chosen",
        "Whom they connect to, with the connections open now.",
        ((f"topk(50, sum by ({edge.LABELS}) (promscope_edge_connections{{{_EDGES}}}))"),),
        edge.COLUMNS | {"Value": "Open"},
        {"Open": "short"},
        width=24,
        sort="Open",
    ),
)

BOARD = Board(
    "topology",
    "Topology",
    "The living map, with the metrics of what is clicked. It needs the Promscope app plugin and"
    " data source.",
    (Row("", (_MAP, *_BESIDE)),),
    (
        variable.TOPOLOGY,
        variable.choice("view", "View", _VIEWS),
        variable.text("filter", "Filter"),
        variable.values("container", "Container", "promscope_container_info{@}", "name"),
    ),
    (EVENTS,),
)
