"""What a socket is to its connection: which end of it, and between which addresses, before NAT
and behind."""

from __future__ import annotations

from typing import NamedTuple

from promscope_exporter.edges.connection import Socket
from promscope_exporter.edges.listeners import Listeners
from promscope_exporter.edges.nat import PublishedPorts, Translations
from promscope_exporter.edges.owner import Ownership
from promscope_exporter.edges.placing import Client, Server
from promscope_exporter.edges.spaces import Space
from promscope_exporter.sources import sockdiag
from promscope_exporter.sources.address import is_loopback
from promscope_exporter.sources.conntrack import TCP, Address
from promscope_exporter.sources.sockdiag import Connection as Row

_NO_PORT = bytes(2)
#: Of so many pairs of an address and a service is remembered what is the same for all their
#: connections.
_MAX_SIDES = 4096


class _Side(NamedTuple):
    """One end of all connections between two addresses and a port that somebody listens on,
    where no NAT can be in between."""

    dialled: bool
    local: bytes
    remote: bytes
    alone: bool
    scope: int


class Describing:
    """For use from one thread at a time. `forget` when owners, listeners or published ports
    are others than before."""

    def __init__(
        self,
        host: Space,
        owners: Ownership,
        listeners: Listeners,
        published: PublishedPorts,
        translations: Translations,
    ) -> None:
        self._host = host
        self._owners = owners
        self._listeners = listeners
        self._published = published
        self._translations = translations
        self._clients: dict[tuple[Space, int, bytes, bytes, bytes], _Side] = {}
        self._servers: dict[tuple[Space, int, bytes, bytes, bytes], _Side] = {}

    def forget(self) -> None:
        """Look at everything anew."""
        self._clients.clear()
        self._servers.clear()

    def socket(self, space: Space, row: Row) -> Socket | None:
        """The socket of a row; None where it has no peer."""
        family, _, port, peer_port, local, peer = row[:6]
        if peer_port == _NO_PORT:
            return None
        side = self._clients.get((space, family, peer_port, local, peer))
        if side is None:
            side = self._servers.get((space, family, port, local, peer))
        if side is None:
            return self._anew(space, row)
        here = (side.local, int.from_bytes(port, "big"))
        there = (side.remote, int.from_bytes(peer_port, "big"))
        if side.dialled:
            facts: Client | Server = Client("tcp", space, here, there, there, row[7], row[8])
            pair = side.local + port + side.remote + peer_port
        else:
            facts = Server("tcp", space, here, there, row[8], space)
            pair = side.remote + peer_port + side.local + port
        return Socket(_in(side.scope, pair), side.dialled, side.alone, facts)

    def _anew(self, space: Space, row: Row) -> Socket:
        family = row[0]
        local = (sockdiag.address(family, row[4]), int.from_bytes(row[2], "big"))
        remote = (sockdiag.address(family, row[5]), int.from_bytes(row[3], "big"))
        found = self._owners.of_address(space, remote[0])
        other = found and found[0]
        viewpoint = space
        facts: Client | Server
        if self._listeners.dialled(space, local, other, remote, row):
            dialled, client, server = True, local, remote
            translated = found is None or (
                other is self._host
                and bool(not is_loopback(remote[0]) or self._published.at("tcp", remote))
            )
            if translated:
                server = self._translations.server(TCP, local, remote)
            facts = Client("tcp", space, local, remote, server, row[7], row[8])
            peer = server
        else:
            dialled, client, server = False, remote, local
            translated = other is self._host and not is_loopback(remote[0])
            if translated:
                client = self._translations.client(TCP, local, remote)
                if client != remote:
                    viewpoint = self._host
            facts = Server("tcp", space, local, client, row[8], viewpoint)
            peer = client
        owner = self._owners.of_address(viewpoint, peer[0])
        alone = owner is None or owner[0] is None
        scope = viewpoint.inode if is_loopback(client[0]) or is_loopback(server[0]) else 0
        listening = (other, "tcp", remote) if dialled else (space, "tcp", local)
        if not translated and self._listeners.at(*listening):
            sides, port = (self._clients, row[3]) if dialled else (self._servers, row[2])
            if len(sides) >= _MAX_SIDES:
                sides.clear()
            side = _Side(dialled, local[0], remote[0], alone, scope)
            sides[space, family, port, row[4], row[5]] = side
        return Socket(_in(scope, _pair(client, server)), dialled, alone, facts)


def _pair(client: Address, server: Address) -> bytes:
    """Equal for both ends of a connection."""
    return client[0] + client[1].to_bytes(2, "big") + server[0] + server[1].to_bytes(2, "big")


def _in(scope: int, pair: bytes) -> bytes:
    """`scope`: the namespace of a loopback address."""
    return b"%b%d" % (pair, scope) if scope else pair
