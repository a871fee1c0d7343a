"""grafana/dashboards: their structure, and every query in them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml

from grafana.boards.files import contents
from grafana.boards.target import expand
from promscope_api.grafana.installation import PLUGIN, TOPOLOGY
from tests.docs import promql
from tests.docs.dashboards import FILES, load, panels, queries, questions, substitute, variables
from tests.docs.tools import run

PROVISIONING = promql.ROOT / "grafana" / "provisioning"
_LABEL_VALUES = re.compile(r"label_values\((?P<expression>.+), (?P<label>\w+)\)")
_UNITS = frozenset(
    [
        "short",
        "none",
        "string",
        "percentunit",
        "bytes",
        "Bps",
        "cps",
        "reqps",
        "pps",
        "s",
        "bool_on_off",
        "dateTimeFromNow",
    ]
)


@pytest.fixture(params=FILES, ids=lambda file: file.stem)
def board(request: pytest.FixtureRequest) -> Mapping[str, Any]:
    return load(request.param)


def test_their_uids_are_stable_and_their_file_names() -> None:
    names = [file.stem for file in FILES]
    assert names == [
        f"promscope-{name}"
        for name in (
            *("alerts", "audit", "changes", "container", "fleet"),
            *("host", "itself", "network", "process", "topology"),
        )
    ]
    assert [load(file)["uid"] for file in FILES] == names


def test_a_dashboard_belongs_to_nobody_s_grafana(board: Mapping[str, Any]) -> None:
    """No id, no name of a data source: what an export from a server would leave behind."""
    assert board["id"] is None
    assert "__inputs" not in board
    used = {json.dumps(source, sort_keys=True) for source in _sources(board)}
    builtin = {"type": "grafana", "uid": "-- Grafana --"}
    prometheus = {"type": "prometheus", "uid": "${datasource}"}
    ours = {"type": "promscope-topology-datasource", "uid": "${topology}"}
    known = {json.dumps(one, sort_keys=True) for one in (builtin, prometheus, ours)}
    assert used <= known
    chosen = {variable["name"] for variable in variables(board) if variable["type"] == "datasource"}
    assert ("topology" in chosen) == (json.dumps(ours, sort_keys=True) in used)


def test_its_variables_begin_with_those_of_every_dashboard(board: Mapping[str, Any]) -> None:
    names = [variable["name"] for variable in variables(board)]
    assert names[:4] == ["datasource", "cluster", "job", "instance"]
    assert len(set(names)) == len(names)
    first, cluster, *_ = variables(board)
    assert (first["type"], first["query"]) == ("datasource", "prometheus")
    assert cluster["allValue"] == ".*", "a cluster is a label that may not be there"


def test_its_variables_ask_for_what_exists(board: Mapping[str, Any]) -> None:
    for variable in asked_variables(board):
        found = _LABEL_VALUES.fullmatch(variable["query"]["query"])
        assert found, variable["name"]
        assert promql.complaints(found["expression"], f"{{{{{found['label']}}}}}") == []


def test_it_says_what_it_and_each_panel_shows(board: Mapping[str, Any]) -> None:
    assert board["description"]
    assert [panel["title"] for panel in panels(board) if len(panel["description"]) < 20] == []


def test_panels_have_ids_and_titles_of_their_own(board: Mapping[str, Any]) -> None:
    ids = [panel["id"] for panel in board["panels"]]
    assert len(set(ids)) == len(ids)
    titles = [panel["title"] for panel in board["panels"]]
    assert len(set(titles)) == len(titles)


def test_panels_do_not_overlap_and_stay_inside(board: Mapping[str, Any]) -> None:
    taken: dict[tuple[int, int], str] = {}
    for panel in board["panels"]:
        box = panel["gridPos"]
        assert box["x"] >= 0
        assert box["x"] + box["w"] <= 24
        for x in range(box["x"], box["x"] + box["w"]):
            for y in range(box["y"], box["y"] + box["h"]):
                other = taken.setdefault((x, y), panel["title"])
                assert other == panel["title"], f"{panel['title']} covers {other}"


def test_every_number_has_a_unit(board: Mapping[str, Any]) -> None:
    for panel in panels(board):
        units = [panel["fieldConfig"]["defaults"].get("unit")]
        for override in panel["fieldConfig"]["overrides"]:
            units += [one["value"] for one in override["properties"] if one["id"] == "unit"]
        given = {unit for unit in units if unit}
        assert given, f"{panel['title']} has no unit"
        assert given <= _UNITS, panel["title"]


def test_links_lead_to_dashboards_that_exist_with_variables_they_have(
    board: Mapping[str, Any],
) -> None:
    targets = {load(file)["uid"]: variables(load(file)) for file in FILES}
    for uid, query in re.findall(r'"/d/([\w-]+)\?([^"]*)"', json.dumps(board)):
        assert uid in targets
        known = {variable["name"] for variable in targets[uid]}
        assert set(re.findall(r"var-(\w+)=", query)) <= known


def test_rates_are_over_the_interval_that_grafana_reckons(board: Mapping[str, Any]) -> None:
    for title, target in queries(board):
        windows = set(re.findall(r"\[([^\]]+)\]", target["expr"]))
        assert windows <= {"$__rate_interval", "$__range"}, title


def test_queries_ask_for_what_the_exporter_has(board: Mapping[str, Any]) -> None:
    wrong = {
        f"{title}: {one}"
        for title, target in queries(board)
        for one in promql.complaints(target["expr"], target.get("legendFormat", ""))
    }
    assert wrong == set()


def test_queries_can_be_narrowed_by_cluster_job_and_host(board: Mapping[str, Any]) -> None:
    """Those to series of the API, which has a job of its own, by cluster."""
    for title, target in queries(board):
        selectors = re.findall(r"\b(\w+)\{([^}]*)\}", target["expr"])
        ours = any(
            name.startswith(("promscope_api_", "promscope_topology_")) for name, _ in selectors
        )
        assert selectors, title
        for _, matchers in selectors:
            assert 'cluster=~"$cluster"' in matchers, title
            assert ours or 'job=~"$job"' in matchers, title
            assert ours or 'instance=~"$instance"' in matchers, title


def test_questions_to_the_api_are_of_kinds_that_the_data_source_knows(
    board: Mapping[str, Any],
) -> None:
    code = (promql.ROOT / "grafana" / "plugin" / "src" / "datasource" / "query.ts").read_text()
    kinds = set(re.findall(r"'(\w+)'", re.findall(r"KINDS = \[([^\]]*)\]", code)[0]))
    asked = {target["kind"] for _, target in questions(board)}
    asked |= {one["target"]["kind"] for one in board["annotations"]["list"] if "target" in one}
    assert asked <= kinds
    assert len(kinds) >= 4


def test_promtool_parses_every_query(board: Mapping[str, Any], tmp_path: Any) -> None:
    """A query with its variables filled in is the expression of a recording rule."""
    rules = [
        {"record": f"panel:{number}", "expr": substitute(target["expr"], board)}
        for number, (_, target) in enumerate(queries(board))
    ]
    file = tmp_path / "rules.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    assert f"SUCCESS: {len(rules)} rules found" in run("promtool", "check", "rules", file)


def test_the_provisioned_data_source_is_a_prometheus_with_our_interval() -> None:
    (source,) = yaml.safe_load((PROVISIONING / "datasources" / "promscope.yaml").read_text())[
        "datasources"
    ]
    assert source["type"] == "prometheus"
    assert source["uid"] == "promscope-prometheus"
    assert source["jsonData"]["timeInterval"] == "15s"
    assert "secureJsonData" not in source


def test_the_plugin_and_its_data_source_are_those_that_the_command_installs() -> None:
    (source,) = yaml.safe_load(
        (PROVISIONING / "datasources" / "promscope-topology.yaml").read_text()
    )["datasources"]
    assert (source["uid"], source["type"]) == (TOPOLOGY, PLUGIN)
    manifests = {
        one.parent.name: json.loads(one.read_text())
        for one in (promql.ROOT / "grafana" / "plugin" / "src").rglob("plugin.json")
    }
    assert source["type"] == manifests["datasource"]["id"]
    (route,) = manifests["datasource"]["routes"]
    assert set(source["secureJsonData"]) == set(re.findall(r"\.SecureJsonData\.(\w+)", str(route)))
    (app,) = yaml.safe_load((PROVISIONING / "plugins" / "promscope.yaml").read_text())["apps"]
    assert (app["type"], app["disabled"]) == (manifests["src"]["id"], False)


def test_the_dashboards_are_provisioned_from_one_folder() -> None:
    (provider,) = yaml.safe_load((PROVISIONING / "dashboards" / "promscope.yaml").read_text())[
        "providers"
    ]
    assert provider["type"] == "file"
    assert provider["options"]["path"].startswith("/")


def test_the_files_are_what_their_sources_make() -> None:
    made = contents()
    assert {file.name: file.read_text() for file in FILES} == made, "run: python -m grafana.boards"


def test_shorthand_of_queries() -> None:
    mine = 'cluster=~"$cluster"'
    all_of_mine = f'{mine},job=~"$job",instance=~"$instance"'
    assert expand("up{@}") == f"up{{{all_of_mine}}}"
    assert expand('rate(a{@,b="c"}[@])') == f'rate(a{{{all_of_mine},b="c"}}[$__rate_interval])'
    assert expand("sum(a{@@})") == f"sum(a{{{mine}}})"


def asked_variables(board: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [variable for variable in variables(board) if variable["type"] == "query"]


def _sources(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "datasource":
                yield inner
            else:
                yield from _sources(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _sources(inner)
