"""A fleet of two teams on one host and a host of neither, to see who is shown what."""

from __future__ import annotations

from promscope_api.graph.graph import Graph
from promscope_api.graph.snapshot import Snapshot
from promscope_api.security.policy import Policy, Rule
from promscope_api.security.principal import Principal
from promscope_api.security.selector import Selector
from tests.fleet.snapshots import (
    HOST,
    HOST_ID,
    cid,
    container,
    hello,
    host,
    inventory,
    link,
    process,
    record,
    snapshot,
)

WEB, STORE, BILLS = cid(1), cid(2), cid(3)
OTHER_HOST = "host:00000000000000bb"
#: What nobody of the team shop may read anywhere.
SECRETS = ("bills", BILLS.partition(":")[2], "box-bb", "mysteryd", "postgres")
SHOP = Selector("team=shop")
POLICY = Policy(
    {
        "shopper": (
            Rule(frozenset(("view", "processes")), SHOP),
            Rule(frozenset(("lifecycle", "logs"))),
        ),
        "watcher": (Rule(frozenset(("view",)), Selector("host.name=box-bb")),),
    }
)
SHOPPER = Principal("eve", ("shopper",), "session", "1")
ALL = Principal("ada", ("viewer",), "session", "1")


def scraped() -> Snapshot:
    """`web` and `store` are of the team shop, `bills` is not; each talks to each."""
    containers = [
        container(1, name="web", labels={"team": "shop"}, compose_project="one"),
        container(2, name="store", labels={"team": "shop"}, compose_project="one"),
        container(3, name="bills", image="bills", labels={"team": "bills"}, compose_project="two"),
    ]
    links = [
        link(WEB, STORE, 80),
        link(WEB, BILLS, 5432, target_process="postgres"),
        link(BILLS, STORE, 80),
        link(WEB, "external:93.184.216.34", 443),
        link(BILLS, "external:93.184.216.99", 443),
        link(HOST, WEB, 8080),
        link(OTHER_HOST, BILLS, 8080),
    ]
    processes = [
        process(WEB, "nginx"),
        process(BILLS, "postgres", owner_name="bills"),
        process(HOST, "mysteryd"),
    ]
    hosts = [host(cores=4.0, memory_total=8e9), host("00000000000000bb", cores=2.0)]
    return snapshot(hosts, containers, links, processes)


def teams() -> Graph:
    """The graph of both, whose first host has a tunnel."""
    graph = Graph()
    graph.take(scraped())
    graph.overlay.connected(hello())
    graph.overlay.inventory(
        HOST_ID,
        inventory(
            1,
            record(1, name="web", labels={"team": "shop", "legacy": "no"}),
            record(2, name="store", labels={"team": "shop"}),
            record(3, name="bills", image="bills:1", labels={"team": "bills"}),
        ),
    )
    graph.touch()
    return graph
