"""The map against the shop's own account of itself."""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from collections.abc import Collection

import pytest

from demo.shop import Shop
from tests.acceptance import accuracy
from tests.acceptance.client import Json
from tests.acceptance.patience import until
from tests.acceptance.product import Product
from tests.acceptance.traffic import Link, Traffic

WINDOW_SECONDS = 40
TOLERANCE = 0.02

pytestmark = pytest.mark.docker


@pytest.fixture(scope="module")
def traffic(shop: Shop) -> Traffic:
    return Traffic(shop)


def mapped(product: Product, traffic: Traffic) -> set[Link]:
    """The edges on the map that begin or end at a container of the shop.

    Without those to itself, and without questions to the machine's name server: a name that is
    asked for before its container is there is passed on by the engine, and that did happen.
    """
    nodes = set(traffic.nodes.values())
    links = {
        Link(edge["source"], edge["target"], edge["port"], edge["protocol"])
        for edge in product.client().topology("containers")["edges"]
        if nodes & {edge["source"], edge["target"]} and edge["source"] != edge["target"]
    }
    return {one for one in links if not (one.port == 53 and one.target.startswith("external:"))}


def test_every_pair_that_talks_is_an_edge_and_nothing_else_is(
    product: Product, traffic: Traffic
) -> None:
    expected = traffic.links()
    until(
        lambda: not (missing := expected - mapped(product, traffic)) or _fail(traffic, missing),
        "every talking pair on the map",
        60,
    )
    # What appears by mistake may need a few more scrapes.
    end = time.monotonic() + 10
    while time.monotonic() < end:
        unexpected = mapped(product, traffic) - expected
        assert not unexpected, traffic.words(unexpected)
        time.sleep(1)


def test_every_container_of_the_shop_is_a_node_in_its_state(
    product: Product, traffic: Traffic
) -> None:
    nodes = product.client().nodes("containers")
    states = {name: nodes[node]["state"] for name, node in traffic.nodes.items()}
    by_state = defaultdict(set)
    for name, state in states.items():
        by_state[state].add(name.rpartition("-")[0].rpartition("-")[2])
    assert by_state["paused"] == {"maintenance"}
    assert by_state["exited"] == {"migration"}
    assert len(by_state["running"]) == len(set(traffic.nodes)) - 2 - 1  # frontend is there twice
    sick = {name for name, node in traffic.nodes.items() if nodes[node]["status"] == "critical"}
    assert any("reviews" in name for name in sick), sick


def test_long_lived_connections_have_the_bytes_that_were_sent(
    product: Product, traffic: Traffic
) -> None:
    readings = accuracy.read(product.backend, traffic, WINDOW_SECONDS)
    lines = [
        f"{traffic.words({one.link})} {one.way}"
        f" {one.measured:.0f} of {one.truth:.0f}: {one.error:.2%}"
        for one in readings
    ]
    print("\n".join(lines))
    wrong = [line for line, one in zip(lines, readings, strict=True) if one.error > TOLERANCE]
    assert len(readings) >= 16
    assert not wrong, "\n".join(wrong)


def test_steady_senders_have_their_declared_rate_on_the_map(
    product: Product, traffic: Traffic
) -> None:
    """The mean of some readings: a scrape's phase alone is worth some messages in each."""
    declared = traffic.declared()
    assert len(declared) >= 2
    seen: dict[Link, list[float]] = defaultdict(list)
    for _ in range(10):
        for link, edge in _edges(product, declared).items():
            seen[link].append(edge["bytes_per_second"]["transmit"])
        time.sleep(1)
    means = {link: statistics.mean(values) for link, values in seen.items()}
    assert means == {link: pytest.approx(rate, rel=0.05) for link, rate in declared.items()}


def test_an_edge_through_a_published_port_says_what_the_client_dialled(
    product: Product, traffic: Traffic
) -> None:
    (link,) = traffic.published()
    service = until(
        lambda: _edges(product, [link])[link]["service"], "the address that was dialled", 30
    )
    assert (service["ip"], service["port"]) == traffic.dialled()


def _edges(product: Product, links: Collection[Link]) -> dict[Link, Json]:
    """The edges of these links as the API has them."""
    return {
        link: edge
        for edge in product.client().topology("containers")["edges"]
        if (link := Link(edge["source"], edge["target"], edge["port"], edge["protocol"])) in links
    }


def _fail(traffic: Traffic, missing: set[Link]) -> bool:
    raise AssertionError(f"missing: {traffic.words(missing)}")
