"""Into a Grafana that keeps state, twice, and out again."""

from __future__ import annotations

import pytest

from promscope_api.grafana.installation import PLUGIN, Installation, dashboards, remove
from promscope_api.grafana.server import GrafanaRefused, Server
from tests.unit.api.grafana.fake_grafana import TOKEN, Grafana, serving

WHOLE = Installation(prometheus_url="http://prom:9090", api_url="http://api:10181", api_token="t")
UIDS = {str(model["uid"]) for model in dashboards()}


def _server(grafana: Grafana) -> Server:
    return Server(grafana.url, TOKEN)


def test_a_dashboard_ships_for_each_file_that_is_checked_in() -> None:
    assert len(UIDS) == 10
    assert all(uid.startswith("promscope-") for uid in UIDS)


def test_everything_comes_in(grafana: Grafana) -> None:
    grafana.plugins.append(PLUGIN)
    steps = list(WHOLE.into(_server(grafana)))
    assert {step.did for step in steps} == {"create"}
    assert set(grafana.dashboards) == UIDS
    assert {one["meta"]["folderUid"] for one in grafana.dashboards.values()} == {"promscope"}
    assert grafana.folders["promscope"]["title"] == "Promscope"
    prometheus, topology = grafana.sources["promscope-prometheus"], grafana.sources["promscope"]
    assert (prometheus["type"], prometheus["url"]) == ("prometheus", "http://prom:9090")
    assert prometheus["jsonData"]["timeInterval"] == "15s"
    assert topology["type"] == PLUGIN
    assert topology["secureJsonFields"] == {"token": True}
    assert "secureJsonData" not in topology


def test_a_second_time_nothing_is_written(grafana: Grafana) -> None:
    wanted = Installation(prometheus_url="http://prom:9090")
    list(wanted.into(_server(grafana)))
    grafana.writes.clear()
    steps = list(wanted.into(_server(grafana)))
    assert {step.did for step in steps} == {"keep"}
    assert grafana.writes == []


def test_what_was_changed_by_hand_is_brought_up_to_date(grafana: Grafana) -> None:
    wanted = Installation(prometheus_url="http://prom:9090")
    list(wanted.into(_server(grafana)))
    grafana.dashboards["promscope-host"]["dashboard"]["title"] = "Mine"
    grafana.dashboards["promscope-fleet"]["meta"]["folderUid"] = "elsewhere"
    grafana.sources["promscope-prometheus"]["url"] = "http://old:9090"
    steps = list(wanted.into(_server(grafana)))
    changed = {step.name for step in steps if step.did == "update"}
    assert changed == {"Prometheus (Promscope)", "Promscope / Host", "Promscope / Fleet"}
    assert grafana.dashboards["promscope-host"]["dashboard"]["title"] == "Promscope / Host"
    assert grafana.sources["promscope-prometheus"]["url"] == "http://prom:9090"


def test_without_urls_there_are_dashboards_alone(grafana: Grafana) -> None:
    list(Installation().into(_server(grafana)))
    assert grafana.sources == {}
    assert set(grafana.dashboards) == UIDS


def test_a_dry_run_writes_nothing(grafana: Grafana) -> None:
    steps = list(
        Installation(prometheus_url="http://prom:9090").into(_server(grafana), dry_run=True)
    )
    assert {step.did for step in steps} == {"create"}
    assert len(steps) == 12
    list(Installation().into(_server(grafana)))
    grafana.writes.clear()
    assert {step.did for step in remove(_server(grafana), dry_run=True)} == {"remove"}
    assert grafana.writes == []


def test_the_plugin_is_wanted_before_its_data_source(grafana: Grafana) -> None:
    with pytest.raises(GrafanaRefused, match="install the app plugin first"):
        list(WHOLE.into(_server(grafana)))
    assert grafana.writes == []


def test_what_came_in_goes_out_and_nothing_else(grafana: Grafana) -> None:
    grafana.plugins.append(PLUGIN)
    list(WHOLE.into(_server(grafana)))
    grafana.dashboards["theirs"] = {"dashboard": {"version": 1}, "meta": {"folderUid": "other"}}
    grafana.sources["theirs"] = {"uid": "theirs", "name": "Theirs"}
    steps = list(remove(_server(grafana)))
    assert {step.did for step in steps} == {"remove"}
    assert list(grafana.dashboards) == ["theirs"]
    assert list(grafana.sources) == ["theirs"]
    assert grafana.folders == {}
    assert list(remove(_server(grafana))) == []


def test_a_folder_with_something_of_others_in_it_stays(grafana: Grafana) -> None:
    list(Installation().into(_server(grafana)))
    grafana.dashboards["theirs"] = {"dashboard": {}, "meta": {"folderUid": "promscope"}}
    steps = list(remove(_server(grafana)))
    assert steps[-1].did == "keep"
    assert "promscope" in grafana.folders


def test_a_grafana_below_a_path() -> None:
    with serving(Grafana(), "/grafana") as grafana:
        list(Installation().into(_server(grafana)))
        assert set(grafana.dashboards) == UIDS
