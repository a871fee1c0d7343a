"""The fixed set of queries: all of them are PromQL, all name families of the catalogue."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from promscope_api.prometheus import queries
from promscope_api.prometheus.existing import (
    ContainerSeries,
    Existing,
    HostSeries,
    KubernetesSeries,
)
from promscope_api.prometheus.matchers import equal
from promscope_exporter.exposition.catalogue import families
from promscope_wire import ids
from tests.unit.api.prometheus.evaluated import check

_NAMES = {family.name for family in families()}


def every_query(scope: queries.Scope) -> list[str]:
    asked = [
        *queries.probe_queries(scope),
        *queries.node_queries(scope),
        *queries.edge_queries(scope),
        queries.last_scrapes(scope, ("a:1", "b:2")),
    ]
    history = [
        query
        for node in (
            ids.container("a" * 12),
            ids.processes("host:x", "redis-server"),
            ids.host("x"),
            ids.external("203.0.113.7"),
        )
        for query in queries.history_queries(scope, ids.parse(node))
    ]
    return [query.promql for query in (*asked, *history)]


def test_names_are_those_of_the_catalogue() -> None:
    for promql in every_query(queries.Scope(15.0)):
        for name in re.findall(r"promscope_[a-z0-9_]+", promql):
            assert name in _NAMES, promql


def test_every_query_has_its_own_name() -> None:
    scope = queries.Scope(15.0)
    names = [
        query.name
        for group in (queries.probe_queries, queries.node_queries, queries.edge_queries)
        for query in group(scope)
    ]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("interval", "window"), [(15.0, "60s"), (5.0, "20s"), (60.0, "240s")])
def test_rates_are_taken_over_four_scrapes(interval: float, window: str) -> None:
    scope = queries.Scope(interval)
    assert scope.window == window
    rates = [promql for promql in every_query(scope) if "rate(" in promql]
    assert rates
    assert all(f"[{window}]" in promql for promql in rates)


def test_matchers_of_the_scope_are_in_every_selector() -> None:
    scope = queries.of_target(queries.Scope(15.0, (equal("tenant", "t1"),)), "j", "i:1")
    for query in (*queries.node_queries(scope), *queries.edge_queries(scope)):
        for name in re.findall(r"promscope_[a-z0-9_]+(.?)", query.promql):
            assert name == "{", query.promql
        found = query.promql.count('tenant="t1",job="j",instance="i:1"')
        assert found == len(re.findall(r"promscope_", query.promql)), query.promql


def test_scrapes_by_two_jobs_count_once() -> None:
    for query in (*queries.edge_queries(queries.Scope(15.0)),):
        assert query.promql.startswith("max by ("), query.promql
        assert "job" not in query.promql


def test_kinds_without_a_past_have_no_history() -> None:
    assert queries.history_queries(queries.Scope(15.0), ids.parse("internet")) == []


def test_p1_no_id_leaves_its_quotes() -> None:
    hostile = 'x"} or up{a="'
    node = ids.parse(ids.processes("host:x", hostile))
    for query in queries.history_queries(queries.Scope(15.0), node):
        assert r"x\"} or up{a=\"" in query.promql
        assert f'process="{hostile}' not in query.promql


def test_prometheus_parses_every_query(tmp_path: Path) -> None:
    existing = Existing(
        HostSeries(source="node_exporter"),
        ContainerSeries(source="cadvisor"),
        KubernetesSeries(source="kube-state-metrics"),
    )
    scopes = (queries.Scope(15.0), queries.Scope(15.0, (), existing))
    texts = sorted({text for scope in scopes for text in every_query(scope)})
    rules = [{"record": f"q{number}", "expr": text} for number, text in enumerate(texts)]
    file = tmp_path / "rules.yml"
    file.write_text(json.dumps({"groups": [{"name": "queries", "rules": rules}]}))
    found = subprocess.run(
        ["promtool", "check", "rules", str(file)], capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr


def left(host_id: str) -> list[object]:
    return [{"labels": f'{{host_id="{host_id}", hostname="{host_id}"}}', "value": 1}]


def test_a_host_leaves_once_an_hour_after_its_last_scrape(tmp_path: Path) -> None:
    lives = {"gone": "1x4", "here": "1x400", "back": "1x4 _x100 1x200"}
    series = {
        f'promscope_host_info{{instance="{host}:1", host_id="{host}", hostname="{host}"}}': life
        for host, life in lives.items()
    }
    series['up{instance="here:1"}'] = "1x400"
    asked = queries.left_query(queries.Scope(15.0), None, 60)
    check(tmp_path, series, {asked: left("gone")}, "61m30s")
    for moment in ("59m", "63m", "90m"):
        check(tmp_path, series, {asked: []}, moment)
    narrowed = queries.left_query(queries.Scope(15.0), ids.parse(ids.host("here")), 60)
    check(tmp_path, series, {narrowed: []}, "61m30s")


def test_no_host_leaves_a_backend_that_scraped_nothing(tmp_path: Path) -> None:
    series = {
        'promscope_host_info{job="p", instance="a:1", host_id="a", hostname="a"}': "1x4 _x300 1x9",
        'up{job="p", instance="a:1"}': "1x4 _x300 1x9",
    }
    asked = queries.left_query(queries.Scope(15.0), None, 60)
    for moment in ("61m30s", "75m", "77m"):
        check(tmp_path, series, {asked: []}, moment)
