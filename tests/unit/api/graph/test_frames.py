"""Frames of Grafana's node graph."""

from __future__ import annotations

import msgspec
import pytest

from promscope_api.graph.frames import Frames, frames
from promscope_api.graph.graph import Graph
from promscope_api.graph.model import Metrics
from promscope_api.graph.views import VIEWS
from tests.fleet.snapshots import HOST, cid, container, link, shop, snapshot


def of(graph: Graph, view: str = "containers") -> Frames:
    return frames(graph.view(view).now)


def columns(made: Frames, number: int) -> dict[str, list[object]]:
    return {field.name: field.values for field in made.frames[number].fields}


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_keeps_the_contract_of_the_panel(view: str) -> None:
    graph = Graph()
    graph.take(shop())
    made = of(graph, view)
    assert [frame.name for frame in made.frames] == ["nodes", "edges"]
    nodes, edges = columns(made, 0), columns(made, 1)
    for frame in (nodes, edges):
        assert len({len(values) for values in frame.values()}) == 1
    assert {"id", "title", "subtitle", "mainstat", "fixedx", "fixedy"} <= nodes.keys()
    assert {"id", "source", "target", "mainstat"} <= edges.keys()
    arcs = [values for name, values in nodes.items() if name.startswith("arc__")]
    assert all(sum(ring) == 1 for ring in zip(*arcs, strict=True))
    assert {*edges["source"], *edges["target"]} <= set(nodes["id"])


def test_figures_have_units_and_what_is_not_measured_is_empty() -> None:
    graph = Graph()
    metrics = Metrics(cpu=0.5, memory=1.5e9)
    bare = container(2, metrics=Metrics())
    links = [link(cid(1), cid(2), 6379, transmit=1000.0, receive=500.0)]
    graph.take(snapshot((), [container(1, metrics=metrics), bare], links))
    nodes, edges = columns(of(graph), 0), columns(of(graph), 1)
    assert (nodes["mainstat"], nodes["secondarystat"]) == (["0.5 cores", ""], ["1.5 GB", ""])
    assert (edges["mainstat"], edges["secondarystat"]) == (["1.5 kB/s"], [":6379 tcp"])


def test_positions_are_those_of_the_map() -> None:
    graph = Graph()
    graph.take(snapshot((), [container(1)], [link(HOST, cid(1))]))
    nodes = columns(of(graph), 0)
    shown = {node.id: node.position for node in graph.view("containers").now.nodes}
    assert (
        dict(zip(nodes["id"], zip(nodes["fixedx"], nodes["fixedy"], strict=True), strict=True))
        == shown
    )


def test_names_in_json_are_those_that_grafana_reads() -> None:
    graph = Graph()
    graph.take(shop())
    first = msgspec.json.decode(msgspec.json.encode(of(graph)))["frames"][0]
    assert first["meta"] == {"preferredVisualisationType": "nodeGraph"}
    arc = next(field for field in first["fields"] if field["name"] == "arc__critical")
    assert arc["config"]["color"] == {"mode": "fixed", "fixedColor": "red"}
