"""Where a connection counts: at the edge of the client, or at the inbound side of the server.

A connection of which both ends are on this host is one edge, from the client. docker-proxy is
treated as NAT: client → proxy counts as client → container, proxy → container not at all.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from promscope_exporter.commands import OTHER, Commands
from promscope_exporter.edges.listeners import Listeners
from promscope_exporter.edges.nat import Published, PublishedPorts
from promscope_exporter.edges.owner import Ownership
from promscope_exporter.edges.processes import Processes
from promscope_exporter.edges.spaces import Owner, Space, Spaces
from promscope_exporter.edges.table import Counters, EdgeKey, InboundKey, Table
from promscope_exporter.sources.address import text
from promscope_exporter.sources.conntrack import Address

PROXY = "docker-proxy"
#: How long (seconds) a connection to the proxy may await its second half.
_PROXY_MEMORY = 30.0

#: Counts what belongs to no edge.
NOWHERE = Counters()


class Client(NamedTuple):
    """The socket that dialled. `remote`: what it dialled, `server`: who answers there."""

    protocol: str
    space: Space
    local: Address
    remote: Address
    server: Address
    inode: int
    cgroup: int | None


class Server(NamedTuple):
    """The socket that was dialled. `client`: who dialled, before any NAT, at an address as
    seen from `viewpoint`."""

    protocol: str
    space: Space
    local: Address
    client: Address
    cgroup: int | None
    viewpoint: Space


class Patience(Protocol):
    """Answers whether to decide now with what is known."""

    def __call__(self) -> bool: ...


class Placing:
    """Decides; for use from one thread at a time. `now` is set before each round."""

    def __init__(
        self,
        spaces: Spaces,
        owners: Ownership,
        listeners: Listeners,
        published: PublishedPorts,
        processes: Processes,
        commands: Commands,
        edges: Table[EdgeKey],
        inbound: Table[InboundKey],
    ) -> None:
        self._spaces = spaces
        self._owners = owners
        self._listeners = listeners
        self._published = published
        self._processes = processes
        self._commands = commands
        self._edges = edges
        self._inbound = inbound
        self._halves: dict[tuple[str, str, int], tuple[int, float]] = {}
        self.now = 0.0

    def want(self, client: Client) -> None:
        """Have the process of the client's socket looked for."""
        owner = self._owners.of_socket(client.space, client.cgroup)
        self._processes.want(client.inode, self.suspects(client.space, owner))

    def suspects(self, space: Space, owner: Owner) -> list[str]:
        """Whose processes may hold a socket of `owner` in `space`."""
        nodes = [owner.node, *(one.node for one in space.owners)]
        if space is self._spaces.host:
            nodes.append(self._owners.host.node)
        return nodes

    def client(self, client: Client, ripe: Patience) -> Counters | None:
        """The edge of a connection whose client is seen; None: not yet known, ask again."""
        owner = self._owners.of_socket(client.space, client.cgroup)
        command = self._processes.command(client.inode)
        if command is None and not self._processes.hopeless(client.inode) and not ripe():
            return None
        protocol, remote, server = client.protocol, client.remote, client.server
        if (
            client.space is self._spaces.host
            and server == remote
            and self._published.is_target(protocol, server)
        ):
            half = self._half(protocol, client.space, server)
            if command == PROXY:
                self._add_half(half, -1)
                return NOWHERE
            if command is None:
                if self._take_half(half):
                    return NOWHERE
                if not ripe():
                    return None
        process = OTHER if command is None else self._commands.admit(owner.node, command)
        service: Address | None = remote if server != remote else None
        if service is None:
            port = self._proxied(client)
            if port and port.target:
                self._add_half((protocol, port.owner.node, port.target_port), 1)
                server, service = port.target, remote
        return self._edge(owner, process, server, protocol, service)

    def server(self, server: Server, ripe: Patience) -> Counters | None:
        """The counters of a connection whose server alone is seen; None: ask again, its client
        may still show up."""
        protocol, local, client = server.protocol, server.local, server.client
        found = self._owners.of_address(server.viewpoint, client[0])
        if found is not None:
            space, source = found
            if space is not None and not ripe():
                return None
            proxied = source == self._owners.host and self._published.is_target(protocol, local)
            if proxied and self._take_half(self._half(protocol, server.space, local)):
                return NOWHERE
            return self._edge(source, OTHER, local, protocol, None)
        owner = self._owners.of_socket(server.space, server.cgroup)
        space = server.space
        if space is self._spaces.host:
            port = self._published.at(protocol, local)
            if port and port.target:
                self._add_half((protocol, port.owner.node, port.target_port), 1)
                owner, local = port.owner, port.target
                space = self._spaces.of_node(owner.node) or space
        listening = self._listeners.at(space, protocol, local)
        process = OTHER
        if listening is not None:
            owner = listening.owner
            command = self._processes.command(listening.inode)
            if command is not None:
                process = self._commands.admit(owner.node, command)
        key = (owner.node, owner.name, process, str(local[1]), protocol, text(client[0]))
        return self._inbound.at(key, self.now)

    def _edge(
        self, owner: Owner, process: str, server: Address, protocol: str, service: Address | None
    ) -> Counters:
        dialled = (text(service[0]), str(service[1])) if service else (None, None)
        peer = (text(server[0]), str(server[1]))
        return self._edges.at(
            (owner.node, owner.name, process, *peer, protocol, *dialled), self.now
        )

    def _proxied(self, client: Client) -> Published | None:
        """The published port at an address of the host that no NAT took to its container."""
        found = self._owners.of_address(client.space, client.remote[0])
        if found is None or found[0] is not self._spaces.host:
            return None
        return self._published.at(client.protocol, client.remote)

    def _half(self, protocol: str, space: Space, target: Address) -> tuple[str, str, int]:
        found = self._owners.of_address(space, target[0])
        return (protocol, found[1].node if found else "", target[1])

    def _add_half(self, half: tuple[str, str, int], count: int) -> None:
        """Balance of connections to the proxy against those it made."""
        balance, at = self._halves.get(half, (0, self.now))
        self._halves[half] = ((balance if self.now - at < _PROXY_MEMORY else 0) + count, self.now)

    def _take_half(self, half: tuple[str, str, int]) -> bool:
        balance, at = self._halves.get(half, (0, self.now))
        if balance <= 0 or self.now - at >= _PROXY_MEMORY:
            return False
        self._add_half(half, -1)
        return True
