"""P1: text that tries to become PromQL stays text."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest

from promscope_api.graph.graph import Graph
from promscope_wire import ids
from tests.fleet.rest import Rest
from tests.fleet.snapshots import HOST, process, snapshot

TEXTS = (
    'x"} or up{a="',
    "(.*)*",
    '{__name__=~".+"}',
    "\\",
    "`backticks`",
    "a\nb",
    "\u2028\u202e☃",
    "x" * 900,
)


@pytest.fixture
def rest() -> Rest:
    graph = Graph()
    graph.take(snapshot((), [], [], [process(HOST, text) for text in TEXTS]))
    return Rest(graph)


@pytest.mark.parametrize("text", TEXTS)
def test_p1_name_of_a_process_is_one_string_of_the_query(
    rest: Rest, text: str, tmp_path: Path
) -> None:
    node = ids.processes(HOST, text)
    answer = rest.get(f"/api/v1/nodes/{quote(node)}/metrics")
    if len(node) > 1024:
        assert answer.status_code == 404
        return
    assert answer.status_code == 200, answer.text
    queries = [series["promql"] for series in answer.json["series"]]
    literal = f"process={json.dumps(text, ensure_ascii=False)}"
    assert queries
    for promql in queries:
        assert promql.count(literal) == 1
        assert promql.count("{") == 1 + text.count("{")
    rules = [{"record": f"q{number}", "expr": promql} for number, promql in enumerate(queries)]
    file = tmp_path / "rules.yml"
    file.write_text(json.dumps({"groups": [{"name": "q", "rules": rules}]}))
    command = ["promtool", "check", "rules", str(file)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr


@pytest.mark.parametrize("text", [*TEXTS, "a" * 100_000])
def test_p1_search_asks_nothing_of_prometheus(rest: Rest, text: str) -> None:
    answer = rest.client.get("/api/v1/search", query_string={"q": text})
    assert answer.status_code in (200, 400)
    if answer.status_code == 400:
        assert 1 <= answer.json["column"] <= len(text) + 1
    assert rest.link.backend.asked == []


@pytest.mark.parametrize("text", ["15m] or up[1m", "1h:15s", "$__range", "15m&query=up"])
def test_p1_range_is_a_number_and_a_unit(rest: Rest, text: str) -> None:
    answer = rest.client.get(f"/api/v1/nodes/{HOST}/metrics", query_string={"range": text})
    assert answer.status_code == 400
    assert rest.link.backend.asked == []
