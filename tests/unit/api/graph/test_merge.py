"""Who is behind an address: in the client's namespace, on its host, anywhere, or outside."""

from __future__ import annotations

import pytest

from promscope_api.graph.merge import (
    ROUNDS_OWNED,
    Addresses,
    PastOwners,
    Peer,
    is_loopback,
    is_public,
    plain_address,
)
from promscope_api.graph.networks import Networks
from tests.fleet.answers import Answers

A, B = "host:aa", "host:bb"
WEB, DB, SIDE, FAR = (f"container:{c * 12}" for c in "1234")
_HOSTS = {WEB: A, DB: A, SIDE: A, FAR: B}


def addresses(answers: Answers) -> Addresses:
    return Addresses(
        [sample.metric for sample in answers.samples["endpoints"]],
        [sample.metric for sample in answers.samples["listens"]],
        lambda node: node if node.startswith("host:") else _HOSTS.get(node, ""),
    )


def usual() -> Answers:
    """Host A with two containers on a bridge, host B with one; both own the same bridge address."""
    answers = Answers()
    answers.endpoint(A, "10.0.0.1", routable=True).endpoint(A, "172.17.0.1")
    answers.endpoint(B, "10.0.0.2", routable=True).endpoint(B, "172.17.0.1")
    answers.endpoint(WEB, "172.17.0.2", "11").endpoint(DB, "172.17.0.3", "12")
    answers.endpoint(FAR, "172.17.0.2", "21")
    answers.listen(DB, 5432, netns="12", process="postgres")
    return answers


def test_peer_in_the_own_namespace() -> None:
    found = addresses(usual().listen(A, 22, process="sshd"))
    assert found.resolve(A, "10.0.0.1", 22, "tcp") == Peer(A, "sshd", 22)


def test_peer_on_the_same_host() -> None:
    found = addresses(usual())
    assert found.resolve(WEB, "172.17.0.3", 5432, "tcp") == Peer(DB, "postgres", 5432)
    assert found.resolve(A, "172.17.0.2", 80, "tcp") == Peer(WEB, "", 80)


def test_same_bridge_address_on_two_hosts_is_told_apart() -> None:
    found = addresses(usual())
    assert found.resolve(FAR, "172.17.0.2", 80, "tcp").node == FAR
    assert found.resolve(WEB, "172.17.0.2", 80, "tcp").node == WEB
    assert found.resolve(B, "172.17.0.3", 80, "tcp").node == "external:172.17.0.3"


def test_peer_anywhere_by_a_routable_address_only() -> None:
    found = addresses(usual())
    assert found.resolve(WEB, "10.0.0.2", 443, "tcp") == Peer(B, "", 443)
    assert found.resolve(WEB, "172.18.0.9", 443, "tcp").node == "external:172.18.0.9"


def test_published_port_leads_into_its_container() -> None:
    answers = usual().listen(FAR, 8080, process="web", target_port=80)
    answers.listen(B, 8080, process="docker-proxy")
    found = addresses(answers)
    assert found.resolve(WEB, "10.0.0.2", 8080, "tcp") == Peer(FAR, "web", 80)
    assert found.resolve(WEB, "10.0.0.2", 8080, "udp") == Peer(B, "", 8080)
    assert found.resolve(B, "127.0.0.1", 8080, "tcp") == Peer(FAR, "web", 80)


def test_port_published_on_one_address_only() -> None:
    answers = usual().endpoint(A, "10.0.0.9", routable=True)
    answers.listen(WEB, 8080, ip="10.0.0.9", target_port=80).listen(A, 8080, process="own")
    found = addresses(answers)
    assert found.resolve(DB, "10.0.0.9", 8080, "tcp").node == WEB
    assert found.resolve(DB, "10.0.0.1", 8080, "tcp") == Peer(A, "own", 8080)


def test_published_port_does_not_put_the_container_into_the_hosts_namespace() -> None:
    answers = usual().listen(WEB, 8080, target_port=80).listen(A, 9000, process="own")
    found = addresses(answers)
    assert found.resolve(WEB, "127.0.0.1", 9000, "tcp") == Peer(WEB, "", 9000)


def test_loopback_stays_in_the_namespace() -> None:
    answers = usual().listen(WEB, 6379, ip="127.0.0.1", netns="11", process="redis")
    answers.listen(A, 6379, ip="127.0.0.1", process="redis-of-the-host")
    found = addresses(answers)
    assert found.resolve(WEB, "127.0.0.1", 6379, "tcp") == Peer(WEB, "redis", 6379)
    assert found.resolve(A, "127.0.0.1", 6379, "tcp") == Peer(A, "redis-of-the-host", 6379)
    assert found.resolve(DB, "::1", 6379, "tcp") == Peer(DB, "", 6379)


