"""From answers to the snapshot."""

from __future__ import annotations

import pytest

from promscope_api.graph.answers import Recalled
from promscope_api.graph.build import build
from promscope_api.graph.graph import Graph
from promscope_api.prometheus.answer import Sample
from promscope_api.prometheus.labels import TargetLabels
from tests.fleet.answers import HOST, INSTANCE, JOB, Answers

KEY = "0123456789ab"
NODE = f"container:{KEY}"


def test_nothing_known_is_an_empty_snapshot() -> None:
    snapshot = build(Answers().round())
    assert snapshot.taken_at is None
    assert not snapshot.hosts
    assert not snapshot.links


def test_container_with_its_numbers() -> None:
    answers = Answers().target().container(KEY, image="redis", image_tag="7", compose_project="s")
    answers.add("container_cpu", 0.5, container_id=KEY)
    answers.add("container_memory_limit", 1e9, container_id=KEY)
    answers.add("container_health", 1, container_id=KEY, health="healthy")
    found = build(answers.round()).containers[NODE]
    assert (found.host, found.state, found.health) == (HOST, "running", "healthy")
    assert (found.image, found.image_tag, found.compose_project) == ("redis", "7", "s")
    assert (found.metrics.cpu, found.metrics.memory, found.memory_limit) == (0.5, None, 1e9)


def test_before_the_second_scrape_a_rate_is_unknown_and_not_zero() -> None:
    found = build(Answers().target().container(KEY).round()).containers[NODE]
    assert found.metrics.cpu is None
    assert found.metrics.network_receive is None


@pytest.mark.parametrize("value", ["NaN", "+Inf"])
def test_what_is_no_number_is_not_measured(value: str) -> None:
    answers = Answers().target().container(KEY).add("container_cpu", value, container_id=KEY)
    assert build(answers.round()).containers[NODE].metrics.cpu is None


def test_removed_containers_are_not_there() -> None:
    assert not build(Answers().target().container(KEY, "removed").round()).containers


def test_one_probe_scraped_by_two_jobs_counts_once() -> None:
    answers = Answers().target().target(job="other", instance="10.0.0.1:10180")
    answers.container(KEY).container(KEY, instance="10.0.0.1:10180", job="other")
    snapshot = build(answers.round())
    assert list(snapshot.containers) == [NODE]
    assert list(snapshot.hosts) == [HOST]
    assert len(snapshot.hosts[HOST].targets) == 2


def test_container_of_an_unknown_target_is_left_out() -> None:
    assert not build(Answers().container(KEY).round()).containers


@pytest.mark.parametrize("key", ["", "../../etc", 'x"}', "a:b", "é"])
def test_s2_container_ids_that_are_none_are_left_out(key: str) -> None:
    assert not build(Answers().target().container(key).round()).containers


def test_labels_of_the_allow_list() -> None:
    answers = Answers().target().container(KEY)
    answers.add(
        "container_labels", 1, container_id=KEY, job=JOB, instance=INSTANCE, label_app="shop"
    )
    assert build(answers.round()).containers[NODE].labels == {"app": "shop"}


def test_process_groups_of_containers_and_of_the_host() -> None:
    answers = Answers().target().container(KEY)
    for owner in (NODE, HOST):
        answers.add("process_cpu", 0.25, owner=owner, owner_name="x", process="redis server")
        answers.add("process_processes", 3, owner=owner, owner_name="x", process="redis server")
    found = build(answers.round()).processes
    inside = found[f"processes:{NODE}:redis~20server"]
    assert (inside.owner, inside.host, inside.command) == (NODE, HOST, "redis server")
    assert (inside.metrics.cpu, inside.metrics.processes) == (0.25, 3.0)
    assert found[f"processes:{HOST}:redis~20server"].host == HOST


def test_process_series_that_no_probe_wrote_are_left_out() -> None:
    answers = Answers().target()
    answers.add("process_processes", 1, owner="nonsense", process="x")
    answers.add("process_processes", 1, owner=HOST, process="")
    answers.add("process_processes", 1, owner="pod:x", process="x")
    assert not build(answers.round()).processes


def test_command_whose_series_has_ended_is_gone_though_its_rate_lasts() -> None:
    answers = Answers().target().add("process_cpu", 1, owner=HOST, process="x")
    assert not build(answers.round()).processes


def recalled() -> Recalled:
    past = Answers().container(KEY).add("container_cpu", 0.5, container_id=KEY)
    past.add("process_processes", 1, owner=NODE, owner_name="x", process="redis")
    past.endpoint(NODE, "172.17.0.2", "4026")
    past.edge(NODE, "203.0.113.9", 443)
    return Recalled(TargetLabels(JOB, INSTANCE), past.samples)


def test_target_that_is_down_is_remembered_as_unknown() -> None:
    answers = Answers().target(up=0)
    snapshot = build(answers.round(recalled()))
    found = snapshot.containers[NODE]
    assert not found.known
    assert found.state == "running"
    assert found.metrics.cpu is None
    assert not snapshot.processes[f"processes:{NODE}:redis"].known
    (link,) = snapshot.links
    assert (link.source, link.target) == (NODE, "external:203.0.113.9")
    assert (link.connections, link.transmit) == (None, None)


def test_what_another_target_still_tells_is_not_overwritten_by_the_past() -> None:
    answers = Answers().target(up=0).target(instance="two:10180")
    answers.container(KEY, "paused", instance="two:10180")
    found = build(answers.round(recalled())).containers[NODE]
    assert (found.known, found.state) == (True, "paused")


def test_edges_to_a_host_that_is_down_still_end_at_its_containers() -> None:
    other = "00000000000000bb"
    answers = Answers().target(up=0).target(other, "two:10180")
    past = recalled()
    assert isinstance(past.answers, dict)
    routable = Answers().endpoint(NODE, "10.9.9.9", "4026", routable=True)
    past.answers["endpoints"].extend(routable.samples["endpoints"])
    answers.edge(f"host:{other}", "10.9.9.9", 6379)
    links = build(answers.round(past)).links
    assert (f"host:{other}", NODE) in {(link.source, link.target) for link in links}


def test_firing_alerts_become_reasons_of_the_node_they_are_about() -> None:
    answers = Answers().target().container("0000000000aa")
    labels = {"alertname": "TooBusy", "container_id": "0000000000aa", "severity": "critical"}
    answers.samples["alerts"].append(Sample(labels, (0.0, "1")))
    graph = Graph()
    graph.take(build(answers.round()))
    node = next(n for n in graph.view("containers").now.nodes if n.kind == "container")
    assert (node.status, node.reasons) == ("critical", ("alert TooBusy is firing",))
