"""Joining the two ends of connections: peer address → the node that owns it (design §4).

A peer is looked up in the client's own network namespace, then among the endpoints and published
ports of its host, then only among routable endpoints anywhere; what nobody owns is external.
"""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

import msgspec

from promscope_api.graph.networks import Networks
from promscope_api.prometheus.labels import EndpointLabels, ListenLabels

HOST_NETNS = "host"
#: Rounds for which an address is known as that of its last owner.
ROUNDS_OWNED = 8
_ANY_ADDRESS = frozenset(("0.0.0.0", "::", "*", ""))  # noqa: S104 - compared with


class Listener(msgspec.Struct, frozen=True, gc=False):
    ip: str
    owner: str
    process: str
    target_port: int


class Peer(msgspec.Struct, frozen=True, gc=False):
    """Who is behind an address: node id, command (or ""), and the port inside the owner."""

    node: str
    process: str
    port: int


class _Place(msgspec.Struct, frozen=True, gc=False):
    owner: str
    host: str
    netns: str


@lru_cache(maxsize=65536)
def plain_address(ip: str) -> str:
    """The address in one spelling: IPv4 in IPv6 as IPv4, IPv6 compressed; other text as it is."""
    if ":" not in ip:
        return ip
    try:
        parsed = ipaddress.IPv6Address(ip.partition("%")[0])
    except ValueError:
        return ip
    return str(parsed.ipv4_mapped or parsed)


def is_loopback(ip: str) -> bool:
    return ip.startswith("127.") or ip == "::1"


@lru_cache(maxsize=65536)
def is_public(ip: str) -> bool:
    """Whether the address is one of the public internet."""
    try:
        return ipaddress.ip_address(ip).is_global
    except ValueError:
        return False


class PastOwners:
    """Who owned which address of a host lately: the rates of an edge outlive its peer by the
    window they are taken over, and until then it must not look like a peer from outside.
    """

    def __init__(self) -> None:
        self._owners: dict[tuple[str, str], tuple[str, int]] = {}

    def owner(self, host: str, ip: str) -> str | None:
        found = self._owners.get((host, ip))
        return found[0] if found else None

    def next_round(self, owners: Mapping[tuple[str, str], str]) -> None:
        """Note the owners of this round; who was not among them for long is forgotten."""
        kept = {key: (owner, left - 1) for key, (owner, left) in self._owners.items() if left > 1}
        self._owners = kept | {key: (owner, ROUNDS_OWNED) for key, owner in owners.items()}


