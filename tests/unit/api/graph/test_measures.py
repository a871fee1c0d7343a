"""What the graph process measures about itself."""

from __future__ import annotations

from pathlib import Path

from promscope_api.graph.graph import Graph
from promscope_api.graph.measures import Measures
from promscope_api.http.measures import WebMeasures
from tests.fleet.snapshots import shop

DOCUMENT = Path(__file__).parents[4] / "docs" / "metrics" / "api.md"


def test_rounds_and_the_size_of_the_map() -> None:
    measures, graph = Measures(), Graph()
    graph.take(shop())
    measures.stage("query", 0.2)
    measures.round(False, graph)
    text = measures.text(Graph()).decode()
    assert "promscope_api_backend_up 1.0" in text
    assert 'promscope_api_refreshes_total{result="success"} 1.0' in text
    assert 'promscope_api_snapshot_size{kind="hosts"} 1.0' in text
    assert "promscope_api_snapshot_timestamp_seconds 1000.0" in text


def test_failing_backend_is_alertable() -> None:
    measures = Measures()
    measures.round(True, Graph())
    text = measures.text(Graph()).decode()
    assert "promscope_api_backend_up 0.0" in text
    assert 'promscope_api_refreshes_total{result="failure"} 1.0' in text


def test_every_metric_is_documented_and_none_is_in_both_processes() -> None:
    documented = DOCUMENT.read_text()
    families = [
        {family.name for family in registry.collect()}
        for registry in (Measures().registry, WebMeasures().registry)
    ]
    assert not families[0] & families[1]
    for name in families[0] | families[1]:
        if name.startswith("promscope_"):
            assert f"`{name}" in documented, name
