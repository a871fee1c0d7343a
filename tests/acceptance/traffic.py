"""What the shop really did: who talked to whom, and how much payload, by its own logs."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from demo import engine, outside
from demo.plan import Pair, load
from demo.shop import Shop
from promscope_wire import ids


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """An edge as it must be on the map; node ids."""

    source: str
    target: str
    port: int
    protocol: str


@dataclass(slots=True)
class Ledger:
    """The payload one client has exchanged with one address, over time (Unix seconds)."""

    at: list[float] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)
    received: list[int] = field(default_factory=list)

    def between(self, totals: list[int], start: float, end: float) -> float:
        """How much `totals` (of this ledger: sent or received) grew between two moments."""
        return self._at(totals, end) - self._at(totals, start)

    def _at(self, totals: list[int], moment: float) -> float:
        """Between two log lines the messages are taken as evenly spread."""
        after = bisect_right(self.at, moment)
        assert 0 < after < len(self.at), "the log does not cover this moment"
        share = (moment - self.at[after - 1]) / (self.at[after] - self.at[after - 1])
        return totals[after - 1] + share * (totals[after] - totals[after - 1])


class Traffic:
    """The truth about one shop."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._plan = load()
        planned = self._plan.containers(shop.project)
        inspected = engine.inspect(*planned)
        self._containers = {
            name: ids.container(found["Id"]) for name, found in zip(planned, inspected, strict=True)
        }
        self._names: dict[str, list[str]] = defaultdict(list)
        for name, service in planned.items():
            self._names[service.name].append(name)
        self._addresses: dict[str, set[str]] = {
            name: {one["IPAddress"] for one in found["NetworkSettings"]["Networks"].values()}
            for name, found in zip(planned, inspected, strict=True)
        }
        self._has_outside = outside.Outside(shop.project).exists

    @property
    def nodes(self) -> dict[str, str]:
        """Container name → node id."""
        return dict(self._containers)

    def words(self, links: set[Link]) -> str:
        """Edges for a person to read."""
        names = {node: name for name, node in self._containers.items()}
        return ", ".join(
            f"{names.get(one.source, one.source)} > {names.get(one.target, one.target)}"
            f":{one.port}/{one.protocol}"
            for one in sorted(links)
        )

    def links(self) -> set[Link]:
        """Every edge that must be there, replicas multiplied out; nothing else happened."""
        return {link for pair in self._plan.pairs for link, _, _ in self._spread(pair)}

    def declared(self) -> dict[Link, float]:
        """Edges whose bytes per second, from client to server, the plan fixes."""
        return {
            link: pair.bytes_per_second
            for pair in self._plan.pairs
            if pair.bytes_per_second
            for link, _, _ in self._spread(pair)
        }

    def published(self) -> set[Link]:
        """Edges that lead through a port the host publishes."""
        pairs = [pair for pair in self._plan.pairs if pair.through == "published"]
        return {link for pair in pairs for link, _, _ in self._spread(pair)}

    def dialled(self) -> tuple[str, int]:
        """The address and the port that those clients dial."""
        (network,) = engine.inspect(f"{self._shop.project}_front")
        return network["IPAM"]["Config"][0]["Gateway"], self._shop.port

    def long_lived(self) -> Iterator[tuple[Link, set[str], str]]:
        """(edge, addresses of the server, name of the client's container) of each tcp pair
        that keeps its connection."""
        for pair in self._plan.pairs:
            if pair.life == "long" and pair.protocol == "tcp":
                for link, client, addresses in self._spread(pair):
                    yield link, addresses, client

    def _spread(self, pair: Pair) -> Iterator[tuple[Link, str, set[str]]]:
        for client in self._names[pair.client]:
            source = self._containers[client]
            if pair.through == "outside":
                if self._has_outside:
                    target = ids.external(outside.ADDRESS)
                    yield Link(source, target, pair.port, pair.protocol), client, {outside.ADDRESS}
                continue
            for server in self._names[pair.server]:
                link = Link(source, self._containers[server], pair.port, pair.protocol)
                yield link, client, self._addresses[server]

    def ledger(self, client: str, addresses: set[str], port: int) -> Ledger:
        """What a client has logged about a server."""
        ledger = Ledger()
        for line in engine.docker("logs", client).splitlines():
            said = json.loads(line)
            if "sent" in said and said["host"] in addresses and said["port"] == port:
                ledger.at.append(said["at"])
                ledger.sent.append(said["sent"])
                ledger.received.append(said["received"])
        return ledger