class Addresses:
    """Who owns and who listens where. `host_of` maps a node id to the host it is on ("": none);
    `past` are the owners of earlier rounds, of which there will be those of this one;
    `remembered` are endpoints of targets that are down: whoever owns the address now is before
    them; `networks` names peers that nobody owns.
    """

    def __init__(
        self,
        endpoints: Iterable[EndpointLabels],
        listens: Iterable[ListenLabels],
        host_of: Callable[[str], str],
        past: PastOwners | None = None,
        remembered: Iterable[EndpointLabels] = (),
        networks: Networks | None = None,
    ) -> None:
        self._host_of = host_of
        self._past = past or PastOwners()
        self.outside = (networks or Networks()).outside
        self._netns_of: dict[str, set[str]] = defaultdict(set)
        self._in_netns: dict[tuple[str, str, str], list[_Place]] = defaultdict(list)
        self._on_host: dict[tuple[str, str], list[_Place]] = defaultdict(list)
        self._routable: dict[str, list[_Place]] = defaultdict(list)
        self._listeners: dict[tuple[str, str, str, int], list[Listener]] = defaultdict(list)
        self._reached: dict[tuple[int, str, int, str], Peer] = {}
        self._own: dict[str, list[str]] = {}
        self.of_owner: dict[str, set[str]] = defaultdict(set)
        for endpoint in endpoints:
            self._add_endpoint(endpoint)
        taken = frozenset(self._routable)
        for endpoint in remembered:
            self._add_endpoint(endpoint, routable=plain_address(endpoint.ip) not in taken)
        for listen in listens:
            self._add_listener(listen)
        self._past.next_round({key: places[0].owner for key, places in self._on_host.items()})

    def _add_endpoint(self, endpoint: EndpointLabels, routable: bool = True) -> None:
        ip = plain_address(endpoint.ip)
        place = _Place(endpoint.owner, self._host_of(endpoint.owner), endpoint.netns)
        self._netns_of[endpoint.owner].add(endpoint.netns)
        self._in_netns[place.host, place.netns, ip].append(place)
        self._on_host[place.host, ip].append(place)
        self.of_owner[endpoint.owner].add(ip)
        if routable and endpoint.routable == "true":
            self._routable[ip].append(place)

    def _add_listener(self, listen: ListenLabels) -> None:
        if not listen.port.isdecimal():
            return
        host, port = self._host_of(listen.owner), int(listen.port)
        target = int(listen.target_port) if listen.target_port.isdecimal() else port
        self._listeners[host, listen.netns, listen.protocol, port].append(
            Listener(plain_address(listen.ip), listen.owner, listen.process, target)
        )
        if not listen.target_port:
            self._netns_of[listen.owner].add(listen.netns)

    def covered(self, ip: str, host: str) -> bool:
        """Whether a probe sees the other side of a connection from `ip` to something on `host`."""
        ip = plain_address(ip)
        return (
            is_loopback(ip)
            or (host, ip) in self._on_host
            or ip in self._routable
            or self._past.owner(host, ip) is not None
        )

    def resolve(self, source: str, ip: str, port: int, protocol: str) -> Peer:
        """Who `source` reaches when it dials `ip`:`port`."""
        ip = plain_address(ip)
        host = self._host_of(source)
        own = self._own.get(source)
        if own is None:
            own = self._own[source] = sorted(self._netns_of.get(source, ())) or [HOST_NETNS]
        if is_loopback(ip):
            for netns in own:
                if found := self._listener(host, netns, ip, port, protocol):
                    return Peer(found.owner, found.process, found.target_port)
            return Peer(source, "", port)
        for netns in own:
            if places := self._in_netns.get((host, netns, ip)):
                return self._among(places, ip, port, protocol)
        if places := self._on_host.get((host, ip)) or self._routable.get(ip):
            return self._among(places, ip, port, protocol)
        return Peer(self._past.owner(host, ip) or self.outside(ip), "", port)

    def _among(self, places: list[_Place], ip: str, port: int, protocol: str) -> Peer:
        """Who is reached at an address of these places; many are dialled by more than one."""
        key = (id(places), ip, port, protocol)
        found = self._reached.get(key)
        if found is None:
            found = self._reached[key] = self._one_of(places, ip, port, protocol)
        return found

    def _one_of(self, places: list[_Place], ip: str, port: int, protocol: str) -> Peer:
        for place in places:
            if found := self._listener(place.host, place.netns, ip, port, protocol):
                return Peer(found.owner, found.process, found.target_port)
        # A shared namespace has several owners: the host owns what no container listens on.
        owner = min(places, key=lambda place: (not place.owner.startswith("host:"), place.owner))
        return Peer(owner.owner, "", port)

    def _listener(
        self, host: str, netns: str, ip: str, port: int, protocol: str
    ) -> Listener | None:
        found = self._listeners.get((host, netns, protocol, port), ())
        if len(found) == 1:
            (only,) = found
            return only if only.ip == ip or only.ip in _ANY_ADDRESS else None
        exact = [listener for listener in found if listener.ip == ip]
        wide = [listener for listener in found if listener.ip in _ANY_ADDRESS]
        # A published port ends in its container, whoever holds the socket in the host.
        return min(
            exact or wide,
            key=lambda listener: (listener.owner.startswith("host:"), listener.owner),
            default=None,
        )
