import pytest

from promscope_exporter.edges.addresses import endpoints
from promscope_exporter.edges.spaces import Owner, Space
from promscope_exporter.sources.address import packed
from promscope_exporter.sources.interfaces import Interface

HOST = Owner("host:abc", "machine")
WEB = Owner("container:4f1c2a9b7d3e", "web")


def interface(number, kind="", addresses=(), **more):
    known = {"name": f"i{number}", "master": 0, "peer": 0, "peer_nsid": None}
    return Interface(
        number=number, kind=kind, addresses=tuple(map(packed, addresses)), **known | more
    )


def space(*interfaces, label="host", owners=(), nsid=None):
    made = Space(1, 1, label)
    made.interfaces, made.owners, made.nsid = list(interfaces), list(owners), nsid
    return made


def routable(*spaces):
    return {one.ip: one.routable for one in endpoints(list(spaces), HOST)}


@pytest.mark.parametrize(
    ("kind", "address", "expected"),
    [
        ("", "192.0.2.2", True),
        ("", "fd00::2", True),
        ("", "fe80::1", False),
        ("", "169.254.1.1", False),
        ("bond", "192.0.2.2", True),
        ("vlan", "192.0.2.2", True),
        ("wireguard", "10.9.0.1", True),
        ("loopback", "127.0.0.1", False),
        ("loopback", "10.1.1.1", False),
        ("dummy", "10.96.0.1", False),
        ("veth", "203.0.113.1", False),
        ("bridge", "172.17.0.1", False),
    ],
)
def test_an_address_of_the_host(kind, address, expected):
    assert routable(space(interface(2, kind, [address]))) == {packed(address): expected}


def test_a_bridge_with_hardware_in_it_is_the_hosts_way_out():
    bridge = interface(5, "bridge", ["192.0.2.2"])
    assert routable(space(bridge, interface(2, "", master=5)))[packed("192.0.2.2")]
    assert not routable(space(bridge, interface(7, "veth", master=5)))[packed("192.0.2.2")]
    assert not routable(space(bridge, interface(7, "tun", master=5)))[packed("192.0.2.2")]


def inside(kind, host, nsid=3, address="172.18.0.2"):
    own = space(interface(10, kind, [address]), label="4026", owners=[WEB], nsid=nsid)
    return routable(space(*host), own)[packed(address)]


def test_an_address_of_a_container():
    bridged = interface(11, "veth", master=5, peer=10, peer_nsid=3)
    assert not inside("veth", [interface(5, "bridge"), bridged])
    assert inside("veth", [bridged._replace(master=0)])  # routed to, as some networks do
    assert inside("veth", [interface(2)])  # the other end is elsewhere: an overlay
    assert inside("veth", [bridged._replace(peer_nsid=4)])
    assert not inside("veth", [], nsid=None)  # nothing is known of the other end
    assert inside("macvlan", [])
    assert inside("ipvlan", [])
    assert not inside("loopback", [], address="127.0.0.1")
    attached = [interface(5, "bridge"), bridged, interface(2, "", master=5)]
    assert inside("veth", attached)


def test_containers_that_share_a_namespace_each_have_its_addresses():
    other = Owner("container:0b0b0b0b0b0b", "sidecar")
    own = space(interface(1, "loopback", ["127.0.0.1"]), label="4026", owners=[WEB, other])
    found = list(endpoints([space(), own], HOST))
    assert [(one.owner, one.netns) for one in found] == [(WEB, "4026"), (other, "4026")]


def test_link_local_addresses_of_the_hosts_side_of_a_container_are_nobodys_business():
    host = space(interface(11, "veth", ["fe80::1", "203.0.113.1"], peer=10))
    assert routable(host) == {packed("203.0.113.1"): False}
