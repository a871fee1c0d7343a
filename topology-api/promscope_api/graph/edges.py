"""Links → the edges of a view: those between the same two nodes, port and protocol become one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from promscope_api.graph.merge import is_public
from promscope_api.graph.model import Edge, Rates, ServiceAddress
from promscope_api.graph.snapshot import Link
from promscope_wire import ids

#: Public peers a view shows one by one; the smallest of more become `internet`.
PUBLIC_PEERS = 50

Placed = tuple[str, str, Link]
#: Source, target, port and protocol.
Between = tuple[str, str, int, str]


def is_silent(link: Link) -> bool:
    """Whether nothing is open and nothing moved lately: a probe keeps an edge for ten minutes so
    that its counters go on, a map shows what talks.
    """
    if link.connections != 0:
        return False
    rates = [
        rate
        for rate in (link.transmit, link.receive, link.connects, link.failed)
        if rate is not None
    ]
    return bool(rates) and not any(rates)


def fold_outside(
    links: Iterable[Link], placed: Callable[[Link], tuple[str, str]], shown: int = PUBLIC_PEERS
) -> list[Placed]:
    """Links with the nodes they go between in a view; what stays inside one node is left out.
    Of public peers the `shown` busiest stay, the others become `internet`.
    """
    found = []
    weight: defaultdict[str, float] = defaultdict(float)
    for link in links:
        source, target = placed(link)
        if source == target or is_silent(link):
            continue
        found.append((source, target, link))
        for node in (source, target):
            if node.startswith("external:"):
                weight[node] += 1 + (link.transmit or 0) + (link.receive or 0)
    public = [node for node in weight if is_public(ids.parse(node).parts[0])]
    public.sort(key=lambda node: (-weight[node], node))
    folded = frozenset(public[shown:])
    if not folded:
        return found
    return [
        (
            ids.INTERNET if source in folded else source,
            ids.INTERNET if target in folded else target,
            link,
        )
        for source, target, link in found
    ]


def bundle(placed: Iterable[Placed]) -> dict[Between, list[Link]]:
    """Links by what they go between."""
    found: dict[Between, list[Link]] = defaultdict(list)
    for source, target, link in placed:
        found[source, target, link.port, link.protocol].append(link)
    return found


def edge_id(between: Between) -> str:
    source, target, port, protocol = between
    return f"{source}>{target}:{port}/{protocol}"


def edge_of(between: Between, links: list[Link]) -> Edge:
    """The one edge for all links between two nodes at one port and protocol."""
    return _edge(*between, links) if len(links) > 1 else _edge_of(*between, links[0])


def gather(placed: Iterable[Placed]) -> dict[str, Edge]:
    """An edge each for the links of a view."""
    edges = (edge_of(*one) for one in bundle(placed).items())
    return {edge.id: edge for edge in edges}


def _edge_of(source: str, target: str, port: int, protocol: str, link: Link) -> Edge:
    """As `_edge` for one link: most edges of a large fleet are, and there it is a third."""
    known = link.transmit is not None or link.receive is not None
    return Edge(
        f"{source}>{target}:{port}/{protocol}",
        source,
        target,
        port,
        protocol,
        link.connections,
        Rates(link.transmit or 0.0, link.receive or 0.0) if known else None,
        link.connects,
        link.failed,
        ServiceAddress(link.service_ip, link.service_port) if link.service_ip else None,
        (link.source_process,) if link.source_process else (),
    )


def _edge(source: str, target: str, port: int, protocol: str, links: list[Link]) -> Edge:
    transmit = total(link.transmit for link in links)
    receive = total(link.receive for link in links)
    known = transmit is not None or receive is not None
    services = sorted({(link.service_ip, link.service_port) for link in links if link.service_ip})
    return Edge(
        id=f"{source}>{target}:{port}/{protocol}",
        source=source,
        target=target,
        port=port,
        protocol=protocol,
        connections=total(link.connections for link in links),
        bytes_per_second=Rates(transmit or 0.0, receive or 0.0) if known else None,
        connects_per_second=total(link.connects for link in links),
        failed_per_second=total(link.failed for link in links),
        service=ServiceAddress(*services[0]) if services else None,
        processes=tuple(sorted({link.source_process for link in links if link.source_process})),
    )


def total(values: Iterable[float | None]) -> float | None:
    """The sum of what is known; None if nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None
