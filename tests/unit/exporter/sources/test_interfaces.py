import socket

from promscope_exporter.sources import netns
from promscope_exporter.sources.interfaces import interfaces
from tests.unit.exporter.namespaces import ip, name_of, namespace, needs_root


@needs_root
def test_kinds_addresses_and_peers():
    with namespace() as left, namespace() as right:
        name = name_of(left)
        ip("-n", name, "link", "add", "t-br", "type", "bridge")
        ip("-n", name, "link", "add", "t-veth", "type", "veth", "peer", "name", "t-peer")
        ip("-n", name, "link", "set", "t-peer", "netns", name_of(right))
        ip("-n", name, "link", "set", "t-veth", "master", "t-br")
        ip("-n", name, "link", "add", "t-other", "type", "bridge")
        ip("-n", name, "address", "add", "198.51.100.7/24", "dev", "t-other")
        ip("-n", name, "address", "add", "198.51.100.9", "peer", "198.51.100.10", "dev", "t-veth")
        found = {one.name: one for one in netns.inside(left, interfaces)}
        there = {one.name: one for one in netns.inside(right, interfaces)}
    assert found["lo"].kind == "loopback"
    assert socket.inet_aton("127.0.0.1") in found["lo"].addresses
    assert bytes(15) + b"\x01" in found["lo"].addresses
    assert found["t-br"].kind == "bridge"
    assert found["t-other"].addresses[0] == socket.inet_aton("198.51.100.7")
    veth = found["t-veth"]
    assert (veth.kind, veth.master) == ("veth", found["t-br"].number)
    assert veth.addresses[0] == socket.inet_aton("198.51.100.9")  # its own, not its peer's
    assert veth.peer == there["t-peer"].number
    assert veth.peer_nsid is not None
    assert there["t-peer"].peer == veth.number


def test_the_own_namespace_needs_no_privilege():
    assert any(one.kind == "loopback" for one in interfaces())
