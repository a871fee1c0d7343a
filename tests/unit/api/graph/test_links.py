"""Links: both sides of a connection told once, from the client's side."""

from __future__ import annotations

import pytest

from promscope_api.graph.build import build
from promscope_api.graph.links import is_node
from promscope_api.graph.snapshot import Link
from tests.fleet.answers import HOST, Answers

WEB, DB = "container:" + "1" * 12, "container:" + "2" * 12
OTHER_HOST = "00000000000000bb"
FAR = "container:" + "3" * 12


def fleet() -> Answers:
    answers = Answers().target().target(OTHER_HOST, "two:10180")
    answers.container("1" * 12).container("2" * 12).container("3" * 12, instance="two:10180")
    answers.endpoint(HOST, "10.0.0.1", routable=True)
    answers.endpoint(f"host:{OTHER_HOST}", "10.0.0.2", routable=True)
    answers.endpoint(WEB, "172.17.0.2", "11").endpoint(DB, "172.17.0.3", "12")
    return answers.listen(DB, 5432, netns="12", process="postgres")


def links(answers: Answers) -> tuple[Link, ...]:
    return build(answers.round()).links


def test_link_between_two_containers() -> None:
    (link,) = links(fleet().edge(WEB, "172.17.0.3", 5432, 2))
    assert (link.source, link.target, link.port) == (WEB, DB, 5432)
    assert (link.source_process, link.target_process) == ("client", "postgres")
    assert (link.connections, link.transmit, link.receive) == (2, 10, 20)
    assert link.connects is None


def test_both_sides_of_a_connection_count_once() -> None:
    answers = fleet().edge(FAR, "10.0.0.1", 80).inbound(HOST, "10.0.0.2", 80)
    (link,) = links(answers)
    assert link.source == FAR


def test_inbound_from_outside_is_told_from_the_clients_side() -> None:
    (link,) = links(fleet().inbound(WEB, "203.0.113.7", 80))
    assert (link.source, link.target) == ("external:203.0.113.7", WEB)
    assert (link.transmit, link.receive) == (40, 30)
    assert link.target_process == "server"


def test_folded_peers_stay_folded() -> None:
    (link,) = links(fleet().inbound(WEB, "other:public", 80))
    assert link.source == "other:public"


def test_two_addresses_of_one_peer_are_one_link() -> None:
    answers = fleet().endpoint(DB, "fd00::3", "12")
    answers.edge(WEB, "172.17.0.3", 5432).edge(WEB, "fd00::3", 5432)
    (link,) = links(answers)
    assert (link.connections, link.transmit) == (2, 20)


def test_address_before_translation_is_kept() -> None:
    answers = fleet().edge(WEB, "172.17.0.3", 5432, service_ip="10.96.0.1", service_port="80")
    (link,) = links(answers)
    assert (link.service_ip, link.service_port) == ("10.96.0.1", 80)


def test_published_port_reached_from_elsewhere_says_what_was_dialled() -> None:
    answers = fleet().listen(WEB, 8080, target_port=80).edge(FAR, "10.0.0.1", 8080)
    (link,) = links(answers)
    assert (link.target, link.port) == (WEB, 80)
    assert (link.service_ip, link.service_port) == ("10.0.0.1", 8080)


def test_edge_whose_series_has_ended_is_gone_though_its_rate_lasts() -> None:
    answers = fleet()
    peer = {"peer_ip": "172.17.0.3", "protocol": "tcp"}
    answers.add("edge_transmit", 5, source=WEB, peer_port="5432", **peer)
    answers.add("inbound_transmit", 5, target=WEB, peer_ip="203.0.113.7", port="80", protocol="tcp")
    assert links(answers) == ()


@pytest.mark.parametrize("source", ["", "nonsense", "container:", "container:a b", "evil:x"])
def test_edges_of_no_node_are_left_out(source: str) -> None:
    assert links(fleet().edge(source, "172.17.0.3", 5432)) == ()


@pytest.mark.parametrize("port", ["x", "-1", "999999", ""])
def test_ports_that_are_none_are_zero(port: str) -> None:
    answers = fleet().add(
        "edge_connections", 1, source=WEB, peer_ip="203.0.113.1", peer_port=port, protocol="tcp"
    )
    (link,) = links(answers)
    assert link.port == 0


def test_node_ids_are_told_from_other_text() -> None:
    assert is_node("container:" + "a" * 12)
    assert not is_node("../x")
