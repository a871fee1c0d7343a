"""Numbers of a host from a real node_exporter, beside those of our own exporter."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import pytest

from promscope_api.graph.refresh import Refresher
from promscope_api.graph.snapshot import Host
from promscope_api.prometheus.client import Client
from promscope_api.prometheus.existing import Existing, HostSeries
from promscope_api.prometheus.queries import Scope, history_queries
from promscope_wire import ids
from stack import tools
from stack.child import Process, healthy
from tests.acceptance.backend import Backend
from tests.acceptance.patience import until
from tests.acceptance.product import Product, free_port

pytestmark = pytest.mark.docker

INTERVAL = 1.0
THEIRS = Existing(HostSeries(source="node_exporter", matchers={"job": "node"}))


@pytest.fixture(scope="module")
def backend(product: Product, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """A Prometheus of its own that scrapes the product's exporter and a node_exporter."""
    folder = tmp_path_factory.mktemp("existing")
    address = f"127.0.0.1:{free_port()}"
    node = Process(
        "node_exporter",
        [tools.find("prometheus-node-exporter"), f"--web.listen-address={address}"],
        folder / "node.log",
        f"http://{address}/metrics",
    )
    jobs = {"node": address}
    backend = Backend(folder / "backend", free_port(), [product.exporter_address], "1s", jobs=jobs)
    try:
        node.start()
        until(lambda: healthy(node.health), "a healthy node_exporter")
        backend.start()
        yield backend
    finally:
        backend.stop()
        node.stop()


def host(backend: Backend, existing: Existing) -> Host:
    """The one host, once its numbers are there; a machine may have no disk of its own."""
    scope = Scope(INTERVAL, (), existing)
    refresher = Refresher(Client(backend.url, 60.0), scope)

    def whole() -> Host:
        hosts = list(refresher.snapshot().hosts.values())
        assert len(hosts) == 1, "not scraped yet"
        (found,) = hosts
        assert None not in (found.cores, found.load1, found.booted, found.memory_total)
        assert None not in (found.metrics.cpu, found.metrics.memory), found.metrics
        return found

    try:
        return until(whole, "a host with all its numbers")
    finally:
        refresher.close()


def test_a_host_has_the_numbers_of_its_node_exporter(backend: Backend) -> None:
    ours, theirs = host(backend, Existing()), host(backend, THEIRS)
    assert theirs.id == ours.id
    assert theirs.cores == ours.cores
    assert theirs.memory_total == ours.memory_total
    assert (theirs.metrics.network_receive is None) == (ours.metrics.network_receive is None)
    assert theirs.booted == pytest.approx(ours.booted, abs=2)


def test_its_past_is_theirs_too(backend: Backend) -> None:
    node = ids.parse(host(backend, THEIRS).id)
    asked = history_queries(Scope(INTERVAL, (), THEIRS), node)
    assert all("node_" in query.promql for query in asked)
    for query in asked:
        if query.name in ("cpu", "memory"):
            found = until(functools.partial(backend.query, query.promql), query.name)
            assert float(found[0]["value"][1]) > 0