def test_containers_that_share_a_namespace_are_told_apart_by_who_listens() -> None:
    answers = usual().endpoint(SIDE, "172.17.0.2", "11")
    answers.listen(SIDE, 9090, netns="11", process="sidecar")
    found = addresses(answers)
    assert found.resolve(DB, "172.17.0.2", 9090, "tcp") == Peer(SIDE, "sidecar", 9090)
    assert found.resolve(WEB, "127.0.0.1", 9090, "tcp") == Peer(SIDE, "sidecar", 9090)


def test_host_network_container_is_behind_the_hosts_address_where_it_listens() -> None:
    answers = usual().endpoint(SIDE, "10.0.0.1").listen(SIDE, 9100, process="node_exporter")
    found = addresses(answers)
    assert found.resolve(FAR, "10.0.0.1", 9100, "tcp") == Peer(SIDE, "node_exporter", 9100)
    assert found.resolve(FAR, "10.0.0.1", 22, "tcp").node == A


def test_wildcard_listeners_of_both_families() -> None:
    found = addresses(usual().listen(A, 80, ip="::", process="nginx"))
    assert found.resolve(WEB, "10.0.0.1", 80, "tcp") == Peer(A, "nginx", 80)


def test_covered_addresses() -> None:
    found = addresses(usual())
    assert found.covered("10.0.0.2", A)
    assert found.covered("172.17.0.2", A)
    assert found.covered("::ffff:127.0.0.1", A)
    assert not found.covered("172.17.0.3", B)
    assert not found.covered("203.0.113.5", A)


def test_listener_without_a_port_is_ignored() -> None:
    answers = usual().add("listens", 1, owner=A, ip="0.0.0.0", port="x", netns="host")
    assert addresses(answers).resolve(WEB, "10.0.0.1", 0, "tcp").node == A


def test_address_of_an_owner_that_went_is_known_for_a_while() -> None:
    past = PastOwners()

    def this_round(answers: Answers) -> Addresses:
        return Addresses(
            [sample.metric for sample in answers.samples["endpoints"]],
            [],
            lambda node: node if node.startswith("host:") else _HOSTS.get(node, ""),
            past,
        )

    this_round(usual())
    without = Answers().endpoint(A, "10.0.0.1", routable=True).endpoint(WEB, "172.17.0.2", "11")
    for _ in range(ROUNDS_OWNED - 1):
        gone = this_round(without)
        assert gone.resolve(WEB, "172.17.0.3", 5432, "tcp").node == DB
        assert gone.covered("172.17.0.3", A)
    gone = this_round(without)
    assert gone.resolve(WEB, "172.17.0.3", 5432, "tcp").node == "external:172.17.0.3"
    reused = this_round(without.endpoint(SIDE, "172.17.0.3", "13"))
    assert reused.resolve(WEB, "172.17.0.3", 5432, "tcp").node == SIDE


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("2001:DB8:0::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("not:an:address", "not:an:address"),
    ],
)
def test_one_spelling_of_an_address(text: str, plain: str) -> None:
    assert plain_address(text) == plain


def test_kinds_of_addresses() -> None:
    assert is_loopback("127.0.0.53")
    assert not is_loopback("10.0.0.1")
    assert is_public("93.184.216.34")
    assert not is_public("10.1.2.3")
    assert not is_public("example.org")


def test_address_of_a_silent_host_belongs_to_whoever_has_it_now() -> None:
    now = Answers().endpoint(B, "10.0.0.9", routable=True)
    then = Answers().endpoint(A, "10.0.0.9", routable=True).endpoint(A, "10.0.0.7", routable=True)
    found = Addresses(
        [sample.metric for sample in now.samples["endpoints"]],
        [],
        lambda node: node,
        remembered=[sample.metric for sample in then.samples["endpoints"]],
    )
    assert found.resolve(B, "10.0.0.7", 80, "tcp").node == A
    assert found.resolve("host:cc", "10.0.0.9", 80, "tcp").node == B


def test_peer_that_nobody_owns_is_named_by_its_network() -> None:
    found = Addresses([], [], lambda node: node, networks=Networks(["office=10.1.0.0/16"]))
    assert found.resolve(A, "10.1.2.3", 443, "tcp").node == "external:office"
    assert found.resolve(A, "10.2.2.3", 443, "tcp").node == "external:10.2.2.3"
