"""What somebody may see of the world: denied unless a selector chooses it."""

from __future__ import annotations

import json

import pytest

from promscope_api.graph.graph import Graph
from promscope_api.graph.views import VIEWS
from tests.fleet.client import Client
from tests.fleet.snapshots import HOST, HOST_ID, change, cid
from tests.fleet.teams import BILLS, OTHER_HOST, SECRETS, STORE, WEB, scraped, teams


def shown(graph: Graph, view: str = "containers") -> set[str]:
    return {node.id for node in graph.view(view).now.nodes}


def test_only_chosen_containers_and_edges_between_them_and_the_outside_are_seen() -> None:
    seen = teams().seen_by("team=shop")
    outside = "external:93.184.216.34"
    assert shown(seen) == {WEB, STORE, outside}
    edges = {(edge.source, edge.target) for edge in seen.view("containers").now.edges}
    assert edges == {(WEB, STORE), (WEB, outside)}


def test_the_host_of_a_container_is_seen_by_its_name_alone() -> None:
    seen = teams().seen_by("team=shop")
    (host,) = [one for one in seen.view("hosts").now.nodes if one.kind == "host"]
    assert (host.id, host.label) == (HOST, "box-aa")
    assert (host.limits.cpu, host.metrics.cpu) == (None, None)
    assert seen.exists(HOST)
    assert not seen.measures(HOST)
    assert seen.measures(WEB)
    assert not seen.exists(OTHER_HOST)


@pytest.mark.parametrize("view", [*VIEWS, "containers-by-label.team"])
def test_no_view_tells_of_anything_else(view: str) -> None:
    body = teams().seen_by("team=shop").view(view).body().decode()
    assert [word for word in SECRETS if word in body] == []


def test_a_host_that_is_chosen_is_seen_with_all_that_runs_on_it() -> None:
    seen = teams().seen_by("host.name=box-aa")
    assert {WEB, STORE, BILLS} <= shown(seen)
    (host,) = [one for one in seen.view("hosts").now.nodes if one.kind == "host"]
    assert host.limits.cpu == 4.0
    assert any(node.label == "mysteryd" for node in seen.view("processes").now.nodes)


def test_each_of_several_selectors_shows_its_own() -> None:
    both = teams().seen_by("team=bills\nteam=shop")
    assert {WEB, STORE, BILLS} <= shown(both)
    assert OTHER_HOST not in shown(both, "hosts")


def test_what_a_tunnel_tells_decides_and_without_one_nothing_is_shown_to_be_absent() -> None:
    assert {STORE, BILLS} & shown(teams().seen_by("!legacy")) == {STORE, BILLS}
    assert WEB not in shown(teams().seen_by("!legacy"))
    alone = Graph()
    alone.take(scraped())
    assert shown(alone.seen_by("!legacy")) == set()
    assert shown(alone.seen_by("team=shop")) == {WEB, STORE, "external:93.184.216.34"}
    assert shown(alone.seen_by("com.docker.compose.project=two")) >= {BILLS}


def test_a_label_called_like_a_host_chooses_nothing() -> None:
    graph = teams()
    graph.overlay.change(HOST_ID, change(2, 9, name="sly", labels={"host.name": "box-bb"}))
    graph.touch()
    assert cid(9) in shown(graph)
    assert cid(9) not in shown(graph.seen_by("host.name=box-bb"))


def test_nodes_are_where_everybody_sees_them_also_after_they_were_moved() -> None:
    graph = teams()
    seen = graph.seen_by("team=shop")

    def where(of: Graph) -> tuple[float, float]:
        return next(node.position for node in of.view("containers").now.nodes if node.id == WEB)

    assert where(seen) == where(graph)
    graph.layout("containers").pin({WEB: (500.0, 500.0)})
    graph.touch()
    assert where(seen) == where(graph) == (500.0, 500.0)


def test_messages_of_what_is_seen_lead_from_each_state_to_the_next() -> None:
    graph = teams()
    seen = graph.seen_by("team=shop")
    client = Client.full(seen.view("containers").now)
    list(seen.view("containers").messages(with_numbers=True))
    client.take(json.loads(seen.view("containers").full()), check_base=False)
    told = []
    for sequence, (number, team) in enumerate([(4, "shop"), (5, "bills"), (1, "shop")], 2):
        frame = change(sequence, number, name=f"new-{number}", labels={"team": team})
        graph.overlay.change(HOST_ID, frame)
        graph.touch(cid(number))
        for _base, _version, body in seen.view("containers").messages(with_numbers=True):
            told.append(body.decode())
            client.take(json.loads(body))
    assert client.same_as(seen.view("containers").now)
    assert cid(4) in client.nodes
    assert cid(5) not in client.nodes
    assert "new-5" not in "".join(told)


def test_a_filter_chooses_among_what_is_seen() -> None:
    seen = teams().seen_by("team=shop")
    found = {node.id for node in seen.view("containers", "name:store").now.nodes}
    assert STORE in found
    assert BILLS not in {n.id for n in seen.view("containers", "name:bills").now.nodes}


def test_overview_counts_what_is_seen() -> None:
    graph = teams()
    overview = graph.seen_by("team=shop").overview()
    assert [probe.hostname for probe in overview.probes] == ["box-aa"]
    assert overview.summary.cpu_cores is None
    counts = {view.id: view.counts.nodes for view in overview.views}
    assert counts["containers"] == 3
    assert len(graph.overview().probes) == 2


def test_a_sight_is_kept_and_ends_with_a_bound() -> None:
    graph = teams()
    assert graph.seen_by("") is graph
    first = graph.seen_by("team=shop")
    assert graph.seen_by("team=shop") is first
    for number in range(40):
        graph.seen_by(f"team=t{number}")
    assert graph.seen_by("team=shop") is not first
